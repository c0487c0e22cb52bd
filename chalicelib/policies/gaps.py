"""Opening hours in which nobody is on duty, in the four weeks that lie ahead."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from chalicelib.core import calendar, roster
from chalicelib.core.calendar import Calendar
from chalicelib.core.roster import Level, Matter, Roster

AHEAD = timedelta(weeks=4)
_MANY = 3
"""So many channels are named where they have a gap in common; of more, the first ones and their number."""

Stretch = tuple[datetime, datetime]


def lines(people: Roster, channels: Mapping[str, Calendar], now: datetime) -> Iterator[str]:
    """Yield a sentence for each gap; the same hours of several weeks, or channels, are one."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for channel, hours in channels.items():
        for when, who in _of_channel(people, channel, hours, now):
            found[when, who].append(channel)
    for (when, who), names in found.items():
        yield f"{when}: nobody is on duty for {_listed(names)}; {who} is called"


def gaps(people: Roster, channel: str, hours: Calendar, now: datetime) -> list[Stretch]:
    """Return the stretches, from the present opening on, in which a channel is open and nobody on duty."""
    until = now + AHEAD
    open_times = list(_stretches(hours, now, until))
    serving = [person.duty(hours.zone) for person in people.people if person.serves(channel)]
    since = min((opens for opens, _ in open_times), default=now)
    on_duty = sorted(stretch for duty in serving for stretch in _stretches(duty, since, until + AHEAD))
    return [left for one in open_times for left in _without(one, on_duty)]


def _stretches(hours: Calendar, since: datetime, until: datetime) -> Iterator[Stretch]:
    ahead = takewhile(lambda period: period.opens_at < until, calendar.periods(hours, since))
    return ((period.opens_at, period.closes_at) for period in ahead)


def _without(one: Stretch, covers: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield what is left of a stretch beside the covers, which are sorted."""
    begin, end = one
    for starts, ends in covers:
        if starts >= end:
            break
        if starts > begin:
            yield begin, starts
        begin = max(begin, ends)
    if begin < end:
        yield begin, end


def _of_channel(people: Roster, channel: str, hours: Calendar, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield when a channel has a gap, and who is called then."""
    same: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for begin, end in gaps(people, channel, hours, now):
        matter = Matter(channel=channel, zone=hours.zone)
        last = roster.route(people, matter, Level.HOLDER, begin)[0]
        local_begin, local_end = calendar.local(hours, begin), calendar.local(hours, end)
        span = f"{local_begin:%H:%M}-{_closing(local_begin, local_end)}"
        same[span, f"the {last.role}"].append(local_begin)
    for (span, who), days in same.items():
        yield f"{_days(days)} {span}", who


def _closing(begin: datetime, end: datetime) -> str:
    midnight = end.date() > begin.date() and end.strftime("%H:%M") == "00:00"
    return "24:00" if midnight else end.strftime("%H:%M")


def _days(days: Sequence[datetime]) -> str:
    """Return days by their names where a gap comes again each week, by their dates where it does not."""
    weekly: dict[int, list[datetime]] = defaultdict(list)
    for day in days:
        weekly[day.weekday()].append(day)
    again = [f"{found[0]:%A}" for _, found in sorted(weekly.items()) if len(found) > 1]
    once = sorted(found[0] for found in weekly.values() if len(found) == 1)
    return ", ".join([*again, *(f"{day:%A} {day:%Y-%m-%d}" for day in once)])


def _listed(names: Sequence[str]) -> str:
    if len(names) <= _MANY:
        return ", ".join(names)
    return f"{', '.join(names[:_MANY])} and {len(names) - _MANY} more channels"
