"""What no schema can see in roster.yaml: names that must be known, and hours in which nobody is on duty."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.errors import Mistake
from chalicelib.core.message import Category
from chalicelib.policies import gaps
from chalicelib.policies.documents import Document, Route
from chalicelib.policies.hints import did_you_mean, words
from chalicelib.policies.hours import calendar_of
from chalicelib.policies.roster import roster_of
from chalicelib.policies.weeks import days_twice


def check(documents: Mapping[str, Document]) -> Iterator[Mistake]:
    """Yield every mistake in the roster, and between it and the other files."""
    roster = documents.get("roster")
    if roster is None:
        return
    yield from _people_mistakes(roster)
    yield from _role_mistakes(roster)
    if "channels" in documents:
        yield from _unknown(roster, "channels", _names(documents["channels"], "channels", "id"), "channel")
    if "policy" in documents and (rules := _names(documents["policy"], "rules", "name")):
        yield from _unknown(roster, "topics", {*Category, *rules}, "category and no rule")


def _people_mistakes(roster: Document) -> Iterator[Mistake]:
    seen: set[str] = set()
    for position, person in roster.items("people"):
        route: Route = ("people", position)
        identifier = roster.sound(*route, "id")
        if identifier and identifier in seen:
            yield roster.mistake((*route, "id"), f"two people have the id `{identifier}`", "Rename one")
        seen.add(identifier)
        if isinstance(duty := person.get("duty"), dict):
            yield from days_twice(roster, (*route, "duty", "week"), duty.get("week"))


def _role_mistakes(roster: Document) -> Iterator[Mistake]:
    ids = _names(roster, "people", "id")
    for role in ("coordinator", "owner"):
        name = roster.sound(role)
        if ids and name and name not in ids:
            yield roster.mistake((role,), f"nobody among `people` has the id `{name}`", _choose(name, ids))


def _unknown(roster: Document, field: str, known: set[str], what: str) -> Iterator[Mistake]:
    for position, _ in roster.items("people"):
        route: Route = ("people", position, field)
        for name in words(roster.sound(*route)):
            if known and name not in known:
                yield roster.mistake(route, f"there is no {what} `{name}`", did_you_mean(name, known))


def _names(document: Document, field: str, name: str) -> set[str]:
    """Return the names of all entries of a list, none where one of them cannot be told."""
    found = [document.sound(field, position, name) for position in range(len(document.part(field, list)))]
    return set(found) if all(found) else set()


def _choose(name: str, known: set[str]) -> str:
    return did_you_mean(name, known).replace("Remove it, or write", "Write")


def warnings(documents: Mapping[str, Document], now: datetime) -> Iterator[Mistake]:
    """Yield the opening hours in which nobody is on duty, for files without errors."""
    if "roster" not in documents:
        return
    roster, hours, channels = (documents[name] for name in ("roster", "hours", "channels"))
    people = roster_of(roster.data)
    calendars: dict[str, Any] = hours.data["calendars"]
    found = {
        channel["id"]: calendar_of(calendars[channel.get("calendar", "default")], channel["timezone"])
        for channel in channels.data["channels"]
    }
    for line in gaps.lines(people, found, now):
        remedy = "Put somebody on duty then, or leave it so"
        yield roster.warning(("people",), line, remedy)
