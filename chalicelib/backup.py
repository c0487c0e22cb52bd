"""The database as one file to keep, and the way back (R34).

A copy is made while the program works; it is checked before it counts. Putting one back marks the store:
what was sent after the copy was made is unknown to it, so what it owed until then is left to people.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chalicelib import restored, sqlite, wiring
from chalicelib.core.errors import HearbackError
from chalicelib.sqlite import BadDatabase, Progress
from chalicelib.wiring import Laptop

MADE = "state:backup"
"""The record that tells in a copy when it was made, and in the database when the last copy was (UTC)."""

_STAMP = "%Y%m%d-%H%M%S"
_NAME = re.compile(r"hearback-\d{8}-\d{6}\.sqlite")
_SQLITE = b"SQLite format 3\0"
_BESIDE = ("-wal", "-shm")


class BadBackup(HearbackError):
    """A file cannot be made or put back; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is in a backup; `made_at` is None where it was copied by other means."""

    made_at: datetime | None
    cases: int
    open_cases: int


def target(wanted: Path | None, data: Path, now: datetime) -> Path:
    """Return the file to write: the one that was asked for, or one named by the time in a folder."""
    folder = wanted or data / "backups"
    if wanted and not wanted.is_dir():
        return wanted
    return folder / f"hearback-{now:{_STAMP}}.sqlite"


def make(data: Path, file: Path, now: datetime, progress: Progress) -> Contents:
    """Copy the database in `data` to a file that is there as a whole, checked, or not at all.

    Only its owner may read it. Raises `BadBackup` and `BadDatabase`.
    """
    source = data / wiring.DATABASE
    _refuse_to_replace(file, source)
    with _aside(file.parent) as room:
        draft = room / wiring.DATABASE
        sqlite.copy(source, draft, progress)
        if found := sqlite.damage(draft):
            raise BadDatabase(
                f"{source} is damaged ({found}): nothing was backed up; put back an older backup"
            )
        with _opened(room) as copied:
            copied.ports.records.put(MADE, now.isoformat())
            contents = _contents(copied)
        _settle(draft, file)
    with _opened(data) as laptop:
        laptop.ports.records.put(MADE, now.isoformat())
    return contents


def forget_older(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest backups that were named by their time; return what was removed."""
    found = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    gone = found[:-keep]
    for path in gone:
        path.unlink()
    return gone


def put_back(
    file: Path, data: Path, now: datetime, progress: Progress, agreed: Callable[[Contents], bool]
) -> Path | None:
    """Put a backup in place of the database in `data`, whose lock the caller holds.

    Everything is checked and marked beside it first; only then, and if what is in it is `agreed` to, the two
    change places. Return the old database, kept under another name; None where there was none or nothing was
    done. Raises `BadBackup` and `BadDatabase`.
    """
    if not file.is_file():
        raise BadBackup(f"{file} is not there: give the file that `hearback backup` has made")
    with _aside(data) as room:
        draft = room / wiring.DATABASE
        _take_in(file, draft, progress)
        with _opened(room) as laptop:
            contents = _contents(laptop)
            restored.mark(laptop.ports.records, now)
        return _exchange(draft, data / wiring.DATABASE, now) if agreed(contents) else None


def _take_in(file: Path, draft: Path, progress: Progress) -> None:
    if not _is_database(file):
        raise BadBackup(f"{file} is no database: give the file that `hearback backup` has made")
    sqlite.copy(file, draft, progress)
    if found := sqlite.damage(draft):
        raise BadBackup(f"{file} is damaged ({found}): take another backup")
    if table := sqlite.unlike(draft, wiring.SCHEMA):
        remedy = "take a backup of this program, or the version of Hearback that made this one"
        raise BadBackup(f"{file} is not of this version of Hearback (its table {table!r} differs): {remedy}")


def _contents(laptop: Laptop) -> Contents:
    record = laptop.ports.records.get(MADE, laptop.ports.clock())
    cases, open_cases = laptop.store.size()
    return Contents(
        made_at=datetime.fromisoformat(record.value) if record else None, cases=cases, open_cases=open_cases
    )


def _exchange(draft: Path, database: Path, now: datetime) -> Path | None:
    """Let the draft take the database's place; at no moment is there none, or one with another's journal."""
    _sync(draft)
    if not database.exists():
        draft.replace(database)
        return None
    kept = database.with_name(f"hearback-before-restore-{now:{_STAMP}}.sqlite")
    with suppress(BadDatabase), _opened(database.parent):
        # Opened and closed, a sound database has no journal beside it any more.
        pass
    for suffix in _BESIDE:
        with suppress(FileNotFoundError):
            database.with_name(database.name + suffix).replace(kept.with_name(kept.name + suffix))
    try:
        os.link(database, kept)
    except OSError:
        # Not every file system has links.
        shutil.copy2(database, kept)
    draft.replace(database)
    _sync(database.parent)
    return kept


def _refuse_to_replace(file: Path, source: Path) -> None:
    if not source.exists():
        raise BadBackup(f"there is no database in {source.parent}: start `hearback run` once, or give --data")
    if not file.exists():
        return
    if file.samefile(source):
        raise BadBackup(f"{file} is the database itself: give another file")
    if not _is_database(file):
        raise BadBackup(f"{file} is something else than a backup: give another file, or remove it")


def _is_database(file: Path) -> bool:
    with file.open("rb") as known:
        return known.read(len(_SQLITE)) == _SQLITE


def _settle(draft: Path, file: Path) -> None:
    sqlite.fold(draft)
    _sync(draft)
    draft.replace(file)
    _sync(file.parent)


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """Yield a folder that is gone afterwards, on the same disk; nobody else may look into it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".hearback-", dir=folder) as room:
            yield Path(room)
    except OSError as error:
        raise BadBackup(f"{folder} cannot be written ({error.strerror}): give another place") from None


@contextmanager
def _opened(folder: Path) -> Iterator[Laptop]:
    laptop = wiring.laptop(folder, folder / ".env", base_url="")
    try:
        yield laptop
    finally:
        laptop.file.close()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
