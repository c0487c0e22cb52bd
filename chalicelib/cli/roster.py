"""`hearback roster`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from chalicelib import alerts, wiring
from chalicelib.cli import places
from chalicelib.cli.places import Where
from chalicelib.core import roster as core
from chalicelib.core.errors import HearbackError, UnknownChannel
from chalicelib.core.roster import Call, Level, Matter, Person, Roster
from chalicelib.policies.hints import did_you_mean
from chalicelib.policies.load import load
from chalicelib.policies.roster import roster_of, secret_names
from chalicelib.vault import Vault

_TEST = ("A test of Hearback", "If you can read this, alerts reach you here. There is nothing to do.")
_YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Tried:
    """One address that was tried, by the name of its secret; never the address itself."""

    person: str
    secret: str
    taken: bool
    found: str


@click.group()
def roster() -> None:
    """Who is called, when and how."""


def _moment(_: click.Context, __: click.Parameter, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise click.BadParameter("write a day and a time such as `2026-12-24 14:00`")
    return found


@roster.command()
@click.option("--at", metavar="TIME", callback=_moment, help="Then, on the channel's clock, instead of now.")
@click.option("--channel", default="", help="Only this channel.")
@places.policies_option
@places.json_option
def show(at: datetime | None, channel: str, folder: Path, *, as_json: bool) -> None:
    """Show who is on duty, and who would be called for which level."""
    bundle = load(folder, wiring.now()).bundle
    zones = {one["id"]: one["timezone"] for one in bundle.channels["channels"]}
    if channel and channel not in zones:
        remedy = did_you_mean(channel, zones)
        raise UnknownChannel(f"there is no channel {channel!r} in channels.yaml. {remedy}")
    people = roster_of(bundle.roster)
    rows = [_row(people, name, zones[name], at) for name in zones if channel in ("", name)]
    if as_json:
        places.print_json(rows)
    else:
        places.echo_lines([line for row in rows for line in _lines(row)])


def _row(people: Roster, channel: str, zone: str, at: datetime | None) -> dict[str, Any]:
    now = wiring.now() if at is None else (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone)))
    there = core.on_duty(people, channel, zone, now.astimezone(UTC))
    matter = Matter(channel=channel, zone=zone)
    topics = sorted({topic for person in there for topic in person.topics})
    return {
        "channel": channel,
        "at": now.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes"),
        "timezone": zone,
        "on_duty": [_named(person) for person in there],
        "experts": {topic: [_named(p) for p in there if topic in p.topics] for topic in topics},
        "called": {level: _way(core.route(people, matter, level, now)) for level in Level},
    }


def _way(calls: tuple[Call, ...]) -> list[dict[str, Any]]:
    return [{"as": call.role, "people": [_named(person) for person in call.people]} for call in calls]


def _named(person: Person) -> str:
    return person.name if person.name == person.id else f"{person.name} ({person.id})"


_FOR = {
    Level.HOLDER: "an alert calls",
    Level.COORDINATOR: "a second missed promise",
    Level.OWNER: "a third",
}


def _lines(row: Mapping[str, Any]) -> Iterator[str]:
    yield f"{row['channel']}, {datetime.fromisoformat(row['at']):%A %Y-%m-%d %H:%M} ({row['timezone']})"
    yield f"  {'on duty':<24} {', '.join(row['on_duty']) or 'nobody'}"
    for topic, names in row["experts"].items():
        yield f"  {f'knows {topic} best':<24} {', '.join(names)}"
    for level, calls in row["called"].items():
        way = "; then ".join(f"{', '.join(call['people'])} as {call['as']}" for call in calls)
        yield f"  {_FOR[level]:<24} {way}"


@roster.command()
@click.argument("person", required=False)
@click.option("--yes", is_flag=True, help="Do not ask first.")
@places.policies_option
@places.with_secrets
def test(person: str | None, folder: Path, where: Where, *, yes: bool, as_json: bool) -> None:
    """Send a test alert to each address of PERSON, or of everybody; exit code 1 if one did not take it."""
    named = _wanted(load(folder, wiring.now()).bundle.roster, person)
    if not yes:
        whom = ", ".join(f"{who} ({', '.join(names)})" for who, names in named.items())
        click.confirm(f"This sends a test alert to {whom}. Go on?", abort=True, err=True)
    with places.secrets_of(where) as secrets:
        tried = [_tried(who, name, secrets) for who, names in named.items() for name in names]
    if as_json:
        places.print_json(
            [{"person": t.person, "secret": t.secret, "taken": t.taken, "found": t.found} for t in tried]
        )
    else:
        for one in tried:
            click.echo(f"{'ok  ' if one.taken else 'LOOK'}  {one.person:<12} {one.secret:<24} {one.found}")
    if not all(one.taken for one in tried):
        raise SystemExit(1)


def _wanted(document: Mapping[str, Any] | None, person: str | None) -> dict[str, list[str]]:
    if document is None:
        raise HearbackError("there is nobody in roster.yaml yet: docs/alerts.md tells what to write there")
    named = secret_names(document, [])
    if person is None:
        return named
    found = roster_of(document).find(person)
    if found is None:
        remedy = did_you_mean(person, named).replace("Remove it, or write", "Write")
        raise HearbackError(f"there is nobody {person!r} in roster.yaml. {remedy}")
    return {found.id: named[found.id]}


def _tried(person: str, name: str, secrets: Vault) -> Tried:
    address = secrets.secret(name)
    if not address:
        return Tried(person, name, taken=False, found=f"has no value: {secrets.how_to_set(name)}")
    if alerts.notify([address], *_TEST):
        return Tried(person, name, taken=True, found="took the test alert")
    return Tried(person, name, taken=False, found="did not take it: compare its form with docs/alerts.md")
