"""What no schema can see: names that must be known, and files that must fit each other.

Every check looks only at the fields in which the schemas found no mistake, so that one mistake is
reported once and all others still are.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib.core import calendar
from chalicelib.core.errors import Mistake, NeverOpens
from chalicelib.platforms import platform
from chalicelib.policies import countries, durations, order, roster_check
from chalicelib.policies.documents import Document, Route
from chalicelib.policies.exceptions import twice
from chalicelib.policies.hints import close_to, did_you_mean, without_misspelt, words
from chalicelib.policies.hours import calendar_of
from chalicelib.policies.weeks import days_twice


def check(documents: Mapping[str, Document], languages: Collection[str], now: datetime) -> Iterator[Mistake]:
    """Yield every mistake between the files that could be read."""
    policy, hours, channels = (documents.get(name) for name in ("policy", "hours", "channels"))
    if policy:
        yield from order.check(policy, channels)
        yield from durations.check_grace(policy)
    if policy and channels:
        yield from _name_mistakes(policy, channels)
        yield from durations.check_limits(policy, durations.limits(channels))
    if channels:
        yield from _channel_mistakes(channels, languages)
    if hours and channels:
        yield from _unknown_calendars(hours, channels)
        yield from _calendar_mistakes(hours, channels, now)
    if policy and hours and channels:
        yield from durations.check_hours(policy, _used(hours, channels, now), now)
    yield from roster_check.check(documents)


def _name_mistakes(policy: Document, channels: Document) -> Iterator[Mistake]:
    ids = _ids(channels)
    for position, _ in policy.items("rules"):
        route = ("rules", position, "when", "channel")
        for name in words(policy.sound(*route)):
            if ids and name not in ids:
                problem = f"there is no channel `{name}` in channels.yaml"
                yield policy.mistake(route, problem, did_you_mean(name, ids))


def _ids(channels: Document) -> set[str]:
    """Return the ids of all channels, none where one of them cannot be told."""
    entries = channels.part("channels", list)
    ids = [channels.sound("channels", position, "id") for position in range(len(entries))]
    return set(ids) if all(ids) else set()


def _channel_mistakes(channels: Document, languages: Collection[str]) -> Iterator[Mistake]:
    ids: set[str] = set()
    accounts: set[tuple[str, str]] = set()
    for position, channel in channels.items("channels"):
        route: Route = ("channels", position)
        names = ("id", "platform", "account", "language")
        identifier, name, account, language = (channels.sound(*route, one) for one in names)
        if identifier and identifier in ids:
            yield channels.mistake((*route, "id"), f"two channels have the id `{identifier}`", "Rename one")
        ids.add(identifier)
        if account and name and (name, account) in accounts:
            yield channels.mistake((*route, "account"), "two channels have this account", "Keep one of them")
        accounts.add((name, account))
        if languages and language and language not in languages:
            problem = f"there is no messages/{language}.ftl"
            remedy = f"Create it, or write one of {', '.join(sorted(languages))}"
            yield channels.mistake((*route, "language"), problem, remedy)
        if name:
            yield from _platform_mistakes(channels, route, channel, name)


def _platform_mistakes(
    channels: Document, route: Route, channel: Mapping[str, Any], name: str
) -> Iterator[Mistake]:
    described = platform(name)
    credentials, options = channel.get("credentials"), channel.get("options")
    if isinstance(credentials, dict):
        yield from _credential_mistakes(channels, route, credentials, name)
    for option in sorted(set(options) - set(described.OPTIONS)) if isinstance(options, dict) else ():
        problem = f"{described.NAME} has no such option"
        remedy = did_you_mean(option, described.OPTIONS)
        yield channels.mistake((*route, "options", option), problem, remedy)
    for need, what in described.NEEDS.items():
        if need not in channel or channel[need] == "":
            yield channels.mistake((*route, need), "this field is missing", f"Add `{need}:` ({what})")


def _credential_mistakes(
    channels: Document, route: Route, credentials: Mapping[str, Any], name: str
) -> Iterator[Mistake]:
    known = {credential.name: credential for credential in platform(name).CREDENTIALS}
    extras = sorted(set(credentials) - set(known))
    for extra in extras:
        problem = f"{name} has no such credential"
        yield channels.mistake((*route, "credentials", extra), problem, did_you_mean(extra, known))
    needed = {name for name, credential in known.items() if not credential.optional}
    for missing in without_misspelt(needed - set(credentials), extras, known):
        identifier = channels.sound(*route, "id") or name
        suggested = f"{identifier}_{missing}".upper().replace("-", "_")
        remedy = f"Add `{missing}: {suggested}` ({known[missing].what})"
        yield channels.mistake((*route, "credentials", missing), "this credential is missing", remedy)


def _unknown_calendars(hours: Document, channels: Document) -> Iterator[Mistake]:
    calendars = hours.part("calendars", dict)
    for position, _ in channels.items("channels"):
        name = channels.sound("channels", position, "calendar")
        # That `default` is missing is for the schema of hours.yaml to say.
        if name and calendars and name not in {*calendars, "default"}:
            problem = f"there is no calendar `{name}` in hours.yaml"
            remedy = close_to(name, calendars) or f"Write one of {', '.join(sorted(calendars))}"
            yield channels.mistake(("channels", position, "calendar"), problem, remedy)


def _calendar_mistakes(hours: Document, channels: Document, now: datetime) -> Iterator[Mistake]:
    for name, written in hours.entries("calendars"):
        yield from days_twice(hours, ("calendars", name, "week"), written.get("week"))
        yield from _dates_twice(hours, name)
        yield from _no_holidays(hours, name, now)
        document = hours.sound("calendars", name)
        zones = _zones(channels, name) or {"UTC"}
        if document and not all(_opens(calendar_of(document, zone), now) for zone in zones):
            problem = "this calendar has no opening in the next 366 days"
            remedy = "Give at least one day hours such as `9:00-17:00`"
            yield hours.mistake(("calendars", name), problem, remedy)


def _dates_twice(hours: Document, name: str) -> Iterator[Mistake]:
    for key, day in twice(hours.sound("calendars", name, "exceptions") or {}):
        route = ("calendars", name, "exceptions", key)
        yield hours.mistake(route, f"{day:%m-%d} has hours already", "Name each day once")


def _no_holidays(hours: Document, name: str, now: datetime) -> Iterator[Mistake]:
    """Say so where a country is known and yet no day of it would be closed."""
    route = ("calendars", name, "holidays")
    for place in words(hours.sound(*route)):
        if not countries.has_holidays(place, now.year):
            problem = f"no public holidays are known for `{place}` in {now.year}"
            remedy = "Remove it, and write the days you are closed as `exceptions`, such as `08-24: closed`"
            yield hours.mistake(route, problem, remedy)


def _used(hours: Document, channels: Document, now: datetime) -> dict[str, list[calendar.Calendar]]:
    """Return by name the calendars that channels use, in the zone of each, and that really open."""
    used = {}
    for name, _ in hours.entries("calendars"):
        document = hours.sound("calendars", name)
        found = [calendar_of(document, zone) for zone in sorted(_zones(channels, name))] if document else []
        if all(_opens(one, now) for one in found):
            used[name] = found
    return used


def _zones(channels: Document, name: str) -> set[str]:
    """Return the zones of the channels that have a calendar, as far as they can be told."""
    zones = set()
    for position, channel in channels.items("channels"):
        of_channel = channels.sound("channels", position, "calendar") if "calendar" in channel else "default"
        zones |= {channels.sound("channels", position, "timezone")} if of_channel == name else set()
    return zones - {None}


def _opens(hours: calendar.Calendar, now: datetime) -> bool:
    try:
        calendar.next_opening(hours, now)
    except NeverOpens:
        return False
    return True
