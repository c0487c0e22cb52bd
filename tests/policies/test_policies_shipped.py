"""Every line of every file that ships does something, and every example in a comment works.

The lines are read from the files themselves: a new one that nothing here can show the effect of fails.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core import calendar
from chalicelib.core.calendar import Calendar
from chalicelib.core.message import Category, Surface
from chalicelib.core.policy import Facts, Policy
from chalicelib.policies import presets, schemas
from chalicelib.policies.build import build, channel_of
from chalicelib.policies.documents import Document, Route, read
from chalicelib.policies.exceptions import parse_span
from chalicelib.policies.hints import words
from chalicelib.policies.hours import calendar_of
from chalicelib.policies.texts import FluentTexts
from tests.policies.folders import NOON, SHIPPED, Folder

RULES = [SHIPPED / "policy.yaml", *sorted(presets.FOLDER.glob("*.yaml"))]
YAML = [*RULES, SHIPPED / "hours.yaml", SHIPPED / "channels.yaml"]
PUBLIC = {Surface.COMMENT, Surface.MENTION, Surface.REVIEW}
QUARTER = timedelta(minutes=15)


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def leaves(data: Any, route: Route = ()) -> Iterator[Route]:
    """Yield the place of every single value of a file."""
    parts = enumerate(data) if isinstance(data, list) else data.items() if isinstance(data, dict) else ()
    for name, part in parts:
        yield from leaves(part, (*route, name))
    if not isinstance(data, list | dict):
        yield route


def every(paths: list[Path]) -> list[Any]:
    return [
        pytest.param(path, route, id=f"{path.stem}:{'.'.join(map(str, route))}")
        for path in paths
        for route in leaves(read(path).data)
    ]


def changed(document: Document, route: Route, value: Any = None) -> Document:
    """Return a file with another value in one place, or, without a value, with nothing there."""
    data = deepcopy(document.data)
    inside = data
    for name in route[:-1]:
        inside = inside[name]
    if value is None:
        del inside[route[-1]]
    else:
        inside[route[-1]] = value
    return replace(document, data=data)


def policies_of(policy: Document) -> Mapping[str, Policy]:
    """Return what the files make of it: the policy of each channel."""
    return build(
        version="1",
        policy={"rules": [], **presets.expanded(policy).data},
        hours=read(SHIPPED / "hours.yaml").data,
        channels=read(SHIPPED / "channels.yaml").data,
        texts=FluentTexts({}),
        languages=frozenset({"en"}),
        secrets=str,
    ).policies


def choices(schema: object) -> Iterator[str]:
    """Yield every word that a schema offers as one of several."""
    if isinstance(schema, dict):
        yield from schema.get("enum", ())
        for part in schema.values():
            yield from choices(part)


OTHER_WORDS = ("77m", "77 business_hours", "never", "1:11-2:22", *choices(schemas.schema("policy")))


def others(value: Any) -> list[Any]:
    """Return values of the same kind that might stand instead of one."""
    if isinstance(value, bool):
        return [not value]
    return [value + 1] if isinstance(value, int) else [f"{value}x", *OTHER_WORDS]


def outcomes(document: Document, route: Route) -> Iterator[object]:
    """Yield what comes of the file with one value changed, in every way that can be built."""
    value = document.data
    for name in route:
        value = value[name]
    for other in [None] if route[0] == "presets" else others(value):
        try:
            yield policies_of(changed(document, route, other))
        except ValueError:
            continue


@pytest.mark.parametrize("path", YAML, ids=lambda path: path.stem)
def test_every_line_of_a_file_holds_a_value_or_leads_to_one(path: Path) -> None:
    document = read(path)
    told = {
        document.positions[route[:length]][0]
        for route in leaves(document.data)
        for length in range(1, len(route) + 1)
    }
    written = {
        n for n, line in enumerate(lines(path), 1) if line.strip() and not line.strip().startswith("#")
    }

    assert written == told


@pytest.mark.parametrize(("path", "route"), every(RULES))
def test_every_value_of_the_rules_makes_a_difference(path: Path, route: Route) -> None:
    document = read(path)
    before = policies_of(document)

    assert any(outcome != before for outcome in outcomes(document, route))


LEFT_OUT = sorted(
    set(schemas.schema("policy")["properties"]["settings"]["properties"])
    - set(read(SHIPPED / "policy.yaml").data["settings"])
)


@pytest.mark.parametrize("name", LEFT_OUT)
def test_every_setting_that_the_shipped_file_leaves_out_makes_a_difference(name: str) -> None:
    document = read(SHIPPED / "policy.yaml")
    settings = document.data["settings"]
    default = schemas.schema("policy")["properties"]["settings"]["properties"][name].get("default", "none")
    made = policies_of(replace(document, data={**document.data, "settings": {**settings, name: default}}))
    others_made = outcomes(
        replace(document, data={**document.data, "settings": {**settings, name: default}}),
        ("settings", name),
    )

    assert any(outcome != made for outcome in others_made)


@cache
def questions() -> tuple[Facts, ...]:
    """Return one message of every kind that a shipped rule may tell apart."""
    conditions = [rule.get("when", {}) for path in RULES for rule in read(path).data.get("rules", ())]

    def named(field: str, *more: str) -> list[str]:
        return sorted({word for when in conditions for word in words(when.get(field))} | set(more))

    kinds = product(
        named("channel", "other"),
        named("platform", "other"),
        Surface,
        Category,
        named("language", "xx"),
        named("keywords", ""),
        [NOON + timedelta(hours=6 * n) for n in range(28)] if named("time") + named("days") else [NOON],
        (True, False),
        (True, False),
    )
    return tuple(
        Facts(
            channel=channel,
            platform=platform,
            surface=surface,
            public=surface in PUBLIC,
            category=category,
            language=language,
            text=text,
            wrote_at=at,
            open=is_open,
            reopened=reopened,
        )
        for channel, platform, surface, category, language, text, at, is_open, reopened in kinds
    )


def answers(document: Document) -> list[str]:
    """Return the name of the rule that every kind of message gets."""
    made = policies_of(document)
    policy = next(iter(made.values()))
    return [policy.match(facts).rule.name for facts in questions()]


def with_default(path: Path) -> Document:
    document = read(path)
    rules = document.data["rules"]
    last = [] if "when" not in rules[-1] or "presets" in document.data else [{"name": "last", "window": "1h"}]
    return replace(document, data={**document.data, "rules": [*rules, *last]})


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_rule_is_that_of_some_message(path: Path) -> None:
    document = with_default(path)
    rules = {rule["name"] for rule in presets.expanded(document).data["rules"]}

    assert rules - set(answers(document)) == set()


CONDITIONS = [
    pytest.param(path, at, field, id=f"{path.stem}:{rule['name']}:{field}")
    for path in RULES
    for at, rule in enumerate(read(path).data["rules"])
    for field in rule.get("when", ())
]


@pytest.mark.parametrize(("path", "at", "field"), CONDITIONS)
def test_every_condition_decides_over_some_message(path: Path, at: int, field: str) -> None:
    document = with_default(path)

    assert answers(changed(document, ("rules", at, "when", field))) != answers(document)


def hours_of(document: Document, name: str) -> Calendar:
    return calendar_of(document.data["calendars"][name], "UTC")


def moments(route: Route) -> Iterator[datetime]:
    """Yield every quarter of an hour of an ordinary fortnight, or of the days of an exception."""
    days = [date(2026, 6, 1) + timedelta(days=n) for n in range(14)]
    if route[2] == "exceptions":
        days = [
            day.replace(year=2032) if day.year == 2024 else day for day in parse_span(str(route[3])).days()
        ]
    for day in days:
        midnight = datetime.combine(day, datetime.min.time(), UTC)
        yield from (midnight + n * QUARTER for n in range(96))


HOURS = [
    pytest.param(route, at, id=f"{'.'.join(map(str, route))}[{at}]")
    for route in leaves(read(SHIPPED / "hours.yaml").data)
    for at in range(
        len(str(read(SHIPPED / "hours.yaml").data["calendars"][route[1]][route[2]][route[3]]).split(","))
    )
]


@pytest.mark.parametrize(("route", "at"), HOURS)
def test_every_stretch_of_the_hours_decides_whether_you_are_open_r10(route: Route, at: int) -> None:
    document = read(SHIPPED / "hours.yaml")
    _, name, part, days = route
    stretches = document.data["calendars"][name][part][days].split(",")
    left = ",".join(stretches[:at] + stretches[at + 1 :]) or None
    before, after = hours_of(document, str(name)), hours_of(changed(document, route, left), str(name))

    assert any(
        calendar.is_open(before, moment) != calendar.is_open(after, moment) for moment in moments(route)
    )


@pytest.mark.parametrize(
    "route", [pytest.param(r, id=".".join(map(str, r))) for r in leaves(read(SHIPPED / "channels.yaml").data)]
)
def test_every_line_of_a_channel_is_read(route: Route) -> None:
    document = read(SHIPPED / "channels.yaml")
    at = route[1]
    value = document.data["channels"][at]
    for name in route[2:]:
        value = value[name]
    before, after = (
        channel_of(one.data["channels"][at], str) for one in (document, changed(document, route, f"{value}x"))
    )

    assert before != after


_EXAMPLE = re.compile(r"(\s*)# (\s*)((?:- )?[a-z0-9][a-z0-9_.-]*):(?: .*)?")


def examples(path: Path) -> Iterator[list[int]]:
    """Yield the lines of each example in the comments of a file, counted from 0."""
    found: list[int] = []
    for n, line in enumerate(lines(path)):
        match = _EXAMPLE.fullmatch(line) if n else None
        if found and (match is None or not match[2]):
            yield found
            found = []
        if match and (found or not match[2]):
            found.append(n)
    if found:
        yield found


def uncommented(path: Path, example: list[int]) -> str:
    """Return a file with an example in use; it stands in place of the line with the same name above it."""
    written = lines(path)
    for n in example:
        written[n] = written[n].replace("# ", "", 1)
    named, _, _ = written[example[0]].partition(":")
    in_list = named.lstrip().startswith("- ")
    above = [n for n in range(example[0]) if written[n].startswith(f"{named}:") and not in_list]
    return "\n".join(line for n, line in enumerate(written) if n not in above) + "\n"


EXAMPLES = [
    pytest.param(path, example, id=f"{path.name}:{example[0] + 1}")
    for path in YAML
    for example in examples(path)
]


@pytest.mark.parametrize(("path", "example"), EXAMPLES)
def test_every_example_in_a_comment_works_when_it_is_uncommented(
    folder: Folder, path: Path, example: list[int]
) -> None:
    for shipped in SHIPPED.glob("*.yaml"):
        folder.write(shipped.name, shipped.read_bytes())
    for texts in (SHIPPED / "messages").glob("*.ftl"):
        folder.write(f"messages/{texts.name}", texts.read_bytes())
    before = folder.load().to_json()
    folder.write(path.name, uncommented(path, example))

    assert folder.mistakes() == []
    assert folder.load().to_json() != before


def test_the_owners_files_hold_examples() -> None:
    with_examples = {path.name for path in YAML if list(examples(path))}

    assert with_examples == {"policy.yaml", "hours.yaml", "channels.yaml"}
