"""Webhook events of LINE: who wrote where, and what.

Facts: https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
"""

from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import (
    ControlChanged,
    CustomerWrote,
    HumanReplied,
    MessageDeleted,
    MessageEdited,
    ThreadEvent,
)
from chalicelib.core.message import Customer, Surface, Thread
from chalicelib.platforms.contract import Channel, Parsed
from chalicelib.platforms.payload import Payload

_QUIET = frozenset(
    {
        "accountLink",
        "beacon",
        "botResumed",
        "botSuspended",
        "delivery",
        "follow",
        "join",
        "leave",
        "memberJoined",
        "memberLeft",
        "membership",
        "module",
        "postback",
        "unfollow",
        "videoPlayComplete",
    }
)
_GROUPS = {"group": "groupId", "room": "roomId"}
_TEXT = "text"


def read(webhook: Payload, channel: Channel) -> Parsed:
    """Return the events of a webhook.

    One that cannot be read does not take the others of its batch with it; it counts as unknown.
    """
    destination = webhook.identifier("destination", "") if channel.account else ""
    found = [_read(item, destination, channel) for item in webhook.objects("events")]
    events = tuple(event for parsed in found if isinstance(parsed, Parsed) for event in parsed.events)
    unreadable = [one for one in found if isinstance(one, BadPayload)]
    if unreadable and not events:
        raise unreadable[0]
    known = [one.unknown if isinstance(one, Parsed) else ("unreadable",) for one in found]
    return Parsed(events=events, unknown=tuple(name for names in known for name in names))


def _read(item: Payload, destination: str, channel: Channel) -> Parsed | BadPayload:
    try:
        kind = item.text("type")
        reader = _READERS.get(kind)
        if reader is None:
            return Parsed(unknown=() if kind in _QUIET else (kind,))
        event = _Event(item, destination, channel)
        if not event.author:
            # People may keep their id from the account; nobody is guessed.
            return Parsed(unknown=(f"{kind}.without_author",))
        return Parsed(events=tuple(reader(event)))
    except BadPayload as error:
        return error


class _Event:
    """One event: when it was, who caused it, and where."""

    def __init__(self, item: Payload, destination: str, channel: Channel) -> None:
        # Not every event is caused by somebody.
        source = item.optional("source")
        self.item = item
        self.channel = channel
        self.account = destination
        self.author = source.identifier("userId", "")
        kind = source.text("type", "")
        self.group = source.identifier(_GROUPS[kind]) if kind in _GROUPS else ""
        self.at = item.moment("timestamp", "milliseconds")
        self.by_staff = bool(self.group) and self.author in channel.listed("staff")

    def id(self, fallback: str) -> str:
        """Return what stays the same over redelivery."""
        return f"event:{self.item.identifier('webhookEventId', fallback)}"

    def place(self, whose: str = "") -> dict[str, Any]:
        """Return the thread: in a group each author has one of their own (R18)."""
        writer = whose or self.author
        common = {"customer": Customer(id=writer), "account": self.account}
        if not self.group:
            return {
                "thread": Thread(channel=self.channel.id, key=writer),
                "address": {"to": writer},
                **common,
            }
        key = f"{self.group}:{writer}"
        thread = Thread(
            channel=self.channel.id, key=key, surface=Surface.COMMENT, public=True, place=self.group
        )
        return {"thread": thread, "address": {"to": self.group}, **common}


def _message(event: _Event) -> Iterator[ThreadEvent]:
    message = event.item.object("message")
    said: dict[str, Any] = {
        "id": event.id(message.identifier("id")),
        "at": event.at,
        "message_id": message.identifier("id"),
        "text": message.text("text", ""),
    }
    if event.by_staff:
        yield _of_staff(message, event, said)
        return
    place = event.place()
    if event.group and "quoteToken" in message:
        place["address"] = {**place["address"], "quote": message.identifier("quoteToken")}
    kind = message.text("type")[:40]
    standby = event.item.text("mode", "active") == "standby"
    yield CustomerWrote(attachments=() if kind == _TEXT else (kind,), standby=standby, **said, **place)


def _of_staff(message: Payload, event: _Event, said: dict[str, Any]) -> HumanReplied:
    """Return words of your people: to whom they name, else to all who wait in the group."""
    named = [
        one.identifier("userId")
        for one in message.optional("mention").objects("mentionees")
        if "userId" in one and not one.flag("isSelf")
    ]
    if len(named) == 1:
        return HumanReplied(to=named[0], **said, **event.place(named[0]))
    return HumanReplied(to_all=True, **said, **event.place())


def _edited(event: _Event) -> Iterator[ThreadEvent]:
    message = event.item.object("message")
    message_id = message.identifier("id")
    if not event.by_staff:
        stamp = int(event.at.timestamp() * 1000)
        yield MessageEdited(
            id=event.id(f"edit:{message_id}:{stamp}"),
            at=event.at,
            message_id=message_id,
            text=message.text("text", ""),
            **event.place(),
        )


def _unsent(event: _Event) -> Iterator[ThreadEvent]:
    message_id = event.item.object("unsend").identifier("messageId")
    if not event.by_staff:
        yield MessageDeleted(
            id=event.id(f"deleted:{message_id}"), at=event.at, message_ids=(message_id,), **event.place()
        )


def _control(event: _Event) -> Iterator[ThreadEvent]:
    """Read that we were given the chat, or that another module of the account was."""
    in_control = event.item.text("type") == "activated"
    stamp = int(event.at.timestamp() * 1000)
    identifier = event.id(f"control:{event.author}:{stamp}")
    yield ControlChanged(id=identifier, at=event.at, in_control=in_control, **event.place())


_READERS: dict[str, Callable[[_Event], Iterator[ThreadEvent]]] = {
    "message": _message,
    "messageEdited": _edited,
    "unsend": _unsent,
    "activated": _control,
    "deactivated": _control,
}
