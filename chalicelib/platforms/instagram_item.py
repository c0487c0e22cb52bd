"""One thing that an Instagram webhook tells, and its time."""

from collections.abc import Callable, Iterable
from datetime import datetime

from chalicelib.core.events import ThreadEvent
from chalicelib.core.values import dataclass
from chalicelib.platforms.contract import Channel, Unresolved
from chalicelib.platforms.payload import Payload

Found = ThreadEvent | Unresolved

_LONGEST_SECONDS = len("99999999999")


class NotEnough(Exception):
    """What came is too little to tell who said what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that happened, at the account of its entry; `sent_at` is when Meta told it."""

    name: str
    data: Payload
    account: str
    channel: Channel
    sent_at: datetime
    standby: bool = False

    def option(self, name: str) -> str:
        """Return an option of the channel that is one word, empty where it is not set."""
        return str(self.channel.options.get(name, ""))


Reader = Callable[[Item], Iterable[Found]]


def quiet(item: Item) -> Iterable[Found]:
    """Return nothing: what happened moves no clock (R28)."""
    return ()


def unknown(item: Item) -> Iterable[Found]:
    """Raise `NotEnough`: what happened is of a kind that nobody knows."""
    raise NotEnough


def moment(payload: Payload, name: str) -> datetime:
    """Return a time in seconds, in milliseconds or in ISO 8601: Meta writes it in all three ways."""
    given = payload.data.get(name)
    if isinstance(given, str) and not given.isdigit():
        return payload.iso_moment(name)
    long = isinstance(given, int | str) and len(str(given)) > _LONGEST_SECONDS
    return payload.moment(name, "milliseconds" if long else "seconds")
