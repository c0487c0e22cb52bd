"""Other hours on a date, on several, and every year (R10); holidays of countries and their parts."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.calendar import Calendar, Interval
from chalicelib.policies import countries
from chalicelib.policies.exceptions import parse_span
from chalicelib.policies.hours import calendar_of

MORNING = (Interval(540, 720),)
ALL_WEEK = {"monday-sunday": "8:00-20:00"}


def a_calendar(holidays: Any = None, **exceptions: str) -> Calendar:
    document: dict[str, Any] = {"week": ALL_WEEK, "exceptions": exceptions}
    return calendar_of(document | ({"holidays": holidays} if holidays else {}), "Europe/Warsaw")


def closed(calendar: Calendar, *days: tuple[int, int, int]) -> list[bool]:
    return [calendar.hours_of(date(*day)) == () for day in days]


def test_a_span_holds_its_first_and_its_last_day() -> None:
    calendar = a_calendar(**{"2026-12-24..2026-12-26": "closed"})
    around = [(2026, 12, day) for day in (23, 24, 25, 26, 27)]

    assert closed(calendar, *around) == [False, True, True, True, False]


def test_a_day_without_a_year_is_that_of_every_year() -> None:
    calendar = a_calendar(**{"12-24": "9:00-12:00"})

    assert [calendar.hours_of(date(year, 12, 24)) for year in (2026, 2031)] == [MORNING, MORNING]


def test_a_span_of_every_year_may_run_past_its_end() -> None:
    calendar = a_calendar(**{"12-27..01-02": "closed"})
    around = [(2026, 12, 26), (2026, 12, 31), (2027, 1, 1), (2027, 1, 3)]

    assert closed(calendar, *around) == [False, True, True, False]


def test_the_leap_day_is_a_day_of_leap_years() -> None:
    assert closed(a_calendar(**{"02-29": "closed"}), (2028, 2, 29), (2027, 2, 28)) == [True, False]


def test_a_single_day_wins_over_a_span_and_a_year_over_every_year() -> None:
    spans = {"12-24": "closed", "2026-12-20..2026-12-30": "8:00-9:00", "2026-12-24": "9:00-12:00"}
    calendar = a_calendar(**spans)

    assert calendar.hours_of(date(2026, 12, 24)) == MORNING
    assert calendar.hours_of(date(2026, 12, 25)) == (Interval(480, 540),)
    assert closed(calendar, (2027, 12, 24)) == [True]


def test_an_exception_of_every_year_wins_over_a_holiday() -> None:
    assert not closed(a_calendar("PL", **{"11-11": "9:00-12:00"}), (2026, 11, 11))[0]


@pytest.mark.parametrize(
    ("places", "day", "is_closed"),
    [
        ("DE-BY", (2026, 1, 6), True),
        ("DE", (2026, 1, 6), False),
        ("GB-SCT", (2026, 11, 30), True),
        (["PL", "HR"], (2026, 11, 11), True),
        (["PL", "HR"], (2026, 5, 30), True),
        (["PL", "HR"], (2026, 5, 29), False),
        (["PL", "DE-BY", "HR"], (2032, 5, 30), True),
    ],
)
def test_the_holidays_of_parts_of_countries_and_of_several_are_closed(
    places: Any,
    day: tuple[int, int, int],
    is_closed: bool,  # noqa: FBT001 - pytest's own
) -> None:
    assert closed(a_calendar(places), day) == [is_closed]


def test_ukraine_has_suspended_its_holidays_and_poland_has_not() -> None:
    assert not countries.has_holidays("UA", 2026)
    assert countries.has_holidays("PL", 2026)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 365))
def test_a_span_has_as_many_days_as_lie_between(first: date, more: int) -> None:
    last = date.fromordinal(first.toordinal() + more)
    days = list(parse_span(f"{first}..{last}").days())

    assert (days[0], days[-1], len(days)) == (first, last, more + 1)


@given(st.text(alphabet="0123456789-. ", max_size=24))
def test_a_span_is_read_or_refused_and_never_stumbled_over(text: str) -> None:
    try:
        days = list(parse_span(text).days())
    except ValueError:
        days = []

    assert len(days) <= 366
