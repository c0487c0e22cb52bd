"""What `queues/contract.py` promises, asked of every queue. Together: nothing is lost, order is kept (R4)."""

import json
from collections import Counter
from datetime import timedelta

import pytest

from chalicelib.queues.contract import LONGEST_DELAY, Queue, QueueMessage
from tests.queues.conftest import Queues
from tests.queues.hands import NOT_AT_ALL, bodies, drained, put, receive
from tests.store.threads import together

MOMENT = timedelta(seconds=1)


# Put, receive, done


def test_what_was_put_is_received(queue: Queue) -> None:
    put(queue, "1")

    (received,) = receive(queue)
    assert (received.body, received.receives) == ("1", 1)


def test_an_empty_queue_gives_nothing_at_once(queue: Queue) -> None:
    assert receive(queue) == []


def test_nothing_put_is_nothing_to_receive(queue: Queue) -> None:
    queue.put([])

    assert receive(queue) == []


def test_no_more_is_received_than_asked_for(queue: Queue) -> None:
    put(queue, "1", "2", "3")

    assert len(receive(queue, 2)) == 2


def test_what_is_in_hand_is_hidden_from_others(queue: Queue) -> None:
    put(queue, "1")
    receive(queue)

    assert receive(queue) == []


def test_what_was_not_finished_comes_back_after_the_visibility_timeout(queue: Queue, queues: Queues) -> None:
    queues.hide_briefly(queue)
    put(queue, "1")
    receive(queue)
    queues.pass_time(queues.hidden_for)

    (received,) = receive(queue)
    assert (received.body, received.receives) == ("1", 2)


def test_what_is_done_never_comes_back(queue: Queue, queues: Queues) -> None:
    queues.hide_briefly(queue)
    put(queue, "1", "2")
    queue.done(receive(queue))
    queues.pass_time(queues.hidden_for)

    assert receive(queue) == []
    assert queue.depth() == 0


def test_nothing_done_is_no_harm(queue: Queue) -> None:
    put(queue, "1")
    queue.done([])

    assert queue.depth() == 1


def test_who_took_too_long_does_not_remove_what_another_has_in_hand(queue: Queue, queues: Queues) -> None:
    queues.hide_briefly(queue)
    put(queue, "1")
    too_slow = receive(queue)
    queues.pass_time(queues.hidden_for)
    (in_hand,) = receive(queue)
    queue.done(too_slow)
    queue.retry(in_hand, NOT_AT_ALL)

    assert bodies(receive(queue)) == ["1"]


def test_depth_counts_what_waits_and_what_is_in_hand(queue: Queue) -> None:
    put(queue, "1", "2", "3")
    receive(queue, 1)

    assert queue.depth() == 3


def test_more_than_ten_messages_and_more_than_256_kilobytes_are_put_at_once(queue: Queue) -> None:
    wanted = [json.dumps(f"{number}" + "x" * 30_000) for number in range(25)]
    put(queue, *wanted)

    assert sorted(drained(queue)) == sorted(wanted)


@pytest.mark.parametrize(
    "text",
    [
        "Gdzie jest paczka?",
        "Где 😡 👩‍👩‍👧",
        "\u200f\u202e",
        "\ufffe\uffff",
        "\x00\x01\x7f\x9f",
        '"\\/\n\r\t\u2028',
    ],
    ids=ascii,
)
def test_json_of_any_text_comes_through(queue: Queue, text: str) -> None:
    put(queue, json.dumps(text, ensure_ascii=False))

    (received,) = receive(queue)
    assert json.loads(received.body) == text


def test_who_waits_is_given_what_is_put_meanwhile(queue: Queue) -> None:
    def receive_or_put(thread: int) -> list[str]:
        if thread == 0:
            return bodies(queue.receive(1, timedelta(seconds=10)))
        put(queue, "1")
        return []

    assert together(2, receive_or_put)[0] == ["1"]


def test_many_receivers_never_get_the_same_message(queue: Queue) -> None:
    wanted = [str(number) for number in range(60)]
    put(queue, *wanted)

    handed_out = Counter(body for found in together(6, lambda _: drained(queue)) for body in found)
    assert handed_out == Counter(wanted)


# Retry


def test_what_is_given_back_without_delay_comes_at_once(queue: Queue) -> None:
    put(queue, "1")
    (received,) = receive(queue)
    queue.retry(received, NOT_AT_ALL)

    (again,) = receive(queue)
    assert (again.body, again.receives) == ("1", 2)


def test_what_is_given_back_with_a_delay_comes_after_it(queue: Queue, queues: Queues) -> None:
    put(queue, "1")
    (received,) = receive(queue)
    queue.retry(received, MOMENT)

    assert receive(queue) == []
    queues.pass_time(MOMENT)
    assert bodies(receive(queue)) == ["1"]


# The order of a group: R4


def test_messages_of_a_group_come_in_order(fifo: Queue) -> None:
    wanted = [str(number) for number in range(25)]
    put(fifo, *wanted, group="a")

    assert drained(fifo) == wanted


def test_messages_of_a_group_wait_for_the_one_in_hand(fifo: Queue) -> None:
    put(fifo, "1", "2", "3", group="a")
    first = receive(fifo, 1)

    assert receive(fifo) == []
    fifo.done(first)
    assert bodies(receive(fifo, 1)) == ["2"]


def test_a_received_message_names_its_group(fifo: Queue) -> None:
    put(fifo, "1", group="a")

    assert receive(fifo)[0].group == "a"


def test_a_group_in_hand_keeps_no_other_group_waiting(fifo: Queue) -> None:
    put(fifo, "1", "2", group="a")
    receive(fifo, 1)
    put(fifo, "3", group="b")

    assert bodies(receive(fifo)) == ["3"]


def test_messages_of_a_group_wait_for_the_one_that_is_tried_again(fifo: Queue, queues: Queues) -> None:
    put(fifo, "1", "2", group="a")
    put(fifo, "3", group="b")
    failed = receive(fifo, 1)[0]
    fifo.retry(failed, MOMENT)

    assert drained(fifo) == ["3"]
    queues.pass_time(MOMENT)
    assert drained(fifo) == ["1", "2"]


def test_messages_of_a_group_wait_for_the_one_whose_receiver_died(fifo: Queue, queues: Queues) -> None:
    queues.hide_briefly(fifo)
    put(fifo, "1", "2", group="a")
    receive(fifo, 1)
    put(fifo, "3", group="a")
    queues.pass_time(queues.hidden_for)

    assert drained(fifo) == ["1", "2", "3"]


def test_messages_without_a_group_are_free(fifo: Queue) -> None:
    put(fifo, "1", "2")

    assert sorted(bodies([*receive(fifo, 1), *receive(fifo, 1)])) == ["1", "2"]


def test_many_receivers_keep_the_order_of_every_group(fifo: Queue) -> None:
    for number in range(12):
        for group in "abcd":
            put(fifo, f"{group}{number}", group=group)
    worked_on: list[str] = []

    def work(_: int) -> None:
        while fifo.depth():
            received = receive(fifo, 3)
            worked_on.extend(bodies(received))
            fifo.done(received)

    together(4, work)

    assert sorted(worked_on, key=lambda body: body[0]) == [f"{g}{n}" for g in "abcd" for n in range(12)]


# Duplicates: scenario 2


def test_a_message_put_twice_comes_once(fifo: Queue) -> None:
    message = QueueMessage(body="1", group="a", dedupe="e1")
    fifo.put([message, message])
    fifo.put([message])

    assert drained(fifo) == ["1"]


def test_a_message_put_again_after_it_was_done_is_dropped(fifo: Queue) -> None:
    message = QueueMessage(body="1", group="a", dedupe="e1")
    fifo.put([message])
    drained(fifo)
    fifo.put([message])

    assert receive(fifo) == []


def test_a_message_put_by_many_at_once_comes_once(fifo: Queue) -> None:
    together(6, lambda _: fifo.put([QueueMessage(body="1", group="a", dedupe="e1")]))

    assert drained(fifo) == ["1"]


def test_messages_with_other_ids_are_other_messages(fifo: Queue) -> None:
    fifo.put([QueueMessage(body="same", group="a", dedupe=name) for name in ("e1", "e2")])

    assert drained(fifo) == ["same", "same"]


def test_each_group_has_ids_of_its_own(fifo: Queue) -> None:
    fifo.put([QueueMessage(body=group, group=group, dedupe="e1") for group in "ab"])

    assert sorted(drained(fifo)) == ["a", "b"]


def test_messages_without_an_id_are_never_dropped(fifo: Queue) -> None:
    put(fifo, "same", "same", group="a")

    assert drained(fifo) == ["same", "same"]


# Held back to the second: R6


def test_a_message_is_held_back_for_its_delay(standard: Queue, queues: Queues) -> None:
    standard.put([QueueMessage(body="later", delay=MOMENT), QueueMessage(body="now")])

    assert drained(standard) == ["now"]
    assert standard.depth() == 1
    queues.pass_time(MOMENT)
    assert drained(standard) == ["later"]


def test_the_longest_delay_is_accepted(standard: Queue) -> None:
    standard.put([QueueMessage(body="1", delay=LONGEST_DELAY)])

    assert standard.depth() == 1


# What a queue cannot keep


@pytest.mark.parametrize("delay", [LONGEST_DELAY + timedelta(microseconds=1), timedelta(microseconds=-1)])
def test_a_delay_no_queue_can_keep_is_refused(delay: timedelta) -> None:
    with pytest.raises(ValueError, match="held back"):
        QueueMessage(body="1", delay=delay)


def test_a_fifo_queue_refuses_a_delay_and_all_that_comes_with_it(fifo: Queue) -> None:
    with pytest.raises(ValueError, match="holds no message back"):
        fifo.put([QueueMessage(body="1"), QueueMessage(body="2", delay=MOMENT)])

    assert fifo.depth() == 0


@pytest.mark.parametrize("message", [QueueMessage(body="1", group="a"), QueueMessage(body="1", dedupe="e1")])
def test_a_standard_queue_refuses_groups_and_ids(standard: Queue, message: QueueMessage) -> None:
    with pytest.raises(ValueError, match="neither groups nor duplicates"):
        standard.put([QueueMessage(body="1"), message])

    assert standard.depth() == 0
