"""What the benches of the Lambda path share: ports over ministack, and a meter of what it is asked."""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.facts import Facts
from chalicelib.platforms.contract import Send
from chalicelib.policies.load import load
from chalicelib.policies.publish import PublishedPolicies, publish
from chalicelib.ports import Ports
from chalicelib.queues import sqs
from chalicelib.settings import EnvFile
from chalicelib.store import dynamodb
from chalicelib.store.table import table_definition
from chalicelib.tokens import Tokens
from tests.emulator import PYTHON

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

READS = {"GetItem", "Query", "BatchGetItem"}
TABLE = "bench"


@dataclass
class Meter:
    """Counts the calls of a client and sums the capacity they consume."""

    calls: Counter[str] = field(default_factory=Counter)
    read_units: float = 0
    write_units: float = 0

    def watch(self, client: "DynamoDBClient | SQSClient", service: str) -> None:
        """Count every call of a client from now on."""
        events = client.meta.events
        if service == "dynamodb":
            events.register("provide-client-params.dynamodb.*", _with_capacity)  # type: ignore[arg-type] # it may return
        events.register(f"after-call.{service}.*", self._count)

    def reset(self) -> None:
        """Begin anew."""
        self.calls.clear()
        self.read_units = self.write_units = 0

    def _count(self, model: Any, parsed: dict[str, Any], **_: object) -> None:
        self.calls[model.name] += 1
        consumed = parsed.get("ConsumedCapacity", [])
        for one in consumed if isinstance(consumed, list) else [consumed]:
            units = float(one.get("CapacityUnits", 0))
            if model.name in READS:
                self.read_units += units
            else:
                self.write_units += units


def _with_capacity(params: dict[str, Any], model: Any, **_: object) -> dict[str, Any]:
    known = model.input_shape.members if model.input_shape else {}
    return {**params, "ReturnConsumedCapacity": "INDEXES"} if "ReturnConsumedCapacity" in known else params


def python() -> str:
    """Return the Python that has ministack. Raises `SystemExit` where nobody has named it."""
    if PYTHON not in os.environ:
        raise SystemExit(f"{PYTHON} is not set: start it as `./hearback bench NAME`")
    return os.environ[PYTHON]


def ports(
    table: "DynamoDBClient",
    queue: "SQSClient",
    clock: Callable[[], datetime],
    send: Send,
    folder: Path,
    fresh_for: timedelta,
) -> Ports:
    """Return ports over a new table and new queues, with the policies of a folder made by `place` in force.

    Policies are read again after `fresh_for`.
    """
    table.create_table(**table_definition(TABLE))
    events, wakeups = (_queue(queue, name) for name in ("events.fifo", "wakeups"))
    records = dynamodb.DynamoRecords(table, TABLE)
    policies = PublishedPolicies(records, EnvFile(folder / ".env").secret, clock, fresh_for)
    publish(load(folder / "policies", clock()).bundle, records, clock(), by="bench")
    policies.live()
    return Ports(
        store=dynamodb.DynamoStore(table, TABLE),
        records=records,
        facts=Facts(records, send, clock),
        tokens=Tokens(send, clock),
        events=events,
        wakeups=wakeups,
        policies=policies,
        send=send,
        alert=lambda *_: True,
        clock=clock,
    )


def _queue(client: "SQSClient", name: str) -> sqs.SqsQueue:
    stem, dot, ending = name.partition(".")
    dead_url = client.create_queue(**sqs.dead_queue_definition(f"{stem}-dead{dot}{ending}"))["QueueUrl"]
    found = client.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])
    url = client.create_queue(**sqs.queue_definition(name, found["Attributes"]["QueueArn"]))["QueueUrl"]
    return sqs.SqsQueue(client, url, dead_url)
