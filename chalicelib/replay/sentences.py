"""The steps of a play in plain sentences, in the present: what Hearback does, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import calls, explain
from chalicelib.alerts import TITLES
from chalicelib.core import calendar, lanes, roster
from chalicelib.core.case import Clock, ClockKind, Status
from chalicelib.core.effects import Alert, Wording
from chalicelib.core.policy import Policy
from chalicelib.core.roster import Level
from chalicelib.core.timeline import Why
from chalicelib.replay.foresee import HORIZON, Foresight
from chalicelib.replay.play import Step

_LEFT_OUT = frozenset(
    {Why.CUSTOMER_WROTE, Why.OPENED, Why.CLOCK_STARTED, Why.STILL_OWED, Why.RULE_MATCHED, Why.PLANNED}
)
"""What only tells how a step came about."""

_SAID: Mapping[Wording, tuple[str, str, ClockKind]] = {
    Wording.ACK: ("ack", "Hearback acknowledges the message", ClockKind.ACK),
    Wording.INVITE: ("invite", "One private message asks to go on in private", ClockKind.ACK),
    Wording.UPDATE: ("update", "Hearback sends an update", ClockKind.UPDATE),
    Wording.MISSED: ("update", "Hearback says that the promised answer is late", ClockKind.PROMISE),
    Wording.LAST_LEGAL: (
        "last_legal",
        "The last update, before the platform stops automatic messages",
        ClockKind.LAST_LEGAL,
    ),
    Wording.REMIND: ("remind", "Hearback reminds the customer", ClockKind.REMIND),
    Wording.CLOSING: ("closing", "Hearback says that it closes the case", ClockKind.SILENCE),
}
"""For each wording the kind of its step, what is done, and the clock that asks for it."""

_CALLED: Mapping[Alert, ClockKind] = {
    Alert.REPLY_DUE: ClockKind.REPLY_WARNING,
    Alert.UNANSWERED: ClockKind.RESPONSE,
    Alert.NOT_ACKNOWLEDGED: ClockKind.ACK,
    Alert.PROMISE_ENDING: ClockKind.PROMISE_WARNING,
    Alert.PROMISE_MISSED: ClockKind.PROMISE,
    Alert.UPDATES_EXHAUSTED: ClockKind.UPDATE,
    Alert.APPROVAL_WANTED: ClockKind.ACK,
    Alert.LAST_LEGAL_MOMENT: ClockKind.LAST_LEGAL,
    Alert.RESOLUTION_MISSED: ClockKind.RESOLUTION,
}

_KINDS: Mapping[Why, str] = {
    Why.HELD_BACK: "held_back",
    Why.APPROVAL_WANTED: "approval",
    Why.SUPPRESSED: "not_sent",
    Why.REFUSED: "not_sent",
    Why.CANCELLED: "not_sent",
    Why.CLOSED: "closed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One step for people: when (UTC), of which kind, what is done, in which words, and why."""

    at: datetime
    kind: str
    what: str
    words: str = ""
    why: str = ""

    def as_data(self, policy: Policy) -> dict[str, Any]:
        """Return the step as plain data for JSON."""
        local = calendar.local(policy.calendar, self.at).isoformat()
        return {
            "at": self.at.isoformat(),
            "local": local,
            "kind": self.kind,
            "what": self.what,
            "words": self.words,
            "why": self.why,
        }


def lines(found: Foresight) -> tuple[Line, ...]:
    """Return every step that somebody would notice, in the order of time; the first is the message itself."""
    asked = found.question
    wrote = Line(at=asked.at, kind="customer", what="The customer writes", words=asked.text)
    following = [line for step in found.steps for line in _lines(step, found)]
    # The customer first, as in life.
    return (wrote, *sorted(following, key=lambda line: (line.at, line.kind == "alert")))


def end(found: Foresight) -> str:
    """Return how it ends where nobody replies."""
    if not found.counts:
        return "Nothing is owed, so nothing is sent."
    if found.case.status is Status.CLOSED:
        return "The case is closed then."
    if found.case.due_at is None:
        return (
            "Then nothing more is sent. The case stays open on the desk until a person replies or closes it."
        )
    return f"It goes on after {HORIZON.days} days, which is as far as this looks."


def stamp(moment: datetime, policy: Policy) -> str:
    """Return a moment on the wall clock of the channel, such as `Fri 20 Nov 16:50:10`."""
    return calendar.local(policy.calendar, moment).strftime("%a %d %b %H:%M:%S")


def _lines(step: Step, found: Foresight) -> Iterator[Line]:
    entry, policy = step.entry, found.policy
    if entry.why in _LEFT_OUT:
        return
    if entry.why in (Why.SENT, Why.REHEARSED):
        yield _sent(step)
    elif entry.why is Why.ALERTED:
        yield _alerted(step, found)
    elif entry.why is Why.PROMISED:
        due = stamp(datetime.fromisoformat(entry.facts["due"]), policy)
        yield Line(at=entry.at, kind="promise", what=f"An answer is promised by {due}")
    elif entry.why is Why.PROMISE_MISSED:
        yield Line(at=entry.at, kind="missed", what="The promised time passes without an answer")
    else:
        why = _reckoning(step, ClockKind.QUIET)
        kind = _KINDS.get(entry.why, "note")
        yield Line(at=entry.at, kind=kind, what=explain.sentence(entry, policy), why=why)


def _sent(step: Step) -> Line:
    entry, delivery = step.entry, step.delivery
    wording = delivery.wording if delivery else None
    kind, what, clock = _SAID.get(wording or Wording.UPDATE, _SAID[Wording.UPDATE])
    if delivery and delivery.lane in lanes.PUBLIC:
        what += ", in public"
    if entry.why is Why.REHEARSED:
        what += " (dry run: written down, not sent)"
    return Line(at=entry.at, kind=kind, what=what, words=entry.text, why=_reckoning(step, clock))


def _alerted(step: Step, found: Foresight) -> Line:
    facts = step.entry.facts
    alert = Alert(facts["alert"])
    reason = f" ({explain.reason(facts['reason'])})" if facts.get("reason") else ""
    what = f"{_whom(step, found)}: {TITLES[alert]}{reason}"
    clock = _CALLED.get(alert)
    return Line(at=step.at, kind="alert", what=what, why=_reckoning(step, clock) if clock else "")


def _whom(step: Step, found: Foresight) -> str:
    """Return who would be called first at that moment, by the roster of the files, or that nobody can be."""
    if not found.reachable:
        return "An alert stands on the desk (there is no address in roster.yaml)"
    level = Level(step.entry.facts.get("to", Level.OWNER))
    matter = calls.matter_of(step.case, found.policy)
    first = next(iter(roster.route(found.roster, matter, level, step.at)), None)
    if first is None:
        return f"Alert for the {level}"
    return f"Alert for {', '.join(person.name for person in first.people)} ({first.role})"


def _reckoning(step: Step, kind: ClockKind) -> str:
    clocks: Iterator[Clock] = (clock for clock in step.clocks if clock.kind is kind)
    return next((clock.reckoning for clock in clocks), "")
