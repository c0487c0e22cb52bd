"""One SQLite file, safe against SIGKILL and power loss, written by many threads at the price of few fsyncs.

The only importer of sqlite3. Writers hand their work to one thread, which commits all that is waiting in
one transaction (group commit); each piece of work is its own savepoint, so one failing harms no other.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Connection = sqlite3.Connection
Work = Callable[[sqlite3.Connection], Any]

_BATCH = 256
_BUSY_SECONDS = 30


class SqliteFile:
    """A database file in WAL mode; other processes may use it at the same time."""

    def __init__(self, path: Path, schema: str) -> None:
        """Open or create the file and run `schema`, which must be safe to repeat."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._waiting: queue.SimpleQueue[tuple[Work, Future[Any]] | None] = queue.SimpleQueue()
        self._writer = self._connect()
        # An answer of 2xx promises that the event survives even a loss of power.
        self._writer.execute("PRAGMA synchronous=FULL")
        self._writer.executescript(schema)
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` inside a transaction and return its result once that is on the disk."""
        done: Future[T] = Future()
        self._waiting.put((work, done))
        return done.result()

    def read(self) -> sqlite3.Connection:
        """Return this thread's connection for reading what has been committed."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
            connection.execute("PRAGMA query_only=ON")
            self._readers.append(connection)
        return connection

    def close(self) -> None:
        """Finish what is waiting and close the file; may be repeated."""
        if self._closed:
            return
        self._closed = True
        self._waiting.put(None)
        self._thread.join()
        for connection in (*self._readers, self._writer):
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode=WAL")
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
            settle = [self._attempt(work, done) for work, done in batch]
            self._writer.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 - every waiting thread must hear of it
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            for _, done in batch:
                done.set_exception(error)
            return
        for tell in settle:
            tell()

    def _attempt(self, work: Work, done: Future[Any]) -> Callable[[], None]:
        """Run one piece of work in a savepoint; return what tells its thread, once all is committed."""
        self._writer.execute("SAVEPOINT work")
        try:
            result = work(self._writer)
        except Exception as error:  # noqa: BLE001 - it is passed on to the thread whose work it was
            failure = error
            self._writer.execute("ROLLBACK TO work")
            self._writer.execute("RELEASE work")
            return lambda: done.set_exception(failure)
        self._writer.execute("RELEASE work")
        return lambda: done.set_result(result)
