"""What a store that was put back from a backup cannot know, and therefore does not say (R6, R34).

After the backup messages went out and people wrote, and this store has never heard of it. So whatever it
was about to say on what it knew before the moment of its restoration is left to a person: a missing
message is better than two.
"""

from datetime import datetime

from chalicelib.core.case import Case
from chalicelib.core.effects import Delivery, Effect
from chalicelib.core.policy import Policy

RESTORED = "restored"
"""The reason that stands in the timeline and in the call."""


def in_doubt(case: Case, policy: Policy) -> bool:
    """Return whether all that makes a case speak is from before the restoration.

    That is its oldest unanswered message; where nothing is owed, the last that anybody wrote or set.
    """
    return policy.restored_at is not None and _known_at(case) < policy.restored_at.timestamp()


def may_be_out(delivery: Delivery, policy: Policy) -> bool:
    """Return whether a message on its way was on its way when the backup was made: it may have arrived."""
    if policy.restored_at is None or not delivery.pending or delivery.effect is Effect.ALERT_OWNER:
        return False
    return delivery.first_due_at < policy.restored_at


def first_number(policy: Policy) -> int:
    """Return from which number on deliveries are counted.

    Their numbers are in the keys by which platforms drop doubles: one that a message of the lost time has
    had would silently swallow another. More seconds have passed than any case has deliveries.
    """
    return int(policy.restored_at.timestamp()) if policy.restored_at else 0


def _known_at(case: Case) -> float:
    if case.owed:
        return case.owed.since.timestamp()
    return max(map(_seconds, (case.last_customer_at, case.last_human_at, case.paused_at)))


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
