"""What a schedule is lived through by: processes over what is durable, and what is written down of them."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.core.case import Case
from chalicelib.core.effects import Delivery, DeliveryStatus
from chalicelib.core.timeline import Entry
from chalicelib.facts import Facts
from chalicelib.platforms.contract import HttpRequest, HttpResponse
from chalicelib.ports import Ports
from chalicelib.queues import local
from chalicelib.sqlite import Connection, SqliteFile
from chalicelib.store import sqlite
from chalicelib.tokens import Tokens
from tests.fakes import Clock, Owner
from tests.faults.boundaries import Boundaries, Mortal, Tap
from tests.faults.platforms import Post
from tests.faults.policies import FromStore, Looked, Policies, Wish

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
    policies: Policies
    commits: list["Commit"]
    wish: Wish
    publishes: bool
    looks: set[tuple[str, str, str]]

    def internet(self, request: HttpRequest, process: "Process") -> HttpResponse:
        """Be every platform at once."""

    def recorded(self, commit: "Commit", process: "Process") -> None:
        """Learn of a write of a case."""

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
    """One process: the front, the workers and the sweep, over what is durable.

    Its calls are counted with all others, unless it has `boundaries` of its own.
    """

    def __init__(
        self, run: Lived, skew: timedelta = timedelta(), boundaries: Boundaries | None = None
    ) -> None:
        self.run = run
        self.claims: dict[str, Claim] = {}
        """The newest claims of this process, by the words to be sent."""

        def clock() -> datetime:
            return run.clock.now + skew

        def tap(port: object, name: str) -> Any:
            return Tap(port, name, self, boundaries or run.boundaries)

        records, send = tap(sqlite.SqliteRecords(run.file), "records"), tap(self._sent, "send")
        self.ports = Ports(
            store=tap(Watched(run, self), "store"),
            records=records,
            facts=Facts(records, send, clock),
            tokens=Tokens(send, clock),
            events=tap(run.events, "events"),
            wakeups=tap(run.wakeups, "wakeups"),
            policies=FromStore(records, clock, run.looks)
            if run.publishes
            else Looked(run.policies.live(run.wish), run.is_out),
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
        written = Commit(number=number, case=stored, entries=tuple(timeline))
        self._run.commits.append(written)
        for delivery in stored.outbox:
            if delivery.status is DeliveryStatus.CLAIMED and delivery.text:
                self._process.claims[delivery.text] = Claim(
                    commit=number, at=self._run.clock.now, case=stored, delivery=delivery
                )
        self._run.recorded(written, self._process)
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
