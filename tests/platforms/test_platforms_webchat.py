"""What only the chat has: visitors with tokens of their own, and nobody to send to."""

import json

import pytest

from chalicelib.core.errors import BadPayload, BadSignature
from chalicelib.core.events import CustomerWrote, Outcome
from chalicelib.platforms import webchat
from chalicelib.platforms.contract import HttpResponse, Inbound
from tests.platforms import harness as h

HERE = h.channel("webchat")
ONE = h.fixture("webchat", "customer_message")


def carrying(authorization: str, body: bytes = b"{}") -> Inbound:
    return Inbound(method="POST", headers={"authorization": authorization}, body=body, received_at=h.RECEIVED)


def test_a_visitor_is_known_by_the_token_they_were_given() -> None:
    token = webchat.new_token("abc123", HERE)

    assert webchat.visitor_of(carrying(f"Bearer {token}"), HERE) == "abc123"


def test_a_token_proves_no_other_visitor() -> None:
    proof = webchat.new_token("abc123", HERE).partition(".")[2]

    with pytest.raises(BadSignature):
        webchat.visitor_of(carrying(f"Bearer abc124.{proof}"), HERE)


def test_a_token_is_worth_nothing_on_another_channel() -> None:
    elsewhere = h.channel("webchat", secrets={"secret": ("another secret",)})

    with pytest.raises(BadSignature):
        webchat.visitor_of(carrying(f"Bearer {webchat.new_token('abc123', elsewhere)}"), HERE)


@pytest.mark.parametrize(
    "visitor", ["", "a" * 65, "a b", "a/b", "a#b", "ą", "٣", "\ud800", "..", "<b>"], ids=repr
)
def test_a_visitor_whose_name_we_would_not_give_is_a_bad_signature(visitor: str) -> None:
    with pytest.raises(BadSignature):
        webchat.verify(carrying(f"Bearer {visitor}.x"), HERE)


@pytest.mark.parametrize(("length", "known"), [(1, True), (64, True), (65, False)])
def test_a_name_is_no_longer_than_those_we_give(length: int, *, known: bool) -> None:
    token = webchat.new_token("a" * length, HERE)

    assert h.believed("webchat", carrying(f"Bearer {token}")) is known


def test_a_message_is_the_visitors_the_token_names_whatever_the_body_says() -> None:
    body = json.dumps({**ONE.body, "visitor": "somebody", "customer": {"id": "somebody"}}).encode()
    (event,) = webchat.parse(h.proven(ONE, body=body), HERE).events

    assert isinstance(event, CustomerWrote)
    assert event.customer.id == h.VISITOR
    assert event.thread == webchat.thread_of(h.VISITOR, HERE)


def test_a_message_sent_twice_under_one_id_is_one_event() -> None:
    assert h.parsed(ONE).events[0].id == h.parsed(ONE).events[0].id


def test_the_same_id_of_two_visitors_is_two_events() -> None:
    body = json.dumps(ONE.body).encode()
    other = carrying(f"Bearer {webchat.new_token('visitor0002', HERE)}", body)

    assert webchat.parse(other, HERE).events[0].id != h.parsed(ONE).events[0].id


@pytest.mark.parametrize("text", ["", " \n\t", "\0"])
def test_a_message_without_words_is_refused(text: str) -> None:
    body = json.dumps({"id": "1", "text": text}).encode()

    with pytest.raises(BadPayload):
        webchat.parse(h.proven(ONE, body=body), HERE)


def test_a_name_without_end_is_cut() -> None:
    body = json.dumps({"id": "1", "text": "Hi", "name": "A" * 5000}).encode()
    (event,) = webchat.parse(h.proven(ONE, body=body), HERE).events

    assert isinstance(event, CustomerWrote)
    assert len(event.customer.name) == 100


def test_what_is_shown_here_is_sent_nowhere() -> None:
    with pytest.raises(NotImplementedError):
        webchat.compose(h.outgoing("telegram"), HERE)
    with pytest.raises(NotImplementedError):
        webchat.read_reply(HttpResponse(status=200), h.outgoing("telegram"))


def test_what_is_recorded_is_shown() -> None:
    out = h.outgoing("telegram")

    assert webchat.reconcile(out, HERE).resend
    assert webchat.read_reconciliation(HttpResponse(status=200), out).outcome is Outcome.SENT
