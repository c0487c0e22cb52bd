"""What events mean for a case, rule by rule."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.calendar import Calendar
from chalicelib.core.case import Case, ClockKind, CloseReason, Status
from chalicelib.core.decide import decide
from chalicelib.core.effects import DeliveryStatus, Effect, Wording
from chalicelib.core.errors import NotAllowed
from chalicelib.core.events import (
    CaseAssigned,
    CaseClosed,
    CaseSeen,
    ControlChanged,
    CustomerAwaited,
    NoteAdded,
    Outcome,
    PolicyChanged,
    PromiseMade,
    ReplySubmitted,
    Speaker,
)
from chalicelib.core.policy import Allowance, parse_duration
from chalicelib.core.timeline import Why
from tests import builders as b


def clock_kinds(case: Case) -> set[ClockKind]:
    return {clock.kind for clock in case.clocks}


def due(case: Case, kind: ClockKind) -> object:
    return next((clock.due_at for clock in case.clocks if clock.kind is kind), None)


# --- clocks: R1, R2, R3, R4, R5, R6, R6b, R7, R8, R9 -------------------------------------------


def test_r1_the_first_response_runs_from_the_opening() -> None:
    assert due(b.opened(), ClockKind.RESPONSE) == b.after(minutes=15, seconds=10)


def test_r1_after_the_first_response_the_next_response_runs_from_what_is_owed() -> None:
    policy = b.a_policy(rules=(b.a_rule(next_response=parse_duration("30m")),))
    answered = decide(b.opened(policy), b.replied(b.after(minutes=5)), policy, b.after(minutes=5)).case

    asked = decide(answered, b.wrote("And now?", b.after(hours=1)), policy, b.after(hours=1)).case

    assert due(asked, ClockKind.RESPONSE) == b.after(hours=1, minutes=30, seconds=10)


def test_r1_first_and_next_response_never_run_together() -> None:
    assert [clock.kind for clock in b.opened().clocks].count(ClockKind.RESPONSE) == 1


def test_r1_resolution_runs_from_the_opening_and_alerts_once() -> None:
    policy = b.a_policy(rules=(b.a_rule(resolution=parse_duration("10h")),))
    acknowledged = b.acknowledged(policy)

    decision = b.fired(acknowledged, b.after(hours=10), policy)

    assert "resolution_missed" in b.alerts_of(decision)
    assert ClockKind.RESOLUTION not in clock_kinds(decision.case)


def test_r2_an_ack_stops_only_the_ack_clock() -> None:
    policy = b.a_policy(rules=(b.a_rule(first_response=parse_duration("1h")),))

    acknowledged = b.acknowledged(policy)

    assert ClockKind.ACK not in clock_kinds(acknowledged)
    assert ClockKind.RESPONSE in clock_kinds(acknowledged)


def test_r2_an_ack_is_no_first_response() -> None:
    assert b.acknowledged().first_response is None


def test_r3_a_human_reply_stops_the_reply_clocks() -> None:
    decision = decide(b.opened(), b.replied(b.after(minutes=5)), b.POLICY, b.after(minutes=5))

    assert not clock_kinds(decision.case) & {ClockKind.ACK, ClockKind.RESPONSE}


def test_r3_an_unknown_sender_counts_as_human_and_the_case_records_the_assumption() -> None:
    echo = b.echoed(b.after(minutes=5), otherwise=Speaker.UNKNOWN)

    decision = decide(b.opened(), echo, b.POLICY, b.after(minutes=5))

    assert decision.case.owed is None
    assert decision.case.first_response is not None and decision.case.first_response.assumed


def test_r3_an_unknown_sender_does_not_count_where_the_owner_says_so() -> None:
    policy = b.a_policy(unknown_sender_counts_as_human=False)
    echo = b.echoed(b.after(minutes=5), otherwise=Speaker.UNKNOWN)

    assert decide(b.opened(policy), echo, policy, b.after(minutes=5)).case.owed is not None


def test_r3_another_automation_is_no_reply() -> None:
    echo = b.echoed(b.after(minutes=5), otherwise=Speaker.AUTOMATION)

    assert decide(b.opened(), echo, b.POLICY, b.after(minutes=5)).case.owed is not None


def test_scenario_1_a_reply_in_the_last_second_whose_echo_comes_late_wins() -> None:
    reply = b.replied(b.after(minutes=14, seconds=59))

    decision = decide(b.opened(), reply, b.POLICY, b.after(minutes=15, seconds=2))

    response = decision.case.first_response
    assert response is not None and response.met and response.took == timedelta(minutes=14, seconds=59)
    assert b.effects_of(b.fired(decision.case, b.after(minutes=16))) == []


def test_r4_the_clock_starts_at_the_platforms_time() -> None:
    case = decide(None, b.wrote(at=b.NOON), b.POLICY, b.after(minutes=3)).case

    assert case.owed is not None and case.owed.since == b.NOON


@pytest.mark.parametrize("claimed", [b.after(hours=1), b.after(days=-8)])
def test_r4_a_time_that_cannot_be_true_is_replaced_by_the_receipt_and_marked(claimed: object) -> None:
    decision = decide(None, b.wrote(at=claimed), b.POLICY, b.NOON)  # type: ignore[arg-type] # a datetime

    assert decision.case.owed is not None and decision.case.owed.since == b.NOON
    assert Why.TIME_DISTRUSTED in b.happened(decision)


def test_r4_a_message_that_arrives_after_its_answer_earns_no_ack() -> None:
    answered = decide(None, b.replied(b.after(minutes=5)), b.POLICY, b.after(minutes=5)).case

    late = decide(answered, b.wrote(at=b.NOON), b.POLICY, b.after(minutes=6)).case

    assert late.owed is None
    assert late.first_response is not None and late.first_response.took == timedelta(minutes=5)


def test_r4_an_older_message_that_arrives_late_moves_the_clock_back() -> None:
    case = decide(b.opened(), b.wrote("Hello", b.after(minutes=-3)), b.POLICY, b.after(minutes=1)).case

    assert case.owed is not None and case.owed.since == b.after(minutes=-3)


def test_r5_a_second_message_does_not_restart_the_window() -> None:
    case = decide(b.opened(), b.wrote("Hello?", b.after(minutes=10)), b.POLICY, b.after(minutes=10)).case

    assert due(case, ClockKind.ACK) == b.after(minutes=15, seconds=10)


def test_r5_a_second_message_after_the_ack_earns_no_second_ack() -> None:
    case = b.acknowledged()

    asked = decide(case, b.wrote("Hello?", b.after(minutes=30)), b.POLICY, b.after(minutes=30)).case

    assert ClockKind.ACK not in clock_kinds(asked)


def test_r5_within_the_cooldown_the_owner_is_alerted_instead_of_a_second_ack() -> None:
    case = decide(b.acknowledged(), b.replied(b.after(hours=1)), b.POLICY, b.after(hours=1)).case
    asked = decide(case, b.wrote("And?", b.after(hours=2)), b.POLICY, b.after(hours=2)).case

    decision = b.fired(asked, b.after(hours=2, minutes=16))

    assert b.reasons_of(decision, Why.SUPPRESSED) == ["ack_cooldown"]
    assert "not_acknowledged" in b.alerts_of(decision)


def test_r5_soon_after_a_human_wrote_the_owner_is_alerted_instead_of_an_ack() -> None:
    policy = b.a_policy(rules=(b.a_rule(window=parse_duration("5m")),))
    case = decide(b.opened(policy), b.replied(b.after(minutes=1)), policy, b.after(minutes=1)).case
    asked = decide(case, b.wrote("And?", b.after(minutes=2)), policy, b.after(minutes=2)).case

    decision = b.fired(asked, b.after(minutes=8), policy)

    assert b.reasons_of(decision, Why.SUPPRESSED) == ["human_just_wrote"]
    assert b.effects_of(decision) == [Effect.ALERT_OWNER]


def test_r6_the_ack_is_claimed_when_window_and_grace_have_passed() -> None:
    decision = b.fired(b.opened(), b.after(minutes=15, seconds=10))

    assert decision.effects[0].effect is Effect.ACKNOWLEDGE
    assert decision.effects[0].status is DeliveryStatus.CLAIMED


def test_r6b_nothing_is_claimed_before_the_grace_has_passed() -> None:
    decision = b.fired(b.opened(), b.after(minutes=15, seconds=9))

    assert decision.effects == ()


def test_r6_a_claim_is_not_made_twice_while_its_lease_runs() -> None:
    claimed = b.fired(b.opened(), b.after(minutes=16)).case

    assert b.effects_of(b.fired(claimed, b.after(minutes=16, seconds=30))) == []


def test_r6_a_retry_is_cancelled_when_a_human_has_written_since() -> None:
    now = b.after(minutes=16)
    decision = b.fired(b.opened(), now)
    case = decide(
        b.worded(decision.case),
        b.settled(decision.case, decision.effects[0], Outcome.RETRY, at=now),
        b.POLICY,
        now,
    ).case
    answered = decide(case, b.replied(b.after(minutes=17)), b.POLICY, b.after(minutes=17)).case

    assert Effect.ACKNOWLEDGE not in b.effects_of(b.fired(answered, b.after(minutes=30)))


def test_r7_our_echo_that_arrives_before_the_send_returns_settles_the_delivery() -> None:
    now = b.after(minutes=16)
    decision = b.fired(b.opened(), now)
    ack = decision.effects[0]

    case = decide(b.worded(decision.case), b.echoed(now, nonce=ack.key, message_id="p1"), b.POLICY, now).case
    again = decide(case, b.settled(case, ack, message_id="p1", at=now), b.POLICY, now)

    delivery = case.delivery(ack.key)
    assert delivery is not None and delivery.status is DeliveryStatus.SENT
    assert again.timeline == ()


def test_r7_our_echo_that_arrives_late_is_neither_human_nor_customer() -> None:
    case = b.acknowledged()
    ack = case.outbox[0]

    decision = decide(case, b.echoed(b.after(minutes=17), nonce=ack.key), b.POLICY, b.after(minutes=17))

    assert decision.case.owed == case.owed
    assert b.happened(decision) == [Why.OURS_ECHOED]


def test_r7_what_the_platform_says_is_ours_is_never_taken_for_a_person() -> None:
    echo = b.echoed(b.after(minutes=5), ours=True, text="words of an older installation")

    assert decide(b.opened(), echo, b.POLICY, b.after(minutes=5)).case.owed is not None


def awaiting(case: Case, minutes: int) -> Case:
    event = CustomerAwaited(id="p", at=b.after(minutes=minutes), case_id=case.id, by="Ana")
    return decide(case, event, b.POLICY, b.after(minutes=minutes)).case


def test_r8_waiting_on_the_customer_does_not_stop_the_reply_clocks() -> None:
    assert {ClockKind.ACK, ClockKind.RESPONSE} <= clock_kinds(awaiting(b.opened(), 5))


def test_r8_waiting_on_the_customer_pauses_updates() -> None:
    told = b.acknowledged(b.a_policy(rules=(b.a_rule(promise=None),)))

    assert ClockKind.UPDATE in clock_kinds(told)
    assert ClockKind.UPDATE not in clock_kinds(awaiting(told, 20))


def test_r8_r13_waiting_on_the_customer_does_not_stop_what_they_were_promised() -> None:
    assert ClockKind.PROMISE in clock_kinds(awaiting(b.acknowledged(), 20))


def test_r8_a_customer_message_unpauses_and_the_pause_is_not_counted() -> None:
    policy = b.a_policy(rules=(b.a_rule(resolution=parse_duration("10h")),))
    case = decide(b.opened(policy), b.replied(b.after(minutes=1)), policy, b.after(minutes=1)).case
    paused = awaiting(case, 60)

    resumed = decide(paused, b.wrote("Here it is", b.after(hours=4)), policy, b.after(hours=4)).case

    assert resumed.paused_at is None
    assert due(resumed, ClockKind.RESOLUTION) == b.after(hours=13)


def test_r8_a_second_pause_does_not_reset_the_first() -> None:
    assert awaiting(awaiting(b.acknowledged(), 20), 40).paused_at == b.after(minutes=20)


def closing(case: Case, reason: CloseReason | None = None) -> CaseClosed:
    return CaseClosed(id="c", at=b.after(minutes=20), case_id=case.id, by="Ana", reason=reason)


def test_r9_closing_stops_every_clock_and_cancels_what_is_planned() -> None:
    case = b.opened()

    closed = decide(case, closing(case, CloseReason.SPAM), b.POLICY, b.after(minutes=1)).case

    assert closed.clocks == () and closed.due_at is None
    assert b.effects_of(b.fired(closed, b.after(days=2))) == []


@pytest.mark.parametrize("reason", [None, CloseReason.ANSWERED])
def test_r9_closing_without_a_reply_needs_a_reason(reason: CloseReason | None) -> None:
    case = b.acknowledged()

    with pytest.raises(NotAllowed, match="needs a reason"):
        decide(case, closing(case, reason), b.POLICY, b.after(minutes=20))


def test_r9_after_a_reply_no_reason_is_needed() -> None:
    case = decide(b.opened(), b.replied(b.after(minutes=5)), b.POLICY, b.after(minutes=5)).case

    closed = decide(case, closing(case), b.POLICY, b.after(minutes=20)).case

    assert closed.close_reason is CloseReason.ANSWERED


def test_r9_a_reply_on_its_way_still_goes_out_after_closing_and_is_measured() -> None:
    case = b.opened()
    reply = ReplySubmitted(id="r", at=b.after(minutes=4), case_id=case.id, by="Ana", text="Done")
    case = decide(case, reply, b.POLICY, b.after(minutes=4)).case
    closed = decide(case, closing(case), b.POLICY, b.after(minutes=4)).case

    sent = b.delivered(closed, b.after(minutes=5))

    assert sent.status is Status.CLOSED
    assert sent.first_response is not None and sent.owed is None


def test_r9_a_refused_reply_reopens_the_case_it_would_have_closed() -> None:
    case = b.opened()
    reply = ReplySubmitted(id="r", at=b.after(minutes=4), case_id=case.id, by="Ana", text="Done")
    case = decide(case, reply, b.POLICY, b.after(minutes=4)).case
    closed = decide(case, closing(case), b.POLICY, b.after(minutes=4)).case

    refused = b.delivered(closed, b.after(minutes=5), outcome=Outcome.REFUSED)

    assert refused.status is Status.OPEN
    assert ClockKind.ACK in clock_kinds(refused)


# --- messages taken together: R12, R14, R15, R16 ----------------------------------------------


def test_r12_the_case_remembers_rule_version_and_why() -> None:
    case = b.opened(b.COMPLAINTS_FIRST, category=b.COMPLAINT)

    assert (case.rule, case.rule_why, case.policy_version) == ("complaints", "category complaint", "1")


def test_r14_tone_and_category_are_judged_again_over_all_unanswered_messages() -> None:
    case = b.opened(b.COMPLAINTS_FIRST)

    angry = b.wrote("This is a scandal", b.after(minutes=2), category=b.COMPLAINT, language="pl")
    case = decide(case, angry, b.COMPLAINTS_FIRST, b.after(minutes=2)).case

    assert (case.rule, case.language) == ("complaints", "pl")
    assert due(case, ClockKind.ACK) == b.after(minutes=5, seconds=10)


def test_r14_never_mind_cancels_the_ack_and_proposes_closing() -> None:
    case = decide(
        b.opened(), b.wrote("never mind", b.after(minutes=2), withdrawn=True), b.POLICY, b.after(minutes=2)
    ).case

    assert case.owed is None and case.close_proposed
    assert ClockKind.ACK not in clock_kinds(case)


def test_r14_an_edit_updates_the_text_and_keeps_the_clock() -> None:
    case = b.opened(message_id="m1")

    case = decide(
        case, b.edited("m1", "Where is my parcel?", b.after(minutes=2)), b.POLICY, b.after(minutes=2)
    ).case

    assert case.owed is not None and case.owed.messages[0].text == "Where is my parcel?"
    assert case.owed.since == b.NOON


def test_r14_an_edit_into_small_talk_leaves_nothing_owed() -> None:
    case = b.opened(message_id="m1")

    case = decide(
        case, b.edited("m1", "ok", b.after(minutes=2), small_talk=True), b.POLICY, b.after(minutes=2)
    ).case

    assert case.owed is None


def test_r14_an_edit_of_an_answered_message_changes_nothing_owed() -> None:
    case = decide(b.opened(message_id="m1"), b.replied(b.after(minutes=1)), b.POLICY, b.after(minutes=1)).case

    assert (
        decide(case, b.edited("m1", "x", b.after(minutes=2)), b.POLICY, b.after(minutes=2)).case.owed is None
    )


def test_r14_a_deleted_message_cancels_the_ack() -> None:
    case = decide(b.opened(message_id="m1"), b.deleted("m1"), b.POLICY, b.after(minutes=2)).case

    assert case.owed is None
    assert b.effects_of(b.fired(case, b.after(minutes=20))) == []


def test_r14_when_one_of_two_messages_is_deleted_the_other_rules() -> None:
    case = b.opened(message_id="m1")
    case = decide(
        case, b.wrote("Hello?", b.after(minutes=3), message_id="m2"), b.POLICY, b.after(minutes=3)
    ).case

    case = decide(case, b.deleted("m1"), b.POLICY, b.after(minutes=4)).case

    assert case.owed is not None and case.owed.since == b.after(minutes=3)


def test_r14_a_message_that_was_deleted_before_it_arrived_earns_nothing() -> None:
    case = decide(None, b.deleted("m1"), b.POLICY, b.NOON).case

    assert decide(case, b.wrote(message_id="m1"), b.POLICY, b.after(minutes=1)).case.owed is None


def test_r15_small_talk_starts_no_clock() -> None:
    case = decide(None, b.wrote("thanks", small_talk=True), b.POLICY, b.NOON).case

    assert case.status is Status.IDLE and case.clocks == ()


def test_r15_small_talk_does_not_reopen() -> None:
    case = b.opened()
    closed = decide(case, closing(case, CloseReason.OTHER), b.POLICY, b.after(minutes=1)).case

    thanks = b.wrote("dzięki!", b.after(hours=1), small_talk=True)

    assert decide(closed, thanks, b.POLICY, b.after(hours=1)).case.status is Status.CLOSED


def answered_and_closed() -> Case:
    case = decide(b.opened(), b.replied(b.after(minutes=5)), b.POLICY, b.after(minutes=5)).case
    return decide(case, closing(case), b.POLICY, b.after(minutes=20)).case


def test_scenario_8_r16_a_substantive_message_within_a_week_reopens_with_the_next_response() -> None:
    closed = answered_and_closed()

    case = decide(
        closed, b.wrote("dzięki, ale nadal nie działa", b.after(days=1)), b.POLICY, b.after(days=1)
    ).case

    assert case.id == closed.id and case.status is Status.OPEN
    assert case.first_response == closed.first_response
    assert due(case, ClockKind.RESPONSE) == b.after(days=1, minutes=15, seconds=10)


def test_scenario_8_r16_thirty_days_later_it_is_a_new_case_linked_to_the_old_one() -> None:
    closed = answered_and_closed()

    case = decide(closed, b.wrote("Hello", b.after(days=30)), b.POLICY, b.after(days=30)).case

    assert case.id != closed.id and case.previous == closed.id
    assert case.version == 0 and case.first_response is None


def test_r16_the_update_count_restarts_when_a_case_reopens() -> None:
    closed = replace(answered_and_closed(), updates_made=3, promises_made=2)

    case = decide(closed, b.wrote("Still broken", b.after(days=1)), b.POLICY, b.after(days=1)).case

    assert (case.updates_made, case.promises_made) == (0, 0)


# --- promises, updates, windows: R19, R21, R22, R24, R25, R28 ---------------------------------


def test_r19_a_note_moves_no_clock() -> None:
    case = b.opened()

    decision = decide(
        case, NoteAdded(id="n", at=b.NOON, case_id=case.id, by="Ana", text="VIP"), b.POLICY, b.NOON
    )

    assert decision.case == case
    assert b.happened(decision) == [Why.NOTE_ADDED]


def test_r21_an_ack_carries_a_promise_in_business_time() -> None:
    policy = b.a_policy(calendar=b.NINE_TO_FIVE)

    case = b.acknowledged(policy)

    assert case.promise is not None and case.promise.due_at == b.after(hours=2, minutes=20)


def test_r21_a_rule_without_a_promise_promises_nothing() -> None:
    policy = b.a_policy(rules=(b.a_rule(promise=None),))

    assert b.acknowledged(policy).promise is None


def test_r21_a_promise_set_by_a_person_is_the_one_the_ack_names() -> None:
    case = b.opened()
    event = PromiseMade(id="p", at=b.NOON, case_id=case.id, by="Ana", due_at=b.after(hours=5), tell=False)
    case = decide(case, event, b.POLICY, b.after(minutes=1)).case

    decision = b.fired(case, b.after(minutes=16))

    assert decision.effects[0].promise_due_at == b.after(hours=5)


def test_r21_a_promise_told_to_the_customer_takes_the_place_of_the_ack() -> None:
    case = b.opened()
    event = PromiseMade(id="p", at=b.NOON, case_id=case.id, by="Ana", due_at=b.after(hours=5))

    case = b.delivered(decide(case, event, b.POLICY, b.after(minutes=1)).case, b.after(minutes=1))

    assert case.outbox[0].wording is Wording.PROMISE
    assert ClockKind.ACK not in clock_kinds(case)


@pytest.mark.parametrize("hours", [0, -1])
def test_r21_a_promise_must_name_a_time_to_come(hours: int) -> None:
    case = b.opened()
    event = PromiseMade(id="p", at=b.NOON, case_id=case.id, due_at=b.after(hours=hours))

    with pytest.raises(NotAllowed):
        decide(case, event, b.POLICY, b.NOON)


def test_r21_a_human_is_warned_before_a_promise_ends() -> None:
    case = b.acknowledged()
    assert case.promise is not None

    decision = b.fired(case, case.promise.due_at - timedelta(minutes=15))

    assert b.alerts_of(decision) == ["promise_ending"]


def missed(case: Case) -> tuple[Case, list[str], object]:
    """Let the promise of a case end and return the case, the alerts, and the new promise."""
    assert case.promise is not None
    now = case.promise.due_at
    decision = b.fired(case, now)
    after = b.delivered(case, now)
    return after, b.alerts_of(decision), after.promise


def test_scenario_3_misses_escalate_and_the_third_message_promises_nothing() -> None:
    policy_case = b.acknowledged()
    first = policy_case.promise

    once, _, second = missed(policy_case)
    twice, _, third = missed(once)

    assert first is not None and second is not None and second.due_at > first.due_at  # type: ignore[attr-defined] # a Promise
    assert third is None
    assert twice.misses == 2


def test_r21_the_escalation_rises_with_each_miss() -> None:
    once, _, _ = missed(b.acknowledged())
    assert once.promise is not None

    decision = b.fired(once, once.promise.due_at)

    levels = [d.facts["to"] for d in decision.effects if d.alert == "promise_missed"]
    assert levels == ["coordinator"]


def test_r21_a_missed_promise_is_said_honestly_in_other_words() -> None:
    case = b.acknowledged()
    assert case.promise is not None

    decision = b.fired(case, case.promise.due_at)

    assert [d.wording for d in decision.effects if d.automatic] == [Wording.MISSED]


def test_r21_a_human_message_after_the_promise_cancels_the_update() -> None:
    case = decide(b.acknowledged(), b.replied(b.after(hours=1)), b.POLICY, b.after(hours=1)).case

    assert case.promise is None
    assert b.effects_of(b.fired(case, b.after(hours=5))) == []


def test_r22_only_the_first_missed_promise_is_apologised_for() -> None:
    once, _, _ = missed(b.acknowledged())

    assert once.apologised


def test_r24_updates_come_at_growing_gaps_and_then_the_owner_is_alerted_and_the_case_stays_open() -> None:
    policy = b.a_policy(
        rules=(b.a_rule(promise=None),), update_gaps=(parse_duration("1h"), parse_duration("3h"))
    )
    case = b.acknowledged(policy)
    moments: list[int] = []
    alerts: list[str] = []
    while case.due_at and len(moments) < 20 and "updates_exhausted" not in alerts:
        now = case.due_at
        decision = b.fired(case, now, policy)
        alerts += b.alerts_of(decision)
        moments += [
            (now - b.NOON) // timedelta(minutes=1) for d in decision.effects if d.effect is Effect.UPDATE
        ]
        case = b.delivered(case, now, policy)

    assert moments == [75, 255, 435]
    assert case.status is Status.OPEN and case.owed is not None


def test_r24_a_silent_customer_is_reminded_once_and_then_the_case_closes() -> None:
    answered = decide(b.opened(), b.replied(b.after(minutes=1)), b.POLICY, b.after(minutes=1)).case
    case = awaiting(answered, 5)
    said = []
    while case.due_at and case.status is Status.OPEN:
        now = case.due_at
        said += b.effects_of(b.fired(case, now))
        case = b.delivered(case, now)

    assert said == [Effect.REMIND, Effect.CLOSE]
    assert case.close_reason is CloseReason.CUSTOMER_SILENT


def test_r24_a_case_is_never_closed_by_itself_while_we_owe() -> None:
    case = b.acknowledged()
    for _ in range(30):
        if case.due_at is None:
            break
        case = b.delivered(case, case.due_at)

    assert case.status is Status.OPEN


MESSENGER = b.a_policy(
    rules=(b.a_rule(promise=None),),
    allowance=Allowance(automatic=timedelta(hours=24), human=timedelta(days=7)),
    update_gaps=(parse_duration("30h"),),
)


def test_scenario_7_r25_the_last_legal_update_goes_out_before_the_platform_closes() -> None:
    case = b.acknowledged(MESSENGER)

    decision = b.fired(case, b.after(hours=23, minutes=30), MESSENGER)

    assert [d.wording for d in decision.effects if d.automatic] == [Wording.LAST_LEGAL]
    assert [d.facts["human_until"] for d in decision.effects if d.alert] == [b.after(days=7).isoformat()]


def test_scenario_7_r25_afterwards_nothing_automatic_is_tried_and_the_case_stays_open() -> None:
    case = b.delivered(b.acknowledged(MESSENGER), b.after(hours=23, minutes=30), MESSENGER)

    decision = b.fired(case, b.after(days=8), MESSENGER)

    assert not [d for d in decision.effects if d.automatic]
    assert decision.case.status is Status.OPEN and decision.case.owed is not None


def test_r25_an_ack_that_would_come_too_late_for_the_platform_goes_out_at_the_last_legal_moment() -> None:
    policy = b.a_policy(
        rules=(b.a_rule(window=parse_duration("2 business_hours")),),
        calendar=b.NINE_TO_FIVE,
        allowance=Allowance(automatic=timedelta(hours=24)),
    )
    case = b.opened(policy, at=b.after(hours=4, minutes=30))

    decision = b.fired(case, b.after(hours=28), policy)

    assert Effect.ACKNOWLEDGE in b.effects_of(decision)


def test_r28_seen_and_assigned_move_no_clock() -> None:
    case = b.opened()
    seen = decide(case, CaseSeen(id="s", at=b.NOON, case_id=case.id, by="Ana"), b.POLICY, b.NOON).case
    taken = decide(
        seen, CaseAssigned(id="a", at=b.NOON, case_id=case.id, by="Ana", to="Ana"), b.POLICY, b.NOON
    ).case

    assert taken.clocks == case.clocks


def test_r28_a_thread_that_another_app_has_taken_keeps_its_clocks_but_gets_nothing_automatic() -> None:
    case = b.opened()
    taken = ControlChanged(id="x", at=b.NOON, thread=b.THREAD, customer=b.ANNA, in_control=False)
    lost = decide(case, taken, b.POLICY, b.NOON).case

    decision = b.fired(lost, b.after(minutes=16))

    assert lost.clocks == case.clocks
    assert b.reasons_of(decision, Why.SUPPRESSED) == ["other_app_in_control"]


# --- always: R13, R29, R34, R35 ---------------------------------------------------------------


def changed(case: Case, window: str, now: object) -> Case:
    policy = b.a_policy(version="2", rules=(b.a_rule(window=parse_duration(window)),))
    event = PolicyChanged(id="pc", at=b.NOON, case_id=case.id)
    return decide(case, event, policy, now).case  # type: ignore[arg-type] # a datetime


def test_r13_a_change_of_policy_recomputes_from_the_original_start() -> None:
    assert due(changed(b.opened(), "30m", b.after(minutes=5)), ClockKind.ACK) == b.after(
        minutes=30, seconds=10
    )


def test_r13_a_change_of_policy_never_fires_everything_at_once() -> None:
    now = b.after(minutes=10)

    assert due(changed(b.opened(), "5m", now), ClockKind.ACK) == now + timedelta(seconds=10)


def test_r13_what_was_promised_binds_after_a_change() -> None:
    case = b.acknowledged()

    assert changed(case, "5m", b.after(minutes=20)).promise == case.promise


def test_r29_every_clock_says_how_it_was_reckoned() -> None:
    assert all(clock.reckoning for clock in b.acknowledged().clocks)


def test_r29_a_message_that_was_not_sent_has_its_reason_on_the_timeline() -> None:
    decision = b.fired(b.opened(), b.after(days=3))

    assert b.reasons_of(decision, Why.SUPPRESSED) == ["stale"]


@pytest.mark.parametrize(
    "outcome", [Outcome.REFUSED, Outcome.WINDOW_CLOSED, Outcome.CHANNEL_PAUSED, Outcome.UNCERTAIN]
)
def test_r34_an_ack_that_cannot_be_sent_ends_in_an_alert(outcome: Outcome) -> None:
    now = b.after(minutes=16)
    decision = b.fired(b.opened(), now)
    case = b.worded(decision.case)

    failed = decide(case, b.settled(case, decision.effects[0], outcome, at=now), b.POLICY, now).case

    alerts = b.alerts_of(b.fired(failed, now))
    assert set(alerts) & {"delivery_refused", "delivery_uncertain"}


def test_r34_an_uncertain_ack_is_never_sent_again() -> None:
    case = b.delivered(b.opened(), b.after(minutes=16), outcome=Outcome.UNCERTAIN)

    assert not [d for d in b.fired(case, b.after(hours=1)).effects if d.effect is Effect.ACKNOWLEDGE]


def test_r34_a_failing_send_is_tried_again_and_in_the_end_the_owner_is_alerted() -> None:
    case, now, tries = b.opened(), b.after(minutes=16), 0
    while "delivery_refused" not in [d.alert for d in case.outbox]:
        decision = b.fired(case, now)
        tries += Effect.ACKNOWLEDGE in b.effects_of(decision)
        case = b.delivered(case, now, outcome=Outcome.RETRY)
        now += timedelta(minutes=1)

    assert 10 < tries < 40
    assert now - b.after(minutes=16) < timedelta(hours=2, minutes=15)


def test_r34_the_platforms_own_retry_after_is_kept() -> None:
    now = b.after(minutes=16)
    decision = b.fired(b.opened(), now)
    event = b.settled(decision.case, decision.effects[0], Outcome.RETRY, at=now, retry_after=120.0)

    case = decide(b.worded(decision.case), event, b.POLICY, now).case

    assert case.outbox[0].due_at >= now + timedelta(seconds=120)


def test_r34_a_worker_that_died_with_a_claim_is_followed_by_one_that_reconciles() -> None:
    claimed = b.worded(b.fired(b.opened(), b.after(minutes=16)).case)

    decision = b.fired(claimed, b.after(minutes=17))

    again = next(d for d in decision.effects if d.effect is Effect.ACKNOWLEDGE)
    assert again.reconciling and again.attempt == 2
    assert again.key == claimed.outbox[0].key


def test_r34_a_platform_that_never_tells_ends_in_uncertain_and_an_alert() -> None:
    case = b.worded(b.fired(b.opened(), b.after(minutes=16)).case)
    for minutes in range(17, 40):
        case = b.worded(b.fired(case, b.after(minutes=minutes)).case)

    assert case.outbox[0].status is DeliveryStatus.UNCERTAIN
    assert "delivery_uncertain" in [d.alert for d in case.outbox]


def test_r34_an_uncertain_reply_of_a_person_silences_hearback() -> None:
    case = b.opened()
    reply = ReplySubmitted(id="r", at=b.after(minutes=4), case_id=case.id, by="Ana", text="Done")
    case = decide(case, reply, b.POLICY, b.after(minutes=4)).case

    case = b.delivered(case, b.after(minutes=4), outcome=Outcome.UNCERTAIN)

    assert ClockKind.ACK not in clock_kinds(case)


def test_r34_while_a_persons_reply_is_on_its_way_no_ack_is_due() -> None:
    case = b.opened()
    reply = ReplySubmitted(id="r", at=b.after(minutes=14), case_id=case.id, by="Ana", text="Done")

    replying = decide(case, reply, b.POLICY, b.after(minutes=14)).case

    assert ClockKind.ACK not in clock_kinds(replying)


def test_r35_the_kill_switch_stops_an_ack_and_alerts_instead() -> None:
    policy = b.a_policy(kill_switch=True)

    decision = b.fired(b.opened(policy), b.after(minutes=16), policy)

    assert b.effects_of(decision) == [Effect.ALERT_OWNER]
    assert b.reasons_of(decision, Why.SUPPRESSED) == ["kill_switch"]


def test_r35_the_kill_switch_stops_a_retry_too() -> None:
    now = b.after(minutes=16)
    case = b.delivered(b.opened(), now, outcome=Outcome.RETRY)

    decision = b.fired(case, b.after(minutes=20), b.a_policy(kill_switch=True))

    assert Effect.ACKNOWLEDGE not in b.effects_of(decision)


def test_r35_a_dry_run_is_told_apart_from_a_sent_message() -> None:
    case = b.delivered(b.opened(), b.after(minutes=16), outcome=Outcome.REHEARSED)

    assert case.outbox[0].status is DeliveryStatus.REHEARSED
    assert case.promise is not None


def test_an_answered_case_closes_by_itself_when_it_is_quiet() -> None:
    case = decide(b.opened(), b.replied(b.after(minutes=5)), b.POLICY, b.after(minutes=5)).case

    closed = b.delivered(case, b.after(hours=73))

    assert closed.close_reason is CloseReason.ANSWERED


def test_r34_hours_that_never_come_again_do_not_keep_a_case_waiting_for_ever() -> None:
    closed_down = Calendar(zone="UTC", week=((),) * 7)
    policy = b.a_policy(calendar=closed_down, rules=(b.a_rule(window=parse_duration("2 business_hours")),))

    case = b.opened(policy)

    assert due(case, ClockKind.ACK) == b.after(hours=2, seconds=10)
    assert b.acknowledged(policy, b.after(hours=3)).promise is None


def test_r22_what_a_person_saw_before_is_not_what_is_asked_now() -> None:
    answered = decide(b.opened(), b.replied(b.after(minutes=5)), b.POLICY, b.after(minutes=5)).case

    asked = decide(answered, b.wrote("And now?", b.after(hours=1)), b.POLICY, b.after(hours=1)).case

    assert answered.seen and not asked.seen


def with_a_lost_update() -> Case:
    """Return a case whose worker died after claiming the update for a missed promise."""
    case = b.acknowledged()
    assert case.promise is not None
    return b.worded(b.fired(case, case.promise.due_at).case)


def test_r9_a_claim_that_was_lost_before_closing_is_not_followed_up_after_it() -> None:
    case = with_a_lost_update()
    closed = decide(case, closing(case, CloseReason.OTHER), b.POLICY, b.after(hours=3)).case

    decision = b.fired(closed, b.after(hours=4))

    assert not [d for d in decision.effects if d.automatic]


def test_r3_a_claim_that_was_lost_before_a_human_reply_is_not_followed_up_after_it() -> None:
    case = decide(with_a_lost_update(), b.replied(b.after(hours=3)), b.POLICY, b.after(hours=3)).case

    decision = b.fired(case, b.after(hours=4))

    assert not [d for d in decision.effects if d.automatic]
    assert "delivery_uncertain" not in [d.alert for d in decision.case.outbox]


def test_r3_a_human_reply_cancels_a_planned_retry_at_once() -> None:
    now = b.after(minutes=16)
    case = b.delivered(b.opened(), now, outcome=Outcome.RETRY)

    answered = decide(case, b.replied(b.after(minutes=17)), b.POLICY, b.after(minutes=17))

    assert answered.case.outbox[0].status is DeliveryStatus.CANCELLED
    assert b.reasons_of(answered, Why.CANCELLED) == ["human_replied"]
