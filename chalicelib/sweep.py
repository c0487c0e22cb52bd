"""Every minute: what is due soon, overdue or stuck gets its wake-up."""

import logging
from itertools import islice

from chalicelib import wakeups
from chalicelib.ports import Ports

log = logging.getLogger("hearback.sweep")

_BATCH = 100
_LIMIT = 20_000


def sweep(ports: Ports) -> int:
    """Put a wake-up for every case due in the next 90 seconds or before; return how many."""
    now = ports.clock()
    due = ports.store.due(now + wakeups.LOOK_AHEAD, _LIMIT)
    found = 0
    while batch := list(islice(due, _BATCH)):
        wakeups.put(batch, now, ports.wakeups)
        found += len(batch)
    log.info("swept", extra={"due": found})
    return found
