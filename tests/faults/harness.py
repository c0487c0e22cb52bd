"""The whole flow, from the webhook to the post, in processes that may die at any call and come back."""

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from chalicelib import deliver, handle, sweep
from chalicelib.core.case import Case, CloseReason, Status
from chalicelib.core.effects import Delivery, DeliveryStatus
from chalicelib.core.errors import NotAllowed, UnknownCase
from chalicelib.core.events import CaseClosed, ReplySubmitted
from chalicelib.core.timeline import Entry
from chalicelib.facts import Facts
from chalicelib.intake import accept
from chalicelib.platforms.contract import HttpRequest, HttpResponse, Inbound
from chalicelib.policies.build import PolicySet
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.publish import PublishedPolicies, publish
from chalicelib.ports import Ports
from chalicelib.queues import local
from chalicelib.serve.workers import consume_once
from chalicelib.sqlite import Connection, SqliteFile
from chalicelib.store import sqlite
from chalicelib.tokens import Tokens
from tests.builders import NOON
from tests.fakes import CHANNELS, HOURS_DOCUMENT, MESSAGES, ROSTER_DOCUMENT, SECRETS, Clock, Owner
from tests.faults.boundaries import Boundaries, Killed, Kind, Mortal, Tap
from tests.faults.platforms import MORE_CHANNELS, MORE_SECRETS, Post, Said, Wall
from tests.faults.schedules import GRACE, WINDOW, Act, Schedule, Step
from tests.faults.sides import SIDES

POLICY = {
    # Nobody is called for being late: whoever is called here is called for what was not sent.
    "rules": [{"name": "all", "window": f"{WINDOW}s", "first_response": "48h", "next_response": "48h"}],
    "settings": {"grace": f"{GRACE}s", "private_reply": False},
}
DESK = "https://desk.example"

REDELIVERED_AFTER = timedelta(seconds=20)
"""How soon a platform delivers again what was not answered 2xx; each time it waits twice as long."""

RESTARTED_AFTER = timedelta(seconds=2)
STALLED_FOR = timedelta(seconds=150)
"""Longer than a lease and a visibility timeout."""

SETTLES_WITHIN = timedelta(hours=6)
_STEPS = 100_000


class Endless(AssertionError):
    """It does not come to rest."""


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


@dataclass(frozen=True, kw_only=True)
class Commit:
    """One write of a case, as the store has it."""

    number: int
    case: Case
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A delivery that somebody claimed, and with which commit."""

    commit: int
    case: Case
    delivery: Delivery


class Process(Mortal):
    """One process: the front, the workers and the sweep, over what is durable."""

    def __init__(self, run: "Run", skew: timedelta = timedelta()) -> None:
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
            policies=run.policies,
            send=send,
            alert=tap(run.owner, "alert"),
            clock=clock,
            address=lambda: DESK,
        )

    def _sent(self, request: HttpRequest) -> HttpResponse:
        return self.run.internet(request, self)


class Watched:
    """The store, with every write of a case written down for the judges, below whatever fails above it."""

    def __init__(self, run: "Run", process: Process) -> None:
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
                self._process.claims[delivery.text] = Claim(commit=number, case=stored, delivery=delivery)
        return stored


@dataclass(frozen=True, kw_only=True)
class Posting:
    """A post that became visible, the claim it was sent under, and how many commits there were by then."""

    post: Post
    claim: Claim | None
    commits: int


@dataclass
class Run:
    """One schedule, lived through once; what it leaves behind is for the judges."""

    schedule: Schedule
    folder: Path
    policies: "Policies"
    commits: list[Commit] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    written: list[Said] = field(default_factory=list)
    replied: list[Said] = field(default_factory=list)
    accepted: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.clock = Clock()
        self.owner = Owner()
        self.file = Unsynced(self.folder / "faults.sqlite", sqlite.SCHEMA + local.SCHEMA)
        self.events = local.LocalQueue(self.file, "events", self.clock, fifo=True)
        self.wakeups = local.LocalQueue(self.file, "wakeups", self.clock, fifo=False)
        self.store = sqlite.SqliteStore(self.file)
        self.boundaries = Boundaries(dict(self.schedule.faults), out=self._is_out, meanwhile=self._meanwhile)
        expired = NOON + timedelta(seconds=self.schedule.expired) if self.schedule.expired else None
        self.side = SIDES[self.schedule.side](
            Wall(self.clock, moods=list(self.schedule.moods), expired_until=expired)
        )
        self._order = itertools.count()
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._down: dict[int, datetime] = {}
        self._processes: list[Process] = [self._started(number) for number in range(self.schedule.workers)]
        self._spoken: Counter[str] = Counter()
        self._barged = False
        self._inside = False

    # --- the outside -----------------------------------------------------------------------------

    def live(self) -> None:
        """Live through the story, and on until all is quiet. Raises `Endless`."""
        for step in self.schedule.steps:
            self._plan(NOON + timedelta(seconds=step.at), partial(self._does, step))
        self._plan(NOON + timedelta(seconds=self.schedule.late), self._sweeps)
        steps_end = NOON + timedelta(seconds=max(step.at + step.later for step in self.schedule.steps))
        outages_end = NOON + timedelta(seconds=max((end for _, _, end in self.schedule.outages), default=0))
        earliest = max(steps_end, outages_end, NOON + timedelta(seconds=WINDOW + GRACE))
        for _ in range(_STEPS):
            self._work()
            if self.clock.now > earliest and self._quiet():
                return
            upcoming = [moment for moment in (self._next_visible(), *self._down.values()) if moment]
            upcoming += [self._agenda[0][0]] if self._agenda else []
            if not upcoming or self.clock.now > NOON + SETTLES_WITHIN:
                raise Endless("it does not come to rest")
            self.clock.now = max(self.clock.now, min(upcoming))
            while self._agenda and self._agenda[0][0] <= self.clock.now:
                heapq.heappop(self._agenda)[2]()
        raise Endless("it goes round in circles")

    def close(self) -> None:
        """Let the file go."""
        self.file.close()

    def internet(self, request: HttpRequest, process: Process) -> HttpResponse:
        """Be every platform at once."""
        if self.schedule.barges and not self._barged and self.side.read(request) is not None:
            self._barged = True
            self._barge(process)
        before = len(self.side.wall.posts)
        try:
            return self.side.answer(request)
        finally:
            for post in self.side.wall.posts[before:]:
                self._posted(post, process)

    def _posted(self, post: Post, process: Process) -> None:
        self.postings.append(
            Posting(post=post, claim=process.claims.get(post.text), commits=len(self.commits))
        )
        echo = self.schedule.echo
        if echo is None or self.side.echo(post) is None:
            return

        def delivery() -> None:
            self._deliver(lambda: self.side.echo(post), f"echo {post.id}")

        if echo == 0:
            # It is here before the platform has even answered.
            with self._elsewhere():
                delivery()
                self._work()
        else:
            self._plan(self.clock.now + timedelta(seconds=echo), delivery)

    def _barge(self, process: Process) -> None:
        """Let a person answer everybody in the moment between the claim and the send."""
        with self._elsewhere():
            for name in sorted({step.who for step in self.schedule.steps}):
                self._does(Step(0, Act.REPLIES, name, later=0))
            self._run_agenda_now()
            self._work()

    def _run_agenda_now(self) -> None:
        while self._agenda and self._agenda[0][0] <= self.clock.now:
            heapq.heappop(self._agenda)[2]()

    def _does(self, step: Step) -> None:
        customer = self.side.customer(step.who)
        if step.act is not Act.WRITES and not self._spoken[customer]:
            return
        if step.act is Act.CLOSES:
            self._at_desk(customer, self._close)
            return
        sides = {Act.WRITES: self.written, Act.REPLIES: self.replied}
        self._spoken[customer] += 1
        number = self._spoken[customer]
        words = "Where is my order, please?" if step.act is Act.WRITES else "It left this morning."
        said = Said(
            at=self.clock.now,
            id=self.side.identify(customer, number),
            to=customer,
            text=f"{words} ({number})",
        )
        if step.act is Act.REPLIES and self.side.by_desk:
            self._at_desk(customer, lambda case, ports: self._answer(case, said, ports))
            return
        sides[step.act].append(said)
        if step.act is Act.REPLIES:
            self.side.people.append(said)
        webhook = self.side.wrote if step.act is Act.WRITES else self.side.replied
        for again in range(step.times):
            at = self.clock.now + timedelta(seconds=step.later + again * 3)
            self._plan(at, lambda: self._deliver(lambda: webhook(said), said.id))

    def _deliver(
        self, make: Callable[[], Inbound | None], identifier: str, wait: timedelta = REDELIVERED_AFTER
    ) -> None:
        """Deliver a webhook, again and again until it is answered 2xx."""
        inbound = make()
        if inbound is None:
            return

        def later() -> None:
            self._deliver(make, identifier, wait * 2)

        process = self._any_process()
        answer = None
        if process:
            answer = self._do(process, lambda: accept(self.side.channel, inbound, process.ports))
        if answer is not None and 200 <= answer.status < 300:
            self.accepted.add(identifier)
        elif answer is not None and 400 <= answer.status < 500:
            raise AssertionError(f"a webhook was refused with {answer.status}")
        else:
            self._plan(self.clock.now + wait, later)

    def _at_desk(self, customer: str, act: Callable[[Case, Ports], object]) -> None:
        """Let a person do something on the desk; what fails they do not try again."""
        case = next((one for one in self.cases(customer) if one.status is Status.OPEN), None)
        process = self._any_process()
        if case is not None and process:
            self._do(process, lambda: act(case, process.ports))

    def _close(self, case: Case, ports: Ports) -> None:
        handle.apply(
            CaseClosed(id="", at=self.clock.now, case_id=case.id, by="olga", reason=CloseReason.SPAM), ports
        )

    def _answer(self, case: Case, said: Said, ports: Ports) -> None:
        event = ReplySubmitted(id="", at=said.at, case_id=case.id, by="olga", text=said.text)
        handle.apply(event, ports)

    # --- the processes ---------------------------------------------------------------------------

    def _started(self, number: int) -> Process:
        return Process(self, timedelta(seconds=self.schedule.skew if number else 0))

    def _any_process(self) -> Process | None:
        alive = [process for process in self._processes if not process.dead]
        # Inside a call of one, only the others may do anything.
        return alive[-1] if alive else None

    def _do(self, process: Process, work: Callable[[], Any]) -> Any:
        """Do something in a process; None where it failed, or the process died of it."""
        try:
            return work()
        except Killed:
            if not process.dead:
                raise
            if process in self._processes:
                self._down[self._processes.index(process)] = self.clock.now + RESTARTED_AFTER
        except (NotAllowed, UnknownCase):
            return None
        except Endless:
            raise
        except Exception as error:
            if isinstance(error, AssertionError):
                raise
        return None

    def _work(self) -> None:
        """Let all workers take turns until there is nothing to do now."""
        for _ in range(_STEPS):
            for number, at in list(self._down.items()):
                if at <= self.clock.now:
                    del self._down[number]
                    self._processes[number] = self._started(number)
                    if self.schedule.takes_back:
                        self.events.take_back()
                        self.wakeups.take_back()
            if not any(self._take(process) for process in list(self._processes) if not process.dead):
                return
        raise Endless("it works without an end")

    def _take(self, process: Process) -> int:
        ports = process.ports
        handled = self._do(
            process, lambda: consume_once(ports.events, handle.consume, 10, ports, timedelta())
        )
        if process.dead:
            return 1
        woken = self._do(process, lambda: consume_once(ports.wakeups, deliver.consume, 2, ports, timedelta()))
        return (handled or 0) + (woken or 0)

    def _sweeps(self) -> None:
        self._plan(self.clock.now + timedelta(minutes=1), self._sweeps)
        for number in range(self.schedule.sweeps):
            alive = [process for process in self._processes if not process.dead]
            if alive:
                process = alive[number % len(alive)]
                self._do(process, partial(sweep.sweep, process.ports))

    def _meanwhile(self, kind: Kind) -> None:
        """Let another process do all there is to do, in the middle of a call of this one."""
        if self._inside:
            return
        with self._elsewhere():
            if kind is Kind.STALL:
                self.clock.now += STALLED_FOR
            other = self._processes[-1]
            self._do(other, lambda: sweep.sweep(other.ports))
            self._run_agenda_now()
            self._work()

    @contextmanager
    def _elsewhere(self) -> Iterator[None]:
        """Give what happens inside to processes of its own."""
        before, self._processes = self._processes, [Process(self)]
        down, self._down = self._down, {}
        was, self._inside = self._inside, True
        try:
            yield
        finally:
            self._processes, self._down, self._inside = before, down, was

    def _is_out(self, name: str) -> bool:
        seconds = (self.clock.now - NOON).total_seconds()
        return any(name.startswith(what) and a <= seconds < b for what, a, b in self.schedule.outages)

    def _plan(self, at: datetime, what: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), what))

    # --- what can be seen ------------------------------------------------------------------------

    def cases(self, customer: str) -> list[Case]:
        """Return all cases of a customer, whatever state they are in."""
        newest = {commit.case.id: commit.case for commit in self.commits}
        return [case for case in newest.values() if case.customer.id == customer]

    def _next_visible(self) -> datetime | None:
        query = "SELECT min(visible_at) FROM queued WHERE visible_at > ?"
        [found] = self.file.read().execute(query, (self.clock.now.timestamp(),)).fetchone()
        # Rounded up: what a float cannot say would never come.
        return datetime.fromtimestamp(found, NOON.tzinfo) + timedelta(milliseconds=1) if found else None

    def _quiet(self) -> bool:
        """Return whether nothing is on its way any more: no webhook, no event, no delivery, no ack clock."""
        if self.events.depth() or self._down or any(one.id not in self.accepted for one in self.written):
            return False
        cases = list(self.store.open_cases(self.side.channel))
        pending = any(d.pending and not d.awaits_approval for case in cases for d in case.outbox)
        return not pending and not any(case.owed and not case.owed.settled for case in cases)


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


def lived(schedule: Schedule, policies: Policies, folder: Path) -> Run:
    """Return a run of a schedule, in an empty folder, at its end."""
    run = Run(schedule, folder, policies)
    try:
        run.live()
    except BaseException:
        run.close()
        raise
    return run
