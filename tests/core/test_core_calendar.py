"""Business hours (R10, R11), judged by an oracle that walks minute by minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.core import calendar
from chalicelib.core.calendar import Calendar, Interval
from chalicelib.core.errors import NeverOpens

NINE_TO_FIVE = (Interval(9 * 60, 17 * 60),)
WITH_LUNCH = (Interval(9 * 60, 13 * 60), Interval(14 * 60, 17 * 60))
CLOSED: tuple[Interval, ...] = ()


def weekdays(hours: tuple[Interval, ...], zone: str = "Europe/Warsaw", **more: object) -> Calendar:
    return Calendar(zone=zone, week=(hours,) * 5 + (CLOSED,) * 2, **more)  # type: ignore[arg-type] # named fields


def every_day(hours: tuple[Interval, ...], zone: str = "Europe/Warsaw") -> Calendar:
    return Calendar(zone=zone, week=(hours,) * 7)


def at(text: str, zone: str = "Europe/Warsaw", fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def test_r10_closing_time_is_exclusive() -> None:
    assert not calendar.is_open(weekdays(NINE_TO_FIVE), at("2026-11-20 17:00"))
    assert calendar.is_open(weekdays(NINE_TO_FIVE), at("2026-11-20 16:59:59"))


def test_r10_hours_may_be_split() -> None:
    assert not calendar.is_open(weekdays(WITH_LUNCH), at("2026-11-20 13:30"))


def test_r10_hours_may_cross_midnight() -> None:
    night = weekdays((Interval(22 * 60, 26 * 60),))

    assert calendar.is_open(night, at("2026-11-21 01:59"))
    assert not calendar.is_open(night, at("2026-11-21 02:00"))


def test_r10_an_exception_replaces_the_hours_of_its_date() -> None:
    shop = weekdays(NINE_TO_FIVE, exceptions={date(2026, 12, 24): (Interval(9 * 60, 12 * 60),)})

    assert not calendar.is_open(shop, at("2026-12-24 12:00"))
    assert calendar.is_open(shop, at("2026-12-24 11:59"))


def test_r10_a_public_holiday_is_closed() -> None:
    shop = weekdays(NINE_TO_FIVE, holidays=frozenset({date(2026, 11, 11)}))

    assert not calendar.is_open(shop, at("2026-11-11 10:00"))


def test_r10_an_exception_beats_a_public_holiday() -> None:
    day = date(2026, 11, 11)
    shop = weekdays(NINE_TO_FIVE, holidays=frozenset({day}), exceptions={day: NINE_TO_FIVE})

    assert calendar.is_open(shop, at("2026-11-11 10:00"))


def test_r10_a_holiday_does_not_cut_the_night_before_it() -> None:
    bar = every_day((Interval(22 * 60, 26 * 60),))
    with_holiday = Calendar(zone=bar.zone, week=bar.week, holidays=frozenset({date(2026, 11, 11)}))

    assert calendar.is_open(with_holiday, at("2026-11-11 01:00"))
    assert not calendar.is_open(with_holiday, at("2026-11-11 23:00"))


def test_scenario_3_friday_afternoon_before_a_holiday_and_a_change_of_the_clock() -> None:
    # Clocks go back on Sunday 25 October 2026; Monday is closed.
    shop = weekdays(WITH_LUNCH, exceptions={date(2026, 10, 26): CLOSED})

    due = calendar.add_working_time(shop, at("2026-10-23 16:50"), timedelta(hours=2))

    assert due == at("2026-10-27 10:50")


def test_r10_an_opening_time_that_does_not_exist_moves_forward() -> None:
    # On 29 March 2026 there is no 02:30 in Warsaw: the clock jumps from 02:00 to 03:00.
    night = every_day((Interval(2 * 60 + 30, 6 * 60),))

    assert calendar.next_opening(night, at("2026-03-29 00:00")) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_r10_a_closing_time_that_does_not_exist_moves_forward() -> None:
    night = every_day((Interval(0, 2 * 60 + 30),))

    assert calendar.is_open(night, at("2026-03-29 03:29"))
    assert not calendar.is_open(night, at("2026-03-29 03:30"))


def test_r10_an_ambiguous_time_opens_at_its_first_and_closes_at_its_second_occurrence() -> None:
    # On 25 October 2026 the hour from 02:00 to 03:00 happens twice.
    opening = every_day((Interval(2 * 60 + 30, 6 * 60),))
    closing = every_day((Interval(0, 2 * 60 + 30),))

    assert calendar.next_opening(opening, at("2026-10-25 00:00")) == at("2026-10-25 02:30", fold=0)
    assert calendar.is_open(closing, at("2026-10-25 02:29", fold=1))


def test_r10_working_time_is_elapsed_time_in_the_night_the_clocks_go_back() -> None:
    night = every_day((Interval(0, 6 * 60),))

    due = calendar.add_working_time(night, at("2026-10-25 00:00"), timedelta(hours=6))

    assert due == at("2026-10-25 05:00")


def test_r10_a_calendar_without_openings_says_so() -> None:
    with pytest.raises(NeverOpens):
        calendar.next_opening(every_day(CLOSED), at("2026-11-20 12:00"))


def test_r10_more_working_time_than_a_year_holds_is_refused() -> None:
    one_hour = Calendar(zone="UTC", week=((Interval(0, 60),), *((CLOSED,) * 6)))

    with pytest.raises(NeverOpens):
        calendar.add_working_time(one_hour, at("2026-11-20 12:00"), timedelta(hours=60))


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-20 16:50", 1, "2026-11-23 16:50"),  # Friday to Monday, same time
        ("2026-11-20 19:00", 1, "2026-11-24 09:00"),  # after hours: counted from Monday's opening
        ("2026-11-21 12:00", 1, "2026-11-24 09:00"),  # on a closed day likewise
        ("2026-11-20 12:00", 0, "2026-11-20 12:00"),
        ("2026-11-20 10:00", 5, "2026-11-27 10:00"),
    ],
)
def test_a_business_day_is_the_same_time_on_the_next_open_day(start: str, days: int, expected: str) -> None:
    assert calendar.add_business_days(weekdays(NINE_TO_FIVE), at(start), days) == at(expected)


def test_a_business_day_that_ends_in_a_break_moves_to_its_end() -> None:
    shop = weekdays(NINE_TO_FIVE, exceptions={date(2026, 11, 23): WITH_LUNCH})

    assert calendar.add_business_days(shop, at("2026-11-20 13:30"), 1) == at("2026-11-23 14:00")


def test_a_business_day_that_ends_after_hours_moves_to_closing_time() -> None:
    shop = weekdays(NINE_TO_FIVE, exceptions={date(2026, 11, 23): (Interval(9 * 60, 12 * 60),)})

    assert calendar.add_business_days(shop, at("2026-11-20 16:00"), 1) == at("2026-11-23 12:00")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-20 10:41", "2026-11-20 10:50"),
        ("2026-11-20 10:50", "2026-11-20 10:50"),
        ("2026-11-20 10:50:01", "2026-11-20 11:00"),
    ],
)
def test_r21_promises_are_rounded_up_to_a_decent_moment(moment: str, expected: str) -> None:
    rounded = calendar.round_up(weekdays(NINE_TO_FIVE), at(moment), timedelta(minutes=10))

    assert rounded == at(expected)


def test_r21_rounding_stops_at_closing_time() -> None:
    shop = weekdays((Interval(9 * 60, 17 * 60 + 5),))

    assert calendar.round_up(shop, at("2026-11-20 17:01"), timedelta(minutes=10)) == at("2026-11-20 17:05")


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham"])
def test_r21_rounding_is_on_the_wall_clock_of_odd_zones(zone: str) -> None:
    shop = every_day(NINE_TO_FIVE, zone)

    rounded = calendar.round_up(shop, at("2026-11-20 10:41", zone), timedelta(minutes=10))

    assert rounded.astimezone(ZoneInfo(zone)).strftime("%H:%M") == "10:50"


ZONES = ("Europe/Warsaw", "Europe/Zagreb", "Europe/Moscow", "America/New_York", "Australia/Lord_Howe", "UTC")
MINUTE = timedelta(minutes=1)


def intervals() -> st.SearchStrategy[tuple[Interval, ...]]:
    quarter = st.integers(0, 95).map(lambda n: n * 15)
    one = st.tuples(quarter, st.integers(1, 64)).map(lambda pair: Interval(pair[0], pair[0] + pair[1] * 15))
    return st.lists(one, max_size=2).map(tuple)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    week = draw(st.tuples(*[intervals()] * 7))
    start = date(2026, 1, 1)
    some_days = st.integers(0, 420).map(lambda n: start + timedelta(days=n))
    return Calendar(
        zone=draw(st.sampled_from(ZONES)),
        week=week,
        exceptions=draw(st.dictionaries(some_days, intervals(), max_size=5)),
        holidays=frozenset(draw(st.sets(some_days, max_size=5))),
    )


AROUND_CHANGES = st.sampled_from(
    [
        datetime(2026, 3, 28, 12, tzinfo=UTC),
        datetime(2026, 10, 24, 12, tzinfo=UTC),
        datetime(2026, 3, 7, 12, tzinfo=UTC),
        datetime(2026, 10, 31, 12, tzinfo=UTC),
        datetime(2026, 4, 4, 0, tzinfo=UTC),
        datetime(2026, 6, 15, 12, tzinfo=UTC),
        datetime(2028, 2, 28, 12, tzinfo=UTC),
    ]
)


def oracle_is_open(shop: Calendar, moment: datetime) -> bool:
    """Ask of a minute whether any interval of its day or of the two before covers it on the wall clock."""
    zone = ZoneInfo(shop.zone)
    for back in range(3):
        day = moment.astimezone(zone).date() - timedelta(days=back)
        for interval in shop.hours_of(day):
            opens = resolved(day, interval.opens, zone, fold=0)
            closes = resolved(day, interval.closes, zone, fold=1)
            if opens <= moment < closes:
                return True
    return False


def resolved(day: date, minute: int, zone: ZoneInfo, fold: int) -> datetime:
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    candidates = [wall.replace(tzinfo=zone, fold=f).astimezone(UTC) for f in (0, 1)]
    exist = [c for c in candidates if c.astimezone(zone).replace(tzinfo=None) == wall]
    # In a gap the offset before the jump carries the time past it.
    return exist[-1 if fold else 0] if exist else candidates[0]


@given(calendars(), AROUND_CHANGES, st.integers(0, 36 * 60))
def test_r10_is_open_agrees_with_the_minute_by_minute_oracle(
    shop: Calendar, start: datetime, offset: int
) -> None:
    moment = start + timedelta(minutes=offset)

    assert calendar.is_open(shop, moment) == oracle_is_open(shop, moment)


@given(calendars(), AROUND_CHANGES, st.integers(0, 36 * 60), st.integers(1, 240))
def test_r10_working_time_agrees_with_the_minute_by_minute_oracle(
    shop: Calendar, start: datetime, offset: int, minutes: int
) -> None:
    moment = start + timedelta(minutes=offset)

    walked, left = moment, minutes
    while left and walked < moment + timedelta(days=9):
        left -= oracle_is_open(shop, walked)
        walked += MINUTE
    assume(left == 0)

    assert calendar.add_working_time(shop, moment, timedelta(minutes=minutes)) == walked


@given(calendars(), AROUND_CHANGES, st.integers(0, 36 * 60))
def test_r11_the_next_opening_is_open_and_nothing_before_it_is(
    shop: Calendar, start: datetime, offset: int
) -> None:
    moment = start + timedelta(minutes=offset)

    try:
        opening = calendar.next_opening(shop, moment)
    except NeverOpens:
        return

    between = range(min(int((opening - moment) / MINUTE), 3000))
    assert calendar.is_open(shop, opening)
    assert not any(oracle_is_open(shop, moment + n * MINUTE) for n in between)
