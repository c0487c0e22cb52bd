"""What this process has read a moment ago, so that ordinary traffic does not read it again and again."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

FRESH_FOR = timedelta(seconds=5)
"""What others have written meanwhile is seen this much later at most."""

_REMEMBERED = 10_000

Read = TypeVar("Read")


class Fresh:
    """Values by key, each read anew when it is older than `FRESH_FOR`; safe for threads."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._values: dict[str, tuple[datetime, Any]] = {}
        self._lock = threading.Lock()

    def get(self, key: str, now: datetime, read: Callable[[], Read]) -> Read:
        """Return the value of a key as it was at most `FRESH_FOR` ago."""
        with self._lock:
            found = self._values.get(key)
        if found and found[0] <= now < found[0] + FRESH_FOR:
            value: Read = found[1]
            return value
        return self.keep(key, now, read())

    def keep(self, key: str, now: datetime, value: Read) -> Read:
        """Remember a value that has just been read or written, and return it."""
        with self._lock:
            if len(self._values) >= _REMEMBERED:
                self._values.clear()
            self._values[key] = (now, value)
        return value
