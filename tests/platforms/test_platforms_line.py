"""LINE beyond what every platform must do: groups, the retry key, the quota."""

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.effects import DeliveryStatus
from chalicelib.core.errors import SendAmbiguous
from chalicelib.core.events import CustomerWrote, HumanReplied, Outcome
from chalicelib.core.message import Lane, Thread
from chalicelib.platforms import line
from chalicelib.platforms.contract import HttpRequest, HttpResponse, Inbound, Reconciliation
from chalicelib.platforms.lengths import fits
from tests import fakes
from tests.platforms import harness as h
from tests.platforms.doubles import line as double

USER = "Uc0570e7a11e00000000000000000001a"
BOT = "Ub07ac4b07ac4b07ac4b07ac4b07ac4b0"

# The signature


def test_the_signature_of_a_known_call_is_accepted() -> None:
    """https://github.com/line/line-bot-sdk-python/blob/master/tests/v3/test_webhook.py"""
    inbound = Inbound(
        method="POST",
        headers={"x-line-signature": "/gg9a+LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7k="},
        body=b"bodybodybodybody",
        received_at=h.RECEIVED,
    )

    line.verify(inbound, h.channel("line", secrets={"channel_secret": ("channel_secret",)}))


# What it reads


def test_a_call_without_events_is_fine() -> None:
    parsed = h.parsed(h.fixture("line", "handshake_without_events"))

    assert (parsed.events, parsed.unknown) == ((), ())


def read(**changes: Any) -> list[Any]:
    """Return the events of a message that differs from the fixture in these parts."""
    one = h.fixture("line", "customer_text")
    (event,) = one.body["events"]
    body = json.dumps({**one.body, "events": [{**event, **changes}]}).encode()
    return [*line.parse(h.proven(one, body=body), h.channel("line")).events]


def test_a_message_delivered_again_is_the_same_event() -> None:
    again = read(deliveryContext={"isRedelivery": True})

    assert again == [*h.parsed(h.fixture("line", "customer_text")).events]


@given(mode=st.sampled_from(["active", "standby"]))
def test_only_in_standby_another_app_has_the_chat_r28(mode: str) -> None:
    (event,) = read(mode=mode)

    assert event.standby is (mode == "standby")


def test_words_in_a_group_whose_id_is_missing_are_not_taken_for_private_ones() -> None:
    body = json.dumps(
        {"events": [{**_event(), "source": {"type": "group", "userId": USER}}, _event()]}
    ).encode()
    parsed = line.parse(h.proven(h.fixture("line", "customer_text"), body=body), h.channel("line"))

    assert (len(parsed.events), parsed.unknown) == (1, ("unreadable",))


def _event() -> dict[str, Any]:
    (event,) = h.fixture("line", "customer_text").body["events"]
    return dict(event)


def test_each_author_in_a_group_has_a_thread_r18() -> None:
    (event,) = h.parsed(h.fixture("line", "customer_in_a_group")).events

    assert isinstance(event, CustomerWrote)
    assert (event.thread.public, event.thread.key) == (True, f"{event.thread.place}:{USER}")


def test_your_people_are_customers_in_a_private_chat() -> None:
    (event,) = read(source={"type": "user", "userId": "U5ta4ff0000000000000000000000001"})

    assert isinstance(event, CustomerWrote)


def test_a_reply_that_names_a_customer_answers_that_one_r3() -> None:
    (event,) = h.parsed(h.fixture("line", "human_reply_to_one_in_a_group")).events

    assert isinstance(event, HumanReplied)
    assert (event.to, event.to_all, event.customer.id) == (USER, False, USER)


def test_a_reply_that_names_two_customers_answers_all_r3() -> None:
    one = h.fixture("line", "human_reply_to_one_in_a_group")
    (event,) = one.body["events"]
    mention = event["message"]["mention"]
    another = {**mention["mentionees"][0], "userId": "Uc0570e7a11e00000000000000000002b"}
    message = {**event["message"], "mention": {"mentionees": [*mention["mentionees"], another]}}
    answer = h.only(replace(one, body={**one.body, "events": [{**event, "message": message}]}))

    assert isinstance(answer, HumanReplied)
    assert (answer.to, answer.to_all) == ("", True)


@pytest.mark.parametrize(("account", "routed"), [("", ""), (BOT, BOT)])
def test_the_destination_counts_only_where_the_owner_names_an_account(account: str, routed: str) -> None:
    (event,) = h.parsed(h.fixture("line", "customer_text"), account=account).events

    assert isinstance(event, CustomerWrote)
    assert event.account == routed


# What it writes


def pushed(lane: Lane = Lane.MESSAGE, **changes: Any) -> HttpRequest:
    return line.compose(h.outgoing("line", lane, **changes), h.channel("line"))


def test_a_private_answer_is_pushed_to_the_person() -> None:
    message = {"type": "text", "text": "We have received your message."}

    assert json.loads(pushed().body) == {"to": USER, "messages": [message]}


def test_an_answer_in_a_group_quotes_the_message() -> None:
    (message,) = json.loads(pushed(Lane.PUBLIC_REPLY).body)["messages"]

    assert message["quoteToken"] == "q3Plg4R53tuJLS"


def test_the_retry_key_is_a_uuid_that_hangs_on_ours_alone() -> None:
    keys = [
        uuid.UUID(pushed(key=key, text=text).headers["x-line-retry-key"])
        for key, text in (("a-1", "one"), ("a-1", "two"), ("a-2", "one"))
    ]

    assert keys[0] == keys[1] != keys[2]


def test_a_later_attempt_has_the_same_retry_key() -> None:
    first, later = (pushed(claimed_at=h.RECEIVED + late) for late in (timedelta(), timedelta(hours=1)))

    assert first.headers["x-line-retry-key"] == later.headers["x-line-retry-key"]


@pytest.mark.parametrize(
    ("text", "fit"), [("a" * 5000, True), ("a" * 5001, False), ("📦" * 2500, True), ("📦" * 2501, False)]
)
def test_a_message_holds_5000_units(text: str, *, fit: bool) -> None:
    assert fits(text, line.CAPABILITIES.lanes[Lane.MESSAGE]) is fit


def test_there_is_no_limit_of_time_r25() -> None:
    allowed = line.allowance(Thread(channel="shop", key=USER), {}, h.channel("line"))

    assert (allowed.automatic, allowed.human) == (None, None)


# What the answers mean


def outcome(status: int, data: Any) -> tuple[Outcome, str]:
    result = line.read_reply(h.answered(status, data), h.outgoing("line"))
    return result.outcome, result.message_id or result.reason


def test_what_was_taken_before_is_sent_r7() -> None:
    before = {"message": "The retry key is already accepted", "sentMessages": [{"id": "461230966842064897"}]}

    assert outcome(409, before) == (Outcome.SENT, "461230966842064897")
    assert outcome(409, {"message": "The retry key is already accepted"}) == (Outcome.SENT, "")


def test_a_doubtful_send_is_repeated_under_its_key() -> None:
    assert line.reconcile(h.outgoing("line"), h.channel("line")) == Reconciliation(resend=True)


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (429, "You have reached your monthly limit.", (Outcome.CHANNEL_PAUSED, "monthly_limit")),
        (429, "The API rate limit has been exceeded. Try again later.", (Outcome.RETRY, "http_429")),
        (401, "Authentication failed", (Outcome.CHANNEL_PAUSED, "http_401")),
        (403, "Access to this API is not available for your account", (Outcome.CHANNEL_PAUSED, "http_403")),
        (400, "Failed to send messages", (Outcome.REFUSED, "http_400")),
        (413, "Payload Too Large", (Outcome.REFUSED, "http_413")),
        (500, "Internal Server Error", (Outcome.RETRY, "http_500")),
    ],
)
def test_an_error_is_told_by_its_status(status: int, message: str, expected: tuple[Outcome, str]) -> None:
    assert outcome(status, {"message": message}) == expected


def test_a_success_that_names_no_message_is_ambiguous_and_then_settled_by_the_key() -> None:
    assert outcome(200, {"sentMessages": []}) == (Outcome.AMBIGUOUS, "no_message_id")


# Connecting and checking

INFO = h.answered(200, {"userId": BOT, "basicId": "@216ru", "displayName": "Nova", "chatMode": "bot"})
THERE = h.answered(200, {"endpoint": h.URL, "active": True})
DONE = h.answered(200, {})
REACHED = h.answered(200, {"success": True, "statusCode": 200, "reason": "OK", "detail": "200"})
FREE = h.answered(200, {"type": "none"})
LIMITED = h.answered(200, {"type": "limited", "value": 200})


def test_connecting_sets_tries_and_looks() -> None:
    asked, report = h.led(line.register(h.channel("line"), h.URL), DONE, REACHED, THERE)

    assert h.faults(report) == []
    assert [(step.request.method, step.request.url.partition("/v2/bot/")[2]) for step in asked] == [
        ("PUT", "channel/webhook/endpoint"),
        ("POST", "channel/webhook/test"),
        ("GET", "channel/webhook/endpoint"),
    ]


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([h.answered(401, {})], ["LINE does not take the address"]),
        (
            [DONE, h.answered(200, {"success": False, "statusCode": 401}), THERE],
            ["LINE does not reach this address"],
        ),
        (
            [DONE, REACHED, h.answered(200, {"endpoint": h.URL, "active": False})],
            ["the webhook is turned off"],
        ),
    ],
)
def test_connecting_finds_what_went_wrong(answers: list[HttpResponse], found: list[str]) -> None:
    assert h.faults(h.led(line.register(h.channel("line"), h.URL), *answers)[1]) == found


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([INFO, THERE, FREE], []),
        ([INFO, THERE, LIMITED, h.answered(200, {"totalUsage": 199})], []),
        ([h.answered(401, {})], ["LINE does not know this access token"]),
        ([INFO, h.answered(404, {}), FREE], ["LINE does not deliver to this address"]),
        (
            [INFO, h.answered(200, {"endpoint": "https://else.example", "active": True}), FREE],
            ["LINE does not deliver to this address"],
        ),
        (
            [INFO, THERE, LIMITED, h.answered(200, {"totalUsage": 200})],
            ["this month's messages are used up"],
        ),
    ],
)
def test_a_check_finds_each_layer_that_is_missing(answers: list[HttpResponse], found: list[str]) -> None:
    assert h.faults(h.led(line.check(h.channel("line"), h.URL), *answers)[1]) == found


def test_a_check_finds_the_token_of_another_account() -> None:
    here = h.channel("line", account="U0ther")

    assert h.faults(h.led(line.check(here, h.URL), INFO, THERE, FREE)[1]) == [
        "the token is that of another account"
    ]


@pytest.mark.parametrize(("mode", "word"), [("chat", "on"), ("bot", "off")])
def test_a_check_tells_whether_people_may_answer_unseen(mode: str, word: str) -> None:
    info = h.answered(200, {"userId": BOT, "chatMode": mode})
    _, report = h.led(line.check(h.channel("line"), h.URL), info, THERE, FREE)

    assert report.findings[0].what.endswith(f"LINE's own chat is {word}")


# The whole way, beside a LINE that takes the first push and loses its answer


class Line:
    """Takes each retry key once, and lets the first answer get lost."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.answers: list[int] = []

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.headers["x-line-retry-key"]
        known = key in self.keys
        self.keys.append(key)
        if not known:
            raise SendAmbiguous("ReadTimeout")
        self.answers.append(409)
        return h.answered(
            409, {"message": "The retry key is already accepted", "sentMessages": [{"id": "46"}]}
        )


def test_a_push_whose_answer_was_lost_is_sent_again_under_its_key_and_counts_once_r7(tmp_path: Path) -> None:
    credentials = {"channel_secret": "SIGNED_SECRET", "access_token": "OTHER_APP_SECRET"}
    channel = fakes.a_channel("shop-line", "line", credentials)
    world = fakes.World(tmp_path, channels={"channels": [channel]})
    world.internet.answer = there = Line()
    one = h.fixture("line", "customer_text")
    (event,) = one.body["events"]
    now = int(world.clock().timestamp() * 1000)
    body = json.dumps({**one.body, "events": [{**event, "timestamp": now}]}).encode()
    headers, raw = double.prove({}, body, fakes.SECRETS["SIGNED_SECRET"], h.URL, world.clock())
    world.receive("shop-line", Inbound(method="POST", headers=headers, body=raw, received_at=world.clock()))
    world.work()
    world.pass_time(minutes=40)
    first = world.case(thread=USER, channel="shop-line").outbox[0]
    world.close()

    assert (there.answers[:1], there.keys[0]) == ([409], there.keys[1])
    assert (first.status, first.message_id) == (DeliveryStatus.SENT, "46")
