"""Which of the owner's texts is said, with what in it (R21, R22, R26, R27, R30, R31). Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from chalicelib.core import calendar, outbox
from chalicelib.core.case import Case
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Delivery, Wording
from chalicelib.core.errors import TextMissing
from chalicelib.core.events import Outcome
from chalicelib.core.message import Category, Formality
from chalicelib.core.policy import Policy

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOODS = {Category.COMPLAINT: "upset", Category.QUESTION: "question", Category.PRAISE: "praise"}

Variable = str | datetime


class Texts(Protocol):
    """The owner's texts, in as many languages as there are files."""

    def variants(self, language: str, wording: str) -> Sequence[str]:
        """Return the ids of the texts for this wording, in the order of the file."""

    def say(self, language: str, text_id: str, variables: Mapping[str, Variable]) -> str:
        """Return the text with the variables in it. Raises `TextMissing`."""


def put_into_words(d: Decision, texts: Texts, policy: Policy, now: datetime) -> Decision:
    """Return the decision with words in every claimed automatic message; without words it is refused."""
    for delivery in d.effects:
        if not delivery.automatic or delivery.text:
            continue
        others = tuple(e for e in d.effects if e.key != delivery.key)
        try:
            worded = replace(delivery, text=compose(d.case, delivery, texts, policy, now))
        except TextMissing:
            d = outbox.settle(d, delivery, Outcome.REFUSED, policy, now, reason="no_text")
            d = replace(d, effects=others)
        else:
            d = replace(d.put(worded), effects=(*others, worded))
    return d


def compose(case: Case, delivery: Delivery, texts: Texts, policy: Policy, now: datetime) -> str:
    """Return the words of one automatic message, never the same twice in a case (R20).

    Raises `TextMissing` when every text for it has been used or none exists.
    """
    language = case.language if case.language in policy.languages else policy.language
    variables = variables_for(case, delivery, policy, now)
    ids = _candidates(case, str(delivery.wording), language, texts)
    said = {d.digest for d in case.outbox if d.digest}
    start = int(hashlib.sha256(case.id.encode()).hexdigest()[:8], 16) + _number(delivery)
    for offset in range(len(ids)):
        text = texts.say(language, ids[(start + offset) % len(ids)], variables)
        if hashlib.sha256(text.encode()).hexdigest()[:16] not in said:
            return text
    raise TextMissing(f"no unused text for {delivery.wording} in {language}")


def _candidates(case: Case, wording: str, language: str, texts: Texts) -> Sequence[str]:
    # A missed promise is regretted once; after that the plain texts speak (R22).
    if wording == Wording.MISSED and case.apologised:
        wording = "missed-again"
    public = texts.variants(language, f"{wording}-public") if case.thread.public else ()
    return public or texts.variants(language, wording)


def _number(delivery: Delivery) -> int:
    return int(delivery.key.rpartition("-")[2])


def variables_for(case: Case, delivery: Delivery, policy: Policy, now: datetime) -> dict[str, Variable]:
    """Return everything a text may use; nothing the customer wrote is among it."""
    opened = calendar.is_open(policy.calendar, now)
    back = now if opened else calendar.next_opening(policy.calendar, now)
    return {
        "formality": formality(case, policy),
        "mood": _MOODS.get(case.category, "neutral"),
        "place": "public" if case.thread.public else "private",
        "open": "yes" if opened else "no",
        "seen": "yes" if case.seen or case.holder else "no",
        **_moment("promise", delivery.promise_due_at, policy, now),
        **_moment("back", back, policy, now),
    }


def formality(case: Case, policy: Policy) -> Formality:
    """Return how the customer is addressed: by their own words, else as the owner says (R26)."""
    if case.formality is Formality.INFORMAL and policy.informal_allowed:
        return Formality.INFORMAL
    return case.formality if case.formality is Formality.FORMAL else policy.formality


def _moment(name: str, moment: datetime | None, policy: Policy, now: datetime) -> dict[str, Variable]:
    if moment is None:
        return {f"{name}_day": "none", f"{name}_at": ""}
    wall = calendar.local(policy.calendar, moment)
    days = (wall.date() - calendar.local(policy.calendar, now).date()).days
    near = {0: "today", 1: "tomorrow"}
    day = near.get(days) or (DAYS[wall.weekday()] if days < len(DAYS) else "later")
    return {f"{name}_day": day, f"{name}_at": wall}
