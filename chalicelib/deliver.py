"""A wake-up becomes messages: decide and claim in one write, send, record what became of it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType

from chalicelib import budgets, calls, claims, handle, metrics, pace, pauses, tracing, wakeups
from chalicelib.core import outbox
from chalicelib.core.budget import SAID_BEFORE
from chalicelib.core.case import Case
from chalicelib.core.compose import put_into_words
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Delivery, Effect, Wording
from chalicelib.core.errors import BadPayload, GrantRefused, NotSent, SendAmbiguous, Unavailable, UnknownCase
from chalicelib.core.events import DeliverySettled, Outcome, TimerFired
from chalicelib.core.message import Lane, Thread
from chalicelib.core.policy import Policy
from chalicelib.platforms import platform
from chalicelib.platforms.besides import Looking
from chalicelib.platforms.contract import Channel, HttpRequest, Outgoing, Platform, SendResult
from chalicelib.platforms.lengths import fits
from chalicelib.policies.build import PolicySet
from chalicelib.ports import Ports
from chalicelib.queues.contract import MAX_RECEIVES, Received
from chalicelib.store.contract import Due

_NOBODY: Mapping[str, str] = MappingProxyType({})

log = logging.getLogger("hearback.deliver")

_SERVER_BROKE, _CANNOT_NOW = 500, 503


def consume(received: Sequence[Received], ports: Ports) -> list[Received]:
    """Follow wake-ups and return those that failed."""
    failed = []
    for one in received:
        tracing.begin()
        try:
            wake(wakeups.read(one.body), ports)
        except Unavailable as error:
            log.warning("wake-up waits", extra={"receives": one.receives, "reason": str(error)})
            # Tried once more, then let go: the sweep puts another once the store is back. A queue counts what
            # was received, so whoever dies over a later one would make a dead letter of it.
            failed += [one] if one.receives == 1 else []
        except Exception:
            # Whatever it is, the queue tries again, and so does the next sweep.
            failed.append(one)
            log.exception("wake-up failed", extra={"receives": one.receives})
            if one.receives >= MAX_RECEIVES:
                _tell_of_dead_letter(ports)
    ports.meter.flush()
    return failed


def _tell_of_dead_letter(ports: Ports) -> None:
    with suppress(Unavailable):
        calls.tell_of_dead_letters(ports)


def wake(due: Due, ports: Ports) -> None:
    """Do what is due for a case: claim every message in the write that decides on it, then send."""
    now = ports.clock()
    if due.due_at > now:
        wakeups.put([due], now, ports.wakeups)
        return
    tracing.note(case=due.case_id)
    metrics.waited(ports.meter, "wakeups", now - due.due_at)
    event = TimerFired(id="", at=now, case_id=due.case_id)
    try:
        decision = handle.apply(event, ports, finish=partial(_worded, ports=ports))
    except UnknownCase:
        return
    if decision is None:
        return
    # The customer first: a call to the owner may take its time.
    for delivery in sorted(decision.effects, key=lambda d: d.effect is Effect.ALERT_OWNER):
        carry_out(decision.case, delivery, ports)


def _worded(
    decision: Decision, policies: PolicySet, policy: Policy, now: datetime, *, ports: Ports
) -> Decision:
    if not any(d.automatic and not d.text for d in decision.effects):
        return decision
    said = budgets.words_said(decision.case, policy, ports)
    takes = partial(_takes, channel=policies.channel(decision.case.thread.channel))
    return put_into_words(decision, policies.texts, policy, now, said=said, fits=takes)


def _takes(delivery: Delivery, text: str, *, channel: Channel) -> bool:
    """Return whether the platform of a channel takes so long a text on the way a message goes."""
    capabilities = platform(channel.platform).CAPABILITIES
    return capabilities.hosted or fits(text, capabilities.lanes.get(delivery.lane))


def carry_out(case: Case, delivery: Delivery, ports: Ports) -> None:
    """Send one claimed delivery and record what became of it."""
    policies = ports.policies.live()
    if delivery.effect is Effect.ALERT_OWNER:
        called = calls.call(case, delivery, policies, ports)
        result = SendResult(outcome=called.outcome, reason=called.reason)
        _settle(case, delivery, result, ports, called=called.facts or {})
    else:
        _settle(case, delivery, _attempt(case, delivery, policies, ports), ports)


def _settle(
    case: Case, delivery: Delivery, result: SendResult, ports: Ports, *, called: Mapping[str, str] = _NOBODY
) -> None:
    log.info(
        "delivery",
        extra={
            "case": case.id,
            "delivery": delivery.key,
            "effect": delivery.effect,
            "outcome": result.outcome,
            "reason": tracing.word(result.reason),
        },
    )
    metrics.delivered(ports.meter, delivery, result.outcome, result.reason, ports.clock())
    if result.opened:
        # Before the settlement: if this fails, the delivery is looked at again.
        handle.link(case.id, Thread(channel=case.thread.channel, key=result.opened), ports)
    settled = DeliverySettled(
        id="",
        at=ports.clock(),
        case_id=case.id,
        key=delivery.key,
        attempt=delivery.attempt,
        outcome=result.outcome,
        message_id=result.message_id,
        reason=result.reason,
        retry_after=result.retry_after,
        address=result.address,
        called=called,
    )
    handle.apply(settled, ports)


def _attempt(case: Case, delivery: Delivery, policies: PolicySet, ports: Ports) -> SendResult:
    policy = policies.policy(case.thread.channel)
    if delivery.automatic and policy.kill_switch:
        ends = Outcome.UNCERTAIN if delivery.reconciling else Outcome.OVERTAKEN
        return SendResult(outcome=ends, reason="kill_switch")
    if delivery.automatic and policy.dry_run:
        return SendResult(outcome=Outcome.REHEARSED, reason="dry_run")
    channel = policies.channel(case.thread.channel)
    try:
        pause = pauses.standing(channel.id, ports)
        if delivery.reconciling:
            held = _cannot_ask(channel, pause, ports)
        else:
            held = _held(case, delivery, channel, policy, pause, ports)
    except Exception:
        # Nothing has been tried yet: a hiccup of the store must not make it look as if it had.
        log.exception("not tried", extra={"case": case.id, "delivery": delivery.key})
        return _not_yet(delivery, "store_failed")
    return held or _tried(case, delivery, channel, pause, ports)


def _tried(
    case: Case, delivery: Delivery, channel: Channel, pause: pauses.Pause | None, ports: Ports
) -> SendResult:
    """Send one message whose turn it is."""
    spoken = platform(channel.platform)
    if spoken.CAPABILITIES.hosted:
        # The record is the message, so a look is as good as the claim itself.
        lapsed = claims.lapsed(case, delivery, ports)
        return lapsed or SendResult(outcome=Outcome.SENT, message_id=delivery.key)
    if not _takes(delivery, delivery.text, channel=channel):
        return SendResult(outcome=Outcome.REFUSED, reason="too_long")
    try:
        live = ports.tokens.renewed(channel)
    except GrantRefused as refused:
        pauses.stop(channel, str(refused), ports)
        return _delayed("channel_paused", pauses.PROBE_EVERY)
    except NotSent:
        # A token that cannot be had at all is told of when trying ends.
        return _not_yet(delivery, "no_token")
    result = _spoken(spoken, live, case, delivery, ports)
    if result.status and result.retry_after:
        # It says so to one message and means all of them.
        pace.hold_off(case, spoken.CAPABILITIES.rates, timedelta(seconds=result.retry_after), ports)
    if pause and _lets_in(result):
        pauses.resume(channel, ports)
    if result.outcome is Outcome.CHANNEL_PAUSED:
        ports.tokens.forget(channel)
        pauses.stop(channel, result.reason, ports)
        # What was refused waits; what may be out is asked about later.
        return _delayed(outbox.STOPPED, pauses.PROBE_EVERY)
    if pause and delivery.reconciling and result.outcome is Outcome.AMBIGUOUS:
        # It tells nothing while it is stopped, so that was no question.
        return _delayed(outbox.STOPPED, pauses.PROBE_EVERY)
    return result


def _lets_in(result: SendResult) -> bool:
    """Return whether an answer shows that a channel works, be it that this one message is not taken."""
    if result.outcome is Outcome.SENT:
        return True
    answered = 0 < result.status < _SERVER_BROKE
    return answered and result.outcome in (Outcome.RETRY, Outcome.REFUSED)


def _cannot_ask(channel: Channel, pause: pauses.Pause | None, ports: Ports) -> SendResult | None:
    """Return that a stopped channel would not tell what became of a message, None where it may be asked."""
    rest = pauses.rest(channel, pause, ports.clock()) if pause else None
    return _delayed(outbox.STOPPED, rest) if rest else None


def _held(
    case: Case,
    delivery: Delivery,
    channel: Channel,
    policy: Policy,
    pause: pauses.Pause | None,
    ports: Ports,
) -> SendResult | None:
    """Return why a message is not tried now: a stopped channel, not its turn, or enough was said."""
    if pause and (rest := pauses.wait(channel, ports)):
        return _delayed(outbox.STOPPED, pauses.queued(rest, delivery, pause.since))
    rates = platform(channel.platform).CAPABILITIES.rates
    if not pace.has_turn(case, delivery, ports) and (turn := pace.turn(case, delivery, rates, ports)):
        return _delayed(outbox.RATE, turn - ports.clock())
    # A person's promise is theirs, whatever Hearback has said by itself.
    if not delivery.automatic or delivery.wording is Wording.PROMISE:
        return None
    reason = budgets.spend(case, delivery, policy, ports)
    if reason == SAID_BEFORE and delivery.wording is not Wording.STATUS:
        # Another worker has just said the same to this customer: it is worded again.
        return _not_yet(delivery, reason)
    return SendResult(outcome=Outcome.OVERTAKEN, reason=reason) if reason else None


def _delayed(reason: str, rest: timedelta) -> SendResult:
    return SendResult(outcome=Outcome.DELAYED, reason=reason, retry_after=rest.total_seconds())


def _spoken(spoken: Platform, channel: Channel, case: Case, delivery: Delivery, ports: Ports) -> SendResult:
    """Look, where the platform lets us; then learn what became of an earlier attempt, or send."""
    if delivery.automatic and isinstance(spoken, Looking):
        case, answer = _look(spoken, channel, case, delivery, ports)
        if answer is not None:
            return answer
    outgoing = _outgoing(case, delivery, ports.clock())
    if _key_forgotten(spoken, delivery, outgoing.claimed_at):
        return SendResult(outcome=Outcome.UNCERTAIN, reason="key_forgotten")
    send = partial(_send, spoken, outgoing, channel, partial(claims.lapsed, case, delivery, ports), ports)
    if delivery.reconciling:
        return _reconcile(spoken, outgoing, channel, send, delivery, ports)
    if delivery.lane is Lane.PRIVATE_REPLY:
        handle.remember_invitation(case, delivery.key, ports)
    return send()


def _look(
    spoken: Looking, channel: Channel, case: Case, delivery: Delivery, ports: Ports
) -> tuple[Case, SendResult | None]:
    """Look at the thread before speaking in it (R6b).

    Return the case as it is after what was seen, and why not to speak, None where nobody was faster.
    """
    outgoing = _outgoing(case, delivery, ports.clock())
    ask = spoken.look(outgoing, channel)
    if ask is None:
        return case, None
    try:
        response = ports.send(ask)
        found = spoken.read_look(response, outgoing, channel)
    except BadPayload:
        told = platform(channel.platform).read_reply(response, outgoing)
        paused = told.outcome is Outcome.CHANNEL_PAUSED
        return case, told if paused else _not_yet(delivery, "cannot_look", told.retry_after)
    except (NotSent, SendAmbiguous):
        return case, _not_yet(delivery, "cannot_look")
    for event in found:
        handle.apply(event, ports)
    after = ports.store.load(case.id)
    left = after.delivery(delivery.key)
    if left is None or not left.pending:
        # What we saw was this very message.
        return after, SendResult(outcome=Outcome.SENT, message_id=left.message_id if left else "")
    reason = outbox.overtaken(after, left)
    return after, SendResult(outcome=Outcome.OVERTAKEN, reason=reason) if reason else None


def _not_yet(delivery: Delivery, reason: str, after: float | None = None) -> SendResult:
    """Return that this attempt sent nothing; one before it may have, and that stays to be asked about."""
    outcome = Outcome.AMBIGUOUS if delivery.reconciling else Outcome.RETRY
    return SendResult(outcome=outcome, reason=reason, retry_after=after)


def _outgoing(case: Case, delivery: Delivery, now: datetime) -> Outgoing:
    return Outgoing(
        key=delivery.key,
        text=delivery.text,
        thread=case.thread,
        address=case.address,
        human=delivery.effect is Effect.REPLY,
        claimed_at=now,
        last_customer_at=case.private_at if case.thread.public else case.last_customer_at,
        lane=delivery.lane,
        language=case.language,
        ours=case.public_reply_id,
    )


def _send(
    spoken: Platform,
    outgoing: Outgoing,
    channel: Channel,
    lapsed: Callable[[], SendResult | None],
    ports: Ports,
) -> SendResult:
    try:
        request = spoken.compose(outgoing, channel)
    except (KeyError, ValueError):
        return SendResult(outcome=Outcome.REFUSED, reason="cannot_compose")
    if (late := lapsed()) is not None:
        return late
    try:
        response = ports.send(request)
    except NotSent as error:
        return SendResult(outcome=Outcome.RETRY, reason=str(error))
    except SendAmbiguous as error:
        return SendResult(outcome=Outcome.AMBIGUOUS, reason=str(error))
    if may_be_out(response.status, spoken):
        return SendResult(outcome=Outcome.AMBIGUOUS, reason=f"http_{response.status}")
    return replace(spoken.read_reply(response, outgoing), status=response.status)


def may_be_out(status: int, spoken: Platform) -> bool:
    """Return whether a message may be out although the platform says that something broke.

    Whoever broke may have done so after the message was put out, and a gateway that gave up heard nothing.
    Only 503 says that nothing was begun (RFC 9110, 15.6.4). Where the platform drops the second of two it
    does not matter.
    """
    broke = status >= _SERVER_BROKE and status != _CANNOT_NOW
    return broke and not spoken.CAPABILITIES.idempotent


def _key_forgotten(spoken: Platform, delivery: Delivery, now: datetime) -> bool:
    """Return whether the platform may know nothing any more of the key of an attempt that may be out.

    A process may sleep for a day in between; then a second message under the key would be one (R6).
    """
    known_for = spoken.CAPABILITIES.idempotent_for
    tried_at = delivery.tried_at or (delivery.claimed_at if delivery.reconciling else None)
    return known_for is not None and tried_at is not None and now - tried_at > known_for - outbox.LEASE


def _reconcile(
    spoken: Platform,
    outgoing: Outgoing,
    channel: Channel,
    send: Callable[[], SendResult],
    delivery: Delivery,
    ports: Ports,
) -> SendResult:
    """Learn what became of an earlier attempt; never send blindly."""
    plan = spoken.reconcile(outgoing, channel)
    if plan.resend and delivery.promise_due_at and delivery.promise_due_at <= ports.clock():
        # Under the same key the same words would go out, and the time they name is over (R21).
        return SendResult(outcome=Outcome.UNCERTAIN, reason="promise_passed")
    if plan.resend:
        again = send()
        # The attempt before this one may be out all the same: that stays to be asked about.
        return replace(again, outcome=Outcome.AMBIGUOUS) if again.outcome is Outcome.RETRY else again
    if plan.ask is None:
        return SendResult(outcome=Outcome.UNCERTAIN, reason="cannot_be_asked")
    return _asked(spoken, plan.ask, outgoing, ports)


def _asked(spoken: Platform, ask: HttpRequest, outgoing: Outgoing, ports: Ports) -> SendResult:
    try:
        response = ports.send(ask)
    except (NotSent, SendAmbiguous) as error:
        return SendResult(outcome=Outcome.AMBIGUOUS, reason=str(error))
    found = spoken.read_reconciliation(response, outgoing)
    if found.outcome is not Outcome.UNCERTAIN:
        return found
    # Who is let in nowhere is told nothing, which says nothing about the message. It stops no channel either:
    # what may not be read may often be written.
    told = spoken.read_reply(response, outgoing)
    return replace(told, outcome=Outcome.AMBIGUOUS) if told.outcome is Outcome.CHANNEL_PAUSED else found
