"""How long the queues of a laptop are, and how old their oldest message is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from chalicelib import wakeups
from chalicelib.envelope import origin_of
from chalicelib.queues.contract import Waiting
from chalicelib.wiring import Laptop

_NO_TIME = timedelta()


@dataclass(frozen=True, slots=True)
class Backlog:
    """What stands in one queue; `oldest` is the age of its oldest message, zero where none waits."""

    messages: int
    oldest: timedelta


def of(laptop: Laptop) -> Mapping[str, Backlog]:
    """Return the backlog of both queues by their names; nothing is received."""
    now = laptop.ports.clock()
    names = ("events", "wakeups")
    return {
        name: Backlog(queue.depth(), _age(queue.oldest(), now))
        for name, queue in zip(names, laptop.queues, strict=True)
    }


def _age(found: Waiting | None, now: datetime) -> timedelta:
    return max(_NO_TIME, now - (_put_at(found) or now)) if found else _NO_TIME


def _put_at(found: Waiting) -> datetime | None:
    """Return since when a message waits: put in the case of an event, due in that of a wake-up."""
    try:
        return wakeups.read(found.body).due_at
    except msgspec.DecodeError:
        seen = datetime.fromtimestamp(found.visible_at, UTC) if found.visible_at else None
        return origin_of(found.body).put_at or seen
