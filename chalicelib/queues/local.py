"""A queue in a SQLite file: what was put survives SIGKILL and loss of power.

Of a group only the head can be received; the others stand in line, without a time, until it is done. So
receiving costs the same however long the line and however many the groups.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from chalicelib.queues.contract import (
    DEDUPE_FOR,
    VISIBILITY_TIMEOUT,
    DeadLetter,
    QueueMessage,
    Received,
    Waiting,
    check_kind,
    max_receives,
)
from chalicelib.sqlite import Connection, SqliteFile

SCHEMA = """
CREATE TABLE IF NOT EXISTS queued (
    id INTEGER PRIMARY KEY, queue TEXT NOT NULL, grp TEXT NOT NULL, body TEXT NOT NULL,
    visible_at REAL, receives INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS queued_visible ON queued (queue, visible_at) WHERE visible_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS queued_groups ON queued (queue, grp);
CREATE TABLE IF NOT EXISTS queued_ids (
    queue TEXT NOT NULL, grp TEXT NOT NULL, id TEXT NOT NULL, expires_at REAL NOT NULL,
    PRIMARY KEY (queue, grp, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dead (
    id INTEGER PRIMARY KEY, queue TEXT NOT NULL, grp TEXT NOT NULL, body TEXT NOT NULL,
    dead_since REAL NOT NULL
);
"""

_POLL_SECONDS = 0.5
"""How soon messages are seen that another process has put, such as the command line."""

_pending: ContextVar[list[Future[None]] | None] = ContextVar("pending", default=None)


@contextmanager
def answering_later() -> Iterator[list[Future[None]]]:
    """Let `put` return before its messages are durable; whoever answers must first wait for what is yielded.

    For a server that works on many requests in one thread: a commit is shared by all that wait for it.
    """
    pending: list[Future[None]] = []
    token = _pending.set(pending)
    try:
        yield pending
    finally:
        _pending.reset(token)


class LocalQueue:
    """One named queue in a SQLite file; satisfies `queues.contract.Queue`."""

    def __init__(self, file: SqliteFile, name: str, clock: Callable[[], datetime], *, fifo: bool) -> None:
        """Use a file that was opened with `SCHEMA`. A FIFO queue keeps the order of its groups."""
        self._file = file
        self._name = name
        self._clock = clock
        self._fifo = fifo
        self._max_receives = max_receives(fifo=fifo)
        self._changed = threading.Condition()
        self._changes = 0

    def put(self, messages: Sequence[QueueMessage]) -> None:
        """Add messages, and wake whoever waits for one."""
        for message in messages:
            check_kind(message, fifo=self._fifo)
        if not messages:
            return
        now = self._clock().timestamp()

        def work(connection: Connection) -> None:
            for message in messages:
                if not message.dedupe or self._is_new(connection, message, now):
                    visible_at = now + message.delay.total_seconds()
                    self._add(connection, message.group, message.body, visible_at)

        done = self._file.submit(work)
        done.add_done_callback(lambda _: self._wake())
        pending = _pending.get()
        if pending is None:
            done.result()
        else:
            pending.append(done)

    def receive(self, limit: int, wait: timedelta) -> Sequence[Received]:
        """Return messages as soon as there are any, at the latest after `wait`."""
        deadline = time.monotonic() + wait.total_seconds()
        while True:
            changes = self._changes
            if self._any_visible() and (received := self._file.write(lambda c: self._take(c, limit))):
                if len(received) == limit:
                    self._wake()
                return received
            left = deadline - time.monotonic()
            if left <= 0:
                return ()
            self._rest(changes, min(left, _POLL_SECONDS, self._next_visible_in()))

    def done(self, received: Sequence[Received]) -> None:
        """Remove messages, unless somebody else has received them since."""
        now = self._clock().timestamp()

        def work(connection: Connection) -> None:
            sql = "DELETE FROM queued WHERE id = ? AND visible_at = ? RETURNING grp"
            for one in received:
                row = connection.execute(sql, _key(one)).fetchone()
                if row:
                    self._next_in_line(connection, row[0], now)

        if received:
            self._file.write(work)
        if self._fifo:
            self._wake()

    def retry(self, received: Received, delay: timedelta) -> None:
        """Give a message back or bury it, unless somebody else has received it since."""
        if received.spent:
            self._file.write(lambda connection: self._end(connection, received))
        else:
            row = (self._clock().timestamp() + delay.total_seconds(), *_key(received))
            sql = "UPDATE queued SET visible_at = ? WHERE id = ? AND visible_at = ?"
            self._file.write(lambda connection: connection.execute(sql, row))
        self._wake()

    def take_back(self) -> None:
        """Make visible what was in hand: only for who knows that whoever held it is gone."""
        row = (self._clock().timestamp(), self._name)
        sql = "UPDATE queued SET visible_at = ?1 WHERE queue = ?2 AND receives > 0 AND visible_at > ?1"
        self._file.write(lambda connection: connection.execute(sql, row))
        self._wake()

    def forget_ids(self) -> None:
        """Remove the dedupe ids whose time is over; until then they are merely ignored."""
        row = (self._name, self._clock().timestamp())
        sql = "DELETE FROM queued_ids WHERE queue = ? AND expires_at <= ?"
        self._file.write(lambda connection: connection.execute(sql, row))

    def depth(self) -> int:
        """Return how many messages wait or are in hand."""
        query = "SELECT count(*) FROM queued WHERE queue = ?"
        return int(self._file.read().execute(query, (self._name,)).fetchone()[0])

    def oldest(self) -> Waiting | None:
        """Return what has stood there for longest of all that may be worked on now."""
        query = """SELECT body, visible_at FROM queued
                   WHERE queue = ? AND (visible_at IS NULL OR visible_at <= ? OR receives > 0)
                   ORDER BY id LIMIT 1"""
        row = self._file.read().execute(query, (self._name, self._clock().timestamp())).fetchone()
        return Waiting(*row) if row else None

    def dead(self) -> Sequence[DeadLetter]:
        """Return the dead letters, the oldest first."""
        query = "SELECT id, body, dead_since FROM dead WHERE queue = ? ORDER BY dead_since, id"
        rows = self._file.read().execute(query, (self._name,)).fetchall()
        return [
            DeadLetter(id=str(i), body=body, dead_since=datetime.fromtimestamp(at, UTC))
            for i, body, at in rows
        ]

    def revive(self, dead_id: str) -> bool:
        """Put a dead letter back, at the end of its group."""
        now = self._clock().timestamp()

        def work(connection: Connection) -> bool:
            sql = "DELETE FROM dead WHERE id = ? AND queue = ? RETURNING grp, body"
            row = connection.execute(sql, (dead_id, self._name)).fetchone()
            if row is None:
                return False
            group, body = row
            self._add(connection, group, body, now)
            return True

        revived = self._file.write(work)
        self._wake()
        return revived

    def _add(self, connection: Connection, group: str, body: str, visible_at: float) -> None:
        row = (self._name, group, body, None if self._has_line(connection, group) else visible_at)
        connection.execute("INSERT INTO queued (queue, grp, body, visible_at) VALUES (?, ?, ?, ?)", row)

    def _has_line(self, connection: Connection, group: str) -> bool:
        query = "SELECT 1 FROM queued WHERE queue = ? AND grp = ? LIMIT 1"
        return group != "" and connection.execute(query, (self._name, group)).fetchone() is not None

    def _next_in_line(self, connection: Connection, group: str, now: float) -> None:
        sql = """UPDATE queued SET visible_at = ? WHERE visible_at IS NULL
                 AND id = (SELECT min(id) FROM queued WHERE queue = ? AND grp = ?)"""
        if group:
            connection.execute(sql, (now, self._name, group))

    def _is_new(self, connection: Connection, message: QueueMessage, now: float) -> bool:
        sql = """INSERT INTO queued_ids VALUES (:queue, :group, :id, :until) ON CONFLICT DO UPDATE
                 SET expires_at = :until WHERE expires_at <= :now"""
        row = {
            "queue": self._name,
            "group": message.group,
            "id": message.dedupe,
            "until": now + DEDUPE_FOR.total_seconds(),
            "now": now,
        }
        return connection.execute(sql, row).rowcount == 1

    def _any_visible(self) -> bool:
        # Looking takes no write, so a queue at rest keeps nobody from writing.
        query = "SELECT 1 FROM queued WHERE queue = ? AND visible_at <= ? LIMIT 1"
        row = (self._name, self._clock().timestamp())
        return self._file.read().execute(query, row).fetchone() is not None

    def _next_visible_in(self) -> float:
        query = "SELECT min(visible_at) FROM queued WHERE queue = ? AND visible_at > ?"
        now = self._clock().timestamp()
        row = self._file.read().execute(query, (self._name, now)).fetchone()
        return _POLL_SECONDS if row[0] is None else max(0.001, float(row[0]) - now)

    def _take(self, connection: Connection, limit: int) -> list[Received]:
        now = self._clock().timestamp()
        query = """SELECT id, grp, body, receives FROM queued WHERE queue = ? AND visible_at <= ?
                   ORDER BY visible_at, id LIMIT ?"""
        received: list[Received] = []
        # Burying one makes the next of its group visible: look again until there are enough.
        while rows := connection.execute(query, (self._name, now, limit - len(received))).fetchall():
            for identifier, group, body, receives in rows:
                if receives >= self._max_receives:
                    self._bury(connection, identifier, now)
                    self._next_in_line(connection, group, now)
                else:
                    received.append(_hand_out(connection, identifier, group, body, receives + 1, now))
        return received

    def _end(self, connection: Connection, received: Received) -> None:
        query = "SELECT id, grp FROM queued WHERE id = ? AND visible_at = ?"
        now = self._clock().timestamp()
        for identifier, group in connection.execute(query, _key(received)).fetchall():
            self._bury(connection, identifier, now)
            self._next_in_line(connection, group, now)

    def _bury(self, connection: Connection, identifier: int, now: float) -> None:
        sql = """INSERT INTO dead (queue, grp, body, dead_since)
                 SELECT queue, grp, body, ? FROM queued WHERE id = ?"""
        connection.execute(sql, (now, identifier))
        connection.execute("DELETE FROM queued WHERE id = ?", (identifier,))

    def _rest(self, changes: int, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._changes != changes, seconds)

    def _wake(self) -> None:
        # One is enough: it wakes the next when there is more than it takes.
        with self._changed:
            self._changes += 1
            self._changed.notify()


def _hand_out(
    connection: Connection, identifier: int, group: str, body: str, receives: int, now: float
) -> Received:
    hidden_until = now + VISIBILITY_TIMEOUT.total_seconds()
    row = (hidden_until, receives, identifier)
    connection.execute("UPDATE queued SET visible_at = ?, receives = ? WHERE id = ?", row)
    return Received(handle=f"{identifier}#{hidden_until!r}", body=body, group=group, receives=receives)


def _key(received: Received) -> tuple[int, float]:
    """Return the id of a message and until when it is hidden, which tells one receiver from the next."""
    identifier, _, hidden_until = received.handle.partition("#")
    return int(identifier), float(hidden_until)
