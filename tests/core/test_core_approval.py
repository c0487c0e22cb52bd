"""Public acknowledgements: sent by themselves, approved by a person, or off (R18)."""

from datetime import timedelta

import pytest

from chalicelib.core.case import Case, ClockKind
from chalicelib.core.decide import decide
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Alert, Delivery, DeliveryStatus, Effect
from chalicelib.core.errors import NotAllowed
from chalicelib.core.events import AckApproved
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
