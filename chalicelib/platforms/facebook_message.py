"""What happens in Messenger: messages, echoes, edits, deletions, and who has the conversation.

Facts: https://developers.facebook.com/docs/messenger-platform/reference/webhook-events and
https://developers.facebook.com/docs/messenger-platform/handover-protocol
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from chalicelib.core.events import (
    ControlChanged,
    CustomerWrote,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    Speaker,
    ThreadEvent,
)
from chalicelib.core.message import Customer, Thread
from chalicelib.platforms import meta_graph, meta_webhook
from chalicelib.platforms.contract import Channel
from chalicelib.platforms.payload import Payload

_QUIET = frozenset(
    {
        "read",
        "delivery",
        "reaction",
        "optin",
        "referral",
        "account_linking",
        "app_roles",
        "request_thread_control",
    }
)


def read(item: Payload, page: str, channel: Channel, *, standby: bool) -> tuple[ThreadEvent, ...] | None:
    """Return the events of an item of `messaging` or `standby`, None where its kind is not known."""
    place = _Place(item, page, channel, standby=standby)
    for kind, reader in _READERS.items():
        if kind in item:
            return tuple(reader(item, place)) if place.known else ()
    return () if any(kind in item for kind in _QUIET) else None


def name(item: Payload) -> str:
    """Return what an item calls itself."""
    return next((name for name in item.data if name not in ("sender", "recipient", "timestamp")), "empty")


class _Place:
    """Where one item of a webhook belongs: the thread, its customer, and who spoke."""

    def __init__(self, item: Payload, page: str, channel: Channel, *, standby: bool) -> None:
        sender = item.optional("sender").identifier("id", "")
        recipient = item.optional("recipient").identifier("id", "")
        # Older documents have the two of an echo swapped: the customer is whoever is not the page.
        psid = recipient if sender in (page, "") else sender
        self.page = page
        self.standby = standby
        self.by_page = sender == page
        self.app_id = str(channel.options.get("app_id", ""))
        self.automations = frozenset(map(str, channel.listed("automations")))
        self.common: dict[str, Any] = {
            "thread": Thread(channel=channel.id, key=psid),
            "customer": Customer(id=psid),
            "address": {"psid": psid},
            "account": page,
        }
        self.known = bool(psid) and psid != page


def _message(item: Payload, place: _Place) -> Iterator[ThreadEvent]:
    message = item.object("message")
    mid = message.identifier("mid")
    at = item.moment("timestamp", "milliseconds")
    if message.flag("is_deleted"):
        yield MessageDeleted(id=f"deleted:{place.page}:{mid}", at=at, message_ids=(mid,), **place.common)
    elif message.flag("is_echo") or place.by_page or _has_our_metadata(message):
        yield _echo(message, mid, at, place)
    else:
        yield CustomerWrote(
            id=f"message:{place.page}:{mid}",
            at=at,
            message_id=mid,
            text=message.text("text", ""),
            attachments=tuple(_attachments(message)),
            standby=place.standby,
            **place.common,
        )


def _echo(message: Payload, mid: str, at: datetime, place: _Place) -> MessageEchoed:
    """Return what the page wrote: by our mark or our app's id it is ours."""
    marked = _has_our_metadata(message)
    app = message.identifier("app_id", "")
    return MessageEchoed(
        id=f"echo:{place.page}:{mid}",
        at=at,
        message_id=mid,
        text=message.text("text", ""),
        nonce=message.text("metadata").removeprefix(meta_graph.METADATA) if marked else "",
        ours=marked or (bool(app) and app == place.app_id),
        # The inbox, other apps and Meta's own automations look alike; only what the owner names is told
        # apart (R3).
        otherwise=Speaker.AUTOMATION if app in place.automations else Speaker.UNKNOWN,
        **place.common,
    )


def _has_our_metadata(message: Payload) -> bool:
    # Only an app of the page can write metadata.
    return message.text("metadata", "").startswith(meta_graph.METADATA)


def _attachments(message: Payload) -> Iterator[str]:
    if message.flag("is_unsupported"):
        yield "unsupported"
    for attachment in message.objects("attachments"):
        kind = attachment.text("type", "unknown")
        # Until August 2026 a sticker came as an image that has a sticker_id.
        sticker = kind == "image" and "sticker_id" in attachment.optional("payload")
        yield "sticker" if sticker else kind


def _edit(item: Payload, place: _Place) -> Iterator[ThreadEvent]:
    edit = item.object("message_edit")
    mid = edit.identifier("mid")
    at = item.moment("timestamp", "milliseconds")
    if not place.by_page:
        yield MessageEdited(
            id=f"edit:{place.page}:{mid}:{edit.identifier('num_edit', str(at.timestamp()))}",
            at=at,
            message_id=mid,
            text=edit.text("text", ""),
            **place.common,
        )


def _postback(item: Payload, place: _Place) -> Iterator[ThreadEvent]:
    postback = item.object("postback")
    at = item.moment("timestamp", "milliseconds")
    mid = postback.identifier("mid", f"{place.common['customer'].id}:{at.timestamp()}")
    yield CustomerWrote(
        id=f"message:{place.page}:{mid}",
        at=at,
        message_id=mid,
        text=postback.text("title", ""),
        attachments=("button",),
        standby=place.standby,
        **place.common,
    )


def _control(item: Payload, place: _Place) -> Iterator[ThreadEvent]:
    how = "pass" if "pass_thread_control" in item else "take"
    at = item.moment("timestamp", "milliseconds")
    identifier = f"control:{place.page}:{place.common['customer'].id}:{at.timestamp()}:{how}"
    in_control = meta_webhook.has_thread(item, place.app_id, standby=place.standby)
    yield ControlChanged(id=identifier, at=at, in_control=in_control, **place.common)


_READERS: dict[str, Callable[[Payload, _Place], Iterator[ThreadEvent]]] = {
    "message": _message,
    "message_edit": _edit,
    "postback": _postback,
    "pass_thread_control": _control,
    "take_thread_control": _control,
}
