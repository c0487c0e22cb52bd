"""The watch over the owner's files: what goes live, when, and what the owner is told (R13)."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.core.errors import BadPolicy
from chalicelib.policies import versions
from chalicelib.policies.publish import publish
from chalicelib.serve.watch import PROBLEM, Watch
from chalicelib.settings import BadEnvFile
from tests.fakes import PROJECT, Clock

TELEGRAM = """
  - id: shop-telegram
    platform: telegram
    timezone: UTC
    language: en
    credentials: { bot_token: SHOP_BOT_TOKEN, webhook_secret: SHOP_BOT_SECRET }
"""


class Place:
    """An owner's folder, the watch over it, and what the owner was told."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(PROJECT / "policies", folder / "policies")
        self.env = folder / ".env"
        self.env.write_text("DEMO_WEBCHAT_SECRET=secret\n", encoding="utf-8")
        self.policy = folder / "policies" / "policy.yaml"
        self.channels = folder / "policies" / "channels.yaml"
        self.good = self.policy.read_text("utf-8")
        self.laptop = wiring.laptop(folder / "data", self.env, "https://h.example", Clock())
        self.said: list[str] = []
        self.watch = Watch(self.laptop, folder / "policies", self.said.append)

    def started_again(self) -> Watch:
        """Return another watch over the same folder, as after a restart."""
        return Watch(self.laptop, self.policy.parent, self.said.append)

    def save(self, text: str) -> None:
        self.policy.write_text(text, encoding="utf-8")

    def break_it(self) -> None:
        self.save(self.good.replace("    window: 20s", "    windw: 15m"))

    def change_it(self) -> None:
        self.save(self.good.replace("    window: 20s", "    window: 25m"))

    def add_telegram(self) -> None:
        self.channels.write_text(self.channels.read_text("utf-8") + TELEGRAM, encoding="utf-8")

    def settle(self) -> str:
        """Look twice, as in two seconds, and return what the owner was told meanwhile."""
        self.said.clear()
        self.watch.look()
        self.watch.look()
        return "\n".join(self.said)

    def version(self) -> str:
        return self.laptop.ports.policies.live().version


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.laptop.file.close()


def test_r13_a_good_change_goes_live_once_two_looks_agree(place: Place) -> None:
    place.watch.start()
    place.change_it()

    place.watch.look()
    assert place.said == []
    place.watch.look()
    assert "Policy version 2 is live" in place.said[0]


def test_r13_a_file_that_is_still_being_saved_does_not_go_live(place: Place) -> None:
    place.watch.start()
    for end in range(100, len(place.good), 700):
        place.save(place.good[:end])
        place.watch.look()

    assert place.said == []


def test_r13_a_bad_change_changes_nothing_and_is_told_once(place: Place) -> None:
    place.watch.start()
    place.break_it()

    assert "Did you mean `window`?" in place.settle()
    assert (place.version(), place.settle()) == ("1", "")


def test_restoring_what_is_live_says_that_the_files_are_right_again(place: Place) -> None:
    place.watch.start()
    place.break_it()
    place.settle()
    place.save(place.good)

    assert place.settle() == "The files are right again: policy version 1 stays live."
    assert place.laptop.ports.records.get(PROBLEM, place.laptop.ports.clock()) is None


def test_saving_the_same_again_says_nothing(place: Place) -> None:
    place.watch.start()
    place.save(place.good + "\n# a word of my own\n")

    assert place.settle() == ""


def test_r34_broken_files_do_not_keep_the_last_good_version_from_starting(place: Place) -> None:
    place.watch.start()
    place.break_it()
    again = place.started_again()

    assert again.start() == "1"
    assert again.mistaken and "ATTENTION" in place.said[-1] and "windw" in place.said[-1]


def test_r34_a_folder_that_is_gone_does_not_keep_the_last_good_version_from_starting(place: Place) -> None:
    place.watch.start()
    shutil.rmtree(place.policy.parent)

    assert place.started_again().start() == "1"


def test_after_such_a_start_the_mended_files_go_live(place: Place) -> None:
    place.watch.start()
    place.break_it()
    place.watch = place.started_again()
    place.watch.start()
    place.change_it()

    assert "Policy version 2 is live" in place.settle()


def test_r13_broken_files_and_nothing_published_is_no_start(place: Place) -> None:
    place.break_it()

    with pytest.raises(BadPolicy):
        place.watch.start()


def test_secrets_of_a_channel_added_while_running_are_made_up_at_once(place: Place) -> None:
    place.watch.start()
    place.add_telegram()
    told = place.settle()

    assert f"SHOP_BOT_SECRET was missing and is now a random word in {place.env}" in told
    assert place.laptop.ports.policies.live().channel("shop-telegram").secret("webhook_secret")


def test_secrets_only_the_owner_has_are_named_with_the_file_they_belong_into(place: Place) -> None:
    place.watch.start()
    place.add_telegram()

    assert f"Channel shop-telegram is not ready. Write into {place.env}:\n  SHOP_BOT_TOKEN=" in place.settle()


def test_what_is_missing_is_told_once(place: Place) -> None:
    place.watch.start()
    place.add_telegram()
    place.settle()
    place.change_it()

    assert "SHOP_BOT_TOKEN" not in place.settle()


def test_a_channel_that_has_got_its_secrets_is_said_to_be_ready(place: Place) -> None:
    place.watch.start()
    place.add_telegram()
    place.settle()
    with place.env.open("a", encoding="utf-8") as file:
        file.write("SHOP_BOT_TOKEN=1:t\n")

    assert place.settle() == "Channel shop-telegram is ready: https://h.example/webhooks/shop-telegram"
    assert place.laptop.ports.policies.live().channel("shop-telegram").secret("bot_token") == "1:t"


def test_secrets_that_cannot_be_read_any_more_stay_in_force_and_are_told_once(place: Place) -> None:
    place.watch.start()
    place.env.write_bytes("DEMO_WEBCHAT_SECRET=other\n".encode("utf-16"))

    told = place.settle()
    assert f"{place.env}:1: this is not UTF-8 text: save it as UTF-8" in told
    assert place.laptop.ports.policies.live().channel("demo").secret("secret") == "secret"
    assert place.settle() == ""


def test_r35_secrets_that_cannot_be_read_do_not_keep_a_policy_from_going_live(place: Place) -> None:
    place.watch.start()
    place.env.write_bytes(b"\xff")
    place.settle()
    place.save(place.good.replace("kill_switch: false", "kill_switch: true"))

    place.settle()
    assert place.laptop.ports.policies.live().policy("demo").kill_switch


def test_secrets_that_can_be_read_again_are_said_to_be_right(place: Place) -> None:
    place.watch.start()
    place.env.write_bytes(b"\xff")
    place.settle()
    place.env.write_text("DEMO_WEBCHAT_SECRET=secret\n", encoding="utf-8")

    assert "The files are right again" in place.settle()


def test_secrets_that_cannot_be_read_keep_it_from_starting(place: Place) -> None:
    place.env.write_bytes(b"\xff")

    with pytest.raises(BadEnvFile):
        place.watch.start()


def test_a_version_of_the_watch_keeps_the_files_and_says_so(place: Place) -> None:
    place.watch.start()
    ports = place.laptop.ports
    version = versions.manifest(ports.records, "1", ports.clock())

    assert version.by == "files"
    assert versions.sources(ports.records, version, ports.clock())["policy.yaml"] == place.good


def roll_back(place: Place, number: str) -> str:
    """Make a version live again, as the command line does beside a running program."""
    ports = place.laptop.ports
    now = ports.clock()
    said = versions.content(ports.records, versions.manifest(ports.records, number, now), now)
    live = publish(said.bundle, ports.records, now, by="owner", rolls_back=True)
    place.laptop.policies.forget()
    return live


@pytest.fixture
def rolled_back(place: Place) -> Place:
    """Return a place whose second version was rolled back, while its files still say it."""
    place.watch.start()
    place.change_it()
    place.settle()
    assert roll_back(place, "1") == "3"
    return place


def test_a_restart_does_not_undo_a_rollback(rolled_back: Place) -> None:
    assert rolled_back.started_again().start() == "3"
    assert "still say what version 2 said, which was rolled back" in rolled_back.said[-1]


def test_neither_does_a_secret_that_changes_nor_a_file_saved_as_it_was(rolled_back: Place) -> None:
    with rolled_back.env.open("a", encoding="utf-8") as file:
        file.write("OTHER=1\n")
    told = rolled_back.settle()
    rolled_back.change_it()

    assert "rolled back" in told and "rolled back" in rolled_back.settle()
    assert rolled_back.version() == "3"


def test_another_change_of_the_files_goes_live_after_a_rollback(rolled_back: Place) -> None:
    again = rolled_back.started_again()
    again.start()
    rolled_back.watch = again
    rolled_back.save(rolled_back.good.replace("    window: 20s", "    window: 26m"))

    assert "Policy version 4 is live" in rolled_back.settle()


def test_the_files_of_the_live_version_put_back_are_just_right(rolled_back: Place) -> None:
    rolled_back.save(rolled_back.good)

    assert (rolled_back.settle(), rolled_back.version()) == ("", "3")


def test_r35_a_kill_switch_that_was_rolled_back_once_works_the_next_time(place: Place) -> None:
    killed = place.good.replace("kill_switch: false", "kill_switch: true")
    place.watch.start()
    place.save(killed)
    place.settle()
    roll_back(place, "1")
    place.save(place.good)
    place.settle()
    place.save(killed)

    assert "Policy version 4 is live" in place.settle()


def test_a_fresh_start_that_makes_up_secrets_keeps_the_files_of_its_version(place: Place) -> None:
    place.env.unlink()
    place.watch.start()

    records, now = place.laptop.ports.records, place.laptop.ports.clock()
    kept = versions.sources(records, versions.manifest(records, "1", now), now)
    assert kept["policy.yaml"] == place.good


def test_a_saved_word_goes_live(place: Place) -> None:
    place.watch.start()
    words = place.policy.parent / "words" / "en.yaml"
    words.write_text(words.read_text("utf-8").replace("complaint:\n", "complaint:\n  - wobbly\n", 1), "utf-8")

    assert "Policy version 2 is live" in place.settle()
