"""A store that cannot be reached: noticed each minute by the sweep, and told of although nothing can be kept.

What is known of it stands in this process alone: the store, where it would belong, is what is missing.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

log = logging.getLogger("hearback.outage")

ALERT_AFTER = timedelta(minutes=5)
"""The owner is called when the store has been out of reach for so long."""

CALLED_EVERY = timedelta(hours=1)
_SWEPT_EVERY = timedelta(minutes=3)
"""A failure so long after the one before it is a new outage: in between a sweep came to its end."""

TITLE = "Hearback cannot reach its store"
BODY = (
    "Nothing can be read or written since {since:%H:%M} UTC, so nobody is acknowledged and nothing is sent. "
    "No message is lost: what platforms delivered waits and is handled as soon as the store is back. Please "
    "look at the conversations on the platforms yourself, and at `hearback doctor`."
)


class Outage:
    """What this process has seen of the store; safe for threads."""

    def __init__(self) -> None:
        """Begin with a store that is there, and an owner whose addresses are not known yet."""
        self._lock = threading.Lock()
        self._since: datetime | None = None
        self._last: datetime | None = None
        self._called: datetime | None = None
        self.addresses: Sequence[str] = ()
        """Where the owner is reached, as last read."""

    def over(self, addresses: Sequence[str]) -> None:
        """Note that the store answers, and where the owner is reached should it not."""
        with self._lock:
            self._since, self.addresses = None, addresses

    def failed(self, now: datetime) -> datetime | None:
        """Note a failure; return since when the store is away where the owner must be called now (UTC)."""
        with self._lock:
            if self._since is None or self._last is None or now - self._last > _SWEPT_EVERY:
                self._since = now
            self._last = now
            if now - self._since < ALERT_AFTER or (self._called and now - self._called < CALLED_EVERY):
                return None
            self._called = now
            return self._since

    def not_told(self) -> None:
        """Note that nobody took the call, so that the next sweep makes it again."""
        with self._lock:
            self._called = None


def told(outage: Outage, alert: Callable[[Sequence[str], str, str], bool], now: datetime) -> None:
    """Note that the store is away, and call the owner where that has lasted (R34)."""
    since = outage.failed(now)
    if since is None:
        return
    log.error("the store is away", extra={"since": since.isoformat()})
    if outage.addresses and not alert(outage.addresses, TITLE, BODY.format(since=since)):
        outage.not_told()
