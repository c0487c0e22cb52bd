"""`hearback doctor`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click

from chalicelib import explain, reading, wiring
from chalicelib.cli import places
from chalicelib.core.case import Case
from chalicelib.core.effects import DeliveryStatus
from chalicelib.core.errors import BadPolicy
from chalicelib.platforms import platform
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.hints import words
from chalicelib.policies.load import load
from chalicelib.policies.publish import NothingPublished
from chalicelib.policies.roster import secret_names
from chalicelib.serve.watch import PROBLEM
from chalicelib.settings import BadEnvFile, EnvFile
from chalicelib.sqlite import BadDatabase
from chalicelib.wiring import Laptop

_LATE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the doctor looked at."""

    what: str
    found: str
    ok: bool = True


@click.command()
@places.policies_option
@places.on_data
def doctor(folder: Path, data: Path, env_file: Path, *, as_json: bool) -> None:
    """Look at files, secrets and work in hand; exit code 1 when something needs you."""
    findings = [*_files(folder, env_file), *_database(data, env_file)]
    if as_json:
        places.print_json([{"what": f.what, "ok": f.ok, "found": f.found} for f in findings])
    else:
        for finding in findings:
            click.echo(f"{'ok  ' if finding.ok else 'LOOK'}  {finding.what:<12} {finding.found}")
    if not all(finding.ok for finding in findings):
        raise SystemExit(1)


def _files(folder: Path, env_file: Path) -> list[Finding]:
    try:
        loaded = load(folder, wiring.now())
    except BadPolicy as error:
        return [Finding("policies", str(mistake), ok=False) for mistake in error.mistakes]
    bundle, secrets = loaded.bundle, EnvFile(env_file)
    looked = [Finding("policies", f"{len(bundle.policy['rules'])} rules")]
    # A warning is told, and is no reason for anybody to come running.
    looked += [Finding("policies", str(warning)) for warning in loaded.warnings]
    try:
        secrets.read()
    except BadEnvFile as error:
        return [*looked, Finding("secrets", str(error), ok=False)]
    return [*looked, *_missing_secrets(bundle, secrets), *_alerts(bundle, secrets, env_file)]


def _database(data: Path, env_file: Path) -> list[Finding]:
    if not (data / "hearback.sqlite").exists():
        return [Finding("database", f"none in {data} yet: `hearback run` makes it")]
    try:
        with places.opened(data, env_file) as laptop:
            return list(_work(laptop))
    except (BadDatabase, BadEnvFile, NothingPublished) as error:
        return [Finding("database", str(error), ok=False)]


def _missing_secrets(bundle: Bundle, secrets: EnvFile) -> Iterator[Finding]:
    for document in bundle.channels["channels"]:
        for credential in platform(document["platform"]).CREDENTIALS:
            names = words(document["credentials"].get(credential.name))
            if names and not any(secrets.secret(name) for name in names):
                remedy = f"set {names[0]} in {secrets.path} ({credential.what})"
                yield Finding("secrets", f"channel {document['id']}: {remedy}", ok=False)


def _alerts(bundle: Bundle, secrets: EnvFile, env_file: Path) -> Iterator[Finding]:
    named = secret_names(bundle.roster, [])
    if not bundle.roster:
        yield Finding("alerts", "only the desk shows them: roster.yaml names whom to call, and where")
    for person, names in named.items():
        for name in names:
            if not secrets.secret(name):
                remedy = f"set {name} in {env_file}, or {person} is not called there"
                yield Finding("alerts", remedy, ok=False)


def _work(laptop: Laptop) -> Iterator[Finding]:
    ports = laptop.ports
    now = ports.clock()
    yield Finding("backlog", f"{ports.events.depth()} events and {ports.wakeups.depth()} wake-ups wait")
    late = [due for due in ports.store.due(now) if now - due.due_at > _LATE]
    if late:
        oldest = explain.length(now - min(due.due_at for due in late))
        found = f"{len(late)} cases, the oldest by {oldest}: is `hearback run` running?"
        yield Finding("overdue", found, ok=False)
    if dead := len(ports.events.dead()) + len(ports.wakeups.dead()):
        yield Finding("dead letters", f"{dead}: see `hearback dead list`", ok=False)
    if uncertain := [case.id for case in reading.open_cases(ports) if _has_uncertain(case)]:
        found = f"messages that may not have arrived: {', '.join(uncertain)}"
        yield Finding("uncertain", found, ok=False)
    if problem := ports.records.get(PROBLEM, now):
        yield Finding("policies", f"the last change is not in force: {problem.value}", ok=False)
    for name, count in ports.records.counts().items():
        if name.startswith("unknown:"):
            yield Finding("unknown", f"{count} events of type {name.removeprefix('unknown:')}")


def _has_uncertain(case: Case) -> bool:
    return any(delivery.status is DeliveryStatus.UNCERTAIN for delivery in case.outbox)
