"""The command line, as an owner types it."""

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chalicelib import deliver, handle, wiring
from chalicelib.cli import hearback, main
from chalicelib.core.errors import HearbackError
from chalicelib.intake import accept
from chalicelib.platforms.contract import Inbound
from chalicelib.platforms.webchat import new_token
from chalicelib.policies.load import load
from chalicelib.policies.publish import publish
from chalicelib.queues.contract import QueueMessage
from tests.fakes import PROJECT

Run = Callable[..., Result]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with policies, a secret, a database, and one customer who waits."""
    shutil.copytree(PROJECT / "policies", tmp_path / "policies")
    (tmp_path / ".env").write_text("DEMO_WEBCHAT_SECRET=secret\n", encoding="utf-8")
    laptop = wiring.laptop(tmp_path / "data", tmp_path / ".env", "http://localhost")
    ports = laptop.ports
    publish(load(tmp_path / "policies", ports.clock()), ports.records, ports.clock(), by="test")
    channel = ports.policies.live().channel("demo")
    body = json.dumps({"id": "1", "text": "Where is my \x1b[2J order?"}).encode()
    headers = {"authorization": f"Bearer {new_token('visitor', channel)}"}
    accept("demo", Inbound(method="POST", headers=headers, body=body, received_at=ports.clock()), ports)
    handle.consume(ports.events.receive(10, timedelta()), ports)
    laptop.file.close()
    return tmp_path


@pytest.fixture
def run(place: Path) -> Run:
    def call(*arguments: str, data: bool = True, folder: bool = False, text: str | None = None) -> Result:
        options = ["--data", str(place / "data"), "--env-file", str(place / ".env")] if data else []
        options += ["--policies", str(place / "policies")] if folder else []
        return CliRunner().invoke(hearback, [*arguments, *options], input=text)

    return call


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
    laptop.file.write(lambda c: c.execute("UPDATE queued SET receives = 5 WHERE queue = 'events'"))
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


def test_doctor_finds_nothing_wrong(run: Run) -> None:
    result = run("doctor", folder=True)

    assert result.exit_code == 0, result.output


def test_doctor_finds_missing_secrets_and_dead_letters(run: Run, place: Path) -> None:
    (place / ".env").write_text("", encoding="utf-8")

    result = run("doctor", "--json", folder=True)

    wrong = {finding["what"] for finding in json.loads(result.output) if not finding["ok"]}
    assert result.exit_code == 1 and wrong == {"secrets"}


@pytest.mark.parametrize(
    "command", [[], ["run"], ["case"], ["case", "reply"], ["policy"], ["dead"], ["doctor"], ["desk"]]
)
def test_every_command_has_help(command: list[str]) -> None:
    result = CliRunner().invoke(hearback, [*command, "--help"])

    assert result.exit_code == 0 and "Usage:" in result.output


def test_a_mistake_of_the_owner_is_a_sentence_and_exit_code_1(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["case", "show", "nope", "--data", str(place / "data"), "--env-file", str(place / ".env")])

    assert stopped.value.code == 1
    assert capsys.readouterr().err.startswith("Error: 'nope' is not the id of a case")
