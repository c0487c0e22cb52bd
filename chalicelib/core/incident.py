"""What holds while a channel is flooded with complaints: one status for all, one call for all (R33). Pure."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Protocol

from chalicelib.core.case import Case
from chalicelib.core.effects import Alert, Delivery, Effect, Wording
from chalicelib.core.message import Category
from chalicelib.core.values import dataclass

CRISIS = "crisis"
"""The reason of what is held back, because one call and one status stand for all of it."""

COUNTED = "counted"
"""The reason of an alert that is left out, because the one call after a crisis named its case (R34)."""

LABEL = "status"
"""The fact of a delivery that tells which status of which incident it carries."""

_CAPS = frozenset({"post_cap", "channel_ceiling"})
_OF_ONE_CASE = frozenset({Alert.DELIVERY_REFUSED, Alert.DELIVERY_UNCERTAIN})
"""Alerts that no other call stands for: words may or may not have reached one customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """Which open cases an incident speaks to; what is empty or None lets every case through.

    `since` is when the oldest unanswered message was written at the earliest (UTC).
    """

    categories: frozenset[Category] = frozenset({Category.COMPLAINT})
    rules: frozenset[str] = frozenset()
    keywords: tuple[str, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusText:
    """The words in force for all cases of an incident, by language; `by` is the person who approved them.

    `label` is `INCIDENT.STATUS`, each a number that counts from 1: a case gets each label once.
    """

    label: str
    by: str
    texts: Mapping[str, str]
    linking: Linking = field(default_factory=Linking)

    def said_in(self, *languages: str) -> str:
        """Return the text in the first of these languages that has one, else the first text there is."""
        found = (self.texts[language] for language in languages if language in self.texts)
        return next(found, next(iter(self.texts.values())))


class _Flags(Protocol):
    @property
    def crisis(self) -> bool: ...

    @property
    def told_until(self) -> datetime | None: ...

    @property
    def status(self) -> StatusText | None: ...


def hushed(case: Case, delivery: Delivery, policy: _Flags) -> str | None:
    """Return why an alert about one case of a flood is not carried out, None where it is (R33)."""
    if delivery.effect is not Effect.ALERT_OWNER or delivery.alert in _OF_ONE_CASE:
        return None
    complaint, owed = case.category is Category.COMPLAINT, case.owed
    if policy.crisis and complaint:
        return CRISIS
    counted = owed and (owed.counted or (complaint and policy.told_until and owed.since <= policy.told_until))
    return COUNTED if counted else None


def named(reason: str, policy: _Flags) -> str:
    """Return why a message was held back: what a cap stops in a crisis is held back by the crisis."""
    return CRISIS if policy.crisis and reason in _CAPS else reason


def is_over(delivery: Delivery, policy: _Flags) -> bool:
    """Return whether the status a delivery carries is no longer the one in force."""
    label = policy.status.label if policy.status else ""
    return delivery.wording is Wording.STATUS and delivery.facts.get(LABEL) != label


def status_of(case: Case, label: str) -> Delivery | None:
    """Return the delivery that carries a status to a case, None where none was planned."""
    return next((one for one in case.outbox if one.facts.get(LABEL) == label), None)


def status_coming(case: Case) -> Delivery | None:
    """Return the status that is on its way to a customer, None where there is none."""
    return next((one for one in case.outbox if one.pending and one.wording is Wording.STATUS), None)
