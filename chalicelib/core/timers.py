"""What is done when a clock has run out; each clock, once fired, is gone or has moved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core import clocks, closing, crisis, incident, lanes, outbox, promising, quiet, settling
from chalicelib.core.case import Case, Clock, ClockKind, CloseReason, Owed
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Alert, Delivery, Effect, Wording
from chalicelib.core.policy import Policy, PublicAcks
from chalicelib.core.restored import RESTORED
from chalicelib.core.timeline import Why

JUST_TOLD = timedelta(hours=1)
"""A last legal update is left out when the customer was told something this recently."""

_PUBLIC_ALONE = frozenset({"no_lane", "public_acks_off"})
"""Reasons that keep an acknowledgement out of the public eye, and leave the private lane open."""


def fire(d: Decision, policy: Policy, now: datetime) -> Decision:
    """Do everything that is due: lost claims first, then clocks, then what waits to be sent (R6)."""
    d = settling.give_up_restored(d, policy, now)
    d = settling.release_leases(d, policy, now)
    for _ in range(2 * len(ClockKind)):
        clock = next(iter(clocks.clocks(d.case, policy)), None)
        if clock is None or clock.due_at > now:
            break
        d = _FIRE[clock.kind](d, clock, policy, now)
    return outbox.claim_due(d, policy, now)


def _ack(d: Decision, clock: Clock, policy: Policy, now: datetime) -> Decision:
    case = d.case
    owed = _still(case.owed)
    if coming := incident.status_coming(case):
        return _left_to(coming, d.set(owed=replace(owed, settled=True)), now)
    reason = _ack_withheld(case, policy, now, clock.meant_for)
    if reason in _PUBLIC_ALONE and not case.invited and lanes.may_invite(case, policy, now):
        # Nothing may be said in public here, so the private reply is the acknowledgement.
        return _invited(d.set(owed=replace(owed, settled=True)), policy, now)
    if reason == "public_acks_off":
        # As the owner wants it: the human reply keeps its own clock, which calls them.
        d = d.set(owed=replace(owed, settled=True))
        return d.note(Why.SUPPRESSED, now, effect=Effect.ACKNOWLEDGE, reason=reason)
    if reason:
        d = d.set(owed=replace(owed, settled=True, alerted=True))
        d = d.note(Why.SUPPRESSED, now, effect=Effect.ACKNOWLEDGE, reason=reason)
        return outbox.alert(d, Alert.NOT_ACKNOWLEDGED, now, reason=reason, since=owed.since.isoformat())
    d = _acknowledged(d.set(owed=replace(owed, settled=True)), policy, now)
    return d if case.invited or not lanes.may_invite(d.case, policy, now) else _invited(d, policy, now)


def _left_to(status: Delivery, d: Decision, now: datetime) -> Decision:
    """Leave the acknowledgement out for a status, which says more; should that fail, it is due after all."""
    d = d.put(replace(status, facts={**status.facts, crisis.FOR_ACK: "yes"}))
    return d.note(Why.SUPPRESSED, now, effect=Effect.ACKNOWLEDGE, reason="status_on_its_way")


def _acknowledged(d: Decision, policy: Policy, now: datetime) -> Decision:
    """Plan the acknowledgement; one that everybody could read may need a person's approval first (R18)."""
    case = d.case
    promised = case.promise.due_at if case.promise else promising.promise_from(case, policy, now)
    if lanes.public_acks(case, policy, now) is not PublicAcks.APPROVE:
        return outbox.plan(d, Effect.ACKNOWLEDGE, now, wording=Wording.ACK, promise_due_at=promised)
    d = outbox.plan(
        d,
        Effect.ACKNOWLEDGE,
        now,
        wording=Wording.ACK,
        promise_due_at=promised,
        due_at=now + policy.numbers.stale_after,
        awaits_approval=True,
    )
    since = case.owed.since.isoformat() if case.owed else ""
    return outbox.alert(d, Alert.APPROVAL_WANTED, now, since=since)


def _invited(d: Decision, policy: Policy, now: datetime) -> Decision:
    case = d.case.changed(invited=True)
    promised = case.promise.due_at if case.promise else promising.promise_from(case, policy, now)
    d = replace(d, case=case)
    return outbox.plan(d, Effect.INVITE, now, wording=Wording.INVITE, promise_due_at=promised)


def _ack_withheld(case: Case, policy: Policy, now: datetime, due_at: datetime) -> str | None:
    numbers = policy.numbers
    if reason := outbox.withheld(case, Effect.ACKNOWLEDGE, policy, now, due_at):
        return reason
    if case.last_human_at and now - case.last_human_at < numbers.human_cooldown:
        return "human_just_wrote"
    if case.last_ack_at and now - case.last_ack_at < numbers.ack_cooldown:
        return "ack_cooldown"
    if lanes.public_acks(case, policy, now) is PublicAcks.OFF:
        return "public_acks_off"
    return None


def _last_legal(d: Decision, clock: Clock, policy: Policy, now: datetime) -> Decision:
    d = d.set(legal_for=d.case.last_customer_at)
    case = d.case
    wanted = policy.rule(case.rule).window is not None
    ends = clocks.automatic_until(case, policy) is not None
    if case.owed and not case.owed.settled and wanted and ends:
        return _ack(d, clock, policy, now)
    human_until = clocks.human_until(case, policy)
    facts = {"human_until": human_until.isoformat() if human_until else ""}
    if clocks.automatic_until(case, policy) is None:
        # Automatic words may go on, by a template; it is the people's own time that ends.
        return outbox.alert(d, Alert.LAST_LEGAL_MOMENT, now, **facts)
    reason = outbox.withheld(case, Effect.UPDATE, policy, now, clock.meant_for)
    if reason is None and not wanted:
        reason = "never_acknowledged"
    if reason is None and case.update_from and now - case.update_from < JUST_TOLD:
        reason = "just_told"
    if reason is None and case.updates_made >= policy.numbers.max_updates:
        reason = "max_updates"
    if reason:
        d = d.note(Why.SUPPRESSED, now, effect=Effect.UPDATE, reason=reason)
    else:
        promised = case.promise.due_at if case.promise else None
        d = outbox.release_held(d, now)
        d = outbox.plan(d, Effect.UPDATE, now, wording=Wording.LAST_LEGAL, promise_due_at=promised)
        d = d.set(updates_made=case.updates_made + 1)
    return outbox.alert(d, Alert.LAST_LEGAL_MOMENT, now, **facts)


def _promise(d: Decision, clock: Clock, policy: Policy, now: datetime) -> Decision:
    case = d.case
    level = outbox.ESCALATION[min(case.misses, len(outbox.ESCALATION) - 1)]
    d = d.set(promise=None, misses=case.misses + 1, update_from=now)
    d = d.note(Why.PROMISE_MISSED, now, promised=clock.due_at.isoformat())
    d = outbox.alert(d, Alert.PROMISE_MISSED, now, promised=clock.due_at.isoformat(), to=level)
    waits_on_us = case.owed is not None or case.paused_at is None
    if not waits_on_us or (case.promise and not case.promise.told):
        # It is their turn, or nobody promised them anything: nothing was missed in their eyes (R22).
        return d
    return _update(d, Wording.MISSED, clock, policy, now)


def _next_update(d: Decision, clock: Clock, policy: Policy, now: datetime) -> Decision:
    if d.case.updates_made >= policy.numbers.max_updates:
        return _exhausted(d, now)
    return _update(d.set(update_from=now), Wording.UPDATE, clock, policy, now)


def _update(d: Decision, wording: Wording, clock: Clock, policy: Policy, now: datetime) -> Decision:
    case = d.case
    if case.updates_made >= policy.numbers.max_updates:
        return _exhausted(d, now)
    d = d.set(updates_made=case.updates_made + 1)
    if reason := _update_withheld(case, policy, now, clock.meant_for):
        d = d.note(Why.SUPPRESSED, now, effect=Effect.UPDATE, reason=reason)
        if reason == "automaton":
            # People are called by their own clock; a machine waits for nothing.
            return d
        return outbox.alert(d, Alert.NOT_SENT, now, reason=reason, effect=Effect.UPDATE)
    promised = promising.promise_from(case, policy, now)
    d = outbox.release_held(d, now)
    return outbox.plan(d, Effect.UPDATE, now, wording=wording, promise_due_at=promised)


def _update_withheld(case: Case, policy: Policy, now: datetime, meant_for: datetime) -> str | None:
    until = clocks.automatic_until(case, policy)
    if until and quiet.release(policy, now) >= until:
        # When the quiet hours end it will be too late (R25).
        return "platform_window"
    return outbox.withheld(case, Effect.UPDATE, policy, now, meant_for)


def _exhausted(d: Decision, now: datetime) -> Decision:
    if Alert.UPDATES_EXHAUSTED in d.case.alerts:
        return d
    d = d.set(alerts=d.case.alerts | {Alert.UPDATES_EXHAUSTED})
    return outbox.alert(d, Alert.UPDATES_EXHAUSTED, now, to=outbox.ESCALATION[-1])


def _reply_warning(d: Decision, clock: Clock, policy: Policy, now: datetime) -> Decision:
    owed = _still(d.case.owed)
    d = d.set(owed=replace(owed, warned=True))
    due_at, _ = clocks.response_due(d.case, owed, policy)
    return outbox.alert(d, Alert.REPLY_DUE, now, since=owed.since.isoformat(), due=due_at.isoformat())


def _response(d: Decision, clock: Clock, _policy: Policy, now: datetime) -> Decision:
    owed = _still(d.case.owed)
    d = d.set(owed=replace(owed, alerted=True))
    return outbox.alert(d, Alert.UNANSWERED, now, since=owed.since.isoformat(), due=clock.due_at.isoformat())


def _promise_warning(d: Decision, clock: Clock, _policy: Policy, now: datetime) -> Decision:
    promise = d.case.promise
    if promise is None:
        return d
    d = d.set(promise=replace(promise, warned=True))
    return outbox.alert(d, Alert.PROMISE_ENDING, now, promised=promise.due_at.isoformat())


def _resolution(d: Decision, clock: Clock, _policy: Policy, now: datetime) -> Decision:
    d = d.set(alerts=d.case.alerts | {Alert.RESOLUTION_MISSED})
    return outbox.alert(d, Alert.RESOLUTION_MISSED, now, due=clock.due_at.isoformat())


def _remind(d: Decision, clock: Clock, policy: Policy, now: datetime) -> Decision:
    d = d.set(reminded_at=now)
    if reason := outbox.withheld(d.case, Effect.REMIND, policy, now, clock.meant_for):
        return d.note(Why.SUPPRESSED, now, effect=Effect.REMIND, reason=reason)
    return outbox.plan(d, Effect.REMIND, now, wording=Wording.REMIND)


def _silence(d: Decision, clock: Clock, policy: Policy, now: datetime) -> Decision:
    if reason := outbox.withheld(d.case, Effect.CLOSE, policy, now, clock.meant_for):
        d = d.note(Why.SUPPRESSED, now, effect=Effect.CLOSE, reason=reason)
        if reason == RESTORED:
            # The customer may have written in the time that is lost.
            d = outbox.alert(d, Alert.NOT_SENT, now, reason=reason, effect=Effect.CLOSE)
        return closing.close(d, CloseReason.CUSTOMER_SILENT, now)
    return outbox.plan(d, Effect.CLOSE, now, wording=Wording.CLOSING)


def _quiet(d: Decision, _clock: Clock, _policy: Policy, now: datetime) -> Decision:
    return closing.close(d, CloseReason.ANSWERED if d.case.first_response else CloseReason.WITHDRAWN, now)


def _still(owed: Owed | None) -> Owed:
    if owed is None:
        raise AssertionError("a reply clock ran although nothing is owed")
    return owed


_FIRE: dict[ClockKind, Callable[[Decision, Clock, Policy, datetime], Decision]] = {
    ClockKind.ACK: _ack,
    ClockKind.LAST_LEGAL: _last_legal,
    ClockKind.PROMISE: _promise,
    ClockKind.UPDATE: _next_update,
    ClockKind.RESPONSE: _response,
    ClockKind.REPLY_WARNING: _reply_warning,
    ClockKind.PROMISE_WARNING: _promise_warning,
    ClockKind.RESOLUTION: _resolution,
    ClockKind.REMIND: _remind,
    ClockKind.SILENCE: _silence,
    ClockKind.QUIET: _quiet,
}
