"""`hearback deploy`, `rollback` and `destroy`, from what is typed to what is done."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click

from infra.options import dry_run_option, in_account, in_sentences

PROJECT = Path(__file__).resolve().parents[1]


@click.command()
@in_account
@dry_run_option
@click.option("--email", default="", help="Where alarms go; asked for once, remembered by the stack.")
@click.option("--domain", default="", help="A domain name of your own, such as hearback.example.com.")
@click.option("--certificate", default="", help="The ARN of its certificate in ACM, in the same region.")
@click.option("--table", default="", help="A restored table that takes the place of the one in use.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A copy that destroy has made: a new table is filled with it and takes that place.",
)
@click.option("--python", default="", help="The Python of the functions, such as 3.13 (else: this one).")
@click.option(
    "--architecture",
    type=click.Choice(["arm64", "x86_64"]),
    default="arm64",
    show_default=True,
    help="The processor of the functions; arm64 costs less.",
)
@click.option(
    "--policies",
    "--from",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=PROJECT / "policies",
    show_default="./policies",
    help="The folder of the owner's files.",
)
@click.option(
    "--env-file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=PROJECT / ".env",
    show_default="./.env",
    help="Secrets that it has are taken from there.",
)
@in_sentences
def deploy(
    stage: str,
    region: str,
    profile: str,
    email: str,
    domain: str,
    certificate: str,
    table: str,
    data: Path | None,
    python: str,
    architecture: str,
    folder: Path,
    env_file: Path,
    *,
    yes: bool,
    dry_run: bool,
) -> None:
    """Bring Hearback to AWS, or what runs there up to date; may be repeated.

    It shows what would change and what it may cost before it asks, and a failure leaves what is running as
    it is. docs/deploy.md tells of everything, from an account on.
    """
    from infra import account, deploying, package, runtimes, settling
    from infra.terminal import Typed

    if table and data:
        raise click.UsageError("--data makes a table of its own: leave --table away")
    terminal = Typed(yes=yes)
    plan = deploying.Plan(
        stage=stage,
        folder=folder,
        python=python,
        email=email,
        domain=domain,
        certificate=certificate,
        table=table,
        data=data,
        dry_run=dry_run,
    )

    def make() -> package.Packaged:
        return package.package(
            Path(scratch),
            stage=stage,
            architecture=runtimes.Architecture(architecture),
            python=python,
            progress=lambda said: terminal.say(f"{said} ..."),
        )

    with tempfile.TemporaryDirectory(prefix="hearback-") as scratch:
        done = settling.brought_up(
            plan, lambda: account.reached(region, profile), make, env_file, terminal, datetime.now(UTC)
        )
    if not (done or dry_run):
        raise SystemExit(1)


@click.command()
@in_account
@dry_run_option
@click.option("--to", default="", metavar="VERSION", help="Which release; else the one before.")
@in_sentences
def rollback(stage: str, region: str, profile: str, to: str, *, yes: bool, dry_run: bool) -> None:
    """Let an earlier release of the program run again; cases, secrets and policies stay as they are.

    For the policies there is `hearback policy rollback`.
    """
    from infra import account, reasons, rolling_back
    from infra.terminal import Typed

    with reasons.in_words():
        done = rolling_back.roll_back(
            stage, to, account.reached(region, profile), Typed(yes=yes), dry_run=dry_run
        )
    if not (done or dry_run):
        raise SystemExit(1)


@click.command()
@in_account
@click.option("--delete-data", is_flag=True, help="Delete the table, too: all cases and policies.")
@click.option("--delete-secrets", is_flag=True, help="Delete the secrets, too; --yes alone keeps them.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=PROJECT / "data",
    show_default="./data",
    help="The folder for the copy of the data.",
)
@in_sentences
def destroy(
    stage: str, region: str, profile: str, out: Path, *, yes: bool, delete_data: bool, delete_secrets: bool
) -> None:
    """Take a stage away; its data is copied into a file first, and the table stays unless told otherwise."""
    from infra import account, destroying, reasons
    from infra.terminal import Typed

    wish = destroying.Wish(stage=stage, out=out, delete_data=delete_data, delete_secrets=delete_secrets)
    with reasons.in_words():
        done = destroying.destroy(wish, account.reached(region, profile), Typed(yes=yes))
    if not done:
        raise SystemExit(1)
