"""The flow on DynamoDB and SQS, whose calls are throttled, cut off, or carried out without an answer.

The faults come below the client's own retries, as HTTP answers that AWS gives, so those are tried, too. The
fault proxy microburst does this by chance; here each request has a number, and a case can be repeated.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from chalicelib import deliver, handle, sweep
from chalicelib.core.errors import Unavailable
from chalicelib.facts import Facts
from chalicelib.fresh import Fresh
from chalicelib.intake import accept
from chalicelib.outage import Outage
from chalicelib.ports import Ports
from chalicelib.queues.contract import Queue, Received
from chalicelib.queues.sqs import SqsQueue, dead_queue_definition, queue_definition
from chalicelib.serve.workers import Consume, consume_once
from chalicelib.store.dynamodb import DynamoRecords, DynamoStore
from chalicelib.store.table import table_definition
from chalicelib.tokens import Tokens
from tests.emulator import Emulator
from tests.fakes import World
from tests.faults.boundaries import KILLS, Killed, Kind

TRIES = 2
"""How often the clients try; in AWS it is four times."""

OUTAGE = 3 * TRIES
"""So many requests in a row fail: more than one call bears, and fewer than five tries of an event."""

PATIENCE = Config(proxies={}, retries={"mode": "standard", "max_attempts": TRIES}, read_timeout=5)

Fault = Callable[[Any], Any]


class Body:
    """The body of a made-up answer."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self._content


def throttled(request: Any) -> AWSResponse:
    """Answer as DynamoDB and SQS do when there is too much to do."""
    dynamodb = "DynamoDB" in str(request.headers.get("X-Amz-Target", ""))
    code = "ProvisionedThroughputExceededException" if dynamodb else "ThrottlingException"
    error = {"__type": f"com.amazonaws#{code}", "message": "Rate exceeded"}
    return AWSResponse(request.url, 400, HTTPHeaders(), Body(json.dumps(error).encode()))


def broken(request: Any) -> AWSResponse:
    """Answer as AWS does when something is broken there."""
    return AWSResponse(request.url, 503, HTTPHeaders(), Body(b'{"__type":"ServiceUnavailable"}'))


def unreachable(request: Any) -> AWSResponse:
    raise EndpointConnectionError(endpoint_url=request.url)


FAULTS: dict[str, Fault] = {"throttled": throttled, "broken": broken, "unreachable": unreachable}
SWALLOWED = "swallowed"
"""It is done, and no answer comes."""

KINDS = (*FAULTS, SWALLOWED, *KILLS)
"""All that may happen to a request."""


class Line:
    """The line to AWS: numbers the requests, and lets those fail whose numbers are planned."""

    def __init__(self) -> None:
        self.number = 0
        self.first = 0
        self.length = 0
        self.kind: str = ""

    def plan(self, kind: str, first: int) -> None:
        """Let something happen from a request on, counted from 1: a kill once, anything else for a while."""
        self.kind, self.first = kind, first
        self.length = 1 if kind in KILLS else OUTAGE

    def before(self, request: Any, **_: object) -> Any:
        """Fail instead of sending, where that is planned; botocore sends where nothing is returned."""
        self.number += 1
        if self._is_planned and self.kind == Kind.KILL_BEFORE:
            raise Killed
        return FAULTS[self.kind](request) if self._is_planned and self.kind in FAULTS else None

    def after(self, **_: object) -> None:
        """Lose the answer to what was done, or die of it, where that is planned."""
        if self._is_planned and self.kind == SWALLOWED:
            raise ReadTimeoutError(endpoint_url="http://127.0.0.1")
        if self._is_planned and self.kind == Kind.KILL_AFTER:
            raise Killed

    @property
    def _is_planned(self) -> bool:
        return self.first <= self.number < self.first + self.length


class AtOnce(SqsQueue):
    """A queue that gives back at once what is to be tried later: time here is the emulator's."""

    def retry(self, received: Received, delay: timedelta) -> None:
        super().retry(received, timedelta())


class AwsWorld(World):
    """The flow over DynamoDB and SQS."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        super().__init__(folder)
        self.line = Line()
        options: dict[str, Any] = {
            "endpoint_url": emulator.endpoint,
            "region_name": "eu-central-1",
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
            "config": PATIENCE,
        }
        self.dynamodb, self.sqs = boto3.client("dynamodb", **options), boto3.client("sqs", **options)
        name = f"hearback-{uuid4().hex}"
        self.dynamodb.create_table(**table_definition(name))
        self._urls: list[str] = []
        self._name = name
        self.ports: Ports = replace(
            self.ports,
            events=self._queue(f"{name}-events", ".fifo"),
            wakeups=self._queue(f"{name}-wakeups", ""),
        )
        self._start()
        for client in (self.dynamodb, self.sqs):
            client.meta.events.register("before-send", self.line.before)
            client.meta.events.register("response-received", self.line.after)

    def _start(self) -> None:
        """Begin with an empty memory, as a new process does."""
        records = DynamoRecords(self.dynamodb, self._name)
        self.ports = replace(
            self.ports,
            store=DynamoStore(self.dynamodb, self._name),
            records=records,
            facts=Facts(records, self.internet, self.clock),
            tokens=Tokens(self.internet, self.clock),
            fresh=Fresh(),
            outage=Outage(),
        )

    def _queue(self, name: str, ending: str) -> SqsQueue:
        create = self.sqs.create_queue
        dead = create(**dead_queue_definition(f"{name}-dead{ending}"))["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
        url = create(**queue_definition(f"{name}{ending}", arn["Attributes"]["QueueArn"]))["QueueUrl"]
        # What was taken and not finished comes back at once: time here is the emulator's.
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "0"})
        self._urls += [url, dead]
        return AtOnce(self.sqs, url, dead)

    def attempt(self, work: Callable[[], Any]) -> Any:
        """Do something as a Lambda does it: what fails is over, and is done again later."""
        try:
            return work()
        except Killed:
            self._start()
        except (Unavailable, OSError):
            pass
        return None

    def live(self) -> Counter[str]:
        """Let a customer write, delivered twice, and time pass; return the posts by their keys."""
        accepted = 0
        webhook = self.signed("message.created", message_id="m1", text="Where is my order?")
        for _ in range(6):
            answer = self.attempt(lambda: accept("shop", webhook, self.ports))
            accepted += answer is not None and answer.status == 200
            if accepted == 2:
                break
        assert accepted
        for minutes in (0, 15, 1, 1, 1):
            self.clock.now += timedelta(minutes=minutes, seconds=11 if minutes == 15 else 0)
            self.attempt(lambda: sweep.sweep(self.ports))
            for _ in range(6):
                if (
                    self._takes(self.ports.events, handle.consume)
                    == self._takes(self.ports.wakeups, deliver.consume)
                    == 0
                ):
                    break
        return Counter(request.headers["webhook-id"] for _, request in self.internet.requests)

    def _takes(self, queue: Queue, consume: Consume) -> int | None:
        """Return how many messages were taken from a queue, None where that failed."""
        taken: int | None = self.attempt(lambda: consume_once(queue, consume, 10, self.ports, timedelta()))
        return taken

    def close(self) -> None:
        self.line.length = 0
        for url in self._urls:
            self.sqs.delete_queue(QueueUrl=url)
        for client in (self.dynamodb, self.sqs):
            client.close()
        super().close()


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What became of one customer: how many requests it took, how many posts, and what is wrong."""

    requests: int
    posts: int
    wrong: str = ""


def lived(folder: Path, emulator: Emulator, kind: str = "", first: int = 0) -> Ending:
    """Live through it once, with something happening from a request on, and judge how it ended."""
    folder.mkdir()
    with closing(AwsWorld(folder, emulator)) as world:
        if kind:
            world.line.plan(kind, first)
        # The platform drops a second post under the same key.
        posts = len(world.live())
        requests = world.line.number
        told = any("dead" in title or "acknowledgement" in title for title in world.alerts())
        wrong = "posted twice" if posts > 1 else "" if posts or told else "forgotten"
        return Ending(requests=requests, posts=posts, wrong=wrong if world.cases() else "lost")
