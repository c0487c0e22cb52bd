"""The secrets that the owner's files name, and how each comes to have a value in the account."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from chalicelib.platforms import platform
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.hints import words
from chalicelib.policies.roster import secret_names
from chalicelib.vault import Vault
from infra.terminal import Terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A secret by its names, of which one with a value is enough; `make` makes up what nobody need know."""

    names: tuple[str, ...]
    what: str
    make: Callable[[], str] | None = None
    optional: bool = False


@dataclass(slots=True)
class Stored:
    """The names of the secrets by where their values have come from; and those that have none yet."""

    copied: list[str] = field(default_factory=list)
    made_up: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    missing: list[Wanted] = field(default_factory=list)


def wanted(bundle: Bundle) -> Iterator[Wanted]:
    """Yield the secrets of all channels and the addresses of all people, not what a platform gives."""
    seen: set[str] = set()
    for document in bundle.channels["channels"]:
        for credential in platform(document["platform"]).CREDENTIALS:
            names = tuple(words(document["credentials"].get(credential.name)))
            if names and not credential.learned and names[0] not in seen:
                seen.add(names[0])
                what = f"{document['id']}: {credential.what}"
                yield Wanted(names=names, what=what, make=credential.make, optional=credential.optional)
    for person, addresses in secret_names(bundle.roster, []).items():
        for name in addresses:
            what = f"where {person} is called, an address of Apprise"
            yield Wanted(names=(name,), what=what, optional=True)


def store(wanted: list[Wanted], vault: Vault, known: Callable[[str], str], terminal: Terminal) -> Stored:
    """Give each secret that has none a value: the one `known` here, one made up, or what the owner types.

    A value that is there already is never touched. Nothing of a value is ever shown.
    """
    done = Stored()
    for one in wanted:
        _copy(one, vault, known, done)
        if any(map(vault.secret, one.names)):
            continue
        name = one.names[0]
        if one.make:
            vault.keep(name, one.make())
            done.made_up.append(name)
        elif typed := _typed(one, terminal):
            vault.keep(name, typed)
            done.asked.append(name)
        else:
            done.missing.append(one)
    return done


def told(done: Stored, source: str, stage: str) -> Iterator[str]:
    """Yield what has become of the secrets, by name."""
    if done.copied:
        yield f"Secrets taken from {source} or the environment: {', '.join(done.copied)}"
    if done.made_up:
        yield f"Secrets made up, which nobody needs to know: {', '.join(done.made_up)}"
    if done.asked:
        yield f"Secrets stored: {', '.join(done.asked)}"
    for one in done.missing:
        need = "may have" if one.optional else "needs"
        yield f"{one.names[0]} {need} a value ({one.what}): deploy without --yes asks for it"
    if any(not one.optional for one in done.missing):
        yield f"Until then those channels of {stage} are silent."


def _copy(one: Wanted, vault: Vault, known: Callable[[str], str], done: Stored) -> None:
    for name in one.names:
        value = "" if vault.secret(name) else known(name)
        if value:
            vault.keep(name, value)
            done.copied.append(name)


def _typed(one: Wanted, terminal: Terminal) -> str:
    if not terminal.asks:
        return ""
    return terminal.secret(f"{one.names[0]} ({one.what}; not shown, Enter leaves it out)")
