"""The owner's texts in Fluent, one file a language (https://projectfluent.org/fluent/guide/).

Dates and times are written as people of the language write them (Babel's data, from Unicode CLDR).
Both libraries are imported when a text is first spoken: most events need none.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import cached_property, lru_cache
from typing import Any

from chalicelib.core.compose import Variable
from chalicelib.core.errors import TextMissing

_LAYOUT = re.compile(r"[ \t\r\n]+")
"""Spaces that only lay out the file. A no-break space belongs to the words: French keeps `16 h` on a line."""

_LAID_OUT = ("  ", "\n", "\t", "\r")
"""Without any of these there is nothing to take out."""

_ENTRY = re.compile(r"^(-?[A-Za-z][\w-]*) *=", re.MULTILINE)
"""Where a message or term begins: nothing else of a checked file starts a line with a name and `=`."""

_NAME = re.compile(r"-?[A-Za-z][\w-]*")


class FluentTexts:
    """The texts of all languages; a text is parsed when it is first said, or a file `at_once`."""

    def __init__(self, sources: Mapping[str, str], *, at_once: bool = False) -> None:
        """Take the text of each file by language; what has not been checked must be parsed at once."""
        self._sources = sources
        self._at_once = at_once
        self._languages: dict[str, Language] = {}

    def variants(self, language: str, wording: str) -> Sequence[str]:
        """Return the ids of the variants of a wording, in the order of their numbers."""
        return self._language(language).variants(wording)

    def say(self, language: str, text_id: str, variables: Mapping[str, Variable]) -> str:
        """Return a text with its variables; `x_at` is there as `x_time`, `x_date`, `x_hour`, `x_minutes`.

        Raises `TextMissing` when the text does not exist or cannot be formatted.
        """
        return self._language(language).say(text_id, variables)

    def of(self, language: str) -> "Language":
        """Return the texts of one language, for whoever says them very often. Raises `TextMissing`."""
        return self._language(language)

    def _language(self, language: str) -> "Language":
        if language not in self._sources:
            raise TextMissing(f"there is no messages/{language}.ftl")
        if language not in self._languages:
            self._languages[language] = Language(language, self._sources[language], at_once=self._at_once)
        return self._languages[language]


class Language:
    """The texts of one language."""

    def __init__(self, language: str, source: str, *, at_once: bool) -> None:
        from fluent.runtime import FluentBundle

        self.language = language
        # Isolation marks around variables would show up as boxes in some chat apps.
        self._bundle = FluentBundle([language], use_isolating=False)
        self._unread: dict[str, str] = {}
        self._names = self._read_all(source) if at_once else self._cut(source)

    def _read_all(self, source: str) -> Sequence[str]:
        from fluent.syntax.ast import Message

        from chalicelib.policies.texts_inside import resource as read

        resource = read(source)
        self._bundle.add_resource(resource)
        return [entry.id.name for entry in resource.body if isinstance(entry, Message)]

    def _cut(self, source: str) -> Sequence[str]:
        """Cut a file into its entries, unread: reading the whole file takes far longer."""
        begins = [*_ENTRY.finditer(source)]
        ends = [*(found.start() for found in begins), len(source)][1:]
        self._unread = {
            found[1]: source[found.start() : end] for found, end in zip(begins, ends, strict=False)
        }
        return list(self._unread)

    def _read(self, name: str) -> None:
        """Parse a message or term and all that it refers to."""
        from fluent.runtime import FluentResource

        waiting = [name]
        while waiting:
            entry = self._unread.pop(waiting.pop(), "")
            if entry:
                self._bundle.add_resource(FluentResource(entry))
                waiting.extend(_NAME.findall(entry))

    def variants(self, wording: str) -> tuple[str, ...]:
        """Return the ids of the variants of a wording, in the order of their numbers."""
        return tuple(name for name in self._numbered.get(wording, ()) if self._has(name))

    @cached_property
    def _numbered(self) -> Mapping[str, list[str]]:
        found: dict[str, list[tuple[int, str]]] = {}
        for name in self._names:
            wording, _, number = name.rpartition("-")
            if wording and number.isdecimal():
                found.setdefault(wording, []).append((int(number), name))
        return {wording: [name for _, name in sorted(ids)] for wording, ids in found.items()}

    def _has(self, text_id: str) -> bool:
        self._read(text_id)
        return bool(self._bundle.has_message(text_id))

    def say(self, text_id: str, variables: Mapping[str, Variable]) -> str:
        """Return a text with its variables. Raises `TextMissing`."""
        return laid_out(self.as_written(text_id, self.spoken(variables)))

    def as_written(self, text_id: str, spoken: Mapping[str, Any]) -> str:
        """Return a text with the spaces of the file in it. Raises `TextMissing`."""
        if not self._has(text_id):
            raise TextMissing(f"{text_id} is not in messages/{self.language}.ftl")
        pattern = self._bundle.get_message(text_id).value
        if pattern is None:
            raise TextMissing(f"{text_id} in messages/{self.language}.ftl has no text")
        try:
            text, errors = self._bundle.format_pattern(pattern, dict(spoken))
        except RecursionError:
            raise TextMissing(f"{text_id} in messages/{self.language}.ftl goes too deep") from None
        if errors:
            raise TextMissing(f"{text_id} in messages/{self.language}.ftl: {errors[0]}")
        return str(text)

    def spoken(self, variables: Mapping[str, Variable]) -> dict[str, Any]:
        """Return the variables as a text knows them: a moment becomes its time, date, hour and minutes."""
        spoken: dict[str, Any] = {name: value for name, value in variables.items() if isinstance(value, str)}
        for name, value in variables.items():
            if not name.endswith("_at"):
                continue
            stem = name.removesuffix("_at")
            moment = value if isinstance(value, datetime) else None
            spoken[f"{stem}_time"] = time_of(moment, self.language) if moment else ""
            spoken[f"{stem}_date"] = date_of(moment, self.language) if moment else ""
            # Numbers, so that a text can choose by them and by the plural they take.
            spoken[f"{stem}_hour"] = _number(moment.hour if moment else 0)
            spoken[f"{stem}_minutes"] = _number(moment.minute if moment else 0, digits=2)
        return spoken


def laid_out(text: str) -> str:
    """Return a text without the spaces that only lay out the file."""
    if any(layout in text for layout in _LAID_OUT):
        text = _LAYOUT.sub(" ", text)
    return text.strip(" ")


def time_of(moment: datetime, language: str) -> str:
    """Return the time on the wall as people write it: `9:00` in most languages, `9 am` in English."""
    return _time(moment.hour, moment.minute, language)


def date_of(moment: datetime, language: str) -> str:
    """Return day and month as they stand in a sentence: `22 December`, `22 grudnia`, `22. prosinca`."""
    return _date(moment.year, moment.month, moment.day, language)


@lru_cache(maxsize=256)
def _number(value: int, *, digits: int = 1) -> Any:
    from fluent.runtime.types import fluent_number

    return fluent_number(value, minimumIntegerDigits=digits)


@lru_cache(maxsize=1024)
def _time(hour: int, minute: int, language: str) -> str:
    from babel.dates import format_time

    moment = time(hour, minute)
    if language == "en":
        return format_time(moment, "h:mm a" if minute else "h a", locale=_LOCALES["en"])
    # People write 9:00 where the data says 09:00.
    return format_time(moment, "short", locale=language).removeprefix("0").rjust(len("0:00"), "0")


@lru_cache(maxsize=1024)
def _date(year: int, month: int, day: int, language: str) -> str:
    from babel.dates import format_skeleton

    if language == "sl":
        return f"{day}. {_SLOVENE_MONTHS[month - 1]}"
    written = format_skeleton("MMMMd", date(year, month, day), locale=_LOCALES.get(language, language))
    return written.replace("1 ", "1er ") if language == "fr" and day == 1 else written


_LOCALES = {"en": "en_GB"}
"""Where a language is written in several ways: the shops that Hearback is for are in Europe."""

_SLOVENE_MONTHS = [
    "januarja",
    "februarja",
    "marca",
    "aprila",
    "maja",
    "junija",
    "julija",
    "avgusta",
    "septembra",
    "oktobra",
    "novembra",
    "decembra",
]
"""The data has them in the nominative, and people date in the genitive."""
