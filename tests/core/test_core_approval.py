"""Public acknowledgements: sent by themselves, approved by a person, or off (R18)."""

from datetime import timedelta

import pytest

from chalicelib.core.case import Case, ClockKind
from chalicelib.core.decide import decide
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Alert, Delivery, DeliveryStatus, Effect
from chalicelib.core.errors import NotAllowed
from chalicelib.core.events import AckApproved, Outcome
from chalicelib.core.message import Lane, Surface, Thread
from chalicelib.core.policy import Allowance, Policy, PublicAcks
from chalicelib.core.timeline import Why
from tests import builders as b

COMMENT = Thread(channel="shop", key="c1", surface=Surface.COMMENT, public=True, place="post")
ACK_AT = b.after(minutes=15, seconds=10)
PRIVATE_TOO = Allowance(private_reply=timedelta(days=7))
APPROVE = b.a_policy(public_acks=PublicAcks.APPROVE)
OFF = b.a_policy(public_acks=PublicAcks.OFF)


def commented(policy: Policy) -> Case:
    return b.opened(policy, thread=COMMENT, message_id="c1")


def waiting(policy: Policy = APPROVE) -> Decision:
    return b.fired(commented(policy), ACK_AT, policy)


def ack_of(case: Case) -> Delivery:
    return next(one for one in case.outbox if one.effect is Effect.ACKNOWLEDGE)


def approved(case: Case, *, yes: bool = True) -> Decision:
    event = AckApproved(
        id="a", at=b.after(hours=1), case_id=case.id, by="Ana", key=ack_of(case).key, approved=yes
    )
    return decide(case, event, APPROVE, b.after(hours=1))


def test_r18_a_public_ack_waits_for_a_person_who_is_called() -> None:
    decision = waiting()

    assert b.alerts_of(decision) == [Alert.APPROVAL_WANTED, Alert.UNANSWERED]
    assert all(not one.automatic for one in decision.effects)


def test_r18_the_private_reply_needs_no_approval() -> None:
    policy = b.a_policy(public_acks=PublicAcks.APPROVE, allowance=PRIVATE_TOO)

    assert [d.lane for d in waiting(policy).effects if d.automatic] == [Lane.PRIVATE_REPLY]


def test_r18_an_approved_ack_goes_out_in_public_at_once() -> None:
    case = approved(waiting().case).case
    sent = b.fired(case, b.after(hours=1), APPROVE)

    assert [d.lane for d in sent.effects if d.automatic] == [Lane.PUBLIC_REPLY]


def test_r18_a_rejected_ack_never_goes_out() -> None:
    case = approved(waiting().case, yes=False).case

    assert ack_of(case).status is DeliveryStatus.CANCELLED


def test_r18_nothing_is_approved_twice() -> None:
    case = approved(waiting().case).case

    with pytest.raises(NotAllowed):
        approved(case)


def test_r3_a_human_reply_takes_the_place_of_an_ack_that_waits() -> None:
    case = decide(waiting().case, b.replied(b.after(minutes=30)), APPROVE, b.after(minutes=30)).case

    assert ack_of(case).status is DeliveryStatus.CANCELLED


def test_r34_an_ack_nobody_approves_in_time_calls_the_owner() -> None:
    late = b.fired(b.delivered(waiting().case, ACK_AT, APPROVE), b.after(hours=24, minutes=16), APPROVE)

    assert [d.alert for d in late.case.outbox if d.facts.get("reason") == "not_approved"] == [Alert.NOT_SENT]
    assert b.reasons_of(late, Why.SUPPRESSED) == ["not_approved"]


def test_r21_an_ack_that_waits_does_not_hold_back_what_the_private_reply_promised() -> None:
    policy = b.a_policy(public_acks=PublicAcks.APPROVE, allowance=PRIVATE_TOO)
    case = b.delivered(commented(policy), ACK_AT, policy)

    assert ClockKind.PROMISE in {clock.kind for clock in case.clocks}


def test_r18_without_public_acks_the_private_reply_is_the_ack() -> None:
    policy = b.a_policy(public_acks=PublicAcks.OFF, allowance=PRIVATE_TOO)

    assert [d.lane for d in waiting(policy).effects if d.automatic] == [Lane.PRIVATE_REPLY]


def test_r34_without_public_acks_and_without_a_private_lane_the_owner_is_called() -> None:
    decision = waiting(OFF)

    assert b.alerts_of(decision) == [Alert.UNANSWERED]
    assert b.reasons_of(decision, Why.SUPPRESSED) == ["public_acks_off"]


def test_r18_a_private_message_is_acknowledged_whatever_is_said_of_public_ones() -> None:
    assert Effect.ACKNOWLEDGE in b.effects_of(b.fired(b.opened(OFF), ACK_AT, OFF))


def test_r12_a_rule_may_treat_its_public_acks_otherwise() -> None:
    policy = b.a_policy(public_acks=PublicAcks.OFF, rules=(b.a_rule(public_acks=PublicAcks.AUTO),))

    assert [d.lane for d in waiting(policy).effects if d.automatic] == [Lane.PUBLIC_REPLY]


def test_r13_r18_public_acks_that_are_switched_off_stop_what_is_planned() -> None:
    auto = b.a_policy()
    planned = b.fired(commented(auto), ACK_AT, auto)
    ack = ack_of(planned.case)
    event = b.settled(planned.case, ack, Outcome.RETRY, at=ACK_AT, reason="http_503")
    retried = decide(b.worded(planned.case), event, auto, ACK_AT).case

    assert not any(d.automatic for d in b.fired(retried, b.after(minutes=20), OFF).effects)


def test_r18_what_needs_approval_since_it_was_planned_is_not_public_without_it() -> None:
    auto = b.a_policy()
    planned = b.fired(commented(auto), ACK_AT, auto)
    event = b.settled(planned.case, ack_of(planned.case), Outcome.RETRY, at=ACK_AT, reason="http_503")
    retried = decide(b.worded(planned.case), event, auto, ACK_AT).case
    later = b.fired(retried, b.after(minutes=20), APPROVE)

    assert b.reasons_of(later, Why.SUPPRESSED) == ["not_approved"]


def test_r21_an_ack_approved_hours_later_promises_from_then_on() -> None:
    case = waiting().case
    event = AckApproved(id="a", at=b.after(hours=2), case_id=case.id, by="Ana", key=ack_of(case).key)
    approved_late = decide(case, event, APPROVE, b.after(hours=2)).case
    [sent] = [d for d in b.fired(approved_late, b.after(hours=2), APPROVE).effects if d.automatic]

    assert sent.promise_due_at == b.after(hours=4)


def test_r34_what_is_approved_late_is_tried_as_long_as_anything_else() -> None:
    case = waiting().case
    event = AckApproved(id="a", at=b.after(hours=20), case_id=case.id, by="Ana", key=ack_of(case).key)
    approved_late = decide(case, event, APPROVE, b.after(hours=20)).case
    claimed = b.fired(approved_late, b.after(hours=20), APPROVE)
    retry = b.settled(claimed.case, ack_of(claimed.case), Outcome.RETRY, at=b.after(hours=20))

    assert ack_of(decide(b.worded(claimed.case), retry, APPROVE, b.after(hours=20)).case).pending


def test_r34_a_private_reply_that_is_the_only_ack_and_fails_calls_the_owner() -> None:
    policy = b.a_policy(public_acks=PublicAcks.OFF, allowance=PRIVATE_TOO)
    decision = waiting(policy)
    [invite] = [d for d in decision.effects if d.effect is Effect.INVITE]
    event = b.settled(decision.case, invite, Outcome.REFUSED, at=ACK_AT, reason="http_400")
    after = decide(b.worded(decision.case), event, policy, ACK_AT).case

    assert Alert.DELIVERY_REFUSED in {d.alert for d in after.outbox}
