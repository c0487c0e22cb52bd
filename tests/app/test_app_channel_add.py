"""`hearback channel add`, in folders of its own."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.errors import BadPolicy
from chalicelib.platforms import PLATFORMS, platform
from tests.app.commands import TELEGRAM, TOKEN, Call, channels, everything, live
from tests.fakes import PROJECT
from tests.platforms import harness as h


def test_a_channel_that_is_added_is_live_with_its_secrets(call: Call, place: Path) -> None:
    said = call("add", *TELEGRAM, "--language", "pl", "--secrets", "-", piped=TOKEN)

    assert said.exit_code == 0, said.output
    assert (live(place).secret("bot_token"), live(place).language) == ("123:hush", "pl")


def test_a_secret_that_the_owner_has_not_is_made_up(call: Call, place: Path) -> None:
    call("add", *TELEGRAM, "--secrets", "-", piped=TOKEN)

    assert len(live(place).secret("webhook_secret")) >= 32


def test_no_secret_is_ever_printed(call: Call, place: Path) -> None:
    said = call("add", *TELEGRAM, "--secrets", "-", piped=TOKEN).output
    asked = call("add", "telegram", "--id", "other", typed="UTC\nen\n987:quiet\nwhisper\ny\n").output

    assert live(place).secret("webhook_secret") not in said and "123:hush" not in said
    assert live(place, "other").secret("bot_token") == "987:quiet"
    assert "987:quiet" not in asked and "whisper" not in asked


def test_what_comes_next_is_said(call: Call) -> None:
    said = call("add", *TELEGRAM, "--secrets", "-", piped=TOKEN).output

    assert "  1. ./hearback channel connect shop\n" in said
    assert "turn Business Mode on in @BotFather" in said


def test_in_json_there_is_nothing_but_json(call: Call) -> None:
    said = json.loads(call("add", *TELEGRAM, "--secrets", "-", "--json", piped=TOKEN).stdout)

    assert (said["written"], said["entry"]["id"], said["made_up"]) == (True, "shop", ["SHOP_WEBHOOK_SECRET"])
    assert said["next"][0] == "hearback channel connect shop"


def test_a_dry_run_writes_nothing(call: Call, place: Path) -> None:
    before = everything(place)
    said = call("add", *TELEGRAM, "--secrets", "-", "--dry-run", piped=TOKEN)

    assert (said.exit_code, everything(place)) == (0, before)
    assert "  - id: shop\n    platform: telegram\n" in said.output


def test_who_says_no_at_the_end_has_changed_nothing(call: Call, place: Path) -> None:
    before = everything(place)
    call("add", *TELEGRAM, typed="UTC\nen\n987:quiet\n\nn\n")

    assert everything(place) == before


def test_where_each_secret_is_found_is_said_before_it_is_asked_for(call: Call) -> None:
    asked = call("add", *TELEGRAM, typed="UTC\nen\n987:quiet\n\ny\n").output

    assert "Find it: Telegram > @BotFather > /newbot" in asked


def test_an_answer_that_will_not_do_is_asked_for_again_with_what_was_meant(call: Call, place: Path) -> None:
    asked = call("add", typed="telegrm\ntelegram\nShop\nshop\nEurope/Warsw\nUTC\nen\n1:a\n\ny\n").output

    assert "Did you mean `telegram`?" in asked and "Did you mean `Europe/Warsaw`?" in asked
    assert live(place).timezone == "UTC"


def test_only_what_is_missing_is_asked(call: Call, place: Path) -> None:
    (place / ".env").write_text("SHOP_BOT_TOKEN=1:a\nSHOP_WEBHOOK_SECRET=b\n", encoding="utf-8")
    said = call("add", *TELEGRAM, "--timezone", "UTC", "--language", "en", typed="y\n")

    assert (said.exit_code, live(place).secret("bot_token")) == (0, "1:a")


def test_where_nobody_can_be_asked_everything_that_is_missing_is_named(call: Call, place: Path) -> None:
    before = everything(place)
    error = str(call("add", "facebook").exception)

    assert all(
        name in error for name in ("--account", "app_secret", "page_token", "SHOP_FACEBOOK_APP_SECRET")
    )
    assert everything(place) == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["facebok"], "Did you mean `facebook`?"),
        (["messenger"], "Did you mean `facebook`?"),
        (["telegram", "--id", "Shop!"], "in small letters, digits and hyphens"),
        (["telegram", "--id", "demo"], "a channel has this id already"),
        (["telegram", "--language", "nl"], "there is no messages/nl.ftl"),
        (["telegram", "--timezone", "Europe/Warsw"], "Did you mean `Europe/Warsaw`?"),
        (["telegram", "--option", "staf=1"], "Did you mean `staff`?"),
        (["telegram", "--option", "staff"], "name=value"),
        (["telegram", "--credential", "bot_tokn=A_B"], "Did you mean `bot_token`?"),
        (["telegram", "--credential", "bot_token=123:secret"], "the name of a secret in capitals"),
        (["telegram", "--api-base", "http://far.example"], "write `https://`"),
    ],
)
def test_what_is_typed_wrong_is_said_at_once(call: Call, arguments: list[str], sentence: str) -> None:
    said = call("add", *arguments)

    assert (said.exit_code, sentence in said.output) == (2, True), said.output


def test_a_folder_that_would_be_wrong_stays_as_it_was(call: Call, place: Path) -> None:
    (place / "policies" / "hours.yaml").write_text("calendars: {}\n", encoding="utf-8")
    before = everything(place)
    said = call("add", *TELEGRAM, "--secrets", "-", piped=TOKEN)

    assert isinstance(said.exception, BadPolicy) and "hours.yaml" in str(said.exception)
    assert everything(place) == before


def test_a_file_that_cannot_be_read_is_told_of_with_its_line(call: Call, place: Path) -> None:
    (place / "policies" / "channels.yaml").write_text("channels: [\n", encoding="utf-8")

    assert "channels.yaml:2:1" in str(call("add", *TELEGRAM).exception)


def test_comments_and_the_other_channels_stay_byte_for_byte(call: Call, place: Path) -> None:
    before = channels(place)
    call("add", *TELEGRAM, "--secrets", "-", piped=TOKEN)
    start = channels(place).index("\n  - id: shop\n")
    end = channels(place).index("\n  # - id: shop-telegram")

    assert channels(place)[:start] + channels(place)[end:] == before


def test_options_are_words_lists_and_switches(call: Call, place: Path) -> None:
    given = ["account=1", "app_id=8", "coexistence=true", "waba_id=2"]
    options = [word for one in given[1:] for word in ("--option", one)]
    call("add", "whatsapp", "--id", "shop", "--account", "1", *options, "--secrets", "-",
         piped="app_secret=a\naccess_token=b\n")  # fmt: skip

    assert live(place).options == {"app_id": "8", "coexistence": True, "waba_id": "2"}


def test_two_channels_can_share_a_secret(call: Call, place: Path) -> None:
    shared = ("--credential", "bot_token=SHARED_TOKEN")
    call("add", *TELEGRAM, *shared, "--secrets", "-", piped=TOKEN)
    call("add", "telegram", "--id", "other", *shared)

    assert live(place, "other").secret("bot_token") == "123:hush"


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_every_platform_can_be_added(call: Call, place: Path, name: str) -> None:
    # What is measured is the texts of every language.
    (place / "policies" / "messages" / "pl.ftl").unlink()
    described = platform(name)
    values = "".join(f"{one.name}=value-of-{one.name}\n" for one in described.CREDENTIALS if not one.make)
    account: dict[str, Any] = h.double(name).ACCOUNT
    fields = {need: str(account.get(need) or "https://h.example/in") for need in described.NEEDS}
    needs = [word for need, value in fields.items() for word in (f"--{need.replace('_', '-')}", value)]
    said = call("add", name, "--id", "shop", *needs, "--secrets", "-", piped=values)

    assert said.exit_code == 0, (said.output, said.exception)
    assert live(place).platform == name


def test_a_secret_that_is_typed_is_not_echoed_by_the_terminal(place: Path) -> None:
    options = ["--policies", str(place / "policies"), "--env-file", str(place / ".env")]
    words = ["channel", "add", *TELEGRAM, "--timezone", "UTC", "--language", "en", *options]
    ours, theirs = pty.openpty()
    # The test reads and writes as the owner does: only a real terminal can echo.
    program = subprocess.Popen(
        [sys.executable, "-m", "chalicelib.cli", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=PROJECT,
    )
    os.close(theirs)
    shown = answered(ours, {b"not shown:": b"987:quiet\n", b"makes one up):": b"\n", b"[Y/n]:": b"y\n"})

    assert program.wait(30) == 0 and b"987:quiet" not in shown
    assert live(place).secret("bot_token") == "987:quiet"


def answered(terminal: int, answers: dict[bytes, bytes]) -> bytes:
    """Type each answer when its question has been shown, and return all that was shown."""
    shown, waiting = b"", dict(answers)
    while True:
        try:
            part = os.read(terminal, 1000)
        except OSError:
            part = b""
        if not part:
            os.close(terminal)
            return shown
        shown += part
        for question in [one for one in waiting if one in shown]:
            os.write(terminal, waiting.pop(question))
