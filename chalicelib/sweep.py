"""Every minute: what is due soon, overdue or stuck gets its wake-up, and what was not told is told again."""

import logging

from chalicelib import calls, incidents, pauses, tracing, wakeups
from chalicelib.ports import Ports

log = logging.getLogger("hearback.sweep")

LIMIT = 20_000
"""How many cases one sweep wakes."""

SWEPT = "state:sweep"
"""The record of when a sweep last came to its end."""

_BATCH = 100


def sweep(ports: Ports) -> int:
    """Put a wake-up for every case due within 90 seconds or overdue, oldest first; return how many.

    It keeps nothing in mind between two runs: one that is killed, doubled, late or left out is made good by
    the next, because a wake-up only asks to look at a case (R6).
    """
    tracing.begin()
    now = ports.clock()
    found = sorted(ports.store.due(now + wakeups.LOOK_AHEAD, LIMIT), key=lambda one: one.due_at)
    for start in range(0, len(found), _BATCH):
        wakeups.put(found[start : start + _BATCH], now, ports.wakeups)
        ports.meter.count("sweep_woken", len(found[start : start + _BATCH]))
    incidents.tend(ports)
    ports.meter.count("sweeps")
    ports.meter.count("sweep_found", len(found))
    ports.meter.took("overdue_seconds", max(0.0, (now - found[0].due_at).total_seconds()) if found else 0.0)
    ports.records.put(SWEPT, now.isoformat())
    log.info("swept", extra={"due": len(found)})
    # The customers first: a call may take its time.
    calls.tell_again(ports)
    pauses.tell_again(ports)
    incidents.tend(ports)
    ports.meter.flush()
    return len(found)
