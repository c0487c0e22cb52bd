"""Rules that owners name instead of writing them: `presets: [complaints_first, reviews, badge]` (R12).

A preset is a file like the owner's own policy.yaml, of rules and perhaps settings. It is written out when
the owner's folder is read, so that a published version stays what it was when the program changes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.core.values import dataclass
from chalicelib.policies.documents import Document, Route, read

FOLDER = Path(__file__).parent / "presets"


@cache
def names() -> tuple[str, ...]:
    """Return the names of all presets."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def text(name: str) -> str:
    """Return a preset as it stands in its file."""
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def about(name: str) -> str:
    """Return what a preset does: the comment at its top, in one line."""
    lines = text(name).splitlines()
    comment = lines[: next(at for at, line in enumerate(lines) if not line.startswith("#"))]
    return " ".join(line.lstrip("# ") for line in comment)


def rules_of(name: str) -> Mapping[str, Any]:
    """Return rules and settings of a preset."""
    found: Mapping[str, Any] = read(FOLDER / f"{name}.yaml").data
    return found


@dataclass(frozen=True, slots=True)
class _Placed:
    """A rule, and where it or the name of its preset stands in the owner's file."""

    rule: Any
    place: Route


def expanded(policy: Document, find: Callable[[str], Mapping[str, Any]] = rules_of) -> Document:
    """Return the owner's policy with its presets written out.

    First come the owner's own rules, then those of the presets in the order named, last the owner's rule
    without `when`. An own rule with the name of a preset's stands in place of it. Settings of the owner go
    before those of presets, and those of a preset before those of one named later. Names that are unknown
    are for the schema to tell of.
    """
    if not isinstance(policy.data, dict) or "presets" not in policy.data:
        return policy
    found = {
        at: find(name)
        for at, name in enumerate(policy.part("presets", list))
        if isinstance(name, str) and name in names()
    }
    placed = list(_in_order(policy, found))
    data = {**policy.data, "rules": [one.rule for one in placed]}
    settings, settings_moved = _settings(policy, found)
    if settings:
        data["settings"] = settings
    now_at: dict[Route, Route] = {one.place: ("rules", at) for at, one in enumerate(placed)}
    return replace(
        policy,
        data=data,
        broken=frozenset((*now_at.get(route[:2], route[:2]), *route[2:]) for route in policy.broken),
        moved={now: place for place, now in now_at.items()} | settings_moved,
    )


def _in_order(policy: Document, found: Mapping[int, Mapping[str, Any]]) -> Iterator[_Placed]:
    own = [_Placed(rule, ("rules", at)) for at, rule in enumerate(policy.part("rules", list))]
    shipped = [
        _Placed(rule, ("presets", at, rule["name"]))
        for at, preset in found.items()
        for rule in preset["rules"]
    ]
    taken = {one.rule["name"] for one in shipped}
    replacing: dict[str, _Placed] = {}
    for one in own:
        name = one.rule.get("name") if isinstance(one.rule, dict) else None
        if isinstance(name, str) and name in taken:
            replacing.setdefault(name, one)
    kept = [one for one in own if one not in replacing.values()]
    default = [kept.pop()] if kept and isinstance(kept[-1].rule, dict) and "when" not in kept[-1].rule else []
    yield from kept
    yield from (replacing.get(one.rule["name"], one) for one in shipped)
    yield from default


def _settings(
    policy: Document, found: Mapping[int, Mapping[str, Any]]
) -> tuple[dict[str, Any], dict[Route, Route]]:
    settings: dict[str, Any] = dict(policy.part("settings", dict))
    moved: dict[Route, Route] = {}
    for at, preset in found.items():
        for name, value in preset.get("settings", {}).items():
            if name not in settings:
                settings[name] = value
                moved["settings", name] = ("presets", at, name)
    return settings, moved
