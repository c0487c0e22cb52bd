"""What the JSON Schemas find wrong in a file, said so that its owner can mend it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from chalicelib.core.errors import Mistake
from chalicelib.policies.documents import Document, Route
from chalicelib.policies.formats import checker
from chalicelib.policies.hints import close_to, did_you_mean, shown, without_misspelt

_KINDS = {
    "object": "fields, each as `name: value` on a line of its own",
    "array": "a list such as `[one, two]`",
    "boolean": "`true` or `false`",
    "integer": "a whole number",
}
_LIMITS = {
    "minItems": "Write at least {}",
    "minProperties": "Write at least {} of its fields",
    "uniqueItems": "Name each one once",
    "minimum": "Write {} or more",
    "maximum": "Write {} or less",
    "minLength": "Write at least {} characters",
    "maxLength": "Write at most {} characters",
}
_SECRETIVE = frozenset({"credentials", "alerts"})
"""Fields in which somebody may have written a secret itself, which must not be repeated."""


def check(name: str, document: Document) -> tuple[Document, list[Mistake]]:
    """Return the document that knows where it is broken, and all mistakes."""
    errors = list(_validator(name).iter_errors(document.data))
    broken = frozenset(map(_place, errors))
    # A schema names each missing field once, and each time in an error that holds them all.
    mistakes = dict.fromkeys(mistake for error in errors for mistake in _mistakes(error, document))
    return replace(document, broken=broken), list(mistakes)


@cache
def schema(name: str) -> Mapping[str, Any]:
    """Return the schema of one of the owner's files."""
    path = files(__package__).joinpath("schema", f"{name}.schema.json")
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name), format_checker=checker)


def _place(error: ValidationError) -> Route:
    """Return where a mistake stands; for a name that is wrong that is the name itself."""
    route: Route = tuple(error.absolute_path)
    is_name = "propertyNames" in error.absolute_schema_path
    return (*route, str(error.instance)) if is_name else route


def _mistakes(error: ValidationError, document: Document) -> Iterator[Mistake]:
    route: Route = tuple(error.absolute_path)
    described: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    fields: Mapping[str, Any] = described.get("properties", {})
    instance: Any = error.instance
    closed = described.get("additionalProperties") is False and isinstance(instance, dict)
    extras = sorted(set(instance) - set(fields)) if closed else []
    if error.validator == "additionalProperties":
        for extra in extras:
            yield _extra(extra, (*route, extra), described, document)
    elif required := _required(error):
        for missing in without_misspelt(required - set(instance), extras, fields):
            remedy = _missing(missing, fields.get(missing, {}))
            yield document.mistake((*route, missing), "this field is missing", remedy)
    elif error.validator == "maxItems":
        hint = "; a rule may name several things as `[one, two]`" if route == ("rules",) else ""
        remedy = f"Keep at most {error.validator_value}{hint}"
        yield document.mistake(route, f"{len(instance)} are too many", remedy)
    else:
        yield document.mistake(_place(error), _problem(instance, route), _remedy(error, described))


def _extra(name: str, route: Route, described: Mapping[str, Any], document: Document) -> Mistake:
    if remedy := described.get("x-moved", {}).get(name):
        return document.mistake(route, "this field is not here any more", remedy)
    return document.mistake(
        route, "there is no such field", did_you_mean(name, described.get("properties", {}))
    )


def _required(error: ValidationError) -> set[str]:
    """Return the fields that must be there; of several choices the first."""
    wanted: Any = error.validator_value
    if error.validator == "anyOf":
        wanted = wanted[0].get("required", ())
    return set(wanted) if error.validator in ("required", "anyOf") else set()


def _missing(name: str, described: Mapping[str, Any]) -> str:
    example = described.get("examples", [None])[0]
    if isinstance(example, str):
        return f"Add `{name}: {example}`"
    return f"Add `{name}:` ({described.get('description')})"


def _problem(instance: Any, route: Route) -> str:
    if instance is None:
        return "nothing stands here"
    if _SECRETIVE & set(route):
        return "this will not do"
    return f"`{shown(instance)}` will not do"


def _remedy(error: ValidationError, described: Mapping[str, Any]) -> str:
    validator = str(error.validator)
    wanted: Any = error.validator_value
    if validator == "format":
        sentence = str(error.cause)
        return sentence[:1].upper() + sentence[1:]
    if validator == "enum":
        return close_to(shown(error.instance), wanted) or f"Write one of {', '.join(wanted)}"
    if validator in _LIMITS:
        return _LIMITS[validator].format(wanted)
    if validator == "type" and isinstance(wanted, list):
        return "Write one word, or several as `[one, two]`"
    if validator == "type" and wanted == "boolean" and shown(error.instance).lower() in ("true", "false"):
        return f"Take the quotes away: {shown(error.instance).lower()}"
    if validator == "type" and wanted in _KINDS:
        return f"Write {_KINDS[wanted]}"
    if isinstance(error.instance, bool | int | float) and not {"format", "pattern"} & set(described):
        return f'Put quotes around it: "{shown(error.instance)}"'
    return f"Write {_in_words(described)}"


def _in_words(described: Mapping[str, Any]) -> str:
    if "examples" not in described:
        return "a word"
    return f"for example `{described['examples'][0]}`: {described['description']}"
