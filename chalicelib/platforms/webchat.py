"""The chat that Hearback itself serves: a page and a widget, with no account anywhere.

A visitor gets a token of their own when the page opens; it names their thread and cannot be forged.
"""

import base64
from collections.abc import Mapping

from chalicelib.core.errors import BadPayload, BadSignature
from chalicelib.core.events import CustomerWrote, Outcome
from chalicelib.core.message import Customer, Lane, Thread
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
    Reconciliation,
    SendResult,
    Steps,
    nothing_to_do,
    random_word,
)
from chalicelib.platforms.payload import read_json

NAME = "webchat"
CREDENTIALS = (
    Credential(name="secret", what="a long random word that signs visitors' tokens", make=random_word),
)
OPTIONS = {"sites": "addresses of the websites that may show the widget, such as https://shop.example"}
WANTED: tuple[str, ...] = ("sites",)
NEEDS: Mapping[str, str] = {}
ACCEPTED = Answer(status=202)
BY_HAND = ("Put the widget on your website: its line is in docs/platforms/webchat.md.",)
CAPABILITIES = Capabilities(lanes={Lane.MESSAGE: Limit(20_000)}, hosted=True, body_limit=100_000)

_NAME_LIMIT = 100


def handshake(inbound: Inbound, channel: Channel) -> Answer | None:
    """Return None: there is nobody to shake hands with."""
    return None


def verify(inbound: Inbound, channel: Channel) -> None:
    """Check the visitor's token. Raises `BadSignature`."""
    visitor_of(inbound, channel)


def parse(inbound: Inbound, channel: Channel) -> Parsed:
    """Return the visitor's message; the page invents its id, so that a retry is the same message."""
    visitor = visitor_of(inbound, channel)
    body = read_json(inbound.body)
    message_id = body.identifier("id")
    text = body.text("text")
    if not text.strip():
        raise BadPayload("body.text is empty")
    event = CustomerWrote(
        id=f"message:{visitor}:{message_id}",
        at=inbound.received_at,
        thread=thread_of(visitor, channel),
        customer=Customer(id=visitor, name=body.text("name", "")[:_NAME_LIMIT] or f"Visitor {visitor[-4:]}"),
        message_id=message_id,
        text=text,
    )
    return Parsed(events=(event,))


def allowance(thread: Thread, address: Mapping[str, str], channel: Channel) -> Allowance:
    """Return no limit: the platform is ours."""
    return Allowance()


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Never called: `hosted` says that recording a message is sending it."""
    raise NotImplementedError("a hosted platform has no request to send")


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Never called: see `compose`."""
    raise NotImplementedError("a hosted platform has no answer to read")


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Return that it may be recorded again: a second record replaces the first."""
    return Reconciliation(resend=True)


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return sent: what is recorded is shown."""
    return SendResult(outcome=Outcome.SENT, message_id=outgoing.key)


def register(channel: Channel, url: str) -> Steps:
    """Do nothing: Hearback serves the chat itself."""
    return nothing_to_do("there is nothing to register: Hearback serves the chat itself")


def check(channel: Channel, url: str) -> Steps:
    """Do nothing: Hearback serves the chat itself."""
    return nothing_to_do("there is nothing to ask: Hearback serves the chat itself")


def new_token(visitor: str, channel: Channel) -> str:
    """Return the token of a new visitor, whose name is random and chosen by the caller."""
    return f"{visitor}.{_proof(visitor, channel.secret('secret'))}"


def visitor_of(inbound: Inbound, channel: Channel) -> str:
    """Return the visitor whose token the request carries. Raises `BadSignature`."""
    token = inbound.headers.get("authorization", "").removeprefix("Bearer ")
    visitor, _, proof = token.partition(".")
    if not visitor.isascii() or not visitor.isalnum() or len(visitor) > 64:
        raise BadSignature("no visitor's token")
    live = [_proof(visitor, secret) for secret in channel.secrets.get("secret", ()) if secret]
    signatures.require_shared_secret(proof, live)
    return visitor


def thread_of(visitor: str, channel: Channel) -> Thread:
    """Return the one thread a visitor has."""
    return Thread(channel=channel.id, key=visitor)


def _proof(visitor: str, secret: str) -> str:
    digest = bytes.fromhex(signatures.hmac_hex(secret, f"visitor:{visitor}".encode()))
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
