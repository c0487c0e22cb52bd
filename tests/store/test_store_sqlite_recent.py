"""The closed cases of a laptop, for its owner's list; a table in AWS keeps no index of cases at rest."""

import pytest

from chalicelib.core.case import Status
from chalicelib.sqlite import SqliteFile
from chalicelib.store.sqlite import SqliteStore
from tests.store.shapes import NOW, a_case, after, an_open_case


@pytest.fixture
def store(file: SqliteFile) -> SqliteStore:
    return SqliteStore(file)


def closed_ids(store: SqliteStore, limit: int = 10) -> list[str]:
    return [case.id for case in store.recent_cases("shop", limit)]


def test_the_closed_case_that_changed_last_comes_first(store: SqliteStore) -> None:
    made = [a_case(f"t{number}", status=Status.CLOSED) for number in range(5)]
    for minutes in (3, 0, 4, 1, 2):
        store.commit(made[minutes], (), seen="", now=after(minutes=minutes))

    assert closed_ids(store) == [case.id for case in reversed(made)]
    assert closed_ids(store, limit=2) == [made[4].id, made[3].id]


def test_only_the_closed_cases_of_the_channel_are_recent(store: SqliteStore) -> None:
    mine = store.commit(a_case("t1", status=Status.CLOSED, place="post"), (), seen="", now=NOW)
    store.commit(a_case("t2", status=Status.CLOSED, channel="cafe"), (), seen="", now=NOW)
    store.commit(an_open_case("t3"), (), seen="", now=NOW)
    store.commit(a_case("t4", status=Status.IDLE), (), seen="", now=NOW)

    assert closed_ids(store) == [mine.id]
    assert list(store.recent_cases("shop", 1)) == [mine]


def test_a_case_that_reopens_is_no_longer_among_the_closed_ones(store: SqliteStore) -> None:
    case = store.commit(a_case(status=Status.CLOSED), (), seen="", now=NOW)
    store.commit(case.changed(status=Status.OPEN), (), seen="", now=NOW)

    assert closed_ids(store) == []
