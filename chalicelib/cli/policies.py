"""`hearback policy`."""

from pathlib import Path

import click

from chalicelib import wiring
from chalicelib.cli import comparing, foreseen, places, versions
from chalicelib.core.errors import BadPolicy


@click.group()
def policy() -> None:
    """The owner's files."""


@policy.command()
@places.policies_option
@places.json_option
def check(folder: Path, *, as_json: bool) -> None:
    """Check every file; exit code 1 and all mistakes with file, line, field and remedy if there are any."""
    from chalicelib.policies.load import load

    try:
        bundle = load(folder, wiring.now())
    except BadPolicy as error:
        if not as_json:
            raise
        names = ("file", "line", "column", "field", "problem", "remedy")
        places.print_json(
            {"ok": False, "mistakes": [{n: getattr(m, n) for n in names} for m in error.mistakes]}
        )
        raise SystemExit(1) from None
    counts = {
        "rules": len(bundle.policy["rules"]),
        "channels": len(bundle.channels["channels"]),
        "languages": sorted(bundle.messages),
    }
    if as_json:
        places.print_json({"ok": True, **counts})
        return
    languages = ", ".join(sorted(bundle.messages))
    click.echo(f"No mistakes: {counts['rules']} rules, {counts['channels']} channels, texts in {languages}.")


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
