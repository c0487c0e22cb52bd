"""The owner's texts in Fluent, one file a language (https://projectfluent.org/fluent/guide/).

Dates and times are written as people of the language write them (Babel's data, from Unicode CLDR).
Both libraries are imported when a text is first spoken: most events need none.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

from chalicelib.core.compose import Variable
from chalicelib.core.errors import TextMissing


class FluentTexts:
    """The texts of all languages; files are parsed when their language is first spoken."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        """Take the text of each file by language."""
        self._sources = sources
        self._languages: dict[str, _Language] = {}

    def variants(self, language: str, wording: str) -> Sequence[str]:
        """Return the ids of the variants of a wording, in the order of their numbers."""
        return self._language(language).variants.get(wording, ())

    def say(self, language: str, text_id: str, variables: Mapping[str, Variable]) -> str:
        """Return a text with its variables; each `x_at` is also there as `x_time` and `x_date`.

        Raises `TextMissing` when the text does not exist or cannot be formatted.
        """
        return self._language(language).say(text_id, variables)

    def _language(self, language: str) -> "_Language":
        if language not in self._sources:
            raise TextMissing(f"there is no messages/{language}.ftl")
        if language not in self._languages:
            self._languages[language] = _Language(language, self._sources[language])
        return self._languages[language]


class _Language:
    def __init__(self, language: str, source: str) -> None:
        from fluent.runtime import FluentBundle, FluentResource
        from fluent.syntax.ast import Message

        self.language = language
        # Isolation marks around variables would show up as boxes in some chat apps.
        self._bundle = FluentBundle([language], use_isolating=False)
        resource = FluentResource(source)
        self._bundle.add_resource(resource)
        self._names = [entry.id.name for entry in resource.body if isinstance(entry, Message)]

    @cached_property
    def variants(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[tuple[int, str]]] = {}
        for name in self._names:
            wording, _, number = name.rpartition("-")
            if wording and number.isdecimal():
                found.setdefault(wording, []).append((int(number), name))
        return {wording: tuple(name for _, name in sorted(ids)) for wording, ids in found.items()}

    def say(self, text_id: str, variables: Mapping[str, Variable]) -> str:
        if not self._bundle.has_message(text_id):
            raise TextMissing(f"{text_id} is not in messages/{self.language}.ftl")
        pattern = self._bundle.get_message(text_id).value
        if pattern is None:
            raise TextMissing(f"{text_id} in messages/{self.language}.ftl has no text")
        try:
            text, errors = self._bundle.format_pattern(pattern, self._spoken(variables))
        except RecursionError:
            raise TextMissing(f"{text_id} in messages/{self.language}.ftl goes too deep") from None
        if errors:
            raise TextMissing(f"{text_id} in messages/{self.language}.ftl: {errors[0]}")
        return " ".join(str(text).split())

    def _spoken(self, variables: Mapping[str, Variable]) -> dict[str, str]:
        from babel.dates import format_skeleton, format_time

        spoken = {name: value for name, value in variables.items() if isinstance(value, str)}
        for name, value in variables.items():
            if isinstance(value, datetime):
                stem = name.removesuffix("_at")
                # People write 9:00 where the data says 09:00.
                spoken[f"{stem}_time"] = format_time(value, "short", locale=self.language).removeprefix("0")
                spoken[f"{stem}_date"] = format_skeleton("MMMMd", value, locale=self.language)
            elif name.endswith("_at"):
                stem = name.removesuffix("_at")
                spoken |= {f"{stem}_time": "", f"{stem}_date": ""}
        return spoken
