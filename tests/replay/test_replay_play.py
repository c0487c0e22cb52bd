"""A case played without a store: timers to the second, and what people do in between."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.calendar import Calendar, Interval
from chalicelib.core.case import Case, CloseReason, Status
from chalicelib.core.compose import Variable
from chalicelib.core.effects import Effect
from chalicelib.core.events import CaseClosed, CustomerWrote, ReplySubmitted
from chalicelib.core.message import Surface
from chalicelib.core.policy import Allowance, Policy, PublicAcks, parse_duration
from chalicelib.core.timeline import Why
from chalicelib.replay.play import Happening, Play, Rules, Step
from tests import builders as b

LUNCH = (Interval(9 * 60, 13 * 60), Interval(14 * 60, 17 * 60))
WARSAW = Calendar(zone="Europe/Warsaw", week=(LUNCH,) * 5 + ((),) * 2, exceptions={date(2026, 10, 26): ()})
"""Monday to Friday 9 to 17 with lunch; the Monday after the clocks change is a holiday."""

FRIDAY = datetime.fromisoformat("2026-10-23T16:35:00+02:00")
LONG = timedelta(days=60)


class Numbered:
    """Texts that are their own names, twenty variants of each."""

    def variants(self, language: str, wording: str) -> Sequence[str]:
        return [f"{wording}-{number}" for number in range(20)]

    def say(self, language: str, text_id: str, variables: Mapping[str, Variable]) -> str:
        return f"{text_id} until {variables['promise_at']}"


def rules(policy: Policy) -> Rules:
    return Rules(
        policy_of=lambda thread, address: policy, texts=Numbered(), understood=lambda event, _: event
    )


def played(policy: Policy, *events: Happening, until: datetime | None = None) -> list[Step]:
    first = events[0].at
    return list(Play(rules(policy)).run(events, until or first + LONG))


def sent(steps: Sequence[Step]) -> list[tuple[str, datetime]]:
    return [(step.entry.facts["effect"], step.at) for step in steps if step.entry.why is Why.SENT]


def promised(steps: Sequence[Step]) -> list[str]:
    due = [step.entry.facts["due"] for step in steps if step.entry.why is Why.PROMISED]
    return [datetime.fromisoformat(at).astimezone(FRIDAY.tzinfo).strftime("%a") for at in due]


def test_scenario_3_an_ack_on_friday_at_16_50_promises_tuesday_10_50() -> None:
    policy = b.a_policy(calendar=WARSAW, grace=timedelta())
    steps = played(policy, b.wrote(at=FRIDAY))
    due = next(step.entry.facts["due"] for step in steps if step.entry.why is Why.PROMISED)

    assert sent(steps)[0] == (Effect.ACKNOWLEDGE, FRIDAY + timedelta(minutes=15))
    assert datetime.fromisoformat(due) == datetime.fromisoformat("2026-10-27T10:50:00+01:00")


def test_scenario_3_an_unresolved_case_is_promised_a_time_twice_and_ends_with_the_owner() -> None:
    play = Play(rules(b.a_policy(calendar=WARSAW, grace=timedelta())))
    steps = list(play.run([b.wrote(at=FRIDAY)], FRIDAY + LONG))
    alerted = [step.entry.facts["to"] for step in steps if step.entry.facts.get("alert") == "promise_missed"]

    assert promised(steps) == ["Tue", "Tue"]
    assert alerted == ["holder", "coordinator"]
    assert play.case and play.case.status is Status.OPEN and play.case.due_at is None


def test_every_timer_fires_exactly_when_it_is_due() -> None:
    steps = played(b.POLICY, b.wrote())

    assert all(clock.due_at == step.at for step in steps for clock in step.clocks)
    assert sent(steps)[0][1] == b.after(minutes=15, seconds=10)


def test_r6_a_reply_in_the_very_moment_of_the_deadline_is_in_time() -> None:
    steps = played(b.POLICY, b.wrote(), b.replied(b.after(minutes=15, seconds=10)))

    assert sent(steps) == []


def test_what_is_sent_has_its_words_and_no_text_is_said_twice_r20() -> None:
    steps = played(b.POLICY, b.wrote())
    words = [step.entry.text for step in steps if step.entry.why is Why.SENT]

    assert words and all(words)
    assert len(set(words)) == len(words)


def test_r35_in_a_dry_run_everything_is_rehearsed() -> None:
    steps = played(b.a_policy(dry_run=True), b.wrote())

    assert sent(steps) == []
    assert Why.REHEARSED in {step.entry.why for step in steps}


def test_r35_with_the_kill_switch_nothing_goes_out() -> None:
    assert sent(played(b.a_policy(kill_switch=True), b.wrote())) == []


def test_a_reply_from_the_desk_counts_as_sent_at_once() -> None:
    wrote = b.wrote()
    case = b.opened()
    at = b.after(minutes=5)
    steps = played(b.POLICY, wrote, ReplySubmitted(id="r", at=at, case_id=case.id, by="anna", text="Hello"))

    assert sent(steps) == [(Effect.REPLY, at)]


def test_what_the_rules_forbid_a_person_is_left_out() -> None:
    wrote = b.wrote()
    closed = CaseClosed(id="c", at=b.after(minutes=1), case_id=b.opened().id, reason=CloseReason.ANSWERED)

    assert Why.CLOSED not in {step.entry.why for step in played(b.POLICY, wrote, closed)}


def test_an_event_of_a_case_that_has_not_begun_is_left_out() -> None:
    closed = CaseClosed(id="c", at=b.NOON, case_id="x.1", reason=CloseReason.SPAM)

    assert played(b.POLICY, closed) == []


def test_nothing_is_played_after_the_end() -> None:
    steps = played(b.POLICY, b.wrote(), b.replied(b.after(minutes=10)), until=b.after(minutes=5))

    assert {step.entry.why for step in steps}.isdisjoint({Why.SENT, Why.HUMAN_REPLIED})


def test_r25_before_the_platform_closes_the_last_legal_update_goes_out() -> None:
    day = Allowance(automatic=timedelta(hours=24))
    policy = b.a_policy(allowance=day, calendar=b.NINE_TO_FIVE, max_per_customer_a_day=10)
    steps = played(policy, b.wrote())
    wordings = [step.delivery.wording for step in steps if step.delivery and step.entry.why is Why.SENT]

    assert "last-legal" in wordings
    assert max(at for _, at in sent(steps)) < b.after(hours=24)


def test_r20_what_is_over_a_customers_budget_is_not_sent() -> None:
    steps = played(b.a_policy(max_per_customer_a_day=1), b.wrote(), until=b.after(hours=12))
    reasons = {step.entry.facts.get("reason") for step in steps if step.entry.why is Why.SUPPRESSED}

    assert [effect for effect, _ in sent(steps)] == [Effect.ACKNOWLEDGE]
    assert reasons == {"customer_budget_day"}


def test_r20_a_dry_run_spends_no_budget() -> None:
    steps = played(b.a_policy(max_per_customer_a_day=1, dry_run=True), b.wrote(), until=b.after(hours=12))

    assert [step.entry.why for step in steps].count(Why.REHEARSED) > 1


def test_r18_an_acknowledgement_that_needs_approval_waits_for_it() -> None:
    comment = replace(b.THREAD, key="c1", surface=Surface.COMMENT, public=True)
    steps = played(
        b.a_policy(public_acks=PublicAcks.APPROVE), b.wrote(thread=comment), until=b.after(hours=2)
    )

    assert sent(steps) == []
    assert Why.APPROVAL_WANTED in {step.entry.why for step in steps}


def test_a_case_may_begin_under_an_id_of_its_own() -> None:
    case = Case(id="known.3", thread=b.THREAD, customer=b.ANNA)
    steps = list(Play(rules(b.POLICY), case).run([b.wrote()], b.after(hours=1)))

    assert {step.case.id for step in steps} == {"known.3"}


POLICIES = [
    b.POLICY,
    b.a_policy(calendar=WARSAW),
    b.a_policy(allowance=Allowance(automatic=timedelta(hours=24), human=timedelta(days=7))),
    b.a_policy(rules=(b.a_rule(window=None, resolution=parse_duration("5h")),)),
    b.a_policy(kill_switch=True),
    b.a_policy(private_reply=True, allowance=Allowance(private_reply=timedelta(days=7))),
]
EVENTS = st.lists(
    st.tuples(st.integers(0, 20 * 24 * 60), st.sampled_from(["wrote", "replied", "echoed"])),
    min_size=1,
    max_size=8,
)


def _event(minutes: int, kind: str) -> Happening:
    at = b.after(minutes=minutes)
    if kind == "wrote":
        return b.wrote(at=at)
    return b.replied(at) if kind == "replied" else b.echoed(at)


@pytest.mark.parametrize("policy", POLICIES, ids=range(len(POLICIES)))
@given(drawn=EVENTS)
def test_whatever_happens_a_play_ends_and_its_steps_are_in_order(
    policy: Policy, drawn: list[tuple[int, str]]
) -> None:
    events = [_event(minutes, kind) for minutes, kind in sorted(drawn)]
    steps = played(policy, *events)
    moments = [step.at for step in steps]

    assert moments == sorted(moments)
    # R5, R34: whoever wrote last and got nothing from a person has been told something, or the owner has.
    last = steps[-1].case if steps else None
    assert last is None or last.owed is None or last.owed.alerted


def test_words_are_understood_with_what_is_owed_already() -> None:
    heard: list[Case | None] = []

    def understood(event: Happening, case: Case | None) -> Happening:
        if isinstance(event, CustomerWrote):
            heard.append(case)
        return event

    both = [b.wrote("one"), b.wrote("two", at=b.after(minutes=1))]
    list(Play(replace(rules(b.POLICY), understood=understood)).run(both, b.after(minutes=2)))

    assert heard[0] is None
    assert heard[1] and heard[1].owed
