"""What a webhook request is answered with, and that a refused one leaves no trace."""

import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode

import pytest

from chalicelib import handle
from chalicelib.core.errors import Unavailable
from chalicelib.intake import accept
from chalicelib.logs import JsonLines
from chalicelib.platforms.contract import Inbound
from chalicelib.queues.contract import QueueMessage
from chalicelib.store.contract import Records
from tests.fakes import POLICY_DOCUMENT, SECRETS, World, a_channel, meta_signature


def left_no_trace(world: World) -> bool:
    return world.ports.events.depth() == 0 and not world.cases() and not world.ports.records.counts()


def test_a_channel_that_does_not_exist_is_404(world: World) -> None:
    assert world.receive("nowhere", world.inbound(b"{}")).status == 404


def test_before_anything_is_published_a_webhook_is_503_and_writes_nothing(world: World) -> None:
    webhook = world.signed("message.created", text="hi")
    world.ports.records.take("policy:live", world.clock.now)

    assert world.receive("shop", webhook).status == 503
    assert left_no_trace(world)


def test_a_wrong_signature_is_401_and_writes_nothing(world: World) -> None:
    forged = replace(world.signed("message.created", text="hi"), body=b'{"type": "message.created"}')

    assert world.receive("shop", forged).status == 401
    assert left_no_trace(world)


def test_a_missing_signature_is_401_and_writes_nothing(world: World) -> None:
    assert world.receive("page", world.inbound(b"{}")).status == 401
    assert left_no_trace(world)


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[]", b"null", b'"text"', b"\xff\xfe", b"[" * 100_000, b"1" * 9000]
)
def test_what_is_not_a_json_object_is_400_and_writes_nothing(world: World, body: bytes) -> None:
    inbound = world.inbound(body, x_hub_signature_256=meta_signature(body, SECRETS["META_APP_SECRET"]))

    assert world.receive("page", inbound).status == 400
    assert left_no_trace(world)


@pytest.mark.parametrize(
    "data", [{}, {"thread": []}, {"thread": "t", "message_id": "m"}, {"thread": {"a": 1}, "text": 5}]
)
def test_a_wrong_shape_is_400_and_writes_nothing(world: World, data: dict[str, Any]) -> None:
    body = json.dumps({"type": "message.created", "timestamp": "2026-11-20T12:00:00Z", "data": data}).encode()

    assert world.receive("shop", world.signed_body(body)).status == 400
    assert left_no_trace(world)


def test_more_than_a_megabyte_is_413_and_writes_nothing(world: World) -> None:
    body = json.dumps({"object": "page", "entry": [], "padding": "x" * 1_000_001}).encode()
    inbound = world.inbound(body, x_hub_signature_256=meta_signature(body, SECRETS["META_APP_SECRET"]))

    assert world.receive("page", inbound).status == 413
    assert left_no_trace(world)


def test_an_event_type_that_is_not_known_is_200_and_counted_by_type(world: World) -> None:
    body = json.dumps({"type": "order.paid", "timestamp": "2026-11-20T12:00:00Z", "data": {}}).encode()

    assert world.receive("shop", world.signed_body(body)).status == 200
    assert world.ports.records.counts() == {"unknown:signed:order.paid": 1}


@dataclass
class NotCounting:
    """Records whose counter has too much to do."""

    records: Records

    def __getattr__(self, name: str) -> Any:
        return getattr(self.records, name)

    def count(self, name: str, by: int = 1) -> int:
        raise Unavailable("throttled")


def test_a_counter_that_has_too_much_to_do_keeps_no_webhook_back(world: World) -> None:
    world.ports = replace(world.ports, records=cast("Records", NotCounting(world.ports.records)))

    assert world.receive("shop", world.signed("order.paid")).status == 200


def test_the_name_of_an_unknown_type_cannot_carry_anything_but_a_name(world: World) -> None:
    kind = "evil\r\n<script>" + "x" * 500
    body = json.dumps({"type": kind, "timestamp": "2026-11-20T12:00:00Z", "data": {}}).encode()

    world.receive("shop", world.signed_body(body))

    assert list(world.ports.records.counts()) == ["unknown:signed:malformed"]


def test_words_in_the_place_of_a_type_reach_no_counter(world: World) -> None:
    body = json.dumps({"type": "my secret", "timestamp": "2026-11-20T12:00:00Z", "data": {}}).encode()

    world.receive("shop", world.signed_body(body))

    assert list(world.ports.records.counts()) == ["unknown:signed:malformed"]


def test_the_handshake_of_meta_is_answered_with_the_challenge(world: World) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "verify token", "hub.challenge": "12345"}
    inbound = Inbound(method="GET", query=query, received_at=world.clock())

    answer = world.receive("page", inbound)

    assert (answer.status, answer.body) == (200, "12345")


def test_one_request_with_many_events_queues_all_of_them(world: World) -> None:
    items = [
        world.messenger_item(customer=f"c{n}", mid=f"mid{n}", text=f"Question {n} to you") for n in range(25)
    ]

    world.receive("page", world.messenger(*items))
    world.work()

    assert len(world.cases("page")) == 25


class BrokenQueue:
    """A queue that is down."""

    def put(self, messages: Sequence[QueueMessage]) -> None:
        raise OSError("the disk is full")


def test_while_the_queue_is_down_no_2xx_is_given(world: World) -> None:
    ports = replace(world.ports, events=BrokenQueue())  # type: ignore[arg-type] # only put is called

    with pytest.raises(OSError, match="full"):
        accept("shop", world.signed("message.created", text="hi"), ports)


# --- scenario 2: the same event again and again ------------------------------------------------


def test_scenario_2_the_same_event_five_times_is_one_case_and_one_ack(world: World) -> None:
    webhook = world.signed("message.created", text="Where is my order?")
    for _ in range(5):
        world.receive("shop", webhook)

    world.pass_time(minutes=20)

    assert len(world.internet.requests) == 1
    owed = world.case().owed
    assert owed is not None and len(owed.messages) == 1


def test_scenario_2_a_redelivery_hours_later_is_not_taken_twice(world: World) -> None:
    webhook = world.messenger(world.messenger_item(text="Where is my order, please?"))
    world.receive("page", webhook)
    world.pass_time(hours=30)
    version = world.case("psid1", "page").version

    world.receive("page", webhook)
    world.work()

    assert world.case("psid1", "page").version == version


def test_scenario_2_two_workers_with_the_same_event_at_the_same_time_commit_it_once(world: World) -> None:
    world.writes()
    [received] = world.ports.events.receive(10, timedelta())
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        handle.consume([received], world.ports)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert world.case().version == 1


def test_scenario_2_events_out_of_order_come_to_the_same_end(world: World) -> None:
    first = world.signed("message.created", message_id="m1", text="Where is my order?")
    world.clock.now += timedelta(minutes=5)
    reply = world.signed("reply.created", message_id="h1", text="On its way")
    world.receive("shop", reply)
    world.receive("shop", first)

    world.pass_time(hours=1)

    assert world.internet.requests == []
    assert world.case().first_response is not None


# --- poison ------------------------------------------------------------------------------------


def test_a_poison_event_becomes_a_dead_letter_and_the_next_of_its_thread_goes_on(world: World) -> None:
    world.ports.events.put(
        [QueueMessage(body='{"channel": "shop", "kind": "NoSuch", "event": {}}', group="g")]
    )
    world.writes()

    world.pass_time(minutes=20)

    assert len(world.ports.events.dead()) == 1
    assert len(world.internet.requests) == 1


def test_r34_the_owner_is_called_once_when_events_cannot_be_handled(world: World) -> None:
    for number in range(3):
        world.ports.events.put([QueueMessage(body="{}", group=f"g{number}", dedupe=f"d{number}")])

    world.pass_time(minutes=20)

    assert world.alerts() == ["An event could not be handled"]


def test_after_a_failure_the_rest_of_the_group_waits_its_turn(world: World) -> None:
    bad = QueueMessage(body="{}", group="g")
    good = QueueMessage(body="{}", group="g")
    world.ports.events.put([bad, good])
    received = world.ports.events.receive(10, timedelta())

    assert handle.consume(received, world.ports) == list(received)


def test_a_dead_letter_can_be_tried_again(world: World) -> None:
    world.ports.events.put([QueueMessage(body="{}", group="g")])
    world.pass_time(minutes=20)
    [dead] = world.ports.events.dead()

    assert world.ports.events.revive(dead.id)
    assert world.ports.events.depth() == 1


# --- what a customer wrote stays out of logs, and cannot do anything -----------------------------


class Lines(logging.Handler):
    """Keeps every line as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


EVIL = "{owner_phone} {0} %s $HOME <script>alert(1)</script> \u202e\u200b\r\nSet-Cookie: a=b SECRETWORD"


def test_what_a_customer_wrote_is_in_no_log(world: World) -> None:
    lines = Lines()
    logger = logging.getLogger("hearback")
    logger.addHandler(lines)
    logger.setLevel(logging.DEBUG)
    world.writes(f"Where is it? {EVIL}")
    world.receive("shop", replace(world.signed("message.created", text=EVIL), body=b"{"))
    world.ports.events.put(
        [QueueMessage(body=json.dumps({"channel": "shop", "kind": EVIL, "event": {}}), group="g")]
    )

    world.pass_time(hours=3)

    logger.removeHandler(lines)
    assert lines.lines
    assert not [line for line in lines.lines if "SECRETWORD" in line]


@pytest.mark.parametrize(
    "text",
    [
        EVIL,
        "x" * 10_000,
        "\u202eevil",
        "a\u200bb\u200bc",
        "\ud800 lone",
        "nul \0 here",
        "{{7*7}}",
        "{ $promise_time }",
    ],
)
def test_scenario_9_whatever_a_customer_writes_only_the_owners_words_leave(world: World, text: str) -> None:
    world.writes(f"Where is my order? {text}")

    world.pass_time(minutes=20)

    [said] = world.internet.texts()
    assert "SECRETWORD" not in said and "{" not in said and "xxx" not in said


def test_a_visitor_who_floods_the_chat_is_asked_to_wait(world: World) -> None:
    answers = [world.receive("chat", world.visitor("hello", f"v{n}", name="flooder")) for n in range(25)]

    assert [answer.status for answer in answers].count(429) == 5


def test_another_visitor_is_heard_meanwhile(world: World) -> None:
    for number in range(25):
        world.receive("chat", world.visitor("hello", f"w{number}", name="flooder2"))

    assert world.receive("chat", world.visitor("hello", name="another")).status == 202


def mailgun(world: World, text: str, token: str = "t" * 50) -> Inbound:
    """Return Mailgun's webhook of a mail, whose signature proves a token and no word of the mail."""
    timestamp = str(int(world.clock().timestamp()))
    signature = hmac.new(b"mailgun key", (timestamp + token).encode(), hashlib.sha256).hexdigest()
    fields = {"timestamp": timestamp, "token": token, "signature": signature, "stripped-text": text}
    mail = {"sender": "anna@customer.example", "from": "Anna <anna@customer.example>", "subject": "Order"}
    more = {"recipient": "shop@shop.example", "Message-Id": "<a@customer.example>"}
    body = urlencode({**fields, **mail, **more})
    return world.inbound(body.encode(), content_type="application/x-www-form-urlencoded")


def test_a_token_that_proves_only_itself_may_come_again_with_the_same_body_and_no_other(
    world: World,
) -> None:
    once, other = mailgun(world, "Where is my order?"), mailgun(world, "Send money")

    answers = [world.receive("mail", one).status for one in (once, once, other)]

    assert answers == [200, 200, 401]
    assert world.ports.events.depth() == 1


def test_a_token_of_an_account_is_spent_on_all_its_channels(world: World) -> None:
    other = a_channel(
        "mail-two",
        "email",
        {"api_token": "MAILGUN_TOKEN", "signing_key": "MAILGUN_KEY"},
        account="orders@shop.example",
        options={"provider": "mailgun"},
    )
    world.documents["channels"]["channels"].append(other)
    world.publish(POLICY_DOCUMENT)

    assert world.receive("mail", mailgun(world, "Where is my order?")).status == 200
    assert world.receive("mail-two", mailgun(world, "Send money")).status == 401
