"""The stack of a stage in AWS: where its parts are, and what AWS's errors mean to its owner."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from botocore import exceptions

from chalicelib.core.errors import HearbackError, Unavailable
from chalicelib.settings import AwsSettings

_WAYS = "give --profile, set AWS_PROFILE, or run `aws configure`"
_EXPIRED = f"the credentials of AWS are no longer valid: log in again (`aws sso login`), or {_WAYS}"
_UNKNOWN = f"AWS does not know these credentials: {_WAYS}"
_NO_REGION = "no region is chosen: give --region, such as --region eu-central-1, or set AWS_DEFAULT_REGION"
_DENIED = (
    "these credentials may not do {operation}: take a --profile that may, or have whoever looks after the "
    "account allow it (docs/deploy.md lists what the owner's commands need)"
)
_REFUSED = {
    "AccessDenied": _DENIED,
    "AccessDeniedException": _DENIED,
    "AuthorizationError": _DENIED,
    "AuthFailure": _UNKNOWN,
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "IncompleteSignature": _UNKNOWN,
    "InvalidClientTokenId": _UNKNOWN,
    "InvalidSignatureException": f"{_UNKNOWN}; and see that the clock of this machine is right",
    "RequestExpired": "the clock of this machine is wrong: let the system set its time by the network (NTP)",
    "SignatureDoesNotMatch": f"{_UNKNOWN}; and see that the clock of this machine is right",
    "UnauthorizedOperation": _DENIED,
    "UnrecognizedClientException": _UNKNOWN,
}
"""What to do by the code of an answer."""

_FAULTS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (exceptions.NoCredentialsError, f"there are no credentials for AWS: {_WAYS}"),
    (exceptions.PartialCredentialsError, f"the credentials for AWS are not complete: {_WAYS}"),
    (exceptions.ProfileNotFound, "there is no such profile: `aws configure list-profiles` lists yours"),
    (exceptions.NoRegionError, _NO_REGION),
    (exceptions.InvalidRegionError, "that is no name of a region: write one such as eu-central-1"),
    (
        (exceptions.TokenRetrievalError, exceptions.SSOError, exceptions.CredentialRetrievalError),
        _EXPIRED,
    ),
    (
        (exceptions.HTTPClientError, exceptions.EndpointConnectionError),
        "AWS cannot be reached: see that --region is one of AWS's, and that this machine is online",
    ),
)
"""What to do where there was no answer; the first that fits."""


_METRICS_LOOK_BACK = timedelta(minutes=10)
"""Figures of SQS arrive some minutes late."""


class NoStack(HearbackError):
    """What was asked of AWS cannot be had; the sentence says what to do."""


class Client(Protocol):
    """What is used of boto3's `cloudformation` client."""

    def describe_stacks(self, **request: Any) -> Mapping[str, Any]:
        """Return what is known of a stack."""


class Metrics(Protocol):
    """What is used of boto3's `cloudwatch` client."""

    def get_metric_statistics(self, **request: Any) -> Mapping[str, Any]:
        """Return the points of a metric, in no order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stage that has been deployed; `address` is the one that AWS gave it."""

    stage: str
    region: str
    status: str
    version: str
    address: str
    settings: AwsSettings

    @property
    def name(self) -> str:
        """The name of the stack."""
        return name_of(self.stage)


def name_of(stage: str) -> str:
    """Return the name of a stage's stack."""
    return f"hearback-{stage}"


def prefix_of(stage: str) -> str:
    """Return what the names of a stage's parameters begin with."""
    return f"/hearback/{stage}/"


def find(client: Client, stage: str, region: str, endpoint: str | None) -> Stack:
    """Return the stack of a stage. Raises `NoStack` where there is none, or none that is complete."""
    try:
        [found] = client.describe_stacks(StackName=name_of(stage))["Stacks"]
    except exceptions.ClientError as error:
        if _code(error) != "ValidationError":
            raise
        raise NoStack(
            f"there is no stack {name_of(stage)} in {region}: give the --stage, --region and --profile "
            f"it was deployed with, or deploy it with `hearback deploy --stage {stage} --region {region}`"
        ) from None
    outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())}
    try:
        settings = _settings(outputs, stage, endpoint)
    except KeyError as missing:
        raise NoStack(
            f"the stack {name_of(stage)} ({found['StackStatus']}) has no output {missing}: deploy it again "
            f"with `hearback deploy --stage {stage}`"
        ) from None
    return Stack(
        stage=stage,
        region=region,
        status=found["StackStatus"],
        version=outputs.get("Version", ""),
        address=outputs.get("EndpointURL", "").rstrip("/"),
        settings=settings,
    )


def _settings(outputs: Mapping[str, str], stage: str, endpoint: str | None) -> AwsSettings:
    return AwsSettings(
        table=outputs["Table"],
        events_url=outputs["EventsUrl"],
        events_dead_url=outputs["EventsDeadUrl"],
        wakeups_url=outputs["WakeupsUrl"],
        wakeups_dead_url=outputs["WakeupsDeadUrl"],
        parameters=prefix_of(stage),
        endpoint=endpoint,
    )


def age_of_oldest(client: Metrics, queue_url: str, now: datetime) -> timedelta | None:
    """Return how old the oldest message of a queue was a few minutes ago, None where that is not known.

    SQS tells it to CloudWatch alone, once a minute; credentials that may not look there do without.
    """
    try:
        found = client.get_metric_statistics(
            Namespace="AWS/SQS",
            MetricName="ApproximateAgeOfOldestMessage",
            Dimensions=[{"Name": "QueueName", "Value": queue_url.rpartition("/")[2]}],
            StartTime=now - _METRICS_LOOK_BACK,
            EndTime=now,
            Period=60,
            Statistics=["Maximum"],
        )["Datapoints"]
    except exceptions.ClientError:
        return None
    latest = max(found, key=lambda point: point["Timestamp"], default=None)
    return timedelta(seconds=latest["Maximum"]) if latest else None


@contextmanager
def in_words() -> Iterator[None]:
    """Turn AWS's errors that happen inside into `NoStack`, without the words of AWS.

    Those may hold anything that was asked, a secret as well.
    """
    try:
        yield
    except exceptions.ClientError as error:
        raise NoStack(_refusal(error)) from None
    except Unavailable as error:
        raise NoStack(f"AWS is in trouble, or cannot be reached ({error}): try again in a minute") from None
    except exceptions.BotoCoreError as error:
        found = (words for kind, words in _FAULTS if isinstance(error, kind))
        raise NoStack(next(found, f"AWS could not be asked ({type(error).__name__}): try again")) from None


def _refusal(error: exceptions.ClientError) -> str:
    code, operation = _code(error), error.operation_name
    words = _REFUSED.get(code, f"AWS answered {code} to {{operation}}: try again in a minute")
    return words.format(operation=operation)


def _code(error: exceptions.ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "an error"))
