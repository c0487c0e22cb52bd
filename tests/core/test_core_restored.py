"""After a restore nothing is said that may have been said in the time that is lost: R5, R6, R34.

`BACKUP` is when the store was copied, `BACK` when it was put back; between them lies what it has forgotten.
"""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.case import Case, CloseReason, Status
from chalicelib.core.decide import decide
from chalicelib.core.effects import Alert, DeliveryStatus, Effect, Wording
from chalicelib.core.events import CustomerAwaited, Outcome, PromiseMade, ReplySubmitted
from tests import builders as b

BACKUP = b.after(minutes=5)
BACK = b.after(hours=2)
RESTORED = replace(b.POLICY, restored_at=BACK)
ACK_AT = b.after(minutes=15, seconds=10)


def said(case: Case, at: datetime) -> set[Effect]:
    """Return what goes to the customer when the restored case is woken."""
    return set(b.effects_of(b.fired(case, at, RESTORED))) - {Effect.ALERT_OWNER}


def calls(case: Case, at: datetime) -> list[Alert | None]:
    made = [d for d in b.fired(case, at, RESTORED).effects if d.effect is Effect.ALERT_OWNER]
    return [one.alert for one in made]


def submitted(case: Case, at: datetime) -> Case:
    event = ReplySubmitted(id=f"r{at}", at=at, case_id=case.id, by="Ana", text="On its way.")
    return decide(case, event, RESTORED, at).case


def test_r6_an_ack_that_may_have_gone_out_in_the_lost_time_is_not_sent_again() -> None:
    assert said(b.opened(), BACK) == set()


def test_r34_the_owner_is_called_in_its_place_and_told_why() -> None:
    call = b.fired(b.opened(), BACK, RESTORED).effects[0]

    assert call.alert is Alert.NOT_ACKNOWLEDGED
    assert call.facts["reason"] == "restored"


@given(window_left=st.integers(min_value=-120, max_value=120))
def test_r3_nobody_is_talked_over_whose_reply_the_store_has_forgotten_whenever_the_ack_is_due(
    window_left: int,
) -> None:
    back = b.after(minutes=15, seconds=10 - window_left)
    policy = replace(b.POLICY, restored_at=max(back, b.after(seconds=1)))

    decision = b.fired(b.opened(), b.after(hours=1), policy)

    assert set(b.effects_of(decision)) == {Effect.ALERT_OWNER}


def test_what_a_customer_writes_after_the_restoration_is_acknowledged_as_ever() -> None:
    written_at = BACK.replace(minute=30)
    case = decide(None, b.wrote(at=written_at), RESTORED, written_at).case

    assert said(case, written_at.replace(minute=46)) == {Effect.ACKNOWLEDGE}


def test_r5_a_second_message_after_it_earns_no_ack_for_what_was_owed_before() -> None:
    written_at = BACK.replace(minute=30)
    case = decide(b.opened(), b.wrote("Hello?", at=written_at), RESTORED, written_at).case

    assert said(case, written_at.replace(minute=59)) == set()


def test_a_person_who_writes_makes_the_case_certain_again() -> None:
    case = decide(b.opened(), b.replied(BACK.replace(minute=10)), RESTORED, BACK.replace(minute=10)).case
    later = BACK.replace(minute=30)
    case = decide(case, b.wrote("And the other one?", at=later), RESTORED, later).case

    assert said(case, later.replace(minute=46)) == {Effect.ACKNOWLEDGE}


def test_r6_a_message_that_was_claimed_when_the_backup_was_made_is_neither_sent_nor_asked_about() -> None:
    claimed = b.worded(b.fired(b.opened(), ACK_AT).case)

    after = b.fired(claimed, BACK, RESTORED)

    assert {d.effect for d in after.effects} == {Effect.ALERT_OWNER}
    assert next(d.status for d in after.case.outbox if d.automatic) is DeliveryStatus.UNCERTAIN


def test_r34_a_persons_reply_that_was_on_its_way_is_called_uncertain_and_not_sent_again() -> None:
    case = submitted(b.opened(), BACKUP)

    assert said(case, BACK) == set()
    assert calls(case, BACK) == [Alert.DELIVERY_UNCERTAIN]


def test_a_reply_that_a_person_submits_after_it_goes_out() -> None:
    case = submitted(b.opened(), BACK)

    assert said(case, BACK) == {Effect.REPLY}


def test_a_promise_that_a_person_makes_after_it_goes_out() -> None:
    event = PromiseMade(id="p", at=BACK, case_id=b.opened().id, by="Ana", due_at=b.after(hours=5), tell=True)
    case = decide(b.opened(), event, RESTORED, BACK).case

    assert Wording.PROMISE in {d.wording for d in b.fired(case, BACK, RESTORED).effects}


def test_r34_a_silent_customer_is_not_reminded_again_and_the_owner_is_told_at_the_close() -> None:
    case = decide(b.opened(), b.replied(BACKUP), b.POLICY, BACKUP).case
    waited = CustomerAwaited(id="w", at=BACKUP, case_id=case.id, by="Ana")
    case = decide(case, waited, b.POLICY, BACKUP).case
    while case.due_at and case.status is Status.OPEN:
        at = case.due_at
        decision = b.fired(case, at, RESTORED)
        case = decision.case

    assert case.close_reason is CloseReason.CUSTOMER_SILENT
    assert {d.effect for d in decision.effects} == {Effect.ALERT_OWNER}


@pytest.mark.parametrize("before", [b.opened(), None], ids=["case of the backup", "case of a new thread"])
def test_no_key_of_a_lost_message_is_given_to_another_which_the_platform_would_drop(
    before: Case | None,
) -> None:
    # What the lost time sent to this very thread had the keys that follow those of the backup.
    lost = {d.key for d in b.fired(b.opened(), ACK_AT).case.outbox}
    written_at = BACK.replace(minute=30)
    case = decide(before, b.wrote(at=written_at), RESTORED, written_at).case
    case = submitted(case, written_at.replace(minute=31))

    assert lost.isdisjoint(d.key for d in case.outbox)


def test_an_echo_of_a_message_on_its_way_still_settles_it() -> None:
    claimed = b.worded(b.fired(b.opened(), ACK_AT).case)
    delivery = next(d for d in claimed.outbox if d.automatic)
    settled = decide(claimed, b.settled(claimed, delivery, Outcome.SENT, at=BACK), RESTORED, BACK).case

    assert next(d.status for d in settled.outbox if d.automatic) is DeliveryStatus.SENT
