"""What happens in public on Instagram: comments, comments on live videos, and mentions.

Facts: https://developers.facebook.com/docs/graph-api/webhooks/reference/instagram and
https://developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/mentions
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import CustomerWrote, MessageEchoed, Speaker, ThreadEvent
from chalicelib.core.message import Customer, Surface, Thread
from chalicelib.platforms.contract import Channel, Unresolved
from chalicelib.platforms.instagram_item import Found, Item, NotEnough, Reader, moment, quiet
from chalicelib.platforms.payload import Payload

MENTIONED_COMMENT, MENTIONED_MEDIA = "mentioned_comment", "mentioned_media"
LIVE = "live"


def _comment(item: Item) -> Iterator[Found]:
    value = item.data
    comment_id = value.identifier("id", "") or value.identifier("comment_id")
    parent = value.identifier("parent_id", "")
    media = value.optional("media")
    at = moment(value, "timestamp") if "timestamp" in value else item.sent_at
    thread = Thread(
        channel=item.channel.id,
        key=parent or comment_id,
        surface=Surface.COMMENT,
        public=True,
        # An advertised post has a second id for its advertisement.
        place=media.identifier("original_media_id", "") or media.identifier("id", ""),
    )
    if is_ours(value, item.account, item.channel):
        # What the business writes below its own post answers nobody.
        yield from [answered(value, thread, item.account, at)] if parent else []
        return
    author = value.optional("from").identifier("id", "") or username(value)
    if not author:
        raise NotEnough
    live = {LIVE: "yes"} if item.name.endswith("live_comments") else {}
    yield CustomerWrote(
        id=_comment_event(item.account, comment_id),
        at=at,
        thread=thread,
        customer=Customer(id=author, name=username(value)),
        address={"comment_id": thread.key, "newest": comment_id, "author": author, **live},
        account=item.account,
        message_id=comment_id,
        text=value.text("text", ""),
        in_tree=bool(parent),
    )


def _comment_event(account: str, comment_id: str) -> str:
    # A comment that also mentions the account comes twice, as does one below an advertised post.
    return f"comment:{account}:{comment_id}"


def answered(comment: Payload, thread: Thread, account: str, at: datetime) -> MessageEchoed:
    """Return the account's own comment below a customer's, about which Instagram does not say whose it is."""
    comment_id = comment.identifier("id", "") or comment.identifier("comment_id")
    return MessageEchoed(
        id=_comment_event(account, comment_id),
        at=at,
        thread=thread,
        customer=Customer(id=""),
        account=account,
        message_id=comment_id,
        text=comment.text("text", ""),
        unmarked=True,
        otherwise=Speaker.UNKNOWN,
    )


def is_ours(comment: Payload, account: str, channel: Channel) -> bool:
    """Return whether the account itself wrote a comment.

    Its id may be in another form than the account's, so the name counts as well; `self_ig_scoped_id`
    stands only in its own comments: https://developers.facebook.com/docs/instagram-platform/self-messaging
    """
    author = comment.optional("from")
    own = _handle(str(channel.options.get("username", "")))
    same_name = bool(own) and _handle(username(comment)) == own
    return same_name or "self_ig_scoped_id" in author or author.identifier("id", "") == account != ""


def username(comment: Payload) -> str:
    """Return the name a comment's author goes by, empty where it is not told."""
    return comment.optional("from").text("username", "") or comment.text("username", "")


def _handle(name: str) -> str:
    return name.removeprefix("@").casefold()


def _mention(item: Item) -> Iterator[Found]:
    """A mention tells nothing but where it is; a comment's own media id is kept to answer it there."""
    comment_id = item.data.identifier("comment_id", "")
    media_id = item.data.identifier("media_id", "")
    subject = comment_id or media_id
    if not (subject.isascii() and subject.isdigit()):
        raise BadPayload("the mentioned comment or media has no id")
    raw = {"media_id": media_id, "comment_id": comment_id}
    need = MENTIONED_COMMENT if comment_id else MENTIONED_MEDIA
    yield Unresolved(
        id=f"mention:{item.account}:{subject}",
        at=item.sent_at,
        thread=Thread(
            channel=item.channel.id, key=subject, surface=Surface.MENTION, public=True, place=media_id
        ),
        need=f"{need}:{subject}",
        raw={name: value for name, value in raw.items() if value},
        account=item.account,
    )


def mentioned(unresolved: Unresolved, facts: Mapping[str, Any], channel: Channel) -> Iterator[ThreadEvent]:
    """Yield what somebody said who mentioned the account; nothing where it is gone or our own."""
    told = Payload(dict(facts), "facts")
    if told.flag("gone") or is_ours(told, unresolved.account, channel):
        return
    subject, comment = unresolved.thread.key, "comment_id" in unresolved.raw
    known = {"author": username(told)} if username(told) else {}
    yield CustomerWrote(
        id=_comment_event(unresolved.account, subject) if comment else unresolved.id,
        at=moment(told, "timestamp") if "timestamp" in told else unresolved.at,
        thread=unresolved.thread,
        # Only the name is told, and that not surely; whoever it is, it is another account.
        customer=Customer(id=username(told), name=username(told)),
        address={**unresolved.raw, **known},
        account=unresolved.account,
        message_id=subject,
        text=told.text("text", ""),
    )


READERS: dict[str, Reader] = {
    "comments": _comment,
    "live_comments": _comment,
    "mentions": _mention,
    "story_insights": quiet,
}
