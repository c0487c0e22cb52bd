"""Lengths of time must fit each other, the hours of the business, and what the platforms allow.

A length in which the schema found a mistake is left out: it is told of already.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from typing import Any

from chalicelib.core import calendar as hours_of_business
from chalicelib.core.calendar import Calendar
from chalicelib.core.errors import Mistake, NeverOpens
from chalicelib.core.message import Surface, Thread
from chalicelib.core.policy import Duration, Time, parse_duration
from chalicelib.core.values import dataclass
from chalicelib.platforms import platform
from chalicelib.platforms.contract import Channel
from chalicelib.policies.documents import Document, Route
from chalicelib.policies.hints import words
from chalicelib.policies.hours import NEVER

_OF_RULES = ("window", "promise", "first_response", "next_response", "resolution")
_OF_SETTINGS = ("remind_after", "close_after", "quiet_after")
_ORDINARY_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
"""A week in which no zone changes its clocks: files that pass today must pass on every other day."""

_A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How long after a customer's private message a channel lets us write automatically (R25)."""

    channel: str
    platform: str
    length: timedelta

    @property
    def written(self) -> str:
        """The length as owners write it."""
        return f"{self.length.total_seconds() / 3600:g}h"


def limits(channels: Document) -> list[Limit]:
    """Return the limits of the channels that have one and of which enough can be read."""
    found = []
    for position, _ in channels.items("channels"):
        names = ("id", "platform", "options")
        identifier, name, options = (channels.sound("channels", position, one) for one in names)
        if not identifier or not name:
            continue
        # What a platform allows hangs on nothing that an owner writes but its options.
        described = Channel(id=identifier, platform=name, timezone="", language="", options=options or {})
        length = platform(name).allowance(Thread(channel=identifier, key=""), {}, described).automatic
        if length:
            found.append(Limit(channel=identifier, platform=name, length=length))
    return found


def check_limits(policy: Document, found: list[Limit]) -> Iterator[Mistake]:
    """Yield what the platforms do not allow (R25)."""
    for limit in found:
        yield from _late_windows(policy, limit)
    margin = policy.sound("settings", "legal_margin")
    tightest = min(found, key=lambda limit: limit.length, default=None)
    if margin and tightest and parse_duration(margin).length >= tightest.length:
        name, written = tightest.platform, tightest.written
        problem = f"{name} lets nobody write automatically later than {written} after a message"
        yield policy.mistake(("settings", "legal_margin"), problem, f"Write less than `{written}`")


def check_grace(policy: Document) -> Iterator[Mistake]:
    """Yield a grace that is longer than the window it is added to (R6b)."""
    grace = policy.sound("settings", "grace")
    found = [policy.sound("rules", position, "window") for position, _ in policy.items("rules")]
    windows = [window for window in found if window and window != NEVER]
    shortest = min(windows, key=_at_least, default=None)
    if grace and shortest and parse_duration(grace).length > _at_least(shortest):
        problem = f"it is longer than the window `{shortest}`"
        yield policy.mistake(("settings", "grace"), problem, f"Write less than `{shortest}`")


def check_hours(policy: Document, used: Mapping[str, list[Calendar]], now: datetime) -> Iterator[Mistake]:
    """Yield business time that a calendar does not hold in a year, and gaps that do not grow (R10, R24)."""
    for name, calendars in used.items():
        for route, text in _durations(policy):
            if not all(_holds(one, text, now) for one in calendars):
                problem = f"the calendar `{name}` does not hold `{text}` in a year"
                yield policy.mistake(route, problem, "Write less")
    gaps = policy.sound("settings", "update_gaps") or []
    for position, (earlier, later) in enumerate(pairwise(gaps), start=1):
        stuck = [
            name for name, calendars in used.items() if not all(_grows(c, earlier, later) for c in calendars)
        ]
        if stuck:
            problem = f"by the calendar `{stuck[0]}` it is not longer than `{earlier}` before it"
            remedy = "Write a longer one; the last one repeats by itself"
            yield policy.mistake(("settings", "update_gaps", position), problem, remedy)


def _late_windows(policy: Document, limit: Limit) -> Iterator[Mistake]:
    """A private message must be acknowledged while the platform still lets us write."""
    for position, rule in policy.items("rules"):
        when = policy.sound("rules", position, "when") if "when" in rule else {}
        if when is None:
            # It may be meant to take every message of the channel before the rules below see one.
            return
        if not _may_match(when, limit):
            continue
        window = policy.sound("rules", position, "window")
        if window and window != NEVER and _at_least(window) >= limit.length:
            problem = (
                f"{limit.platform} lets nobody write automatically later than {limit.written} after a message"
            )
            yield policy.mistake(("rules", position, "window"), problem, f"Write less than `{limit.written}`")
        if set(when) <= {"channel", "platform", "surface", "public"}:
            # It takes every private message of the channel; no later rule sees one.
            return


def _may_match(when: Mapping[str, Any], limit: Limit) -> bool:
    facts = {"channel": limit.channel, "platform": limit.platform, "surface": Surface.DM}
    return not when.get("public") and all(fact in (words(when.get(n)) or [fact]) for n, fact in facts.items())


def _at_least(text: str) -> timedelta:
    duration = parse_duration(text)
    return timedelta(days=duration.amount) if duration.time is Time.BUSINESS_DAYS else duration.length


def _durations(policy: Document) -> Iterator[tuple[Route, str]]:
    routes: list[Route] = [
        ("rules", position, name) for position, _ in policy.items("rules") for name in _OF_RULES
    ]
    routes += [("settings", name) for name in _OF_SETTINGS]
    settings = policy.part("settings", dict)
    gaps = settings.get("update_gaps")
    routes += [("settings", "update_gaps", at) for at in range(len(gaps) if isinstance(gaps, list) else 0)]
    for route in routes:
        text = policy.sound(*route)
        if text and text != NEVER:
            yield route, text


def _holds(one: Calendar, text: str, now: datetime) -> bool:
    try:
        parse_duration(text).after(now, one)
    except NeverOpens:
        return False
    return True


def _grows(one: Calendar, earlier: str, later: str) -> bool:
    """Return whether, over the openings of an ordinary week, one length is longer than another."""
    week = replace(one, exceptions={}, yearly={}, holidays=frozenset())
    try:
        return _over_a_week(week, parse_duration(later)) > _over_a_week(week, parse_duration(earlier))
    except NeverOpens:
        # That is told of already, or there is no ordinary week to compare them in.
        return True


def _over_a_week(week: Calendar, duration: Duration) -> timedelta:
    openings = (period.opens_at for period in hours_of_business.periods(week, _ORDINARY_MONDAY))
    inside = list(takewhile(lambda opening: opening < _ORDINARY_MONDAY + _A_WEEK, openings))
    if not inside:
        raise NeverOpens("the calendar has no ordinary week")
    return sum((duration.after(opening, week) - opening for opening in inside), timedelta())
