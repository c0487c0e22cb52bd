"""`hearback desk`."""

from dataclasses import replace
from pathlib import Path

import click

from chalicelib.cli import places
from chalicelib.desk.session import new_link
from chalicelib.serve import address

_USUAL = "http://127.0.0.1:8080"


@click.group()
def desk() -> None:
    """The owner's web page."""


@desk.command()
@click.option("--name", default="owner", show_default=True, help="Who will sit there.")
@click.option("--url", default="", help="Where Hearback is served; else where it runs.")
@places.on_data
def link(name: str, url: str, data: Path, env_file: Path, *, as_json: bool) -> None:
    """Print a link that opens the desk once, within the hour."""
    with places.opened(data, env_file) as laptop:
        known = address.remembered(laptop.ports) or laptop.secrets.public_url() or _USUAL
        found = new_link(name, replace(laptop.ports, base_url=address.checked(url) or known))
    if as_json:
        places.print_json({"link": found})
    else:
        click.echo(found)
