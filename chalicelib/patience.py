"""How long a failing event is tried: a few times where it is to blame, for hours where a platform is (R34).

Queues count how often a message was received, whatever became of it. A record counts which of these say
nothing against the message, and tells since when it waits.
"""

import hashlib
import logging
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from chalicelib import calls
from chalicelib.core import calendar
from chalicelib.core.errors import HearbackError, NotSent, SendAmbiguous
from chalicelib.core.values import dataclass
from chalicelib.envelope import unseal
from chalicelib.platforms.contract import Channel
from chalicelib.ports import Ports
from chalicelib.queues.contract import MAX_RECEIVES, Received

log = logging.getLogger("hearback.patience")

ALERT_AFTER = timedelta(minutes=5)
"""The owner is called when messages of customers have waited so long for a platform."""

_CALLED_EVERY = timedelta(hours=1)
_REMEMBERED_FOR = timedelta(days=14)


class KilledItsWorkers(HearbackError):
    """Whoever took up this message was never heard of again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wait:
    since: datetime
    excused: int = 0


_decode = msgspec.json.Decoder(_Wait).decode


def check(one: Received, ports: Ports) -> None:
    """Raise `KilledItsWorkers` for a message that was taken up too often without a word of how it ended."""
    if _tries(one, ports) > MAX_RECEIVES:
        raise KilledItsWorkers(f"received {one.receives} times")


def judged(one: Received, error: Exception, ports: Ports) -> Received:
    """Return a message that failed as it is to be given back: spent when it was tried for long enough."""
    if isinstance(error, NotSent | SendAmbiguous):
        return _waiting(one, error, ports)
    ports.meter.count("events", outcome="failed")
    log.error("event failed", exc_info=error, extra={"group": one.group, "receives": one.receives})
    return _spent(one, ports) if _tries(one, ports) >= MAX_RECEIVES else one


def untried(one: Received, ports: Ports) -> Received:
    """Return a message that must wait for an earlier one of its thread; that is no failure of its own."""
    _excuse(one, _wait(one, ports), ports)
    return one


def _waiting(one: Received, error: Exception, ports: Ports) -> Received:
    """A platform could not be asked, so the message is good and waits, though not for ever."""
    ports.meter.count("events", outcome="waiting")
    channel_id, _ = unseal(one.body)
    policies = ports.policies.live()
    wait = _wait(one, ports)
    waited = ports.clock() - wait.since
    log.warning("event waits", extra={"channel": channel_id, "reason": str(error), "receives": one.receives})
    if waited >= policies.policy(channel_id).numbers.retry_for:
        return _spent(one, ports)
    _excuse(one, wait, ports)
    if waited >= ALERT_AFTER:
        _call(policies.channel(channel_id), wait.since, ports)
    return one


def _spent(one: Received, ports: Ports) -> Received:
    # Whoever revives it has it tried anew.
    ports.records.take(_key(one), ports.clock())
    calls.tell_of_dead_letters(ports)
    return replace(one, spent=True)


def _tries(one: Received, ports: Ports) -> int:
    return one.receives - _wait(one, ports).excused if one.receives >= MAX_RECEIVES else one.receives


def _wait(one: Received, ports: Ports) -> _Wait:
    now = ports.clock()
    record = ports.records.get(_key(one), now)
    return _decode(record.value) if record else _Wait(since=now)


def _excuse(one: Received, wait: _Wait, ports: Ports) -> None:
    excused = replace(wait, excused=wait.excused + 1)
    until = ports.clock() + _REMEMBERED_FOR
    ports.records.put(_key(one), msgspec.json.encode(excused).decode(), expires_at=until)


def _key(one: Received) -> str:
    return f"wait:{hashlib.sha256(one.body.encode()).hexdigest()[:32]}"


def _call(channel: Channel, since: datetime, ports: Ports) -> None:
    """Call the owner because a platform cannot be asked, at most once an hour for each channel (R34)."""
    key, now = f"state:unasked-{channel.id}", ports.clock()
    policies = ports.policies.live()
    last = ports.records.get(key, now)
    if last and datetime.fromisoformat(last.value) > now - _CALLED_EVERY:
        return
    # Who writes it calls, and nobody else.
    if not ports.records.put(key, now.isoformat(), version=last.version if last else 0):
        return
    log.error("platform cannot be asked", extra={"channel": channel.id})
    policy = policies.policy(channel.id)
    began = calendar.local(policy.calendar, since).strftime("%H:%M")
    ended = calendar.local(policy.calendar, since + policy.numbers.retry_for).strftime("%H:%M")
    title = f"Customers' messages wait because {channel.platform} cannot be asked"
    body = (
        f"Messages on {channel.id} have waited since {began}: {channel.platform} does not tell what Hearback "
        f"must know before it can read them. None is lost; they are tried again until {ended}. "
        "Please look at the conversations there yourself, and at `hearback doctor`."
    )
    if not calls.call_owner(title, body, ports):
        ports.records.take(key, now)
