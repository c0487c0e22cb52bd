"""What every queue promises; `tests/queues` runs the same tests over all of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.core.values import dataclass

LONGEST_DELAY = timedelta(minutes=15)
"""No message can be held back longer than this (SQS)."""

MAX_RECEIVES = 5
"""How often a message that is itself to blame is tried before it becomes a dead letter."""

MAX_FIFO_RECEIVES = 1000
"""How often a FIFO queue hands a message out; events that wait for a platform are received for hours.

Who works on them ends what is to blame long before (`patience`). SQS allows no more.
"""

VISIBILITY_TIMEOUT = timedelta(seconds=90)
"""How long a received message is hidden from others; longer than handling one may take."""

LONGEST_RETRY = timedelta(minutes=1)

DEDUPE_FOR = timedelta(minutes=5)
"""How long a FIFO queue knows a `dedupe` id again (SQS)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMessage:
    """Something to be worked on; `body` is JSON.

    In a FIFO queue messages of one `group` are worked on in order, none while another is in hand; an empty
    group is free. A message whose `dedupe` id was put into its group within the last five minutes is
    dropped; an empty id never is. A standard queue has neither, but holds a message back for `delay`.
    """

    body: str
    group: str = ""
    dedupe: str = ""
    delay: timedelta = timedelta()

    def __post_init__(self) -> None:
        """Refuse a delay that no queue can keep. Raises `ValueError`."""
        if not timedelta() <= self.delay <= LONGEST_DELAY:
            raise ValueError(f"a message can be held back for {LONGEST_DELAY} at most, not {self.delay}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message in hand: `handle` gives it back or away, `receives` counts the tries, this one included.

    A `spent` one becomes a dead letter when it is given back. `receipt` stands in for the handle where
    Lambda has received the message, which names it otherwise than SQS does.
    """

    handle: str
    body: str
    group: str = ""
    receives: int = 1
    spent: bool = False
    receipt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that failed every time."""

    id: str
    body: str
    dead_since: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message in its queue; `visible_at` tells since when it may be had (UNIX seconds), None in a line."""

    body: str
    visible_at: float | None


class Queue(Protocol):
    """At-least-once delivery with a visibility timeout, and dead letters."""

    def put(self, messages: Sequence[QueueMessage]) -> None:
        """Add messages; they are durable when this returns. Raises `ValueError` for what this kind cannot."""

    def receive(self, limit: int, wait: timedelta) -> Sequence[Received]:
        """Return up to `limit` messages, waiting up to `wait` for the first; `limit` is at most 10."""

    def done(self, received: Sequence[Received]) -> None:
        """Remove messages that have been worked on."""

    def retry(self, received: Received, delay: timedelta) -> None:
        """Give a message back, to be received again after `delay`; a spent one becomes a dead letter."""

    def depth(self) -> int:
        """Return how many messages wait or are in hand, as well as the queue can tell."""

    def dead(self) -> Sequence[DeadLetter]:
        """Return the dead letters, the oldest first."""

    def revive(self, dead_id: str) -> bool:
        """Put a dead letter back to be tried again; return whether it was there."""


def max_receives(*, fifo: bool) -> int:
    """Return how often a queue hands a message out before it makes it a dead letter by itself."""
    return MAX_FIFO_RECEIVES if fifo else MAX_RECEIVES


def give_back(queue: Queue, failed: Iterable[Received]) -> None:
    """Give back what failed, each with a delay that has doubled since the last time, up to a minute."""
    for one in failed:
        queue.retry(one, min(timedelta(seconds=2 ** min(one.receives, 9)), LONGEST_RETRY))


def check_kind(message: QueueMessage, *, fifo: bool) -> None:
    """Refuse what a queue of this kind cannot keep. Raises `ValueError`."""
    if fifo and message.delay:
        raise ValueError("a FIFO queue holds no message back")
    if not fifo and (message.group or message.dedupe):
        raise ValueError("a standard queue knows neither groups nor duplicates")
