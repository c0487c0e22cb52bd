"""Telegram: bot chats, groups, and the owner's own account through a Business connection.

Facts: https://core.telegram.org/bots/api (Bot API 10); delivery mechanics from the source of
https://github.com/tdlib/telegram-bot-api (WebhookActor.cpp, Client.cpp).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import (
    BystanderWrote,
    ControlChanged,
    CustomerWrote,
    HumanReplied,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    Outcome,
    Speaker,
    ThreadEvent,
)
from chalicelib.core.message import Lane, Surface, Thread
from chalicelib.core.policy import Allowance
from chalicelib.core.values import dataclass
from chalicelib.platforms import signatures, telegram_lookup, telegram_setup
from chalicelib.platforms import telegram_message as tm
from chalicelib.platforms.contract import (
    Answer,
    Capabilities,
    Channel,
    Credential,
    FactLearned,
    HttpRequest,
    HttpResponse,
    Inbound,
    Limit,
    Outgoing,
    Parsed,
    Rate,
    RateScope,
    Reconciliation,
    SendResult,
    Unresolved,
    random_word,
)
from chalicelib.platforms.payload import Payload, read_json, wait_seconds

NAME = "telegram"
CREDENTIALS = (
    Credential(
        name="bot_token",
        what="the token BotFather gave you, 123456:ABC...",
        where="Telegram > @BotFather > /newbot, or /token for a bot you have",
    ),
    Credential(
        name="webhook_secret", what="a word of your own that Telegram repeats in every call", make=random_word
    ),
)
OPTIONS = {"staff": "Telegram user ids of your people, whose words in a group count as yours"}
WANTED: tuple[str, ...] = ()
NEEDS: Mapping[str, str] = {}
# A 2xx body that holds "method" would be executed as a call of the Bot API: the answer stays empty.
ACCEPTED = Answer()
BY_HAND = telegram_setup.BY_HAND
CAPABILITIES = Capabilities(
    lanes={Lane.MESSAGE: Limit(4096), Lane.PUBLIC_REPLY: Limit(4096)},
    rates=(
        Rate(30, timedelta(seconds=1)),
        Rate(1, timedelta(seconds=1), RateScope.THREAD),
        Rate(20, timedelta(minutes=1), RateScope.THREAD),
    ),
    echo=True,
    groups=True,
)

_PRIVATE = "private"
_GROUPS = frozenset({"group", "supergroup"})
_QUIET = frozenset({"channel_post", "edited_channel_post"})
_GONE = frozenset({"kicked", "left"})


register = telegram_setup.register
check = telegram_setup.check
lookup = telegram_lookup.lookup
read_lookup = telegram_lookup.read_lookup


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
    """Return the events of one update; what hangs on a connection or on a group's staff is unresolved.

    One that cannot be read is counted, not refused: Telegram would repeat it for a day, and hold back
    everything else from that chat.
    """
    update = read_json(inbound.body)
    update_id = update.identifier("update_id")
    for kind, read in _READERS.items():
        if kind in update:
            context = _Update(channel, update_id, inbound.received_at)
            try:
                return Parsed(events=tuple(read(update.object(kind), context)))
            except BadPayload:
                return Parsed(unknown=(f"{kind}.unreadable",))
    if any(kind in update for kind in _QUIET):
        return Parsed()
    return Parsed(unknown=(next((kind for kind in update.data if kind != "update_id"), "empty"),))


def allowance(thread: Thread, address: Mapping[str, str], channel: Channel) -> Allowance:
    """Return 24 hours after the customer's last message in a Business chat, no limit elsewhere (R25).

    The right `can_reply` covers chats "that had incoming messages in the last 24 hours"; without it nothing
    may be written at all, and neither to who has blocked the bot.
    """
    if address.get("may_reply") == "no":
        return Allowance(automatic=timedelta())
    in_business = "business_connection_id" in address
    return Allowance(automatic=timedelta(hours=24) if in_business else None)


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return sendMessage, through the Business connection where the thread has one."""
    body: dict[str, Any] = {"chat_id": outgoing.address["chat_id"], "text": outgoing.text}
    if connection := outgoing.address.get("business_connection_id"):
        body["business_connection_id"] = connection
    if reply_to := outgoing.address.get("reply_to"):
        body["reply_parameters"] = {"message_id": int(reply_to), "allow_sending_without_reply": True}
    if topic := outgoing.address.get("message_thread_id"):
        body["message_thread_id"] = int(topic)
    return telegram_setup.call(channel, "sendMessage", body)


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return the message id, or what the error asks for: 429 waits, a migrated group has a new id."""
    try:
        body = read_json(response.body)
        if body.flag("ok"):
            return SendResult(outcome=Outcome.SENT, message_id=body.object("result").identifier("message_id"))
    except BadPayload:
        body = Payload({}, "body")
    if response.status < 300 and not _is_refused(body):
        # Somebody between us and Telegram answered, or Telegram in a way it has not documented.
        return SendResult(outcome=Outcome.AMBIGUOUS, reason="no_message_id")
    return _refusal(response.status, body)


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Return that nothing can be asked: in Business chats the echo has had its time, bot chats have none."""
    return Reconciliation()


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return uncertain: Telegram has no way to read back what a bot wrote."""
    return SendResult(outcome=Outcome.UNCERTAIN, reason="no_read_back")


def resolve(unresolved: Unresolved, facts: Mapping[str, Any], channel: Channel) -> tuple[ThreadEvent, ...]:
    """Return who spoke, now that the connection's owner or the group's staff is known."""
    message = Payload(unresolved.raw["message"], "message")
    if unresolved.need.startswith("connection:"):
        return tuple(_business_direction(message, channel, facts))
    return tuple(_group_message(message, channel, {*channel.listed("staff"), *facts["staff"]}))


@dataclass(frozen=True, slots=True)
class _Update:
    channel: Channel
    id: str
    received_at: datetime


def _message(message: Payload, update: _Update) -> Iterator[ThreadEvent | Unresolved]:
    kind = message.object("chat").text("type", "")
    if not tm.says_something(message):
        return
    if kind == _PRIVATE and not tm.is_bot(message):
        place = tm.private(message, update.channel)
        # Who writes has not blocked the bot, or no longer.
        place["address"]["may_reply"] = "yes"
        yield _customer_wrote(message, update.channel, place)
    elif kind in _GROUPS and (tm.is_the_group_itself(message) or tm.is_from_an_account(message)):
        yield from _in_group(message, update)


def _edited(message: Payload, update: _Update) -> Iterator[ThreadEvent]:
    kind = message.object("chat").text("type", "")
    if not _is_reworded(message):
        return
    if kind == _PRIVATE and not tm.is_bot(message):
        yield _edit(message, update, tm.private(message, update.channel))
    elif kind in _GROUPS and tm.is_from_an_account(message) and not _is_of_staff(message, update):
        yield _edit(message, update, tm.in_group(message, update.channel))


def _is_reworded(message: Payload) -> bool:
    # A location that is shared live is edited every few seconds.
    return tm.says_something(message) and "location" not in message


def _is_of_staff(message: Payload, update: _Update) -> bool:
    return tm.sender(message) in update.channel.listed("staff")


def _edit(message: Payload, update: _Update, place: dict[str, Any]) -> MessageEdited:
    return MessageEdited(
        # Not edit_date: two edits within one second have the same.
        id=f"edit:{tm.name(message)}:{update.id}",
        at=message.moment("edit_date" if "edit_date" in message else "date", "seconds"),
        message_id=message.identifier("message_id"),
        text=tm.text(message),
        **place,
    )


def _business(message: Payload, update: _Update) -> Iterator[ThreadEvent | Unresolved]:
    """Tell who spoke, in the order that cannot mistake one for the other."""
    connection = message.identifier("business_connection_id")
    common: dict[str, Any] = {"id": f"message:{tm.name(message)}", "at": message.moment("date", "seconds")}
    place = tm.private(message, update.channel)
    bot = message.optional("sender_business_bot").identifier("id", "")
    if "sender_business_bot" in message or message.flag("is_from_offline"):
        yield MessageEchoed(
            message_id=message.identifier("message_id"),
            text=tm.text(message),
            ours=bool(bot) and bot == update.channel.secret("bot_token").partition(":")[0],
            otherwise=Speaker.AUTOMATION,
            **common,
            **place,
        )
    elif tm.says_something(message) and not message.object("from").flag("is_bot"):
        need, raw = f"connection:{connection}", {"message": tm.kept(message)}
        yield Unresolved(thread=place["thread"], need=need, raw=raw, **common)


def _business_direction(
    message: Payload, channel: Channel, connection: Mapping[str, Any]
) -> Iterator[ThreadEvent]:
    place = tm.private(message, channel)
    if tm.sender(message) == str(connection["user_id"]):
        yield HumanReplied(**_words(message), **place)
    else:
        open_to_us = connection.get("can_reply", True) and connection.get("enabled", True)
        place["address"]["may_reply"] = "yes" if open_to_us else "no"
        yield _customer_wrote(message, channel, place)


def _business_edited(message: Payload, update: _Update) -> Iterator[ThreadEvent]:
    place = tm.private(message, update.channel)
    if tm.sender(message) == place["customer"].id and _is_reworded(message):
        yield _edit(message, update, place)


def _business_deleted(deleted: Payload, update: _Update) -> Iterator[ThreadEvent]:
    """What was deleted is owed no answer; who deleted it is not said, and it is never a reply."""
    place = tm.private(deleted, update.channel)
    yield MessageDeleted(
        id=f"deleted:{place['thread'].key}:{update.id}",
        at=update.received_at,
        message_ids=deleted.identifiers("message_ids"),
        **place,
    )


def _membership(change: Payload, update: _Update) -> Iterator[ControlChanged]:
    """Tell that a customer has blocked the bot, or lets it write again; no other app is in control."""
    if change.object("chat").text("type", "") != _PRIVATE:
        return
    place = tm.private(change, update.channel)
    blocked = change.object("new_chat_member").text("status") in _GONE
    place["address"]["may_reply"] = "no" if blocked else "yes"
    yield ControlChanged(
        id=f"membership:{place['thread'].key}:{update.id}",
        at=change.moment("date", "seconds"),
        in_control=True,
        **place,
    )


def _connection(connection: Payload, update: _Update) -> Iterator[FactLearned]:
    yield FactLearned(
        id=f"connection:{connection.identifier('id')}:{update.id}",
        at=connection.moment("date", "seconds"),
        need=f"connection:{connection.identifier('id')}",
        facts=telegram_lookup.connection_facts(connection),
    )


def _in_group(message: Payload, update: _Update) -> Iterator[ThreadEvent | Unresolved]:
    if tm.is_the_group_itself(message) or _is_of_staff(message, update):
        staff = {tm.sender(message), *update.channel.listed("staff")}
        yield from _group_message(message, update.channel, staff)
        return
    yield Unresolved(
        id=f"message:{tm.name(message)}",
        at=message.moment("date", "seconds"),
        thread=tm.in_group(message, update.channel)["thread"],
        need=f"admins:{message.object('chat').identifier('id')}",
        raw={"message": tm.kept(message)},
    )


def _group_message(message: Payload, channel: Channel, staff: set[str]) -> Iterator[ThreadEvent]:
    replied_to = tm.answered(message)
    to_customer = tm.is_from_an_account(replied_to) and tm.sender(replied_to) not in staff
    if tm.is_the_group_itself(message) or tm.sender(message) in staff:
        yield from _of_staff(message, replied_to, channel, to_customer=to_customer)
    elif to_customer and tm.sender(replied_to) != tm.sender(message):
        yield BystanderWrote(**_words(message), **tm.in_group(replied_to, channel, chat=message))
    else:
        yield _customer_wrote(message, channel, tm.answering(message, channel))


def _of_staff(
    message: Payload, replied_to: Payload, channel: Channel, *, to_customer: bool
) -> Iterator[HumanReplied]:
    """Words to a customer answer that customer, to our own message whom it was for, to nobody all (R3)."""
    if to_customer:
        yield HumanReplied(**_words(message), **tm.in_group(replied_to, channel, chat=message))
    elif not replied_to.data:
        yield HumanReplied(to_all=True, **_words(message), **tm.in_group(message, channel))
    elif tm.is_bot(replied_to):
        said = replied_to.identifier("message_id")
        yield HumanReplied(to_all=True, about=said, **_words(message), **tm.in_group(message, channel))


def _customer_wrote(message: Payload, channel: Channel, place: dict[str, Any]) -> CustomerWrote:
    words = _words(message)
    command, _, rest = words["text"].partition(" ")
    opened = command.partition("@")[0] == "/start" and (not rest or place["thread"].surface is Surface.DM)
    if opened:
        # Opening the bot sends /start, which nobody has typed.
        return CustomerWrote(attachments=("start",), **{**words, "text": ""}, **place)
    return CustomerWrote(attachments=tm.kinds(message), **words, **place)


def _words(message: Payload) -> dict[str, Any]:
    return {
        "id": f"message:{tm.name(message)}",
        "at": message.moment("date", "seconds"),
        "message_id": message.identifier("message_id"),
        "text": tm.text(message),
    }


def _is_refused(body: Payload) -> bool:
    code = body.data.get("error_code")
    return body.data.get("ok") is False and isinstance(code, int) and 300 <= code < 1000


def _refusal(status: int, body: Payload) -> SendResult:
    code = status if status >= 300 else body.data["error_code"]
    said = body.data.get("parameters")
    parameters = said if isinstance(said, dict) else {}
    migrated = parameters.get("migrate_to_chat_id")
    if isinstance(migrated, int) and not isinstance(migrated, bool):
        return SendResult(outcome=Outcome.RETRY, reason="migrated", address={"chat_id": str(migrated)})
    if code == 429:
        after = wait_seconds(parameters.get("retry_after"))
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
    "my_chat_member": _membership,
    "business_connection": _connection,
    "business_message": _business,
    "edited_business_message": _business_edited,
    "deleted_business_messages": _business_deleted,
}
