"""`hearback policy`."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chalicelib import wiring
from chalicelib.cli import comparing, foreseen, places, versions
from chalicelib.cli.presets import presets
from chalicelib.cli.voice import voice
from chalicelib.core.errors import BadPolicy, Mistake

if TYPE_CHECKING:
    from chalicelib.policies.bundle import Bundle
    from chalicelib.policies.load import Loaded


@click.group()
def policy() -> None:
    """The owner's files."""


policy.add_command(presets)
policy.add_command(voice)


@policy.command()
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@places.policies_option
@places.json_option
def check(folder: Path, *, strict: bool, as_json: bool) -> None:
    """Check every file; exit code 1 and all mistakes with file, line, field and remedy if there are any.

    Warnings alone, which keep nothing from going live, are told with exit code 0.
    """
    from chalicelib.policies.load import load
    from chalicelib.policies.texts_lint import lint

    try:
        loaded = load(folder, wiring.now())
    except BadPolicy as error:
        if not as_json:
            raise
        places.print_json({"ok": False, "mistakes": _rows(error.mistakes)})
        raise SystemExit(1) from None
    # Here alone: it takes a second for every few languages, and a saved file should be live at once.
    heard = lint(loaded.bundle.messages, loaded.bundle.channels)
    loaded = replace(loaded, warnings=(*loaded.warnings, *heard))
    ok = not (strict and loaded.warnings)
    if as_json:
        places.print_json({"ok": ok, "mistakes": _rows(loaded.warnings), **_counts(loaded.bundle)})
    else:
        _show(loaded)
    if not ok:
        raise SystemExit(1)


def _show(loaded: "Loaded") -> None:
    for warning in loaded.warnings:
        click.echo(str(warning), err=True)
    found = "No errors" if loaded.warnings else "No mistakes"
    counts = _counts(loaded.bundle)
    languages = ", ".join(counts["languages"])
    rules, channels = (_counted(counts[name], name.removesuffix("s")) for name in ("rules", "channels"))
    click.echo(f"{found}: {rules}, {channels}, texts in {languages}.")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _rows(mistakes: Sequence[Mistake]) -> list[dict[str, Any]]:
    return [asdict(mistake) for mistake in mistakes]


def _counts(bundle: "Bundle") -> dict[str, Any]:
    return {
        "rules": len(bundle.policy["rules"]),
        "channels": len(bundle.channels["channels"]),
        "languages": sorted(bundle.messages),
    }


for _command in (
    foreseen.explain_command,
    foreseen.timeline_command,
    comparing.diff_command,
    comparing.backtest_command,
    versions.publish_command,
    versions.history_command,
    versions.show_command,
    versions.rollback_command,
):
    policy.add_command(_command)
