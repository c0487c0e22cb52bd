"""From a checked roster.yaml to the people the core knows, and to where each of them is called."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from chalicelib.core.roster import EVERY_HOUR, Away, Person, Roster
from chalicelib.policies.exceptions import parse_span
from chalicelib.policies.hints import words
from chalicelib.policies.hours import week_of

OWNER = "owner"
"""The only person where there is no roster.yaml."""


def parse_dates(text: str) -> tuple[date, date]:
    """Read `2026-12-24` or `2026-12-24..2026-12-31` as first and last day. Raises `ValueError`."""
    span = parse_span(text)
    if span.yearly:
        raise ValueError("write the year, too, such as `2026-12-24..2026-12-31`")
    return span.first, span.last


def roster_of(document: Mapping[str, Any] | None) -> Roster:
    """Return the people of roster.yaml; without one the owner alone, who is always on duty."""
    if document is None:
        return Roster(people=(Person(id=OWNER, name="the owner"),), owner=OWNER)
    return Roster(
        people=tuple(map(person_of, document["people"])),
        owner=document["owner"],
        coordinator=document.get("coordinator", ""),
    )


def person_of(document: Mapping[str, Any]) -> Person:
    """Return one person, from a checked entry."""
    duty = document.get("duty", {})
    return Person(
        id=document["id"],
        name=document.get("name", document["id"]),
        channels=frozenset(words(document.get("channels"))),
        topics=frozenset(words(document.get("topics"))),
        week=week_of(duty["week"]) if "week" in duty else EVERY_HOUR,
        away=Away(tuple(map(parse_dates, words(duty.get("away"))))),
        zone=duty.get("timezone", ""),
    )


def secret_names(document: Mapping[str, Any] | None, alerts: list[str]) -> dict[str, list[str]]:
    """Return the names of the secrets that hold the addresses of each person.

    `alerts` are those of a version that was published before there was a roster; they are the owner's.
    """
    if document is None:
        return {OWNER: alerts}
    return {person["id"]: list(person["alerts"]) for person in document["people"]}


def addresses_of(names: Mapping[str, list[str]], secrets: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    """Return the addresses of each person that have a value."""
    return {person: tuple(filter(None, map(secrets, named))) for person, named in names.items()}
