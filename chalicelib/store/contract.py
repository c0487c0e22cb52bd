"""What every store promises; `tests/store` runs the same tests over all of them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from chalicelib.core.case import Case
from chalicelib.core.message import Thread
from chalicelib.core.timeline import Entry
from chalicelib.core.values import dataclass

SEEN_FOR = timedelta(days=14)
"""Longer than any platform goes on redelivering (WhatsApp: seven days)."""

KEPT_FOR = timedelta(days=400)
"""How long closed cases and their timelines are kept."""

EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Due:
    """A case somebody must look at, and when (UTC)."""

    case_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """A small value under a key; `version` counts its writes."""

    value: str
    version: int


class Store(Protocol):
    """Cases, their timelines and the ids of events seen; every read is strong, every write conditional."""

    def newest(self, thread: Thread) -> Case | None:
        """Return the newest case of a thread, None where there is none. One read."""

    def load(self, case_id: str) -> Case:
        """Return a case. Raises `UnknownCase`."""

    def commit(self, case: Case, timeline: Sequence[Entry], *, seen: str, now: datetime) -> Case:
        """Write case, timeline and the event's id in one transaction and return the case as stored.

        `seen` is empty for what can never come twice. Raises `AlreadySeen` when the event was committed
        before, else `StaleCase` when the case has changed since it was read; nothing is written then.
        """

    def timeline(self, case_id: str) -> tuple[Entry, ...]:
        """Return what happened to a case, in the order in which it was written."""

    def erase(self, case_id: str, message_ids: Sequence[str]) -> None:
        """Remove the words of messages that were deleted on the platform; may be repeated."""

    def due(self, before: datetime, limit: int = 1000, since: datetime = EARLIEST) -> Iterator[Due]:
        """Yield at most `limit` cases due from `since` on and before a time (UTC).

        Costs what is due then, neither what is open nor what has been due for longer.

        Every shard of threads gives its oldest, an equal share of `limit`, before any gives more (R34).
        """

    def open_cases(self, channel: str, place: str = "") -> Iterator[Case]:
        """Yield the open cases of a channel, or of one post or group on it."""

    def cases_since(self, channel: str, since: datetime) -> Iterator[Case]:
        """Yield the open and closed cases of a channel in which something happened since a time (UTC).

        In no order, and for the owner's own questions only: it may read everything there is.
        """


class Records(Protocol):
    """Small values: sessions, facts, published policies, counters. A key is `kind:rest`."""

    def get(self, key: str, now: datetime) -> Record | None:
        """Return a record that has not expired."""

    def put(
        self,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        version: int | None = None,
        now: datetime | None = None,
    ) -> bool:
        """Write a record, with `version` only over that version (0: none). Return whether it was written.

        One that has expired at `now` counts as none; without `now` it is in the way until it is cleared.
        """

    def take(self, key: str, now: datetime) -> Record | None:
        """Remove a record and return it; of several takers one gets it."""

    def advance(self, key: str, step: timedelta, now: datetime, expires_at: datetime) -> datetime:
        """Move a moment on by `step`, from `now` where it lies behind; return what it was moved on from.

        Atomic and without a read: of several who advance at once each gets a moment of its own.
        """

    def keys(self, prefix: str) -> Sequence[str]:
        """Return the keys that begin with `prefix`, which ends in a colon, sorted."""

    def count(self, name: str, by: int = 1) -> int:
        """Add to a counter and return its new value."""

    def counts(self) -> dict[str, int]:
        """Return all counters."""
