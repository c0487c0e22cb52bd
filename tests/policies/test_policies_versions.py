"""Versions of any size: kept in parts, never half, taken back and never undone by accident."""

import json
import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.policies import versions
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.publish import NothingPublished, PublishedPolicies, held_back, publish
from chalicelib.store.contract import Record, Records
from tests.policies.conftest import Stores
from tests.policies.folders import NOON, Folder

DYNAMO_ITEM = 400_000
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def bundle(folder: Folder) -> Bundle:
    return folder.load()


def with_window(bundle: Bundle, window: str) -> Bundle:
    return replace(bundle, policy={**bundle.policy, "rules": [{"name": "messages", "window": window}]})


def large(bundle: Bundle, letters: int = 4_000_000) -> Bundle:
    """Return a bundle of several megabytes that no compression makes much smaller."""
    noise = random.Random(1).randbytes(letters // 2).hex()  # noqa: S311 - no secret
    return replace(bundle, messages={**bundle.messages, "xx": noise})


def live(records: Records) -> str:
    return PublishedPolicies(records, str, lambda: NOON, timedelta(0)).live().version


def live_bundle(records: Records) -> Bundle:
    return versions.content(records, versions.manifest(records, live(records), NOON), NOON).bundle


class Dying:
    """Records whose program dies at the n-th write, before it or right after it."""

    def __init__(self, inner: Records, writes: int) -> None:
        self._inner = inner
        self._left = writes
        self.longest = 0

    def _write(self) -> None:
        if self._left == 0:
            raise KeyboardInterrupt
        self._left -= 1

    def put(
        self,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        version: int | None = None,
        now: datetime | None = None,
    ) -> bool:
        self._write()
        self.longest = max(self.longest, len(value.encode()))
        return self._inner.put(key, value, expires_at=expires_at, version=version, now=now)

    def take(self, key: str, now: datetime) -> Record | None:
        self._write()
        return self._inner.take(key, now)

    def advance(self, key: str, step: timedelta, now: datetime, expires_at: datetime) -> datetime:
        return self._inner.advance(key, step, now, expires_at)

    def get(self, key: str, now: datetime) -> Record | None:
        return self._inner.get(key, now)

    def keys(self, prefix: str) -> Sequence[str]:
        return self._inner.keys(prefix)

    def count(self, name: str, by: int = 1) -> int:
        return self._inner.count(name, by)

    def counts(self) -> dict[str, int]:
        return self._inner.counts()


def test_a_version_of_several_megabytes_goes_live_whole(stores: Stores, bundle: Bundle) -> None:
    files = large(bundle)
    publish(files, stores.records, NOON, by="me", sources=files.messages)

    assert live_bundle(stores.records) == files
    version = versions.manifest(stores.records, "1", NOON)
    assert versions.sources(stores.records, version, NOON) == files.messages


def test_no_record_outgrows_what_dynamodb_takes(stores: Stores, bundle: Bundle) -> None:
    watched = Dying(stores.records, 1000)
    publish(large(bundle), watched, NOON, by="me", sources=large(bundle).messages)

    assert watched.longest < DYNAMO_ITEM


def test_a_publisher_may_die_between_any_two_writes(stores: Stores, bundle: Bundle) -> None:
    publish(with_window(bundle, "1m"), stores.records, NOON, by="me")
    files = large(bundle, 1_000_000)
    # Three parts, one of the sources, the manifest, the pointer.
    for number in range(6):
        with pytest.raises(KeyboardInterrupt):
            publish(files, Dying(stores.records, number), NOON, by="me", sources={"policy.yaml": "x"})
        assert live_bundle(stores.records) == with_window(bundle, "1m")

    assert publish(files, stores.records, NOON, by="me") == "3"
    assert live_bundle(stores.records) == files


def test_after_a_publisher_died_the_history_names_only_what_was_live(stores: Stores, bundle: Bundle) -> None:
    publish(with_window(bundle, "1m"), stores.records, NOON, by="me")
    with pytest.raises(KeyboardInterrupt):
        publish(with_window(bundle, "2m"), Dying(stores.records, 2), NOON, by="me")
    number = publish(with_window(bundle, "3m"), stores.records, NOON, by="me")

    assert [version.number for version in versions.chain(stores.records, NOON)] == [number, "1"]


def test_publishers_at_once_all_end_one_after_the_other(stores: Stores, bundle: Bundle) -> None:
    windows = [f"{number}m" for number in range(1, 7)]

    def work(window: str) -> str:
        return publish(with_window(bundle, window), stores.records, NOON, by=window)

    with ThreadPoolExecutor(3) as pool:
        numbers = list(pool.map(work, windows))
    found = list(versions.chain(stores.records, NOON))

    assert sorted(int(one.number) for one in found) == sorted(map(int, numbers))
    assert {one.by: one.number for one in found} == dict(zip(windows, numbers, strict=True))


def test_a_version_remembers_who_when_and_why(stores: Stores, bundle: Bundle) -> None:
    publish(bundle, stores.records, NOON, by="anna", why="Christmas hours")
    [version] = versions.chain(stores.records, NOON)

    assert (version.by, version.at, version.why) == ("anna", NOON, "Christmas hours")


def test_files_are_kept_letter_by_letter(stores: Stores, bundle: Bundle) -> None:
    texts = {"policy.yaml": "\ufeffrules: []\r\n# żółć\n", "messages/ru.ftl": "да"}
    publish(bundle, stores.records, NOON, by="me", sources=texts)

    assert versions.sources(stores.records, versions.manifest(stores.records, "1", NOON), NOON) == texts


def test_equal_content_is_kept_once(stores: Stores, bundle: Bundle) -> None:
    for window in ("1m", "2m", "1m"):
        publish(with_window(bundle, window), stores.records, NOON, by="me")

    assert len(stores.records.keys("policy-part:")) == 2


def of_earlier_days(bundle: Bundle, by: str = "run") -> str:
    """Return a version as it was kept when it was one record."""
    retired = [
        {"channel": {"id": "old"}, "calendar": {"week": {}}, "since": "2026-11-01T00:00:00+00:00"},
    ]
    data = {"bundle": json.loads(bundle.to_json()), "by": by, "at": NOON.isoformat(), "retired": retired}
    return json.dumps(data)


def small(bundle: Bundle) -> Bundle:
    """Return a bundle of the days when one record held it: few texts, and no words yet."""
    return replace(bundle, words={}, messages={"en": bundle.messages["en"]})


@pytest.fixture
def old(stores: Stores, bundle: Bundle) -> Stores:
    """Return a store with two versions of earlier days."""
    for number, window in (("1", "1m"), ("2", "2m")):
        text = of_earlier_days(with_window(small(bundle), window))
        stores.records.put(f"policy:{int(number):06d}", text)
    stores.records.put("policy:live", "2")
    return stores


def test_a_version_of_earlier_days_is_read_still(old: Stores, bundle: Bundle) -> None:
    version = versions.manifest(old.records, "2", NOON)
    said = versions.content(old.records, version, NOON)

    assert said.bundle == with_window(small(bundle), "2m")
    assert [one.channel["id"] for one in said.retired] == ["old"]
    assert versions.sources(old.records, version, NOON) == {}


def test_the_history_reaches_back_to_earlier_days(old: Stores, bundle: Bundle) -> None:
    publish(with_window(bundle, "3m"), old.records, NOON, by="me")
    found = [(version.number, version.by) for version in versions.chain(old.records, NOON)]

    assert found == [("3", "me"), ("2", "run"), ("1", "run")]


def test_equal_files_keep_the_number_of_earlier_days(old: Stores, bundle: Bundle) -> None:
    assert publish(with_window(small(bundle), "2m"), old.records, NOON, by="me") == "2"


@pytest.mark.parametrize("number", ["7", "0", "-1", "x", "", "live", "1.5"])
def test_a_version_that_is_not_there_is_told_as_such(stores: Stores, bundle: Bundle, number: str) -> None:
    publish(bundle, stores.records, NOON, by="me")

    with pytest.raises(NothingPublished, match="is not in the store"):
        versions.manifest(stores.records, number, NOON)


def test_a_version_of_which_a_part_is_gone_is_told_as_such(stores: Stores, bundle: Bundle) -> None:
    publish(bundle, stores.records, NOON, by="me")
    stores.records.take(stores.records.keys("policy-part:")[0], NOON)

    with pytest.raises(NothingPublished, match="a part of version 1"):
        versions.content(stores.records, versions.manifest(stores.records, "1", NOON), NOON)


def test_a_version_whose_part_was_changed_is_not_believed(stores: Stores, bundle: Bundle) -> None:
    publish(bundle, stores.records, NOON, by="me")
    stores.records.put(stores.records.keys("policy-part:")[0], "something else")

    with pytest.raises(NothingPublished, match="a part of version 1"):
        versions.content(stores.records, versions.manifest(stores.records, "1", NOON), NOON)


def test_what_was_never_finished_is_told_as_such(stores: Stores) -> None:
    stores.records.put("policy:000001", "half way")

    with pytest.raises(NothingPublished, match="never finished"):
        versions.manifest(stores.records, "1", NOON)


def rolled_back(stores: Stores, bundle: Bundle, *windows: str, to: str) -> str:
    for window in windows:
        publish(with_window(bundle, window), stores.records, NOON, by="me")
    return publish(with_window(bundle, to), stores.records, NOON, by="me", rolls_back=True)


def test_a_rollback_is_the_next_version_and_says_the_old(stores: Stores, bundle: Bundle) -> None:
    number = rolled_back(stores, bundle, "1m", "2m", to="1m")

    assert number == "3"
    assert live_bundle(stores.records) == with_window(bundle, "1m")


def test_files_that_were_rolled_back_are_held_back(stores: Stores, bundle: Bundle) -> None:
    rolled_back(stores, bundle, "1m", "2m", to="1m")

    assert held_back(with_window(bundle, "2m"), stores.records, NOON) == "2"


def test_so_they_are_after_two_rollbacks_in_a_row(stores: Stores, bundle: Bundle) -> None:
    rolled_back(stores, bundle, "1m", "2m", "3m", to="2m")
    rolled_back(stores, bundle, to="1m")

    assert held_back(with_window(bundle, "3m"), stores.records, NOON) == "3"


@pytest.mark.parametrize("window", ["1m", "5m"])
def test_what_is_live_or_new_is_not_held_back(stores: Stores, bundle: Bundle, window: str) -> None:
    rolled_back(stores, bundle, "1m", "2m", to="1m")

    assert held_back(with_window(bundle, window), stores.records, NOON) == ""


def test_once_something_else_is_live_nothing_is_held_back(stores: Stores, bundle: Bundle) -> None:
    rolled_back(stores, bundle, "1m", "2m", to="1m")
    publish(with_window(bundle, "5m"), stores.records, NOON, by="me")

    assert held_back(with_window(bundle, "2m"), stores.records, NOON) == ""


def test_r35_once_the_files_say_what_is_live_the_next_change_goes_live(
    stores: Stores, bundle: Bundle
) -> None:
    rolled_back(stores, bundle, "1m", "2m", to="1m")
    assert publish(with_window(bundle, "1m"), stores.records, NOON, by="files") == "3"

    assert held_back(with_window(bundle, "2m"), stores.records, NOON) == ""


def test_before_the_first_version_nothing_is_held_back(stores: Stores, bundle: Bundle) -> None:
    assert held_back(bundle, stores.records, NOON) == ""


@pytest.fixture
def sqlite_records(request: pytest.FixtureRequest) -> Records:
    from chalicelib.store.sqlite import SqliteRecords

    return SqliteRecords(request.getfixturevalue("file"))


@given(texts=st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=400), min_size=1, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
def test_whatever_the_files_hold_comes_back(
    sqlite_records: Records, bundle: Bundle, texts: Mapping[str, str]
) -> None:
    files = {name: text.encode("utf-8", "replace").decode() for name, text in texts.items()}
    number = publish(replace(bundle, messages=files), sqlite_records, NOON, by="me", sources=files)
    version = versions.manifest(sqlite_records, number, LATER)

    assert versions.content(sqlite_records, version, LATER).bundle.messages == files
