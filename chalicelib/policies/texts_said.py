"""Every text as customers may read it: in each combination of what a text may choose by."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import product
from typing import Any

from fluent.syntax import ast

from chalicelib.core.compose import DAYS, Variable
from chalicelib.core.values import dataclass
from chalicelib.policies.texts import FluentTexts, date_of
from chalicelib.policies.texts_check import KNOWN, PRIVATE_ONLY
from chalicelib.policies.texts_inside import CHOICES, Used, parsed
from chalicelib.policies.texts_quick import QuickTexts

EXAMPLE_NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""The Friday on which the examples are said."""

_TIMES = ((16, 0), (9, 0), (12, 0), (13, 30), (1, 0), (2, 0), (23, 59))
_LONGEST_TIME = (22, 30)
_MOMENTS = ("promise", "back")
_LAST_MINUTE = (23, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One text as a customer reads it; `chosen` are the choices it was made by, `moments` the two times."""

    wording: str
    text_id: str
    chosen: Mapping[str, str]
    moments: Mapping[str, datetime]
    text: str

    @property
    def public(self) -> bool:
        """Whether everybody can read it."""
        return self.chosen["place"] == "public"


class Speaker:
    """Says the texts of one language."""

    def __init__(self, language: str, source: str) -> None:
        """Take the source of the language's file, which need not be free of mistakes."""
        self.language = language
        self._texts = FluentTexts({language: source}, at_once=True)
        self.entries = {entry.id.name: entry for entry in parsed(source) if isinstance(entry, ast.Message)}
        self._quick: QuickTexts | None = None
        self._told_at: dict[tuple[datetime | None, ...], Mapping[str, Any]] = {}
        self._moments: dict[tuple[str, int, int], datetime] = {}
        self._used = {name: Used(entry) for name, entry in self.entries.items()}
        self._variables: dict[str, frozenset[str]] = {}

    def variants(self, wording: str) -> tuple[str, ...]:
        """Return the ids of the texts for a wording."""
        return tuple(self._texts.variants(self.language, wording))

    def reached(self, text_id: str) -> tuple[str, ...]:
        """Return a text and all it refers to, itself first."""
        reached, todo = {text_id: None}, [text_id]
        while todo:
            for other in self._used[todo.pop()].texts:
                if other in self._used and other not in reached:
                    reached[other] = None
                    todo.append(other)
        return tuple(reached)

    def variables(self, text_id: str) -> frozenset[str]:
        """Return the variables of a text, by itself and through the texts it refers to."""
        if text_id not in self._variables:
            used = (self._used[name].variables for name in self.reached(text_id))
            self._variables[text_id] = frozenset().union(*used)
        return self._variables[text_id]

    def say(self, text_id: str, moments: Mapping[str, datetime], **chosen: str) -> str:
        """Return a text; what is not chosen is plain, private and without a time. Raises `TextMissing`."""
        if self._quick is None:
            self._quick = QuickTexts(
                self._texts.of(self.language),
                self.entries,
                self.variables,
                lambda name: self._used[name].pieces,
            )
        return self._quick.say(text_id, {**PLAIN, **chosen, **self._spoken(moments)})

    def _spoken(self, moments: Mapping[str, datetime]) -> Mapping[str, Any]:
        key = tuple(moments.get(name) for name in _MOMENTS)
        if key not in self._told_at:
            told: dict[str, Variable] = {f"{name}_at": moments.get(name, "") for name in _MOMENTS}
            self._told_at[key] = self._texts.of(self.language).spoken(told)
        return self._told_at[key]

    def everything(self) -> Iterator[Said]:
        """Yield every text in every combination that can matter. Raises `TextMissing`."""
        for wording in sorted(KNOWN):
            for text_id in self.variants(wording):
                yield from self.combinations(wording, text_id)

    def combinations(self, wording: str, text_id: str) -> Iterator[Said]:
        """Yield one text as it may be said. Raises `TextMissing`.

        All choices but those of times are combined with each other, without any time and with the longest;
        each way of addressing is combined with every day and every time.
        """
        used = self.variables(text_id)
        choices = {name: CHOICES[name] for name in CHOICES if name in used and not name.endswith("_day")}
        choices["place"] = _places(wording, told=choices.get("place"))
        for values in product(*choices.values()):
            chosen = {**PLAIN, **dict(zip(choices, map(str, values), strict=True))}
            yield self._said(wording, text_id, chosen, {})
            yield self._said(wording, text_id, chosen, self._told(used, chosen, *self._days_and_times[-1]))
        for formality in choices.get("formality", ("formal",)):
            chosen = {**PLAIN, "formality": str(formality), "place": choices["place"][0], "open": "no"}
            for day, hour, minute in self._days_and_times[:-1]:
                told = self._told(used, chosen, day, hour, minute)
                for name in told:
                    yield self._said(wording, text_id, chosen, {name: told[name]})

    def _said(
        self, wording: str, text_id: str, chosen: Mapping[str, str], times: Mapping[str, tuple[str, datetime]]
    ) -> Said:
        picked = {**chosen, **{f"{name}_day": day for name, (day, _) in times.items()}}
        moments = {name: moment for name, (_, moment) in times.items()}
        text = self.say(text_id, moments, **picked)
        return Said(wording=str(wording), text_id=text_id, chosen=picked, moments=moments, text=text)

    def _told(
        self, used: frozenset[str], chosen: Mapping[str, str], day: str, hour: int, minute: int
    ) -> dict[str, tuple[str, datetime]]:
        """Return which of promise and opening the text tells of, each with day and moment."""
        names = {name for name in _MOMENTS if f"{name}_day" in used}
        if chosen["open"] == "yes":
            names.discard("back")
        if (hour, minute) == _LAST_MINUTE:
            # Midnight is promised as the last minute of the day, and nobody opens then.
            names.discard("back")
        return {name: (day, self._moment_of(day, hour, minute)) for name in sorted(names)}

    @cached_property
    def _days_and_times(self) -> tuple[tuple[str, int, int], ...]:
        """Every day at one time, and one day at every time; the last is the longest of all."""
        days = [(day, *_TIMES[0]) for day in CHOICES["promise_day"] if day != "none"]
        times = [("tomorrow", *one) for one in _TIMES[1:]]
        return (*days, *times, ("later", *_LONGEST_TIME))

    def _moment_of(self, day: str, hour: int, minute: int) -> datetime:
        key = day, hour, minute
        if key not in self._moments:
            self._moments[key] = self._moment(*key)
        return self._moments[key]

    def _moment(self, day: str, hour: int, minute: int) -> datetime:
        if day == "later":
            start = max((EXAMPLE_NOW.replace(month=n, day=22) for n in range(1, 13)), key=self._date_length)
        elif day in DAYS:
            start = EXAMPLE_NOW + timedelta(days=(DAYS.index(day) - EXAMPLE_NOW.weekday()) % 7)
        else:
            start = EXAMPLE_NOW + timedelta(days=day == "tomorrow")
        return start.replace(hour=hour, minute=minute)

    def _date_length(self, moment: datetime) -> int:
        return len(date_of(moment, self.language))


PLAIN: Mapping[str, str] = {
    "formality": "formal",
    "mood": "neutral",
    "place": "private",
    "open": "yes",
    "seen": "no",
    "disclose": "yes",
    "promise_day": "none",
    "back_day": "none",
}
"""What a text is said with where nothing else is chosen."""


def _places(wording: str, told: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return where a wording is said: some are only private, those for the public only public."""
    if wording.endswith("-public"):
        return ("public",)
    if wording in PRIVATE_ONLY:
        return ("private",)
    # A text that does not ask for the place is the same in public.
    return told or ("public",)
