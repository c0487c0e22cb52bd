"""Wake-ups: "look at this case at that time". Late, early, lost or double, they do no harm (R6)."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from chalicelib.core.case import Case
from chalicelib.queues.contract import LONGEST_DELAY, Queue, QueueMessage
from chalicelib.store.contract import Due

log = logging.getLogger("hearback.wakeups")

LOOK_AHEAD = timedelta(seconds=90)
"""Longer than the minute between two sweeps, so that every timer gets its wake-up to the second."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Due).decode


def schedule(case: Case, now: datetime, queue: Queue) -> None:
    """Put a wake-up for a case that is due before the next sweep would find it; never raise.

    What calls this has committed, and goes on to send what it has claimed: a queue that is down must not
    keep it from that. The sweep finds the case within a minute.
    """
    if case.due_at is None or case.due_at > now + LOOK_AHEAD:
        return
    try:
        put([Due(case.id, case.due_at)], now, queue)
    except Exception:
        log.exception("a wake-up could not be put; the sweep finds the case", extra={"case": case.id})


def put(dues: Iterable[Due], now: datetime, queue: Queue) -> None:
    """Put wake-ups with the exact delay that is left."""
    longest = LONGEST_DELAY
    messages = [
        QueueMessage(body=_encode(due).decode(), delay=min(max(due.due_at - now, timedelta()), longest))
        for due in dues
    ]
    queue.put(messages)


def read(body: str) -> Due:
    """Return what a wake-up asks for. Raises `msgspec.DecodeError`."""
    return _decode(body)
