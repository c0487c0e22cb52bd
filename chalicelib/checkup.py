"""What the doctor looks at while Hearback works, or should be working. Nothing is changed by looking.

Each thing has a name, under which docs/runbook.md tells what it means and what to do.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib import aftermath, backup, connect, crises, explain, pauses, reading, restored, skew
from chalicelib.backlog import Backlog
from chalicelib.core.case import Case
from chalicelib.core.effects import DeliveryStatus
from chalicelib.core.errors import NotSent, SendAmbiguous
from chalicelib.core.policy import Policy
from chalicelib.core.restored import in_doubt
from chalicelib.platforms import platform
from chalicelib.platforms.contract import Channel, HttpRequest, Send
from chalicelib.ports import Ports
from chalicelib.program import Advice, Program
from chalicelib.queues.contract import DeadLetter
from chalicelib.serve.watch import PROBLEM
from chalicelib.sweep import SWEPT

if TYPE_CHECKING:
    from chalicelib.stack import Stack

LATE = timedelta(minutes=2)
"""What waits for longer waits because nobody works on it: a sweep comes every minute."""

SKEW = skew.ALLOWED

FREE_BYTES = 500_000_000

MANY = 100
"""So many that could be worked on and are not: Lambda takes up what it can within seconds."""

_DEPLOYED = frozenset({"CREATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_COMPLETE"})
_SWEEP_LATE = timedelta(minutes=3)
_SHOWN = 10
_ASKED = 3


class What(StrEnum):
    """Everything the doctor looks at, by the name it is told under."""

    STACK = "stack"
    POLICIES = "policies"
    SECRETS = "secrets"
    ALERTS = "alerts"
    DATABASE = "database"
    BACKLOG = "backlog"
    OVERDUE = "overdue"
    DEAD_LETTERS = "dead letters"
    UNCERTAIN = "uncertain"
    CHANNELS = "channels"
    CRISES = "crises"
    UNKNOWN = "unknown"
    SWEEP = "sweep"
    CLOCK = "clock"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` tells what to do where it is not `ok`."""

    what: What
    found: str
    ok: bool = True
    remedy: str = ""


def work(program: Program, ask: Send) -> Iterator[Finding]:
    """Look at the work in hand; `ask` reaches a platform for its time, and may fail."""
    ports, advice = program.ports, program.advice
    yield from _backlog(program)
    yield from _overdue(ports, advice)
    yield from _dead(ports, advice)
    yield from _uncertain(ports)
    yield from _stopped(ports, advice)
    yield from _flooded(ports)
    if problem := ports.records.get(PROBLEM, ports.clock()):
        told = f"the last change is not in force: {problem.value}"
        yield Finding(
            What.POLICIES, told, ok=False, remedy="mend the file; `hearback policy check` names the place"
        )
    for name, count in ports.records.counts().items():
        if name.startswith("unknown:"):
            yield Finding(What.UNKNOWN, f"{count} events of type {name.removeprefix('unknown:')}")
    yield from _copies(ports, advice)
    yield from _put_back(ports)
    yield _sweep(ports, advice)
    yield _clock(ports, ask)


def stack(found: "Stack") -> Finding:
    """Look at how the last deploy ended; what ran before it goes on running where it failed."""
    told = f"{found.name} in {found.region}, version {found.version or 'unknown'}: {found.status}"
    if found.status.endswith("_IN_PROGRESS") or found.status in _DEPLOYED:
        return Finding(What.STACK, told)
    remedy = f"`hearback deploy --stage {found.stage}` says what keeps it"
    return Finding(What.STACK, told, ok=False, remedy=remedy)


def disk(folder: Path) -> Finding:
    """Look at the room that is left where the database stands."""
    free = shutil.disk_usage(folder).free
    told = f"{free / 1e9:.1f} GB are free in {folder}"
    low = free < FREE_BYTES
    return Finding(What.DISK, told, ok=not low, remedy="make room on this disk" if low else "")


def _copies(ports: Ports, advice: Advice) -> Iterator[Finding]:
    """Tell how old the last backup is, where `hearback backup` makes them."""
    if not advice.backup:
        return
    made = ports.records.get(backup.MADE, ports.clock())
    age = explain.length(ports.clock() - datetime.fromisoformat(made.value)) if made else ""
    yield Finding(What.DATABASE, f"backed up {age} ago" if made else f"never backed up: `{advice.backup}`")


def _put_back(ports: Ports) -> Iterator[Finding]:
    """Tell of a store that was put back what is left to a person (R34)."""
    back = restored.moment(ports.records, ports.clock())
    if back is None:
        return
    waiting = sum(
        in_doubt(case, policy)
        for channel, policy in ports.policies.live().policies.items()
        for case in ports.store.open_cases(channel)
    )
    told = f"put back from a backup on {back:%Y-%m-%d %H:%M} UTC; {waiting} open cases are from before"
    remedy = "look at each conversation on its platform, and answer or close it" if waiting else ""
    yield Finding(What.DATABASE, told, ok=not waiting, remedy=remedy)


def _backlog(program: Program) -> Iterator[Finding]:
    queues = program.backlog()
    told = [
        f"{queues[name].messages} {called}{_aged(queues[name].oldest)}"
        for name, called in (("events", "events"), ("wakeups", "wake-ups"))
    ]
    late = any(map(_is_late, queues.values()))
    remedy = program.advice.behind if late else ""
    yield Finding(What.BACKLOG, f"{' and '.join(told)} wait", ok=not late, remedy=remedy)


def _is_late(one: Backlog) -> bool:
    # What is given back waits on purpose; only what is ready and stays is late.
    if one.ready is None:
        return one.oldest is not None and one.oldest > LATE
    return one.ready > MANY or (one.ready > 0 and one.oldest is not None and one.oldest > LATE)


def _aged(age: timedelta | None) -> str:
    return f" (the oldest for {explain.length(age)})" if age else ""


def _overdue(ports: Ports, advice: Advice) -> Iterator[Finding]:
    now = ports.clock()
    late = [due for due in ports.store.due(now) if now - due.due_at > LATE]
    if not late:
        yield Finding(What.OVERDUE, "no case")
        return
    oldest = min(late, key=lambda due: due.due_at)
    told = f"{len(late)} cases, the oldest by {explain.length(now - oldest.due_at)}: {oldest.case_id}"
    remedy = f"{advice.idle}; if it runs, see `hearback case explain {oldest.case_id}{advice.option}`"
    yield Finding(What.OVERDUE, told, ok=False, remedy=remedy)


def _dead(ports: Ports, advice: Advice) -> Iterator[Finding]:
    letters: list[DeadLetter] = [*ports.events.dead(), *ports.wakeups.dead()]
    if not letters:
        yield Finding(What.DEAD_LETTERS, "none")
        return
    age = ports.clock() - min(letter.dead_since for letter in letters)
    told = f"{len(letters)}, the oldest for {explain.length(age)}"
    remedy = f"see `hearback dead list{advice.option}`, then `hearback dead retry{advice.option}`"
    yield Finding(What.DEAD_LETTERS, told, ok=False, remedy=remedy)


def _uncertain(ports: Ports) -> Iterator[Finding]:
    found = [case.id for case in reading.open_cases(ports) if _has_uncertain(case)]
    if not found:
        yield Finding(What.UNCERTAIN, "no message")
        return
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    told = f"messages that may not have arrived: {', '.join(found[:_SHOWN])}{more}"
    yield Finding(
        What.UNCERTAIN,
        told,
        ok=False,
        remedy="look at these conversations on the platform, and reply or close",
    )


def _has_uncertain(case: Case) -> bool:
    return any(delivery.status is DeliveryStatus.UNCERTAIN for delivery in case.outbox)


def _stopped(ports: Ports, advice: Advice) -> Iterator[Finding]:
    policies = ports.policies.live()
    working = 0
    for channel in policies.channels.values():
        pause = pauses.standing(channel.id, ports)
        if pause is None:
            working += 1
            continue
        age = explain.length(ports.clock() - pause.since)
        told = f"{channel.platform} lets nothing out on {channel.id} since {age} (code {pause.reason})"
        remedy = (
            f"`hearback channel check {channel.id}{advice.option}`, renew the token or lift the restriction"
        )
        yield Finding(What.CHANNELS, told, ok=False, remedy=remedy)
    yield Finding(What.CHANNELS, f"{working} are not stopped")


def _flooded(ports: Ports) -> Iterator[Finding]:
    policies, quiet = ports.policies.live(), True
    for name in policies.channels:
        standing = crises.standing(name, ports)
        for finding in _crisis_of(name, standing, policies.policy(name), ports):
            quiet = False
            yield finding
    if quiet:
        yield Finding(What.CRISES, "none, and no open incident")


def _crisis_of(name: str, standing: crises.Standing, policy: Policy, ports: Ports) -> Iterator[Finding]:
    """Yield what a channel's flood of complaints, its incident or what is left of both asks of somebody."""
    now, incident = ports.clock(), standing.incident
    if standing == crises.Standing(incidents=standing.incidents):
        return
    waiting = sum(1 for _ in aftermath.owed(name, ports))
    owed = f"{waiting} open cases wait for a reply"
    if standing.burst and standing.in_crisis(policy, now):
        told = f"complaints flood {name} since {explain.length(now - standing.burst.since)}: {owed}"
        remedy = "" if incident else f"say what is going on: `hearback incident open {name}`"
        yield Finding(What.CRISES, told, ok=incident is not None, remedy=remedy)
    if incident:
        age = explain.length(now - incident.opened_at)
        told = f"incident {incident.number} is open on {name} since {age}"
        yield Finding(What.CRISES, f"{told}: `hearback incident close {name}` when it is over")
    if standing.aftermath:
        told = f"{name} is calm since {explain.length(now - standing.aftermath.ended_at)}: {owed}"
        remedy = f"see `hearback incident show {name}`" if waiting else ""
        yield Finding(What.CRISES, told, ok=not waiting, remedy=remedy)


def _sweep(ports: Ports, advice: Advice) -> Finding:
    now = ports.clock()
    record = ports.records.get(SWEPT, now)
    if record is None:
        return Finding(What.SWEEP, f"has not run yet: {advice.sweeper} does it every minute")
    age = now - datetime.fromisoformat(record.value)
    told = f"ran {explain.length(age)} ago" if age > timedelta() else "ran just now"
    late = age > _SWEEP_LATE
    return Finding(What.SWEEP, told, ok=not late, remedy=advice.stuck if late else "")


def _clock(ports: Ports, ask: Send) -> Finding:
    hosts = list(dict.fromkeys(filter(None, map(_host, ports.policies.live().channels.values()))))
    for host in hosts[:_ASKED]:
        if (ahead := _skew(host, ask, ports.clock)) is not None:
            return _judged(ahead, f"the time of {host}")
    return _against_the_database(ports)


def _judged(ahead: timedelta, measure: str) -> Finding:
    """Judge how far this machine is ahead of something; behind it where negative."""
    told = skew.in_words(ahead, measure)
    return Finding(What.CLOCK, told) if abs(ahead) <= SKEW else _wrong_clock(told)


def _wrong_clock(told: str) -> Finding:
    return Finding(What.CLOCK, told, ok=False, remedy=skew.REMEDY)


def _skew(host: str, ask: Send, clock: Callable[[], datetime]) -> timedelta | None:
    """Return how far this machine is ahead of a server, None where that cannot be learned."""
    asked = clock()
    try:
        answer = ask(HttpRequest(method="HEAD", url=f"https://{host}/"))
    except (NotSent, SendAmbiguous):
        return None
    return skew.of(answer.headers, asked, clock())


def _host(channel: Channel) -> str:
    """Return the server of a channel's platform, empty where none is asked or its secrets are missing."""
    if connect.missing_secrets(channel) or platform(channel.platform).CAPABILITIES.hosted:
        return ""
    step = next(platform(channel.platform).check(channel, ""), None)
    found = urlsplit(step.request.url) if step else None
    return found.netloc if found and found.scheme == "https" else ""


def _against_the_database(ports: Ports) -> Finding:
    now = ports.clock()
    record = ports.records.get(SWEPT, now)
    swept = datetime.fromisoformat(record.value) if record else now
    later = chain.from_iterable(
        ports.store.cases_since(channel, now + SKEW) for channel in ports.policies.live().channels
    )
    if swept > now + SKEW:
        return _judged(now - swept, "the last sweep")
    if next(later, None) is not None:
        told = "behind what has been written into the database"
        return _wrong_clock(told)
    return Finding(What.CLOCK, "not before the newest in the database (no platform could be asked)")
