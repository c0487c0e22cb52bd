"""What an Instagram webhook holds: messages, standby, changes, and entries that are a change themselves.

Facts: https://developers.facebook.com/docs/instagram-platform/webhooks/examples
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.platforms import instagram_comment, instagram_message, meta_webhook
from chalicelib.platforms.contract import Channel, Parsed
from chalicelib.platforms.instagram_item import Found, Item, NotEnough, Reader, moment, unknown
from chalicelib.platforms.payload import Payload


def read(body: Payload, channel: Channel, received_at: datetime) -> Parsed:
    """Return the events of all entries in the order of their times, and what is not known.

    What cannot be read does not take the rest of its batch with it. Raises `BadPayload` where there are no
    entries at all.
    """
    entries = meta_webhook.entries(body)
    return meta_webhook.parsed(item for entry in entries for item in _items(entry, channel, received_at))


def _items(
    entry: Payload | str, channel: Channel, received_at: datetime
) -> Iterator[meta_webhook.Reading | str]:
    """Yield what an entry holds: messages, changes, or one change that is the entry itself."""
    if isinstance(entry, str):
        yield entry
        return
    try:
        common: dict[str, Any] = {
            "account": entry.identifier("id"),
            "channel": channel,
            "sent_at": moment(entry, "time") if "time" in entry else received_at,
        }
    except BadPayload:
        yield "entry.unreadable"
        return
    for lane in ("messaging", "standby"):
        for data in meta_webhook.objects(entry, lane):
            item = partial(Item, name=lane, standby=lane == "standby", **common)
            yield data if isinstance(data, str) else _messaging(item(data=data))
    for change in (*meta_webhook.objects(entry, "changes"), *([entry] if "field" in entry else ())):
        yield change if isinstance(change, str) else _change(change, common)
    if not {"messaging", "standby", "changes", "field"} & entry.data.keys():
        yield "entry.empty"


def _change(change: Payload, common: dict[str, Any]) -> meta_webhook.Reading | str:
    try:
        field, value = change.text("field", "?"), change.optional("value")
    except BadPayload:
        return "changes.unreadable"
    item = Item(name=f"changes.{field}", data=value, **common)
    if field in instagram_message.FIELDS:
        return _messaging(replace(item, standby=field == "standby"))
    return _reading(item, instagram_comment.READERS.get(field, unknown))


def _messaging(item: Item) -> meta_webhook.Reading:
    """Return what reads a messaging item, named by its kind."""
    parts = [name for name in item.data.data if name not in ("sender", "recipient", "timestamp")]
    kind = next((kind for kind in instagram_message.READERS if kind in item.data), (*parts, "empty")[0])
    named = replace(item, name=f"{item.name}.{kind}")
    return _reading(named, instagram_message.READERS.get(kind, unknown))


def _reading(item: Item, reader: Reader) -> meta_webhook.Reading:
    return item.name, partial(_read, item, reader)


def _read(item: Item, reader: Reader) -> Iterable[Found] | None:
    try:
        return tuple(reader(item))
    except NotEnough:
        return None
