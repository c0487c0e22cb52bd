"""Facebook Messenger: messages, echoes, standby, edits and deletions of a page.

Facts: https://developers.facebook.com/docs/messenger-platform/reference/webhook-events and
https://developers.facebook.com/docs/messenger-platform/reference/send-api
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import (
    ControlChanged,
    CustomerWrote,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    Outcome,
    Speaker,
    ThreadEvent,
)
from chalicelib.core.message import Customer, Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import meta_graph
from chalicelib.platforms.contract import (
    Answer,
    Capabilities,
    Channel,
    Credential,
    HttpRequest,
    HttpResponse,
    Inbound,
    Outgoing,
    Parsed,
    Reconciliation,
    SendResult,
    random_word,
)
from chalicelib.platforms.payload import Payload, read_json

NAME = "facebook"
CREDENTIALS = (
    Credential(name="app_secret", what="App Secret, under App settings > Basic of your Meta app"),
    Credential(name="page_token", what="Page access token with pages_messaging, made for your page"),
    Credential(
        name="verify_token",
        what="a word of your own that you repeat in the webhook settings",
        make=random_word,
    ),
)
OPTIONS = {"app_id": "the id of your Meta app; with it a handed-over thread is told from one given back"}
NEEDS = {"account": "the id of your page"}
ACCEPTED = Answer()
CAPABILITIES = Capabilities(text_limit=1999, echo=True)

_METADATA = "hearback:"
# A message may be asked for until its last lease ends, and `claimed_at` is when it is asked for.
_RECONCILED_WITHIN = timedelta(minutes=15)
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

handshake = meta_graph.handshake
verify = meta_graph.verify


def parse(inbound: Inbound, channel: Channel) -> Parsed:
    """Return the events of every entry, from `messaging` and from `standby` alike.

    An item that cannot be read does not take the others of its batch with it; it counts as unknown.
    """
    body = read_json(inbound.body)
    if body.text("object") != "page":
        return Parsed(unknown=(f"object.{body.text('object')}",))
    events: list[ThreadEvent] = []
    unknown: list[str] = []
    unreadable: list[BadPayload] = []
    for entry in body.objects("entry"):
        page = entry.identifier("id")
        for lane in ("messaging", "standby"):
            for item in entry.objects(lane):
                try:
                    kind, found = _read(item, _Place(item, page, channel, standby=lane == "standby"))
                except BadPayload as error:
                    kind, found = "", []
                    unreadable.append(error)
                events.extend(found)
                unknown.extend([] if kind else [f"{lane}.{_first_unknown(item)}"])
        unknown.extend(f"changes.{change.text('field', '?')}" for change in entry.objects("changes"))
        unknown.extend(["entry.empty"] if not {"messaging", "standby", "changes"} & entry.data.keys() else [])
    if unreadable and not events:
        raise unreadable[0]
    return Parsed(events=tuple(sorted(events, key=lambda event: event.at)), unknown=tuple(unknown))


def allowance(thread: Thread, address: Mapping[str, str]) -> Allowance:
    """Return 24 hours for automatic words, and the seven days in which a person may still write (R25).

    https://developers.facebook.com/docs/messenger-platform/policy/policy-overview
    """
    return Allowance(automatic=timedelta(hours=24), human=timedelta(days=7))


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return a Send API request whose `metadata` comes back with the echo.

    Only words a person wrote carry HUMAN_AGENT, and only past the 24 hours in which none is needed (R25).
    """
    late = outgoing.last_customer_at and outgoing.claimed_at - outgoing.last_customer_at >= timedelta(
        hours=24
    )
    tag = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"} if outgoing.human and late else None
    body = {
        "recipient": {"id": outgoing.address["psid"]},
        **(tag or {"messaging_type": "RESPONSE"}),
        "message": {"text": outgoing.text, "metadata": _METADATA + outgoing.key},
    }
    return meta_graph.request("POST", f"{channel.account}/messages", channel, query={}, body=body)


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return the message id of a sent message, or what the error asks for."""
    if response.status != 200:
        return meta_graph.read_error(response)
    try:
        return SendResult(outcome=Outcome.SENT, message_id=read_json(response.body).identifier("message_id"))
    except BadPayload:
        return SendResult(outcome=Outcome.AMBIGUOUS, reason="no_message_id")


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Ask for the newest messages of the conversation: the Send API has no idempotency key.

    https://developers.facebook.com/docs/graph-api/reference/page/conversations
    """
    query = {
        "platform": "messenger",
        "user_id": outgoing.address["psid"],
        "fields": "messages.limit(20){id,message,from,created_time}",
    }
    return Reconciliation(
        ask=meta_graph.request("GET", f"{channel.account}/conversations", channel, query=query)
    )


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return sent when our words stand there, else uncertain: a missing ack is better than two."""
    if response.status != 200:
        refusal = meta_graph.read_error(response)
        later = refusal.outcome is Outcome.RETRY
        return SendResult(outcome=Outcome.AMBIGUOUS if later else Outcome.UNCERTAIN, reason=refusal.reason)
    try:
        for message in _messages(read_json(response.body)):
            if _is_this(message, outgoing):
                return SendResult(outcome=Outcome.SENT, message_id=message.identifier("id"))
    except BadPayload:
        return SendResult(outcome=Outcome.UNCERTAIN, reason="unreadable")
    return SendResult(outcome=Outcome.UNCERTAIN, reason="not_found")


def _messages(body: Payload) -> Iterator[Payload]:
    for conversation in body.objects("data"):
        yield from conversation.optional("messages").objects("data")


def _is_this(message: Payload, outgoing: Outgoing) -> bool:
    """Return whether these are our words, put out lately and not by the customer."""
    if message.text("message", "").split() != outgoing.text.split():
        return False
    if message.optional("from").identifier("id", "") == outgoing.address.get("psid"):
        return False
    try:
        created_at = datetime.fromisoformat(message.text("created_time"))
    except ValueError:
        raise BadPayload("created_time is not a time") from None
    if created_at.tzinfo is None:
        raise BadPayload("created_time has no offset")
    return created_at >= outgoing.claimed_at - _RECONCILED_WITHIN


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
        self.common: dict[str, Any] = {
            "thread": Thread(channel=channel.id, key=psid),
            "customer": Customer(id=psid),
            "address": {"psid": psid},
            "account": page,
        }
        self.known = bool(psid) and psid != page


def _read(item: Payload, place: _Place) -> tuple[str, list[ThreadEvent]]:
    """Return the kind of an item, empty where it is not known, and its events."""
    for kind, read in _READERS.items():
        if kind in item:
            return kind, list(read(item, place)) if place.known else []
    return next((kind for kind in sorted(_QUIET) if kind in item), ""), []


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
    ours = _has_our_metadata(message)
    return MessageEchoed(
        id=f"echo:{place.page}:{mid}",
        at=at,
        message_id=mid,
        text=message.text("text", ""),
        nonce=message.text("metadata").removeprefix(_METADATA) if ours else "",
        ours=ours,
        # The inbox, another app and Meta's own automations all look alike from here (R3).
        otherwise=Speaker.UNKNOWN,
        **place.common,
    )


def _has_our_metadata(message: Payload) -> bool:
    # Only an app of the page can write metadata.
    return message.text("metadata", "").startswith(_METADATA)


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


def _passed(item: Payload, place: _Place) -> Iterator[ThreadEvent]:
    owner = item.object("pass_thread_control").identifier("new_owner_app_id", "")
    # Without our app id only the lane tells: an app in standby has not been given the thread.
    in_control = owner == place.app_id if place.app_id else not place.standby
    yield _control("pass", item, place, in_control=in_control)


def _taken(item: Payload, place: _Place) -> Iterator[ThreadEvent]:
    owner = item.object("take_thread_control").identifier("new_owner_app_id", "")
    yield _control("take", item, place, in_control=bool(owner) and owner == place.app_id)


def _control(how: str, item: Payload, place: _Place, *, in_control: bool) -> ControlChanged:
    at = item.moment("timestamp", "milliseconds")
    identifier = f"control:{place.page}:{place.common['customer'].id}:{at.timestamp()}:{how}"
    return ControlChanged(id=identifier, at=at, in_control=in_control, **place.common)


def _first_unknown(item: Payload) -> str:
    return next((name for name in item.data if name not in ("sender", "recipient", "timestamp")), "empty")


_READERS: dict[str, Callable[[Payload, _Place], Iterator[ThreadEvent]]] = {
    "message": _message,
    "message_edit": _edit,
    "postback": _postback,
    "pass_thread_control": _passed,
    "take_thread_control": _taken,
}
