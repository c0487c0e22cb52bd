"""A case: one customer's open matter in one thread."""

import hashlib
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.core.effects import Delivery, Effect
from chalicelib.core.message import Category, Customer, Formality, Message, Thread
from chalicelib.core.values import dataclass


class Status(StrEnum):
    """Idle: a thread is known in which nothing has been asked of us."""

    IDLE = "idle"
    OPEN = "open"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why a case ended; without a reply a person must give one of the first six (R9)."""

    SPAM = "spam"
    TROLL = "troll"
    THANKS = "thanks"
    HANDLED_BY_PHONE = "handled_by_phone"
    DUPLICATE = "duplicate"
    OTHER = "other"
    ANSWERED = "answered"
    CUSTOMER_SILENT = "customer_silent"
    WITHDRAWN = "withdrawn"
    LINKED = "linked"


REASONS_WITHOUT_REPLY = (
    CloseReason.SPAM,
    CloseReason.TROLL,
    CloseReason.THANKS,
    CloseReason.HANDLED_BY_PHONE,
    CloseReason.DUPLICATE,
    CloseReason.OTHER,
)


class ClockKind(StrEnum):
    """What runs out. `response` is the first response until there is one, then the next (R1)."""

    ACK = "ack"
    LAST_LEGAL = "last_legal"
    PROMISE = "promise"
    UPDATE = "update"
    RESPONSE = "response"
    REPLY_WARNING = "reply_warning"
    PROMISE_WARNING = "promise_warning"
    RESOLUTION = "resolution"
    REMIND = "remind"
    SILENCE = "silence"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A running clock, in UTC, and the reckoning behind its end (R29).

    `moved_from` is when it would have ended had no change of policy moved it (R13).
    """

    kind: ClockKind
    from_at: datetime
    due_at: datetime
    reckoning: str
    moved_from: datetime | None = None

    @property
    def meant_for(self) -> datetime:
        """When it was due before a change of policy moved it: what is late is late from then (R34)."""
        return self.moved_from or self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A period in which the customer waits for a human.

    `since` is the time of the oldest unanswered message (R5). `settled` is set once the ack was
    planned or, with a reason, withheld; `alerted` once the owner knows that the target was missed, `warned`
    once somebody knows that it soon will be;
    `doubtful` once a person's reply may have arrived: then a person must look, and Hearback is silent;
    `counted` once the owner was told of it in the one call that ends a crisis (R33).
    """

    since: datetime
    messages: tuple[Message, ...]
    settled: bool = False
    alerted: bool = False
    warned: bool = False
    doubtful: bool = False
    counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The time an ack, an update or a person named; `by` is empty where Hearback made it.

    `told` is whether the customer knows of it: only then can it be missed in their eyes (R22).
    """

    due_at: datetime
    made_at: datetime
    by: str = ""
    told: bool = True
    warned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A human reply measured against its target; `due_at` None means there was no target (R1)."""

    first: bool
    started_at: datetime
    replied_at: datetime
    due_at: datetime | None
    assumed: bool = False

    @property
    def took(self) -> timedelta:
        """How long the customer waited."""
        return self.replied_at - self.started_at

    @property
    def met(self) -> bool:
        """Whether the reply came within the target."""
        return self.due_at is None or self.replied_at <= self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One customer's matter. All times are UTC; `version` counts the commits, 0 before the first.

    `address` is what the platform needs to write back. `update_from` is when the customer was last
    told something. `not_before` keeps a change of policy from firing all clocks at once (R13).
    `legal_for` is the customer message whose last legal moment has been used (R25). `erased` holds
    the ids of messages that the customer deleted, in case they arrive late, and `chatted` those of small
    talk, in case they are edited into more. `automaton` is what in the newest message sounded like a machine,
    empty where nothing did (R20).

    A public case may have a private thread beside it: `private_at` is when the customer last wrote there,
    `invited` whether they were asked to (R18). `public_reply_id` is the platform's id of our last public
    reply. `linked_to` names the thread whose case speaks for this one; `also_customers` and `also_places`
    are whom and where this case speaks for besides (R17).
    """

    id: str
    thread: Thread
    customer: Customer
    address: Mapping[str, str] = field(default_factory=dict)
    version: int = 0
    status: Status = Status.IDLE
    previous: str = ""

    opened_at: datetime | None = None
    reopened_at: datetime | None = None
    closed_at: datetime | None = None
    close_reason: CloseReason | None = None
    close_proposed: bool = False

    rule: str = ""
    rule_why: str = ""
    policy_version: str = ""
    cause: str = ""
    not_before: datetime | None = None

    language: str = ""
    formality: Formality | None = None
    category: Category = Category.OTHER

    owed: Owed | None = None
    last_customer_at: datetime | None = None
    last_human_at: datetime | None = None
    last_ack_at: datetime | None = None
    update_from: datetime | None = None
    first_response: Response | None = None
    last_response: Response | None = None

    promise: Promise | None = None
    promises_made: int = 0
    misses: int = 0
    updates_made: int = 0
    apologised: bool = False
    alerts: frozenset[str] = frozenset()
    legal_for: datetime | None = None

    paused_at: datetime | None = None
    paused_for: timedelta = timedelta()
    reminded_at: datetime | None = None

    private_at: datetime | None = None
    invited: bool = False
    public_reply_id: str = ""
    linked_to: Thread | None = None
    also_customers: tuple[str, ...] = ()
    also_places: tuple[str, ...] = ()

    holder: str = ""
    seen: bool = False
    in_control: bool = True
    automaton: str = ""
    erased: tuple[str, ...] = ()
    chatted: tuple[str, ...] = ()

    outbox: tuple[Delivery, ...] = ()
    deliveries_made: int = 0
    clocks: tuple[Clock, ...] = ()

    @property
    def due_at(self) -> datetime | None:
        """When somebody must look at the case again, None when it can rest."""
        moments = [clock.due_at for clock in self.clocks]
        moments += [at for delivery in self.outbox if (at := delivery.wakes_at)]
        return min(moments, default=None)

    def is_customer(self, identifier: str) -> bool:
        """Return whether this is an id of the person the case is about, in whichever thread of theirs."""
        return identifier == self.customer.id or identifier in self.also_customers

    @property
    def replied(self) -> bool:
        """Whether a human has answered, or an answer is on its way."""
        return self.first_response is not None or self.reply_pending

    @property
    def reply_pending(self) -> bool:
        """Whether a person's reply is on its way out."""
        return any(d.pending and d.effect is Effect.REPLY for d in self.outbox)

    @property
    def automatic_pending(self) -> bool:
        """Whether an automatic message is on its way out; what awaits approval or the morning is not."""
        return any(d.pending and d.automatic and not (d.awaits_approval or d.held) for d in self.outbox)

    @property
    def held(self) -> bool:
        """Whether a message waits until the quiet hours end (R23)."""
        return any(d.pending and d.held for d in self.outbox)

    def delivery(self, key: str) -> Delivery | None:
        """Return the delivery with this key, None when the case has no such."""
        return next((d for d in self.outbox if d.key == key), None)

    def with_delivery(self, changed: Delivery) -> "Case":
        """Return the case with the delivery of the same key replaced."""
        outbox = tuple(changed if d.key == changed.key else d for d in self.outbox)
        return replace(self, outbox=outbox)

    def changed(self, **changes: Any) -> "Case":
        """Return a copy with these fields changed."""
        return replace(self, **changes)


SETTLED_DELIVERIES_KEPT = 30
"""Enough for late echoes and for never saying the same twice, and a bound on the size of a case."""


def pruned(outbox: tuple[Delivery, ...]) -> tuple[Delivery, ...]:
    """Return the outbox with all that is pending and the newest of what is settled."""
    settled = [d for d in outbox if not d.pending and d.effect is not Effect.ALERT_OWNER]
    keep = {d.key for d in settled[-SETTLED_DELIVERIES_KEPT:]}
    return tuple(d for d in outbox if d.pending or d.key in keep)


def thread_hash(thread: Thread) -> str:
    """Return a short name for a thread that is safe in a URL, a file name and a log."""
    return hashlib.sha256(f"{thread.channel}\0{thread.key}".encode()).hexdigest()[:20]


def case_id(thread: Thread, number: int) -> str:
    """Return the id of the `number`-th case of a thread, counted from 1."""
    return f"{thread_hash(thread)}.{number}"


def number_of(identifier: str) -> int:
    """Return which case of its thread this id names, counted from 1."""
    return int(identifier.partition(".")[2])
