"""When complaints are a burst, and how one status reaches each case of an incident (R33)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import crisis, incident
from chalicelib.core.budget import Ledger, Said, accounts, entered, refused
from chalicelib.core.case import Case, CloseReason, Status
from chalicelib.core.decide import decide
from chalicelib.core.effects import Alert, Delivery, DeliveryStatus, Effect, Wording
from chalicelib.core.events import CaseClosed, Outcome, StatusGiven
from chalicelib.core.incident import Linking, StatusText
from chalicelib.core.message import Category
from chalicelib.core.policy import Numbers, Policy
from chalicelib.core.timeline import Why
from tests import builders as b
from tests.builders import NOON, after

PERIOD = timedelta(minutes=10)
WORDS = {"en": "Our payments are down.", "pl": "Nasze płatności nie działają."}
STATUS = StatusText(label="1.1", by="Olga", texts=WORDS)
ANGRY: dict[str, Any] = {"category": Category.COMPLAINT}


def policy_with_status(**changes: Any) -> Policy:
    return b.a_policy(crisis=True, status=replace(STATUS, **changes))


def a_complaint(**changes: Any) -> Case:
    return b.opened().changed(**{**ANGRY, **changes})


def told(case: Case, policy: Policy, at: Any = NOON) -> Case:
    event = StatusGiven(id="s", at=at, case_id=case.id)
    return decide(case, event, policy, at).case


def statuses(case: Case) -> list[Delivery]:
    return [one for one in case.outbox if one.wording is Wording.STATUS]


@given(gaps=st.lists(st.integers(0, 120), min_size=1, max_size=80), threshold=st.integers(1, 30))
def test_r33_a_burst_is_never_seen_too_late_and_at_most_a_tenth_too_early(
    gaps: list[int], threshold: int
) -> None:
    tally, moments, at = crisis.Tally(), [], NOON
    for gap in gaps:
        at += timedelta(seconds=gap)
        moments.append(at)
        tally = crisis.tallied(tally, at, PERIOD)
    within = sum(at - one < PERIOD for one in moments)
    nearly = sum(at - one <= PERIOD + 2 * PERIOD / crisis.SLOTS for one in moments)

    assert within <= tally.total <= nearly


def test_a_tally_has_a_bound() -> None:
    tally = crisis.Tally()
    for second in range(0, 3600, 7):
        tally = crisis.tallied(tally, after(seconds=second), PERIOD)

    assert len(tally.slots) <= crisis.SLOTS + 1


def test_r33_a_case_counts_when_it_opens_as_a_complaint() -> None:
    assert crisis.is_new_complaint(None, a_complaint())


def test_r33_a_second_angry_message_in_the_same_case_does_not_count() -> None:
    assert not crisis.is_new_complaint(a_complaint(), a_complaint(version=2))


def test_r33_a_case_counts_again_when_it_is_reopened_as_a_complaint() -> None:
    assert crisis.is_new_complaint(a_complaint(status=Status.CLOSED), a_complaint())


def test_r33_a_question_does_not_count() -> None:
    assert not crisis.is_new_complaint(None, b.opened().changed(category=Category.QUESTION))


def test_r33_a_linked_case_gets_the_status_in_its_own_language_as_an_update() -> None:
    [status] = statuses(told(a_complaint(language="pl"), policy_with_status()))

    assert (status.effect, status.text, status.author) == (Effect.UPDATE, WORDS["pl"], "Olga")


def test_r33_a_language_without_a_text_gets_that_of_the_channel() -> None:
    [status] = statuses(told(a_complaint(language="hr"), policy_with_status()))

    assert status.text == WORDS["en"]


def test_r33_a_status_is_planned_once_however_often_the_case_is_looked_at() -> None:
    policy = policy_with_status()

    assert len(statuses(told(told(a_complaint(), policy), policy))) == 1


def test_r33_a_new_status_takes_the_place_of_the_one_that_has_not_gone_out() -> None:
    case = told(told(a_complaint(), policy_with_status()), policy_with_status(label="1.2"))

    assert [one.status for one in statuses(case)] == [DeliveryStatus.CANCELLED, DeliveryStatus.PLANNED]


def test_r33_a_status_of_an_incident_that_was_closed_is_not_sent() -> None:
    case = told(a_complaint(), policy_with_status())

    [status] = statuses(b.fired(case, after(seconds=1), b.a_policy(crisis=True)).case)

    assert status.status is DeliveryStatus.CANCELLED


@pytest.mark.parametrize(
    "linking",
    [
        Linking(categories=frozenset({Category.QUESTION})),
        Linking(rules=frozenset({"another"})),
        Linking(keywords=("zebra",)),
        Linking(since=after(hours=1)),
    ],
    ids=["category", "rule", "keyword", "since"],
)
def test_r33_an_incident_speaks_only_to_the_cases_it_is_for(linking: Linking) -> None:
    assert not statuses(told(a_complaint(), policy_with_status(linking=linking)))


def test_r33_a_case_a_person_has_answered_is_left_to_them() -> None:
    assert not statuses(told(a_complaint(owed=None), policy_with_status()))


def test_r8_a_case_that_waits_on_its_customer_is_told_nothing() -> None:
    assert not statuses(told(a_complaint(paused_at=NOON), policy_with_status()))


def test_r9_closing_the_case_cancels_the_status() -> None:
    case = told(a_complaint(), policy_with_status())
    closed = CaseClosed(id="c", at=after(seconds=1), case_id=case.id, reason=CloseReason.OTHER)

    [status] = statuses(decide(case, closed, policy_with_status(), after(seconds=1)).case)

    assert status.status is DeliveryStatus.CANCELLED


def due_with_status() -> Case:
    """Return a complaint whose acknowledgement was left out for a status that is claimed."""
    case = told(a_complaint(), policy_with_status(), after(minutes=16))
    return b.fired(case, after(minutes=16), policy_with_status()).case


def test_r33_a_status_that_is_on_its_way_stands_for_the_acknowledgement() -> None:
    effects = {one.effect for one in due_with_status().outbox}

    assert Effect.ACKNOWLEDGE not in effects


def test_r34_a_status_that_is_refused_leaves_the_acknowledgement_due() -> None:
    case = due_with_status()
    [status] = statuses(case)

    refusal = b.settled(case, status, Outcome.REFUSED)
    left = decide(case, refusal, policy_with_status(), after(minutes=17)).case

    assert left.owed and not left.owed.settled


def test_r34_in_a_crisis_alerts_about_one_complaint_are_written_down_and_not_carried_out() -> None:
    policy = b.a_policy(crisis=True, rules=(b.a_rule(window=None),))
    done = b.fired(a_complaint(), after(hours=25), policy)

    assert not done.effects and any(e.facts.get("reason") == "crisis" for e in done.timeline)


def test_r34_in_a_crisis_an_alert_about_a_question_is_carried_out() -> None:
    policy = b.a_policy(crisis=True, rules=(b.a_rule(window=None),))
    question = b.opened().changed(category=Category.QUESTION)

    [alert] = b.fired(question, after(hours=25), policy).effects

    assert alert.alert is Alert.UNANSWERED


def test_r18_what_a_cap_stops_in_a_crisis_is_held_back_by_the_crisis() -> None:
    reasons = [incident.named("post_cap", b.a_policy(crisis=on)) for on in (True, False)]

    assert reasons == ["crisis", "post_cap"]


def a_status() -> Delivery:
    [status] = statuses(told(a_complaint(), policy_with_status()))
    return status


def test_r33_a_status_has_no_cap() -> None:
    [account] = accounts(a_complaint(), a_status(), Numbers())
    many = Ledger(said=tuple(Said(key=str(n), at=NOON) for n in range(500)))

    assert refused(many, account, Said(key="new", at=NOON, digest="d"), NOON) is None


def test_r20_nobody_reads_the_same_status_in_two_cases() -> None:
    [account] = accounts(a_complaint(), a_status(), Numbers())
    ledger = entered(Ledger(), account, Said(key="one", at=NOON, digest="d", count=0))

    assert refused(ledger, account, Said(key="two", at=NOON, digest="d"), NOON) == "said_before"


def test_r29_who_approved_a_status_stands_in_the_timeline() -> None:
    event = StatusGiven(id="s", at=NOON, case_id="x")
    done = decide(a_complaint(), event, policy_with_status(), NOON)

    assert [e.facts["by"] for e in done.timeline if e.why is Why.STATUS_GIVEN] == ["Olga"]
