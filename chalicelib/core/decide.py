"""The heart: what an event means for a case. Pure; the time is passed in.

`decide(case, event, policy, now) -> Decision` never does anything itself. Incoming events come from
platforms, case events from the desk, from time and from deliveries.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core import (
    clocks,
    closing,
    crisis,
    echoes,
    events,
    incoming,
    lanes,
    linking,
    outbox,
    replies,
    restored,
    settling,
    timers,
)
from chalicelib.core.case import REASONS_WITHOUT_REPLY, Case, CloseReason, Promise, Status, case_id, pruned
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Effect, Wording
from chalicelib.core.errors import NotAllowed
from chalicelib.core.message import Customer, Lane
from chalicelib.core.policy import Policy
from chalicelib.core.timeline import Why

REPLIES_ON_THEIR_WAY = 2
"""A case has a bound: the words of so many replies at once, and no more, fit beside what it remembers."""

LONGEST_PROMISE = timedelta(days=366)


def decide(case: Case | None, event: events.Event, policy: Policy, now: datetime) -> Decision:
    """Return the next case, the deliveries claimed for sending, and why.

    `case` is the newest case of the thread, None where there is none yet; it is needed for every
    `CaseEvent`. `now` is UTC. Raises `NotAllowed` when a person asks for what the rules forbid.
    """
    d = _up_to_date(Decision(_numbered(case, policy)), policy, now) if case else None
    if isinstance(event, events.ThreadEvent):
        d = _incoming(d or Decision(_first_case(event, policy)), event, policy, now)
    elif isinstance(event, events.CaseEvent) and d is not None:
        d = _CASE_EVENTS[type(event)](d, event, policy, now)
    else:
        raise AssertionError(f"{type(event).__name__} needs a case")
    d = crisis.keep_up(d, policy, now)
    settled = d.case.changed(outbox=pruned(d.case.outbox))
    return replace(d, case=settled.changed(clocks=clocks.clocks(settled, policy)))


def _numbered(case: Case, policy: Policy) -> Case:
    """Return the case with its deliveries counted from where no lost one can have been."""
    first = restored.first_number(policy)
    return case if case.deliveries_made >= first else case.changed(deliveries_made=first)


def _up_to_date(d: Decision, policy: Policy, now: datetime) -> Decision:
    """Reckon an open case by the live files, whatever event comes first; never a burst (R13)."""
    if d.case.status is not Status.OPEN or d.case.policy_version == policy.version:
        return d
    before = d.case.policy_version
    d = incoming.matched(d.set(not_before=now + policy.numbers.grace), policy, now)
    return d.note(Why.POLICY_CHANGED, now, before=before, after=policy.version)


def _incoming(d: Decision, event: events.ThreadEvent, policy: Policy, now: datetime) -> Decision:
    trusted = incoming.trusted_time(event, policy, now)
    if trusted != event.at:
        d = d.note(Why.TIME_DISTRUSTED, now, claimed=event.at.isoformat())
        event = replace(event, at=trusted)
    if not incoming.is_bystander(d.case, event):
        d = _known_better(d, event)
    return _THREAD_EVENTS[type(event)](d, event, policy, now)


def _known_better(d: Decision, event: events.ThreadEvent) -> Decision:
    """Take over what the customer's own events tell of them and of the way to them, and nobody else's."""
    case = d.case
    if isinstance(event, events.AutomationWrote):
        return d
    heads = isinstance(event, events.CustomerWrote) and not event.in_tree and event.thread == case.thread
    theirs = case.is_customer(event.customer.id)
    if not (heads or theirs or not case.customer.id):
        return d
    if event.thread == case.thread:
        d = d.set(address={**case.address, **event.address})
    elif event.thread.channel == case.thread.channel:
        # A linked thread adds a way; it never bends the case's own (R17).
        d = d.set(address={**event.address, **case.address})
    same = event.customer.id == case.customer.id and bool(event.customer.name)
    return d.set(customer=event.customer) if heads or same or not case.customer.id else d


def _first_case(event: events.ThreadEvent, policy: Policy) -> Case:
    return Case(
        id=case_id(event.thread, 1),
        thread=event.thread,
        # A machine is nobody's customer: the thread waits for its person.
        customer=Customer(id="") if isinstance(event, events.AutomationWrote) else event.customer,
        policy_version=policy.version,
        deliveries_made=restored.first_number(policy),
    )


def _reply_submitted(d: Decision, event: events.ReplySubmitted, policy: Policy, now: datetime) -> Decision:
    if not event.text.strip():
        raise NotAllowed("A reply needs words")
    if sum(one.pending and one.effect is Effect.REPLY for one in d.case.outbox) >= REPLIES_ON_THEIR_WAY:
        raise NotAllowed("Two replies are still on their way: wait until they have arrived")
    d = d.note(Why.REPLY_SUBMITTED, event.at, text=event.text, by=event.by)
    d = outbox.cancel_automatic(d, now, "human_is_replying").set(seen=True)
    lane = event.lane or lanes.lane_for(d.case, Effect.REPLY, policy, now) or Lane.MESSAGE
    return outbox.plan(d, Effect.REPLY, now, text=event.text, author=event.by, lane=lane)


def _promise_made(d: Decision, event: events.PromiseMade, _policy: Policy, now: datetime) -> Decision:
    if d.case.status is not Status.OPEN:
        raise NotAllowed("A promise needs an open case")
    if event.due_at <= now:
        raise NotAllowed("A promise must name a time to come")
    if event.due_at > now + LONGEST_PROMISE:
        raise NotAllowed("A promise must name a time within a year")
    known = d.case.promise
    if known and known.told and not event.tell:
        raise NotAllowed("The customer was promised another time: tell them the new one")
    by = event.by or "a person"
    d = d.set(seen=True).note(Why.PROMISED, now, due=event.due_at.isoformat(), by=by)
    if not (known and known.told):
        d = d.set(promise=Promise(due_at=event.due_at, made_at=now, by=by, told=False))
    if not event.tell:
        return d
    owed = replace(d.case.owed, settled=True) if d.case.owed else None
    d = outbox.cancel_automatic(d, now, "human_promised").set(owed=owed)
    return outbox.plan(d, Effect.UPDATE, now, wording=Wording.PROMISE, promise_due_at=event.due_at, author=by)


def _customer_awaited(d: Decision, event: events.CustomerAwaited, _policy: Policy, now: datetime) -> Decision:
    if d.case.status is not Status.OPEN:
        raise NotAllowed("Only an open case can wait on its customer")
    if d.case.paused_at:
        return d
    return d.set(paused_at=now, reminded_at=None).note(Why.PAUSED, now, by=event.by)


def _closed(d: Decision, event: events.CaseClosed, _policy: Policy, now: datetime) -> Decision:
    if d.case.status is Status.CLOSED:
        return d
    reason = event.reason or (CloseReason.ANSWERED if d.case.replied else None)
    if reason is None or (not d.case.replied and reason not in REASONS_WITHOUT_REPLY):
        raise NotAllowed(f"Closing without a reply needs a reason: {', '.join(REASONS_WITHOUT_REPLY)}")
    return closing.close(d, reason, now, by=event.by)


def _ack_approved(d: Decision, event: events.AckApproved, _policy: Policy, now: datetime) -> Decision:
    """Let a public acknowledgement go out, or not; it binds whoever has read it (R18)."""
    delivery = d.case.delivery(event.key)
    if delivery is None or not delivery.awaits_approval or not delivery.pending:
        raise NotAllowed("Nothing waits for approval in this case any more")
    if not event.approved:
        d = outbox.cancel(d, delivery, now, "not_approved")
        return d.set(seen=True)
    approved = replace(delivery, awaits_approval=False, author=event.by or "a person")
    d = d.put(replace(approved, first_due_at=now, due_at=now)).set(seen=True)
    return d.note(Why.APPROVED, now, by=event.by, delivery=delivery.key, effect=delivery.effect)


def _seen(d: Decision, event: events.CaseSeen, _policy: Policy, now: datetime) -> Decision:
    return d if d.case.seen else d.set(seen=True).note(Why.CASE_SEEN, now, by=event.by)


def _assigned(d: Decision, event: events.CaseAssigned, _policy: Policy, now: datetime) -> Decision:
    return d.set(holder=event.to).note(Why.CASE_ASSIGNED, now, to=event.to, by=event.by)


def _note_added(d: Decision, event: events.NoteAdded, _policy: Policy, now: datetime) -> Decision:
    return d.note(Why.NOTE_ADDED, event.at, text=event.text, by=event.by)


def _timer_fired(d: Decision, _event: events.TimerFired, policy: Policy, now: datetime) -> Decision:
    return timers.fire(d, policy, now)


def _policy_changed(d: Decision, _event: events.PolicyChanged, _policy: Policy, _now: datetime) -> Decision:
    # Every event brings a case up to date; this one has nothing else to say.
    return d


def _status_given(d: Decision, _event: events.StatusGiven, _policy: Policy, _now: datetime) -> Decision:
    # Every event lets a case keep up with its incident; this one has nothing else to say.
    return d


def _crisis_told(d: Decision, event: events.CrisisTold, _policy: Policy, now: datetime) -> Decision:
    return crisis.counted(d, event.told_at, now)


_THREAD_EVENTS: dict[type[events.ThreadEvent], Callable[[Decision, Any, Policy, datetime], Decision]] = {
    events.CustomerWrote: incoming.customer_wrote,
    events.BystanderWrote: incoming.bystander_wrote,
    events.AutomationWrote: incoming.automation_wrote,
    events.MessageEdited: incoming.edited,
    events.MessageDeleted: incoming.deleted,
    events.HumanReplied: replies.human_replied,
    events.MessageEchoed: echoes.echoed,
    events.MessageFailed: echoes.failed,
    events.ControlChanged: incoming.control_changed,
    events.ThreadLinked: linking.linked,
}

_CASE_EVENTS: dict[type[events.CaseEvent], Callable[[Decision, Any, Policy, datetime], Decision]] = {
    events.CaseJoined: linking.joined,
    events.CaseParted: linking.parted,
    events.ThreadUnlinked: linking.unlinked,
    events.ReplySubmitted: _reply_submitted,
    events.PromiseMade: _promise_made,
    events.CustomerAwaited: _customer_awaited,
    events.CaseClosed: _closed,
    events.AckApproved: _ack_approved,
    events.CaseSeen: _seen,
    events.CaseAssigned: _assigned,
    events.NoteAdded: _note_added,
    events.TimerFired: _timer_fired,
    events.PolicyChanged: _policy_changed,
    events.StatusGiven: _status_given,
    events.CrisisTold: _crisis_told,
    events.DeliverySettled: settling.delivery_settled,
}
