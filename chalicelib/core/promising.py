"""The times that automatic messages name: reckoned by the rule, in the open hours, rounded up (R21)."""

from datetime import datetime

from chalicelib.core import calendar
from chalicelib.core.case import Case
from chalicelib.core.effects import Delivery, Wording
from chalicelib.core.errors import NeverOpens
from chalicelib.core.policy import Policy


def promise_at(case: Case, delivery: Delivery, policy: Policy, now: datetime) -> datetime | None:
    """Return the time a message names if it goes out now; however long it waited, a time to come (R21)."""
    if delivery.promise_due_at is None or delivery.wording is Wording.PROMISE:
        return delivery.promise_due_at
    if case.promise:
        # A time is known already, and a customer is told one; that it has passed is for an update to say.
        return case.promise.due_at if case.promise.due_at > now else None
    return promise_from(case, policy, now)


def promise_from(case: Case, policy: Policy, now: datetime) -> datetime | None:
    """Return a time the business can keep, reckoned by the rule and rounded up, None for no promise (R21)."""
    length = policy.rule(case.rule).promise
    if length is None or case.promises_made >= policy.numbers.max_promises:
        return None
    try:
        due_at = length.after(now, policy.calendar)
    except NeverOpens:
        return None
    return calendar.round_up(policy.calendar, due_at, policy.numbers.round_to)
