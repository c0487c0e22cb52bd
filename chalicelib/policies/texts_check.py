"""Every mistake in the owner's texts, with its line: syntax, unknown names, too few variants."""

import re
from collections.abc import Mapping

from fluent.syntax import FluentParser, ast, visitor

from chalicelib.core.effects import Wording
from chalicelib.core.errors import Mistake

VARIABLES = frozenset(
    {
        "formality",
        "mood",
        "place",
        "open",
        "seen",
        "promise_day",
        "promise_time",
        "promise_date",
        "back_day",
        "back_time",
        "back_date",
    }
)
REQUIRED: Mapping[str, int] = {
    Wording.ACK: 3,
    "ack-public": 3,
    Wording.UPDATE: 3,
    Wording.MISSED: 1,
    "missed-again": 3,
    Wording.LAST_LEGAL: 1,
    Wording.PROMISE: 2,
    Wording.REMIND: 1,
    Wording.CLOSING: 1,
}
"""How many variants each wording needs, so that a customer never reads the same twice (R20)."""

_VARIANT = re.compile(r"(.+)-(\d+)")


def check(source: str, file: str) -> list[Mistake]:
    """Return every mistake in one file of texts: syntax, unknown variables or messages, too few variants."""
    resource = FluentParser().parse(source)
    mistakes = []
    for entry in resource.body:
        if isinstance(entry, ast.Junk):
            annotation = entry.annotations[0] if entry.annotations else None
            at = annotation.span.start if annotation and annotation.span else 0
            problem = annotation.message if annotation else "not Fluent"
            remedy = "A text looks like `ack-1 = Words`, with further lines indented"
            mistakes.append(_mistake(file, source, at, "text", str(problem), remedy))
    names = {entry.id.name for entry in resource.body if isinstance(entry, ast.Message)}
    finder = _References(file, source, names)
    finder.visit(resource)
    return mistakes + finder.mistakes + _too_few(names, file)


def _too_few(names: set[str], file: str) -> list[Mistake]:
    mistakes = []
    for wording, needed in REQUIRED.items():
        there = sum(bool((m := _VARIANT.fullmatch(name)) and m[1] == wording) for name in names)
        if there < needed:
            problem = f"{there} of at least {needed} variants are there"
            remedy = f"Add `{wording}-{there + 1} = ...`"
            mistakes.append(Mistake(file, 1, 1, wording, problem, remedy))
    return mistakes


class _References(visitor.Visitor):
    def __init__(self, file: str, source: str, names: set[str]) -> None:
        super().__init__()
        self.file, self.source, self.names = file, source, names
        self.mistakes: list[Mistake] = []

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - Fluent's own naming
        if node.id.name not in VARIABLES:
            remedy = f"Use one of {', '.join(f'${name}' for name in sorted(VARIABLES))}"
            self._add(node, f"${node.id.name}", "there is no such variable", remedy)

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802 - Fluent's own naming
        if node.id.name not in self.names:
            self._add(node, node.id.name, "there is no such text", "Write the name of a text in this file")

    def _add(self, node: ast.BaseNode, field: str, problem: str, remedy: str) -> None:
        span = getattr(node, "span", None)
        self.mistakes.append(
            _mistake(self.file, self.source, span.start if span else 0, field, problem, remedy)
        )


def _mistake(file: str, source: str, at: int, field: str, problem: str, remedy: str) -> Mistake:
    before = source[:at]
    return Mistake(file, before.count("\n") + 1, at - before.rfind("\n"), field, problem, remedy)
