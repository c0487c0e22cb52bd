"""Quiet hours: updates, reminders and closings wait until they end, the first ack does not (R23). Pure."""

from datetime import datetime

from chalicelib.core import calendar
from chalicelib.core.calendar import Period
from chalicelib.core.policy import Policy

_PIECES_OF_A_WEEK = 14
"""A night may be written as two pieces that touch."""


def release(policy: Policy, moment: datetime) -> datetime:
    """Return when what is due at `moment` may go out, in UTC: then, or when the quiet hours end."""
    for _ in range(_PIECES_OF_A_WEEK):
        period = _quiet_at(policy, moment)
        if period is None:
            break
        moment = period.closes_at
    return moment


def before(policy: Policy, moment: datetime, until: datetime) -> datetime:
    """Return a moment outside quiet hours for what must be said before `until` (R25).

    What would have to wait for longer than there is time goes out before the quiet hours begin.
    """
    period = _quiet_at(policy, moment)
    if period is None:
        return moment
    return period.closes_at if period.closes_at < until else period.opens_at


def _quiet_at(policy: Policy, moment: datetime) -> Period | None:
    if policy.quiet_hours is None:
        return None
    period = next(calendar.periods(policy.quiet_hours, moment), None)
    return period if period and period.opens_at <= moment else None
