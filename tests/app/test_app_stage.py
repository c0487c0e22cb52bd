"""The owner's commands with `--stage`, over what is deployed: a table, queues, secrets and a stack."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from chalicelib import checkup
from chalicelib.backlog import Backlog
from chalicelib.checkup import What
from chalicelib.cli.commands import hearback
from chalicelib.core.errors import NotSent
from chalicelib.platforms.contract import HttpRequest, HttpResponse
from chalicelib.program import Program
from chalicelib.stack import NoStack
from tests.app.stages import NO_ONE, REGION, SECRET, Stage
from tests.app.test_app_connect import SECRETS, Servers, listen_at
from tests.emulator import Emulator
from tests.fakes import PROJECT


def test_what_is_published_is_live_there_and_in_its_history(published: Stage) -> None:
    [version] = published.json("policy", "history")

    assert (version["version"], version["live"]) == ("1", True)


def test_a_change_of_the_files_is_compared_with_what_is_live_there(published: Stage) -> None:
    folder = published.folder / "policies"
    policy = folder / "policy.yaml"
    text = policy.read_text("utf-8").replace("kill_switch: false", "kill_switch: true")
    policy.write_text(text, encoding="utf-8")
    told = published.run("policy", "diff", "--policies", str(folder))

    assert told.exit_code == 1
    assert "Against version 1, which is live" in told.output


def test_a_customer_who_waits_there_is_listed_and_can_be_answered(published: Stage) -> None:
    published.write("Where is my order?")
    [case] = published.json("case", "list")
    said = published.run("case", "reply", case["id"], "It is on its way.")

    assert said.output == "The reply is on its way; it goes out within the minute.\n"


def test_closed_cases_are_listed_the_last_closed_first(published: Stage) -> None:
    for text in ("Where is my order?", "Where is my parcel?"):
        published.write(text)
    ids = [case["id"] for case in published.json("case", "list")]
    for case_id in ids:
        published.run("case", "close", case_id, "--reason", "spam")

    assert [case["id"] for case in published.json("case", "list", "--closed")] == ids[::-1]


def test_the_desks_link_leads_to_the_address_that_aws_gave(published: Stage) -> None:
    assert published.json("desk", "link")["link"].startswith("https://api.example/api/desk/login/")


def test_the_desks_link_leads_to_the_owners_own_address_where_one_is_set(published: Stage) -> None:
    published.set("HEARBACK_BASE_URL", "https://help.shop.example")

    assert published.json("desk", "link")["link"].startswith("https://help.shop.example/desk/login/")


def test_a_dead_letter_there_is_listed_and_put_back(published: Stage) -> None:
    url = published.outputs["EventsDeadUrl"]
    published.sqs.send_message(QueueUrl=url, MessageBody="{}", MessageGroupId="g", MessageDeduplicationId="1")
    [letter] = published.json("dead", "list")

    assert published.json("dead", "retry", letter["id"]) == {"revived": [letter["id"]]}
    assert published.json("dead", "list") == []


def test_the_doctor_finds_a_well_deployed_stage_well(published: Stage) -> None:
    found = {one["what"]: one for one in published.json("doctor") if one["ok"]}

    assert (
        found["stack"]["found"] == f"hearback-{published.name} in {REGION}, version abc123: CREATE_COMPLETE"
    )
    assert found["policies"]["found"].startswith("version 1 is live since ")
    assert found["backlog"]["found"] == "0 events and 0 wake-ups wait"


def test_the_doctor_counts_what_waits_and_what_died(published: Stage) -> None:
    for url in (published.outputs["EventsUrl"], published.outputs["EventsDeadUrl"]):
        published.sqs.send_message(
            QueueUrl=url, MessageBody="{}", MessageGroupId="g", MessageDeduplicationId="1"
        )
    found = {one["what"]: one for one in published.json("doctor")}

    assert found["backlog"]["found"] == "1 events and 0 wake-ups wait"
    assert f"hearback dead list --stage {published.name}" in found["dead letters"]["remedy"]


def test_the_doctor_names_what_nothing_is_live_without(stage: Stage) -> None:
    told = stage.run("doctor")

    assert told.exit_code == 1
    assert f"no version is live: `hearback policy publish --stage {stage.name}`" in told.output


def test_a_secret_that_is_missing_there_is_named_with_its_place(published: Stage) -> None:
    published.ssm.delete_parameter(Name=f"/hearback/{published.name}/DEMO_WEBCHAT_SECRET")

    place = f"/hearback/{published.name}/DEMO_WEBCHAT_SECRET (SecureString)"
    assert f"store it in the Parameter Store as {place}" in published.run("doctor").output


def test_channels_are_ready_by_the_secrets_there(stage: Stage) -> None:
    [demo] = stage.json("channel", "list", "--policies", str(stage.folder / "policies"))

    assert demo["missing"] == []


def test_what_a_platform_gives_becomes_a_secret_there(stage: Stage) -> None:
    servers = Servers()
    listen_at(stage.folder, servers.base)
    for line in SECRETS.splitlines():
        stage.set(*line.split("=", 1))
    said = stage.json("channel", "connect", "shop-x", "--policies", str(stage.folder / "policies"))
    servers.close()

    assert (said["webhook"], said["kept"]) == ("https://h.example/webhooks/shop-x", ["X_BEARER"])
    assert (stage.get("X_BEARER")["Type"], stage.get("X_BEARER")["Value"]) == ("SecureString", "AAAA-bearer")


def test_a_test_alert_goes_to_the_addresses_there(stage: Stage) -> None:
    people = "owner: ana\npeople: [{id: ana, name: Ana, alerts: [ANA_PHONE]}]\n"
    (stage.folder / "policies" / "roster.yaml").write_text(people, encoding="utf-8")
    [tried] = stage.json("roster", "test", "--yes", "--policies", str(stage.folder / "policies"))

    assert f"/hearback/{stage.name}/ANA_PHONE" in tried["found"]


def test_a_function_finds_its_secrets_and_its_address_under_its_prefix(published: Stage) -> None:
    published.set("HEARBACK_BASE_URL", "https://h.example/api/")
    outputs = published.outputs
    environment = {
        **{name: value for name, value in published.environment.items() if value},
        "AWS_DEFAULT_REGION": REGION,
        "HEARBACK_TABLE": outputs["Table"],
        "HEARBACK_EVENTS_URL": outputs["EventsUrl"],
        "HEARBACK_EVENTS_DEAD_URL": outputs["EventsDeadUrl"],
        "HEARBACK_WAKEUPS_URL": outputs["WakeupsUrl"],
        "HEARBACK_WAKEUPS_DEAD_URL": outputs["WakeupsDeadUrl"],
        "HEARBACK_PARAMETERS": f"/hearback/{published.name}/",
    }
    code = (
        "from chalicelib import connect, wiring; ports = wiring.aws(); "
        "print(ports.base_url, connect.missing_secrets(ports.policies.live().channel('demo')))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=PROJECT, check=True)

    assert done.stdout == "https://h.example/api []\n"


def test_nothing_that_is_told_holds_a_secret(published: Stage) -> None:
    commands = (("doctor",), ("channel", "list"), ("policy", "history"), ("case", "list"))

    assert SECRET not in "".join(published.run(*command).output for command in commands)


def test_the_stage_may_stand_in_the_environment(published: Stage) -> None:
    environment = {**published.environment, "HEARBACK_STAGE": published.name, "AWS_REGION": REGION}

    assert CliRunner(env=environment).invoke(hearback, ["case", "list"]).output == "Nobody is waiting.\n"


def test_what_is_typed_goes_before_the_environment(published: Stage, tmp_path: Path) -> None:
    environment = {**published.environment, "HEARBACK_STAGE": published.name}
    result = CliRunner(env=environment).invoke(hearback, ["case", "list", "--data", str(tmp_path)])

    assert "there is no database" in str(result.exception)


@pytest.mark.parametrize(
    "options",
    [("--stage", "prod", "--data", "data"), ("--region", REGION), ("--profile", "x"), ("--stage", "Prod!")],
)
def test_options_that_contradict_each_other_are_refused(options: tuple[str, ...]) -> None:
    assert CliRunner(env=NO_ONE).invoke(hearback, ["case", "list", *options]).exit_code == 2


def test_a_stack_that_is_not_there_is_a_sentence_and_exit_code_1(emulator: Emulator) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    environment = {**keys, "HEARBACK_AWS_ENDPOINT": emulator.endpoint, "NO_PROXY": "127.0.0.1"}
    command = [sys.executable, "-m", "chalicelib.cli", "case", "list", "--stage", "none", "--region", REGION]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=PROJECT, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: there is no stack hearback-none in {REGION}: give ")


def test_a_stack_without_what_is_needed_is_to_be_deployed_again(emulator: Emulator, tmp_path: Path) -> None:
    half = Stage(emulator, tmp_path)
    half.stand(Table="there")
    result = half.run("case", "list")

    assert "has no output 'EventsUrl'" in str(result.exception) and "hearback deploy" in str(result.exception)


@pytest.mark.parametrize(
    ("options", "environment", "told"),
    [
        ((), {}, "no region is chosen: give --region"),
        (("--region", "a b"), {}, "that is no name of a region"),
        (("--region", REGION), {}, "there are no credentials for AWS: give --profile"),
        (("--region", REGION), {"AWS_ACCESS_KEY_ID": "x"}, "the credentials for AWS are not complete"),
        (("--region", REGION, "--profile", "nobody"), {}, "there is no such profile"),
    ],
)
def test_what_an_owner_lacks_is_a_sentence_with_the_remedy(
    options: tuple[str, ...], environment: dict[str, str], told: str
) -> None:
    runner = CliRunner(env={**NO_ONE, **environment})
    result = runner.invoke(hearback, ["case", "list", "--stage", "prod", *options])

    assert isinstance(result.exception, NoStack)
    assert str(result.exception).startswith(told)


@pytest.mark.parametrize(
    ("one", "ok"),
    [
        (Backlog(500, timedelta(hours=5), 0), True),
        (Backlog(5, timedelta(minutes=1), 5), True),
        (Backlog(5, timedelta(minutes=3), 5), False),
        (Backlog(101, None, 101), False),
        (Backlog(100, None, 100), True),
    ],
    ids=["waits on purpose", "just came", "stays", "many", "not yet many"],
)
def test_what_is_ready_and_stays_is_late(published: Stage, one: Backlog, ok: bool) -> None:  # noqa: FBT001 - a row of the table
    with published.opened() as program:
        found = next(checkup.work(Behind(program, one), offline))

    assert (found.what, found.ok) == (What.BACKLOG, ok)


class Behind:
    """A program with a backlog of its own."""

    def __init__(self, program: Program, one: Backlog) -> None:
        self.ports, self.policies = program.ports, program.policies
        self.secrets, self.advice = program.secrets, program.advice
        self.closed_cases = program.closed_cases
        self._one = one

    def backlog(self) -> dict[str, Backlog]:
        return {"events": self._one, "wakeups": Backlog(0, None, 0)}


def offline(request: HttpRequest) -> HttpResponse:
    raise NotSent("ConnectionError")
