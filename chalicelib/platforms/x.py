"""X (Twitter): mentions, replies, quotes and direct messages of one account.

One public acknowledgement for each interaction, further messages only where the customer writes in private:
https://docs.x.com/developer-guidelines. The facts of each part stand with it.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import Outcome
from chalicelib.core.message import Lane, Thread
from chalicelib.core.policy import Allowance
from chalicelib.core.values import dataclass
from chalicelib.platforms import lengths, signatures, x_api, x_events, x_setup
from chalicelib.platforms import x_post as xp
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

NAME = "x"
CREDENTIALS = (
    Credential(
        name="consumer_key",
        what="API Key, under Keys and tokens of your app",
        where="developer.x.com > your app > Keys and tokens > API Key",
    ),
    Credential(
        name="consumer_secret",
        what="API Key Secret, which proves that a webhook comes from X",
        where="developer.x.com > your app > Keys and tokens > API Key Secret",
    ),
    Credential(
        name="access_token",
        what="Access Token of your account, made with read, write and DM",
        where="developer.x.com > your app > Keys and tokens > Access Token",
    ),
    Credential(
        name="access_token_secret",
        what="Access Token Secret, shown beside it",
        where="developer.x.com > your app > Keys and tokens > Access Token Secret",
    ),
    Credential(
        name="bearer_token",
        what="Bearer Token of your app; where it is missing, `channel connect` asks X for it",
        optional=True,
        learned=True,
    ),
    Credential(
        name="client_secret",
        what="OAuth 2.0 Client Secret, if your app has one; X then signs with it",
        where="developer.x.com > your app > Keys and tokens > OAuth 2.0 Client ID and Client Secret",
        optional=True,
    ),
)
OPTIONS = {
    "app_id": "the number of your app; the older Account Activity API tells with it what Hearback sent",
    "dm_limit": "the longest direct message X takes from you, in characters, if not 10000",
    "answer_encrypted": "true: answer an encrypted message with an ordinary direct message",
}
WANTED: tuple[str, ...] = ()
NEEDS = {"account": "the id of your account, a number, not the handle"}
ACCEPTED = Answer()
BY_HAND = (
    "In the settings of your X account, label it as automated and name who runs it.",
    "In the profile of your X account, say that acknowledgements are automatic.",
    "In the X app, switch on direct messages from everyone, if customers shall write to you in private.",
)
_DM_LIMIT = 10_000
_POST_LIMIT = Limit(280, TextUnit.WEIGHTED)
CAPABILITIES = Capabilities(
    lanes={Lane.MESSAGE: Limit(_DM_LIMIT), Lane.PUBLIC_REPLY: _POST_LIMIT},
    # https://docs.x.com/x-api/fundamentals/rate-limits
    rates=(
        Rate(15, timedelta(minutes=15), lane=Lane.MESSAGE),
        Rate(1440, timedelta(hours=24), lane=Lane.MESSAGE),
        Rate(100, timedelta(minutes=15), lane=Lane.PUBLIC_REPLY),
        Rate(10_000, timedelta(hours=24), lane=Lane.PUBLIC_REPLY),
    ),
    echo=True,
    discloses=True,
)

_CRC_TOKEN = re.compile(r"[A-Za-z0-9+/=_-]{1,256}")
_SHA256 = "sha256="
# A message may be asked for until its last lease ends, and `claimed_at` is when it is asked for.
_RECONCILED_WITHIN = timedelta(minutes=15)

register = x_setup.register
check = x_setup.check


def handshake(inbound: Inbound, channel: Channel) -> Answer | None:
    """Answer the challenge-response check of the URL; None where this is not one.

    https://docs.x.com/x-api/webhooks/quickstart#2-the-crc-check
    """
    token = inbound.query.get("crc_token")
    if inbound.method != "GET" or token is None:
        return None
    # Webhooks are signed in the same way: whoever got an answer to any token could have one forged.
    if not _CRC_TOKEN.fullmatch(token):
        return Answer(status=400)
    secret = channel.secret("client_secret") or channel.secret("consumer_secret")
    if not secret:
        return Answer(status=403)
    response_token = _SHA256 + signatures.hmac_base64(secret, token.encode())
    return Answer(body=json.dumps({"response_token": response_token}), content_type="application/json")


def verify(inbound: Inbound, channel: Channel) -> None:
    """Check the signature over the raw bytes with the consumer secret, or with the newer client secret.

    Raises `BadSignature`. https://docs.x.com/x-api/webhooks/introduction#signature-headers
    """
    newer = inbound.headers.get("x-twitter-webhooks-signature-oauth2")
    live = channel.secrets.get("client_secret", ())
    if newer and any(live):
        signatures.require_hmac_base64(newer, inbound.body, live, prefix=_SHA256)
        return
    given = inbound.headers.get("x-twitter-webhooks-signature")
    live = channel.secrets.get("consumer_secret", ())
    signatures.require_hmac_base64(given, inbound.body, live, prefix=_SHA256)


def parse(inbound: Inbound, channel: Channel) -> Parsed:
    """Return the events of a webhook, of the X Activity API or of the older Account Activity API."""
    return x_events.read(read_json(inbound.body), channel)


def allowance(thread: Thread, address: Mapping[str, str], channel: Channel) -> Allowance:
    """Return one automatic public reply, and no private one before the customer writes in private (R25).

    An encrypted message cannot be answered from here: that falls to a person in the X app.
    https://docs.x.com/developer-guidelines#automation-rules
    """
    if _is_out_of_reach(address, channel):
        return Allowance(automatic=timedelta(0), human=timedelta(0), later_public=False)
    return Allowance(later_public=False)


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return a reply to the customer's latest post, or a direct message. Raises `ValueError`, `KeyError`.

    https://docs.x.com/x-api/posts/create-post and
    https://docs.x.com/x-api/direct-messages/create-dm-message-by-participant-id
    """
    if outgoing.lane is Lane.PUBLIC_REPLY:
        reply = {"in_reply_to_tweet_id": outgoing.address["in_reply_to"]}
        url = x_api.address(channel, "2/tweets")
        return _signed("POST", url, outgoing, channel, {"text": _to_them(outgoing), "reply": reply})
    if _is_out_of_reach(outgoing.address, channel):
        raise ValueError("an encrypted message is answered in the X app")
    if len(outgoing.text) > int(channel.options.get("dm_limit", _DM_LIMIT)):
        raise ValueError("longer than dm_limit")
    url = x_api.address(channel, f"{_conversation(outgoing)}/messages")
    return _signed("POST", url, outgoing, channel, {"text": outgoing.text})


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return the id of the post or message, or what the error asks for."""
    if not 200 <= response.status < 300:
        return x_api.read_error(response, outgoing.claimed_at)
    name = "id" if outgoing.lane is Lane.PUBLIC_REPLY else "dm_event_id"
    try:
        message_id = read_json(response.body).object("data").identifier(name)
    except BadPayload:
        return SendResult(outcome=Outcome.AMBIGUOUS, reason="no_message_id")
    return SendResult(outcome=Outcome.SENT, message_id=message_id)


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Ask for our newest posts, or for the conversation: X has no idempotency key.

    https://docs.x.com/x-api/users/get-posts and
    https://docs.x.com/x-api/direct-messages/get-dm-events-for-a-dm-conversation
    """
    if outgoing.lane is Lane.PUBLIC_REPLY:
        fields = "author_id,created_at,display_text_range,entities,referenced_tweets"
        path = f"2/users/{quote(channel.account, safe='')}/tweets"
        query = {"max_results": "20", "tweet.fields": fields}
    else:
        path = f"{_conversation(outgoing)}/dm_events"
        query = {"event_types": "MessageCreate", "dm_event.fields": "created_at,sender_id,text,entities"}
    url = x_api.address(channel, path, **query)
    return Reconciliation(ask=_signed("GET", url, outgoing, channel))


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return sent when our words stand there, else uncertain: a missing ack is better than two.

    X takes the same words only once, the handle among them: where they answer another post, this one has
    been refused.
    """
    if response.status != 200:
        refusal = x_api.read_error(response, outgoing.claimed_at)
        later = refusal.outcome is Outcome.RETRY or response.status >= 500
        return SendResult(outcome=Outcome.AMBIGUOUS if later else Outcome.UNCERTAIN, reason=refusal.reason)
    is_public = outgoing.lane is Lane.PUBLIC_REPLY
    try:
        said = [_said(one, is_public=is_public) for one in read_json(response.body).objects("data")]
    except BadPayload:
        return SendResult(outcome=Outcome.UNCERTAIN, reason="unreadable")
    words = xp.without_handles(outgoing.text) if is_public else outgoing.text
    same = [one for one in said if one.text.split() == words.split()]
    mine = next((one for one in same if _is_this(one, outgoing)), None)
    if mine:
        return SendResult(outcome=Outcome.SENT, message_id=mine.id)
    handle = outgoing.address.get("handle", "").lower()
    if is_public and any(not handle or handle in one.handles for one in same):
        return SendResult(outcome=Outcome.REFUSED, reason="duplicate")
    return SendResult(outcome=Outcome.UNCERTAIN, reason="not_found")


@dataclass(frozen=True, slots=True)
class _Said:
    """What stands on X: a post, what it answers and the handles in front, or a message and its sender."""

    id: str
    text: str
    at: datetime
    answers: str = ""
    handles: tuple[str, ...] = ()
    sender: str = ""


def _said(one: Payload, *, is_public: bool) -> _Said:
    if is_public:
        post = xp.of_activity(one, x_api.NONE)
        in_front = xp.handles(one.text("text", ""))
        return _Said(post.id, xp.without_handles(post.text), post.at, answers=post.answers, handles=in_front)
    at = one.iso_moment("created_at")
    return _Said(one.identifier("id"), xp.message_text(one), at, sender=one.identifier("sender_id"))


def _is_this(one: _Said, outgoing: Outgoing) -> bool:
    lately = one.at >= outgoing.claimed_at - _RECONCILED_WITHIN
    if outgoing.lane is Lane.PUBLIC_REPLY:
        return lately and one.answers == outgoing.address.get("in_reply_to")
    return lately and one.sender != outgoing.address.get("participant_id")


def _to_them(outgoing: Outgoing) -> str:
    """Return the words with the customer's handle in front, where there is room for it.

    X refuses words that it has just taken, whomever they are for, and a handle that we write counts.
    https://docs.x.com/fundamentals/counting-characters
    """
    handle, text = outgoing.address.get("handle", ""), outgoing.text
    addressed = f"@{handle} {text}"
    needed = handle and handle.lower() not in xp.handles(text)
    return addressed if needed and lengths.fits(addressed, _POST_LIMIT) else text


def _signed(
    method: str, url: str, outgoing: Outgoing, channel: Channel, body: Mapping[str, object] | None = None
) -> HttpRequest:
    about = f"{outgoing.key} {outgoing.claimed_at.isoformat()}"
    at = int(outgoing.claimed_at.timestamp())
    return x_api.by_user(method, url, channel, at=at, about=about, body=body)


def _conversation(outgoing: Outgoing) -> str:
    return f"2/dm_conversations/with/{quote(outgoing.address['participant_id'], safe='')}"


def _is_out_of_reach(address: Mapping[str, str], channel: Channel) -> bool:
    return address.get("encrypted") == "yes" and channel.options.get("answer_encrypted") is not True
