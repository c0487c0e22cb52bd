"""What a crisis leaves behind: one call names all who still wait, and each case says so (R33, R34)."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from chalicelib import calls, crises
from chalicelib.core import crisis
from chalicelib.core.case import Case
from chalicelib.core.events import CrisisTold
from chalicelib.crises import Aftermath, Standing
from chalicelib.envelope import seal
from chalicelib.ports import Ports

log = logging.getLogger("hearback.aftermath")

AGAIN_EVERY = timedelta(days=1)
"""As long as somebody still waits, the owner is called about all of them together this often."""

_NOTED_AFTER = timedelta(minutes=1)
"""By then every worker has known for long that the owner was told: what none of them saw is not to come."""

_BATCH = 20


def tend(channel_id: str, ports: Ports) -> None:
    """Make the one call that ends a crisis, note it in every case, and repeat it daily while some wait."""
    left = crises.standing(channel_id, ports).aftermath
    if left is None:
        return
    if left.told_at is None:
        _call(channel_id, ports)
    elif not left.noted:
        _note(channel_id, left, left.told_at, ports)
    elif ports.clock() >= (left.again_at or left.told_at) + AGAIN_EVERY:
        _call_again(channel_id, ports)


def owed(channel_id: str, ports: Ports) -> Iterator[Case]:
    """Yield the open cases that a call about a crisis of this channel is about."""
    return (case for case in ports.store.open_cases(channel_id) if crisis.waits_after(case))


def _call(channel_id: str, ports: Ports) -> None:
    now = ports.clock()
    if not _mine(channel_id, now, ports):
        return
    number = sum(1 for _ in owed(channel_id, ports))
    if not calls.call_owner(f"The crisis on {channel_id} is over", _words(channel_id, number, ports), ports):
        return
    log.info("crisis over", extra={"channel": channel_id, "owed": number})
    if told := _changed(channel_id, ports, told_at=now):
        _note(channel_id, told, now, ports)


def _call_again(channel_id: str, ports: Ports) -> None:
    now = ports.clock()
    number = sum(case.owed is not None and case.owed.counted for case in owed(channel_id, ports))
    if not number:
        crises.change(channel_id, ports, lambda found: replace(found, aftermath=None))
    elif _mine(channel_id, now, ports):
        title = f"Cases of the crisis on {channel_id} still wait"
        if calls.call_owner(title, _words(channel_id, number, ports), ports):
            _changed(channel_id, ports, again_at=now)


def _words(channel_id: str, number: int, ports: Ports) -> str:
    waits = "1 case is" if number == 1 else f"{number} cases are"
    if not number:
        return "No case is still owed a reply. From now on you are called for each case again."
    return (
        f"{waits} still owed a reply. This is the one call for all of them: until a person replies they stay "
        f"open and red, and you are called about them together, once a day. {ports.base_url}/desk shows "
        f"them, and `hearback incident show {channel_id}` tells who has heard nothing yet. For every new "
        "case you are called again."
    )


def _mine(channel_id: str, now: datetime, ports: Ports) -> bool:
    """Take the call, unless somebody is at it; who dies while calling is followed by the sweep."""

    def taken(found: Standing) -> Standing | None:
        left = found.aftermath
        if left is None or (left.tried_at and now < left.tried_at + crises.CALL_AGAIN_AFTER):
            return None
        return replace(found, aftermath=replace(left, tried_at=now))

    return crises.change(channel_id, ports, taken) is not None


def _note(channel_id: str, left: Aftermath, told_at: datetime, ports: Ports) -> None:
    """Let every case say that it was told of; done once no worker can hold an alert back any more."""
    begun = ports.clock()
    untold = (case.id for case in owed(channel_id, ports) if _is_untold(case, told_at))
    while batch := list(islice(untold, _BATCH)):
        ports.events.put([seal(channel_id, _event(case_id, told_at, begun)) for case_id in batch])
    if not left.noted and begun >= told_at + _NOTED_AFTER:
        _changed(channel_id, ports, noted=True)


def _is_untold(case: Case, told_at: datetime) -> bool:
    return case.owed is not None and not case.owed.counted and case.owed.since <= told_at


def _event(case_id: str, told_at: datetime, now: datetime) -> CrisisTold:
    return CrisisTold(id=f"crisis:{told_at.isoformat()}:{case_id}", at=now, case_id=case_id, told_at=told_at)


def _changed(channel_id: str, ports: Ports, **changes: datetime | bool) -> Aftermath | None:
    """Write what has become of it; a new crisis meanwhile has taken its place."""

    def changed(found: Standing) -> Standing | None:
        return replace(found, aftermath=replace(found.aftermath, **changes)) if found.aftermath else None  # type: ignore[arg-type]  # names and kinds are those of the dataclass

    written = crises.change(channel_id, ports, changed)
    return written.aftermath if written else None
