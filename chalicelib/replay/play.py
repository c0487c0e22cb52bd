"""One case from its first event to its end, on a clock that jumps from one moment that matters to the next.

Timers fire exactly when they are due, and every message counts as sent the moment it is claimed. Pure: the
core decides, and nothing is read, kept or sent.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core import budget
from chalicelib.core.budget import Ledger, Said
from chalicelib.core.case import Case, Clock
from chalicelib.core.compose import Texts, put_into_words
from chalicelib.core.decide import decide
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Delivery, Effect, Wording
from chalicelib.core.errors import NotAllowed
from chalicelib.core.events import CaseEvent, DeliverySettled, Outcome, ThreadEvent, TimerFired
from chalicelib.core.message import Thread
from chalicelib.core.outbox import digest_of
from chalicelib.core.policy import Policy
from chalicelib.core.timeline import Entry

Happening = ThreadEvent | CaseEvent
"""What can happen to one case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a play goes by: the policy of a thread and of the way to it, the texts, the understanding.

    `understood` returns a customer's event with what it means, any other as it is.
    """

    policy_of: Callable[[Thread, Mapping[str, str]], Policy]
    texts: Texts
    understood: Callable[[Happening, Case | None], Happening]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One fact of a play. `case` is the case after it, `clocks` those that had just run out.

    `delivery` is the message or the call that the fact is about, None where it is about none.
    """

    entry: Entry
    case: Case
    clocks: tuple[Clock, ...] = ()
    delivery: Delivery | None = None

    @property
    def at(self) -> datetime:
        """When it happened, in UTC."""
        return self.entry.at


class Play:
    """One thread on a stage of its own; `case` is how far it has come.

    Budgets count what is said in this play, so those of a whole channel or post are never used up (R20).
    """

    def __init__(self, rules: Rules, case: Case | None = None) -> None:
        """Begin with nothing, or with a case as it was before the first event."""
        self.case = case
        self._rules = rules
        self._ledgers: dict[str, Ledger] = {}

    def run(self, events: Iterable[Happening], until: datetime) -> Iterator[Step]:
        """Yield what happens up to a time (UTC), events and timers in the order of their times.

        What people did that the rules of this play forbid is left out: it would not have been possible.
        """
        for event in events:
            if event.at > until:
                break
            # What comes in the very moment of a deadline has come in time.
            yield from self._pass_time(event.at, including=False)
            yield from self._happen(event, event.at)
            yield from self._pass_time(event.at, including=True)
        yield from self._pass_time(until, including=True)

    def _pass_time(self, until: datetime, *, including: bool) -> Iterator[Step]:
        while self.case and (due_at := self.case.due_at):
            if due_at > until or (due_at == until and not including):
                return
            before = self.case
            yield from self._happen(TimerFired(id="", at=due_at, case_id=before.id), due_at)
            if self.case == before:
                return

    def _happen(self, event: Happening, now: datetime) -> Iterator[Step]:
        if self.case is None and isinstance(event, CaseEvent):
            return
        policy = self._policy(event)
        fired = tuple(clock for clock in self.case.clocks if clock.due_at <= now) if self.case else ()
        try:
            decision = decide(self.case, self._rules.understood(event, self.case), policy, now)
        except NotAllowed:
            return
        if decision.effects:
            said = self._ledger(budget.customers(decision.case, policy.numbers).key).digests
            decision = put_into_words(decision, self._rules.texts, policy, now, said=said)
        yield from self._steps(decision, fired)
        # The customer first, as in life.
        for delivery in sorted(decision.effects, key=lambda one: one.effect is Effect.ALERT_OWNER):
            yield from self._steps(self._settled(delivery, policy, now), fired)

    def _settled(self, delivery: Delivery, policy: Policy, now: datetime) -> Decision:
        if self.case is None:
            raise AssertionError("a delivery without a case")
        refused = self._spend(self.case, delivery, policy, now) if delivery.automatic else None
        rehearsed = policy.dry_run and delivery.automatic
        sent = Outcome.REHEARSED if rehearsed else Outcome.SENT
        event = DeliverySettled(
            id="",
            at=now,
            case_id=self.case.id,
            key=delivery.key,
            attempt=delivery.attempt,
            outcome=Outcome.OVERTAKEN if refused else sent,
            message_id=delivery.key,
            reason=refused or "",
        )
        return decide(self.case, event, policy, now)

    def _spend(self, case: Case, delivery: Delivery, policy: Policy, now: datetime) -> str | None:
        """Enter a message in the ledgers of this play; return why it must not go out, None if it may."""
        if policy.dry_run or delivery.wording is Wording.PROMISE:
            return None
        accounts = budget.accounts(case, delivery, policy.numbers)
        for account in accounts:
            asked = Said(key=delivery.key, at=now)
            if reason := budget.refused(self._ledger(account.key), account, asked, now):
                return reason
        said = Said(key=delivery.key, at=now, digest=digest_of(delivery.text))
        for account in accounts:
            self._ledgers[account.key] = budget.entered(self._ledger(account.key), account, said)
        return None

    def _ledger(self, key: str) -> Ledger:
        return self._ledgers.get(key, Ledger())

    def _steps(self, decision: Decision, fired: tuple[Clock, ...]) -> Iterator[Step]:
        before, self.case = self.case, decision.case
        for entry in decision.timeline:
            key = entry.facts.get("delivery", "")
            # An alert that was settled is no longer in the outbox.
            delivery = decision.case.delivery(key) or (before.delivery(key) if before else None)
            yield Step(entry=entry, case=decision.case, clocks=fired, delivery=delivery)

    def _policy(self, event: Happening) -> Policy:
        of_thread = event if isinstance(event, ThreadEvent) else None
        address = {**(self.case.address if self.case else {}), **(of_thread.address if of_thread else {})}
        if self.case:
            return self._rules.policy_of(self.case.thread, address)
        if of_thread is None:
            raise AssertionError("only a thread's event begins a case")
        return self._rules.policy_of(of_thread.thread, address)
