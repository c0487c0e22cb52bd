"""Others judge our reading and our signing: python-telegram-bot, and the reference of Standard Webhooks."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import telegram
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from chalicelib.core.errors import BadSignature
from chalicelib.core.events import CustomerWrote, HumanReplied, MessageDeleted, MessageEchoed, MessageEdited
from chalicelib.platforms import signed
from chalicelib.platforms.contract import FactLearned, Inbound, Unresolved
from tests.platforms import harness as h

# Standard Webhooks: the library standardwebhooks


def judge(secret: str = h.NEWEST) -> Webhook:
    return Webhook(secret)


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=50), human=st.booleans())
def test_the_reference_accepts_what_we_sign(text: str, *, human: bool) -> None:
    # The reference reads the clock itself.
    out = h.outgoing("signed", text=text, human=human, claimed_at=datetime.now(UTC))
    sent = signed.compose(out, h.channel("signed"))

    assert judge().verify(sent.body, dict(sent.headers))["data"]["text"] == text


def test_the_reference_refuses_what_we_sign_with_another_secret() -> None:
    out = h.outgoing("signed", claimed_at=datetime.now(UTC))
    sent = signed.compose(out, h.channel("signed"))

    with pytest.raises(WebhookVerificationError):
        judge(h.OLDER).verify(sent.body, dict(sent.headers))


def signed_by_the_reference(body: str, secret: str, at: datetime) -> Inbound:
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": judge(secret).sign("msg_1", at, body),
    }
    return Inbound(method="POST", headers=headers, body=body.encode(), received_at=h.RECEIVED)


@given(body=st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
def test_we_accept_what_the_reference_signs(body: str) -> None:
    for secret in (h.NEWEST, h.OLDER):
        signed.verify(signed_by_the_reference(body, secret, h.RECEIVED), h.channel("signed"))


def test_we_refuse_what_the_reference_signs_with_a_retired_secret() -> None:
    with pytest.raises(BadSignature):
        signed.verify(signed_by_the_reference("{}", h.RETIRED, h.RECEIVED), h.channel("signed"))


def test_we_refuse_what_the_reference_signed_too_long_ago() -> None:
    stale = signed_by_the_reference("{}", h.NEWEST, h.RECEIVED - timedelta(minutes=6))

    with pytest.raises(BadSignature):
        signed.verify(stale, h.channel("signed"))


# Telegram: the library python-telegram-bot

UPDATES = h.fixtures("telegram")


def judged(one: h.Fixture) -> telegram.Update:
    return telegram.Update.de_json(json.loads(json.dumps(one.body)), None)


def chat_of(event: Any) -> str:
    address: Mapping[str, str] = event.address
    return address["chat_id"]


def our_events(one: h.Fixture) -> list[object]:
    """Return what we make of an update; what it leaves open is answered where its fixture has the answer."""
    if one.resolved:
        return h.resolved(one)
    return [event for event in h.parsed(one).events if not isinstance(event, Unresolved)]


SPOKEN = (CustomerWrote, HumanReplied, MessageEchoed, MessageEdited)
MESSAGES = [one for one in UPDATES if any(isinstance(event, SPOKEN) for event in our_events(one))]


@pytest.mark.parametrize("one", UPDATES, ids=str)
def test_python_telegram_bot_can_read_every_fixture(one: h.Fixture) -> None:
    assert judged(one).update_id == one.body["update_id"]


@pytest.mark.parametrize("one", MESSAGES, ids=str)
def test_python_telegram_bot_reads_the_same_message(one: h.Fixture) -> None:
    theirs = judged(one).effective_message
    (ours,) = our_events(one)

    assert theirs
    assert isinstance(ours, SPOKEN)
    started = "start" in getattr(ours, "attachments", ())
    assert (ours.message_id, chat_of(ours)) == (str(theirs.message_id), str(theirs.chat.id))
    assert started or ours.text == (theirs.text or theirs.caption or "")
    assert ours.at == (theirs.edit_date or theirs.date)


def test_python_telegram_bot_reads_the_same_deletion() -> None:
    one = h.fixture("telegram", "deletion_business")
    theirs = judged(one).deleted_business_messages
    (ours,) = h.parsed(one).events

    assert theirs
    assert isinstance(ours, MessageDeleted)
    assert ours.message_ids == tuple(map(str, theirs.message_ids))
    assert ours.thread.key == f"{theirs.business_connection_id}:{theirs.chat.id}"


def test_python_telegram_bot_reads_the_same_connection() -> None:
    one = h.fixture("telegram", "business_connection")
    theirs = judged(one).business_connection
    (ours,) = h.parsed(one).events

    assert theirs
    assert isinstance(ours, FactLearned)
    assert ours.need == f"connection:{theirs.id}"
    assert ours.facts == {
        "user_id": str(theirs.user.id),
        "can_reply": theirs.rights is not None and theirs.rights.can_reply,
        "enabled": theirs.is_enabled,
    }
