"""What `queues/contract.py` promises of dead letters, asked of every queue."""

import pytest

from chalicelib.queues.contract import MAX_RECEIVES, DeadLetter, Queue
from tests.queues.hands import NOT_AT_ALL, drained, put, receive


def fail_every_time(queue: Queue) -> DeadLetter:
    """Receive what comes until one is dead, which is returned."""
    for _ in range(MAX_RECEIVES):
        (received,) = receive(queue, 1)
        queue.retry(received, NOT_AT_ALL)
    receive(queue, 1)
    (letter,) = queue.dead()
    return letter


def test_a_queue_begins_without_dead_letters(queue: Queue) -> None:
    assert list(queue.dead()) == []


def test_what_succeeds_at_the_last_try_is_no_dead_letter(queue: Queue) -> None:
    put(queue, "1")
    for _ in range(MAX_RECEIVES - 1):
        queue.retry(receive(queue)[0], NOT_AT_ALL)
    queue.done(receive(queue))

    assert list(queue.dead()) == []
    assert queue.depth() == 0


def test_what_fails_every_time_becomes_a_dead_letter(queue: Queue) -> None:
    put(queue, "poison")
    letter = fail_every_time(queue)

    assert letter.body == "poison"
    assert receive(queue) == []
    assert queue.depth() == 0


def test_dead_letters_stay_when_they_are_looked_at(queue: Queue) -> None:
    put(queue, "poison")
    letter = fail_every_time(queue)

    assert list(queue.dead()) == [letter]


def test_a_dead_letter_lets_its_group_go_on(fifo: Queue) -> None:
    put(fifo, "poison", "2", "3", group="a")
    for _ in range(MAX_RECEIVES):
        fifo.retry(receive(fifo, 1)[0], NOT_AT_ALL)

    assert drained(fifo) == ["2", "3"]


def test_a_revived_dead_letter_is_tried_anew(queue: Queue) -> None:
    put(queue, "poison")
    letter = fail_every_time(queue)

    assert queue.revive(letter.id)
    (received,) = receive(queue)
    assert (received.body, received.receives) == ("poison", 1)
    assert list(queue.dead()) == []


def test_a_revived_dead_letter_stands_in_its_group_again(fifo: Queue) -> None:
    put(fifo, "poison", group="a")
    letter = fail_every_time(fifo)
    put(fifo, "2", group="a")
    fifo.revive(letter.id)

    assert drained(fifo) == ["2", "poison"]


def test_a_dead_letter_is_revived_once(queue: Queue) -> None:
    put(queue, "poison")
    letter = fail_every_time(queue)
    queue.revive(letter.id)

    assert not queue.revive(letter.id)


@pytest.mark.parametrize("unknown", ["", "1", "no id", "Ω"])
def test_what_is_no_dead_letter_cannot_be_revived(queue: Queue, unknown: str) -> None:
    assert not queue.revive(unknown)
