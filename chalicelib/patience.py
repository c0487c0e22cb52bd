"""How long a failing event is tried: a few times where it is to blame, for hours where a platform is (R34).

Queues count how often a message was received, whatever became of it. A record counts which of these speak
against the message: those that were begun and ended in an error of its own, or of which nobody heard again.
While the store is away no such record can be written, so nothing is counted and nothing is given up.
"""

import hashlib
import logging
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from chalicelib import calls, pauses
from chalicelib.core import calendar
from chalicelib.core.errors import GrantRefused, HearbackError, NotSent, SendAmbiguous, Unavailable
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

STORE_TITLE = "Customers' messages wait because the store has too much to do"
STORE_BODY = (
    "Some of what Hearback reads or writes is refused again and again. No message is lost; they are tried "
    "until they can be handled. Please look at the conversations on the platforms yourself, and at "
    "`hearback doctor`."
)


class KilledItsWorkers(HearbackError):
    """Whoever took up this message was never heard of again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wait:
    """Since when a message waits (UTC), and how many attempts speak against it.

    `refused` is whether it last waited because its channel's credentials were taken no more.
    """

    since: datetime
    begun: int = 0
    refused: bool = False


_decode = msgspec.json.Decoder(_Wait).decode


def check(one: Received, ports: Ports) -> None:
    """Count an attempt that begins. Raises `KilledItsWorkers` where too many ended without a word.

    The first costs nothing and is not counted before it has failed.
    """
    if one.receives == 1:
        return
    wait = _wait(one, ports)
    if wait.begun >= MAX_RECEIVES:
        raise KilledItsWorkers(f"begun {wait.begun} times")
    _remember(one, replace(wait, begun=wait.begun + 1), ports)


def over(one: Received, ports: Ports) -> None:
    """Note that a message was handled: where its channel's credentials were refused they work again (R34)."""
    if one.receives > 1 and _wait(one, ports).refused:
        channel_id, _ = unseal(one.body)
        pauses.resume(ports.policies.live().channel(channel_id), ports)


def judged(one: Received, error: Exception, ports: Ports) -> Received:
    """Return a message that failed as it is to be given back: spent when it was tried for long enough."""
    try:
        if isinstance(error, Unavailable):
            return _stranded(one, error, ports)
        if isinstance(error, NotSent | SendAmbiguous):
            return _waiting(one, error, ports)
        return _failed(one, error, ports)
    except Unavailable:
        log.warning("the store went away", extra={"group": one.group, "receives": one.receives})
        return one


def _failed(one: Received, error: Exception, ports: Ports) -> Received:
    ports.meter.count("events", outcome="failed")
    log.error("event failed", exc_info=error, extra={"group": one.group, "receives": one.receives})
    wait = _wait(one, ports)
    if wait.begun >= MAX_RECEIVES:
        return _spent(one, ports)
    if one.receives == 1:
        _remember(one, replace(wait, begun=1), ports)
    return one


def _stranded(one: Received, error: Unavailable, ports: Ports) -> Received:
    """The store or a queue is away: the message is good and waits, for however long that is."""
    ports.meter.count("events", outcome="stranded")
    log.warning("event waits", extra={"group": one.group, "reason": str(error), "receives": one.receives})
    wait = _excused(one, ports)
    if ports.clock() - wait.since >= ALERT_AFTER:
        _call_about("store", STORE_TITLE, STORE_BODY, ports)
    return one


def _waiting(one: Received, error: Exception, ports: Ports) -> Received:
    """A platform could not be asked, so the message is good and waits, though not for ever.

    While its channel is stopped it waits for as long as the queue keeps it.
    """
    ports.meter.count("events", outcome="waiting")
    channel_id, _ = unseal(one.body)
    policies = ports.policies.live()
    refused = isinstance(error, GrantRefused)
    wait = _excused(one, ports, refused=refused)
    waited = ports.clock() - wait.since
    log.warning("event waits", extra={"channel": channel_id, "reason": str(error), "receives": one.receives})
    if refused:
        pauses.stop(policies.channel(channel_id), str(error), ports)
    if pauses.standing(channel_id, ports):
        # The owner was called about the channel, and all goes on when it is mended.
        return one
    if waited >= policies.policy(channel_id).numbers.retry_for:
        return _spent(one, ports)
    if waited >= ALERT_AFTER:
        _call_about(channel_id, *_unasked(policies.channel(channel_id), wait.since, ports), ports)
    return one


def _spent(one: Received, ports: Ports) -> Received:
    # Whoever revives it has it tried anew.
    ports.records.take(_key(one), ports.clock())
    calls.tell_of_dead_letters(ports)
    return replace(one, spent=True)


def _wait(one: Received, ports: Ports) -> _Wait:
    now = ports.clock()
    record = ports.records.get(_key(one), now)
    return _decode(record.value) if record else _Wait(since=now)


def _excused(one: Received, ports: Ports, *, refused: bool = False) -> _Wait:
    """Take back that an attempt was counted: it says nothing against the message."""
    wait = _wait(one, ports)
    begun = max(0, wait.begun - 1) if one.receives > 1 else wait.begun
    excused = replace(wait, begun=begun, refused=refused)
    _remember(one, excused, ports)
    return excused


def _remember(one: Received, wait: _Wait, ports: Ports) -> None:
    until = ports.clock() + _REMEMBERED_FOR
    ports.records.put(_key(one), msgspec.json.encode(wait).decode(), expires_at=until)


def _key(one: Received) -> str:
    return f"wait:{hashlib.sha256(one.body.encode()).hexdigest()[:32]}"


def _call_about(about: str, title: str, body: str, ports: Ports) -> None:
    """Call the owner because messages wait, at most once an hour for each channel or the store (R34)."""
    key, now = f"state:unasked-{about}", ports.clock()
    last = ports.records.get(key, now)
    if last and datetime.fromisoformat(last.value) > now - _CALLED_EVERY:
        return
    # Who writes it calls, and nobody else.
    if not ports.records.put(key, now.isoformat(), version=last.version if last else 0):
        return
    log.error("messages wait", extra={"channel": about})
    if not calls.call_owner(title, body, ports):
        ports.records.take(key, now)


def _unasked(channel: Channel, since: datetime, ports: Ports) -> tuple[str, str]:
    """Return title and body of the call because a platform cannot be asked."""
    policy = ports.policies.live().policy(channel.id)
    began = calendar.local(policy.calendar, since).strftime("%H:%M")
    ended = calendar.local(policy.calendar, since + policy.numbers.retry_for).strftime("%H:%M")
    title = f"Customers' messages wait because {channel.platform} cannot be asked"
    body = (
        f"Messages on {channel.id} have waited since {began}: {channel.platform} does not tell what Hearback "
        f"must know before it can read them. None is lost; they are tried again until {ended}. "
        "Please look at the conversations there yourself, and at `hearback doctor`."
    )
    return title, body
