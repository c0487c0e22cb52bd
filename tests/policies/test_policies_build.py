"""What the owner writes reaches the core, every field of it."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.core.calendar import Calendar, Interval
from chalicelib.core.errors import UnknownChannel
from chalicelib.core.message import Category, Formality, Surface
from chalicelib.core.policy import (
    Condition,
    Duration,
    Facts,
    Numbers,
    Policy,
    PublicAcks,
    Rule,
    Time,
    parse_duration,
)
from chalicelib.platforms import PLATFORMS
from chalicelib.platforms.contract import Channel
from chalicelib.policies import schemas
from chalicelib.policies.build import PolicySet, build
from chalicelib.policies.load import FILES, OPTIONAL, load
from chalicelib.policies.publish import built
from chalicelib.policies.texts import FluentTexts
from tests.policies.folders import NOON, SHIPPED

SETTINGS: Mapping[str, Any] = schemas.schema("policy")["properties"]["settings"]["properties"]
RULE: Mapping[str, Any] = schemas.schema("policy")["$defs"]["rule"]["properties"]
WHEN: Mapping[str, Any] = RULE["when"]["properties"]
CHANNEL: Mapping[str, Any] = schemas.schema("channels")["properties"]["channels"]["items"]["properties"]
CALENDAR: Mapping[str, Any] = schemas.schema("hours")["$defs"]["calendar"]["properties"]

POLICY: Mapping[str, Any] = {"rules": [{"name": "messages", "window": "15m"}]}
HOURS: Mapping[str, Any] = {
    "calendars": {"default": {"week": {"monday": "9:00-17:00"}}, "other": {"week": {}}}
}
SHOP: Mapping[str, Any] = {
    "id": "shop",
    "platform": "webchat",
    "timezone": "Europe/Warsaw",
    "language": "pl",
    "credentials": {"secret": "SHOP_SECRET"},
}


def a_set(
    policy: Mapping[str, Any] = POLICY, hours: Mapping[str, Any] = HOURS, shop: Mapping[str, Any] = SHOP
) -> PolicySet:
    return build(
        version="7",
        policy=policy,
        hours=hours,
        channels={"channels": [shop]},
        texts=FluentTexts({}),
        languages=frozenset({"en", "pl"}),
        secrets={"SHOP_SECRET": "s3cret", "OLD_SECRET": "old", "OWNER": "json://owner"}.get,  # type: ignore[arg-type] # every name here is known
    )


def the_policy(**changes: Any) -> Policy:
    return a_set({**POLICY, **changes}).policy("shop")


def the_rule(**changes: Any) -> Rule:
    return the_policy(rules=[{"name": "messages", "window": "15m", **changes}]).rules[0]


def another(described: Mapping[str, Any]) -> Any:
    """Return a value that the schema allows and that is not the default."""
    if described.get("type") == "boolean":
        return not described.get("default", False)
    if described.get("type") == "integer":
        return described["default"] + 1
    if "enum" in described:
        return next(value for value in described["enum"] if value != described["default"])
    return ["77m"] if described.get("type") == "array" else "77m"


def as_built(value: Any) -> Any:
    return value.text if isinstance(value, Duration) else value


ANOTHER = {
    "quiet_hours": ("21:00-8:00", Calendar(zone="Europe/Warsaw", week=((Interval(21 * 60, 32 * 60),),) * 7)),
    "disclosure": ("where_required", False),
    "public_acks": ("approve", PublicAcks.APPROVE),
}
"""Settings whose value in the file is not what the core has: both of them."""

NAMES = {"disclosure": "disclose"}


@pytest.mark.parametrize("name", sorted(ANOTHER))
def test_a_setting_that_is_a_choice_or_hours_reaches_the_policy(name: str) -> None:
    written, expected = ANOTHER[name]

    assert getattr(the_policy(settings={name: written}), NAMES.get(name, name)) == expected


@pytest.mark.parametrize("name", sorted(SETTINGS.keys() - ANOTHER.keys()))
def test_every_setting_of_the_schema_reaches_the_policy(name: str) -> None:
    value = another(SETTINGS[name])
    policy = the_policy(settings={name: value})
    found = getattr(policy.numbers, name) if hasattr(policy.numbers, name) else getattr(policy, name)

    expected = {"77m": (timedelta(minutes=77), parse_duration("77m"))}.get(str(value), (value,))
    assert found in expected or found == (parse_duration("77m"),)
    assert policy != the_policy()


@pytest.mark.parametrize("name", sorted(SETTINGS.keys() - {"quiet_hours"}))
def test_every_default_of_the_schema_is_that_of_the_core(name: str) -> None:
    assert the_policy(settings={name: SETTINGS[name]["default"]}) == the_policy()


def test_every_number_of_the_core_can_be_set() -> None:
    assert {one.name for one in fields(Numbers)} <= SETTINGS.keys()


def test_without_settings_the_numbers_are_those_of_the_core() -> None:
    assert the_policy().numbers == Numbers()


@pytest.mark.parametrize("name", sorted(RULE.keys() - {"name", "when", "window", "public_acks"}))
def test_every_duration_of_a_rule_reaches_it(name: str) -> None:
    assert getattr(the_rule(**{name: "77m"}), name) == parse_duration("77m")


def test_a_rule_may_treat_public_acks_otherwise() -> None:
    assert the_rule(public_acks="off").public_acks is PublicAcks.OFF


def test_every_field_of_a_rule_is_in_the_schema() -> None:
    assert {one.name for one in fields(Rule)} == set(RULE)


def test_a_rule_keeps_its_name_and_its_window() -> None:
    rule = the_rule(name="night", window="2 business_hours")

    assert (rule.name, rule.window) == ("night", Duration("2 business_hours", 7200, Time.BUSINESS))


def test_a_window_of_never_is_no_window() -> None:
    assert the_rule(window="never").window is None


def condition_of(name: str, value: Any) -> Condition:
    return the_rule(when={name: value}).when


NO_SETS = {"public", "open", "reopened", "keywords", "time", "days"}


@pytest.mark.parametrize("name", sorted(WHEN.keys() - NO_SETS))
@pytest.mark.parametrize("value", ["dm", ["dm", "other"]])
def test_every_word_of_a_condition_reaches_it_alone_or_in_a_list(name: str, value: str | list[str]) -> None:
    assert getattr(condition_of(name, value), name) == frozenset([value] if isinstance(value, str) else value)


@pytest.mark.parametrize("name", ["public", "open", "reopened"])
@pytest.mark.parametrize("value", [True, False])
def test_every_yes_or_no_of_a_condition_reaches_it(name: str, value: bool) -> None:  # noqa: FBT001 - pytest's own
    assert getattr(condition_of(name, value), name) is value


def test_keywords_reach_the_condition() -> None:
    assert condition_of("keywords", ["zwrot", "refund"]).keywords == ("zwrot", "refund")


def test_times_and_days_reach_the_condition() -> None:
    assert condition_of("time", "6:00-9:00, 22:00-2:00").time == (Interval(360, 540), Interval(1320, 1560))
    assert condition_of("days", ["saturday-sunday", "tuesday"]).days == {1, 5, 6}
    assert condition_of("days", "friday").days == {4}


def test_every_policy_judges_misspelt_keywords_r12() -> None:
    assert the_policy().alike("refnud", "refund")


def test_every_field_of_a_condition_is_in_the_schema() -> None:
    assert {one.name for one in fields(Condition)} == set(WHEN)


@pytest.mark.parametrize(("name", "words"), [("surface", Surface), ("category", Category)])
def test_the_schema_lists_every_surface_and_category(name: str, words: type[Surface | Category]) -> None:
    assert WHEN[name]["items"]["enum"] == WHEN[name]["examples"] == list(words)


@pytest.mark.parametrize("described", [WHEN["platform"], CHANNEL["platform"]])
def test_the_schema_gives_only_real_platforms_as_examples(described: Mapping[str, Any]) -> None:
    assert set(described["examples"]) <= set(PLATFORMS)


def test_the_schema_lists_every_way_of_addressing() -> None:
    assert set(SETTINGS["formality"]["enum"]) == set(Formality)


@pytest.mark.parametrize("name", ["kill_switch", "dry_run"])
def test_the_switches_reach_the_policy_r35(name: str) -> None:
    assert (getattr(the_policy(), name), getattr(the_policy(**{name: True}), name)) == (False, True)


def test_alerts_of_a_version_from_before_there_was_a_roster_are_the_owners() -> None:
    policies = a_set({**POLICY, "alerts": ["OWNER", "NOT_SET"]})

    assert policies.addresses[policies.roster.owner] == ("json://owner",)


def test_every_top_level_field_of_the_policy_is_known_here() -> None:
    assert set(schemas.schema("policy")["properties"]) == {
        "kill_switch",
        "dry_run",
        "presets",
        "rules",
        "settings",
    }


CHANGED_CHANNEL: Mapping[str, Any] = {
    "id": "salon",
    "platform": "telegram",
    "timezone": "Europe/Zagreb",
    "language": "hr",
    "calendar": "other",
    "account": "42",
    "credentials": {"bot_token": ["SHOP_SECRET", "OLD_SECRET"]},
    "api_base": "https://bots.example",
    "options": {"staff": ["1"]},
}


@pytest.mark.parametrize("name", CHANNEL)
def test_every_field_of_a_channel_reaches_it(name: str) -> None:
    channel = a_set(shop=CHANGED_CHANNEL).channel("salon")
    kept = "secrets" if name == "credentials" else name
    expected = {"bot_token": ("s3cret", "old")} if name == "credentials" else CHANGED_CHANNEL[name]

    assert getattr(channel, kept) == expected


def test_every_field_of_a_channel_is_in_the_schema() -> None:
    told_by_the_platform = {"secrets", "facts"}

    assert {one.name for one in fields(Channel)} - told_by_the_platform == set(CHANNEL) - {"credentials"}


def test_a_channel_brings_its_zone_language_and_platform_to_its_policy() -> None:
    policy = a_set(shop=CHANGED_CHANNEL).policy("salon")

    assert (policy.calendar.zone, policy.language, policy.platform) == ("Europe/Zagreb", "hr", "telegram")


def test_a_secret_without_a_value_is_left_out() -> None:
    shop = {**SHOP, "credentials": {"secret": ["NOT_SET", "OLD_SECRET"]}}

    assert a_set(shop=shop).channel("shop").secrets == {"secret": ("old",)}


def test_secrets_are_not_shown_where_a_channel_or_a_set_is_printed() -> None:
    assert "s3cret" not in repr(a_set())


@pytest.mark.parametrize("name", CALENDAR)
def test_every_field_of_a_calendar_reaches_it(name: str) -> None:
    values = {"week": {"tuesday": "10:00-11:00"}, "holidays": "PL", "exceptions": {"2026-11-16": "closed"}}
    hours = {"calendars": {"default": {"week": {"monday": "9:00-17:00"}, name: values[name]}}}
    day = {"week": date(2026, 11, 17), "holidays": date(2026, 11, 11), "exceptions": date(2026, 11, 16)}[name]

    calendar = a_set(hours=hours).policy("shop").calendar
    assert calendar.hours_of(day) == ((Interval(600, 660),) if name == "week" else ())


def test_a_channel_that_names_another_calendar_has_its_hours() -> None:
    hours = {"calendars": {"default": {"week": {}}, "other": {"week": {"friday": "1:00-2:00"}}}}

    assert a_set(hours=hours, shop={**SHOP, "calendar": "other"}).policy("shop").calendar.week[4]


def test_an_unknown_channel_has_neither_settings_nor_policy() -> None:
    with pytest.raises(UnknownChannel):
        a_set().policy("nobody")


def test_only_channels_with_an_account_are_found_by_it() -> None:
    assert a_set().by_account == {}
    assert set(a_set(shop=CHANGED_CHANNEL).by_account) == {("telegram", "42")}


def shipped(surface: Surface) -> Rule:
    policies = built(load(SHIPPED, NOON).bundle, "1", lambda name: name)
    policy = policies.policy(next(iter(policies.channels)))
    facts = Facts(
        channel="any",
        platform="any",
        surface=surface,
        public=surface in (Surface.COMMENT, Surface.MENTION, Surface.REVIEW),
        category=Category.OTHER,
        language="en",
        text="",
        wrote_at=NOON,
        open=True,
    )
    return policy.match(facts).rule


@pytest.mark.parametrize(
    ("surface", "window"),
    [("dm", "15m"), ("comment", "60m"), ("mention", "60m"), ("review", "24h"), ("email", "48h")],
)
def test_the_shipped_windows_are_the_documented_ones(surface: str, window: str) -> None:
    assert shipped(Surface(surface)).window == parse_duration(window)


def test_the_shipped_settings_are_the_documented_defaults() -> None:
    policies = built(load(SHIPPED, NOON).bundle, "1", lambda name: name)

    assert {policy.numbers for policy in policies.policies.values()} == {Numbers()}


@pytest.mark.parametrize("name", [*FILES, *OPTIONAL])
def test_an_editor_finds_the_schema_of_each_shipped_file(name: str) -> None:
    first = (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    path = first.partition("# yaml-language-server: $schema=")[2]

    assert (SHIPPED / path).resolve() == (SHIPPED.parent / f"chalicelib/policies/schema/{name}.schema.json")


@pytest.mark.parametrize("name", [*FILES, *OPTIONAL])
def test_every_field_of_a_schema_tells_what_it_is_for(name: str) -> None:
    assert [path for path, described in _fields(schemas.schema(name)) if "description" not in described] == []


def _fields(schema: object, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(schema, Mapping):
        return
    for name, described in schema.get("properties", {}).items():
        yield f"{path}.{name}", described
        yield from _fields(described, f"{path}.{name}")
    for part in (*schema.get("$defs", {}).values(), schema.get("items")):
        yield from _fields(part, path)
