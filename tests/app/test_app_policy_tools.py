"""The owner's tools over the policy files, as an owner types them."""

import hashlib
import json
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chalicelib import handle, wiring
from chalicelib.cli.commands import hearback
from chalicelib.intake import accept
from chalicelib.platforms.contract import Inbound
from chalicelib.platforms.webchat import new_token
from chalicelib.policies import sources, versions
from chalicelib.policies.publish import publish
from chalicelib.wiring import Laptop
from tests.fakes import PROJECT

Run = Callable[..., Result]

HOURS = """\
calendars:
  default:
    week: { monday-friday: "9:00-13:00, 14:00-17:00" }
    exceptions: { 2026-10-26: closed }
"""
FRIDAY = ("--text", "Where is my parcel 12?", "--at", "2026-10-23 16:35")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with policies, a secret and a database in which the files are live."""
    shutil.copytree(PROJECT / "policies", tmp_path / "policies")
    (tmp_path / ".env").write_text("DEMO_WEBCHAT_SECRET=secret\n", encoding="utf-8")
    for laptop in opened(tmp_path):
        files = sources.checked(tmp_path / "policies", laptop.ports.clock())
        records, now = laptop.ports.records, laptop.ports.clock()
        publish(files.bundle, records, now, by="files", sources=files.sources)
    return tmp_path


def opened(place: Path) -> Iterator[Laptop]:
    laptop = wiring.laptop(place / "data", place / ".env", "http://localhost")
    yield laptop
    laptop.file.close()


@pytest.fixture
def run(place: Path) -> Run:
    def call(*arguments: str, data: bool = True, folder: bool = True) -> Result:
        options = ["--data", str(place / "data"), "--env-file", str(place / ".env")] if data else []
        options += ["--from", str(place / "policies")] if folder else []
        return CliRunner().invoke(hearback, ["policy", *arguments, *options])

    return call


@pytest.fixture
def explained(run: Run) -> Run:
    def call(*arguments: str, command: str = "explain") -> Result:
        return run(command, *arguments, data=False)

    return call


def change(
    place: Path, old: str = "window: 20s", new: str = "window: 25m", file: str = "policy.yaml"
) -> None:
    path = place / "policies" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def visitor(place: Path) -> str:
    return hashlib.sha256(str(place).encode()).hexdigest()[:16]


def write(place: Path, text: str = "Where is my order 12?") -> None:
    """Let a visitor of the demo chat write, and have it handled."""
    for laptop in opened(place):
        ports = laptop.ports
        # Each test has a visitor of its own: nobody may write without end.
        token = new_token(visitor(place), ports.policies.live().channel("demo"))
        headers = {"authorization": f"Bearer {token}"}
        body = json.dumps({"id": "1", "text": text}).encode()
        accept("demo", Inbound(method="POST", headers=headers, body=body, received_at=ports.clock()), ports)
        handle.consume(ports.events.receive(10, timedelta()), ports)


def live(place: Path) -> str:
    [found] = [laptop.ports.policies.live().version for laptop in opened(place)]
    return found


# explain and timeline


def test_scenario_3_explain_tells_of_tuesday_10_50(explained: Run, place: Path) -> None:
    (place / "policies" / "hours.yaml").write_text(HOURS, encoding="utf-8")
    change(place, "window: 20s", "window: 15m")
    change(place, "grace: 10s", "grace: 0s")
    result = explained("--channel", "demo", *FRIDAY)

    assert result.exit_code == 0
    assert "Fri 23 Oct 16:50:00  Hearback acknowledges the message" in result.output
    assert "An answer is promised by Tue 27 Oct 10:50:00" in result.output


def test_explain_tells_rule_understanding_words_and_the_end(explained: Run) -> None:
    result = explained("--channel", "demo", *FRIDAY)

    for told in (
        "language en",
        "category question",
        "demo, because of channel demo",
        "    | ",
        "why: window 20s",
    ):
        assert told in result.output
    assert result.output.splitlines()[-1].startswith("Then nothing more is sent.")


def test_explain_names_who_would_be_called(explained: Run, place: Path) -> None:
    people = "people:\n  - id: ana\n    name: Ana Kovač\n    alerts: [ANA]\nowner: ana\n"
    (place / "policies" / "roster.yaml").write_text(people, encoding="utf-8")

    assert "Alert for Ana Kovač (" in explained("--channel", "demo", *FRIDAY).output


def test_explain_calls_nobody_where_no_address_is_written_down(explained: Run) -> None:
    output = explained("--channel", "demo", *FRIDAY).output

    assert "An alert stands on the desk" in output
    assert "on duty" not in output


def test_explain_refuses_a_surface_that_the_platform_has_not(explained: Run) -> None:
    told = explained("--platform", "telegram", "--surface", "review", *FRIDAY)

    assert str(told.exception).startswith("telegram has no review: give --surface one of dm")


@pytest.mark.parametrize("option", ["--from", "--policies"])
@pytest.mark.parametrize("command", [("check",), ("voice", "--language", "xx")])
def test_the_folder_has_both_names_everywhere(command: tuple[str, ...], option: str, tmp_path: Path) -> None:
    told = CliRunner().invoke(hearback, ["policy", *command, option, str(tmp_path)])

    # The folder is empty, and that is what is told of.
    assert "policy.yaml" in str(told.exception)


def test_explain_needs_no_database_and_publishes_nothing(explained: Run, place: Path) -> None:
    change(place)

    assert "window 25m" in explained("--channel", "demo", *FRIDAY).output
    assert live(place) == "1"


def test_explain_of_a_platform_without_a_channel_says_so(explained: Run) -> None:
    result = explained("--platform", "facebook", *FRIDAY)

    assert "no such channel in channels.yaml yet" in result.output
    assert "takes automatic messages until Sat 24 Oct 2026, 16:35:00" in result.output


def test_explain_of_a_comment_is_public_and_gets_the_public_words(explained: Run) -> None:
    found = json.loads(explained("--platform", "facebook", "--surface", "comment", *FRIDAY, "--json").output)
    said = [step["what"] for step in found["steps"]]

    assert found["public"] and found["rule_because"]
    assert "Hearback acknowledges the message, in public" in said
    assert "One private message asks to go on in private" in said


def test_explain_of_small_talk_says_that_nothing_is_sent(explained: Run) -> None:
    result = explained("--channel", "demo", "--text", "Thanks!")

    assert "small talk starts no clock" in result.output
    assert result.output.splitlines()[-1] == "Nothing is owed, so nothing is sent."


def test_the_steps_of_explain_are_in_the_order_of_time(explained: Run) -> None:
    found = json.loads(explained("--channel", "demo", *FRIDAY, "--json").output)
    moments = [step["at"] for step in found["steps"]]

    assert moments == sorted(moments)
    assert {"customer", "ack", "promise", "missed", "alert", "update"} <= {s["kind"] for s in found["steps"]}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--channel", "dmo", *FRIDAY), "Did you mean `demo`?"),
        (("--platform", "facebok", *FRIDAY), "Did you mean `facebook`?"),
        (("--channel", "demo", "--platform", "facebook", *FRIDAY), "leave --platform out"),
        (("--channel", "demo", "--text", "x", "--at", "noon"), "write it like `2026-11-20 16:50`"),
    ],
)
def test_a_question_that_cannot_be_says_how_it_can(
    explained: Run, arguments: tuple[str, ...], told: str
) -> None:
    assert told in str(explained(*arguments).exception)


def test_the_timeline_fits_into_80_columns(explained: Run) -> None:
    result = explained("--channel", "demo", *FRIDAY, command="timeline")

    assert result.exit_code == 0
    assert max(map(len, result.output.splitlines())) <= 80
    assert "Fri 23 Oct " in result.output and " 1  Fri 23 Oct 16:35:00  The customer writes" in result.output


def test_nothing_that_is_typed_can_move_the_cursor(explained: Run) -> None:
    assert "\x1b" not in explained("--channel", "demo", "--text", "\x1b[2J where?").output


# diff


def test_diff_of_equal_files_is_0_and_says_so(run: Run) -> None:
    result = run("diff")

    assert (result.exit_code, "Nothing changes" in result.output) == (0, True)


def test_diff_of_other_files_is_1_and_names_what_changes(run: Run, place: Path) -> None:
    change(place)
    result = run("diff")

    assert result.exit_code == 1
    assert "policy.rules.demo.window: 20s -> 25m" in result.output


def test_diff_shows_rule_and_deadlines_of_an_open_case_before_and_after(run: Run, place: Path) -> None:
    write(place)
    change(place, "  - name: demo", "  - name: shop")
    change(place)
    [case] = json.loads(run("diff", "--json").output)["cases"]
    [moved] = [one for one in case["deadlines"] if one["clock"] == "acknowledgement"]

    assert case["rule"] == {"before": "demo", "after": "shop"}
    assert moved["before"] < moved["after"]


def test_diff_counts_the_cases_that_stay_as_they_are(run: Run, place: Path) -> None:
    write(place)
    change(place, "max_updates: 3 ", "max_updates: 2 ")

    assert "0 of 1 open cases change" in run("diff").output


def test_diff_that_cannot_be_made_is_2(run: Run, place: Path) -> None:
    change(place, "window: 20s", "windw: 20s")
    broken = run("diff")

    assert (broken.exit_code, "Did you mean `window`?" in broken.output) == (2, True)
    assert run("diff", "--data", str(place / "nowhere"), data=False).exit_code == 2


# backtest and export


def test_backtest_replays_what_is_in_the_database(run: Run, place: Path) -> None:
    write(place)
    found = json.loads(run("backtest", "--json", folder=True).stdout)

    assert (found["cases"], found["differing"]) == (1, [])


def test_backtest_without_a_case_says_so(run: Run) -> None:
    assert "There is no case in these days." in run("backtest").output


def exported(place: Path, *more: str) -> Result:
    options = ["--data", str(place / "data"), "--env-file", str(place / ".env")]
    return CliRunner().invoke(hearback, ["case", "export", *options, *more])


def test_an_export_is_replayed_from_its_file(run: Run, place: Path) -> None:
    write(place)
    file = place / "history.jsonl"
    exported(place, "--out", str(file))
    change(place, "  - name: demo", "  - name: shop")
    result = run("backtest", "--file", str(file), data=False)

    assert "1 of 1 cases differ" in result.output
    assert "rule demo -> shop" in result.output


def test_only_the_owner_may_read_an_export(place: Path) -> None:
    file = place / "history.jsonl"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o644)
    exported(place, "--out", str(file))

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_export_without_a_file_is_one_line_a_case(place: Path) -> None:
    write(place)
    [line] = exported(place).stdout.splitlines()

    assert json.loads(line)["thread"]["channel"] == "demo"


def test_a_file_that_is_no_export_is_told_with_its_line(run: Run, place: Path) -> None:
    file = place / "history.jsonl"
    file.write_text("\nno json\n", encoding="utf-8")

    assert f"{file}:2: it is no line" in str(run("backtest", "--file", str(file)).exception)


# versions


def test_publish_makes_the_files_the_next_version_and_keeps_why(run: Run, place: Path) -> None:
    change(place)
    result = run("publish", "--why", "calmer demo", "--by", "anna")
    rows = json.loads(run("history", "--json", folder=False).output)

    assert "Version 2 is live" in result.output
    assert [(row["version"], row["by"], row["why"], row["live"]) for row in rows] == [
        ("2", "anna", "calmer demo", True),
        ("1", "files", "", False),
    ]


def test_publish_as_a_dry_run_only_says_what_would_change(run: Run, place: Path) -> None:
    change(place)
    result = run("publish", "--dry-run")

    assert "policy.rules.demo.window: 20s -> 25m" in result.output
    assert live(place) == "1"


def test_publishing_what_is_live_changes_nothing(run: Run, place: Path) -> None:
    assert "Nothing changes" in run("publish").output
    assert live(place) == "1"


def test_publish_tells_the_open_cases(run: Run, place: Path) -> None:
    write(place)
    change(place)

    assert "1 open cases are reckoned anew" in run("publish").output


def test_show_gives_a_file_letter_by_letter(run: Run, place: Path) -> None:
    before = (place / "policies" / "policy.yaml").read_text("utf-8")
    change(place)
    run("publish")

    assert run("show", "1", "policy.yaml", folder=False).stdout == before


def test_show_without_a_file_shows_all_of_them(run: Run) -> None:
    output = run("show", "1", folder=False).output

    assert "== policy.yaml" in output and "== messages/en.ftl" in output


def test_a_version_or_file_that_is_not_there_is_told_as_such(run: Run) -> None:
    assert "version 9" in str(run("show", "9", folder=False).exception)
    assert "its files: " in str(run("show", "1", "x.yaml", folder=False).exception)


def test_rollback_is_the_next_version_and_tells_of_the_files(run: Run, place: Path) -> None:
    change(place)
    run("publish")
    result = run("rollback", "1")

    assert "Version 3 is live and says what version 1 said" in result.output
    assert "still say otherwise" in result.output
    assert live(place) == "3"


def test_rollback_puts_the_files_back_and_keeps_those_that_were_there(run: Run, place: Path) -> None:
    before = sources.read(place / "policies")
    change(place)
    run("publish")
    found = json.loads(run("rollback", "1", "--restore-files", "--json").output)

    assert sources.read(place / "policies") == before
    assert "window: 25m" in sources.read(Path(found["kept_files"]))["policy.yaml"]


def test_rollback_to_a_version_that_is_not_there_changes_nothing(run: Run, place: Path) -> None:
    assert "version 7" in str(run("rollback", "7").exception)
    assert live(place) == "1"


def test_rollback_of_files_that_were_not_kept_restores_none(run: Run, place: Path) -> None:
    for laptop in opened(place):
        records, now = laptop.ports.records, laptop.ports.clock()
        said = versions.content(records, versions.manifest(records, "1", now), now)
        record = json.dumps({"bundle": json.loads(said.bundle.to_json()), "by": "run", "at": now.isoformat()})
        records.take("policy:000001", now)
        records.put("policy:000001", record)
    change(place)
    run("publish")

    assert "were not kept" in str(run("rollback", "1", "--restore-files").exception)
    assert "says what version 1 said" in run("rollback", "1").output


def test_publish_brings_back_what_was_rolled_back(run: Run, place: Path) -> None:
    change(place)
    for arguments in (["publish"], ["rollback", "1"], ["publish"]):
        run(*arguments)

    assert live(place) == "4"


@pytest.mark.parametrize(
    "command",
    ["explain", "timeline", "diff", "backtest", "publish", "history", "show", "rollback"],
)
def test_every_tool_has_help_and_json(command: str) -> None:
    result = CliRunner().invoke(hearback, ["policy", command, "--help"])

    assert result.exit_code == 0
    assert "--json" in result.output


def with_kill_switch(run: Run, place: Path) -> None:
    change(place, "kill_switch: false", "kill_switch: true ")
    run("publish")


def test_r35_a_rollback_that_would_switch_automatic_messages_on_again_asks_first(
    run: Run, place: Path
) -> None:
    with_kill_switch(run, place)
    said = run("rollback", "1")

    assert said.exit_code == 1 and "automatic messages would begin again" in said.output
    assert live(place) == "2"


def test_r35_who_says_yes_is_not_asked(run: Run, place: Path) -> None:
    with_kill_switch(run, place)
    run("rollback", "1", "--yes")

    assert live(place) == "3"


def test_a_rollback_says_what_it_changes_and_a_dry_run_only_says_it(run: Run, place: Path) -> None:
    change(place)
    run("publish")
    said = run("rollback", "1", "--dry-run").output

    assert "25m -> 20s" in said and live(place) == "2"
