"""`hearback channel`."""

from pathlib import Path

import click

from chalicelib import wiring
from chalicelib.cli import places
from chalicelib.platforms import platform
from chalicelib.policies.load import load
from chalicelib.settings import EnvFile


@click.group()
def channel() -> None:
    """The accounts Hearback listens to."""


@channel.command("list")
@places.policies_option
@places.env_option
@places.json_option
def list_(folder: Path, env_file: Path, *, as_json: bool) -> None:
    """List the channels of channels.yaml, and which of their secrets have no value."""
    secrets = EnvFile(env_file)
    rows = []
    for document in load(folder, wiring.now()).channels["channels"]:
        needed = [one.name for one in platform(document["platform"]).CREDENTIALS if not one.optional]
        names = {name: document["credentials"][name] for name in needed}
        missing = [
            name
            for found in names.values()
            for name in ([found] if isinstance(found, str) else found[:1])
            if not secrets.secret(name)
        ]
        fields = ("id", "platform", "language", "timezone")
        path = f"/webhooks/{document['id']}"
        rows.append({**{name: document[name] for name in fields}, "webhook": path, "missing": missing})
    if as_json:
        places.print_json(rows)
        return
    for row in rows:
        state = f"no value for {', '.join(row['missing'])}" if row["missing"] else "ready"
        click.echo(f"{row['id']:<20} {row['platform']:<10} {row['language']}  {row['webhook']:<32} {state}")
