"""`hearback policy diff` and `hearback policy backtest`: a change before it goes live."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chalicelib import explain, reading, wiring
from chalicelib.cli import places
from chalicelib.cli.places import Where
from chalicelib.core.errors import HearbackError
from chalicelib.core.policy import Policy
from chalicelib.program import Program

if TYPE_CHECKING:
    from chalicelib.policies.build import PolicySet
    from chalicelib.policies.compare import Change
    from chalicelib.policies.sources import Files
    from chalicelib.replay.backtest import Replayed
    from chalicelib.replay.impact import Impact
    from chalicelib.replay.tally import Tally, Waits

_DIFFERS = 1
_SHOWN = 50


class Trouble(click.ClickException):
    """The comparison could not be made; as with diff(1), the exit code is 2."""

    exit_code = 2


@contextmanager
def _told_apart() -> Iterator[None]:
    """Let trouble have another exit code than a difference."""
    try:
        yield
    except (HearbackError, OSError) as error:
        raise Trouble(str(error)) from None


@click.command("diff")
@places.policies_option
@places.on_data
def diff_command(folder: Path, where: Where, *, as_json: bool) -> None:
    """Show what changes, for the cases open now as well, if the files went live.

    Exit code 0 when nothing differs from the live version, 1 when something does, 2 when it cannot be told.
    """
    from chalicelib.policies.sources import checked

    with _told_apart(), places.opened(where) as program:
        files = checked(folder, program.ports.clock())
        differs = show_difference(files, program, as_json=as_json)
    if differs:
        raise SystemExit(_DIFFERS)


def show_difference(files: "Files", program: Program, *, as_json: bool) -> bool:
    """Print what would change if files went live; return whether anything would."""
    from chalicelib.policies import versions
    from chalicelib.policies.compare import compare
    from chalicelib.policies.publish import candidate
    from chalicelib.replay.impact import impacts

    ports = program.ports
    now, live = ports.clock(), ports.policies.live()
    before = versions.content(ports.records, versions.manifest(ports.records, live.version, now), now).bundle
    if before.to_json() == files.bundle.to_json():
        _say_nothing_changes(live, as_json=as_json)
        return False
    new = candidate(files.bundle, ports.records, now, program.secrets.secret, ports.store)
    found = list(impacts(reading.open_cases(ports), live, new, now))
    changes = compare(before, files.bundle)
    if as_json:
        places.print_json(_difference_as_data(changes, found, live.version))
    else:
        places.echo_lines(_difference(changes, found, live))
    return True


def _say_nothing_changes(live: "PolicySet", *, as_json: bool) -> None:
    if as_json:
        places.print_json(_difference_as_data([], [], live.version))
    else:
        click.echo(f"Nothing changes: the files say what version {live.version} says, which is live.")


def _difference(changes: Sequence["Change"], found: Sequence["Impact"], live: "PolicySet") -> list[str]:
    lines = [f"Against version {live.version}, which is live:", *(f"  {change}" for change in changes), ""]
    otherwise = [impact for impact in found if impact.changes]
    lines.append(f"{len(otherwise)} of {len(found)} open cases change; what was promised stays.")
    for impact in otherwise:
        policy = live.policy(impact.case.thread.channel)
        lines += [f"  {impact.case.id}  {impact.case.thread.channel}", *_impact(impact, policy)]
    return lines


def _impact(impact: "Impact", policy: Policy) -> Iterator[str]:
    if impact.rule != impact.case.rule:
        yield f"    rule {impact.case.rule} -> {impact.rule}, because of {impact.rule_because}"
    for moved in impact.moved:
        before, after = (_local(moment, policy) for moment in (moved.before, moved.after))
        yield f"    {explain.CLOCKS[moved.kind]}: {before} -> {after}"
    if impact.case.promise:
        yield f"    promise: {explain.local_time(impact.case.promise.due_at, policy)} stays"


def _local(moment: datetime | None, policy: Policy) -> str:
    return explain.local_time(moment, policy) if moment else "none"


def _difference_as_data(changes: Sequence["Change"], found: Sequence["Impact"], live: str) -> dict[str, Any]:
    return {
        "live": live,
        "differs": bool(changes),
        "changes": [asdict(change) for change in changes],
        "open_cases": len(found),
        "cases": [
            {
                "id": impact.case.id,
                "channel": impact.case.thread.channel,
                "rule": {"before": impact.case.rule, "after": impact.rule},
                "deadlines": [
                    {"clock": explain.CLOCKS[one.kind], "before": _iso(one.before), "after": _iso(one.after)}
                    for one in impact.moved
                ],
                "promise": _iso(impact.case.promise.due_at) if impact.case.promise else None,
            }
            for impact in found
            if impact.changes
        ],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@click.command("backtest")
@click.option("--days", type=click.IntRange(1, 400), default=30, show_default=True, help="How far back.")
@click.option(
    "--file",
    "exported",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file of `case export`, instead of the database.",
)
@places.policies_option
@places.on_data
def backtest_command(days: int, exported: Path | None, folder: Path, where: Where, *, as_json: bool) -> None:
    """Replay the cases of the last days under the files, and compare with what really happened.

    Nothing is published, nothing is sent. Each case in which something happened in these days is replayed
    from its beginning: what customers and people did stays, what Hearback did is reckoned anew.
    """
    from chalicelib.policies.publish import built
    from chalicelib.policies.sources import checked
    from chalicelib.replay import past
    from chalicelib.replay.backtest import backtest

    bundle = checked(folder, wiring.now()).bundle
    policies = built(bundle, "files", lambda _: "")
    if exported:
        known = past.read(exported)
        replayed = _with_progress(backtest(known, policies), len(known))
    else:
        with places.opened(where) as program:
            cases = past.cases(program.ports, days)
            histories = past.histories(cases, program.ports, program.ports.clock())
            replayed = _with_progress(backtest(histories, policies), len(cases))
    if as_json:
        places.print_json(_report_as_data(replayed))
    else:
        places.echo_lines(_report(replayed))


def _with_progress(replayed: Iterator["Replayed"], number: int) -> list["Replayed"]:
    label = f"Replaying {number} cases"
    with click.progressbar(replayed, length=number, label=label, file=sys.stderr, show_pos=True) as shown:
        return list(shown)


def _report(replayed: Sequence["Replayed"]) -> list[str]:
    from chalicelib.replay.tally import COUNTED, together

    done = [one for one in replayed if not one.skipped]
    if not replayed:
        return ["There is no case in these days."]
    before, after = together(one.before for one in done), together(one.after for one in done)
    lines = [f"{len(done)} cases replayed.", "", f"{'':<42}{'really':>12}{'replayed':>12}"]
    lines += [f"{COUNTED[name]:<42}{before[name]:>12}{after[name]:>12}" for name in COUNTED]
    lines += ["", *_waits("first replies", done, first=True), *_waits("later replies", done, first=False)]
    differing = [one for one in done if one.differences]
    lines += ["", f"{len(differing)} of {len(done)} cases differ" + (":" if differing else ".")]
    for one in differing[:_SHOWN]:
        said = [f"{found.what} {found.before} -> {found.after}" for found in one.differences]
        lines.append(f"  {one.case_id}  {'; '.join(said)}")
    if len(differing) > _SHOWN:
        lines.append(f"  and {len(differing) - _SHOWN} more: --json shows all of them")
    return [*lines, *_skipped(replayed)]


def _skipped(replayed: Sequence["Replayed"]) -> Iterator[str]:
    skipped = [one.skipped for one in replayed if one.skipped]
    if skipped:
        yield ""
        yield f"{len(skipped)} cases could not be replayed: {', '.join(sorted(set(skipped)))}"


def _waits(what: str, done: Sequence["Replayed"], *, first: bool) -> Iterator[str]:
    """Yield what people's replies come to; they are the same in both lives, only their targets differ."""
    from chalicelib.replay.tally import waits

    was = waits((one.before for one in done), first=first)
    now = waits((one.after for one in done), first=first)
    yield f"{what + ' within the target':<42}{_share(was):>12}{_share(now):>12}"
    yield f"{'  median, 90 % within':<42}{_lengths(was):>12}{_lengths(now):>12}"


def _share(found: "Waits | None") -> str:
    return f"{found.within:.0%}" if found else "none"


def _lengths(found: "Waits | None") -> str:
    return f"{_short(found.median)}, {_short(found.p90)}" if found else "-"


def _short(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    return f"{minutes} m" if minutes < 100 else f"{minutes / 60:.0f} h"  # noqa: PLR2004 - two figures are read at a glance


def _report_as_data(replayed: Sequence["Replayed"]) -> dict[str, Any]:
    done = [one for one in replayed if not one.skipped]
    return {
        "cases": len(done),
        "really": _sums([one.before for one in done]),
        "replayed": _sums([one.after for one in done]),
        "differing": [
            {"id": one.case_id, "differences": [asdict(found) for found in one.differences]}
            for one in done
            if one.differences
        ],
        "skipped": [{"id": one.case_id, "why": one.skipped} for one in replayed if one.skipped],
    }


def _sums(tallies: Sequence["Tally"]) -> dict[str, Any]:
    from chalicelib.replay.tally import together, waits

    responses = {name: waits(tallies, first=first) for name, first in (("first", True), ("later", False))}
    return {
        **together(tallies),
        **{
            f"{name}_replies": {
                "number": found.number,
                "within_target": round(found.within, 4),
                "median_seconds": found.median.total_seconds(),
                "p90_seconds": found.p90.total_seconds(),
            }
            for name, found in responses.items()
            if found
        },
    }
