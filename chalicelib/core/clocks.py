"""Which clocks run for a case, and when each ends: a function of the case's facts and the policy alone.

Because nothing here is remembered from an earlier reckoning, a change of policy recomputes every
deadline from its original start (R13), and `explain` can always say why a deadline is what it is (R29).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core import quiet
from chalicelib.core.case import Case, Clock, ClockKind, Owed, Promise, Status
from chalicelib.core.errors import NeverOpens
from chalicelib.core.policy import Duration, Policy, Rule, Time

UNACKNOWLEDGED_TARGET = Duration("24h", 24 * 3600)
"""When a person is due where the owner wants no ack and names no target: nobody is forgotten (R34)."""

_WAITS_FOR_MORNING = frozenset({ClockKind.UPDATE, ClockKind.REMIND, ClockKind.SILENCE})

_ORDER = {kind: position for position, kind in enumerate(ClockKind)}


def clocks(case: Case, policy: Policy) -> tuple[Clock, ...]:
    """Return the running clocks, the next to end first; none unless the case is open (R9)."""
    if case.status is not Status.OPEN:
        return ()
    running = [*_reply_clocks(case, policy), *_informing_clocks(case, policy), *_ending_clocks(case, policy)]
    moved = (_held(_not_before(clock, case.not_before), policy) for clock in running)
    return tuple(sorted(moved, key=_order))


def ends(duration: Duration, start: datetime, policy: Policy) -> datetime:
    """Return when a duration ends; where the business never opens again, it runs in calendar time.

    Otherwise a case would wait for ever for hours that do not come, and nobody would be called (R34).
    """
    try:
        return duration.after(start, policy.calendar)
    except NeverOpens:
        length = timedelta(days=duration.amount) if duration.time is Time.BUSINESS_DAYS else duration.length
        return start + length


def response_due(case: Case, owed: Owed, policy: Policy) -> tuple[datetime, Duration]:
    """Return when the first or next human reply is due and by which target (R1)."""
    rule = policy.rule(case.rule)
    target = rule.next_response if case.first_response else rule.first_response
    target = target or rule.window or UNACKNOWLEDGED_TARGET
    return ends(target, response_start(case, owed), policy), target


def response_start(case: Case, owed: Owed) -> datetime:
    """Return when the response clock began: at the opening for the first, else at `owed.since` (R1)."""
    if case.first_response or case.reopened_at or case.opened_at is None:
        return owed.since
    return min(case.opened_at, owed.since)


def automatic_until(case: Case, policy: Policy) -> datetime | None:
    """Return until when the platform lets us write automatically, None for no limit (R25).

    In public no platform has one; the private thread beside a public one is left for it when it closes.
    """
    if case.thread.public:
        return None
    if policy.allowance.automatic is None or case.last_customer_at is None:
        return None
    return case.last_customer_at + policy.allowance.automatic


def human_until(case: Case, policy: Policy) -> datetime | None:
    """Return until when the platform lets a person write, None for no limit (R25)."""
    if case.thread.public:
        return None
    if policy.allowance.human is None or case.last_customer_at is None:
        return None
    return case.last_customer_at + policy.allowance.human


def _reply_clocks(case: Case, policy: Policy) -> Iterator[Clock]:
    owed = case.owed
    if owed is None or case.reply_pending:
        return
    window = policy.rule(case.rule).window
    grace = policy.numbers.grace
    if window and not owed.settled:
        due_at = ends(window, owed.since, policy) + grace
        why = f"window {window} of rule {case.rule} plus {_length(grace)} grace"
        yield Clock(kind=ClockKind.ACK, from_at=owed.since, due_at=due_at, reckoning=why)
    if not owed.alerted:
        due_at, target = response_due(case, owed, policy)
        yield from _reply_warning(case, owed, due_at, policy)
        which = "next" if case.first_response else "first"
        yield Clock(
            kind=ClockKind.RESPONSE,
            from_at=response_start(case, owed),
            due_at=due_at + grace,
            reckoning=f"{which} response target {target} of rule {case.rule} plus {_length(grace)} grace",
        )


def _reply_warning(case: Case, owed: Owed, due_at: datetime, policy: Policy) -> Iterator[Clock]:
    own = policy.rule(case.rule).warn_before
    before = own.length if own else policy.numbers.warn_before
    start = response_start(case, owed)
    warns_at = due_at - before
    if owed.warned or not before or warns_at <= start:
        return
    yield Clock(
        kind=ClockKind.REPLY_WARNING,
        from_at=start,
        due_at=warns_at,
        reckoning=f"{_length(before)} before the human reply is due",
    )


def _informing_clocks(case: Case, policy: Policy) -> Iterator[Clock]:
    if case.automatic_pending or case.reply_pending:
        return
    silent = case.owed is not None and case.owed.doubtful
    if case.owed and not silent and (clock := _last_legal(case, policy)):
        yield clock
    if case.promise:
        yield from _promise_clocks(case.promise, policy)
    elif case.held:
        # What waits for the morning is the next update.
        return
    elif case.owed and case.owed.settled and case.update_from and not case.paused_at and not silent:
        yield from _update_clock(case, case.update_from, policy)


def _last_legal(case: Case, policy: Policy) -> Clock | None:
    closing = [until for until in (automatic_until(case, policy), human_until(case, policy)) if until]
    if not closing or case.last_customer_at is None or case.legal_for == case.last_customer_at:
        return None
    until = min(closing)
    margin = policy.numbers.legal_margin
    return Clock(
        kind=ClockKind.LAST_LEGAL,
        from_at=case.last_customer_at,
        due_at=max(quiet.before(policy, until - margin, until), case.last_customer_at),
        reckoning=f"the platform closes at {until:%d %b %H:%M} UTC, less {_length(margin)}",
    )


def _promise_clocks(promise: Promise, policy: Policy) -> Iterator[Clock]:
    warning = policy.numbers.promise_warning
    warns_at = promise.due_at - warning
    if not promise.warned and warns_at > promise.made_at:
        yield Clock(
            kind=ClockKind.PROMISE_WARNING,
            from_at=promise.made_at,
            due_at=warns_at,
            reckoning=f"{_length(warning)} before the promise ends",
        )
    yield Clock(
        kind=ClockKind.PROMISE,
        from_at=promise.made_at,
        due_at=promise.due_at,
        reckoning=f"promised by {promise.by or 'Hearback'}",
    )


def _update_clock(case: Case, told_at: datetime, policy: Policy) -> Iterator[Clock]:
    gaps = policy.numbers.update_gaps
    wanted = policy.rule(case.rule).window is not None
    exhausted = case.updates_made >= policy.numbers.max_updates
    if not gaps or not wanted or (exhausted and "updates_exhausted" in case.alerts):
        return
    gap = gaps[min(case.updates_made, len(gaps) - 1)]
    due_at = ends(gap, told_at, policy)
    until = automatic_until(case, policy)
    if until and due_at >= until and not exhausted:
        # The platform will have closed by then; its last legal moment has a clock of its own (R25).
        return
    number = case.updates_made + 1
    what = "the owner is called" if exhausted else f"update {number} of {policy.numbers.max_updates}"
    yield Clock(
        kind=ClockKind.UPDATE, from_at=told_at, due_at=due_at, reckoning=f"{what}, {gap} after the last"
    )


def _ending_clocks(case: Case, policy: Policy) -> Iterator[Clock]:
    if case.paused_at and not case.owed and not case.promise:
        # Silence begins when nobody of us wrote any more either.
        since = max(filter(None, (case.paused_at, case.last_human_at)))
        yield from _silence_clocks(case, since, policy)
    elif not case.owed and not case.promise and not case.reply_pending and (quiet := _last_words(case)):
        after = policy.numbers.quiet_after
        due_at = ends(after, quiet, policy)
        yield Clock(
            kind=ClockKind.QUIET,
            from_at=quiet,
            due_at=due_at,
            reckoning=f"nothing owed and quiet for {after}",
        )
    if not case.paused_at and (clock := _resolution(case, policy.rule(case.rule), policy)):
        yield clock


def _silence_clocks(case: Case, since: datetime, policy: Policy) -> Iterator[Clock]:
    if case.automatic_pending or case.held:
        return
    if case.reminded_at is None:
        after, start, kind = policy.numbers.remind_after, since, ClockKind.REMIND
    else:
        after, start, kind = policy.numbers.close_after, case.reminded_at, ClockKind.SILENCE
    due_at = ends(after, start, policy)
    yield Clock(kind=kind, from_at=start, due_at=due_at, reckoning=f"waiting on the customer for {after}")


def _resolution(case: Case, rule: Rule, policy: Policy) -> Clock | None:
    start = case.reopened_at or case.opened_at
    if rule.resolution is None or start is None or "resolution_missed" in case.alerts:
        return None
    due_at = ends(rule.resolution, start, policy) + case.paused_for
    paused = f" plus {_length(case.paused_for)} spent waiting on the customer" if case.paused_for else ""
    why = f"resolution target {rule.resolution} of rule {rule.name}{paused}"
    return Clock(kind=ClockKind.RESOLUTION, from_at=start, due_at=due_at, reckoning=why)


def _last_words(case: Case) -> datetime | None:
    said = [at for at in (case.last_customer_at, case.last_human_at, case.update_from) if at]
    return max(said, default=None)


def _not_before(clock: Clock, floor: datetime | None) -> Clock:
    if floor is None or clock.due_at >= floor:
        return clock
    why = f"{clock.reckoning}; moved from {clock.due_at:%Y-%m-%d %H:%M:%S} UTC by a change of policy"
    return replace(clock, due_at=floor, reckoning=why, moved_from=clock.due_at)


def _held(clock: Clock, policy: Policy) -> Clock:
    """Return the clock of a message that is no answer moved out of the quiet hours (R23)."""
    if (
        clock.kind not in _WAITS_FOR_MORNING
        or (moment := quiet.release(policy, clock.due_at)) == clock.due_at
    ):
        return clock
    return replace(clock, due_at=moment, reckoning=f"{clock.reckoning}; held back until the quiet hours end")


def _order(clock: Clock) -> tuple[datetime, int]:
    return clock.due_at, _ORDER[clock.kind]


def _length(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    parts = [(hours, "h"), (minutes, "min"), (seconds % 60, "s")]
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount) or "0 s"
