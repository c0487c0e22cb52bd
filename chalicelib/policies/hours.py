"""Opening hours as owners write them, and the calendar they make."""

import re
from collections.abc import Container, Mapping
from datetime import date
from functools import reduce
from itertools import pairwise
from operator import add
from typing import Any

from chalicelib.core import calendar
from chalicelib.core.calendar import MINUTES_A_DAY, Calendar, Interval
from chalicelib.policies.exceptions import by_day
from chalicelib.policies.hints import closest, words

DAYS = calendar.DAYS
NEVER = "never"
MINUTES_AN_HOUR = 60
_SHORTEST_DAY = 2
TOO_LONG_A_NIGHT = 20 * MINUTES_AN_HOUR
_INTERVAL = re.compile(r"(\d{1,2}):(\d{2})\s*[-\u2013]\s*(\d{1,2}):(\d{2})", re.ASCII)


_BARE_HOURS = re.compile(
    r"(\d{1,2})(?:[:.h](\d{2}))?\s*(?:-|\u2013|to)\s*(\d{1,2})(?:[:.h](\d{2}))?", re.ASCII
)


def parse_hours(text: str) -> tuple[Interval, ...]:
    """Read `9:00-13:00, 14:00-18:00`, `22:00-2:00` or `closed`. Raises `ValueError` with a sentence."""
    if text.strip().lower() == "closed":
        return ()
    found = tuple(sorted((_interval(part.strip()) for part in text.split(",")), key=lambda i: i.opens))
    if any(later.opens < earlier.closes for earlier, later in pairwise(found)):
        raise ValueError("these hours overlap; write each hour of the day once")
    return found


def _interval(text: str) -> Interval:
    found = _INTERVAL.fullmatch(text)
    if not found:
        raise ValueError(
            _meant(text) + "write hours such as `9:00-17:00`, several with a comma between, or `closed`"
        )
    hour, minute, last_hour, last_minute = map(int, found.groups())
    opens, closes = hour * 60 + minute, last_hour * 60 + last_minute
    if max(minute, last_minute) >= MINUTES_AN_HOUR or opens >= MINUTES_A_DAY or closes > MINUTES_A_DAY:
        raise ValueError("there is no such time of day; write hours from 0:00 to 24:00")
    if opens == closes:
        raise ValueError("opening and closing are the same; write `0:00-24:00` for the whole day")
    if closes > opens:
        return Interval(opens, closes)
    # Hours that end before they begin run past midnight.
    closes += MINUTES_A_DAY
    if closes - opens >= TOO_LONG_A_NIGHT:
        raise ValueError("that runs until the next morning; write the afternoon as `17:00`, not as `5:00`")
    return Interval(opens, closes)


def _meant(text: str) -> str:
    """Return the beginning of a sentence with the hours that were probably meant, such as `9-17`."""
    found = _BARE_HOURS.fullmatch(text)
    if not found:
        return ""
    first, minute, last, last_minute = (part or "00" for part in found.groups())
    return f"did you mean `{int(first)}:{minute}-{int(last)}:{last_minute}`? Else "


def parse_days(text: str) -> tuple[int, ...]:
    """Read `monday` or `monday-friday` as days counted from 0. Raises `ValueError` with a sentence."""
    first, to, last = re.sub(r"\s", "", text.lower().replace("\u2013", "-")).partition("-")
    last = last if to else first
    if first not in DAYS or last not in DAYS:
        meant = [_day_meant(first), *([_day_meant(last)] if to else [])]
        hint = f"did you mean `{'-'.join(meant)}`? Else " if all(meant) else ""
        raise ValueError(f"{hint}write days such as `monday` or `monday-friday`")
    start, end = DAYS.index(first), DAYS.index(last)
    if end < start:
        raise ValueError("the range runs backwards; a week begins with monday")
    return tuple(range(start, end + 1))


def _day_meant(name: str) -> str:
    """Return the day that was probably meant by `sat` or `munday`, else ""."""
    short = [day for day in DAYS if len(name) >= _SHORTEST_DAY and day.startswith(name)]
    # A slip is seldom in the first letter: `munday` is no Sunday.
    alike = [day for day in DAYS if day[0] == name[:1]]
    return short[0] if short else closest(name, alike) or closest(name, DAYS)


def calendar_of(document: Mapping[str, Any], zone: str) -> Calendar:
    """Return the calendar that one entry of hours.yaml describes, in the zone of a channel."""
    written = {days: parse_hours(hours) for days, hours in document.get("exceptions", {}).items()}
    exceptions, yearly = by_day(written)
    return Calendar(
        zone=zone,
        week=week_of(document["week"]),
        exceptions=exceptions,
        yearly=yearly,
        holidays=holidays_of(words(document.get("holidays"))),
    )


def week_of(document: Mapping[str, str]) -> tuple[tuple[Interval, ...], ...]:
    """Return the hours of seven days, Monday first, from a checked `week`."""
    week: list[tuple[Interval, ...]] = [()] * len(DAYS)
    for days, hours in document.items():
        for day in parse_days(days):
            week[day] = parse_hours(hours)
    return tuple(week)


def holidays_of(places: list[str]) -> Container[date]:
    """Return the public holidays of countries such as `PL`, or of parts of one such as `DE-BY`."""
    if not places:
        return frozenset()
    # Imported only for calendars that need it; the library reckons each year when it is first asked for.
    import holidays

    found = (holidays.country_holidays(country, subdiv=part) for country, part in map(_parts, places))
    return reduce(add, found)


def _parts(place: str) -> tuple[str, str | None]:
    country, _, part = place.partition("-")
    return country, part or None
