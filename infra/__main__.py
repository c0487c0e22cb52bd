"""Hearback on AWS: the commands that `./hearback` hands on, each in an environment that has what it needs."""

from pathlib import Path

import click

from infra.errors import CannotPackage
from infra.names import checked_stage


@click.group()
def main() -> None:
    """Bring Hearback to AWS, update it there, take it away."""


def _stage(_context: click.Context, _option: click.Parameter, value: str) -> str:
    try:
        return checked_stage(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


stage_option = click.option(
    "--stage",
    default="prod",
    show_default=True,
    callback=_stage,
    help="Which installation: a shop may have one to try things out.",
)


@main.command()
@stage_option
@click.option(
    "--out",
    default="build",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write into.",
)
@click.option(
    "--architecture",
    type=click.Choice(["arm64", "x86_64"]),
    default="arm64",
    show_default=True,
    help="The processor of the functions; arm64 costs less.",
)
@click.option("--python", default="", help="The Python of the functions, such as 3.13 (else: this one).")
@click.option(
    "--boto3",
    "kept",
    type=click.Choice(["trimmed", "whole", "runtime"]),
    default="trimmed",
    show_default=True,
    help="AWS's library: only what is called, all of it, or the one of the Lambda runtime.",
)
def package(stage: str, out: Path, architecture: str, python: str, kept: str) -> None:
    """Make what `hearback deploy` sends to AWS, and send nothing: deployment.zip and template.json."""
    from infra import package as packaging
    from infra.contents import Boto3
    from infra.runtimes import Architecture

    try:
        done = packaging.package(
            out,
            stage=stage,
            architecture=Architecture(architecture),
            python=python,
            boto3=Boto3(kept),
            progress=lambda said: click.echo(f"{said} ...", err=True),
        )
    except CannotPackage as error:
        raise click.ClickException(str(error)) from None
    size, unpacked = (f"{size / 1e6:.1f} MB" for size in (done.zipped, done.unzipped))
    click.echo(f"{done.zip}: version {done.version}, {size}, unpacked {unpacked}")
    click.echo(f"{done.template_file}: the stack hearback-{stage}")


if __name__ == "__main__":
    main(prog_name="hearback")
