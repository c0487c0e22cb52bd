"""Versions: numbered, never lost, never doubled, and told to every open case (R13)."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from chalicelib.core.case import Case, Status, case_id
from chalicelib.core.events import PolicyChanged
from chalicelib.core.message import Customer, Thread
from chalicelib.envelope import unseal
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.load import load
from chalicelib.policies.publish import NothingPublished, PublishedPolicies, announce, built, publish
from chalicelib.queues.contract import QueueMessage
from chalicelib.sqlite import SqliteFile
from chalicelib.store import sqlite
from chalicelib.store.contract import Record
from tests.policies.folders import NOON, Folder


@pytest.fixture
def records(file: SqliteFile) -> sqlite.SqliteRecords:
    return sqlite.SqliteRecords(file)


@pytest.fixture
def bundle(folder: Folder) -> Bundle:
    return folder.load()


def with_window(bundle: Bundle, window: str) -> Bundle:
    return replace(bundle, policy={**bundle.policy, "rules": [{"name": "messages", "window": window}]})


def window_of(records: sqlite.SqliteRecords, version: str) -> str:
    policies = PublishedPolicies(records, str, lambda: NOON, timedelta(0)).live()
    assert policies.version == version
    return str(policies.policy("shop").rules[0].window)


def test_versions_are_numbered_from_one(records: sqlite.SqliteRecords, bundle: Bundle) -> None:
    numbers = [publish(with_window(bundle, f"{n}m"), records, NOON, by="me") for n in (1, 2, 3)]

    assert numbers == ["1", "2", "3"]


def test_what_is_published_is_live(records: sqlite.SqliteRecords, bundle: Bundle) -> None:
    version = publish(with_window(bundle, "7m"), records, NOON, by="me")

    assert window_of(records, version) == "7m"


def test_who_asks_for_a_version_gets_no_older_one_however_fresh_that_is(
    records: sqlite.SqliteRecords, bundle: Bundle
) -> None:
    publish(bundle, records, NOON, by="me")
    policies = PublishedPolicies(records, str, lambda: NOON, timedelta(minutes=1))
    policies.live()
    publish(with_window(bundle, "7m"), records, NOON, by="me")

    assert [policies.live().version, policies.live(at_least="2").version] == ["1", "2"]


def test_an_equal_bundle_keeps_its_number(records: sqlite.SqliteRecords, bundle: Bundle) -> None:
    publish(bundle, records, NOON, by="me")
    equal = Bundle.from_json(bundle.to_json())

    assert publish(equal, records, NOON, by="you") == "1"
    assert records.keys("policy:") == ["policy:000001", "policy:live"]


def test_the_bundle_of_before_gets_a_number_of_its_own(records: sqlite.SqliteRecords, bundle: Bundle) -> None:
    for window in ("1m", "2m", "1m"):
        version = publish(with_window(bundle, window), records, NOON, by="me")

    assert (version, window_of(records, version)) == ("3", "1m")


def test_a_version_remembers_who_published_it_and_when(records: sqlite.SqliteRecords, bundle: Bundle) -> None:
    publish(bundle, records, NOON, by="anna")
    record = records.get("policy:000001", NOON)

    assert record is not None
    assert '"by": "anna", "at": "2026-11-20T12:00:00+00:00"' in record.value


def test_many_publishers_at_once_lose_and_double_no_version(
    records: sqlite.SqliteRecords, bundle: Bundle
) -> None:
    windows = [f"{n}m" for n in range(1, 13)]
    with ThreadPoolExecutor(6) as pool:
        versions = list(pool.map(lambda w: publish(with_window(bundle, w), records, NOON, by=w), windows))

    assert len(set(versions)) == len(windows)
    assert window_of(records, max(versions, key=int)) == windows[versions.index(max(versions, key=int))]


class Interrupted:
    """Records in which somebody else publishes just before the next version goes live."""

    def __init__(self, inner: sqlite.SqliteRecords, meanwhile: Callable[[], object]) -> None:
        self._inner = inner
        self._meanwhile: list[Callable[[], object]] = [meanwhile]

    def put(
        self,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        version: int | None = None,
        now: datetime | None = None,
    ) -> bool:
        if key == "policy:live" and self._meanwhile:
            self._meanwhile.pop()()
        return self._inner.put(key, value, expires_at=expires_at, version=version, now=now)

    def advance(self, key: str, step: timedelta, now: datetime, expires_at: datetime) -> datetime:
        return self._inner.advance(key, step, now, expires_at)

    def get(self, key: str, now: datetime) -> Record | None:
        return self._inner.get(key, now)

    def take(self, key: str, now: datetime) -> Record | None:
        return self._inner.take(key, now)

    def keys(self, prefix: str) -> Sequence[str]:
        return self._inner.keys(prefix)

    def count(self, name: str, by: int = 1) -> int:
        return self._inner.count(name, by)

    def counts(self) -> dict[str, int]:
        return self._inner.counts()


def test_of_two_publishers_at_once_each_gets_its_own_version(
    records: sqlite.SqliteRecords, bundle: Bundle
) -> None:
    other: list[str] = []
    interrupted = Interrupted(
        records, lambda: other.append(publish(with_window(bundle, "2m"), records, NOON, by="b"))
    )
    mine = publish(with_window(bundle, "1m"), interrupted, NOON, by="a")

    assert int(mine) > int(other[0])
    assert window_of(records, mine) == "1m"


def test_of_two_publishers_of_the_same_files_both_get_the_same_version(
    records: sqlite.SqliteRecords, bundle: Bundle
) -> None:
    other: list[str] = []
    interrupted = Interrupted(records, lambda: other.append(publish(bundle, records, NOON, by="b")))

    assert publish(bundle, interrupted, NOON, by="a") == other[0]


def test_the_version_of_a_publisher_who_died_is_never_written_over(
    records: sqlite.SqliteRecords, bundle: Bundle
) -> None:
    publish(bundle, records, NOON, by="a")
    records.put("policy:000002", "half way")
    version = publish(with_window(bundle, "3m"), records, NOON, by="b")

    assert version == "3"
    assert records.get("policy:000002", NOON) == Record(value="half way", version=1)


@dataclass
class ListedQueue:
    """A queue of which only `put` is needed."""

    messages: list[QueueMessage] = field(default_factory=list)

    def put(self, messages: Sequence[QueueMessage]) -> None:
        self.messages.extend(messages)

    def receive(self, limit: int, wait: timedelta) -> list[object]:
        raise NotImplementedError

    done = retry = depth = dead = revive = receive


def a_case(store: sqlite.SqliteStore, key: str, channel: str = "shop", **changes: object) -> Case:
    thread = Thread(channel=channel, key=key)
    case = Case(id=case_id(thread, 1), thread=thread, customer=Customer(id=key))
    fields = {"status": Status.OPEN, "opened_at": NOON, "policy_version": "1", **changes}
    return store.commit(case.changed(**fields), (), seen="", now=NOON)


def told(bundle: Bundle, store: sqlite.SqliteStore, version: str = "2") -> list[str]:
    queue = ListedQueue()
    count = announce(built(bundle, version, str), store, queue, NOON)  # type: ignore[arg-type] # put is all it needs
    events = [unseal(message.body)[1] for message in queue.messages]
    assert count == len(events)
    return sorted(event.case_id for event in events if isinstance(event, PolicyChanged))


def test_exactly_the_open_cases_of_other_versions_are_told_r13(file: SqliteFile, bundle: Bundle) -> None:
    store = sqlite.SqliteStore(file)
    stale = [a_case(store, "a"), a_case(store, "b", channel="page"), a_case(store, "c", policy_version="")]
    a_case(store, "d", policy_version="2")
    a_case(store, "e", status=Status.CLOSED, closed_at=NOON)
    a_case(store, "f", status=Status.IDLE)
    a_case(store, "g", channel="a-channel-of-nobody")

    assert told(bundle, store) == sorted(case.id for case in stale)


def test_more_cases_than_one_batch_are_all_told_r13(file: SqliteFile, bundle: Bundle) -> None:
    store = sqlite.SqliteStore(file)
    cases = [a_case(store, f"customer-{n}") for n in range(101)]

    assert told(bundle, store) == sorted(case.id for case in cases)


def test_telling_twice_is_the_same_message_and_another_version_another(
    file: SqliteFile, bundle: Bundle
) -> None:
    store, queue = sqlite.SqliteStore(file), ListedQueue()
    a_case(store, "a")
    for version in ("2", "2", "3"):
        announce(built(bundle, version, str), store, queue, NOON)  # type: ignore[arg-type] # put is all it needs

    first, again, other = (message.dedupe for message in queue.messages)
    assert first == again != other


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Counted:
    """Secrets that count how often they are asked for."""

    asked: int = 0

    def __call__(self, name: str) -> str:
        self.asked += 1
        return f"value {self.asked}"


def test_before_anything_is_published_there_is_nothing_to_read(records: sqlite.SqliteRecords) -> None:
    with pytest.raises(NothingPublished):
        PublishedPolicies(records, str, lambda: NOON, timedelta(seconds=60)).live()


def test_a_new_version_is_seen_once_the_old_one_is_no_longer_fresh_r35(
    records: sqlite.SqliteRecords, bundle: Bundle
) -> None:
    clock = Clock()
    policies = PublishedPolicies(records, str, clock, timedelta(seconds=60))
    publish(bundle, records, NOON, by="me")
    seen = [policies.live().version]
    publish(with_window(bundle, "1m"), records, NOON, by="me")
    for seconds in (59, 1):
        clock.now += timedelta(seconds=seconds)
        seen.append(policies.live().version)

    assert seen == ["1", "1", "2"]


def test_an_unchanged_version_is_not_built_again(records: sqlite.SqliteRecords, bundle: Bundle) -> None:
    clock = Clock()
    policies = PublishedPolicies(records, str, clock, timedelta(seconds=60))
    publish(bundle, records, NOON, by="me")
    first = policies.live()
    clock.now += timedelta(minutes=5)

    assert policies.live() is first


def test_a_changed_secret_is_read_after_the_policies_are_forgotten(
    records: sqlite.SqliteRecords, bundle: Bundle
) -> None:
    secrets = Counted()
    policies = PublishedPolicies(records, secrets, lambda: NOON, timedelta(seconds=60))
    publish(bundle, records, NOON, by="me")
    before = policies.live().channel("shop").secret("bot_token")
    policies.forget()

    assert policies.live().channel("shop").secret("bot_token") != before


def test_a_changed_secret_is_used_at_the_next_look(records: sqlite.SqliteRecords, bundle: Bundle) -> None:
    clock, values = Clock(), {"TOKEN": "old"}
    policies = PublishedPolicies(records, lambda name: values["TOKEN"], clock, timedelta(seconds=30))
    publish(bundle, records, NOON, by="me")
    policies.live()
    values["TOKEN"] = "new"
    clock.now += timedelta(seconds=30)

    assert policies.live().channel("shop").secret("bot_token") == "new"


def test_a_version_that_has_vanished_is_told_as_such(records: sqlite.SqliteRecords, bundle: Bundle) -> None:
    publish(bundle, records, NOON, by="me")
    records.take("policy:000001", NOON)

    with pytest.raises(NothingPublished, match="version 1"):
        PublishedPolicies(records, str, lambda: NOON, timedelta(0)).live()


def test_many_readers_and_one_who_forgets_always_have_a_version(
    records: sqlite.SqliteRecords, bundle: Bundle
) -> None:
    policies = PublishedPolicies(records, str, lambda: NOON, timedelta(0))
    publish(bundle, records, NOON, by="me")

    def read_or_forget(number: int) -> str:
        if number % 5 == 0:
            policies.forget()
        return policies.live().version

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(read_or_forget, range(60))) == {"1"}


def test_a_bundle_survives_its_own_json(folder: Folder) -> None:
    bundle = load(folder.path, NOON).bundle

    assert Bundle.from_json(bundle.to_json()) == bundle
