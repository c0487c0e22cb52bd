"""What only Telegram has: two directions on one wire, groups, staff, and answers that may be commands."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import (
    BystanderWrote,
    CustomerWrote,
    HumanReplied,
    MessageEchoed,
    Outcome,
    Speaker,
    ThreadEvent,
)
from chalicelib.core.message import Thread
from chalicelib.platforms import telegram, telegram_setup
from chalicelib.platforms.besides import Resolving
from chalicelib.platforms.contract import FactLearned, Unresolved
from tests.platforms import harness as h

CONNECTION = "Kx7pQ2dAbEfGh"
CUSTOMER, OWNER, OUR_BOT, FOREIGN_BOT = 6100001, 5500009, 7000000001, 7000000002
DM = Thread(channel="shop", key=str(CUSTOMER))


def update(kind: str, inner: dict[str, Any]) -> h.Fixture:
    body = {"update_id": 900001, kind: inner}
    return h.Fixture(platform="telegram", name="made_here", body=body, expected=[])


def message(sender: int, **parts: Any) -> dict[str, Any]:
    chat = {"id": CUSTOMER, "type": "private", "first_name": "Anna"}
    who = {"id": sender, "is_bot": False, "first_name": "x"}
    return {"message_id": 71, "from": who, "chat": chat, "date": 1795176000, "text": "Hello", **parts}


def group_message(sender: int, **parts: Any) -> dict[str, Any]:
    return message(sender, chat={"id": -100170, "type": "supergroup", "title": "x"}, **parts)


def business(sender: int, **parts: Any) -> h.Fixture:
    return update("business_message", message(sender, business_connection_id=CONNECTION, **parts))


FACTS = {"user_id": str(OWNER), "can_reply": True, "enabled": True}
BOT = {"id": OUR_BOT, "is_bot": True, "first_name": "Shop"}


def direction(one: h.Fixture) -> object:
    """Return the one event of a Business message, asked for where it has to be."""
    (event,) = h.parsed(one).events
    if isinstance(event, Unresolved):
        (event,) = telegram.resolve(event, FACTS, h.channel("telegram"))
    return event


# Who spoke on a Business connection: four steps, in this order


def test_step_1_our_bot_speaking_for_the_owner_is_us_r7() -> None:
    event = direction(business(OWNER, sender_business_bot=BOT))

    assert isinstance(event, MessageEchoed)
    assert event.ours


def test_step_1_another_bot_speaking_for_the_owner_is_an_automation_r3() -> None:
    event = direction(business(OWNER, sender_business_bot=BOT | {"id": FOREIGN_BOT}))

    assert isinstance(event, MessageEchoed)
    assert (event.ours, event.otherwise) == (False, Speaker.AUTOMATION)


def test_step_1_comes_before_step_2() -> None:
    event = direction(business(OWNER, sender_business_bot=BOT, is_from_offline=True))

    assert isinstance(event, MessageEchoed)
    assert event.ours


def test_step_2_telegrams_own_away_message_is_no_person_r3() -> None:
    event = direction(business(OWNER, is_from_offline=True))

    assert isinstance(event, MessageEchoed)
    assert event.otherwise is Speaker.AUTOMATION


def test_step_3_the_owner_of_the_connection_is_a_person_of_the_business_r3() -> None:
    assert isinstance(direction(business(OWNER)), HumanReplied)


def test_step_4_everybody_else_is_the_customer() -> None:
    assert isinstance(direction(business(CUSTOMER)), CustomerWrote)


@pytest.mark.parametrize("sender", [OWNER, CUSTOMER])
def test_nothing_is_guessed_before_the_owner_is_known(sender: int) -> None:
    (event,) = h.parsed(business(sender)).events

    assert isinstance(event, Unresolved)
    assert event.need == f"connection:{CONNECTION}"


def test_the_owner_is_asked_for_with_get_business_connection() -> None:
    asked = telegram.lookup(f"connection:{CONNECTION}", h.channel("telegram"))

    assert asked.url == "https://api.telegram.org/bot7000000001:AAE-bot-token/getBusinessConnection"
    assert json.loads(asked.body) == {"business_connection_id": CONNECTION}


def test_the_owner_is_remembered_for_a_day() -> None:
    one = h.fixture("telegram", "customer_business")
    facts, hold = telegram.read_lookup(f"connection:{CONNECTION}", h.answered(200, one.lookup))

    assert facts == FACTS
    assert hold == timedelta(hours=24)


def test_an_unknown_connection_leaves_the_question_open() -> None:
    one = h.fixture("telegram", "customer_business_unknown_connection")

    with pytest.raises(BadPayload):
        h.resolved(one)


@pytest.mark.parametrize("need", ["connection:x", "admins:-1"])
@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"ok": true}', b'{"ok": true, "result": 1}']
)
def test_an_answer_that_tells_nothing_leaves_the_question_open(need: str, body: bytes) -> None:
    with pytest.raises(BadPayload):
        telegram.read_lookup(need, h.answered(200, body))


def test_telegram_can_be_asked() -> None:
    assert isinstance(telegram, Resolving)


def test_what_waits_for_the_answer_holds_no_more_than_the_answer_needs() -> None:
    (event,) = h.parsed(business(CUSTOMER, photo=[{"file_id": "secret"}], caption="x")).events

    assert isinstance(event, Unresolved)
    assert "secret" not in json.dumps(event.raw)


def test_a_bot_that_writes_to_the_owner_is_never_answered_r20() -> None:
    bot = {"id": FOREIGN_BOT, "is_bot": True, "first_name": "Other"}

    assert h.parsed(business(FOREIGN_BOT, **{"from": bot})).events == ()


def test_a_business_message_without_a_sender_is_counted_rather_than_guessed() -> None:
    parsed = h.parsed(business(CUSTOMER, **{"from": None}))

    assert (parsed.events, parsed.unknown) == ((), ("business_message.unreadable",))


def test_a_connection_that_was_ended_is_known_to_be() -> None:
    (learned,) = h.parsed(h.fixture("telegram", "business_connection_ended")).events

    assert isinstance(learned, FactLearned)
    assert learned.facts["enabled"] is False


@pytest.mark.parametrize(
    ("facts", "may_reply"),
    [({}, "yes"), ({"can_reply": False}, "no"), ({"enabled": False}, "no")],
)
def test_a_customer_of_the_owner_may_be_answered_where_the_connection_allows_it_r25(
    facts: dict[str, Any], may_reply: str
) -> None:
    (event,) = h.parsed(business(CUSTOMER)).events
    assert isinstance(event, Unresolved)
    (wrote,) = telegram.resolve(event, FACTS | facts, h.channel("telegram"))

    assert wrote.address["may_reply"] == may_reply


# What cannot be read: Telegram would repeat it for a day and hold back the rest of the chat


@pytest.mark.parametrize("kind", telegram_setup.UPDATES)
@pytest.mark.parametrize("inner", [5, "x", [], {"chat": {"type": "private"}}])
def test_what_cannot_be_read_is_counted_and_never_an_error_to_telegram(kind: str, inner: Any) -> None:
    said = {**inner, "text": "x"} if isinstance(inner, dict) else inner
    parsed = h.parsed(update(kind, said))

    assert (parsed.events, parsed.unknown) == ((), (f"{kind}.unreadable",))


@pytest.mark.parametrize("date", ["soon", None, -1, 10**30, True])
def test_a_message_without_a_time_is_counted(date: Any) -> None:
    parsed = h.parsed(update("message", message(CUSTOMER, date=date)))

    assert (parsed.events, parsed.unknown) == ((), ("message.unreadable",))


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"message": {}}', b'{"update_id": []}'])
def test_what_is_no_update_at_all_is_refused(body: bytes) -> None:
    with pytest.raises(BadPayload):
        telegram.parse(h.proven(update("message", {}), body=body), h.channel("telegram"))


# A customer who blocks the bot, and one who lets it write again


def membership(status: str, **chat: Any) -> h.Fixture:
    where = {"id": CUSTOMER, "type": "private", "first_name": "Anna", **chat}
    change = {"chat": where, "date": 1795176000, "new_chat_member": {"user": BOT, "status": status}}
    return update("my_chat_member", change)


@pytest.mark.parametrize(
    ("status", "may_reply"), [("kicked", "no"), ("left", "no"), ("member", "yes"), ("restricted", "yes")]
)
def test_a_customer_who_blocks_the_bot_is_not_written_to_until_they_let_it_r25(
    status: str, may_reply: str
) -> None:
    changed = h.only(membership(status))

    assert (changed.thread, changed.customer.id) == (DM, str(CUSTOMER))
    assert (changed.address["may_reply"], changed.in_control) == (may_reply, True)


def test_who_writes_to_the_bot_has_not_blocked_it() -> None:
    assert h.only(update("message", message(CUSTOMER))).address["may_reply"] == "yes"


def test_what_becomes_of_the_bot_in_a_group_concerns_no_customer() -> None:
    assert h.parsed(membership("kicked", id=-100170, type="supergroup")).events == ()


@pytest.mark.parametrize("address", [{}, {"business_connection_id": CONNECTION}])
def test_where_nothing_may_be_written_no_time_is_left_r25(address: dict[str, str]) -> None:
    closed = {"chat_id": str(CUSTOMER), "may_reply": "no", **address}

    assert telegram.allowance(DM, closed, h.channel("telegram")).automatic == timedelta()


# One person, two conversations: with the bot and, through the bot, with the owner


def test_a_chat_with_the_bot_and_one_with_the_owner_are_two_threads() -> None:
    (with_bot,) = h.parsed(update("message", message(CUSTOMER))).events
    with_owner = direction(business(CUSTOMER))

    assert isinstance(with_bot, CustomerWrote)
    assert isinstance(with_owner, CustomerWrote)
    assert with_bot.thread != with_owner.thread
    assert with_bot.id != with_owner.id


def test_our_echo_names_the_message_as_the_answer_to_send_message_did_r7() -> None:
    event = direction(business(OWNER, sender_business_bot=BOT))
    answer = {"ok": True, "result": {"message_id": 71}}
    result = telegram.read_reply(h.answered(200, answer), h.outgoing("telegram"))

    assert isinstance(event, MessageEchoed)
    assert event.message_id == result.message_id


def test_a_deletion_names_messages_as_their_events_did() -> None:
    written = direction(business(CUSTOMER))
    deleted = {"business_connection_id": CONNECTION, "chat": message(CUSTOMER)["chat"], "message_ids": [71]}
    told = h.told(h.parsed(update("deleted_business_messages", deleted)).events[0])

    assert isinstance(written, CustomerWrote)
    assert told["message_ids"] == [written.message_id]


def test_two_edits_within_a_second_are_two_events() -> None:
    first = update("edited_message", message(CUSTOMER, edit_date=1795176001, text="a"))
    second = h.Fixture(
        platform="telegram", name="made_here", body=first.body | {"update_id": 900002}, expected=[]
    )

    assert h.parsed(first).events[0].id != h.parsed(second).events[0].id


# Groups


def in_group(one: dict[str, Any], admins: list[str]) -> object:
    (event,) = h.parsed(update("message", one)).events
    if isinstance(event, Unresolved):
        (event,) = telegram.resolve(event, {"staff": admins}, h.channel("telegram"))
    return event


def test_a_reply_to_an_administrator_is_a_customers_own_message_r18() -> None:
    said = group_message(CUSTOMER, reply_to_message=group_message(5550002, text="We open at nine"))

    assert isinstance(in_group(said, ["5550002"]), CustomerWrote)


def test_a_reply_to_another_customer_is_a_bystanders_r18() -> None:
    said = group_message(CUSTOMER, reply_to_message=group_message(6100002, text="Are you open?"))

    assert isinstance(in_group(said, ["5550002"]), BystanderWrote)


def test_a_reply_to_oneself_is_a_customers_own_message_r18() -> None:
    said = group_message(CUSTOMER, reply_to_message=group_message(CUSTOMER, text="Are you open?"))

    assert isinstance(in_group(said, []), CustomerWrote)


def test_administrators_are_asked_for_and_remembered_for_an_hour() -> None:
    asked = telegram.lookup("admins:-100170", h.channel("telegram"))
    one = h.fixture("telegram", "customer_group")
    facts, hold = telegram.read_lookup("admins:-100170", h.answered(200, one.lookup))

    assert asked.url.endswith("/getChatAdministrators")
    assert facts["staff"] == ["5550002", str(OUR_BOT)]
    assert hold == timedelta(hours=1)


@pytest.mark.parametrize("text", ["/start", "/start@example_shop_bot"])
def test_the_command_that_opens_the_bot_is_nobodys_words(text: str) -> None:
    event = in_group(group_message(CUSTOMER, text=text), [])

    assert isinstance(event, CustomerWrote)
    assert (event.text, event.attachments) == ("", ("start",))


def test_words_after_the_command_are_kept_in_a_group() -> None:
    event = in_group(group_message(CUSTOMER, text="/start over, please"), [])

    assert isinstance(event, CustomerWrote)
    assert event.text == "/start over, please"


def test_words_of_others_in_a_group_lead_to_nobodys_message_r18() -> None:
    asked = group_message(6100002, text="Are you open?")
    events = [
        in_group(group_message(CUSTOMER, reply_to_message=asked), []),
        in_group(group_message(5550001, reply_to_message=asked), []),
        in_group(group_message(5550001), []),
        h.only(update("edited_message", group_message(CUSTOMER))),
    ]

    assert [event.address for event in events if isinstance(event, ThreadEvent)] == [
        {"chat_id": "-100170"}
    ] * 4


def test_a_customers_own_words_in_a_group_lead_back_into_their_topic() -> None:
    event = in_group(group_message(CUSTOMER, is_topic_message=True, message_thread_id=150), [])

    assert isinstance(event, CustomerWrote)
    assert event.address == {"chat_id": "-100170", "reply_to": "71", "message_thread_id": "150"}


# What goes out


def sent(**address: str) -> dict[str, Any]:
    out = h.outgoing("telegram", address={"chat_id": "6100001", **address})
    found: dict[str, Any] = json.loads(telegram.compose(out, h.channel("telegram")).body)
    return found


def test_words_go_to_the_chat_without_any_markup() -> None:
    assert sent() == {"chat_id": "6100001", "text": "We have received your message."}


def test_words_to_a_customer_of_the_owner_go_through_the_connection() -> None:
    assert sent(business_connection_id=CONNECTION)["business_connection_id"] == CONNECTION


def test_words_in_a_group_answer_the_message_in_its_topic() -> None:
    body = sent(reply_to="71", message_thread_id="150")

    assert body["reply_parameters"] == {"message_id": 71, "allow_sending_without_reply": True}
    assert body["message_thread_id"] == 150


def test_a_business_chat_allows_24_hours_r25() -> None:
    assert telegram.allowance(
        DM, {"business_connection_id": CONNECTION}, h.channel("telegram")
    ).automatic == timedelta(hours=24)


def test_a_chat_with_the_bot_has_no_limit_r25() -> None:
    assert telegram.allowance(DM, {"chat_id": "6100001"}, h.channel("telegram")).automatic is None


def test_a_webhook_is_answered_with_nothing_that_telegram_could_carry_out() -> None:
    assert (telegram.ACCEPTED.status, telegram.ACCEPTED.body) == (200, "")


def known(one: h.Fixture) -> set[str]:
    return set(one.body) - {"update_id", *one.unknown}


def test_every_update_that_is_read_is_asked_for_and_no_other() -> None:
    assert set(telegram_setup.UPDATES) == {kind for one in h.fixtures("telegram") for kind in known(one)}


# What the answer means


def refused(status: int, **parts: Any) -> Any:
    body = {"ok": False, "error_code": status, "description": "whatever Telegram says", **parts}
    return telegram.read_reply(h.answered(status, body), h.outgoing("telegram"))


def test_a_migrated_group_is_tried_again_under_its_new_id() -> None:
    result = refused(400, parameters={"migrate_to_chat_id": -1001700000002})

    assert result.outcome is Outcome.RETRY
    assert result.address == {"chat_id": "-1001700000002"}


def test_a_limit_is_waited_for() -> None:
    result = refused(429, parameters={"retry_after": 17})

    assert (result.outcome, result.retry_after) == (Outcome.RETRY, 17)


@pytest.mark.parametrize("wait", ["soon", None, -1, float("nan"), True, [3]])
def test_a_limit_without_a_time_is_tried_again_anyhow(wait: Any) -> None:
    result = refused(429, parameters={"retry_after": wait})

    assert (result.outcome, result.retry_after) == (Outcome.RETRY, None)


def test_no_limit_is_waited_for_longer_than_a_day() -> None:
    assert refused(429, parameters={"retry_after": 10**400}).retry_after == 24 * 3600


@pytest.mark.parametrize("status", [401, 404])
def test_a_token_that_is_no_bots_pauses_the_channel(status: int) -> None:
    assert refused(status).outcome is Outcome.CHANNEL_PAUSED


@pytest.mark.parametrize("status", [400, 403])
def test_a_customer_who_has_blocked_the_bot_is_not_written_to_again(status: int) -> None:
    assert refused(status).outcome is Outcome.REFUSED


def test_what_became_of_a_message_cannot_be_asked() -> None:
    plan = telegram.reconcile(h.outgoing("telegram"), h.channel("telegram"))

    assert (plan.resend, plan.ask) == (False, None)
