"""`hearback desk`."""

from dataclasses import replace

import click

from chalicelib.cli import places
from chalicelib.cli.places import Where
from chalicelib.desk.session import new_link
from chalicelib.program import Program
from chalicelib.serve import address

_USUAL = "http://127.0.0.1:8080"


@click.group()
def desk() -> None:
    """The owner's web page."""


@desk.command()
@click.option("--name", default="owner", show_default=True, help="Who will sit there.")
@click.option("--url", default="", help="Where Hearback is served; else where it runs.")
@places.on_data
def link(name: str, url: str, where: Where, *, as_json: bool) -> None:
    """Print a link that opens the desk once, within the hour."""
    with places.opened(where) as program:
        found = _public(url, program)
        opens = new_link(name, replace(program.ports, address=lambda: found))
    if as_json:
        places.print_json({"link": opens})
    else:
        click.echo(opens)


def _public(url: str, program: Program) -> str:
    ports = program.ports
    known = ports.base_url or address.remembered(ports) or program.secrets.public_url() or _USUAL
    return address.checked(url) or known
