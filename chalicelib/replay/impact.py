"""What a change of the files means for the cases that are open now (R13)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib import handle
from chalicelib.core.case import Case, ClockKind
from chalicelib.core.decide import decide
from chalicelib.core.events import PolicyChanged
from chalicelib.policies.build import PolicySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A clock of a case before and after; None where it does not run. Times are UTC."""

    kind: ClockKind
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """One open case: its rule and its deadlines before and after. What was promised stays (R13)."""

    case: Case
    rule: str
    rule_because: str
    moved: tuple[Moved, ...]

    @property
    def changes(self) -> bool:
        """Whether anything is otherwise."""
        return bool(self.moved) or self.rule != self.case.rule


def impacts(cases: Iterable[Case], live: PolicySet, new: PolicySet, now: datetime) -> Iterator[Impact]:
    """Yield what would become of each open case if the new files went live now; nothing is written."""
    for case in cases:
        before, after = _under(live, case, now), _under(new, case, now)
        yield Impact(
            case=before,
            rule=after.rule,
            rule_because=after.rule_why,
            moved=tuple(_moved(before, after)),
        )


def _under(policies: PolicySet, case: Case, now: datetime) -> Case:
    policy = handle.allowed(policies, case.thread, case.address)
    return decide(case, PolicyChanged(id="", at=now, case_id=case.id), policy, now).case


def _moved(before: Case, after: Case) -> Iterator[Moved]:
    was = {clock.kind: clock.due_at for clock in before.clocks}
    will = {clock.kind: clock.due_at for clock in after.clocks}
    for kind in ClockKind:
        if was.get(kind) != will.get(kind):
            yield Moved(kind=kind, before=was.get(kind), after=will.get(kind))
