"""Says the same texts thousands of times, each part only once for the values it hangs on.

Whatever is not plain words, a variable, a choice by a word or a reference is left to Fluent's own runtime, as
a whole text that is remembered by its variables: what is said is the same, letter by letter.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fluent.syntax import ast

from chalicelib.core.errors import TextMissing
from chalicelib.policies.texts import Language, laid_out
from chalicelib.policies.texts_inside import CHOICES, WORDS

Spoken = Mapping[str, Any]
Part = Callable[[Spoken], str]

_LONGEST_PART = 2500
_MOST_PARTS = 1000
"""Where Fluent's runtime gives up; what comes near is left to it."""


class _Unusual(Exception):
    """A text has something in it that is left to the runtime."""


class QuickTexts:
    """The texts of one language, said quickly."""

    def __init__(
        self,
        texts: Language,
        entries: Mapping[str, ast.Message],
        variables: Callable[[str], Iterable[str]],
        pieces: Callable[[str], int],
    ) -> None:
        """Take the texts, what they are made of, which variables each hangs on, and its number of pieces."""
        self._texts = texts
        self._entries = entries
        self._variables = variables
        self._pieces = pieces
        self._built: dict[str, Part] = {}
        self._sizes: dict[str, int] = {}
        self._building: set[str] = set()

    def say(self, text_id: str, spoken: Spoken) -> str:
        """Return a text. Raises `TextMissing`."""
        try:
            part = self._part(text_id)
        except _Unusual:
            return laid_out(self._texts.as_written(text_id, spoken))
        return laid_out(part(spoken))

    def _part(self, text_id: str) -> Part:
        if text_id not in self._built:
            if text_id in self._building or text_id not in self._entries:
                raise _Unusual
            self._building.add(text_id)
            try:
                made = self._remembered(text_id, self._plain(text_id))
            except _Unusual:
                made = self._remembered(text_id, lambda spoken: self._texts.as_written(text_id, spoken))
                self._sizes[text_id] = self._pieces(text_id)
            finally:
                self._building.discard(text_id)
            self._built[text_id] = made
        return self._built[text_id]

    def _remembered(self, text_id: str, make: Part) -> Part:
        names, known = sorted(self._variables(text_id)), dict[tuple[Any, ...], str]()

        def say(spoken: Spoken) -> str:
            key = tuple([spoken.get(name) for name in names])
            if key not in known:
                known[key] = make(spoken)
            return known[key]

        return say

    def _plain(self, text_id: str) -> Part:
        entry = self._entries[text_id]
        if entry.value is None:
            raise _Unusual
        parts, size = self._pattern(entry.value)
        self._sizes[text_id] = size
        return parts

    def _pattern(self, pattern: ast.Pattern) -> tuple[Part, int]:
        made = [self._element(one) for one in pattern.elements]
        size = len(made) + sum(size for _, size in made)
        if size > _MOST_PARTS:
            raise _Unusual
        parts = [part for part, _ in made]
        return (parts[0] if len(parts) == 1 else lambda spoken: "".join([p(spoken) for p in parts])), size

    def _element(self, element: ast.TextElement | ast.Placeable) -> tuple[Part, int]:
        if isinstance(element, ast.TextElement):
            return _words(element.value), 0
        inside = element.expression
        if isinstance(inside, ast.StringLiteral):
            return _words(inside.parse()["value"]), 0
        if isinstance(inside, ast.VariableReference) and inside.id.name in (*CHOICES, *WORDS):
            name = inside.id.name
            return lambda spoken: str(spoken[name]), 0
        if isinstance(inside, ast.MessageReference) and inside.attribute is None:
            return self._reference(inside.id.name)
        if isinstance(inside, ast.SelectExpression):
            return self._choice(inside)
        raise _Unusual

    def _reference(self, text_id: str) -> tuple[Part, int]:
        part = self._part(text_id)
        return _short(part), self._sizes.get(text_id, 0)

    def _choice(self, choice: ast.SelectExpression) -> tuple[Part, int]:
        by = choice.selector
        if not isinstance(by, ast.VariableReference) or by.id.name not in CHOICES:
            raise _Unusual
        ways: dict[str, Part] = {}
        default, sizes = None, 0
        for variant in choice.variants:
            if not isinstance(variant.key, ast.Identifier):
                raise _Unusual
            part, size = self._pattern(variant.value)
            sizes = max(sizes, size)
            ways.setdefault(variant.key.name, part)
            default = part if variant.default else default
        if default is None:
            raise _Unusual
        name, other = by.id.name, default
        return _short(lambda spoken: ways.get(spoken[name], other)(spoken)), sizes


def _words(text: str) -> Part:
    if len(text) > _LONGEST_PART:
        raise _Unusual
    return lambda _spoken: text


def _short(part: Part) -> Part:
    """Return a part that is refused where Fluent's runtime refuses it for its length."""

    def say(spoken: Spoken) -> str:
        text = part(spoken)
        if len(text) > _LONGEST_PART:
            raise TextMissing("a part of the text is too long")
        return text

    return say
