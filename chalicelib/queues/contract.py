"""What every queue promises; `tests/queues` runs the same tests over all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

LONGEST_DELAY = timedelta(minutes=15)
"""No message can be held back longer than this (SQS)."""

MAX_RECEIVES = 5
"""How often a message is tried before it becomes a dead letter."""

VISIBILITY_TIMEOUT = timedelta(seconds=90)
"""How long a received message is hidden from others; longer than handling one may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMessage:
    """Something to be worked on. Of one `group` it is one at a time, in order; an empty group is free.

    A message whose `dedupe` id was put within the last five minutes is dropped; an empty id never is.
    """

    body: str
    group: str = ""
    dedupe: str = ""
    delay: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message in hand: `handle` gives it back or away, `receives` counts the tries, this one included."""

    handle: str
    body: str
    group: str = ""
    receives: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that failed every time."""

    id: str
    body: str
    dead_since: datetime


class Queue(Protocol):
    """At-least-once delivery with a visibility timeout, and dead letters."""

    def put(self, messages: Sequence[QueueMessage]) -> None:
        """Add messages; they are durable when this returns. `delay` is at most 15 minutes."""

    def receive(self, limit: int, wait: timedelta) -> Sequence[Received]:
        """Return up to `limit` messages, waiting up to `wait` for the first; `limit` is at most 10."""

    def done(self, received: Sequence[Received]) -> None:
        """Remove messages that have been worked on."""

    def retry(self, received: Received, delay: timedelta) -> None:
        """Give a message back, to be received again after `delay`."""

    def depth(self) -> int:
        """Return how many messages wait or are in hand, as well as the queue can tell."""

    def dead(self) -> Sequence[DeadLetter]:
        """Return the dead letters, the oldest first."""

    def revive(self, dead_id: str) -> bool:
        """Put a dead letter back to be tried again; return whether it was there."""
