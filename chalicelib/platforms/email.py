"""E-mail: in through Postmark or Mailgun, out through the same or through a mail server.

Facts: https://postmarkapp.com/developer/webhooks/inbound-webhook,
https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/receive-http,
RFC 5322 (mails and conversations) and RFC 3834 (what must not be answered).
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote, urlencode

from chalicelib.core.errors import BadPayload, BadSignature
from chalicelib.core.events import Outcome
from chalicelib.core.message import Lane, Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import (
    email_events,
    email_form,
    email_inbound,
    email_mail,
    email_outgoing,
    email_setup,
    signatures,
)
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
    random_word,
)
from chalicelib.platforms.email_mail import Mail
from chalicelib.platforms.payload import Payload, read_json, read_json_or_empty, wait_seconds

NAME = "email"
CREDENTIALS = (
    Credential(
        name="webhook_password",
        what="Postmark: a word of your own that Postmark sends with every mail",
        make=random_word,
        optional=True,
    ),
    Credential(
        name="signing_key",
        what="Mailgun: the HTTP webhook signing key, under API security",
        where="Mailgun > Settings > API security > HTTP webhook signing key",
        optional=True,
    ),
    Credential(
        name="api_token",
        what="Postmark's server API token, or Mailgun's private API key",
        where="Postmark > your server > API Tokens; or Mailgun > Settings > API security > private API key",
        optional=True,
    ),
    Credential(
        name="smtp_password",
        what="the password of your mail server",
        where="the account settings of your mail server; only with `via: smtp`",
        optional=True,
    ),
)
OPTIONS = {
    "provider": "who brings the mails: postmark (so it is without a word) or mailgun",
    "via": "how replies leave: api (so it is without a word) or smtp",
    "from": "name and address of your replies, such as Shop <support@shop.example>",
    "addresses": "all addresses your people write from, such as anna@shop.example, or @shop.example",
    "forms": "addresses your web forms write from, whose Reply-To is the customer",
    "domain": "the domain at Mailgun where it is not that of your address",
    "webhook_user": "the user name beside webhook_password; hearback without a word",
    "smtp_server": "smtps://mail.shop.example:465 or smtp://mail.shop.example:587",
    "smtp_user": "the user name at your mail server where it is not your address",
}
WANTED: tuple[str, ...] = ("provider", "from", "addresses")
NEEDS = {"account": "the address that customers write to, such as support@shop.example"}
ACCEPTED = Answer()
BY_HAND = email_setup.BY_HAND
CAPABILITIES = Capabilities(
    lanes={Lane.MESSAGE: Limit(100_000)},
    # Neither provider names a figure; both answer 429. This is a courtesy to small mail servers, too.
    rates=(Rate(10, timedelta(seconds=1)),),
    # API Gateway takes no more; attachments are looked at and dropped.
    body_limit=10_000_000,
)

# Mailgun tries for eight hours, and repeats the first timestamp and signature with every try.
_OLDEST = timedelta(hours=9)
_CLOCKS_DIFFER = timedelta(minutes=5)
_TOKEN_LIMIT = 200
_SIGNED = ("timestamp", "token", "signature")
# What Mailgun tells as JSON is never a whole mail.
_EVENT_LIMIT = 1_000_000
_QUIET = frozenset({"Delivery", "Open", "Click", "SubscriptionChange"})
_QUIET_AT_MAILGUN = frozenset(
    {"accepted", "delivered", "opened", "clicked", "unsubscribed", "stored", "complained"}
)
# The account or the sender, not this message: https://postmarkapp.com/developer/api/overview#error-codes
_OF_THE_ACCOUNT = frozenset({10, 400, 401, 405, 410, 411, 412, 413})

register = email_setup.register
check = email_setup.check


def handshake(inbound: Inbound, channel: Channel) -> Answer | None:
    """Return None: neither provider checks the URL."""
    return None


def verify(inbound: Inbound, channel: Channel) -> None:
    """Check Postmark's password, or Mailgun's signature of its timestamp and token. Raises `BadSignature`.

    Each way is closed where its secret is not set. Neither proves the body; a mail that comes twice has
    the same event ids.
    """
    if _has_login(inbound):
        user = email_setup.webhook_user(channel)
        secrets = [f"{user}:{word}" for word in channel.secrets.get("webhook_password", ()) if word]
        signatures.require_shared_secret(_login(inbound), secrets)
    elif any(channel.secrets.get("signing_key", ())):
        _require_mailgun(_signed(inbound), inbound, channel)
    else:
        # Whatever a stranger sends is not even read.
        raise BadSignature("there is no password, and no signing_key is set for this channel")


def _has_login(inbound: Inbound) -> bool:
    """Return whether a request is to be believed for its password; every other one for its signature."""
    scheme, _, _ = inbound.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "basic"


def _login(inbound: Inbound) -> str:
    _, _, encoded = inbound.headers.get("authorization", "").partition(" ")
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode(errors="replace")
    except (ValueError, binascii.Error):
        return ""


def _signed(inbound: Inbound) -> Mapping[str, str]:
    """Return what Mailgun signs and its signature; nothing more of a body nobody has vouched for is read."""
    try:
        if email_form.is_form(inbound):
            return email_form.read_fields(inbound, _SIGNED)
        if len(inbound.body) > _EVENT_LIMIT:
            return {}
        signature = read_json(inbound.body).object("signature")
        return {name: signature.identifier(name) for name in _SIGNED}
    except BadPayload:
        return {}


def _require_mailgun(signed: Mapping[str, str], inbound: Inbound, channel: Channel) -> None:
    timestamp, token = signed.get("timestamp", ""), signed.get("token", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= len("9999999999")):
        raise BadSignature("there is neither a password nor a signed timestamp")
    if not 0 < len(token) <= _TOKEN_LIMIT:
        raise BadSignature("the token is missing or too long")
    age = inbound.received_at.timestamp() - int(timestamp)
    if not -_CLOCKS_DIFFER.total_seconds() <= age <= _OLDEST.total_seconds():
        raise BadSignature("the timestamp is too far from now")
    secrets = channel.secrets.get("signing_key", ())
    message = (timestamp + token).encode(errors="surrogatepass")
    signatures.require_hmac_hex(signed.get("signature"), message, secrets)


def parse(inbound: Inbound, channel: Channel) -> Parsed:
    """Return what a mail means, or what became of a mail of ours."""
    token = "" if _has_login(inbound) else _signed(inbound).get("token", "")
    return replace(_parsed(inbound, channel), once=(token,) if token else ())


def _parsed(inbound: Inbound, channel: Channel) -> Parsed:
    if email_form.is_form(inbound):
        return _read(email_inbound.from_mailgun(email_form.read_form(inbound), inbound), channel)
    body = read_json(inbound.body)
    if "event-data" in body:
        return _event_of_mailgun(body.object("event-data"), inbound, channel)
    if "RecordType" in body:
        return _event_of_postmark(body, inbound, channel)
    if "MessageID" not in body and "Headers" not in body:
        return Parsed(unknown=("no_mail",))
    return _read(email_inbound.from_postmark(body, inbound), channel)


def _read(mail: Mail, channel: Channel) -> Parsed:
    if not mail.sender:
        # Nobody can be answered, and a customer is never guessed.
        return Parsed(unknown=("no_sender",))
    return Parsed(events=tuple(email_events.told_by(mail, channel)))


def _event_of_postmark(body: Payload, inbound: Inbound, channel: Channel) -> Parsed:
    kind = body.text("RecordType")
    if kind == "Bounce":
        return Parsed(events=email_events.failed_at_postmark(body, inbound, channel))
    return Parsed() if kind in _QUIET else Parsed(unknown=(kind,))


def _event_of_mailgun(event: Payload, inbound: Inbound, channel: Channel) -> Parsed:
    kind = event.text("event")
    if kind == "failed":
        return Parsed(events=email_events.failed_at_mailgun(event, inbound, channel))
    return Parsed() if kind in _QUIET_AT_MAILGUN else Parsed(unknown=(kind,))


def allowance(thread: Thread, address: Mapping[str, str], channel: Channel) -> Allowance:
    """Return no limit: a mail may be answered at any time (R25)."""
    return Allowance()


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return the reply, in its conversation and marked as automatic unless a person wrote it."""
    if email_outgoing.is_by_smtp(channel):
        return email_outgoing.to_server(outgoing, channel)
    if email_outgoing.is_mailgun(channel):
        return email_outgoing.to_mailgun(outgoing, channel)
    return email_outgoing.to_postmark(outgoing, channel)


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return the provider's id of the message; a mail server has none: the delivery's key stands for it."""
    smtp_code = response.headers.get("x-smtp-code", "")
    reason = f"smtp.{smtp_code[:3]}" if smtp_code.isascii() and smtp_code.isdigit() else str(response.status)
    if not 200 <= response.status < 300:
        return _refusal(response, reason)
    if smtp_code:
        return SendResult(outcome=Outcome.SENT, message_id=outgoing.key)
    try:
        body = read_json(response.body)
        identifier = body.identifier("MessageID", "") or body.identifier("id", "")
    except BadPayload:
        identifier = ""
    if not identifier:
        return SendResult(outcome=Outcome.AMBIGUOUS, reason="no_message_id")
    return SendResult(outcome=Outcome.SENT, message_id=identifier)


def _refusal(response: HttpResponse, reason: str) -> SendResult:
    status = response.status
    if status >= 500 and status != 503:
        # A server that broke down may have done it first, and neither provider drops a second one.
        return SendResult(outcome=Outcome.AMBIGUOUS, reason=reason)
    if status in (408, 425, 429, 503):
        # A mail server that says "not now" (greylisting) has not taken the mail.
        after = wait_seconds(response.headers.get("retry-after"))
        return SendResult(outcome=Outcome.RETRY, reason=reason, retry_after=after)
    code = _postmark_code(response)
    if status in (401, 402, 403, 404) or code in _OF_THE_ACCOUNT:
        outcome = Outcome.CHANNEL_PAUSED
    else:
        outcome = Outcome.REFUSED
    return SendResult(outcome=outcome, reason=f"{reason}.{code}" if code else reason)


def _postmark_code(response: HttpResponse) -> int:
    code = read_json_or_empty(response.body).data.get("ErrorCode")
    return code if isinstance(code, int) and 0 < code < 100_000 else 0


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Return the search for the message at the provider; a mail server cannot be asked."""
    if email_outgoing.is_by_smtp(channel):
        return Reconciliation()
    if email_outgoing.is_mailgun(channel):
        message_id = email_mail.our_message_id(outgoing, channel).strip("<>")
        query = urlencode({"message-id": message_id, "limit": "1"})
        path = f"/v3/{email_outgoing.mailgun_domain(channel)}/events?{query}"
        return Reconciliation(ask=email_outgoing.mailgun(channel, "GET", path))
    path = f"/messages/outbound?count=1&offset=0&metadata_hearback-key={quote(outgoing.key, safe='')}"
    return Reconciliation(ask=email_outgoing.postmark(channel, "GET", path))


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return sent where the provider knows the message; what it does not know yet may still be on its way."""
    uncertain = SendResult(outcome=Outcome.UNCERTAIN, reason="not_found")
    if response.status != 200:
        return uncertain
    try:
        body = read_json(response.body)
        for message in body.objects("Messages"):
            return SendResult(outcome=Outcome.SENT, message_id=message.identifier("MessageID"))
        for event in body.objects("items"):
            # What Mailgun refused to take up is an event, too.
            if event.text("event") not in ("rejected", "failed"):
                return SendResult(outcome=Outcome.SENT, message_id=outgoing.key)
    except BadPayload:
        return uncertain
    return uncertain
