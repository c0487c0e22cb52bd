"""The calendar against one that walks every minute and reads the clock on the wall (R10)."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chalicelib.core import calendar
from chalicelib.core.calendar import Calendar, Interval
from chalicelib.core.errors import NeverOpens

MINUTE = timedelta(minutes=1)
NOON = time(12)
DAY = timedelta(days=1)
BEFORE, AFTER = 3 * DAY, 9 * DAY

# Days beside which something unusual happens to the clocks or to the calendar of a zone.
UNUSUAL = {
    "Europe/Warsaw": [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1), date(2400, 2, 29)],
    "Australia/Sydney": [date(2026, 4, 5), date(2026, 10, 4)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    "America/Sao_Paulo": [date(2018, 2, 18), date(2018, 11, 4)],
    "Asia/Beirut": [date(2024, 3, 31), date(2024, 10, 27)],
    "Asia/Kolkata": [date(2026, 11, 20)],
    "Asia/Kathmandu": [date(2100, 2, 28)],
    "Pacific/Apia": [date(2011, 12, 30), date(2011, 9, 24), date(2012, 4, 1)],
    "Pacific/Chatham": [date(2026, 4, 5), date(2026, 9, 27)],
    "Africa/Casablanca": [date(2026, 2, 15), date(2026, 3, 22)],
    "UTC": [date(2027, 1, 1), date(2524, 2, 29)],
}


Shown = tuple[list[datetime], dict[datetime, list[int]]]


@cache
def walked(zone: str, start: datetime, end: datetime) -> Shown:
    """Return what the wall showed each minute, and at which minutes it showed a time.

    There are none where a time was skipped, two where it came twice.
    """
    place = ZoneInfo(zone)
    minutes = range(int((end - start) / MINUTE))
    shown = [(start + n * MINUTE).astimezone(place).replace(tzinfo=None) for n in minutes]
    times: dict[datetime, list[int]] = {}
    for n, wall in enumerate(shown):
        times.setdefault(wall, []).append(n)
    return shown, times


@dataclass(frozen=True)
class Wall:
    """Every minute of some days, and to which day's hours it belonged."""

    hours: Calendar
    start: datetime
    end: datetime

    @property
    def shown(self) -> list[datetime]:
        return walked(self.hours.zone, self.start, self.end)[0]

    @property
    def times(self) -> dict[datetime, list[int]]:
        return walked(self.hours.zone, self.start, self.end)[1]

    def first(self, wall: datetime) -> int | None:
        return self._at(wall, 0)

    def last(self, wall: datetime) -> int | None:
        return self._at(wall, -1)

    def _at(self, wall: datetime, which: int) -> int | None:
        if wall in self.times:
            return self.times[wall][which]
        for before in range(1, len(self.shown)):
            earlier = wall - before * MINUTE
            if earlier in self.times:
                # It was skipped: the minutes run on from the last one that was shown.
                return self.times[earlier][-1] + before
        return None

    @cached_property
    def days(self) -> list[date]:
        first, last = self.shown[0].date(), self.shown[-1].date()
        every = (first + n * DAY for n in range((last - first).days + 1))
        # A day of which the wall never showed noon was skipped.
        return [day for day in every if datetime.combine(day, NOON) in self.times or day == last]

    def hours_on(self, day: date) -> tuple[Interval, ...]:
        if day in self.hours.exceptions:
            return self.hours.exceptions[day]
        if (day.month, day.day) in self.hours.yearly:
            return self.hours.yearly[day.month, day.day]
        return () if day in self.hours.holidays else self.hours.week[day.weekday()]

    @cached_property
    def belongs(self) -> list[date | None]:
        """The day to whose hours each minute belongs, None where all is closed."""
        found: list[date | None] = [None] * len(self.shown)
        for day in self.days:
            midnight = datetime.combine(day, time())
            for one in self.hours_on(day):
                opens = self.first(midnight + one.opens * MINUTE)
                closes = self.last(midnight + one.closes * MINUTE)
                for n in range(opens or 0, closes or 0) if opens is not None else ():
                    if n < len(found) and found[n] is None:
                        found[n] = day
        return found

    def at(self, moment: datetime) -> int:
        return int((moment - self.start) / MINUTE)

    def moment(self, n: int) -> datetime:
        return self.start + n * MINUTE

    def open_from(self, n: int) -> Iterator[int]:
        return (m for m in range(n, len(self.shown)) if self.belongs[m] is not None)


def intervals() -> st.SearchStrategy[tuple[Interval, ...]]:
    """Hours of a day: none, one, two, a night, the whole day; begun and ended at odd minutes too."""
    minute = st.one_of(st.sampled_from([0, 60, 90, 119, 120, 150, 179, 180, 540, 1020]), st.integers(0, 1439))

    def pieces(cuts: list[int]) -> tuple[Interval, ...]:
        ordered = sorted(set(cuts))
        return tuple(Interval(a, b) for a, b in zip(ordered[::2], ordered[1::2], strict=False))

    night = st.builds(lambda a, b: (Interval(a, 1440 + b),), st.integers(1200, 1439), st.integers(1, 420))
    return st.one_of(
        st.just(()),
        st.lists(minute, min_size=2, max_size=6).map(pieces),
        night,
        st.just((Interval(0, 1440),)),
    )


@st.composite
def situations(draw: st.DrawFn) -> tuple[Wall, datetime]:
    """Hours in a zone, and a moment near a day on which something unusual happens."""
    zone = draw(st.sampled_from(sorted(UNUSUAL)))
    middle = draw(st.sampled_from(UNUSUAL[zone]))
    near = st.integers(-3, 4).map(lambda n: middle + n * DAY)
    hours = Calendar(
        zone=zone,
        week=tuple(draw(st.lists(intervals(), min_size=7, max_size=7))),
        exceptions=draw(st.dictionaries(near, intervals(), max_size=2)),
        yearly=draw(st.dictionaries(near.map(lambda day: (day.month, day.day)), intervals(), max_size=1)),
        holidays=draw(st.frozensets(near, max_size=2)),
    )
    noon = datetime.combine(middle, time(), UTC) + DAY / 2
    moment = noon + draw(st.integers(-2160, 2160)) * MINUTE
    return Wall(hours, noon - BEFORE - DAY, noon + AFTER), moment


MANY = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LORD_HOWE = Calendar(zone="Australia/Lord_Howe", week=((Interval(60, 150),),) * 7)
SPRING = Calendar(zone="Europe/Warsaw", week=((Interval(135, 165), Interval(180, 240)),) * 7)
LORD_HOWE_ALWAYS = Calendar(zone="Australia/Lord_Howe", week=((Interval(0, 1440),),) * 7)
SKIPPED = Calendar(zone="Pacific/Apia", week=(*((Interval(540, 1020),),) * 5, (), ()))


def around(hours: Calendar, moment: datetime) -> tuple[Wall, datetime]:
    return Wall(hours, moment - BEFORE - DAY, moment + AFTER), moment


@MANY
@given(situations())
@example(around(LORD_HOWE, datetime(2026, 4, 4, 14, 45, tzinfo=UTC)))
@example(around(SPRING, datetime(2026, 3, 29, 0, 45, tzinfo=UTC)))
@example(around(SKIPPED, datetime(2011, 12, 30, 22, 0, tzinfo=UTC)))
def test_open_is_what_the_wall_says(situation: tuple[Wall, datetime]) -> None:
    wall, moment = situation
    for step in range(-20, 120):
        n = wall.at(moment + step * timedelta(minutes=13))

        assert calendar.is_open(wall.hours, wall.moment(n)) == (wall.belongs[n] is not None), wall.shown[n]


@MANY
@given(situations())
def test_the_next_opening_is_the_first_open_minute(situation: tuple[Wall, datetime]) -> None:
    wall, moment = situation
    expected = next((wall.moment(n) for n in wall.open_from(wall.at(moment))), None)
    try:
        found = calendar.next_opening(wall.hours, moment)
    except NeverOpens:
        assert expected is None
    else:
        assert found == expected or (expected is None and found >= wall.end)


@MANY
@given(situations(), st.integers(1, 3000))
def test_working_time_ends_after_as_many_open_minutes(situation: tuple[Wall, datetime], minutes: int) -> None:
    wall, moment = situation
    opened = list(wall.open_from(wall.at(moment)))
    if len(opened) < minutes:
        return
    expected = wall.moment(opened[minutes - 1]) + MINUTE

    assert calendar.add_working_time(wall.hours, moment, minutes * MINUTE) == expected


@MANY
@given(situations(), st.integers(1, 3))
def test_business_days_end_at_the_same_time_of_a_later_open_day(
    situation: tuple[Wall, datetime], days: int
) -> None:
    wall, moment = situation
    opened = list(wall.open_from(wall.at(moment)))
    later = sorted({day for n in opened if (day := wall.belongs[n])})
    # The last days of the walk may be cut off.
    if len(later) <= days or later[days] >= wall.days[-2]:
        return
    first, target = later[0], later[days]
    passed = wall.shown[opened[0]] - datetime.combine(first, time())
    wished = wall.first(datetime.combine(target, time()) + passed)
    of_target = [n for n, day in enumerate(wall.belongs) if day == target]

    assert calendar.add_business_days(wall.hours, moment, days) == wall.moment(moved(of_target, wished or 0))


def moved(of_day: list[int], wished: int) -> int:
    """Return the minute of a day's hours at or after the wished one, the last closing where there is none."""
    if wished - 1 in of_day:
        return wished
    at = bisect_left(of_day, wished)
    return of_day[at] if at < len(of_day) else of_day[-1] + 1


@MANY
@given(situations(), st.sampled_from([5, 10, 15, 20, 30, 60]))
@example(around(LORD_HOWE_ALWAYS, datetime(2026, 10, 3, 15, 20, tzinfo=UTC)), 60)
def test_a_time_is_rounded_up_to_the_next_multiple_or_to_closing(
    situation: tuple[Wall, datetime], step: int
) -> None:
    wall, moment = situation
    n = wall.at(moment)
    even = next(m for m in range(n, len(wall.shown)) if minutes_into_day(wall.shown[m]) % step == 0)
    was_open = wall.belongs[n - 1] is not None or wall.belongs[n] is not None
    closes = next((m for m in range(n, len(wall.shown)) if wall.belongs[m] is None), even)

    assert calendar.round_up(wall.hours, moment, step * MINUTE) == wall.moment(
        min(even, closes) if was_open else even
    )


def minutes_into_day(shown: datetime) -> int:
    return shown.hour * 60 + shown.minute


@pytest.mark.parametrize("step", [7, 50, 90, 480, 1500])
def test_odd_steps_begin_anew_at_midnight(step: int) -> None:
    hours = Calendar(zone="Europe/Warsaw", week=((Interval(0, 1440),),) * 7)
    rounded = calendar.round_up(hours, datetime(2026, 11, 20, 22, 51, tzinfo=UTC), step * MINUTE)

    assert minutes_into_day(rounded.astimezone(ZoneInfo("Europe/Warsaw"))) % step == 0
    assert rounded <= datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
