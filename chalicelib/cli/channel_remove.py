"""`hearback channel remove`: takes a channel out of channels.yaml, and leaves nobody on it alone."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from chalicelib import wiring
from chalicelib.cli import places
from chalicelib.cli.asking import Asking
from chalicelib.cli.channel_add import asking_of, yes_option
from chalicelib.cli.places import Where
from chalicelib.core.errors import BadPolicy, HearbackError, Mistake, UnknownChannel
from chalicelib.policies import edit
from chalicelib.policies.documents import read
from chalicelib.policies.hints import did_you_mean, words
from chalicelib.policies.load import load
from chalicelib.policies.rewrite import Draft, drafted
from chalicelib.ports import Ports
from chalicelib.settings import EnvFile
from chalicelib.vault import Vault


class CannotRemove(HearbackError):
    """A channel must stay for now; the sentence says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Removal:
    """A channel on its way out: its cases that are open, and its secrets that no other channel has."""

    channel: str
    open_cases: int
    secrets: tuple[str, ...]


@click.command()
@click.argument("channel_id", metavar="CHANNEL")
@click.option("--forget-secrets", is_flag=True, help="Delete its secrets, too, but for those others share.")
@yes_option
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@places.policies_option
@places.on_data
@click.pass_context
def remove(
    ctx: click.Context,
    /,
    channel_id: str,
    folder: Path,
    where: Where,
    *,
    forget_secrets: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take a channel out of channels.yaml: it receives nothing from then on, and nothing automatic is sent.

    Its open cases stay on the desk until you close them, and need its secrets until then; so those are kept
    unless you say otherwise.
    """
    asking = asking_of(ctx, yes=yes, as_json=as_json)
    entries = {one["id"]: one for one in load(folder, wiring.now()).bundle.channels["channels"]}
    _may_go(channel_id, entries, folder)
    with _opened(where) as (vault, ports):
        open_cases = sum(1 for _ in ports.store.open_cases(channel_id)) if ports else 0
        found = Removal(channel=channel_id, open_cases=open_cases, secrets=_secrets(channel_id, entries))
        if forget_secrets and open_cases:
            raise CannotRemove(
                f"{open_cases} cases are open on {channel_id}, and what you answer there needs its secrets: "
                f"close them first (`hearback case list{where.option}`), or leave --forget-secrets away"
            )
        draft = drafted(folder, lambda text: edit.without_entry(text, channel_id), wiring.now())
        done = not dry_run and _agreed(found, asking, yes=yes)
        forgotten = _carry_out(draft, found, vault, forget=forget_secrets) if done else []
    _tell(found, draft, forgotten, where, done=done, as_json=as_json)


def _may_go(channel: str, entries: Mapping[str, Any], folder: Path) -> None:
    """Raise where there is no such channel, no other one, or a rule names it: each with its place."""
    if channel not in entries:
        remedy = did_you_mean(channel, entries)
        raise UnknownChannel(f"there is no channel {channel!r} in channels.yaml. {remedy}")
    if len(entries) == 1:
        raise CannotRemove(f"{channel} is your only channel: add another one first")
    if mistakes := list(_rules_that_name(channel, folder)):
        raise BadPolicy(mistakes)


def _rules_that_name(channel: str, folder: Path) -> Iterator[Mistake]:
    policy = read(folder / "policy.yaml")
    for position, rule in policy.items("rules"):
        if channel in words((rule.get("when") or {}).get("channel")):
            problem = f"this rule names {channel}, which is to be removed"
            yield policy.mistake(("rules", position, "when", "channel"), problem, "Change or delete the rule")


@contextmanager
def _opened(where: Where) -> Iterator[tuple[Vault, Ports | None]]:
    """Yield the secrets and the cases; there are none where Hearback never ran."""
    if not where.stage and not (where.data / wiring.DATABASE).exists():
        yield EnvFile(where.env_file), None
        return
    with places.opened(where) as program:
        yield program.secrets, program.ports


def _secrets(channel: str, entries: Mapping[str, Any]) -> tuple[str, ...]:
    def named(entry: Mapping[str, Any]) -> set[str]:
        return {name for names in entry["credentials"].values() for name in words(names)}

    others = set().union(*(named(entry) for one, entry in entries.items() if one != channel))
    return tuple(sorted(named(entries[channel]) - others))


def _agreed(found: Removal, asking: Asking, *, yes: bool) -> bool:
    if not (asking.allowed or yes):
        raise CannotRemove(f"nobody can be asked here whether {found.channel} may go: give --yes")
    waiting = f" {found.open_cases} cases are open on it and are left to you." if found.open_cases else ""
    return asking.agrees(f"Nothing automatic will be sent on {found.channel} any more.{waiting} Remove it?")


def _carry_out(draft: Draft, found: Removal, vault: Vault, *, forget: bool) -> list[str]:
    draft.write()
    return [name for name in found.secrets if vault.forget(name)] if forget else []


def _tell(
    found: Removal, draft: Draft, forgotten: list[str], where: Where, *, done: bool, as_json: bool
) -> None:
    steps = [f"hearback {verb}{where.option}" for verb in places.going_live(where)] if done else []
    if as_json:
        told = {"removed": done, "file": str(draft.path), "open_cases": found.open_cases}
        places.print_json({**told, "secrets": list(found.secrets), "forgotten": forgotten, "next": steps})
        return
    if not done:
        click.echo(f"Nothing was changed. {found.open_cases} cases are open on {found.channel}.")
        return
    click.echo(f"ok    {found.channel} was taken out of {draft.path}")
    for name in forgotten:
        click.echo(f"ok    {name} was deleted")
    if found.open_cases:
        click.echo(f"{found.open_cases} cases are open on it: `hearback case list{where.option}`")
    if kept := [name for name in found.secrets if name not in forgotten]:
        click.echo(f"Its secrets are kept: {', '.join(kept)}.")
    for step in steps:
        click.echo(f"Make it live: ./{step}")
