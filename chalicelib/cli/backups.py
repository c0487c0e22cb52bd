"""`hearback backup`, `hearback restore` and `hearback restored`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from chalicelib import backup as backups
from chalicelib import restored as marks
from chalicelib import wiring
from chalicelib.backup import Contents
from chalicelib.cli import places
from chalicelib.cli.places import Where
from chalicelib.serve import lock
from chalicelib.sqlite import Progress, in_words

_PERCENT = 100
_NOT_IN_IT = (
    "It holds the cases, what customers wrote, and every version of your policies that was published. "
    "It does not hold .env: keep that file in a safe place of its own."
)
_LOST = (
    "What happened after the backup is unknown to it. So nothing automatic is sent on what was owed until "
    "now: you are called instead, because the customer may have heard it already."
)
_LOOK_THROUGH = (
    "Then go through `hearback case list{option}` and look at each conversation on its platform; look there\n"
    "also for who wrote after the backup: they may not be in the list."
)


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--keep", type=click.IntRange(1), help="Remove all but so many of the older ones in the folder."
)
@places.data_option
@places.json_option
def backup(file: Path | None, keep: int | None, data: Path, *, as_json: bool) -> None:
    """Copy the database to FILE, or to a new file in the folder FILE; it may be in use meanwhile.

    Without FILE the folder is `backups` in the data folder. IT HOLDS WHAT YOUR CUSTOMERS WROTE: only you may
    read it, and it belongs on another machine as well. It does not hold the secrets in .env.
    """
    now = wiring.now()
    wanted = backups.target(file, data, now)
    if keep and wanted == file:
        raise click.UsageError("--keep needs a folder: in it the backups are named by their time")
    with in_words(data / wiring.DATABASE), _progress("Copying the database") as progress:
        contents = backups.make(data, wanted, now, progress)
    gone = backups.forget_older(wanted.parent, keep) if keep else []
    if as_json:
        found = {"file": str(wanted), **_told(contents), "removed": [str(path) for path in gone]}
        places.print_json(found)
        return
    click.echo(f"{wanted}: {contents.cases} cases, {contents.open_cases} of them open. It is sound.")
    for path in gone:
        click.echo(f"Removed {path}.")
    click.echo(_NOT_IN_IT)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Check everything and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@places.data_option
@places.json_option
def restore(file: Path, data: Path, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Put the backup FILE in place of the database; the one of before is kept beside it.

    Stop `hearback run` first. What was sent after the backup was made is not in it; so that nothing is sent
    twice, nothing automatic goes out on what was owed before this moment, and you are called instead.
    """
    answers: list[Contents] = []

    def agreed(contents: Contents) -> bool:
        if not as_json:
            click.echo(f"{_described(file, contents)}\n{_LOST}")
        go = not dry_run and (yes or click.confirm(f"Put it in place of the database in {data}?", err=True))
        answers.extend([contents] if go else [])
        return go

    with lock.taken(data), in_words(file), _progress("Checking the backup") as progress:
        kept = backups.put_back(file, data, wiring.now(), progress, agreed)
    if as_json:
        done = {"restored": bool(answers), "kept": str(kept) if kept else None}
        places.print_json({**done, **(_told(answers[0]) if answers else {})})
    elif answers:
        click.echo(_what_now(kept))
    else:
        click.echo("Nothing was changed.")


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@places.on_data
def restored(where: Where, *, yes: bool, as_json: bool) -> None:
    """Say that the database has been put back from a copy by other means than `restore` or `deploy`.

    Such as a table of DynamoDB that was filled from a copy, or a file that you have put in its place. What
    was said after the copy was made is unknown to it, so run this BEFORE anything works with it: on AWS while
    the functions are held (docs/deploy.md), here before `hearback run`. Then nothing automatic goes out on
    what was owed before this moment, you are called instead, and everybody is logged out of the desk.
    """
    with places.opened(where) as program:
        ports = program.ports
        if not as_json:
            click.echo(_LOST)
        done = yes or click.confirm(f"Mark the database of {_whose(where)} as put back?", err=True)
        if done:
            marks.mark(ports.records, ports.clock())
    if as_json:
        places.print_json({"marked": done})
        return
    click.echo(f"Done.\n{_LOOK_THROUGH.format(option=where.option)}" if done else "Nothing was changed.")


def _whose(where: Where) -> str:
    return f"stage {where.stage}" if where.stage else str(where.data)


def _described(file: Path, contents: Contents) -> str:
    made = f"was made at {places.local_minute(contents.made_at)}" if contents.made_at else "has no date"
    return f"{file} is sound. It {made} and holds {contents.cases} cases, {contents.open_cases} of them open."


def _what_now(kept: Path | None) -> str:
    lines = [f"The database of before is kept as {kept}."] if kept else []
    return "\n".join(
        [
            "Done.",
            *lines,
            "Now start `hearback run`.",
            _LOOK_THROUGH.format(option=""),
        ]
    )


def _told(contents: Contents) -> dict[str, object]:
    made_at = contents.made_at.isoformat() if contents.made_at else None
    return {"made_at": made_at, "cases": contents.cases, "open_cases": contents.open_cases}


@contextmanager
def _progress(label: str) -> Iterator[Progress]:
    """Yield what draws a bar of the pages copied, where somebody is looking."""
    with click.progressbar(
        length=_PERCENT, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:

        def progress(done: int, pages: int) -> None:
            bar.update(_PERCENT * done // max(pages, 1) - bar.pos)

        yield progress
