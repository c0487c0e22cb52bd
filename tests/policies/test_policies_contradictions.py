"""Settings that cannot be meant together, and files that nobody reads, are warned of once each."""

import pytest

from tests.policies.folders import Folder

P = "policy.yaml"

# what is written, what it is replaced with, the field that is warned of
CONTRADICTIONS = [
    ("window: 15m", "window: never", "rules[3].promise"),
    ("window: 15m", "window: 15m\n    warn_before: 15m", "rules[3].warn_before"),
    ("window: 15m", "window: 15m\n    first_response: 20m\n    warn_before: 30m", "rules[3].warn_before"),
    ("window: 24h", "window: 24h\n    resolution: 1h", "rules[1].resolution"),
    ("grace: 10s", "grace: 10s\n  retry_for: 25h", "settings.retry_for"),
    ("grace: 10s", "grace: 10s\n  stale_after: 1h", "settings.stale_after"),
    ("grace: 10s", "grace: 10s\n  stale_after: 10m\n  retry_for: 5m", "settings.stale_after"),
    ("max_updates: 3", "max_per_customer_a_week: 2", "settings.max_per_customer_a_week"),
    ("max_updates: 3", "max_per_customer_a_day: 11", "settings.max_per_customer_a_day"),
    ("promise: 2 business_days", "promise: 15m", "settings"),
    ("formality: formal", "formality: informal\n  informal_allowed: false", "settings.formality"),
    ("grace: 10s", "grace: 10s\n  quiet_after: 59m", "settings.quiet_after"),
]


def warned(folder: Folder) -> list[str]:
    return [one.field for one in folder.warnings() if one.file == P]


@pytest.mark.parametrize(("old", "new", "field"), CONTRADICTIONS)
def test_two_settings_that_contradict_each_other_are_warned_of_once(
    folder: Folder, old: str, new: str, field: str
) -> None:
    folder.change(P, old, new)
    assert warned(folder) == [field]


def test_a_warning_for_every_rule_is_held_against_the_window_of_each(folder: Folder) -> None:
    folder.change(P, "grace: 10s", "grace: 10s\n  warn_before: 20m")
    assert warned(folder) == ["rules[3].window"]


def test_settings_that_fit_each_other_are_warned_of_in_nothing(folder: Folder) -> None:
    assert warned(folder) == []


STRAYS = [
    ("rooster.yaml", "Did you mean `roster.yaml`?"),
    ("polcy.yaml", "`policy.yaml` is what is read"),
    ("messages/pl.FTL", "Did you mean `messages/pl.ftl`?"),
    ("words/pl.yml", "Did you mean `words/pl.yaml`?"),
    ("roster.yml", "`roster.yaml` is what is read"),
    ("message/pl.ftl", "Did you mean `messages/pl.ftl`?"),
    ("accounts.xlsx", "Move it away"),
]


@pytest.mark.parametrize(("name", "remedy"), STRAYS)
def test_a_file_that_is_not_read_is_warned_of(folder: Folder, name: str, remedy: str) -> None:
    if name == "rooster.yaml":
        (folder.path / "roster.yaml").unlink()
    (folder.path / name).parent.mkdir(exist_ok=True)
    folder.write(name, "x")
    told = [one.remedy for one in folder.warnings() if one.file == name]
    assert [remedy in one for one in told] == [True]


@pytest.mark.parametrize("name", ["README.md", ".policy.yaml.swp", "policy.yaml~", "policy.yaml.bak", "#p#"])
def test_read_mes_hidden_files_and_backups_are_left_alone(folder: Folder, name: str) -> None:
    folder.write(name, "x")
    assert [one for one in folder.warnings() if one.problem == "this file is not read"] == []
