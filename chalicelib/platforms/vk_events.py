"""Notifications of VK's Callback API: who spoke, where it stands, what it says.

Facts: https://dev.vk.com/ru/api/community-events/json-schema and https://github.com/VKCOM/vk-api-schema.
A negative id is a community, a positive one a person. `out` of a message is not to be trusted: it has been
seen as 1 in what a customer wrote and as 0 in what the community did.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import (
    AutomationWrote,
    BystanderWrote,
    CustomerWrote,
    HumanReplied,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    Speaker,
    ThreadEvent,
)
from chalicelib.core.message import Customer, Surface, Thread
from chalicelib.platforms.payload import Payload
from chalicelib.platforms.vk_notice import Notice

SUBSCRIBED = (
    "message_new",
    "message_reply",
    "message_edit",
    "message_allow",
    "message_deny",
    *(
        f"{kind}_{what}"
        for kind in ("wall_reply", "board_post", "photo_comment", "video_comment", "market_comment")
        for what in ("new", "edit", "delete", "restore")
    ),
)
"""What Hearback asks VK to tell; groups.setCallbackSettings has a switch for each."""

# Taken, and nothing to a case. That a comment is restored is nothing new: it was read when it was written.
_QUIET = frozenset(
    {"confirmation", "message_read", "message_typing_state", "message_reaction_event", "message_event"}
)
_FIRST_CHAT = 2_000_000_000
_MENTION = re.compile(r"\[(id|club|public|event)(\d{1,20})(?::bp-?[\d_]*)?\|([^\[\]]*)\]")
# Where a comment stands, and which field names it.
_OBJECTS = {"board": "topic_id", "photo": "photo_id", "video": "video_id", "market": "item_id"}


def read(kind: str, item: Payload, notice: Notice) -> tuple[list[ThreadEvent], str]:
    """Return the events of a notification, and the name of what is not known of it. Raises `BadPayload`."""
    reader = _READERS.get(kind)
    if reader is not None:
        return list(reader(item, notice)), _group_chat(kind, item)
    return [], "" if is_quiet(kind) else kind


def is_quiet(kind: str) -> bool:
    """Return whether a notification is known and means nothing to a case."""
    return kind in _QUIET or (kind in SUBSCRIBED and kind not in _READERS)


# Private messages


def _message_of(item: Payload) -> Payload:
    # Before 5.103 the message stood where its wrapping now stands.
    return item.object("message") if "message" in item else item


def _group_chat(kind: str, item: Payload) -> str:
    """Return a name for a message of a chat of many, which is not read."""
    return f"{kind}.chat" if kind.startswith("message_") and _is_chat(_message_of(item)) else ""


def _is_chat(message: Payload) -> bool:
    peer = message.identifier("peer_id", "")
    return peer.isascii() and peer.isdigit() and int(peer) > _FIRST_CHAT


def _message_new(item: Payload, notice: Notice) -> Iterator[ThreadEvent]:
    message = _message_of(item)
    author = _author(message)
    if _is_chat(message):
        return
    if author == notice.community:
        yield _echo(message, notice)
    elif _is_community(author):
        place = {**_dialog(message, notice), "address": {}}
        yield AutomationWrote(sign="community", **_message(message), **place)
    else:
        yield _customer_message(message, notice)


def _customer_message(message: Payload, notice: Notice) -> CustomerWrote:
    words = _message(message)
    kinds = tuple(_kinds(message))
    if message.data.get("payload") and "".join(str(message.data["payload"]).split()) == '{"command":"start"}':
        # The button that opens the dialog says "Start" for the customer, who has typed nothing.
        words["text"], kinds = "", ("start",)
    return CustomerWrote(attachments=kinds, **words, **_dialog(message, notice))


def _message_reply(item: Payload, notice: Notice) -> Iterator[ThreadEvent]:
    message = _message_of(item)
    if not _is_chat(message):
        yield _echo(message, notice)


def _echo(message: Payload, notice: Notice) -> MessageEchoed:
    """Tell who wrote for the community (R3, R7).

    `admin_author_id` names a person. Without it a program wrote: us, if the core knows the id or the words.
    Our `random_id` is never 0, and it cannot be turned back into the key it was made from.
    """
    by_person = bool(_known(message, "admin_author_id"))
    switched_off = message.data.get("random_id") == 0
    return MessageEchoed(
        unmarked=not by_person and not switched_off,
        otherwise=Speaker.HUMAN if by_person else Speaker.AUTOMATION,
        **_message(message),
        **_dialog(message, notice, customer=message.identifier("peer_id")),
    )


def _message_edit(item: Payload, notice: Notice) -> Iterator[ThreadEvent]:
    message = _message_of(item)
    author = _author(message)
    if _is_chat(message) or _is_community(author):
        return
    changed = "update_time" if _known(message, "update_time") else "date"
    at = message.moment(changed, "seconds")
    words = _message(message)
    yield MessageEdited(
        id=f"edit:{words['id']}:{notice.event_id or int(at.timestamp())}",
        at=at,
        message_id=words["message_id"],
        text=words["text"],
        **_dialog(message, notice),
    )


def _message(message: Payload) -> dict[str, Any]:
    # In some dialogs `id` is 0, and only the place in the conversation tells messages apart.
    identifier = _known(message, "id") or f"c{message.identifier('conversation_message_id')}"
    peer = message.identifier("peer_id", "") or _author(message)
    return {
        "id": f"message:{peer}:{identifier}",
        "at": message.moment("date", "seconds"),
        "message_id": identifier,
        "text": message.text("text", ""),
    }


def _dialog(message: Payload, notice: Notice, customer: str = "") -> dict[str, Any]:
    author = customer or _author(message)
    peer = message.identifier("peer_id", "") or author
    return {
        "thread": Thread(channel=notice.channel.id, key=peer),
        "customer": Customer(id=author),
        "address": {"peer_id": peer},
        "account": notice.channel.account,
    }


def _kinds(message: Payload) -> Iterator[str]:
    for attachment in message.objects("attachments"):
        yield attachment.text("type", "unknown")[:40]
    if message.data.get("fwd_messages"):
        yield "forwarded"
    if "geo" in message:
        yield "location"


# Comments below posts of the wall: trees


def _wall_new(item: Payload, notice: Notice) -> Iterator[ThreadEvent]:
    author, comment, top = _author(item), item.identifier("id"), _top(item)
    words = _comment("wall", item)
    if author == notice.community or notice.is_staff(author):
        # A comment of the business that answers nobody is nobody's reply (R3).
        if top != comment:
            yield _wall_business(item, notice, words, author)
    elif _is_community(author):
        yield AutomationWrote(sign="community", **words, **_tree(item, notice, author))
    else:
        yield CustomerWrote(
            attachments=tuple(_kinds(item)),
            in_tree=top != comment,
            address=_way(item, notice),
            **words,
            **_tree(item, notice, author),
        )


def _wall_business(item: Payload, notice: Notice, words: dict[str, Any], author: str) -> ThreadEvent:
    to = _addressee(item, notice)
    place = _tree(item, notice, to)
    if author != notice.community:
        return HumanReplied(to=to, **words, **place)
    # A community's token and a person in its name look alike: only the id and the words tell (R7).
    return MessageEchoed(to=to, unmarked=True, otherwise=Speaker.HUMAN, **words, **place)


def _wall_edit(item: Payload, notice: Notice) -> Iterator[ThreadEvent]:
    author = _author(item)
    if not _is_community(author) and not notice.is_staff(author):
        yield _comment_edited("wall", item, notice, _tree(item, notice, author))


def _wall_delete(item: Payload, notice: Notice) -> Iterator[ThreadEvent]:
    # What stood above the comment is not told: it is taken for the top of its tree.
    comment, post = item.identifier("id"), item.identifier("post_id")
    yield MessageDeleted(
        id=f"deleted:wall:{post}:{comment}:{notice.event_id}",
        at=notice.received_at,
        message_ids=(comment,),
        thread=_wall_thread(notice, post, comment),
        customer=Customer(id=_known(item, "user_id")),
        account=notice.channel.account,
    )


def _top(item: Payload) -> str:
    """Return the comment at the top of a tree, which may be this one."""
    parents = item.identifiers("parents_stack") if item.data.get("parents_stack") else ()
    above = next((parent for parent in parents if parent != "0"), "")
    return above or _known(item, "reply_to_comment") or item.identifier("id")


def _tree(item: Payload, notice: Notice, customer: str) -> dict[str, Any]:
    return {
        "thread": _wall_thread(notice, item.identifier("post_id"), _top(item)),
        "customer": Customer(id=customer),
        "account": notice.channel.account,
    }


def _way(item: Payload, notice: Notice) -> dict[str, str]:
    """Return where words below a comment go; only what a customer writes leads there (R18)."""
    owner = _known(item, "post_owner_id") or _known(item, "owner_id") or notice.community
    post, comment = item.identifier("post_id"), item.identifier("id")
    return {"owner_id": owner, "post_id": post, "reply_to": comment}


def _wall_thread(notice: Notice, post: str, top: str) -> Thread:
    return Thread(
        channel=notice.channel.id,
        key=f"wall:{post}:{top}",
        surface=Surface.COMMENT,
        public=True,
        place=f"wall:{post}",
    )


# Comments in a row: discussions, photos, videos, products. Each author has a thread of their own there.


def _row_new(kind: str, item: Payload, notice: Notice) -> Iterator[ThreadEvent]:
    author, to = _author(item), _addressee(item, notice)
    words = _comment(kind, item)
    if author == notice.community or notice.is_staff(author):
        # Words to nobody in particular answer everybody who waits there. They are never ours: see `compose`.
        yield HumanReplied(to=to, to_all=not to, **words, **_row(kind, item, notice, to or author))
    elif _is_community(author):
        yield AutomationWrote(sign="community", **words, **_row(kind, item, notice, author))
    elif to and to != author and not notice.is_staff(to):
        yield BystanderWrote(**words, **_row(kind, item, notice, to))
    else:
        place = _row(kind, item, notice, author)
        yield CustomerWrote(attachments=tuple(_kinds(item)), **words, **place)


def _row_edit(kind: str, item: Payload, notice: Notice) -> Iterator[ThreadEvent]:
    author = _author(item)
    if not _is_community(author) and not notice.is_staff(author):
        yield _comment_edited(kind, item, notice, _row(kind, item, notice, author))


def _row_delete(kind: str, item: Payload, notice: Notice) -> Iterator[ThreadEvent]:
    # Some of these events name the author, some only who deleted: mostly the author, else it finds nothing.
    author = _known(item, "user_id") or _known(item, "deleter_id")
    comment, place = item.identifier("id"), _row(kind, item, notice, author)
    if author:
        yield MessageDeleted(
            id=f"deleted:{place['thread'].place}:{comment}:{notice.event_id}",
            at=notice.received_at,
            message_ids=(comment,),
            **place,
        )


def _row(kind: str, item: Payload, notice: Notice, customer: str) -> dict[str, Any]:
    place = f"{kind}:{_known(item, _OBJECTS[kind])}"
    return {
        "thread": Thread(
            channel=notice.channel.id,
            key=f"{place}:{customer}",
            surface=Surface.COMMENT,
            public=True,
            place=place,
        ),
        "customer": Customer(id=customer),
        "account": notice.channel.account,
    }


# What all of them share


def _comment(kind: str, item: Payload) -> dict[str, Any]:
    comment = item.identifier("id")
    where = item.identifier("post_id") if kind == "wall" else _known(item, _OBJECTS[kind])
    return {
        "id": f"message:{kind}:{where}:{comment}",
        "at": item.moment("date", "seconds"),
        "message_id": comment,
        # A mention is written [id1|Name]: its digits are none of the author's words.
        "text": _MENTION.sub(lambda found: found[3], item.text("text", "")),
    }


def _comment_edited(kind: str, item: Payload, notice: Notice, place: dict[str, Any]) -> MessageEdited:
    words = _comment(kind, item)
    return MessageEdited(
        id=f"edit:{words['id']}:{notice.event_id or int(words['at'].timestamp())}",
        at=words["at"],
        message_id=words["message_id"],
        text=words["text"],
        **place,
    )


def _addressee(item: Payload, notice: Notice) -> str:
    """Return the person a comment answers, empty where it is nobody, or the community itself."""
    told = _known(item, "reply_to_user")
    if not told and (found := _MENTION.match(item.text("text", ""))):
        told = found[2] if found[1] == "id" else notice.community
    return "" if _is_community(told) else told


def _author(item: Payload) -> str:
    author = _known(item, "from_id")
    if not author:
        raise BadPayload(f"{item.where} names no author")
    return author


def _is_community(author: str) -> bool:
    return author.startswith("-")


def _known(item: Payload, name: str) -> str:
    """Return an id, empty where it is missing or 0, which is VK's way to say none."""
    identifier = item.identifier(name, "")
    return "" if identifier == "0" else identifier


_Reader = Callable[[Payload, Notice], Iterator[ThreadEvent]]


def _row_reader(kind: str, read_one: Callable[[str, Payload, Notice], Iterator[ThreadEvent]]) -> _Reader:
    return lambda item, notice: read_one(kind, item, notice)


_READERS: dict[str, _Reader] = {
    "message_new": _message_new,
    "message_reply": _message_reply,
    "message_edit": _message_edit,
    "wall_reply_new": _wall_new,
    "wall_reply_edit": _wall_edit,
    "wall_reply_delete": _wall_delete,
    "board_post_new": _row_reader("board", _row_new),
    "board_post_edit": _row_reader("board", _row_edit),
    "board_post_delete": _row_reader("board", _row_delete),
    **{f"{kind}_comment_new": _row_reader(kind, _row_new) for kind in ("photo", "video", "market")},
    **{f"{kind}_comment_edit": _row_reader(kind, _row_edit) for kind in ("photo", "video", "market")},
    **{f"{kind}_comment_delete": _row_reader(kind, _row_delete) for kind in ("photo", "video", "market")},
}
