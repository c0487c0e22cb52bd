"""`hearback channel add`: asks what a new channel needs, and writes it where it belongs."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import click

from chalicelib import wiring
from chalicelib.cli import channel_words as check
from chalicelib.cli import places
from chalicelib.cli.asking import LEFT_OUT, Asking, checked, pairs, secrets_of
from chalicelib.cli.places import Where
from chalicelib.platforms import PLATFORMS, platform
from chalicelib.platforms.contract import Credential, Platform
from chalicelib.policies import documents, edit, render
from chalicelib.policies.hints import words
from chalicelib.policies.rewrite import Draft, drafted
from chalicelib.vault import Vault

secrets_option = click.option(
    "--secrets",
    "secrets_file",
    type=click.File(encoding="utf-8"),
    metavar="FILE",
    help="Values of secrets as credential=value lines; - reads them from standard input.",
)
yes_option = click.option("--yes", is_flag=True, help="Ask nothing.")


@dataclass
class New:
    """A channel that is being put together; `values` holds secrets to be kept, by their names."""

    entry: dict[str, Any] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict, repr=False)
    made_up: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Given:
    """What stands on the command line."""

    fields: Mapping[str, str]
    options: Sequence[tuple[str, str]]
    names: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)


@click.command()
@click.argument("name", metavar="[PLATFORM]", default="")
@click.option("--id", "id", default="", help="A short name of your own, such as shop-telegram.")
@click.option("--language", default="", help="Spoken where a customer's own is not known, such as pl.")
@click.option("--timezone", default="", help="Such as Europe/Warsaw.")
@click.option("--account", default="", help="The platform's id of the account, where it needs one.")
@click.option("--calendar", default="", help="A calendar of hours.yaml, if not the default one.")
@click.option("--api-base", default="", help="Another server to send to.")
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="NAME=VALUE",
    help="What only this platform has; repeatable.",
)
@click.option(
    "--credential",
    "names",
    multiple=True,
    metavar="NAME=SECRET_NAME",
    help="The name of a secret, to share one with another channel; repeatable.",
)
@secrets_option
@yes_option
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@places.policies_option
@places.with_secrets
@click.pass_context
def add(
    ctx: click.Context,
    /,
    name: str,
    options: Sequence[str],
    names: Sequence[str],
    secrets_file: TextIO | None,
    folder: Path,
    where: Where,
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    **fields: str,
) -> None:
    """Add a channel: asks what is missing, writes channels.yaml, and stores the secrets.

    Your comments and the other channels stay as they are, and nothing is written unless all files fit.
    With --stage the secrets go to the Parameter Store there; the channel is live once you publish the files.
    """
    asking = asking_of(ctx, yes=yes, as_json=as_json)
    given = Given(
        fields={"platform": name, **fields},
        options=pairs(options, "--option"),
        names=dict(pairs(names, "--credential")),
        secrets=secrets_of(secrets_file),
    )
    with places.secrets_of(where) as vault:
        new = _asked(given, folder, vault, asking)
        asking.complete(f"give {', '.join(asking.missing)} (see --help), or run this in a terminal")
        draft = drafted(folder, lambda text: edit.with_entry(text, new.entry), wiring.now())
        if not as_json:
            lines = ["", f"The new entry of {draft.path}:", "", *render.block(new.entry, 2), ""]
            click.echo("\n".join(lines))
        written = not dry_run and asking.agrees("Write it?")
        if written:
            _write(draft, new, vault)
        _tell(new, draft, vault, where, written=written, as_json=as_json)


def asking_of(ctx: click.Context, *, yes: bool, as_json: bool) -> Asking:
    """Return who may be asked: whoever sits at the terminal, unless told not to."""
    found = ctx.find_object(Asking) or Asking(allowed=sys.stdin is not None and sys.stdin.isatty())
    return Asking(allowed=found.allowed and not yes and not as_json)


def _asked(given: Given, folder: Path, vault: Vault, asking: Asking) -> New:
    others = _others(folder)
    fields, new = given.fields, New()
    known = ", ".join(sorted(PLATFORMS))
    name = asking.word(fields["platform"], "PLATFORM", f"The platform ({known})", check.formatted("platform"))
    if not name:
        return new
    spoken = platform(name)
    taken = {str(one.get("id")) for one in others}
    first: Mapping[str, Any] = others[0] if others else {}
    ask = partial(_field, new, fields, asking)
    ask("id", "A short name of your own for it", check.identifier(taken), _free(name, taken))
    new.entry["platform"] = name
    for need, what in spoken.NEEDS.items():
        ask(need, what[:1].upper() + what[1:], check.formatted("url") if need == "api_base" else str)
    zone = "The time zone of your opening hours"
    ask("timezone", zone, check.formatted("timezone"), str(first.get("timezone", "")))
    language = "The language, where a customer's own is not known"
    ask("language", language, check.spoken(folder), str(first.get("language", "")))
    for one, proof in (("calendar", str), ("api_base", check.formatted("url"))):
        if fields[one] and one not in new.entry:
            new.entry[one] = checked(fields[one], _flag(one), proof)
    if fields["account"]:
        new.entry["account"] = fields["account"]
    new.entry["credentials"] = _credentials(new, spoken, given, vault, asking)
    if chosen := _options(spoken, given, asking):
        new.entry["options"] = chosen
    return new


def _others(folder: Path) -> list[Mapping[str, Any]]:
    """Return the entries that stand in channels.yaml. Raises `BadPolicy` where it cannot be read."""
    return [one for _, one in documents.read(folder / edit.FILE).items("channels")]


def _free(name: str, taken: set[str]) -> str:
    base = f"shop-{name.replace('_', '-')}"
    return next(one for one in (base, *(f"{base}-{n}" for n in range(2, 1000))) if one not in taken)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _field(
    new: New,
    fields: Mapping[str, str],
    asking: Asking,
    name: str,
    what: str,
    proof: Callable[[str], str],
    default: str = "",
) -> None:
    new.entry[name] = asking.word(fields[name], _flag(name), what, proof, default)


def _options(spoken: Platform, given: Given, asking: Asking) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    for name, value in given.options:
        checked(name, "--option", check.one_of(spoken.OPTIONS, f"option of {spoken.NAME}"))
        before = words(chosen.get(name))
        chosen[name] = [*before, value] if before else _value(value)
    for name in spoken.WANTED:
        if name not in chosen and (answer := asking.perhaps(f"{name}: {spoken.OPTIONS[name]}").strip()):
            chosen[name] = _value(answer)
    return chosen


def _value(written: str) -> str | bool:
    return {"true": True, "false": False}.get(written, written)


def _credentials(new: New, spoken: Platform, given: Given, vault: Vault, asking: Asking) -> dict[str, str]:
    described = {one.name: one for one in spoken.CREDENTIALS}
    for name in (*given.names, *given.secrets):
        where = "--credential" if name in given.names else "--secrets"
        checked(name, where, check.one_of(described, f"credential of {spoken.NAME}"))
    chosen = {}
    for credential in spoken.CREDENTIALS:
        name = given.names.get(credential.name) or check.secret_name(new.entry["id"], credential.name)
        checked(name, "--credential", check.formatted("secret-name"))
        if _has_value(new, credential, name, given, vault, asking):
            chosen[credential.name] = name
    return chosen


def _has_value(
    new: New, credential: Credential, name: str, given: Given, vault: Vault, asking: Asking
) -> bool:
    """Find the value of a secret, and return whether its name belongs into the entry."""
    if credential.learned:
        return True
    if value := given.secrets.get(credential.name, ""):
        new.values[name] = value
    elif vault.secret(name):
        new.known.append(name)
    elif asking.allowed:
        return _answered(new, credential, name, asking)
    elif credential.make:
        new.values[name] = credential.make()
        new.made_up.append(name)
    elif not credential.optional:
        asking.missing.append(f"{credential.name} (in --secrets, or as {name} in {vault.where})")
    return bool(value or name in new.known or name in new.values) or not credential.optional


def _answered(new: New, credential: Credential, name: str, asking: Asking) -> bool:
    click.echo(f"\n{credential.name}: {credential.what}", err=True)
    if credential.where:
        click.echo(f"  Find it: {credential.where}", err=True)
    made = ["Enter makes one up"] if credential.make else []
    left = [f"{LEFT_OUT} leaves it out" if made else "Enter leaves it out"] if credential.optional else []
    hint = f" ({', '.join([*made, *left])})" if made or left else ""
    answer = asking.secret(f"  It is not shown{hint}", empty=bool(hint))
    if credential.optional and answer in ("", LEFT_OUT) and not (made and not answer):
        return False
    if not answer and credential.make:
        new.made_up.append(name)
        answer = credential.make()
    new.values[name] = answer
    return True


def _write(draft: Draft, new: New, vault: Vault) -> None:
    # The secrets first: a channel without them would refuse its webhooks, or be given others by `run`.
    for name, value in new.values.items():
        vault.keep(name, value)
    draft.write()


def _tell(new: New, draft: Draft, vault: Vault, where: Where, *, written: bool, as_json: bool) -> None:
    spoken, name = platform(new.entry["platform"]), new.entry["id"]
    address = f"{vault.public_url() or 'https://YOUR-HOST'}/webhooks/{name}"
    by_hand = [line.format(url=address) for line in spoken.BY_HAND]
    verbs = (*places.going_live(where), f"channel connect {name}", f"channel check {name}")
    steps = [f"hearback {verb}{where.option}" for verb in verbs]
    if as_json:
        kept = {"kept": sorted(new.values), "made_up": new.made_up, "known": new.known}
        told = {"written": written, "file": str(draft.path), "entry": new.entry, **kept}
        places.print_json({**told, "webhook": address, "next": steps, "by_hand": by_hand})
        return
    done = "was" if written else "would be"
    for name in new.known:
        click.echo(f"ok    {name} has a value already")
    for name in new.values:
        how = "made up and written" if name in new.made_up else "written"
        click.echo(f"{'ok  ' if written else '    '}  {name} {done} {how} into {vault.where}")
    if not written:
        click.echo("Nothing was written.")
        return
    click.echo(f"ok    {new.entry['id']} was written into {draft.path}")
    click.echo("\nWhat comes next:")
    *first, last = (f"./{step}" for step in steps)
    for number, line in enumerate((*first, *by_hand, last), 1):
        click.echo(f"  {number}. {line}")
