"""Hearback on AWS: the commands that `./hearback` hands on, each in an environment that has what it needs."""

from pathlib import Path

import click

from infra.commands import deploy, destroy, rollback
from infra.errors import CannotPackage
from infra.options import stage_option


@click.group()
def main() -> None:
    """Bring Hearback to AWS, update it there, take it away."""


for command in (deploy, rollback, destroy):
    main.add_command(command)


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
@click.option(
    "--terraform",
    "as_terraform",
    is_flag=True,
    help="Write main.tf.json as well, by which Terraform or OpenTofu runs the same stack.",
)
def package(stage: str, out: Path, architecture: str, python: str, kept: str, *, as_terraform: bool) -> None:
    """Make what `hearback deploy` sends to AWS, and send nothing: deployment.zip and template.json."""
    from infra import package as packaging
    from infra import terraform
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
    extras = done.extras
    click.echo(f"{done.zip}: version {done.version}, {_sizes(done.zipped, done.unzipped)}")
    click.echo(f"  of that for languages: {_sizes(extras.zipped, extras.unzipped)}")
    click.echo(f"  without them: {_sizes(done.zipped - extras.zipped, done.unzipped - extras.unzipped)}")
    click.echo(f"{done.template_file}: the stack hearback-{stage}")
    if as_terraform:
        file = terraform.write(
            done.template, out, stage=stage, template_file=done.template_file, zip_file=done.zip
        )
        click.echo(f"{file}: {terraform.LEFT_OUT}")


def _sizes(zipped: int, unzipped: int) -> str:
    return f"{zipped / 1e6:.1f} MB, unpacked {unzipped / 1e6:.1f} MB"


if __name__ == "__main__":
    main(prog_name="hearback")
