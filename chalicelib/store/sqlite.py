"""The store in one SQLite file: for a laptop or a small server."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from chalicelib.core.case import Case, Status
from chalicelib.core.errors import AlreadySeen, StaleCase, UnknownCase
from chalicelib.core.message import Thread
from chalicelib.core.timeline import Entry
from chalicelib.sqlite import Connection, SqliteFile
from chalicelib.store import items
from chalicelib.store.contract import EARLIEST, KEPT_FOR, Due, Record

SCHEMA = """
CREATE TABLE IF NOT EXISTS cases (
    thread TEXT NOT NULL, number INTEGER NOT NULL, version INTEGER NOT NULL,
    channel TEXT NOT NULL, place TEXT NOT NULL, is_open INTEGER NOT NULL,
    due_at REAL, expires_at INTEGER, body BLOB NOT NULL,
    PRIMARY KEY (thread, number)
);
DROP INDEX IF EXISTS cases_due; -- of older files: it made the sweep look up every case that is due
CREATE INDEX IF NOT EXISTS cases_due_ids ON cases (due_at, thread, number) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS cases_open ON cases (channel, place) WHERE is_open;
CREATE INDEX IF NOT EXISTS cases_expired ON cases (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS timeline (
    case_id TEXT NOT NULL, version INTEGER NOT NULL, expires_at INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (case_id, version)
);
CREATE INDEX IF NOT EXISTS timeline_expired ON timeline (expires_at);
CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_expired ON seen (expires_at);
CREATE TABLE IF NOT EXISTS records (
    key TEXT PRIMARY KEY, value TEXT NOT NULL, version INTEGER NOT NULL, expires_at REAL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""

DUE = "SELECT thread, number, due_at FROM cases WHERE due_at >= ? AND due_at < ? ORDER BY due_at"
"""What the sweep asks; it must go through the index of what is due, never through the cases."""


class SqliteStore:
    """Cases in a SQLite file; satisfies `store.contract.Store`."""

    def __init__(self, file: SqliteFile) -> None:
        """Use a file that was opened with `SCHEMA`."""
        self._file = file

    def newest(self, thread: Thread) -> Case | None:
        """Return the newest case of a thread."""
        query = "SELECT body FROM cases WHERE thread = ? ORDER BY number DESC LIMIT 1"
        row = self._file.read().execute(query, (items.thread_key(thread),)).fetchone()
        return items.case_from_json(row[0]) if row else None

    def load(self, case_id: str) -> Case:
        """Return a case. Raises `UnknownCase`."""
        try:
            key = items.case_key(case_id)
        except ValueError as error:
            raise UnknownCase(str(error)) from None
        row = (
            self._file.read()
            .execute("SELECT body FROM cases WHERE thread = ? AND number = ?", key)
            .fetchone()
        )
        if row is None:
            raise UnknownCase(f"there is no case {case_id}")
        return items.case_from_json(row[0])

    def commit(self, case: Case, timeline: Sequence[Entry], *, seen: str, now: datetime) -> Case:
        """Write all in one transaction. Raises `StaleCase` or `AlreadySeen`."""
        stored = case.changed(version=case.version + 1)
        body = items.case_to_json(stored)
        entries = items.entries_to_json(timeline) if timeline else b""

        def work(connection: Connection) -> None:
            if seen:
                _remember(connection, items.seen_key(case.thread.channel, seen), now)
            _write_case(connection, stored, body, now)
            if entries:
                row = (stored.id, stored.version, items.entries_until(now), entries)
                connection.execute("INSERT INTO timeline VALUES (?, ?, ?, ?)", row)

        self._file.write(work)
        return stored

    def timeline(self, case_id: str) -> tuple[Entry, ...]:
        """Return the entries of a case in the order in which they were written."""
        query = "SELECT body FROM timeline WHERE case_id = ? ORDER BY version"
        rows = self._file.read().execute(query, (case_id,)).fetchall()
        return tuple(entry for (body,) in rows for entry in items.entries_from_json(body))

    def erase(self, case_id: str, message_ids: Sequence[str]) -> None:
        """Remove the words of deleted messages."""

        def work(connection: Connection) -> None:
            query = "SELECT version, body FROM timeline WHERE case_id = ?"
            for version, body in connection.execute(query, (case_id,)).fetchall():
                entries = items.entries_from_json(body)
                without = items.erased(entries, message_ids)
                if without != entries:
                    row = (items.entries_to_json(without), case_id, version)
                    connection.execute("UPDATE timeline SET body = ? WHERE case_id = ? AND version = ?", row)

        self._file.write(work)

    def due(self, before: datetime, limit: int = 1000, since: datetime = EARLIEST) -> Iterator[Due]:
        """Yield the cases due in a stretch of time: of each shard its share, then the oldest of the rest."""
        shards: list[list[Due]] = [[] for _ in range(items.SHARDS)]
        stretch = (since.timestamp(), before.timestamp())
        for thread, number, due_at in self._file.read().execute(DUE, stretch):
            shard = shards[items.shard_of(thread)]
            if len(shard) < limit:
                shard.append(Due(f"{thread}.{number}", datetime.fromtimestamp(due_at, UTC)))
        return items.shared_out([iter(shard) for shard in shards], limit)

    def open_cases(self, channel: str, place: str = "") -> Iterator[Case]:
        """Yield the open cases of a channel or of one place on it."""
        query = "SELECT body FROM cases WHERE is_open AND channel = ?"
        parameters = (channel,)
        if place:
            query, parameters = f"{query} AND place = ?", (channel, place)  # type: ignore[assignment] # one longer
        for (body,) in self._file.read().execute(query, parameters).fetchall():
            yield items.case_from_json(body)

    def recent_cases(self, channel: str, limit: int) -> Iterator[Case]:
        """Yield the closed cases of a channel, the one that changed last first."""
        # What is kept for the longest has changed last.
        query = "SELECT body FROM cases WHERE expires_at IS NOT NULL AND channel = ? ORDER BY expires_at DESC"
        cases = (items.case_from_json(body) for (body,) in self._file.read().execute(query, (channel,)))
        return islice((case for case in cases if case.status is Status.CLOSED), limit)

    def cases_since(self, channel: str, since: datetime) -> Iterator[Case]:
        """Yield the open and closed cases of a channel in which something happened since a time."""
        # In a case at rest nothing happened after the moment from which on it is kept.
        query = "SELECT body FROM cases WHERE channel = ? AND (is_open OR expires_at >= ?)"
        oldest = int((since + KEPT_FOR).timestamp())
        for (body,) in self._file.read().execute(query, (channel, oldest)).fetchall():
            case = items.case_from_json(body)
            if items.touched_since(case, since):
                yield case

    def size(self) -> tuple[int, int]:
        """Return how many cases there are, and how many of them are open."""
        row = self._file.read().execute("SELECT count(*), total(is_open) FROM cases").fetchone()
        return int(row[0]), int(row[1])

    def forget_expired(self, now: datetime) -> None:
        """Remove what need not be kept any longer; DynamoDB's TTL does the same by itself."""

        def work(connection: Connection) -> None:
            for table in ("cases", "timeline", "seen", "records"):
                connection.execute(f"DELETE FROM {table} WHERE expires_at < ?", (now.timestamp(),))  # noqa: S608 - our own names

        self._file.write(work)


def _remember(connection: Connection, key: str, now: datetime) -> None:
    row = (key, items.seen_until(now))
    if connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", row).rowcount == 0:
        raise AlreadySeen(key)


def _write_case(connection: Connection, stored: Case, body: bytes, now: datetime) -> None:
    thread, number = items.case_key(stored.id)
    due_at = stored.due_at
    row = (
        stored.version,
        stored.thread.channel,
        stored.thread.place,
        stored.status is Status.OPEN,
        due_at.timestamp() if due_at else None,
        items.kept_until(stored, now),
        body,
        thread,
        number,
    )
    if stored.version == 1:
        sql = """INSERT OR IGNORE INTO cases
                 (version, channel, place, is_open, due_at, expires_at, body, thread, number)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
        written = connection.execute(sql, row).rowcount
    else:
        sql = """UPDATE cases
                 SET version = ?, channel = ?, place = ?, is_open = ?, due_at = ?, expires_at = ?, body = ?
                 WHERE thread = ? AND number = ? AND version = ?"""
        written = connection.execute(sql, (*row, stored.version - 1)).rowcount
    if written == 0:
        raise StaleCase(stored.id)


class SqliteRecords:
    """Records in a SQLite file; satisfies `store.contract.Records`."""

    def __init__(self, file: SqliteFile) -> None:
        """Use a file that was opened with `SCHEMA`."""
        self._file = file

    def get(self, key: str, now: datetime) -> Record | None:
        """Return a record that has not expired."""
        return _live(self._file.read(), key, now)

    def put(
        self,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        version: int | None = None,
        now: datetime | None = None,
    ) -> bool:
        """Write a record, with `version` only over that version."""
        until = expires_at.timestamp() if expires_at else None

        def work(connection: Connection) -> bool:
            row = connection.execute("SELECT version FROM records WHERE key = ?", (key,)).fetchone()
            current = row[0] if row else 0
            gone = now is not None and _live(connection, key, now) is None
            if version is not None and version != (0 if gone else current):
                return False
            connection.execute("REPLACE INTO records VALUES (?, ?, ?, ?)", (key, value, current + 1, until))
            return True

        return self._file.write(work)

    def take(self, key: str, now: datetime) -> Record | None:
        """Remove a record and return it."""

        def work(connection: Connection) -> Record | None:
            record = _live(connection, key, now)
            connection.execute("DELETE FROM records WHERE key = ?", (key,))
            return record

        return self._file.write(work)

    def advance(self, key: str, step: timedelta, now: datetime, expires_at: datetime) -> datetime:
        """Move a moment on: from itself while it lies ahead, else from `now`."""

        def work(connection: Connection) -> datetime:
            row = connection.execute("SELECT value FROM records WHERE key = ?", (key,)).fetchone()
            start = max(datetime.fromisoformat(row[0]), now) if row else now
            values = (key, (start + step).isoformat(), 1, expires_at.timestamp())
            connection.execute("REPLACE INTO records VALUES (?, ?, ?, ?)", values)
            return start

        return self._file.write(work)

    def keys(self, prefix: str) -> Sequence[str]:
        """Return the keys that begin with a prefix."""
        query = "SELECT key FROM records WHERE key >= ? AND key < ? ORDER BY key"
        # The character after a colon is a semicolon.
        rows = self._file.read().execute(query, (prefix, prefix[:-1] + ";")).fetchall()
        return [key for (key,) in rows]

    def count(self, name: str, by: int = 1) -> int:
        """Add to a counter."""
        sql = "INSERT INTO counts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + ? RETURNING value"
        return int(self._file.write(lambda connection: connection.execute(sql, (name, by, by)).fetchone()[0]))

    def counts(self) -> dict[str, int]:
        """Return all counters."""
        return dict(self._file.read().execute("SELECT name, value FROM counts ORDER BY name").fetchall())


def _live(connection: Connection, key: str, now: datetime) -> Record | None:
    query = "SELECT value, version, expires_at FROM records WHERE key = ?"
    row = connection.execute(query, (key,)).fetchone()
    if row is None or (row[2] is not None and row[2] <= now.timestamp()):
        return None
    return Record(value=row[0], version=row[1])
