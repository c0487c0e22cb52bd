"""An entry of channels.yaml as its owner would write it."""

import json
import re
from collections.abc import Mapping
from typing import Any

_LONGEST = 100
_INDENT = 2
# Whatever begins like a number, or could be one elsewhere, has quotes.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*([./@+-][A-Za-z0-9_]+)*|https://[A-Za-z0-9.-]+(/[A-Za-z0-9_.-]+)*")
_WORDS_OF_YAML = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def block(entry: Mapping[str, Any], column: int, gap: int = _INDENT) -> list[str]:
    """Return the lines of a list item whose hyphen stands in `column`, its fields `gap` further on."""
    lines = [line for name, value in entry.items() for line in _field(name, value, column + gap)]
    return [f"{' ' * column}-{' ' * (gap - 1)}{lines[0].lstrip()}", *lines[1:]]


def inline(value: Any) -> str:
    """Return a value on one line, with quotes where it would be misread without them."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name}: {inline(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(inline, value))}]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML:
        return value
    return json.dumps(value, ensure_ascii=False)


def _field(name: str, value: Any, column: int) -> list[str]:
    line = f"{' ' * column}{name}: {inline(value)}"
    if not isinstance(value, Mapping) or not value or len(line) <= _LONGEST:
        return [line.replace("{  }", "{}")]
    inner = [line for one, part in value.items() for line in _field(one, part, column + _INDENT)]
    return [f"{' ' * column}{name}:", *inner]
