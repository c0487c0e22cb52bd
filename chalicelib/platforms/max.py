"""MAX: the dialogs that people have with a bot of the business.

Facts: https://dev.max.ru/docs-api (Bot API, July 2026).
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import Outcome
from chalicelib.core.message import Lane, Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import max_events, signatures
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
    RateScope,
    Reconciliation,
    Report,
    SendResult,
    Step,
    Steps,
    TextUnit,
    random_word,
)
from chalicelib.platforms.payload import Payload, json_request, read_answer, read_json, wait_seconds

NAME = "max"
CREDENTIALS = (
    Credential(
        name="bot_token",
        what="the token of your bot, from the MAX platform for partners",
        where="MAX's platform for partners > your bot, once it has passed moderation",
    ),
    Credential(
        name="webhook_secret", what="a word of your own that MAX repeats in every call", make=random_word
    ),
)
OPTIONS = {
    "bot_id": "the number of your bot, which `channel check` shows; with it the bot knows its own words"
}
WANTED: tuple[str, ...] = ()
NEEDS: Mapping[str, str] = {}
# Any status but 200 is a failure to MAX: it repeats every 30 to 60 seconds, for 8 hours.
ACCEPTED = Answer()
BY_HAND = (
    "On MAX's platform for partners make a bot, wait until it has passed moderation, and copy its token.",
)
CAPABILITIES = Capabilities(
    lanes={Lane.MESSAGE: Limit(4000, TextUnit.UTF16)},
    rates=(
        Rate(messages=30, per=timedelta(seconds=1)),
        Rate(messages=2, per=timedelta(seconds=1), scope=RateScope.THREAD),
    ),
)

_API = "https://platform-api2.max.ru"
_HISTORY = 50
# A message may be asked for until its last lease ends, and `claimed_at` is when it is asked for.
_RECONCILED_WITHIN = timedelta(minutes=15)
_SECRET = re.compile(r"[A-Za-z0-9_-]{5,256}")
_CODE = re.compile(r"[a-z0-9_/.-]{1,40}")
_NAMED_AGAIN = "Copy the token of the bot from MAX's platform for partners again"
_ADDRESS_REMEDY = "MAX takes only an https:// address with a certificate of a known authority"


def handshake(inbound: Inbound, channel: Channel) -> Answer | None:
    """Return None: MAX does not check the URL."""
    return None


def verify(inbound: Inbound, channel: Channel) -> None:
    """Compare the secret given with the subscription. Raises `BadSignature`.

    It proves who calls, not what the body says, so it must stay as secret as a password.
    """
    given = inbound.headers.get("x-max-bot-api-secret")
    signatures.require_shared_secret(given, channel.secrets.get("webhook_secret", ()))


def parse(inbound: Inbound, channel: Channel) -> Parsed:
    """Return the events of one update; what is written in groups and channels is counted, not read."""
    return max_events.read(read_json(inbound.body), channel)


def allowance(thread: Thread, address: Mapping[str, str], channel: Channel) -> Allowance:
    """Return no limit of time: a bot may write until the person stops it (R25)."""
    return Allowance()


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return POST /messages; without `format` MAX shows the words as they are.

    https://dev.max.ru/docs-api/methods/POST/messages
    """
    query = {"user_id": outgoing.address["user_id"]}
    return _call("POST", "messages", channel, query, {"text": outgoing.text})


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return the message id, or what the error asks for."""
    if response.status >= 300:
        return _refusal(response)
    try:
        message_id = read_json(response.body).object("message").object("body").identifier("mid")
    except BadPayload:
        return SendResult(outcome=Outcome.AMBIGUOUS, reason="no_message_id")
    return SendResult(outcome=Outcome.SENT, message_id=message_id)


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Ask for the newest messages of the dialog: MAX has no key that keeps it from sending twice.

    https://dev.max.ru/docs-api/methods/GET/messages
    """
    chat = outgoing.address.get("chat_id")
    if not chat:
        return Reconciliation()
    return Reconciliation(ask=_call("GET", "messages", channel, {"chat_id": chat, "count": str(_HISTORY)}))


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return sent when our words stand there, else uncertain: a missing ack is better than two."""
    if response.status >= 300:
        refusal = _refusal(response)
        later = refusal.outcome is Outcome.RETRY
        return SendResult(outcome=Outcome.AMBIGUOUS if later else Outcome.UNCERTAIN, reason=refusal.reason)
    try:
        for message in read_json(response.body).objects("messages"):
            if _is_this(message, outgoing):
                mid = message.object("body").identifier("mid")
                return SendResult(outcome=Outcome.SENT, message_id=mid)
    except BadPayload:
        return SendResult(outcome=Outcome.UNCERTAIN, reason="unreadable")
    return SendResult(outcome=Outcome.UNCERTAIN, reason="not_found")


def register(channel: Channel, url: str) -> Steps:
    """Subscribe `url` with the newest secret; may be repeated.

    https://dev.max.ru/docs-api/methods/POST/subscriptions
    """
    secret = channel.secret("webhook_secret")
    if not _SECRET.fullmatch(secret):
        remedy = "Set `webhook_secret` to 5 to 256 letters, digits, `-` and `_`"
        return Report(findings=(Finding(what="the secret is one that MAX takes", ok=False, remedy=remedy),))
    answer = yield Step(what="who the bot is", request=_call("GET", "me", channel))
    if _told(answer, "user_id") is None:
        return Report(findings=(_bot(answer, channel),))
    wanted = {"url": url, "update_types": list(max_events.SUBSCRIBED), "secret": secret}
    taken = yield Step(what="the address", request=_call("POST", "subscriptions", channel, body=wanted))
    if _told(taken, "success") is not True:
        fault = _fault("MAX takes the address", taken, _ADDRESS_REMEDY)
        return Report(findings=(_bot(answer, channel), fault))
    listed = yield Step(what="where MAX delivers", request=_call("GET", "subscriptions", channel))
    return Report(findings=(_bot(answer, channel), _subscription(listed, url)))


def check(channel: Channel, url: str) -> Steps:
    """Ask who the bot is and where MAX delivers; changes nothing."""
    answer = yield Step(what="who the bot is", request=_call("GET", "me", channel))
    if _told(answer, "user_id") is None:
        return Report(findings=(_bot(answer, channel),))
    listed = yield Step(what="where MAX delivers", request=_call("GET", "subscriptions", channel))
    return Report(findings=(_bot(answer, channel), _subscription(listed, url)))


def _bot(answer: HttpResponse, channel: Channel) -> Finding:
    number = _told(answer, "user_id")
    if isinstance(number, bool) or not isinstance(number, int):
        return _fault("MAX knows the bot", answer, _NAMED_AGAIN)
    what = f"MAX knows the bot, which has the number {number}"
    if str(channel.options.get("bot_id", number)) == str(number):
        return Finding(what=what)
    return Finding(
        what=what, ok=False, remedy=f"Set `bot_id` to {number}, or copy the token of the right bot"
    )


def _subscription(answer: HttpResponse, url: str) -> Finding:
    what = "MAX delivers to this address everything Hearback listens to"
    listed = _told(answer, "subscriptions")
    if not isinstance(listed, list):
        return _fault(what, answer, _NAMED_AGAIN)
    ours = next((one for one in listed if isinstance(one, dict) and one.get("url") == url), None)
    if ours is None:
        return Finding(what=what, ok=False, remedy="MAX does not know this address: connect again")
    # Null stands for everything.
    types = ours.get("update_types")
    missing = [kind for kind in max_events.SUBSCRIBED if isinstance(types, list) and kind not in types]
    remedy = f"Switched off: {', '.join(missing)}. Connect again" if missing else ""
    return Finding(what=what, ok=not missing, remedy=remedy)


def _fault(what: str, answer: HttpResponse, remedy: str) -> Finding:
    reason = _refusal(answer).reason if answer.status >= 300 else "nothing it explains"
    return Finding(what=what, ok=False, remedy=f"MAX answered {reason}. {remedy}")


def _told(answer: HttpResponse, name: str) -> Any:
    """Return a field of an answer, None where MAX refused or cannot be understood."""
    told = read_answer(answer)
    return told.data.get(name) if told else None


def _is_this(message: Payload, outgoing: Outgoing) -> bool:
    """Return whether these are our words, put out lately and not by the customer."""
    if message.optional("body").text("text", "").split() != outgoing.text.split():
        return False
    if message.optional("sender").identifier("user_id", "") == outgoing.address["user_id"]:
        return False
    at = message.moment("timestamp", "milliseconds")
    return at >= outgoing.claimed_at - _RECONCILED_WITHIN


def _call(
    method: str, path: str, channel: Channel, query: Mapping[str, str] | None = None, body: Any = None
) -> HttpRequest:
    url = f"{(channel.api_base or _API).rstrip('/')}/{path}"
    if query:
        url = f"{url}?{urlencode(query)}"
    return json_request(method, url, channel.secret("bot_token"), body)


def _refusal(response: HttpResponse) -> SendResult:
    """Return what an error asks for; 403 is a person who stopped the bot, unless it is about the token."""
    after = wait_seconds(response.headers.get("retry-after"))
    code = _code(response)
    if response.status == 429 or response.status >= 500:
        return SendResult(outcome=Outcome.RETRY, reason=f"http_{response.status}", retry_after=after)
    if response.status == 401 or code == "verify.token":
        return SendResult(outcome=Outcome.CHANNEL_PAUSED, reason=code)
    return SendResult(outcome=Outcome.REFUSED, reason=code)


def _code(response: HttpResponse) -> str:
    try:
        code = read_json(response.body).text("code", "")
    except BadPayload:
        code = ""
    return code if _CODE.fullmatch(code) else f"http_{response.status}"
