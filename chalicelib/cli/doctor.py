"""`hearback doctor`."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from chalicelib import checkup, http, wiring
from chalicelib.checkup import Finding, What
from chalicelib.cli import places
from chalicelib.cli.places import Where
from chalicelib.core.errors import BadPolicy
from chalicelib.platforms import platform
from chalicelib.policies import versions
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.hints import words
from chalicelib.policies.load import load
from chalicelib.policies.publish import NothingPublished
from chalicelib.policies.roster import secret_names
from chalicelib.program import Program
from chalicelib.settings import BadEnvFile, EnvFile
from chalicelib.sqlite import BadDatabase
from chalicelib.vault import Vault

_ASK_SECONDS = 3.0


@click.command()
@places.policies_option
@places.on_data
def doctor(folder: Path, where: Where, *, as_json: bool) -> None:
    """Look at files, secrets and work in hand; exit code 1 when something needs you.

    With --stage it looks at what is deployed: the live version in place of your files, its secrets in the
    Parameter Store, its queues and its stack. Nothing is changed. docs/runbook.md tells of each finding
    what to do.
    """
    findings = _deployed(where) if where.stage else [*_files(folder, where), *_database(where)]
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


def _deployed(where: Where) -> list[Finding]:
    with places.deployed(where) as program:
        looked = [checkup.stack(program.stack), *_live(program)]
        try:
            return [*looked, *checkup.work(program, partial(http.send, seconds=_ASK_SECONDS))]
        except NothingPublished:
            return looked


def _live(program: Program) -> Iterator[Finding]:
    """Look at the live version and at the secrets that it names."""
    ports = program.ports
    now = ports.clock()
    live = versions.live_record(ports.records, now)
    if live is None:
        remedy = f"`hearback policy publish{program.advice.option}`"
        yield Finding(What.POLICIES, "no version is live", ok=False, remedy=remedy)
        return
    version = versions.manifest(ports.records, live.value, now)
    at = places.local_minute(version.at)
    yield Finding(What.POLICIES, f"version {version.number} is live since {at}, by {version.by}")
    bundle = versions.content(ports.records, version, now).bundle
    yield from _missing_secrets(bundle, program.secrets)
    yield from _alerts(bundle, program.secrets)


def _files(folder: Path, where: Where) -> list[Finding]:
    try:
        loaded = load(folder, wiring.now())
    except BadPolicy as error:
        return [Finding(What.POLICIES, str(mistake), ok=False) for mistake in error.mistakes]
    bundle, secrets = loaded.bundle, EnvFile(where.env_file)
    looked = [Finding(What.POLICIES, f"{len(bundle.policy['rules'])} rules")]
    # A warning is told, and is no reason for anybody to come running.
    looked += [Finding(What.POLICIES, str(warning)) for warning in loaded.warnings]
    try:
        secrets.read()
    except BadEnvFile as error:
        return [*looked, Finding(What.SECRETS, str(error), ok=False)]
    return [*looked, *_missing_secrets(bundle, secrets), *_alerts(bundle, secrets)]


def _database(where: Where) -> list[Finding]:
    data = where.data
    if not (data / "hearback.sqlite").exists():
        return [Finding(What.DATABASE, f"none in {data} yet: `hearback run` makes it")]
    try:
        with places.opened(where) as program:
            ask = partial(http.send, seconds=_ASK_SECONDS)
            return [*checkup.work(program, ask), checkup.disk(data)]
    except (BadDatabase, BadEnvFile, NothingPublished) as error:
        return [Finding(What.DATABASE, str(error), ok=False)]


def _missing_secrets(bundle: Bundle, secrets: Vault) -> Iterator[Finding]:
    for document in bundle.channels["channels"]:
        for credential in platform(document["platform"]).CREDENTIALS:
            names = words(document["credentials"].get(credential.name))
            if names and not any(secrets.secret(name) for name in names):
                found = f"channel {document['id']}: {names[0]} has no value ({credential.what})"
                yield Finding(What.SECRETS, found, ok=False, remedy=secrets.how_to_set(names[0]))


def _alerts(bundle: Bundle, secrets: Vault) -> Iterator[Finding]:
    named = secret_names(bundle.roster, [])
    if not bundle.roster:
        yield Finding(What.ALERTS, "only the desk shows them: roster.yaml names whom to call, and where")
    for person, names in named.items():
        for name in names:
            if not secrets.secret(name):
                found = f"{name} has no value, so {person} is not called there"
                yield Finding(What.ALERTS, found, ok=False, remedy=secrets.how_to_set(name))
