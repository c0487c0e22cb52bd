"""What is counted and timed: names and labels of a fixed set, never a customer's data, never an id.

`Tally` sums up in this process's memory: `/metrics` of the laptop mode shows it (`serve.measured`).
On Lambda `emf.Emf` takes its place.
"""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime, timedelta
from re import compile as pattern
from typing import Protocol

from chalicelib.core.case import Case
from chalicelib.core.effects import Delivery, Effect
from chalicelib.core.events import Outcome
from chalicelib.core.timeline import Entry, Why
from chalicelib.core.values import dataclass

BUCKETS = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 4 * 3600.0, 24 * 3600.0)
"""The upper bounds of timings in seconds: from a wake-up to the second to an answer on the next day."""

LABEL_SETS = 200
"""No metric has more combinations of labels than this; further ones are counted together as `other`."""

BUDGETS = frozenset({"customer_budget_day", "customer_budget_week", "channel_ceiling", "post_cap"})
"""The reasons for which `core.budget` holds a message back."""

_LABEL = pattern(r"[a-z0-9_]{1,40}")


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing that is counted, or timed in seconds; `says` is for whoever reads the figures.

    A `level` is how things stand at one time: of several the last one holds.
    """

    says: str
    labels: tuple[str, ...] = ()
    timing: bool = False
    level: bool = False


METRICS: Mapping[str, Metric] = {
    "webhooks": Metric("Webhooks answered, by platform and HTTP status", ("platform", "status")),
    "events": Metric("Messages of the events queue, by what became of them", ("outcome",)),
    "duplicates": Metric("Events that had been handled before"),
    "deliveries": Metric("Attempts to send, by what and how they ended", ("effect", "outcome")),
    "delayed": Metric("Attempts that were put off, by reason", ("reason",)),
    "budget_refused": Metric("Automatic messages held back by a budget (R20)", ("reason",)),
    "alerts": Metric("Calls to people, by how they ended", ("alert", "outcome")),
    "dead_letters": Metric("Messages that failed every time"),
    "sweeps": Metric("Sweeps that ended"),
    "sweep_found": Metric("Cases that sweeps found due"),
    "sweep_woken": Metric("Wake-ups that sweeps put"),
    "crises": Metric("Channels that complaints flood, as the last sweep found them", level=True),
    "incidents": Metric("Incidents that are open, as the last sweep found them", level=True),
    "overdue_seconds": Metric("How long the oldest of what a sweep found had been due", timing=True),
    "first_response_seconds": Metric("Case opened until a person's first reply", timing=True),
    "ack_late_seconds": Metric("Acknowledgement due until it was sent", timing=True),
    "queue_age_seconds": Metric("Put until first taken up", ("queue",), timing=True),
}


class Meter(Protocol):
    """Takes counts and timings."""

    def count(self, name: str, by: int = 1, **labels: str) -> None:
        """Add to a counter of `METRICS`. Raises `KeyError` for another, or for a label that is missing."""

    def took(self, name: str, seconds: float, **labels: str) -> None:
        """Enter a length of time into a timing of `METRICS`. Raises `KeyError` likewise."""

    def stands(self, name: str, level: float, **labels: str) -> None:
        """Enter how things stand into a level of `METRICS`. Raises `KeyError` likewise."""

    def flush(self) -> None:
        """Hand on what was counted, where somebody waits for it."""


@dataclass(slots=True)
class Timing:
    """How often and how long: `buckets` counts by the bounds of `BUCKETS`, the last one what is above."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0


Labels = tuple[str, ...]


class Tally:
    """Sums of this process, shared by its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, Counter[Labels]] = {}
        self._timings: dict[str, dict[Labels, Timing]] = {}
        self._levels: dict[str, dict[Labels, float]] = {}

    def count(self, name: str, by: int = 1, **labels: str) -> None:
        """Add to a counter."""
        values = label_values(name, labels)
        with self._lock:
            counts = self._counts.setdefault(name, Counter())
            counts[_bounded(values, counts)] += by

    def took(self, name: str, seconds: float, **labels: str) -> None:
        """Enter a length of time."""
        values = label_values(name, labels)
        with self._lock:
            timings = self._timings.setdefault(name, {})
            timing = timings.setdefault(_bounded(values, timings), Timing())
            timing.buckets[bisect_left(BUCKETS, seconds)] += 1
            timing.seconds += seconds

    def stands(self, name: str, level: float, **labels: str) -> None:
        """Enter how things stand."""
        values = label_values(name, labels)
        with self._lock:
            levels = self._levels.setdefault(name, {})
            levels[_bounded(values, levels)] = level

    def flush(self) -> None:
        """Keep everything: whoever wants it asks."""

    def counts(self, name: str) -> dict[Labels, int]:
        """Return a counter by its labels."""
        with self._lock:
            return dict(self._counts.get(name, {}))

    def levels(self, name: str) -> dict[Labels, float]:
        """Return a level by its labels."""
        with self._lock:
            return dict(self._levels.get(name, {}))

    def timings(self, name: str) -> dict[Labels, Timing]:
        """Return a timing by its labels."""
        with self._lock:
            found = self._timings.get(name, {})
            return {labels: Timing([*one.buckets], one.seconds) for labels, one in found.items()}


def label_values(name: str, labels: Mapping[str, str]) -> Labels:
    """Return the values in the metric's own order; what is no plain word becomes `other`."""
    values = (labels[label] for label in METRICS[name].labels)
    return tuple(value if _LABEL.fullmatch(value) else "other" for value in values)


def _bounded(values: Labels, known: Mapping[Labels, object]) -> Labels:
    return values if values in known or len(known) < LABEL_SETS else ("other",) * len(values)


def delivered(meter: Meter, delivery: Delivery, outcome: Outcome, reason: str, now: datetime) -> None:
    """Count how an attempt to send ended, and how late an acknowledgement went out."""
    if outcome is not Outcome.UNCERTAIN:
        # Whatever ends uncertain is counted where that is decided: a lease may run out without an attempt.
        meter.count("deliveries", effect=delivery.effect, outcome=outcome)
    if outcome is Outcome.SENT and delivery.effect is Effect.ACKNOWLEDGE:
        meter.took("ack_late_seconds", max(0.0, (now - delivery.first_due_at).total_seconds()))
    if outcome is Outcome.DELAYED:
        meter.count("delayed", reason=reason)
    if reason in BUDGETS:
        meter.count("budget_refused", reason=reason)


def unclear(meter: Meter, timeline: Iterable[Entry]) -> None:
    """Count the messages of which nobody knows any more whether they went out."""
    for entry in timeline:
        if entry.why is Why.UNCERTAIN:
            meter.count("deliveries", effect=entry.facts["effect"], outcome=Outcome.UNCERTAIN)


def answered(meter: Meter, case: Case, before: Case | None) -> None:
    """Time a person's first reply, when this is it."""
    first = case.first_response
    if first and not (before and before.first_response):
        meter.took("first_response_seconds", first.took.total_seconds())


def waited(meter: Meter, queue: str, span: timedelta) -> None:
    """Time how long a message stood in its queue."""
    meter.took("queue_age_seconds", max(0.0, span.total_seconds()), queue=queue)
