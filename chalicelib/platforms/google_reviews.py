"""Google reviews: what customers write about a place, and the one reply that stands below it.

Google publishes that a review is new or changed to a Pub/Sub topic, which pushes it here; what it says is
asked for. Facts: https://developers.google.com/my-business/content/notification-setup and
https://cloud.google.com/pubsub/docs/push
"""

import base64
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import Outcome, ThreadEvent
from chalicelib.core.message import Lane, Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import google_reviews_api as api
from chalicelib.platforms import google_reviews_review as reviews
from chalicelib.platforms import google_reviews_setup as setup
from chalicelib.platforms import google_reviews_token as token
from chalicelib.platforms.contract import (
    FOR_EVER,
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
    TextUnit,
    Unresolved,
)
from chalicelib.platforms.payload import Payload, read_json

NAME = "google_reviews"
CREDENTIALS = (
    Credential(
        name="client_secret",
        what="the secret of your OAuth client, from Google Cloud > Credentials",
        where="console.cloud.google.com > APIs & Services > Credentials > your OAuth client",
    ),
    Credential(
        name="refresh_token",
        what="the refresh token of an owner or manager, scope business.manage",
        where="developers.google.com/oauthplayground with your own credentials; step 4 of the guide",
    ),
)
OPTIONS = {
    "client_id": "the id of your OAuth client, ending in .apps.googleusercontent.com",
    "topic": "the Pub/Sub topic that Google publishes to, projects/PROJECT/topics/TOPIC",
    "service_account": "the e-mail address of the service account with which your push subscription signs",
    "audience": "the audience of your push subscription, letter for letter",
}
WANTED: tuple[str, ...] = ("client_id", "topic", "service_account", "audience")
NEEDS = {"account": "accounts/NUMBER of your Business Profile, or accounts/NUMBER/locations/NUMBER"}
ACCEPTED = Answer()
BY_HAND = (
    "Ask Google for access to the Business Profile APIs with the form in the guide; it takes days or weeks.",
    "Make a Pub/Sub topic and let mybusiness-api-pubsub@system.gserviceaccount.com publish to it.",
    "Make a push subscription of the topic to {url}: authentication on, payload unwrapping off, no filter.",
    "Give the subscription the service account and the audience that stand in channels.yaml.",
)
# The length is from Google's API description, ReviewReply.comment.
_LIMIT = Limit(4096, TextUnit.BYTES)
CAPABILITIES = Capabilities(
    lanes={Lane.PUBLIC_REPLY: _LIMIT, Lane.EDIT: _LIMIT},
    # https://developers.google.com/my-business/content/limits
    rates=(Rate(10, timedelta(minutes=1)), Rate(300, timedelta(minutes=1))),
    idempotent_for=FOR_EVER,
    looks=True,
)
PROOF_NEED = "certs"

_REVIEW = re.compile(
    r"(?:(accounts/[A-Za-z0-9_=-]+)/)?(locations/[A-Za-z0-9_=-]+)/(reviews/[A-Za-z0-9_=+~-]+)"
)
_NEED = "review:"
# Long enough for one event, short enough that the words are not kept for their own sake.
_REVIEW_HOLDS = timedelta(minutes=1)

renew = api.renew
read_renewal = api.read_renewal


def handshake(inbound: Inbound, channel: Channel) -> Answer | None:
    """Return None: Pub/Sub does not check the URL."""
    return None


def verify(inbound: Inbound, channel: Channel) -> None:
    """Check the token of the push subscription against Google's keys. Raises `BadSignature`."""
    keys = channel.facts.get(PROOF_NEED)
    token.require_push_token(
        inbound.headers.get("authorization"),
        keys if isinstance(keys, Mapping) else {},
        audience=str(channel.options.get("audience", "")),
        service_account=str(channel.options.get("service_account", "")),
        now=inbound.received_at,
    )


def parse(inbound: Inbound, channel: Channel) -> Parsed:
    """Return that a review has to be asked for. Raises `BadPayload` for what is no push.

    What a push holds and nobody can read is answered all the same: Pub/Sub would repeat it for days and
    slow down everything behind it.
    """
    message = read_json(inbound.body).object("message")
    notice = _notice(message)
    found = _REVIEW.fullmatch(_either(notice, "review_name", "reviewName"))
    owner = (found and found[1]) or channel.account.partition("/locations/")[0]
    if not found or not owner:
        return Parsed(unknown=(_kind(notice),))
    name = f"{owner}/{found[2]}/{found[3]}"
    delivery = message.identifier("messageId" if "messageId" in message else "message_id")
    asked = Unresolved(
        id=f"notification:{delivery}",
        at=_published_at(message, inbound.received_at),
        thread=reviews.thread_of(name, channel.id),
        # A later change of the same review is another question.
        need=f"{_NEED}{name}#{delivery}",
        raw={},
        account=_account_of(f"{owner}/{found[2]}", channel),
    )
    return Parsed(events=(asked,))


def allowance(thread: Thread, address: Mapping[str, str], channel: Channel) -> Allowance:
    """Return that there is one public reply, whose words may change, and no private way (R25)."""
    return Allowance(later_public=False, edits=True)


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return the request that puts the reply in its place, or our next words in the place of our last.

    Raises `ValueError` where a person's reply stands there, which automatic words would wipe out, and where a
    person has taken ours away.
    https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews/updateReply
    """
    standing = outgoing.address.get("reply", "")
    ours = (outgoing.ours, outgoing.address.get("our_reply", ""))
    if standing and standing not in ours and not outgoing.human:
        raise ValueError("the reply that stands there is not ours")
    path = f"/v4/{outgoing.address['review']}/reply"
    return api.request("PUT", api.REVIEWS, path, channel, body={"comment": outgoing.text})


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return the reply's id, that Google has rejected it, or what the error asks for."""
    if response.status != 200:
        return api.read_error(response)
    try:
        reply = read_json(response.body)
        if violation := reviews.rejection(reply):
            return SendResult(outcome=Outcome.REFUSED, reason=violation)
        identifier = reviews.reply_id(reply)
    except BadPayload:
        identifier = ""
    if not identifier:
        return SendResult(outcome=Outcome.AMBIGUOUS, reason="no_reply")
    address = {"reply": identifier, "our_reply": identifier}
    return SendResult(outcome=Outcome.SENT, message_id=identifier, address=address)


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Return that the same words may be put in the same place again, once a look has shown it free."""
    return Reconciliation(resend=True)


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return uncertain: nothing is asked, the reply is put again."""
    return SendResult(outcome=Outcome.UNCERTAIN, reason="put_again")


def look(outgoing: Outgoing, channel: Channel) -> HttpRequest | None:
    """Return the request for the review as it is now, with the reply below it (R6b)."""
    name = outgoing.address.get("review")
    return api.request("GET", api.REVIEWS, f"/v4/{name}", channel) if name else None


def read_look(response: HttpResponse, outgoing: Outgoing, channel: Channel) -> tuple[ThreadEvent, ...]:
    """Return the reply that stands below the review, or what is gone of both. Raises `BadPayload`."""
    thread = reviews.thread_of(outgoing.address["review"], channel.id)
    ours = outgoing.ours if outgoing.lane is Lane.EDIT else ""
    return reviews.seen_before_a_send(thread, reviews.read(response), outgoing.claimed_at, ours)


def lookup(need: str, channel: Channel) -> HttpRequest:
    """Return the request for Google's keys, or for a review."""
    if need == PROOF_NEED:
        return api.certs(channel)
    return api.request("GET", api.REVIEWS, f"/v4/{need.removeprefix(_NEED).partition('#')[0]}", channel)


def read_lookup(need: str, response: HttpResponse) -> tuple[Mapping[str, Any], timedelta]:
    """Return Google's keys, or a review. Raises `BadPayload`."""
    if need == PROOF_NEED:
        keys, hold = token.read_certs(response)
        return {PROOF_NEED: keys}, hold
    return reviews.read(response), _REVIEW_HOLDS


def resolve(unresolved: Unresolved, facts: Mapping[str, Any], channel: Channel) -> tuple[ThreadEvent, ...]:
    """Return what the review says, and what the business has replied."""
    return reviews.events(unresolved.thread, facts, unresolved.at)


def register(channel: Channel, url: str) -> Steps:
    """Let Google publish the account's reviews to the topic, unless another tool's topic stands there."""
    return setup.conversation(channel, url, connect=True)


def check(channel: Channel, url: str) -> Steps:
    """Ask whether account, locations and topic are right; whether Pub/Sub pushes only a push can tell."""
    return setup.conversation(channel, url, connect=False)


def _notice(message: Payload) -> Payload:
    """Return what a push tells: the JSON in its data, besides its attributes; nothing if unreadable."""
    try:
        data = read_json(base64.b64decode(message.text("data", ""), validate=True)).data
    except (BadPayload, ValueError):
        data = {}
    attributes = message.data.get("attributes")
    return Payload({**(attributes if isinstance(attributes, dict) else {}), **data}, "message.data")


def _either(notice: Payload, *names: str) -> str:
    """Return a field that Google's documents and other people's code spell in two ways."""
    return next((notice.text(name) for name in names if isinstance(notice.data.get(name), str)), "")


def _kind(notice: Payload) -> str:
    return _either(notice, "type", "notificationType", "notification_type") or "notification"


def _published_at(message: Payload, received_at: datetime) -> datetime:
    try:
        return message.iso_moment("publishTime" if "publishTime" in message else "publish_time")
    except BadPayload:
        return received_at


def _account_of(location: str, channel: Channel) -> str:
    """Return the account as the channel names it: all its locations, or this one alone."""
    within = f"{location}/".startswith(f"{channel.account}/") and channel.account
    return channel.account if within else location
