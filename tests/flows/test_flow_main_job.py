"""A customer writes, nobody replies, one acknowledgement goes out, and what follows, on every platform."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib import handle, sweep
from chalicelib.core.case import CloseReason, Status
from chalicelib.core.effects import DeliveryStatus, Effect
from chalicelib.core.events import CaseClosed, NoteAdded, ReplySubmitted
from chalicelib.core.timeline import Why
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.publish import PublishedPolicies, announce, publish
from chalicelib.serve.workers import consume_once
from tests.builders import NOON
from tests.fakes import POLICY_DOCUMENT, World, policy_with, without_wakeups

ACK_DUE = timedelta(minutes=15, seconds=10)


def test_one_ack_with_a_promise_leaves_when_window_and_grace_have_passed(world: World) -> None:
    world.writes()

    world.pass_time(hours=1)

    [(at, request)] = world.internet.requests
    assert at == NOON + ACK_DUE
    assert "by 2:20 pm today" in json.loads(request.body)["data"]["text"]


def test_the_owner_is_called_when_nobody_has_replied_in_time(world: World) -> None:
    world.writes()

    world.pass_time(minutes=20)

    assert world.alerts() == ["Nobody has replied in time"]


def test_a_human_reply_cancels_the_ack(world: World) -> None:
    world.writes()
    world.pass_time(minutes=10)
    world.answers()

    world.pass_time(hours=3)

    assert world.internet.requests == []


def test_scenario_1_a_reply_whose_echo_arrives_during_the_grace_wins(world: World) -> None:
    world.writes()
    world.pass_time(minutes=14, seconds=59)
    late = world.signed("reply.created", message_id="h1", text="Here we are")
    world.pass_time(seconds=3)
    world.receive("shop", late)

    world.pass_time(hours=1)

    response = world.case().first_response
    assert response is not None and response.took == timedelta(minutes=14, seconds=59) and response.met
    assert world.internet.requests == []


def test_updates_follow_a_missed_promise_until_nothing_more_is_promised_and_all_ends_at_close(
    world: World,
) -> None:
    world.writes()
    world.pass_time(days=6)
    case = world.case()

    texts = world.internet.texts()
    assert len(texts) == len(set(texts)) == 4
    assert case.misses == 2 and case.promise is None
    closed = CaseClosed(id="c", at=world.clock(), case_id=case.id, by="Ana", reason=CloseReason.OTHER)
    handle.apply(closed, world.ports)
    world.pass_time(days=20)
    assert len(world.internet.requests) == 4


def test_a_human_reply_after_the_ack_cancels_the_updates(world: World) -> None:
    world.writes()
    world.pass_time(minutes=20)
    world.answers()

    world.pass_time(days=2)

    assert len(world.internet.requests) == 1
    assert world.case().status is Status.OPEN


def test_an_answered_case_closes_when_it_stays_quiet(world: World) -> None:
    world.writes()
    world.pass_time(minutes=5)
    world.answers()

    world.pass_time(hours=80)

    assert world.case().close_reason is CloseReason.ANSWERED


def test_the_reply_is_in_the_customers_language_and_formal_where_they_are(world: World) -> None:
    world.writes("Dzień dobry, czy Pani wie, gdzie jest moja paczka?")

    world.pass_time(minutes=20)

    [text] = world.internet.texts()
    assert text.startswith("Dzień dobry") and "dzisiaj do" in text


def test_a_reply_written_on_the_desk_goes_out_and_counts_as_the_first_response(world: World) -> None:
    world.writes()
    world.pass_time(minutes=5)
    reply = ReplySubmitted(
        id="r", at=world.clock(), case_id=world.case().id, by="Ana", text="It is on its way."
    )
    handle.apply(reply, world.ports)

    world.pass_time(minutes=1)

    response = world.case().first_response
    assert world.internet.texts() == ["It is on its way."]
    assert response is not None and response.took == timedelta(minutes=5)


def test_r19_a_note_never_leaves_the_house(world: World) -> None:
    world.writes()
    world.work()
    note = NoteAdded(id="n", at=world.clock(), case_id=world.case().id, by="Ana", text="VIP, be careful")
    handle.apply(note, world.ports)

    world.pass_time(days=3)

    assert all("VIP" not in text for text in world.internet.texts())


def test_messenger_ack_and_the_inbox_echo_that_cancels_the_rest(world: World) -> None:
    world.receive(
        "page", world.messenger(world.messenger_item(text="Gdzie jest moje zamówienie? Czekam tydzień"))
    )
    world.pass_time(minutes=16)
    inbox = world.messenger_item(echo=True, mid="mid9", text="Już sprawdzam", app_id=263902037430900)
    world.receive("page", world.messenger(inbox))

    world.pass_time(hours=5)

    [(at, request)] = world.internet.requests
    assert at == NOON + ACK_DUE
    assert json.loads(request.body)["recipient"] == {"id": "psid1"}


def test_r7_messenger_our_own_echo_is_not_a_human_reply(world: World) -> None:
    world.receive("page", world.messenger(world.messenger_item(text="Where is my order, please?")))
    world.pass_time(minutes=16)
    metadata = json.loads(world.internet.requests[0][1].body)["message"]["metadata"]
    echo = world.messenger_item(echo=True, mid="p1", text="...", metadata=metadata, app_id=1)
    world.receive("page", world.messenger(echo))

    world.work()

    assert world.case("psid1", "page").owed is not None


def test_scenario_7_messenger_gets_its_last_legal_update_and_is_still_open_on_day_eight(world: World) -> None:
    world.publish(policy_with(rules=[{"name": "messages", "window": "15m", "promise": "30h"}]))
    world.receive("page", world.messenger(world.messenger_item(text="Where is my order, please?")))

    world.pass_time(days=8)

    times = [at - NOON for at, _ in world.internet.requests]
    assert times == [ACK_DUE, timedelta(hours=23, minutes=30)]
    assert world.case("psid1", "page").status is Status.OPEN


def business(message_id: int, sender: int, text: str, at: int, **more: object) -> dict[str, object]:
    message = {
        "message_id": message_id,
        "business_connection_id": "bc1",
        "date": at,
        "chat": {"id": 555, "type": "private", "first_name": "Ivan"},
        "from": {"id": sender, "is_bot": False},
        "text": text,
        **more,
    }
    return {"update_id": message_id, "business_message": message}


def test_telegram_business_acknowledges_the_customer_and_hears_the_owner(world: World) -> None:
    at = int(world.clock().timestamp())
    world.receive("bot", world.telegram(business(1, 555, "Здравствуйте, где мой заказ?", at)))
    world.pass_time(minutes=16)
    world.receive("bot", world.telegram(business(3, 777, "Уже едет", at + 960)))

    world.pass_time(hours=5)

    sends = [r for _, r in world.internet.requests if "sendMessage" in r.url]
    assert [json.loads(r.body)["business_connection_id"] for r in sends] == ["bc1"]
    assert world.case("bc1:555", "bot").first_response is not None


def test_telegram_asks_who_owns_an_unknown_connection_once(world: World) -> None:
    at = int(world.clock().timestamp())
    for number in (1, 2, 3):
        world.receive("bot", world.telegram(business(number, 555, f"Где мой заказ номер {number}?", at)))

    world.work()

    assert [r.url.rpartition("/")[2] for _, r in world.internet.requests] == ["getBusinessConnection"]


def in_group(message_id: int, sender: int, text: str, at: int, **more: object) -> dict[str, object]:
    message = {
        "message_id": message_id,
        "date": at,
        "chat": {"id": -100, "type": "supergroup", "title": "Shop"},
        "from": {"id": sender, "is_bot": False, "first_name": f"user{sender}"},
        "text": text,
        **more,
    }
    return {"update_id": message_id, "message": message}


def test_r18_telegram_group_each_author_has_a_case_and_staff_to_all_answers_everybody(world: World) -> None:
    at = int(world.clock().timestamp())
    world.receive("bot", world.telegram(in_group(1, 11, "Is the shop open today?", at)))
    world.receive("bot", world.telegram(in_group(2, 12, "Where is my parcel?", at)))
    world.work()
    world.pass_time(minutes=5)
    world.receive("bot", world.telegram(in_group(3, 900, "We are back, answering now", at + 300)))

    world.work()

    assert len(world.cases("bot")) == 2
    assert all(case.owed is None for case in world.cases("bot"))


def test_webchat_needs_no_account_and_shows_the_ack_by_recording_it(world: World) -> None:
    world.receive("chat", world.visitor("Do you deliver to Cork?"))

    world.pass_time(minutes=16)

    case = world.case("visitor1", "chat")
    assert case.outbox[0].status is DeliveryStatus.SENT
    assert world.internet.requests == []


def test_one_app_delivers_two_pages_to_one_url_and_each_event_finds_its_channel(world: World) -> None:
    item = world.messenger_item(page="222", text="Where is my order, please?")

    world.receive("page", world.messenger(item, page="222"))
    world.work()

    assert [case.thread.channel for case in world.cases("page-two")] == ["page-two"]


def test_an_event_is_not_passed_on_to_an_account_of_another_app(world: World) -> None:
    item = world.messenger_item(page="333", text="Where is my order, please?")

    answer = world.receive("page", world.messenger(item, page="333"))
    world.work()

    assert answer.status == 200
    assert world.cases("foreign-page") == world.cases("page") == []


# --- what is late, lost, double --------------------------------------------------------------


def test_r6_a_lost_wake_up_is_found_by_the_next_sweep(world: World) -> None:
    world.writes()
    handle.consume(world.ports.events.receive(10, timedelta()), without_wakeups(world.ports))

    world.pass_time(minutes=17)

    assert len(world.internet.requests) == 1


def test_r6_double_and_early_wake_ups_do_no_harm(world: World) -> None:
    world.writes()
    world.pass_time(minutes=14)
    for _ in range(5):
        sweep.sweep(world.ports)

    world.pass_time(minutes=10)

    assert len(world.internet.requests) == 1


def test_r34_timers_that_fell_due_while_nothing_ran_fire_at_the_next_start(world: World) -> None:
    world.writes()
    world.work()
    world.clock.now = NOON + timedelta(hours=5)

    world.pass_time(minutes=1)

    assert len(world.internet.requests) == 1


def test_r34_what_is_more_than_a_day_late_is_not_sent_but_told_to_the_owner(world: World) -> None:
    world.writes()
    world.work()
    world.clock.now = NOON + timedelta(hours=40)

    world.pass_time(minutes=1)

    assert world.internet.requests == []
    assert "No reply, and no acknowledgement either" in world.alerts()


def test_r34_an_owner_who_cannot_be_reached_is_called_again(world: World) -> None:
    world.owner.reachable = False
    world.writes()
    world.pass_time(minutes=17)
    world.owner.reachable = True

    world.pass_time(minutes=10)

    assert len(set(world.owner.calls)) == 1 < len(world.owner.calls)


def test_r35_in_a_dry_run_nothing_automatic_leaves_and_what_would_have_is_recorded(world: World) -> None:
    world.publish(policy_with(dry_run=True))
    world.writes()

    world.pass_time(hours=1)

    entries = world.ports.store.timeline(world.case().id)
    assert world.internet.requests == []
    assert [e.facts["effect"] for e in entries if e.why is Why.REHEARSED and e.text] == ["acknowledge"]


def test_r35_the_kill_switch_holds_for_what_was_planned_before_it(world: World) -> None:
    world.writes()
    world.pass_time(minutes=14)
    world.publish(policy_with(kill_switch=True))

    world.pass_time(hours=1)

    assert world.internet.requests == []


@pytest.mark.parametrize("seconds", [0, 30])
def test_the_words_of_a_deleted_message_are_removed(tmp_path: Path, seconds: int) -> None:
    world = World(tmp_path)
    world.writes("my number is 600 700 800")
    world.pass_time(seconds=seconds)
    world.receive("shop", world.signed("message.deleted", message_id="m1"))

    world.work()

    entries = world.ports.store.timeline(world.case().id)
    assert all("600 700 800" not in entry.text for entry in entries)
    assert world.case().owed is None
    world.close()


def test_scenario_8_a_closed_case_stays_closed_for_thanks_and_reopens_for_more(world: World) -> None:
    world.writes()
    world.pass_time(minutes=5)
    world.answers()
    world.pass_time(hours=80)
    world.writes("dzięki!", message_id="m2")
    world.work()
    stayed = world.case().status
    world.writes("dzięki, ale nadal nie działa", message_id="m3")

    world.work()

    assert (stayed, world.case().status) == (Status.CLOSED, Status.OPEN)
    assert Effect.ACKNOWLEDGE not in [d.effect for d in world.case().outbox]


def test_scenario_8_a_month_later_there_is_a_new_case(world: World) -> None:
    world.writes()
    world.pass_time(minutes=5)
    world.answers()
    world.pass_time(days=33)
    world.writes("Hello, another order of mine is late", message_id="m2")

    world.work()

    assert world.case().previous == world.case().id.replace(".2", ".1")


TOO_LONG = ("a word " * 300 + '{ "" }') * 10
"""More than the signed channel takes, in parts as long as Fluent says them."""


def speak(world: World, *variants: str) -> None:
    """Let the owner have these texts alone."""
    texts = "".join(f"ack-{number} = {text}\n" for number, text in enumerate(variants, start=1))
    bundle = Bundle(policy=POLICY_DOCUMENT, messages={"en": texts}, **world.documents)
    publish(bundle, world.ports.records, world.clock(), by="test")


def test_of_the_owners_texts_one_is_sent_that_the_platform_takes(world: World) -> None:
    speak(world, TOO_LONG, f"{TOO_LONG} or so", "Short.")
    for number in range(5):
        world.writes(thread=f"t{number}", message_id=f"m{number}", customer={"id": f"c{number}"})
    world.pass_time(minutes=16)

    assert world.internet.texts() == ["Short."] * 5


def test_words_that_the_platform_does_not_take_are_refused_and_told_of_r34(world: World) -> None:
    speak(world, TOO_LONG)
    world.writes()
    world.pass_time(minutes=16)

    assert world.internet.texts() == []
    assert "A message was refused" in world.alerts()


def test_r13_a_case_is_told_of_new_policies_by_a_worker_that_has_just_read_the_old_ones(world: World) -> None:
    world.writes()
    world.work()
    policies = PublishedPolicies(world.ports.records, world.secret, world.clock, timedelta(seconds=30))
    warm = replace(world.ports, policies=policies)
    policies.live()
    world.publish(policy_with(rules=[{"name": "messages", "window": "5m"}]))
    announce(world.policies.live(), world.ports.store, world.ports.events, world.clock())

    consume_once(warm.events, handle.consume, 10, warm, timedelta())

    assert world.case().policy_version == world.policies.live().version
