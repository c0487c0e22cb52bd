"""The cases of the past under other files: what would have been sent, missed and answered in time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from chalicelib.core.case import Case
from chalicelib.core.errors import UnknownChannel
from chalicelib.core.events import AckApproved, CustomerWrote, MessageEdited
from chalicelib.core.message import Understanding
from chalicelib.policies.build import PolicySet
from chalicelib.replay.history import History, happenings, is_gone
from chalicelib.replay.play import Happening, Play, Rules
from chalicelib.replay.rules import rules_of
from chalicelib.replay.tally import Difference, Tally, differences, tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One case: what really happened and what would have. `skipped` tells why it could not be replayed."""

    case_id: str
    before: Tally
    after: Tally
    differences: tuple[Difference, ...] = ()
    skipped: str = ""


def backtest(histories: Iterable[History], policies: PolicySet) -> Iterator[Replayed]:
    """Yield every case replayed under the policies, as soon as it is done."""
    rules = _with_gaps(rules_of(policies))
    for history in histories:
        yield _replayed(history, rules)


def _replayed(history: History, rules: Rules) -> Replayed:
    before = tally(history.timeline)
    play = Play(rules, history.beginning())
    try:
        steps = list(play.run(happenings(history), history.until))
    except UnknownChannel:
        reason = f"the files have no channel {history.thread.channel}"
        return Replayed(case_id=history.case_id, before=before, after=Tally(), skipped=reason)
    after = tally(step.entry for step in steps)
    found = tuple(differences(before, after))
    return Replayed(case_id=history.case_id, before=before, after=after, differences=found)


def _with_gaps(rules: Rules) -> Rules:
    """Return rules for what is not known: words that are gone are ordinary, and approvals find their ack."""

    def understood(event: Happening, case: Case | None) -> Happening:
        if isinstance(event, CustomerWrote | MessageEdited) and is_gone(event):
            language = case.language if case else ""
            return replace(event, text="", understanding=Understanding(language=language))
        if isinstance(event, AckApproved) and case:
            # Whatever waits for approval in this life is what was approved in the other.
            waiting = next((one.key for one in case.outbox if one.awaits_approval and one.pending), event.key)
            return replace(event, key=waiting)
        return rules.understood(event, case)

    return replace(rules, understood=understood)
