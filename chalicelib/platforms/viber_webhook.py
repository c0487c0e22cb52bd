"""Callbacks of Viber: what people write to the bot, and what became of its messages.

Facts: https://developers.viber.com/docs/api/rest-bot-api/#callbacks
"""

from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.core.events import CustomerWrote, MessageEchoed, MessageFailed, Outcome, ThreadEvent
from chalicelib.core.message import Customer, Thread
from chalicelib.platforms.contract import Channel, Parsed
from chalicelib.platforms.payload import Payload

MARK = "hearback:"
"""How `tracking_data` of our own messages begins; it comes back with the customer's next message."""

SUBSCRIBED = ("failed", "subscribed", "unsubscribed", "conversation_started")
"""What Hearback asks Viber to tell besides messages: that one was delivered or seen moves nothing."""

# With `webhook` Viber tries the address; opening a conversation does not yet let the bot write.
_QUIET = frozenset(
    {
        "webhook",
        "conversation_started",
        "subscribed",
        "unsubscribed",
        "delivered",
        "seen",
        "client_status",
        "action",
    }
)
_TEXT = "text"
# A link that somebody shares stands where other messages have the address of their file.
_URL = "url"


def read(callback: Payload, channel: Channel) -> Parsed:
    """Return the events of a callback, each of which is about one thing."""
    kind = callback.text("event")
    reader = _READERS.get(kind)
    if reader is None:
        return Parsed(unknown=() if kind in _QUIET else (kind,))
    return Parsed(events=tuple(reader(callback, channel)))


def _message(callback: Payload, channel: Channel) -> Iterator[ThreadEvent]:
    sender, message = callback.object("sender"), callback.object("message")
    token = callback.identifier("message_token")
    common: dict[str, Any] = {
        "at": callback.moment("timestamp", "milliseconds"),
        **_place(channel, sender.identifier("id"), sender.text("name", "")),
    }
    tracking = message.text("tracking_data", "")
    if tracking.startswith(MARK):
        # It could not come back if it had not arrived: that settles an attempt whose answer was lost.
        nonce = tracking.removeprefix(MARK)[:100]
        yield MessageEchoed(id=f"echo:{nonce}", message_id="", text="", ours=True, nonce=nonce, **common)
    kind = message.text("type", "unknown")[:40]
    yield CustomerWrote(
        id=f"message:{token}",
        message_id=token,
        text=message.text("text", "") or (message.text("media", "") if kind == _URL else ""),
        attachments=() if kind == _TEXT else (kind,),
        **common,
    )


def _failed(callback: Payload, channel: Channel) -> Iterator[ThreadEvent]:
    """Viber's reason is a sentence, which may say anything: it is not passed on."""
    token = callback.identifier("message_token")
    yield MessageFailed(
        id=f"failed:{token}",
        at=callback.moment("timestamp", "milliseconds"),
        message_id=token,
        outcome=Outcome.REFUSED,
        reason="failed",
        **_place(channel, callback.identifier("user_id"), ""),
    )


def _place(channel: Channel, user: str, name: str) -> dict[str, Any]:
    return {
        "thread": Thread(channel=channel.id, key=user),
        "customer": Customer(id=user, name=name),
        "address": {"receiver": user},
    }


_READERS: dict[str, Callable[[Payload, Channel], Iterator[ThreadEvent]]] = {
    "message": _message,
    "failed": _failed,
}
