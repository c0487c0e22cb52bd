"""What a channel still lacks: secrets that Hearback makes up, and those that only its owner has."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.platforms import platform
from chalicelib.platforms.contract import Credential
from chalicelib.policies.hints import words
from chalicelib.settings import EnvFile

Documents = Sequence[Mapping[str, Any]]
"""The entries of channels.yaml, checked."""


def make_up_secrets(channels: Documents, secrets: EnvFile) -> list[str]:
    """Invent the secrets that an owner would otherwise have to invent; return their names.

    Raises `BadEnvFile` when they cannot be written.
    """
    made_up = []
    for channel in channels:
        for credential, names in _credentials(channel):
            if credential.make and names and not _any_set(names, secrets):
                secrets.make_up(names[0], credential.make)
                made_up.append(names[0])
    return made_up


def missing(channel: Mapping[str, Any], secrets: EnvFile) -> dict[str, str]:
    """Return the secrets a channel needs that have no value, by name, each with what it is."""
    return {
        (names or [credential.name])[0]: credential.what
        for credential, names in _credentials(channel)
        if not credential.optional and not _any_set(names, secrets)
    }


def _credentials(channel: Mapping[str, Any]) -> Iterator[tuple[Credential, list[str]]]:
    for credential in platform(channel["platform"]).CREDENTIALS:
        yield credential, words(channel["credentials"].get(credential.name))


def _any_set(names: Sequence[str], secrets: EnvFile) -> bool:
    return any(secrets.secret(name) for name in names)
