"""A crash at each step between the claim of a message and the record of what became of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import deliver, handle, sweep
from chalicelib.core.case import Case
from chalicelib.core.effects import DeliveryStatus
from chalicelib.core.errors import NotSent, SendAmbiguous
from chalicelib.core.events import ReplySubmitted
from chalicelib.platforms.contract import HttpRequest, HttpResponse
from chalicelib.queues.contract import Received
from chalicelib.serve.workers import consume_once
from tests.fakes import World, json_response, success


class Crash(BaseException):
    """The process dies here: nothing catches it."""


def crash(request: HttpRequest) -> HttpResponse:
    raise Crash


def refuse_connection(request: HttpRequest) -> HttpResponse:
    raise NotSent("ConnectTimeout")


def lose_answer(request: HttpRequest) -> HttpResponse:
    raise SendAmbiguous("ReadTimeout")


def until_the_ack_is_due(world: World) -> None:
    world.pass_time(minutes=15)
    sweep.sweep(world.ports)
    world.clock.now += timedelta(seconds=11)


def crashed_at(world: World, answer: Callable[[HttpRequest], HttpResponse]) -> None:
    """Let the delivering worker die while it talks to the platform."""
    world.internet.answer = answer
    with pytest.raises(Crash):
        world.work()
    world.internet.answer = None


def test_scenario_2_a_crash_after_the_send_is_made_good_under_the_same_key_where_the_platform_drops_doubles(
    world: World,
) -> None:
    world.writes()
    until_the_ack_is_due(world)
    crashed_at(world, crash)

    world.pass_time(minutes=5)

    keys = {request.headers["webhook-id"] for _, request in world.internet.requests}
    assert len(world.internet.requests) == 2 and len(keys) == 1
    assert world.case().outbox[0].status is DeliveryStatus.SENT


def test_r21_words_whose_promise_has_passed_are_not_sent_again_under_their_key(world: World) -> None:
    world.writes()
    until_the_ack_is_due(world)
    crashed_at(world, crash)
    world.clock.now += timedelta(hours=5)

    world.pass_time(minutes=5)

    ack = world.case().outbox[0]
    assert ack.status is DeliveryStatus.UNCERTAIN
    assert sum(request.headers["webhook-id"] == ack.key for _, request in world.internet.requests) == 1


def test_scenario_2_a_crash_after_the_send_is_settled_by_reading_the_conversation(world: World) -> None:
    world.receive("page", world.messenger(world.messenger_item(text="Where is my order, please?")))
    until_the_ack_is_due(world)
    crashed_at(world, crash)
    said = world.internet.texts()[0]

    def conversation(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            return success(request, 9)
        message = {"id": "p1", "message": said, "created_time": world.clock().isoformat()}
        return json_response({"data": [{"messages": {"data": [message]}}]})

    world.internet.answer = conversation
    world.pass_time(minutes=5)

    assert [request.method for _, request in world.internet.requests] == ["POST", "GET"]
    assert world.case("psid1", "page").outbox[0].status is DeliveryStatus.SENT


def test_r34_a_crash_that_the_platform_cannot_explain_ends_in_an_alert_and_no_second_send(
    world: World,
) -> None:
    world.receive("page", world.messenger(world.messenger_item(text="Where is my order, please?")))
    until_the_ack_is_due(world)
    crashed_at(world, crash)
    world.internet.answer = lambda request: json_response({"data": []})

    world.pass_time(minutes=10)

    assert [request.method for _, request in world.internet.requests] == ["POST", "GET"]
    assert "A message may not have arrived" in world.alerts()


def test_an_ambiguous_timeout_waits_for_the_echo_which_settles_it(world: World) -> None:
    world.receive("page", world.messenger(world.messenger_item(text="Where is my order, please?")))
    world.internet.answer = lose_answer
    world.pass_time(minutes=15, seconds=20)
    key = world.case("psid1", "page").outbox[0].key
    echo = world.messenger_item(echo=True, mid="p1", text="...", metadata=f"hearback:{key}")
    world.receive("page", world.messenger(echo))

    world.pass_time(minutes=10)

    assert len(world.internet.requests) == 1
    assert world.case("psid1", "page").outbox[0].status is DeliveryStatus.SENT


def test_a_connection_that_was_never_made_is_tried_again(world: World) -> None:
    world.writes()
    world.internet.answer = refuse_connection
    world.pass_time(minutes=16)
    world.internet.answer = None

    world.pass_time(minutes=10)

    assert world.case().outbox[0].status is DeliveryStatus.SENT


def test_r34_an_expired_token_ends_in_an_alert_within_minutes(world: World) -> None:
    world.receive("page", world.messenger(world.messenger_item(text="Where is my order, please?")))
    world.internet.answer = lambda request: json_response({"error": {"code": 190, "error_subcode": 463}}, 400)

    world.pass_time(minutes=17)

    assert "facebook lets nothing out on page" in world.alerts()


def test_a_rate_limit_is_waited_for_as_long_as_the_platform_says(world: World) -> None:
    at = int(world.clock().timestamp())
    message = {
        "message_id": 1,
        "date": at,
        "chat": {"id": 5, "type": "private"},
        "from": {"id": 5},
        "text": "Is it open?",
    }
    world.receive("bot", world.telegram({"update_id": 1, "message": message}))
    limited = {"ok": False, "error_code": 429, "parameters": {"retry_after": 300}}
    world.internet.answer = lambda request: json_response(limited, 429)
    world.pass_time(minutes=16)
    world.internet.answer = None

    world.pass_time(minutes=10)

    first, second = (at for at, _ in world.internet.requests)
    assert second - first >= timedelta(seconds=300)


def test_a_migrated_group_is_answered_under_its_new_id(world: World) -> None:
    at = int(world.clock().timestamp())
    message = {
        "message_id": 1,
        "date": at,
        "chat": {"id": -5, "type": "group"},
        "from": {"id": 11, "is_bot": False},
        "text": "Is the shop open today?",
    }
    world.receive("bot", world.telegram({"update_id": 1, "message": message}))

    def migrated(request: HttpRequest) -> HttpResponse:
        if b"-1005" in request.body or b"sendMessage" not in request.url.encode():
            return success(request, 1)
        return json_response(
            {"ok": False, "error_code": 400, "parameters": {"migrate_to_chat_id": -1005}}, 400
        )

    world.internet.answer = migrated
    world.pass_time(minutes=65)

    sends = [request.body for _, request in world.internet.requests if "sendMessage" in request.url]
    assert len(sends) == 2 and b"-1005" in sends[1]


def test_a_claim_whose_record_is_lost_is_never_a_second_message_on_a_blind_platform(world: World) -> None:
    at = int(world.clock().timestamp())
    message = {
        "message_id": 1,
        "date": at,
        "chat": {"id": 5, "type": "private"},
        "from": {"id": 5},
        "text": "Is it open?",
    }
    world.receive("bot", world.telegram({"update_id": 1, "message": message}))
    until_the_ack_is_due(world)
    crashed_at(world, crash)

    world.pass_time(hours=3)

    texts = world.internet.texts()
    assert texts.count(texts[0]) == 1
    assert "A message may not have arrived" in world.alerts()


def test_a_worker_that_fails_gives_the_wake_up_back(world: World) -> None:
    broken = Received(handle="x", body="not json")

    assert deliver.consume([broken], world.ports) == [broken]


def test_two_workers_woken_at_once_send_once(world: World) -> None:
    world.writes()
    until_the_ack_is_due(world)
    stale: list[Case] = []

    class StaleStore:
        """Lets a second worker decide on the same version while the first is about to commit."""

        def __getattr__(self, name: str) -> object:
            return getattr(world.ports.store, name)

        def load(self, case_id: str) -> Case:
            case = world.ports.store.load(case_id)
            if not stale:
                stale.append(case)
                consume_once(world.ports.wakeups, deliver.consume, 1, world.ports, timedelta())
            return case

    ports = replace(world.ports, store=StaleStore())  # type: ignore[arg-type] # the rest is the store's own
    world.ports.wakeups.put([])
    consume_once(ports.wakeups, deliver.consume, 1, ports, timedelta())
    world.pass_time(minutes=1)

    assert len(world.internet.requests) == 1


# The key of an attempt that may be out is forgotten (R6, R34)


def a_person_replies(world: World) -> None:
    world.writes()
    world.work()
    case = world.case()
    event = ReplySubmitted(id="", at=world.clock(), case_id=case.id, text="On its way.", by="Anna")
    handle.apply(event, world.ports)
    world.clock.now += timedelta(seconds=1)


def broken(request: HttpRequest) -> HttpResponse:
    return json_response({}, status=500)


def away_for(world: World, **span: float) -> None:
    world.internet.answer = None
    world.clock.now += timedelta(**span)
    world.pass_time(minutes=2)


@pytest.mark.parametrize("answer", [lose_answer, broken])
def test_r6_a_reply_is_not_sent_again_after_the_platform_has_forgotten_its_key(
    world: World, answer: Callable[[HttpRequest], HttpResponse]
) -> None:
    a_person_replies(world)
    world.internet.answer = answer
    world.work()
    away_for(world, hours=25)

    assert len(world.internet.texts()) == 1
    assert "A message may not have arrived" in world.alerts()


@pytest.mark.parametrize("answer", [lose_answer, broken])
def test_r6_a_reply_is_sent_again_while_the_platform_knows_its_key(
    world: World, answer: Callable[[HttpRequest], HttpResponse]
) -> None:
    a_person_replies(world)
    world.internet.answer = answer
    world.work()
    away_for(world, hours=23)

    assert len(world.internet.texts()) == 2
    assert world.case().outbox[-1].status is DeliveryStatus.SENT


def test_a_message_without_any_answer_counts_as_uncertain_whoever_decides_it(world: World) -> None:
    def lost(request: HttpRequest) -> HttpResponse:
        raise SendAmbiguous("ReadTimeout")

    world.writes()
    world.internet.answer = lost
    world.pass_time(hours=1)

    assert world.ports.meter.counts("deliveries")[("acknowledge", "uncertain")] == 1  # type: ignore[attr-defined] # the tests' meter is a Tally
