"""JSON of platforms: read so that nothing of an unexpected shape gets past the boundary, and asked with."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.platforms.contract import HttpRequest, HttpResponse

TEXT_LIMIT = 20_000
"""Longer texts are cut: no platform's message is longer, and a case must fit its place in the store."""

_SECONDS_LIMIT = 10**11
_LONGEST_WAIT = 24 * 3600


def clean(text: str) -> str:
    """Return text that every store and page can hold: no NUL, no lone surrogates, of bounded length."""
    if "\0" in text:
        text = text.replace("\0", "")
    if not text.isascii():
        text = text.encode("utf-8", errors="replace").decode("utf-8")
    return text[:TEXT_LIMIT]


def wait_seconds(value: object) -> float | None:
    """Return how long a platform asks us to wait, at most a day; None where it asks for nothing sensible."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:20])
    # NaN is not >= 0 either.
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        return None
    return float(min(value, _LONGEST_WAIT))


def read_json(body: bytes) -> "Payload":
    """Return the JSON object in a body. Raises `BadPayload`."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise BadPayload("the body is not JSON") from None
    return Payload(data, "body")


def read_json_or_empty(body: bytes) -> "Payload":
    """Return the JSON object in a body, an empty one where it holds none."""
    try:
        return read_json(body)
    except BadPayload:
        return Payload({}, "body")


def read_answer(response: HttpResponse) -> "Payload | None":
    """Return what a platform told, None where it refused or cannot be understood."""
    try:
        return read_json(response.body) if response.status < 300 else None
    except BadPayload:
        return None


def json_request(method: str, url: str, authorization: str, body: object = None) -> HttpRequest:
    """Return a request in somebody's name, with a body of JSON unless it is None."""
    headers = {"authorization": authorization}
    if body is None:
        return HttpRequest(method=method, url=url, headers=headers)
    headers["content-type"] = "application/json"
    return HttpRequest(method=method, url=url, headers=headers, body=json.dumps(body).encode())


class Payload:
    """A JSON object whose fields are checked as they are read; `where` names it in errors."""

    __slots__ = ("data", "where")

    def __init__(self, data: Any, where: str) -> None:
        """Raise `BadPayload` unless `data` is an object."""
        if not isinstance(data, dict):
            raise BadPayload(f"{where} is not an object")
        self.data: dict[str, Any] = data
        self.where = where

    def __contains__(self, name: str) -> bool:
        """Return whether the field is there and not null."""
        return self.data.get(name) is not None

    def text(self, name: str, default: str | None = None) -> str:
        """Return a cleaned string."""
        value = self.data.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise self._bad(name, "a text")
        return clean(value)

    def identifier(self, name: str, default: str | None = None) -> str:
        """Return an id, which platforms write as a string or as a number, as text; an empty one is none."""
        value = self.data.get(name)
        if value in (None, "") and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self._bad(name, "an id")
        identifier = clean(str(value))[:512]
        if not identifier:
            raise self._bad(name, "an id")
        return identifier

    def flag(self, name: str) -> bool:
        """Return whether the field is true; anything else is false."""
        return self.data.get(name) is True

    def moment(self, name: str, unit: str) -> datetime:
        """Return a time in UTC, given in `seconds` or `milliseconds` since 1970."""
        value = self.data.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:20])
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._bad(name, f"a time in {unit}")
        per_second = 1000 if unit == "milliseconds" else 1
        if not 0 <= value < _SECONDS_LIMIT * per_second:
            raise self._bad(name, f"a time in {unit}")
        return datetime.fromtimestamp(value / per_second, UTC)

    def iso_moment(self, name: str) -> datetime:
        """Return a time in UTC, given as ISO 8601; one without an offset is taken for UTC."""
        try:
            moment = datetime.fromisoformat(self.text(name))
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise self._bad(name, "an ISO 8601 time") from None

    def object(self, name: str) -> "Payload":
        """Return a nested object."""
        return Payload(self.data.get(name), f"{self.where}.{name}")

    def optional(self, name: str) -> "Payload":
        """Return a nested object, an empty one where it is missing."""
        return self.object(name) if name in self else Payload({}, f"{self.where}.{name}")

    def objects(self, name: str) -> Iterator["Payload"]:
        """Yield the objects of a list, none where it is missing."""
        value = self.data.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            raise self._bad(name, "a list")
        for position, item in enumerate(value):
            yield Payload(item, f"{self.where}.{name}[{position}]")

    def identifiers(self, name: str) -> tuple[str, ...]:
        """Return a list of ids as texts."""
        value = self.data.get(name)
        if not isinstance(value, list):
            raise self._bad(name, "a list of ids")
        return tuple(Payload({"id": item}, f"{self.where}.{name}").identifier("id") for item in value)

    def _bad(self, name: str, wanted: str) -> BadPayload:
        return BadPayload(f"{self.where}.{name} is not {wanted}")
