"""`hearback policy voice`: every text as a customer reads it."""

from pathlib import Path

import click

from chalicelib import wiring
from chalicelib.cli import places
from chalicelib.core.errors import HearbackError

PAGE = places.PROJECT / "docs" / "voice.md"


@click.command()
@places.policies_option
@click.option("--language", "only", help="Only this language, such as pl.")
@click.option("--write", "file", type=click.Path(path_type=Path), help="Write the page into this file.")
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing: exit code 1 unless the page (./docs/voice.md, or --write) is up to date.",
)
def voice(folder: Path, only: str | None, file: Path | None, *, check: bool) -> None:
    """Show every text as a customer reads it, in every language."""
    from chalicelib.policies.load import load
    from chalicelib.policies.voice import page

    messages = load(folder, wiring.now()).bundle.messages
    if only is not None and only not in messages:
        there = ", ".join(sorted(messages))
        raise HearbackError(f"there is no messages/{only}.ftl: give one of {there}")
    text = page({name: source for name, source in messages.items() if only in (None, name)})
    if check:
        _compare(file or PAGE, text)
    elif file:
        file.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {file}.")
    else:
        click.echo(text, nl=False)


def _compare(file: Path, text: str) -> None:
    """Say whether a page is what would be written. Raises `HearbackError` where it is not."""
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        raise HearbackError(
            f"{file} does not show the texts as they are: run `hearback policy voice --write {file}`"
        )
    click.echo(f"{file} shows the texts as they are.")
