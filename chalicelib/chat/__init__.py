"""The customer's side of a webchat channel: a page, a widget for other sites, and what they ask for."""

import json
import secrets
from dataclasses import replace
from urllib.parse import urlsplit

from chalicelib import flood, pages
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

# A token is all it takes to open a case, so their number bounds that of cases and alerts.
_NEWCOMERS = flood.Bound(60)
_LABEL = '"Write to us"'

_LABELS = {
    "en": {
        "title": "Write to us",
        "message": "Your message",
        "send": "Send",
        "sending": "sending",
        "automatic": "automatic message",
        "offline": "No connection. Trying again.",
        "busy": "Too many people are writing at once. Trying again.",
        "no_script": "This chat needs JavaScript.",
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
        "busy": "Zbyt wiele osób pisze jednocześnie. Kolejna próba trwa.",
        "no_script": "Ten czat wymaga JavaScriptu.",
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
        "busy": "Previše ljudi piše odjednom. Pokušavamo ponovno.",
        "no_script": "Ovaj chat treba JavaScript.",
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
        "busy": "Слишком много людей пишут одновременно. Пробуем ещё раз.",
        "no_script": "Для этого чата нужен JavaScript.",
        "too_long": "Сообщение слишком длинное.",
        "not_sent": "Не удалось отправить сообщение.",
    },
}


def page(channel_id: str, inbound: Inbound, ports: Ports) -> Answer:
    """Return the chat page, which only the owner's own sites may embed."""
    channel = _channel(channel_id, ports)
    if channel is None:
        return Answer(status=404)
    language = _language(channel)
    return pages.render(
        "chat/page.html",
        ports,
        frames=_sites(channel),
        channel=channel,
        language=language,
        labels=_LABELS[language],
    )


def part(channel_id: str, what: str, inbound: Inbound, ports: Ports) -> Answer:
    """Return a part of the chat: an asset, a token for a new visitor, or the visitor's messages.

    429 where more new visitors come within a minute than any shop has.
    """
    channel = _channel(channel_id, ports)
    if channel is None:
        return Answer(status=404)
    if (inbound.method, what) == ("POST", "visitors"):
        return _newcomer(channel, ports)
    if (inbound.method, what) == ("GET", "messages"):
        return _messages(channel, inbound, ports)
    if inbound.method != "GET":
        return Answer(status=404)
    return _widget(channel) if what == "widget.js" else pages.asset("chat", what)


def _newcomer(channel: Channel, ports: Ports) -> Answer:
    if not _NEWCOMERS.admits(channel.id, ports.clock()):
        return Answer(status=429, headers={"Retry-After": str(int(flood.PERIOD.total_seconds()))})
    return _json({"token": webchat.new_token(secrets.token_hex(12), channel)})


def _widget(channel: Channel) -> Answer:
    """Return the script of the button, which speaks the channel's language."""
    script = pages.asset("chat", "widget.js")
    label = json.dumps(_LABELS[_language(channel)]["title"])
    return replace(script, body=script.body.replace(_LABEL, label))


def _language(channel: Channel) -> str:
    return channel.language if channel.language in _LABELS else "en"


def _channel(channel_id: str, ports: Ports) -> Channel | None:
    try:
        channel = ports.policies.live().receiving(channel_id)
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
