"""What may stand inside one of the owner's texts: variables, choices, and references to other texts."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache

from fluent.syntax import FluentParser, ast, visitor

from chalicelib.core import compose
from chalicelib.core.message import Formality
from chalicelib.policies.hints import close_to

Entry = ast.Message | ast.Term
Report = Callable[[ast.BaseNode, str, str], None]
"""Takes a place, what is wrong there, and the remedy."""

_DAYS = ("today", "tomorrow", *compose.DAYS, "later", "none")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "formality": tuple(Formality),
    "mood": ("upset", "question", "praise", "neutral"),
    "place": ("public", "private"),
    "open": ("yes", "no"),
    "seen": ("yes", "no"),
    "disclose": ("yes", "no"),
    "promise_day": _DAYS,
    "back_day": _DAYS,
}
"""The variables a text may choose by, and all values of each."""

WORDS = ("promise_time", "promise_date", "back_time", "back_date")
"""The variables a text may show."""

NUMBERS: Mapping[str, range] = {
    "promise_hour": range(24),
    "promise_minutes": range(60),
    "back_hour": range(24),
    "back_minutes": range(60),
}
"""The variables a text may show and choose by: by a number, or by the plural the number takes."""

_PLURALS = ("zero", "one", "two", "few", "many", "other")


def parsed(source: str) -> Sequence[ast.EntryType]:
    """Return the entries of a file; remembered, because several checks look at them and none changes them."""
    return tuple(resource(source).body)


@lru_cache(maxsize=64)
def resource(source: str) -> ast.Resource:
    """Return a file as the parser read it; remembered likewise."""
    return FluentParser().parse(source)


class Inside(visitor.Visitor):
    """Reports what is wrong inside one text."""

    def __init__(self, entry: Entry, known: Collection[str], report: Report) -> None:
        """Take a text, the names of all texts (those of terms with their dash), and where to report."""
        super().__init__()
        self._known = known
        self._report = report
        self._in_term = isinstance(entry, ast.Term)
        for attribute in entry.attributes:
            report(
                attribute, f"the attribute .{attribute.id.name} is never said", "Make it a text of its own"
            )
        if entry.value:
            self.visit(entry.value)

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - Fluent's own naming
        """Variables must exist, and a term has none."""
        name, known = node.id.name, (*CHOICES, *WORDS, *NUMBERS)
        if name not in known:
            remedy = close_to(name, known) or f"Use one of {', '.join(f'${one}' for one in known)}"
            self._report(node, f"there is no variable ${name}", remedy)
        elif self._in_term:
            self._report(node, "a term knows no variables", "Make it a text, without the dash")

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802 - Fluent's own naming
        """Texts that are referred to must exist."""
        self._reference(node.id.name, node)

    def visit_TermReference(self, node: ast.TermReference) -> None:  # noqa: N802 - Fluent's own naming
        """Terms that are referred to must exist, and take no arguments."""
        self._reference(f"-{node.id.name}", node)
        if node.arguments:
            self._report(node, "arguments are not supported", f"Write {{ -{node.id.name} }}")

    def visit_FunctionReference(self, node: ast.FunctionReference) -> None:  # noqa: N802 - Fluent's own naming
        """Every variable is ready to be said; there is nothing to compute."""
        self._report(node, f"the function {node.id.name} is not supported", "Use the variable as it is")

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802 - Fluent's own naming
        """Choices are made by what has a few known values, and name only these."""
        selector = node.selector
        chosen = selector.id.name if isinstance(selector, ast.VariableReference) else ""
        for variant in node.variants:
            if chosen in CHOICES:
                self._choice(variant, chosen)
            elif chosen in NUMBERS:
                self._number(variant, chosen)
        if chosen not in CHOICES and (chosen in WORDS or not chosen):
            choices = ", ".join(f"${name}" for name in (*CHOICES, *NUMBERS))
            self._report(node, "there is nothing to choose by", f"Choose by one of {choices}")
        self.generic_visit(node)

    def _choice(self, variant: ast.Variant, variable: str) -> None:
        key = variant.key.name if isinstance(variant.key, ast.Identifier) else str(variant.key.value)
        allowed = (*CHOICES[variable], *(["other"] if variant.default else []))
        if key not in allowed:
            remedy = close_to(key, allowed) or f"Write one of {', '.join(allowed)}"
            self._report(variant, f"${variable} is never {key}", remedy)

    def _number(self, variant: ast.Variant, variable: str) -> None:
        numbers = NUMBERS[variable]
        if isinstance(variant.key, ast.Identifier):
            key, right = variant.key.name, variant.key.name in _PLURALS
        else:
            key = variant.key.value
            right = key.isdecimal() and int(key) in numbers
        if not right:
            remedy = f"Write a number from 0 to {numbers[-1]}, or one of {', '.join(_PLURALS)}"
            self._report(variant, f"${variable} is never {key}", remedy)

    def _reference(self, name: str, node: ast.MessageReference | ast.TermReference) -> None:
        if node.attribute:
            self._report(node, "attributes are not supported", "Refer to a text of its own")
        elif name not in self._known:
            remedy = close_to(name, self._known) or "Write the name of a text in this file"
            self._report(node, f"there is no text `{name}`", remedy)


class Used(visitor.Visitor):
    """What one text uses: variables, other texts and how often, and how many pieces it is made of."""

    def __init__(self, entry: Entry) -> None:
        """Look through a text."""
        super().__init__()
        self.variables: set[str] = set()
        self.texts: Counter[str] = Counter()
        self.pieces = 0
        self.visit(entry)

    def visit_Pattern(self, node: ast.Pattern) -> None:  # noqa: N802 - Fluent's own naming
        """Count pieces."""
        self.pieces += len(node.elements)
        self.generic_visit(node)

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - Fluent's own naming
        """Remember a variable."""
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802 - Fluent's own naming
        """Remember a text."""
        self.texts[node.id.name] += 1

    def visit_TermReference(self, node: ast.TermReference) -> None:  # noqa: N802 - Fluent's own naming
        """Remember a term."""
        self.texts[f"-{node.id.name}"] += 1
