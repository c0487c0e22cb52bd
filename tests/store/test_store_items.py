"""Cases as JSON, and the keys they are stored under."""

from collections import Counter
from collections.abc import Callable

import hypothesis.strategies as st
import pytest
from hypothesis import given

from chalicelib.core.case import Case, Status, case_id, thread_hash
from chalicelib.core.message import Thread
from chalicelib.core.timeline import Entry
from chalicelib.store import items
from tests.store.arbitrary import cases, timelines
from tests.store.shapes import NOW, a_case, an_open_case, said


@given(case=cases)
def test_a_case_survives_json(case: Case) -> None:
    assert items.case_from_json(items.case_to_json(case)) == case


@given(entries=timelines)
def test_a_timeline_survives_json(entries: tuple[Entry, ...]) -> None:
    assert items.entries_from_json(items.entries_to_json(entries)) == entries


def test_a_case_written_by_a_later_version_can_be_read() -> None:
    body = items.case_to_json(a_case()).replace(b'{"id"', b'{"a_field_of_tomorrow":1,"id"')

    assert items.case_from_json(body) == a_case()


@given(number=st.integers(1, 99_999_999), key=st.text(st.characters(exclude_categories=["Cs"])))
def test_the_id_of_a_case_names_its_thread_and_number(number: int, key: str) -> None:
    thread = Thread(channel="shop", key=key)

    assert items.case_key(case_id(thread, number)) == (thread_hash(thread), number)


@given(text=st.text())
def test_whatever_else_is_no_id_of_a_case(text: str) -> None:
    with pytest.raises(ValueError, match="is not the id of a case"):
        items.case_key(f"{text}!")


@given(thread=st.text())
def test_every_thread_has_a_shard(thread: str) -> None:
    assert items.shard_of(thread_hash(Thread(channel=thread, key="t"))) in range(items.SHARDS)


@pytest.mark.parametrize(
    ("thread", "shard"), [("abcdefghijklmnop", 8), ("aaaaaaaaaaaaaaab", 1), ("zyxwvu7654321aaa", 12)]
)
def test_a_thread_keeps_its_shard_for_ever(thread: str, shard: int) -> None:
    assert items.shard_of(thread) == shard


THREAD_KEYS = {
    "telegram chats": lambda n: str(710_000_000 + n * 8),
    "telegram groups": lambda n: str(-1_001_000_000_000 - n),
    "messenger": lambda n: f"{7_400_000_000_000_000 + n * 9973}",
    "whatsapp": lambda n: f"48{600_000_000 + n}",
    "comments": lambda n: f"381719875602663_{n}",
    "mail": lambda n: f"customer{n}@shop.example",
    "even numbers": lambda n: str(n * 2),
}


@pytest.mark.parametrize("keys", THREAD_KEYS.values(), ids=THREAD_KEYS)
def test_threads_spread_evenly_over_the_shards_whatever_their_keys_look_like(
    keys: Callable[[int], str],
) -> None:
    shards = Counter(items.shard_of(thread_hash(Thread(channel="shop", key=keys(n)))) for n in range(4000))
    fair = 4000 / items.SHARDS
    unevenness = sum((shards[shard] - fair) ** 2 / fair for shard in range(items.SHARDS))

    # Chi-square with 15 degrees of freedom: an even spread stays below this 999 times out of 1,000.
    assert unevenness < 37.7


def test_channel_and_id_of_an_event_cannot_be_mixed_up() -> None:
    assert items.seen_key("shop", "1#2") != items.seen_key("shop#1", "2")


def test_an_open_case_is_kept_for_ever_and_a_closed_one_400_days() -> None:
    assert items.kept_until(an_open_case(), NOW) is None
    assert items.kept_until(a_case(status=Status.CLOSED), NOW) == NOW.timestamp() + 400 * 86400


def test_what_was_written_is_kept_until_the_case_may_be_forgotten() -> None:
    assert items.entries_until(NOW) == items.kept_until(a_case(status=Status.CLOSED), NOW)


def test_an_event_is_remembered_longer_than_any_platform_redelivers() -> None:
    assert items.seen_until(NOW) == NOW.timestamp() + 14 * 86400


def test_only_words_are_erased() -> None:
    entries = (said("555", "m1", language="en"), said("", "m1"), said("555", "m2"))

    assert [entry.text for entry in items.erased(entries, ["m1"])] == [items.ERASED, "", "555"]
    assert items.erased(entries, ["m1"])[0].facts == {"language": "en"}
