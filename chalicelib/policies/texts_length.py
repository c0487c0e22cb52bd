"""How long the owner's texts can get, told from how they are built: nothing is said, so it costs nothing."""

from collections.abc import Iterator, Mapping

from fluent.syntax import ast

from chalicelib.policies.texts_inside import Entry

MOST_IN_A_PIECE = 2500
"""Characters that Fluent takes in one piece of a text; with a longer one nothing at all is said."""

_LONGEST_VARIABLE = 40
"""More letters than any date or time has in any of the languages."""


class Lengths:
    """The texts of one language, each measured in characters with every choice at its longest."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        """Take the texts by name, those of terms with their dash."""
        self._entries = entries
        self._longest: dict[str, int] = {}
        self._pieces: dict[str, int] = {}

    def longest(self, name: str) -> int:
        """Return the most characters a text can have; choices that exclude each other are added up, too."""
        if name not in self._longest:
            # What refers to itself is told of elsewhere, and adds nothing here.
            self._longest[name] = self._pieces[name] = 0
            entry = self._entries.get(name)
            if entry and entry.value:
                self._longest[name] = self._pattern(entry.value, name)
        return self._longest[name]

    def piece(self, name: str) -> int:
        """Return the most characters a single piece of a text can have; one that stands alone is none."""
        self.longest(name)
        return self._pieces[name]

    def _pattern(self, pattern: ast.Pattern, name: str) -> int:
        lengths = [
            len(one.value) if isinstance(one, ast.TextElement) else self._value(one.expression, name)
            for one in pattern.elements
        ]
        if len(lengths) > 1 or isinstance(pattern.elements[0], ast.Placeable):
            self._pieces[name] = max(self._pieces[name], *lengths, 0)
        return sum(lengths)

    def _value(self, written: ast.InlineExpression | ast.Placeable | ast.SelectExpression, name: str) -> int:
        if isinstance(written, ast.SelectExpression):
            return max(self._variants(written, name), default=0)
        if isinstance(written, ast.Placeable):
            return self._value(written.expression, name)
        if isinstance(written, ast.MessageReference):
            return self.longest(written.id.name)
        if isinstance(written, ast.TermReference):
            return self.longest(f"-{written.id.name}")
        if isinstance(written, ast.StringLiteral):
            return len(written.value)
        return _LONGEST_VARIABLE

    def _variants(self, written: ast.SelectExpression, name: str) -> Iterator[int]:
        for variant in written.variants:
            length = self._pattern(variant.value, name)
            self._pieces[name] = max(self._pieces[name], length)
            yield length
