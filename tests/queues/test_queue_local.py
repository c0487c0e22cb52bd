"""What only the local queue has to get right: its cost, its disk, and the time it is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from chalicelib.queues.contract import DEDUPE_FOR, MAX_RECEIVES, VISIBILITY_TIMEOUT, QueueMessage
from chalicelib.queues.local import SCHEMA, LocalQueue
from chalicelib.sqlite import Connection, SqliteFile
from tests.queues.conftest import FakeClock

NOT_AT_ALL = timedelta()
TICK = timedelta(milliseconds=1)

MakeQueue = Callable[..., LocalQueue]


@pytest.fixture
def make(file: SqliteFile, clock: FakeClock) -> MakeQueue:
    return lambda name="events", *, fifo=True: LocalQueue(file, name, clock, fifo=fifo)


def received(queue: LocalQueue, limit: int = 10) -> list[str]:
    return [one.body for one in queue.receive(limit, NOT_AT_ALL)]


# Time


def test_an_id_is_known_for_five_minutes(make: MakeQueue, clock: FakeClock) -> None:
    queue, message = make(), QueueMessage(body="1", group="a", dedupe="e1")
    queue.put([message])
    clock.advance(DEDUPE_FOR - TICK)
    queue.put([message])
    assert queue.depth() == 1

    clock.advance(TICK)
    queue.put([message])
    assert queue.depth() == 2


def test_an_id_put_again_is_not_known_any_longer_for_that(make: MakeQueue, clock: FakeClock) -> None:
    queue, message = make(), QueueMessage(body="1", group="a", dedupe="e1")
    for _ in range(3):
        queue.put([message])
        clock.advance(DEDUPE_FOR / 2)

    assert queue.depth() == 2


def test_ids_of_five_minutes_ago_are_cleared_away(
    make: MakeQueue, clock: FakeClock, file: SqliteFile
) -> None:
    queue = make()
    queue.put([QueueMessage(body="1", group="a", dedupe=str(number)) for number in range(50)])
    clock.advance(DEDUPE_FOR)
    queue.put([QueueMessage(body="1", group="a", dedupe="new")])
    queue.forget_ids()

    assert file.read().execute("SELECT id FROM queued_ids").fetchall() == [("new",)]


def test_a_message_in_hand_is_hidden_for_the_visibility_timeout(make: MakeQueue, clock: FakeClock) -> None:
    queue = make()
    queue.put([QueueMessage(body="1")])
    received(queue)
    clock.advance(VISIBILITY_TIMEOUT - TICK)
    assert received(queue) == []

    clock.advance(TICK)
    assert received(queue) == ["1"]


def test_a_dead_letter_tells_since_when(make: MakeQueue, clock: FakeClock) -> None:
    queue = make(fifo=False)
    queue.put([QueueMessage(body="1")])
    for _ in range(MAX_RECEIVES + 1):
        clock.advance(VISIBILITY_TIMEOUT)
        received(queue)

    assert [letter.dead_since for letter in queue.dead()] == [clock.now]


def test_dead_letters_come_the_oldest_first(make: MakeQueue, clock: FakeClock) -> None:
    queue = make(fifo=False)
    for body in "ab":
        queue.put([QueueMessage(body=body)])
        for _ in range(MAX_RECEIVES + 1):
            clock.advance(VISIBILITY_TIMEOUT)
            received(queue)

    assert [letter.body for letter in queue.dead()] == ["a", "b"]


def test_what_another_has_received_since_is_not_buried(make: MakeQueue, clock: FakeClock) -> None:
    queue = make()
    queue.put([QueueMessage(body="1")])
    (too_slow,) = queue.receive(1, NOT_AT_ALL)
    clock.advance(VISIBILITY_TIMEOUT)
    received(queue)
    queue.retry(replace(too_slow, spent=True), NOT_AT_ALL)

    assert (queue.depth(), list(queue.dead())) == (1, [])


def test_dead_letters_keep_no_living_message_waiting(make: MakeQueue, clock: FakeClock) -> None:
    queue = make(fifo=False)
    queue.put([QueueMessage(body=str(number)) for number in range(20)])
    for _ in range(MAX_RECEIVES):
        received(queue, 20)
        clock.advance(VISIBILITY_TIMEOUT)
    queue.put([QueueMessage(body="alive")])

    assert received(queue) == ["alive"]
    assert len(queue.dead()) == 20


def test_a_receiver_that_waits_wakes_when_a_message_is_due(file: SqliteFile) -> None:
    queue = LocalQueue(file, "wakeups", lambda: datetime.now(UTC), fifo=False)
    queue.put([QueueMessage(body="1", delay=timedelta(milliseconds=30))])

    assert [one.body for one in queue.receive(1, timedelta(seconds=10))] == ["1"]


def test_groups_take_turns(make: MakeQueue, clock: FakeClock) -> None:
    queue = make()
    queue.put([QueueMessage(body=f"busy{number}", group="busy") for number in range(3)])
    clock.advance(TICK)
    queue.put([QueueMessage(body="other", group="other")])
    order = []
    while found := queue.receive(1, NOT_AT_ALL):
        clock.advance(TICK)
        order.append(found[0].body)
        queue.done(found)

    assert order == ["busy0", "other", "busy1", "busy2"]


# The file


def test_queues_of_one_file_do_not_mix(make: MakeQueue) -> None:
    events, wakeups = make("events"), make("wakeups", fifo=False)
    events.put([QueueMessage(body="event", group="a", dedupe="e1")])
    wakeups.put([QueueMessage(body="wake-up")])

    assert (received(events), received(wakeups)) == (["event"], ["wake-up"])


def test_the_dead_letter_of_one_queue_cannot_be_revived_in_another(make: MakeQueue) -> None:
    events, wakeups = make("events"), make("wakeups", fifo=False)
    events.put([QueueMessage(body="event")])
    events.retry(replace(events.receive(1, NOT_AT_ALL)[0], spent=True), NOT_AT_ALL)

    assert not wakeups.revive(events.dead()[0].id)


def test_what_was_put_is_there_when_the_file_is_opened_again(tmp_path: Path, clock: FakeClock) -> None:
    first = SqliteFile(tmp_path / "queue.sqlite", SCHEMA)
    LocalQueue(first, "events", clock, fifo=True).put(
        [QueueMessage(body=body, group="a", dedupe=body) for body in "12"]
    )
    first.close()
    second = SqliteFile(tmp_path / "queue.sqlite", SCHEMA)
    queue = LocalQueue(second, "events", clock, fifo=True)
    queue.put([QueueMessage(body="1", group="a", dedupe="1")])

    assert received(queue) == ["1"]
    assert queue.depth() == 2
    second.close()


def test_what_another_process_puts_is_received(file: SqliteFile, tmp_path: Path, clock: FakeClock) -> None:
    theirs = SqliteFile(tmp_path / "hearback.sqlite", SCHEMA)
    LocalQueue(theirs, "events", clock, fifo=True).put([QueueMessage(body="1")])
    theirs.close()

    assert received(LocalQueue(file, "events", clock, fifo=True)) == ["1"]


# What it costs


def begun(file: SqliteFile, work: Callable[[], object]) -> int:
    """Return how many transactions were begun meanwhile."""
    statements: list[str] = []
    file.write(lambda connection: connection.set_trace_callback(statements.append))
    work()
    return statements.count("BEGIN IMMEDIATE")


def test_looking_into_an_empty_queue_writes_nothing(make: MakeQueue, file: SqliteFile) -> None:
    assert begun(file, lambda: received(make())) == 0


def test_looking_at_a_group_in_hand_writes_nothing(make: MakeQueue, file: SqliteFile) -> None:
    queue = make()
    queue.put([QueueMessage(body=body, group="a") for body in "12"])
    received(queue)

    assert begun(file, lambda: received(queue)) == 0


def test_putting_nothing_and_finishing_nothing_writes_nothing(make: MakeQueue, file: SqliteFile) -> None:
    queue = make()

    assert begun(file, lambda: queue.put([])) == 0
    assert begun(file, lambda: queue.done([])) == 0


def effort(file: SqliteFile, work: Callable[[], object]) -> int:
    """Return how hard SQLite works for this, in tens of instructions of its virtual machine."""
    ticks: list[int] = []

    def watch(connection: Connection) -> None:
        connection.set_progress_handler(lambda: ticks.append(1), 10)

    file.write(watch)
    watch(file.read())
    work()
    file.write(lambda connection: connection.set_progress_handler(None, 0))
    file.read().set_progress_handler(None, 0)
    return len(ticks)


def work_through(queue: LocalQueue) -> None:
    """Receive twice, so that there is something in hand, finish it, and put one more."""
    first = queue.receive(10, NOT_AT_ALL)
    second = queue.receive(10, NOT_AT_ALL)
    queue.done([*first, *second])
    queue.put([QueueMessage(body="one more", group="g0", dedupe="one more")])


@pytest.mark.parametrize("groups", [1, 3000], ids=["of one group", "of many groups"])
def test_the_cost_does_not_grow_with_what_waits(make: MakeQueue, file: SqliteFile, groups: int) -> None:
    few, many = make("few"), make("many")
    few.put([QueueMessage(body="1", group=f"g{n % groups}", dedupe=str(n)) for n in range(30)])
    many.put([QueueMessage(body="1", group=f"g{n % groups}", dedupe=str(n)) for n in range(3000)])

    assert effort(file, lambda: work_through(many)) < 2 * effort(file, lambda: work_through(few))


def test_no_put_has_to_clear_away_all_old_ids(make: MakeQueue, clock: FakeClock, file: SqliteFile) -> None:
    few, many = make("few"), make("many")
    few.put([QueueMessage(body="1", dedupe=str(n)) for n in range(300)])
    many.put([QueueMessage(body="1", dedupe=str(n)) for n in range(3000)])
    clock.advance(DEDUPE_FOR)
    efforts = [effort(file, partial(queue.put, [QueueMessage(body="1")])) for queue in (few, many)]

    assert efforts[1] < 2 * efforts[0]
