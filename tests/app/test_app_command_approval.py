"""A public acknowledgement that waits for approval, on the command line (R18)."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chalicelib import handle, wiring
from chalicelib.cli.commands import hearback
from chalicelib.core.events import CustomerWrote, TimerFired
from chalicelib.core.message import Customer, Surface, Thread
from chalicelib.envelope import seal
from chalicelib.policies.load import load
from chalicelib.policies.publish import publish
from tests.fakes import PROJECT

Run = Callable[..., Result]

SHOP = """
  - id: shop
    platform: signed
    timezone: Europe/Warsaw
    language: en
    api_base: https://crm.example/inbox
    credentials: { secret: SHOP_SECRET }
"""
THREAD = Thread(channel="shop", key="1", surface=Surface.COMMENT, public=True, place="post")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder in which the words for one comment wait for a person."""
    policies = tmp_path / "policies"
    shutil.copytree(PROJECT / "policies", policies)
    channels = policies / "channels.yaml"
    channels.write_text(channels.read_text("utf-8").rstrip() + SHOP, encoding="utf-8")
    settings = (policies / "policy.yaml").read_text("utf-8").replace("acks: auto", "acks: approve")
    (policies / "policy.yaml").write_text(settings, encoding="utf-8")
    laptop = wiring.laptop(tmp_path / "data", tmp_path / ".env", "http://localhost")
    ports = laptop.ports
    now = ports.clock()
    publish(load(policies, now).bundle, ports.records, now, by="test")
    event = CustomerWrote(
        id="1",
        at=now - timedelta(hours=3),
        thread=THREAD,
        customer=Customer(id="anna"),
        message_id="m1",
        text="My parcel arrived broken!",
    )
    ports.events.put([seal("shop", event)])
    handle.consume(ports.events.receive(10, timedelta()), ports)
    case = ports.store.newest(THREAD)
    assert case is not None
    handle.apply(TimerFired(id="2", at=now, case_id=case.id), ports)
    laptop.file.close()
    return tmp_path


@pytest.fixture
def run(place: Path) -> Run:
    def call(*arguments: str, typed: str = "") -> Result:
        options = ["--data", str(place / "data"), "--env-file", str(place / ".env")]
        return CliRunner().invoke(hearback, ["case", *arguments, *options], input=typed)

    return call


@pytest.fixture
def waiting(place: Path) -> str:
    """Return the id of the case."""
    laptop = wiring.laptop(place / "data", place / ".env", "http://localhost")
    case = laptop.ports.store.newest(THREAD)
    laptop.file.close()
    assert case is not None
    return case.id


def still_waits(run: Run, case_id: str) -> bool:
    return "Waits for your approval" in run("show", case_id).output


@pytest.mark.parametrize("command", ["show", "explain"])
def test_r18_the_words_that_wait_are_shown_with_the_command(run: Run, waiting: str, command: str) -> None:
    said = run(command, waiting).output.partition("Waits for your approval")[2]
    assert said.splitlines()[1].startswith("    | ")
    assert f"hearback case approve {waiting}" in said


def test_r18_approve_shows_the_words_and_asks_first(run: Run, waiting: str) -> None:
    asked = run("approve", waiting, typed="n\n").output
    assert asked.startswith("    | ") and "Let everybody read this?" in asked
    assert still_waits(run, waiting)


@pytest.mark.parametrize(("option", "typed"), [("--yes", ""), ("--json", ""), ("--by=Ana", "y\n")])
def test_r18_what_is_agreed_to_waits_no_more(run: Run, waiting: str, option: str, typed: str) -> None:
    assert run("approve", waiting, option, typed=typed).exit_code == 0
    assert not still_waits(run, waiting)


def test_a_list_has_the_time_of_the_channel_with_its_zone(run: Run, waiting: str) -> None:
    output = run("list").output
    assert waiting in output
    assert " CET " in output or " CEST " in output
