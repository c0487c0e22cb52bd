"""`hearback channel add` and `rotate` with `--stage`: secrets go to AWS, and files that are published."""

from datetime import timedelta

import pytest
from click.testing import Result

from chalicelib import wiring
from chalicelib.cli.channel_rotate import KNOWN_AFTER
from chalicelib.policies.load import load
from chalicelib.policies.publish import publish
from tests.app.stages import Stage

SHOP = ("add", "signed", "--id", "shop", "--api-base", "https://h.example/in")
FINISH = ("rotate", "shop", "--finish", "--yes")


class Owner:
    """Runs `channel ...` over a stage, with files of their own."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.folder = stage.folder / "policies"

    def channel(self, *words: str) -> Result:
        return self.stage.run("channel", *words, "--policies", str(self.folder))

    def publishes(self, ago: timedelta = KNOWN_AFTER) -> None:
        """Publish the files, as if it had been done some time ago."""
        now = wiring.now()
        with self.stage.opened() as program:
            publish(load(self.folder, now).bundle, program.ports.records, now - ago, by="test")

    def live(self) -> tuple[str, ...]:
        """Return the secrets that count on the channel, the one that is sent first."""
        with self.stage.opened() as program:
            return tuple(program.ports.policies.live().channel("shop").secrets["secret"])

    def files(self) -> str:
        return (self.folder / "channels.yaml").read_text("utf-8")


@pytest.fixture
def owner(stage: Stage) -> Owner:
    return Owner(stage)


@pytest.fixture
def shop(owner: Owner) -> Owner:
    """An owner whose channel is live."""
    assert owner.channel(*SHOP).exit_code == 0
    owner.publishes()
    return owner


def test_a_secret_of_a_new_channel_is_encrypted_in_the_parameter_store(owner: Owner) -> None:
    owner.channel(*SHOP)
    kept = owner.stage.get("SHOP_SECRET")

    assert kept["Type"] == "SecureString" and len(kept["Value"]) >= 32
    assert not (owner.stage.folder / ".env").exists()


def test_what_makes_a_new_channel_live_there_is_said_and_does(owner: Owner) -> None:
    said = owner.channel(*SHOP).output
    owner.publishes()

    assert f"  1. ./hearback policy publish --stage {owner.stage.name}\n" in said
    assert f"./hearback channel check shop --stage {owner.stage.name}\n" in said
    assert owner.live() == (owner.stage.get("SHOP_SECRET")["Value"],)


def test_the_address_of_a_new_channel_is_the_one_aws_gave(owner: Owner) -> None:
    assert owner.stage.json("channel", *SHOP, "--policies", str(owner.folder))["webhook"] == (
        "https://api.example/api/webhooks/shop"
    )


def test_the_new_secret_waits_until_the_functions_know_the_name_of_the_old_one(shop: Owner) -> None:
    old = shop.live()
    said = shop.channel("rotate", "shop").output

    assert "Nothing has changed yet" in said and "policy publish --stage" in said
    assert shop.live() == old
    assert "[SHOP_SECRET, SHOP_SECRET_OLD]" in shop.files()


def test_the_old_secret_counts_at_every_step_of_a_rotation(shop: Owner) -> None:
    [old] = shop.live()
    counted = []
    shop.channel("rotate", "shop")
    counted.append(old in shop.live())
    shop.publishes()
    counted.append(old in shop.live())
    said = shop.channel("rotate", "shop")
    new, second = shop.live()

    assert (counted, said.exit_code) == ([True, True], 0)
    assert (second, new != old) == (old, True)


def test_a_version_that_not_every_function_may_know_is_waited_for(shop: Owner) -> None:
    shop.channel("rotate", "shop")
    shop.publishes(ago=timedelta())
    before = shop.live()
    said = shop.channel("rotate", "shop")

    assert "run this again in a minute" in str(said.exception)
    assert shop.live() == before


def test_a_secret_that_is_retired_is_gone_from_the_parameter_store(shop: Owner) -> None:
    before = shop.files()
    shop.channel("rotate", "shop")
    shop.publishes()
    shop.channel("rotate", "shop")
    new, _ = shop.live()
    said = shop.channel(*FINISH)

    assert (shop.live(), shop.files()) == ((new,), before)
    assert "policy publish --stage" in said.output


def test_a_rotation_after_a_rotation_goes_through_the_same_steps(shop: Owner) -> None:
    first = shop.live()
    for _ in range(2):
        shop.channel("rotate", "shop")
        shop.publishes()
        shop.channel("rotate", "shop")
        shop.channel(*FINISH)
        shop.publishes()

    assert len(shop.live()) == 1 and shop.live() != first


def test_a_check_over_a_stage_names_the_command_that_retires_there(shop: Owner) -> None:
    shop.channel("rotate", "shop")
    said = shop.channel("check", "shop").output

    assert f"`hearback channel rotate shop secret --finish --stage {shop.stage.name}`" in said


def test_no_secret_is_printed(shop: Owner) -> None:
    shop.channel("rotate", "shop")
    shop.publishes()
    said = shop.channel("rotate", "shop").output

    assert not any(secret in said for secret in shop.live())
