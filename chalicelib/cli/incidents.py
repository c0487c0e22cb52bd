"""`hearback incident`."""

from pathlib import Path
from typing import Any

import click

from chalicelib import crises, incidents, statuses
from chalicelib.cli import places
from chalicelib.cli.places import Where
from chalicelib.core.errors import NotAllowed
from chalicelib.crises import Incident, Standing
from chalicelib.incidents import Progress
from chalicelib.ports import Ports

_UNHEARD_SHOWN = 20

_channel = click.argument("channel_id", metavar="CHANNEL")
_text = click.option("--text", "texts", multiple=True, metavar='LANGUAGE="WORDS"', help="Once a language.")
_text_file = click.option(
    "--text-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A YAML file of lines such as `en: Your words`.",
)


@click.group()
def incident() -> None:
    """One matter behind many complaints, and what everybody who waits is told of it."""


@incident.command("open")
@_channel
@_text
@_text_file
@click.option("--rule", default="", help="Only cases of this rule.")
@click.option("--category", default="", help="Only this category, or `all`; else complaints.")
@click.option("--keyword", default="", help="Only messages with one of these words, parted by commas.")
@click.option("--since", default="", help="Only cases in which an answer is owed since then (UTC).")
@places.by_option
@places.on_data
def open_(
    channel_id: str,
    texts: tuple[str, ...],
    text_file: Path | None,
    by: str,
    where: Where,
    *,
    as_json: bool,
    **chosen: str,
) -> None:
    """Open an incident: your words go to every open complaint of CHANNEL, and to those that come."""
    with places.opened(where) as program:
        ports = program.ports
        policies = ports.policies.live()
        words = statuses.checked(_words(texts, text_file), channel_id, policies)
        linking = statuses.linking(policies, **chosen)
        incidents.open_incident(channel_id, words, ports, by=by, linking=linking)
        _show(channel_id, ports, as_json=as_json)


@incident.command()
@_channel
@_text
@_text_file
@places.by_option
@places.on_data
def status(
    channel_id: str,
    texts: tuple[str, ...],
    text_file: Path | None,
    by: str,
    where: Where,
    *,
    as_json: bool,
) -> None:
    """Give the open incident a new status: it goes to every linked case in place of the one before."""
    with places.opened(where) as program:
        ports = program.ports
        words = statuses.checked(_words(texts, text_file), channel_id, ports.policies.live())
        incidents.give_status(channel_id, words, ports, by=by)
        _show(channel_id, ports, as_json=as_json)


@incident.command()
@_channel
@places.by_option
@places.on_data
def close(channel_id: str, by: str, where: Where, *, as_json: bool) -> None:
    """Close the open incident: nothing is sent, and the crisis is over; each case is closed on its own."""
    with places.opened(where) as program:
        incidents.close(channel_id, program.ports, by=by)
        _show(channel_id, program.ports, as_json=as_json)


@incident.command()
@_channel
@places.on_data
def show(channel_id: str, where: Where, *, as_json: bool) -> None:
    """Show how CHANNEL stands: crisis, incident, how far its status has come, who has heard nothing."""
    with places.opened(where) as program:
        _show(channel_id, program.ports, as_json=as_json)


@incident.command("list")
@places.on_data
def list_(where: Where, *, as_json: bool) -> None:
    """List the open incidents and those that were closed, the newest first."""
    with places.opened(where) as program:
        ports = program.ports
        policies = ports.policies.live()
        standing = [(one, crises.standing(one, ports).incident) for one in policies.channels]
        found = [(name, one) for name, one in standing if one]
        found += incidents.past(ports)
    if as_json:
        places.print_json([_row(name, one) for name, one in found])
        return
    lines = [_line(name, one, places.zone_of(name, policies)) for name, one in found]
    places.echo_lines(lines or ["There has been no incident yet."])


def _line(channel_id: str, found: Incident, zone: str) -> str:
    """Return an incident as a line, its times on the clock of its channel."""
    closed = f"closed {places.local_minute(found.closed_at, zone)}" if found.closed_at else "open"
    opened = f"opened {places.local_minute(found.opened_at, zone)} by {found.by}"
    return f"{channel_id} {found.number}  {opened}, {len(found.statuses)} statuses, {closed}"


def _words(texts: tuple[str, ...], text_file: Path | None) -> dict[str, str]:
    words = {**(statuses.from_file(text_file) if text_file else {}), **statuses.typed(texts)}
    if not words:
        raise NotAllowed('A status needs words: --text en="Your words" or --text-file status.yaml')
    return words


def _show(channel_id: str, ports: Ports, *, as_json: bool) -> None:
    policies = ports.policies.live()
    policy = policies.policy(channel_id)
    found = crises.standing(channel_id, ports, strong=True)
    crisis = found.in_crisis(policy, ports.clock())
    progress = incidents.progress(channel_id, ports)
    if as_json:
        places.print_json(_as_data(channel_id, found, progress, crisis=crisis))
    else:
        zone = places.zone_of(channel_id, policies)
        places.echo_lines(_lines(channel_id, found, progress, zone, crisis=crisis))


def _as_data(channel_id: str, found: Standing, progress: Progress, *, crisis: bool) -> dict[str, Any]:
    return {
        "channel": channel_id,
        "crisis_since": found.burst.since.isoformat() if found.burst and crisis else None,
        "incident": _row(channel_id, found.incident) if found.incident else None,
        "linked": progress.linked,
        "told": progress.told,
        "waiting": progress.waiting,
        "not_told": progress.failed,
        "answered_by_a_person": progress.answered,
        "still_owed": progress.owed,
        "told_together_at": _told_at(found),
        "heard_nothing": list(progress.unheard),
    }


def _lines(channel_id: str, found: Standing, progress: Progress, zone: str, *, crisis: bool) -> list[str]:
    since = places.local_minute(found.burst.since, zone) if found.burst else ""
    lines = [f"{channel_id}: {'crisis since ' + since if crisis else 'no crisis'}."]
    if found.incident:
        last = found.incident.statuses[-1]
        lines.append(f"Incident {found.incident.number}, status {last.number} by {last.by}:")
        lines += [f"  {language}: {text}" for language, text in last.texts.items()]
        lines.append(
            f"Of {progress.linked} open linked cases {progress.told} are told, {progress.waiting} wait their "
            f"turn, {progress.failed} did not get it (`hearback case explain CASE` tells why)."
        )
    else:
        lines.append("No incident is open.")
    if found.aftermath and (told_at := found.aftermath.told_at):
        told = places.local_minute(told_at, zone)
        lines.append(f"The crisis is over: you were called about all that wait, together, at {told}.")
    lines.append(f"{progress.owed} open complaints are still owed a reply.")
    lines.append(f"{progress.answered} open complaints were answered by a person and are left to them.")
    lines.append(f"In {len(progress.unheard)} open complaints the customer has heard nothing yet.")
    lines += [f"  {case_id}" for case_id in progress.unheard[:_UNHEARD_SHOWN]]
    more = len(progress.unheard) - _UNHEARD_SHOWN
    return [*lines, f"  and {more} more: --json lists them all"] if more > 0 else lines


def _told_at(found: Standing) -> str | None:
    told_at = found.aftermath.told_at if found.aftermath else None
    return told_at.isoformat() if told_at else None


def _row(channel_id: str, found: Incident) -> dict[str, Any]:
    return {
        "channel": channel_id,
        "number": found.number,
        "opened_at": found.opened_at.isoformat(),
        "opened_by": found.by,
        "closed_at": found.closed_at.isoformat() if found.closed_at else None,
        "closed_by": found.closed_by,
        "statuses": [
            {"number": one.number, "at": one.at.isoformat(), "by": one.by, "texts": one.texts}
            for one in found.statuses
        ],
    }
