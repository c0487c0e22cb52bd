"""Quiet hours hold back what is no answer; a warning comes before a reply is due (R23, R25)."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import quiet
from chalicelib.core.calendar import Calendar, Interval
from chalicelib.core.case import Case, Clock, ClockKind, Promise
from chalicelib.core.decide import decide
from chalicelib.core.effects import Alert, Effect, Wording
from chalicelib.core.events import CustomerAwaited, Outcome, PromiseMade
from chalicelib.core.policy import Allowance, Duration, parse_duration
from chalicelib.core.timeline import Why
from tests import builders as b

NIGHT = Calendar(zone="UTC", week=((Interval(21 * 60, 32 * 60),),) * 7)
"""Quiet from 21:00 to 8:00."""

QUIET = b.a_policy(quiet_hours=NIGHT)
SHORT_PROMISE = b.a_policy(quiet_hours=NIGHT, rules=(b.a_rule(promise=parse_duration("30m")),))
ONE_DAY = b.a_policy(
    quiet_hours=NIGHT, allowance=Allowance(automatic=timedelta(hours=24)), rules=(b.a_rule(promise=None),)
)


def clock(case: Case, kind: ClockKind) -> Clock:
    return next(one for one in case.clocks if one.kind is kind)


def clocks_of(case: Case) -> set[ClockKind]:
    return {one.kind for one in case.clocks}


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    return b.NOON.replace(hour=hour, minute=minute) + timedelta(days=days)


def acknowledged_at_night() -> Case:
    case = b.opened(SHORT_PROMISE, at=at(21, 30))
    return b.delivered(case, at(21, 45) + timedelta(seconds=10), SHORT_PROMISE)


def test_r23_the_first_ack_of_a_message_just_sent_goes_out_at_night() -> None:
    assert acknowledged_at_night().last_ack_at == at(21, 45) + timedelta(seconds=10)


def test_r23_an_update_waits_for_the_morning_and_says_why() -> None:
    gaps = (Duration("10h", 10 * 3600),)
    policy = replace(QUIET, numbers=replace(QUIET.numbers, update_gaps=gaps), rules=(b.a_rule(promise=None),))
    case = b.delivered(b.opened(policy), b.after(minutes=15, seconds=10), policy)

    assert clock(case, ClockKind.UPDATE).due_at == at(8, days=1)
    assert "quiet hours" in clock(case, ClockKind.UPDATE).reckoning


def test_r23_a_promise_that_ends_at_night_calls_the_team_then_and_tells_the_customer_in_the_morning() -> None:
    missed = b.fired(acknowledged_at_night(), at(22, 30), SHORT_PROMISE)

    assert Alert.PROMISE_MISSED in b.alerts_of(missed)
    assert [d.due_at for d in missed.case.outbox if d.wording is Wording.MISSED] == [at(8, days=1)]


def test_r21_what_is_told_in_the_morning_names_a_later_time_than_the_morning() -> None:
    case = b.fired(acknowledged_at_night(), at(22, 30), SHORT_PROMISE).case
    told = b.fired(case, at(8, days=1), SHORT_PROMISE)

    assert [d.promise_due_at for d in told.effects if d.effect is Effect.UPDATE] == [at(8, 30, days=1)]


def test_r23_what_was_held_back_is_decided_again_and_a_human_reply_cancels_it() -> None:
    case = b.fired(acknowledged_at_night(), at(22, 30), SHORT_PROMISE).case
    case = decide(case, b.replied(at(23)), SHORT_PROMISE, at(23)).case

    assert not any(d.automatic for d in b.fired(case, at(8, days=1), SHORT_PROMISE).effects)


def test_r23_several_that_were_held_back_become_one() -> None:
    case = b.fired(acknowledged_at_night(), at(22, 30), SHORT_PROMISE).case
    for hour in range(1, 8):
        case = b.delivered(case, at(hour, days=1), SHORT_PROMISE)
    morning = b.fired(case, at(8, days=1), SHORT_PROMISE)

    assert [d.effect for d in morning.effects if d.automatic] == [Effect.UPDATE]


def test_r23_an_update_that_waited_names_the_time_that_was_named_meanwhile() -> None:
    case = b.fired(acknowledged_at_night(), at(22, 30), SHORT_PROMISE).case
    told = Promise(due_at=at(12, days=1), made_at=at(23))
    morning = b.fired(replace(case, promise=told), at(8, days=1), SHORT_PROMISE)

    assert [d.promise_due_at for d in morning.effects if d.effect is Effect.UPDATE] == [at(12, days=1)]


def test_r23_a_person_s_own_promise_is_told_at_once_even_at_night() -> None:
    case = acknowledged_at_night()
    event = PromiseMade(id="p", at=at(22), case_id=case.id, by="Ana", due_at=at(12, days=1))
    promised = decide(case, event, SHORT_PROMISE, at(22)).case

    assert [d.due_at for d in promised.outbox if d.wording is Wording.PROMISE] == [at(22)]


def test_r25_the_last_legal_update_goes_out_before_a_night_that_is_too_long() -> None:
    case = b.delivered(b.opened(ONE_DAY, at=at(5)), at(5, 16), ONE_DAY)

    assert clock(case, ClockKind.LAST_LEGAL).due_at == at(21)


def test_r25_the_last_legal_update_waits_for_the_morning_where_that_is_in_time() -> None:
    case = b.delivered(b.opened(ONE_DAY, at=at(8, 10)), at(8, 26), ONE_DAY)

    assert clock(case, ClockKind.LAST_LEGAL).due_at == at(8, days=1)


def test_r23_a_missed_promise_that_the_platform_would_not_let_us_tell_in_the_morning_calls_the_owner() -> (
    None
):
    policy = replace(SHORT_PROMISE, allowance=Allowance(automatic=timedelta(hours=9)))
    case = b.delivered(b.opened(policy, at=at(21, 30)), at(21, 46), policy)
    missed = b.fired(case, at(22, 30), policy)

    assert Alert.NOT_SENT in b.alerts_of(missed)
    assert b.reasons_of(missed, Why.SUPPRESSED) == ["platform_window"]


def test_r23_a_reminder_and_a_closing_wait_for_the_morning() -> None:
    numbers = replace(
        QUIET.numbers, remind_after=Duration("11h", 11 * 3600), close_after=Duration("13h", 13 * 3600)
    )
    policy = replace(QUIET, numbers=numbers)
    case = decide(b.opened(policy), b.replied(b.after(minutes=5)), policy, b.after(minutes=5)).case
    event = CustomerAwaited(id="w", at=b.after(minutes=5), case_id=case.id, by="Ana")
    waiting = decide(case, event, policy, b.after(minutes=5)).case
    reminded = b.delivered(waiting, at(8, days=1), policy)

    assert clock(waiting, ClockKind.REMIND).due_at == at(8, days=1)
    assert clock(reminded, ClockKind.SILENCE).due_at == at(8, days=2)


def test_r23_a_calendar_of_quiet_hours_in_two_pieces_is_one_night() -> None:
    pieces = Calendar(zone="UTC", week=((Interval(0, 8 * 60), Interval(21 * 60, 24 * 60)),) * 7)

    assert quiet.release(b.a_policy(quiet_hours=pieces), at(22)) == at(8, days=1)


@given(st.integers(0, 2 * 366 * 24 * 60).map(lambda minutes: b.after(minutes=minutes)))
def test_r23_whatever_is_released_is_released_outside_the_quiet_hours_and_never_early(
    moment: datetime,
) -> None:
    night = Calendar(zone="Europe/Warsaw", week=((Interval(21 * 60, 32 * 60),),) * 7)
    policy = b.a_policy(quiet_hours=night)
    released = quiet.release(policy, moment)

    assert released >= moment
    assert 8 <= released.astimezone(ZoneInfo("Europe/Warsaw")).hour < 21


def test_somebody_is_called_before_a_reply_is_due_and_once() -> None:
    policy = b.a_policy(warn_before=timedelta(minutes=5))
    warned = b.fired(b.opened(policy), b.after(minutes=10), policy)

    assert b.alerts_of(warned) == [Alert.REPLY_DUE]
    assert clocks_of(warned.case) == {ClockKind.ACK, ClockKind.RESPONSE}


def test_a_rule_may_warn_earlier_than_the_others_or_not_at_all() -> None:
    early = b.a_policy(rules=(b.a_rule(warn_before=parse_duration("10m")),))
    never = b.a_policy(warn_before=timedelta(minutes=5), rules=(b.a_rule(warn_before=parse_duration("0s")),))

    assert clock(b.opened(early), ClockKind.REPLY_WARNING).due_at == b.after(minutes=5)
    assert all(one.kind is not ClockKind.REPLY_WARNING for one in b.opened(never).clocks)


def test_a_window_shorter_than_the_warning_has_none() -> None:
    policy = b.a_policy(warn_before=timedelta(minutes=20))

    assert all(one.kind is not ClockKind.REPLY_WARNING for one in b.opened(policy).clocks)


def test_no_warning_comes_once_a_person_has_replied() -> None:
    policy = b.a_policy(warn_before=timedelta(minutes=5))
    case = decide(b.opened(policy), b.replied(b.after(minutes=3)), policy, b.after(minutes=3)).case

    assert b.alerts_of(b.fired(case, b.after(minutes=10), policy)) == []


def test_r25_a_night_that_ends_with_the_platform_s_window_is_too_long() -> None:
    policy = b.a_policy(quiet_hours=NIGHT)

    assert quiet.before(policy, at(23), until=at(8, days=1)) == at(21)
    assert quiet.before(policy, at(23), until=at(8, 1, days=1)) == at(8, days=1)


def test_r25_a_night_in_two_pieces_is_left_before_it_begins() -> None:
    pieces = Calendar(zone="UTC", week=((Interval(0, 8 * 60), Interval(21 * 60, 24 * 60)),) * 7)

    assert quiet.before(b.a_policy(quiet_hours=pieces), at(2, days=1), until=at(5, days=1)) == at(21)


def test_r23_an_update_that_is_tried_again_at_night_waits_for_the_morning() -> None:
    gaps = (Duration("8h", 8 * 3600),)
    policy = replace(QUIET, numbers=replace(QUIET.numbers, update_gaps=gaps), rules=(b.a_rule(promise=None),))
    case = b.delivered(b.opened(policy, at=at(12, 35)), at(12, 51), policy)
    claimed = b.fired(case, at(20, 51), policy)
    update = next(d for d in claimed.effects if d.effect is Effect.UPDATE)
    retried = decide(
        b.worded(claimed.case),
        b.settled(claimed.case, update, Outcome.RETRY, at=at(20, 59), retry_after=300),
        policy,
        at(20, 59),
    ).case

    assert not any(d.automatic for d in b.fired(retried, at(21, 5), policy).effects)
    assert [d.due_at for d in b.fired(retried, at(21, 5), policy).case.outbox if d.held] == [at(8, days=1)]


def test_r23_a_reminder_that_a_sleeping_machine_finds_at_night_waits() -> None:
    numbers = replace(QUIET.numbers, remind_after=Duration("7h", 7 * 3600))
    policy = replace(QUIET, numbers=numbers)
    case = decide(b.opened(policy), b.replied(b.after(minutes=5)), policy, b.after(minutes=5)).case
    event = CustomerAwaited(id="w", at=b.after(minutes=5), case_id=case.id, by="Ana")
    waiting = decide(case, event, policy, b.after(minutes=5)).case
    late = b.fired(waiting, at(22, 30), policy)

    assert not any(d.automatic for d in late.effects)
    assert any(d.automatic for d in b.fired(late.case, at(8, days=1), policy).effects)


def test_r23_longer_quiet_hours_hold_back_longer_what_waits_already() -> None:
    case = b.fired(acknowledged_at_night(), at(22, 30), SHORT_PROMISE).case
    longer = Calendar(zone="UTC", week=((Interval(21 * 60, 34 * 60),),) * 7)
    policy = replace(SHORT_PROMISE, quiet_hours=longer)

    assert not any(d.automatic for d in b.fired(case, at(8, days=1), policy).effects)
    assert any(d.automatic for d in b.fired(case, at(10, days=1), policy).effects)


def test_r21_a_person_s_silent_promise_at_night_has_its_clocks() -> None:
    case = b.fired(acknowledged_at_night(), at(22, 30), SHORT_PROMISE).case
    event = PromiseMade(id="p", at=at(23), case_id=case.id, by="Ana", due_at=at(7, days=1), tell=False)
    promised = decide(case, event, SHORT_PROMISE, at(23)).case

    assert {ClockKind.PROMISE, ClockKind.PROMISE_WARNING} <= clocks_of(promised)
