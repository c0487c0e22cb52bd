"""What `bench/cold_start` starts functions in: a stage on ministack, and one new event for each start."""

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import client, emulated
from bench.graph import Graph, graph_server
from bench.programs import place
from chalicelib import handle, http, wiring
from chalicelib.envelope import unseal
from chalicelib.intake import accept
from chalicelib.platforms.contract import Inbound
from chalicelib.ports import Ports
from chalicelib.queues.contract import QueueMessage
from chalicelib.store.contract import Due
from chalicelib.wakeups import put
from tests.emulator import Emulator, running

Event = Mapping[str, Any]

PARAMETERS = "/hearback/bench/"
SECRETS = {"BENCH_SECRET": client.SECRET, "BENCH_TOKEN": "token", "BENCH_WORD": "word"}

WAITED = timedelta(minutes=16)
"""How long the customer of a wake-up has waited: a minute longer than the window of `bench/programs`."""

_MADE_AT = "2026-11-22T05:00:00Z"


class _Kept:
    """Takes what is put on a queue; the other things a queue can do are nobody's business here."""

    def __init__(self) -> None:
        self.messages: list[QueueMessage] = []

    def put(self, messages: Any) -> None:
        """Take messages."""
        self.messages.extend(messages)


class World:
    """A stage with one Messenger channel; every event concerns a customer of its own."""

    def __init__(self, emulator: Emulator, ports: Ports, graph: Graph) -> None:
        """Take what runs already."""
        self._emulator = emulator
        self._ports = ports
        self._graph = graph
        self._customers = 0

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the functions."""
        queues = {
            variable: self._emulator.sqs().get_queue_url(QueueName=name)["QueueUrl"]
            for variable, name in (
                ("HEARBACK_EVENTS_URL", "events.fifo"),
                ("HEARBACK_EVENTS_DEAD_URL", "events-dead.fifo"),
                ("HEARBACK_WAKEUPS_URL", "wakeups"),
                ("HEARBACK_WAKEUPS_DEAD_URL", "wakeups-dead"),
            )
        }
        return {
            **queues,
            "HEARBACK_TABLE": emulated.TABLE,
            "HEARBACK_PARAMETERS": PARAMETERS,
            "HEARBACK_METRICS": "Hearback/bench",
            # The names by which boto3 finds all this on Lambda, too.
            "AWS_ENDPOINT_URL": self._emulator.endpoint,
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_SESSION_TOKEN": "test",
        }

    def posts(self) -> int:
        """Return how many customers have been written to."""
        return len(self._graph.arrived)

    def webhook(self) -> Event:
        """Return API Gateway's event for a signed Messenger webhook."""
        body, headers = self._webhook(timedelta())
        headers |= {
            "Host": "bench.execute-api.eu-central-1.amazonaws.com",
            "User-Agent": "facebookexternalua",
        }
        return {
            "resource": "/webhooks/{channel}",
            "path": "/webhooks/page",
            "httpMethod": "POST",
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": None,
            "multiValueQueryStringParameters": None,
            "pathParameters": {"channel": "page"},
            "stageVariables": None,
            "requestContext": {
                "resourcePath": "/webhooks/{channel}",
                "httpMethod": "POST",
                "path": "/api/webhooks/page",
                "stage": "api",
                "requestId": str(self._customers),
                "identity": {"sourceIp": "192.0.2.1"},
            },
            "body": body.decode(),
            "isBase64Encoded": False,
        }

    def events(self) -> Event:
        """Return a batch of SQS with the event of one webhook."""
        return _batch("events.fifo", self._queued(timedelta()))

    def wakeup(self) -> Event:
        """Return a batch of SQS with the wake-up of a case whose customer must be answered by now."""
        kept = _Kept()
        channel_id, event = unseal(self._queued(WAITED).body)
        quiet = replace(self._ports, wakeups=kept)  # type: ignore[arg-type] # it is put to only
        decision = handle.apply(event, quiet)  # type: ignore[arg-type] # a message concerns a thread
        if decision is None or decision.case.due_at is None:
            raise SystemExit(f"nothing is due on {channel_id}")
        kept.messages.clear()
        put([Due(decision.case.id, decision.case.due_at)], self._ports.clock(), kept)  # type: ignore[arg-type]
        return _batch("wakeups", kept.messages[0])

    def schedule(self) -> Event:
        """Return EventBridge's event of the minute."""
        return {
            "version": "0",
            "id": "b3f8d1d0-0000-4000-8000-000000000000",
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "123456789012",
            "time": _MADE_AT,
            "region": "eu-central-1",
            "resources": ["arn:aws:events:eu-central-1:123456789012:rule/sweep"],
            "detail": {},
        }

    def _webhook(self, ago: timedelta) -> client.Webhook:
        self._customers += 1
        return client.webhook(self._customers, time.time() - ago.total_seconds())

    def _queued(self, ago: timedelta) -> QueueMessage:
        """Return what the webhook of a message puts on the queue of events."""
        kept = _Kept()
        body, headers = self._webhook(ago)
        inbound = Inbound(
            method="POST",
            headers={name.lower(): value for name, value in headers.items()},
            query={},
            body=body,
            received_at=self._ports.clock(),
            request_id=str(self._customers),
        )
        answer = accept("page", inbound, replace(self._ports, events=kept))  # type: ignore[arg-type] # put to only
        if answer.status != 200 or len(kept.messages) != 1:
            raise SystemExit(f"the webhook was answered with {answer}")
        return kept.messages[0]


def _batch(queue: str, message: QueueMessage) -> Event:
    attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": str(round(time.time() * 1000))}
    if message.group:
        attributes |= {"MessageGroupId": message.group, "MessageDeduplicationId": message.dedupe}
    record = {
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:eu-central-1:123456789012:{queue}",
        "awsRegion": "eu-central-1",
    }
    return {"Records": [record]}


@contextmanager
def world() -> Iterator[World]:
    """Start ministack and a Graph API, and put a stage into them."""
    with (
        tempfile.TemporaryDirectory() as home,
        graph_server(0) as graph,
        place(api_base=graph.url) as folder,
        running(emulated.python(), Path(home)) as emulator,
    ):
        ports = emulated.ports(
            emulator.dynamodb(), emulator.sqs(), wiring.now, http.send, folder, timedelta(hours=1)
        )
        ssm = emulator.client("ssm")
        for name, value in SECRETS.items():
            ssm.put_parameter(Name=PARAMETERS + name, Value=value, Type="SecureString")
        yield World(emulator, ports, graph)


def ok(answer: Any) -> bool:
    """Return whether a function's answer says that all went well."""
    if answer is None:
        return True
    return (
        answer.get("statusCode") == 200 or answer == {"batchItemFailures": []} or json.dumps(answer) == "{}"
    )
