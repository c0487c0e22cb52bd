"""When complaints become a burst, and how each case gets the one status of an incident (R33). Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core import incident, keywords, outbox
from chalicelib.core.case import Case, Status
from chalicelib.core.decision import Decision
from chalicelib.core.effects import DeliveryStatus, Effect, Wording
from chalicelib.core.incident import LABEL, Linking, StatusText
from chalicelib.core.message import Category
from chalicelib.core.policy import Policy, fold
from chalicelib.core.timeline import Why
from chalicelib.core.values import dataclass

SLOTS = 10
"""Complaints are counted by tenths of the period: a burst is seen that much too early, and never too late."""

_UNHEARD = frozenset({DeliveryStatus.REFUSED, DeliveryStatus.CANCELLED})
FOR_ACK = "for_ack"
"""The fact of a status in favour of which an acknowledgement was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many complaints came when: pairs of a slot, counted from the epoch, and a number, oldest first."""

    slots: tuple[tuple[int, int], ...] = ()

    @property
    def total(self) -> int:
        """How many there are within the period before the newest."""
        return sum(count for _, count in self.slots)


def tallied(tally: Tally, at: datetime, period: timedelta) -> Tally:
    """Return the tally with one complaint more, and without those a period older than the newest."""
    slot = int(at.timestamp() // (period / SLOTS).total_seconds())
    counts = dict(tally.slots)
    counts[slot] = counts.get(slot, 0) + 1
    newest = max(counts)
    return Tally(slots=tuple((at, counts[at]) for at in sorted(counts) if at >= newest - SLOTS))


def is_new_complaint(before: Case | None, after: Case) -> bool:
    """Return whether a case has just become a complaint: opened, reopened, or by a further message."""
    if after.status is not Status.OPEN or after.category is not Category.COMPLAINT or after.owed is None:
        return False
    if before is None or before.id != after.id or before.status is not Status.OPEN:
        return True
    return before.category is not Category.COMPLAINT and before.owed is not None


def is_linked(case: Case, linking: Linking, policy: Policy) -> bool:
    """Return whether an incident speaks to a case: it is open, an answer is owed, and it is of its kind.

    Whom a person has answered is theirs: nothing automatic talks over them.
    """
    if case.status is not Status.OPEN or case.owed is None or case.owed.doubtful:
        return False
    if linking.categories and case.category not in linking.categories:
        return False
    if linking.rules and case.rule not in linking.rules:
        return False
    if linking.since and case.owed.since < linking.since:
        return False
    words = {word: fold(word) for word in linking.keywords}
    text = fold("\n".join(message.text for message in case.owed.messages))
    return not words or keywords.find(text, words, policy.alike) is not None


def keep_up(d: Decision, policy: Policy, now: datetime) -> Decision:
    """Plan the status in force for a case that it is for and that has not got it, whatever event came."""
    d = _acknowledged_after_all(d)
    status = policy.status
    if status is None or policy.retired or d.case.paused_at or d.case.reply_pending:
        return d
    if incident.status_of(d.case, status.label) or not is_linked(d.case, status.linking, policy):
        return d
    return _planned(d, status, policy, now)


def _planned(d: Decision, status: StatusText, policy: Policy, now: datetime) -> Decision:
    for one in d.case.outbox:
        if one.effect is Effect.UPDATE and one.status is DeliveryStatus.PLANNED:
            # Of several things to say the newest is said (R23); what a person promised stays.
            d = d if one.wording is Wording.PROMISE else outbox.cancel(d, one, now, "collapsed")
    text = status.said_in(d.case.language, policy.language)
    d = d.note(Why.STATUS_GIVEN, now, by=status.by, status=status.label)
    d = outbox.plan(d, Effect.UPDATE, now, wording=Wording.STATUS, text=text, author=status.by)
    return d.put(replace(d.case.outbox[-1], facts={LABEL: status.label}))


def _acknowledged_after_all(d: Decision) -> Decision:
    """Let the acknowledgement be due after all, where the status it was left out for never went (R34)."""
    for one in d.case.outbox:
        if one.facts.get(FOR_ACK) and one.status in _UNHEARD:
            left = {name: value for name, value in one.facts.items() if name != FOR_ACK}
            d = d.put(replace(one, facts=left))
            owed = d.case.owed
            if owed and owed.since == one.period:
                d = d.set(owed=replace(owed, settled=False))
    return d


def has_heard_nothing(case: Case) -> bool:
    """Return whether the customer got no words at all since they asked what is unanswered."""
    owed = case.owed
    if owed is None:
        return False
    said = (DeliveryStatus.SENT, DeliveryStatus.UNCERTAIN)
    return not any(one.automatic and one.status in said and one.period == owed.since for one in case.outbox)


def waits_after(case: Case) -> bool:
    """Return whether the one call after a crisis is about a case: a complaint, or one it kept from calling.

    What a person may have answered has had a call of its own.
    """
    if case.status is not Status.OPEN or case.owed is None or case.owed.doubtful:
        return False
    kept = any(one.alert and one.status is DeliveryStatus.CANCELLED for one in case.outbox)
    return kept or case.category is Category.COMPLAINT


def counted(d: Decision, told_at: datetime, now: datetime) -> Decision:
    """Note in a case that the owner was told of it together with all the others (R29, R34)."""
    owed = d.case.owed
    if owed is None or owed.counted or owed.since > told_at or not waits_after(d.case):
        return d
    d = d.set(owed=replace(owed, counted=True, alerted=True, warned=True))
    return d.note(Why.COUNTED, now, told=told_at.isoformat())


def is_answered_complaint(case: Case) -> bool:
    """Return whether a person has answered all of an open complaint: it is left to them."""
    return case.status is Status.OPEN and case.category is Category.COMPLAINT and case.owed is None
