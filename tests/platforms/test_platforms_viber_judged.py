"""Viber's own library judges our signatures, our reading and our writing: the library viberbot."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viberbot import Api, BotConfiguration  # type: ignore[import-untyped]
from viberbot.api.message_sender import MessageSender  # type: ignore[import-untyped]
from viberbot.api.messages import TextMessage  # type: ignore[import-untyped]

from chalicelib.core.events import CustomerWrote, MessageFailed
from chalicelib.platforms import viber, viber_webhook
from chalicelib.platforms.contract import Inbound
from tests.platforms import harness as h

CONFIGURATION = BotConfiguration(name="Nova Shop", avatar="", auth_token=h.NEWEST)
JUDGE = Api(CONFIGURATION)
FIXTURES = h.fixtures("viber")
# It knows neither these kinds of callbacks nor these kinds of messages.
UNKNOWN_TO_IT = ("action", "client_status", "unknown_event")
MESSAGES = [one for one in FIXTURES if one.body["event"] == "message"]


@given(body=st.binary(max_size=80), forged=st.booleans())
def test_a_signature_is_judged_the_same(body: bytes, *, forged: bool) -> None:
    signature = h.proven(MESSAGES[0], body=body).headers["x-viber-content-signature"]
    given_body = body + b" " if forged else body
    inbound = Inbound(
        method="POST",
        headers={"x-viber-content-signature": signature},
        body=given_body,
        received_at=h.RECEIVED,
    )

    assert h.believed("viber", inbound) is JUDGE.verify_signature(given_body, signature)


def judged(one: h.Fixture) -> Any:
    return JUDGE.parse_request(json.dumps(one.body))


@pytest.mark.parametrize("one", [one for one in FIXTURES if one.name not in UNKNOWN_TO_IT], ids=str)
def test_every_callback_is_one_that_the_library_knows(one: h.Fixture) -> None:
    kind = judged(one).event_type

    assert kind == one.body["event"]
    assert h.parsed(one).unknown == ()


@pytest.mark.parametrize("one", MESSAGES, ids=str)
def test_a_message_reads_the_same(one: h.Fixture) -> None:
    event, theirs = h.parsed(one).events[-1], judged(one)

    assert isinstance(event, CustomerWrote)
    assert (event.message_id, event.customer.id, event.customer.name) == (
        str(theirs.message_token),
        theirs.sender.id,
        theirs.sender.name,
    )
    assert int(event.at.timestamp() * 1000) == theirs.timestamp


@pytest.mark.parametrize("one", [one for one in MESSAGES if one.body["message"]["type"] == "text"], ids=str)
def test_words_read_the_same(one: h.Fixture) -> None:
    event = h.parsed(one).events[-1]

    assert isinstance(event, CustomerWrote)
    assert event.text == judged(one).message.text


def test_a_failure_reads_the_same() -> None:
    one = h.fixture("viber", "failed_on_the_phone")
    (event,) = h.parsed(one).events

    assert isinstance(event, MessageFailed)
    assert (event.message_id, event.customer.id) == (str(judged(one).message_token), judged(one).user_id)


class Caught:
    """Takes the place of what sends, and remembers what it was to send."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def post_request(self, endpoint: str, payload: str) -> dict[str, int]:
        self.calls.append((endpoint, json.loads(payload)))
        return {"status": 0, "message_token": 1}


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_message_is_written_the_same(text: str) -> None:
    caught = Caught()
    message = TextMessage(text=text, tracking_data="hearback:c4se0000000000aa.1-1", min_api_version=1)
    sender = MessageSender(_Mute(), caught, CONFIGURATION)
    sender.send_message("mK4bQ0zTn7Yx2LrVd8wEhA==", "Nova Shop", None, message)
    ((endpoint, theirs),) = caught.calls
    request = viber.compose(h.outgoing("viber", text=text), h.channel("viber"))

    # It writes the token into the body as well, and no avatar as null.
    assert theirs.pop("auth_token") == h.NEWEST
    assert theirs.pop("sender") == {"name": "Nova Shop", "avatar": None}
    assert request.url.endswith(f"/{endpoint}")
    assert json.loads(request.body) == {**theirs, "sender": {"name": "Nova Shop"}}


class _Mute:
    def debug(self, *_: object) -> None:
        """Say nothing."""


def test_every_kind_that_is_asked_for_is_one_that_the_library_reads() -> None:
    for kind in viber_webhook.SUBSCRIBED:
        one = next(one for one in FIXTURES if one.body["event"] == kind)
        assert judged(one).event_type == kind
