"""What a timeline comes to: how often Hearback spoke, what was missed, how long customers waited."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.core.effects import Alert, Effect
from chalicelib.core.timeline import Entry, Why

COUNTED: Mapping[str, str] = {
    "acknowledgements": "acknowledgements",
    "private_replies": "private replies to public messages",
    "updates": "updates",
    "reminders": "reminders",
    "closing_messages": "closing messages",
    "missed_promises": "missed promises",
    "alerts": "alerts",
}
"""What is counted, and what it is called."""

_ONE: Mapping[str, str] = {
    "acknowledgements": "acknowledgement",
    "private_replies": "private reply",
    "updates": "update",
    "reminders": "reminder",
    "closing_messages": "closing message",
}

_EFFECTS: Mapping[str, str] = {
    Effect.ACKNOWLEDGE: "acknowledgements",
    Effect.INVITE: "private_replies",
    Effect.UPDATE: "updates",
    Effect.REMIND: "reminders",
    Effect.CLOSE: "closing_messages",
}
_OF_SENDING = frozenset({Alert.DELIVERY_REFUSED, Alert.DELIVERY_UNCERTAIN})
"""Alerts that come of platforms and not of rules; a replay has none of them."""

_NEAR = timedelta(minutes=1)
"""What differs by less is the same: a real platform takes its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How long a customer waited for a person, and whether that was within the target."""

    first: bool
    took: timedelta
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one case comes to. Times are UTC; `spoken` is when each automatic message went out."""

    rule: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    spoken: tuple[tuple[str, datetime], ...] = ()
    waits: tuple[Wait, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """The waits of many cases: how many, the share within the target, and two figures of their lengths."""

    number: int
    within: float
    median: timedelta
    p90: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is otherwise in a case, in words."""

    what: str
    before: str
    after: str


def tally(timeline: Iterable[Entry]) -> Tally:
    """Return what a timeline comes to."""
    rule, counts, spoken, waits = "", Counter[str](), list[tuple[str, datetime]](), list[Wait]()
    for entry in timeline:
        name = _counted(entry)
        if name:
            counts[name] += 1
        if name and entry.why in (Why.SENT, Why.REHEARSED):
            spoken.append((name, entry.at))
        elif entry.why is Why.RULE_MATCHED:
            rule = entry.facts.get("rule", "")
        elif entry.why in (Why.RESPONSE_MET, Why.RESPONSE_LATE):
            waits.append(_wait(entry))
    return Tally(rule=rule, counts=counts, spoken=tuple(spoken), waits=tuple(waits))


def _counted(entry: Entry) -> str:
    if entry.why in (Why.SENT, Why.REHEARSED):
        return _EFFECTS.get(entry.facts.get("effect", ""), "")
    if entry.why is Why.PROMISE_MISSED:
        return "missed_promises"
    if entry.why is Why.ALERTED and entry.facts.get("alert") not in _OF_SENDING:
        return "alerts"
    return ""


def _wait(entry: Entry) -> Wait:
    return Wait(
        first=entry.facts.get("which") == "first",
        took=timedelta(seconds=int(entry.facts.get("took", "0"))),
        met=entry.why is Why.RESPONSE_MET,
    )


def together(tallies: Iterable[Tally]) -> dict[str, int]:
    """Return the sums of all counts, in the order in which they are told."""
    sums = Counter[str]()
    for one in tallies:
        sums.update(one.counts)
    return {name: sums[name] for name in COUNTED}


def waits(tallies: Iterable[Tally], *, first: bool) -> Waits | None:
    """Return the figures of all first or all later responses, None where there was none."""
    found = [wait for one in tallies for wait in one.waits if wait.first is first]
    if not found:
        return None
    lengths = sorted(wait.took for wait in found)
    return Waits(
        number=len(found),
        within=sum(wait.met for wait in found) / len(found),
        median=_nearest_rank(lengths, 50),
        p90=_nearest_rank(lengths, 90),
    )


def _nearest_rank(lengths: Sequence[timedelta], percent: int) -> timedelta:
    return lengths[-(-len(lengths) * percent // 100) - 1]


def differences(before: Tally, after: Tally) -> Iterator[Difference]:
    """Yield in what two lives of a case differ; a minute more or less is no difference."""
    if before.rule != after.rule:
        yield Difference(what="rule", before=before.rule or "none", after=after.rule or "none")
    for name, spoken in COUNTED.items():
        was, now = before.counts.get(name, 0), after.counts.get(name, 0)
        if was != now:
            yield Difference(what=spoken, before=str(was), after=str(now))
    for (name, was_at), (other, now_at) in zip(before.spoken, after.spoken, strict=False):
        if name == other and abs(was_at - now_at) > _NEAR:
            yield Difference(what=f"time of the {_ONE[name]}", before=_minute(was_at), after=_minute(now_at))
            return


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
