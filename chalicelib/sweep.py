"""Every minute: what is due soon, overdue or stuck gets its wake-up."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator

from chalicelib import incidents, wakeups
from chalicelib.ports import Ports
from chalicelib.store.contract import Due
from chalicelib.store.items import SHARDS, case_key, shard_of

log = logging.getLogger("hearback.sweep")

LIMIT = 20_000
"""How many cases one sweep wakes."""

_BATCH = 100


def sweep(ports: Ports) -> int:
    """Put a wake-up for every case due within 90 seconds or overdue, oldest first; return how many."""
    now = ports.clock()
    # The store goes through the due index shard by shard: ask for so much that each can give its share.
    due = ports.store.due(now + wakeups.LOOK_AHEAD, LIMIT * SHARDS)
    found = sorted(_fair(due, LIMIT // SHARDS), key=lambda one: one.due_at)
    for start in range(0, len(found), _BATCH):
        wakeups.put(found[start : start + _BATCH], now, ports.wakeups)
    incidents.tend(ports)
    log.info("swept", extra={"due": len(found)})
    return len(found)


def _fair(due: Iterable[Due], share: int) -> Iterator[Due]:
    """Yield no more than its share of each shard, so that cases that are stuck starve no others."""
    taken: Counter[int] = Counter()
    for one in due:
        shard = shard_of(case_key(one.case_id)[0])
        if taken[shard] < share:
            taken[shard] += 1
            yield one
