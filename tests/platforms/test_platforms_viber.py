"""Viber beyond what every platform must do: its errors that come with 200, and what comes back later."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.decide import decide
from chalicelib.core.effects import DeliveryStatus
from chalicelib.core.events import CustomerWrote, MessageEchoed, Outcome
from chalicelib.core.message import Thread
from chalicelib.platforms import viber
from chalicelib.platforms.contract import HttpResponse, Inbound, Reconciliation
from chalicelib.platforms.lengths import fits
from tests.builders import POLICY
from tests.platforms import harness as h

USER = "mK4bQ0zTn7Yx2LrVd8wEhA=="
ECHO = "echo_in_the_tracking_data_of_the_next_message"

# The signature


def test_the_signature_of_a_known_call_is_accepted() -> None:
    """https://github.com/Viber/viber-bot-python/blob/master/tests/test_api.py"""
    signature = "d21b343448c8aee33b8e93768ef6ceb64a6ba6163099973a2b8bd028fea510ef"
    inbound = Inbound(
        method="POST",
        headers={"x-viber-content-signature": signature},
        body=b'{"event":"webhook","timestamp":4977069964384421269,"message_token":1478683725125}',
        received_at=h.RECEIVED,
    )
    token = "44dafb7e0f40021e-61a47a1e6778d187-f2c5a676a07050b3"

    viber.verify(inbound, h.channel("viber", secrets={"auth_token": (token,)}))


# What it reads


@given(token=st.integers(2**53, 2**64 - 1))
def test_a_message_token_loses_no_digit(token: int) -> None:
    one = h.fixture("viber", "customer_text")
    body = json.dumps({**one.body, "message_token": token}).encode()
    (event,) = viber.parse(h.proven(one, body=body), h.channel("viber")).events

    assert isinstance(event, CustomerWrote)
    assert event.message_id == str(token)


@pytest.mark.parametrize("status", [DeliveryStatus.CLAIMED, DeliveryStatus.UNCERTAIN])
def test_the_customers_next_message_proves_that_ours_arrived_r7(status: DeliveryStatus) -> None:
    event = h.parsed(h.fixture("viber", ECHO)).events[0]
    assert isinstance(event, MessageEchoed)
    waiting = h.unanswered(event, h.acknowledgement(status=status))
    after = decide(waiting, event, POLICY, h.RECEIVED).case

    assert [one.status for one in after.outbox] == [DeliveryStatus.SENT]
    assert after.owed


def test_what_is_proven_again_is_the_same_event() -> None:
    one = h.fixture("viber", ECHO)
    later = json.dumps({**one.body, "message_token": 1}).encode()
    again = viber.parse(h.proven(one, body=later), h.channel("viber")).events

    assert again[0].id == h.parsed(one).events[0].id
    assert again[1].id != h.parsed(one).events[1].id


def test_a_failure_tells_none_of_vibers_words() -> None:
    told = h.told(h.parsed(h.fixture("viber", "failed_on_the_phone")).events[0])

    assert "Ivana" not in json.dumps(told)


# What it writes


def composed(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(viber.compose(h.outgoing("viber"), h.channel("viber", **changes)).body)
    return body


def test_a_message_names_its_sender_and_its_key() -> None:
    sent = composed()

    assert (sent["receiver"], sent["sender"]) == (USER, {"name": "Nova Shop"})
    assert sent["tracking_data"] == "hearback:c4se0000000000aa.1-1"


@pytest.mark.parametrize(("options", "name"), [({}, "shop"), ({"sender_name": "A" * 40}, "A" * 28)])
def test_a_sender_always_has_a_name_that_is_short_enough(options: dict[str, str], name: str) -> None:
    assert composed(options=options)["sender"] == {"name": name}


@pytest.mark.parametrize("letter", ["a", "ж", "語", "📦", '"', "\n"])
def test_the_longest_message_stays_below_30_kb(letter: str) -> None:
    out = h.outgoing("viber", text=letter * 7000)
    assert fits(out.text, viber.CAPABILITIES.lanes[out.lane])

    assert len(viber.compose(out, h.channel("viber")).body) < 30_000


def test_the_token_stands_in_a_header_only() -> None:
    request = viber.compose(h.outgoing("viber"), h.channel("viber"))

    assert request.headers["x-viber-auth-token"] == h.NEWEST
    assert h.NEWEST.encode() not in request.body


def test_there_is_no_limit_of_time_r25() -> None:
    allowed = viber.allowance(Thread(channel="shop", key=USER), {}, h.channel("viber"))

    assert (allowed.automatic, allowed.human) == (None, None)


# What the answers mean


@pytest.mark.parametrize(
    ("outcome", "statuses"),
    [
        (Outcome.CHANNEL_PAUSED, [2, 7, 8, 9, 10, 15, 23, 24]),
        (Outcome.REFUSED, [1, 3, 4, 5, 6, 11, 13, 14, 16, 17, 18, 19, 20, 21, 22]),
        (Outcome.RETRY, [12]),
        # "General error": nobody knows whether it went out.
        (Outcome.AMBIGUOUS, [25, 1000]),
    ],
)
def test_an_error_comes_with_200_and_its_number(outcome: Outcome, statuses: list[int]) -> None:
    answers = [h.answered(200, {"status": one, "status_message": "Ivana"}) for one in statuses]
    results = [viber.read_reply(answer, h.outgoing("viber")) for answer in answers]

    assert {result.outcome for result in results} == {outcome}
    assert [result.reason for result in results] == [str(one) for one in statuses]


@pytest.mark.parametrize("status", [None, True, -1, "0", 0.0, 10**9])
def test_a_status_that_is_none_is_no_success(status: object) -> None:
    answer = h.answered(200, {"status": status, "message_token": 1})

    assert viber.read_reply(answer, h.outgoing("viber")).outcome is Outcome.AMBIGUOUS


def test_a_success_without_a_token_is_ambiguous() -> None:
    result = viber.read_reply(h.answered(200, {"status": 0}), h.outgoing("viber"))

    assert (result.outcome, result.reason) == (Outcome.AMBIGUOUS, "no_message_token")


def test_nothing_can_be_asked_about_a_lost_answer() -> None:
    assert viber.reconcile(h.outgoing("viber"), h.channel("viber")) == Reconciliation()


# Connecting and checking

DONE = h.answered(200, {"status": 0, "status_message": "ok"})


def account(**changes: Any) -> HttpResponse:
    types = ["delivered", "seen", "failed", "subscribed"]
    return h.answered(200, {"status": 0, "webhook": h.URL, "event_types": types, **changes})


def test_connecting_asks_for_failures_and_looks_afterwards() -> None:
    asked, report = h.led(viber.register(h.channel("viber"), h.URL), DONE, account())

    assert h.faults(report) == []
    assert json.loads(asked[0].request.body) == {
        "url": h.URL,
        "event_types": ["failed", "subscribed", "unsubscribed", "conversation_started"],
        "send_name": True,
    }


@pytest.mark.parametrize(
    ("status", "found"),
    [(1, "Viber does not take the address (1)"), (2, "Viber does not take the address (2)")],
)
def test_an_address_that_is_not_taken_ends_the_conversation(status: int, found: str) -> None:
    _, report = h.led(viber.register(h.channel("viber"), h.URL), h.answered(200, {"status": status}))

    assert h.faults(report) == [found]


def test_only_an_address_that_viber_cannot_call_is_about_the_certificate() -> None:
    refused = [
        h.led(viber.register(h.channel("viber"), h.URL), h.answered(200, {"status": status}))[1]
        for status in (1, 2)
    ]

    assert ["certificate" in report.findings[0].remedy for report in refused] == [True, False]


@pytest.mark.parametrize(
    ("answer", "options", "found"),
    [
        (account(), {"sender_name": "Nova Shop"}, []),
        (h.answered(200, {"status": 2}), {}, ["Viber does not show the account (2)"]),
        (
            account(webhook="https://else.example"),
            {"sender_name": "Nova Shop"},
            ["Viber does not deliver to this address"],
        ),
        (
            account(event_types=["message"]),
            {"sender_name": "Nova Shop"},
            ["Viber does not tell of messages that fail"],
        ),
        (account(), {}, ["your customers do not see who answers"]),
        (account(), {"sender_name": "A" * 29}, ["your customers do not see who answers"]),
    ],
)
def test_a_check_finds_each_layer_that_is_missing(
    answer: HttpResponse, options: dict[str, str], found: list[str]
) -> None:
    _, report = h.led(viber.check(h.channel("viber", options=options), h.URL), answer)

    assert h.faults(report) == found


@pytest.mark.parametrize(
    ("status", "outcome"), [(500, Outcome.AMBIGUOUS), (502, Outcome.AMBIGUOUS), (503, Outcome.RETRY)]
)
def test_a_server_that_broke_down_may_have_sent_it(status: int, outcome: Outcome) -> None:
    assert viber.read_reply(h.answered(status, b""), h.outgoing("viber")).outcome is outcome


@pytest.mark.parametrize("text", ["Ж" * 7000, "a" * 7000, "📦" * 7000])
def test_the_longest_message_that_fits_a_request_is_sent(text: str) -> None:
    assert len(viber.compose(h.outgoing("viber", text=text), h.channel("viber")).body) <= 30_000


def test_a_request_that_is_larger_than_viber_takes_is_not_sent() -> None:
    with pytest.raises(ValueError, match="larger"):
        viber.compose(h.outgoing("viber", text="📦" * 7500), h.channel("viber"))
