"""What the commands of this room share: options, and what becomes of their errors."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from chalicelib.core.errors import BadPolicy, HearbackError
from infra.errors import LeftToAws
from infra.names import checked_stage

_STOPPED = 130

Command = Callable[..., Any]


def _stage(_context: click.Context, _option: click.Parameter, value: str) -> str:
    try:
        return checked_stage(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


stage_option = click.option(
    "--stage",
    default="prod",
    # As for the owner's other commands: who has named a stage for all of them means it here, too.
    envvar="HEARBACK_STAGE",
    show_default=True,
    callback=_stage,
    help="Which installation: a shop may have one to try things out.",
)
_profile_option = click.option("--profile", default="", help="The profile of your AWS credentials.")
_region_option = click.option(
    "--region", default="", envvar="AWS_REGION", help="Where it runs, such as eu-central-1."
)
_yes_option = click.option("--yes", is_flag=True, help="Ask nothing: every question is answered with yes.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Only say what would change; change nothing.")


def in_account(command: Command) -> Command:
    """Give a command `--stage`, `--region`, `--profile` and `--yes`, and turn its errors into sentences."""
    for option in (_yes_option, _profile_option, _region_option, stage_option):
        command = option(command)
    return command


def in_sentences(command: Command) -> Command:
    """Let a command end with a sentence: exit code 1 where something is wrong, 130 where it was stopped."""

    @wraps(command)
    def call(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except LeftToAws as left:
            click.echo(f"Stopped: {left}", err=True)
            raise SystemExit(_STOPPED) from None
        except BadPolicy as mistakes:
            # Each line stands as it is, for an editor to jump to.
            click.echo(str(mistakes), err=True)
            click.echo("Nothing was changed.", err=True)
            raise SystemExit(1) from None
        except HearbackError as error:
            raise click.ClickException(str(error)) from None
        except (KeyboardInterrupt, click.Abort):
            click.echo("Stopped.", err=True)
            raise SystemExit(_STOPPED) from None

    return call
