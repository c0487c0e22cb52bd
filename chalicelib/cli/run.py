"""`hearback run`."""

from pathlib import Path

import click

from chalicelib.cli import places


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes a free one."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--public-url",
    default="",
    help="How the internet reaches it, such as https://chat.example; else HEARBACK_BASE_URL of .env.",
)
@click.option("--verbose", is_flag=True, help="Print the log as well as writing it to <data>/hearback.log.")
@places.data_option
@places.policies_option
@places.env_option
def run(
    port: int, host: str, public_url: str, data: Path, folder: Path, env_file: Path, *, verbose: bool
) -> None:
    """Start the whole responder on this machine, until Ctrl-C."""
    from chalicelib.serve import run as serve

    serve.run(
        host=host,
        port=port,
        data=data,
        folder=folder,
        env_file=env_file,
        public_url=public_url,
        verbose=verbose,
        tell=serve.say,
    )
