"""The whole life of a case under every mixture of messages, people, time, faults and crashes.

The machine plays the world: it decides what really reached the customer, also where Hearback cannot
know. A platform is `blind` (an attempt whose answer was lost stays uncertain) or `idempotent` (a resend
under the same key is dropped).
"""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.core.case import Case, ClockKind, CloseReason, Status
from chalicelib.core.decide import decide
from chalicelib.core.effects import Delivery, Effect
from chalicelib.core.errors import NotAllowed
from chalicelib.core.events import (
    CaseClosed,
    CustomerAwaited,
    Event,
    Outcome,
    PolicyChanged,
    PromiseMade,
    ReplySubmitted,
    Speaker,
)
from chalicelib.core.message import Lane, Surface, Thread
from chalicelib.core.policy import Allowance, Policy, parse_duration
from chalicelib.store.items import case_from_json, case_to_json
from tests import builders as b

POLICIES = [
    b.a_policy(),
    b.a_policy(calendar=b.NINE_TO_FIVE, rules=(b.a_rule(window=parse_duration("1 business_hour")),)),
    b.a_policy(allowance=Allowance(automatic=timedelta(hours=24), human=timedelta(days=7))),
    b.a_policy(rules=(b.a_rule(promise=None, resolution=parse_duration("5h")),)),
    b.a_policy(kill_switch=True),
    b.a_policy(dry_run=True),
    b.a_policy(rules=(b.a_rule(window=None),), allowance=Allowance(automatic=timedelta(hours=24))),
    b.a_policy(unknown_sender_counts_as_human=False),
    b.a_policy(allowance=Allowance(automatic=timedelta(hours=24), private_reply=timedelta(days=7))),
    b.a_policy(allowance=Allowance(later_public=False, edits=True)),
]
COMMENT = Thread(channel="shop", key="c1", surface=Surface.COMMENT, public=True)

SPANS = st.sampled_from([0, 5, 60, 14 * 60, 16 * 60, 3600, 5 * 3600, 86400, 8 * 86400]).map(
    lambda seconds: timedelta(seconds=seconds)
)
FATES = st.sampled_from(["sent", "echo first", "lost answer, sent", "lost answer, not sent", "crash, sent"])
FAILURES = st.sampled_from([Outcome.RETRY, Outcome.REFUSED, Outcome.WINDOW_CLOSED, Outcome.CHANNEL_PAUSED])


class Life(RuleBasedStateMachine):
    """One thread, from its first message to whatever end."""

    def __init__(self) -> None:
        super().__init__()
        self.now = b.NOON
        self.case: Case | None = None
        self.policy: Policy = POLICIES[0]
        self.idempotent = False
        self.numbered = 0
        self.period = 0
        self.acks_out: dict[int, set[str]] = {}
        self.out: set[str] = set()
        self.settled_periods: set[int] = set()
        self.log: list[Event] = []

    @initialize(
        policy=st.sampled_from(POLICIES),
        idempotent=st.booleans(),
        thread=st.sampled_from([b.THREAD, COMMENT]),
    )
    def begin(self, policy: Policy, idempotent: bool, thread: Thread) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Begin in private, or with a comment beside which all the rest is said in private."""
        self.policy = policy
        self.idempotent = idempotent
        self.happen(b.wrote("Where is my order?", self.now, message_id="first", thread=thread))

    # --- what may happen -----------------------------------------------------------------------

    @rule(span=SPANS, kind=st.sampled_from(["matter", "matter", "small_talk", "withdrawn"]))
    def customer_writes(self, span: timedelta, kind: str) -> None:
        self.wait(span)
        self.numbered += 1
        meant = {} if kind == "matter" else {kind: True}
        self.happen(b.wrote(f"text {self.numbered}", self.now, message_id=f"m{self.numbered}", **meant))

    @rule(late=SPANS)
    def a_message_arrives_late(self, late: timedelta) -> None:
        self.numbered += 1
        self.happen(b.wrote(f"late {self.numbered}", self.now - late, message_id=f"m{self.numbered}"))

    @rule(span=SPANS, late=st.sampled_from([timedelta(), timedelta(seconds=3), timedelta(minutes=10)]))
    def a_human_replies_in_the_app(self, span: timedelta, late: timedelta) -> None:
        self.wait(span)
        self.happen(b.replied(max(b.NOON, self.now - late)))

    @rule(otherwise=st.sampled_from(list(Speaker)))
    def somebody_writes_for_the_business(self, otherwise: Speaker) -> None:
        self.numbered += 1
        self.happen(b.echoed(self.now, message_id=f"e{self.numbered}", text="?", otherwise=otherwise))

    @precondition(lambda self: self.case and self.case.owed)
    @rule(which=st.integers(0, 3), text=st.sampled_from(["new words", "ok"]))
    def the_customer_edits(self, which: int, text: str) -> None:
        owed = self.known().owed
        assert owed is not None
        message = owed.messages[which % len(owed.messages)]
        self.happen(b.edited(message.id, text, self.now, small_talk=text == "ok"))

    @precondition(lambda self: self.case and self.case.owed)
    @rule(which=st.integers(0, 3))
    def the_customer_deletes(self, which: int) -> None:
        owed = self.known().owed
        assert owed is not None
        self.happen(b.deleted(owed.messages[which % len(owed.messages)].id, at=self.now))

    @precondition(lambda self: self.log)
    @rule(which=st.integers(0, 20))
    def the_customer_repeats_an_old_message_as_a_new_event(self, which: int) -> None:
        self.happen(self.log[which % len(self.log)])

    @rule(text=st.sampled_from(["Done.", "   "]))
    def a_person_replies_on_the_desk(self, text: str) -> None:
        self.click(ReplySubmitted(id="r", at=self.now, case_id=self.known().id, by="Ana", text=text))

    @rule(hours=st.integers(-1, 30), tell=st.booleans())
    def a_person_promises(self, hours: int, tell: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        due_at = self.now + timedelta(hours=hours)
        self.click(PromiseMade(id="p", at=self.now, case_id=self.known().id, due_at=due_at, tell=tell))

    @rule()
    def a_person_waits_on_the_customer(self) -> None:
        self.click(CustomerAwaited(id="w", at=self.now, case_id=self.known().id, by="Ana"))

    @rule(reason=st.sampled_from([None, CloseReason.SPAM, CloseReason.ANSWERED]))
    def a_person_closes(self, reason: CloseReason | None) -> None:
        self.click(CaseClosed(id="c", at=self.now, case_id=self.known().id, by="Ana", reason=reason))

    @rule(policy=st.sampled_from(POLICIES))
    def the_owner_changes_the_policy(self, policy: Policy) -> None:
        self.policy = replace(policy, version=f"{int(self.policy.version) + 1}")
        self.click(PolicyChanged(id="pc", at=self.now, case_id=self.known().id))

    @rule(span=SPANS)
    def time_passes_and_nobody_looks(self, span: timedelta) -> None:
        self.wait(span)

    @rule(fate=FATES)
    def the_next_clock_runs_out(self, fate: str) -> None:
        if self.known().due_at:
            self.now = max(self.now, self.known().due_at or self.now)
        self.wake(fate, None)

    @rule(failure=FAILURES)
    def the_platform_fails(self, failure: Outcome) -> None:
        self.wake("failure", failure)

    # --- how it happens ------------------------------------------------------------------------

    def known(self) -> Case:
        assert self.case is not None
        return self.case

    def wait(self, span: timedelta) -> None:
        self.now += span

    def click(self, event: Event) -> None:
        try:
            self.happen(event)
        except NotAllowed:
            return

    def happen(self, event: Event) -> None:
        before = self.case
        decision = decide(before, event, self.policy, self.now)
        assert not decision.effects, "only the passing of time claims"
        if isinstance(event, type(b.wrote())):
            self.log.append(event)
        self.take(before, decision.case)

    def take(self, before: Case | None, after: Case) -> None:
        was = before.owed if before and before.id == after.id else None
        # A new period begins where nothing was owed, or where a human has answered the one before.
        if after.owed and (was is None or after.last_human_at != (before and before.last_human_at)):
            self.period += 1
        self.case = after

    def wake(self, fate: str, failure: Outcome | None) -> None:
        self.wake_once(fate, failure)
        self.rest(fate, failure)

    def wake_once(self, fate: str, failure: Outcome | None) -> None:
        before = self.known()
        closed = before.status is Status.CLOSED
        last_human_at = before.last_human_at
        decision = b.fired(before, self.now, self.policy)
        self.take(before, b.worded(decision.case))
        for delivery in decision.effects:
            assert not (delivery.automatic and closed), "nothing automatic goes out after close"
            if delivery.effect is Effect.ACKNOWLEDGE:
                owed = self.known().owed
                assert owed is not None, "an ack is claimed only while something is owed"
                assert last_human_at is None or owed.since >= last_human_at, "no claim after a human reply"
            self.carry_out(delivery, fate, failure)

    def rest(self, fate: str, failure: Outcome | None, wakes: int = 0) -> None:
        """What is due has been done after a few wake-ups at most: no clock fires for ever."""
        assert wakes < 6
        due_at = self.known().due_at
        if due_at is not None and due_at <= self.now:
            self.wake_once(fate, failure)
            self.rest(fate, failure, wakes + 1)

    def carry_out(self, delivery: Delivery, fate: str, failure: Outcome | None) -> None:
        if delivery.effect is Effect.ALERT_OWNER:
            self.settled_periods.add(self.period)
            self.settle(delivery, Outcome.SENT)
        elif delivery.automatic and self.policy.dry_run:
            self.settle(delivery, Outcome.REHEARSED)
        elif delivery.reconciling and not self.idempotent:
            self.settle(delivery, Outcome.SENT if delivery.key in self.out else Outcome.UNCERTAIN)
        elif failure is not None:
            self.settle(delivery, failure)
        elif fate == "lost answer, not sent":
            self.settle(delivery, Outcome.AMBIGUOUS)
        else:
            self.put_out(delivery)
            self.report(delivery, fate)

    def put_out(self, delivery: Delivery) -> None:
        self.out.add(delivery.key)
        if delivery.effect is Effect.ACKNOWLEDGE:
            self.acks_out.setdefault(self.period, set()).add(delivery.key)
            self.settled_periods.add(self.period)

    def report(self, delivery: Delivery, fate: str) -> None:
        if fate == "echo first":
            self.happen(b.echoed(self.now, nonce=delivery.key, message_id=f"p-{delivery.key}"))
            self.settle(delivery, Outcome.SENT)
        elif fate == "sent":
            self.settle(delivery, Outcome.SENT)
        elif fate == "lost answer, sent":
            self.settle(delivery, Outcome.AMBIGUOUS)

    def settle(self, delivery: Delivery, outcome: Outcome) -> None:
        self.happen(b.settled(self.known(), delivery, outcome, at=self.now, message_id=f"p-{delivery.key}"))

    # --- what must always hold -----------------------------------------------------------------

    @invariant()
    def at_most_one_ack_reaches_the_customer_in_an_owed_period(self) -> None:
        assert all(len(keys) <= 1 for keys in self.acks_out.values())

    @invariant()
    def no_clock_runs_unless_the_case_is_open(self) -> None:
        if self.case and self.case.status is not Status.OPEN:
            assert self.case.clocks == ()

    @invariant()
    def an_open_case_is_never_forgotten(self) -> None:
        if self.case and self.case.status is Status.OPEN and not self.case.owed:
            assert self.case.due_at is not None

    @invariant()
    def what_is_owed_has_been_settled_or_has_a_clock(self) -> None:
        if self.case and self.case.owed and not self.case.owed.settled:
            kinds = {clock.kind for clock in self.case.clocks}
            assert (
                kinds & {ClockKind.ACK, ClockKind.RESPONSE}
                or self.case.reply_pending
                or self.case.owed.alerted
            )

    @invariant()
    def a_person_knows_of_whatever_waits_without_a_clock(self) -> None:
        if self.case and self.case.owed and self.case.status is Status.OPEN and self.case.due_at is None:
            assert self.case.owed.alerted

    @invariant()
    def what_is_said_in_public_is_said_by_the_public_lanes(self) -> None:
        for delivery in self.case.outbox if self.case else ():
            assert delivery.lane is Lane.MESSAGE or self.known().thread.public

    @invariant()
    def updates_and_promises_stay_within_their_bounds(self) -> None:
        if self.case:
            assert self.case.updates_made <= self.policy.numbers.max_updates
            assert len(self.case.outbox) <= 60

    @invariant()
    def the_case_survives_its_store(self) -> None:
        if self.case:
            assert case_from_json(case_to_json(self.case)) == self.case

    def teardown(self) -> None:
        """Every owed case ends in a reply, an ack or an alert, also when nothing can be sent any more."""
        if self.case is None:
            return
        for _ in range(60):
            if self.known().due_at is None or self.known().owed is None:
                break
            self.now = max(self.now, self.known().due_at or self.now)
            self.wake("failure", Outcome.REFUSED)
        assert self.known().owed is None or self.period in self.settled_periods


Life.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
test_life = Life.TestCase
