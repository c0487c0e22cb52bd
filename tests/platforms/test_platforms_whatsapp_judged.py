"""Another judges our reading and our writing of WhatsApp: the library pywa."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pywa import errors, utils
from pywa.client import WhatsApp
from pywa.types.callback import CallbackButton, CallbackSelection
from pywa.types.message import DeletedMessage, EditedMessage, Message, OutgoingMessage
from pywa.types.message_status import MessageStatus
from pywa.types.templates import BodyText, TemplateLanguage

from chalicelib.core.events import (
    CustomerWrote,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageFailed,
    Outcome,
    ThreadEvent,
)
from chalicelib.core.message import Thread
from chalicelib.platforms import whatsapp
from tests.platforms import harness as h

PHONE, USER = "48601000111", "PL.70110022003300440055"
FIXTURES = h.fixtures("whatsapp")
BUTTONS = ("customer_button", "customer_interactive")


def single(kind: type[ThreadEvent], *beginnings: str, without: tuple[str, ...] = ()) -> list[h.Fixture]:
    """Return the fixtures of one event in which pywa finds what it insists on: a contact with an id."""
    return [
        one
        for one in FIXTURES
        if one.name.startswith(beginnings)
        and not one.name.startswith(without)
        and [type(event) for event in h.parsed(one).events] == [kind]
        and all("user_id" in contact for contact in value(one).get("contacts", [{}]))
        and len(items(one)) == 1
    ]


def value(one: h.Fixture) -> dict[str, Any]:
    found: dict[str, Any] = one.body["entry"][0]["changes"][0]["value"]
    return found


def items(one: h.Fixture) -> list[Any]:
    return [item for kind in ("messages", "message_echoes", "statuses") for item in value(one).get(kind, [])]


def client(transport: httpx.BaseTransport | None = None) -> WhatsApp:
    session = httpx.Client(transport=transport or httpx.MockTransport(lambda _: httpx.Response(500)))
    return WhatsApp(phone_id="330000000000041", token="x", session=session)


def event_of(one: h.Fixture) -> Any:
    (event,) = h.parsed(one).events
    return event


def who(judged: Any) -> dict[str, str]:
    """Return how the person whom pywa sees can be written to."""
    user = judged.from_user
    return {name: way for name, way in (("to", user.wa_id), ("user_id", user.bsuid)) if way}


# What it reads


@pytest.mark.parametrize(
    "one",
    single(CustomerWrote, "customer_", without=(*BUTTONS, "customer_text_whose", "customer_whose")),
    ids=str,
)
def test_a_customers_message_reads_the_same(one: h.Fixture) -> None:
    event, judged = event_of(one), Message.from_update(client(), one.body)

    assert (event.message_id, event.at) == (judged.id, judged.timestamp)
    written = judged.text or judged.caption or (judged.order.text if judged.order else "")
    assert (event.text, event.address) == (written or "", who(judged))


@pytest.mark.parametrize("name", ["customer_button", "customer_interactive_button"])
def test_a_tapped_button_reads_the_same(name: str) -> None:
    one = h.fixture("whatsapp", name)
    judged = CallbackButton.from_update(client(), one.body)

    assert (event_of(one).text, event_of(one).message_id) == (judged.title, judged.id)


def test_a_choice_from_a_list_reads_the_same() -> None:
    one = h.fixture("whatsapp", "customer_interactive_list")
    judged = CallbackSelection.from_update(client(), one.body)

    assert (event_of(one).text, event_of(one).message_id) == (judged.title, judged.id)


@pytest.mark.parametrize("one", single(MessageEdited, "edit_"), ids=str)
def test_an_edit_reads_the_same(one: h.Fixture) -> None:
    event, judged = event_of(one), EditedMessage.from_update(client(), one.body)

    assert event.message_id == judged.original_message_id
    assert event.text == (judged.message.text or judged.message.caption)


@pytest.mark.parametrize("one", single(MessageDeleted, "deletion"), ids=str)
def test_a_deletion_reads_the_same(one: h.Fixture) -> None:
    judged = DeletedMessage.from_update(client(), one.body)

    assert event_of(one).message_ids == (judged.original_message_id,)


@pytest.mark.parametrize(
    "one", single(MessageEchoed, "human_reply", without=("human_reply_that", "human_reply_of")), ids=str
)
def test_a_reply_from_the_app_reads_the_same(one: h.Fixture) -> None:
    event, judged = event_of(one), OutgoingMessage.from_update(client(), one.body)

    assert (event.message_id, event.at) == (judged.id, judged.timestamp)
    assert (event.text, event.address) == (judged.text or judged.caption or "", who(judged))


@pytest.mark.parametrize("one", single(MessageEchoed, "echo_of_ours_sent", "echo_of_ours_delivered"), ids=str)
def test_a_status_reads_the_same(one: h.Fixture) -> None:
    event, judged = event_of(one), MessageStatus.from_update(client(), one.body)

    assert (event.message_id, event.at) == (judged.id, judged.timestamp)
    assert judged.tracker == f"hearback:{event.nonce}:{event.thread.key}"


def test_a_failure_reads_the_same() -> None:
    one = h.fixture("whatsapp", "failed_as_the_window_is_closed")
    value(one)["contacts"] = [{"user_id": USER}]
    event, judged = event_of(one), MessageStatus.from_update(client(), one.body)

    assert isinstance(judged.error, errors.ReEngagementMessage)
    assert isinstance(event, MessageFailed)
    assert (event.reason, event.outcome) == (str(judged.error.code), Outcome.WINDOW_CLOSED)


@given(body=st.binary(max_size=80), secret=st.text(st.characters(codec="ascii"), min_size=1, max_size=20))
def test_a_signature_is_judged_the_same(body: bytes, secret: str) -> None:
    one = h.fixture("whatsapp", "customer_text")
    inbound = h.proven(one, secret=secret, body=body)

    assert utils.webhook_updates_validator(secret, body, inbound.headers["x-hub-signature-256"])


# What it writes


def written(**call: Any) -> dict[str, Any]:
    """Return the body with which pywa sends the same."""
    bodies: list[dict[str, Any]] = []

    def taken(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        contact = {"input": PHONE, "wa_id": PHONE, "user_id": USER}
        return httpx.Response(200, json={"contacts": [contact], "messages": [{"id": "wamid.1"}]})

    speaker = client(httpx.MockTransport(taken))
    (speaker.send_template if "name" in call else speaker.send_message)(**call)
    return bodies[0]


def composed(options: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    here = h.channel("whatsapp", options=options or {})
    body: dict[str, Any] = json.loads(whatsapp.compose(h.outgoing("whatsapp", **changes), here).body)
    return body


@pytest.mark.parametrize(("address", "to"), [({"to": PHONE}, PHONE), ({"user_id": USER}, USER)])
def test_a_message_is_written_the_same(address: dict[str, str], to: str) -> None:
    body = composed(address=address, thread=Thread(channel="shop", key=to))
    tracker = f"hearback:c4se0000000000aa.1-1:{to}"

    assert body == written(to=to, text="We have received your message.", tracker=tracker)


def test_a_template_is_written_the_same() -> None:
    body = composed({"template": "case_news"}, language="pl", last_customer_at=h.RECEIVED - timedelta(days=2))
    judged = written(
        to=PHONE,
        name="case_news",
        language=TemplateLanguage.POLISH,
        # Its own types take the class for an instance.
        params=[BodyText.params("We have received your message.")],  # type: ignore[arg-type]
        tracker="hearback:c4se0000000000aa.1-1:t-1",
    )
    judged["template"]["components"][0]["type"] = "body"

    assert body == judged


# What errors mean


def told(code: int) -> Outcome:
    return whatsapp.read_reply(h.answered(400, {"error": {"code": code}}), h.outgoing("whatsapp")).outcome


def codes(kind: type[errors.WhatsAppError]) -> list[int]:
    return [code for one in kind.__subclasses__() for code in one.__error_codes__ or ()]


@pytest.mark.parametrize("code", sorted(set(codes(errors.AuthorizationError)) - {0}))
def test_what_is_about_the_token_pauses_the_channel(code: int) -> None:
    assert told(code) is Outcome.CHANNEL_PAUSED


@pytest.mark.parametrize("code", sorted(set(codes(errors.ThrottlingError)) - {133016}))
def test_what_is_too_much_is_tried_later_or_by_nobody(code: int) -> None:
    # 131048 and 131064 are limits that only the owner can lift.
    assert told(code) is (Outcome.CHANNEL_PAUSED if code in (131048, 131064) else Outcome.RETRY)


@pytest.mark.parametrize("code", codes(errors.SendMessageError))
def test_only_a_closed_window_is_a_closed_window(code: int) -> None:
    assert (told(code) is Outcome.WINDOW_CLOSED) is (code in errors.ReEngagementMessage.__error_codes__)
