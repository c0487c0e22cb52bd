"""The order of the rules: one default, at the end, and nothing that no message ever reaches (R12)."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.core.calendar import DAYS, MINUTES_A_DAY, Interval
from chalicelib.core.errors import Mistake
from chalicelib.core.policy import fold
from chalicelib.policies.documents import Document, Route
from chalicelib.policies.hints import words
from chalicelib.policies.hours import parse_days, parse_hours

_SETS = ("channel", "platform", "surface", "category", "language")
_WISHES = ("public", "open", "reopened")
_MOST_COMPARED = 600
"""More than the rules that a file may hold and those of all presets; each is compared with all before it."""

_ALL_DAY = (Interval(0, MINUTES_A_DAY),)


def check(policy: Document, channels: Document | None) -> Iterator[Mistake]:
    """Yield names that stand twice, a default that is missing or too early, and rules never reached."""
    yield from _names_twice(policy)
    yield from _no_default(policy)
    yield from _behind_a_default(policy)
    if len(policy.part("rules", list)) <= _MOST_COMPARED:
        yield from _never_reached(policy, _platforms(channels))


def _names_twice(policy: Document) -> Iterator[Mistake]:
    seen: set[str] = set()
    for position, rule in policy.items("rules"):
        name = rule.get("name")
        if isinstance(name, str):
            if name in seen:
                problem = f"two rules have the name `{name}`"
                yield policy.mistake(("rules", position, "name"), problem, "Rename one")
            seen.add(name)


def _no_default(policy: Document) -> Iterator[Mistake]:
    rules = policy.part("rules", list)
    if not rules or not isinstance(rules[-1], dict) or "when" not in rules[-1]:
        return
    # A preset that is not known may have been meant to bring the default.
    if "presets" in policy.data and policy.sound("presets") is None:
        return
    last = len(rules) - 1
    route: Route = ("rules", last, "when") if _preset_of(policy, last) is None else ("presets",)
    remedy = "Add a last rule without `when`, for everything else, or the preset `badge` or `hour`"
    yield policy.mistake(route, "there is no default rule", remedy)


def _behind_a_default(policy: Document) -> Iterator[Mistake]:
    """Only the last rule may take every message."""
    last = len(policy.part("rules", list)) - 1
    for position in (at for at, rule in policy.items("rules") if "when" not in rule and at < last):
        if _preset_of(policy, position) is not None:
            yield from _behind_a_preset(policy, position)
            return
        problem = "this rule matches everything and hides the rules below it"
        remedy = "Move it to the end, or say with `when` what it is for"
        yield policy.mistake(("rules", position), problem, remedy)


def _behind_a_preset(policy: Document, default: int) -> Iterator[Mistake]:
    rules = policy.part("rules", list)
    name, brings = rules[default]["name"], _name_of(policy, _preset_of(policy, default))
    later: dict[int, bool] = {}
    for position in range(default + 1, len(rules)):
        preset = _preset_of(policy, position)
        if preset is not None:
            later[preset] = later.get(preset, False) or "when" not in rules[position]
        else:
            problem = f"there are two default rules: this one, and `{name}` of the preset `{brings}`"
            remedy = f"Name this one `{name}`, so that it replaces the other, or take one out"
            yield policy.mistake(("rules", position), problem, remedy)
    for preset, is_default in later.items():
        problem = f"no message reaches it, because `{brings}` before it takes them all"
        remedy = "Keep one of the two" if is_default else f"Name it before `{brings}`"
        yield policy.mistake(("presets", preset), problem, remedy)


def _never_reached(policy: Document, platforms: Mapping[str, str]) -> Iterator[Mistake]:
    """Yield the owner's rules to which others leave nothing, and presets to all of whose rules they do."""
    rules = policy.part("rules", list)
    conditions = [policy.sound("rules", at, "when") for at in range(len(rules))]
    hidden: dict[int, int] = {}
    for at, when in enumerate(conditions):
        found = (
            one for one in range(at) if when and conditions[one] and covers(conditions[one], when, platforms)
        )
        if (by := next(found, None)) is not None:
            hidden[at] = by
    for at, by in hidden.items():
        if _preset_of(policy, at) is None:
            problem = (
                f"no message reaches this rule, because `{rules[by].get('name')}` above it takes them all"
            )
            yield policy.mistake(("rules", at), problem, "Move it up, or say with `when` what is different")
    for preset, positions in _of_presets(policy).items():
        if positions <= hidden.keys():
            by = hidden[min(positions)]
            problem = f"no message reaches it, because the rule `{rules[by].get('name')}` takes them all"
            yield policy.mistake(("presets", preset), problem, "Take it out, or that rule")


def covers(earlier: Mapping[str, Any], later: Mapping[str, Any], platforms: Mapping[str, str]) -> bool:
    """Return whether every message that one condition takes is taken by the one before it, surely.

    `platforms` holds the platform of each channel.
    """
    if not all(_words(earlier, name) >= _words(later, name, platforms) for name in _SETS if name in earlier):
        return False
    if any(earlier[name] is not later.get(name) for name in _WISHES if name in earlier):
        return False
    if "keywords" in earlier and not set() < _folded(later) <= _folded(earlier):
        return False
    return not {"time", "days"} & earlier.keys() or _minutes(earlier) >= _minutes(later)


def _words(when: Mapping[str, Any], name: str, platforms: Mapping[str, str] | None = None) -> set[str]:
    """Return the words of a field; a set that holds more than any word where there are none."""
    found = set(words(when.get(name)))
    if not found and name == "platform" and platforms and "channel" in when:
        found = {platforms.get(channel, "") for channel in words(when["channel"])}
    return found or {""}


def _folded(when: Mapping[str, Any]) -> set[str]:
    return {fold(word) for word in when.get("keywords", ())}


def _minutes(when: Mapping[str, Any]) -> set[int]:
    """Return the minutes of the week in which a condition may hold."""
    days = {day for named in words(when.get("days")) for day in parse_days(named)} or set(range(len(DAYS)))
    stretches = parse_hours(when["time"]) if "time" in when else _ALL_DAY
    return {
        (day * MINUTES_A_DAY + minute) % (len(DAYS) * MINUTES_A_DAY)
        for day in days
        for one in stretches
        for minute in range(one.opens, one.closes)
    }


def _platforms(channels: Document | None) -> dict[str, str]:
    if channels is None:
        return {}
    found = {
        at: (channels.sound("channels", at, "id"), channels.sound("channels", at, "platform"))
        for at, _ in channels.items("channels")
    }
    return {identifier: platform for identifier, platform in found.values() if identifier and platform}


def _preset_of(policy: Document, position: int) -> int | None:
    """Return which of the named presets a rule comes from, None for a rule of the owner's."""
    place = policy.place(("rules", position))
    return place[1] if place[0] == "presets" and isinstance(place[1], int) else None


def _name_of(policy: Document, preset: int | None) -> str:
    return str(policy.part("presets", list)[preset]) if preset is not None else ""


def _of_presets(policy: Document) -> dict[int, set[int]]:
    """Return the positions of the rules of each preset."""
    found: dict[int, set[int]] = {}
    for position in range(len(policy.part("rules", list))):
        preset = _preset_of(policy, position)
        if preset is not None:
            found.setdefault(preset, set()).add(position)
    return found
