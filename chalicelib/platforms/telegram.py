"""Telegram: bot chats, groups, and the owner's own account through a Business connection.

Facts: https://core.telegram.org/bots/api (Bot API 10); delivery mechanics from the source of
https://github.com/tdlib/telegram-bot-api (WebhookActor.cpp, Client.cpp).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import (
    BystanderWrote,
    CustomerWrote,
    HumanReplied,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    Outcome,
    Speaker,
    ThreadEvent,
)
from chalicelib.core.message import Customer, Surface, Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import signatures
from chalicelib.platforms.contract import (
    Answer,
    Capabilities,
    Channel,
    Credential,
    FactLearned,
    HttpRequest,
    HttpResponse,
    Inbound,
    Outgoing,
    Parsed,
    Reconciliation,
    SendResult,
    Unresolved,
    random_word,
)
from chalicelib.platforms.payload import Payload, read_json

NAME = "telegram"
CREDENTIALS = (
    Credential(name="bot_token", what="the token BotFather gave you, 123456:ABC..."),
    Credential(
        name="webhook_secret", what="a word of your own that Telegram repeats in every call", make=random_word
    ),
)
OPTIONS = {"staff": "Telegram user ids of your people, whose words in a group count as yours"}
NEEDS: Mapping[str, str] = {}
# A 2xx body that holds "method" would be executed as a call of the Bot API: the answer stays empty.
ACCEPTED = Answer()
CAPABILITIES = Capabilities(text_limit=4096, echo=True)

_API = "https://api.telegram.org"
_PRIVATE = "private"
_GROUPS = frozenset({"group", "supergroup"})
_QUIET = frozenset({"my_chat_member", "channel_post", "edited_channel_post"})
_KINDS = (
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
_ADMINS_HOLD = timedelta(hours=1)
_CONNECTION_HOLDS = timedelta(hours=24)


def handshake(inbound: Inbound, channel: Channel) -> Answer | None:
    """Return None: Telegram does not check the URL."""
    return None


def verify(inbound: Inbound, channel: Channel) -> None:
    """Compare the secret token of setWebhook. Raises `BadSignature`.

    It proves who calls, not what the body says, so it must stay as secret as a password.
    """
    given = inbound.headers.get("x-telegram-bot-api-secret-token")
    signatures.require_shared_secret(given, channel.secrets.get("webhook_secret", ()))


def parse(inbound: Inbound, channel: Channel) -> Parsed:
    """Return the events of one update; what hangs on a connection or on a group's staff is unresolved."""
    update = read_json(inbound.body)
    update_id = update.identifier("update_id")
    for kind, read in _READERS.items():
        if kind in update:
            context = _Update(channel, update_id, inbound.received_at)
            return Parsed(events=tuple(read(update.object(kind), context)))
    if any(kind in update for kind in _QUIET):
        return Parsed()
    return Parsed(unknown=(next((kind for kind in update.data if kind != "update_id"), "empty"),))


def allowance(thread: Thread, address: Mapping[str, str]) -> Allowance:
    """Return 24 hours after the customer's last message in a Business chat, no limit elsewhere (R25).

    The right `can_reply` covers chats "that had incoming messages in the last 24 hours".
    """
    return Allowance(automatic=timedelta(hours=24)) if "business_connection_id" in address else Allowance()


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return sendMessage, through the Business connection where the thread has one."""
    body: dict[str, Any] = {"chat_id": outgoing.address["chat_id"], "text": outgoing.text}
    if connection := outgoing.address.get("business_connection_id"):
        body["business_connection_id"] = connection
    if reply_to := outgoing.address.get("reply_to"):
        body["reply_parameters"] = {"message_id": int(reply_to), "allow_sending_without_reply": True}
    if topic := outgoing.address.get("message_thread_id"):
        body["message_thread_id"] = int(topic)
    return _call(channel, "sendMessage", body)


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return the message id, or what the error asks for: 429 waits, a migrated group has a new id."""
    try:
        body = read_json(response.body)
        if body.flag("ok"):
            return SendResult(outcome=Outcome.SENT, message_id=body.object("result").identifier("message_id"))
    except BadPayload:
        if response.status < 300:
            return SendResult(outcome=Outcome.AMBIGUOUS, reason="no_message_id")
        body = Payload({}, "body")
    return _refusal(response.status, body)


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Return that nothing can be asked: in Business chats the echo has had its time, bot chats have none."""
    return Reconciliation()


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return uncertain: Telegram has no way to read back what a bot wrote."""
    return SendResult(outcome=Outcome.UNCERTAIN, reason="no_read_back")


def lookup(need: str, channel: Channel) -> HttpRequest:
    """Return getBusinessConnection or getChatAdministrators."""
    kind, _, subject = need.partition(":")
    if kind == "connection":
        return _call(channel, "getBusinessConnection", {"business_connection_id": subject})
    return _call(channel, "getChatAdministrators", {"chat_id": subject})


def read_lookup(need: str, response: HttpResponse) -> tuple[Mapping[str, Any], timedelta]:
    """Return who owns a connection, or who administers a group. Raises `BadPayload`."""
    body = read_json(response.body)
    if not body.flag("ok"):
        raise BadPayload(f"Telegram answered {response.status}")
    if need.startswith("connection:"):
        return _connection_facts(body.object("result")), _CONNECTION_HOLDS
    members = [member.optional("user") for member in body.objects("result")]
    return {"staff": [member.identifier("id") for member in members if "id" in member]}, _ADMINS_HOLD


def resolve(unresolved: Unresolved, facts: Mapping[str, Any], channel: Channel) -> tuple[ThreadEvent, ...]:
    """Return who spoke, now that the connection's owner or the group's staff is known."""
    message = Payload(unresolved.raw["message"], "message")
    if unresolved.need.startswith("connection:"):
        return tuple(_business_direction(message, channel, str(facts["user_id"])))
    return tuple(_group_message(message, channel, {*channel.listed("staff"), *facts["staff"]}))


@dataclass(frozen=True, slots=True)
class _Update:
    channel: Channel
    id: str
    received_at: datetime


def _message(message: Payload, update: _Update) -> Iterator[ThreadEvent | Unresolved]:
    kind = message.object("chat").text("type", "")
    if kind == _PRIVATE and not _is_bot(message) and _says_something(message):
        yield _customer_wrote(message, update.channel, _private(message, update.channel))
    elif kind in _GROUPS and _is_from_a_person(message) and _says_something(message):
        yield from _in_group(message, update)


def _edited(message: Payload, update: _Update) -> Iterator[ThreadEvent]:
    kind = message.object("chat").text("type", "")
    if _is_bot(message) or not _says_something(message):
        return
    place = _private(message, update.channel) if kind == _PRIVATE else _in_place(message, update.channel)
    if kind == _PRIVATE or kind in _GROUPS:
        yield MessageEdited(
            id=f"edit:{_name(message)}:{message.identifier('edit_date', update.id)}",
            at=message.moment("edit_date" if "edit_date" in message else "date", "seconds"),
            message_id=_name(message),
            text=_text(message),
            **place,
        )


def _business(message: Payload, update: _Update) -> Iterator[ThreadEvent | Unresolved]:
    """Tell who spoke, in the order that cannot mistake one for the other."""
    bot = message.optional("sender_business_bot").identifier("id", "")
    if bot or message.flag("is_from_offline"):
        ours = bool(bot) and bot == update.channel.secret("bot_token").partition(":")[0]
        yield MessageEchoed(
            id=f"message:{_name(message)}",
            at=message.moment("date", "seconds"),
            message_id=message.identifier("message_id"),
            text=_text(message),
            ours=ours,
            otherwise=Speaker.AUTOMATION,
            **_private(message, update.channel),
        )
    elif _says_something(message):
        yield Unresolved(
            id=f"message:{_name(message)}",
            at=message.moment("date", "seconds"),
            thread=_private(message, update.channel)["thread"],
            need=f"connection:{message.identifier('business_connection_id')}",
            raw={"message": message.data},
        )


def _business_direction(message: Payload, channel: Channel, owner: str) -> Iterator[ThreadEvent]:
    place = _private(message, channel)
    if message.object("from").identifier("id") == owner:
        yield HumanReplied(
            id=f"message:{_name(message)}",
            at=message.moment("date", "seconds"),
            message_id=message.identifier("message_id"),
            text=_text(message),
            **place,
        )
    else:
        yield _customer_wrote(message, channel, place)


def _business_edited(message: Payload, update: _Update) -> Iterator[ThreadEvent]:
    place = _private(message, update.channel)
    if message.optional("from").identifier("id", "") == place["customer"].id and _says_something(message):
        yield MessageEdited(
            id=f"edit:{_name(message)}:{message.identifier('edit_date', update.id)}",
            at=message.moment("edit_date" if "edit_date" in message else "date", "seconds"),
            message_id=_name(message),
            text=_text(message),
            **place,
        )


def _business_deleted(deleted: Payload, update: _Update) -> Iterator[ThreadEvent]:
    """What was deleted is owed no answer; who deleted it is not said, and it is never a reply."""
    chat = deleted.object("chat").identifier("id")
    place = _private(deleted, update.channel)
    names = tuple(f"{chat}:{message_id}" for message_id in deleted.identifiers("message_ids"))
    yield MessageDeleted(id=f"deleted:{update.id}", at=update.received_at, message_ids=names, **place)


def _connection(connection: Payload, update: _Update) -> Iterator[FactLearned]:
    yield FactLearned(
        id=f"connection:{update.id}",
        at=connection.moment("date", "seconds"),
        need=f"connection:{connection.identifier('id')}",
        facts=_connection_facts(connection),
    )


def _connection_facts(connection: Payload) -> dict[str, Any]:
    # Before Bot API 9.0 the right stood at the top level.
    can_reply = connection.optional("rights").flag("can_reply") or connection.flag("can_reply")
    return {
        "user_id": connection.object("user").identifier("id"),
        "can_reply": can_reply,
        "enabled": connection.flag("is_enabled"),
    }


def _in_group(message: Payload, update: _Update) -> Iterator[ThreadEvent | Unresolved]:
    if _is_the_group_itself(message) or _sender(message) in update.channel.listed("staff"):
        yield from _group_message(
            message, update.channel, {_sender(message), *update.channel.listed("staff")}
        )
        return
    yield Unresolved(
        id=f"message:{_name(message)}",
        at=message.moment("date", "seconds"),
        thread=_in_place(message, update.channel)["thread"],
        need=f"admins:{message.object('chat').identifier('id')}",
        raw={"message": message.data},
    )


def _group_message(message: Payload, channel: Channel, staff: set[str]) -> Iterator[ThreadEvent]:
    replied_to = message.optional("reply_to_message")
    asker = replied_to.optional("from").identifier("id", "")
    to_customer = bool(asker) and asker not in staff and not _is_bot(replied_to)
    at = message.moment("date", "seconds")
    words: dict[str, Any] = {"message_id": _name(message), "text": _text(message)}
    if _is_the_group_itself(message) or _sender(message) in staff:
        place = _in_place(replied_to if to_customer else message, channel, chat=message)
        yield HumanReplied(id=f"message:{_name(message)}", at=at, to_all=not to_customer, **words, **place)
    elif to_customer and asker != _sender(message):
        place = _in_place(replied_to, channel, chat=message)
        yield BystanderWrote(id=f"message:{_name(message)}", at=at, **words, **place)
    else:
        yield _customer_wrote(message, channel, _in_place(message, channel))


def _customer_wrote(message: Payload, channel: Channel, place: dict[str, Any]) -> CustomerWrote:
    text = _text(message)
    started = text == "/start" or (text.startswith("/start ") and place["thread"].surface is Surface.DM)
    return CustomerWrote(
        id=f"message:{_name(message)}",
        at=message.moment("date", "seconds"),
        message_id=_name(message),
        # Opening the bot sends /start, which nobody has typed.
        text="" if started else text,
        attachments=("start",) if started else tuple(kind for kind in _KINDS if kind in message),
        **place,
    )


def _private(message: Payload, channel: Channel) -> dict[str, Any]:
    chat = message.object("chat")
    chat_id = chat.identifier("id")
    address = {"chat_id": chat_id}
    if connection := message.identifier("business_connection_id", ""):
        address["business_connection_id"] = connection
    return {
        "thread": Thread(channel=channel.id, key=chat_id),
        "customer": Customer(id=chat_id, name=_full_name(chat)),
        "address": address,
    }


def _in_place(message: Payload, channel: Channel, chat: Payload | None = None) -> dict[str, Any]:
    """Return the thread that one author has in a group: each has a case of their own (R18)."""
    group = (chat or message).object("chat").identifier("id")
    author = message.optional("from")
    sender = author.identifier("id", group)
    address = {"chat_id": group, "reply_to": message.identifier("message_id", "")}
    if message.flag("is_topic_message"):
        address["message_thread_id"] = message.identifier("message_thread_id", "")
    return {
        "thread": Thread(
            channel=channel.id, key=f"{group}:{sender}", surface=Surface.COMMENT, public=True, place=group
        ),
        "customer": Customer(id=sender, name=_full_name(author)),
        "address": address,
    }


def _name(message: Payload) -> str:
    return f"{message.object('chat').identifier('id')}:{message.identifier('message_id')}"


def _text(message: Payload) -> str:
    return message.text("text", "") or message.text("caption", "")


def _full_name(person: Payload) -> str:
    return " ".join(filter(None, (person.text("first_name", ""), person.text("last_name", ""))))


def _sender(message: Payload) -> str:
    return message.optional("from").identifier("id", "")


def _is_bot(message: Payload) -> bool:
    return message.optional("from").flag("is_bot")


def _is_the_group_itself(message: Payload) -> bool:
    chat = message.object("chat").identifier("id")
    return message.optional("sender_chat").identifier("id", "") == chat


def _is_from_a_person(message: Payload) -> bool:
    if message.flag("is_automatic_forward"):
        return False
    return _is_the_group_itself(message) or ("sender_chat" not in message and not _is_bot(message))


def _says_something(message: Payload) -> bool:
    # What has none of these is a service message: somebody joined, the title changed, a message was pinned.
    return any(kind in message for kind in ("text", "caption", *_KINDS))


def _call(channel: Channel, method: str, body: Mapping[str, Any]) -> HttpRequest:
    base = (channel.api_base or _API).rstrip("/")
    return HttpRequest(
        method="POST",
        url=f"{base}/bot{quote(channel.secret('bot_token'), safe=':')}/{method}",
        headers={"content-type": "application/json"},
        body=json.dumps(body).encode(),
    )


def _refusal(status: int, body: Payload) -> SendResult:
    code = status if status >= 300 else int(body.identifier("error_code", "0").lstrip("-")[:4] or 0)
    parameters = body.optional("parameters")
    if migrated := parameters.identifier("migrate_to_chat_id", ""):
        return SendResult(outcome=Outcome.RETRY, reason="migrated", address={"chat_id": migrated})
    if code == 429:
        wait = parameters.data.get("retry_after")
        after = float(wait) if isinstance(wait, int | float) and not isinstance(wait, bool) else None
        return SendResult(outcome=Outcome.RETRY, reason="429", retry_after=after)
    if code >= 500:
        return SendResult(outcome=Outcome.RETRY, reason=str(code))
    if code in (401, 404):
        # 404 is what Telegram says of a token that names no bot.
        return SendResult(outcome=Outcome.CHANNEL_PAUSED, reason=str(code))
    return SendResult(outcome=Outcome.REFUSED, reason=str(code))


_READERS = {
    "message": _message,
    "edited_message": _edited,
    "business_connection": _connection,
    "business_message": _business,
    "edited_business_message": _business_edited,
    "deleted_business_messages": _business_deleted,
}
