"""`hearback channel remove`, in folders of its own."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chalicelib import wiring
from chalicelib.cli.asking import Asking
from chalicelib.cli.channels import channel
from chalicelib.core.errors import BadPolicy
from chalicelib.policies.load import load
from chalicelib.policies.publish import publish
from tests.app.commands import Call, channels, everything, secrets
from tests.fakes import World

SHOP = ("add", "signed", "--id", "shop", "--api-base", "https://h.example/in")


@pytest.fixture
def shop(call: Call, place: Path) -> str:
    """Add a channel, and return channels.yaml as it was before."""
    before = channels(place)
    call(*SHOP)
    return before


def remove(place: Path, *words: str, typed: str | None = None) -> Result:
    options = ["--policies", place / "policies", "--env-file", place / ".env", "--data", place]
    arguments = ["remove", "shop", *words, *map(str, options)]
    return CliRunner().invoke(channel, arguments, input=typed, obj=Asking(allowed=typed is not None))


def test_what_was_added_is_taken_out_and_nothing_else(place: Path, shop: str) -> None:
    done = remove(place, "--yes")

    assert (done.exit_code, channels(place)) == (0, shop)


def test_secrets_are_kept_unless_told_otherwise(place: Path, shop: str) -> None:
    said = remove(place, "--yes").output

    assert secrets(place).secret("SHOP_SECRET") and "Its secrets are kept: SHOP_SECRET." in said


def test_secrets_go_with_it_where_that_is_wanted(place: Path, shop: str) -> None:
    remove(place, "--yes", "--forget-secrets")

    assert secrets(place).secret("SHOP_SECRET") == ""


def test_a_secret_that_another_channel_shares_stays(call: Call, place: Path, shop: str) -> None:
    call("add", "signed", "--id", "twin", "--api-base", "https://h.example/2", "--credential",
         "secret=SHOP_SECRET")  # fmt: skip
    remove(place, "--yes", "--forget-secrets")

    assert secrets(place).secret("SHOP_SECRET")


def test_a_rule_that_names_it_is_in_the_way_with_its_place(place: Path, shop: str) -> None:
    policy = place / "policies" / "policy.yaml"
    rule = "rules:\n  - name: for_the_shop\n    when: {channel: shop}\n    window: 5m\n"
    policy.write_text(policy.read_text("utf-8").replace("rules:\n", rule, 1), encoding="utf-8")
    line = policy.read_text("utf-8").splitlines().index("    when: {channel: shop}") + 1
    before = everything(place)
    error = remove(place, "--yes").exception

    assert isinstance(error, BadPolicy) and f"policy.yaml:{line}:" in str(error)
    assert everything(place) == before


@pytest.fixture
def busy(place: Path, shop: str) -> Path:
    """Let somebody wait on the channel, in the database of this folder."""
    world = World(place)
    world.writes()
    world.work()
    world.close()
    (place / "world.sqlite").rename(place / wiring.DATABASE)
    laptop = wiring.laptop(place, place / ".env", "")
    publish(load(place / "policies", wiring.now()).bundle, laptop.ports.records, wiring.now(), by="test")
    laptop.file.close()
    return place


def test_whoever_removes_it_is_told_who_waits_there_first(busy: Path) -> None:
    said = remove(busy, typed="n\n").output

    assert "1 cases are open on it and are left to you." in said and "Nothing was changed." in said
    assert "shop" in channels(busy)


def test_its_secrets_stay_while_a_case_is_open(busy: Path) -> None:
    before = channels(busy)

    assert "close them first" in str(remove(busy, "--yes", "--forget-secrets").exception)
    assert channels(busy) == before


def test_a_dry_run_changes_nothing(place: Path, shop: str) -> None:
    before = everything(place)
    said = json.loads(remove(place, "--dry-run", "--json").stdout)

    assert (said["removed"], said["secrets"], everything(place)) == (False, ["SHOP_SECRET"], before)


def test_where_nobody_can_be_asked_a_yes_is_needed(place: Path, shop: str) -> None:
    assert "give --yes" in str(remove(place).exception)


def test_the_only_channel_stays(place: Path) -> None:
    options = ["--policies", place / "policies", "--env-file", place / ".env", "--data", place]
    said = CliRunner().invoke(channel, ["remove", "demo", "--yes", *map(str, options)])

    assert "demo is your only channel" in str(said.exception)
