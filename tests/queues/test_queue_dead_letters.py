"""What `queues/contract.py` promises of dead letters, asked of every queue."""

from dataclasses import replace

import pytest

from chalicelib.queues.contract import MAX_RECEIVES, DeadLetter, Queue
from tests.queues.hands import NOT_AT_ALL, drained, put, receive


def give_up(queue: Queue) -> DeadLetter:
    """Receive one message, give it back as spent, and return the dead letter it has become."""
    (received,) = receive(queue, 1)
    queue.retry(replace(received, spent=True), NOT_AT_ALL)
    (letter,) = queue.dead()
    return letter


def fail(queue: Queue, times: int) -> None:
    for _ in range(times):
        queue.retry(receive(queue)[0], NOT_AT_ALL)


def test_a_queue_begins_without_dead_letters(queue: Queue) -> None:
    assert list(queue.dead()) == []


def test_what_succeeds_at_the_last_try_is_no_dead_letter(queue: Queue) -> None:
    put(queue, "1")
    fail(queue, MAX_RECEIVES - 1)
    queue.done(receive(queue))

    assert list(queue.dead()) == []
    assert queue.depth() == 0


def test_a_wake_up_that_fails_every_time_becomes_a_dead_letter(standard: Queue) -> None:
    put(standard, "poison")
    fail(standard, MAX_RECEIVES)

    assert receive(standard) == []
    assert [letter.body for letter in standard.dead()] == ["poison"]


def test_r34_an_event_may_wait_for_its_platform_much_longer(fifo: Queue) -> None:
    put(fifo, "1", group="a")
    fail(fifo, 4 * MAX_RECEIVES)

    assert list(fifo.dead()) == []
    assert drained(fifo) == ["1"]


def test_what_is_given_back_as_spent_becomes_a_dead_letter(queue: Queue) -> None:
    put(queue, "poison")
    letter = give_up(queue)

    assert letter.body == "poison"
    assert receive(queue) == []
    assert queue.depth() == 0


def test_dead_letters_stay_when_they_are_looked_at(queue: Queue) -> None:
    put(queue, "poison")
    letter = give_up(queue)

    assert list(queue.dead()) == [letter]


def test_a_dead_letter_lets_its_group_go_on(fifo: Queue) -> None:
    put(fifo, "poison", "2", "3", group="a")
    give_up(fifo)

    assert drained(fifo) == ["2", "3"]


def test_a_revived_dead_letter_is_tried_anew(queue: Queue) -> None:
    put(queue, "poison")
    letter = give_up(queue)

    assert queue.revive(letter.id)
    (received,) = receive(queue)
    assert (received.body, received.receives) == ("poison", 1)
    assert list(queue.dead()) == []


def test_a_revived_dead_letter_stands_in_its_group_again(fifo: Queue) -> None:
    put(fifo, "poison", group="a")
    letter = give_up(fifo)
    put(fifo, "2", group="a")
    fifo.revive(letter.id)

    assert drained(fifo) == ["2", "poison"]


def test_a_dead_letter_is_revived_once(queue: Queue) -> None:
    put(queue, "poison")
    letter = give_up(queue)
    queue.revive(letter.id)

    assert not queue.revive(letter.id)


@pytest.mark.parametrize("unknown", ["", "1", "no id", "Ω"])
def test_what_is_no_dead_letter_cannot_be_revived(queue: Queue, unknown: str) -> None:
    assert not queue.revive(unknown)
