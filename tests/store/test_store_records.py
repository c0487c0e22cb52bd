"""What `store/contract.py` promises of records and counters, asked of every store."""

from datetime import timedelta

from chalicelib.store.contract import Record, Records
from tests.store.shapes import NOW, after
from tests.store.threads import together

WRITERS = 8


def test_there_is_no_record_nobody_wrote(records: Records) -> None:
    assert records.get("session:anna", NOW) is None


def test_a_record_comes_back_as_it_was_written(records: Records) -> None:
    text = "Где посылка? 😡\n\x00\ufffe" + "x" * 100_000
    records.put("fact:shop:" + text[:20], text)

    assert records.get("fact:shop:" + text[:20], NOW) == Record(text, 1)


def test_an_empty_record_is_a_record(records: Records) -> None:
    records.put("fact:shop", "")

    assert records.get("fact:shop", NOW) == Record("", 1)


def test_every_write_of_a_record_counts(records: Records) -> None:
    for value in ("one", "two", "three"):
        records.put("policy:live", value)

    assert records.get("policy:live", NOW) == Record("three", 3)


def test_a_record_is_gone_at_the_moment_it_expires(records: Records) -> None:
    records.put("session:anna", "Anna", expires_at=after(hours=1))

    assert records.get("session:anna", after(minutes=59)) == Record("Anna", 1)
    assert records.get("session:anna", after(hours=1)) is None


def test_a_record_written_again_expires_when_the_last_write_says(records: Records) -> None:
    records.put("session:anna", "Anna", expires_at=after(hours=1))
    records.put("session:anna", "Anna", expires_at=after(hours=3))

    assert records.get("session:anna", after(hours=2)) == Record("Anna", 2)


def test_a_record_written_without_an_end_stays(records: Records) -> None:
    records.put("session:anna", "Anna", expires_at=after(hours=1))
    records.put("session:anna", "Anna")

    assert records.get("session:anna", after(days=1000)) == Record("Anna", 2)


def test_a_record_is_written_over_the_expected_version_alone(records: Records) -> None:
    written = [
        records.put("policy:live", "one", version=0),
        records.put("policy:live", "two", version=0),
        records.put("policy:live", "two", version=1),
        records.put("policy:live", "three", version=1),
        records.put("policy:live", "three", version=7),
    ]

    assert written == [True, False, True, False, False]
    assert records.get("policy:live", NOW) == Record("two", 2)


def test_a_record_that_has_expired_counts_as_none_where_the_time_is_told(records: Records) -> None:
    records.put("said-aa:one", "old", expires_at=after(hours=1))

    assert not records.put("said-aa:one", "new", version=0, now=after(minutes=59))
    assert records.put("said-aa:one", "new", version=0, now=after(hours=1))


def test_each_who_moves_a_moment_on_gets_one_of_their_own(records: Records) -> None:
    step, until = timedelta(seconds=2), after(days=1)

    taken = [records.advance("pace-aa:x", step, NOW, until) for _ in range(3)]

    assert taken == [NOW, NOW + step, NOW + 2 * step]


def test_a_moment_that_lies_behind_moves_on_from_now(records: Records) -> None:
    step, until = timedelta(seconds=2), after(days=1)
    records.advance("pace-aa:x", step, NOW, until)

    assert records.advance("pace-aa:x", step, after(minutes=1), until) == after(minutes=1)


def test_of_many_who_move_a_moment_on_at_once_no_two_get_the_same(records: Records) -> None:
    step, until = timedelta(seconds=2), after(days=1)

    taken = together(WRITERS, lambda _: records.advance("pace-aa:x", step, NOW, until))

    assert sorted(taken) == [NOW + number * step for number in range(WRITERS)]


def test_no_version_can_be_expected_of_a_record_that_is_not_there(records: Records) -> None:
    assert not records.put("policy:live", "one", version=1)
    assert records.get("policy:live", NOW) is None


def test_of_many_who_write_over_one_version_one_succeeds(records: Records) -> None:
    records.put("policy:live", "0")
    written = together(WRITERS, lambda number: records.put("policy:live", str(number), version=1))

    live = records.get("policy:live", NOW)
    assert live == Record(str(written.index(True)), 2)
    assert written.count(True) == 1


def test_of_many_who_write_a_new_record_one_succeeds(records: Records) -> None:
    written = together(WRITERS, lambda number: records.put("policy:live", str(number), version=0))

    assert written.count(True) == 1


def test_a_record_is_taken_once(records: Records) -> None:
    records.put("login:abc", "Anna", expires_at=after(minutes=10))

    assert records.take("login:abc", NOW) == Record("Anna", 1)
    assert records.take("login:abc", NOW) is None


def test_of_many_who_take_a_record_one_gets_it(records: Records) -> None:
    records.put("login:abc", "Anna")
    taken = together(WRITERS, lambda _: records.take("login:abc", NOW))

    assert [record for record in taken if record] == [Record("Anna", 1)]


def test_a_record_that_has_expired_cannot_be_taken(records: Records) -> None:
    records.put("login:abc", "Anna", expires_at=after(minutes=10))

    assert records.take("login:abc", after(minutes=10)) is None


def test_a_record_that_was_taken_begins_anew(records: Records) -> None:
    records.put("login:abc", "Anna")
    records.take("login:abc", NOW)

    assert records.put("login:abc", "Bob", version=0)
    assert records.get("login:abc", NOW) == Record("Bob", 1)


def test_keys_are_found_by_what_they_begin_with_and_sorted(records: Records) -> None:
    for key in ("fact:shop:b", "fact:shop:a", "fact:shop2:a", "facts:shop:c", "fact:shop:ż", "policy:1"):
        records.put(key, "x")

    assert list(records.keys("fact:shop:")) == ["fact:shop:a", "fact:shop:b", "fact:shop:ż"]
    assert list(records.keys("fact:"))[-1] == "fact:shop:ż"
    assert len(records.keys("fact:")) == 4


def test_no_keys_begin_with_what_nobody_wrote(records: Records) -> None:
    assert list(records.keys("fact:")) == []


def test_a_counter_begins_at_nothing_and_adds_up(records: Records) -> None:
    assert records.count("unknown:telegram:poll") == 1
    assert records.count("unknown:telegram:poll", 4) == 5
    assert records.count("unknown:telegram:poll", -2) == 3


def test_all_counters_are_told_by_name(records: Records) -> None:
    records.count("b")
    records.count("a", 2)

    assert records.counts() == {"a": 2, "b": 1}


def test_there_are_no_counters_before_the_first_count(records: Records) -> None:
    assert records.counts() == {}


def test_a_counter_is_no_record(records: Records) -> None:
    records.count("unknown:telegram")

    assert records.get("unknown:telegram", NOW) is None
    assert list(records.keys("unknown:")) == []


def test_counting_at_the_same_time_forgets_nobody(records: Records) -> None:
    told = together(WRITERS, lambda _: [records.count("messages") for _ in range(5)])

    assert sorted(value for values in told for value in values) == list(range(1, 5 * WRITERS + 1))
