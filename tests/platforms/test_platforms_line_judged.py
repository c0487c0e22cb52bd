"""LINE's own library judges our signatures, our reading and our writing: the library line-bot-sdk."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linebot.v3 import webhooks  # type: ignore[import-untyped]
from linebot.v3.exceptions import InvalidSignatureError  # type: ignore[import-untyped]
from linebot.v3.messaging import (  # type: ignore[import-untyped]
    BotInfoResponse,
    GetWebhookEndpointResponse,
    PushMessageRequest,
    PushMessageResponse,
    TextMessage,
)
from linebot.v3.webhook import SignatureValidator, WebhookParser  # type: ignore[import-untyped]

from chalicelib.core.events import CustomerWrote, MessageDeleted, MessageEdited
from chalicelib.core.message import Lane
from chalicelib.platforms import line
from chalicelib.platforms.contract import Inbound
from tests.platforms import harness as h

FIXTURES = h.fixtures("line")
WHOLE = [
    one for one in FIXTURES if one.body["events"] and "unreadable" not in one.name and "older" not in one.name
]


def body_of(one: h.Fixture) -> str:
    return h.encoded(one, one.body).decode()


def judged(one: h.Fixture) -> list[Any]:
    """Return the events as LINE's library sees them, once it has checked the signature."""
    proven = h.proven(one)
    events: list[Any] = WebhookParser(h.NEWEST).parse(body_of(one), proven.headers["x-line-signature"])
    return events


@given(body=st.text(st.characters(exclude_categories=["Cs"]), max_size=60), forged=st.booleans())
def test_a_signature_is_judged_the_same(body: str, *, forged: bool) -> None:
    signature = h.proven(WHOLE[0], body=body.encode()).headers["x-line-signature"]
    given_body = f"{body} " if forged else body
    inbound = Inbound(
        method="POST",
        headers={"x-line-signature": signature},
        body=given_body.encode(),
        received_at=h.RECEIVED,
    )

    assert h.believed("line", inbound) is SignatureValidator(h.NEWEST).validate(given_body, signature)


def test_a_retired_secret_is_judged_the_same() -> None:
    headers = h.proven(WHOLE[0], secret=h.RETIRED).headers

    with pytest.raises(InvalidSignatureError):
        WebhookParser(h.NEWEST).parse(body_of(WHOLE[0]), headers["x-line-signature"])


@pytest.mark.parametrize("one", WHOLE, ids=str)
def test_every_fixture_is_what_line_would_send(one: h.Fixture) -> None:
    theirs = judged(one)
    known = [not type(event).__name__.startswith("Unknown") for event in theirs]

    assert len(theirs) == len(one.body["events"])
    assert all(known) is (one.name != "unknown_event")


@pytest.mark.parametrize("one", WHOLE, ids=str)
def test_what_happened_reads_the_same(one: h.Fixture) -> None:
    events = {event.id: event for event in h.parsed(one).events}
    theirs = {f"event:{event.webhook_event_id}": event for event in judged(one)}

    assert set(events) <= set(theirs)
    assert all(int(event.at.timestamp() * 1000) == theirs[name].timestamp for name, event in events.items())


@pytest.mark.parametrize("one", [one for one in WHOLE if one.name.startswith("customer")], ids=str)
def test_a_message_reads_the_same(one: h.Fixture) -> None:
    messages = [event for event in judged(one) if isinstance(event, webhooks.MessageEvent)]
    events = [event for event in h.parsed(one).events if isinstance(event, CustomerWrote)]

    assert [(event.message_id, event.text, event.customer.id, event.standby) for event in events] == [
        (
            event.message.id,
            getattr(event.message, "text", None) or "",
            event.source.user_id,
            event.mode is webhooks.EventMode.STANDBY,
        )
        for event in messages
    ]


def test_a_message_taken_back_reads_the_same() -> None:
    (event,), (theirs,) = (
        h.parsed(h.fixture("line", "deletion")).events,
        judged(h.fixture("line", "deletion")),
    )

    assert isinstance(event, MessageDeleted)
    assert event.message_ids == (theirs.unsend.message_id,)


def test_an_edit_reads_the_same() -> None:
    one = h.fixture("line", "edit_in_a_group")
    (event,), (theirs,) = h.parsed(one).events, judged(one)

    assert isinstance(event, MessageEdited)
    assert (event.message_id, event.text) == (theirs.message.id, theirs.message.text)


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    lane=st.sampled_from([Lane.MESSAGE, Lane.PUBLIC_REPLY]),
)
def test_a_message_is_written_the_same(text: str, lane: Lane) -> None:
    out = h.outgoing("line", lane, text=text)
    quote = out.address.get("quote") if lane is Lane.PUBLIC_REPLY else None
    message = TextMessage(text=text, quoteToken=quote, quickReply=None, sender=None)
    theirs = PushMessageRequest(
        to=out.address["to"], messages=[message], notificationDisabled=None, customAggregationUnits=None
    )

    assert json.loads(line.compose(out, h.channel("line")).body) == theirs.to_dict()


def test_the_answers_of_the_tests_are_such_as_line_gives() -> None:
    sent = h.double("line").SENT[Lane.MESSAGE]
    there = {"endpoint": h.URL, "active": True}
    info = {
        "userId": "Ub07ac4b07ac4b07ac4b07ac4b07ac4b0",
        "basicId": "@216ru",
        "displayName": "Nova",
        "chatMode": "bot",
        "markAsReadMode": "auto",
    }

    assert PushMessageResponse.from_dict(sent).to_dict() == sent
    assert GetWebhookEndpointResponse.from_dict(there).to_dict() == there
    assert BotInfoResponse.from_dict(info).to_dict() == info
