"""The options every command shares, and the program they open."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click
from click.core import ParameterSource

from chalicelib import wiring
from chalicelib.core.errors import HearbackError
from chalicelib.program import Program
from chalicelib.settings import EnvFile
from chalicelib.sqlite import in_words
from chalicelib.vault import Vault
from chalicelib.wiring import Deployed, Laptop

if TYPE_CHECKING:
    from chalicelib.policies.build import PolicySet

PROJECT = Path(__file__).resolve().parents[2]

_DATA = PROJECT / "data"
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,30}")

Command = TypeVar("Command", bound=Callable[..., Any])

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=_DATA,
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


def _checked_stage(_: click.Context, __: click.Parameter, stage: str) -> str:
    if stage and not _STAGE.fullmatch(stage):
        raise click.BadParameter("a stage has a name of small letters, digits and hyphens, such as prod")
    return stage


_stage_options = (
    click.option("--profile", default="", help="With --stage: the profile of your AWS credentials."),
    click.option(
        "--region",
        default="",
        envvar="AWS_REGION",
        help="With --stage: where it is deployed, such as eu-central-1.",
    ),
    click.option(
        "--stage",
        default="",
        envvar="HEARBACK_STAGE",
        callback=_checked_stage,
        help="What is deployed to AWS under this name, such as prod, instead of this machine's.",
    ),
)


@dataclass(frozen=True, slots=True)
class Where:
    """Which Hearback a command is about: the one of this machine, or a stage in AWS where one is named."""

    data: Path
    env_file: Path
    stage: str = ""
    region: str = ""
    profile: str = ""

    @property
    def option(self) -> str:
        """What belongs behind a command that is named to the owner, with a space before it."""
        return f" --stage {self.stage}" if self.stage else ""


def going_live(where: Where) -> tuple[str, ...]:
    """Return the command that puts changed files in force, where nothing watches the folder by itself."""
    return ("policy publish",) if where.stage else ()


def at_work(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `where`, by `--data` and `--env-file` or by `--stage`, `--region` and `--profile`."""
    return _with_options(_located(command), *_stage_options, env_option, data_option)


def with_secrets(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `where` the secrets are, by `--env-file` or by `--stage` and the like; and `--json`."""
    return _with_options(_located(command), json_option, *_stage_options, env_option)


def on_data(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `where`, and the option `--json`."""
    return json_option(at_work(command))


def _with_options(command: Callable[..., Any], *options: Callable[..., Any]) -> Callable[..., Any]:
    for option in options:
        command = option(command)
    return command


def _located(command: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(command)
    def call(
        *, env_file: Path, stage: str, region: str, profile: str, data: Path = _DATA, **rest: Any
    ) -> Any:
        stage = _meant(stage, click.get_current_context())
        return command(where=Where(data, env_file, stage, region, profile), **rest)

    return call


def _meant(stage: str, context: click.Context) -> str:
    """Return the stage that is meant; what was typed goes before HEARBACK_STAGE. Raises `UsageError`."""
    typed = {
        name
        for name in ("data", "env_file", "stage", "region", "profile")
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    here = typed & {"data", "env_file"}
    if here and "stage" in typed:
        raise click.UsageError("--stage is about AWS, --data and --env-file are about this machine: give one")
    if typed & {"region", "profile"} and (here or not stage):
        raise click.UsageError(
            "--region and --profile belong to --stage: name the stage, such as --stage prod"
        )
    return "" if here else stage


@contextmanager
def opened(where: Where) -> Iterator[Program]:
    """Open the database of a `hearback run`, which may be running, or what is deployed.

    Raises `HearbackError` where there is none, and whenever it turns out that it cannot be used.
    """
    with deployed(where) if where.stage else _laptop(where) as program:
        yield program


@contextmanager
def deployed(where: Where) -> Iterator[Deployed]:
    """Open what is deployed as a stage. Raises `NoStack`, whatever it is that AWS does not do."""
    from chalicelib import stack

    with stack.in_words():
        yield wiring.deployed(where.stage, where.region, where.profile)


@contextmanager
def secrets_of(where: Where) -> Iterator[Vault]:
    """Give the secrets of this machine, or of what is deployed. Raises as `opened` does."""
    if not where.stage:
        yield EnvFile(where.env_file)
        return
    with opened(where) as program:
        yield program.secrets


@contextmanager
def _laptop(where: Where) -> Iterator[Laptop]:
    data = where.data
    file = data / "hearback.sqlite"
    if not file.exists():
        raise HearbackError(f"there is no database in {data}: start `hearback run` once, or give --data")
    with in_words(file):
        laptop = wiring.laptop(data, where.env_file, base_url="")
        try:
            yield laptop
        finally:
            laptop.file.close()


def local_minute(moment: datetime, zone: str = "") -> str:
    """Return a time with its zone, such as `2026-11-20 16:50 CET`; without a zone on this machine's clock."""
    return f"{moment.astimezone(ZoneInfo(zone) if zone else None):%Y-%m-%d %H:%M %Z}"


def zone_of(channel_id: str, policies: "PolicySet") -> str:
    """Return the time zone of a channel; without one where it is no longer in channels.yaml."""
    return policies.policy(channel_id).calendar.zone if channel_id in policies.channels else ""


def print_json(data: object) -> None:
    """Print data as JSON, in the letters of its own language."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def echo_lines(lines: list[str]) -> None:
    """Print lines, none of which can move the cursor whatever a customer wrote."""
    for line in lines:
        click.echo("".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in line))
