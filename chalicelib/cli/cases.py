"""`hearback case`."""

import secrets
import sys
from datetime import UTC, datetime
from typing import Any

import click

from chalicelib import calls, explain, handle, reading
from chalicelib.cli import exporting, places
from chalicelib.cli.places import Where
from chalicelib.core.case import Case, CloseReason, Status
from chalicelib.core.errors import HearbackError
from chalicelib.core.events import AckApproved, CaseAssigned, CaseClosed, CaseEvent, ReplySubmitted
from chalicelib.ports import Ports
from chalicelib.program import Program

_CLOSED_SHOWN = 50
_NEVER = datetime.min.replace(tzinfo=UTC)
_NAME_FITS = 30
_WORDS_FIT = 70


@click.group()
def case() -> None:
    """The cases of your customers."""


case.add_command(exporting.export_command)


@case.command("list")
@click.option("--channel", default="", help="Only this channel.")
@click.option("--closed", is_flag=True, help=f"The closed cases instead, the last {_CLOSED_SHOWN} of them.")
@click.option("--all", "everything", is_flag=True, help="The closed cases as well, after the open ones.")
@places.on_data
def list_(channel: str, where: Where, *, closed: bool, everything: bool, as_json: bool) -> None:
    """List the open cases, the most urgent first."""
    with places.opened(where) as program:
        if channel:
            program.ports.policies.live().channel(channel)
        found = [] if closed and not everything else reading.open_cases(program.ports, channel)
        if closed or everything:
            found += _closed_cases(program, channel)
        rows = _summaries(found, program.ports)
        policies = program.ports.policies.live()
        zones = [policies.policy(one.thread.channel).calendar.zone for one in found]
    if as_json:
        places.print_json(rows)
        return
    nobody = "No case is closed yet." if closed and not everything else "Nobody is waiting."
    lines = [_row(_fitted(row), zone) for row, zone in zip(rows, zones, strict=True)]
    places.echo_lines(lines or [nobody])


@case.command()
@click.argument("case_id")
@places.on_data
def show(case_id: str, where: Where, *, as_json: bool) -> None:
    """Show one case: its state, its running clocks, and what was said."""
    _print(case_id, where, as_json=as_json, everything=False)


@case.command("explain")
@click.argument("case_id")
@places.on_data
def explain_(case_id: str, where: Where, *, as_json: bool) -> None:
    """Tell why each deadline is what it is, and why each message was or was not sent."""
    _print(case_id, where, as_json=as_json, everything=True)


@case.command()
@click.argument("case_id")
@click.argument("text")
@places.by_option
@places.on_data
def reply(case_id: str, text: str, by: str, where: Where, *, as_json: bool) -> None:
    """Send a reply in your own words; TEXT is `-` to read it from standard input."""
    words = sys.stdin.read() if text == "-" else text
    with places.opened(where) as program:
        sendable = reading.sendable(words, reading.look(case_id, program.ports))
        event = ReplySubmitted(id=_fresh(), at=program.ports.clock(), case_id=case_id, by=by, text=sendable)
        _apply(
            event,
            program.ports,
            f"The reply is on its way; it goes out {program.advice.goes_out}.",
            as_json,
        )


@case.command()
@click.argument("case_id")
@click.option("--reject", is_flag=True, help="Do not send it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@places.by_option
@places.on_data
def approve(case_id: str, by: str, where: Where, *, reject: bool, yes: bool, as_json: bool) -> None:
    """Let a public acknowledgement go out that waits for a person's approval.

    Shows the words and asks first; with --yes and with --json it does not ask.
    """
    with places.opened(where) as program:
        view = reading.look(case_id, program.ports)
        key = reading.approvable(view)
        if not as_json:
            places.echo_lines(_words_that_wait(view))
        if not (reject or yes or as_json):
            click.confirm("Let everybody read this?", abort=True)
        event = AckApproved(
            id=_fresh(), at=program.ports.clock(), case_id=case_id, by=by, key=key, approved=not reject
        )
        done = "It is not sent." if reject else f"It goes out {program.advice.goes_out}."
        _apply(event, program.ports, done, as_json)


@case.command()
@click.argument("case_id")
@click.option(
    "--reason", type=click.Choice([reason.value for reason in CloseReason]), help="Why, where nobody replied."
)
@places.by_option
@places.on_data
def close(case_id: str, reason: str | None, by: str, where: Where, *, as_json: bool) -> None:
    """Close a case; without a reply it needs a reason."""
    with places.opened(where) as program:
        chosen = CloseReason(reason) if reason else None
        found = program.ports.store.load(case_id)
        if found.status is Status.CLOSED and (chosen or CloseReason.ANSWERED) is not found.close_reason:
            raise HearbackError(f"case {case_id} is closed already ({found.close_reason})")
        event = CaseClosed(id=_fresh(), at=program.ports.clock(), case_id=case_id, by=by, reason=chosen)
        _apply(event, program.ports, "The case is closed.", as_json)


@case.command()
@click.argument("case_id")
@click.argument("person")
@places.by_option
@places.on_data
def assign(case_id: str, person: str, by: str, where: Where, *, as_json: bool) -> None:
    """Hand a case to PERSON, by their id in roster.yaml: its alerts go to them while they are on duty."""
    with places.opened(where) as program:
        people = program.ports.policies.live().roster
        known = people.find(person)
        to = known.id if known else reading.keepable_name(person)
        if warning := calls.stranger(to, people):
            click.echo(f"Warning: {warning}", err=True)
        event = CaseAssigned(id=_fresh(), at=program.ports.clock(), case_id=case_id, by=by, to=to)
        _apply(event, program.ports, f"The case is with {known.name if known else to}.", as_json)


def _apply(event: CaseEvent, ports: Ports, done: str, as_json: bool) -> None:  # noqa: FBT001 - the option of the caller
    handle.apply(event, ports)
    view = reading.look(event.case_id, ports)
    if as_json:
        places.print_json(explain.case_as_data(view.case, view.timeline, view.policy, ports.clock()))
    else:
        click.echo(done)


def _print(case_id: str, where: Where, *, as_json: bool, everything: bool) -> None:
    with places.opened(where) as program:
        view = reading.look(case_id, program.ports)
        now = program.ports.clock()
    found = explain.case_as_data(view.case, view.timeline, view.policy, now)
    if as_json:
        places.print_json(found)
        return
    lines = _row(found, view.policy.calendar.zone).splitlines()
    if view.case.rule:
        version = view.case.policy_version
        lines.append(f"  rule {view.case.rule} because of {view.case.rule_why}, policy version {version}")
    for clock in view.case.clocks:
        due = explain.local_time(clock.due_at, view.policy)
        name = explain.CLOCKS[clock.kind]
        lines.append(f"  {name} {explain.countdown(clock, now)}, at {due}: {clock.reckoning}")
    if view.awaits_approval:
        lines += ["", "Waits for your approval, and everybody could read it:", *_words_that_wait(view)]
        lines.append(
            f"  hearback case approve {view.case.id}{where.option}   (or, to send nothing, add --reject)"
        )
    lines.append("")
    for entry in view.timeline:
        words = explain.words(entry)
        if everything or words:
            lines.append(
                f"{explain.local_time(entry.at, view.policy)}  {explain.sentence(entry, view.policy)}"
            )
            lines += [f"    | {line}" for line in words.splitlines()]
    places.echo_lines(lines)


def _words_that_wait(view: reading.View) -> list[str]:
    text = view.awaits_approval.text if view.awaits_approval else ""
    return [f"    | {line}" for line in (text or "There is no unused text for it.").splitlines()]


def _closed_cases(program: Program, channel: str) -> list[Case]:
    """Return the cases that closed last, the latest first."""
    channels = [channel] if channel else program.ports.policies.live().channels
    found = [case for name in channels for case in program.closed_cases(name, _CLOSED_SHOWN)]
    found.sort(key=lambda case: case.closed_at or _NEVER, reverse=True)
    return found[:_CLOSED_SHOWN]


def _summaries(cases: list[Case], ports: Ports) -> list[dict[str, Any]]:
    now = ports.clock()
    policies = ports.policies.live()
    return [
        {
            **explain.summary(one, policies.policy(one.thread.channel), now),
            "closed_at": one.closed_at.isoformat() if one.closed_at else None,
            "close_reason": one.close_reason,
        }
        for one in cases
    ]


def _fitted(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row whose names leave room for the rest of the line."""
    return {**row, **{name: _short(str(row[name]), _NAME_FITS) for name in ("customer", "channel")}}


def _short(text: str, fits: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= fits else f"{line[: fits - 1].rstrip()}…"


def _row(row: dict[str, Any], zone: str) -> str:
    """Return a case as a line, its times on the clock of its channel."""
    since = row["owed_since"]
    waiting = f", waiting since {_minute(since, zone)}" if since else ""
    if row["status"] == Status.CLOSED:
        waiting = f" {_minute(row['closed_at'], zone)} ({row['close_reason']})"
    where = f"{row['customer']} on {row['channel']}, {row['status']}"
    return (
        f"{row['id']}  {row['urgency']}  {where}{waiting}  {_short(row['last_words'], _WORDS_FIT)}".rstrip()
    )


def _minute(moment: str, zone: str) -> str:
    return places.local_minute(datetime.fromisoformat(moment), zone)


def _fresh() -> str:
    return f"cli:{secrets.token_hex(16)}"
