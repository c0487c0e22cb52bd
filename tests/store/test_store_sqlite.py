"""What only the store in SQLite has to do by itself: forget, and find what is due by an index."""

from datetime import datetime
from pathlib import Path

import pytest

from chalicelib.core.case import Case, Status
from chalicelib.core.errors import AlreadySeen, UnknownCase
from chalicelib.sqlite import SqliteFile
from chalicelib.store.sqlite import DUE, SCHEMA, SqliteRecords, SqliteStore
from tests.store.shapes import NOW, a_case, after, an_open_case, said


@pytest.fixture
def lite(file: SqliteFile) -> SqliteStore:
    return SqliteStore(file)


def commit(store: SqliteStore, case: Case, *, seen: str = "", now: datetime = NOW) -> Case:
    return store.commit(case, [said("hello")], seen=seen, now=now)


def test_what_is_due_is_found_by_its_index_alone_however_many_cases_are_open(file: SqliteFile) -> None:
    plan = file.read().execute(f"EXPLAIN QUERY PLAN {DUE}", (0, 1)).fetchall()

    found = "SEARCH cases USING COVERING INDEX cases_due_ids (due_at>? AND due_at<?)"
    assert [detail for *_, detail in plan] == [found]


def test_a_file_of_an_older_version_gets_the_index_of_what_is_due(file: SqliteFile, tmp_path: Path) -> None:
    file.write(lambda connection: connection.execute("DROP INDEX cases_due_ids"))
    file.write(lambda connection: connection.execute("CREATE INDEX cases_due ON cases (due_at)"))

    opened = SqliteFile(tmp_path / "hearback.sqlite", SCHEMA)
    names = {name for _, name, *_ in opened.read().execute("PRAGMA index_list(cases)")}
    opened.close()
    assert "cases_due_ids" in names and "cases_due" not in names


def test_a_closed_case_is_forgotten_after_400_days_with_its_timeline(lite: SqliteStore) -> None:
    case = commit(lite, a_case(status=Status.CLOSED))

    lite.forget_expired(after(days=400))
    assert lite.load(case.id) == case

    lite.forget_expired(after(days=401))
    assert lite.timeline(case.id) == ()
    with pytest.raises(UnknownCase):
        lite.load(case.id)


def test_an_open_case_is_never_forgotten(lite: SqliteStore) -> None:
    case = commit(lite, an_open_case())
    lite.forget_expired(after(days=4000))

    assert lite.load(case.id) == case


def test_a_case_that_reopened_is_not_forgotten(lite: SqliteStore) -> None:
    case = commit(lite, a_case(status=Status.CLOSED))
    case = commit(lite, case.changed(status=Status.OPEN), now=after(days=399))
    lite.forget_expired(after(days=500))

    assert lite.load(case.id) == case


def test_an_event_is_remembered_for_14_days(lite: SqliteStore) -> None:
    case = commit(lite, a_case(), seen="e1")

    lite.forget_expired(after(days=14))
    with pytest.raises(AlreadySeen):
        commit(lite, case, seen="e1")

    lite.forget_expired(after(days=15))
    assert commit(lite, case, seen="e1").version == 2


def test_a_record_that_expired_is_forgotten_and_the_others_stay(file: SqliteFile, lite: SqliteStore) -> None:
    records = SqliteRecords(file)
    records.put("session:anna", "Anna", expires_at=NOW)
    records.put("policy:live", "1")
    records.count("messages")
    lite.forget_expired(after(seconds=1))

    assert list(records.keys("session:")) == []
    assert list(records.keys("policy:")) == ["policy:live"]
    assert records.counts() == {"messages": 1}
