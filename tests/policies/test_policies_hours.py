"""Opening hours as owners write them (R10)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import calendar
from chalicelib.core.calendar import Interval
from chalicelib.policies.hours import calendar_of, parse_days, parse_hours


@pytest.mark.parametrize(
    ("text", "intervals"),
    [
        ("9:00-17:00", [(540, 1020)]),
        ("09:00 - 17:00", [(540, 1020)]),
        ("9:00\u201317:00", [(540, 1020)]),
        ("9:00-13:00, 14:00-18:00", [(540, 780), (840, 1080)]),
        ("14:00-18:00,9:00-13:00", [(540, 780), (840, 1080)]),
        ("9:00-13:00, 13:00-18:00", [(540, 780), (780, 1080)]),
        ("22:00-2:00", [(1320, 1560)]),
        ("17:00-0:00", [(1020, 1440)]),
        ("0:00-24:00", [(0, 1440)]),
        ("10:00-4:00", [(600, 1680)]),
        ("closed", []),
        (" Closed ", []),
    ],
)
def test_hours_are_read_as_minutes_of_the_day(text: str, intervals: list[tuple[int, int]]) -> None:
    assert parse_hours(text) == tuple(Interval(*pair) for pair in intervals)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9-17",
        "9:00",
        "9:00-",
        "9am-5pm",
        "9:00-17:60",
        "24:00-25:00",
        "100:00-200:00",
        "9:00-9:00",
        "9:00-5:00",
        "9.00-17.00",
        "٩:٠٠-١٧:٠٠",
        "open",
        "9:00-17:00,",
        "9:00-17:00, closed",
        "9:00-14:00, 13:00-18:00",
    ],
)
def test_hours_that_make_no_sense_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        parse_hours(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("monday", (0,)),
        ("Sunday", (6,)),
        ("monday-friday", (0, 1, 2, 3, 4)),
        ("saturday - sunday", (5, 6)),
        ("monday\u2013tuesday", (0, 1)),
        ("friday-friday", (4,)),
    ],
)
def test_days_are_read_from_monday_on(text: str, days: tuple[int, ...]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize(
    "text", ["", "mon", "monday-", "-monday", "monday-friday-sunday", "friday-monday", "1"]
)
def test_days_that_make_no_sense_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"write days|begins with monday"):
        parse_days(text)


@given(st.text(alphabet="0123456789:-, closed", max_size=30))
def test_hours_are_read_or_refused_and_never_stumbled_over(text: str) -> None:
    try:
        intervals = parse_hours(text)
    except ValueError:
        return

    assert all(0 <= one.opens < one.closes <= one.opens + 1440 for one in intervals)


def test_exceptions_win_over_the_week_and_over_holidays_r10() -> None:
    document = {
        "week": {"monday-friday": "9:00-17:00"},
        "holidays": "PL",
        "exceptions": {"2026-11-11": "10:00-12:00", "2026-11-12": "closed"},
    }
    hours = calendar_of(document, "Europe/Warsaw")

    assert hours.hours_of(date(2026, 11, 11)) == (Interval(600, 720),)
    assert hours.hours_of(date(2026, 11, 12)) == ()


@pytest.mark.parametrize(
    ("country", "holiday"),
    [
        ("PL", date(2026, 11, 11)),
        ("HR", date(2026, 11, 18)),
        ("RU", date(2026, 6, 12)),
        ("US", date(2026, 7, 3)),
    ],
)
def test_public_holidays_are_closed_r10(country: str, holiday: date) -> None:
    hours = calendar_of({"week": {"monday-friday": "9:00-17:00"}, "holidays": country}, "UTC")

    assert hours.hours_of(holiday) == ()


def test_a_night_belongs_to_the_day_on_which_it_begins_r10() -> None:
    hours = calendar_of({"week": {"friday": "22:00-2:00"}}, "Europe/Zagreb")
    saturday = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)

    assert calendar.is_open(hours, saturday)
    assert not calendar.is_open(hours, saturday + timedelta(hours=1))
