"""Every minute: what is due soon, overdue or stuck gets its wake-up, and what was not told is told again."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib import calls, incidents, outage, pauses, tracing, wakeups
from chalicelib.core.errors import Unavailable
from chalicelib.policies.publish import NeverPublished
from chalicelib.ports import Ports
from chalicelib.store.contract import Due

log = logging.getLogger("hearback.sweep")

LIMIT = 20_000
"""How many cases one sweep wakes, the longest waiting first."""

LATELY = timedelta(minutes=10)
"""What fell due within this time is woken besides where more is due, up to half as many again.

Cases that fail every time stay the oldest; without this enough of them would keep all others waiting.
"""

SWEPT = "state:sweep"
"""The record of when a sweep last came to its end."""

_BATCH = 100


def sweep(ports: Ports, limit: int = LIMIT) -> int:
    """Put a wake-up for every case due within 90 seconds or overdue, oldest first; return how many.

    It keeps nothing in mind between two runs: one that is killed, doubled, late or left out is made good by
    the next, because a wake-up only asks to look at a case (R6). Raises `Unavailable` while the store is
    away, and tells the owner when that has lasted.
    """
    tracing.begin()
    try:
        woken = _swept(ports, limit)
        owner = _told_again(ports)
    except Unavailable:
        outage.told(ports.outage, ports.alert, ports.clock())
        raise
    ports.outage.over(owner)
    ports.meter.flush()
    return woken


def _found(ports: Ports, limit: int, now: datetime) -> list[Due]:
    before = now + wakeups.LOOK_AHEAD
    found = list(ports.store.due(before, limit))
    if len(found) == limit:
        log.warning("more is due than one sweep wakes", extra={"limit": limit})
        since = min(now, _last_swept(ports, now)) - LATELY
        found = list(
            {one.case_id: one for one in (*found, *ports.store.due(before, limit // 2, since))}.values()
        )
    return sorted(found, key=lambda one: one.due_at)


def _last_swept(ports: Ports, now: datetime) -> datetime:
    """Return when a sweep last came to its end: what fell due since then nobody has been woken for."""
    last = ports.records.get(SWEPT, now)
    return datetime.fromisoformat(last.value) if last else now


def _swept(ports: Ports, limit: int) -> int:
    now = ports.clock()
    found = _found(ports, limit, now)
    for start in range(0, len(found), _BATCH):
        wakeups.put(found[start : start + _BATCH], now, ports.wakeups)
        ports.meter.count("sweep_woken", len(found[start : start + _BATCH]))
    incidents.tend(ports)
    ports.meter.count("sweeps")
    ports.meter.count("sweep_found", len(found))
    ports.meter.took("overdue_seconds", max(0.0, (now - found[0].due_at).total_seconds()) if found else 0.0)
    ports.records.put(SWEPT, now.isoformat())
    log.info("swept", extra={"due": len(found)})
    return len(found)


def _told_again(ports: Ports) -> Sequence[str]:
    """Call about what nobody was told of, the customers being served; return where the owner is reached."""
    try:
        policies = ports.policies.live()
    except NeverPublished:
        # Installed and not set up yet: there is nobody to call, and nothing to call about.
        log.info("nothing is published yet")
        return ()
    calls.tell_again(ports)
    pauses.tell_again(ports)
    incidents.tend(ports)
    return policies.addresses.get(policies.roster.owner, ())
