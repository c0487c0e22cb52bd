"""What every platform is: pure functions from requests to events, and from words to requests.

A platform never sends, stores, logs or reads a clock. Everything it needs is passed in; everything it
wants done is returned.
"""

import secrets
from collections.abc import Callable, Generator, Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from chalicelib.core.events import Event, Outcome, ThreadEvent
from chalicelib.core.message import Lane, Thread
from chalicelib.core.policy import Allowance
from chalicelib.core.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """A webhook request as it came over the wire; header names in lower case, `received_at` in UTC.

    `url` is the public address that was called, with its query, as the platform knows it. `request_id` is
    what Lambda calls the request by, empty elsewhere.
    """

    method: str
    url: str = ""
    request_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a request is answered with; a header with several values has them in a list."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str | list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request for `http` to send; one to `smtp://` or `smtps://` is a mail, see `smtp`."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Send = Callable[[HttpRequest], HttpResponse]
"""Sends one request. Raises `NotSent` and `SendAmbiguous`."""

SEND_SECONDS = 15
"""How long the answer to a request is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One connected account. `secrets` holds values, the newest first; it is empty where none is set.

    `facts` is what the platform has told that a proof of origin hangs on (`Proving`).
    """

    id: str
    platform: str
    timezone: str
    language: str
    account: str = ""
    calendar: str = "default"
    api_base: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    facts: Mapping[str, Any] = field(default_factory=dict)

    def secret(self, name: str) -> str:
        """Return the newest value of a secret, empty where none is set."""
        values = self.secrets.get(name, ())
        return values[0] if values else ""

    def listed(self, option: str) -> tuple[str, ...]:
        """Return an option that is one word or a list of words."""
        value = self.options.get(option, ())
        return (value,) if isinstance(value, str) else tuple(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved(Event):
    """An event whose meaning hangs on something only the platform can tell: ask for `need` first."""

    thread: Thread
    need: str
    raw: Mapping[str, Any]
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLearned(Event):
    """The platform told something about the account that later events hang on."""

    need: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a webhook said: events in the platform's order, and the types that are not known.

    `once` holds tokens of which the platform's signature proves nothing but themselves: none may come
    again with another body.
    """

    events: tuple[ThreadEvent | Unresolved | FactLearned, ...] = ()
    unknown: tuple[str, ...] = ()
    once: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Words to put out. `key` is the idempotency key, `human` whether a person wrote them.

    `lane` is the way they take. `claimed_at` is when this attempt began, `last_customer_at` when the
    customer last wrote where the lane leads (UTC). `ours` is the id of our last public reply in the thread.
    """

    key: str
    text: str
    thread: Thread
    address: Mapping[str, str]
    human: bool
    claimed_at: datetime
    last_customer_at: datetime | None = None
    lane: Lane = Lane.MESSAGE
    language: str = ""
    ours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """How the platform answered; `reason` is its code, never its prose; `retry_after` in seconds.

    `status` is that of the answer to a send, 0 where none came; whoever sends sets it. `address`
    holds what has changed of the address, such as a new chat id. `opened` is the key of the private thread
    that a private reply has opened.
    """

    outcome: Outcome
    message_id: str = ""
    reason: str = ""
    retry_after: float | None = None
    status: int = 0
    address: Mapping[str, str] = field(default_factory=dict)
    opened: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """How to learn what became of an attempt: send again under the same key, or ask, or give up.

    With `resend` the platform itself drops the second of two; `ask` is a request whose answer
    `read_reconciliation` understands; with neither the message is uncertain.
    """

    resend: bool = False
    ask: HttpRequest | None = None


class TextUnit(StrEnum):
    """What a platform counts when it counts a text; `lengths.measure` counts them."""

    CHARACTERS = "characters"
    UTF16 = "UTF-16 units"
    BYTES = "bytes"
    WEIGHTED = "weighted characters"


@dataclass(frozen=True, slots=True)
class Limit:
    """The longest text a lane takes."""

    amount: int
    unit: TextUnit = TextUnit.CHARACTERS


class RateScope(StrEnum):
    """Whose messages a rate counts together."""

    CHANNEL = "channel"
    THREAD = "thread"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many messages in so long a time, on one lane or on all of them."""

    messages: int
    per: timedelta
    scope: RateScope = RateScope.CHANNEL
    lane: Lane | None = None


FOR_EVER = timedelta.max  # where the key is the place itself, which holds one message alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform can do. `lanes` are the ways words can take, and how long a text each carries.

    `hosted` means that Hearback itself shows the messages: recording one is sending it. `idempotent_for` is
    how long after the first send a resend under the same key is dropped, None for not at all; `echo` that our
    own messages come back as webhooks; `looks` that the platform can be asked before a send whether somebody
    has answered (`Looking`); `groups` that a person may answer everybody in one place at once; `template`
    that past the window an approved template may still be sent; `discloses` that the platform asks automatic
    words to say that they are (R32). `body_limit` is the size of the largest webhook in bytes.
    """

    lanes: Mapping[Lane, Limit]
    rates: tuple[Rate, ...] = ()
    hosted: bool = False
    idempotent_for: timedelta | None = None
    echo: bool = False
    looks: bool = False
    groups: bool = False
    template: bool = False
    discloses: bool = False
    body_limit: int = 1_000_000

    @property
    def idempotent(self) -> bool:
        """Whether a resend under the same key is dropped."""
        return self.idempotent_for is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request of a registration or a check, and what it is for, in the owner's words."""

    what: str
    request: HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found, and what the owner can do where it is not `ok`; `{secrets}` is where these are kept."""

    what: str
    ok: bool = True
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a registration or a check ended. `learned` holds credentials the platform gave, by their names."""

    findings: tuple[Finding, ...] = ()
    learned: Mapping[str, str] = field(default_factory=dict, repr=False)


Steps = Generator[Step, HttpResponse, Report]
"""A conversation with a platform: it yields requests, is sent their answers, and returns what it found.

Whoever drives it sends the requests; it ends early, with a finding that is not ok, where going on is useless.
"""


def nothing_to_do(what: str) -> Steps:
    """Return a conversation without a word, for platforms that have nothing to register or to ask."""
    yield from ()
    return Report(findings=(Finding(what=what),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A secret the platform needs; one that the owner invents has `make`, so that `run` can invent it.

    One that is `learned` the platform gives when it is connected; `where` tells where any other is found.
    """

    name: str
    what: str
    where: str = ""
    make: Callable[[], str] | None = None
    optional: bool = False
    learned: bool = False


def random_word() -> str:
    """Return a secret that nobody can guess."""
    return secrets.token_urlsafe(32)


@runtime_checkable
class Platform(Protocol):
    """The functions and constants of a platform's module.

    `OPTIONS` and `NEEDS` name fields of `options` and of the channel itself, each with what it is.
    `WANTED` names the options without which little works. `BY_HAND` says what no program can do for the
    owner; `{url}` in it stands for the webhook's address.
    """

    NAME: str
    CREDENTIALS: tuple[Credential, ...]
    OPTIONS: Mapping[str, str]
    WANTED: tuple[str, ...]
    NEEDS: Mapping[str, str]
    CAPABILITIES: Capabilities
    ACCEPTED: Answer
    BY_HAND: tuple[str, ...]

    def handshake(self, inbound: Inbound, channel: Channel) -> Answer | None:
        """Return the answer to the platform's check of the URL, None where this is not one."""

    def verify(self, inbound: Inbound, channel: Channel) -> None:
        """Raise `BadSignature` unless the request is proven to come from the platform."""

    def parse(self, inbound: Inbound, channel: Channel) -> Parsed:
        """Return the events of a verified webhook. Raises `BadPayload`."""

    def allowance(self, thread: Thread, address: Mapping[str, str], channel: Channel) -> Allowance:
        """Return what the platform lets us write in a thread, and how long (R25)."""

    def compose(self, outgoing: Outgoing, channel: Channel) -> HttpRequest:
        """Return the request that puts the words out."""

    def read_reply(self, response: HttpResponse, outgoing: Outgoing) -> SendResult:
        """Return what the platform's answer means."""

    def reconcile(self, outgoing: Outgoing, channel: Channel) -> Reconciliation:
        """Return how to learn whether an earlier attempt went through."""

    def read_reconciliation(self, response: HttpResponse, outgoing: Outgoing) -> SendResult:
        """Return what the answer to a reconciliation means: sent, uncertain, or surely not there: retry."""

    def register(self, channel: Channel, url: str) -> Steps:
        """Tell the platform to deliver to `url`; may be repeated."""

    def check(self, channel: Channel, url: str) -> Steps:
        """Ask the platform whether it delivers to `url`, and whatever else must be right; changes nothing."""
