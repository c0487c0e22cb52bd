"""`hearback channel`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from chalicelib import connect, http, pauses, wiring
from chalicelib.cli import places
from chalicelib.cli.places import Where
from chalicelib.core.errors import HearbackError, UnknownChannel
from chalicelib.platforms import platform
from chalicelib.platforms.contract import Channel, Report
from chalicelib.policies.build import channel_of
from chalicelib.policies.hints import did_you_mean
from chalicelib.policies.load import load
from chalicelib.program import Secrets
from chalicelib.serve.address import checked
from chalicelib.tokens import Tokens

Talk = Callable[..., Report]

url_option = click.option(
    "--url", default="", help="How the internet reaches Hearback; else HEARBACK_BASE_URL of the secrets."
)


@click.group()
def channel() -> None:
    """The accounts Hearback listens to."""


@channel.command("list")
@places.policies_option
@places.with_secrets
def list_(folder: Path, where: Where, *, as_json: bool) -> None:
    """List the channels of channels.yaml, and which of their secrets have no value."""
    documents = load(folder, wiring.now()).bundle.channels["channels"]
    with places.secrets_of(where) as secrets:
        rows = [_row(document, secrets) for document in documents]
    if as_json:
        places.print_json(rows)
        return
    for row in rows:
        state = f"no value for {', '.join(row['missing'])}" if row["missing"] else "ready"
        click.echo(f"{row['id']:<20} {row['platform']:<14} {row['language']}  {row['webhook']:<32} {state}")


def _row(document: Mapping[str, Any], secrets: Secrets) -> dict[str, Any]:
    found = channel_of(document, secrets.secret)
    missing = [_secret_name(document, name) for name in connect.missing_secrets(found)]
    fields = {name: document[name] for name in ("id", "platform", "language", "timezone")}
    return {**fields, "webhook": f"/webhooks/{document['id']}", "missing": missing}


@channel.command()
@click.argument("channel_id", metavar="CHANNEL")
@places.on_data
def missed(channel_id: str, where: Where, *, as_json: bool) -> None:
    """List what waits to go out on a channel, and whether the platform has stopped it."""
    with places.opened(where) as program:
        program.ports.policies.live().channel(channel_id)
        pause = pauses.standing(channel_id, program.ports)
        waiting = pauses.missed(channel_id, program.ports)
    rows = [{"case": case, "effect": effect, "since": at.isoformat()} for case, effect, at in waiting]
    if as_json:
        stopped = {"since": pause.since.isoformat(), "reason": pause.reason} if pause else None
        places.print_json({"stopped": stopped, "waiting": rows})
        return
    state = f"stopped since {pause.since:%Y-%m-%d %H:%M} UTC ({pause.reason})" if pause else "not stopped"
    click.echo(f"{channel_id} is {state}; {len(rows)} messages wait.")
    for row in rows:
        click.echo(f"{row['case']}  {row['effect']}  since {row['since']}")


@channel.command("connect")
@click.argument("channel_id", metavar="CHANNEL")
@url_option
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@places.policies_option
@places.with_secrets
def connect_(channel_id: str, url: str, folder: Path, where: Where, *, dry_run: bool, as_json: bool) -> None:
    """Tell the platform to deliver its webhooks to Hearback. May be repeated.

    With --stage it delivers to what is deployed, and what the platform gives becomes a secret there.
    """
    _talk(connect.register, channel_id, url, folder, where, as_json=as_json, dry_run=dry_run)


@channel.command()
@click.argument("channel_id", metavar="CHANNEL")
@url_option
@places.policies_option
@places.with_secrets
def check(channel_id: str, url: str, folder: Path, where: Where, *, as_json: bool) -> None:
    """Ask the platform whether it delivers; changes nothing. Exit code 1 when something is wrong."""
    _talk(connect.check, channel_id, url, folder, where, as_json=as_json, dry_run=False)


def _talk(
    talk: Talk, channel_id: str, url: str, folder: Path, where: Where, *, as_json: bool, dry_run: bool
) -> None:
    document = _document(channel_id, folder)
    with places.secrets_of(where) as secrets:
        good = _talked(talk, document, checked(url), secrets, as_json=as_json, dry_run=dry_run)
    if not good:
        raise SystemExit(1)


def _talked(
    talk: Talk, document: Mapping[str, Any], url: str, secrets: Secrets, *, as_json: bool, dry_run: bool
) -> bool:
    """Talk with the platform of a channel and print what was found; return whether all is well."""
    found = channel_of(document, secrets.secret)
    if missing := connect.missing_secrets(found, connecting=talk is connect.register):
        names = ", ".join(_secret_name(document, name) for name in missing)
        first = secrets.how_to_set(_secret_name(document, missing[0]))
        raise HearbackError(f"there is no value for {names}: {first}")
    address = f"{_public(url, secrets)}/webhooks/{document['id']}"
    if dry_run and as_json:
        places.print_json({"webhook": address, "platform": found.platform, "registered": False})
        return True
    if dry_run:
        click.echo(f"Would register {address} at {found.platform}.")
        return True
    say = _nothing if as_json else click.echo
    report = talk(found, address, http.send, Tokens(http.send, wiring.now), say)
    kept = _keep(report, document, secrets)
    _show(report, kept, found, address, as_json=as_json)
    return all(finding.ok for finding in report.findings)


def _document(channel_id: str, folder: Path) -> Mapping[str, Any]:
    documents = {one["id"]: one for one in load(folder, wiring.now()).bundle.channels["channels"]}
    if channel_id not in documents:
        remedy = did_you_mean(channel_id, documents)
        raise UnknownChannel(f"there is no channel {channel_id!r} in channels.yaml. {remedy}")
    found: Mapping[str, Any] = documents[channel_id]
    return found


def _public(url: str, secrets: Secrets) -> str:
    public = url or checked(secrets.public_url())
    if not public.startswith("https://"):
        raise HearbackError(
            "platforms deliver to https:// addresses only: give --url https://your-host, or set "
            f"HEARBACK_BASE_URL to it: {secrets.how_to_set('HEARBACK_BASE_URL')}"
        )
    return public


def _secret_name(document: Mapping[str, Any], credential: str) -> str:
    names = document["credentials"].get(credential, credential)
    return names if isinstance(names, str) else str(names[0])


def _keep(report: Report, document: Mapping[str, Any], secrets: Secrets) -> list[str]:
    """Write what the platform has given to the secrets, and return the names."""
    named = {_secret_name(document, credential): value for credential, value in report.learned.items()}
    return [name for name, value in named.items() if secrets.keep(name, value)]


def _show(report: Report, kept: list[str], found: Channel, address: str, *, as_json: bool) -> None:
    by_hand = [line.format(url=address) for line in platform(found.platform).BY_HAND]
    if as_json:
        findings = [{"what": one.what, "ok": one.ok, "remedy": one.remedy} for one in report.findings]
        places.print_json({"webhook": address, "findings": findings, "kept": kept, "by_hand": by_hand})
        return
    for finding in report.findings:
        click.echo(f"{'ok  ' if finding.ok else 'LOOK'}  {finding.what}")
        if not finding.ok:
            click.echo(f"      {finding.remedy}")
    for name in kept:
        click.echo(f"ok    {name} was written to the secrets, for Hearback to use")
    if by_hand:
        click.echo("\nWhat only you can do:")
        for number, line in enumerate(by_hand, 1):
            click.echo(f"  {number}. {line}")


def _nothing(_: str) -> None:
    """Say nothing: what is printed is JSON."""
