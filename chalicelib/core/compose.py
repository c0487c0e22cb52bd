"""Which of the owner's texts is said, with what in it (R21, R22, R26, R27, R30, R31). Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Protocol

from chalicelib.core import calendar, lanes, outbox
from chalicelib.core.case import Case
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Delivery, DeliveryStatus, Wording
from chalicelib.core.errors import NeverOpens, TextMissing
from chalicelib.core.events import Outcome
from chalicelib.core.message import Category, Formality
from chalicelib.core.policy import Policy

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOODS = {Category.COMPLAINT: "upset", Category.QUESTION: "question", Category.PRAISE: "praise"}
_NEVER_READ = frozenset({DeliveryStatus.PLANNED, DeliveryStatus.REFUSED, DeliveryStatus.CANCELLED})
MISSED_AGAIN = "missed-again"
REOPENED = "reopened"
"""Wordings that the case chooses by what was before."""

_VARIANT = "variant"
"""The fact of a delivery that tells which text it was made of."""

Variable = str | datetime

Fits = Callable[[Delivery, str], bool]
"""Whether the platform takes these words on the way a message goes."""


def _always(_delivery: Delivery, _text: str) -> bool:
    return True


class Texts(Protocol):
    """The owner's texts, in as many languages as there are files."""

    def variants(self, language: str, wording: str) -> Sequence[str]:
        """Return the ids of the texts for this wording, in the order of the file."""

    def say(self, language: str, text_id: str, variables: Mapping[str, Variable]) -> str:
        """Return the text with the variables in it. Raises `TextMissing`."""


def put_into_words(
    d: Decision,
    texts: Texts,
    policy: Policy,
    now: datetime,
    *,
    said: frozenset[str] = frozenset(),
    fits: Fits = _always,
) -> Decision:
    """Return the decision with words in every claimed automatic message; without words it is refused.

    `said` holds the digests of what the customer has read in other threads or cases (R20); of several
    texts one that `fits` is said.
    """
    for delivery in d.effects:
        if not delivery.automatic or delivery.text:
            continue
        others = tuple(e for e in d.effects if e.key != delivery.key)
        try:
            worded = compose(d.case, delivery, texts, policy, now, said=said, fits=fits)
        except TextMissing:
            d = outbox.settle(d, delivery, Outcome.REFUSED, policy, now, reason="no_text")
            d = replace(d, effects=others)
        else:
            d = replace(d.put(worded), effects=(*others, worded))
    return d


def compose(
    case: Case,
    delivery: Delivery,
    texts: Texts,
    policy: Policy,
    now: datetime,
    *,
    said: frozenset[str] = frozenset(),
    fits: Fits = _always,
) -> Delivery:
    """Return one automatic message with its words, of which none was read before by the customer (R20, R21).

    Of several the first that `fits` speaks; where none does, the first, for whoever sends it to refuse.
    Raises `TextMissing` when every variant has been used or none exists.
    """
    language = case.language if case.language in policy.languages else policy.language
    variables = variables_for(case, delivery, policy, now)
    read = [d for d in case.outbox if d.key != delivery.key and d.status not in _NEVER_READ]
    used = {d.facts.get(_VARIANT) for d in read}
    known = said | {d.digest or outbox.digest_of(d.text) for d in read}
    too_long = None
    for text_id in _candidates(case, delivery, language, texts):
        variant = f"{language}:{text_id}"
        if variant in used:
            continue
        text = texts.say(language, text_id, variables)
        if outbox.digest_of(text) in known:
            continue
        worded = replace(delivery, text=text, facts={**delivery.facts, _VARIANT: variant})
        if fits(delivery, text):
            return worded
        too_long = too_long or worded
    if too_long:
        return too_long
    raise TextMissing(f"no unused text for {delivery.wording} in {language}")


def _candidates(case: Case, delivery: Delivery, language: str, texts: Texts) -> Iterator[str]:
    """Yield the texts for a wording; customers begin at different ones, so that not all read the same."""
    start = int(outbox.digest_of(case.id), 16)
    for wording in _wordings(case, delivery):
        public = texts.variants(language, f"{wording}-public") if delivery.lane in lanes.PUBLIC else ()
        if not public and wording == REOPENED and delivery.lane in lanes.PUBLIC:
            # What became of a case before is nobody's business in public (R27).
            continue
        ids = public or texts.variants(language, wording)
        for offset in range(len(ids)):
            yield ids[(start + offset) % len(ids)]


def _wordings(case: Case, delivery: Delivery) -> tuple[str, ...]:
    """Return the wordings for a message; the later ones speak where nothing unread is left of the first."""
    if delivery.wording is Wording.MISSED and case.apologised:
        # A missed promise is regretted once; after that the plain texts speak (R22).
        return (MISSED_AGAIN,)
    if delivery.wording is Wording.ACK and _newly_reopened(case):
        return (REOPENED, Wording.ACK)
    return (str(delivery.wording),)


def _newly_reopened(case: Case) -> bool:
    """Return whether the customer opened a closed case again and no acknowledgement has said so (R16)."""
    if case.reopened_at is None:
        return False
    return case.last_ack_at is None or case.last_ack_at < case.reopened_at


def variables_for(case: Case, delivery: Delivery, policy: Policy, now: datetime) -> dict[str, Variable]:
    """Return everything a text may use; nothing the customer wrote is among it."""
    opened = calendar.is_open(policy.calendar, now)
    return {
        "formality": formality(case, policy),
        "mood": _MOODS.get(case.category, "neutral"),
        "place": "public" if delivery.lane in lanes.PUBLIC else "private",
        "open": "yes" if opened else "no",
        "seen": "yes" if case.seen or case.holder else "no",
        "disclose": "yes" if policy.disclose else "no",
        **_moment("promise", _before_midnight(delivery.promise_due_at, policy), policy, now),
        **_moment("back", _back(policy, now), policy, now),
    }


def formality(case: Case, policy: Policy) -> Formality:
    """Return how the customer is addressed: by their own words, else as the owner says (R26)."""
    if case.formality is Formality.INFORMAL and policy.informal_allowed:
        return Formality.INFORMAL
    return case.formality if case.formality is Formality.FORMAL else policy.formality


def _back(policy: Policy, now: datetime) -> datetime | None:
    try:
        return calendar.next_opening(policy.calendar, now)
    except NeverOpens:
        # The owner's last opening has passed. The customer is answered all the same (R34).
        return None


def _before_midnight(moment: datetime | None, policy: Policy) -> datetime | None:
    """Return a time that people read as the day they expect: midnight belongs to no day."""
    if moment and calendar.local(policy.calendar, moment).time() == time():
        return moment - timedelta(minutes=1)
    return moment


def _moment(name: str, moment: datetime | None, policy: Policy, now: datetime) -> dict[str, Variable]:
    if moment is None:
        return {f"{name}_day": "none", f"{name}_at": ""}
    wall = calendar.local(policy.calendar, moment)
    days = (wall.date() - calendar.local(policy.calendar, now).date()).days
    near = {0: "today", 1: "tomorrow"}
    day = near.get(days) or (DAYS[wall.weekday()] if days < len(DAYS) else "later")
    return {f"{name}_day": day, f"{name}_at": wall}
