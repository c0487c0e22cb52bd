"""`hearback channel`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from chalicelib import connect, http, pauses, wiring
from chalicelib.cli import places
from chalicelib.cli.channel_add import add
from chalicelib.cli.channel_remove import remove
from chalicelib.cli.channel_rotate import rotate
from chalicelib.cli.places import Where
from chalicelib.core.errors import HearbackError, UnknownChannel
from chalicelib.platforms import platform
from chalicelib.platforms.contract import Channel, Credential, Finding, Report
from chalicelib.policies.build import channel_of
from chalicelib.policies.hints import did_you_mean
from chalicelib.policies.load import load
from chalicelib.serve.address import checked
from chalicelib.tokens import Tokens
from chalicelib.vault import Vault

Talk = Callable[..., Report]

url_option = click.option(
    "--url", default="", help="How the internet reaches Hearback; else HEARBACK_BASE_URL of the secrets."
)


@click.group()
def channel() -> None:
    """The accounts Hearback listens to."""


channel.add_command(add)
channel.add_command(rotate)
channel.add_command(remove)


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


def _row(document: Mapping[str, Any], secrets: Vault) -> dict[str, Any]:
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
        policies = program.ports.policies.live()
        zone = places.zone_of(policies.channel(channel_id).id, policies)
        pause = pauses.standing(channel_id, program.ports)
        waiting = pauses.missed(channel_id, program.ports)
    rows = [{"case": case, "effect": effect, "since": at.isoformat()} for case, effect, at in waiting]
    if as_json:
        stopped = {"since": pause.since.isoformat(), "reason": pause.reason} if pause else None
        places.print_json({"stopped": stopped, "waiting": rows})
        return
    since = places.local_minute(pause.since, zone) if pause else ""
    state = f"stopped since {since} ({pause.reason})" if pause else "not stopped"
    click.echo(f"{channel_id} is {state}; {len(rows)} messages wait.")
    for case, effect, at in waiting:
        click.echo(f"{case}  {effect}  since {places.local_minute(at, zone)}")


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
    """Ask the platform whether it delivers; changes nothing. Exit code 1 when something is wrong.

    Looks at the credentials, the webhook, the token with its end and its permissions where the platform
    tells them, and this machine's clock.
    """
    talk = partial(connect.check, clock=wiring.now)
    _talk(talk, channel_id, url, folder, where, as_json=as_json, dry_run=False)


def _talk(
    talk: Talk, channel_id: str, url: str, folder: Path, where: Where, *, as_json: bool, dry_run: bool
) -> None:
    document = _document(channel_id, folder)
    with places.secrets_of(where) as secrets:
        talked = partial(_talked, talk, document, checked(url), secrets, where.option)
        good = talked(as_json=as_json, dry_run=dry_run)
    if not good:
        raise SystemExit(1)


def _talked(
    talk: Talk,
    document: Mapping[str, Any],
    url: str,
    secrets: Vault,
    option: str,
    *,
    as_json: bool,
    dry_run: bool,
) -> bool:
    """Talk with the platform of a channel and print what was found; return whether all is well."""
    found = channel_of(document, secrets.secret)
    if missing := connect.missing_secrets(found, connecting=talk is connect.register):
        names = ", ".join(_secret_name(document, name) for name in missing)
        find = "; ".join(f"{one.name}: {one.where}" for one in _described(found, missing) if one.where)
        told = f" ({find})" if find else ""
        first = secrets.how_to_set(_secret_name(document, missing[0]))
        raise HearbackError(f"there is no value for {names}: {first}{told}")
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
    if talk is not connect.register:
        report = replace(report, findings=(*_credentials(found, option), *report.findings))
    _show(report, kept, found, address, secrets, as_json=as_json)
    return all(finding.ok for finding in report.findings)


def _described(found: Channel, names: list[str]) -> list[Credential]:
    return [one for one in platform(found.platform).CREDENTIALS if one.name in names]


def _credentials(found: Channel, option: str) -> Iterator[Finding]:
    yield Finding(what="every credential has a value")
    for name, values in found.secrets.items():
        if len(values) > 1:
            retire = f"`hearback channel rotate {found.id} {name} --finish{option}` retires the old one"
            yield Finding(what=f"{name} has two live values; {retire}")


def _document(channel_id: str, folder: Path) -> Mapping[str, Any]:
    documents = {one["id"]: one for one in load(folder, wiring.now()).bundle.channels["channels"]}
    if channel_id not in documents:
        remedy = did_you_mean(channel_id, documents)
        raise UnknownChannel(f"there is no channel {channel_id!r} in channels.yaml. {remedy}")
    found: Mapping[str, Any] = documents[channel_id]
    return found


def _public(url: str, secrets: Vault) -> str:
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


def _keep(report: Report, document: Mapping[str, Any], secrets: Vault) -> list[str]:
    """Write what the platform has given to the secrets, and return the names."""
    named = {_secret_name(document, credential): value for credential, value in report.learned.items()}
    return [name for name, value in named.items() if secrets.keep(name, value)]


def _show(
    report: Report, kept: list[str], found: Channel, address: str, secrets: Vault, *, as_json: bool
) -> None:
    remedies = [one.remedy.replace("{secrets}", secrets.where) for one in report.findings]
    by_hand = [line.format(url=address) for line in platform(found.platform).BY_HAND]
    if as_json:
        told = zip(report.findings, remedies, strict=True)
        findings = [{"what": one.what, "ok": one.ok, "remedy": remedy} for one, remedy in told]
        places.print_json({"webhook": address, "findings": findings, "kept": kept, "by_hand": by_hand})
        return
    for finding, remedy in zip(report.findings, remedies, strict=True):
        click.echo(f"{'ok  ' if finding.ok else 'LOOK'}  {finding.what}")
        if not finding.ok:
            click.echo(f"      {remedy}")
    for name in kept:
        click.echo(f"ok    {name} was written into {secrets.where}, for Hearback to use")
    if by_hand:
        click.echo("\nWhat only you can do:")
        for number, line in enumerate(by_hand, 1):
            click.echo(f"  {number}. {line}")


def _nothing(_: str) -> None:
    """Say nothing: what is printed is JSON."""
