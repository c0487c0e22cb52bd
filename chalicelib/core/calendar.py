"""Business hours: when the business is open, opens next, and what a working duration ends at (R10, R11).

Local wall-clock intervals are resolved to UTC one local day at a time, so that both changes of the
clock come out right: a local time that does not exist moves forward, an ambiguous one means its first
occurrence where the business opens and its second where it closes. Durations are elapsed real time.
"""

from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.core.errors import NeverOpens
from chalicelib.core.values import dataclass

HORIZON = timedelta(days=366)
MINUTES_A_DAY = 24 * 60
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Interval:
    """Opening hours of a day, in minutes after local midnight; `closes` past 1440 is the next day."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Period:
    """One stretch of being open, in UTC; `closes_at` is exclusive, `day` is the local day it belongs to."""

    day: date
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Opening hours in one IANA zone.

    `week` holds seven days, Monday first. `exceptions` replaces the hours of a date, an empty tuple
    closes it; `yearly` does so by month and day where no exception names the date. A date in `holidays` is
    closed unless one of the two names it.
    """

    zone: str
    week: tuple[tuple[Interval, ...], ...]
    exceptions: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)
    yearly: Mapping[tuple[int, int], tuple[Interval, ...]] = field(default_factory=dict)
    holidays: Container[date] = frozenset()

    def hours_of(self, day: date) -> tuple[Interval, ...]:
        """Return the intervals that begin on `day`."""
        if day in self.exceptions:
            return self.exceptions[day]
        if (day.month, day.day) in self.yearly:
            return self.yearly[day.month, day.day]
        return () if day in self.holidays else self.week[day.weekday()]


def local(calendar: Calendar, moment: datetime) -> datetime:
    """Return `moment` as wall-clock time of the calendar's zone."""
    return moment.astimezone(ZoneInfo(calendar.zone))


def day_within(intervals: Collection[Interval], days: Collection[int], wall: datetime) -> int | None:
    """Return the day, from 0 for Monday, to whose intervals a time on the wall belongs, None for no day.

    An interval past midnight belongs to the day on which it begins; its end is exclusive.
    """
    minute, today = wall.hour * 60 + wall.minute, wall.weekday()
    for day, passed in ((today, minute), ((today - 1) % len(DAYS), minute + MINUTES_A_DAY)):
        if day in days and any(one.opens <= passed < one.closes for one in intervals):
            return day
    return None


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """Return whether the business is open at `moment`; the closing time is exclusive."""
    period = next(periods(calendar, moment), None)
    return period is not None and period.opens_at <= moment


def next_opening(calendar: Calendar, moment: datetime) -> datetime:
    """Return `moment` itself if open, else the next opening, in UTC.

    Raises `NeverOpens` when there is none within 366 days.
    """
    return max(moment.astimezone(UTC), _next_period(calendar, moment).opens_at)


def add_working_time(calendar: Calendar, start: datetime, length: timedelta) -> datetime:
    """Return the moment, in UTC, at which `length` of open time after `start` has passed.

    Raises `NeverOpens` when the calendar does not hold that much open time.
    """
    left = length
    for period in periods(calendar, start):
        begin = max(period.opens_at, start.astimezone(UTC))
        if begin + left <= period.closes_at:
            return begin + left
        left -= period.closes_at - begin
    raise NeverOpens(f"the calendar holds less than {length} of open time in the next 366 days")


def add_business_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """Return the same local time `days` open days later, moved into that day's hours, in UTC.

    Outside hours the count starts at the next opening. Raises `NeverOpens`.
    """
    first = _next_period(calendar, start)
    begin = max(start, first.opens_at)
    passed = {first.day}
    for period in periods(calendar, begin):
        if len(passed | {period.day}) > days + 1:
            break
        passed.add(period.day)
    if len(passed) <= days:
        raise NeverOpens(f"the calendar holds less than {days} open days in the next 366 days")
    target = max(passed)
    wished = _utc(target, _minute_of(local(calendar, begin), first.day), ZoneInfo(calendar.zone), fold=0)
    return _moved_into_hours(calendar, target, wished)


def round_up(calendar: Calendar, moment: datetime, step: timedelta) -> datetime:
    """Return `moment` rounded up to a multiple of `step` of local time, but not past closing time (R21).

    Multiples are counted from each local midnight, which is one itself.
    """
    rounded = moment.astimezone(UTC)
    # Where the clock changes on the way, the sum may end beside a multiple: rounded again then.
    while beyond := _into_day(local(calendar, rounded)) % step:
        midnight = _utc(local(calendar, rounded).date(), MINUTES_A_DAY, ZoneInfo(calendar.zone), fold=0)
        rounded = min(rounded + step - beyond, max(midnight, rounded + timedelta(microseconds=1)))
    closes_at = _closing(calendar, moment, rounded)
    return min(rounded, closes_at) if closes_at else rounded


def _into_day(wall: datetime) -> timedelta:
    return wall.replace(tzinfo=None) - datetime.combine(wall.date(), time())


def _closing(calendar: Calendar, moment: datetime, enough: datetime) -> datetime | None:
    """Return until when the business is open without a break, looked at up to `enough`; None if closed."""
    closes_at = None
    # At closing time itself the period before is the one that counts.
    for period in periods(calendar, moment - timedelta(microseconds=1)):
        if period.opens_at > (closes_at or moment) or (closes_at and closes_at >= enough):
            break
        closes_at = period.closes_at
    return closes_at


def periods(calendar: Calendar, after: datetime) -> Iterator[Period]:
    """Yield the periods that end after `after`, in order and without overlap, for 366 days."""
    zone = ZoneInfo(calendar.zone)
    # Hours of the day before may cross midnight, and a zone's day may differ from the day in UTC.
    day = after.astimezone(zone).date() - timedelta(days=2)
    last = (after + HORIZON).astimezone(zone).date()
    previous_close = datetime.min.replace(tzinfo=UTC)
    while day <= last:
        for found in _periods_of(calendar, day, zone):
            opens_at = max(found.opens_at, previous_close)
            if opens_at < found.closes_at:
                previous_close = found.closes_at
                if found.closes_at > after:
                    yield Period(day, opens_at, found.closes_at)
        day += timedelta(days=1)


def _periods_of(calendar: Calendar, day: date, zone: ZoneInfo) -> list[Period]:
    """Return the hours of a local day in order; a day that the zone skips has none."""
    if not _exists(day, zone):
        return []
    found = (
        Period(day, _utc(day, one.opens, zone, fold=0), _utc(day, one.closes, zone, fold=1))
        for one in calendar.hours_of(day)
    )
    # What moves forward with the clock may come to lie behind what follows it on the wall.
    return sorted(found, key=lambda period: period.opens_at)


def _exists(day: date, zone: ZoneInfo) -> bool:
    """Return whether a zone has this day: some have skipped one on their way across the date line."""
    noon = datetime.combine(day, time(12), tzinfo=zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day


def _next_period(calendar: Calendar, moment: datetime) -> Period:
    for period in periods(calendar, moment):
        return period
    raise NeverOpens("the calendar has no opening in the next 366 days")


def _moved_into_hours(calendar: Calendar, day: date, wished: datetime) -> datetime:
    start = _utc(day, 0, ZoneInfo(calendar.zone), fold=0)
    closes_at = start
    for period in periods(calendar, start):
        if period.day > day:
            # A year of days is behind this one.
            break
        if period.day == day:
            if wished <= period.closes_at:
                return max(wished, period.opens_at)
            closes_at = period.closes_at
    return closes_at


def _minute_of(wall: datetime, day: date) -> int:
    return (wall.date() - day).days * MINUTES_A_DAY + wall.hour * 60 + wall.minute


def _utc(day: date, minute: int, zone: ZoneInfo, *, fold: int) -> datetime:
    days, rest = divmod(minute, MINUTES_A_DAY)
    wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60))
    moment = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != wall:
        # The wall clock jumps over this time; with fold=0 it moves forward by the length of the jump.
        moment = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return moment
