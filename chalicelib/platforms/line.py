"""LINE: messages to an Official Account, from single people and in groups.

Facts: https://developers.line.biz/en/reference/messaging-api/ and
https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
"""

import json
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import Outcome
from chalicelib.core.message import Lane, Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import line_api, line_setup, line_webhook, signatures
from chalicelib.platforms.contract import (
    Answer,
    Capabilities,
    Channel,
    Credential,
    HttpRequest,
    HttpResponse,
    Inbound,
    Limit,
    Outgoing,
    Parsed,
    Rate,
    Reconciliation,
    SendResult,
    TextUnit,
)
from chalicelib.platforms.payload import read_json

NAME = "line"
CREDENTIALS = (
    Credential(
        name="channel_secret",
        what="Channel secret, under Basic settings of the channel",
        where="developers.line.biz/console > your channel > Basic settings > Channel secret",
    ),
    Credential(
        name="access_token",
        what="Channel access token (long-lived), under Messaging API",
        where="developers.line.biz/console > your channel > Messaging API > Channel access token",
    ),
)
OPTIONS = {"staff": "LINE user ids of your people, whose words in a group count as yours"}
WANTED: tuple[str, ...] = ()
NEEDS: Mapping[str, str] = {}
ACCEPTED = Answer()
BY_HAND = line_setup.BY_HAND
_LIMIT = Limit(5000, TextUnit.UTF16)
CAPABILITIES = Capabilities(
    lanes={Lane.MESSAGE: _LIMIT, Lane.PUBLIC_REPLY: _LIMIT},
    rates=(Rate(2000, timedelta(seconds=1)),),
    # https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
    idempotent_for=timedelta(hours=24),
)

_KEYS = uuid.UUID("5b0d1f0e-6c0f-5d0a-9a53-8f3c2f0a7e11")

register = line_setup.register
check = line_setup.check


def handshake(inbound: Inbound, channel: Channel) -> Answer | None:
    """Return None: the call with which LINE tries the URL is signed like every other."""
    return None


def verify(inbound: Inbound, channel: Channel) -> None:
    """Check x-line-signature over the raw body. Raises `BadSignature`.

    https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/
    """
    given = inbound.headers.get("x-line-signature")
    signatures.require_hmac_base64(given, inbound.body, channel.secrets.get("channel_secret", ()))


def parse(inbound: Inbound, channel: Channel) -> Parsed:
    """Return the events of a webhook, none of a call that only tries the URL."""
    return line_webhook.read(read_json(inbound.body), channel)


def allowance(thread: Thread, address: Mapping[str, str], channel: Channel) -> Allowance:
    """Return no limit of time: a push message may be sent until the person blocks the account (R25)."""
    return Allowance()


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return a push message; the token for a reply is worth nothing after a minute.

    The retry key hangs on ours, so that LINE itself drops a second one for 24 hours.
    https://developers.line.biz/en/reference/messaging-api/#send-push-message
    """
    message: dict[str, Any] = {"type": "text", "text": outgoing.text}
    if outgoing.lane is Lane.PUBLIC_REPLY and "quote" in outgoing.address:
        message["quoteToken"] = outgoing.address["quote"]
    body = json.dumps({"to": outgoing.address["to"], "messages": [message]}).encode()
    return line_api.call("POST", "message/push", channel, body, key=str(uuid.uuid5(_KEYS, outgoing.key)))


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return the id of a message that was taken, now or before (409), or what the error asks for."""
    taken_before = response.status == 409
    if response.status >= 300 and not taken_before:
        return line_api.refusal(response)
    try:
        sent = next(read_json(response.body).objects("sentMessages"), None)
        message_id = sent.identifier("id", "") if sent else ""
    except BadPayload:
        message_id = ""
    if message_id or taken_before:
        return SendResult(outcome=Outcome.SENT, message_id=message_id)
    return SendResult(outcome=Outcome.AMBIGUOUS, reason="no_message_id")


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Send again under the same key: where the first was taken, LINE answers 409 and sends nothing."""
    return Reconciliation(resend=True)


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return uncertain: LINE is never asked, only sent the same again."""
    return SendResult(outcome=Outcome.UNCERTAIN, reason="no_read_back")
