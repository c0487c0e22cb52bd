"""Every mistake in the owner's texts, with its line, so that whatever passes can be said."""

import re
from collections.abc import Mapping
from dataclasses import field

from fluent.syntax import ast

from chalicelib.core.compose import MISSED_AGAIN, REOPENED
from chalicelib.core.effects import Wording
from chalicelib.core.errors import Mistake
from chalicelib.core.values import dataclass
from chalicelib.policies.hints import did_you_mean
from chalicelib.policies.texts_inside import Entry, Inside, Used, parsed
from chalicelib.policies.texts_length import MOST_IN_A_PIECE, Lengths

REQUIRED: Mapping[str, int] = {
    Wording.ACK: 3,
    REOPENED: 3,
    "ack-public": 3,
    Wording.INVITE: 2,
    Wording.UPDATE: 3,
    Wording.MISSED: 1,
    MISSED_AGAIN: 3,
    Wording.LAST_LEGAL: 1,
    Wording.PROMISE: 2,
    Wording.REMIND: 1,
    Wording.CLOSING: 1,
}
"""How many variants each wording needs at least: none is said twice in a case (R20, R21)."""

PROMISING = frozenset({"ack", REOPENED, "invite", "update", "missed", MISSED_AGAIN, "last-legal", "promise"})
"""What may carry a promise and so must name its time: what nobody read cannot be missed (R22)."""

PRIVATE_ONLY = frozenset({"ack", "invite", "reopened"})
"""What is never said in public; what everybody reads instead has a wording of its own."""

_ALSO_PUBLIC = {*Wording, MISSED_AGAIN, REOPENED} - {Wording.INVITE, Wording.STATUS}
KNOWN = frozenset({*REQUIRED, *(f"{wording}-public" for wording in _ALSO_PUBLIC)})
_PROMISED = frozenset({"promise_time", "promise_date", "promise_hour"})
_VARIANT = re.compile(r"(.+)-\d+")
_NAME = re.compile(r"\s*(-?[a-zA-Z][\w-]*)\s*=")
_MOST_PIECES = 500
_DEEPEST = 20
_WRITE_OUT = "Write the words out where they are needed"
_REMEDIES = {
    'token: "="': "A text looks like `ack-1 = Words`; every further line of it is indented",
    "an entry start": "A text looks like `ack-1 = Words`; every further line of it is indented",
    "to have a value": "Write the words after the equals sign, or indent them on the next line",
    "as default": "Put a star before the choice that holds otherwise, such as `*[neutral]`",
    "one variant": "Write at least one choice, such as `*[neutral] Words`",
    "as selectors": "Choose by a variable, such as `{ $mood -> ... }`",
    "Unterminated": 'Close the quotes: { "words" }',
}
"""What helps against the commonest complaints of the Fluent reader."""

_OTHERWISE = "Close every brace that is opened, and indent every further line of a text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What the rules ask of the texts: whether any rule promises, and how many updates a case may get."""

    promises: bool = False
    updates: int = 0


def check(source: str, language: str, needs: Needs) -> list[Mistake]:
    """Return every mistake in the texts of one language."""
    texts = _Texts(f"messages/{language}.ftl", source)
    try:
        texts.read()
        texts.compare(needs)
    except RecursionError:
        texts.add_at(0, "file", "braces go too deep", _WRITE_OUT)
    return texts.mistakes


@dataclass(slots=True)
class _Texts:
    """One file: its texts by name (terms with their dash), the names of broken ones, and the mistakes."""

    file: str
    source: str
    entries: dict[str, Entry] = field(default_factory=dict)
    used: dict[str, Used] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    mistakes: list[Mistake] = field(default_factory=list)

    def read(self) -> None:
        """Find what is wrong in each text for itself."""
        for entry in parsed(self.source):
            if isinstance(entry, ast.Junk):
                self._junk(entry)
            elif isinstance(entry, ast.Message | ast.Term):
                name = _name(entry)
                if name in self.entries:
                    self.add(entry, name, "this text stands here twice", "Give it a number of its own")
                self.entries[name] = entry
        known = self.entries.keys() | self.broken
        for name, entry in self.entries.items():

            def report(node: ast.BaseNode, problem: str, remedy: str, name: str = name) -> None:
                self.add(node, name, problem, remedy)

            Inside(entry, known, report)
            self.used[name] = Used(entry)

    def compare(self, needs: Needs) -> None:
        """Find what is wrong among the texts."""
        self._tangles()
        self._unsayable()
        by_wording: dict[str, list[str]] = {}
        for name in filter(wording_of, self.entries):
            by_wording.setdefault(wording_of(name), []).append(name)
        for wording, names in by_wording.items():
            if wording not in KNOWN:
                remedy = did_you_mean(wording, KNOWN)
                self.add(self.entries[names[0]], names[0], f"Hearback never says `{wording}`", remedy)
            self._twins(names)
            private = wording.removesuffix("-public")
            if private == Wording.PROMISE or (needs.promises and private in PROMISING):
                self._silent_promises(names)
        for wording, least in REQUIRED.items():
            needed = max(least, needs.updates) if wording == Wording.UPDATE else least
            self._too_few(wording, by_wording.get(wording, []), needed)

    def add(self, node: ast.BaseNode, name: str, problem: str, remedy: str) -> None:
        """Keep a mistake at the place of a node."""
        span = getattr(node, "span", None)
        self.add_at(span.start if span else 0, name, problem, remedy)

    def add_at(self, at: int, name: str, problem: str, remedy: str) -> None:
        """Keep a mistake at a place of the file."""
        before = self.source[:at]
        line, column = before.count("\n") + 1, at - before.rfind("\n")
        self.mistakes.append(Mistake(self.file, line, column, name, problem, remedy))

    def _junk(self, entry: ast.Junk) -> None:
        named = _NAME.match(entry.content or "")
        name = named[1] if named else "text"
        self.broken.add(name)
        annotation = entry.annotations[0] if entry.annotations else None
        span = (annotation and annotation.span) or entry.span
        problem = str(annotation.message) if annotation else "it cannot be read"
        remedy = next((remedy for sign, remedy in _REMEDIES.items() if sign in problem), _OTHERWISE)
        self.add_at(span.start if span else 0, name, f"not Fluent: {problem}", remedy)

    def _tangles(self) -> None:
        """Report texts that refer to themselves, and those that refer on and on."""
        waiting = dict(self.used)
        pieces: dict[str, int] = {}
        depth = 0
        while ready := [name for name, used in waiting.items() if not used.texts.keys() & waiting.keys()]:
            depth += 1
            for name in ready:
                used = waiting.pop(name)
                pieces[name] = used.pieces + sum(n * pieces.get(one, 0) for one, n in used.texts.items())
                if pieces[name] > _MOST_PIECES or depth > _DEEPEST:
                    self.add(self.entries[name], name, "it refers to too many texts", _WRITE_OUT)
                    pieces[name] = 0
        for name in waiting:
            if _comes_back(name, waiting):
                self.add(self.entries[name], name, "it refers to itself", _WRITE_OUT)

    def _unsayable(self) -> None:
        """Report texts with a piece so long that Fluent, and so Hearback, would say nothing."""
        lengths = Lengths(self.entries)
        for name in filter(wording_of, self.entries):
            if (longest := lengths.piece(name)) > MOST_IN_A_PIECE:
                problem = (
                    f"it cannot be said: a piece of it has {longest} characters, {MOST_IN_A_PIECE} at most"
                )
                self.add(self.entries[name], name, problem, "Say it in fewer words")

    def _twins(self, names: list[str]) -> None:
        for position, name in enumerate(names):
            others = (one for one in names[:position] if _same(self.entries[one], self.entries[name]))
            if twin := next(others, None):
                self.add(self.entries[name], name, f"it says the same as {twin}", "Say it in other words")

    def _silent_promises(self, names: list[str]) -> None:
        for name in names:
            if not self._names_a_time(name):
                problem = "it does not name the time that is promised"
                remedy = "Say { $promise_time } where $promise_day is not none"
                self.add(self.entries[name], name, problem, remedy)

    def _names_a_time(self, name: str) -> bool:
        """Return whether a text names the promised time, by itself or through what it refers to."""
        reached, todo, variables = {name}, [name], set[str]()
        while todo:
            used = self.used[todo.pop()]
            variables |= used.variables
            todo += (used.texts.keys() & self.used.keys()) - reached
            reached |= used.texts.keys()
        # What a broken text would have said cannot be known.
        return bool(_PROMISED & variables or self.broken & reached)

    def _too_few(self, wording: str, names: list[str], needed: int) -> None:
        if len(names) + sum(wording_of(name) == wording for name in self.broken) >= needed:
            return
        free = next(n for n in range(1, needed + len(names) + 1) if f"{wording}-{n}" not in names)
        problem = f"{len(names)} of at least {needed} variants are there"
        remedy = f"Add `{wording}-{free} = ...`, in other words than the others"
        last = self.entries[names[-1]].span if names else None
        self.add_at(last.start if last else 0, wording, problem, remedy)


def _comes_back(start: str, texts: Mapping[str, Used]) -> bool:
    reached, todo = set[str](), [*texts[start].texts]
    while todo:
        current = todo.pop()
        if current in texts and current not in reached:
            reached.add(current)
            todo += texts[current].texts
    return start in reached


def _same(one: Entry, other: Entry) -> bool:
    return bool(one.value and other.value and one.value.equals(other.value))


def _name(entry: Entry) -> str:
    return entry.id.name if isinstance(entry, ast.Message) else f"-{entry.id.name}"


def wording_of(name: str) -> str:
    """Return what a text is a variant of, such as `ack` for `ack-1`; empty for what is only referred to."""
    found = _VARIANT.fullmatch(name)
    return found[1] if found and not name.startswith("-") else ""
