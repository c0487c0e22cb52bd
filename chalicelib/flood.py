"""A bound on what strangers may do within a minute."""

import threading
from datetime import datetime, timedelta

PERIOD = timedelta(minutes=1)

_REMEMBERED = 10_000


class Bound:
    """Counts by key in this process's memory: looking costs no read and no write of the store.

    Each process counts for itself, so several of them let through several times as much.
    """

    def __init__(self, most: int) -> None:
        """Let `most` of a key through in a `PERIOD`, which begins with the first."""
        self._most = most
        self._counts: dict[str, tuple[datetime, int]] = {}
        self._lock = threading.Lock()

    def admits(self, key: str, now: datetime) -> bool:
        """Count one more of this key; return whether it is within the bound."""
        with self._lock:
            began, count = self._counts.get(key, (now, 0))
            if not began <= now < began + PERIOD:
                began, count = now, 0
            if count == 0:
                self._forget(now)
            self._counts[key] = (began, count + 1)
            return count < self._most

    def _forget(self, now: datetime) -> None:
        if len(self._counts) < _REMEMBERED:
            return
        live = {key: found for key, found in self._counts.items() if found[0] <= now < found[0] + PERIOD}
        # A flood of keys must not fill the memory either: then everybody begins anew.
        self._counts = live if len(live) < _REMEMBERED else {}
