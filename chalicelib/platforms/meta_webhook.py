"""What the webhooks of Meta's platforms share: the handshake, the signature, entries and their items.

Facts: https://developers.facebook.com/docs/graph-api/webhooks/getting-started
"""

from collections.abc import Callable, Iterable, Iterator

from chalicelib.core.errors import BadPayload, BadSignature
from chalicelib.core.events import ThreadEvent
from chalicelib.platforms import signatures
from chalicelib.platforms.contract import (
    Answer,
    Channel,
    Inbound,
    Parsed,
    Unresolved,
)
from chalicelib.platforms.payload import Payload

Reading = tuple[str, Callable[[], Iterable[ThreadEvent | Unresolved] | None]]
"""One thing a webhook tells: its name, and what reads it, None where its kind is not known."""


def handshake(inbound: Inbound, channel: Channel) -> Answer | None:
    """Answer `hub.challenge` when the verify token is right, else 403; None where it is no handshake."""
    query = {name.replace("hub_", "hub.", 1): value for name, value in inbound.query.items()}
    if inbound.method != "GET":
        return None
    try:
        signatures.require_shared_secret(
            query.get("hub.verify_token"), channel.secrets.get("verify_token", ())
        )
    except BadSignature:
        return Answer(status=403)
    if query.get("hub.mode") != "subscribe":
        return Answer(status=403)
    return Answer(body=query.get("hub.challenge", ""))


def verify(inbound: Inbound, channel: Channel) -> None:
    """Check `X-Hub-Signature-256` over the raw bytes with the app secret. Raises `BadSignature`."""
    given = inbound.headers.get("x-hub-signature-256")
    signatures.require_hmac_hex(given, inbound.body, channel.secrets.get("app_secret", ()), prefix="sha256=")


def parsed(items: Iterable[Reading | str]) -> Parsed:
    """Return what all items of a webhook say, in the order of their times; a text is what is not known.

    An item that cannot be read counts as unknown: to refuse it would make Messenger hold back the whole
    page. https://developers.facebook.com/docs/messenger-platform/webhooks
    """
    events: list[ThreadEvent | Unresolved] = []
    unknown: list[str] = []
    for item in items:
        name, read = (item, _nothing) if isinstance(item, str) else item
        try:
            found = read()
        except BadPayload:
            found, name = None, f"{name}.unreadable"
        events.extend(found or ())
        unknown.extend([name] if found is None else [])
    return Parsed(events=tuple(sorted(events, key=lambda event: event.at)), unknown=tuple(unknown))


def _nothing() -> None:
    """Return that nothing is known."""


def entries(body: Payload) -> Iterator[Payload | str]:
    """Yield the entries of a webhook. Raises `BadPayload` where it has no list of them."""
    if not isinstance(body.data.get("entry"), list):
        raise BadPayload("the webhook has no entries")
    return objects(body, "entry")


def objects(payload: Payload, name: str) -> Iterator[Payload | str]:
    """Yield the objects of a list, and in the place of each that is none, what it counts as."""
    value = payload.data.get(name)
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield Payload(item, f"{payload.where}.{name}")
        elif value is not None:
            yield f"{name}.unreadable"


def has_thread(item: Payload, app_id: str, *, standby: bool) -> bool:
    """Return whether a conversation that was passed or taken is ours now (R28).

    Without our app's id only the lane tells: an app in standby has not been given it, and nobody takes
    for another. https://developers.facebook.com/docs/messenger-platform/handover-protocol
    """
    passed = "pass_thread_control" in item
    how = "pass_thread_control" if passed else "take_thread_control"
    owner = item.object(how).identifier("new_owner_app_id", "")
    return owner == app_id if app_id else passed and not standby
