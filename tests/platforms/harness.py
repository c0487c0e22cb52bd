"""What the tests of all platforms share: fixtures, channels, proofs of origin, comparisons."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from chalicelib.core.message import Thread
from chalicelib.platforms import platform
from chalicelib.platforms.contract import (
    Channel,
    HttpResponse,
    Inbound,
    Outgoing,
    Parsed,
    Resolving,
    Unresolved,
)

FIXTURES = Path(__file__).parent / "fixtures"
GUIDES = Path(__file__).parents[2] / "docs" / "platforms"

RECEIVED = datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC)
"""Five seconds after the messages of the fixtures were written."""

VISITOR = "visitor0001"
NEWEST, OLDER, RETIRED = (
    f"whsec_{base64.b64encode(word * 8).decode()}" for word in (b"new!", b"old!", b"gone")
)

Headers = Mapping[str, str]
Prove = Callable[[bytes, str, Headers], Headers]


@dataclass(frozen=True, kw_only=True)
class Fixture:
    """One webhook, and what is to come of it; `lookup` answers what it leaves open."""

    platform: str
    name: str
    body: Any
    expected: list[dict[str, Any]]
    headers: Headers = field(default_factory=dict)
    query: Headers = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    lookup: dict[str, Any] | None = None
    resolved: list[dict[str, Any]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.platform}-{self.name}"


def fixtures(name: str) -> list[Fixture]:
    return [
        Fixture(platform=name, name=path.stem, **json.loads(path.read_text(encoding="utf-8")))
        for path in sorted((FIXTURES / name).glob("*.json"))
    ]


def fixture(name: str, event: str) -> Fixture:
    return next(one for one in fixtures(name) if one.name == event)


def _hmac(secret: bytes, message: bytes) -> bytes:
    return hmac.new(secret, message, hashlib.sha256).digest()


def _facebook(body: bytes, secret: str, _headers: Headers) -> Headers:
    return {"x-hub-signature-256": f"sha256={_hmac(secret.encode(), body).hex()}"}


def _signed(body: bytes, secret: str, headers: Headers) -> Headers:
    sent_at = headers.get("webhook-timestamp", str(int(RECEIVED.timestamp())))
    signed = f"{headers['webhook-id']}.{sent_at}.".encode() + body
    signature = base64.b64encode(_hmac(base64.b64decode(secret.removeprefix("whsec_")), signed)).decode()
    return {"webhook-timestamp": sent_at, "webhook-signature": f"v1,{signature}"}


def _telegram(_body: bytes, secret: str, _headers: Headers) -> Headers:
    return {"x-telegram-bot-api-secret-token": secret}


def _webchat(_body: bytes, secret: str, _headers: Headers) -> Headers:
    proof = base64.urlsafe_b64encode(_hmac(secret.encode(), f"visitor:{VISITOR}".encode())).decode()
    return {"authorization": f"Bearer {VISITOR}.{proof.rstrip('=')}"}


PROOFS: dict[str, Prove] = {
    "facebook": _facebook,
    "signed": _signed,
    "telegram": _telegram,
    "webchat": _webchat,
}
"""How each platform proves where a request comes from, written anew from its documents."""

PROVING = {"facebook": "app_secret", "signed": "secret", "telegram": "webhook_secret", "webchat": "secret"}
"""Which credential that proof is made with."""

BODY_IS_PROVEN = frozenset({"facebook", "signed"})
"""Telegram and the chat prove who calls, not what the body says: their secret is a password."""

_ACCOUNTS: dict[str, dict[str, Any]] = {
    "facebook": {
        "account": "104220000000017",
        "options": {"app_id": "880000000000123"},
        "secrets": {"page_token": ("EAAB-page-token",), "verify_token": ("my word",)},
    },
    "signed": {"api_base": "https://helpdesk.example/hearback"},
    "telegram": {
        "options": {"staff": ["5550001"]},
        "secrets": {"bot_token": ("7000000001:AAE-bot-token",)},
    },
    "webchat": {},
}


def channel(name: str, **changes: Any) -> Channel:
    """Return a channel of a platform with two live secrets, the newest first."""
    account = _ACCOUNTS[name]
    secrets = {**account.get("secrets", {}), PROVING[name]: (NEWEST, OLDER)}
    common: dict[str, Any] = {"id": "shop", "platform": name, "timezone": "Europe/Warsaw", "language": "pl"}
    return Channel(**{**common, **account, "secrets": secrets, **changes})


def proven(
    one: Fixture, *, secret: str = NEWEST, body: bytes | None = None, at: datetime = RECEIVED
) -> Inbound:
    """Return the request of a fixture with a proof of origin; `body` takes the place of its own."""
    raw = json.dumps(one.body).encode() if body is None else body
    proof = PROOFS[one.platform](raw, secret, one.headers)
    return Inbound(method="POST", headers={**one.headers, **proof}, query=one.query, body=raw, received_at=at)


def parsed(one: Fixture, **changes: Any) -> Parsed:
    """Return what a fixture's platform makes of it."""
    return platform(one.platform).parse(proven(one), channel(one.platform, **changes))


def resolved(one: Fixture) -> list[object]:
    """Return the events of a fixture once the platform has told what they hang on."""
    spoken = platform(one.platform)
    assert isinstance(spoken, Resolving)
    here = channel(one.platform)
    events: list[object] = []
    for event in parsed(one).events:
        assert isinstance(event, Unresolved)
        facts, _ = spoken.read_lookup(event.need, answered(200, one.lookup))
        events.extend(spoken.resolve(event, facts, here))
    return events


def told(event: object) -> dict[str, Any]:
    """Return an event as plain data with its type."""
    return {"type": type(event).__name__, **json.loads(msgspec.json.encode(event))}


def agrees(expected: Any, actual: Any) -> bool:
    """Return whether `actual` holds all that is expected; objects may hold more."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            name in actual and agrees(wanted, actual[name]) for name, wanted in expected.items()
        )
    if isinstance(expected, list):
        return len(expected) == len(actual) and all(map(agrees, expected, actual))
    return bool(expected == actual)


def answered(status: int, data: Any = None, headers: Headers | None = None) -> HttpResponse:
    """Return an answer of a platform; `data` is sent as JSON unless it is bytes."""
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return HttpResponse(status=status, headers=headers or {}, body=body)


ADDRESSES: dict[str, Headers] = {
    "facebook": {"psid": "7420000000000011"},
    "signed": {},
    "telegram": {"chat_id": "6100001"},
}


def outgoing(name: str, **changes: Any) -> Outgoing:
    """Return words on their way out, written by Hearback unless told otherwise."""
    fields: dict[str, Any] = {
        "key": "c4se0000000000aa.1-1",
        "text": "We have received your message.",
        "thread": Thread(channel="shop", key="t-1"),
        "address": ADDRESSES[name],
        "human": False,
        "claimed_at": RECEIVED,
        "last_customer_at": RECEIVED,
    }
    return Outgoing(**{**fields, **changes})


def texts(data: Any) -> Iterator[str]:
    """Yield every text in JSON data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts(value)
