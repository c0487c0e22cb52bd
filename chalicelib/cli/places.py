"""The options every command shares, and the program they open."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from chalicelib import wiring
from chalicelib.core.errors import HearbackError
from chalicelib.settings import EnvFile
from chalicelib.sqlite import in_words
from chalicelib.vault import Vault
from chalicelib.wiring import Laptop

PROJECT = Path(__file__).resolve().parents[2]

Command = TypeVar("Command", bound=Callable[..., Any])

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=PROJECT / "data",
    show_default="./data",
    help="The folder of the database.",
)
policies_option = click.option(
    "--policies",
    "--from",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=PROJECT / "policies",
    show_default="./policies",
    help="The folder of the owner's files.",
)
env_option = click.option(
    "--env-file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=PROJECT / ".env",
    show_default="./.env",
    help="The file of the secrets.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
by_option = click.option("--by", default="owner", show_default=True, help="Your name, for the timeline.")


def on_data(command: Command) -> Command:
    """Give a command the options `--data`, `--env-file` and `--json`."""
    for option in (json_option, env_option, data_option):
        command = option(command)
    return command


def vault(env_file: Path) -> Vault:
    """Return the place where the values of secrets stand."""
    return EnvFile(env_file)


@contextmanager
def opened(data: Path, env_file: Path) -> Iterator[Laptop]:
    """Open the database of a `hearback run`, which may be running.

    Raises `HearbackError` without one, and `BadDatabase` whenever it turns out to be damaged.
    """
    file = data / "hearback.sqlite"
    if not file.exists():
        raise HearbackError(f"there is no database in {data}: start `hearback run` once, or give --data")
    with in_words(file):
        laptop = wiring.laptop(data, env_file, base_url="")
        try:
            yield laptop
        finally:
            laptop.file.close()


def local_minute(moment: datetime, zone: str = "") -> str:
    """Return a time with its zone, such as `2026-11-20 16:50 CET`; without a zone on this machine's clock."""
    return f"{moment.astimezone(ZoneInfo(zone) if zone else None):%Y-%m-%d %H:%M %Z}"


def print_json(data: object) -> None:
    """Print data as JSON, in the letters of its own language."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def echo_lines(lines: list[str]) -> None:
    """Print lines, none of which can move the cursor whatever a customer wrote."""
    for line in lines:
        click.echo("".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in line))
