"""`hearback case`."""

import secrets
import sys
from datetime import datetime
from pathlib import Path

import click

from chalicelib import explain, handle, reading
from chalicelib.cli import places
from chalicelib.core.case import CloseReason
from chalicelib.core.events import CaseClosed, CaseEvent, ReplySubmitted
from chalicelib.ports import Ports


@click.group()
def case() -> None:
    """The cases of your customers."""


@case.command("list")
@click.option("--channel", default="", help="Only this channel.")
@places.on_data
def list_(channel: str, data: Path, env_file: Path, *, as_json: bool) -> None:
    """List the open cases, the most urgent first."""
    with places.opened(data, env_file) as laptop:
        ports = laptop.ports
        now = ports.clock()
        if channel:
            ports.policies.live().channel(channel)
        found = reading.open_cases(ports, channel)
        policies = ports.policies.live()
        rows = [explain.summary(one, policies.policy(one.thread.channel), now) for one in found]
    if as_json:
        places.print_json(rows)
        return
    places.echo_lines([_row(row) for row in rows] or ["Nobody is waiting."])


@case.command()
@click.argument("case_id")
@places.on_data
def show(case_id: str, data: Path, env_file: Path, *, as_json: bool) -> None:
    """Show one case: its state, its running clocks, and what was said."""
    _print(case_id, data, env_file, as_json=as_json, everything=False)


@case.command("explain")
@click.argument("case_id")
@places.on_data
def explain_(case_id: str, data: Path, env_file: Path, *, as_json: bool) -> None:
    """Tell why each deadline is what it is, and why each message was or was not sent."""
    _print(case_id, data, env_file, as_json=as_json, everything=True)


@case.command()
@click.argument("case_id")
@click.argument("text")
@places.by_option
@places.on_data
def reply(case_id: str, text: str, by: str, data: Path, env_file: Path, *, as_json: bool) -> None:
    """Send a reply in your own words; TEXT is `-` to read it from standard input."""
    words = sys.stdin.read() if text == "-" else text
    with places.opened(data, env_file) as laptop:
        sendable = reading.sendable(words, reading.look(case_id, laptop.ports))
        event = ReplySubmitted(id=_fresh(), at=laptop.ports.clock(), case_id=case_id, by=by, text=sendable)
        _apply(
            event,
            laptop.ports,
            "The reply is on its way; it goes out while `hearback run` is running.",
            as_json,
        )


@case.command()
@click.argument("case_id")
@click.option(
    "--reason", type=click.Choice([reason.value for reason in CloseReason]), help="Why, where nobody replied."
)
@places.by_option
@places.on_data
def close(case_id: str, reason: str | None, by: str, data: Path, env_file: Path, *, as_json: bool) -> None:
    """Close a case; without a reply it needs a reason."""
    with places.opened(data, env_file) as laptop:
        chosen = CloseReason(reason) if reason else None
        event = CaseClosed(id=_fresh(), at=laptop.ports.clock(), case_id=case_id, by=by, reason=chosen)
        _apply(event, laptop.ports, "The case is closed.", as_json)


def _apply(event: CaseEvent, ports: Ports, done: str, as_json: bool) -> None:  # noqa: FBT001 - the option of the caller
    handle.apply(event, ports)
    view = reading.look(event.case_id, ports)
    if as_json:
        places.print_json(explain.case_as_data(view.case, view.timeline, view.policy, ports.clock()))
    else:
        click.echo(done)


def _print(case_id: str, data: Path, env_file: Path, *, as_json: bool, everything: bool) -> None:
    with places.opened(data, env_file) as laptop:
        view = reading.look(case_id, laptop.ports)
        now = laptop.ports.clock()
    found = explain.case_as_data(view.case, view.timeline, view.policy, now)
    if as_json:
        places.print_json(found)
        return
    lines = _row(found).splitlines()
    if view.case.rule:
        version = view.case.policy_version
        lines.append(f"  rule {view.case.rule} because of {view.case.rule_why}, policy version {version}")
    for clock in view.case.clocks:
        due = explain.local_time(clock.due_at, view.policy)
        name = explain.CLOCKS[clock.kind]
        lines.append(f"  {name} {explain.countdown(clock, now)}, at {due}: {clock.reckoning}")
    lines.append("")
    for entry in view.timeline:
        words = explain.words(entry)
        if everything or words:
            lines.append(
                f"{explain.local_time(entry.at, view.policy)}  {explain.sentence(entry, view.policy)}"
            )
            lines += [f"    | {line}" for line in words.splitlines()]
    places.echo_lines(lines)


def _row(row: dict[str, object]) -> str:
    since = row["owed_since"]
    waiting = f", waiting since {datetime.fromisoformat(str(since)):%Y-%m-%d %H:%M} UTC" if since else ""
    words = " ".join(str(row["last_words"]).split())[:70]
    where = f"{row['customer']} on {row['channel']}, {row['status']}"
    return f"{row['id']}  {row['urgency']}  {where}{waiting}  {words}".rstrip()


def _fresh() -> str:
    return f"cli:{secrets.token_hex(16)}"
