"""The owner's files in force: some for each story, and those that are published in the middle of one."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.core.errors import Unavailable
from chalicelib.policies.build import PolicySet
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.publish import PublishedPolicies, announce, publish
from chalicelib.ports import Ports
from chalicelib.queues import local
from chalicelib.sqlite import SqliteFile
from chalicelib.store import sqlite
from chalicelib.store.contract import Records
from tests.builders import NOON
from tests.fakes import CHANNELS, HOURS_DOCUMENT, MESSAGES, ROSTER_DOCUMENT, SECRETS
from tests.faults.platforms import MORE_CHANNELS, MORE_SECRETS
from tests.faults.schedules import GRACE, MAX_PROMISES, WINDOW

FRESH_FOR = timedelta(seconds=5)
"""How long a process goes on with the policies it has read, where some are published on the way."""

OLD, NEW = ("all", "olga"), ("everything", "ana")
"""What two files of a version say; those of no version say a part of each."""

# Nobody is called for being late: whoever is called here is called for what was not sent.
_RULE = {"name": OLD[0], "window": f"{WINDOW}s", "first_response": "48h", "next_response": "48h"}
_SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "promises": {
        "max_promises": MAX_PROMISES,
        "update_gaps": ["20m"],
        "promise_warning": "0m",
        "max_per_customer_a_day": 10,
    },
    # Only one is acknowledged; of the others the owner hears in the call that ends the crisis.
    "crisis": {"crisis_threshold": 2, "crisis_rest": "15m", "max_per_channel_an_hour": 1},
}
_PROMISES = {"promises": "10m"}
_SECRETS = {**SECRETS, **MORE_SECRETS}


@dataclass(frozen=True)
class Wish:
    """Which policies a story wants: those of a name, with private replies to comments or without."""

    name: str = "plain"
    invites: bool = False


class Policies:
    """The files in force by what a story wants, read once for all runs; and files of a store with them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._live: dict[Wish, PolicySet] = {}

    def live(self, wish: Wish) -> PolicySet:
        """Return the policies in force."""
        if wish not in self._live:
            self.place(wish)
        return self._live[wish]

    def place(self, wish: Wish, at: Path | None = None) -> None:
        """Put a store in which they are published at a path: made once, as making one waits for the disk."""
        made = self._folder / f"{wish.name}-{wish.invites}.sqlite"
        if not made.exists():
            file = SqliteFile(made, sqlite.SCHEMA + local.SCHEMA)
            records = sqlite.SqliteRecords(file)
            publish(bundle(wish), records, NOON, by="test")
            self._live[wish] = PublishedPolicies(records, secret, lambda: NOON, timedelta()).live()
            file.close()
        if at is not None:
            shutil.copyfile(made, at)


class Looked:
    """The files in force as one process reads them: while the store is away, not at all."""

    def __init__(self, live: PolicySet, is_out: Callable[[str], bool]) -> None:
        self._live = live
        self._is_out = is_out

    def live(self, at_least: str = "") -> PolicySet:
        """Return the live version. Raises `Unavailable`."""
        if self._is_out("policies"):
            raise Unavailable("ThrottlingException")
        return self._live


class FromStore(PublishedPolicies):
    """The same out of the store, as in the real program; what each look has found is noted in `looks`."""

    def __init__(
        self, records: Records, clock: Callable[[], datetime], looks: set[tuple[str, str, str]]
    ) -> None:
        super().__init__(records, secret, clock, FRESH_FOR)
        self._found = looks

    def live(self, at_least: str = "") -> PolicySet:
        """Return the live version. Raises `Unavailable`."""
        policies = super().live(at_least)
        self._found.add((policies.version, *says(policies)))
        return policies


def says(policies: PolicySet) -> tuple[str, str]:
    """Return what two of the files say, by which the old version, the new one and halves are told apart."""
    return policies.policy("shop").rules[0].name, policies.roster.owner


def renew(wish: Wish, ports: Ports) -> str:
    """Publish the new version as `hearback policy publish` does; return its number."""
    now = ports.clock()
    number = publish(bundle(wish, new=True), ports.records, now, by="test", store=ports.store)
    changed = FromStore(ports.records, ports.clock, set()).live()
    announce(changed, ports.store, ports.events, now)
    return number


def bundle(wish: Wish, *, new: bool = False) -> Bundle:
    """Return the owner's files, as they are at first or as they become."""
    rule, owner = NEW if new else OLD
    promise = {"promise": _PROMISES[wish.name]} if wish.name in _PROMISES else {}
    settings = {**_SETTINGS[wish.name], "grace": f"{GRACE}s", "private_reply": wish.invites}
    roster: Mapping[str, Any] = ROSTER_DOCUMENT
    if new:
        people = [*ROSTER_DOCUMENT["people"], {**ROSTER_DOCUMENT["people"][0], "id": owner, "name": "Ana"}]
        roster = {"people": people, "owner": owner}
    return Bundle(
        policy={"rules": [{**_RULE, "name": rule, **promise}], "settings": settings},
        messages=MESSAGES,
        hours=HOURS_DOCUMENT,
        channels={"channels": [*CHANNELS, *MORE_CHANNELS]},
        roster=roster,
    )


def secret(name: str) -> str:
    """Return the value of a secret of the fakes."""
    return _SECRETS.get(name, "")
