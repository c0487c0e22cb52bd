"""Any system as a channel: Standard Webhooks in and out, in the shape of `signed.schema.json`.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import functools
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import (
    CustomerWrote,
    HumanReplied,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    Outcome,
    ThreadEvent,
)
from chalicelib.core.message import Customer, Lane, Surface, Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import signatures
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
    Steps,
    nothing_to_do,
)
from chalicelib.platforms.payload import Payload, read_json, wait_seconds

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

NAME = "signed"


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


CREDENTIALS = (
    Credential(
        name="secret",
        what="a Standard Webhooks secret, whsec_ and base64, shared by both sides",
        make=_new_secret,
    ),
)
OPTIONS: Mapping[str, str] = {}
WANTED: tuple[str, ...] = ()
NEEDS = {"api_base": "the address that takes our answers"}
ACCEPTED = Answer()
BY_HAND = (
    "Give the other system the address {url} and the same secret.",
    "Let it take our messages at the api_base of this channel, and drop a webhook-id it has seen.",
)
CAPABILITIES = Capabilities(
    lanes={Lane.MESSAGE: Limit(20_000), Lane.PUBLIC_REPLY: Limit(20_000)},
    # Nobody knows what the other system bears: a courtesy, and it may answer 429.
    rates=(Rate(20, timedelta(seconds=1)),),
    # What docs/platforms/signed.md asks of the other system.
    idempotent_for=timedelta(hours=24),
)

_WEBHOOK_ID_LIMIT = 512

TYPES = frozenset({"message.created", "message.edited", "message.deleted", "reply.created"})


def handshake(inbound: Inbound, channel: Channel) -> Answer | None:
    """Return None: Standard Webhooks has no check of the URL."""
    return None


def verify(inbound: Inbound, channel: Channel) -> None:
    """Check `webhook-signature` over id, timestamp and raw bytes. Raises `BadSignature`."""
    headers = inbound.headers
    signatures.require_standard_webhook(
        headers.get("webhook-id"),
        headers.get("webhook-timestamp"),
        headers.get("webhook-signature"),
        inbound.body,
        channel.secrets.get("secret", ()),
        inbound.received_at,
    )


def parse(inbound: Inbound, channel: Channel) -> Parsed:
    """Return the event of one webhook; `webhook-id` is its id, so a redelivery has the same."""
    body = read_json(inbound.body)
    kind = body.text("type")
    if kind not in TYPES:
        return Parsed(unknown=(kind,))
    error = next(_validator().iter_errors(body.data), None)
    if error is not None:
        raise BadPayload(f"{error.json_path}: {error.validator} is not met")
    identifier = inbound.headers.get("webhook-id", "")
    if not 0 < len(identifier) <= _WEBHOOK_ID_LIMIT:
        raise BadPayload(f"webhook-id is empty or longer than {_WEBHOOK_ID_LIMIT}")
    event = _read(kind, body.iso_moment("timestamp"), body.object("data"), identifier, channel)
    return Parsed(events=(event,))


def allowance(thread: Thread, address: Mapping[str, str], channel: Channel) -> Allowance:
    """Return no limit: the other system decides what it delivers."""
    return Allowance()


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return a signed `message.send` whose `webhook-id` is the idempotency key."""
    data = {
        "thread": outgoing.thread.key,
        "text": outgoing.text,
        "key": outgoing.key,
        "automatic": not outgoing.human,
    }
    timestamp = str(int(outgoing.claimed_at.timestamp()))
    message = {"type": "message.send", "timestamp": outgoing.claimed_at.isoformat(), "data": data}
    body = json.dumps(message, ensure_ascii=False).encode()
    signature = signatures.standard_signature(channel.secret("secret"), outgoing.key, timestamp, body)
    headers = {
        "content-type": "application/json",
        "webhook-id": outgoing.key,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature,
    }
    return HttpRequest(method="POST", url=channel.api_base, headers=headers, body=body)


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return sent for any 2xx; 410 ends the channel, 429 and 5xx are tried again."""
    if 200 <= response.status < 300:
        return SendResult(outcome=Outcome.SENT, message_id=_message_id(response) or outgoing.key)
    reason = str(response.status)
    if response.status in (401, 403, 410):
        return SendResult(outcome=Outcome.CHANNEL_PAUSED, reason=reason)
    if response.status in (408, 409, 425, 429) or response.status >= 500:
        after = wait_seconds(response.headers.get("retry-after"))
        return SendResult(outcome=Outcome.RETRY, reason=reason, retry_after=after)
    return SendResult(outcome=Outcome.REFUSED, reason=reason)


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Return that it may be sent again: the receiver drops a `webhook-id` it has seen."""
    return Reconciliation(resend=True)


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return what the answer to the second try means, which is what it means for the first."""
    return read_reply(response, outgoing)


def register(channel: Channel, url: str) -> Steps:
    """Do nothing: the other system is told by its own people."""
    return nothing_to_do("there is nothing to register: the other system is told by its own people")


def check(channel: Channel, url: str) -> Steps:
    """Do nothing: there is no common way to ask another system."""
    return nothing_to_do("there is no common way to ask another system: send a message from it")


def _read(kind: str, at: datetime, data: Payload, identifier: str, channel: Channel) -> ThreadEvent:
    customer = data.optional("customer")
    surface = Surface(data.text("surface", Surface.DM))
    common: dict[str, Any] = {
        "id": f"webhook:{identifier}",
        "at": at,
        "thread": Thread(
            channel=channel.id,
            key=data.identifier("thread"),
            surface=surface,
            public=data.flag("public"),
            place=data.identifier("place", ""),
        ),
        "customer": Customer(
            id=customer.identifier("id", data.identifier("thread")), name=customer.text("name", "")
        ),
    }
    if kind == "message.deleted":
        return MessageDeleted(message_ids=(data.identifier("message_id"),), **common)
    words: dict[str, Any] = {"message_id": data.identifier("message_id"), "text": data.text("text")}
    if kind == "message.edited":
        return MessageEdited(**words, **common)
    if key := data.identifier("key", ""):
        return MessageEchoed(nonce=key, ours=True, **words, **common)
    if kind == "reply.created":
        return HumanReplied(**words, **common)
    return CustomerWrote(
        attachments=data.identifiers("attachments") if "attachments" in data else (), **words, **common
    )


def _message_id(response: HttpResponse) -> str:
    try:
        return read_json(response.body).identifier("message_id", "")
    except BadPayload:
        return ""


@functools.cache
def _validator() -> "Validator":
    # Imported on first use: compiled once it is quick, but its import costs a tenth of a second.
    from jsonschema import Draft202012Validator

    schema = json.loads(files(__package__).joinpath("signed.schema.json").read_text(encoding="utf-8"))
    # That a text is there is seen as it is read; the condition would cost as much as all the rest.
    del schema["allOf"]
    return Draft202012Validator(schema)
