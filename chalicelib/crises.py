"""Channels that complaints flood: seen by all workers together, told of once, over by itself (R33)."""

import logging
from collections.abc import Callable
from dataclasses import field, replace
from datetime import datetime, timedelta

import msgspec

from chalicelib import calls
from chalicelib.core import crisis
from chalicelib.core.case import Case
from chalicelib.core.crisis import Tally
from chalicelib.core.errors import StaleCase
from chalicelib.core.incident import Linking, StatusText
from chalicelib.core.policy import Numbers, Policy
from chalicelib.core.values import dataclass
from chalicelib.ports import Ports

log = logging.getLogger("hearback.crises")

CALL_AGAIN_AFTER = timedelta(minutes=1)
"""A call about a burst that nobody took, or whose caller died, is made again after this long."""

HELD_FOR = timedelta(minutes=15)
"""The call that ends a crisis must be taken this soon: then alerts come case by case all the same (R34)."""

_SEEN_EVERY = timedelta(minutes=1)
_RACES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """A flood of complaints: since when, when last seen, how many at first; whether the owner was called.

    Times are UTC; `tried_at` is when somebody last began to call.
    """

    since: datetime
    seen_at: datetime
    complaints: int
    tried_at: datetime
    called: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What a crisis leaves behind: the cases still owed when it ended, told of in one call (R33, R34).

    Times are UTC. `told_at` is when the owner took that call, `noted` whether every case says so, `again_at`
    when the call about those still owed was last repeated, `tried_at` when somebody last began to call.
    """

    ended_at: datetime
    tried_at: datetime | None = None
    told_at: datetime | None = None
    again_at: datetime | None = None
    noted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What all linked cases are told, by language; who approved it, and when (UTC)."""

    number: int
    at: datetime
    by: str
    texts: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One matter behind many cases, its statuses oldest first; of `announced` everybody was told."""

    number: int
    opened_at: datetime
    by: str
    statuses: tuple[Status, ...]
    linking: Linking = field(default_factory=Linking)
    announced: int = 0
    closed_at: datetime | None = None
    closed_by: str = ""

    @property
    def label(self) -> str:
        """The name of the status in force, which every case is told once."""
        return f"{self.number}.{self.statuses[-1].number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a channel stands: flooded or not, with an open incident or without; how many it has had."""

    burst: Burst | None = None
    aftermath: Aftermath | None = None
    incident: Incident | None = None
    incidents: int = 0

    def in_crisis(self, policy: Policy, now: datetime) -> bool:
        """Return whether the last burst is less than the rest ago."""
        return self.burst is not None and now < self.burst.seen_at + policy.numbers.crisis_rest

    def holds_back(self, policy: Policy, now: datetime) -> bool:
        """Return whether alerts of single complaints wait: in a crisis, and until its end has been told."""
        if self.burst:
            return now < self.burst.seen_at + policy.numbers.crisis_rest + HELD_FOR
        left = self.aftermath
        return left is not None and left.told_at is None and now < left.ended_at + HELD_FOR

    @property
    def told_until(self) -> datetime | None:
        """Until when what is owed was in the call that ended a crisis, None once every case says so."""
        return self.aftermath.told_at if self.aftermath and not self.aftermath.noted else None

    @property
    def status(self) -> StatusText | None:
        """The status in force, None without an open incident."""
        if self.incident is None:
            return None
        last = self.incident.statuses[-1]
        return StatusText(
            label=self.incident.label, by=last.by, texts=last.texts, linking=self.incident.linking
        )


_CALM = Standing()
_decode = msgspec.json.Decoder(Standing).decode
_decode_tally = msgspec.json.Decoder(Tally).decode

Change = Callable[[Standing], Standing | None]


def standing(channel_id: str, ports: Ports, *, strong: bool = False) -> Standing:
    """Return how a channel stands, as it was some seconds ago; with `strong` as it is now."""
    now = ports.clock()
    if strong:
        return ports.fresh.keep(_key(channel_id), now, _read(channel_id, ports)[0])
    return ports.fresh.get(_key(channel_id), now, lambda: _read(channel_id, ports)[0])


def informed(policy: Policy, ports: Ports, *, strong: bool) -> Policy:
    """Return a policy that knows whether its channel is in a crisis, and the status in force."""
    found = standing(policy.channel, ports, strong=strong)
    if found == _CALM:
        return policy
    now = ports.clock()
    if not strong and (found.told_until or found.holds_back(policy, now)):
        # An alert is left out for it: that must hold now, not a moment ago (R34).
        found = standing(policy.channel, ports, strong=True)
    crisis_now = found.holds_back(policy, now)
    return replace(policy, crisis=crisis_now, told_until=found.told_until, status=found.status)


def watch(before: Case | None, after: Case, policy: Policy, ports: Ports) -> None:
    """Count a case that has just become a complaint; never raise: what calls this has committed."""
    if not policy.numbers.crisis_threshold or not crisis.is_new_complaint(before, after) or not after.owed:
        return
    try:
        total = _counted(policy, after.owed.messages[-1].at, ports)
        if total > policy.numbers.crisis_threshold:
            _seen(total, policy, ports)
    except Exception:
        log.exception("a complaint was not counted", extra={"case": after.id})


def change(channel_id: str, ports: Ports, to: Change) -> Standing | None:
    """Write how a channel stands; `to` may be asked again, and returns None for no change.

    Return what was written, None where nothing was. Raises `StaleCase` when others are always faster.
    """
    for _ in range(_RACES):
        found, version = _read(channel_id, ports)
        changed = to(found)
        if changed is None:
            return None
        value = msgspec.json.encode(changed).decode()
        if ports.records.put(_key(channel_id), value, version=version):
            return ports.fresh.keep(_key(channel_id), ports.clock(), changed)
    raise StaleCase("other writers were faster every time")


def calm_down(channel_id: str, ports: Ports) -> None:
    """Forget what was counted, so that only a new burst is a crisis."""
    ports.records.take(_tally_key(channel_id), ports.clock())


def tend(channel_id: str, policy: Policy, ports: Ports) -> None:
    """Call again about a burst nobody has been told of; end a crisis that has come to rest."""
    found, now = standing(channel_id, ports, strong=True), ports.clock()
    if found.burst is None:
        return
    if found.in_crisis(policy, now):
        _call(channel_id, policy, ports)
    else:
        change(channel_id, ports, lambda now_: None if now_.in_crisis(policy, now) else over(now_, now))


def over(found: Standing, now: datetime) -> Standing | None:
    """Return how a channel stands when its crisis is over, None where there was none."""
    return replace(found, burst=None, aftermath=Aftermath(ended_at=now)) if found.burst else None


def _counted(policy: Policy, at: datetime, ports: Ports) -> int:
    """Enter one complaint, and return how many there are within the period."""
    key, period, now = _tally_key(policy.channel), policy.numbers.crisis_period, ports.clock()
    for _ in range(_RACES):
        record = ports.records.get(key, now)
        tally = crisis.tallied(_decode_tally(record.value) if record else Tally(), at, period)
        value = msgspec.json.encode(tally).decode()
        version = record.version if record else 0
        if ports.records.put(key, value, expires_at=now + 2 * period, version=version, now=now):
            return tally.total
    raise StaleCase("other writers were faster every time")


def _seen(total: int, policy: Policy, ports: Ports) -> None:
    """Note a burst; of all who see it one calls the owner."""
    now = ports.clock()

    def noted(found: Standing) -> Standing | None:
        burst = found.burst
        if burst is None or not found.in_crisis(policy, now):
            fresh = Burst(since=now, seen_at=now, complaints=total, tried_at=_NEVER)
            # The end of this one counts whoever still waits from the one before.
            return replace(found, burst=fresh, aftermath=None)
        if now - burst.seen_at < _SEEN_EVERY:
            return None
        return replace(found, burst=replace(burst, seen_at=now))

    if noted(standing(policy.channel, ports)) and change(policy.channel, ports, noted):
        _call(policy.channel, policy, ports)


_NEVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def _call(channel_id: str, policy: Policy, ports: Ports) -> None:
    """Call the owner about a burst unless that is done; who dies while calling is followed by the sweep."""
    now = ports.clock()

    def mine(found: Standing) -> Standing | None:
        burst = found.burst
        if burst is None or burst.called or now < burst.tried_at + CALL_AGAIN_AFTER:
            return None
        return replace(found, burst=replace(burst, tried_at=now))

    found = standing(channel_id, ports)
    if mine(found) is None or (taken := change(channel_id, ports, mine)) is None or taken.burst is None:
        return
    log.error("crisis", extra={"channel": channel_id, "complaints": taken.burst.complaints})
    if calls.call_owner(*_words(channel_id, taken.burst, policy.numbers, ports), ports):
        change(channel_id, ports, _was_called)


def _was_called(found: Standing) -> Standing | None:
    return replace(found, burst=replace(found.burst, called=True)) if found.burst else None


def _words(channel_id: str, burst: Burst, numbers: Numbers, ports: Ports) -> tuple[str, str]:
    body = (
        f"{burst.complaints} new complaints within {_length(numbers.crisis_period)}, more than the "
        f"{numbers.crisis_threshold} you have set. This is the one call for all of them: alerts about single "
        "complaints are held back until it is over. Private acknowledgements go on, public ones only up to "
        f"{numbers.max_public_acks_per_post_per_hour} below a post in an hour. Please say what is going on, "
        f"once for all: {ports.base_url}/desk/incidents, or `hearback incident open {channel_id} --text "
        f'en="..."`. `hearback incident show {channel_id}` lists who waits. It is over '
        f"{_length(numbers.crisis_rest)} after the last burst, or when you close the incident."
    )
    title = f"Crisis: complaints flood {channel_id}"
    return title, body


def _length(span: timedelta) -> str:
    for name, unit in (("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        amount, rest = divmod(span, unit)
        if amount and not rest:
            return f"{amount} {name}{'s' if amount > 1 else ''}"
    return f"{round(span.total_seconds())} seconds"


def _read(channel_id: str, ports: Ports) -> tuple[Standing, int]:
    record = ports.records.get(_key(channel_id), ports.clock())
    return (_decode(record.value), record.version) if record else (_CALM, 0)


def _key(channel_id: str) -> str:
    return f"crisis:{channel_id}"


def _tally_key(channel_id: str) -> str:
    return f"complaints:{channel_id}"
