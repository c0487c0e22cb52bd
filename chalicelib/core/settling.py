"""How attempts to send end, whoever learns of it: the one place where a message becomes sent or uncertain."""

from dataclasses import replace
from datetime import datetime

from chalicelib.core import closing, events, outbox, replies, restored
from chalicelib.core.case import Case, CloseReason, Promise, Status
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Delivery, DeliveryStatus, Effect, Wording
from chalicelib.core.events import Outcome
from chalicelib.core.policy import Policy
from chalicelib.core.timeline import Why


def release_leases(d: Decision, policy: Policy, now: datetime) -> Decision:
    """Claim again, to reconcile, what was claimed by somebody who never reported back.

    What is no longer wanted is not even asked about: a resend would talk over a human.
    """
    for delivery in d.case.outbox:
        if delivery.status is not DeliveryStatus.CLAIMED or (delivery.lease_until or now) > now:
            continue
        if delivery.effect is not Effect.ALERT_OWNER and delivery.asked >= outbox.RECONCILIATIONS:
            d = _uncertain(d, delivery, policy, now, "no_answer")
            continue
        if reason := outbox.unwanted(d.case, delivery, policy, now):
            d = _uncertain(d, delivery, policy, now, reason)
            continue
        again = replace(
            delivery,
            attempt=delivery.attempt + 1,
            asked=delivery.asked + 1,
            lease_until=now + outbox.LEASE,
            reconciling=delivery.effect is not Effect.ALERT_OWNER,
        )
        d = d.do(again).note(Why.RECONCILING, now, delivery=delivery.key, attempt=str(again.attempt))
    return d


def give_up_restored(d: Decision, policy: Policy, now: datetime) -> Decision:
    """Call uncertain, and leave to a person, what was on its way when the backup in use was made.

    Not even asking is right: the platform may have forgotten the key of a message sent long ago.
    """
    for delivery in d.case.outbox:
        if restored.may_be_out(delivery, policy):
            d = _uncertain(d, delivery, policy, now, restored.RESTORED)
    return d


def _uncertain(d: Decision, delivery: Delivery, policy: Policy, now: datetime, reason: str) -> Decision:
    d = outbox.settle(d, delivery, Outcome.UNCERTAIN, policy, now, reason=reason)
    return _after_failure(d, delivery, now)


def delivery_settled(d: Decision, event: events.DeliverySettled, policy: Policy, now: datetime) -> Decision:
    """An attempt to send has ended."""
    delivery = d.case.delivery(event.key)
    if delivery is None or not delivery.pending or delivery.attempt != event.attempt:
        # An echo, or the worker that took the claim over, has been faster.
        return d
    if event.address:
        d = d.set(address={**d.case.address, **event.address})
    if event.outcome in (Outcome.SENT, Outcome.REHEARSED):
        # A reply went out when it was claimed, not when the platform had answered or it was found: what the
        # customer wrote meanwhile is not answered by it.
        at = delivery.claimed_at or event.at if delivery.effect is Effect.REPLY else event.at
        if event.called:
            d = d.note(Why.CALLED, at, delivery=delivery.key, alert=delivery.alert or "", **event.called)
        return sent(d, delivery, policy, at, event.message_id, rehearsed=event.outcome is Outcome.REHEARSED)
    d = outbox.settle(
        d, delivery, event.outcome, policy, now, reason=event.reason, retry_after=event.retry_after
    )
    return _after_failure(d, delivery, now)


def _after_failure(d: Decision, delivery: Delivery, now: datetime) -> Decision:
    left = d.case.delivery(delivery.key)
    if left is not None and left.pending:
        return d
    uncertain = left is not None and left.status is DeliveryStatus.UNCERTAIN
    if delivery.effect is Effect.REPLY:
        return _reply_failed(d, now, uncertain=uncertain)
    if delivery.effect is Effect.CLOSE:
        return _closed_by_silence(d, now)
    if uncertain:
        # The customer may have read it, so what it promised binds.
        return _told(d, delivery, now)
    return d


def _reply_failed(d: Decision, now: datetime, *, uncertain: bool) -> Decision:
    owed = d.case.owed
    closed = d.case.status is Status.CLOSED
    if owed and uncertain:
        # It may have arrived, and nobody talks over a human: the owner knows, Hearback is silent.
        doubtful = replace(owed, settled=True, alerted=True, doubtful=True)
        return d.set(owed=None if closed else doubtful, promise=None)
    if owed and closed:
        d = d.set(status=Status.OPEN, closed_at=None, close_reason=None)
        return d.note(Why.REOPENED, now, reason="reply_refused")
    return d


def _closed_by_silence(d: Decision, now: datetime) -> Decision:
    still_silent = d.case.paused_at is not None and d.case.owed is None
    return closing.close(d, CloseReason.CUSTOMER_SILENT, now) if still_silent else d


def sent(
    d: Decision, delivery: Delivery, policy: Policy, at: datetime, message_id: str, *, rehearsed: bool = False
) -> Decision:
    """Record that a message is out, or in a dry run would be, and what follows from it (R21, R35)."""
    d = outbox.mark_sent(d, delivery, at, message_id, rehearsed=rehearsed)
    if delivery.effect is Effect.REPLY:
        return replies.responded(
            d, at, policy, at, assumed=False, known_until=delivery.period_until or delivery.first_due_at
        )
    if delivery.effect is Effect.CLOSE:
        return _closed_by_silence(d, at)
    if delivery.effect in (Effect.ACKNOWLEDGE, Effect.INVITE, Effect.UPDATE):
        return _told(d, delivery, at, rehearsed=rehearsed)
    return d


def _told(d: Decision, delivery: Delivery, at: datetime, *, rehearsed: bool = False) -> Decision:
    d = d.set(update_from=replies.latest(d.case.update_from, at))
    if delivery.wording is Wording.STATUS and d.case.owed:
        # Whoever knows how things stand needs no acknowledgement any more (R33).
        d = d.set(owed=replace(d.case.owed, settled=True))
    if not rehearsed:
        acked = at if delivery.effect is Effect.ACKNOWLEDGE else d.case.last_ack_at
        apologised = d.case.apologised or delivery.wording is Wording.MISSED
        d = d.set(last_ack_at=acked, apologised=apologised)
    return _bound(d, delivery, at, told=not rehearsed)


def _bound(d: Decision, delivery: Delivery, at: datetime, *, told: bool) -> Decision:
    """Keep the time a message named; what nobody has read is reckoned on, but never called missed (R22)."""
    due_at = delivery.promise_due_at
    if due_at is None or not _still_meant(d.case, delivery):
        return d
    known = d.case.promise
    if known and known.due_at == due_at:
        return d.set(promise=replace(known, told=known.told or told))
    of_a_person = delivery.wording is Wording.PROMISE
    made = d.case.promises_made if of_a_person else d.case.promises_made + 1
    promise = Promise(due_at=due_at, made_at=at, by=delivery.author if of_a_person else "", told=told)
    d = d.set(promise=promise, promises_made=made)
    return d.note(Why.PROMISED, at, due=due_at.isoformat(), by=promise.by)


def _still_meant(case: Case, delivery: Delivery) -> bool:
    """Return whether the time a message named is still waited for: not closed, answered or taken back."""
    if case.status is not Status.OPEN or case.close_proposed or outbox.answered_since(case, delivery):
        return False
    return case.owed is not None or delivery.period is None
