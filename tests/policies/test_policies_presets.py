"""Presets are rules like the owner's own, in the order the guide tells (R12)."""

from collections.abc import Mapping
from itertools import permutations
from typing import Any

import pytest

from chalicelib.policies import presets, schemas
from chalicelib.policies.documents import read
from chalicelib.policies.load import load
from chalicelib.policies.order import covers
from tests.policies.folders import NOON, SHIPPED, Folder

P = "policy.yaml"
OWN = "  - name: own\n    when: { channel: shop }\n    window: 1h\n"
LAST = "  - name: last\n    window: 2h\n"
WITH_DEFAULT = {"badge", "hour"}
WITHOUT = sorted(set(presets.names()) - WITH_DEFAULT)


def names(folder: Folder, text: str) -> list[str]:
    folder.write(P, text)
    return [rule["name"] for rule in folder.load().policy["rules"]]


def told(folder: Folder, text: str) -> list[tuple[int, str, str]]:
    folder.write(P, text)
    return [(m.line, m.field, m.remedy) for m in folder.mistakes()]


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_is_right_by_the_schema_of_the_owners_own_file(name: str) -> None:
    _, mistakes = schemas.check("policy", read(presets.FOLDER / f"{name}.yaml"))

    assert mistakes == []


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_names_no_other_and_its_rules_bear_its_name(name: str) -> None:
    found = presets.rules_of(name)

    assert set(found) <= {"rules", "settings"}
    assert [rule["name"] for rule in found["rules"] if not rule["name"].startswith(name)] == []


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_says_what_it_does(name: str) -> None:
    assert presets.about(name).endswith(".")


def test_one_line_is_a_whole_policy(folder: Folder) -> None:
    found = names(folder, "presets: [complaints_first, reviews, email_48h, badge]\n")

    assert found == [
        "complaints_first_messages",
        "complaints_first_comments",
        "complaints_first_email",
        "reviews",
        "email_48h",
        "badge_public",
        "badge_messages",
    ]


@pytest.mark.parametrize("order", list(permutations(WITHOUT)), ids=" ".join)
@pytest.mark.parametrize("last", sorted(WITH_DEFAULT))
def test_presets_without_a_default_go_in_any_order(folder: Folder, order: tuple[str, ...], last: str) -> None:
    assert told(folder, f"presets: [{', '.join((*order, last))}]\n") == []


def test_own_rules_come_first_and_the_own_default_last(folder: Folder) -> None:
    assert names(folder, f"presets: [reviews]\nrules:\n{OWN}{LAST}") == ["own", "reviews", "last"]


def test_an_own_rule_of_the_same_name_stands_in_the_place_of_the_presets(folder: Folder) -> None:
    mine = "  - name: badge_messages\n    window: 7m\n"
    folder.write(P, f"presets: [reviews, badge]\nrules:\n{mine}{OWN}")
    rules = folder.load().policy["rules"]

    assert [rule["name"] for rule in rules] == ["own", "reviews", "badge_public", "badge_messages"]
    assert rules[-1] == {"name": "badge_messages", "window": "7m"}


def test_a_published_version_holds_rules_and_no_names_of_presets(folder: Folder) -> None:
    folder.write(P, "presets: [reviews, badge]\n")

    assert "presets" not in folder.load().policy


MISTAKES = [
    ("presets: [bagde]\n", 1, "presets[1]", "Did you mean `badge`?"),
    ("presets: [bagde, hour]\n", 1, "presets[1]", "Did you mean `badge`?"),
    ("presets: badge\n", 1, "presets", "Write a list such as `[one, two]`"),
    ("presets: []\n", 1, "presets", "Write at least 1"),
    ("presets: [badge, badge]\n", 1, "presets", "Name each one once"),
    ("presets: [reviews]\n", 1, "presets", "Add a last rule without `when`"),
    (f"presets: [reviews]\nrules:\n{OWN}", 1, "presets", "Add a last rule without `when`"),
    ("presets:\n  - badge\n  - reviews\n", 3, "presets[2]", "Name it before `badge`"),
    ("presets:\n  - badge\n  - hour\n", 3, "presets[2]", "Keep one of the two"),
    (f"presets: [badge]\nrules:\n{LAST}", 3, "rules[1]", "Name this one `badge_messages`"),
    (f"presets: [badge]\nrules:\n{LAST}{OWN}", 3, "rules[1]", "Move it to the end"),
    (f"presets: [badge]\nrules:\n{OWN}{OWN}", 6, "rules[2].name", "Rename one"),
    (
        "presets: [email_48h, badge]\nrules:\n  - { name: a, when: { surface: email }, window: 1h }\n",
        1,
        "presets[1]",
        "Take it out",
    ),
    (
        "presets: [badge]\nrules:\n  - name: own\n    windw: 1h\n",
        4,
        "rules[1].windw",
        "Did you mean `window`?",
    ),
    ("rulse: []\n", 1, "rulse", "Did you mean `rules`?"),
    ("dry_run: true\n", 1, "rules", "Add `rules:`"),
]


@pytest.mark.parametrize(("text", "line", "field", "remedy"), MISTAKES)
def test_a_mistake_with_presets_names_its_place_in_the_owners_file(
    folder: Folder, text: str, line: int, field: str, remedy: str
) -> None:
    found = told(folder, text)

    assert (line, field) in [one[:2] for one in found]
    assert any(remedy in one[2] for one in found)


def test_a_rule_that_was_moved_is_told_of_where_it_stands(folder: Folder) -> None:
    text = f"presets: [reviews, email_48h]\nrules:\n{OWN}  - name: last\n    window: 48h\n"

    assert told(folder, text) == [(7, "rules[2].window", "Write less than `24h`")]


def test_a_rule_of_a_preset_that_does_not_fit_is_told_of_by_its_name(folder: Folder) -> None:
    folder.write("hours.yaml", "calendars: { default: { week: { monday: 9:00-9:01 } } }")
    folder.change("channels.yaml", "    calendar: default\n", "")

    assert told(folder, "presets: [hour]\n")[0][:2] == (1, "presets[1].hour_messages.promise")


A_PRESET: Mapping[str, Any] = {
    "rules": [{"name": "a", "window": "1h"}],
    "settings": {"max_promises": 1, "grace": "1s"},
}
ANOTHER: Mapping[str, Any] = {"rules": [], "settings": {"grace": "2s", "max_updates": 1}}


def test_settings_of_the_owner_go_before_those_of_presets_and_the_first_of_these_before_others(
    folder: Folder,
) -> None:
    folder.write(P, "presets: [badge, hour]\nsettings: { max_promises: 5 }\n")
    shipped = {"badge": A_PRESET, "hour": ANOTHER}
    found = presets.expanded(read(folder.path / P), shipped.__getitem__)

    assert found.data["settings"] == {"max_promises": 5, "grace": "1s", "max_updates": 1}
    assert found.place(("settings", "grace")) == ("presets", 0, "grace")


COVERED = [
    ({"surface": "dm"}, {"surface": "dm", "language": "pl"}, True),
    ({"surface": ["dm", "comment"]}, {"surface": "comment"}, True),
    ({"surface": "dm"}, {"surface": ["dm", "comment"]}, False),
    ({"surface": "dm"}, {"language": "pl"}, False),
    ({"public": True}, {"public": True, "category": "spam"}, True),
    ({"public": True}, {"public": False}, False),
    ({"reopened": True}, {"category": "spam"}, False),
    ({"keywords": ["refund", "zwrot"]}, {"keywords": ["Zwrot"]}, True),
    ({"keywords": ["ref"]}, {"keywords": ["refund"]}, False),
    ({"keywords": ["refund"]}, {"surface": "dm"}, False),
    ({"time": "8:00-18:00"}, {"time": "9:00-17:00", "days": "friday"}, True),
    ({"time": "8:00-16:00"}, {"time": "9:00-17:00"}, False),
    ({"days": "friday"}, {"time": "9:00-17:00"}, False),
    ({"days": "friday-saturday", "time": "0:00-24:00"}, {"days": "friday", "time": "22:00-2:00"}, True),
    ({"days": "friday"}, {"days": "friday", "time": "22:00-2:00"}, False),
    ({"platform": "telegram"}, {"channel": "shop"}, True),
    ({"platform": "telegram"}, {"channel": ["shop", "page"]}, False),
    ({"platform": "telegram"}, {"channel": "unknown"}, False),
]


@pytest.mark.parametrize(("earlier", "later", "is_covered"), COVERED)
def test_a_condition_takes_everything_of_another_or_may_not(
    earlier: Mapping[str, Any],
    later: Mapping[str, Any],
    is_covered: bool,  # noqa: FBT001 - pytest's own
) -> None:
    assert covers(earlier, later, {"shop": "telegram", "page": "facebook"}) is is_covered


def test_an_own_rule_that_nothing_reaches_is_refused_and_names_the_one_above_it(folder: Folder) -> None:
    folder.change(P, "{ surface: review, platform: facebook }", "{ platform: telegram }")
    (mistake,) = folder.mistakes()

    assert (mistake.line, mistake.field) == (9, "rules[2]")
    assert "`reviews`" in mistake.problem


def test_the_shipped_policy_uses_presets() -> None:
    assert {"reviews", "email_48h", "badge_messages"} <= {
        rule["name"] for rule in load(SHIPPED, NOON).bundle.policy["rules"]
    }
