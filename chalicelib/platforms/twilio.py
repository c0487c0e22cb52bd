"""Twilio: SMS, and WhatsApp and other channels that Twilio carries, each to one number of the business.

Facts: https://www.twilio.com/docs/usage/webhooks/webhooks-security and
https://www.twilio.com/docs/messaging/api/message-resource
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, urlencode, urlsplit, urlunsplit

from chalicelib.core.errors import BadPayload, BadSignature
from chalicelib.core.events import Outcome
from chalicelib.core.message import Lane, Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import signatures, twilio_api, twilio_setup, twilio_webhook
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
from chalicelib.platforms.payload import Payload, read_json

NAME = "twilio"
CREDENTIALS = (
    Credential(
        name="account_sid",
        what="the Account SID, AC..., from the start page of Twilio's console",
        where="console.twilio.com > first page > Account Info > Account SID",
    ),
    Credential(
        name="auth_token",
        what="the Auth Token below it, with which Twilio signs its calls",
        where="console.twilio.com > first page > Account Info > Auth Token",
    ),
    Credential(
        name="api_key_secret",
        what="the secret of an API key, to send with it",
        where="console.twilio.com > Account > API keys & tokens; shown once, when the key is made",
        optional=True,
    ),
)
OPTIONS = {
    "api_key": "the SID of that API key, SK...",
    "messaging_service": "the SID of the Messaging Service the number belongs to, MG..., if it does",
    "status_callback": "the address of the webhook, so that Twilio tells what became of your messages",
}
WANTED: tuple[str, ...] = ("status_callback",)
NEEDS = {"account": "the number your customers write to, as +48221234567 or whatsapp:+48221234567"}
# Whatever else stands in it would be sent to the customer.
ACCEPTED = Answer(body="<Response/>", content_type="text/xml")
BY_HAND = twilio_setup.BY_HAND
CAPABILITIES = Capabilities(
    lanes={Lane.MESSAGE: Limit(1600, TextUnit.UTF16)},
    rates=(Rate(1, timedelta(seconds=1)),),
    echo=True,
)

_DAY = timedelta(hours=24)
_WINDOWS = {"whatsapp": _DAY, "messenger": _DAY}
_HISTORY = 50
# A message may be asked for until its last lease ends, and `claimed_at` is when it is asked for.
_RECONCILED_WITHIN = timedelta(minutes=15)
_LOST = frozenset({"failed", "undelivered", "canceled"})
_PORTS = {"https": 443, "http": 80}

register = twilio_setup.register
check = twilio_setup.check


def handshake(inbound: Inbound, channel: Channel) -> Answer | None:
    """Return None: Twilio does not check the URL."""
    return None


def verify(inbound: Inbound, channel: Channel) -> None:
    """Check X-Twilio-Signature over the public URL and the fields of the form. Raises `BadSignature`.

    Of a body in JSON the URL holds a hash. https://www.twilio.com/docs/usage/webhooks/webhooks-security
    """
    signed = _signed_fields(inbound, channel)
    given = inbound.headers.get("x-twilio-signature")
    tokens = channel.secrets.get("auth_token", ())
    for url in _spellings(inbound.url):
        try:
            return signatures.require_hmac_base64(given, url.encode() + signed, tokens, digest="sha1")
        except BadSignature:
            continue
    raise BadSignature("the signature is missing or does not match")


def parse(inbound: Inbound, channel: Channel) -> Parsed:
    """Return the message of a customer, or what became of one of ours."""
    return twilio_webhook.read(inbound, channel)


def allowance(thread: Thread, address: Mapping[str, str], channel: Channel) -> Allowance:
    """Return 24 hours after the customer's last message on WhatsApp and Messenger, no limit for SMS (R25).

    https://www.twilio.com/docs/api/errors/63016
    """
    window = _WINDOWS.get(twilio_webhook.kind_of(thread.key))
    return Allowance(automatic=window, human=window)


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return a message from the number that the customer wrote to.

    The key goes with the status callback: Twilio drops no second message, but tells of each by it.
    """
    fields = {"To": outgoing.address["to"], "From": outgoing.address["from"], "Body": outgoing.text}
    if service := channel.options.get("messaging_service"):
        fields["MessagingServiceSid"] = str(service)
    if callback := channel.options.get("status_callback"):
        fields["StatusCallback"] = f"{callback}?{urlencode({twilio_webhook.DELIVERY: outgoing.key})}"
    return twilio_api.post(channel, "/Messages.json", fields)


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return the SID of a message that was taken, or what the error asks for.

    Taken is not delivered: that comes later, as a status.
    """
    if response.status >= 300:
        return twilio_api.refusal(response)
    try:
        message = read_json(response.body)
        sid, status = message.identifier("sid"), message.text("status", "")
    except BadPayload:
        return SendResult(outcome=Outcome.AMBIGUOUS, reason="no_sid")
    if status in _LOST:
        return _lost(message, status)
    return SendResult(outcome=Outcome.SENT, message_id=sid)


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Ask for the newest messages to the customer: Twilio has no idempotency key.

    They are not narrowed down by date: what still waits in Twilio's queue has none.

    https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
    """
    query = {
        "To": outgoing.address["to"],
        "From": outgoing.address["from"],
        "PageSize": str(_HISTORY),
    }
    return Reconciliation(ask=twilio_api.get(channel, "/Messages.json", query))


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return sent when our words stand there, refused when Twilio lost them, else uncertain."""
    if response.status >= 300:
        refusal = twilio_api.refusal(response)
        later = refusal.outcome is Outcome.RETRY
        return SendResult(outcome=Outcome.AMBIGUOUS if later else Outcome.UNCERTAIN, reason=refusal.reason)
    try:
        for message in read_json(response.body).objects("messages"):
            if _is_this(message, outgoing):
                return _found(message)
    except BadPayload:
        return SendResult(outcome=Outcome.UNCERTAIN, reason="unreadable")
    return SendResult(outcome=Outcome.UNCERTAIN, reason="not_found")


def _signed_fields(inbound: Inbound, channel: Channel) -> bytes:
    """Return what stands behind the URL in the signed text: nothing where the URL itself holds a hash."""
    if twilio_webhook.BODY_HASH in inbound.query:
        told = inbound.query[twilio_webhook.BODY_HASH].lower()
        if not hmac.compare_digest(hashlib.sha256(inbound.body).hexdigest().encode(), told.encode()):
            raise BadSignature("the body is not the one that was signed")
        return b""
    try:
        fields = sorted(set(twilio_webhook.fields(inbound.body)))
    except BadPayload as error:
        raise BadSignature(str(error)) from None
    if any(name == "AccountSid" and sid != channel.secret("account_sid") for name, sid in fields):
        raise BadSignature("the request is of another account")
    return "".join(name + value for name, value in fields).encode(errors="surrogatepass")


def _spellings(url: str) -> Iterator[str]:
    """Yield an address as it was called, and as Twilio may have written it down before it signed it.

    Twilio writes the port into some of its signatures and not into others; of the query we only know what it
    means, and a space may be written in two ways.
    """
    parts = urlsplit(url)
    for netloc in (parts.netloc, _other_netloc(parts)):
        for query in dict.fromkeys((parts.query, parts.query.replace("+", "%20"))):
            yield urlunsplit(parts._replace(netloc=netloc, query=query))


def _other_netloc(parts: SplitResult) -> str:
    if parts.port:
        return parts.netloc.rpartition(":")[0]
    return f"{parts.netloc}:{_PORTS.get(parts.scheme, 443)}"


def _is_this(message: Payload, outgoing: Outgoing) -> bool:
    """Return whether these are our words, put out lately; a trial account writes a notice before them."""
    words, wanted = message.text("body", "").split(), outgoing.text.split()
    if not message.text("direction", "").startswith("outbound") or words[-len(wanted) :] != wanted:
        return False
    at = _moment(message.text("date_created", ""))
    return at is not None and at >= outgoing.claimed_at - _RECONCILED_WITHIN


def _found(message: Payload) -> SendResult:
    status = message.text("status", "")
    if status not in _LOST:
        return SendResult(outcome=Outcome.SENT, message_id=message.identifier("sid"))
    return _lost(message, status)


def _lost(message: Payload, status: str) -> SendResult:
    code = message.identifier("error_code", status)[:6]
    return SendResult(outcome=Outcome.REFUSED, reason=code if code.isascii() and code.isdigit() else status)


def _moment(written: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
