"""What every platform is: pure functions from requests to events, and from words to requests.

A platform never sends, stores, logs or reads a clock. Everything it needs is passed in; everything it
wants done is returned.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from chalicelib.core.events import Event, Outcome, ThreadEvent
from chalicelib.core.message import Thread
from chalicelib.core.policy import Allowance


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """A webhook request as it came over the wire; header names in lower case, `received_at` in UTC."""

    method: str
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
    """A request for `http` to send."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One connected account. `secrets` holds values, the newest first; it is empty where none is set."""

    id: str
    platform: str
    timezone: str
    language: str
    account: str = ""
    calendar: str = "default"
    api_base: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

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
    """What a webhook said: events in the platform's order, and the types that are not known."""

    events: tuple[ThreadEvent | Unresolved | FactLearned, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Words to put out. `key` is the idempotency key, `human` whether a person wrote them.

    `claimed_at` is when this attempt began, `last_customer_at` when the customer last wrote (UTC).
    """

    key: str
    text: str
    thread: Thread
    address: Mapping[str, str]
    human: bool
    claimed_at: datetime
    last_customer_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """How the platform answered; `reason` is its code, never its prose; `retry_after` in seconds.

    `address` holds what has changed of the address, such as a new chat id.
    """

    outcome: Outcome
    message_id: str = ""
    reason: str = ""
    retry_after: float | None = None
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """How to learn what became of an attempt: send again under the same key, or ask, or give up.

    With `resend` the platform itself drops the second of two; `ask` is a request whose answer
    `read_reconciliation` understands; with neither the message is uncertain.
    """

    resend: bool = False
    ask: HttpRequest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform can do. `text_limit` counts `text_unit`; None is no limit.

    `hosted` means that Hearback itself shows the messages: recording one is sending it. `idempotent`
    that a resend under the same key is dropped; `echo` that our own messages come back as webhooks.
    """

    text_limit: int | None = None
    text_unit: str = "characters"
    hosted: bool = False
    idempotent: bool = False
    echo: bool = False
    body_limit: int = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A secret the platform needs; one that the owner invents has `make`, so that `run` can invent it."""

    name: str
    what: str
    make: Callable[[], str] | None = None
    optional: bool = False


def random_word() -> str:
    """Return a secret that nobody can guess."""
    return secrets.token_urlsafe(32)


@runtime_checkable
class Platform(Protocol):
    """The functions and constants of a platform's module.

    `OPTIONS` and `NEEDS` name fields of `options` and of the channel itself, each with what it is.
    """

    NAME: str
    CREDENTIALS: tuple[Credential, ...]
    OPTIONS: Mapping[str, str]
    NEEDS: Mapping[str, str]
    CAPABILITIES: Capabilities
    ACCEPTED: Answer

    def handshake(self, inbound: Inbound, channel: Channel) -> Answer | None:
        """Return the answer to the platform's check of the URL, None where this is not one."""

    def verify(self, inbound: Inbound, channel: Channel) -> None:
        """Raise `BadSignature` unless the request is proven to come from the platform."""

    def parse(self, inbound: Inbound, channel: Channel) -> Parsed:
        """Return the events of a verified webhook. Raises `BadPayload`."""

    def allowance(self, thread: Thread, address: Mapping[str, str]) -> Allowance:
        """Return how long after the customer's last message the platform lets us write there (R25)."""

    def compose(self, outgoing: Outgoing, channel: Channel) -> HttpRequest:
        """Return the request that puts the words out."""

    def read_reply(self, response: HttpResponse, outgoing: Outgoing) -> SendResult:
        """Return what the platform's answer means."""

    def reconcile(self, outgoing: Outgoing, channel: Channel) -> Reconciliation:
        """Return how to learn whether an earlier attempt went through."""

    def read_reconciliation(self, response: HttpResponse, outgoing: Outgoing) -> SendResult:
        """Return what the answer to a reconciliation means: sent, or uncertain."""


@runtime_checkable
class Resolving(Protocol):
    """What a platform has besides when some of its events need a question answered first."""

    def lookup(self, need: str, channel: Channel) -> HttpRequest:
        """Return the request that answers a need."""

    def read_lookup(self, need: str, response: HttpResponse) -> tuple[Mapping[str, Any], timedelta]:
        """Return the facts and how long they hold. Raises `BadPayload` where the answer tells nothing."""

    def resolve(
        self, unresolved: Unresolved, facts: Mapping[str, Any], channel: Channel
    ) -> tuple[ThreadEvent, ...]:
        """Return the events, now that the facts are known."""
