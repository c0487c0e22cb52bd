"""What AWS tells of a stack and of its queues, and what its errors mean to an owner."""

from datetime import timedelta
from typing import Any

import pytest
from botocore import exceptions

from chalicelib import checkup, stack
from chalicelib.settings import AwsSettings
from chalicelib.stack import NoStack, Stack
from tests.builders import NOON

REGION = "eu-central-1"


def refused(code: str) -> exceptions.ClientError:
    return exceptions.ClientError({"Error": {"Code": code, "Message": "hush-hush"}}, "PutParameter")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (refused("AccessDeniedException"), "these credentials may not do PutParameter"),
        (refused("AccessDenied"), "these credentials may not do PutParameter"),
        (refused("ExpiredTokenException"), "the credentials of AWS are no longer valid"),
        (refused("UnrecognizedClientException"), "AWS does not know these credentials"),
        (refused("ValidationException"), "AWS answered ValidationException to PutParameter"),
        (exceptions.EndpointConnectionError(endpoint_url="https://x"), "AWS cannot be reached"),
        (exceptions.ReadTimeoutError(endpoint_url="https://x"), "AWS cannot be reached"),
        (exceptions.SSOTokenLoadError(error_msg="x"), "the credentials of AWS are no longer valid"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_aws_answers_is_told_without_its_own_words(error: Exception, told: str) -> None:
    with pytest.raises(NoStack) as raised, stack.in_words():
        raise error

    assert str(raised.value).startswith(told) and "hush-hush" not in str(raised.value)


class FakeMetrics:
    """CloudWatch, which knows of one queue, or lets nobody look."""

    def __init__(self, *ages: float, error: Exception | None = None) -> None:
        self.ages = ages
        self.error = error
        self.asked: dict[str, Any] = {}

    def get_metric_statistics(self, **request: Any) -> dict[str, Any]:
        self.asked = request
        if self.error:
            raise self.error
        points = [
            {"Timestamp": NOON - timedelta(minutes=number), "Maximum": age}
            for number, age in enumerate(self.ages)
        ]
        return {"Datapoints": points[::-1]}


@pytest.mark.parametrize(
    ("metrics", "age"),
    [
        (FakeMetrics(200.0, 900.0), timedelta(seconds=200)),
        (FakeMetrics(), None),
        (FakeMetrics(error=refused("AccessDenied")), None),
    ],
    ids=["latest", "none", "denied"],
)
def test_the_age_of_the_oldest_message_is_what_cloudwatch_told_last(
    metrics: FakeMetrics, age: timedelta | None
) -> None:
    assert stack.age_of_oldest(metrics, "https://sqs/1/events.fifo", NOON) == age
    assert metrics.asked["Dimensions"] == [{"Name": "QueueName", "Value": "events.fifo"}]


@pytest.mark.parametrize(
    ("status", "ok"),
    [
        ("CREATE_COMPLETE", True),
        ("UPDATE_COMPLETE", True),
        ("UPDATE_IN_PROGRESS", True),
        ("UPDATE_ROLLBACK_COMPLETE", False),
        ("UPDATE_ROLLBACK_FAILED", False),
    ],
)
def test_a_deploy_that_did_not_end_well_is_found(status: str, ok: bool) -> None:  # noqa: FBT001 - a row of the table
    nothing = dict.fromkeys(
        ("table", "events_url", "events_dead_url", "wakeups_url", "wakeups_dead_url", "parameters"), ""
    )
    found = Stack(
        stage="prod", region=REGION, status=status, version="1", address="", settings=AwsSettings(**nothing)
    )

    assert checkup.stack(found).ok is ok
