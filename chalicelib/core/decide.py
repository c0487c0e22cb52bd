"""The heart: what an event means for a case. Pure; the time is passed in.

`decide(case, event, policy, now) -> Decision` never does anything itself. Incoming events come from
platforms, case events from the desk, from time and from deliveries.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.core import clocks, events, incoming, outbox, replies, timers
from chalicelib.core.case import REASONS_WITHOUT_REPLY, Case, CloseReason, Promise, Status, case_id, pruned
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Effect, Wording
from chalicelib.core.errors import NotAllowed
from chalicelib.core.policy import Policy
from chalicelib.core.timeline import Why


def decide(case: Case | None, event: events.Event, policy: Policy, now: datetime) -> Decision:
    """Return the next case, the deliveries claimed for sending, and why.

    `case` is the newest case of the thread, None where there is none yet; it is needed for every
    `CaseEvent`. `now` is UTC. Raises `NotAllowed` when a person asks for what the rules forbid.
    """
    if isinstance(event, events.ThreadEvent):
        d = _incoming(case, event, policy, now)
    elif isinstance(event, events.CaseEvent) and case is not None:
        d = _CASE_EVENTS[type(event)](Decision(case), event, policy, now)
    else:
        raise AssertionError(f"{type(event).__name__} needs a case")
    settled = d.case.changed(outbox=pruned(d.case.outbox))
    return replace(d, case=settled.changed(clocks=clocks.clocks(settled, policy)))


def _incoming(case: Case | None, event: events.ThreadEvent, policy: Policy, now: datetime) -> Decision:
    d = Decision(case or _first_case(event, policy))
    trusted = incoming.trusted_time(event.at, policy, now)
    if trusted != event.at:
        d = d.note(Why.TIME_DISTRUSTED, now, claimed=event.at.isoformat())
        event = replace(event, at=trusted)
    if event.address:
        d = d.set(address={**d.case.address, **event.address})
    if event.customer.name:
        d = d.set(customer=event.customer)
    return _THREAD_EVENTS[type(event)](d, event, policy, now)


def _first_case(event: events.ThreadEvent, policy: Policy) -> Case:
    return Case(
        id=case_id(event.thread, 1),
        thread=event.thread,
        customer=event.customer,
        address=event.address,
        policy_version=policy.version,
    )


def _reply_submitted(d: Decision, event: events.ReplySubmitted, _policy: Policy, now: datetime) -> Decision:
    if not event.text.strip():
        raise NotAllowed("A reply needs words")
    d = d.note(Why.REPLY_SUBMITTED, event.at, text=event.text, by=event.by)
    d = outbox.cancel_automatic(d, now, "human_is_replying").set(seen=True)
    return outbox.plan(d, Effect.REPLY, now, text=event.text, author=event.by)


def _promise_made(d: Decision, event: events.PromiseMade, _policy: Policy, now: datetime) -> Decision:
    if d.case.status is not Status.OPEN:
        raise NotAllowed("A promise needs an open case")
    if event.due_at <= now:
        raise NotAllowed("A promise must name a time to come")
    promise = Promise(due_at=event.due_at, made_at=now, by=event.by or "a person")
    d = d.set(promise=promise, seen=True).note(Why.PROMISED, now, due=event.due_at.isoformat(), by=promise.by)
    if not event.tell:
        return d
    owed = replace(d.case.owed, settled=True) if d.case.owed else None
    d = outbox.cancel_automatic(d, now, "human_promised").set(owed=owed)
    return outbox.plan(
        d, Effect.UPDATE, now, wording=Wording.PROMISE, promise_due_at=event.due_at, author=event.by
    )


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
    return timers.close(d, reason, now, by=event.by)


def _seen(d: Decision, event: events.CaseSeen, _policy: Policy, now: datetime) -> Decision:
    return d if d.case.seen else d.set(seen=True).note(Why.CASE_SEEN, now, by=event.by)


def _assigned(d: Decision, event: events.CaseAssigned, _policy: Policy, now: datetime) -> Decision:
    return d.set(holder=event.to).note(Why.CASE_ASSIGNED, now, to=event.to, by=event.by)


def _note_added(d: Decision, event: events.NoteAdded, _policy: Policy, now: datetime) -> Decision:
    return d.note(Why.NOTE_ADDED, event.at, text=event.text, by=event.by)


def _timer_fired(d: Decision, _event: events.TimerFired, policy: Policy, now: datetime) -> Decision:
    return timers.fire(d, policy, now)


def _policy_changed(d: Decision, _event: events.PolicyChanged, policy: Policy, now: datetime) -> Decision:
    if d.case.status is not Status.OPEN or d.case.policy_version == policy.version:
        return d
    before = d.case.policy_version
    d = incoming.matched(d.set(not_before=now + policy.numbers.grace), policy, now)
    return d.note(Why.POLICY_CHANGED, now, before=before, after=policy.version)


_THREAD_EVENTS: dict[type[events.ThreadEvent], Callable[[Decision, Any, Policy, datetime], Decision]] = {
    events.CustomerWrote: incoming.customer_wrote,
    events.BystanderWrote: incoming.bystander_wrote,
    events.MessageEdited: incoming.edited,
    events.MessageDeleted: incoming.deleted,
    events.HumanReplied: replies.human_replied,
    events.MessageEchoed: replies.echoed,
    events.ControlChanged: incoming.control_changed,
}

_CASE_EVENTS: dict[type[events.CaseEvent], Callable[[Decision, Any, Policy, datetime], Decision]] = {
    events.ReplySubmitted: _reply_submitted,
    events.PromiseMade: _promise_made,
    events.CustomerAwaited: _customer_awaited,
    events.CaseClosed: _closed,
    events.CaseSeen: _seen,
    events.CaseAssigned: _assigned,
    events.NoteAdded: _note_added,
    events.TimerFired: _timer_fired,
    events.PolicyChanged: _policy_changed,
    events.DeliverySettled: replies.delivery_settled,
}
