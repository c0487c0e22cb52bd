"""The command line, as an owner types it."""

import hashlib
import json
import shutil
import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from chalicelib import deliver, handle, wiring
from chalicelib.cli import main
from chalicelib.cli.commands import hearback
from chalicelib.core.errors import HearbackError
from chalicelib.intake import accept
from chalicelib.platforms.contract import Inbound
from chalicelib.platforms.webchat import new_token
from chalicelib.policies.load import load
from chalicelib.policies.publish import publish
from chalicelib.queues.contract import QueueMessage
from chalicelib.serve import address
from chalicelib.sqlite import BadDatabase, SqliteFile, in_words
from tests.fakes import PROJECT

Run = Callable[..., Result]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with policies, a secret, a database, and one customer who waits."""
    shutil.copytree(PROJECT / "policies", tmp_path / "policies")
    (tmp_path / ".env").write_text("DEMO_WEBCHAT_SECRET=secret\n", encoding="utf-8")
    laptop = wiring.laptop(tmp_path / "data", tmp_path / ".env", "http://localhost")
    ports = laptop.ports
    publish(load(tmp_path / "policies", ports.clock()).bundle, ports.records, ports.clock(), by="test")
    laptop.file.close()
    write(tmp_path, visitor_of(tmp_path), "Where is my \x1b[2J order?")
    return tmp_path


@pytest.fixture
def run(place: Path) -> Run:
    def call(*arguments: str, data: bool = True, folder: bool = False, text: str | None = None) -> Result:
        options = ["--data", str(place / "data"), "--env-file", str(place / ".env")] if data else []
        options += ["--policies", str(place / "policies")] if folder else []
        return CliRunner().invoke(hearback, [*arguments, *options], input=text)

    return call


def visitor_of(place: Path) -> str:
    """Return a visitor of this test alone: nobody may write without end."""
    return hashlib.sha256(str(place).encode()).hexdigest()[:16]


def write(place: Path, visitor: str, text: str, name: str = "") -> None:
    """Let a visitor of the demo chat write, and have it handled."""
    laptop = wiring.laptop(place / "data", place / ".env", "http://localhost")
    ports = laptop.ports
    channel = ports.policies.live().channel("demo")
    body = json.dumps({"id": "1", "text": text, "name": name}).encode()
    headers = {"authorization": f"Bearer {new_token(visitor, channel)}"}
    accept("demo", Inbound(method="POST", headers=headers, body=body, received_at=ports.clock()), ports)
    handle.consume(ports.events.receive(10, timedelta()), ports)
    laptop.file.close()


def the_rows(run: Run) -> list[dict[str, str]]:
    return list(json.loads(run("case", "list", "--json").output))


def the_case(run: Run) -> str:
    return str(json.loads(run("case", "list", "--json").output)[0]["id"])


def test_case_list_shows_who_waits(run: Run) -> None:
    result = run("case", "list")

    assert result.exit_code == 0
    assert "waiting" in result.output and "on demo" in result.output


def test_nothing_a_customer_wrote_can_move_the_cursor(run: Run) -> None:
    assert "\x1b" not in run("case", "list").output + run("case", "show", the_case(run)).output


def test_case_list_of_a_channel_that_does_not_exist_says_so(run: Run) -> None:
    result = run("case", "list", "--channel", "nope")

    assert isinstance(result.exception, HearbackError)


def test_case_show_has_the_clocks(run: Run) -> None:
    shown = json.loads(run("case", "show", the_case(run), "--json").output)

    assert {clock["clock"] for clock in shown["clocks"]} == {"acknowledgement", "human reply"}


def test_r29_case_explain_tells_why(run: Run) -> None:
    output = run("case", "explain", the_case(run)).output

    assert "Rule demo applies because of channel demo" in output
    assert "window 20s of rule demo plus 10 s grace" in output


def test_case_reply_is_on_its_way_and_goes_out(run: Run, place: Path) -> None:
    case_id = the_case(run)

    result = run("case", "reply", case_id, "It left today.", "--by", "Ana")

    laptop = wiring.laptop(place / "data", place / ".env", "http://localhost")
    deliver.consume(laptop.ports.wakeups.receive(10, timedelta()), laptop.ports)
    assert result.exit_code == 0
    assert laptop.ports.store.load(case_id).first_response is not None
    laptop.file.close()


def test_case_reply_reads_long_words_from_standard_input(run: Run) -> None:
    result = run("case", "reply", the_case(run), "-", "--json", text="It left\ntoday.\n")

    texts = [entry["text"] for entry in json.loads(result.output)["timeline"]]
    assert "It left\ntoday." in texts


def test_an_empty_reply_is_refused(run: Run) -> None:
    assert isinstance(run("case", "reply", the_case(run), "  ").exception, HearbackError)


def test_case_close_without_a_reply_needs_a_reason(run: Run) -> None:
    result = run("case", "close", the_case(run))

    assert isinstance(result.exception, HearbackError)
    assert "needs a reason" in str(result.exception)


def test_case_close_with_a_reason_closes(run: Run) -> None:
    case_id = the_case(run)

    assert run("case", "close", case_id, "--reason", "handled_by_phone").exit_code == 0
    assert json.loads(run("case", "list", "--json").output) == []


def test_case_close_of_a_closed_case_says_so(run: Run) -> None:
    case_id = the_case(run)
    run("case", "close", case_id, "--reason", "spam")

    assert "closed already (spam)" in str(run("case", "close", case_id, "--reason", "thanks").exception)
    assert "closed already (spam)" in str(run("case", "close", case_id).exception)


def test_case_close_may_be_repeated_for_the_same_reason(run: Run) -> None:
    case_id = the_case(run)

    assert [run("case", "close", case_id, "--reason", "spam").exit_code for _ in range(2)] == [0, 0]


def test_case_approve_says_so_where_nothing_waits(run: Run) -> None:
    said = run("case", "approve", the_case(run))

    assert (said.exit_code, str(said.exception)) == (1, "Nothing waits for approval in this case")


def test_case_list_closed_shows_when_and_why(run: Run) -> None:
    case_id = the_case(run)
    run("case", "close", case_id, "--reason", "spam")

    [row] = json.loads(run("case", "list", "--closed", "--json").output)
    assert (row["id"], row["close_reason"]) == (case_id, "spam")
    closed = datetime.fromisoformat(row["closed_at"]).astimezone(ZoneInfo("Europe/Warsaw"))
    assert f"{closed:%Y-%m-%d %H:%M %Z} (spam)" in run("case", "list", "--closed").output


def test_case_list_all_has_the_open_cases_first(run: Run, place: Path) -> None:
    closed = the_case(run)
    run("case", "close", closed, "--reason", "spam")
    write(place, "another", "Do you deliver to Cork?")

    rows = json.loads(run("case", "list", "--all", "--json").output)
    assert [row["status"] for row in rows] == ["open", "closed"]
    assert [row["id"] for row in json.loads(run("case", "list", "--json").output)] == [rows[0]["id"]]


def test_closed_cases_are_listed_latest_first(run: Run, place: Path) -> None:
    closed = []
    for visitor in ("one", "two", "three"):
        write(place, visitor, "Do you deliver to Cork?")
        closed += [row["id"] for row in json.loads(run("case", "list", "--json").output)]
        for case_id in closed[-2 if visitor == "one" else -1 :]:
            run("case", "close", case_id, "--reason", "spam")

    rows = json.loads(run("case", "list", "--closed", "--json").output)
    assert [row["id"] for row in rows] == closed[::-1]


def test_long_names_leave_room_in_the_list_and_are_whole_in_the_case(run: Run, place: Path) -> None:
    write(place, "other", "Do you deliver to Cork?", name="v" * 90)
    [case_id] = [row["id"] for row in the_rows(run) if row["customer"].startswith("vvv")]

    lines = run("case", "list").output.splitlines()
    assert max(map(len, lines)) < 200 and any("vvv… on demo" in line for line in lines)
    assert "v" * 90 in run("case", "show", case_id).output


def test_a_reason_that_does_not_exist_is_a_usage_error(run: Run) -> None:
    assert run("case", "close", "x.1", "--reason", "boredom").exit_code == 2


@pytest.mark.parametrize("case_id", ["nope", "aaaa.1", "", "a.b", "../etc.1"])
def test_a_case_that_does_not_exist_is_a_sentence(run: Run, case_id: str) -> None:
    assert isinstance(run("case", "show", case_id).exception, HearbackError)


def test_without_a_database_the_remedy_is_named(run: Run, tmp_path: Path) -> None:
    result = CliRunner().invoke(hearback, ["case", "list", "--data", str(tmp_path / "none")])

    assert "start `hearback run` once" in str(result.exception)


def test_policy_check_of_good_files(run: Run) -> None:
    result = run("policy", "check", data=False, folder=True)

    assert result.exit_code == 0 and "No mistakes" in result.output


def test_policy_presets_lists_what_there_is(run: Run) -> None:
    result = run("policy", "presets", data=False)
    as_json = json.loads(run("policy", "presets", "--json", data=False).output)

    assert sorted(as_json) == [line for line in result.output.splitlines() if not line.startswith(" ")]
    assert all(about in result.output for about in as_json.values())


def test_policy_presets_prints_rules_ready_to_be_copied(run: Run, place: Path) -> None:
    printed = run("policy", "presets", "hour", data=False).output
    (place / "policies" / "policy.yaml").write_text(printed, encoding="utf-8")

    assert run("policy", "check", data=False, folder=True).exit_code == 0
    assert json.loads(run("policy", "presets", "hour", "--json", data=False).output)["rules"]


def test_policy_presets_names_what_was_meant(run: Run) -> None:
    result = run("policy", "presets", "bagde", data=False)

    assert result.exit_code == 2
    assert "Did you mean `badge`?" in result.output


def test_scenario_10_policy_check_names_file_line_field_and_remedy(run: Run, place: Path) -> None:
    file = place / "policies" / "policy.yaml"
    file.write_text(file.read_text("utf-8").replace("    window: 20s", "    windw: 15m"), encoding="utf-8")

    result = run("policy", "check", "--json", data=False, folder=True)

    mistakes = json.loads(result.output)["mistakes"]
    named = [
        (m["file"], m["field"], m["remedy"]) for m in mistakes if m["problem"] == "there is no such field"
    ]
    assert result.exit_code == 1
    assert named == [("policy.yaml", "rules[1].windw", "Did you mean `window`?")]


def test_channel_list_tells_what_is_not_ready(run: Run, place: Path) -> None:
    (place / ".env").write_text("", encoding="utf-8")

    result = run("channel", "list", "--env-file", str(place / ".env"), data=False, folder=True)

    assert "no value for DEMO_WEBCHAT_SECRET" in result.output


def test_dead_letters_are_listed_shown_and_tried_again(run: Run, place: Path) -> None:
    laptop = wiring.laptop(place / "data", place / ".env", "http://localhost")
    laptop.ports.events.put([QueueMessage(body='{"poison": true}')])
    laptop.file.write(lambda c: c.execute("UPDATE queued SET receives = 10000 WHERE queue = 'events'"))
    laptop.ports.events.receive(10, timedelta())
    laptop.file.close()
    [letter] = json.loads(run("dead", "list", "--json").output)

    shown = json.loads(run("dead", "show", letter["id"], "--json").output)
    retried = json.loads(run("dead", "retry", letter["id"], "--json").output)

    assert shown["body"] == '{"poison": true}'
    assert retried == {"revived": [letter["id"]]}


@pytest.mark.parametrize(
    "arguments", [("show", "event-99"), ("retry", "event-99"), ("show", "x"), ("retry", "nope-1")]
)
def test_a_dead_letter_that_does_not_exist_is_a_sentence(run: Run, arguments: tuple[str, str]) -> None:
    assert isinstance(run("dead", *arguments).exception, HearbackError)


def test_dead_retry_needs_an_id_or_all(run: Run) -> None:
    assert run("dead", "retry").exit_code == 2


def test_desk_link_opens_the_desk_where_it_is_served(run: Run) -> None:
    assert run("desk", "link", "--url", "https://h.example/").output.startswith(
        "https://h.example/desk/login/"
    )


def remembered(place: Path, url: str) -> None:
    laptop = wiring.laptop(place / "data", place / ".env", "")
    address.remember(url, laptop.ports)
    laptop.file.close()


def test_desk_link_opens_the_desk_of_the_running_program(run: Run, place: Path) -> None:
    remembered(place, "http://127.0.0.1:9191")

    assert run("desk", "link").output.startswith("http://127.0.0.1:9191/desk/login/")
    assert run("desk", "link", "--url", "https://h.example").output.startswith("https://h.example/desk/")


def test_desk_link_of_a_program_that_has_never_run_uses_the_public_address(run: Run, place: Path) -> None:
    with (place / ".env").open("a", encoding="utf-8") as file:
        file.write("HEARBACK_BASE_URL=https://h.example/\n")

    assert run("desk", "link").output.startswith("https://h.example/desk/login/")


def test_desk_link_to_no_address_is_refused(run: Run) -> None:
    assert "is not a public address" in str(run("desk", "link", "--url", "h.example").exception)


def damage(place: Path) -> None:
    for file in (place / "data").iterdir():
        file.unlink()
    (place / "data" / "hearback.sqlite").write_bytes(b"this is no database" * 1000)


@pytest.mark.parametrize(
    "command", [("case", "list"), ("case", "show", "x.1"), ("dead", "list"), ("desk", "link")]
)
def test_a_damaged_database_is_a_sentence(run: Run, place: Path, command: tuple[str, ...]) -> None:
    damage(place)
    result = run(*command)

    assert isinstance(result.exception, BadDatabase)
    assert "hearback.sqlite is damaged: put back a copy" in str(result.exception)


def test_damage_that_shows_only_later_is_a_sentence(run: Run, place: Path) -> None:
    laptop = wiring.laptop(place / "data", place / ".env", "")
    laptop.file.write(lambda connection: connection.execute("DROP TABLE cases"))
    laptop.file.write(lambda connection: connection.execute("CREATE VIEW cases AS SELECT 1 AS one"))
    laptop.file.close()

    assert isinstance(run("case", "list").exception, BadDatabase)


def test_a_folder_in_the_place_of_the_database_is_a_sentence(run: Run, place: Path) -> None:
    damage(place)
    (place / "data" / "hearback.sqlite").unlink()
    (place / "data" / "hearback.sqlite").mkdir()

    assert "cannot be opened" in str(run("case", "list").exception)


def test_doctor_finds_a_damaged_database(run: Run, place: Path) -> None:
    damage(place)

    findings = json.loads(run("doctor", "--json", folder=True).output)
    assert [(f["what"], f["ok"]) for f in findings if "is damaged" in f["found"]] == [("database", False)]


def test_doctor_finds_secrets_that_cannot_be_read(run: Run, place: Path) -> None:
    (place / ".env").write_bytes("A=1".encode("utf-16"))

    result = run("doctor", folder=True)
    assert result.exit_code == 1
    assert "LOOK  secrets" in result.output and "this is not UTF-8 text" in result.output


def test_doctor_finds_nothing_wrong(run: Run) -> None:
    result = run("doctor", folder=True)

    assert result.exit_code == 0, result.output


def test_doctor_finds_missing_secrets_and_dead_letters(run: Run, place: Path) -> None:
    (place / ".env").write_text("", encoding="utf-8")

    result = run("doctor", "--json", folder=True)

    wrong = {finding["what"] for finding in json.loads(result.output) if not finding["ok"]}
    assert result.exit_code == 1 and wrong == {"secrets"}


@pytest.mark.parametrize(
    "command",
    [[], ["run"], ["case"], ["case", "reply"], ["policy"], ["dead"], ["doctor"], ["desk"], ["roster"]],
)
def test_every_command_has_help(command: list[str]) -> None:
    result = CliRunner().invoke(hearback, [*command, "--help"])

    assert result.exit_code == 0 and "Usage:" in result.output


def typed(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    return int(stopped.value.code or 0)


def test_the_version_is_that_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]

    assert typed("--version") == 0
    assert capsys.readouterr().out == f"hearback {project['version']}\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["case", "show", "nope"], 1),
        (["case", "close", "x.1", "--reason", "boredom"], 2),
        (["case", "shw"], 2),
    ],
)
def test_with_json_an_error_is_json_and_the_exit_code_the_same(
    place: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    options = ["--data", str(place / "data"), "--env-file", str(place / ".env")]

    assert typed(*arguments, *options, "--json") == typed(*arguments, *options) == code
    assert list(json.loads(capsys.readouterr().err.partition("\n")[0])) == ["error"]


def test_mistakes_in_the_files_are_json_as_well(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "policies" / "policy.yaml").write_text("rules: [{name: a, windw: 15m}]", encoding="utf-8")
    options = ["--policies", str(place / "policies"), "--env-file", str(place / ".env")]

    assert typed("channel", "list", "--json", *options) == 1
    assert "policy.yaml:1:" in json.loads(capsys.readouterr().err)["error"]


def test_a_full_disk_is_a_sentence(place: Path) -> None:
    target = place / "data" / "hearback.sqlite"

    with pytest.raises(BadDatabase, match="disk is full: make room"), in_words(target):
        fill_up(target)


def fill_up(path: Path) -> None:
    """Write until the database may not grow any more, as on a full disk."""
    file = SqliteFile(path, "")
    try:
        file.write(lambda connection: connection.execute("PRAGMA max_page_count = 1"))
        file.write(lambda connection: connection.execute("CREATE TABLE more AS SELECT zeroblob(9000000)"))
    finally:
        file.close()


def test_a_mistake_of_the_owner_is_a_sentence_and_exit_code_1(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["case", "show", "nope", "--data", str(place / "data"), "--env-file", str(place / ".env")])

    assert stopped.value.code == 1
    assert capsys.readouterr().err.startswith("Error: 'nope' is not the id of a case")
