"""Platforms that are slow, hang or are down: nobody else waits for them, and nothing is lost (R34)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Event
from typing import Any

import pytest

from chalicelib import deliver, handle, patience, sweep
from chalicelib.core.effects import DeliveryStatus
from chalicelib.core.errors import NotSent, SendAmbiguous
from chalicelib.core.message import Thread
from chalicelib.platforms.contract import HttpRequest, HttpResponse
from chalicelib.queues.contract import MAX_RECEIVES, QueueMessage, Received
from chalicelib.serve.turns import Turns
from chalicelib.serve.workers import FewCalls, line_up, take_turn
from tests.fakes import LostQueue, World, json_response, success
from tests.store.threads import together

WAITING = "Customers' messages wait because telegram cannot be asked"
DEAD = "An event could not be handled"
NO_WAIT = timedelta()


def business_message(world: World, chat: int = 5, connection: str = "c1") -> dict[str, Any]:
    """Return a message that means nothing before Telegram has told whose connection it came over."""
    message = {
        "message_id": 1,
        "date": int(world.clock().timestamp()),
        "chat": {"id": chat, "type": "private"},
        "from": {"id": chat, "is_bot": False, "first_name": "Anna"},
        "business_connection_id": connection,
        "text": "Where is my parcel?",
    }
    return {"update_id": chat, "business_message": message}


def without_lookups(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let everything succeed except the questions Telegram is asked."""
    return lambda request: answer(request) if "getBusinessConnection" in request.url else success(request, 1)


def unavailable(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=503, body=b"<html>Service Unavailable</html>")


def forbidden(request: HttpRequest) -> HttpResponse:
    return json_response({"ok": False, "error_code": 400}, 400)


def unreachable(request: HttpRequest) -> HttpResponse:
    raise NotSent("ConnectTimeout")


def silent(request: HttpRequest) -> HttpResponse:
    raise SendAmbiguous("ReadTimeout")


def lookups(world: World) -> list[datetime]:
    return [at for at, request in world.internet.requests if "getBusinessConnection" in request.url]


# A lookup that fails


@pytest.mark.parametrize("failure", [unavailable, forbidden, unreachable, silent])
def test_r34_a_first_message_outlives_an_hour_in_which_telegram_cannot_be_asked(
    world: World, failure: Callable[[HttpRequest], HttpResponse]
) -> None:
    world.internet.answer = without_lookups(failure)
    world.receive("bot", world.telegram(business_message(world)))
    world.pass_time(hours=1)
    world.internet.answer = None
    world.pass_time(minutes=2)

    assert [case.customer.id for case in world.cases("bot")] == ["5"]
    assert list(world.ports.events.dead()) == []


def test_r34_the_owner_hears_after_five_minutes_that_messages_wait(world: World) -> None:
    world.internet.answer = without_lookups(unavailable)
    world.receive("bot", world.telegram(business_message(world)))
    world.pass_time(minutes=4)
    assert world.alerts() == []

    world.pass_time(minutes=3)
    assert world.alerts() == [WAITING]


def test_the_owner_hears_once_an_hour_however_many_messages_wait(world: World) -> None:
    world.internet.answer = without_lookups(unavailable)
    for chat in range(5):
        world.receive("bot", world.telegram(business_message(world, chat + 1)))
    world.pass_time(minutes=50)

    assert world.alerts() == [WAITING]


def test_the_owner_who_could_not_be_reached_is_called_again(world: World) -> None:
    world.owner.reachable = False
    world.internet.answer = without_lookups(unavailable)
    world.receive("bot", world.telegram(business_message(world)))
    world.pass_time(minutes=8)

    assert world.alerts().count(WAITING) > 1


def test_a_message_that_waited_longer_than_retry_for_is_a_dead_letter_that_is_told_of(world: World) -> None:
    world.internet.answer = without_lookups(unavailable)
    world.receive("bot", world.telegram(business_message(world)))
    world.pass_time(hours=2, minutes=2)

    assert len(world.ports.events.dead()) == 1
    assert DEAD in world.alerts()


def test_r34_an_owner_who_could_not_be_called_hears_of_dead_letters_later(world: World) -> None:
    world.owner.reachable = False
    poison(world)
    world.pass_time(minutes=2)
    world.owner.reachable = True
    world.owner.calls.clear()
    world.pass_time(minutes=10)

    assert world.alerts() == [DEAD]


def test_r34_dead_letters_of_the_same_hour_are_told_of_when_it_is_over(world: World) -> None:
    poison(world)
    world.pass_time(minutes=1)
    world.ports.events.put([QueueMessage(body="no event either", group="g", dedupe="e")])
    world.pass_time(minutes=30)
    assert world.alerts() == [DEAD]

    world.pass_time(hours=1)
    world.pass_time(hours=3)
    assert world.alerts() == [DEAD, DEAD]


def test_a_revived_dead_letter_may_wait_anew(world: World) -> None:
    world.internet.answer = without_lookups(unavailable)
    world.receive("bot", world.telegram(business_message(world)))
    world.pass_time(hours=2, minutes=2)
    (letter,) = world.ports.events.dead()
    world.ports.events.revive(letter.id)
    world.pass_time(hours=1)

    assert list(world.ports.events.dead()) == []


def test_a_thread_that_waits_keeps_no_other_waiting(world: World) -> None:
    world.internet.answer = without_lookups(silent)
    world.receive("bot", world.telegram(business_message(world)))
    world.work()
    world.writes()
    world.work()

    assert len(world.cases()) == 1


def test_a_platform_that_gives_no_answer_is_not_asked_for_every_message(world: World) -> None:
    world.internet.answer = without_lookups(silent)
    for chat in range(1, 21):
        world.receive("bot", world.telegram(business_message(world, chat, f"c{chat}")))
    world.work()

    assert len(lookups(world)) == 1


def test_one_question_without_an_answer_keeps_no_other_from_being_asked(world: World) -> None:
    world.internet.answer = lambda request: (
        forbidden(request) if b"c1" in request.body or "c1" in request.url else success(request, 1)
    )
    world.receive("bot", world.telegram(business_message(world, 1, "c1")))
    world.receive("bot", world.telegram(business_message(world, 2, "c2")))
    world.work()

    assert [case.customer.id for case in world.cases("bot")] == ["2"]


def test_a_platform_that_hangs_holds_no_more_than_one_worker(world: World) -> None:
    channel = world.policies.live().channel("bot")
    outcomes: list[str] = []

    def ask_again(request: HttpRequest) -> HttpResponse:
        try:
            world.ports.facts.find(channel, "connection:c2")
        except NotSent as error:
            outcomes.append(str(error))
        return success(request, 1)

    world.internet.answer = ask_again
    world.ports.facts.find(channel, "connection:c1")

    assert outcomes == ["being_asked"]


# Poison


def poison(world: World) -> None:
    world.ports.events.put([QueueMessage(body="no event", group="g", dedupe="d")])


def test_poison_is_a_dead_letter_within_a_minute_and_told_of(world: World) -> None:
    poison(world)
    world.pass_time(minutes=1)

    assert [letter.body for letter in world.ports.events.dead()] == ["no event"]
    assert world.alerts() == [DEAD]


def test_poison_that_has_waited_for_a_platform_is_still_tried_a_few_times(world: World) -> None:
    world.internet.answer = without_lookups(unavailable)
    world.receive("bot", world.telegram(business_message(world)))
    world.pass_time(minutes=30)
    world.internet.answer = without_lookups(lambda request: 1 / 0)  # type: ignore[arg-type,return-value] # a bug
    before = len(lookups(world))
    world.pass_time(minutes=10)

    assert len(lookups(world)) - before == MAX_RECEIVES
    assert len(world.ports.events.dead()) == 1


def test_a_message_that_kills_its_workers_is_given_up(world: World) -> None:
    for receives in range(1, MAX_RECEIVES + 2):
        # Each of them begins, and is never heard of again.
        patience.check(Received(handle="1", body="kills", receives=receives), world.ports)

    (failed,) = handle.consume([Received(handle="1", body="kills", receives=MAX_RECEIVES + 2)], world.ports)
    assert failed.spent


def test_what_waits_behind_another_of_its_thread_is_not_blamed(world: World) -> None:
    first, second = (Received(handle=str(n), body=f"bad{n}", group="g", receives=7) for n in (1, 2))
    for _ in range(3):
        handle.consume([replace(first, receives=1), second], world.ports)

    (alone,) = handle.consume([second], world.ports)
    assert not alone.spent


def test_what_lambda_received_is_given_back_with_a_delay(world: World) -> None:
    queue = Returns()
    one = Received(handle="m1", receipt="r1", body="bad", receives=3)
    handle.consume([one], replace(world.ports, events=queue))

    assert queue.delays == [timedelta(seconds=8)]


class Returns(LostQueue):
    """A queue that remembers what is given back to it."""

    def __init__(self) -> None:
        self.delays: list[timedelta] = []

    def retry(self, received: Received, delay: timedelta) -> None:
        self.delays.append(delay)


# A queue that is down


class Down(LostQueue):
    """A queue that takes nothing."""

    def put(self, messages: Sequence[Any]) -> None:
        raise OSError("the queue is down")


def test_r6_what_is_claimed_is_sent_although_no_wake_up_can_be_put(world: World) -> None:
    world.writes()
    world.pass_time(minutes=15)
    sweep.sweep(world.ports)
    world.clock.now += timedelta(seconds=11)
    (wakeup,) = world.ports.wakeups.receive(1, NO_WAIT)

    deliver.consume([wakeup], replace(world.ports, wakeups=Down()))

    assert world.case().outbox[0].status is DeliveryStatus.SENT


# Turns: no platform takes every place


def wakeup(number: int) -> Received:
    return Received(handle=str(number), body="")


def lined_up(**lines: int) -> Turns:
    turns = Turns(8)
    for line, length in lines.items():
        for number in range(length):
            turns.join(line, f"{line}{number}", wakeup(number))
    return turns


def taken(turns: Turns, times: int) -> str:
    return "".join(turn.line for _ in range(times) if (turn := turns.take()))


def test_a_platform_that_hangs_takes_half_of_the_places_and_the_next_half_of_the_rest() -> None:
    turns = lined_up(a=20)
    assert taken(turns, 4) == "aaaa"

    for number in range(20):
        turns.join("b", f"b{number}", wakeup(number))
    assert taken(turns, 2) == "bb"


def test_platforms_take_turns() -> None:
    assert taken(lined_up(a=3, b=3), 4) == "abab"


def test_a_place_that_is_given_back_is_taken_again() -> None:
    turns = lined_up(a=20)
    held = [turns.take() for _ in range(4)]
    assert held[0] is not None
    turns.leave(held[0])

    assert taken(turns, 1) == "a"


def test_a_case_stands_in_line_once() -> None:
    turns = lined_up(a=1)

    assert not turns.join("a", "a0", wakeup(9))


def test_a_case_in_hand_may_stand_in_line_again() -> None:
    turns = lined_up(a=1)
    turns.take()

    assert turns.join("a", "a0", wakeup(9))


def busy_lines(**lines: int) -> Turns:
    turns = Turns(64, lambda: True)
    for line, length in lines.items():
        for number in range(length):
            turns.join(line, f"{line}{number}", wakeup(number))
    return turns


def test_while_webhooks_wait_few_places_are_given_out_and_one_line_takes_half_of_them() -> None:
    turns = busy_lines(hanging=9, other=9)

    assert sorted([taken(turns, 1), taken(turns, 1), taken(turns, 1)]) == ["hanging", "hanging", "other"]


def test_while_webhooks_wait_whoever_leaves_makes_room_for_the_next() -> None:
    turns = busy_lines(one=3)
    first = turns.take()
    assert first and taken(turns, 1) == "one"
    turns.leave(first)

    assert taken(turns, 1) == "one"


def test_closed_lines_let_everybody_go_home() -> None:
    turns = lined_up()
    waiting = Barrier(3)

    def wait_or_close(thread: int) -> object:
        waiting.wait()
        if thread:
            return turns.take()
        turns.close()
        return None

    assert together(3, wait_or_close) == [None] * 3


# The flow over turns


def until_acks_are_due(world: World) -> None:
    world.pass_time(minutes=15)
    sweep.sweep(world.ports)
    world.clock.now += timedelta(seconds=11)


def test_a_wake_up_that_came_again_while_it_stood_in_line_is_dropped(world: World) -> None:
    world.writes()
    until_acks_are_due(world)
    turns = Turns(2)
    for _ in range(2):
        line_up(turns, world.ports, NO_WAIT)
        world.clock.now += timedelta(seconds=90)
    assert world.ports.wakeups.depth() == 0

    take_turn(turns, world.ports)
    assert world.case().outbox[0].status is DeliveryStatus.SENT


def test_a_wake_up_that_fails_is_tried_again(world: World) -> None:
    world.ports.wakeups.put([QueueMessage(body="not json")])
    turns = Turns(2)
    line_up(turns, world.ports, NO_WAIT)
    take_turn(turns, world.ports)
    world.clock.now += timedelta(seconds=2)

    (again,) = world.ports.wakeups.receive(1, NO_WAIT)
    assert again.receives == 2


def test_a_platform_that_hangs_keeps_no_other_channel_waiting(world: World) -> None:
    for number in range(8):
        world.writes(thread=f"t{number}", message_id=f"m{number}")
    world.receive("page", world.messenger(world.messenger_item(text="Where is my order, please?")))
    until_acks_are_due(world)
    hung = Event()
    world.internet.answer = lambda request: (
        success(request, 1) if "crm.example" not in request.url or hung.wait(10) else success(request, 2)
    )
    turns = Turns(4)
    line_up(turns, world.ports, NO_WAIT)

    def work(thread: int) -> None:
        take_turn(turns, world.ports)
        if world.case("psid1", "page").outbox[0].status is DeliveryStatus.SENT:
            hung.set()

    together(4, work)
    page = world.ports.store.newest(Thread(channel="page", key="psid1"))
    assert page and page.outbox[0].status is DeliveryStatus.SENT


def test_r34_calls_to_the_owner_leave_room_for_customers() -> None:
    second: list[bool] = []

    def slow(addresses: Sequence[str], title: str, body: str) -> bool:
        second.append(calls((), "", ""))
        return True

    calls = FewCalls(slow, 1)

    assert calls((), "", "")
    assert second == [False]
