"""Small rules that nothing else would miss: R5, R6, R8, R16, R20, R21, R25, R28."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core.case import SETTLED_DELIVERIES_KEPT, Case, ClockKind, Promise, Status, pruned
from chalicelib.core.decide import decide
from chalicelib.core.effects import Delivery, DeliveryStatus, Effect, Wording
from chalicelib.core.events import (
    ControlChanged,
    CustomerAwaited,
    Event,
    Outcome,
    PromiseMade,
    ReplySubmitted,
)
from chalicelib.core.policy import Allowance, Policy, parse_duration
from chalicelib.core.timeline import Why
from tests import builders as b

ACK_AT = b.after(minutes=15, seconds=10)
DAY = b.a_policy(allowance=Allowance(automatic=timedelta(hours=24)))


def happens(case: Case, event: Event, policy: Policy = b.POLICY) -> Case:
    return decide(case, event, policy, event.at).case


def reply(case: Case, at: datetime) -> Case:
    return happens(case, ReplySubmitted(id=f"r{at}", at=at, case_id=case.id, by="Ana", text="Here it is."))


def ack_of(case: Case) -> Delivery:
    return next(d for d in case.outbox if d.effect is Effect.ACKNOWLEDGE)


def test_r6_an_ack_without_a_known_end_is_not_taken_up_again_while_a_person_replies() -> None:
    claimed = b.worded(b.fired(b.opened(), ACK_AT).case)
    case = reply(claimed, b.after(minutes=15, seconds=20))

    assert Effect.ACKNOWLEDGE not in b.effects_of(b.fired(case, b.after(minutes=17)))


def test_r5_a_planned_retry_is_cancelled_when_a_person_submits_a_reply() -> None:
    waiting = b.delivered(b.opened(), ACK_AT, outcome=Outcome.RETRY)

    assert ack_of(reply(waiting, b.after(minutes=15, seconds=12))).status is DeliveryStatus.CANCELLED


def test_r21_a_planned_retry_is_cancelled_when_a_person_tells_a_promise() -> None:
    waiting = b.delivered(b.opened(), ACK_AT, outcome=Outcome.RETRY)
    at = b.after(minutes=15, seconds=12)
    promise = PromiseMade(id="p", at=at, case_id=waiting.id, by="Ana", due_at=b.after(hours=3))

    assert ack_of(happens(waiting, promise)).status is DeliveryStatus.CANCELLED


def test_r21_a_retry_names_a_time_to_come_where_the_first_has_passed() -> None:
    short = b.a_policy(rules=(b.a_rule(promise=parse_duration("10m")),))
    waiting = b.delivered(b.opened(short), ACK_AT, short, Outcome.RETRY)
    due_at = ack_of(waiting).promise_due_at
    assert due_at is not None

    again = ack_of(b.fired(waiting, due_at + timedelta(minutes=1), short).case)

    assert again.promise_due_at is not None
    assert again.promise_due_at > due_at + timedelta(minutes=1)


def test_r21_a_retry_names_no_time_where_another_message_has_promised_one_that_has_passed() -> None:
    waiting = b.delivered(b.opened(), ACK_AT, outcome=Outcome.RETRY)
    due_at = b.after(minutes=16)
    bound = waiting.changed(promise=Promise(due_at=due_at, made_at=ACK_AT))

    assert ack_of(b.fired(bound, due_at + timedelta(minutes=1)).case).promise_due_at is None


def told_at(hours: float) -> Case:
    """Return an acknowledged case whose customer was last told something so many hours after noon."""
    case = b.acknowledged(DAY)
    return case.changed(promise=None, update_from=b.after(hours=hours))


def test_r25_the_last_legal_update_is_left_out_where_the_customer_was_just_told_something() -> None:
    decision = b.fired(told_at(23), b.after(hours=23, minutes=30), DAY)

    assert "just_told" in b.reasons_of(decision, Why.SUPPRESSED)


def test_r25_the_last_legal_update_is_sent_where_the_last_word_is_old() -> None:
    decision = b.fired(told_at(20), b.after(hours=23, minutes=30), DAY)

    assert Wording.LAST_LEGAL in [d.wording for d in decision.effects]


def test_r25_no_update_is_scheduled_for_when_the_platform_has_closed() -> None:
    late = b.a_policy(
        allowance=Allowance(automatic=timedelta(hours=24)), update_gaps=(parse_duration("30h"),)
    )
    case = b.acknowledged(late).changed(promise=None)
    again = b.fired(case, b.after(minutes=16), late).case

    assert ClockKind.UPDATE not in {clock.kind for clock in again.clocks}


def test_r1_the_customer_counts_as_informed_by_a_persons_reply() -> None:
    case = happens(b.acknowledged(), b.replied(b.after(hours=1)))

    assert case.update_from == b.after(hours=1)


def closed(case: Case, at: datetime) -> Case:
    return case.changed(status=Status.CLOSED, closed_at=at, owed=None, outbox=())


def test_r16_a_new_case_remembers_when_a_person_last_wrote_and_who_has_the_thread() -> None:
    case = happens(b.opened(), b.replied(b.after(hours=1)))
    away = ControlChanged(id="c", at=b.after(hours=2), thread=b.THREAD, customer=b.ANNA, in_control=False)
    old = closed(happens(case, away), b.after(hours=3))

    new = happens(old, b.wrote("Another matter", b.after(days=30), standby=True))

    assert (new.previous, new.last_human_at, new.in_control) == (old.id, b.after(hours=1), False)


def test_r8_r16_what_was_spent_waiting_before_a_case_was_reopened_does_not_count() -> None:
    waiting = CustomerAwaited(id="w", at=b.after(hours=1), case_id=b.opened().id, by="Ana")
    paused = happens(happens(b.opened(), b.replied(b.after(minutes=30))), waiting)
    resumed = happens(paused, b.wrote("Here is the number", b.after(hours=5)))
    assert resumed.paused_for == timedelta(hours=4)

    again = happens(closed(resumed, b.after(hours=6)), b.wrote("It broke again", b.after(hours=8)))

    assert again.paused_for == timedelta()


def test_r20_enough_of_what_was_sent_is_remembered_never_to_say_it_twice() -> None:
    sent = tuple(
        replace(ack_of(b.acknowledged()), key=f"k{number}", digest=f"d{number}") for number in range(40)
    )

    kept = pruned(sent)

    assert SETTLED_DELIVERIES_KEPT >= 20
    assert [d.key for d in kept] == [f"k{number}" for number in range(40 - SETTLED_DELIVERIES_KEPT, 40)]
