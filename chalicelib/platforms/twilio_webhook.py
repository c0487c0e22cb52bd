"""What Twilio's webhooks say: messages of customers, and what became of ours.

Facts: https://www.twilio.com/docs/messaging/guides/webhook-request and
https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import (
    AutomationWrote,
    CustomerWrote,
    MessageEchoed,
    MessageFailed,
    Outcome,
    ThreadEvent,
)
from chalicelib.core.message import Customer, Thread
from chalicelib.platforms import twilio_api
from chalicelib.platforms.contract import Channel, Inbound, Parsed
from chalicelib.platforms.payload import Payload

BODY_HASH = "bodySHA256"
"""The part of the query that stands for a body in JSON."""

DELIVERY = "delivery"
"""The part of a status callback's query that brings our key back."""

SMS = "sms"

_MOST_MEDIA = 10
_REACTION = "reaction"
_NUMBER = re.compile(r"\+\d{7,15}")
# As whole messages, in any case: to these Twilio itself reacts, and after most of them nothing gets through.
_OPT_WORDS = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "START", "UNSTOP"}
)
_OPTED = frozenset({"STOP", "START"})
_FAILED = frozenset({"failed", "undelivered", "canceled"})
_OUT = frozenset({"sent", "delivered", "read"})
_ON_ITS_WAY = frozenset({"accepted", "scheduled", "queued", "sending"})
_KINDS = {"image": "image", "video": "video", "audio": "audio"}
_CONTACTS = frozenset({"text/vcard", "text/x-vcard"})


def fields(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form. Raises `BadPayload`."""
    try:
        return parse_qsl(body.decode(), keep_blank_values=True)
    except ValueError:
        raise BadPayload("the body is not a form") from None


def kind_of(address: str) -> str:
    """Return what an address is of: `whatsapp:+48...` is of WhatsApp, a bare number of SMS."""
    before, colon, _ = address.partition(":")
    return before if colon else SMS


def read(inbound: Inbound, channel: Channel) -> Parsed:
    """Return the events of one webhook; only forms are about messages."""
    if BODY_HASH in inbound.query:
        return Parsed(unknown=("json",))
    form = Payload(dict(fields(inbound.body)), "form")
    if not _sid(form):
        return Parsed(unknown=("call" if "CallSid" in form else "form",))
    if "MessageStatus" not in form:
        return Parsed(events=tuple(_message(form, inbound, channel)))
    status = form.text("MessageStatus").lower()
    if status not in _FAILED | _OUT | _ON_ITS_WAY:
        return Parsed(unknown=(f"status.{status}",))
    return Parsed(events=tuple(_fate(status, form, inbound, channel)))


def _message(form: Payload, inbound: Inbound, channel: Channel) -> Iterator[ThreadEvent]:
    customer, text = form.identifier("From"), form.text("Body", "")
    # A message between our own number and itself is no customer's, and a heart below ours asks nothing.
    if customer == form.identifier("To") or form.text("MessageType", "") == _REACTION:
        return
    if _opts(form, customer, text):
        return
    common: dict[str, Any] = {
        # Twilio does not tell when it was written.
        "id": f"message:{_sid(form)}",
        "at": inbound.received_at,
        "message_id": _sid(form),
        "text": text or form.text("ButtonText", ""),
        **_place(customer, form.identifier("To"), form.text("ProfileName", ""), channel),
    }
    if kind_of(customer) == SMS and not _NUMBER.fullmatch(customer):
        yield AutomationWrote(sign="no_phone_number", **common)
    else:
        yield CustomerWrote(attachments=tuple(dict.fromkeys(_attachments(form))), **common)


def _opts(form: Payload, customer: str, text: str) -> bool:
    """Return whether somebody opted out or in, which Twilio has answered and which is no message.

    Who asks for help is answered by Twilio, too, but may need a person.
    https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
    """
    if "OptOutType" in form:
        return form.text("OptOutType").upper() in _OPTED
    return kind_of(customer) == SMS and text.strip().upper() in _OPT_WORDS


def _attachments(form: Payload) -> Iterator[str]:
    if form.text("MessageType", "") == "sticker":
        yield "sticker"
    else:
        for number in range(_MOST_MEDIA):
            if f"MediaContentType{number}" in form:
                yield _media(form.text(f"MediaContentType{number}").lower())
    if "Latitude" in form:
        yield "location"
    if "ButtonPayload" in form or "ButtonText" in form:
        yield "button"


def _media(content_type: str) -> str:
    if content_type in _CONTACTS:
        return "contact"
    return _KINDS.get(content_type.partition("/")[0], "file")


def _fate(status: str, form: Payload, inbound: Inbound, channel: Channel) -> Iterator[ThreadEvent]:
    sid, nonce = _sid(form), inbound.query.get(DELIVERY, "")
    common: dict[str, Any] = {
        "at": inbound.received_at,
        "message_id": sid,
        "nonce": nonce,
        **_place(form.identifier("To"), form.identifier("From"), "", channel),
    }
    if status in _FAILED:
        outcome, reason = _why(form, status)
        yield MessageFailed(id=f"failed:{sid}", outcome=outcome, reason=reason, **common)
    elif status in _OUT and nonce:
        # Whichever comes first proves that it went out.
        yield MessageEchoed(id=f"out:{sid}", text="", ours=True, **common)


def _why(form: Payload, status: str) -> tuple[Outcome, str]:
    code = form.text("ErrorCode", "")
    if not code.isascii() or not code.isdigit() or len(code) > len("999999"):
        return Outcome.REFUSED, status
    outcome = twilio_api.outcome_of(int(code))
    # It is too late to try again: the message has been taken and lost.
    return (Outcome.REFUSED if outcome is Outcome.RETRY else outcome), code


def _place(customer: str, ours: str, name: str, channel: Channel) -> dict[str, Any]:
    return {
        "thread": Thread(channel=channel.id, key=customer),
        "customer": Customer(id=customer, name=name),
        "address": {"to": customer, "from": ours},
        "account": ours,
    }


def _sid(form: Payload) -> str:
    # The second is what it was called before; both are the same.
    return form.identifier("MessageSid", "") or form.identifier("SmsSid", "")
