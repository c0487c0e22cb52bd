"""All commands, each imported when it is asked for, and what becomes of their errors."""

import json
import tomllib
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from chalicelib.core.errors import BadPolicy, HearbackError

_MODULES = {
    "backup": "backups",
    "case": "cases",
    "channel": "channels",
    "dead": "dead",
    "desk": "desk",
    "doctor": "doctor",
    "incident": "incidents",
    "policy": "policies",
    "restore": "backups",
    "restored": "backups",
    "roster": "roster",
    "run": "run",
}
"""Where each command stands, which has the command's own name in it."""

_STOPPED = 130


class Commands(click.Group):
    """The commands, of which only the one that is wanted is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own shape
        """Return the names of all commands."""
        return sorted(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        """Return a command, None where there is none of this name."""
        if cmd_name not in _MODULES:
            return None
        found = getattr(import_module(f"chalicelib.cli.{_MODULES[cmd_name]}"), cmd_name)
        return found if isinstance(found, click.Command) else None


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's own shape
    if wanted and not ctx.resilient_parsing:
        project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
        click.echo(f"hearback {project['project']['version']}")
        ctx.exit()


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="On AWS: deploy, rollback, destroy and package, each with --help. For engineers: test, bench.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print it."
)
def hearback() -> None:
    """Hearback: nobody who writes to you is left without an answer."""


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code: 1 for mistakes, 2 for what was typed wrong.

    With `--json` an error is JSON as well, on standard error: `{"error": "..."}`.
    """
    as_json = "--json" in arguments
    try:
        code = hearback(arguments, prog_name="hearback", standalone_mode=False)
    except click.Abort:
        click.echo("Stopped.", err=True)
        return _STOPPED
    except click.ClickException as error:
        if not as_json:
            error.show()
        else:
            _tell(error.format_message(), as_json=True)
        return error.exit_code
    except BadPolicy as error:
        # Each line stands as it is, for an editor to jump to.
        _tell(str(error), as_json=as_json, before="")
        return 1
    except HearbackError as error:
        _tell(str(error), as_json=as_json)
        return 1
    except OSError as error:
        # The disk is full, or a file is not what it seemed.
        where = f"{error.filename}: " if error.filename else ""
        _tell(f"{where}{error.strerror or error}", as_json=as_json)
        return 1
    return code if isinstance(code, int) else 0


def _tell(sentence: str, *, as_json: bool, before: str = "Error: ") -> None:
    said = json.dumps({"error": sentence}, ensure_ascii=False) if as_json else f"{before}{sentence}"
    click.echo(said, err=True)
