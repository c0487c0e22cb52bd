"""What `store/contract.py` promises of cases, asked of every store."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from chalicelib.core.case import Case, Status, case_id
from chalicelib.core.errors import AlreadySeen, StaleCase, UnknownCase
from chalicelib.core.message import Message, Thread
from chalicelib.core.timeline import Entry
from chalicelib.store.contract import Store
from chalicelib.store.items import ERASED, SHARDS, shard_of, thread_key
from tests.store.arbitrary import cases, timelines
from tests.store.shapes import NOW, a_case, after, an_open_case, due_at, said
from tests.store.threads import together

WRITERS = 8


def commit(store: Store, case: Case, *timeline: Entry, seen: str = "") -> Case:
    return store.commit(case, timeline, seen=seen, now=NOW)


def due(store: Store, before: datetime) -> set[tuple[str, datetime]]:
    return {(one.case_id, one.due_at) for one in store.due(before)}


def open_ids(store: Store, channel: str, place: str = "") -> set[str]:
    return {case.id for case in store.open_cases(channel, place)}


def words(store: Store, case: Case) -> list[str]:
    return [entry.text for entry in store.timeline(case.id)]


# Reading


def test_a_thread_nobody_wrote_in_has_no_newest_case(store: Store) -> None:
    assert store.newest(Thread(channel="shop", key="t1")) is None


def test_the_newest_case_is_the_one_with_the_highest_number(store: Store) -> None:
    for number in (2, 10, 9):
        commit(store, a_case(number=number))
    commit(store, a_case("t2", number=11))

    newest = store.newest(a_case().thread)
    assert newest
    assert newest.id == a_case(number=10).id


def test_threads_of_one_key_on_two_channels_are_two_threads(store: Store) -> None:
    commit(store, a_case(channel="shop"))

    assert store.newest(a_case(channel="cafe").thread) is None


def test_a_commit_returns_the_case_as_it_is_stored_with_its_next_version(store: Store) -> None:
    first = commit(store, a_case())
    second = commit(store, first.changed(language="pl"))

    assert (first.version, second.version) == (1, 2)
    assert store.load(first.id) == second


THREAD = a_case().id.partition(".")[0]
NO_IDS = ["", ".", "1", "no id", ".1", "x" * 5000 + ".1", "\ud800.1", THREAD]
NO_NUMBERS = ["", "0", "-1", "+1", "01", "1 ", "1\n", "١", "1.1", str(2**63), "9" * 5000]


@pytest.mark.parametrize(
    "case_id",
    [*NO_IDS, *(f"{THREAD}.{number}" for number in NO_NUMBERS), f"{THREAD}.2"],
    ids=lambda value: ascii(value)[:30],
)
def test_what_is_not_the_id_of_a_case_is_an_unknown_case(store: Store, case_id: str) -> None:
    commit(store, a_case())

    with pytest.raises(UnknownCase):
        store.load(case_id)


# Round trips

numbers = itertools.count(1)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases, timeline=timelines)
def test_every_field_of_case_and_timeline_comes_back_as_it_was_stored(
    store: Store, case: Case, timeline: tuple[Entry, ...]
) -> None:
    fresh = replace(case, id=case_id(case.thread, next(numbers)), version=0)
    stored = commit(store, fresh, *timeline)

    assert store.load(fresh.id) == stored == replace(fresh, version=1)
    assert store.timeline(fresh.id) == timeline


def test_a_case_of_more_than_300_kilobytes_has_room(store: Store) -> None:
    long = tuple(Message(id=f"m{number}", at=NOW, text="😡" * 2000) for number in range(40))
    stored = commit(store, a_case(address={message.id: message.text for message in long}))

    assert store.load(stored.id) == stored


# Commit, all or nothing: scenario 2


def test_a_case_that_changed_since_it_was_read_is_stale(store: Store) -> None:
    read = commit(store, a_case())
    commit(store, read.changed(language="pl"))

    with pytest.raises(StaleCase):
        commit(store, read.changed(language="hr"))


def test_of_two_first_writers_the_second_is_stale(store: Store) -> None:
    commit(store, a_case())

    with pytest.raises(StaleCase):
        commit(store, a_case())


def test_a_case_that_was_never_stored_cannot_have_a_second_version(store: Store) -> None:
    with pytest.raises(StaleCase):
        commit(store, a_case(version=1))


def test_a_stale_commit_writes_nothing(store: Store) -> None:
    stored = commit(store, a_case(), said("first"))
    with pytest.raises(StaleCase):
        commit(store, a_case(language="hr"), said("lost"), seen="e1")

    assert store.load(stored.id) == stored
    assert words(store, stored) == ["first"]
    assert commit(store, stored, seen="e1").version == 2


def test_an_event_is_committed_once(store: Store) -> None:
    stored = commit(store, a_case(), seen="e1")

    with pytest.raises(AlreadySeen):
        commit(store, stored.changed(language="hr"), seen="e1")


def test_an_event_seen_before_writes_nothing(store: Store) -> None:
    stored = commit(store, a_case(), said("first"), seen="e1")
    with pytest.raises(AlreadySeen):
        commit(store, stored.changed(language="hr"), said("again"), seen="e1")

    assert store.load(stored.id) == stored
    assert words(store, stored) == ["first"]


def test_an_event_seen_before_is_not_mistaken_for_a_stale_case(store: Store) -> None:
    commit(store, a_case(), seen="e1")

    with pytest.raises(AlreadySeen):
        commit(store, a_case(), said("again"), seen="e1")


def test_an_event_seen_in_one_thread_is_seen_in_every_thread_of_its_channel(store: Store) -> None:
    commit(store, a_case("t1"), seen="e1")

    with pytest.raises(AlreadySeen):
        commit(store, a_case("t2"), seen="e1")


def test_each_channel_has_ids_of_its_own(store: Store) -> None:
    commit(store, a_case(channel="shop"), seen="e1")

    assert commit(store, a_case(channel="cafe"), seen="e1").version == 1


def test_what_cannot_come_twice_is_never_seen(store: Store) -> None:
    first = commit(store, a_case(), seen="")

    assert commit(store, first, seen="").version == 2


def test_an_event_may_have_a_very_long_id(store: Store) -> None:
    stored = commit(store, a_case(), seen="e" * 5000)

    with pytest.raises(AlreadySeen):
        commit(store, stored, seen="e" * 5000)


def test_writers_at_the_same_time_lose_no_update(store: Store) -> None:
    case = commit(store, a_case())
    rounds = 5

    def count_up(_: int) -> None:
        left = rounds
        while left:
            read = store.load(case.id)
            try:
                commit(store, read.changed(updates_made=read.updates_made + 1), said("one more"))
            except StaleCase:
                continue
            left -= 1

    together(WRITERS, count_up)

    assert store.load(case.id).updates_made == WRITERS * rounds
    assert len(store.timeline(case.id)) == WRITERS * rounds


def test_an_event_that_many_commit_at_once_is_committed_once(store: Store) -> None:
    def take_part(_: int) -> bool:
        while True:
            newest = store.newest(a_case().thread)
            try:
                commit(store, newest or a_case(), said("hello"), seen="e1")
            except StaleCase:
                continue
            except AlreadySeen:
                return False
            return True

    assert together(WRITERS, take_part).count(True) == 1
    assert words(store, a_case()) == ["hello"]


# The timeline: R29


def test_the_timeline_keeps_the_order_in_which_it_was_written(store: Store) -> None:
    case = a_case()
    for number in range(0, 24, 2):
        case = commit(store, case, said(f"{number}"), said(f"{number + 1}"))

    assert words(store, case) == [str(number) for number in range(24)]


def test_each_case_has_a_timeline_of_its_own(store: Store) -> None:
    commit(store, a_case(number=1), said("first case"))
    commit(store, a_case(number=10), said("tenth case"))

    assert words(store, a_case(number=1)) == ["first case"]


def test_a_case_to_which_nothing_happened_has_no_timeline(store: Store) -> None:
    assert store.timeline(commit(store, a_case()).id) == ()


def test_the_words_of_a_deleted_message_are_removed_and_nothing_else(store: Store) -> None:
    case = commit(store, a_case(), said("my phone is 555", "m1", language="en"), said("hello", "m2"))
    commit(store, case, said("555, I said", "m1"))
    store.erase(case.id, ["m1"])

    assert words(store, case) == [ERASED, "hello", ERASED]
    assert store.timeline(case.id)[0].facts == {"language": "en"}


def test_words_may_be_erased_again(store: Store) -> None:
    case = commit(store, a_case(), said("my phone is 555", "m1"))
    store.erase(case.id, ["m1"])
    store.erase(case.id, ["m1", "unknown"])

    assert words(store, case) == [ERASED]


def test_nothing_is_erased_from_a_case_that_does_not_exist(store: Store) -> None:
    store.erase(a_case().id, ["m1"])

    assert store.timeline(a_case().id) == ()


def test_messages_erased_at_the_same_time_are_all_erased(store: Store) -> None:
    case = commit(store, a_case(), *(said(f"secret {n}", f"m{n}") for n in range(WRITERS)))
    together(WRITERS, lambda number: store.erase(case.id, [f"m{number}"]))

    assert words(store, case) == [ERASED] * WRITERS


def test_a_case_can_be_committed_after_its_words_were_erased(store: Store) -> None:
    case = commit(store, a_case(), said("my phone is 555", "m1"))
    store.erase(case.id, ["m1"])
    commit(store, case, said("hello again", "m2"))

    assert words(store, case) == [ERASED, "hello again"]


# What is due: R6


def test_only_what_is_due_before_the_time_is_due(store: Store) -> None:
    moments = [after(seconds=-1), NOW, after(microseconds=-1), after(days=1)]
    made = [commit(store, a_case(f"t{n}", clocks=due_at(at))) for n, at in enumerate(moments)]

    assert due(store, NOW) == {(made[0].id, moments[0]), (made[2].id, moments[2])}


def test_a_case_is_due_at_its_earliest_clock(store: Store) -> None:
    case = commit(store, a_case(clocks=due_at(after(hours=2), after(hours=1))))

    assert due(store, after(days=1)) == {(case.id, after(hours=1))}


def test_a_case_that_changes_is_due_when_it_says_then(store: Store) -> None:
    case = commit(store, a_case(clocks=due_at(after(minutes=5))))
    commit(store, case.changed(clocks=due_at(after(hours=1))))

    assert due(store, after(minutes=30)) == set()
    assert due(store, after(minutes=90)) == {(case.id, after(hours=1))}


def test_a_closed_case_without_clocks_is_never_due(store: Store) -> None:
    case = commit(store, an_open_case(clocks=due_at(NOW)))
    commit(store, case.changed(status=Status.CLOSED, clocks=()))

    assert due(store, after(days=1000)) == set()


def test_due_cases_of_many_threads_are_all_found(store: Store) -> None:
    made = {commit(store, a_case(f"t{number}", clocks=due_at(NOW))).id for number in range(40)}

    assert {name for name, _ in due(store, after(seconds=1))} == made


def test_no_more_cases_are_due_than_asked_for(store: Store) -> None:
    for number in range(20):
        commit(store, a_case(f"t{number}", clocks=due_at(NOW)))

    assert len(list(store.due(after(seconds=1), limit=7))) == 7
    assert len(list(store.due(after(seconds=1), limit=20))) == 20


def a_crowd(store: Store) -> tuple[list[Case], list[Case]]:
    """Store 40 cases of one shard, due long ago, and one of each other shard, due now; return both."""
    known = [a_case(f"t{number}", clocks=due_at(after(hours=number - 1999))) for number in range(1000)]
    shards = [[case for case in known if shard_of(thread_key(case.thread)) == n] for n in range(SHARDS)]
    crowd = [commit(store, case) for case in shards[0][:40]]
    return crowd, [commit(store, shard[0].changed(clocks=due_at(NOW))) for shard in shards[1:]]


def test_what_has_been_due_for_longer_than_is_asked_for_is_left_out(store: Store) -> None:
    moments = [after(seconds=-61), after(seconds=-60), after(microseconds=-1), NOW]
    made = [commit(store, a_case(f"t{n}", clocks=due_at(at))) for n, at in enumerate(moments)]

    found = [one.case_id for one in store.due(NOW, since=after(seconds=-60))]
    assert sorted(found) == sorted(case.id for case in made[1:3])


def test_r34_what_fell_due_lately_is_found_behind_any_crowd(store: Store) -> None:
    crowd, others = a_crowd(store)
    last = commit(store, crowd[-1].changed(clocks=due_at(NOW)))

    found = {one.case_id for one in store.due(after(seconds=1), limit=SHARDS, since=after(minutes=-10))}
    assert found == {last.id, *(case.id for case in others)}


def test_r34_cases_that_are_stuck_in_one_shard_starve_no_other(store: Store) -> None:
    _, others = a_crowd(store)

    found = {one.case_id for one in store.due(after(seconds=1), limit=2 * SHARDS)}
    assert {case.id for case in others} <= found


def test_r34_what_the_other_shards_leave_goes_to_the_oldest_of_the_crowded_one(store: Store) -> None:
    crowd, others = a_crowd(store)

    found = {one.case_id for one in store.due(after(seconds=1), limit=2 * SHARDS)}
    oldest = sorted(crowd, key=lambda case: case.clocks[0].due_at)[: 2 * SHARDS - len(others)]
    assert found - {case.id for case in others} == {case.id for case in oldest}


def test_fewer_may_be_asked_for_than_there_are_shards(store: Store) -> None:
    a_crowd(store)

    assert len(list(store.due(after(seconds=1), limit=3))) == 3
    assert list(store.due(after(seconds=1), limit=0)) == []


# Open cases


def test_the_open_cases_of_a_channel_are_those_that_are_open(store: Store) -> None:
    mine = commit(store, an_open_case("t1"))
    commit(store, an_open_case("t2", channel="cafe"))
    commit(store, a_case("t3", status=Status.CLOSED))
    commit(store, a_case("t4", status=Status.IDLE))

    assert open_ids(store, "shop") == {mine.id}


def test_open_cases_come_as_they_are_stored(store: Store) -> None:
    case = commit(store, an_open_case(language="pl"))

    assert list(store.open_cases("shop")) == [case]


def test_a_case_that_closes_is_open_no_longer(store: Store) -> None:
    case = commit(store, an_open_case(place="post"))
    commit(store, case.changed(status=Status.CLOSED))

    assert open_ids(store, "shop") == set()
    assert open_ids(store, "shop", "post") == set()


def test_a_case_that_reopens_is_open_again(store: Store) -> None:
    case = commit(store, a_case(status=Status.CLOSED))
    commit(store, case.changed(status=Status.OPEN))

    assert open_ids(store, "shop") == {case.id}


def test_the_open_cases_of_a_place_are_those_on_it_alone(store: Store) -> None:
    mine = commit(store, an_open_case("t1", place="post"))
    for number, place in enumerate(["", "post2", "pos", "post#2", "POST"]):
        commit(store, an_open_case(f"other-{number}", place=place))
    commit(store, an_open_case("t1", channel="cafe", place="post"))

    assert open_ids(store, "shop", "post") == {mine.id}


def test_more_open_cases_than_fit_one_answer_are_all_found(store: Store) -> None:
    made = {commit(store, an_open_case(f"t{number}", place="post")).id for number in range(120)}

    assert open_ids(store, "shop") == made
    assert open_ids(store, "shop", "post") == made


def test_open_cases_may_change_while_they_are_gone_through(store: Store) -> None:
    for number in range(20):
        commit(store, an_open_case(f"t{number}"))
    for case in store.open_cases("shop"):
        commit(store, case.changed(status=Status.CLOSED, closed_at=NOW + timedelta(seconds=1)))

    assert open_ids(store, "shop") == set()


# The past, for the owner's own questions


def since_ids(store: Store, since: datetime, channel: str = "shop") -> list[str]:
    return sorted(case.id for case in store.cases_since(channel, since))


def test_open_and_closed_cases_in_which_something_happened_since_are_found(store: Store) -> None:
    for made in (
        an_open_case("t1"),
        a_case("t2", status=Status.CLOSED, opened_at=after(days=-50), closed_at=NOW),
        an_open_case("t3", last_customer_at=NOW).changed(opened_at=after(days=-50)),
    ):
        commit(store, made)

    assert since_ids(store, NOW) == sorted(a_case(key).id for key in ("t1", "t2", "t3"))


def test_of_long_ago_of_another_channel_and_of_nothing_asked_no_case_is_found(store: Store) -> None:
    for made in (
        an_open_case("t1").changed(opened_at=after(days=-50)),
        a_case("t2", status=Status.CLOSED, opened_at=after(days=-50), closed_at=after(days=-40)),
        a_case("t3", status=Status.IDLE, last_customer_at=NOW),
        a_case("t4", channel="cafe", status=Status.OPEN, opened_at=NOW),
    ):
        commit(store, made)

    assert since_ids(store, after(days=-30)) == []


def test_every_case_of_a_thread_is_found_once(store: Store) -> None:
    for number in (1, 2):
        commit(store, a_case(number=number, status=Status.CLOSED, closed_at=NOW))

    assert since_ids(store, NOW) == [a_case(number=number).id for number in (1, 2)]
