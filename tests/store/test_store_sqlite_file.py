"""One SQLite file: group commit, several processes, an unclean stop, and the end."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from chalicelib.sqlite import Connection, SqliteFile
from tests.store.threads import together

SCHEMA = "CREATE TABLE IF NOT EXISTS notes (words TEXT PRIMARY KEY)"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "notes.sqlite"


@pytest.fixture
def notes(path: Path) -> Iterator[SqliteFile]:
    opened = SqliteFile(path, SCHEMA)
    yield opened
    opened.close()


def adding(words: str) -> Callable[[Connection], str]:
    """Return work that adds a note and returns it."""

    def work(connection: Connection) -> str:
        connection.execute("INSERT INTO notes VALUES (?)", (words,))
        return words

    return work


def all_notes(file: SqliteFile) -> set[str]:
    return {words for (words,) in file.read().execute("SELECT words FROM notes")}


class Busy:
    """Work that keeps the writing thread until `let_go`, so that what comes meanwhile must wait."""

    def __init__(self) -> None:
        self._begun = threading.Event()
        self._end = threading.Event()

    def __call__(self, _: Connection) -> None:
        self._begun.set()
        self._end.wait()

    def wait_until_begun(self) -> None:
        self._begun.wait()

    def let_go(self) -> None:
        self._end.set()


def written_together(file: SqliteFile, *works: Callable[[Connection], Any]) -> list[Any]:
    """Write all in one transaction, from a thread each; return what each returned or raised."""
    busy = Busy()

    def attempt(work: Callable[[Connection], Any]) -> Any:
        try:
            return file.write(work)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error

    with ThreadPoolExecutor(len(works) + 1) as pool:
        pool.submit(file.write, busy)
        busy.wait_until_begun()
        results = [pool.submit(attempt, work) for work in works]
        wait_for(lambda: waiting(file) == len(works))
        busy.let_go()
        return [result.result() for result in results]


def waiting(file: SqliteFile) -> int:
    return file._waiting.qsize()  # noqa: SLF001 - nothing else tells that a thread waits


def is_closed(file: SqliteFile) -> bool:
    try:
        file.read()
    except RuntimeError:
        return True
    return False


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def refuse_to_commit(connection: Connection) -> None:
    """Make the next COMMIT of this connection fail, as a full disk does."""

    def authorize(action: int, name: str | None, *_: str | None) -> int:
        commits = action == sqlite3.SQLITE_TRANSACTION and name == "COMMIT"
        return sqlite3.SQLITE_DENY if commits else sqlite3.SQLITE_OK

    connection.set_authorizer(authorize)


# Group commit


def test_a_write_returns_what_its_work_returns(notes: SqliteFile) -> None:
    assert notes.write(adding("hello")) == "hello"
    assert all_notes(notes) == {"hello"}


def test_everything_that_waits_is_written_in_one_transaction(notes: SqliteFile) -> None:
    began: list[str] = []
    notes.write(lambda connection: connection.set_trace_callback(began.append))
    written = written_together(notes, *(adding(str(number)) for number in range(5)))

    assert written == ["0", "1", "2", "3", "4"]
    # One for the work that kept the thread busy until the others had come.
    assert began.count("BEGIN IMMEDIATE") == 2


def test_work_that_fails_hears_its_own_error_and_harms_no_other(notes: SqliteFile) -> None:
    notes.write(adding("taken"))
    first, second, third = written_together(notes, adding("one"), adding("taken"), adding("three"))

    assert (first, third) == ("one", "three")
    assert isinstance(second, sqlite3.IntegrityError)
    assert all_notes(notes) == {"taken", "one", "three"}


def test_of_work_that_fails_half_way_nothing_is_written(notes: SqliteFile) -> None:
    def half(connection: Connection) -> None:
        adding("half")(connection)
        raise LookupError("the other half")

    with pytest.raises(LookupError, match="the other half"):
        notes.write(half)

    assert all_notes(notes) == set()


def test_a_commit_that_fails_is_heard_by_everyone_who_waits_for_it(notes: SqliteFile) -> None:
    failed = written_together(notes, adding("one"), refuse_to_commit, adding("three"))

    assert [type(error) for error in failed] == [sqlite3.DatabaseError] * 3
    assert all_notes(notes) == set()


def test_after_a_commit_that_failed_the_file_goes_on(notes: SqliteFile) -> None:
    written_together(notes, adding("lost"), refuse_to_commit)
    notes.write(lambda connection: connection.set_authorizer(None))
    notes.write(adding("kept"))

    assert all_notes(notes) == {"kept"}


def test_work_that_undoes_the_whole_transaction_is_everybodys_error(notes: SqliteFile) -> None:
    def rolled_back(connection: Connection) -> None:
        # SQLite does this by itself when the disk is full.
        connection.execute("ROLLBACK")
        raise sqlite3.OperationalError("database or disk is full")

    failed = written_together(notes, adding("one"), rolled_back, adding("three"))

    assert [str(error) for error in failed] == ["database or disk is full"] * 3
    assert notes.write(adding("later")) == "later"


def test_many_threads_write_at_once_and_nothing_is_lost(notes: SqliteFile) -> None:
    together(8, lambda thread: [notes.write(adding(f"{thread}-{number}")) for number in range(20)])

    assert len(all_notes(notes)) == 8 * 20


def test_what_was_written_can_be_read_at_once(notes: SqliteFile) -> None:
    def write_and_read(number: int) -> bool:
        notes.write(adding(str(number)))
        return str(number) in all_notes(notes)

    assert all(together(8, write_and_read))


def test_nothing_can_be_written_by_reading(notes: SqliteFile) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        adding("by the way")(notes.read())


def test_every_commit_is_on_the_disk_before_it_returns(notes: SqliteFile) -> None:
    assert notes.write(lambda connection: connection.execute("PRAGMA synchronous").fetchone()) == (2,)
    assert notes.read().execute("PRAGMA journal_mode").fetchone() == ("wal",)


# The end


def test_nothing_can_be_written_after_the_end(path: Path) -> None:
    file = SqliteFile(path, SCHEMA)
    file.close()

    with pytest.raises(RuntimeError, match=r"notes\.sqlite is closed"):
        file.write(adding("too late"))


def test_nothing_can_be_read_after_the_end(path: Path) -> None:
    file = SqliteFile(path, SCHEMA)
    file.close()

    with pytest.raises(RuntimeError, match=r"notes\.sqlite is closed"):
        file.read()


def test_the_end_may_come_twice(path: Path) -> None:
    before = set(threading.enumerate())
    file = SqliteFile(path, SCHEMA)
    file.close()
    file.close()

    assert "sqlite-writer" not in {thread.name for thread in set(threading.enumerate()) - before}


def test_what_waits_is_written_before_the_end(path: Path) -> None:
    file = SqliteFile(path, SCHEMA)
    busy = Busy()
    with ThreadPoolExecutor(7) as pool:
        pool.submit(file.write, busy)
        busy.wait_until_begun()
        results = [pool.submit(file.write, adding(str(number))) for number in range(5)]
        wait_for(lambda: waiting(file) == 5)
        end = pool.submit(file.close)
        wait_for(lambda: is_closed(file))
        busy.let_go()
        end.result()

        assert [result.result() for result in results] == ["0", "1", "2", "3", "4"]


def test_writing_and_closing_at_the_same_time_leaves_nobody_waiting(path: Path) -> None:
    file = SqliteFile(path, SCHEMA)

    def write_on(thread: int) -> int:
        if thread == 0:
            file.close()
            return 0
        for number in range(100_000):
            try:
                file.write(adding(f"{thread}-{number}"))
            except RuntimeError:
                return number
        return -1

    written = sum(together(4, write_on))
    reopened = SqliteFile(path, SCHEMA)
    assert len(all_notes(reopened)) == written
    reopened.close()


# Other processes

WRITER = """
import sys
from pathlib import Path
from chalicelib.sqlite import SqliteFile

file = SqliteFile(Path(sys.argv[1]), sys.argv[2])
for number in range(int(sys.argv[4])):
    words = f"{sys.argv[3]}-{number}"
    file.write(lambda connection: connection.execute("INSERT INTO notes VALUES (?)", (words,)))
    print(words, flush=True)
"""


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    """Return a process that writes notes and tells of each once it is written."""
    command = [sys.executable, "-c", WRITER, str(path), SCHEMA, name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_processes_that_open_a_new_file_at_once_all_write_to_it(path: Path) -> None:
    processes = [writer(path, str(number), 50) for number in range(4)]
    told = {words for process in processes for words in process.communicate(timeout=60)[0].split()}

    file = SqliteFile(path, SCHEMA)
    assert all_notes(file) == told
    assert len(told) == 4 * 50
    file.close()


def test_what_was_told_to_be_written_survives_sigkill(path: Path) -> None:
    with writer(path, "n", 1_000_000) as process:
        assert process.stdout
        told = [process.stdout.readline() for _ in range(50)]
        process.kill()
        told += process.stdout.readlines()

    # The last line may have been cut short by the end.
    words = {line.strip() for line in told if line.endswith("\n")}
    file = SqliteFile(path, SCHEMA)
    assert words <= all_notes(file)
    assert file.write(adding("afterwards")) == "afterwards"
    file.close()


def test_one_process_sees_what_another_has_written(path: Path, notes: SqliteFile) -> None:
    notes.write(adding("ours"))
    with writer(path, "theirs", 1) as process:
        process.communicate(timeout=60)

    assert all_notes(notes) == {"ours", "theirs-0"}
