"""What a case owes to the world: imperative effects and how far their delivery has come."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from chalicelib.core.message import Lane
from chalicelib.core.values import dataclass


class Effect(StrEnum):
    """What Hearback does outside itself."""

    ACKNOWLEDGE = "acknowledge"
    INVITE = "invite"
    UPDATE = "update"
    REMIND = "remind"
    CLOSE = "close"
    REPLY = "reply"
    ALERT_OWNER = "alert_owner"


AUTOMATIC = frozenset({Effect.ACKNOWLEDGE, Effect.INVITE, Effect.UPDATE, Effect.REMIND, Effect.CLOSE})
"""The effects that put words before a customer which no human wrote."""


class Wording(StrEnum):
    """Which of the owner's texts an automatic message is made of."""

    ACK = "ack"
    INVITE = "invite"
    UPDATE = "update"
    MISSED = "missed"
    LAST_LEGAL = "last-legal"
    PROMISE = "promise"
    REMIND = "remind"
    CLOSING = "closing"
    STATUS = "status"
    """A person wrote it, for all cases of an incident; no file of texts holds it."""


class Alert(StrEnum):
    """Why the owner is called."""

    REPLY_DUE = "reply_due"
    UNANSWERED = "unanswered"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    PROMISE_ENDING = "promise_ending"
    PROMISE_MISSED = "promise_missed"
    UPDATES_EXHAUSTED = "updates_exhausted"
    LAST_LEGAL_MOMENT = "last_legal_moment"
    RESOLUTION_MISSED = "resolution_missed"
    DELIVERY_REFUSED = "delivery_refused"
    DELIVERY_UNCERTAIN = "delivery_uncertain"
    NOT_SENT = "not_sent"
    APPROVAL_WANTED = "approval_wanted"


class DeliveryStatus(StrEnum):
    """`planned -> claimed -> sent | uncertain | refused | cancelled`; rehearsed is sent in a dry run."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENT = "sent"
    REHEARSED = "rehearsed"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"
    CANCELLED = "cancelled"


PENDING = frozenset({DeliveryStatus.PLANNED, DeliveryStatus.CLAIMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One effect on its way out.

    `key` is the idempotency key: the same through every attempt, and the nonce an echo is known by.
    `lane` is the way it takes, chosen anew with each claim of an automatic message. `period` is since when
    what it answers was owed, `period_until` when the newest of it was asked. `attempt` tells one claim from
    the next, `asked` counts how often the platform was asked about it. `first_due_at` is when it was first
    meant to go out, `due_at` when it is next tried, `claimed_at` when the attempt began whose end is not
    known, `lease_until` when that claim counts as lost (UTC), `tried_at` when it was first tried in
    vain. What `awaits_approval` is not sent until a person has approved it, and `due_at` is when that is too
    late (R18). `turn_at` is the moment that the
    platform's rates have left for it; what is `held` waits until the quiet hours end (R23). A `reconciling`
    claim first asks the platform what became of the attempt before. `digest` remembers the words once `text`
    has moved to the timeline. `failing_since` is when the first of the attempts began that have failed one
    after the other.
    """

    key: str
    effect: Effect
    lane: Lane = Lane.MESSAGE
    status: DeliveryStatus = DeliveryStatus.PLANNED
    first_due_at: datetime
    due_at: datetime
    period: datetime | None = None
    period_until: datetime | None = None
    attempt: int = 0
    asked: int = 0
    awaits_approval: bool = False
    turn_at: datetime | None = None
    held: bool = False
    claimed_at: datetime | None = None
    tried_at: datetime | None = None
    lease_until: datetime | None = None
    reconciling: bool = False
    wording: Wording | None = None
    promise_due_at: datetime | None = None
    text: str = ""
    digest: str = ""
    failing_since: datetime | None = None
    author: str = ""
    alert: Alert | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    message_id: str = ""
    settled_at: datetime | None = None

    @property
    def pending(self) -> bool:
        """Whether it may still go out."""
        return self.status in PENDING

    @property
    def automatic(self) -> bool:
        """Whether it puts words before a customer that no human wrote."""
        return self.effect in AUTOMATIC

    @property
    def wakes_at(self) -> datetime | None:
        """When somebody must look at it again, None once it is settled."""
        if self.status is DeliveryStatus.CLAIMED:
            return self.lease_until
        return self.due_at if self.status is DeliveryStatus.PLANNED else None
