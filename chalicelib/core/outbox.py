"""The way of a delivery: planned, claimed with a lease, settled. Never sent twice, never forgotten.

planned ──claim──> claimed ──> sent | rehearsed | refused | cancelled
   ^                  │ lease ends, or the answer was ambiguous
   └── surely not ────┴──> claimed again, reconciling ──> sent | uncertain
       sent: retry
"""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core import backoff, clocks, incident, lanes, loops, promising, quiet
from chalicelib.core.case import Case, Owed, Status
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Alert, Delivery, DeliveryStatus, Effect, Wording
from chalicelib.core.events import Outcome
from chalicelib.core.message import Lane, answers
from chalicelib.core.policy import Policy, PublicAcks
from chalicelib.core.restored import RESTORED, in_doubt
from chalicelib.core.roster import Level
from chalicelib.core.timeline import Why

LEASE = timedelta(seconds=60)
"""Longer than any HTTP call may take, and long enough for an echo to come back."""

RATE = "rate"
"""Why a message waits that comes before its turn."""

STOPPED = "channel_paused"
"""Why a message waits whose channel the platform has stopped."""

RECONCILIATIONS = 5
"""How often a platform is asked what became of a message before it is called uncertain."""

_OVERTAKEN = frozenset({"automaton", "closed", "customer_wrote", "human_is_replying", "human_replied"}) | {
    *(incident.CRISIS, incident.COUNTED, "linked", "never_acknowledged", "nothing_owed"),
    "waiting_on_customer",
}
"""Reasons for which a message is no longer wanted and nobody needs to be called."""

_UNHEARD = frozenset({DeliveryStatus.REFUSED, DeliveryStatus.CANCELLED})
_ON_WHAT_IS_OWED = frozenset({Wording.UPDATE, Wording.LAST_LEGAL, Wording.STATUS})
_TO_THE_SILENT = frozenset({Wording.REMIND, Wording.CLOSING})

ESCALATION = tuple(Level)
"""How high each missed promise calls (R21)."""


def plan(
    d: Decision,
    effect: Effect,
    now: datetime,
    *,
    wording: Wording | None = None,
    promise_due_at: datetime | None = None,
    text: str = "",
    author: str = "",
    lane: Lane = Lane.MESSAGE,
    due_at: datetime | None = None,
    awaits_approval: bool = False,
) -> Decision:
    """Put one delivery into the outbox, due now or later; an automatic one gets its lane when claimed."""
    number = d.case.deliveries_made + 1
    delivery = Delivery(
        key=f"{d.case.id}-{number}",
        effect=effect,
        lane=lane,
        period=d.case.owed.since if d.case.owed else None,
        period_until=d.case.owed.messages[-1].at if d.case.owed else None,
        first_due_at=due_at or now,
        due_at=due_at or now,
        awaits_approval=awaits_approval,
        wording=wording,
        promise_due_at=promise_due_at,
        text=text,
        author=author,
    )
    planned = d.set(outbox=(*d.case.outbox, delivery), deliveries_made=number)
    if not delivery.automatic:
        return planned
    facts = {"delivery": delivery.key, "effect": effect, "wording": wording or ""}
    if awaits_approval:
        return planned.note(Why.APPROVAL_WANTED, now, **facts)
    return planned.note(Why.PLANNED, now, **facts)


def alert(d: Decision, kind: Alert, now: datetime, **facts: str) -> Decision:
    """Plan a call; facts never hold a customer's words. Whom it reaches is for the roster of its moment."""
    facts.setdefault("to", Level.HOLDER)
    number = d.case.deliveries_made + 1
    delivery = Delivery(
        key=f"{d.case.id}-{number}",
        effect=Effect.ALERT_OWNER,
        first_due_at=now,
        due_at=now,
        alert=kind,
        facts=facts,
    )
    planned = d.set(outbox=(*d.case.outbox, delivery), deliveries_made=number)
    return planned.note(Why.ALERTED, now, delivery=delivery.key, alert=kind, **facts)


def withheld(case: Case, effect: Effect, policy: Policy, now: datetime, due_at: datetime) -> str | None:
    """Return why an automatic message may not go out now, None when it may (R25, R28, R34, R35)."""
    until = clocks.automatic_until(case, policy)
    if policy.retired:
        return "channel_retired"
    if policy.kill_switch:
        return "kill_switch"
    if in_doubt(case, policy) or now - due_at > policy.numbers.stale_after:
        return RESTORED if in_doubt(case, policy) else "stale"
    if until is not None and now >= until:
        return "platform_window"
    if not case.in_control:
        return "other_app_in_control"
    if lanes.lane_for(case, effect, policy, now) is None:
        return "no_lane"
    if case.automaton and loops.last_said_at(case):
        return "automaton"
    return None


def cancel_automatic(d: Decision, now: datetime, reason: str) -> Decision:
    """Cancel every automatic message that has not been claimed yet."""
    for delivery in d.case.outbox:
        if delivery.automatic and delivery.status is DeliveryStatus.PLANNED:
            d = cancel(d, delivery, now, reason)
    return d


def cancel(d: Decision, delivery: Delivery, now: datetime, reason: str) -> Decision:
    """Cancel one message that has not been claimed yet."""
    d = _settle_as(d, delivery, DeliveryStatus.CANCELLED, now)
    return d.note(Why.CANCELLED, now, delivery=delivery.key, effect=delivery.effect, reason=reason)


def claim_due(d: Decision, policy: Policy, now: datetime) -> Decision:
    """Claim every delivery that is due and still wanted (R6); the rest is cancelled with its reason."""
    for delivery in d.case.outbox:
        if delivery.status is not DeliveryStatus.PLANNED or delivery.due_at > now:
            continue
        if _waits_for_morning(delivery) and (morning := quiet.release(policy, now)) > now:
            d = _hold(d, delivery, morning, now)
            continue
        reason = "not_approved" if delivery.awaits_approval else unwanted(d.case, delivery, policy, now)
        reason = reason or incident.hushed(d.case, delivery, policy)
        d = _claimed(d, delivery, policy, now) if reason is None else _not_sent(d, delivery, reason, now)
    return d


def _waits_for_morning(delivery: Delivery) -> bool:
    """Return whether quiet hours hold a message back: no answer, and no person's words (R23)."""
    if delivery.wording in (Wording.LAST_LEGAL, Wording.PROMISE):
        return False
    return delivery.effect in (Effect.UPDATE, Effect.REMIND, Effect.CLOSE)


def _hold(d: Decision, delivery: Delivery, until: datetime, now: datetime) -> Decision:
    """Hold a message back; it is decided again when the quiet hours end, and late from then (R23)."""
    d = d.put(replace(delivery, held=True, first_due_at=until, due_at=until))
    facts = {"delivery": delivery.key, "effect": delivery.effect, "until": until.isoformat()}
    return d.note(Why.HELD_BACK, now, **facts)


def release_held(d: Decision, now: datetime) -> Decision:
    """Cancel what is held back, because something newer is to be said: several become one (R23)."""
    for delivery in d.case.outbox:
        if delivery.held and delivery.status is DeliveryStatus.PLANNED:
            d = cancel(d, delivery, now, "collapsed")
    return d


def settle(
    d: Decision,
    delivery: Delivery,
    outcome: Outcome,
    policy: Policy,
    now: datetime,
    *,
    reason: str = "",
    retry_after: float | None = None,
) -> Decision:
    """Record how an attempt ended when it did not put a message out: retry, refused, overtaken, uncertain."""
    if outcome is Outcome.AMBIGUOUS:
        # The claim stays: an echo may still settle it, else the end of the lease reconciles.
        return d.note(Why.AMBIGUOUS, now, delivery=delivery.key, reason=reason)
    if outcome is Outcome.UNCERTAIN:
        return _uncertain(d, delivery, now, reason)
    if outcome is Outcome.OVERTAKEN:
        return _not_sent(d, delivery, incident.named(reason, policy), now)
    delivery = _counted(delivery, outcome, reason, now)
    if outcome is Outcome.DELAYED and (turn_at := _turn_at(delivery, policy, now, retry_after)):
        # Only the rates leave a moment: what waited for something else has yet to take its place in them.
        kept = replace(delivery, turn_at=turn_at if reason == RATE else None)
        d = _asked_later(d, delivery, turn_at) if delivery.reconciling else _planned_again(d, kept, turn_at)
        return d.note(Why.DELAYED, now, delivery=delivery.key, reason=reason, again=turn_at.isoformat())
    if outcome is Outcome.DELAYED and delivery.reconciling:
        return _uncertain(d, delivery, now, reason)
    if outcome is Outcome.RETRY and (later := backoff.retry_at(delivery, policy, now, retry_after)):
        tried_at = delivery.tried_at or delivery.claimed_at
        return _planned_again(d, replace(delivery, turn_at=None, tried_at=tried_at), later).note(
            Why.RETRYING, now, delivery=delivery.key, reason=reason, again=later.isoformat()
        )
    return _refused(d, delivery, outcome, now, reason)


def _counted(delivery: Delivery, outcome: Outcome, reason: str, now: datetime) -> Delivery:
    """Keep since when attempts fail; a channel that was stopped meanwhile begins anew."""
    if outcome is Outcome.RETRY:
        return replace(delivery, failing_since=delivery.failing_since or delivery.claimed_at or now)
    return replace(delivery, failing_since=None) if reason == STOPPED else delivery


def _asked_later(d: Decision, delivery: Delivery, at: datetime) -> Decision:
    """Keep the claim until a platform can be asked; a question that could not be put is not counted."""
    return d.put(replace(delivery, lease_until=at, asked=max(0, delivery.asked - 1)))


def _planned_again(d: Decision, delivery: Delivery, due_at: datetime) -> Decision:
    """Put a claimed message back; automatic words are found anew when it is claimed again."""
    text = delivery.text if delivery.effect is Effect.REPLY or delivery.wording is Wording.STATUS else ""
    return d.put(
        replace(
            delivery,
            status=DeliveryStatus.PLANNED,
            due_at=due_at,
            lease_until=None,
            reconciling=False,
            text=text,
        )
    )


def _turn_at(delivery: Delivery, policy: Policy, now: datetime, wait: float | None) -> datetime | None:
    """Return when a message that must wait is tried, None where that would be too late for it (R34)."""
    later = now + timedelta(seconds=wait or 0)
    return later if later <= delivery.first_due_at + policy.numbers.stale_after else None


def mark_sent(
    d: Decision, delivery: Delivery, now: datetime, message_id: str, *, rehearsed: bool = False
) -> Decision:
    """Record that the message is out; its words move to the timeline."""
    status = DeliveryStatus.REHEARSED if rehearsed else DeliveryStatus.SENT
    if delivery.lane in lanes.PUBLIC:
        d = d.set(public_reply_id=message_id or delivery.key)
    d = _settle_as(d, replace(delivery, message_id=message_id or delivery.message_id), status, now)
    if delivery.effect is Effect.ALERT_OWNER:
        return d
    return d.note(
        Why.REHEARSED if rehearsed else Why.SENT,
        now,
        text=delivery.text,
        message_id=message_id,
        delivery=delivery.key,
        effect=delivery.effect,
        author=delivery.author,
    )


def overtaken(case: Case, delivery: Delivery) -> str | None:
    """Return why a claimed message is not wanted any more, None where it still is (R6, R9, R14)."""
    if case.status is not Status.OPEN:
        return "closed"
    if delivery.automatic and delivery.period and (case.owed is None or _of_before(delivery, case.owed)):
        return "nothing_owed"
    return "human_replied" if answered_since(case, delivery) else None


def _of_before(delivery: Delivery, owed: Owed) -> bool:
    """Return whether all that a message answers was settled before what is owed now was asked (R5)."""
    return delivery.period_until is not None and delivery.period_until < owed.since


def answered_since(case: Case, delivery: Delivery) -> bool:
    """Return whether a person has written since what a delivery answers was owed."""
    if case.last_human_at is None:
        return False
    if delivery.period and delivery.wording is not Wording.PROMISE:
        return answers(case.last_human_at, delivery.period)
    return case.last_human_at >= delivery.first_due_at


def unwanted(case: Case, delivery: Delivery, policy: Policy, now: datetime) -> str | None:
    """Return why a delivery must not go out any more, None where it may (R6)."""
    if not delivery.automatic:
        return None
    reason = overtaken(case, delivery) or _pointless(case, delivery, policy, now)
    reason = reason or _unwanted_in_public(case, delivery, policy, now)
    reason = reason or withheld(case, delivery.effect, policy, now, delivery.first_due_at)
    # A person's promise is theirs, to whomever they make it; nothing else stands against it then.
    return None if reason in ("automaton", RESTORED) and delivery.wording is Wording.PROMISE else reason


def _unwanted_in_public(case: Case, delivery: Delivery, policy: Policy, now: datetime) -> str | None:
    """Return why an acknowledgement may not be public now, whatever held when it was planned (R13, R18)."""
    if delivery.effect is not Effect.ACKNOWLEDGE:
        return None
    mode = lanes.public_acks(case, policy, now)
    if mode is PublicAcks.OFF:
        return "public_acks_off"
    # Whoever approved it is its author.
    return "not_approved" if mode is PublicAcks.APPROVE and not delivery.author else None


def _pointless(case: Case, delivery: Delivery, policy: Policy, now: datetime) -> str | None:
    """Return why an automatic message would say nothing that is still true or wanted."""
    wording = delivery.wording
    reasons = {
        "human_is_replying": case.reply_pending,
        "human_replied": case.owed is not None and case.owed.doubtful,
        "never_acknowledged": wording is Wording.ACK and policy.rule(case.rule).window is None,
        "customer_wrote": wording in _TO_THE_SILENT and (case.owed is not None or case.paused_at is None),
        "nothing_owed": wording in _ON_WHAT_IS_OWED and case.owed is None,
        "incident_over": incident.is_over(delivery, policy),
        "waiting_on_customer": wording in (Wording.UPDATE, Wording.STATUS) and case.paused_at is not None,
        "promise_passed": wording is Wording.PROMISE and (delivery.promise_due_at or now) <= now,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _claimed(d: Decision, delivery: Delivery, policy: Policy, now: datetime) -> Decision:
    promise_due_at = promising.promise_at(d.case, delivery, policy, now)
    chosen = lanes.lane_for(d.case, delivery.effect, policy, now) if delivery.automatic else None
    return d.do(
        replace(
            delivery,
            lane=chosen or delivery.lane,
            status=DeliveryStatus.CLAIMED,
            held=False,
            attempt=delivery.attempt + 1,
            claimed_at=now,
            lease_until=now + LEASE,
            promise_due_at=promise_due_at,
        )
    )


def _not_sent(d: Decision, delivery: Delivery, reason: str, now: datetime) -> Decision:
    d = _settle_as(d, delivery, DeliveryStatus.CANCELLED, now)
    d = d.note(Why.SUPPRESSED, now, delivery=delivery.key, effect=delivery.effect, reason=reason)
    if _nobody_need_know(d.case, delivery, reason):
        return d
    return alert(d, Alert.NOT_SENT, now, reason=reason, effect=delivery.effect)


def _refused(d: Decision, delivery: Delivery, outcome: Outcome, now: datetime, reason: str) -> Decision:
    d = _settle_as(d, delivery, DeliveryStatus.REFUSED, now)
    d = d.note(
        Why.REFUSED, now, delivery=delivery.key, effect=delivery.effect, outcome=outcome, reason=reason
    )
    if delivery.effect is Effect.ALERT_OWNER or _nobody_need_know(d.case, delivery, reason):
        return d
    return alert(d, Alert.DELIVERY_REFUSED, now, outcome=outcome, reason=reason, effect=delivery.effect)


def _uncertain(d: Decision, delivery: Delivery, now: datetime, reason: str) -> Decision:
    d = _settle_as(d, delivery, DeliveryStatus.UNCERTAIN, now)
    d = d.note(
        Why.UNCERTAIN, now, text=delivery.text, delivery=delivery.key, effect=delivery.effect, reason=reason
    )
    if _nobody_need_know(d.case, delivery, reason):
        return d
    return alert(d, Alert.DELIVERY_UNCERTAIN, now, reason=reason, effect=delivery.effect)


def _nobody_need_know(case: Case, delivery: Delivery, reason: str) -> bool:
    if reason in _OVERTAKEN or delivery.wording is Wording.STATUS:
        # What became of a status in each case is counted for the whole incident.
        return True
    # An invitation that fails leaves the public acknowledgement, where there is one.
    return delivery.effect is Effect.INVITE and any(
        one.effect is Effect.ACKNOWLEDGE and one.period == delivery.period and one.status not in _UNHEARD
        for one in case.outbox
    )


def digest_of(text: str) -> str:
    """Return what is left of words once they have moved to the timeline; blanks do not count."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16] if text else ""


def _settle_as(d: Decision, delivery: Delivery, status: DeliveryStatus, now: datetime) -> Decision:
    digest = digest_of(delivery.text) or delivery.digest
    return d.put(replace(delivery, status=status, settled_at=now, lease_until=None, text="", digest=digest))
