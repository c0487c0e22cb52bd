"""The command line: what `hearback` runs once its environment is there."""

import sys
from collections.abc import Sequence

import click

from chalicelib.cli import cases, channels, dead, desk, doctor, policies, run
from chalicelib.core.errors import BadPolicy, HearbackError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def hearback() -> None:
    """Hearback: nobody who writes to you is left without an answer."""


hearback.add_command(run.run)
hearback.add_command(policies.policy)
hearback.add_command(cases.case)
hearback.add_command(channels.channel)
hearback.add_command(dead.dead)
hearback.add_command(desk.desk)
hearback.add_command(doctor.doctor)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; a mistake of the owner's is a sentence and exit code 1, never a traceback."""
    try:
        hearback(arguments, prog_name="hearback")
    except BadPolicy as error:
        for mistake in error.mistakes:
            click.echo(str(mistake), err=True)
        sys.exit(1)
    except HearbackError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
