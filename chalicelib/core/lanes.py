"""Which way words take: in private where the customer writes in private, else in public (R17, R18, R25)."""

from datetime import datetime

from chalicelib.core.case import Case
from chalicelib.core.effects import Effect
from chalicelib.core.message import Lane
from chalicelib.core.policy import Policy, PublicAcks

PUBLIC = frozenset({Lane.PUBLIC_REPLY, Lane.EDIT})


def lane_for(case: Case, effect: Effect, policy: Policy, now: datetime) -> Lane | None:
    """Return the lane of a message, None where the platform has none for it."""
    if not case.thread.public:
        return Lane.MESSAGE
    if effect is Effect.INVITE:
        return Lane.PRIVATE_REPLY if may_invite(case, policy, now) else None
    if _writes_in_private(case):
        return Lane.MESSAGE
    if effect not in (Effect.REPLY, Effect.ACKNOWLEDGE) and private_is_open(case, policy, now):
        return Lane.MESSAGE
    return _public(case, effect, policy)


def public_acks(case: Case, policy: Policy, now: datetime) -> PublicAcks:
    """Return how the acknowledgement of a case is treated; a private one is nobody's to approve (R18)."""
    if lane_for(case, Effect.ACKNOWLEDGE, policy, now) not in PUBLIC:
        return PublicAcks.AUTO
    return policy.rule(case.rule).public_acks or policy.public_acks


def private_is_open(case: Case, policy: Policy, now: datetime) -> bool:
    """Return whether an automatic message may go to the private thread beside a public one (R25)."""
    if case.private_at is None:
        return False
    allowed = policy.allowance.automatic
    return allowed is None or now < case.private_at + allowed


def may_invite(case: Case, policy: Policy, now: datetime) -> bool:
    """Return whether the one private reply to a public message may still be sent (R18)."""
    allowed = policy.allowance.private_reply
    if allowed is None or not policy.private_reply or case.owed is None or case.private_at:
        return False
    return now < case.owed.since + allowed


def _writes_in_private(case: Case) -> bool:
    return case.private_at is not None and case.private_at == case.last_customer_at


def _public(case: Case, effect: Effect, policy: Policy) -> Lane | None:
    if not policy.allowance.public:
        return None
    first = not case.public_reply_id
    if policy.allowance.edits and not first:
        return Lane.EDIT
    if first or effect is Effect.REPLY or policy.allowance.later_public:
        return Lane.PUBLIC_REPLY
    return None
