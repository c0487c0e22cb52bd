"""Whether a claim still stands, asked right before its message goes out (R6).

A process may stand still between its claim and its send: a function that is frozen, a laptop that sleeps.
Meanwhile others take the claim over, or a person answers. `ports.clock` tells of it, because the time of day
goes on while a process does not. What no program can see is a standstill between this look and the request.
"""

import logging
from datetime import datetime, timedelta

from chalicelib.core import outbox
from chalicelib.core.case import Case
from chalicelib.core.effects import Delivery, DeliveryStatus
from chalicelib.core.events import Outcome
from chalicelib.platforms.contract import SEND_SECONDS, SendResult
from chalicelib.ports import Ports

log = logging.getLogger("hearback.claims")

_ROOM = timedelta(seconds=SEND_SECONDS + 5)
"""What must be left of a lease: the whole request, and the write of what became of it."""


def lapsed(case: Case, delivery: Delivery, ports: Ports) -> SendResult | None:
    """Return why a message must not go out under its claim any more, None where it may.

    Costs one strong read of the case for each message that goes out. Nothing has been sent under this claim,
    so what it left undone is safely claimed again.
    """
    try:
        now = ports.store.load(case.id)
        stopped = ports.policies.live().policy(case.thread.channel).kill_switch
    except Exception:
        log.exception("the claim cannot be looked at", extra={"case": case.id, "delivery": delivery.key})
        return _put_back()
    return _read(now, delivery, ports.clock(), stopped=stopped)


def _read(case: Case, delivery: Delivery, now: datetime, *, stopped: bool) -> SendResult | None:
    left = case.delivery(delivery.key)
    if left is None or left.status is not DeliveryStatus.CLAIMED or left.attempt != delivery.attempt:
        # Whoever has it now records its end; what is said here is of an attempt that counts no more.
        return SendResult(outcome=Outcome.OVERTAKEN, reason="claim_lost")
    if left.automatic and (reason := "kill_switch" if stopped else _overtaken(case, left)):
        # An attempt before this one may be out, and then it is not known to be unsent.
        ends = Outcome.UNCERTAIN if left.reconciling else Outcome.OVERTAKEN
        return SendResult(outcome=ends, reason=reason)
    if left.lease_until is None or left.lease_until - now < _ROOM:
        return _put_back()
    return None


def _overtaken(case: Case, delivery: Delivery) -> str | None:
    return outbox.overtaken(case, delivery) or ("human_is_replying" if case.reply_pending else None)


def _put_back() -> SendResult:
    """Return that this attempt sent nothing; the record of it is refused where another has the claim."""
    return SendResult(outcome=Outcome.DELAYED, reason="stood_still", retry_after=0.0)
