"""What a schedule is lived through by: processes over what is durable, and what is written down of them."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from chalicelib.core.case import Case
from chalicelib.core.effects import Delivery, DeliveryStatus
from chalicelib.core.errors import Unavailable
from chalicelib.core.timeline import Entry
from chalicelib.facts import Facts
from chalicelib.platforms.contract import HttpRequest, HttpResponse
from chalicelib.policies.build import PolicySet
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.publish import PublishedPolicies, publish
from chalicelib.ports import Ports
from chalicelib.queues import local
from chalicelib.sqlite import Connection, SqliteFile
from chalicelib.store import sqlite
from chalicelib.tokens import Tokens
from tests.builders import NOON
from tests.fakes import CHANNELS, HOURS_DOCUMENT, MESSAGES, ROSTER_DOCUMENT, SECRETS, Clock, Owner
from tests.faults.boundaries import Boundaries, Mortal, Tap
from tests.faults.platforms import MORE_CHANNELS, MORE_SECRETS, Post
from tests.faults.schedules import GRACE, WINDOW

POLICY = {
    # Nobody is called for being late: whoever is called here is called for what was not sent.
    "rules": [{"name": "all", "window": f"{WINDOW}s", "first_response": "48h", "next_response": "48h"}],
    "settings": {"grace": f"{GRACE}s", "private_reply": False},
}
DESK = "https://desk.example"


class Unsynced(SqliteFile):
    """A file that waits for no disk and no other thread: a process dies here, never the machine."""

    def submit(self, work: Callable[[Connection], Any]) -> "Future[Any]":
        done: Future[Any] = Future()
        self._commit([(work, done)])
        return done

    def _opened(self, schema: str) -> Connection:
        writer = super()._opened(schema)
        writer.execute("PRAGMA synchronous=OFF")
        return writer


class Lived(Protocol):
    """What processes share: the world outside, and what outlives them."""

    clock: Clock
    owner: Owner
    file: Unsynced
    events: local.LocalQueue
    wakeups: local.LocalQueue
    boundaries: Boundaries
    policies: "Policies"
    commits: list["Commit"]

    def internet(self, request: HttpRequest, process: "Process") -> HttpResponse:
        """Be every platform at once."""

    def is_out(self, name: str) -> bool:
        """Return whether what has this name fails now."""


@dataclass(frozen=True, kw_only=True)
class Commit:
    """One write of a case, as the store has it."""

    number: int
    case: Case
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A delivery that somebody claimed, with which commit, and when."""

    commit: int
    at: datetime
    case: Case
    delivery: Delivery


class Process(Mortal):
    """One process: the front, the workers and the sweep, over what is durable."""

    def __init__(self, run: Lived, skew: timedelta = timedelta()) -> None:
        self.run = run
        self.claims: dict[str, Claim] = {}
        """The newest claims of this process, by the words to be sent."""

        def clock() -> datetime:
            return run.clock.now + skew

        def tap(port: object, name: str) -> Any:
            return Tap(port, name, self, run.boundaries)

        records, send = tap(sqlite.SqliteRecords(run.file), "records"), tap(self._sent, "send")
        self.ports = Ports(
            store=tap(Watched(run, self), "store"),
            records=records,
            facts=Facts(records, send, clock),
            tokens=Tokens(send, clock),
            events=tap(run.events, "events"),
            wakeups=tap(run.wakeups, "wakeups"),
            policies=Looked(run.policies, run),
            send=send,
            alert=tap(run.owner, "alert"),
            clock=clock,
            address=lambda: DESK,
        )

    def _sent(self, request: HttpRequest) -> HttpResponse:
        return self.run.internet(request, self)


class Watched:
    """The store, with every write of a case written down for the judges, below whatever fails above it."""

    def __init__(self, run: Lived, process: Process) -> None:
        self._run = run
        self._process = process
        self._store = sqlite.SqliteStore(run.file)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, case: Case, timeline: Sequence[Entry], *, seen: str, now: datetime) -> Case:
        stored = self._store.commit(case, timeline, seen=seen, now=now)
        number = len(self._run.commits)
        self._run.commits.append(Commit(number=number, case=stored, entries=tuple(timeline)))
        for delivery in stored.outbox:
            if delivery.status is DeliveryStatus.CLAIMED and delivery.text:
                self._process.claims[delivery.text] = Claim(
                    commit=number, at=self._run.clock.now, case=stored, delivery=delivery
                )
        return stored


@dataclass(frozen=True, kw_only=True)
class Posting:
    """A post that became visible, the claim it was sent under, and how many commits there were by then.

    `unseen` is whether the process stood still right before it, where no program can look once more.
    """

    post: Post
    claim: Claim | None
    commits: int
    unseen: bool = False


class Policies:
    """The owner's files in force, read once for all runs."""

    def __init__(self, folder: Path) -> None:
        file = SqliteFile(folder / "policies.sqlite", sqlite.SCHEMA)
        records = sqlite.SqliteRecords(file)
        bundle = Bundle(
            policy=POLICY,
            messages=MESSAGES,
            hours=HOURS_DOCUMENT,
            channels={"channels": [*CHANNELS, *MORE_CHANNELS]},
            roster=ROSTER_DOCUMENT,
        )
        publish(bundle, records, NOON, by="test")
        secrets = {**SECRETS, **MORE_SECRETS}
        published = PublishedPolicies(records, lambda name: secrets.get(name, ""), lambda: NOON, timedelta())
        self._live: PolicySet = published.live()
        file.close()

    def live(self) -> PolicySet:
        """Return the live version."""
        return self._live


class Looked:
    """The files in force as one process reads them: while the store is away, not at all."""

    def __init__(self, policies: Policies, run: Lived) -> None:
        self._policies = policies
        self._run = run

    def live(self) -> PolicySet:
        """Return the live version. Raises `Unavailable`."""
        if self._run.is_out("policies"):
            raise Unavailable("ThrottlingException")
        return self._policies.live()
