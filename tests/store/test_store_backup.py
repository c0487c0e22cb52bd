"""A copy of a database that is in use, and what is refused: as a whole or not at all, for its owner only."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib import backup, restored, sqlite, wiring
from chalicelib.backup import BadBackup, Contents
from chalicelib.sqlite import BadDatabase, SqliteFile
from chalicelib.wiring import Laptop
from tests import builders as b

LATER = b.after(hours=1)


def unheard(_done: int, _pages: int) -> None:
    """Hear of no progress."""


def agree(_contents: Contents) -> bool:
    return True


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def laptop(data: Path) -> Iterator[Laptop]:
    opened = wiring.laptop(data, data / ".env", "http://localhost")
    yield opened
    opened.file.close()


def kept(laptop: Laptop, number: int) -> None:
    """Keep two records that belong together in one transaction."""
    rows = [(f"left:{number}", "x" * 500, 1, None), (f"right:{number}", "x" * 500, 1, None)]
    laptop.file.write(lambda c: c.executemany("INSERT INTO records VALUES (?, ?, ?, ?)", rows))


def records_in(data: Path, prefix: str) -> list[str]:
    opened = wiring.laptop(data, data / ".env", "")
    try:
        return [key.partition(":")[2] for key in opened.ports.records.keys(prefix)]
    finally:
        opened.file.close()


def put_back(file: Path, data: Path) -> Path | None:
    return backup.put_back(file, data, LATER, unheard, agree)


def test_a_copy_made_under_writing_holds_all_of_each_transaction_or_nothing(
    data: Path, laptop: Laptop, tmp_path: Path
) -> None:
    for number in range(2000):
        kept(laptop, number)
    seen: list[int] = []

    def progress(done: int, _pages: int) -> None:
        seen.append(done)
        # Something else is committed before the copy goes on.
        kept(laptop, -len(seen))

    backup.make(data, tmp_path / "copy.sqlite", LATER, progress)
    put_back(tmp_path / "copy.sqlite", tmp_path / "other")

    left, right = (records_in(tmp_path / "other", prefix) for prefix in ("left:", "right:"))
    assert left == right
    assert len(left) == 2000
    assert len(seen) > 1


def test_the_copy_is_one_file_that_only_its_owner_may_read(
    data: Path, laptop: Laptop, tmp_path: Path
) -> None:
    file = tmp_path / "backups" / "copy.sqlite"

    backup.make(data, file, LATER, unheard)

    assert [path.name for path in file.parent.iterdir()] == ["copy.sqlite"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_copy_can_be_read_from_where_nothing_may_be_written(
    data: Path, laptop: Laptop, tmp_path: Path
) -> None:
    file = tmp_path / "backups" / "copy.sqlite"
    backup.make(data, file, LATER, unheard)

    # A file in WAL mode needs others beside it; this one says that it does not.
    assert file.read_bytes()[18:20] == b"\1\1"


def test_a_damaged_database_is_not_kept_as_a_backup_and_the_last_one_stays(
    data: Path, laptop: Laptop, tmp_path: Path
) -> None:
    file = tmp_path / "copy.sqlite"
    for number in range(50):
        kept(laptop, number)
    backup.make(data, file, LATER, unheard)
    good = file.read_bytes()
    laptop.file.close()
    raw = bytearray((data / wiring.DATABASE).read_bytes())
    raw[8192:40960] = b"\xa5" * (40960 - 8192)
    (data / wiring.DATABASE).write_bytes(raw)

    with pytest.raises(BadDatabase, match="damaged"):
        backup.make(data, file, LATER, unheard)
    assert file.read_bytes() == good


def test_nothing_but_a_backup_is_written_over(data: Path, laptop: Laptop, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(BadBackup, match="something else"):
        backup.make(data, tmp_path / "notes.txt", LATER, unheard)
    with pytest.raises(BadBackup, match="the database itself"):
        backup.make(data, data / wiring.DATABASE, LATER, unheard)


def test_the_newest_backups_are_kept_and_foreign_files_are_left_alone(tmp_path: Path) -> None:
    names = [f"hearback-2026112{day}-040000.sqlite" for day in range(5)]
    for name in [*names, "hearback-mine.sqlite"]:
        (tmp_path / name).touch()

    backup.forget_older(tmp_path, 2)

    assert sorted(path.name for path in tmp_path.iterdir()) == [*names[-2:], "hearback-mine.sqlite"]


def test_r34_a_store_that_was_put_back_says_so(data: Path, laptop: Laptop, tmp_path: Path) -> None:
    backup.make(data, tmp_path / "copy.sqlite", b.NOON, unheard)
    laptop.file.close()
    put_back(tmp_path / "copy.sqlite", data)

    opened = wiring.laptop(data, data / ".env", "")
    marked = restored.moment(opened.ports.records, LATER)
    opened.file.close()
    assert marked == LATER


def test_the_database_of_before_is_kept_with_what_was_only_in_its_journal(
    data: Path, laptop: Laptop, tmp_path: Path
) -> None:
    backup.make(data, tmp_path / "copy.sqlite", b.NOON, unheard)
    kept(laptop, 7)
    # As after SIGKILL: the newest is in the journal alone.
    for path in data.glob("hearback.sqlite*"):
        (tmp_path / "dead").mkdir(exist_ok=True)
        (tmp_path / "dead" / path.name).write_bytes(path.read_bytes())

    before = put_back(tmp_path / "copy.sqlite", tmp_path / "dead")

    assert before is not None
    (tmp_path / "again").mkdir()
    before.rename(tmp_path / "again" / wiring.DATABASE)
    assert records_in(tmp_path / "again", "left:") == ["7"]
    assert records_in(tmp_path / "dead", "left:") == []


def test_a_damaged_database_can_be_replaced_and_its_journal_does_not_get_into_the_new_one(
    data: Path, laptop: Laptop, tmp_path: Path
) -> None:
    backup.make(data, tmp_path / "copy.sqlite", b.NOON, unheard)
    laptop.file.close()
    (data / wiring.DATABASE).write_bytes(b"rubbish" * 1000)
    (data / f"{wiring.DATABASE}-wal").write_bytes(b"old journal")

    before = put_back(tmp_path / "copy.sqlite", data)

    assert before is not None
    assert before.read_bytes().startswith(b"rubbish")
    assert not sqlite.damage(data / wiring.DATABASE)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda raw: b"not a database at all", "no database"),
        (lambda raw: raw[:8192] + b"\xa5" * (len(raw) - 8192), "damaged"),
        (lambda raw: raw[:8192], "damaged"),
    ],
    ids=["another file", "overwritten", "cut off"],
)
def test_what_is_no_sound_backup_is_refused_and_changes_nothing(
    data: Path, laptop: Laptop, tmp_path: Path, spoil: object, said: str
) -> None:
    file = tmp_path / "copy.sqlite"
    backup.make(data, file, b.NOON, unheard)
    assert callable(spoil)
    file.write_bytes(spoil(file.read_bytes()))
    laptop.file.close()
    before = (data / wiring.DATABASE).read_bytes()

    with pytest.raises((BadBackup, BadDatabase), match=said):
        put_back(file, data)
    assert (data / wiring.DATABASE).read_bytes() == before


@pytest.mark.parametrize("schema", ["CREATE TABLE cases (x)", "CREATE TABLE of_tomorrow (x)"])
def test_a_database_of_another_version_or_program_is_refused(data: Path, tmp_path: Path, schema: str) -> None:
    SqliteFile(tmp_path / "other.sqlite", schema).close()

    with pytest.raises(BadBackup, match="not of this version"):
        put_back(tmp_path / "other.sqlite", data)


def test_logins_of_the_lost_time_do_not_come_back(data: Path, laptop: Laptop, tmp_path: Path) -> None:
    laptop.ports.records.put("session:a", "owner")
    laptop.ports.records.put("login:b", "owner")
    backup.make(data, tmp_path / "copy.sqlite", b.NOON, unheard)
    laptop.file.close()

    put_back(tmp_path / "copy.sqlite", data)

    assert records_in(data, "session:") + records_in(data, "login:") == []
