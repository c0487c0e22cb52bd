"""What no schema can see: names that must be known, and files that must fit each other.

Every check looks only at the parts in which the schemas found no mistake, so that one mistake is
reported once and all others still are.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core import calendar
from chalicelib.core.errors import Mistake, NeverOpens
from chalicelib.core.message import Surface, Thread
from chalicelib.core.policy import Time, parse_duration
from chalicelib.platforms import platform
from chalicelib.policies.documents import Document, Route
from chalicelib.policies.hints import close_to, did_you_mean, without_misspelt, words
from chalicelib.policies.hours import DAYS, NEVER, calendar_of, parse_days

_OF_RULES = ("window", "promise", "first_response", "next_response", "resolution")
_OF_SETTINGS = ("remind_after", "close_after", "quiet_after")


def check(documents: Mapping[str, Document], languages: Collection[str], now: datetime) -> Iterator[Mistake]:
    """Yield every mistake between the files that could be read."""
    policy, hours, channels = (documents.get(name) for name in ("policy", "hours", "channels"))
    if policy:
        yield from _order_mistakes(policy)
    if policy and channels:
        yield from _name_mistakes(policy, channels)
        yield from _window_mistakes(policy, channels)
    if channels:
        yield from _channel_mistakes(channels, languages)
    if hours and channels:
        yield from _unknown_calendars(hours, channels)
        yield from _calendar_mistakes(hours, channels, now)
    if policy and hours and channels:
        yield from _endless_durations(policy, hours, channels, now)


def _order_mistakes(policy: Document) -> Iterator[Mistake]:
    """Names of rules must differ, and only the last rule is the default."""
    rules = policy.part("rules", list)
    if not all(isinstance(rule, dict) for rule in rules):
        return
    seen: set[str] = set()
    for position, rule in enumerate(rules):
        route: Route = ("rules", position)
        name = rule.get("name")
        if isinstance(name, str):
            if name in seen:
                yield policy.mistake((*route, "name"), f"two rules have the name `{name}`", "Rename one")
            seen.add(name)
        last = position == len(rules) - 1
        if last and "when" in rule:
            remedy = "Add a last rule without `when`, for everything else"
            yield policy.mistake((*route, "when"), "there is no default rule", remedy)
        if not last and "when" not in rule:
            remedy = "Move it to the end, or say with `when` what it is for"
            yield policy.mistake(route, "this rule matches everything and hides the rules below it", remedy)


def _name_mistakes(policy: Document, channels: Document) -> Iterator[Mistake]:
    ids = _ids(channels)
    for position, rule in policy.items("rules"):
        for name in words(rule.get("when", {}).get("channel")):
            if ids and name not in ids:
                route = ("rules", position, "when", "channel")
                problem = f"there is no channel `{name}` in channels.yaml"
                yield policy.mistake(route, problem, did_you_mean(name, ids))


def _ids(channels: Document) -> set[str]:
    """Return the ids of all channels, none where one of them cannot be told."""
    entries = channels.part("channels", list)
    ids = [entry.get("id") if isinstance(entry, dict) else None for entry in entries]
    told = all(isinstance(one, str) for one in ids) and not any("id" in route for route in channels.broken)
    return set(map(str, ids)) if told else set()


def _window_mistakes(policy: Document, channels: Document) -> Iterator[Mistake]:
    """A private message must be acknowledged while the platform still lets us write (R25)."""
    for _, channel in channels.items("channels"):
        name = channel["platform"]
        limit = platform(name).allowance(Thread(channel=channel["id"], key=""), {}).automatic
        if limit is None:
            continue
        hours = f"{limit.total_seconds() / 3600:g}h"
        for position, rule in policy.items("rules"):
            when = rule.get("when", {})
            if _may_match(when, channel):
                if _shortest(rule["window"]) >= limit:
                    problem = f"{name} lets nobody write automatically later than {hours} after a message"
                    yield policy.mistake(("rules", position, "window"), problem, f"Write less than `{hours}`")
                if set(when) <= {"channel", "platform", "surface", "public"}:
                    # It takes every private message of the channel; no later rule sees one.
                    break


def _may_match(when: Mapping[str, Any], channel: Mapping[str, Any]) -> bool:
    facts = {"channel": channel["id"], "platform": channel["platform"], "surface": Surface.DM}
    return not when.get("public") and all(fact in (words(when.get(n)) or [fact]) for n, fact in facts.items())


def _shortest(window: str) -> timedelta:
    if window == NEVER:
        return timedelta()
    duration = parse_duration(window)
    return timedelta(days=duration.amount) if duration.time is Time.BUSINESS_DAYS else duration.length


def _channel_mistakes(channels: Document, languages: Collection[str]) -> Iterator[Mistake]:
    ids: set[str] = set()
    accounts: set[tuple[str, str]] = set()
    for position, channel in channels.items("channels"):
        route: Route = ("channels", position)
        if channel["id"] in ids:
            yield channels.mistake(
                (*route, "id"), f"two channels have the id `{channel['id']}`", "Rename one"
            )
        ids.add(channel["id"])
        account = (channel["platform"], channel.get("account", ""))
        if account[1] and account in accounts:
            yield channels.mistake((*route, "account"), "two channels have this account", "Keep one of them")
        accounts.add(account)
        if languages and channel["language"] not in languages:
            problem = f"there is no messages/{channel['language']}.ftl"
            remedy = f"Create it, or write one of {', '.join(sorted(languages))}"
            yield channels.mistake((*route, "language"), problem, remedy)
        yield from _platform_mistakes(channels, route, channel)


def _platform_mistakes(channels: Document, route: Route, channel: Mapping[str, Any]) -> Iterator[Mistake]:
    described = platform(channel["platform"])
    known = {credential.name: credential for credential in described.CREDENTIALS}
    extras = sorted(set(channel["credentials"]) - set(known))
    for name in extras:
        problem = f"{described.NAME} has no such credential"
        yield channels.mistake((*route, "credentials", name), problem, did_you_mean(name, known))
    needed = {name for name, credential in known.items() if not credential.optional}
    for name in without_misspelt(needed - set(channel["credentials"]), extras, known):
        suggested = f"{channel['id']}_{name}".upper().replace("-", "_")
        remedy = f"Add `{name}: {suggested}` ({known[name].what})"
        yield channels.mistake((*route, "credentials", name), "this credential is missing", remedy)
    for name in sorted(set(channel.get("options", {})) - set(described.OPTIONS)):
        problem = f"{described.NAME} has no such option"
        remedy = did_you_mean(name, described.OPTIONS)
        yield channels.mistake((*route, "options", name), problem, remedy)
    for name, what in described.NEEDS.items():
        if not channel.get(name):
            yield channels.mistake((*route, name), "this field is missing", f"Add `{name}:` ({what})")


def _unknown_calendars(hours: Document, channels: Document) -> Iterator[Mistake]:
    calendars = hours.part("calendars", dict)
    for position, channel in channels.items("channels"):
        name = channel.get("calendar", "default")
        # That `default` is missing is for the schema of hours.yaml to say.
        if calendars and name not in {*calendars, "default"}:
            problem = f"there is no calendar `{name}` in hours.yaml"
            remedy = close_to(name, calendars) or f"Write one of {', '.join(sorted(calendars))}"
            yield channels.mistake(("channels", position, "calendar"), problem, remedy)


def _calendar_mistakes(hours: Document, channels: Document, now: datetime) -> Iterator[Mistake]:
    for name, calendar_document in hours.entries("calendars"):
        named: set[int] = set()
        for key in calendar_document["week"]:
            days = set(parse_days(key))
            if twice := sorted(days & named):
                problem = f"{DAYS[twice[0]]} has hours already"
                route = ("calendars", name, "week", key)
                yield hours.mistake(route, problem, "Name each day once")
            named |= days
        zones = _zones(channels, name) or {"UTC"}
        if not all(_opens(calendar_of(calendar_document, zone), now) for zone in zones):
            problem = "this calendar has no opening in the next 366 days"
            remedy = "Give at least one day hours such as `9:00-17:00`"
            yield hours.mistake(("calendars", name), problem, remedy)


def _zones(channels: Document, name: str) -> set[str]:
    return {c["timezone"] for _, c in channels.items("channels") if c.get("calendar", "default") == name}


def _opens(hours: calendar.Calendar, now: datetime) -> bool:
    try:
        calendar.next_opening(hours, now)
    except NeverOpens:
        return False
    return True


def _endless_durations(
    policy: Document, hours: Document, channels: Document, now: datetime
) -> Iterator[Mistake]:
    """Business time must fit into the hours of a year, or a clock would never end."""
    for name, document in hours.entries("calendars"):
        used = [calendar_of(document, zone) for zone in sorted(_zones(channels, name))]
        if not all(_opens(one, now) for one in used):
            continue
        for route, text in _durations(policy):
            if not all(_holds(one, text, now) for one in used):
                problem = f"the calendar `{name}` does not hold `{text}` in a year"
                yield policy.mistake(route, problem, "Write less")


def _holds(one: calendar.Calendar, text: str, now: datetime) -> bool:
    duration = parse_duration(text)
    if duration.time is Time.CALENDAR:
        return True
    try:
        duration.after(now, one)
    except NeverOpens:
        return False
    return True


def _durations(policy: Document) -> Iterator[tuple[Route, str]]:
    for position, rule in policy.items("rules"):
        for name in _OF_RULES:
            if rule.get(name, NEVER) != NEVER:
                yield ("rules", position, name), rule[name]
    settings = policy.settings()
    for name in _OF_SETTINGS:
        if name in settings:
            yield ("settings", name), settings[name]
    for position, gap in enumerate(settings.get("update_gaps", ())):
        yield ("settings", "update_gaps", position), gap
