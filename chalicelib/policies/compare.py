"""What differs between two versions of the owner's files, by the names the owner gave."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from chalicelib.core.values import dataclass
from chalicelib.policies.bundle import Bundle

_NAMES = ("name", "id")
_TEXT = re.compile(r"^-?([a-zA-Z][\w-]*) *=", re.MULTILINE)
_SHOWN = 60
_WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is otherwise: where it stands, and what it was and is; empty where it was or is not."""

    what: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        """Return the change as one line."""
        if self.before == self.after:
            return f"{self.what}: other words"
        if not self.before:
            return f"{self.what}: new" + (f" ({self.after})" if self.after != _WORDS else "")
        if not self.after:
            return f"{self.what}: taken out"
        return f"{self.what}: {self.before} -> {self.after}"


def compare(before: Bundle, after: Bundle) -> list[Change]:
    """Return the changes from one bundle to the other, file by file."""
    found: list[Change] = []
    for one in fields(Bundle):
        was, now = getattr(before, one.name), getattr(after, one.name)
        if one.name == "messages":
            found += _texts(was, now)
        else:
            found += _parts(one.name, _inside(was, one.name), _inside(now, one.name))
    return found


def _inside(data: Any, name: str) -> Any:
    # channels.yaml holds one field, `channels`; nobody wants to read it twice.
    return data[name] if isinstance(data, Mapping) and set(data) == {name} else data


def _texts(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for language in sorted({*before, *after}):
        file = f"messages/{language}.ftl"
        if language not in before or language not in after:
            yield Change(what=file, before=_there(language in before), after=_there(language in after))
            continue
        was, now = _by_name(before[language]), _by_name(after[language])
        for name in [*was, *(name for name in now if name not in was)]:
            if was.get(name) != now.get(name):
                yield Change(what=f"{file} {name}", before=_there(name in was), after=_there(name in now))


def _there(there: bool) -> str:  # noqa: FBT001 - the only thing it is told
    return _WORDS if there else ""


def _by_name(source: str) -> dict[str, str]:
    """Return the texts of a file by their names; comments and blank lines make no difference."""
    kept = "\n".join(line.rstrip() for line in source.splitlines() if line.strip() and line[0] != "#")
    starts = [(found.start(), found[1]) for found in _TEXT.finditer(kept)]
    ends = [start for start, _ in starts[1:]] + [len(kept)]
    return {name: kept[start:end].strip() for (start, name), end in zip(starts, ends, strict=True)}


def _parts(what: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from _part(f"{what}.{name}", name, before, after)
    elif _is_named(before) and _is_named(after):
        was, now = _named(before), _named(after)
        yield from _parts(what, was, now)
        stayed = [name for name in was if name in now]
        if stayed != [name for name in now if name in was]:
            yield Change(what=f"{what}, their order", before=", ".join(was), after=", ".join(now))
    else:
        yield Change(what=what, before=_shown(before), after=_shown(after))


def _part(what: str, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    if name not in after:
        yield Change(what=what, before=_shown(before[name]))
    elif name not in before:
        yield Change(what=what, after=_shown(after[name]))
    else:
        yield from _parts(what, before[name], after[name])


def _is_named(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, Mapping) and _name(one) for one in value)
    )


def _named(value: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {_name(one): {key: part for key, part in one.items() if key not in _NAMES} for one in value}


def _name(part: Mapping[str, Any]) -> str:
    return next((str(part[key]) for key in _NAMES if key in part), "")


def _shown(value: Any) -> str:
    """Return a value in one short line, as an owner would write it; never empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        said = f"[{', '.join(map(_shown, value))}]"
    elif isinstance(value, Mapping):
        said = ", ".join(f"{name} {_shown(part)}" for name, part in value.items())
    else:
        said = str(value)
    said = " ".join(said.split()) or "nothing"
    return said if len(said) <= _SHOWN else f"{said[: _SHOWN - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
