"""What X delivers: envelopes of the X Activity API, and the older shapes of the Account Activity API.

Facts: https://docs.x.com/x-api/activity/introduction, https://docs.x.com/x-api/activity/event-payloads and
https://docs.x.com/x-api/account-activity/introduction
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import (
    AutomationWrote,
    CustomerWrote,
    MessageEchoed,
    MessageEdited,
    Speaker,
    ThreadEvent,
)
from chalicelib.core.message import Surface, Thread
from chalicelib.core.values import dataclass
from chalicelib.platforms import x_post as xp
from chalicelib.platforms.contract import Channel, Parsed
from chalicelib.platforms.payload import Payload

AUTOMATED = "automated_label"

# Events that say nothing about what is owed. A customer's deleted post is not told to the business: X tells
# the author's own deletions only.
_QUIET = re.compile(
    r"post\.(delete|repost\.create)|dm\.(read|indicate_typing)|chat\.conversation_join"
    r"|(like|follow|profile|mute|block|spaces|news|subscriptions)\..+"
)
_QUIET_BEFORE = frozenset(
    {
        "tweet_delete_events",
        "favorite_events",
        "follow_events",
        "unfollow_events",
        "block_events",
        "unblock_events",
        "mute_events",
        "unmute_events",
        "direct_message_indicate_typing_events",
        "direct_message_mark_read_events",
        "replay_job_status",
    }
)
_BESIDE_EVENTS = frozenset({"for_user_id", "users", "apps", "user_has_blocked", "is_blocked_by"})


@dataclass(frozen=True, slots=True)
class _Delivery:
    """Whose account a webhook is about, and on which channel it came in."""

    channel: Channel
    account: str

    def thread(self, key: str, **where: Any) -> Thread:
        return Thread(channel=self.channel.id, key=key, **where)


def read(body: Payload, channel: Channel) -> Parsed:
    """Return what a webhook of either API says. Raises `BadPayload`."""
    return _activity(body.object("data"), channel) if "data" in body else _account_activity(body, channel)


def _activity(data: Payload, channel: Channel) -> Parsed:
    kind = data.text("event_type")
    delivery = _Delivery(channel, data.optional("filter").identifier("user_id", channel.account))
    payload = data.optional("payload")
    includes = data.optional("includes")
    if kind in _POSTS:
        return _post(xp.of_activity(payload, includes), delivery, kind)
    if kind in _PRIVATE:
        return _PRIVATE[kind](payload, includes, delivery)
    return Parsed() if _QUIET.fullmatch(kind) else Parsed(unknown=(kind,))


def _account_activity(body: Payload, channel: Channel) -> Parsed:
    delivery = _Delivery(channel, body.identifier("for_user_id", channel.account))
    tweets = body.objects("tweet_create_events")
    public = _each(tweets, lambda one: _post(xp.of_account_activity(one), delivery))
    private = _direct_messages(body, delivery)
    known = {"tweet_create_events", "direct_message_events"} | _QUIET_BEFORE | _BESIDE_EVENTS
    others = tuple(_unknown(body, name) for name in body.data if name not in known)
    empty = () if body.data.keys() - _BESIDE_EVENTS else ("empty",)
    events = sorted((*public.events, *private.events), key=lambda event: event.at)
    return Parsed(events=tuple(events), unknown=(*public.unknown, *private.unknown, *others, *empty))


def _each(items: Iterable[Payload], read_one: Callable[[Payload], Parsed]) -> Parsed:
    """Read every item of a batch; one that cannot be read does not take the others with it."""
    found: list[Parsed] = []
    unreadable: list[BadPayload] = []
    for item in items:
        try:
            found.append(read_one(item))
        except BadPayload as error:
            unreadable.append(error)
    if unreadable and not found:
        raise unreadable[0]
    return Parsed(
        events=tuple(event for one in found for event in one.events),
        unknown=(*(kind for one in found for kind in one.unknown), *("unreadable" for _ in unreadable)),
    )


def _unknown(body: Payload, name: str) -> str:
    # The same happening as in the newer API: X has been told not to let us in any more.
    return "oauth.revoke" if name == "user_event" and "revoke" in body.optional(name) else name


def _post(post: xp.Post, delivery: _Delivery, kind: str = "") -> Parsed:
    if post.is_repost:
        return Parsed()
    if post.author.id == delivery.account:
        return _by_the_business(post, delivery)
    named = kind == "post.mention.create" or delivery.account in post.called
    ours = delivery.account in (post.answered, post.quoted) or kind in _TO_THE_BUSINESS
    if named or ours or post.answered == post.author.id:
        return Parsed(events=tuple(_by_a_customer(post, delivery, named=named)))
    return Parsed()


def _by_a_customer(post: xp.Post, delivery: _Delivery, *, named: bool) -> Iterator[ThreadEvent]:
    common = _at_the_customer(post, delivery, named=named)
    words: dict[str, Any] = {"at": post.at, "message_id": post.first, "text": post.text, **common}
    if post.author.automated:
        yield AutomationWrote(id=f"post:{post.id}", sign=AUTOMATED, **words)
        return
    # Every version of a post is delivered as a post of its own. The first may never have been: it is
    # written here, too, and where it has been delivered, its id makes this one the second of two.
    yield CustomerWrote(
        id=f"post:{post.first}",
        attachments=post.attachments,
        in_tree=_is_in_tree(post, named=named),
        **words,
    )
    if post.is_edit:
        yield MessageEdited(id=f"edit:{post.id}", **words)


def _is_in_tree(post: xp.Post, *, named: bool) -> bool:
    """Return whether this stands below somebody's words, and its author has not called the business there.

    Whoever writes the business's handle, replies to the root, or goes on with a post of their own speaks
    for themselves.
    """
    below = bool(post.conversation) and post.answers not in ("", post.conversation)
    return below and not named and post.answered != post.author.id


def _at_the_customer(post: xp.Post, delivery: _Delivery, *, named: bool) -> dict[str, Any]:
    mention = named or (post.quotes and not post.answers)
    place = post.quotes if post.quotes and not post.answers else post.conversation or post.answers
    handle = post.author.handle
    thread = delivery.thread(
        _tree(post, post.author.id),
        surface=Surface.MENTION if mention else Surface.COMMENT,
        public=True,
        place=place or post.first,
    )
    return {
        "thread": thread,
        "customer": post.author.as_customer(),
        "address": {"in_reply_to": post.id} | ({"handle": handle} if handle else {}),
        "account": delivery.account,
    }


def _tree(post: xp.Post, customer: str) -> str:
    """Return the key of what one customer says in one conversation.

    A reply names its conversation and whom it answers, but not the comment at the head of its branch. The
    older API names no conversation: there all that a customer says in public is one thread.
    """
    return f"{post.conversation or 'public'}:{customer}"


def _by_the_business(post: xp.Post, delivery: _Delivery) -> Parsed:
    """Read a reply: it is to whom it answers; one that goes on with our own, to whose handle is in front.

    Where nothing tells whom it answers, it is counted: our own acknowledgement looks the same, and in the
    threads of all who take part in the conversation nothing could tell it from a person's words.
    """
    if not post.answers:
        return Parsed()
    named = (post.answered, *post.prefixed, *post.addressed)
    to = next((one for one in named if one not in ("", delivery.account)), "")
    if not to:
        # Whoever goes on with a post of their own answers nobody.
        return Parsed() if post.answered else Parsed(unknown=("post.create.unaddressed",))
    return Parsed(events=(_public_echo(post, to, delivery),))


def _public_echo(post: xp.Post, to: str, delivery: _Delivery) -> MessageEchoed:
    return MessageEchoed(
        id=f"post:{post.id}",
        at=post.at,
        message_id=post.id,
        # Neither X's handles nor the one that we begin with are in the words on their way out.
        text=xp.without_handles(post.text),
        unmarked=True,
        otherwise=Speaker.UNKNOWN,
        to=to,
        thread=delivery.thread(
            _tree(post, to), surface=Surface.COMMENT, public=True, place=post.conversation or post.answers
        ),
        customer=xp.Author(id=to).as_customer(),
        account=delivery.account,
    )


def _private(payload: Payload, includes: Payload, delivery: _Delivery) -> Parsed:
    """Read a message in the shape of the older API, which X documents, or in that of the newer one."""
    if payload.data.get("direct_message_events"):
        return _direct_messages(payload, delivery)
    return _flat(payload, includes, delivery) if "sender_id" in payload else Parsed(unknown=("dm.empty",))


def _flat(item: Payload, includes: Payload, delivery: _Delivery) -> Parsed:
    """Read a message as it is in the conversations of API v2.

    https://docs.x.com/x-api/direct-messages/lookup/introduction
    """
    kind = item.text("event_type", "MessageCreate")
    if kind != "MessageCreate":
        return Parsed(unknown=(f"dm.{kind}",))
    sender = item.identifier("sender_id")
    other = _other_of_two(item.identifier("dm_conversation_id", ""), sender, delivery)
    if not other:
        return Parsed(unknown=("dm.group",))
    identifier = item.identifier("id")
    words: dict[str, Any] = {
        "id": f"dm:{identifier}",
        "at": item.iso_moment("created_at"),
        "message_id": identifier,
        "text": xp.message_text(item),
    }
    person = xp.author(other, xp.people(includes))
    if sender == delivery.account:
        return Parsed(events=(_echo(words, person, delivery, ""),))
    kinds = ("media",) if item.optional("attachments").data else ()
    return Parsed(events=(_written(words, person, delivery, kinds),))


def _other_of_two(conversation: str, sender: str, delivery: _Delivery) -> str:
    """Return who is in a conversation besides the business, empty where it is not one of two."""
    parties = re.split("[:-]", conversation or f"{sender}:{delivery.account}")
    others = [one for one in parties if one != delivery.account]
    return others[0] if len(parties) == 2 and len(others) == 1 and sender in parties else ""


def _direct_messages(holder: Payload, delivery: _Delivery) -> Parsed:
    """Read messages in the shape that both APIs share."""
    items = holder.objects("direct_message_events")
    return _each(items, lambda item: _direct_message(item, holder, delivery))


def _direct_message(item: Payload, holder: Payload, delivery: _Delivery) -> Parsed:
    if item.text("type", "?") != "message_create":
        return Parsed(unknown=(f"dm.{item.text('type', '?')}",))
    message = item.object("message_create")
    sender = message.identifier("sender_id", "")
    recipient = message.optional("target").identifier("recipient_id", "")
    if delivery.account not in (sender, recipient) or "" in (sender, recipient):
        return Parsed(unknown=("dm.group",))
    other = xp.author(recipient if sender == delivery.account else sender, xp.users(holder))
    return Parsed(events=(_between_two(item, sender, other, delivery),))


def _between_two(item: Payload, sender: str, other: xp.Author, delivery: _Delivery) -> ThreadEvent:
    message = item.object("message_create")
    identifier = item.identifier("id")
    data = message.optional("message_data")
    words: dict[str, Any] = {
        "id": f"dm:{identifier}",
        "at": item.moment("created_timestamp", "milliseconds"),
        "message_id": identifier,
        "text": xp.message_text(data),
    }
    if sender == delivery.account:
        return _echo(words, other, delivery, message.identifier("source_app_id", ""))
    kinds = (data.object("attachment").text("type", "media"),) if "attachment" in data else ()
    return _written(words, other, delivery, kinds)


def _written(
    words: dict[str, Any], other: xp.Author, delivery: _Delivery, kinds: tuple[str, ...]
) -> ThreadEvent:
    common = _in_private(other, delivery) | {
        "address": {"participant_id": other.id, "encrypted": "no"},
    }
    if other.automated:
        return AutomationWrote(sign=AUTOMATED, **words, **common)
    return CustomerWrote(attachments=kinds, **words, **common)


def _echo(words: dict[str, Any], other: xp.Author, delivery: _Delivery, app: str) -> MessageEchoed:
    """Only the older API tells which app has sent a message, and only `app_id` tells which app is ours."""
    own = str(delivery.channel.options.get("app_id", ""))
    told = bool(own) and bool(app)
    return MessageEchoed(
        ours=told and app == own,
        unmarked=not told,
        otherwise=Speaker.UNKNOWN,
        to=other.id,
        **words,
        **_in_private(other, delivery),
    )


def _in_private(other: xp.Author, delivery: _Delivery) -> dict[str, Any]:
    return {
        "thread": delivery.thread(other.id),
        "customer": other.as_customer(),
        "address": {"participant_id": other.id},
        "account": delivery.account,
    }


def _encrypted(payload: Payload, _includes: Payload, delivery: _Delivery) -> Parsed:
    """Read a message whose words nobody but the two phones can read: it is owed an answer all the same."""
    sender = payload.identifier("sender_id")
    found = _other_of_two(payload.identifier("conversation_id", ""), sender, delivery)
    if not found:
        return Parsed(unknown=("chat.group",))
    other = xp.Author(id=found)
    identifier = payload.identifier("id")
    words: dict[str, Any] = {
        "id": f"chat:{identifier}",
        "at": payload.moment("created_at_msec", "milliseconds"),
        "message_id": identifier,
        "text": "",
    }
    common = _in_private(other, delivery)
    if sender == delivery.account:
        # Hearback does not write encrypted messages, so it was somebody else.
        return Parsed(events=(MessageEchoed(otherwise=Speaker.UNKNOWN, to=other.id, **words, **common),))
    common["address"] = {"participant_id": other.id, "encrypted": "yes"}
    return Parsed(events=(CustomerWrote(attachments=("encrypted",), **words, **common),))


_TO_THE_BUSINESS = frozenset({"post.reply.create", "post.quote.create"})
_POSTS = frozenset({"post.create", "post.mention.create"}) | _TO_THE_BUSINESS
_PRIVATE: dict[str, Callable[[Payload, Payload, _Delivery], Parsed]] = {
    "dm.received": _private,
    "dm.sent": _private,
    "chat.received": _encrypted,
    "chat.sent": _encrypted,
}
