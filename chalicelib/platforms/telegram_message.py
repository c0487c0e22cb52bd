"""One message of Telegram: who wrote it, where it stands, what it says.

Facts: https://core.telegram.org/bots/api#message
"""

from typing import Any

from chalicelib.core.message import Customer, Surface, Thread
from chalicelib.platforms.contract import Channel
from chalicelib.platforms.payload import Payload

KINDS = (
    "photo",
    "voice",
    "video",
    "video_note",
    "animation",
    "audio",
    "document",
    "sticker",
    "location",
    "venue",
    "contact",
    "poll",
    "dice",
    "story",
    "paid_media",
    "checklist",
)

_PEOPLE = ("from", "chat", "sender_chat")
_IDENTIFIERS = ("message_id", "message_thread_id", "business_connection_id")


def private(message: Payload, channel: Channel) -> dict[str, Any]:
    """Return the place of a private chat, with the bot or through a Business connection with its owner.

    The two number their messages apart, and one person may write to both: they are two threads.
    """
    chat = message.object("chat")
    chat_id = chat.identifier("id")
    key, address = chat_id, {"chat_id": chat_id}
    if connection := message.identifier("business_connection_id", ""):
        key = f"{connection}:{chat_id}"
        address["business_connection_id"] = connection
    return {
        "thread": Thread(channel=channel.id, key=key),
        "customer": Customer(id=chat_id, name=_full_name(chat)),
        "address": address,
    }


def in_group(message: Payload, channel: Channel, chat: Payload | None = None) -> dict[str, Any]:
    """Return the thread that one author has in a group: each has a case of their own (R18)."""
    group = (chat or message).object("chat").identifier("id")
    author = message.optional("from")
    writer = author.identifier("id", group)
    return {
        "thread": Thread(
            channel=channel.id, key=f"{group}:{writer}", surface=Surface.COMMENT, public=True, place=group
        ),
        "customer": Customer(id=writer, name=_full_name(author)),
        "address": {"chat_id": group},
    }


def answering(message: Payload, channel: Channel) -> dict[str, Any]:
    """Return the same with the way to this message, which only its customer's own words may lead (R18)."""
    place = in_group(message, channel)
    in_topic = message.flag("is_topic_message") and "message_thread_id" in message
    place["address"] |= {
        "reply_to": message.identifier("message_id", ""),
        # Empty where there is none, so that the topic of an earlier message does not stick.
        "message_thread_id": message.identifier("message_thread_id") if in_topic else "",
    }
    return place


def name(message: Payload) -> str:
    """Return what tells this message from every other that the bot gets to see."""
    connection = message.identifier("business_connection_id", "")
    chat = message.object("chat").identifier("id")
    return ":".join(filter(None, (connection, chat, message.identifier("message_id"))))


def text(message: Payload) -> str:
    """Return the words of a message, or those under its picture."""
    return message.text("text", "") or message.text("caption", "")


def kinds(message: Payload) -> tuple[str, ...]:
    """Return what else than words a message holds."""
    return tuple(kind for kind in KINDS if kind in message)


def says_something(message: Payload) -> bool:
    """Return whether anybody said anything: else somebody joined, the title changed, a message was pinned."""
    return any(part in message for part in ("text", "caption", *KINDS))


def sender(message: Payload) -> str:
    """Return the id of the account that wrote, empty where there is none."""
    return message.optional("from").identifier("id", "")


def is_bot(message: Payload) -> bool:
    """Return whether the account that wrote is a bot."""
    return message.optional("from").flag("is_bot")


def is_the_group_itself(message: Payload) -> bool:
    """Return whether an administrator wrote in the name of the group."""
    chat = message.object("chat").identifier("id")
    return message.optional("sender_chat").identifier("id", "") == chat


def is_from_an_account(message: Payload) -> bool:
    """Return whether a person wrote under their own name: no bot, no channel, no forwarded post."""
    forwarded = message.flag("is_automatic_forward")
    return bool(sender(message)) and not is_bot(message) and "sender_chat" not in message and not forwarded


def answered(message: Payload) -> Payload:
    """Return the message that this one replies to, an empty one where there is none.

    Everything written in a topic replies to the topic's opening, which is nobody's message.
    """
    replied_to = message.optional("reply_to_message")
    opens_the_topic = "forum_topic_created" in replied_to
    return Payload({}, replied_to.where) if opens_the_topic else replied_to


def kept(message: Payload) -> dict[str, Any]:
    """Return what is needed to tell later who spoke, and nothing else: it waits in the queue meanwhile."""
    left = _essence(message)
    left["date"] = int(message.moment("date", "seconds").timestamp())
    replied_to = answered(message)
    return {**left, "reply_to_message": _essence(replied_to)} if replied_to.data else left


def _essence(message: Payload) -> dict[str, Any]:
    left: dict[str, Any] = {one: message.identifier(one) for one in _IDENTIFIERS if one in message}
    left |= {one: message.text(one) for one in ("text", "caption") if one in message}
    left |= dict.fromkeys(kinds(message), True)
    left |= {one: True for one in ("is_topic_message", "is_automatic_forward") if message.flag(one)}
    return left | {one: _person(message.object(one)) for one in _PEOPLE if one in message}


def _person(person: Payload) -> dict[str, Any]:
    names = {one: person.text(one) for one in ("first_name", "last_name") if one in person}
    return {"id": person.identifier("id"), "is_bot": person.flag("is_bot"), **names}


def _full_name(person: Payload) -> str:
    return " ".join(filter(None, (person.text("first_name", ""), person.text("last_name", ""))))
