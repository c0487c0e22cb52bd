"""How long the queues are, and how old their oldest message is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import msgspec

from chalicelib import wakeups
from chalicelib.envelope import origin_of
from chalicelib.queues.contract import Waiting

_NO_TIME = timedelta()


@dataclass(frozen=True, slots=True)
class Backlog:
    """What stands in one queue; `oldest` is the age of its oldest message, zero where none waits.

    None stands for what a queue does not tell. SQS shows no message without handing it out: there `oldest`
    is some minutes old, and `ready` counts those that could be worked on at this moment.
    """

    messages: int
    oldest: timedelta | None
    ready: int | None = None


class _Shown(Protocol):
    """A queue that shows its oldest message."""

    def depth(self) -> int:
        """Return how many messages wait or are in hand."""

    def oldest(self) -> Waiting | None:
        """Return the message that waits for the longest."""


def of(queues: Mapping[str, _Shown], now: datetime) -> Mapping[str, Backlog]:
    """Return the backlog of queues by their names; nothing is received."""
    return {name: Backlog(queue.depth(), _age(queue.oldest(), now)) for name, queue in queues.items()}


def _age(found: Waiting | None, now: datetime) -> timedelta:
    return max(_NO_TIME, now - (_put_at(found) or now)) if found else _NO_TIME


def _put_at(found: Waiting) -> datetime | None:
    """Return since when a message waits: put in the case of an event, due in that of a wake-up."""
    try:
        return wakeups.read(found.body).due_at
    except msgspec.DecodeError:
        seen = datetime.fromtimestamp(found.visible_at, UTC) if found.visible_at else None
        return origin_of(found.body).put_at or seen
