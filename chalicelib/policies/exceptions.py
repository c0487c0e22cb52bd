"""Days with other hours, as owners write them: a date, several, or the same ones every year (R10)."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations

from chalicelib.core.calendar import Interval
from chalicelib.core.values import dataclass

YearDay = tuple[int, int]
"""Month and day, of every year."""

_WRITTEN = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})", re.ASCII)
_A_LEAP_YEAR = 2024
_LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Span:
    """From one date to another, both included; those of every year stand in a leap year."""

    first: date
    last: date
    yearly: bool

    @property
    def single(self) -> bool:
        """Whether it is one day."""
        return self.first == self.last

    def days(self) -> Iterator[date]:
        """Yield every day; a span of every year may run past its end."""
        yield self.first
        day = self.first
        while day != self.last:
            day += timedelta(days=1)
            if self.yearly and day.year > _A_LEAP_YEAR:
                day = day.replace(year=_A_LEAP_YEAR)
            yield day


def parse_span(text: str) -> Span:
    """Read `2026-12-24`, `2026-12-24..2026-12-26`, `12-24` or `12-24..01-02`.

    Raises `ValueError` with a sentence.
    """
    first, to, last = (part.strip() for part in text.partition(".."))
    begins, ends = _date(first), _date(last if to else first)
    if begins[1] != ends[1]:
        raise ValueError("write the year on both sides of the dots, or on neither")
    span = Span(begins[0], ends[0], yearly=begins[1])
    if not span.yearly and not timedelta() <= span.last - span.first < _LONGEST:
        raise ValueError("write the earlier date first, and at most a year")
    return span


def _date(text: str) -> tuple[date, bool]:
    found = _WRITTEN.fullmatch(text)
    try:
        if found:
            year, month, day = found.groups()
            return date(int(year or _A_LEAP_YEAR), int(month), int(day)), year is None
    except ValueError:
        pass
    raise ValueError(
        "write a date that exists, such as `2026-12-24`, `2026-12-24..2026-12-26`, or `12-24` for every year"
    )


def by_day(
    written: Mapping[str, tuple[Interval, ...]],
) -> tuple[dict[date, tuple[Interval, ...]], dict[YearDay, tuple[Interval, ...]]]:
    """Return the hours by date, and by month and day of every year; a single day wins over a longer span."""
    dated: dict[date, tuple[Interval, ...]] = {}
    yearly: dict[YearDay, tuple[Interval, ...]] = {}
    spans = [(parse_span(text), hours) for text, hours in written.items()]
    for span, hours in sorted(spans, key=lambda one: one[0].single):
        for day in span.days():
            if span.yearly:
                yearly[day.month, day.day] = hours
            else:
                dated[day] = hours
    return dated, yearly


def twice(written: Mapping[str, object]) -> Iterator[tuple[str, date]]:
    """Yield each span whose hours another one names, too, and neither wins; with the first such day."""
    spans = {text: parse_span(text) for text in written}
    for (_, one), (text, other) in combinations(spans.items(), 2):
        shared = set(one.days()) & set(other.days())
        if shared and (one.yearly, one.single) == (other.yearly, other.single):
            yield text, min(shared)
