"""The customer's side of a webchat channel: a page, a widget for other sites, and what they ask for."""

import json
import secrets
from urllib.parse import urlsplit

from chalicelib import pages
from chalicelib.core.case import Case
from chalicelib.core.errors import BadSignature, UnknownChannel
from chalicelib.core.timeline import Entry, Why
from chalicelib.platforms import webchat
from chalicelib.platforms.contract import Answer, Channel, Inbound
from chalicelib.ports import Ports

_SAID = {
    Why.CUSTOMER_WROTE: "customer",
    Why.HUMAN_REPLIED: "business",
    Why.SENT: "business",
}
_PREVIOUS_CASES = 5

_LABELS = {
    "en": {
        "title": "Write to us",
        "message": "Your message",
        "send": "Send",
        "sending": "sending",
        "automatic": "automatic message",
        "offline": "No connection. Trying again.",
        "too_long": "This message is too long.",
        "not_sent": "The message could not be sent.",
    },
    "pl": {
        "title": "Napisz do nas",
        "message": "Wiadomość",
        "send": "Wyślij",
        "sending": "wysyłanie",
        "automatic": "wiadomość automatyczna",
        "offline": "Brak połączenia. Kolejna próba trwa.",
        "too_long": "Wiadomość jest za długa.",
        "not_sent": "Nie udało się wysłać wiadomości.",
    },
    "hr": {
        "title": "Pišite nam",
        "message": "Poruka",
        "send": "Pošalji",
        "sending": "slanje",
        "automatic": "automatska poruka",
        "offline": "Nema veze. Pokušavamo ponovno.",
        "too_long": "Poruka je preduga.",
        "not_sent": "Poruka se nije mogla poslati.",
    },
    "ru": {
        "title": "Напишите нам",
        "message": "Сообщение",
        "send": "Отправить",
        "sending": "отправляется",
        "automatic": "автоматическое сообщение",
        "offline": "Нет связи. Пробуем ещё раз.",
        "too_long": "Сообщение слишком длинное.",
        "not_sent": "Не удалось отправить сообщение.",
    },
}


def page(channel_id: str, inbound: Inbound, ports: Ports) -> Answer:
    """Return the chat page, which only the owner's own sites may embed."""
    channel = _channel(channel_id, ports)
    if channel is None:
        return Answer(status=404)
    labels = _LABELS.get(channel.language, _LABELS["en"])
    return pages.render("chat/page.html", ports, frames=_sites(channel), channel=channel, labels=labels)


def part(channel_id: str, what: str, inbound: Inbound, ports: Ports) -> Answer:
    """Return a part of the chat: an asset, a token for a new visitor, or the visitor's messages."""
    channel = _channel(channel_id, ports)
    if channel is None:
        return Answer(status=404)
    if (inbound.method, what) == ("POST", "visitors"):
        token = webchat.new_token(secrets.token_hex(12), channel)
        return _json({"token": token})
    if (inbound.method, what) == ("GET", "messages"):
        return _messages(channel, inbound, ports)
    return pages.asset("chat", what) if inbound.method == "GET" else Answer(status=404)


def _channel(channel_id: str, ports: Ports) -> Channel | None:
    try:
        channel = ports.policies.live().channel(channel_id)
    except UnknownChannel:
        return None
    # Without a secret no token can be trusted, so there is no chat.
    return channel if channel.platform == webchat.NAME and channel.secret("secret") else None


def _sites(channel: Channel) -> list[str]:
    addresses = (urlsplit(site) for site in channel.listed("sites"))
    return [
        f"{one.scheme}://{one.netloc}" for one in addresses if one.scheme in ("http", "https") and one.netloc
    ]


def _messages(channel: Channel, inbound: Inbound, ports: Ports) -> Answer:
    try:
        visitor = webchat.visitor_of(inbound, channel)
    except BadSignature:
        return Answer(status=401)
    case = ports.store.newest(webchat.thread_of(visitor, channel))
    said: list[dict[str, str]] = []
    for _ in range(_PREVIOUS_CASES):
        if case is None:
            break
        said = _said(case, ports) + said
        case = ports.store.load(case.previous) if case.previous else None
    return _json({"messages": said})


def _said(case: Case, ports: Ports) -> list[dict[str, str]]:
    return [_spoken(entry) for entry in ports.store.timeline(case.id) if entry.why in _SAID and entry.text]


def _spoken(entry: Entry) -> dict[str, str]:
    automatic = entry.why is Why.SENT and entry.facts.get("effect") != "reply"
    return {
        "id": entry.message_id,
        "who": _SAID[entry.why],
        "automatic": "yes" if automatic else "",
        "at": entry.at.isoformat(),
        "text": entry.text,
    }


def _json(data: object) -> Answer:
    headers: dict[str, str | list[str]] = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Answer(body=json.dumps(data), content_type="application/json", headers=headers)
