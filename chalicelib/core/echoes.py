"""What platforms say of our own messages: echoes, and failures that come after a success (R7, R34)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.core import events, outbox, replies, settling
from chalicelib.core.case import Case, Owed, Status
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Alert, Delivery, DeliveryStatus, Effect
from chalicelib.core.events import Speaker
from chalicelib.core.message import Message
from chalicelib.core.policy import Policy
from chalicelib.core.timeline import Why


def echoed(d: Decision, event: events.MessageEchoed, policy: Policy, now: datetime) -> Decision:
    """The business account wrote: us, a person, or another automation."""
    mine = ours(d.case, event)
    if mine is not None:
        d = d.note(Why.OURS_ECHOED, event.at, delivery=mine.key, message_id=event.message_id)
        if not _may_settle(mine):
            return d
        if mine.status is DeliveryStatus.UNCERTAIN and mine.effect is not Effect.REPLY:
            # What followed from it has followed already: it might have been read.
            return d.put(replace(mine, status=DeliveryStatus.SENT, message_id=event.message_id))
        return settling.sent(d, mine, policy, event.at, event.message_id)
    if event.ours:
        return d.note(Why.OURS_ECHOED, event.at, delivery="", message_id=event.message_id)
    if event.otherwise is Speaker.AUTOMATION or (
        event.otherwise is Speaker.UNKNOWN and not policy.unknown_sender_counts_as_human
    ):
        return d.note(Why.AUTOMATION_WROTE, event.at, text=event.text, message_id=event.message_id)
    if replies.is_to_another(d.case, event.to):
        return replies.replied_to_another(d, event)
    assumed = event.otherwise is Speaker.UNKNOWN
    d = d.note(
        Why.HUMAN_REPLIED,
        event.at,
        text=event.text,
        message_id=event.message_id,
        assumed="yes" if assumed else "",
    )
    return replies.responded(d, event.at, policy, now, assumed=assumed)


def ours(case: Case, event: events.MessageEchoed) -> Delivery | None:
    """Return the delivery of a case that this echo is of, None where it is of none.

    Words prove it only where the platform says it was us, or never says so and they are just on their
    way out (R7).
    """
    if named := _named(case, event):
        return named
    if event.ours or event.unmarked:
        said = outbox.digest_of(event.text)
        return next((d for d in case.outbox if _may_settle(d) and said and said == _digest(d)), None)
    return None


def _named(case: Case, event: events.MessageEchoed | events.MessageFailed) -> Delivery | None:
    """Return the delivery that an event names, by the platform's id of the message or by our own key."""
    for delivery in case.outbox:
        same_id = bool(event.message_id) and delivery.message_id == event.message_id
        if same_id or (event.nonce and delivery.key == event.nonce):
            return delivery
    return None


def _digest(delivery: Delivery) -> str:
    return delivery.digest or outbox.digest_of(delivery.text)


def _may_settle(delivery: Delivery) -> bool:
    """Return whether nobody knows yet what became of an attempt."""
    tried = delivery.pending and delivery.attempt > 0
    return tried or delivery.status is DeliveryStatus.UNCERTAIN


def failed(d: Decision, event: events.MessageFailed, _policy: Policy, now: datetime) -> Decision:
    """The platform took a message of ours and then could not deliver it: it does not count as said (R34)."""
    mine = _named(d.case, event)
    if mine is None or mine.status is DeliveryStatus.REFUSED:
        return d
    d = d.put(replace(mine, status=DeliveryStatus.REFUSED, lease_until=None))
    facts = {"outcome": event.outcome, "reason": event.reason, "effect": mine.effect}
    d = d.note(Why.REFUSED, now, delivery=mine.key, message_id=mine.message_id, **facts)
    promise = d.case.promise
    if promise and promise.due_at == mine.promise_due_at and mine.effect is not Effect.REPLY:
        d = d.set(promise=None)
    if mine.effect is Effect.REPLY:
        d = _owed_again(d, mine, event.at, now)
    return outbox.alert(d, Alert.DELIVERY_REFUSED, now, **facts)


def _owed_again(d: Decision, reply: Delivery, at: datetime, now: datetime) -> Decision:
    """A person's reply never arrived: the customer still waits, and a person must see to it."""
    if d.case.owed is None:
        since = reply.period or at
        waiting = Message(id="", at=since, text="")
        d = d.set(owed=Owed(since=since, messages=(waiting,), settled=True, alerted=True))
    if d.case.status is not Status.CLOSED:
        return d
    d = d.set(status=Status.OPEN, closed_at=None, close_reason=None)
    return d.note(Why.REOPENED, now, reason="reply_refused")
