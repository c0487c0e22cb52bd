"""The words of an entry of channels.yaml, checked as they are given."""

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from jsonschema.exceptions import FormatError

from chalicelib.policies.formats import checker
from chalicelib.policies.hints import close_to, did_you_mean
from chalicelib.policies.schemas import schema


def formatted(name: str) -> Callable[[str], str]:
    """Return the check that the files themselves are held to for a field of this format."""

    def check(value: str) -> str:
        try:
            checker.check(value, name)
        except FormatError as error:
            raise ValueError(str(error.cause)) from None
        return value

    return check


def identifier(taken: Collection[str]) -> Callable[[str], str]:
    """Return the check of the id of a new channel."""
    described = _fields()["id"]

    def check(value: str) -> str:
        if not re.search(described["pattern"], value):
            raise ValueError(f"write {described['description'].partition(';')[0]}, such as `shop-telegram`")
        if value in taken:
            raise ValueError("a channel has this id already; write another")
        return value

    return check


def spoken(folder: Path) -> Callable[[str], str]:
    """Return the check of a language: one that the owner has texts in."""
    known = sorted(path.stem for path in (folder / "messages").glob("*.ftl"))
    is_language = formatted("language")

    def check(value: str) -> str:
        if known and value not in known:
            hint = close_to(value, known) or f"Write one of {', '.join(known)}"
            raise ValueError(f"there is no messages/{value}.ftl. {hint}, or create that file first")
        return is_language(value)

    return check


def one_of(allowed: Mapping[str, Any], what: str) -> Callable[[str], str]:
    """Return the check of a name that must be among those the platform has."""

    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"there is no such {what}. {did_you_mean(value, allowed)}")
        return value

    return check


def secret_name(channel: str, credential: str) -> str:
    """Return what a secret of a channel is called unless its owner says otherwise."""
    name = re.sub("[^A-Z0-9]", "_", f"{channel}_{credential}".upper())
    return (name if name[0].isalpha() else f"CHANNEL_{name}")[:64]


def _fields() -> Mapping[str, Any]:
    fields: Mapping[str, Any] = schema("channels")["properties"]["channels"]["items"]["properties"]
    return fields
