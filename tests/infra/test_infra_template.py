"""What the stack promises: read off the very template that is deployed."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib import settings
from chalicelib.core.effects import AUTOMATIC, Effect
from chalicelib.core.events import Outcome
from chalicelib.metrics import METRICS
from chalicelib.queues.contract import VISIBILITY_TIMEOUT
from chalicelib.queues.sqs import dead_queue_definition, queue_definition
from chalicelib.store.table import table_definition, time_to_live
from infra.template import API_STAGE, Template, as_text, template

FUNCTIONS = ("APIHandler", "OnEvents", "OnWakeups", "Sweep")
CONSUMERS = {"OnEvents": "Events", "OnWakeups": "Wakeups"}


def made(stage: str = "prod") -> Template:
    return template(app, stage=stage, python="3.11", architecture="arm64", version="abc123")


STACK = made()
RESOURCES: Mapping[str, Any] = STACK["Resources"]


def properties(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = RESOURCES[name]["Properties"]
    return found


def of_type(kind: str) -> list[str]:
    return [name for name, resource in RESOURCES.items() if resource["Type"] == kind]


def statements(function: str) -> Iterator[Mapping[str, Any]]:
    """Yield what a function may do; X-Ray's part stands under a condition."""
    for policy in properties(f"{function}Role")["Policies"]:
        chosen = policy["Fn::If"][1] if "Fn::If" in policy else policy
        yield from chosen["PolicyDocument"]["Statement"]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# The data


def test_the_table_has_the_keys_and_indexes_that_the_store_asks_for() -> None:
    wanted = table_definition("any")
    del wanted["TableName"]
    table = properties("Table")

    def order(one: Mapping[str, str]) -> str:
        return one["AttributeName"]

    assert {**wanted, "AttributeDefinitions": sorted(wanted["AttributeDefinitions"], key=order)} == {
        **{name: table[name] for name in wanted},
        "AttributeDefinitions": sorted(table["AttributeDefinitions"], key=order),
    }


def test_the_table_forgets_what_has_expired() -> None:
    assert properties("Table")["TimeToLiveSpecification"] == time_to_live("any")["TimeToLiveSpecification"]


def test_the_table_can_be_restored_to_any_moment_and_is_not_deleted_by_mistake() -> None:
    assert properties("Table")["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties("Table")["DeletionProtectionEnabled"] is True


def test_the_table_outlives_the_stack() -> None:
    assert (RESOURCES["Table"]["DeletionPolicy"], RESOURCES["Table"]["UpdateReplacePolicy"]) == (
        "Retain",
        "Retain",
    )


# The queues


def as_attributes(queue: str) -> dict[str, str]:
    """Return a queue of the template as CreateQueue has it."""
    found = {k: v for k, v in properties(queue).items() if k != "SqsManagedSseEnabled"}
    return {k: json.dumps(v) if isinstance(v, (bool, dict)) else str(v) for k, v in found.items()}


@pytest.mark.parametrize(("queue", "name"), [("Events", "events.fifo"), ("Wakeups", "wakeups")])
def test_a_queue_is_what_the_program_wants_it_to_be(queue: str, name: str) -> None:
    wanted = queue_definition(name, "DEAD")["Attributes"]
    found = as_attributes(queue) | {
        "RedrivePolicy": json.dumps(properties(queue)["RedrivePolicy"] | {"deadLetterTargetArn": "DEAD"})
    }

    assert found == wanted


@pytest.mark.parametrize(("queue", "name"), [("EventsDead", "dead.fifo"), ("WakeupsDead", "dead")])
def test_dead_letters_are_kept_as_the_program_wants_them(queue: str, name: str) -> None:
    assert as_attributes(queue) == dead_queue_definition(name)["Attributes"]


def test_every_queue_is_encrypted() -> None:
    assert all(properties(queue)["SqsManagedSseEnabled"] is True for queue in of_type("AWS::SQS::Queue"))


@pytest.mark.parametrize("queue", ["Events", "Wakeups"])
def test_a_queue_has_dead_letters_of_its_own(queue: str) -> None:
    target = properties(queue)["RedrivePolicy"]["deadLetterTargetArn"]

    assert target == {"Fn::GetAtt": [f"{queue}Dead", "Arn"]}


# The functions


def test_there_are_the_functions_of_the_app_and_no_others() -> None:
    assert sorted(of_type("AWS::Serverless::Function")) == sorted(FUNCTIONS)


@pytest.mark.parametrize(("function", "queue"), CONSUMERS.items())
def test_a_consumer_takes_from_its_queue_and_names_what_failed(function: str, queue: str) -> None:
    [source] = properties(function)["Events"].values()

    assert source["Properties"]["Queue"] == {"Fn::Sub": f"${{{queue}.Arn}}"}
    assert source["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_slow_platform_holds_up_one_wake_up_only() -> None:
    [source] = properties("OnWakeups")["Events"].values()

    assert source["Properties"]["BatchSize"] == 1


@pytest.mark.parametrize("function", CONSUMERS)
def test_a_message_stays_hidden_for_longer_than_its_function_runs(function: str) -> None:
    assert properties(function)["Timeout"] < VISIBILITY_TIMEOUT.total_seconds()


def test_the_sweep_runs_every_minute_and_is_not_repeated() -> None:
    [schedule] = properties("Sweep")["Events"].values()

    assert schedule["Properties"]["Schedule"] == "rate(1 minute)"
    assert properties("Sweep")["EventInvokeConfig"]["MaximumRetryAttempts"] == 0


def test_consumers_leave_room_for_webhooks_in_an_account_of_ten() -> None:
    parameters = STACK["Parameters"]
    taken = parameters["EventsConcurrency"]["Default"] + parameters["WakeupsConcurrency"]["Default"]

    assert taken <= 7
    assert parameters["ReservedConcurrency"]["Default"] == 0


def test_nothing_is_reserved_unless_the_owner_says_so() -> None:
    nothing = {"Ref": "AWS::NoValue"}

    assert properties("APIHandler")["ReservedConcurrentExecutions"]["Fn::If"][::2] == ["Reserves", nothing]
    assert not any("ReservedConcurrentExecutions" in properties(name) for name in FUNCTIONS[1:])


def test_functions_are_told_where_everything_is() -> None:
    told = STACK["Globals"]["Function"]["Environment"]["Variables"]

    assert settings.aws_settings({name: name for name in told}).table == "HEARBACK_TABLE"
    assert {"HEARBACK_PARAMETERS", "HEARBACK_METRICS"} <= set(told)


def test_no_secret_is_in_the_environment_of_a_function() -> None:
    told = STACK["Globals"]["Function"]["Environment"]["Variables"].values()

    assert all(set(value) <= {"Ref", "Fn::If", "Fn::Sub"} for value in told)
    assert not any("Environment" in properties(name) for name in FUNCTIONS)


def test_tracing_is_off_by_default() -> None:
    assert STACK["Parameters"]["Tracing"]["Default"] == "off"
    assert STACK["Globals"]["Function"]["Tracing"] == {"Fn::If": ["Traces", "Active", "PassThrough"]}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_logs_into_a_group_of_the_stack_that_forgets(function: str) -> None:
    assert properties(function)["LoggingConfig"] == {"LogGroup": {"Ref": f"{function}Log"}}
    assert properties(f"{function}Log")["RetentionInDays"] == {"Ref": "LogDays"}


# What each may do


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_has_a_role_of_its_own(function: str) -> None:
    assert properties(function)["Role"] == {"Fn::GetAtt": [f"{function}Role", "Arn"]}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_role_may_do_everything_of_a_service(function: str) -> None:
    actions = [action for one in statements(function) for action in as_list(one["Action"])]

    assert not [action for action in actions if "*" in action]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_tracing_is_bound_to_no_resource(function: str) -> None:
    everywhere = [one for one in statements(function) if "*" in as_list(one["Resource"])]

    assert {action.partition(":")[0] for one in everywhere for action in one["Action"]} == {"xray"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_decrypts_only_what_comes_from_its_own_parameters(function: str) -> None:
    [decrypt] = [one for one in statements(function) if one["Action"] == "kms:Decrypt"]
    [context] = decrypt["Condition"]["StringLike"].values()

    assert context["Fn::Sub"].endswith("parameter/hearback/${Stage}/*")
    assert decrypt["Condition"]["StringEquals"]["kms:ViaService"] == {
        "Fn::Sub": "ssm.${AWS::Region}.amazonaws.com"
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_may_read_the_whole_table_or_change_it(function: str) -> None:
    actions = {action for one in statements(function) for action in as_list(one["Action"])}
    on_items = {"BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"}

    assert {one.partition(":")[2] for one in actions if one.startswith("dynamodb:")} <= on_items


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_logs_into_its_own_group_alone(function: str) -> None:
    [log] = [one for one in statements(function) if one.get("Sid") == "Log"]

    assert log["Resource"] == {"Fn::GetAtt": [f"{function}Log", "Arn"]}


# Alarms


def alarm_metrics(alarm: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield namespace, name and dimensions of what an alarm looks at."""
    found = properties(alarm)
    looked_at = [one["MetricStat"]["Metric"] for one in found.get("Metrics", ()) if "MetricStat" in one]
    for metric in looked_at or [found]:
        dimensions = {one["Name"]: one["Value"] for one in metric.get("Dimensions", ())}
        namespace = metric["Namespace"]
        yield (
            namespace["Fn::Sub"] if isinstance(namespace, dict) else namespace,
            metric["MetricName"],
            dimensions,
        )


OURS = [
    (alarm, name, dimensions)
    for alarm in of_type("AWS::CloudWatch::Alarm")
    for namespace, name, dimensions in alarm_metrics(alarm)
    if namespace == STACK["Globals"]["Function"]["Environment"]["Variables"]["HEARBACK_METRICS"]["Fn::Sub"]
]


@pytest.mark.parametrize(("alarm", "name", "dimensions"), OURS)
def test_an_alarm_looks_at_a_figure_that_the_functions_write(
    alarm: str, name: str, dimensions: Mapping[str, str]
) -> None:
    assert set(dimensions) == set(METRICS[name].labels)


def test_alarms_look_at_our_own_figures() -> None:
    assert {name for _, name, _ in OURS} == {"sweeps", "overdue_seconds", "deliveries"}


def test_an_uncertain_send_of_any_message_raises_the_alarm() -> None:
    seen = [dimensions for alarm, _, dimensions in OURS if alarm == "UncertainAlarm"]

    assert {one["effect"] for one in seen} == {*AUTOMATIC, Effect.REPLY}
    assert {one["outcome"] for one in seen} == {Outcome.UNCERTAIN}


def test_a_sweep_that_says_nothing_raises_the_alarm() -> None:
    assert properties("SweepMissingAlarm")["TreatMissingData"] == "breaching"


@pytest.mark.parametrize("queue", ["EventsDead", "WakeupsDead"])
def test_one_dead_letter_raises_the_alarm(queue: str) -> None:
    [(_, _, dimensions)] = alarm_metrics(f"{queue}Alarm")

    assert dimensions == {"QueueName": {"Fn::GetAtt": [queue, "QueueName"]}}
    assert properties(f"{queue}Alarm")["Threshold"] == 0


def test_errors_of_every_function_and_of_the_api_raise_the_alarm() -> None:
    seen = [dimensions for _, _, dimensions in alarm_metrics("ErrorsAlarm")]
    functions = [one["FunctionName"]["Ref"] for one in seen if "FunctionName" in one]
    [api] = [one for one in seen if "ApiName" in one]

    assert functions == ["OnEvents", "OnWakeups", "Sweep"]
    assert api == {"ApiName": properties("RestAPI")["DefinitionBody"]["info"]["title"], "Stage": API_STAGE}


def test_every_alarm_reaches_the_owner() -> None:
    alarms = of_type("AWS::CloudWatch::Alarm")

    assert all(properties(alarm)["AlarmActions"] == [{"Ref": "Alarms"}] for alarm in alarms)
    assert properties("AlarmsByEmail")["Endpoint"] == {"Ref": "OwnerEmail"}


# The way in


def test_every_path_of_the_api_is_throttled() -> None:
    [setting] = properties("RestAPI")["MethodSettings"]

    assert (setting["ResourcePath"], setting["HttpMethod"]) == ("/*", "*")
    assert setting["ThrottlingRateLimit"] == {"Ref": "RequestsPerSecond"}


def test_every_route_of_the_app_is_in_the_api() -> None:
    assert set(properties("RestAPI")["DefinitionBody"]["paths"]) == set(app.routes)


def test_forms_with_files_come_through_the_api_as_they_are() -> None:
    document = properties("RestAPI")["DefinitionBody"]
    assert "multipart/form-data" in document["x-amazon-apigateway-binary-media-types"]


def test_a_domain_name_is_the_owners_choice() -> None:
    assert {RESOURCES[name].get("Condition") for name in ("Domain", "DomainMapping")} == {"HasDomain"}


# The whole


def test_the_stack_tells_what_the_commands_ask_it_for() -> None:
    wanted = {"Table", "EventsUrl", "EventsDeadUrl", "WakeupsUrl", "WakeupsDeadUrl", "EndpointURL", "Version"}

    assert wanted <= set(STACK["Outputs"])


def test_two_stages_share_nothing() -> None:
    assert made("try")["Parameters"]["Stage"]["Default"] == "try"
    assert "hearback-prod" not in as_text(made("try"))
    assert "/hearback/prod" not in as_text(made("try"))


def test_the_version_of_the_code_is_told() -> None:
    assert STACK["Outputs"]["Version"]["Value"] == "abc123"


def test_the_same_app_gives_the_same_template() -> None:
    assert as_text(made()) == as_text(made())


def test_every_exception_for_a_linter_has_its_reason() -> None:
    skipped = [
        skip
        for resource in RESOURCES.values()
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", ())
    ]

    assert skipped
    assert all(len(skip["comment"].split()) > 5 for skip in skipped)


def test_linters_are_only_told_to_skip_in_the_open() -> None:
    """An exception stands beside its resource, so there is no file of them."""
    project = Path(__file__).parents[2]

    assert not [*project.glob(".cfnlintrc*"), *project.glob(".checkov*")]
