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
from chalicelib.cli.channel_rotate import rotate
from chalicelib.core.errors import HearbackError, UnknownChannel
from chalicelib.platforms import platform
from chalicelib.platforms.contract import Channel, Credential, Finding, Report
from chalicelib.policies.build import channel_of
from chalicelib.policies.hints import did_you_mean
from chalicelib.policies.load import load
from chalicelib.serve.address import checked
from chalicelib.settings import EnvFile
from chalicelib.tokens import Tokens

Talk = Callable[..., Report]

url_option = click.option(
    "--url", default="", help="How the internet reaches Hearback; else HEARBACK_BASE_URL of the .env file."
)


@click.group()
def channel() -> None:
    """The accounts Hearback listens to."""


channel.add_command(add)
channel.add_command(rotate)


@channel.command("list")
@places.policies_option
@places.env_option
@places.json_option
def list_(folder: Path, env_file: Path, *, as_json: bool) -> None:
    """List the channels of channels.yaml, and which of their secrets have no value."""
    secrets = EnvFile(env_file)
    rows = []
    for document in load(folder, wiring.now()).bundle.channels["channels"]:
        found = channel_of(document, secrets.secret)
        missing = [_secret_name(document, name) for name in connect.missing_secrets(found)]
        fields = ("id", "platform", "language", "timezone")
        path = f"/webhooks/{document['id']}"
        rows.append({**{name: document[name] for name in fields}, "webhook": path, "missing": missing})
    if as_json:
        places.print_json(rows)
        return
    for row in rows:
        state = f"no value for {', '.join(row['missing'])}" if row["missing"] else "ready"
        click.echo(f"{row['id']:<20} {row['platform']:<14} {row['language']}  {row['webhook']:<32} {state}")


@channel.command()
@click.argument("channel_id", metavar="CHANNEL")
@places.on_data
def missed(channel_id: str, data: Path, env_file: Path, *, as_json: bool) -> None:
    """List what waits to go out on a channel, and whether the platform has stopped it."""
    with places.opened(data, env_file) as laptop:
        laptop.ports.policies.live().channel(channel_id)
        pause = pauses.standing(channel_id, laptop.ports)
        waiting = pauses.missed(channel_id, laptop.ports)
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
@places.env_option
@places.json_option
def connect_(
    channel_id: str, url: str, folder: Path, env_file: Path, *, dry_run: bool, as_json: bool
) -> None:
    """Tell the platform to deliver its webhooks to Hearback. May be repeated."""
    _talk(connect.register, channel_id, url, folder, env_file, as_json=as_json, dry_run=dry_run)


@channel.command()
@click.argument("channel_id", metavar="CHANNEL")
@url_option
@places.policies_option
@places.env_option
@places.json_option
def check(channel_id: str, url: str, folder: Path, env_file: Path, *, as_json: bool) -> None:
    """Ask the platform whether it delivers; changes nothing. Exit code 1 when something is wrong.

    Looks at the credentials, the webhook, the token with its end and its permissions where the platform
    tells them, and this machine's clock.
    """
    talk = partial(connect.check, clock=wiring.now)
    _talk(talk, channel_id, url, folder, env_file, as_json=as_json, dry_run=False)


def _talk(
    talk: Talk, channel_id: str, url: str, folder: Path, env_file: Path, *, as_json: bool, dry_run: bool
) -> None:
    secrets = EnvFile(env_file)
    document = _document(channel_id, folder)
    found = channel_of(document, secrets.secret)
    if missing := connect.missing_secrets(found, connecting=talk is connect.register):
        names = ", ".join(_secret_name(document, name) for name in missing)
        find = "; ".join(f"{one.name}: {one.where}" for one in _described(found, missing) if one.where)
        told = f" ({find})" if find else ""
        raise HearbackError(f"there is no value for {names}: write it into {env_file} as NAME=value{told}")
    address = f"{_public(url, secrets, env_file)}/webhooks/{channel_id}"
    if dry_run and as_json:
        places.print_json({"webhook": address, "platform": found.platform, "registered": False})
        return
    if dry_run:
        click.echo(f"Would register {address} at {found.platform}.")
        return
    say = _nothing if as_json else click.echo
    report = talk(found, address, http.send, Tokens(http.send, wiring.now), say)
    kept = _keep(report, document, secrets)
    if talk is not connect.register:
        report = replace(report, findings=(*_credentials(found), *report.findings))
    _show(report, kept, found, address, as_json=as_json)
    if not all(finding.ok for finding in report.findings):
        raise SystemExit(1)


def _described(found: Channel, names: list[str]) -> list[Credential]:
    return [one for one in platform(found.platform).CREDENTIALS if one.name in names]


def _credentials(found: Channel) -> Iterator[Finding]:
    yield Finding(what="every credential has a value")
    for name, values in found.secrets.items():
        if len(values) > 1:
            retire = f"`hearback channel rotate {found.id} {name} --finish` retires the old one"
            yield Finding(what=f"{name} has two live values; {retire}")


def _document(channel_id: str, folder: Path) -> Mapping[str, Any]:
    documents = {one["id"]: one for one in load(folder, wiring.now()).bundle.channels["channels"]}
    if channel_id not in documents:
        remedy = did_you_mean(channel_id, documents)
        raise UnknownChannel(f"there is no channel {channel_id!r} in channels.yaml. {remedy}")
    found: Mapping[str, Any] = documents[channel_id]
    return found


def _public(url: str, secrets: EnvFile, env_file: Path) -> str:
    public = checked(url) or checked(secrets.public_url())
    if not public.startswith("https://"):
        raise HearbackError(
            "platforms deliver to https:// addresses only: give --url https://your-host, "
            f"or write HEARBACK_BASE_URL=https://your-host into {env_file}"
        )
    return public


def _secret_name(document: Mapping[str, Any], credential: str) -> str:
    names = document["credentials"].get(credential, credential)
    return names if isinstance(names, str) else str(names[0])


def _keep(report: Report, document: Mapping[str, Any], secrets: EnvFile) -> list[str]:
    """Write what the platform has given into the file of the secrets, and return the names."""
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
        click.echo(f"ok    {name} was written into the file of the secrets, for `hearback run` to use")
    if by_hand:
        click.echo("\nWhat only you can do:")
        for number, line in enumerate(by_hand, 1):
            click.echo(f"  {number}. {line}")


def _nothing(_: str) -> None:
    """Say nothing: what is printed is JSON."""
