"""What `decide` returns: the next case, what is to be done now, and why."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.core.case import Case
from chalicelib.core.effects import Delivery
from chalicelib.core.timeline import Entry, Why
from chalicelib.core.values import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """A case as it shall be stored, the deliveries claimed for the caller to carry out, the reasons.

    `effects` may be carried out only after the case is committed; each is in `case.outbox`, claimed.
    """

    case: Case
    effects: tuple[Delivery, ...] = ()
    timeline: tuple[Entry, ...] = ()

    def set(self, **changes: Any) -> "Decision":
        """Return the decision with these fields of the case changed."""
        return replace(self, case=self.case.changed(**changes))

    def put(self, delivery: Delivery) -> "Decision":
        """Return the decision with a delivery of the same key replaced."""
        return replace(self, case=self.case.with_delivery(delivery))

    def do(self, delivery: Delivery) -> "Decision":
        """Return the decision with a claimed delivery for the caller to carry out."""
        return replace(self.put(delivery), effects=(*self.effects, delivery))

    def note(
        self, why: Why, at: datetime, *, text: str = "", message_id: str = "", **facts: str
    ) -> "Decision":
        """Return the decision with one more entry for the timeline (R29)."""
        entry = Entry(at=at, why=why, facts=facts, text=text, message_id=message_id)
        return replace(self, timeline=(*self.timeline, entry))
