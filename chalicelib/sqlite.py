"""One SQLite file, safe against SIGKILL and power loss, written by many threads at the price of few fsyncs.

The only importer of sqlite3. Writers hand their work to one thread, which commits all that is waiting in
one transaction (group commit); each piece of work is its own savepoint, so one failing harms no other.
"""

import contextlib
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from chalicelib.core.errors import HearbackError, Unavailable

T = TypeVar("T")
Connection = sqlite3.Connection
Work = Callable[[sqlite3.Connection], Any]
Progress = Callable[[int, int], None]
"""Told how many pages of how many have been copied."""

_BATCH = 256
_BUSY_SECONDS = 30
_PAGES_AT_ONCE = 512
_OWNER_ONLY = 0o600

_DAMAGED = "is damaged: put back a copy, or move it away to begin with an empty one"
_FAULTS: Mapping[str, str] = {
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_FULL": "cannot grow because the disk is full: make room on it",
    "SQLITE_IOERR": "cannot be read or written: see whether the disk is full or broken",
    "SQLITE_CANTOPEN": "cannot be opened: see that its folder may be written, or give another --data",
    "SQLITE_READONLY": "may not be written: give its file and folder to the user who runs Hearback",
    "SQLITE_BUSY": "is held by another program: close that one and try again",
}
"""What SQLite's errors mean for an owner, by the beginning of their names."""


_TRANSIENT = tuple(f"SQLITE_{one}" for one in ("BUSY", "LOCKED", "FULL", "IOERR", "NOMEM", "CANTOPEN"))
"""Errors that say nothing of what was asked: they pass, or somebody must make them pass."""


class BadDatabase(HearbackError):
    """The database file cannot be used; the sentence says why and what to do."""


@contextlib.contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turn the faults of SQLite and of the disk that happen inside into `BadDatabase`."""
    try:
        yield
    except (sqlite3.Error, Unavailable) as found_out:
        error = found_out.__cause__ or found_out
        name = getattr(error, "sqlite_errorname", "")
        found = (words for fault, words in _FAULTS.items() if name.startswith(fault))
        raise BadDatabase(
            f"{path} {next(found, f'cannot be used ({error}): is it of this version?')}"
        ) from error


def _told(error: BaseException) -> BaseException:
    """Return an error in our words where it passes by itself."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if not name.startswith(_TRANSIENT):
        return error
    away = Unavailable(name)
    away.__cause__ = error
    return away


class _Reader(sqlite3.Connection):
    def execute(self, *query: Any) -> sqlite3.Cursor:
        try:
            return super().execute(*query)
        except sqlite3.Error as error:
            raise _told(error) from error.__cause__


class SqliteFile:
    """A database file in WAL mode; other processes may use it at the same time."""

    def __init__(self, path: Path, schema: str) -> None:
        """Open or create the file and run `schema`, which must be safe to repeat. Raises `BadDatabase`."""
        _keep_to_owner(path)
        self._path = path
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._waiting: queue.SimpleQueue[tuple[Work, Future[Any]] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        with in_words(path):
            self._writer = self._opened(schema)
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` inside a transaction and return its result once that is on the disk.

        Raises what `work` raises, then nothing of it is written; `Unavailable` while the file is locked or
        the disk is full; `RuntimeError` once the file is closed.
        """
        return self.submit(work).result()

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> "Future[T]":
        """Have `work` done as `write` does, and return what will hold its result. Raises `RuntimeError`."""
        done: Future[T] = Future()
        with self._lock:
            self._refuse_if_closed()
            self._waiting.put((work, done))
        return done

    def read(self) -> sqlite3.Connection:
        """Return this thread's connection for reading what has been committed."""
        with self._lock:
            self._refuse_if_closed()
            connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = self._connect(_Reader)
                connection.execute("PRAGMA query_only=ON")
                self._readers.append(connection)
        return connection

    def close(self) -> None:
        """Finish what is waiting and close the file; may be repeated."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._waiting.put(None)
        self._thread.join()
        for connection in (*self._readers, self._writer):
            connection.close()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise RuntimeError(f"{self._path.name} is closed")

    def _opened(self, schema: str) -> sqlite3.Connection:
        """Return the connection for writing, to a file that has all its tables."""
        writer = self._connect()
        try:
            # An answer of 2xx promises that the event survives even a loss of power.
            writer.execute("PRAGMA synchronous=FULL")
            # What a customer deleted is overwritten, not merely forgotten.
            writer.execute("PRAGMA secure_delete=ON")
            # In one transaction: several processes may meet a new file at the same time.
            writer.executescript(f"BEGIN IMMEDIATE; {schema}; COMMIT")
        except BaseException:
            writer.close()
            raise
        return writer

    def _connect(self, kind: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, factory=kind
        )
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch = [first]
            stop = False
            while len(batch) < _BATCH and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    stop = True
                    break
                batch.append(following)
            self._commit(batch)
            if stop:
                return

    def _commit(self, batch: list[tuple[Work, Future[Any]]]) -> None:
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            alone = len(batch) == 1
            settle = [self._attempt(work, done, alone=alone) for work, done in batch]
            self._writer.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 - every waiting thread must hear of it
            with contextlib.suppress(sqlite3.Error):
                self._writer.execute("ROLLBACK")
            for _, done in batch:
                done.set_exception(_told(error))
            return
        for tell in settle:
            tell()

    def _attempt(self, work: Work, done: Future[Any], *, alone: bool) -> Callable[[], None]:
        """Run one piece of work in a savepoint; return what tells its thread, once all is committed."""
        if alone:
            # Its failure is the failure of the transaction, and a savepoint would say the same twice.
            result = work(self._writer)
            return lambda: done.set_result(result)
        self._writer.execute("SAVEPOINT work")
        try:
            result = work(self._writer)
        except Exception as error:
            # A full disk may undo the whole transaction, and then it is everybody's error.
            if not self._writer.in_transaction:
                raise
            failure = _told(error)
            self._writer.execute("ROLLBACK TO work")
            self._writer.execute("RELEASE work")
            return lambda: done.set_exception(failure)
        self._writer.execute("RELEASE work")
        return lambda: done.set_result(result)


def _keep_to_owner(path: Path) -> None:
    """Create the file if need be, and let nobody else read it: it holds what customers wrote."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY))
    except OSError as error:
        remedy = "make it a file in a folder that you may write, or give another --data"
        raise BadDatabase(f"{path} cannot be opened ({error.strerror}): {remedy}") from None
    # SQLite gives the files beside it the mode of the database, but only when it makes them.
    for file in (path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))):
        with contextlib.suppress(OSError):
            file.chmod(_OWNER_ONLY)


def copy(source: Path, target: Path, progress: Progress) -> None:
    """Copy a database, as it is at this moment, into a new file; others may go on writing meanwhile.

    Raises `BadDatabase` when either file cannot be used, and `FileExistsError` over a file.
    """
    with in_words(source):
        origin = _reading(source)
    with contextlib.closing(origin):
        _make_for_owner(target)
        with in_words(target), contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copied:
            origin.backup(
                copied, pages=_PAGES_AT_ONCE, progress=lambda _, left, pages: progress(pages - left, pages)
            )


def fold(path: Path) -> None:
    """Make a file that nobody else has open stand alone: nothing belongs beside it, even where it is read."""
    with in_words(path), contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def damage(path: Path) -> str:
    """Return what SQLite finds wrong in a file that nobody writes, empty where it is sound."""
    try:
        with contextlib.closing(_untouched(path)) as connection:
            found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    return "" if found == "ok" else found


def unlike(path: Path, schema: str) -> str:
    """Return the name of a table that a sound file has otherwise than `schema` wants it, empty where none.

    A table that is missing is none: opening the file with the schema makes it. One too many is.
    """
    with in_words(path), contextlib.closing(_untouched(path)) as connection:
        found = _columns(connection)
    with contextlib.closing(sqlite3.connect(":memory:")) as empty:
        empty.executescript(schema)
        wanted = _columns(empty)
    return next((table for table, columns in found.items() if wanted.get(table) != columns), "")


def _columns(connection: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    query = """SELECT t.name, c.name, c.type FROM sqlite_schema t, pragma_table_info(t.name) c
               WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid"""
    tables: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in connection.execute(query):
        tables.setdefault(table, []).append((column, kind))
    return tables


def _reading(path: Path) -> sqlite3.Connection:
    """Return a connection that sees the file as it is now for as long as it lives."""
    address = f"file:{quote(str(path.resolve()))}?mode=rw"
    connection = sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("BEGIN")
        # The first look takes the snapshot; without one every foreign commit would begin the copy anew.
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _untouched(path: Path) -> sqlite3.Connection:
    """Return a connection that leaves no trace beside the file: nobody may be writing it."""
    return sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1", uri=True)


def _make_for_owner(path: Path) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY))
