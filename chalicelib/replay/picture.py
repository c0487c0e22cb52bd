"""The steps of a play as a picture: one row a day, business hours shaded, a mark for every moment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.core import calendar
from chalicelib.core.policy import Policy
from chalicelib.replay.sentences import Line

MARKS = "123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NO_MARK_LEFT = "*"
_LABEL = 11
_HOURS = 24
_DAYS_AROUND = 1
"""Days without a step are shown up to this many between two steps; more of them are told in one line."""


@dataclass(frozen=True, slots=True)
class Shades:
    """How the hours of a row look."""

    open: str
    closed: str


UNICODE = Shades(open="\N{LIGHT SHADE}", closed="\N{MIDDLE DOT}")
ASCII = Shades(open="=", closed=".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Rows to print, and for each line of the legend its mark."""

    rows: tuple[str, ...]
    legend: tuple[tuple[str, Line], ...]


def draw(lines: Sequence[Line], policy: Policy, width: int, shades: Shades = UNICODE) -> Picture:
    """Return a picture at most `width` columns wide, of which 80 are enough and 35 the least."""
    columns = _columns(width)
    walls = [calendar.local(policy.calendar, line.at) for line in lines]
    cells = [(wall.date(), _column(wall, columns)) for wall in walls]
    marks: dict[tuple[date, int], str] = {}
    for cell in cells:
        number = len(marks)
        marks.setdefault(cell, MARKS[number] if number < len(MARKS) else _NO_MARK_LEFT)
    rows = [_scale(columns), *_rows(marks, policy, columns, shades)]
    legend = tuple((marks[cell], line) for cell, line in zip(cells, lines, strict=True))
    return Picture(rows=tuple(rows), legend=legend)


def _columns(width: int) -> int:
    """Return how many columns a day gets: so many for each hour, or a part of one."""
    room = max(width - _LABEL - 1, _HOURS)
    return room - room % _HOURS if room < 2 * _HOURS else min(room - room % _HOURS, 4 * _HOURS)


def _column(wall: datetime, columns: int) -> int:
    minutes = wall.hour * 60 + wall.minute
    return minutes * columns // calendar.MINUTES_A_DAY


def _scale(columns: int) -> str:
    """Return the line of hours above the days."""
    each = 3 if columns >= 2 * _HOURS else 6
    scale = [" "] * (columns + 2)
    for hour in range(0, _HOURS + 1, each):
        at = hour * columns // _HOURS
        scale[at : at + 2] = f"{hour:<2}"
    return (" " * _LABEL + "".join(scale)).rstrip()


def _rows(marks: dict[tuple[date, int], str], policy: Policy, columns: int, shades: Shades) -> Iterator[str]:
    days = sorted({day for day, _ in marks})
    for number, day in enumerate(days):
        yield from _between(days[number - 1] if number else day, day, policy, columns, shades)
        row = _shaded(day, policy, columns, shades)
        for (where, column), mark in marks.items():
            if where == day:
                row[column] = mark
        yield _labelled(day, row)


def _between(before: date, day: date, policy: Policy, columns: int, shades: Shades) -> Iterator[str]:
    """Yield the days on which nothing happens."""
    empty = (day - before).days - 1
    if empty <= 2 * _DAYS_AROUND:
        for number in range(1, empty + 1):
            between = before + timedelta(days=number)
            yield _labelled(between, _shaded(between, policy, columns, shades))
    else:
        yield f"{'':<{_LABEL}}({empty} days without a step)"


def _labelled(day: date, row: list[str]) -> str:
    return f"{day:%a %d %b}"[: _LABEL - 1].ljust(_LABEL) + "".join(row)


def _shaded(day: date, policy: Policy, columns: int, shades: Shades) -> list[str]:
    """Return the row of a day: a column is open when the business is at its middle."""
    zone = ZoneInfo(policy.calendar.zone)
    midnight = datetime.combine(day, time(), zone)
    begin, end = midnight.astimezone(UTC), (midnight + timedelta(days=1)).astimezone(UTC)
    periods = []
    for period in calendar.periods(policy.calendar, begin):
        if period.opens_at >= end:
            break
        periods.append(period)
    each = timedelta(days=1) / columns
    middles = [(midnight + each * column + each / 2).astimezone(UTC) for column in range(columns)]
    return [
        shades.open if any(p.opens_at <= middle < p.closes_at for p in periods) else shades.closed
        for middle in middles
    ]
