"""Incidents as a person opens, words and closes them: on the desk and on the command line (R33, R27)."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chalicelib import crises, incidents, statuses, wiring
from chalicelib.cli.commands import hearback
from chalicelib.core.errors import HearbackError, NotAllowed
from chalicelib.policies.load import load
from chalicelib.policies.publish import publish
from tests.browser import Browser, Page
from tests.fakes import PROJECT, World

GOOD = "Our card payments fail. We tell you here when they work."


@pytest.fixture
def desk(browser: Browser) -> Browser:
    browser.log_in()
    return browser


def send(desk: Browser, action: str, channel: str = "page", **fields: str) -> Page:
    page = desk.get("/desk/incidents")
    hidden = {"csrf": page.field("csrf", action), "action": action, "channel": channel}
    return desk.post("/desk/incidents", {**hidden, **fields})


def test_an_incident_that_is_opened_on_the_desk_has_its_author(desk: Browser, world: World) -> None:
    page = send(desk, "open", text_en=GOOD)
    found = crises.standing("page", world.ports, strong=True).incident

    assert page.status == 303
    assert found and found.statuses[0].texts == {"en": GOOD} and found.by


def test_the_desk_tells_how_far_a_status_has_come(desk: Browser, world: World) -> None:
    world.writes("This is a disaster, it is broken!")
    world.work()
    send(desk, "open", "shop", text_en=GOOD)
    world.pass_time(minutes=1)

    assert "<b>1</b> are told" in desk.get("/desk/incidents").body


def test_words_that_cannot_be_sent_are_refused_and_stand_there_again(desk: Browser) -> None:
    page = send(desk, "open", text_en="Call +48 600 700 800 <b>now</b>")

    assert page.status == 400
    assert "looks like" in page.body and "&lt;b&gt;now" in page.body


def test_a_form_without_the_sessions_mark_opens_nothing(desk: Browser, world: World) -> None:
    desk.post("/desk/incidents", {"action": "open", "channel": "page", "text_en": GOOD, "csrf": "x"})

    assert crises.standing("page", world.ports, strong=True).incident is None


def test_a_status_form_that_is_sent_twice_gives_one_status(desk: Browser, world: World) -> None:
    send(desk, "open", text_en=GOOD)
    for _ in range(2):
        send(desk, "status", text_en="They work again.", after="1.1")
    found = crises.standing("page", world.ports, strong=True).incident

    assert found and len(found.statuses) == 2


def test_closing_on_the_desk_ends_the_incident(desk: Browser, world: World) -> None:
    send(desk, "open", text_en=GOOD)
    send(desk, "close")

    assert incidents.past(world.ports, "page")[0][1].closed_at == world.clock()


def test_the_list_of_cases_says_that_an_incident_is_open(desk: Browser) -> None:
    send(desk, "open", text_en=GOOD)

    assert "An incident is open on page" in desk.get("/desk").body


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ({"pl": "Nie działa."}, "'en' is missing"),
        ({"en": GOOD, "pl": "x" * 9000}, "'pl' is too long"),
        ({"en": "Dear {name}, wait."}, "curly bracket"),
        ({"en": "One is so. Two is so. Three is so."}, "at most two sentences"),
        ({"en": "Write to anna@shop.example about it."}, "leave it out"),
        ({"en": "  "}, "'en' is missing"),
    ],
    ids=["language", "length", "placeholder", "r27-sentences", "r27-address", "empty"],
)
def test_a_status_that_cannot_be_said_to_everybody_is_refused(
    world: World, texts: dict[str, str], problem: str
) -> None:
    with pytest.raises(NotAllowed, match=problem):
        statuses.checked(texts, "page", world.policies.live())


@pytest.mark.parametrize(
    "typed",
    [{"rule": "nosuch"}, {"category": "angry"}, {"since": "yesterday"}],
    ids=lambda one: next(iter(one)),
)
def test_a_choice_of_cases_that_means_nothing_is_refused(world: World, typed: dict[str, str]) -> None:
    with pytest.raises(NotAllowed):
        statuses.linking(world.policies.live(), **typed)


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return the command line over a database with the shipped policies."""
    shutil.copytree(PROJECT / "policies", tmp_path / "policies")
    laptop = wiring.laptop(tmp_path / "data", tmp_path / ".env", "http://localhost")
    ports = laptop.ports
    publish(load(tmp_path / "policies", ports.clock()).bundle, ports.records, ports.clock(), by="test")
    laptop.file.close()

    def call(*arguments: str) -> Result:
        options = ["--data", str(tmp_path / "data"), "--env-file", str(tmp_path / ".env")]
        return CliRunner().invoke(hearback, ["incident", *arguments, *options])

    return call


def test_the_command_line_opens_words_and_closes_an_incident(run: Run) -> None:
    said = [
        run("open", "demo", "--text", f"en={GOOD}", "--by", "Ana").output,
        run("status", "demo", "--text", "en=They work again.").output,
        run("close", "demo").output,
        run("list").output,
    ]

    assert [GOOD in said[0], "They work again." in said[1], "No incident is open" in said[2]] == [True] * 3
    assert re.search(r"opened .{16} CES?T by Ana, 2 statuses, closed .{16} CES?T$", said[3].strip())


def test_a_status_can_come_from_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "status.yaml").write_text(f"en: {GOOD}\npl: Nie działają płatności.\n", encoding="utf-8")

    shown = run("open", "demo", "--text-file", str(tmp_path / "status.yaml")).output

    assert GOOD in shown and "płatności" in shown


def test_a_status_without_words_is_refused(run: Run) -> None:
    assert isinstance(run("open", "demo").exception, HearbackError)
