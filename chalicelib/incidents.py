"""One matter behind many cases: a status approved by a person reaches every one of them, once (R33)."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

import msgspec

from chalicelib import aftermath, crises
from chalicelib.core import crisis
from chalicelib.core.case import Case
from chalicelib.core.effects import DeliveryStatus
from chalicelib.core.errors import NotAllowed, UnknownChannel
from chalicelib.core.events import StatusGiven
from chalicelib.core.incident import Linking, status_of
from chalicelib.core.policy import Policy
from chalicelib.core.values import dataclass
from chalicelib.crises import Incident, Standing, Status
from chalicelib.envelope import seal
from chalicelib.fresh import FRESH_FOR
from chalicelib.ports import Ports
from chalicelib.store.contract import KEPT_FOR

log = logging.getLogger("hearback.incidents")

_BATCH = 20
_TOLD = frozenset({DeliveryStatus.SENT, DeliveryStatus.REHEARSED})
_SETTLES_WITHIN = 2 * FRESH_FOR
"""After this long every worker knows of a status, and a case that opens gets it by itself."""

_decode = msgspec.json.Decoder(Incident).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Of the open cases an incident speaks to: how many have its status, wait for it, or did not get it.

    `owed` counts open complaints in which a reply is owed; `unheard` are the ids of those in which the
    customer has heard nothing at all yet, the longest waiting first; `answered` counts open complaints that a
    person has answered and that are left to them.
    """

    linked: int = 0
    told: int = 0
    waiting: int = 0
    failed: int = 0
    answered: int = 0
    owed: int = 0
    unheard: tuple[str, ...] = ()


def open_incident(
    channel_id: str, texts: Mapping[str, str], ports: Ports, *, by: str, linking: Linking | None = None
) -> Incident:
    """Open the incident of a channel with its first status, and tell every linked case.

    The texts are approved by whoever does this, `by`; they have been checked (`statuses`). Raises
    `NotAllowed` where one is open, `UnknownChannel`.
    """
    now = ports.clock()
    ports.policies.live().receiving(channel_id)

    def opened(found: Standing) -> Standing:
        if found.incident:
            raise NotAllowed(
                f"An incident is open on {channel_id} since {found.incident.opened_at:%Y-%m-%d %H:%M} UTC: "
                "give it a new status, or close it first"
            )
        number = found.incidents + 1
        first = Status(number=1, at=now, by=by, texts=dict(texts))
        incident = Incident(
            number=number, opened_at=now, by=by, statuses=(first,), linking=linking or Linking()
        )
        return replace(found, incident=incident, incidents=number)

    return _announced(channel_id, crises.change(channel_id, ports, opened), ports)


def give_status(channel_id: str, texts: Mapping[str, str], ports: Ports, *, by: str) -> Incident:
    """Give the open incident a new status, which takes the place of the one before. Raises `NotAllowed`."""
    now = ports.clock()

    def given(found: Standing) -> Standing:
        incident = _open(found, channel_id)
        status = Status(number=incident.statuses[-1].number + 1, at=now, by=by, texts=dict(texts))
        return replace(found, incident=replace(incident, statuses=(*incident.statuses, status)))

    return _announced(channel_id, crises.change(channel_id, ports, given), ports)


def close(channel_id: str, ports: Ports, *, by: str) -> Incident:
    """Close the open incident: nothing is sent, what waits is not sent any more, and the crisis is over.

    After a crisis one call tells how many still wait (`aftermath`). Each case stays as it is, and is closed
    on its own. Raises `NotAllowed`.
    """
    now = ports.clock()
    found = crises.standing(channel_id, ports, strong=True)
    ended = replace(_open(found, channel_id), closed_at=now, closed_by=by)
    # Kept first: whoever dies in between closes it again.
    value = msgspec.json.encode(ended).decode()
    ports.records.put(_key(channel_id, ended.number), value, expires_at=now + KEPT_FOR)
    crises.change(
        channel_id,
        ports,
        lambda now_: replace(crises.over(now_, now) or now_, incident=None) if now_.incident else None,
    )
    crises.calm_down(channel_id, ports)
    log.info("incident closed", extra={"channel": channel_id})
    return ended


def tell(channel_id: str, ports: Ports) -> int:
    """Let every linked case that has not got the status in force look at it; return how many.

    May be repeated, and by several at once: a case that has it is left alone.
    """
    policy = _policy(channel_id, ports)
    told = 0
    untold = _untold(channel_id, policy, ports)
    while batch := list(islice(untold, _BATCH)):
        ports.events.put([seal(channel_id, _event(case_id, policy, ports.clock())) for case_id in batch])
        told += len(batch)
    return told


def tend(ports: Ports) -> None:
    """Go on with announcements that broke off and calls nobody took; end crises at rest. Never raise."""
    try:
        channels = [key.partition(":")[2] for key in ports.records.keys("crisis:")]
        for channel_id in channels:
            _tend(channel_id, ports)
        _measured(channels, ports)
    except Exception:
        log.exception("crises could not be tended; the next sweep goes on")


def progress(channel_id: str, ports: Ports) -> Progress:
    """Return how far the status in force has come, and who has heard nothing yet."""
    policy = _policy(channel_id, ports)
    cases = list(ports.store.open_cases(channel_id))
    counts = Counter(filter(None, (_progress_of(case, policy) for case in cases)))
    complaints = [case for case in cases if crisis.is_linked(case, Linking(), policy)]
    silent = [
        (case.owed.since, case.id) for case in complaints if case.owed and crisis.has_heard_nothing(case)
    ]
    return Progress(
        linked=counts["told"] + counts["waiting"] + counts["failed"],
        told=counts["told"],
        waiting=counts["waiting"],
        failed=counts["failed"],
        answered=sum(crisis.is_answered_complaint(case) for case in cases),
        owed=len(complaints),
        unheard=tuple(case_id for _, case_id in sorted(silent)),
    )


def past(ports: Ports, channel_id: str = "") -> list[tuple[str, Incident]]:
    """Return the closed incidents with their channels, the newest first."""
    keys = ports.records.keys(f"incident:{channel_id}:" if channel_id else "incident:")
    found = [(key.split(":")[1], ports.records.get(key, ports.clock())) for key in keys]
    incidents = [(channel, _decode(record.value)) for channel, record in found if record]
    return sorted(incidents, key=lambda one: one[1].opened_at, reverse=True)


def _measured(channels: Iterable[str], ports: Ports) -> None:
    found = [crises.standing(channel_id, ports) for channel_id in channels]
    ports.meter.stands("crises", sum(one.burst is not None for one in found))
    ports.meter.stands("incidents", sum(one.incident is not None for one in found))


def _tend(channel_id: str, ports: Ports) -> None:
    try:
        policy = ports.policies.live().policy(channel_id)
    except UnknownChannel:
        return
    crises.tend(channel_id, policy, ports)
    aftermath.tend(channel_id, ports)
    incident = crises.standing(channel_id, ports).incident
    if incident and incident.announced < incident.statuses[-1].number:
        _go_on(channel_id, incident, ports)


def _go_on(channel_id: str, incident: Incident, ports: Ports) -> None:
    """Tell whoever has not been told; it is done once every worker must have known of the status."""
    begun = ports.clock()
    tell(channel_id, ports)
    if begun - incident.statuses[-1].at < _SETTLES_WITHIN + timedelta(minutes=1):
        return

    def done(found: Standing) -> Standing | None:
        if found.incident is None or found.incident.label != incident.label:
            return None
        return replace(found, incident=replace(found.incident, announced=incident.statuses[-1].number))

    crises.change(channel_id, ports, done)


def _announced(channel_id: str, standing: Standing | None, ports: Ports) -> Incident:
    if standing is None or standing.incident is None:
        raise AssertionError("a change that always writes wrote nothing")
    count = tell(channel_id, ports)
    log.info("status given", extra={"channel": channel_id, "status": standing.incident.label, "cases": count})
    return standing.incident


def _untold(channel_id: str, policy: Policy, ports: Ports) -> Iterator[str]:
    if policy.status is None:
        return
    for case in ports.store.open_cases(channel_id):
        told = status_of(case, policy.status.label)
        if told is None and crisis.is_linked(case, policy.status.linking, policy):
            yield case.id


def _event(case_id: str, policy: Policy, now: datetime) -> StatusGiven:
    by, label = (policy.status.by, policy.status.label) if policy.status else ("", "")
    return StatusGiven(id=f"status:{policy.channel}:{label}:{case_id}", at=now, case_id=case_id, by=by)


def _progress_of(case: Case, policy: Policy) -> str:
    """Return what has become of the status in one case, empty where it is not for it."""
    if policy.status is None:
        return ""
    carried = status_of(case, policy.status.label)
    if carried is None:
        return "waiting" if crisis.is_linked(case, policy.status.linking, policy) else ""
    if carried.pending:
        return "waiting"
    return "told" if carried.status in _TOLD else "failed"


def _policy(channel_id: str, ports: Ports) -> Policy:
    policy = ports.policies.live().policy(channel_id)
    return crises.informed(policy, ports, strong=True)


def _open(found: Standing, channel_id: str) -> Incident:
    if found.incident is None:
        raise NotAllowed(f"No incident is open on {channel_id}: open one first")
    return found.incident


def _key(channel_id: str, number: int) -> str:
    return f"incident:{channel_id}:{number:06}"
