"""`hearback case export`: what happened, for a backtest elsewhere."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from chalicelib.cli import places
from chalicelib.cli.places import Where

_OWNER_ONLY = 0o600


@click.command("export")
@click.option("--days", type=click.IntRange(1, 400), default=30, show_default=True, help="How far back.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file, which only you may read; else standard output.",
)
@places.at_work
def export_command(days: int, out: Path | None, where: Where) -> None:
    """Write the cases of the last days as lines of JSON, for `policy backtest --file`.

    IT HOLDS WHAT YOUR CUSTOMERS WROTE, and the platforms' ids of them: keep it as you keep the database.
    """
    from chalicelib.replay import past

    with places.opened(where) as program, _written(out) as file:
        cases = past.cases(program.ports, days)
        histories = past.histories(cases, program.ports, program.ports.clock())
        label = f"Exporting {len(cases)} cases"
        with click.progressbar(histories, length=len(cases), label=label, file=sys.stderr) as shown:
            for history in shown:
                file.write(history.to_json() + "\n")
    if out:
        click.echo(f"{len(cases)} cases in {out}. It holds your customers' words.", err=True)


@contextmanager
def _written(out: Path | None) -> Iterator[IO[str]]:
    """Yield where to write; a file is there as a whole or not at all, and for its owner only."""
    if out is None:
        yield sys.stdout
        return
    beside = out.with_name(f".{out.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            yield file
        beside.replace(out)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
