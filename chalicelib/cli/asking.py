"""Questions to whoever sits at the terminal; where nobody does, what is missing is collected instead."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TextIO

import click

from chalicelib.core.errors import HearbackError

Check = Callable[[str], str]
"""Returns what was written, tidied up. Raises `ValueError` with a sentence."""

LEFT_OUT = "-"


@dataclass
class Asking:
    """Asks where it may; `missing` holds the options and secrets that nobody gave."""

    allowed: bool
    missing: list[str] = field(default_factory=list)

    def word(self, given: str, option: str, what: str, check: Check, default: str = "") -> str:
        """Return what was given, or answered, or the default; each is checked at once.

        Raises `click.UsageError` for a word that was given and will not do.
        """
        if given:
            return checked(given, option, check)
        if self.allowed:
            return str(click.prompt(what, default=default or None, value_proc=_again(check), err=True))
        if default:
            return checked(default, option, check)
        self.missing.append(option)
        return ""

    def perhaps(self, what: str) -> str:
        """Return an answer that may be left out, empty where it was."""
        if not self.allowed:
            return ""
        return str(click.prompt(f"{what} (Enter leaves it out)", default="", show_default=False, err=True))

    def secret(self, what: str, *, empty: bool) -> str:
        """Return a secret, tidied up; it is shown nowhere. Only with `empty` may it be nothing."""
        check = str.strip if empty else _something
        return str(
            click.prompt(
                what, default="", hide_input=True, show_default=False, value_proc=_again(check), err=True
            )
        )

    def agrees(self, question: str) -> bool:
        """Return whether the owner says yes; nobody who is not asked says no."""
        return click.confirm(question, default=True, err=True) if self.allowed else True

    def complete(self, remedy: str) -> None:
        """Raise `HearbackError` with all that is missing."""
        if self.missing:
            raise HearbackError(f"something is missing, and nobody can be asked here: {remedy}")


def checked(value: str, option: str, check: Check) -> str:
    """Return a word that was given. Raises `click.UsageError` where it will not do."""
    try:
        return check(value)
    except ValueError as error:
        raise click.UsageError(f"{option} {value}: {error}") from None


def pairs(written: Iterable[str], option: str) -> list[tuple[str, str]]:
    """Return `name=value` words taken apart. Raises `click.UsageError` for one without a sign."""
    found = [one.partition("=") for one in written]
    for name, sign, value in found:
        if not sign or not name or not value:
            raise click.UsageError(f"{option} is written name=value")
    return [(name.strip(), value.strip()) for name, _, value in found]


def secrets_of(file: TextIO | None) -> Mapping[str, str]:
    """Return the values in a file of `credential=value` lines. Raises `click.UsageError`."""
    if file is None:
        return {}
    lines = [line.strip() for line in file]
    return dict(
        pairs([line for line in lines if line and not line.startswith("#")], "each line of --secrets")
    )


def _something(value: str) -> str:
    if not value.strip():
        raise ValueError("nothing was entered")
    return value.strip()


def _again(check: Check) -> Check:
    """Return a check whose complaints the prompt shows before it asks again."""

    def process(value: str) -> str:
        try:
            return check(value.strip())
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    return process
