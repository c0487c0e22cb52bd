"""Quiet hours: updates, reminders and closings wait until they end, the first ack does not (R23). Pure."""

from datetime import datetime, timedelta

from chalicelib.core import calendar
from chalicelib.core.policy import Policy

_LONGEST_NIGHT = timedelta(days=2)


def release(policy: Policy, moment: datetime) -> datetime:
    """Return when what is due at `moment` may go out, in UTC: then, or when the quiet hours end."""
    night = _night(policy, moment)
    return night[1] if night else moment


def before(policy: Policy, moment: datetime, until: datetime) -> datetime:
    """Return a moment outside quiet hours for what must be said before `until` (R25).

    What would have to wait for longer than there is time goes out before the quiet hours begin.
    """
    night = _night(policy, moment)
    if night is None:
        return moment
    return night[1] if night[1] < until else night[0]


def _night(policy: Policy, moment: datetime) -> tuple[datetime, datetime] | None:
    """Return begin and end of the quiet hours around a moment; pieces that touch are one night."""
    if policy.quiet_hours is None:
        return None
    night: tuple[datetime, datetime] | None = None
    for period in calendar.periods(policy.quiet_hours, moment - _LONGEST_NIGHT):
        if night and period.opens_at <= night[1]:
            night = night[0], max(night[1], period.closes_at)
        elif night and night[1] > moment:
            break
        else:
            night = period.opens_at, period.closes_at
        if night[0] > moment:
            return None
    return night if night and night[0] <= moment < night[1] else None
