"""A Facebook page: its private messages in Messenger, and its comments, mentions and recommendations.

Facts: https://developers.facebook.com/docs/messenger-platform/reference/send-api and
https://developers.facebook.com/docs/graph-api/reference/object/comments
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from urllib.parse import quote

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import Outcome, ThreadEvent
from chalicelib.core.message import Lane, Surface, Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import facebook_feed as feed
from chalicelib.platforms import facebook_message as messenger
from chalicelib.platforms import facebook_setup as setup
from chalicelib.platforms import meta_graph, meta_webhook
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
from chalicelib.platforms.payload import Payload, read_json

NAME = "facebook"
CREDENTIALS = (
    Credential(
        name="app_secret",
        what="App Secret, under App settings > Basic of your Meta app",
        where="developers.facebook.com > My Apps > your app > App settings > Basic > App Secret",
    ),
    Credential(
        name="page_token",
        what="Page access token with the permissions of the guide",
        where="Graph API Explorer > me/accounts, asked with a long-lived user token; step 3 of the guide",
    ),
    Credential(
        name="verify_token",
        what="a word of your own that Meta repeats when it checks the address",
        make=random_word,
    ),
)
OPTIONS = {
    "app_id": "the id of your Meta app; `channel connect` and `channel check` speak for the app with it",
    "automations": "ids of other apps that write by themselves for your page, and are no people",
    "without": "fields not to hear of, such as ratings, where Meta refuses one",
}
WANTED: tuple[str, ...] = ("app_id",)
NEEDS = {"account": "the id of your page"}
ACCEPTED = Answer()
BY_HAND = setup.BY_HAND
CAPABILITIES = Capabilities(
    lanes={
        Lane.MESSAGE: Limit(1999),
        Lane.PUBLIC_REPLY: Limit(8000),
        Lane.PRIVATE_REPLY: Limit(1999),
    },
    # Meta takes 300 a second, and brakes earlier.
    rates=(Rate(40, timedelta(seconds=1)), Rate(750, timedelta(hours=1), lane=Lane.PRIVATE_REPLY)),
    echo=True,
    looks=True,
    discloses=True,
)

_COMMENTS_SEEN = 50
# These may have put a comment out all the same, or say that it stands there: look before the next attempt.
_COMMENT_ERRORS: meta_graph.Errors = {
    **meta_graph.ERRORS,
    **meta_graph.asking(Outcome.AMBIGUOUS, 1, 2, 506),
}
_GONE = "100/33"

handshake = meta_webhook.handshake
verify = meta_webhook.verify
register = setup.register
check = setup.check


def parse(inbound: Inbound, channel: Channel) -> Parsed:
    """Return the events of every entry: from `messaging`, `standby` and `changes` alike.

    An item that cannot be read does not take the others of its batch with it; it counts as unknown.
    """
    body = read_json(inbound.body)
    if body.text("object") != "page":
        return Parsed(unknown=(f"object.{body.text('object')}",))
    entries = meta_webhook.entries(body)
    return meta_webhook.parsed(item for entry in entries for item in _items(entry, channel))


def allowance(thread: Thread, address: Mapping[str, str], channel: Channel) -> Allowance:
    """Return 24 hours for automatic messages, seven days for a person, and for a private reply (R25).

    https://developers.facebook.com/docs/messenger-platform/policy/policy-overview and
    https://developers.facebook.com/docs/messenger-platform/discovery/private-replies
    """
    week = timedelta(days=7)
    commented = thread.surface is Surface.COMMENT
    return Allowance(automatic=meta_graph.AUTOMATIC, human=week, private_reply=week if commented else None)


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return a comment, or a Send API request whose `metadata` comes back with the echo."""
    if outgoing.lane is Lane.PUBLIC_REPLY:
        # Asking for fields of the new comment makes Meta answer with an error although it is written.
        words = {"message": outgoing.text}
        return meta_graph.request("POST", _comments_of(outgoing), channel, query={}, body=words)
    private = outgoing.lane is Lane.PRIVATE_REPLY
    body = {
        "recipient": _commented(outgoing.address) if private else {"id": outgoing.address["psid"]},
        "messaging_type": "RESPONSE",
        **meta_graph.human_agent(outgoing),
        "message": {"text": outgoing.text, "metadata": meta_graph.METADATA + outgoing.key},
    }
    return meta_graph.request("POST", f"{channel.account}/messages", channel, query={}, body=body)


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return the id of what was sent, or what the error asks for; a private reply opens a conversation."""
    public = outgoing.lane is Lane.PUBLIC_REPLY
    if response.status != 200:
        return _comment_error(response) if public else meta_graph.read_error(response)
    try:
        body = read_json(response.body)
        sent = body.identifier("id" if public else "message_id")
    except BadPayload:
        return SendResult(outcome=Outcome.AMBIGUOUS, reason="no_message_id")
    if outgoing.lane is not Lane.PRIVATE_REPLY:
        return SendResult(outcome=Outcome.SENT, message_id=sent)
    psid = body.data.get("recipient_id")
    opened = psid if isinstance(psid, str) else ""
    return SendResult(
        outcome=Outcome.SENT, message_id=sent, opened=opened, address={"psid": opened} if opened else {}
    )


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Ask for the newest comments or messages: Graph has no idempotency key.

    After a private reply nothing can be asked, as only its answer names the conversation; Meta itself
    takes no second one. https://developers.facebook.com/docs/graph-api/reference/page/conversations
    """
    if outgoing.lane is Lane.PRIVATE_REPLY:
        return Reconciliation()
    if outgoing.lane is Lane.PUBLIC_REPLY:
        return Reconciliation(ask=_newest_comments(outgoing, channel))
    query = {
        "platform": "messenger",
        "user_id": outgoing.address["psid"],
        "fields": f"messages.limit(20){{{_FIELDS}}}",
    }
    return Reconciliation(
        ask=meta_graph.request("GET", f"{channel.account}/conversations", channel, query=query)
    )


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return whether our words stand in the conversation, or in the thread of the comments."""
    return meta_graph.read_back(response, outgoing, _is_this)


def look(outgoing: Outgoing, channel: Channel) -> HttpRequest | None:
    """Return the request for the newest comments below what is to be answered (R6b).

    https://developers.facebook.com/docs/graph-api/reference/object/comments
    """
    public = outgoing.lane in (Lane.PUBLIC_REPLY, Lane.PRIVATE_REPLY)
    return _newest_comments(outgoing, channel) if public and "reply_to" in outgoing.address else None


def read_look(response: HttpResponse, outgoing: Outgoing, channel: Channel) -> tuple[ThreadEvent, ...]:
    """Return what the page has written since our last reply, or that what it answers is gone."""
    if response.status != 200:
        reason = meta_graph.read_error(response).reason
        if reason != _GONE:
            raise BadPayload(f"the comments cannot be seen ({reason})")
        gone = [outgoing.address[name] for name in ("reply_to", "comment_id") if name in outgoing.address]
        ids = tuple(dict.fromkeys(gone)) or (outgoing.thread.key,)
        return (feed.deletion(outgoing.thread, channel.account, ids, outgoing.claimed_at),)
    body = read_json(response.body)
    if "data" not in body:
        raise BadPayload("the answer holds no comments")
    return tuple(reversed([*_by_page(body, outgoing, channel)]))


_FIELDS = "id,message,from,created_time"


def _in_thread(comment: Payload, thread: Thread) -> bool:
    """Return whether a comment stands directly below what a thread is about, as its webhook would say.

    Below a post stand other people's comments with threads of their own; a review has only one.
    """
    parent = comment.optional("parent").identifier("id", "")
    return thread.surface is Surface.REVIEW or parent in ("", thread.key)


def _by_page(body: Payload, outgoing: Outgoing, channel: Channel) -> Iterator[ThreadEvent]:
    for comment in body.objects("data"):
        written = comment.identifier("id")
        if written == outgoing.ours:
            # Whatever is older was seen before that was sent.
            return
        by_page = comment.optional("from").identifier("id", "") == channel.account
        if by_page and _in_thread(comment, outgoing.thread):
            at = feed.moment(comment, "created_time")
            yield feed.echo(outgoing.thread, channel.account, written, at, comment.text("message", ""))


def _items(entry: Payload | str, channel: Channel) -> Iterator[meta_webhook.Reading | str]:
    """Yield what an entry holds, each under its name with what reads it."""
    if isinstance(entry, str):
        yield entry
        return
    try:
        page = entry.identifier("id")
    except BadPayload:
        yield "entry.unreadable"
        return
    for lane in ("messaging", "standby"):
        for item in meta_webhook.objects(entry, lane):
            yield item if isinstance(item, str) else _message(item, page, channel, lane)
    for change in (*meta_webhook.objects(entry, "changes"), *([entry] if "field" in entry else [])):
        yield change if isinstance(change, str) else _change(change, entry, page, channel)
    if not {"messaging", "standby", "changes", "field"} & entry.data.keys():
        yield "entry.empty"


def _message(item: Payload, page: str, channel: Channel, lane: str) -> meta_webhook.Reading:
    read = partial(messenger.read, item, page, channel, standby=lane == "standby")
    return f"{lane}.{messenger.name(item)}", read


def _change(change: Payload, entry: Payload, page: str, channel: Channel) -> meta_webhook.Reading:
    return feed.name(change), partial(feed.read, change, entry, page, channel)


def _comments_of(outgoing: Outgoing) -> str:
    return f"{quote(outgoing.address['reply_to'], safe='')}/comments"


def _newest_comments(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    query = {
        "fields": f"{_FIELDS},parent{{id}}",
        "filter": "stream",
        "order": "reverse_chronological",
        "limit": str(_COMMENTS_SEEN),
    }
    return meta_graph.request("GET", _comments_of(outgoing), channel, query=query)


def _commented(address: Mapping[str, str]) -> dict[str, str]:
    # The newest comment may be gone while what the thread is about still stands there.
    return {"post_id" if "post_id" in address else "comment_id": address["reply_to"]}


def _comment_error(response: HttpResponse) -> SendResult:
    result = meta_graph.read_error(response, _COMMENT_ERRORS)
    if response.status < 500:
        return result
    return SendResult(outcome=Outcome.AMBIGUOUS, reason=result.reason)


def _is_this(written: Payload, outgoing: Outgoing) -> bool:
    """Return whether these are our words, put out lately in the thread and not by the customer."""
    by_customer = written.optional("from").identifier("id", "") == outgoing.address.get("psid")
    if by_customer or not meta_graph.says(written, outgoing) or not _in_thread(written, outgoing.thread):
        return False
    return meta_graph.lately(feed.moment(written, "created_time"), outgoing)
