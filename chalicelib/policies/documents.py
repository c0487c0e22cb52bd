"""YAML as the owner wrote it: plain data, and where in the file each part of it stands."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chalicelib.core.errors import BadPolicy, Mistake

Route = tuple[str | int, ...]
Position = tuple[int, int]


class _Loader(yaml.SafeLoader):
    """YAML 1.2's plain types only: `off`, `no`, `9:30` and `2026-12-24` stay the words they are."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own shape


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", "n~\0"),
    ("int", r"-?(0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its data, and the line and column (from 1) of each key and list item."""

    file: str
    data: Any
    positions: Mapping[Route, Position]

    def mistake(self, route: Route, problem: str, remedy: str) -> Mistake:
        """Return a mistake at the nearest place that the file really holds."""
        known = route
        while known and known not in self.positions:
            known = known[:-1]
        line, column = self.positions.get(known, (1, 1))
        return Mistake(self.file, line, column, _spoken(route), problem, remedy)


def read(path: Path) -> Document:
    """Read a YAML file. Raises `BadPolicy` with line and remedy when it is missing or is not YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise _unreadable(path, "there is no such file", f"Create {path.name}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, f"the file cannot be read ({error})", "Save it as UTF-8 text") from None
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        remedy = "Mind indentation, colons and quotes on this line and the one above"
        raise BadPolicy(
            [Mistake(path.name, line, column, "file", f"not YAML: {error.problem}", remedy)]
        ) from None
    except yaml.YAMLError as error:
        raise _unreadable(path, f"not YAML: {error}", "Save the file as plain UTF-8 text") from None
    positions: dict[Route, Position] = {}
    mistakes: list[Mistake] = []
    data = {} if node is None else _walk(node, (), path.name, positions, mistakes)
    if mistakes:
        raise BadPolicy(mistakes)
    return Document(path.name, data, positions)


def _unreadable(path: Path, problem: str, remedy: str) -> BadPolicy:
    return BadPolicy([Mistake(path.name, 1, 1, "file", problem, remedy)])


def _walk(
    node: yaml.Node, route: Route, file: str, positions: dict[Route, Position], mistakes: list[Mistake]
) -> Any:
    positions.setdefault(route, (node.start_mark.line + 1, node.start_mark.column + 1))
    if isinstance(node, yaml.SequenceNode):
        return [_walk(item, (*route, i), file, positions, mistakes) for i, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            here = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if key in found:
                remedy = "Keep one of the two"
                mistakes.append(
                    Mistake(file, *here, _spoken((*route, key)), "this field stands here twice", remedy)
                )
            positions[(*route, key)] = here
            found[key] = _walk(value_node, (*route, key), file, positions, mistakes)
        return found
    return _scalar(node, route, file, mistakes)


def _scalar(node: yaml.Node, route: Route, file: str, mistakes: list[Mistake]) -> Any:
    kinds: dict[str, Callable[[str], Any]] = {
        "bool": lambda value: value == "true",
        "null": lambda _: None,
        "int": int,
        "float": float,
        "str": str,
    }
    kind = str(node.tag).rpartition(":")[2]
    if kind not in kinds:
        here = (node.start_mark.line + 1, node.start_mark.column + 1)
        mistakes.append(
            Mistake(file, *here, _spoken(route), f"tag {node.tag} is not allowed", "Write a plain value")
        )
        return None
    return kinds[kind](node.value)


def _spoken(route: Route) -> str:
    spoken = ""
    for part in route:
        spoken += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if spoken else part
    return spoken or "file"
