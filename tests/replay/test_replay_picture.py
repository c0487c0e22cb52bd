"""The picture of a play: it fits, its marks stand where the times are, and open hours are shaded."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import calendar
from chalicelib.replay.picture import ASCII, UNICODE, draw
from chalicelib.replay.sentences import Line
from tests import builders as b

OFFICE = b.a_policy(calendar=b.NINE_TO_FIVE)


def at(*moments: datetime) -> list[Line]:
    return [Line(at=moment, kind="note", what="something") for moment in moments]


def days(rows: Sequence[str]) -> list[str]:
    return [row for row in rows if set(row[11:]) & {UNICODE.open, UNICODE.closed}]


@given(
    width=st.integers(40, 200),
    minutes=st.lists(st.integers(0, 60 * 24 * 60), min_size=1, max_size=80),
)
def test_no_row_is_wider_than_it_may_be_and_every_step_has_its_mark(width: int, minutes: list[int]) -> None:
    picture = draw(at(*sorted(b.after(minutes=one) for one in minutes)), OFFICE, width)
    drawn = "".join(row[11:] for row in days(picture.rows))

    assert max(map(len, picture.rows)) <= width
    assert {mark for mark, _ in picture.legend} <= set(drawn)
    assert len(picture.legend) == len(minutes)


def test_a_mark_stands_at_its_time() -> None:
    [_, row] = draw(at(b.NOON), b.POLICY, 80).rows

    assert row.index("1") == 11 + 12 * 2


def test_two_steps_of_one_column_share_a_mark_and_the_legend_tells_them_apart() -> None:
    picture = draw(at(b.NOON, b.after(minutes=1), b.after(hours=2)), OFFICE, 80)

    assert [mark for mark, _ in picture.legend] == ["1", "1", "2"]


def test_exactly_the_open_hours_are_shaded() -> None:
    [_, row] = draw(at(b.after(hours=8)), OFFICE, 80).rows
    shaded = [column // 2 for column, sign in enumerate(row[11:]) if sign == UNICODE.open]

    assert sorted(set(shaded)) == list(range(9, 17))


def test_a_day_on_which_the_clock_changes_is_drawn_by_the_wall_r10() -> None:
    zone = ZoneInfo("Europe/Warsaw")
    hours = ((calendar.Interval(9 * 60, 17 * 60),),) * 7
    policy = b.a_policy(calendar=calendar.Calendar(zone="Europe/Warsaw", week=hours))
    [_, row] = draw(at(datetime(2026, 10, 25, 20, 0, tzinfo=zone)), policy, 80).rows

    assert row[11:].index(UNICODE.open) == 18
    assert row[11:].index("1") == 40


def test_a_short_gap_is_drawn_and_a_long_one_told_in_one_line() -> None:
    near = draw(at(b.NOON, b.after(days=3)), OFFICE, 80).rows
    far = draw(at(b.NOON, b.after(days=10)), OFFICE, 80).rows

    assert len(days(near)) == 4
    assert len(days(far)) == 2 and "(9 days without a step)" in far[2]


def test_where_shades_cannot_be_printed_plain_signs_stand_for_them() -> None:
    assert "".join(draw(at(b.NOON), OFFICE, 80, ASCII).rows).isascii()


@pytest.mark.parametrize("width", [80, 60, 40])
def test_the_hours_stand_above_the_days(width: int) -> None:
    scale, row = draw(at(b.NOON), OFFICE, width).rows

    assert scale.index("12") == row.index("1")
