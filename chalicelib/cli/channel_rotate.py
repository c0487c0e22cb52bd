"""`hearback channel rotate`: a new secret beside the old one, both live until the old one is retired.

The name in channels.yaml always leads to the newest value, so that an earlier version of the files, when
it is taken back into force, speaks with it as well. The old value moves to a second name. What is deployed
knows that name only once the files are published, so there the new value waits for that.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import click

from chalicelib import wiring
from chalicelib.cli import places
from chalicelib.cli.asking import Asking, secrets_of
from chalicelib.cli.channel_add import asking_of, secrets_option, yes_option
from chalicelib.cli.places import Where
from chalicelib.core.errors import HearbackError, UnknownChannel
from chalicelib.platforms import platform
from chalicelib.platforms.contract import Credential
from chalicelib.policies import edit, versions
from chalicelib.policies.hints import did_you_mean, words
from chalicelib.policies.load import load
from chalicelib.policies.rewrite import drafted
from chalicelib.ports import Ports
from chalicelib.settings import EnvFile
from chalicelib.vault import Vault

Place = tuple[str, str, tuple[str, ...]]
"""A channel, a credential of it, and the names of its secrets."""

_LONGEST_NAME = 64

KNOWN_AFTER = timedelta(minutes=1)
"""Longer than a function that is deployed remembers the version before the live one."""


class CannotRotate(HearbackError):
    """The secrets are not in a state to be rotated, or to be retired; the sentence says what to do."""


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """One credential of a channel: the names of its secrets, and every place in which the first one stands.

    Channels may share a secret: `places` holds each that has this one first, `others` every other one.
    """

    channel: str
    credential: Credential
    names: tuple[str, ...]
    places: tuple[Place, ...]
    others: tuple[Place, ...]

    @property
    def newest(self) -> str:
        """The name of the secret in force."""
        return self.names[0]

    @property
    def second(self) -> str:
        """The name the old value has, or will have."""
        if len(self.names) > 1:
            return self.names[1]
        base = self.newest[: _LONGEST_NAME - len("_OLD_99")]
        candidates = (f"{base}_OLD", *(f"{base}_OLD_{n}" for n in range(2, 100)))
        taken = {name for place in (*self.places, *self.others) for name in place[2]}
        return next(name for name in candidates if name not in taken)

    @property
    def old_is_used(self) -> bool:
        """Whether the old value belongs to another credential as well."""
        return any(self.second in names for *_, names in self.others)

    def edited(self, text: str) -> str:
        """Return channels.yaml with the second name in every place."""
        for channel, credential, names in self.places:
            if len(names) == 1:
                text = edit.with_second(text, channel, credential, self.second)
        return text

    def retired(self, text: str) -> str:
        """Return channels.yaml without the second name."""
        for channel, credential, names in self.places:
            if names[1:] == (self.second,):
                text = edit.without_second(text, channel, credential)
        return text


@click.command()
@click.argument("channel_id", metavar="CHANNEL")
@click.argument("credential", metavar="[CREDENTIAL]", default="")
@click.option("--finish", is_flag=True, help="Retire the old secret: only the new one is accepted then.")
@secrets_option
@yes_option
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@places.policies_option
@places.with_secrets
@click.pass_context
def rotate(
    ctx: click.Context,
    /,
    channel_id: str,
    credential: str,
    secrets_file: TextIO | None,
    folder: Path,
    where: Where,
    *,
    finish: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Change a secret without a gap: the new one and the old one both count until --finish.

    What is sent uses the new one at once. With --stage this is done in two steps: run it, publish your
    files, and run it again for the new secret.
    """
    asking = asking_of(ctx, yes=yes, as_json=as_json)
    found = _rotation(channel_id, credential, folder, asking)
    given = secrets_of(secrets_file).get(found.credential.name, "")
    with _opened(where) as (vault, ports):
        if finish:
            _allowed(asking, yes=yes, dry_run=dry_run)
            _finish(found, folder, vault, asking, dry_run=dry_run)
            told = _finished(found, where)
        else:
            ready = ports is None or _is_known(found, ports)
            new = partial(_new, found, given, asking) if ready else None
            _begin(found, folder, vault, new, where, dry_run=dry_run)
            told = _begun(found, vault, where) if ready else _prepared(found, vault, where)
    _tell(found, told, dry_run=dry_run, as_json=as_json, finished=finish)


@contextmanager
def _opened(where: Where) -> Iterator[tuple[Vault, Ports | None]]:
    """Yield the secrets, and the ports of what is deployed; here `run` sees changed files by itself."""
    if not where.stage:
        yield EnvFile(where.env_file), None
        return
    with places.opened(where) as program:
        yield program.secrets, program.ports


def _is_known(found: Rotation, ports: Ports) -> bool:
    """Return whether the live version has the second name wherever it has the first.

    Raises `CannotRotate` while that version is so new that a function may still remember the one before.
    """
    live = versions.live_record(ports.records, ports.clock())
    if live is None:
        return True
    version = versions.manifest(ports.records, live.value, ports.clock())
    bundle = versions.content(ports.records, version, ports.clock()).bundle
    used = [names for *_, names in _everywhere(bundle.channels["channels"]) if names[0] == found.newest]
    if any(found.second not in names for names in used):
        return False
    if used and ports.clock() - version.at < KNOWN_AFTER:
        raise CannotRotate(
            f"version {version.number} has just been published, and not every function may know it yet: run "
            "this again in a minute"
        )
    return True


def _rotation(channel_id: str, credential: str, folder: Path, asking: Asking) -> Rotation:
    entries = {one["id"]: one for one in load(folder, wiring.now()).bundle.channels["channels"]}
    if channel_id not in entries:
        remedy = did_you_mean(channel_id, entries)
        raise UnknownChannel(f"there is no channel {channel_id!r} in channels.yaml. {remedy}")
    entry = entries[channel_id]
    name = _credential(credential, entry, asking)
    described = next(one for one in platform(entry["platform"]).CREDENTIALS if one.name == name)
    if described.learned:
        raise CannotRotate(
            f"{name} is given by the platform: `hearback channel connect {channel_id}` fetches it"
        )
    everywhere = list(_everywhere(list(entries.values())))
    names = tuple(words(entry["credentials"][name]))
    return Rotation(
        channel=channel_id,
        credential=described,
        names=names,
        places=tuple(one for one in everywhere if one[2][0] == names[0]),
        others=tuple(one for one in everywhere if one[2][0] != names[0]),
    )


def _credential(given: str, entry: Mapping[str, Any], asking: Asking) -> str:
    known = list(entry["credentials"])
    if given and given not in known:
        remedy = did_you_mean(given, known)
        raise CannotRotate(f"channel {entry['id']} has no credential `{given}` in channels.yaml. {remedy}")
    if given or len(known) == 1:
        return given or known[0]
    if not asking.allowed:
        raise CannotRotate(f"name the credential that is to change: one of {', '.join(known)}")
    return str(click.prompt("Which secret", type=click.Choice(known), err=True))


def _everywhere(entries: Sequence[Mapping[str, Any]]) -> list[Place]:
    """Return channel, credential and names of every credential in channels.yaml."""
    return [(e["id"], name, tuple(words(names))) for e in entries for name, names in e["credentials"].items()]


def _begin(
    found: Rotation,
    folder: Path,
    vault: Vault,
    new: Callable[[], str] | None,
    where: Where,
    *,
    dry_run: bool,
) -> None:
    """Give the old value its second name, and the first name the new value where there is one already."""
    old = vault.secret(found.newest)
    if not old:
        remedy = vault.how_to_set(found.newest)
        raise CannotRotate(f"{found.newest} has no value yet, so there is none to change: {remedy}")
    # The same value twice is what an interruption has left, and so is a second one that no channel names.
    if len(found.names) > 1 and vault.secret(found.second) not in ("", old):
        finish = f"hearback channel rotate {found.channel} {found.credential.name} --finish{where.option}"
        raise CannotRotate(f"{found.newest} has two live values already: retire the old one with `{finish}`")
    if why := vault.overruled(found.newest) or vault.overruled(found.second):
        raise CannotRotate(why)
    draft = drafted(folder, found.edited, wiring.now())
    if dry_run:
        return
    value = new() if new else old
    if new and value == old:
        raise CannotRotate("the new secret is the same as the old one")
    # In this order the old value counts at every moment, whatever is interrupted.
    vault.keep(found.second, old)
    draft.write()
    vault.keep(found.newest, value)


def _new(found: Rotation, given: str, asking: Asking) -> str:
    described = found.credential
    if given:
        return given
    if asking.allowed:
        click.echo(f"{described.name}: {described.what}", err=True)
        if described.where:
            click.echo(f"  Find it: {described.where}", err=True)
        hint = " (Enter makes one up)" if described.make else ""
        if answer := asking.secret(f"  The new one; it is not shown{hint}", empty=bool(described.make)):
            return answer
    if described.make:
        return described.make()
    remedy = f"give --secrets FILE with a line {described.name}=..., or run this in a terminal"
    raise CannotRotate(f"the new {described.name} is missing, and nobody can be asked here: {remedy}")


def _allowed(asking: Asking, *, yes: bool, dry_run: bool) -> None:
    if not (asking.allowed or yes or dry_run):
        raise CannotRotate("nobody can be asked here whether the old secret may go: give --yes")


def _finish(found: Rotation, folder: Path, vault: Vault, asking: Asking, *, dry_run: bool) -> None:
    if len(found.names) == 1:
        raise CannotRotate(f"{found.newest} has one value only: nothing is to be retired")
    if not vault.secret(found.newest):
        raise CannotRotate(f"{found.newest} has no value: {found.second} is the only one, and stays")
    draft = drafted(folder, found.retired, wiring.now())
    question = f"Webhooks that still come with the old {found.credential.name} will be refused. Retire it?"
    if dry_run:
        return
    if not asking.agrees(question):
        raise click.Abort
    if not found.old_is_used:
        vault.forget(found.second)
    draft.write()


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was done, in sentences, and what the owner does next."""

    done: str
    more: str = ""
    steps: tuple[str, ...] = ()


def _begun(found: Rotation, vault: Vault, where: Where) -> Told:
    name, channels = found.credential.name, _channels(found)
    connect = [f"./hearback channel connect {channel}{where.option}" for channel in channels]
    finish = f"./hearback channel rotate {found.channel} {name} --finish{where.option}"
    return Told(
        done=f"{found.newest} has the new value, {found.second} the old one, in {vault.where}.",
        more=f"Both count on {', '.join(channels)}; what is sent uses the new one.",
        steps=(
            *connect,
            f"Wherever else you have entered {name} by hand, enter the new one.",
            f"When the platform uses the new one: {finish}",
        ),
    )


def _prepared(found: Rotation, vault: Vault, where: Where) -> Told:
    again = f"./hearback channel rotate {found.channel} {found.credential.name}{where.option}"
    return Told(
        done=f"{found.second} has the value of {found.newest}, in {vault.where}; channels.yaml names both.",
        more="Nothing has changed yet: the new value comes when the functions know both names.",
        steps=(*_publishing(where), f"A minute later, for the new value: {again}"),
    )


def _finished(found: Rotation, where: Where) -> Told:
    done = f"{found.second} is retired; only {found.newest} counts."
    return Told(done=done, steps=_publishing(where))


def _publishing(where: Where) -> tuple[str, ...]:
    return tuple(f"./hearback {verb}{where.option}" for verb in places.going_live(where))


def _channels(found: Rotation) -> list[str]:
    return list(dict.fromkeys(channel for channel, *_ in found.places))


def _tell(found: Rotation, told: Told, *, finished: bool, dry_run: bool, as_json: bool) -> None:
    names = {"newest": found.newest, "old": found.second}
    if as_json:
        about = {"channels": _channels(found), "credential": found.credential.name, **names}
        state = {"finished": finished and not dry_run, "written": not dry_run}
        places.print_json({**about, **state, "next": list(told.steps)})
        return
    click.echo(f"{'Would be done: ' if dry_run else 'ok    '}{told.done}")
    if told.more:
        click.echo(told.more)
    if told.steps:
        click.echo("\nWhat comes next:")
    for number, line in enumerate(told.steps, 1):
        click.echo(f"  {number}. {line}")
