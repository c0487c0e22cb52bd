"""`hearback channel rotate`: both secrets count until the old one is retired."""

import json
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.intake import accept
from chalicelib.platforms import platform
from chalicelib.policies.load import load
from chalicelib.policies.publish import publish
from tests.app.commands import TELEGRAM, TOKEN, Call, channels, everything, live, secrets
from tests.platforms import harness as h

FINISH = ("rotate", "shop", "secret", "--finish", "--yes")


@pytest.fixture(autouse=True)
def shop(call: Call) -> None:
    call("add", "signed", "--id", "shop", "--api-base", "https://h.example/in")


def status(place: Path, secret: str) -> int:
    """Return how Hearback answers a webhook signed with a secret, with the files as they are now."""
    laptop = wiring.laptop(place, place / ".env", base_url="", clock=lambda: h.RECEIVED)
    bundle = load(place / "policies", h.RECEIVED).bundle
    publish(bundle, laptop.ports.records, h.RECEIVED, by="test")
    inbound = h.proven(h.fixtures("signed")[0], secret=secret)
    answer = accept("shop", inbound, laptop.ports)
    laptop.file.close()
    return answer.status


def test_webhooks_of_both_secrets_are_taken_in_between(call: Call, place: Path) -> None:
    old = live(place).secret("secret")
    call("rotate", "shop", "secret")
    new = live(place).secret("secret")

    assert new != old
    assert (status(place, old), status(place, new)) == (200, 200)


def test_webhooks_of_the_old_secret_are_refused_once_it_is_retired(call: Call, place: Path) -> None:
    old = live(place).secret("secret")
    call("rotate", "shop", "secret")
    call(*FINISH)

    assert (status(place, old), status(place, live(place).secret("secret"))) == (401, 200)


def test_what_is_sent_uses_the_new_token_at_once(call: Call, place: Path) -> None:
    call("add", "telegram", "--id", "bot", "--secrets", "-", piped=TOKEN)
    call("rotate", "bot", "bot_token", "--secrets", "-", piped="bot_token=456:new\n")
    request = next(platform("telegram").check(live(place, "bot"), "https://h.example")).request

    assert "/bot456:new/" in request.url


def test_the_old_value_leaves_no_trace_in_the_file_of_the_secrets(call: Call, place: Path) -> None:
    old = live(place).secret("secret")
    call("rotate", "shop", "secret")
    call(*FINISH)

    assert old not in (place / ".env").read_text("utf-8")


def test_a_whole_rotation_leaves_channels_yaml_as_it_was(call: Call, place: Path) -> None:
    before = channels(place)
    call("rotate", "shop", "secret")
    between = channels(place)
    call(*FINISH)

    assert "secret: [SHOP_SECRET, SHOP_SECRET_OLD]" in between
    assert channels(place) == before


def test_a_secret_can_be_rotated_again_and_again(call: Call, place: Path) -> None:
    codes = [call(*words).exit_code for _ in range(2) for words in (("rotate", "shop"), FINISH)]

    assert codes == [0, 0, 0, 0]


def test_neither_secret_is_printed(call: Call, place: Path) -> None:
    old = live(place).secret("secret")
    said = call("rotate", "shop", "secret").output

    assert old not in said and live(place).secret("secret") not in said
    assert "rotate shop secret --finish" in said


def test_a_secret_that_channels_share_is_rotated_on_all_of_them(call: Call, place: Path) -> None:
    base = ("--api-base", "https://h.example/2", "--credential", "secret=SHOP_SECRET")
    call("add", "signed", "--id", "twin", *base)
    said = json.loads(call("rotate", "twin", "--json").stdout)

    assert said["channels"] == ["shop", "twin"]
    assert live(place, "shop").secrets == live(place, "twin").secrets


def test_two_live_secrets_are_enough(call: Call, place: Path) -> None:
    call("rotate", "shop", "secret")
    before = everything(place)

    assert "two live values already" in str(call("rotate", "shop", "secret").exception)
    assert everything(place) == before


def test_a_rotation_that_was_interrupted_is_begun_again(call: Call, place: Path) -> None:
    # As it stands after the old value was written down and before the new one was.
    old = live(place).secret("secret")
    secrets(place).keep("SHOP_SECRET_OLD", old)

    assert call("rotate", "shop", "secret").exit_code == 0
    assert live(place).secrets["secret"][1] == old


def test_a_dry_run_changes_nothing(call: Call, place: Path) -> None:
    before = everything(place)
    codes = [call("rotate", "shop", "secret", "--dry-run").exit_code]
    call("rotate", "shop", "secret")
    between = everything(place)
    codes.append(call("rotate", "shop", "secret", "--finish", "--dry-run").exit_code)

    assert (codes, between != before, everything(place) == between) == ([0, 0], True, True)


def test_retiring_asks_and_no_means_no(call: Call, place: Path) -> None:
    call("rotate", "shop", "secret")
    before = everything(place)
    call("rotate", "shop", "secret", "--finish", typed="n\n")
    silent = call("rotate", "shop", "secret", "--finish")

    assert everything(place) == before
    assert "give --yes" in str(silent.exception)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("shop", "secret", "--finish", "--yes"), "nothing is to be retired"),
        (("shop", "sekret"), "Did you mean `secret`?"),
        (("shp",), "Did you mean `shop`?"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(call: Call, arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in str(call("rotate", *arguments).exception)


def test_a_token_that_only_the_platform_gives_is_asked_for(call: Call, place: Path) -> None:
    call("add", *TELEGRAM[:1], "--id", "bot", "--secrets", "-", piped=TOKEN)

    assert "name the credential" in str(call("rotate", "bot").exception)
    assert "the new bot_token is missing" in str(call("rotate", "bot", "bot_token").exception)


def test_a_secret_of_the_environment_is_changed_there(call: Call, place: Path) -> None:
    before = everything(place)
    said = call("rotate", "shop", "secret", environment={"SHOP_SECRET": live(place).secret("secret")})

    assert "SHOP_SECRET is set in the environment" in str(said.exception)
    assert everything(place) == before


def test_a_code_that_connecting_fetches_is_not_rotated(call: Call) -> None:
    call("add", "vk", "--id", "vk", "--account", "1", "--secrets", "-", piped="token=t\n")

    assert "channel connect vk" in str(call("rotate", "vk", "confirmation_code").exception)
