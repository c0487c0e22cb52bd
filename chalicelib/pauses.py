"""Channels a platform has stopped: nothing is sent, the owner is called once, all goes on when mended (R34).

A token that has expired or a page that is restricted refuses every message alike. What is due waits; now
and then one message is let through to see whether the channel works again.
"""

import hashlib
import logging
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from chalicelib import calls
from chalicelib.core.effects import Delivery, Effect
from chalicelib.core.values import dataclass
from chalicelib.platforms.contract import Channel
from chalicelib.ports import Ports
from chalicelib.store.contract import Record

log = logging.getLogger("hearback.pauses")

PROBE_EVERY = timedelta(minutes=10)
"""How often one message is let through, and how long the others wait until they look again."""

_SPREAD, _SPREAD_OVER = timedelta(minutes=2), timedelta(days=2)
"""Within how long all look again, and what lies between the first and the last of them to be due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Since when a channel is stopped (UTC), the platform's code for it, and when it was last tried.

    `secrets` is a digest of the channel's secrets then: with others it is tried at once. `told` is whether
    the owner's call was taken.
    """

    since: datetime
    reason: str
    probed_at: datetime
    secrets: str
    told: bool = False


_decode = msgspec.json.Decoder(Pause).decode


def standing(channel_id: str, ports: Ports) -> Pause | None:
    """Return how a channel is stopped, None where it is not."""
    record = ports.records.get(_key(channel_id), ports.clock())
    return _decode(record.value) if record else None


def wait(channel: Channel, ports: Ports) -> timedelta | None:
    """Return for how long a message on a stopped channel must wait, None where it may be tried now.

    Of many that ask when it is time to try again, one may.
    """
    now = ports.clock()
    record = ports.records.get(_key(channel.id), now)
    if record is None:
        return None
    pause = _decode(record.value)
    if left := rest(channel, pause, now):
        return left
    probing = replace(pause, probed_at=now, secrets=_digest(channel))
    return None if _write(channel, probing, record, ports) else PROBE_EVERY


def rest(channel: Channel, pause: Pause, now: datetime) -> timedelta | None:
    """Return for how long nothing is tried on a stopped channel, None where it is time or secrets are new.

    Who only asks what became of a message needs no more than this: the one message let through is another.
    """
    left = pause.probed_at + PROBE_EVERY - now
    return left if left > timedelta() and pause.secrets == _digest(channel) else None


def queued(rest: timedelta, delivery: Delivery, since: datetime) -> timedelta:
    """Return for how long a message waits so that they look again in the order in which they were due."""
    share = (delivery.first_due_at - since + _SPREAD_OVER / 2) / _SPREAD_OVER
    return rest + _SPREAD * min(1.0, max(0.0, share))


def stop(channel: Channel, reason: str, ports: Ports) -> None:
    """Stop a channel, and call the owner unless that has been done."""
    now = ports.clock()
    pause = Pause(since=now, reason=reason, probed_at=now, secrets=_digest(channel))
    if not _write(channel, pause, None, ports):
        return
    log.error("channel paused", extra={"channel": channel.id, "reason": reason})
    tell_again(ports)


def tell_again(ports: Ports) -> None:
    """Call the owner about every stopped channel of which no call has been taken yet (R34)."""
    for channel in ports.policies.live().channels.values():
        record = ports.records.get(_key(channel.id), ports.clock())
        pause = _decode(record.value) if record else None
        if record and pause and not pause.told and _tell(channel, pause.reason, ports):
            _write(channel, replace(pause, told=True), record, ports)


def _tell(channel: Channel, reason: str, ports: Ports) -> bool:
    title = f"{channel.platform} lets nothing out on {channel.id}"
    body = (
        f"The platform refused a message with the code {reason}, and would refuse every other. Nothing is "
        f"sent on {channel.id} until it works again; what is due waits, and customers wait for you. "
        f"Look at `hearback channel check {channel.id}`, renew the token or lift the restriction; "
        f"`hearback channel missed {channel.id}` lists what has not gone out. "
        "It is tried again every ten minutes, and at once when its secrets change."
    )
    return _call(title, body, ports)


def resume(channel: Channel, ports: Ports) -> None:
    """Note that a message went out on a stopped channel: it works again, and the owner is told once."""
    if ports.records.take(_key(channel.id), ports.clock()) is None:
        return
    log.info("channel resumed", extra={"channel": channel.id})
    body = "What was due and is still wanted goes out now; what is too late is told of case by case."
    _call(f"{channel.platform} works again on {channel.id}", body, ports)


def missed(channel_id: str, ports: Ports) -> list[tuple[str, Effect, datetime]]:
    """Return what waits on a channel, the longest waiting first: case id, effect, and since when (UTC)."""
    found = [
        (case.id, delivery.effect, delivery.first_due_at)
        for case in ports.store.open_cases(channel_id)
        for delivery in case.outbox
        if delivery.pending and delivery.effect is not Effect.ALERT_OWNER and not delivery.awaits_approval
    ]
    return sorted(found, key=lambda one: one[2])


def _call(title: str, body: str, ports: Ports) -> bool:
    taken = calls.call_owner(title, body, ports)
    if not taken:
        log.error("nobody took a call about a channel")
    return taken


def _write(channel: Channel, pause: Pause, before: Record | None, ports: Ports) -> bool:
    value = msgspec.json.encode(pause).decode()
    return ports.records.put(_key(channel.id), value, version=before.version if before else 0)


def _digest(channel: Channel) -> str:
    values = repr(sorted((name, tuple(secrets)) for name, secrets in channel.secrets.items()))
    return hashlib.sha256(values.encode()).hexdigest()[:16]


def _key(channel_id: str) -> str:
    return f"paused:{channel_id}"
