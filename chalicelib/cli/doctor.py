"""`hearback doctor`."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from chalicelib import checkup, http, wiring
from chalicelib.checkup import Finding, What
from chalicelib.cli import places
from chalicelib.core.errors import BadPolicy
from chalicelib.platforms import platform
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.hints import words
from chalicelib.policies.load import load
from chalicelib.policies.publish import NothingPublished
from chalicelib.policies.roster import secret_names
from chalicelib.settings import BadEnvFile, EnvFile
from chalicelib.sqlite import BadDatabase

_ASK_SECONDS = 3.0


@click.command()
@places.policies_option
@places.on_data
def doctor(folder: Path, data: Path, env_file: Path, *, as_json: bool) -> None:
    """Look at files, secrets and work in hand; exit code 1 when something needs you.

    Nothing is changed. docs/runbook.md tells of each finding what to do.
    """
    findings = [*_files(folder, env_file), *_database(data, env_file)]
    if as_json:
        places.print_json(
            [{"what": f.what, "ok": f.ok, "found": f.found, "remedy": f.remedy} for f in findings]
        )
    else:
        for finding in findings:
            remedy = f": {finding.remedy}" if finding.remedy else ""
            click.echo(f"{'ok  ' if finding.ok else 'LOOK'}  {finding.what:<12} {finding.found}{remedy}")
    if not all(finding.ok for finding in findings):
        raise SystemExit(1)


def _files(folder: Path, env_file: Path) -> list[Finding]:
    try:
        loaded = load(folder, wiring.now())
    except BadPolicy as error:
        return [Finding(What.POLICIES, str(mistake), ok=False) for mistake in error.mistakes]
    bundle, secrets = loaded.bundle, EnvFile(env_file)
    looked = [Finding(What.POLICIES, f"{len(bundle.policy['rules'])} rules")]
    # A warning is told, and is no reason for anybody to come running.
    looked += [Finding(What.POLICIES, str(warning)) for warning in loaded.warnings]
    try:
        secrets.read()
    except BadEnvFile as error:
        return [*looked, Finding(What.SECRETS, str(error), ok=False)]
    return [*looked, *_missing_secrets(bundle, secrets), *_alerts(bundle, secrets, env_file)]


def _database(data: Path, env_file: Path) -> list[Finding]:
    if not (data / "hearback.sqlite").exists():
        return [Finding(What.DATABASE, f"none in {data} yet: `hearback run` makes it")]
    try:
        with places.opened(data, env_file) as laptop:
            ask = partial(http.send, seconds=_ASK_SECONDS)
            return [*checkup.work(laptop, ask), checkup.disk(data)]
    except (BadDatabase, BadEnvFile, NothingPublished) as error:
        return [Finding(What.DATABASE, str(error), ok=False)]


def _missing_secrets(bundle: Bundle, secrets: EnvFile) -> Iterator[Finding]:
    for document in bundle.channels["channels"]:
        for credential in platform(document["platform"]).CREDENTIALS:
            names = words(document["credentials"].get(credential.name))
            if names and not any(secrets.secret(name) for name in names):
                remedy = f"set {names[0]} in {secrets.path} ({credential.what})"
                yield Finding(What.SECRETS, f"channel {document['id']}: {remedy}", ok=False)


def _alerts(bundle: Bundle, secrets: EnvFile, env_file: Path) -> Iterator[Finding]:
    named = secret_names(bundle.roster, [])
    if not bundle.roster:
        yield Finding(What.ALERTS, "only the desk shows them: roster.yaml names whom to call, and where")
    for person, names in named.items():
        for name in names:
            if not secrets.secret(name):
                remedy = f"set {name} in {env_file}, or {person} is not called there"
                yield Finding(What.ALERTS, remedy, ok=False)
