"""The roster as its owner meets it: on the command line, on the desk, and from the doctor."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from apprise import decorators
from click.testing import CliRunner, Result

from chalicelib import handle, wiring
from chalicelib.cli.commands import hearback
from chalicelib.cli.commands import run as typed
from chalicelib.core.message import Thread
from chalicelib.policies.load import load
from chalicelib.policies.publish import publish
from chalicelib.serve.watch import Watch
from tests.browser import Browser
from tests.builders import wrote
from tests.fakes import POLICY_DOCUMENT, PROJECT, Clock, World

# One of the hundred services that are looked through once uses what Python 3.13 has dropped.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

ROSTER = """\
people:
  - id: olga
    alerts: [OWNER_ALERTS]
    duty: { week: { saturday: 10:00-12:00 } }
  - id: ana
    name: Ana Nowak
    alerts: [ANA_PHONE, ANA_MAIL]
    topics: complaint
    duty: { week: { monday-friday: 9:00-17:00 } }
coordinator: ana
owner: olga
"""
GAPPY = ROSTER.replace("monday-friday: 9", "monday-thursday: 9")

Run = Callable[..., Result]
told: list[str] = []


@pytest.fixture(scope="module", autouse=True)
def services() -> None:
    def hears(body: str, title: str, *_more: object, **_else: object) -> bool:
        told.append(title)
        return True

    def is_deaf(body: str, title: str, *_more: object, **_else: object) -> bool:
        return False

    on_address: Any = decorators.notify
    on_address(on="hears")(hears)
    on_address(on="deaf")(is_deaf)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with the shipped files, a roster, and everybody's addresses."""
    told.clear()
    shutil.copytree(PROJECT / "policies", tmp_path / "policies")
    (tmp_path / "policies" / "roster.yaml").write_text(ROSTER, encoding="utf-8")
    addresses("hears://olga-secret", "hears://ana-secret", "hears://mail-secret", tmp_path)
    return tmp_path


def addresses(olga: str, phone: str, mail: str, place: Path) -> None:
    lines = [f"OWNER_ALERTS={olga}", f"ANA_PHONE={phone}", f"ANA_MAIL={mail}", "DEMO_WEBCHAT_SECRET=s"]
    (place / ".env").write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture
def run(place: Path) -> Run:
    def call(*arguments: str, env: bool = False, text: str | None = None) -> Result:
        options = ["--policies", str(place / "policies")]
        options += ["--env-file", str(place / ".env")] if env else []
        return CliRunner().invoke(hearback, [*arguments, *options], input=text)

    return call


# policy check


def gap(place: Path) -> None:
    (place / "policies" / "roster.yaml").write_text(GAPPY, encoding="utf-8")


def test_policy_check_warns_on_standard_error_and_goes_on(run: Run, place: Path) -> None:
    gap(place)
    result = run("policy", "check")

    assert "roster.yaml:1:1: warning: people: Friday 09:00-17:00: nobody is on duty for demo" in result.stderr
    assert result.exit_code == 0 and "No errors" in result.stdout


def test_policy_check_that_is_strict_fails_on_a_warning(run: Run, place: Path) -> None:
    gap(place)

    assert run("policy", "check", "--strict").exit_code == 1


def test_policy_check_that_is_strict_is_content_without_warnings(run: Run) -> None:
    result = run("policy", "check", "--strict")

    assert (result.exit_code, result.stderr) == (0, "") and "No mistakes" in result.stdout


def test_policy_check_tells_the_severity_in_json(run: Run, place: Path) -> None:
    gap(place)
    found = json.loads(run("policy", "check", "--json").stdout)

    assert found["ok"] and [one["severity"] for one in found["mistakes"]] == ["warning"]


def test_the_doctor_tells_of_warnings_and_is_content(run: Run, place: Path) -> None:
    gap(place)
    result = run("doctor", "--data", str(place / "data"), env=True)

    assert result.exit_code == 0 and "ok    policies     roster.yaml:1:1: warning:" in result.output


def test_the_doctor_complains_of_a_persons_address_without_a_value(run: Run, place: Path) -> None:
    addresses("hears://olga", "", "hears://mail", place)
    result = run("doctor", "--data", str(place / "data"), env=True)

    assert result.exit_code == 1
    assert (
        "LOOK  alerts       ANA_PHONE has no value, so ana is not called there: "
        f"write ANA_PHONE=... into {place / '.env'}" in result.output
    )


def test_run_tells_of_a_new_warning_once_and_lets_the_files_go_live(place: Path) -> None:
    laptop = wiring.laptop(place / "data", place / ".env", "https://h.example", Clock())
    said: list[str] = []
    watch = Watch(laptop, place / "policies", said.append)
    watch.start()
    before = list(said)

    gap(place)
    settle(watch)
    with (place / "policies" / "policy.yaml").open("a", encoding="utf-8") as file:
        file.write("# a word of my own\n")
    settle(watch)

    assert not [line for line in before if "warning" in line]
    assert len([line for line in said if "warning: people: Friday" in line]) == 1
    assert laptop.ports.policies.live().version == "2"
    laptop.file.close()


def settle(watch: Watch) -> None:
    """Look twice, as in two seconds."""
    watch.look()
    watch.look()


# roster show


def shown(run: Run, at: str, *more: str) -> dict[str, Any]:
    [row] = json.loads(run("roster", "show", "--json", "--at", at, *more).stdout)
    return dict(row)


def test_roster_show_tells_who_is_on_duty_and_what_they_know(run: Run) -> None:
    row = shown(run, "2026-11-20 10:00")

    assert (row["channel"], row["at"]) == ("demo", "2026-11-20T10:00+01:00")
    assert row["on_duty"] == ["Ana Nowak (ana)"] and row["experts"] == {"complaint": ["Ana Nowak (ana)"]}


@pytest.mark.parametrize(
    ("at", "first"),
    [
        ("2026-11-20 10:00", ["on duty", "coordinator", "owner"]),
        ("2026-11-20 20:00", ["coordinator", "coordinator", "owner"]),
        ("2026-11-21 11:00", ["on duty", "owner", "owner"]),
    ],
)
def test_roster_show_tells_who_would_be_called_for_each_level(run: Run, at: str, first: list[str]) -> None:
    called = shown(run, at)["called"]

    assert [called[level][0]["as"] for level in ("holder", "coordinator", "owner")] == first


def test_roster_show_is_in_words(run: Run) -> None:
    result = run("roster", "show", "--channel", "demo", "--at", "2026-11-20 20:00")

    assert "demo, Friday 2026-11-20 20:00 (Europe/Warsaw)" in result.output
    assert "on duty                  nobody" in result.output
    assert "Ana Nowak (ana) as coordinator; then olga as owner" in result.output


def test_roster_show_without_a_time_is_of_now(run: Run) -> None:
    assert run("roster", "show").exit_code == 0


@pytest.mark.parametrize("at", ["tomorrow", "9999-12-31", "0001-01-01 10:00"])
def test_roster_show_at_a_time_that_will_not_do_says_how_to_write_it(run: Run, at: str) -> None:
    result = run("roster", "show", "--at", at)

    assert result.exit_code == 2 and "2026-12-24 14:00" in result.output


def test_roster_show_of_a_channel_that_does_not_exist_says_what_was_meant(run: Run) -> None:
    assert "Did you mean `demo`?" in str(run("roster", "show", "--channel", "dmo").exception)


# roster test


def test_roster_test_reaches_every_address(run: Run) -> None:
    result = run("roster", "test", "--yes", env=True)

    assert result.exit_code == 0
    assert len(told) == 3 and result.output.count("took the test alert") == 3


def test_roster_test_of_one_person_calls_nobody_else(run: Run) -> None:
    result = run("roster", "test", "Ana Nowak", "--yes", "--json", env=True)

    assert [row["secret"] for row in json.loads(result.stdout)] == ["ANA_PHONE", "ANA_MAIL"]


def test_roster_test_fails_where_one_address_does_not_take_it(run: Run, place: Path) -> None:
    addresses("hears://olga-secret", "deaf://ana-secret", "", place)
    result = run("roster", "test", "--yes", env=True)

    found = [line.split()[:3] for line in result.stdout.splitlines()]
    assert found == [
        ["ok", "olga", "OWNER_ALERTS"],
        ["LOOK", "ana", "ANA_PHONE"],
        ["LOOK", "ana", "ANA_MAIL"],
    ]
    assert result.exit_code == 1


def test_roster_test_never_prints_an_address(run: Run, place: Path) -> None:
    addresses("hears://olga-secret", "deaf://ana-secret", "nonsense", place)
    result = run("roster", "test", env=True, text="y\n")

    assert "secret" not in result.output and "nonsense" not in result.output


def test_roster_test_asks_first(run: Run) -> None:
    result = run("roster", "test", env=True, text="n\n")

    assert "Ana Nowak" not in result.stdout and told == []
    assert result.exit_code == 1


def test_roster_test_of_a_stranger_says_who_was_meant(run: Run) -> None:
    result = run("roster", "test", "anna", "--yes", env=True)

    assert str(result.exception) == "there is nobody 'anna' in roster.yaml. Did you mean `ana`?"


def test_roster_test_without_a_roster_says_where_to_read(run: Run, place: Path) -> None:
    (place / "policies" / "roster.yaml").unlink()

    assert "docs/alerts.md" in str(run("roster", "test", "--yes", env=True).exception)


def test_a_command_about_the_roster_has_help() -> None:
    assert [
        CliRunner().invoke(hearback, ["roster", name, "--help"]).exit_code for name in ("show", "test")
    ] == [0, 0]


# case assign


@pytest.fixture
def waiting(world: World) -> str:
    """Return the id of a case, in a house with Ana and Olga."""
    roster = {
        "people": [
            {"id": "olga", "name": "Olga", "alerts": ["OWNER_ALERTS"]},
            {"id": "ana", "name": "Ana Nowak", "alerts": ["ANA_ALERTS"]},
        ],
        "owner": "olga",
    }
    world.documents["roster"] = roster
    world.publish(POLICY_DOCUMENT)
    world.writes()
    world.work()
    return world.case().id


@pytest.mark.parametrize(
    ("typed_name", "holder", "warning"),
    [
        ("ana", "ana", ""),
        ("Ana Nowak", "ana", ""),
        ("owner", "olga", ""),
        ("anna", "anna", "There is nobody 'anna' in roster.yaml"),
    ],
)
def test_case_assign_takes_ids_and_names_and_warns_of_strangers(
    place: Path, typed_name: str, holder: str, warning: str
) -> None:
    case_id = opened_case(place)
    options = ["--data", str(place / "data"), "--env-file", str(place / ".env")]

    result = CliRunner().invoke(hearback, ["case", "assign", case_id, typed_name, "--json", *options])

    assert json.loads(result.stdout)["holder"] == holder
    assert warning in result.stderr and bool(warning) == bool(result.stderr)


def test_case_assign_to_nobody_is_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case_id = opened_case(place)
    options = ["--data", str(place / "data"), "--env-file", str(place / ".env")]

    assert typed(["case", "assign", case_id, " ", *options]) == 1
    assert "Please name a person" in capsys.readouterr().err


def opened_case(place: Path) -> str:
    """Return the id of a case that a customer has opened."""
    laptop = wiring.laptop(place / "data", place / ".env", "http://localhost")
    ports = laptop.ports
    publish(load(place / "policies", ports.clock()).bundle, ports.records, ports.clock(), by="test")
    handle.handle("demo", wrote(at=ports.clock(), thread=Thread(channel="demo", key="t1")), ports)
    [case] = ports.store.open_cases("demo")
    laptop.file.close()
    return case.id


# The desk


def test_a_case_is_handed_over_on_the_desk(browser: Browser, world: World, waiting: str) -> None:
    browser.log_in("Olga")

    browser.act(waiting, "assign", to=" ana ")

    assert world.case().holder == "ana"


def test_the_desk_warns_of_a_holder_whom_the_roster_does_not_know(
    browser: Browser, world: World, waiting: str
) -> None:
    browser.log_in("Olga")
    browser.act(waiting, "assign", to="anna")

    page = browser.get(f"/desk/cases/{waiting}").body
    assert world.case().holder == "anna"
    assert "alerts of this case go to whoever is on duty. Did you mean `ana`?" in page


def test_the_desk_is_content_with_a_holder_of_the_roster(
    browser: Browser, world: World, waiting: str
) -> None:
    browser.log_in("Ana Nowak")
    browser.act(waiting, "take")

    assert "roster.yaml" not in browser.get(f"/desk/cases/{waiting}").body


def test_handing_a_case_to_nobody_is_refused(browser: Browser, world: World, waiting: str) -> None:
    browser.log_in("Olga")

    assert "Please name a person" in browser.act(waiting, "assign", to=" ").body


def test_where_one_person_does_everything_nobody_is_a_stranger(browser: Browser, world: World) -> None:
    world.writes()
    world.work()
    browser.log_in("whoever")
    browser.act(world.case().id, "take")

    assert "roster.yaml" not in browser.get(f"/desk/cases/{world.case().id}").body
