"""Instagram: direct messages, comments, live comments and mentions of a professional account.

Two ways lead to it: through the Facebook page that the account is linked to, or through Instagram's own
login. They differ in host, app secret and token. Facts:
https://developers.facebook.com/docs/instagram-platform/overview
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import MessageDeleted, Outcome, ThreadEvent
from chalicelib.core.message import Customer, Lane, Surface, Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import (
    instagram_comment,
    instagram_events,
    instagram_setup,
    meta_graph,
    meta_webhook,
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
    TextUnit,
    Unresolved,
    random_word,
)
from chalicelib.platforms.instagram_item import moment
from chalicelib.platforms.payload import Payload, read_json

NAME = "instagram"
CREDENTIALS = (
    Credential(
        name="app_secret",
        what="App Secret of your Meta app; with `login: instagram` the Instagram app secret",
        where="developers.facebook.com > My Apps > your app > App settings > Basic > App Secret",
    ),
    Credential(
        name="access_token",
        what="token of the linked page; with `login: instagram` the account's own",
        where="Graph API Explorer, or with `login: instagram` Generate access tokens; step 4 of the guide",
    ),
    Credential(
        name="verify_token",
        what="a word of your own that you repeat in the webhook settings",
        make=random_word,
    ),
    Credential(
        name="meta_app_secret",
        what="App Secret of the Meta app around an Instagram app; with it the webhook can be registered",
        where="developers.facebook.com > My Apps > the Meta app > App settings > Basic > App Secret",
        optional=True,
    ),
)
OPTIONS = {
    "login": "`page` (the account is linked to a Facebook page) or `instagram` (Instagram's own login)",
    "username": "the account's name without @; by it our own comments are known",
    "app_id": "the id of the app whose secret is `app_secret`; by it threads that were handed over are known",
    "meta_app_id": "with `login: instagram` the id of the Meta app around the Instagram app",
    "automations": "ids of other apps that write by themselves, whose words are no person's",
    "mark": "`true` marks our messages; leave it out unless you have seen the marks come back",
}
WANTED: tuple[str, ...] = ("login", "username", "app_id")
NEEDS = {"account": "the id of your Instagram account, 17 digits that begin with 1784"}
ACCEPTED = Answer()
BY_HAND = instagram_setup.BY_HAND
CAPABILITIES = Capabilities(
    lanes={
        Lane.MESSAGE: Limit(1000, TextUnit.BYTES),
        Lane.PUBLIC_REPLY: Limit(1000, TextUnit.BYTES),
        Lane.PRIVATE_REPLY: Limit(1000, TextUnit.BYTES),
    },
    # With Instagram's own login it is 100 a second, through a page 300; private replies 750 an hour.
    rates=(Rate(100, timedelta(seconds=1)), Rate(750, timedelta(hours=1), lane=Lane.PRIVATE_REPLY)),
    echo=True,
    looks=True,
    body_limit=3_000_000,
    discloses=True,
)

_HUMAN = timedelta(days=7)
_PRIVATE_REPLY = timedelta(days=7)
_LONGEST_BROADCAST = timedelta(hours=4)
_MENTION_HOLDS = timedelta(hours=1)
# "Temporary": a comment has been seen to stand there after an error, so nothing is sure.
_COMMENT_ERRORS = {**meta_graph.ERRORS, **meta_graph.asking(Outcome.AMBIGUOUS, 1, 2)}
_GONE = frozenset({"100/33", "10900", "9000001"})

handshake = meta_webhook.handshake
verify = meta_webhook.verify
register = instagram_setup.register
check = instagram_setup.check


def parse(inbound: Inbound, channel: Channel) -> Parsed:
    """Return the events of every entry: messages, standby, changes, and changes without a wrapping."""
    body = read_json(inbound.body)
    if body.text("object") != "instagram":
        return Parsed(unknown=(f"object.{body.text('object')}",))
    return instagram_events.read(body, channel, inbound.received_at)


def allowance(thread: Thread, address: Mapping[str, str], channel: Channel) -> Allowance:
    """Return 24 hours for automatic words, seven days for a person's and for the one private reply (R25).

    A comment on a live video may be answered only while the video is live; a mention only in public.
    https://developers.facebook.com/docs/instagram-platform/private-replies
    """
    private = _LONGEST_BROADCAST if instagram_comment.LIVE in address else _PRIVATE_REPLY
    commented = thread.surface is Surface.COMMENT
    return Allowance(
        automatic=meta_graph.AUTOMATIC,
        human=_HUMAN,
        private_reply=private if commented else None,
        public=instagram_comment.LIVE not in address,
    )


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return a message, a private reply to a comment, or a comment below a comment or a mention.

    Raises `ValueError` where the login is none, or words cannot be said in public.
    """
    if not instagram_setup.known_login(channel):
        raise ValueError("`login` is neither `page` nor `instagram`")
    if outgoing.lane is Lane.PUBLIC_REPLY:
        return _comment(outgoing, channel)
    if outgoing.lane is Lane.PRIVATE_REPLY:
        return _message(outgoing, channel, {"comment_id": outgoing.address["comment_id"]})
    return _message(outgoing, channel, {"id": outgoing.address["igsid"]})


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return the id of what was sent, or what the error asks for."""
    public = outgoing.lane is Lane.PUBLIC_REPLY
    if response.status != 200:
        refusal = meta_graph.read_error(response, _COMMENT_ERRORS if public else meta_graph.ERRORS)
        if public and response.status >= 500:
            return replace(refusal, outcome=Outcome.AMBIGUOUS, retry_after=None)
        return refusal
    try:
        body = read_json(response.body)
        message_id = body.identifier("id" if public else "message_id")
        return _sent(message_id, outgoing, body.identifier("recipient_id", ""))
    except BadPayload:
        return SendResult(outcome=Outcome.AMBIGUOUS, reason="no_message_id")


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Ask for the newest words where ours would stand: Instagram has no idempotency key.

    Below other people's posts nothing can be read.
    """
    if outgoing.lane is Lane.PUBLIC_REPLY:
        return Reconciliation(ask=_replies(outgoing, channel))
    customer = outgoing.address.get("igsid") or outgoing.address.get("author")
    if not customer:
        return Reconciliation()
    query = {
        "platform": "instagram",
        "user_id": customer,
        "fields": "messages.limit(20){id,message,from,created_time}",
    }
    return Reconciliation(ask=instagram_setup.ask("GET", "me/conversations", channel, query))


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return whether our words stand in the conversation, or below the comment."""
    result = meta_graph.read_back(response, outgoing, _is_this)
    return _sent(result.message_id, outgoing) if result.outcome is Outcome.SENT else result


def look(outgoing: Outgoing, channel: Channel) -> HttpRequest | None:
    """Return the request for what stands below a comment of our own post (R6b)."""
    return None if outgoing.lane is Lane.MESSAGE else _replies(outgoing, channel)


def read_look(response: HttpResponse, outgoing: Outgoing, channel: Channel) -> tuple[ThreadEvent, ...]:
    """Return what the account itself has answered, or that the comment is gone. Raises `BadPayload`."""
    if response.status != 200:
        if meta_graph.read_error(response).reason not in _GONE:
            raise BadPayload("the replies are not told")
        return (_gone(outgoing, channel),)
    body = read_json(response.body)
    if "data" not in body:
        raise BadPayload("the answer holds no replies")
    return tuple(
        instagram_comment.answered(reply, outgoing.thread, channel.account, moment(reply, "timestamp"))
        for reply in body.objects("data")
        if instagram_comment.is_ours(reply, channel.account, channel)
    )


def lookup(need: str, channel: Channel) -> HttpRequest:
    """Return the question for the words of a mention, of which a webhook tells only the ids.

    https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/mentioned_comment
    and https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/mentioned_media
    """
    kind, _, subject = need.partition(":")
    if kind == instagram_comment.MENTIONED_COMMENT:
        fields = f"{kind}.comment_id({subject}){{id,text,timestamp,username}}"
    else:
        fields = f"{kind}.media_id({subject}){{id,caption,timestamp,username}}"
    return instagram_setup.ask("GET", _path(channel.account), channel, {"fields": fields})


def read_lookup(need: str, response: HttpResponse) -> tuple[Mapping[str, Any], timedelta]:
    """Return words, time and name of who mentioned us. Raises `BadPayload` where the answer tells nothing."""
    if response.status != 200:
        if meta_graph.read_error(response).reason in _GONE:
            return {"gone": True}, _MENTION_HOLDS
        raise BadPayload("the mention is not told")
    told = read_json(response.body).object(need.partition(":")[0])
    text = told.text("text", "") or told.text("caption", "")
    known = {name: told.text(name, "") for name in ("timestamp", "username")}
    return {"text": text, **{name: value for name, value in known.items() if value}}, _MENTION_HOLDS


def resolve(unresolved: Unresolved, facts: Mapping[str, Any], channel: Channel) -> tuple[ThreadEvent, ...]:
    """Return what was said, now that it is known."""
    return tuple(instagram_comment.mentioned(unresolved, facts, channel))


def _message(outgoing: Outgoing, channel: Channel, recipient: Mapping[str, str]) -> HttpRequest:
    """Return a Send API request; only late words of a person carry HUMAN_AGENT (R25).

    https://developers.facebook.com/docs/messenger-platform/instagram/features/send-message and
    https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api
    """
    marked = channel.options.get("mark") is True
    mark = {"metadata": meta_graph.METADATA + outgoing.key} if marked else {}
    body = {
        "recipient": recipient,
        **meta_graph.human_agent(outgoing),
        "message": {"text": outgoing.text, **mark},
    }
    return instagram_setup.ask("POST", "me/messages", channel, {}, body)


def _comment(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return a comment below the top-level comment, or below the post that mentions us.

    `fields` would make Meta answer with an error and comment all the same. Raises `ValueError` for live
    videos. https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-comment/replies
    and https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/mentions
    """
    if instagram_comment.LIVE in outgoing.address:
        raise ValueError("a comment on a live video can only be answered in private")
    words = {"message": outgoing.text}
    if outgoing.thread.surface is not Surface.MENTION:
        path = f"{_path(outgoing.address['comment_id'])}/replies"
        return instagram_setup.ask("POST", path, channel, {}, words)
    where = {name: outgoing.address[name] for name in ("media_id", "comment_id") if name in outgoing.address}
    return instagram_setup.ask("POST", f"{_path(channel.account)}/mentions", channel, {}, {**where, **words})


def _replies(outgoing: Outgoing, channel: Channel) -> HttpRequest | None:
    """Return the question for the replies to a comment, None where it cannot be asked.

    https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-comment/replies
    """
    elsewhere = outgoing.thread.surface is Surface.MENTION or instagram_comment.LIVE in outgoing.address
    if elsewhere or not outgoing.address.get("comment_id"):
        return None
    path = f"{_path(outgoing.address['comment_id'])}/replies"
    return instagram_setup.ask(
        "GET", path, channel, {"fields": "id,text,timestamp,username,from", "limit": "50"}
    )


def _path(identifier: str) -> str:
    return quote(identifier, safe="")


def _sent(message_id: str, outgoing: Outgoing, recipient: str = "") -> SendResult:
    """Return that a message went out; a private reply opens the thread of the one it went to."""
    private = outgoing.lane is Lane.PRIVATE_REPLY
    opened = (recipient or outgoing.address.get("author", "")) if private else ""
    address = {"igsid": opened} if opened else {}
    return SendResult(outcome=Outcome.SENT, message_id=message_id, address=address, opened=opened)


def _is_this(written: Payload, outgoing: Outgoing) -> bool:
    """Return whether these are our words, put out lately and not by the customer."""
    author = (written.optional("from").identifier("id", ""), instagram_comment.username(written))
    if _customer(outgoing) in author or not meta_graph.says(written, outgoing):
        return False
    when = "created_time" if "created_time" in written else "timestamp"
    return meta_graph.lately(moment(written, when), outgoing)


def _customer(outgoing: Outgoing) -> str:
    return outgoing.address.get("igsid") or outgoing.address.get("author") or "nobody"


def _gone(outgoing: Outgoing, channel: Channel) -> MessageDeleted:
    gone = {name: outgoing.address[name] for name in ("comment_id", "newest") if name in outgoing.address}
    return MessageDeleted(
        id=f"deleted:{channel.account}:{outgoing.address['comment_id']}",
        at=outgoing.claimed_at,
        thread=outgoing.thread,
        customer=Customer(id=outgoing.address.get("author", "")),
        account=channel.account,
        message_ids=tuple(dict.fromkeys(gone.values())),
    )
