"""How fast a platform may be written to: token buckets in the store, shared by all workers.

A message that comes too early gets a moment of its own, in the order in which messages came, and goes out
then; so a backlog drains at the allowed rate, and nobody who waits asks again and again.
"""

import hashlib
from datetime import datetime, timedelta

from chalicelib.core.case import Case
from chalicelib.core.effects import Delivery
from chalicelib.platforms.contract import Rate, RateScope
from chalicelib.ports import Ports

_SHARE_AT_ONCE = 4
"""A quarter of a rate may go out at once; the rest is spread, so that no stretch of time holds more."""

_KEEPS = timedelta(seconds=3)
"""For how long a turn is kept for a message that comes late, else all who missed theirs go at once."""


def has_turn(delivery: Delivery, now: datetime) -> bool:
    """Return whether it is the moment that the rates have left for a message; one that has passed is gone."""
    return delivery.turn_at is not None and now - delivery.turn_at <= _KEEPS


def turn(case: Case, delivery: Delivery, rates: tuple[Rate, ...], ports: Ports) -> datetime | None:
    """Return when a message may go out by the platform's rates, None for at once.

    Each call takes a place in every bucket it counts in: ask once for each attempt to send.
    """
    now = ports.clock()
    moments = [_place(case, rate, now, ports) for rate in rates if rate.lane in (None, delivery.lane)]
    latest = max(moments, default=now)
    return latest if latest > now else None


def _place(case: Case, rate: Rate, now: datetime, ports: Ports) -> datetime:
    at_once = max(1, rate.messages // _SHARE_AT_ONCE)
    step = rate.per / max(1, rate.messages - at_once)
    start = ports.records.advance(_key(case, rate), step, now, now + rate.per + timedelta(days=1))
    return start - step * (at_once - 1)


def _key(case: Case, rate: Rate) -> str:
    whose = case.thread.channel if rate.scope is RateScope.CHANNEL else case.id.partition(".")[0]
    name = f"{whose}:{rate.messages}/{rate.per.total_seconds():g}:{rate.lane or 'all'}"
    return f"pace-{hashlib.sha256(name.encode()).hexdigest()[:2]}:{name}"
