"""What the business says: human replies, our own messages and their echoes (R1, R2, R3, R7, R21)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.core import clocks, events, outbox, timers
from chalicelib.core.case import Case, CloseReason, Owed, Promise, Response, Status
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Delivery, Effect, Wording
from chalicelib.core.events import Outcome, Speaker
from chalicelib.core.policy import Policy
from chalicelib.core.timeline import Why


def human_replied(d: Decision, event: events.HumanReplied, policy: Policy, now: datetime) -> Decision:
    """A person answered in the platform's own app."""
    d = d.note(Why.HUMAN_REPLIED, event.at, text=event.text, message_id=event.message_id)
    return responded(d, event.at, policy, now, assumed=False)


def responded(d: Decision, at: datetime, policy: Policy, now: datetime, *, assumed: bool) -> Decision:
    """Stop the reply clocks, and cancel every automatic message that has not left yet (R3, R21)."""
    owed = d.case.owed
    d = d.set(last_human_at=latest(d.case.last_human_at, at))
    if owed is None:
        return d.set(promise=None, update_from=latest(d.case.update_from, at)) if d.case.promise else d
    if at < owed.since:
        return d
    d = _measured(d, owed, at, policy, now, assumed=assumed)
    d = outbox.cancel_automatic(d, now, "human_replied")
    left = tuple(m for m in owed.messages if m.at > at)
    d = d.set(
        owed=Owed(since=left[0].at, messages=left) if left else None,
        promise=None,
        promises_made=0,
        misses=0,
        update_from=latest(d.case.update_from, at),
        seen=True,
    )
    return d.note(Why.CLOCK_STARTED, now, since=left[0].at.isoformat()) if left else d


def _measured(
    d: Decision, owed: Owed, at: datetime, policy: Policy, now: datetime, *, assumed: bool
) -> Decision:
    target = clocks.response_due(d.case, owed, policy)
    response = Response(
        first=d.case.first_response is None,
        started_at=clocks.response_start(d.case, owed),
        replied_at=at,
        due_at=target[0] if target else None,
        assumed=assumed,
    )
    d = d.set(first_response=d.case.first_response or response, last_response=response)
    return d.note(
        Why.RESPONSE_MET if response.met else Why.RESPONSE_LATE,
        now,
        which="first" if response.first else "next",
        took=str(int(response.took.total_seconds())),
        due=response.due_at.isoformat() if response.due_at else "",
        assumed="yes" if assumed else "",
    )


def echoed(d: Decision, event: events.MessageEchoed, policy: Policy, now: datetime) -> Decision:
    """The business account wrote: us, a person, or another automation."""
    mine = _ours(d.case, event)
    if mine is not None:
        d = d.note(Why.OURS_ECHOED, event.at, delivery=mine.key, message_id=event.message_id)
        return _sent(d, mine, policy, event.at, event.message_id) if _may_settle(mine) else d
    if event.ours:
        return d.note(Why.OURS_ECHOED, event.at, delivery="", message_id=event.message_id)
    if event.otherwise is Speaker.AUTOMATION or (
        event.otherwise is Speaker.UNKNOWN and not policy.unknown_sender_counts_as_human
    ):
        return d.note(Why.AUTOMATION_WROTE, event.at, text=event.text, message_id=event.message_id)
    assumed = event.otherwise is Speaker.UNKNOWN
    d = d.note(
        Why.HUMAN_REPLIED,
        event.at,
        text=event.text,
        message_id=event.message_id,
        assumed="yes" if assumed else "",
    )
    return responded(d, event.at, policy, now, assumed=assumed)


def _ours(case: Case, event: events.MessageEchoed) -> Delivery | None:
    """Return the delivery this echo is of; words prove it only where the platform says it was us (R7)."""
    for delivery in case.outbox:
        same_id = bool(event.message_id) and delivery.message_id == event.message_id
        if same_id or (event.nonce and delivery.key == event.nonce):
            return delivery
    if event.ours:
        return next((d for d in case.outbox if _may_settle(d) and d.text and d.text == event.text), None)
    return None


def _may_settle(delivery: Delivery) -> bool:
    return delivery.pending and delivery.attempt > 0


def delivery_settled(d: Decision, event: events.DeliverySettled, policy: Policy, now: datetime) -> Decision:
    """An attempt to send has ended."""
    delivery = d.case.delivery(event.key)
    if delivery is None or not delivery.pending or delivery.attempt != event.attempt:
        # An echo, or the worker that took the claim over, has been faster.
        return d
    if event.address:
        d = d.set(address={**d.case.address, **event.address})
    if event.outcome in (Outcome.SENT, Outcome.REHEARSED):
        rehearsed = event.outcome is Outcome.REHEARSED
        return _sent(d, delivery, policy, event.at, event.message_id, rehearsed=rehearsed)
    d = outbox.settle(
        d, delivery, event.outcome, policy, now, reason=event.reason, retry_after=event.retry_after
    )
    return _after_failure(d, delivery, event.outcome, now)


def _after_failure(d: Decision, delivery: Delivery, outcome: Outcome, now: datetime) -> Decision:
    left = d.case.delivery(delivery.key)
    if left is not None and left.pending:
        return d
    if delivery.effect is Effect.REPLY:
        return _reply_failed(d, outcome, now)
    if delivery.effect is Effect.CLOSE:
        return _closed_by_silence(d, now)
    if outcome is Outcome.UNCERTAIN:
        # The customer may have read it, so what it promised binds.
        return _told(d, delivery, now)
    return d


def _reply_failed(d: Decision, outcome: Outcome, now: datetime) -> Decision:
    owed = d.case.owed
    if owed and outcome is Outcome.UNCERTAIN:
        # It may have arrived, and nobody talks over a human: the owner knows, Hearback is silent.
        return d.set(owed=replace(owed, settled=True))
    if owed and d.case.status is Status.CLOSED:
        d = d.set(status=Status.OPEN, closed_at=None, close_reason=None)
        return d.note(Why.REOPENED, now, reason="reply_refused")
    return d


def _closed_by_silence(d: Decision, now: datetime) -> Decision:
    still_silent = d.case.paused_at is not None and d.case.owed is None
    return timers.close(d, CloseReason.CUSTOMER_SILENT, now) if still_silent else d


def _sent(
    d: Decision, delivery: Delivery, policy: Policy, at: datetime, message_id: str, *, rehearsed: bool = False
) -> Decision:
    d = outbox.mark_sent(d, delivery, at, message_id, rehearsed=rehearsed)
    if delivery.effect is Effect.REPLY:
        return responded(d, at, policy, at, assumed=False)
    if delivery.effect is Effect.CLOSE:
        return _closed_by_silence(d, at)
    if delivery.effect in (Effect.ACKNOWLEDGE, Effect.UPDATE):
        return _told(d, delivery, at)
    return d


def _told(d: Decision, delivery: Delivery, at: datetime) -> Decision:
    acked = at if delivery.effect is Effect.ACKNOWLEDGE else d.case.last_ack_at
    apologised = d.case.apologised or delivery.wording is Wording.MISSED
    d = d.set(update_from=latest(d.case.update_from, at), last_ack_at=acked, apologised=apologised)
    due_at = delivery.promise_due_at
    if due_at is None or d.case.owed is None or (d.case.promise and d.case.promise.due_at == due_at):
        return d
    promise = Promise(due_at=due_at, made_at=at)
    d = d.set(promise=promise, promises_made=d.case.promises_made + 1)
    return d.note(Why.PROMISED, at, due=due_at.isoformat(), by="")


def latest(one: datetime | None, other: datetime) -> datetime:
    """Return the later of two times, of which the first may be unknown."""
    return other if one is None else max(one, other)
