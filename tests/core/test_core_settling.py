"""How attempts end, and what a late or lost answer may not do: R3 to R9, R13, R21, R22, R34, R35."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.core.case import Case, ClockKind, CloseReason, Status
from chalicelib.core.decide import LONGEST_PROMISE, decide
from chalicelib.core.effects import Alert, Delivery, DeliveryStatus, Effect, Wording
from chalicelib.core.errors import NotAllowed
from chalicelib.core.events import (
    CaseClosed,
    CustomerAwaited,
    MessageFailed,
    Outcome,
    PolicyChanged,
    PromiseMade,
    ReplySubmitted,
    Speaker,
)
from chalicelib.core.policy import Allowance, Policy, parse_duration
from chalicelib.core.timeline import Why
from tests import builders as b

ACK_AT = b.after(minutes=15, seconds=10)


def submitted(case: Case, at: datetime, text: str = "On its way.") -> Case:
    event = ReplySubmitted(id=f"r{at}", at=at, case_id=case.id, by="Ana", text=text)
    return decide(case, event, b.POLICY, at).case


def claimed(case: Case, at: datetime, policy: Policy = b.POLICY) -> tuple[Case, Delivery]:
    """Claim what is due and return it, worded, as it is on its way out."""
    decision = b.fired(case, at, policy)
    worded = b.worded(decision.case)
    delivery = worded.delivery(next(d.key for d in decision.effects if d.effect is not Effect.ALERT_OWNER))
    assert delivery is not None
    return worded, delivery


def ended(case: Case, delivery: Delivery, outcome: Outcome, at: datetime, policy: Policy = b.POLICY) -> Case:
    return decide(case, b.settled(case, delivery, outcome, at=at), policy, at).case


def looked_for_in_vain(case: Case, at: datetime) -> tuple[Case, datetime]:
    """Let every attempt to learn what became of a message end without an answer."""
    case, delivery = claimed(case, at)
    for _ in range(8):
        case = ended(case, delivery, Outcome.AMBIGUOUS, at)
        found = case.delivery(delivery.key)
        if found is None or not found.pending:
            break
        at = found.lease_until or at
        case = b.worded(b.fired(case, at).case)
        delivery = case.delivery(delivery.key) or delivery
    return case, at


# An uncertain message may have been read


def test_r3_r34_a_reply_that_nobody_can_tell_of_silences_hearback_too() -> None:
    case, at = looked_for_in_vain(submitted(b.opened(), b.after(minutes=5)), b.after(minutes=5))

    assert case.owed is not None
    assert ClockKind.ACK not in {clock.kind for clock in case.clocks}
    assert Effect.ACKNOWLEDGE not in b.effects_of(b.fired(case, max(at, ACK_AT)))


def test_r5_r13_what_an_uncertain_ack_may_have_promised_binds_and_it_counts_for_the_cooldown() -> None:
    case, _ = looked_for_in_vain(b.opened(), ACK_AT)

    assert case.promise is not None
    assert case.last_ack_at is not None


def test_r4_a_question_asked_while_a_reply_is_looked_for_is_owed_an_answer() -> None:
    case, delivery = claimed(submitted(b.opened(), b.after(minutes=5)), b.after(minutes=5))
    case = ended(case, delivery, Outcome.AMBIGUOUS, b.after(minutes=5, seconds=5))
    asked = b.wrote("And the invoice?", b.after(minutes=5, seconds=40))
    case = decide(case, asked, b.POLICY, asked.at).case
    case, again = claimed(case, b.after(minutes=6, seconds=1))

    case = ended(case, again, Outcome.SENT, b.after(minutes=6, seconds=2))

    assert case.owed is not None
    assert case.owed.since == asked.at


def test_r9_an_uncertain_reply_of_a_closed_case_leaves_nothing_owed() -> None:
    case, delivery = claimed(submitted(b.opened(), b.after(minutes=5)), b.after(minutes=5))
    closing = CaseClosed(id="c", at=b.after(minutes=6), case_id=case.id, by="Ana")
    case = decide(case, closing, b.POLICY, closing.at).case

    assert ended(case, delivery, Outcome.UNCERTAIN, b.after(minutes=7)).owed is None


def test_r6_an_ack_of_a_period_that_a_person_has_answered_is_not_tried_again() -> None:
    case, delivery = claimed(b.opened(), ACK_AT)
    case = ended(case, delivery, Outcome.AMBIGUOUS, ACK_AT)
    case = decide(
        case, b.replied(b.after(minutes=14, seconds=59)), b.POLICY, b.after(minutes=15, seconds=20)
    ).case
    again = b.wrote("Still there?", b.after(minutes=15, seconds=40))
    case = decide(case, again, b.POLICY, again.at).case

    assert Effect.ACKNOWLEDGE not in b.effects_of(b.fired(case, b.after(minutes=16, seconds=11)))


# Order and ties


def test_r4_a_message_of_the_same_second_as_a_reply_is_owed_an_answer() -> None:
    case = decide(b.opened(), b.replied(b.after(minutes=5)), b.POLICY, b.after(minutes=5)).case
    tied = b.wrote("One more thing", b.after(minutes=5))

    assert decide(case, tied, b.POLICY, b.after(minutes=5, seconds=2)).case.owed is not None


def test_r4_what_the_business_said_weeks_ago_answers_nothing_of_now() -> None:
    backfilled = b.replied(b.NOON - timedelta(days=10))

    assert decide(b.opened(), backfilled, b.POLICY, b.after(minutes=1)).case.owed is not None


def test_r7_an_unmarked_echo_of_words_in_flight_is_ours() -> None:
    case, delivery = claimed(b.opened(), ACK_AT)
    echo = b.echoed(ACK_AT, unmarked=True, text=f"  {delivery.text}\n", otherwise=Speaker.HUMAN)

    case = decide(case, echo, b.POLICY, ACK_AT).case

    assert case.owed is not None
    assert [d.status for d in case.outbox if d.automatic] == [DeliveryStatus.SENT]


def test_r7_an_unmarked_echo_of_other_words_is_a_persons() -> None:
    case, _ = claimed(b.opened(), ACK_AT)

    assert decide(case, b.echoed(ACK_AT, unmarked=True), b.POLICY, ACK_AT).case.owed is None


def test_r7_a_late_echo_settles_what_was_uncertain() -> None:
    case, delivery = claimed(b.opened(), ACK_AT)
    case = ended(case, delivery, Outcome.UNCERTAIN, ACK_AT)
    echo = b.echoed(b.after(minutes=20), unmarked=True, text=delivery.text)

    case = decide(case, echo, b.POLICY, echo.at).case

    assert [d.status for d in case.outbox if d.automatic] == [DeliveryStatus.SENT]


def test_r3_words_to_somebody_else_in_the_tree_are_no_reply() -> None:
    decision = decide(b.opened(), b.echoed(b.after(minutes=1), to="bob"), b.POLICY, b.after(minutes=1))

    assert decision.case.owed is not None
    assert Why.REPLIED_TO_ANOTHER in b.happened(decision)


def test_r14_small_talk_that_is_edited_into_a_question_is_owed_an_answer() -> None:
    case = b.opened(text="ok", message_id="m1", small_talk=True)
    edit = b.edited("m1", "ok, but where is my parcel?", b.after(minutes=1))

    case = decide(case, edit, b.POLICY, edit.at).case

    assert case.status is Status.OPEN
    assert case.owed is not None


def test_r5_a_message_told_twice_is_remembered_once() -> None:
    case = b.opened(message_id="m1")
    again = replace(b.wrote("Where is my order now?", b.after(minutes=1), message_id="m1"), id="other")

    owed = decide(case, again, b.POLICY, again.at).case.owed

    assert owed is not None
    assert [m.text for m in owed.messages] == ["Where is my order now?"]


# Promises


def promised(case: Case, at: datetime, due_at: datetime, *, tell: bool) -> Case:
    event = PromiseMade(id=f"p{at}", at=at, case_id=case.id, by="Ana", due_at=due_at, tell=tell)
    return decide(case, event, b.POLICY, at).case


def test_r22_a_promise_the_customer_never_heard_of_is_missed_in_silence() -> None:
    case = promised(b.opened(), b.after(minutes=1), b.after(minutes=10), tell=False)

    decision = b.fired(case, b.after(minutes=10))

    assert Alert.PROMISE_MISSED in b.alerts_of(decision)
    assert Effect.UPDATE not in b.effects_of(decision)


def test_r13_a_promise_that_was_told_cannot_be_replaced_behind_the_customers_back() -> None:
    with pytest.raises(NotAllowed):
        promised(b.acknowledged(), b.after(minutes=20), b.after(hours=6), tell=False)


def test_r21_a_promise_of_more_than_a_year_is_refused() -> None:
    with pytest.raises(NotAllowed):
        promised(b.opened(), b.NOON, b.NOON + LONGEST_PROMISE + timedelta(days=1), tell=True)


def test_r35_what_was_only_rehearsed_is_never_called_missed() -> None:
    rehearsed = b.delivered(b.opened(), ACK_AT, outcome=Outcome.REHEARSED)
    promise = rehearsed.promise
    assert promise is not None

    assert Effect.UPDATE not in b.effects_of(b.fired(rehearsed, promise.due_at))


def test_r35_a_rehearsed_ack_starts_no_cooldown() -> None:
    assert b.delivered(b.opened(), ACK_AT, outcome=Outcome.REHEARSED).last_ack_at is None


def test_r21_a_late_echo_does_not_end_a_promise_made_after_it() -> None:
    case = promised(b.acknowledged(), b.after(minutes=20), b.after(hours=6), tell=True)
    case = b.delivered(case, b.after(minutes=20))
    case = decide(case, b.replied(b.after(minutes=19)), b.POLICY, b.after(minutes=21)).case

    assert case.promise is not None
    assert case.promise.due_at == b.after(hours=6)


def test_r14_never_mind_ends_a_promise_although_nothing_is_owed() -> None:
    case = decide(b.opened(), b.replied(b.after(minutes=1)), b.POLICY, b.after(minutes=1)).case
    case = promised(case, b.after(minutes=2), b.after(hours=3), tell=True)
    never_mind = b.wrote("never mind", b.after(minutes=3), withdrawn=True)

    assert decide(case, never_mind, b.POLICY, never_mind.at).case.promise is None


def test_r21_a_promise_made_when_nothing_was_owed_is_honestly_missed_and_followed() -> None:
    case = decide(b.opened(), b.replied(b.after(minutes=1)), b.POLICY, b.after(minutes=1)).case
    case = b.delivered(promised(case, b.after(minutes=2), b.after(hours=1), tell=True), b.after(minutes=2))

    case = b.delivered(case, b.after(hours=1))

    assert case.promise is not None
    assert case.promise.due_at > b.after(hours=1)


# What runs on


def test_r34_a_case_that_waits_on_its_customer_while_we_owe_is_not_forgotten() -> None:
    case = b.acknowledged()
    waiting = CustomerAwaited(id="w", at=b.after(minutes=20), case_id=case.id, by="Ana")

    assert decide(case, waiting, b.POLICY, waiting.at).case.due_at is not None


def test_r8_an_update_that_is_tried_again_does_not_go_out_while_we_wait_on_the_customer() -> None:
    policy = b.a_policy(rules=(b.a_rule(promise=None),))
    case = b.acknowledged(policy)
    due_at = case.due_at
    assert due_at is not None
    case = b.delivered(case, due_at, policy, Outcome.RETRY)
    waiting = CustomerAwaited(id="w", at=due_at, case_id=case.id, by="Ana")
    case = decide(case, waiting, policy, due_at).case

    assert Effect.UPDATE not in b.effects_of(b.fired(case, due_at + timedelta(minutes=1), policy))


NEVER = b.a_policy(
    rules=(b.a_rule(window=None, promise=None),), allowance=Allowance(automatic=timedelta(hours=24))
)


def test_r25_what_is_never_acknowledged_is_not_acknowledged_at_the_last_legal_moment_either() -> None:
    case = b.opened(NEVER)

    for hours in (23, 24, 48):
        assert not {Effect.ACKNOWLEDGE, Effect.UPDATE} & set(
            b.effects_of(b.fired(case, b.after(hours=hours), NEVER))
        )


def test_r34_what_is_never_acknowledged_still_ends_in_an_alert() -> None:
    assert Alert.UNANSWERED in b.alerts_of(b.fired(b.opened(NEVER), b.after(hours=25), NEVER))


def test_r34_a_change_of_policy_does_not_make_a_stale_ack_prompt() -> None:
    later = replace(b.POLICY, version="2")
    now = b.after(days=2)
    case = decide(b.opened(), PolicyChanged(id="pc", at=now, case_id=b.opened().id), later, now).case

    decision = b.fired(case, now + timedelta(seconds=30), later)

    assert Effect.ACKNOWLEDGE not in b.effects_of(decision)
    assert Alert.NOT_ACKNOWLEDGED in b.alerts_of(decision)


def test_r13_the_first_event_under_new_files_causes_no_burst_either() -> None:
    shorter = b.a_policy(version="2", rules=(b.a_rule(window=parse_duration("1m")),))
    now = b.after(minutes=10)
    second = b.wrote("Hello?", now)

    case = decide(b.opened(), second, shorter, now).case

    assert case.due_at == now + shorter.numbers.grace


def test_r22_a_person_who_answered_the_first_question_has_not_seen_the_second() -> None:
    case = b.opened()
    second = b.wrote("And the invoice?", b.after(minutes=10))
    case = decide(case, second, b.POLICY, second.at).case

    case = decide(case, b.replied(b.after(minutes=5)), b.POLICY, b.after(minutes=11)).case

    assert not case.seen


def test_two_replies_may_be_on_their_way_and_no_more() -> None:
    case = submitted(submitted(b.opened(), b.after(minutes=1)), b.after(minutes=2))

    with pytest.raises(NotAllowed):
        submitted(case, b.after(minutes=3))


# Failures that come after a success


def failed(case: Case, delivery: Delivery) -> MessageFailed:
    return MessageFailed(
        id="failed",
        at=b.after(minutes=16),
        thread=case.thread,
        customer=case.customer,
        message_id="",
        nonce=delivery.key,
        outcome=Outcome.REFUSED,
        reason="131026",
    )


def test_r34_a_message_that_the_platform_could_not_deliver_after_all_is_told_to_the_owner() -> None:
    case = b.acknowledged()
    ack = next(d for d in case.outbox if d.effect is Effect.ACKNOWLEDGE)

    after = decide(case, failed(case, ack), b.POLICY, b.after(minutes=16)).case

    assert [d.alert for d in after.outbox if d.pending] == [Alert.DELIVERY_REFUSED]
    assert after.promise is None


def test_r34_a_failure_that_is_told_twice_calls_once() -> None:
    case = b.acknowledged()
    ack = next(d for d in case.outbox if d.effect is Effect.ACKNOWLEDGE)
    once = decide(case, failed(case, ack), b.POLICY, b.after(minutes=16)).case

    assert decide(once, failed(case, ack), b.POLICY, b.after(minutes=17)).timeline == ()


# What is said no more


def test_r21_the_customer_is_not_told_a_time_that_has_passed() -> None:
    case = promised(b.opened(), b.after(minutes=1), b.after(minutes=2), tell=True)

    assert Wording.PROMISE not in [d.wording for d in b.fired(case, b.after(minutes=3)).effects]


# A person's reply with an unknown or a bad end


def uncertain_reply() -> tuple[Case, Delivery]:
    """Return an acknowledged case with a promise, whose person's reply may have arrived."""
    case, delivery = claimed(submitted(b.acknowledged(), b.after(minutes=16)), b.after(minutes=16))
    return ended(case, delivery, Outcome.UNCERTAIN, b.after(minutes=17)), delivery


def test_r3_r22_after_a_reply_that_may_have_arrived_nothing_automatic_is_said() -> None:
    case, _ = uncertain_reply()

    for hours in (3, 6, 30, 80):
        assert not any(d.automatic for d in b.fired(case, b.after(hours=hours)).effects)


def test_r5_r34_a_question_after_a_reply_that_may_have_arrived_is_owed_anew() -> None:
    case, _ = uncertain_reply()
    again = b.wrote("Hello? Nobody?", b.after(hours=20))

    owed = decide(case, again, b.POLICY, again.at).case.owed

    assert owed is not None
    assert (owed.since, owed.settled) == (again.at, False)


def test_r7_the_late_echo_of_an_uncertain_reply_is_a_persons_reply() -> None:
    case, delivery = uncertain_reply()
    echo = b.echoed(b.after(minutes=30), nonce=delivery.key, message_id="p1")

    case = decide(case, echo, b.POLICY, echo.at).case

    assert case.owed is None
    assert case.first_response is not None


def test_r4_a_question_asked_while_a_reply_is_slowly_sent_is_owed_an_answer() -> None:
    case, delivery = claimed(submitted(b.opened(), b.after(minutes=2)), b.after(minutes=2))
    asked = b.wrote("And the invoice?", b.after(minutes=2, seconds=3))
    case = decide(case, asked, b.POLICY, asked.at).case

    owed = ended(case, delivery, Outcome.SENT, b.after(minutes=2, seconds=8)).owed

    assert owed is not None
    assert owed.since == asked.at


def test_r4_a_question_of_the_second_in_which_a_reply_left_is_owed_an_answer() -> None:
    at = b.after(minutes=2, seconds=0.6)
    case, delivery = claimed(submitted(b.opened(), at), at)
    case = ended(case, delivery, Outcome.SENT, at)
    same_second = b.wrote("And the invoice?", b.after(minutes=2))

    assert decide(case, same_second, b.POLICY, b.after(minutes=2, seconds=1)).case.owed is not None


def test_r34_a_reply_that_failed_after_all_leaves_the_customer_owed_and_the_case_open() -> None:
    case, delivery = claimed(submitted(b.opened(), b.after(minutes=2)), b.after(minutes=2))
    case = ended(case, delivery, Outcome.SENT, b.after(minutes=2))

    case = decide(case, failed(case, delivery), b.POLICY, b.after(minutes=16)).case

    assert case.owed is not None
    assert ClockKind.QUIET not in {clock.kind for clock in case.clocks}


# What an ack in flight may not do any more


def in_flight() -> tuple[Case, Delivery]:
    return claimed(b.opened(message_id="m1"), ACK_AT)


def test_r14_an_ack_in_flight_binds_nothing_to_what_was_withdrawn_meanwhile() -> None:
    case, delivery = in_flight()
    never_mind = b.wrote("never mind", ACK_AT, withdrawn=True)
    case = decide(case, never_mind, b.POLICY, ACK_AT).case

    assert ended(case, delivery, Outcome.SENT, b.after(minutes=15, seconds=12)).promise is None


def test_r9_an_ack_in_flight_binds_nothing_to_a_case_that_was_closed_meanwhile() -> None:
    case, delivery = in_flight()
    closing = CaseClosed(id="c", at=ACK_AT, case_id=case.id, reason=CloseReason.SPAM)
    case = decide(case, closing, b.POLICY, ACK_AT).case

    assert ended(case, delivery, Outcome.SENT, b.after(minutes=15, seconds=12)).promise is None


def test_r14_never_mind_takes_back_only_what_was_asked_before_it() -> None:
    case = b.opened(message_id="m1")
    newer = b.wrote("One more question", b.after(seconds=40))
    case = decide(case, newer, b.POLICY, newer.at).case
    late = b.wrote("never mind", b.after(seconds=20), withdrawn=True)

    owed = decide(case, late, b.POLICY, b.after(seconds=50)).case.owed

    assert owed is not None
    assert owed.since == newer.at


def test_r21_a_refused_promise_leaves_the_one_the_customer_knows() -> None:
    case = b.acknowledged()
    known = case.promise
    case = promised(case, b.after(minutes=20), b.after(minutes=50), tell=True)
    case = b.delivered(case, b.after(minutes=20), outcome=Outcome.REFUSED)

    assert known is not None
    assert case.promise == known


def test_r6_a_message_that_was_tried_often_is_still_asked_about_before_it_is_uncertain() -> None:
    case, delivery = claimed(b.opened(), ACK_AT)
    often = case.with_delivery(replace(delivery, attempt=9))

    found = b.fired(often, b.after(minutes=17)).case.delivery(delivery.key)

    assert found is not None
    assert found.reconciling


def test_a_question_that_could_not_be_put_is_not_counted() -> None:
    case, delivery = claimed(b.opened(), ACK_AT)
    case = b.fired(case, b.after(minutes=17)).case
    found = case.delivery(delivery.key)
    assert found is not None and found.asked == 1

    later = b.settled(case, found, Outcome.DELAYED, at=b.after(minutes=17), retry_after=600.0)
    left = decide(case, later, b.POLICY, later.at).case.delivery(delivery.key)

    assert left is not None
    assert (left.asked, left.lease_until) == (0, b.after(minutes=27))


def test_r34_what_may_be_out_and_cannot_be_asked_about_in_time_is_uncertain() -> None:
    case, delivery = claimed(b.opened(), ACK_AT)
    case = b.fired(case, b.after(minutes=17)).case
    found = case.delivery(delivery.key)
    assert found is not None

    later = b.settled(case, found, Outcome.DELAYED, at=b.after(hours=24), retry_after=3600.0)
    decision = decide(case, later, b.POLICY, later.at)

    assert decision.case.promise is not None
    assert Alert.DELIVERY_UNCERTAIN in {one.alert for one in decision.case.outbox}


# Waiting on the customer


def test_r8_the_customer_is_reminded_only_when_we_have_been_silent_too() -> None:
    case = decide(b.opened(), b.replied(b.after(minutes=5)), b.POLICY, b.after(minutes=5)).case
    waiting = CustomerAwaited(id="w", at=b.after(minutes=10), case_id=case.id, by="Ana")
    case = decide(case, waiting, b.POLICY, waiting.at).case
    later = b.replied(b.after(days=2))
    case = decide(case, later, b.POLICY, later.at).case

    remind = next(clock for clock in case.clocks if clock.kind is ClockKind.REMIND)

    assert remind.from_at == later.at


def test_r8_the_time_to_the_next_update_stands_still_while_we_wait_on_the_customer() -> None:
    policy = b.a_policy(rules=(b.a_rule(promise=None),))
    case = b.acknowledged(policy)
    told = case.update_from
    waiting = CustomerAwaited(id="w", at=b.after(minutes=20), case_id=case.id, by="Ana")
    case = decide(case, waiting, policy, waiting.at).case
    back = b.wrote("Here it is", b.after(hours=5, minutes=20))

    after = decide(case, back, policy, back.at).case.update_from

    assert told is not None
    assert after == told + timedelta(hours=5)


def test_r21_a_promise_that_ends_while_we_wait_on_the_customer_calls_a_person_and_says_nothing() -> None:
    case = decide(b.opened(), b.replied(b.after(minutes=5)), b.POLICY, b.after(minutes=5)).case
    case = b.delivered(promised(case, b.after(minutes=6), b.after(hours=1), tell=True), b.after(minutes=6))
    waiting = CustomerAwaited(id="w", at=b.after(minutes=10), case_id=case.id, by="Ana")
    case = decide(case, waiting, b.POLICY, waiting.at).case

    decision = b.fired(case, b.after(hours=1))

    assert Alert.PROMISE_MISSED in b.alerts_of(decision)
    assert Effect.UPDATE not in b.effects_of(decision)


def test_r5_an_ack_of_an_earlier_period_does_not_go_out_beside_that_of_the_new_one() -> None:
    case = b.fired(b.opened(), b.after(minutes=15, seconds=10)).case
    claimed = next(d for d in case.outbox if d.effect is Effect.ACKNOWLEDGE)
    closed = CaseClosed(
        id="c", at=b.after(minutes=15, seconds=20), case_id=case.id, by="Ana", reason=CloseReason.OTHER
    )
    case = decide(b.worded(case), closed, b.POLICY, b.after(minutes=15, seconds=20)).case
    again = b.wrote("And now this.", at=b.after(minutes=15, seconds=30))
    case = decide(case, again, b.POLICY, b.after(minutes=15, seconds=30)).case
    retry = b.settled(case, claimed, Outcome.RETRY, at=b.after(minutes=15, seconds=40))
    case = decide(case, retry, b.POLICY, b.after(minutes=15, seconds=40)).case
    later = b.fired(case, b.after(minutes=31))

    acks = [d.period for d in later.effects if d.effect is Effect.ACKNOWLEDGE]
    assert acks == [b.after(minutes=15, seconds=30)]
