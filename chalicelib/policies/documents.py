"""YAML as the owner wrote it: plain data, and where in the file each part of it stands."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml

from chalicelib.core.errors import BadPolicy, Mistake, Severity
from chalicelib.core.values import dataclass
from chalicelib.policies.hints import shown

Route = tuple[str | int, ...]
Position = tuple[int, int]
Kind = TypeVar("Kind", list[Any], dict[str, Any])

_DEEPEST = 20
_LARGEST = 500_000


class _Loader(yaml.SafeLoader):
    """YAML 1.2's plain types only: `off`, `no`, `9:30` and `2026-12-24` stay the words they are.

    Anchors, aliases and tags are refused: nobody needs them here, and a few lines of them can mean
    gigabytes.
    """

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own shape
    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Return the next node. Raises `ComposerError` for more than plain data."""
        event = self.peek_event()  # type: ignore[no-untyped-call] # PyYAML's stubs leave it open
        is_key = isinstance(parent, yaml.MappingNode) and index is None
        if problem := _not_plain(event, self._depth, is_key=is_key):
            raise yaml.composer.ComposerError(None, None, problem, event.start_mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~", "n~"),
    ("int", r"-?(0|[1-9][0-9]{0,17})", "-0123456789"),
    ("float", r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}", "-0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), list(_first))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"\Z"), [""])

_READ: Mapping[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:bool": lambda value: value == "true",
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
    "tag:yaml.org,2002:str": str.strip,
}

_UNENDED = ("while parsing a flow", "while scanning a simple key", "while scanning a quoted scalar")
_GLUED = re.compile(r"([\s-]*)\w+:[^\s:]+\s*$")
"""A field whose colon has no space behind it."""

_REMEDIES = {
    "\\t": "Indent with spaces instead of tabs",
    "anchor": "Write it out, or put quotes around a word that begins with & or *",
    "alias": "Write it out, or put quotes around a word that begins with & or *",
    "tag": "Write a plain value, or put quotes around a word that begins with an exclamation mark",
    "the name of a field": "Write `name: value`; put quotes around a word that begins with a bracket",
    "too deep": "Remove the brackets or lines that go deeper than the guide says",
    "mapping values": "Indent it like its neighbours; put quotes around text that holds a colon and a space",
    "expected ':'": "Write `name: value`, with a space after the colon",
    "another document": "Remove the line `---`",
    "end of stream": "Close the quotes that are opened here or above",
    "<block end>": "Indent the fields of one thing alike",
    "expected ','": "Close the bracket, or put a comma between the words",
    "cannot start": "Put quotes around text that begins with this character",
}
"""What helps against the commonest complaints of the YAML reader."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its data, and the line and column (from 1) of each key and list item.

    `broken` holds the places at which the schema found a mistake. `moved` tells of parts that stand
    elsewhere in the file than in `data`: the place in the file by that in `data`.
    """

    file: str
    data: Any
    positions: Mapping[Route, Position]
    broken: frozenset[Route] = frozenset()
    moved: Mapping[Route, Route] = field(default_factory=dict)

    def mistake(self, route: Route, problem: str, remedy: str) -> Mistake:
        """Return a mistake at the nearest place that the file really holds."""
        route = self.place(route)
        known = route
        while known and known not in self.positions:
            known = known[:-1]
        line, column = self.positions.get(known, (1, 1))
        return Mistake(self.file, line, column, _spoken(route), problem, remedy)

    def warning(self, route: Route, problem: str, remedy: str) -> Mistake:
        """Return what the owner should look at, and what does not keep the files from going live."""
        return replace(self.mistake(route, problem, remedy), severity=Severity.WARNING)

    def place(self, route: Route) -> Route:
        """Return where in the file something stands that may have been moved."""
        moved = self.moved.get(route[:2])
        return (*moved, *route[2:]) if moved else route

    def part(self, field: str, kind: type[Kind]) -> Kind:
        """Return a field of the file, an empty one where it is missing or of another kind."""
        found = self.data.get(field) if isinstance(self.data, dict) else None
        return found if isinstance(found, kind) else kind()

    def items(self, field: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield number and content of every part of a list that is a mapping, mistakes and all."""
        return ((at, part) for at, part in enumerate(self.part(field, list)) if isinstance(part, dict))

    def entries(self, field: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield name and content of every part of a mapping that is one itself, mistakes and all."""
        parts = self.part(field, dict).items()
        return ((name, part) for name, part in parts if isinstance(part, dict))

    def sound(self, *route: str | int) -> Any:
        """Return what stands at a place, None where nothing does or the schema found a mistake in it."""
        if any(place[: len(route)] == route for place in self.broken):
            return None
        found = self.data
        for name in route:
            if isinstance(found, list) and isinstance(name, int) and name < len(found):
                found = found[name]
            else:
                found = found.get(name) if isinstance(found, dict) else None
        return found


def read(path: Path) -> Document:
    """Read a YAML file. Raises `BadPolicy` with line and remedy when it is missing or is not YAML."""
    return parse(read_text(path, path.name), path.name)


def parse(text: str, name: str) -> Document:
    """Return the text of a YAML file as data; `name` is what its owner calls it. Raises `BadPolicy`."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        (line, column), problem = _where(error, text)
        raise BadPolicy([_not_yaml(name, line, column, problem)]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = f"the invisible character U+{int(error.character):04X} is not allowed"
        raise BadPolicy([Mistake(name, line, 1, "file", problem, "Remove it")]) from None
    except (ValueError, OverflowError):
        # PyYAML trips over escapes such as "\UFFFFFFFF".
        raise BadPolicy([_not_yaml(name, 1, 1, "a backslash is followed by what is no letter")]) from None
    walk = _Walk(name, {}, [])
    data = walk.value(node, ()) if node else None
    if walk.mistakes:
        raise BadPolicy(walk.mistakes)
    return Document(name, {} if data is None else data, walk.positions)


def _where(error: yaml.MarkedYAMLError, text: str) -> tuple[Position, str]:
    """Return line and column of what is wrong, and what.

    The reader finds out lines later what was opened and not closed, and which colon had no space behind it.
    """
    problem = str(error.problem)
    mark = error.context_mark if str(error.context).startswith(_UNENDED) else None
    mark = mark or error.problem_mark
    if mark is None:
        return (1, 1), problem
    above = text.split("\n")[mark.line - 1] if mark.line else ""
    if "mapping values" in problem and (glued := _GLUED.match(above)):
        return (mark.line, glued.end(1) + 1), "could not find expected ':'"
    return (mark.line + 1, mark.column + 1), problem


def read_text(path: Path, name: str) -> str:
    """Return a file's text with plain line ends; `name` is what its owner calls it. Raises `BadPolicy`."""
    problem, remedy, line = "there is no such file", _create(path), 1
    try:
        raw = path.read_bytes()
        if len(raw) <= _LARGEST:
            return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        problem, remedy = f"the file is larger than {_LARGEST // 1000} kB", "Keep only what belongs here"
    except FileNotFoundError:
        pass
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem, remedy = "this is not UTF-8 text", "Save the file as UTF-8 (plain text)"
    except OSError as error:
        problem, remedy = f"the file cannot be read ({error.strerror})", "Make it a file that you may read"
    raise BadPolicy([Mistake(name, line, 1, "file", problem, remedy)])


def _create(path: Path) -> str:
    other = path.with_suffix(".yml")
    return f"Rename {other.name} to {path.name}" if other.exists() else f"Create {path.name}"


def _not_plain(event: yaml.Event, depth: int, *, is_key: bool) -> str:
    if isinstance(event, yaml.AliasEvent):
        return "an alias (*) is not allowed"
    if getattr(event, "anchor", None) is not None:
        return "an anchor (&) is not allowed"
    if getattr(event, "tag", None) is not None:
        return "a tag (!) is not allowed"
    if is_key and not isinstance(event, yaml.ScalarEvent):
        return "this cannot be the name of a field"
    return "this goes too deep" if depth > _DEEPEST else ""


def _not_yaml(file: str, line: int, column: int, problem: str) -> Mistake:
    otherwise = "Mind indentation, colons and quotes on this line and the one above"
    remedy = next((remedy for sign, remedy in _REMEDIES.items() if sign in problem), otherwise)
    return Mistake(file, line, column, "file", f"not plain YAML: {problem}", remedy)


@dataclass(frozen=True, slots=True)
class _Walk:
    """One walk over the nodes of a file, filling `positions` and `mistakes` on its way."""

    file: str
    positions: dict[Route, Position]
    mistakes: list[Mistake]

    def value(self, node: yaml.Node, route: Route) -> Any:
        self.positions.setdefault(route, _start(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*route, i)) for i, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, route)
        self._refuse_invisible(node, route)
        return _READ[str(node.tag)](node.value)

    def _mapping(self, node: yaml.MappingNode, route: Route) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            here = (*route, key)
            self._refuse_invisible(key_node, here)
            if key in found:
                self._add(key_node, here, "this field stands here twice", "Keep one of the two")
            self.positions[here] = _start(key_node)
            found[key] = self.value(value_node, here)
        return found

    def _refuse_invisible(self, node: yaml.Node, route: Route) -> None:
        letters = [c for c in str(node.value).strip() if unicodedata.category(c) in ("Cc", "Cs")]
        if letters:
            problem = f"it holds the invisible character U+{ord(letters[0]):04X}"
            self._add(node, route, problem, "Remove it, and write everything in one line")

    def _add(self, node: yaml.Node, route: Route, problem: str, remedy: str) -> None:
        self.mistakes.append(Mistake(self.file, *_start(node), _spoken(route), problem, remedy))


def _start(node: yaml.Node) -> Position:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _spoken(route: Route) -> str:
    spoken = ""
    for part in route:
        name = f"[{part + 1}]" if isinstance(part, int) else shown(part)
        spoken += name if isinstance(part, int) or not spoken else f".{name}"
    return spoken or "file"
