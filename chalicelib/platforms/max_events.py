"""Updates of MAX: who wrote in a dialog with the bot, and what.

Facts: https://dev.max.ru/docs-api/objects/Update and https://dev.max.ru/docs-api/objects/Message.
"""

from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import (
    AutomationWrote,
    CustomerWrote,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    Speaker,
    ThreadEvent,
)
from chalicelib.core.message import Customer, Thread
from chalicelib.platforms.contract import Channel, Parsed
from chalicelib.platforms.payload import Payload

SUBSCRIBED = ("message_created", "message_edited", "message_removed", "bot_started", "bot_stopped")
"""What Hearback asks MAX to tell."""

_DIALOG = "dialog"
# That a person stopped the bot is told by the refusal of the next message, too.
_QUIET = frozenset(
    {
        "bot_added",
        "bot_removed",
        "bot_stopped",
        "chat_title_changed",
        "dialog_cleared",
        "dialog_muted",
        "dialog_removed",
        "dialog_unmuted",
        "message_callback",
        "message_chat_created",
        "user_added",
        "user_removed",
    }
)


def read(update: Payload, channel: Channel) -> Parsed:
    """Return the events of an update; what is written in groups and channels is counted, not read.

    One that cannot be read is counted, not refused: MAX would repeat it for hours.
    """
    kind = update.text("update_type")
    reader = _READERS.get(kind)
    if reader is None:
        return Parsed(unknown=() if kind in _QUIET else (kind,))
    try:
        chat = update.optional("message").optional("recipient").text("chat_type", _DIALOG)
        if chat != _DIALOG:
            return Parsed(unknown=(f"{kind}.{chat}",))
        return Parsed(events=tuple(reader(update, channel)))
    except BadPayload:
        return Parsed(unknown=(f"{kind}.unreadable",))


def _created(update: Payload, channel: Channel) -> Iterator[ThreadEvent]:
    message = update.object("message")
    words = _words(message)
    sender = message.object("sender")
    if not sender.flag("is_bot"):
        kinds = tuple(_kinds(message))
        yield CustomerWrote(attachments=kinds, **words, **_dialog(message, channel, sender))
    elif sender.identifier("user_id") == str(channel.options.get("bot_id", "")):
        # Whoever has the token writes as the bot: we, or another program, behind which may be a person (R3).
        to = message.object("recipient")
        yield MessageEchoed(
            unmarked=True, otherwise=Speaker.UNKNOWN, **words, **_dialog(message, channel, to)
        )
    else:
        # The way back leads to whoever wrote, and that is a bot.
        place = {**_dialog(message, channel, sender), "address": {}}
        yield AutomationWrote(sign="is_bot", **words, **place)


def _edited(update: Payload, channel: Channel) -> Iterator[ThreadEvent]:
    message = update.object("message")
    sender = message.object("sender")
    if sender.flag("is_bot"):
        return
    words = _words(message)
    at = update.moment("timestamp", "milliseconds")
    yield MessageEdited(
        id=f"edit:{words['message_id']}:{int(at.timestamp() * 1000)}",
        at=at,
        message_id=words["message_id"],
        text=words["text"],
        **_dialog(message, channel, sender),
    )


def _removed(update: Payload, channel: Channel) -> Iterator[ThreadEvent]:
    mid, who = update.identifier("message_id"), update.identifier("user_id")
    if who == str(channel.options.get("bot_id", "")):
        return
    yield MessageDeleted(
        id=f"deleted:{mid}",
        at=update.moment("timestamp", "milliseconds"),
        message_ids=(mid,),
        thread=Thread(channel=channel.id, key=update.identifier("chat_id")),
        customer=Customer(id=who),
    )


def _started(update: Payload, channel: Channel) -> Iterator[ThreadEvent]:
    """Opening the bot is no message, but from then on the bot may write."""
    user, chat = update.object("user"), update.identifier("chat_id")
    at = update.moment("timestamp", "milliseconds")
    opened = f"start:{chat}:{int(at.timestamp() * 1000)}"
    yield CustomerWrote(
        id=opened,
        at=at,
        message_id=opened,
        text="",
        attachments=("start",),
        **_place(channel, chat, user.identifier("user_id"), _full_name(user)),
    )


def _words(message: Payload) -> dict[str, Any]:
    # A message that only forwards another has no body of its own.
    body = message.optional("body")
    at = message.moment("timestamp", "milliseconds")
    chat = message.object("recipient").identifier("chat_id")
    mid = body.identifier("mid", f"{chat}:{int(at.timestamp() * 1000)}")
    return {"id": f"message:{mid}", "at": at, "message_id": mid, "text": body.text("text", "")}


def _kinds(message: Payload) -> Iterator[str]:
    for attachment in message.optional("body").objects("attachments"):
        kind = attachment.text("type", "unknown")[:40]
        if kind != "inline_keyboard":
            yield kind
    if message.optional("link").text("type", "") == "forward":
        yield "forwarded"


def _dialog(message: Payload, channel: Channel, customer: Payload) -> dict[str, Any]:
    chat = message.object("recipient").identifier("chat_id")
    return _place(channel, chat, customer.identifier("user_id"), _full_name(customer))


def _place(channel: Channel, chat: str, user: str, name: str) -> dict[str, Any]:
    return {
        "thread": Thread(channel=channel.id, key=chat),
        "customer": Customer(id=user, name=name),
        "address": {"user_id": user, "chat_id": chat},
    }


def _full_name(user: Payload) -> str:
    return " ".join(filter(None, (user.text("first_name", ""), user.text("last_name", ""))))


_READERS: dict[str, Callable[[Payload, Channel], Iterator[ThreadEvent]]] = {
    "message_created": _created,
    "message_edited": _edited,
    "message_removed": _removed,
    "bot_started": _started,
}
