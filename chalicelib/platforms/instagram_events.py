"""What an Instagram webhook holds: messages, standby, changes, and entries that are a change themselves.

Facts: https://developers.facebook.com/docs/instagram-platform/webhooks/examples
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.platforms import instagram_comment, instagram_message
from chalicelib.platforms.contract import Channel, Parsed
from chalicelib.platforms.instagram_item import Found, Item, NotEnough, Reader, moment, unknown
from chalicelib.platforms.payload import Payload


def read(body: Payload, channel: Channel, received_at: datetime) -> Parsed:
    """Return the events of all entries in the order of their times, and what is not known.

    What cannot be read does not take the rest of its batch with it. Raises `BadPayload` where there is
    nothing else.
    """
    events: list[Found] = []
    strange: list[str] = []
    unreadable: list[BadPayload] = []
    for entry in body.objects("entry"):
        items = [*_items(entry, channel, received_at)]
        strange.extend([] if items else ["entry.empty"])
        for item, reader in items:
            try:
                events.extend(reader(item))
            except NotEnough:
                strange.append(item.name)
            except BadPayload as error:
                strange.append(item.name)
                unreadable.append(error)
    if unreadable and not events:
        raise unreadable[0]
    return Parsed(events=tuple(sorted(events, key=lambda event: event.at)), unknown=tuple(strange))


def _items(entry: Payload, channel: Channel, received_at: datetime) -> Iterator[tuple[Item, Reader]]:
    """Yield what an entry holds: messages, changes, or one change that is the entry itself."""
    common: dict[str, Any] = {
        "account": entry.identifier("id"),
        "channel": channel,
        "sent_at": moment(entry, "time") if "time" in entry else received_at,
    }
    for lane in ("messaging", "standby"):
        for data in entry.objects(lane):
            yield _messaging(Item(name=lane, data=data, standby=lane == "standby", **common))
    for change in (*entry.objects("changes"), *([entry] if "field" in entry else ())):
        field = change.text("field", "?")
        item = Item(name=f"changes.{field}", data=change.optional("value"), **common)
        if field in instagram_message.FIELDS:
            yield _messaging(replace(item, standby=field == "standby"))
        else:
            yield item, instagram_comment.READERS.get(field, unknown)


def _messaging(item: Item) -> tuple[Item, Reader]:
    """Return what reads a messaging item, named by its kind."""
    parts = [name for name in item.data.data if name not in ("sender", "recipient", "timestamp")]
    kind = next((kind for kind in instagram_message.READERS if kind in item.data), (*parts, "empty")[0])
    return replace(item, name=f"{item.name}.{kind}"), instagram_message.READERS.get(kind, unknown)
