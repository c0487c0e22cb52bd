"""The owner's folder as one checked bundle: all mistakes at once, or plain data ready to be published."""

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from chalicelib.core import calendar
from chalicelib.core.errors import BadPolicy, Mistake, NeverOpens
from chalicelib.core.message import Surface, Thread
from chalicelib.core.policy import Time, parse_duration
from chalicelib.platforms import PLATFORMS, platform
from chalicelib.policies import texts_check
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.documents import Document, Route, read
from chalicelib.policies.formats import checker
from chalicelib.policies.hours import DAYS, NEVER, calendar_of, parse_days

FILES = ("policy", "hours", "channels")


def load(folder: Path, now: datetime) -> Bundle:
    """Read and check a folder of policies. Raises `BadPolicy` with every mistake in every file."""
    documents: dict[str, Document] = {}
    mistakes: list[Mistake] = []
    for name in FILES:
        try:
            documents[name] = read(folder / f"{name}.yaml")
        except BadPolicy as error:
            mistakes.extend(error.mistakes)
            continue
        mistakes.extend(_schema_mistakes(name, documents[name]))
    messages, text_mistakes = _messages(folder / "messages")
    mistakes.extend(text_mistakes)
    if not mistakes:
        mistakes.extend(_cross_mistakes(documents, messages, now))
    if mistakes:
        raise BadPolicy(mistakes)
    return Bundle(**{name: document.data for name, document in documents.items()}, messages=messages)


def _messages(folder: Path) -> tuple[dict[str, str], list[Mistake]]:
    messages: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for path in sorted(folder.glob("*.ftl")):
        name = f"messages/{path.name}"
        try:
            messages[path.stem] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            mistakes.append(Mistake(name, 1, 1, "file", "the file cannot be read", "Save it as UTF-8 text"))
            continue
        mistakes.extend(texts_check.check(messages[path.stem], name))
    if not messages and not mistakes:
        mistakes.append(Mistake("messages", 1, 1, "file", "there are no texts", "Create messages/en.ftl"))
    return messages, mistakes


def _schema_mistakes(name: str, document: Document) -> Iterator[Mistake]:
    for error in _validator(name).iter_errors(document.data):
        yield from _spoken(error, document)


def _spoken(error: ValidationError, document: Document) -> Iterator[Mistake]:
    route: Route = tuple(error.absolute_path)
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    wanted: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "additionalProperties" and wanted is False:
        allowed = sorted(schema["properties"])
        for extra in sorted(set(instance) - set(allowed)):
            yield document.mistake((*route, extra), "there is no such field", _did_you_mean(extra, allowed))
    elif error.validator == "required":
        for missing in (name for name in wanted if name not in instance):
            remedy = f"Add `{missing}: {_example(schema, missing)}`"
            yield document.mistake((*route, missing), "this field is missing", remedy)
    elif error.validator == "format":
        sentence = str(error.cause)
        yield document.mistake(
            _named(error, route), f"`{instance}` will not do", sentence[:1].upper() + sentence[1:]
        )
    else:
        problem = f"`{json.dumps(instance, ensure_ascii=False)[:60]}` will not do"
        yield document.mistake(_named(error, route), problem, _remedy(str(error.validator), wanted, schema))


def _named(error: ValidationError, route: Route) -> Route:
    # For a name that is wrong (`propertyNames`) the place is that of the name itself.
    return (*route, str(error.instance)) if "propertyNames" in error.absolute_schema_path else route


def _remedy(validator: str, wanted: Any, schema: Mapping[str, Any]) -> str:
    described = schema.get("description")
    kinds = {"object": "fields, each on a line of its own", "array": "a list", "boolean": "true or false"}
    if validator == "enum":
        return f"Write one of {', '.join(map(str, wanted))}"
    if validator in ("minItems", "minProperties"):
        return "Write at least one"
    if validator in ("minimum", "maximum"):
        return f"The {validator} is {wanted}"
    if validator == "type" and isinstance(wanted, str) and not described:
        return f"Write {kinds.get(wanted, f'a {wanted}')}"
    return f"Write {described}" if described else f"See the {validator} of the schema"


def _did_you_mean(name: str, allowed: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(allowed), n=1, cutoff=0.6)
    return f"Did you mean `{close[0]}`?" if close else f"Remove it, or write one of {', '.join(allowed)}"


def _example(schema: Mapping[str, Any], name: str) -> str:
    examples = schema.get("properties", {}).get(name, {}).get("examples")
    return str(examples[0]) if examples else "..."


@cache
def _validator(name: str) -> Draft202012Validator:
    path = files(__package__).joinpath("schema", f"{name}.schema.json")
    return Draft202012Validator(json.loads(path.read_text(encoding="utf-8")), format_checker=checker)


def _cross_mistakes(
    documents: Mapping[str, Document], messages: Mapping[str, str], now: datetime
) -> Iterator[Mistake]:
    policy, hours, channels = (documents[name] for name in FILES)
    yield from _rule_mistakes(policy, channels)
    yield from _window_mistakes(policy, channels)
    yield from _calendar_mistakes(hours, channels, now)
    yield from _channel_mistakes(channels, hours, messages)


def _rule_mistakes(policy: Document, channels: Document) -> Iterator[Mistake]:
    rules = policy.data["rules"]
    ids = [channel["id"] for channel in channels.data["channels"]]
    seen: set[str] = set()
    for position, rule in enumerate(rules):
        route: Route = ("rules", position)
        if rule["name"] in seen:
            yield policy.mistake((*route, "name"), f"`{rule['name']}` is the name of two rules", "Rename one")
        seen.add(rule["name"])
        last = position == len(rules) - 1
        if last and "when" in rule:
            remedy = "Add a last rule without `when`, for everything else"
            yield policy.mistake((*route, "when"), "there is no default rule", remedy)
        if not last and "when" not in rule:
            remedy = "Move it to the end, or say `when` it holds"
            yield policy.mistake((*route, "name"), "this rule hides all rules below it", remedy)
        for name in _words(rule.get("when", {}).get("channel")):
            if name not in ids:
                yield policy.mistake(
                    (*route, "when", "channel"), f"no channel `{name}`", _did_you_mean(name, ids)
                )
        for name in _words(rule.get("when", {}).get("platform")):
            if name not in PLATFORMS:
                known = sorted({*PLATFORMS})
                problem = f"no platform `{name}`"
                yield policy.mistake((*route, "when", "platform"), problem, _did_you_mean(name, known))


def _window_mistakes(policy: Document, channels: Document) -> Iterator[Mistake]:
    """A private message must be acknowledged while the platform still lets us write (R25)."""
    for position, rule in enumerate(policy.data["rules"]):
        window = None if rule["window"] == NEVER else parse_duration(rule["window"])
        if window is None or window.time is not Time.CALENDAR:
            continue
        for channel in channels.data["channels"]:
            name = channel["platform"]
            limit = platform(name).allowance(Thread(channel=channel["id"], key=""), {}).automatic
            if limit is not None and window.length >= limit and _may_match(rule.get("when", {}), channel):
                problem = f"{name} lets nobody write automatically after {limit.total_seconds() / 3600:g}h"
                yield policy.mistake(("rules", position, "window"), problem, "Write a shorter window")


def _may_match(when: Mapping[str, Any], channel: Mapping[str, Any]) -> bool:
    facts = {"channel": channel["id"], "platform": channel["platform"], "surface": Surface.DM}
    return all(fact in (_words(when.get(name)) or [fact]) for name, fact in facts.items())


def _words(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def _calendar_mistakes(hours: Document, channels: Document, now: datetime) -> Iterator[Mistake]:
    zones: dict[str, set[str]] = {name: {"UTC"} for name in hours.data["calendars"]}
    for channel in channels.data["channels"]:
        zones.setdefault(channel.get("calendar", "default"), set()).add(channel["timezone"])
    for name, document in hours.data["calendars"].items():
        days = [day for key in document["week"] for day in parse_days(key)]
        for day in {day for day in days if days.count(day) > 1}:
            problem = f"{DAYS[day]} has hours twice"
            yield hours.mistake(("calendars", name, "week"), problem, "Name each day once")
        for zone in sorted(zones[name]):
            try:
                calendar.next_opening(calendar_of(document, zone), now)
            except NeverOpens:
                problem = "this calendar has no opening in the next 366 days"
                yield hours.mistake(
                    ("calendars", name), problem, "Give at least one day hours such as `9:00-17:00`"
                )
                break


def _channel_mistakes(channels: Document, hours: Document, messages: Mapping[str, str]) -> Iterator[Mistake]:
    seen: set[str] = set()
    for position, channel in enumerate(channels.data["channels"]):
        route: Route = ("channels", position)
        if channel["id"] in seen:
            yield channels.mistake(
                (*route, "id"), f"`{channel['id']}` is the id of two channels", "Rename one"
            )
        seen.add(channel["id"])
        if channel["language"] not in messages:
            problem = f"there is no messages/{channel['language']}.ftl"
            remedy = f"Create it, or write one of {', '.join(sorted(messages))}"
            yield channels.mistake((*route, "language"), problem, remedy)
        name = channel.get("calendar", "default")
        if name not in hours.data["calendars"]:
            remedy = _did_you_mean(name, list(hours.data["calendars"]))
            yield channels.mistake((*route, "calendar"), f"no calendar `{name}` in hours.yaml", remedy)
        yield from _platform_mistakes(channels, route, channel)


def _platform_mistakes(channels: Document, route: Route, channel: Mapping[str, Any]) -> Iterator[Mistake]:
    described = platform(channel["platform"])
    known = {credential.name: credential for credential in described.CREDENTIALS}
    for name in sorted(set(channel["credentials"]) - set(known)):
        problem = f"{described.NAME} has no such credential"
        yield channels.mistake((*route, "credentials", name), problem, _did_you_mean(name, sorted(known)))
    for credential in described.CREDENTIALS:
        if credential.name not in channel["credentials"] and not credential.optional:
            suggested = f"{channel['id']}_{credential.name}".upper().replace("-", "_")
            remedy = f"Add `{credential.name}: {suggested}` ({credential.what})"
            yield channels.mistake(
                (*route, "credentials", credential.name), "this credential is missing", remedy
            )
    for name in sorted(set(channel.get("options", {})) - set(described.OPTIONS)):
        problem = f"{described.NAME} has no such option"
        remedy = _did_you_mean(name, sorted(described.OPTIONS)) if described.OPTIONS else "Remove it"
        yield channels.mistake((*route, "options", name), problem, remedy)
    for name, what in described.NEEDS.items():
        if not channel.get(name):
            yield channels.mistake((*route, name), "this field is missing", f"Add `{name}:` with {what}")
