"""What happens in Instagram's direct messages: words, echoes, edits, deletions, and who has the thread.

Facts: https://developers.facebook.com/docs/messenger-platform/instagram/features/webhook and
https://developers.facebook.com/docs/instagram-platform/self-messaging
"""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.core.events import (
    ControlChanged,
    CustomerWrote,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    Speaker,
)
from chalicelib.core.message import Customer, Thread
from chalicelib.platforms import meta_graph, meta_webhook
from chalicelib.platforms.instagram_item import Found, Item, NotEnough, Reader, moment, quiet
from chalicelib.platforms.payload import Payload

_ATTACHMENTS = {"unsupported_type": "unsupported"}


def _place(item: Item) -> dict[str, Any]:
    """Return thread, customer and address of a messaging item: the customer is whoever is not the account."""
    sides = [item.data.optional(side).identifier("id", "") for side in ("sender", "recipient")]
    igsid = next((side for side in sides if side and side != item.account), "")
    if not igsid:
        raise NotEnough
    return {
        "thread": Thread(channel=item.channel.id, key=igsid),
        "customer": Customer(id=igsid),
        "address": {"igsid": igsid},
        "account": item.account,
        "at": moment(item.data, "timestamp"),
    }


def _by_account(item: Item) -> bool:
    return item.data.optional("sender").identifier("id", "") == item.account


def _is_to_itself(item: Item, part: Payload) -> bool:
    # Since November 2025 an account may write to itself, to try things out.
    return item.data.flag("is_self") or part.flag("is_self")


def _message(item: Item) -> Iterator[Found]:
    message = item.data.object("message")
    mid = message.identifier("mid")
    if _is_to_itself(item, message):
        return
    place = _place(item)
    if message.flag("is_deleted"):
        yield MessageDeleted(id=f"deleted:{item.account}:{mid}", message_ids=(mid,), **place)
    elif message.flag("is_echo") or _by_account(item):
        yield _echo(item, message, mid, place)
    else:
        kinds = tuple(_kinds(message))
        yield _customer_wrote(item, mid, message.text("text", ""), kinds, place)


def _customer_wrote(
    item: Item, mid: str, text: str, attachments: tuple[str, ...], place: Mapping[str, Any]
) -> CustomerWrote:
    return CustomerWrote(
        id=f"message:{item.account}:{mid}",
        message_id=mid,
        text=text,
        attachments=attachments,
        standby=item.standby,
        **place,
    )


def _echo(item: Item, message: Payload, mid: str, place: Mapping[str, Any]) -> MessageEchoed:
    """Return what the account wrote: by a mark or our app's id it is ours, else nothing tells who it was.

    Echoes without an app id are the rule: https://github.com/chatwoot/chatwoot/issues/10341
    """
    mark = message.text("metadata", "")
    app, our_app = message.identifier("app_id", ""), item.option("app_id")
    marked = mark.startswith(meta_graph.METADATA)
    return MessageEchoed(
        id=f"echo:{item.account}:{mid}",
        message_id=mid,
        text=message.text("text", ""),
        nonce=mark.removeprefix(meta_graph.METADATA) if marked else "",
        ours=marked or (bool(app) and app == our_app),
        unmarked=not marked and not (app and our_app),
        # A person in the app, another program and Meta's own automations look alike from here (R3).
        otherwise=Speaker.AUTOMATION if app in item.channel.listed("automations") else Speaker.UNKNOWN,
        **place,
    )


def _kinds(message: Payload) -> Iterator[str]:
    """Yield the kinds of what came with a message; a story is named, never kept."""
    if message.flag("is_unsupported"):
        yield "unsupported"
    if "story" in message.optional("reply_to"):
        yield "story_reply"
    for attachment in message.objects("attachments"):
        kind = attachment.text("type", "unknown")
        yield _ATTACHMENTS.get(kind, kind)


def _edit(item: Item) -> Iterator[Found]:
    edit = item.data.object("message_edit")
    if "text" not in edit:
        raise NotEnough
    if _by_account(item) or _is_to_itself(item, edit):
        return
    place, mid = _place(item), edit.identifier("mid")
    # Where edits have no number, their times tell them apart.
    which = edit.identifier("num_edit", str(place["at"].timestamp()))
    yield MessageEdited(
        id=f"edit:{item.account}:{mid}:{which}", message_id=mid, text=edit.text("text"), **place
    )


def _postback(item: Item) -> Iterator[Found]:
    postback = item.data.object("postback")
    if _by_account(item) or _is_to_itself(item, postback):
        return
    place = _place(item)
    mid = postback.identifier("mid", f"{place['thread'].key}:{place['at'].timestamp()}")
    yield _customer_wrote(item, mid, postback.text("title", ""), ("button",), place)


def _control(item: Item) -> Iterator[Found]:
    """Tell who has the thread after it was passed or taken."""
    how = "pass_thread_control" if "pass_thread_control" in item.data else "take_thread_control"
    place = _place(item)
    key = f"{place['thread'].key}:{place['at'].timestamp()}:{how}"
    in_control = meta_webhook.has_thread(item.data, item.option("app_id"), standby=item.standby)
    yield ControlChanged(id=f"control:{item.account}:{key}", in_control=in_control, **place)


READERS: dict[str, Reader] = {
    "message": _message,
    "message_edit": _edit,
    "postback": _postback,
    "pass_thread_control": _control,
    "take_thread_control": _control,
    "request_thread_control": quiet,
    "read": quiet,
    "reaction": quiet,
    "referral": quiet,
    "optin": quiet,
    "response_feedback": quiet,
}
# The test button of the App Dashboard sends messages as changes.
FIELDS = frozenset(
    {
        "messages",
        "message_echoes",
        "message_edit",
        "message_reactions",
        "messaging_handover",
        "messaging_optins",
        "messaging_postbacks",
        "messaging_referral",
        "messaging_seen",
        "response_feedback",
        "standby",
    }
)
