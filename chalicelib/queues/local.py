"""A queue in a SQLite file: what was put survives SIGKILL and loss of power."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from chalicelib.queues.contract import MAX_RECEIVES, VISIBILITY_TIMEOUT, DeadLetter, QueueMessage, Received
from chalicelib.sqlite import Connection, SqliteFile

SCHEMA = """
CREATE TABLE IF NOT EXISTS queued (
    id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, grp TEXT NOT NULL, body TEXT NOT NULL,
    visible_at REAL NOT NULL, receives INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS queued_visible ON queued (queue, visible_at);
CREATE INDEX IF NOT EXISTS queued_groups ON queued (queue, grp, id);
CREATE TABLE IF NOT EXISTS queued_ids (
    queue TEXT NOT NULL, id TEXT NOT NULL, expires_at REAL NOT NULL, PRIMARY KEY (queue, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS queued_ids_expired ON queued_ids (queue, expires_at);
CREATE TABLE IF NOT EXISTS dead (
    id INTEGER PRIMARY KEY, queue TEXT NOT NULL, grp TEXT NOT NULL, body TEXT NOT NULL,
    dead_since REAL NOT NULL
);
"""

DEDUPE_FOR = timedelta(minutes=5)

_POLL_SECONDS = 0.5
"""How soon messages are seen that another process has put, such as the command line."""

_CANDIDATES = """
SELECT id, grp, body, receives FROM queued q
WHERE queue = :queue AND visible_at <= :now AND (grp = '' OR NOT EXISTS (
    SELECT 1 FROM queued e WHERE e.queue = q.queue AND e.grp = q.grp AND e.id < q.id AND e.visible_at > :now
)) ORDER BY {order} LIMIT :limit
"""


class LocalQueue:
    """One named queue in a SQLite file; satisfies `queues.contract.Queue`."""

    def __init__(self, file: SqliteFile, name: str, clock: Callable[[], datetime], *, fifo: bool) -> None:
        """Use a file that was opened with `SCHEMA`. A FIFO queue keeps the order of its groups."""
        self._file = file
        self._name = name
        self._clock = clock
        self._candidates = _CANDIDATES.format(order="id" if fifo else "visible_at, id")
        self._arrived = threading.Condition()

    def put(self, messages: Sequence[QueueMessage]) -> None:
        """Add messages, and wake whoever waits for one."""
        now = self._clock().timestamp()

        def work(connection: Connection) -> None:
            for message in messages:
                if message.dedupe and not self._is_new(connection, message.dedupe, now):
                    continue
                visible_at = now + message.delay.total_seconds()
                row = (self._name, message.group, message.body, visible_at)
                connection.execute(
                    "INSERT INTO queued (queue, grp, body, visible_at) VALUES (?, ?, ?, ?)", row
                )

        self._file.write(work)
        with self._arrived:
            self._arrived.notify()

    def receive(self, limit: int, wait: timedelta) -> Sequence[Received]:
        """Return messages as soon as there are any, at the latest after `wait`."""
        deadline = time.monotonic() + wait.total_seconds()
        while True:
            if self._any_visible() and (received := self._file.write(lambda c: self._take(c, limit))):
                return received
            left = deadline - time.monotonic()
            if left <= 0:
                return ()
            with self._arrived:
                self._arrived.wait(min(left, _POLL_SECONDS, self._next_visible_in()))

    def done(self, received: Sequence[Received]) -> None:
        """Remove messages, unless somebody else has received them since."""
        rows = [tuple(map(int, one.handle.split("#"))) for one in received]
        sql = "DELETE FROM queued WHERE id = ? AND receives = ?"
        self._file.write(lambda connection: connection.executemany(sql, rows))

    def retry(self, received: Received, delay: timedelta) -> None:
        """Give a message back."""
        identifier, receives = map(int, received.handle.split("#"))
        row = (self._clock().timestamp() + delay.total_seconds(), identifier, receives)
        sql = "UPDATE queued SET visible_at = ? WHERE id = ? AND receives = ?"
        self._file.write(lambda connection: connection.execute(sql, row))

    def depth(self) -> int:
        """Return how many messages wait or are in hand."""
        query = "SELECT count(*) FROM queued WHERE queue = ?"
        return int(self._file.read().execute(query, (self._name,)).fetchone()[0])

    def dead(self) -> Sequence[DeadLetter]:
        """Return the dead letters, the oldest first."""
        query = "SELECT id, body, dead_since FROM dead WHERE queue = ? ORDER BY dead_since, id"
        rows = self._file.read().execute(query, (self._name,)).fetchall()
        return [
            DeadLetter(id=str(i), body=body, dead_since=datetime.fromtimestamp(at, UTC))
            for i, body, at in rows
        ]

    def revive(self, dead_id: str) -> bool:
        """Put a dead letter back, to be received at once."""
        now = self._clock().timestamp()

        def work(connection: Connection) -> bool:
            key = (dead_id, self._name)
            row = connection.execute("SELECT grp, body FROM dead WHERE id = ? AND queue = ?", key).fetchone()
            if row is None:
                return False
            connection.execute("DELETE FROM dead WHERE id = ?", (dead_id,))
            sql = "INSERT INTO queued (queue, grp, body, visible_at) VALUES (?, ?, ?, ?)"
            connection.execute(sql, (self._name, *row, now))
            return True

        revived = self._file.write(work)
        with self._arrived:
            self._arrived.notify()
        return revived

    def _is_new(self, connection: Connection, dedupe: str, now: float) -> bool:
        connection.execute("DELETE FROM queued_ids WHERE queue = ? AND expires_at < ?", (self._name, now))
        row = (self._name, dedupe, now + DEDUPE_FOR.total_seconds())
        return connection.execute("INSERT OR IGNORE INTO queued_ids VALUES (?, ?, ?)", row).rowcount == 1

    def _any_visible(self) -> bool:
        # Looking costs no write, so a queue at rest costs no fsync.
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
        hidden_until = now + VISIBILITY_TIMEOUT.total_seconds()
        received = []
        values = {"queue": self._name, "now": now, "limit": limit}
        for identifier, group, body, receives in connection.execute(self._candidates, values).fetchall():
            if receives >= MAX_RECEIVES:
                connection.execute(
                    "INSERT INTO dead VALUES (?, ?, ?, ?, ?)", (identifier, self._name, group, body, now)
                )
                connection.execute("DELETE FROM queued WHERE id = ?", (identifier,))
                continue
            row = (hidden_until, receives + 1, identifier)
            connection.execute("UPDATE queued SET visible_at = ?, receives = ? WHERE id = ?", row)
            handle = f"{identifier}#{receives + 1}"
            received.append(Received(handle=handle, body=body, group=group, receives=receives + 1))
        return received
