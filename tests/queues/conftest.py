"""Every queue the contract is kept by, each test with empty ones, and the ways time passes in them."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

import pytest

from chalicelib.queues import local
from chalicelib.queues.contract import VISIBILITY_TIMEOUT, Queue
from chalicelib.queues.local import LocalQueue
from chalicelib.queues.sqs import SqsQueue, dead_queue_definition, queue_definition
from chalicelib.sqlite import SqliteFile

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class Queues(Protocol):
    """One way to queue."""

    hidden_for: timedelta

    def make(self, *, fifo: bool) -> Queue:
        """Return a new queue."""

    def hide_briefly(self, queue: Queue) -> None:
        """Make a queue hide what is in hand for `hidden_for` and no longer."""

    def pass_time(self, span: timedelta) -> None:
        """Let time go by."""


class FakeClock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, span: timedelta) -> None:
        self.now += span


class LocalQueues:
    """Queues in a file, by a clock of ours."""

    hidden_for = VISIBILITY_TIMEOUT

    def __init__(self, file: SqliteFile, clock: FakeClock) -> None:
        self._file = file
        self._clock = clock

    def make(self, *, fifo: bool) -> LocalQueue:
        return LocalQueue(self._file, uuid4().hex, self._clock, fifo=fifo)

    def hide_briefly(self, queue: Queue) -> None:
        pass

    def pass_time(self, span: timedelta) -> None:
        self._clock.advance(span)


class SqsQueues:
    """Queues in SQS, by its own clock, and what is asked of it besides."""

    hidden_for = timedelta(seconds=1)

    def __init__(self, client: "SQSClient") -> None:
        self._client = client
        self._urls: dict[SqsQueue, tuple[str, str]] = {}

    def make(self, *, fifo: bool) -> SqsQueue:
        name, ending = f"hearback-{uuid4().hex}", ".fifo" if fifo else ""
        dead_url = self._client.create_queue(**dead_queue_definition(f"{name}-dead{ending}"))["QueueUrl"]
        url = self._client.create_queue(**queue_definition(f"{name}{ending}", self._arn(dead_url)))[
            "QueueUrl"
        ]
        queue = SqsQueue(self._client, url, dead_url)
        self._urls[queue] = (url, dead_url)
        return queue

    def hide_briefly(self, queue: Queue) -> None:
        assert isinstance(queue, SqsQueue)
        seconds = str(round(self.hidden_for.total_seconds()))
        self._client.set_queue_attributes(
            QueueUrl=self._urls[queue][0], Attributes={"VisibilityTimeout": seconds}
        )

    def pass_time(self, span: timedelta) -> None:
        time.sleep(span.total_seconds() + 0.05)

    def add_dead_letter(self, queue: SqsQueue, body: str) -> None:
        self._client.send_message(QueueUrl=self._urls[queue][1], MessageBody=body)

    def delete_all(self) -> None:
        for urls in self._urls.values():
            for url in urls:
                self._client.delete_queue(QueueUrl=url)

    def _arn(self, url: str) -> str:
        answer = self._client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return answer["Attributes"]["QueueArn"]


@pytest.fixture
def clock() -> FakeClock:
    """The time of the local queues."""
    return FakeClock()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteFile]:
    """An empty file."""
    opened = SqliteFile(tmp_path / "hearback.sqlite", local.SCHEMA)
    yield opened
    opened.close()


@pytest.fixture
def sqs_queues(sqs: "SQSClient") -> Iterator[SqsQueues]:
    """Queues in SQS that are deleted afterwards."""
    queues = SqsQueues(sqs)
    yield queues
    queues.delete_all()


@pytest.fixture(params=["local", "sqs"])
def queues(request: pytest.FixtureRequest) -> Queues:
    """Each way to queue in turn."""
    if request.param == "local":
        return LocalQueues(request.getfixturevalue("file"), request.getfixturevalue("clock"))
    ours: SqsQueues = request.getfixturevalue("sqs_queues")
    return ours


@pytest.fixture
def fifo(queues: Queues) -> Queue:
    """A queue that keeps the order of its groups."""
    return queues.make(fifo=True)


@pytest.fixture
def standard(queues: Queues) -> Queue:
    """A queue that can hold messages back."""
    return queues.make(fifo=False)


@pytest.fixture(params=["fifo", "standard"])
def queue(request: pytest.FixtureRequest, queues: Queues) -> Queue:
    """Each sort of queue in turn."""
    return queues.make(fifo=request.param == "fifo")
