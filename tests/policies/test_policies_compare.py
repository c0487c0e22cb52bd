"""What differs between two versions, by the names the owner gave and never as raw data."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.policies.bundle import Bundle
from chalicelib.policies.compare import compare
from tests.policies.folders import Folder


@pytest.fixture
def bundle(folder: Folder) -> Bundle:
    return folder.load()


def told(before: Bundle, after: Bundle) -> list[str]:
    return [str(change) for change in compare(before, after)]


def after_change(folder: Folder, file: str, old: str, new: str) -> list[str]:
    before = folder.load()
    folder.change(file, old, new)
    return told(before, folder.load())


def test_equal_files_have_no_change(bundle: Bundle) -> None:
    assert compare(bundle, Bundle.from_json(bundle.to_json())) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("policy.yaml", "window: 15m", "window: 25m", "policy.rules.messages.window: 15m -> 25m"),
        ("policy.yaml", "kill_switch: false", "kill_switch: true", "policy.kill_switch: false -> true"),
        ("policy.yaml", "  max_updates: 3\n", "", "policy.settings.max_updates: taken out"),
        ("policy.yaml", "  grace: 10s", "  grace: 10s\n  round_to: 5m", "policy.settings.round_to: new (5m)"),
        ("policy.yaml", ", zwrot]", "]", "policy.rules.shop.when.keywords: [refund, zwrot] -> [refund]"),
        ("hours.yaml", "holidays: PL", "holidays: HR", "hours.calendars.default.holidays: PL -> HR"),
        ("channels.yaml", "language: en\n    calendar", "language: en\n    account: x\n    calendar",
         "channels.shop.account: new (x)"),
        ("messages/en.ftl", "ack-1 = Thank you,", "ack-1 = Thanks,", "messages/en.ftl ack-1: other words"),
        ("messages/en.ftl", "remind-1 =", "remind-2 = More.\nremind-1 =", "messages/en.ftl remind-2: new"),
    ],
)  # fmt: skip
def test_a_change_is_told_by_its_name(folder: Folder, file: str, old: str, new: str, expected: str) -> None:
    assert after_change(folder, file, old, new) == [expected]


def test_a_comment_in_the_texts_is_no_change(folder: Folder) -> None:
    assert after_change(folder, "messages/en.ftl", "ack-1 =", "# the first\nack-1 =") == []


def test_a_new_rule_is_told_as_a_whole_and_the_order_of_the_others_is_not(bundle: Bundle) -> None:
    rules = [{"name": "first", "window": "1m"}, *bundle.policy["rules"]]

    assert told(bundle, _with(bundle, rules=rules)) == ["policy.rules.first: new (window 1m)"]


def test_another_order_of_the_rules_is_told(bundle: Bundle) -> None:
    one, two, last = bundle.policy["rules"]

    assert told(bundle, _with(bundle, rules=[two, one, last])) == [
        "policy.rules, their order: reviews, shop, messages -> shop, reviews, messages"
    ]


def test_a_language_that_comes_or_goes_is_told(bundle: Bundle) -> None:
    more = replace(bundle, messages={**bundle.messages, "de": "ack-1 = Danke"})

    assert told(bundle, more) == ["messages/de.ftl: new"]
    assert told(more, bundle) == ["messages/de.ftl: taken out"]


def test_a_channel_that_goes_is_told(bundle: Bundle) -> None:
    left = replace(bundle, channels={"channels": bundle.channels["channels"][:1]})

    assert told(bundle, left) == ["channels.page: taken out"]


def _with(bundle: Bundle, **policy: Any) -> Bundle:
    changed: Mapping[str, Any] = {**bundle.policy, **policy}
    return replace(bundle, policy=changed)
