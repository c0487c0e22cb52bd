"""`hearback policy presets`: the rules that come ready."""

import click

from chalicelib.cli import places
from chalicelib.policies.hints import close_to


@click.command()
@click.argument("name", required=False)
@places.json_option
def presets(name: str | None, *, as_json: bool) -> None:
    """List the presets, or print the rules of NAME, ready to be copied into policy.yaml."""
    from chalicelib.policies import presets as shipped

    if name is None:
        found = {one: shipped.about(one) for one in shipped.names()}
        if as_json:
            places.print_json(found)
        for one, about in found.items() if not as_json else ():
            click.echo(f"{one}\n    {about}")
        return
    if name not in shipped.names():
        hint = close_to(name, shipped.names()) or f"Write one of {', '.join(shipped.names())}."
        raise click.UsageError(f"There is no preset `{name}`. {hint}")
    if as_json:
        places.print_json({"name": name, **shipped.rules_of(name)})
    else:
        click.echo(shipped.text(name), nl=False)
