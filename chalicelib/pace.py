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


_HOLDS_OFF = timedelta(hours=1)
"""For how long one answer of a platform may hold all others up."""


def has_turn(case: Case, delivery: Delivery, ports: Ports) -> bool:
    """Return whether it is the moment that the rates have left for a message.

    One that has passed is gone, and so is one that was given before the platform told everybody to wait.
    """
    now = ports.clock()
    if delivery.turn_at is None or now - delivery.turn_at > _KEEPS:
        return False
    return ports.records.get(_held_off(case), now) is None


def hold_off(case: Case, rates: tuple[Rate, ...], wait: timedelta, ports: Ports) -> None:
    """Let everybody wait who shares a rate with a message, because a platform named a time."""
    now = ports.clock()
    until = now + min(wait, _HOLDS_OFF)
    ports.records.put(_held_off(case), until.isoformat(), expires_at=until)
    for rate in rates:
        at_once, step = _shape(rate)
        # From where the bucket lies until the first of them goes out at that time, and one after the other.
        free = until + step * (at_once - 1)
        ports.records.advance(_key(case, rate), timedelta(), free, free + rate.per + timedelta(days=1))


def turn(case: Case, delivery: Delivery, rates: tuple[Rate, ...], ports: Ports) -> datetime | None:
    """Return when a message may go out by the platform's rates, None for at once.

    Each call takes a place in every bucket it counts in: ask once for each attempt to send.
    """
    now = ports.clock()
    moments = [_place(case, rate, now, ports) for rate in rates if rate.lane in (None, delivery.lane)]
    latest = max(moments, default=now)
    return latest if latest > now else None


def _place(case: Case, rate: Rate, now: datetime, ports: Ports) -> datetime:
    at_once, step = _shape(rate)
    start = ports.records.advance(_key(case, rate), step, now, now + rate.per + timedelta(days=1))
    return start - step * (at_once - 1)


def _shape(rate: Rate) -> tuple[int, timedelta]:
    at_once = max(1, rate.messages // _SHARE_AT_ONCE)
    return at_once, rate.per / max(1, rate.messages - at_once)


def _held_off(case: Case) -> str:
    return f"held-off:{case.thread.channel}"


def _key(case: Case, rate: Rate) -> str:
    whose = case.thread.channel if rate.scope is RateScope.CHANNEL else case.id.partition(".")[0]
    name = f"{whose}:{rate.messages}/{rate.per.total_seconds():g}:{rate.lane or 'all'}"
    return f"pace-{hashlib.sha256(name.encode()).hexdigest()[:2]}:{name}"
