"""What the tests of all platforms share: fixtures, channels, proofs of origin, comparisons, conversations."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import parse_qs, urlencode

import msgspec

from chalicelib.core.case import Case, Owed, Status
from chalicelib.core.effects import Delivery, DeliveryStatus, Effect
from chalicelib.core.errors import BadSignature
from chalicelib.core.events import ThreadEvent
from chalicelib.core.message import Lane, Message, Thread
from chalicelib.platforms import platform
from chalicelib.platforms.besides import Resolving
from chalicelib.platforms.contract import (
    Channel,
    HttpRequest,
    HttpResponse,
    Inbound,
    Outgoing,
    Parsed,
    Report,
    Step,
    Steps,
    Unresolved,
)
from tests.platforms import mutations as m
from tests.platforms.proofs import NEWEST, OLDER, RECEIVED, RETIRED, VISITOR

__all__ = ["NEWEST", "OLDER", "RECEIVED", "RETIRED", "VISITOR"]

FIXTURES = Path(__file__).parent / "fixtures"
GUIDES = Path(__file__).parents[2] / "docs" / "platforms"
URL = "https://hearback.example/webhooks/shop"

Headers = Mapping[str, str]


class Double(Protocol):
    """`doubles/<name>.py`: what the tests need to stand in for a platform.

    `PROVING` is the credential that proves where a webhook comes from, `PROVES_BODY` whether its bytes
    are proven, too. `NEVER_TOLD` holds the kinds of fixtures (see `KINDS`) of which the platform never
    tells. `ACCOUNT` completes a channel. `ADDRESSES` is where each lane leads, `SENT` the JSON with which
    the platform takes a message there under the id m_1, `TOO_MANY` the JSON of its 429 that asks for 30
    seconds. `FACTS`, where there is one, answers any question an event leaves open.
    """

    PROVING: str
    PROVES_BODY: bool
    NEVER_TOLD: frozenset[str]
    ACCOUNT: dict[str, Any]
    ADDRESSES: dict[Lane, Headers]
    SENT: dict[Lane, Any]
    TOO_MANY: Any

    def prove(
        self, headers: Headers, body: bytes, secret: str, url: str, at: datetime
    ) -> tuple[Headers, bytes]:
        """Return headers and body with the proof of origin in them."""


KINDS = ("customer", "human_reply", "echo", "automation", "edit", "deletion", "unknown")
"""How the names of fixtures begin that show who spoke, or what became of what was said."""


def double(name: str) -> Double:
    """Return the stand-in for a platform."""
    return cast("Double", import_module(f"tests.platforms.doubles.{name}"))


@dataclass(frozen=True, kw_only=True)
class Fixture:
    """One webhook, and what is to come of it; `lookup` answers what it leaves open.

    `encoding` tells how the body is sent: as json or as a form.
    """

    platform: str
    name: str
    body: Any
    expected: list[dict[str, Any]]
    encoding: str = "json"
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


def encoded(one: Fixture, data: Any) -> bytes:
    """Return data as a fixture's platform would send it."""
    if one.encoding == "form" and isinstance(data, dict):
        fields = {name: part if isinstance(part, str) else str(part) for name, part in data.items()}
        return urlencode(fields, errors="replace").encode()
    return m.as_bytes(data)


def channel(name: str, **changes: Any) -> Channel:
    """Return a channel of a platform with two live secrets, the newest first."""
    account = double(name).ACCOUNT
    secrets = {**account.get("secrets", {}), double(name).PROVING: (NEWEST, OLDER)}
    common: dict[str, Any] = {"id": "shop", "platform": name, "timezone": "Europe/Warsaw", "language": "pl"}
    return Channel(**{**common, **account, "secrets": secrets, **changes})


def bare(one: Fixture) -> Inbound:
    """Return the request of a fixture without a proof of origin."""
    body = encoded(one, one.body)
    return Inbound(
        method="POST", url=URL, headers=one.headers, query=one.query, body=body, received_at=RECEIVED
    )


def proven(
    one: Fixture, *, secret: str = NEWEST, body: bytes | None = None, at: datetime = RECEIVED
) -> Inbound:
    """Return the request of a fixture with a proof of origin; `body` takes the place of its own."""
    raw = encoded(one, one.body) if body is None else body
    headers, proven_body = double(one.platform).prove(one.headers, raw, secret, URL, at)
    return Inbound(method="POST", url=URL, headers=headers, query=one.query, body=proven_body, received_at=at)


def parsed(one: Fixture, **changes: Any) -> Parsed:
    """Return what a fixture's platform makes of it."""
    return platform(one.platform).parse(proven(one), channel(one.platform, **changes))


def only(one: Fixture, **changes: Any) -> Any:
    """Return the one event that a fixture's platform makes of it."""
    (event,) = parsed(one, **changes).events
    return event


def believed(name: str, inbound: Inbound, **changes: Any) -> bool:
    """Return whether a platform takes a request for proven."""
    try:
        platform(name).verify(inbound, channel(name, **changes))
    except BadSignature:
        return False
    return True


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


def outgoing(name: str, lane: Lane | None = None, **changes: Any) -> Outgoing:
    """Return words of Hearback on their way out, on the platform's first lane unless told otherwise."""
    taken = lane or next(iter(platform(name).CAPABILITIES.lanes))
    fields: dict[str, Any] = {
        "key": "c4se0000000000aa.1-1",
        "text": "We have received your message.",
        "thread": Thread(channel="shop", key="t-1"),
        "address": double(name).ADDRESSES[taken],
        "human": False,
        "claimed_at": RECEIVED,
        "last_customer_at": RECEIVED,
        "lane": taken,
        "language": "en",
    }
    return Outgoing(**{**fields, **changes})


def acknowledgement(**changes: Any) -> Delivery:
    """Return an acknowledgement of Hearback's that is just on its way out."""
    fields: dict[str, Any] = {
        "key": "c4se0000000000aa.1-1",
        "effect": Effect.ACKNOWLEDGE,
        "status": DeliveryStatus.CLAIMED,
        "first_due_at": RECEIVED,
        "due_at": RECEIVED,
        "attempt": 1,
        "text": "We have received your message.",
    }
    return Delivery(**{**fields, **changes})


def unanswered(event: ThreadEvent, *outbox: Delivery) -> Case:
    """Return a case of an event's thread in which the customer has waited for an hour."""
    asked = Message(id="asked", at=RECEIVED - timedelta(hours=1), text="Where is my parcel?")
    return Case(
        id="c4se0000000000aa.1",
        thread=event.thread,
        customer=event.customer,
        status=Status.OPEN,
        opened_at=asked.at,
        owed=Owed(since=asked.at, messages=(asked,)),
        outbox=outbox,
    )


def led(steps: Steps, *said: Any) -> tuple[list[Step], Report]:
    """Lead a conversation with these answers, all of them; what is none yet is the JSON of a good one."""
    left = [one if isinstance(one, HttpResponse) else answered(200, one) for one in said]

    def answer(step: Step) -> HttpResponse:
        assert left, f"it asks on: {step.what}"
        return left.pop(0)

    asked, report = led_by(steps, answer)
    assert not left, f"it ends before it was told {left}"
    return asked, report


def led_by(steps: Steps, answer: Callable[[Step], HttpResponse]) -> tuple[list[Step], Report]:
    """Lead a conversation in which each step is answered for itself; return what was asked and found."""
    asked: list[Step] = []
    try:
        step = next(steps)
        while True:
            asked.append(step)
            step = steps.send(answer(step))
    except StopIteration as ended:
        report: Report = ended.value
        return asked, report


def faults(report: Report) -> list[str]:
    """Return what was found to be wrong."""
    return [one.what for one in report.findings if not one.ok]


def remedies(report: Report) -> list[str]:
    """Return what to do about all that was found to be wrong."""
    return [one.remedy for one in report.findings if not one.ok]


def words_of(name: str, request: HttpRequest) -> list[str]:
    """Return every text in a request, as the platform will read it."""
    own = getattr(double(name), "words_of", None)
    if own:
        return [*own(request)]
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return [value for values in parse_qs(request.body.decode()).values() for value in values]
    return [*texts(json.loads(request.body))]


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
