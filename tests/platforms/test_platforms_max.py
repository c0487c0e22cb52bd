"""What only MAX has: a raw token, two hosts in its past, no key against doubles, and bots among people."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import AutomationWrote, CustomerWrote, MessageEchoed, Outcome, Speaker
from chalicelib.core.message import Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import max as max_messenger
from chalicelib.platforms import max_events
from chalicelib.platforms.contract import HttpResponse, RateScope, Report, Step
from tests.platforms import harness as h

CUSTOMER, BOT, FOREIGN_BOT = 77000001, 88000001, 88000777
NOW = 1795176000000


def update(kind: str, **parts: Any) -> h.Fixture:
    body = {"update_type": kind, "timestamp": NOW, **parts}
    return h.Fixture(platform="max", name="made_here", body=body, expected=[])


def message(sender: int = CUSTOMER, *, bot: bool = False, **parts: Any) -> dict[str, Any]:
    return {
        "sender": {"user_id": sender, "first_name": "Anna", "is_bot": bot},
        "recipient": {"chat_id": 99000001, "chat_type": "dialog", "user_id": CUSTOMER if bot else BOT},
        "timestamp": NOW,
        "body": {"mid": "mid.1", "seq": 1, "text": "Hello", "attachments": []},
        **parts,
    }


# Who spoke


def test_a_person_is_the_customer() -> None:
    assert isinstance(h.only(update("message_created", message=message())), CustomerWrote)


def test_the_bot_itself_is_us_or_somebody_unknown_behind_another_program_r3_r7() -> None:
    event = h.only(update("message_created", message=message(BOT, bot=True)))

    assert isinstance(event, MessageEchoed)
    assert (event.unmarked, event.otherwise, event.customer.id) == (True, Speaker.UNKNOWN, str(CUSTOMER))


def test_another_bot_is_never_answered_r20() -> None:
    event = h.only(update("message_created", message=message(FOREIGN_BOT, bot=True)))

    assert isinstance(event, AutomationWrote)
    assert (event.sign, event.address) == ("is_bot", {})


def test_without_its_number_our_own_bot_is_a_machine_and_never_a_person() -> None:
    event = h.only(update("message_created", message=message(BOT, bot=True)), options={})

    assert isinstance(event, AutomationWrote)


def test_nobody_is_guessed_where_the_sender_is_missing() -> None:
    parsed = h.parsed(update("message_created", message=message() | {"sender": None}))

    assert (parsed.events, parsed.unknown) == ((), ("message_created.unreadable",))


@pytest.mark.parametrize("kind", ["message_created", "message_edited", "message_removed", "bot_started"])
@pytest.mark.parametrize("inner", [None, 5, {}, {"timestamp": "soon"}, {"recipient": {"chat_type": 1}}])
def test_what_cannot_be_read_is_counted_and_not_delivered_for_hours(kind: str, inner: Any) -> None:
    parsed = h.parsed(update(kind, message=inner, user=inner))

    assert (parsed.events, parsed.unknown) == ((), (f"{kind}.unreadable",))


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"update_type": 1}'])
def test_what_is_no_update_at_all_is_refused(body: bytes) -> None:
    with pytest.raises(BadPayload):
        max_messenger.parse(h.proven(update("bot_started"), body=body), h.channel("max"))


@pytest.mark.parametrize("kind", ["chat", "channel"])
def test_groups_and_channels_are_counted_and_not_read(kind: str) -> None:
    elsewhere = message(recipient={"chat_id": -1, "chat_type": kind, "user_id": None})
    parsed = h.parsed(update("message_created", message=elsewhere))

    assert (parsed.events, parsed.unknown) == ((), (f"message_created.{kind}",))


def test_the_echo_bears_the_id_that_the_send_returned_r7() -> None:
    answer = h.answered(200, {"message": {"body": {"mid": "mid.06"}}})
    sent = max_messenger.read_reply(answer, h.outgoing("max"))

    assert h.only(h.fixture("max", "echo_of_ours")).message_id == sent.message_id


def test_times_are_milliseconds() -> None:
    assert h.only(update("message_created", message=message())).at == h.RECEIVED - timedelta(seconds=5)


def test_an_edit_and_another_edit_are_two_events() -> None:
    edits = [update("message_edited", message=message(), timestamp=NOW + step) for step in (1, 2)]

    assert len({h.only(one).id for one in edits}) == 2


def test_what_a_dialog_tells_is_enough_to_answer_it() -> None:
    event = h.only(h.fixture("max", "customer_starts_the_bot"))
    sent = max_messenger.compose(h.outgoing("max", address=event.address), h.channel("max"))

    assert parse_qs(urlsplit(sent.url).query) == {"user_id": ["77000001"]}


# What goes out


def test_a_message_goes_to_the_new_host_with_the_bare_token() -> None:
    sent = max_messenger.compose(h.outgoing("max"), h.channel("max"))

    assert sent.url == "https://platform-api2.max.ru/messages?user_id=77000001"
    assert sent.headers["authorization"] == "mx-7Qp2Lr-bot-token"
    assert json.loads(sent.body) == {"text": "We have received your message."}


@given(text=st.sampled_from(["**bold**", "<b>x</b>", "[a](https://x.example)", "# head"]))
def test_words_are_never_formatting(text: str) -> None:
    sent = json.loads(max_messenger.compose(h.outgoing("max", text=text), h.channel("max")).body)

    assert sent == {"text": text}


def test_a_dialog_takes_two_messages_a_second_and_the_bot_thirty() -> None:
    rates = {
        rate.scope: rate.messages / rate.per.total_seconds() for rate in max_messenger.CAPABILITIES.rates
    }

    assert rates == {RateScope.CHANNEL: 30, RateScope.THREAD: 2}


def test_there_is_no_window_r25() -> None:
    thread = Thread(channel="shop", key="99000001")

    assert max_messenger.allowance(thread, {}, h.channel("max")) == Allowance()


# Errors


def refused(status: int, code: Any = None) -> tuple[Outcome, str]:
    body = {"code": code, "message": "Anna stopped the bot"} if code is not None else b""
    result = max_messenger.read_reply(h.answered(status, body), h.outgoing("max"))
    return result.outcome, result.reason


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (401, "verify.token", Outcome.CHANNEL_PAUSED),
        (403, "verify.token", Outcome.CHANNEL_PAUSED),
        (403, "chat.denied", Outcome.REFUSED),
        (400, "proto.payload", Outcome.REFUSED),
        (404, "chat.not.found", Outcome.REFUSED),
        (405, "method.not.allowed", Outcome.REFUSED),
    ],
)
def test_an_error_is_what_its_status_and_code_say(status: int, code: str, outcome: Outcome) -> None:
    assert refused(status, code) == (outcome, code)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_is_tried_again(status: int) -> None:
    assert refused(status) == (Outcome.RETRY, f"http_{status}")


@pytest.mark.parametrize("code", ["Anna Kowalska", "x" * 41, "", 5, None, ["a"]])
def test_a_code_that_is_prose_is_not_passed_on(code: Any) -> None:
    assert refused(400, code)[1] == "http_400"


@pytest.mark.parametrize("said", [{}, {"message": None}, {"message": {"body": {}}}, {"success": True}])
def test_a_success_without_an_id_is_ambiguous(said: Any) -> None:
    result = max_messenger.read_reply(h.answered(200, said), h.outgoing("max"))

    assert result.outcome is Outcome.AMBIGUOUS


# What became of it


def seen(*messages: Mapping[str, Any]) -> HttpResponse:
    return h.answered(200, {"messages": list(messages)})


def ours(**parts: Any) -> dict[str, Any]:
    body = {"mid": "mid.9", "seq": 9, "text": "We have received your message.", "attachments": []}
    return message(BOT, bot=True, body=body) | parts


def test_the_newest_messages_of_the_dialog_are_asked_for() -> None:
    plan = max_messenger.reconcile(h.outgoing("max"), h.channel("max"))

    assert plan.ask is not None
    assert plan.ask.url == "https://platform-api2.max.ru/messages?chat_id=99000001&count=50"


def test_without_a_chat_nothing_can_be_asked() -> None:
    out = h.outgoing("max", address={"user_id": "77000001"})

    assert max_messenger.reconcile(out, h.channel("max")).ask is None


def test_our_words_in_the_dialog_are_sent() -> None:
    result = max_messenger.read_reconciliation(seen(message(), ours()), h.outgoing("max"))

    assert (result.outcome, result.message_id) == (Outcome.SENT, "mid.9")


@pytest.mark.parametrize(
    "other",
    [
        message(),
        ours(timestamp=NOW - 3600_000),
        ours(sender={"user_id": CUSTOMER, "first_name": "Anna", "is_bot": False}),
    ],
    ids=["other words", "an hour ago", "the customer's own words"],
)
def test_everything_else_is_uncertain(other: dict[str, Any]) -> None:
    result = max_messenger.read_reconciliation(seen(other), h.outgoing("max"))

    assert (result.outcome, result.reason) == (Outcome.UNCERTAIN, "not_found")


def test_a_busy_max_is_asked_again_and_a_closed_one_is_not() -> None:
    outcomes = [
        max_messenger.read_reconciliation(h.answered(status, b""), h.outgoing("max")).outcome
        for status in (503, 403)
    ]

    assert outcomes == [Outcome.AMBIGUOUS, Outcome.UNCERTAIN]


# Connecting and checking

SECRETS = {"bot_token": ("mx-7Qp2Lr-bot-token",), "webhook_secret": ("a-word-of-our-own", h.OLDER)}
ME = {"user_id": BOT, "first_name": "Shop", "is_bot": True}
SUBSCRIBED = {"url": h.URL, "time": NOW, "update_types": list(max_events.SUBSCRIBED)}


def listed(*subscriptions: Mapping[str, Any]) -> dict[str, Any]:
    return {"subscriptions": list(subscriptions)}


def answer(one: Any) -> HttpResponse:
    """Return an answer; an `int` stands for an error of that status."""
    return h.answered(one, {"code": "verify.token"}) if isinstance(one, int) else h.answered(200, one)


def registered(*said: Any, secrets: Any = SECRETS) -> tuple[list[Step], Report]:
    return h.led(max_messenger.register(h.channel("max", secrets=secrets), h.URL), *map(answer, said))


def checked(*said: Any, **changes: Any) -> tuple[list[Step], Report]:
    return h.led(max_messenger.check(h.channel("max", **changes), h.URL), *map(answer, said))


def test_a_bot_is_connected_in_three_steps() -> None:
    taken, report = registered(ME, {"success": True}, listed(SUBSCRIBED))

    assert [(step.request.method, urlsplit(step.request.url).path) for step in taken] == [
        ("GET", "/me"),
        ("POST", "/subscriptions"),
        ("GET", "/subscriptions"),
    ]
    assert h.remedies(report) == []


def test_the_address_the_events_and_the_newest_secret_are_given() -> None:
    taken, _ = registered(ME, {"success": True}, listed(SUBSCRIBED))

    assert json.loads(taken[1].request.body) == {
        "url": h.URL,
        "update_types": list(max_events.SUBSCRIBED),
        "secret": "a-word-of-our-own",
    }


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ((401,), "token"),
        ((ME, {"success": False, "message": "x"}), "https://"),
        ((ME, 400), "https://"),
        ((ME, {"success": True}, 401), "token"),
        ((ME, {"success": True}, listed()), "connect again"),
        ((ME, {"success": True}, listed({**SUBSCRIBED, "update_types": ["message_created"]})), "bot_started"),
    ],
)
def test_each_layer_that_is_missing_ends_with_a_remedy(said: tuple[Any, ...], remedy: str) -> None:
    _, report = registered(*said)

    assert len(h.remedies(report)) == 1
    assert remedy in h.remedies(report)[0]


def test_a_good_connection_has_no_fault_and_nothing_is_changed() -> None:
    taken, report = checked(ME, listed(SUBSCRIBED))

    assert h.remedies(report) == []
    assert {step.request.method for step in taken} == {"GET"}


def test_a_subscription_to_everything_is_enough() -> None:
    assert h.remedies(checked(ME, listed({**SUBSCRIBED, "update_types": None}))[1]) == []


def test_the_number_of_the_bot_is_told_to_the_owner() -> None:
    _, report = checked(ME, listed(SUBSCRIBED), options={})

    assert str(BOT) in report.findings[0].what


def test_the_token_of_another_bot_is_a_fault() -> None:
    _, report = checked({**ME, "user_id": 5}, listed(SUBSCRIBED))

    assert "bot_id" in h.remedies(report)[0]


@pytest.mark.parametrize("secret", ["", "four", "with space", "słowo-po-polsku", "x" * 257])
def test_a_secret_that_max_does_not_take_is_found_before_max_is_asked(secret: str) -> None:
    taken, report = registered(secrets={"webhook_secret": (secret,)})

    assert taken == []
    assert "letters" in h.remedies(report)[0]


def test_the_secret_that_is_made_up_is_one_that_max_takes() -> None:
    (made_up,) = [one.make() for one in max_messenger.CREDENTIALS if one.make]
    _, report = registered(
        ME, {"success": True}, listed(SUBSCRIBED), secrets={**SECRETS, "webhook_secret": (made_up,)}
    )

    assert h.remedies(report) == []
