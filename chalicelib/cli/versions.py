"""`hearback policy publish`, `history`, `show` and `rollback`: the numbered versions of the owner's files."""

from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chalicelib.cli import places
from chalicelib.cli.comparing import show_difference
from chalicelib.cli.places import Where
from chalicelib.core.errors import HearbackError
from chalicelib.program import Program

if TYPE_CHECKING:
    from chalicelib.policies.bundle import Bundle
    from chalicelib.policies.sources import Files
    from chalicelib.policies.versions import Manifest

_STOPS = {
    "kill_switch": "The kill switch would go off: automatic messages would begin again.",
    "dry_run": "The dry run would end: automatic messages would really go out.",
}

_why_option = click.option("--why", default="", help="Why, for the history.")


@click.command("publish")
@_why_option
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@places.by_option
@places.policies_option
@places.on_data
def publish_command(why: str, by: str, folder: Path, where: Where, *, dry_run: bool, as_json: bool) -> None:
    """Make the files the next version, live for every message from now on.

    A running `hearback run` does this by itself when a file is saved; files that were rolled back go live
    only by this.
    """
    from chalicelib.policies.publish import publish
    from chalicelib.policies.sources import checked

    with places.opened(where) as program:
        ports = program.ports
        files = checked(folder, ports.clock())
        for warning in files.warnings:
            click.echo(warning, err=True)
        if dry_run:
            show_difference(files, program, as_json=as_json)
            return
        before = _live(program)
        if before and not as_json:
            show_difference(files, program, as_json=False)
        number = publish(
            files.bundle,
            ports.records,
            ports.clock(),
            by=by,
            why=why,
            sources=files.sources,
            store=ports.store,
        )
        told = _announced(program)
    if as_json:
        places.print_json({"version": number, "published": number != before, "open_cases": told})
    elif number != before:
        click.echo(f"Version {number} is live; {told} open cases are reckoned anew.")


@click.command("history")
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, help="How many versions.")
@places.on_data
def history_command(last: int, where: Where, *, as_json: bool) -> None:
    """List the versions that were live, the newest first: number, when, who, why."""
    from chalicelib.policies import versions

    with places.opened(where) as program:
        found = list(islice(versions.chain(program.ports.records, program.ports.clock()), last))
    rows = [{**_as_data(version), "live": number == 0} for number, version in enumerate(found)]
    if as_json:
        places.print_json(rows)
        return
    places.echo_lines([_row(row) for row in rows] or ["Nothing has been published yet."])


@click.command("show")
@click.argument("number")
@click.argument("file", required=False)
@places.on_data
def show_command(number: str, file: str | None, where: Where, *, as_json: bool) -> None:
    """Show the files of a version as they were, or only FILE, such as policy.yaml."""
    from chalicelib.policies import versions

    with places.opened(where) as program:
        records, now = program.ports.records, program.ports.clock()
        version = versions.manifest(records, number, now)
        files = versions.sources(records, version, now)
    if file is not None and file not in files:
        known = ", ".join(files) or "none: it is of earlier days"
        raise HearbackError(f"version {number} has no file {file!r}; its files: {known}")
    wanted = {file: files[file]} if file else files
    if as_json:
        places.print_json({**_as_data(version), "files": wanted})
        return
    if file:
        click.echo(files[file], nl=False)
        return
    places.echo_lines([_row(_as_data(version))])
    for name, text in wanted.items():
        places.echo_lines(["", f"== {name}", *text.splitlines()])
    if not wanted:
        click.echo("Its files were not kept, only what they said.")


@click.command("rollback")
@click.argument("number")
@_why_option
@click.option("--restore-files", is_flag=True, help="Put its files back, too; yours are kept beside.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--yes", is_flag=True, help="Do not ask, even where automatic messages would begin again.")
@places.by_option
@places.policies_option
@places.on_data
def rollback_command(
    number: str,
    why: str,
    by: str,
    folder: Path,
    where: Where,
    *,
    restore_files: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Make what version NUMBER said live again, as the next version.

    What was promised stays. The files of the folder still say otherwise, and stay unpublished until they are
    changed; `--restore-files` puts those of the version in their place.
    """
    with places.opened(where) as program:
        before = _live(program)
        then = _then(number, program)
        if dry_run or not as_json:
            show_difference(then, program, as_json=as_json)
        if dry_run:
            return
        _ask_about(_begins_again(then.bundle, program), yes=yes or as_json)
        live, kept = _rolled_back(
            number, then, program, by=by, why=why, folder=folder if restore_files else None
        )
        told = _announced(program)
        differ = kept is None and _files_differ(folder, program)
    if as_json:
        found = {"version": live, "published": live != before, "open_cases": told}
        places.print_json({**found, "kept_files": str(kept) if kept else None, "files_differ": differ})
        return
    if live == before:
        click.echo(f"Version {live} is live and says the same: nothing was published.")
    else:
        click.echo(
            f"Version {live} is live and says what version {number} said; {told} cases are reckoned anew."
        )
    if kept:
        click.echo(f"The files of version {number} are in {folder}; those that were there are in {kept}.")
    elif differ:
        click.echo(
            f"The files in {folder} still say otherwise. They stay unpublished until you change them; "
            f"`hearback policy rollback {number} --restore-files{where.option}` puts those of version "
            f"{number} there."
        )


def _then(number: str, program: Program) -> "Files":
    """Return what a version said, checked by what is right today; without files where none were kept."""
    from chalicelib.policies import sources, versions

    ports = program.ports
    now = ports.clock()
    version = versions.manifest(ports.records, number, now)
    files = versions.sources(ports.records, version, now)
    bundle: Bundle = versions.content(ports.records, version, now).bundle
    if files:
        # What was right in its day may not be any more.
        bundle = sources.checked_texts(files, now)
    return sources.Files(bundle=bundle, sources=files)


def _begins_again(bundle: "Bundle", program: Program) -> list[str]:
    """Return what an owner must not overlook: what would begin again, and channels that would go."""
    from chalicelib.policies import versions

    ports = program.ports
    now = ports.clock()
    live = versions.content(
        ports.records, versions.manifest(ports.records, ports.policies.live().version, now), now
    ).bundle
    found = [
        sentence for name, sentence in _STOPS.items() if live.policy.get(name) and not bundle.policy.get(name)
    ]
    ids = {one["id"] for one in bundle.channels["channels"]}
    gone = [one["id"] for one in live.channels["channels"] if one["id"] not in ids]
    return found + [
        f"The channel {one} is not in it: nothing more is received or sent there." for one in gone
    ]


def _ask_about(dangers: list[str], *, yes: bool) -> None:
    for danger in dangers:
        click.echo(f"ATTENTION: {danger}", err=True)
    if dangers and not yes:
        click.confirm("Roll back all the same?", abort=True, err=True)


def _rolled_back(
    number: str, then: "Files", program: Program, *, by: str, why: str, folder: Path | None
) -> tuple[str, Path | None]:
    """Publish a version anew; with a folder put its files there and return where those before are kept."""
    from chalicelib.policies import sources, versions
    from chalicelib.policies.publish import publish

    ports = program.ports
    now = ports.clock()
    files = then.sources
    if folder and not files:
        raise HearbackError(f"the files of version {number} were not kept: roll back without --restore-files")
    live = publish(
        then.bundle,
        ports.records,
        now,
        by=by,
        why=why or f"rolled back to version {number}",
        sources=files,
        store=ports.store,
        rolls_back=True,
    )
    if folder is None:
        return live, None
    try:
        kept = sources.restore(files, folder, now)
    except (HearbackError, OSError) as error:
        raise HearbackError(f"version {live} is live, but its files were not put back: {error}") from None
    versions.settle(ports.records, live)
    return live, kept


def _live(program: Program) -> str:
    from chalicelib.policies import versions

    found = versions.live_record(program.ports.records, program.ports.clock())
    return found.value if found else ""


def _announced(program: Program) -> int:
    from chalicelib.policies.publish import announce

    ports = program.ports
    program.policies.forget()
    return announce(ports.policies.live(), ports.store, ports.events, ports.clock())


def _files_differ(folder: Path, program: Program) -> bool:
    from chalicelib.policies import versions

    ports = program.ports
    now = ports.clock()
    version = versions.manifest(ports.records, ports.policies.live().version, now)
    return _said_by(folder, program) != versions.content(ports.records, version, now).bundle.to_json()


def _said_by(folder: Path, program: Program) -> str:
    from chalicelib.policies.sources import checked

    try:
        return checked(folder, program.ports.clock()).bundle.to_json()
    except HearbackError:
        return ""


def _as_data(version: "Manifest") -> dict[str, Any]:
    return {
        "version": version.number,
        "at": version.at.isoformat(),
        "by": version.by,
        "why": version.why,
        "rolled_back_from": version.instead_of[0] if version.instead_of else None,
    }


def _row(row: dict[str, Any]) -> str:
    live = "live" if row.get("live") else ""
    when = places.local_minute(datetime.fromisoformat(row["at"]))
    return f"{row['version']:>4}  {live:<4}  {when}  by {row['by']}  {row['why']}".rstrip()
