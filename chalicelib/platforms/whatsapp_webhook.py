"""What a WhatsApp webhook says: customers' messages, replies from the app on the phone, the fate of ours.

Facts: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
and https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
"""

from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import (
    CustomerWrote,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageFailed,
    Outcome,
    Speaker,
    ThreadEvent,
)
from chalicelib.core.message import Customer, Thread
from chalicelib.platforms import meta_graph, meta_webhook
from chalicelib.platforms.contract import Channel
from chalicelib.platforms.payload import Payload

MARK = "hearback:"
"""How `biz_opaque_callback_data` of our own messages begins; it comes back with their statuses."""

Found = ThreadEvent | str
"""What one item holds: an event, or the name of what is not known or cannot be read."""

ERRORS: meta_graph.Errors = {
    **meta_graph.ERRORS,
    **meta_graph.asking(Outcome.RETRY, 80007, 130429, 131000, 131016, 131056, 131057, 133004),
    **meta_graph.asking(Outcome.CHANNEL_PAUSED, 131005, 131031, 131042, 131045, 131048, 131064),
    **meta_graph.asking(Outcome.CHANNEL_PAUSED, 132015, 132016),
    # The number's name is not approved; the number is not registered.
    **meta_graph.asking(Outcome.CHANNEL_PAUSED, 131037, 133010),
    **meta_graph.asking(Outcome.WINDOW_CLOSED, 131047),
}
"""https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes

Whatever is not here is refused: the message or the customer is the reason, and sending again is none.
"""

_QUIET_FIELDS = frozenset(
    {
        "account_review_update",
        "business_capability_update",
        # What was said before the number was connected, and who is in its address book.
        "history",
        "smb_app_state_sync",
        "message_template_components_update",
        "message_template_quality_update",
        "phone_number_name_update",
        "security",
        "template_category_update",
        # The number has changed with it: a new thread begins.
        "user_id_update",
        "user_preferences",
    }
)
_QUIET_MESSAGES = frozenset({"reaction", "system", "request_welcome"})
_QUIET_ECHOES = frozenset({"reaction", "system", "edit", "revoke", "delete"})
_QUIET_STATUSES = frozenset({"deleted", "warning"})
_ON_ITS_WAY = frozenset({"sent", "delivered", "read", "played"})
_KNOWN_MESSAGES = frozenset(
    {
        *("text", "image", "audio", "video", "document", "sticker", "location", "contacts"),
        *("button", "interactive", "order", "unsupported", "unknown"),
    }
)
_WORDS = {
    "text": "body",
    "image": "caption",
    "video": "caption",
    "document": "caption",
    "button": "text",
    "order": "text",
}
_INTERACTIVE = {"button_reply": "title", "list_reply": "title", "nfm_reply": "body"}
_PUNCTUATION = str.maketrans("", "", "+ -()\u00a0")


def found(body: Payload, channel: Channel) -> Iterator[Found]:
    """Yield what every change of every entry holds. Raises `BadPayload` where there are no entries."""
    for entry in meta_webhook.entries(body):
        if isinstance(entry, str):
            yield entry
            continue
        if "changes" not in entry:
            yield "entry.empty"
        for change in meta_webhook.objects(entry, "changes"):
            yield from [change] if isinstance(change, str) else _of_change(change, channel)


def outcome_of(code: object) -> Outcome:
    """Return what an error code of a failed message asks for."""
    if isinstance(code, bool) or not isinstance(code, int):
        return Outcome.REFUSED
    # Zero is Meta's AuthException.
    return ERRORS.get((code, meta_graph.ANY), Outcome.REFUSED) if code else Outcome.CHANNEL_PAUSED


def _of_change(change: Payload, channel: Channel) -> Iterator[Found]:
    given = change.data.get("field")
    field = given if isinstance(given, str) else "?"
    readers = _FIELDS.get(field)
    if readers is None:
        yield from () if field in _QUIET_FIELDS else (_unknown(field, change),)
        return
    try:
        place = _Place(change.object("value"), channel)
    except BadPayload:
        yield f"{field}.unreadable"
        return
    if "errors" in place.value:
        yield f"{field}.errors"
    elif not place.value.data.keys() & readers.keys():
        yield f"{field}.empty"
    for name, read in readers.items():
        for item in meta_webhook.objects(place.value, name):
            yield from [item] if isinstance(item, str) else _of_item(name, item, place, read)


def _unknown(field: str, change: Payload) -> str:
    value = change.data.get("value")
    event = value.get("event") if isinstance(value, dict) else None
    return f"{field}.{event}" if isinstance(event, str) else field


def _of_item(name: str, item: Payload, place: "_Place", read: "_Reader") -> Iterator[Found]:
    """Yield what one item holds; one that cannot be read does not take the others with it."""
    try:
        yield from read(item, place)
    except BadPayload:
        yield f"{name}.unreadable"


class _Place:
    """Whose number a change belongs to, and who its contacts are."""

    def __init__(self, value: Payload, channel: Channel) -> None:
        metadata = value.object("metadata")
        self.value = value
        self.channel = channel.id
        self.account = metadata.identifier("phone_number_id")
        self.business = _phone(metadata.identifier("display_phone_number", ""))
        self.contacts = list(value.objects("contacts"))

    def person(self, item: Payload, number: str, user: str) -> dict[str, Any]:
        """Return the customer an item names in these two fields, nothing where it names none.

        The thread goes by the phone number as long as WhatsApp tells it: the replies from the app on
        the phone may name nothing else. The customer goes by the id that outlives a hidden number.
        """
        given = item.identifier(number, "")
        phone, user_id = _phone(given), item.identifier(user, "")
        contact = self._contact(phone, user_id)
        phone = phone or _phone(contact.identifier("wa_id", ""))
        user_id = user_id or contact.identifier("user_id", "") or ("" if phone else given)
        if not (phone or user_id) or phone == self.business != "":
            return {}
        ways = {"to": phone, "user_id": user_id}
        return {
            "thread": Thread(channel=self.channel, key=phone or user_id),
            "customer": Customer(id=user_id or phone, name=contact.optional("profile").text("name", "")),
            "address": {name: way for name, way in ways.items() if way},
            "account": self.account,
        }

    def _contact(self, phone: str, user_id: str) -> Payload:
        for contact in self.contacts:
            same_user = contact.identifier("user_id", "") == user_id != ""
            if same_user or _phone(contact.identifier("wa_id", "")) == phone != "":
                return contact
        # A number and its id need not be the same: a single contact is the one, unless it names another.
        if len(self.contacts) == 1 and not (user_id and "user_id" in self.contacts[0]):
            return self.contacts[0]
        return Payload({}, "contacts")


def _phone(number: str) -> str:
    """Return a number as digits, however it is written; empty where it is none."""
    digits = number.translate(_PUNCTUATION)
    return digits if digits.isascii() and digits.isdigit() else ""


def _message(item: Payload, place: _Place) -> Iterator[Found]:
    kind = item.text("type", "unknown")
    if "group_id" in item:
        yield "messages.group"
        return
    if kind in _QUIET_MESSAGES or _interaction(item) == "call_permission_reply":
        return
    person = place.person(item, "from", "from_user_id")
    if not person:
        yield "messages.nobody"
        return
    yield _MESSAGES.get(kind, _wrote)(item, place, person)
    if kind not in _KNOWN_MESSAGES and kind not in _MESSAGES:
        yield f"messages.{kind}"


def _wrote(item: Payload, place: _Place, person: dict[str, Any]) -> CustomerWrote:
    wamid = item.identifier("id")
    return CustomerWrote(
        id=f"message:{place.account}:{wamid}",
        at=item.moment("timestamp", "seconds"),
        message_id=wamid,
        text=_words(item),
        attachments=_attachments(item),
        **person,
    )


def _edited(item: Payload, place: _Place, person: dict[str, Any]) -> MessageEdited:
    edit = item.object("edit")
    return MessageEdited(
        id=f"edit:{place.account}:{item.identifier('id')}",
        at=item.moment("timestamp", "seconds"),
        message_id=edit.identifier("original_message_id"),
        text=_words(edit.object("message")),
        **person,
    )


def _revoked(item: Payload, place: _Place, person: dict[str, Any]) -> MessageDeleted:
    return MessageDeleted(
        id=f"deleted:{place.account}:{item.identifier('id')}",
        at=item.moment("timestamp", "seconds"),
        message_ids=(item.object("revoke").identifier("original_message_id"),),
        **person,
    )


def _echo(item: Payload, place: _Place) -> Iterator[Found]:
    """Yield a reply that somebody typed in the WhatsApp Business app; nothing in it tells it from ours.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/smb_message_echoes
    """
    if item.text("type", "") in _QUIET_ECHOES:
        return
    if "group_id" in item:
        yield "message_echoes.group"
        return
    # Some have the two swapped: the customer is whoever is not the business.
    person = place.person(item, "to", "to_user_id") or place.person(item, "from", "from_user_id")
    if not person:
        yield "message_echoes.nobody"
        return
    wamid = item.identifier("id")
    yield MessageEchoed(
        id=f"echo:{place.account}:{wamid}",
        at=item.moment("timestamp", "seconds"),
        message_id=wamid,
        text=_words(item),
        unmarked=True,
        otherwise=Speaker.HUMAN,
        **person,
    )


def _status(item: Payload, place: _Place) -> Iterator[Found]:
    """Yield what became of a message; one that bears no mark of ours is no sign of a person."""
    state, group = item.text("status", ""), item.text("recipient_type", "") == "group"
    if group or state in _QUIET_STATUSES:
        return
    if state != "failed" and state not in _ON_ITS_WAY:
        yield f"statuses.{state}"
        return
    mark = item.text("biz_opaque_callback_data", "")
    nonce, _, key = mark.removeprefix(MARK).partition(":") if mark.startswith(MARK) else ("", "", "")
    if state == "failed" or nonce:
        yield from _fate(item, place, nonce, key, failed=state == "failed")


def _fate(item: Payload, place: _Place, nonce: str, key: str, *, failed: bool) -> Iterator[Found]:
    person = place.person(item, "recipient_id", "recipient_user_id")
    if not person:
        yield "statuses.nobody"
        return
    wamid = item.identifier("id")
    common: dict[str, Any] = {
        "at": item.moment("timestamp", "seconds"),
        "thread": Thread(channel=place.channel, key=key) if key else person["thread"],
        "customer": person["customer"],
        "account": place.account,
        "message_id": wamid,
        "nonce": nonce,
    }
    if failed:
        code = next((error.data.get("code") for error in item.objects("errors")), None)
        reason = str(code) if isinstance(code, int) and abs(code) < 10**9 else "failed"
        yield MessageFailed(
            id=f"failed:{place.account}:{wamid}", outcome=outcome_of(code), reason=reason.lower(), **common
        )
        return
    # Whichever comes first proves that it went out: sent is left out where delivered is as fast.
    yield MessageEchoed(id=f"sent:{place.account}:{wamid}", text="", ours=True, **common)


def _interaction(item: Payload) -> str:
    is_one = item.text("type", "") == "interactive"
    return item.optional("interactive").text("type", "") if is_one else ""


def _words(item: Payload) -> str:
    """Return what somebody wrote, tapped, or put below a picture."""
    kind = item.text("type", "")
    if kind == "interactive":
        interactive, chosen = item.optional("interactive"), _interaction(item)
        return interactive.optional(chosen).text(_INTERACTIVE[chosen], "") if chosen in _INTERACTIVE else ""
    return item.optional(kind).text(_WORDS[kind], "") if kind in _WORDS else ""


def _attachments(item: Payload) -> tuple[str, ...]:
    kind = item.text("type", "unknown")
    if kind == "text":
        return ()
    if kind in ("button", "interactive"):
        return ("form",) if _interaction(item) == "nfm_reply" else ("button",)
    if kind == "audio" and item.optional("audio").flag("voice"):
        return ("voice",)
    return (kind,) if kind in _KNOWN_MESSAGES - {"unknown"} else ("unsupported",)


_Reader = Callable[[Payload, _Place], Iterator[Found]]
_MESSAGES: dict[str, Callable[[Payload, _Place, dict[str, Any]], ThreadEvent]] = {
    "edit": _edited,
    "revoke": _revoked,
}
_FIELDS: dict[str, dict[str, _Reader]] = {
    "messages": {"messages": _message, "statuses": _status},
    "smb_message_echoes": {"message_echoes": _echo},
}
