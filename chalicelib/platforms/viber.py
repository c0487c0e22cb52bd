"""Viber: the conversations that people have with a bot of the business.

Facts: https://developers.viber.com/docs/api/rest-bot-api/ and https://developers.viber.com/docs/faq/
"""

from collections.abc import Mapping
from datetime import timedelta

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import Outcome
from chalicelib.core.message import Lane, Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import signatures, viber_api, viber_webhook
from chalicelib.platforms.contract import (
    Answer,
    Capabilities,
    Channel,
    Credential,
    Finding,
    HttpRequest,
    HttpResponse,
    Inbound,
    Limit,
    Outgoing,
    Parsed,
    Rate,
    Reconciliation,
    Report,
    SendResult,
    Step,
    Steps,
)
from chalicelib.platforms.payload import Payload, read_json

NAME = "viber"
CREDENTIALS = (
    Credential(
        name="auth_token",
        what="the token of your bot, with which Viber signs its calls, too",
        where="Viber of the bot's administrator: More > Settings > Bots > Edit Info > Your app key",
    ),
)
OPTIONS = {"sender_name": "the name your customers see above an answer, at most 28 characters"}
WANTED: tuple[str, ...] = ("sender_name",)
NEEDS: Mapping[str, str] = {}
ACCEPTED = Answer()
BY_HAND = (
    (
        "A new bot is made only under a contract with Viber or one of its partners; its token stands in "
        "Viber under More > Settings > Bots > Edit Info > Your app key."
    ),
    "Agree with your people that nobody answers from Viber's own inbox: Viber does not tell of it.",
)
CAPABILITIES = Capabilities(
    lanes={Lane.MESSAGE: Limit(7000)},
    # Viber names no number, only an error for too many.
    rates=(Rate(10, timedelta(seconds=1)),),
)

_NAME_LENGTH = 28
_COPY_AGAIN = "Copy the token from Viber again: More > Settings > Bots > Edit Info > Your app key."
_UNREACHED = "Hearback must run at an https:// address with a certificate of a known authority."
_BAD_URL = "1"
_AGAIN = "Run `hearback channel connect` for this channel."


def handshake(inbound: Inbound, channel: Channel) -> Answer | None:
    """Return None: the call with which Viber tries the URL is signed like every other."""
    return None


def verify(inbound: Inbound, channel: Channel) -> None:
    """Check X-Viber-Content-Signature over the raw body. Raises `BadSignature`.

    https://developers.viber.com/docs/api/rest-bot-api/#callbacks
    """
    given = inbound.headers.get("x-viber-content-signature")
    signatures.require_hmac_hex(given, inbound.body, channel.secrets.get("auth_token", ()))


def parse(inbound: Inbound, channel: Channel) -> Parsed:
    """Return the events of one callback."""
    return viber_webhook.read(read_json(inbound.body), channel)


def allowance(thread: Thread, address: Mapping[str, str], channel: Channel) -> Allowance:
    """Return no limit of time: a bot may write until the person unsubscribes, at a price (R25)."""
    return Allowance()


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return a text whose key comes back with the next message of the customer.

    https://developers.viber.com/docs/api/rest-bot-api/#send-message
    """
    body = {
        "receiver": outgoing.address["receiver"],
        "min_api_version": 1,
        "sender": {"name": str(channel.options.get("sender_name", channel.id))[:_NAME_LENGTH]},
        "tracking_data": f"{viber_webhook.MARK}{outgoing.key}",
        "type": "text",
        "text": outgoing.text,
    }
    return viber_api.call(channel, "send_message", body)


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return the token of a message that was taken, or what the error asks for; both come with 200."""
    if error := viber_api.refusal(response):
        return error
    try:
        token = read_json(response.body).identifier("message_token")
    except BadPayload:
        return SendResult(outcome=Outcome.AMBIGUOUS, reason="no_message_token")
    return SendResult(outcome=Outcome.SENT, message_id=token)


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Return that nothing can be asked: only the customer's next message may prove that it arrived."""
    return Reconciliation()


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return uncertain: Viber has no way to read back what a bot wrote."""
    return SendResult(outcome=Outcome.UNCERTAIN, reason="no_read_back")


def register(channel: Channel, url: str) -> Steps:
    """Set the webhook; Viber calls it at once and refuses an address that does not answer.

    https://developers.viber.com/docs/api/rest-bot-api/#setting-a-webhook
    """
    wanted = {"url": url, "event_types": list(viber_webhook.SUBSCRIBED), "send_name": True}
    request = viber_api.call(channel, "set_webhook", wanted)
    answer = yield Step(what="Setting the webhook", request=request)
    if viber_api.said(answer) is None:
        return Report(findings=(_refused("Viber does not take the address", answer),))
    return Report(findings=(yield from _account(channel, url)))


def check(channel: Channel, url: str) -> Steps:
    """Ask for the account, which tells where Viber delivers."""
    return Report(findings=(yield from _account(channel, url)))


def _account(channel: Channel, url: str) -> viber_api.Findings:
    """Ask how the account is set up: https://developers.viber.com/docs/api/rest-bot-api/ ."""
    request = viber_api.call(channel, "get_account_info", {})
    answer = yield Step(what="Asking for the account", request=request)
    account = viber_api.said(answer)
    if account is None:
        return (_refused("Viber does not show the account", answer),)
    known = Finding(what="the token is that of a bot")
    return (known, _delivering(account, url), _subscribed(account), _named(channel))


def _refused(what: str, answer: HttpResponse) -> Finding:
    error = viber_api.refusal(answer)
    reason = error.reason if error else "unreadable"
    remedy = _UNREACHED if reason == _BAD_URL else _COPY_AGAIN
    return Finding(what=f"{what} ({reason})", ok=False, remedy=remedy)


def _delivering(account: Payload, url: str) -> Finding:
    if account.data.get("webhook") == url:
        return Finding(what="Viber delivers to this address")
    return Finding(what="Viber does not deliver to this address", ok=False, remedy=_AGAIN)


def _subscribed(account: Payload) -> Finding:
    types = account.data.get("event_types")
    if isinstance(types, list) and "failed" not in types:
        return Finding(what="Viber does not tell of messages that fail", ok=False, remedy=_AGAIN)
    return Finding(what="Viber tells of messages that fail")


def _named(channel: Channel) -> Finding:
    name = str(channel.options.get("sender_name", ""))
    if 0 < len(name) <= _NAME_LENGTH:
        return Finding(what="your customers see who answers")
    remedy = f"Write `sender_name` under `options` in channels.yaml, at most {_NAME_LENGTH} characters."
    return Finding(what="your customers do not see who answers", ok=False, remedy=remedy)
