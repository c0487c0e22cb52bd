"""What a customer message and a whole case cost in DynamoDB and SQS: calls and consumed capacity.

Run with `./hearback bench store_operations`. The flow runs over ministack on loopback, which reports the
capacity each call consumes. Goal: at most one read and one transaction a customer message.
"""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.programs import place
from chalicelib import deliver, handle
from chalicelib.core.case import CloseReason
from chalicelib.core.events import CaseClosed, CustomerWrote, HumanReplied, ThreadEvent
from chalicelib.core.message import Customer, Thread
from chalicelib.envelope import seal, unseal
from chalicelib.facts import Facts
from chalicelib.platforms.contract import HttpRequest, HttpResponse
from chalicelib.policies.load import load
from chalicelib.policies.publish import PublishedPolicies, publish
from chalicelib.ports import Ports
from chalicelib.queues import sqs
from chalicelib.store import dynamodb
from chalicelib.store.contract import Due
from chalicelib.tokens import Tokens
from tests.emulator import PYTHON, running

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

READS = {"GetItem", "Query", "BatchGetItem"}
THREAD = Thread(channel="page", key="psid1")
ANNA = Customer(id="psid1")
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


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


class Clock:
    """Tells the time the bench has come to."""

    now = START

    def __call__(self) -> datetime:
        """Return that time."""
        return self.now


def main() -> None:
    """Live through a case and print what each step cost."""
    if PYTHON not in os.environ:
        raise SystemExit(f"{PYTHON} is not set: run `./hearback bench store_operations`")
    with tempfile.TemporaryDirectory() as folder, running(os.environ[PYTHON], Path(folder)) as emulator:
        meter = Meter()
        table, queue = emulator.dynamodb(), emulator.sqs()
        clock = Clock()
        ports = _ports(table, queue, clock)
        meter.watch(table, "dynamodb")
        meter.watch(queue, "sqs")
        print(f"{'':34} {'reads':>5} {'transactions':>12} {'RCU':>5} {'WCU':>5}  calls")
        worst = _live(ports, clock, meter)
    print(f"a customer message takes at most {worst[0]} read and {worst[1]} transaction (goal: 1 and 1)")
    if worst > (1, 1):
        sys.exit("the goal is missed")


def _live(ports: Ports, clock: Clock, meter: Meter) -> tuple[int, int]:
    total = Counter[str]()
    units = [0.0, 0.0]

    def step(name: str, work: Callable[[], object]) -> tuple[int, int]:
        meter.reset()
        work()
        reads = sum(count for call, count in meter.calls.items() if call in READS)
        transactions = meter.calls["TransactWriteItems"]
        total.update(meter.calls)
        units[0] += meter.read_units
        units[1] += meter.write_units
        calls = ", ".join(f"{count} {call}" for call, count in sorted(meter.calls.items()))
        figures = f"{reads:>5} {transactions:>12} {meter.read_units:>5g} {meter.write_units:>5g}"
        print(f"{name:34} {figures}  {calls}", flush=True)
        return reads, transactions

    def take(event: ThreadEvent) -> None:
        handle.handle(*unseal(seal("page", event).body), ports)

    step("the webhook (verify, queue)", lambda: ports.events.put([seal("page", _wrote(1, clock))]))
    first = step("handle the first message", lambda: take(_wrote(1, clock)))
    second = step("handle a second message", lambda: take(_wrote(2, clock)))
    double = step("handle a redelivery", lambda: take(_wrote(2, clock)))
    case_id = _case_id(ports)
    clock.now = START + timedelta(minutes=16)
    step("ack and alert: claim, send, record", lambda: deliver.wake(Due(case_id, clock.now), ports))
    clock.now = START + timedelta(minutes=30)
    step("handle a human reply", lambda: take(_replied(clock)))
    close = CaseClosed(id="c", at=clock.now, case_id=case_id, reason=CloseReason.ANSWERED)
    step("close", lambda: handle.apply(close, ports))
    reads = sum(count for call, count in total.items() if call in READS)
    figures = f"{reads:>5} {total['TransactWriteItems']:>12} {units[0]:>5g} {units[1]:>5g}"
    print(f"{'the whole life of the case':34} {figures}")
    return max(first, second, double)


def _wrote(number: int, clock: Clock) -> CustomerWrote:
    return CustomerWrote(
        id=f"m{number}",
        at=clock.now,
        thread=THREAD,
        customer=ANNA,
        address={"psid": "psid1"},
        message_id=f"m{number}",
        text="Hello, where is my order 12345? I have waited for days.",
    )


def _replied(clock: Clock) -> HumanReplied:
    return HumanReplied(
        id="h1", at=clock.now, thread=THREAD, customer=ANNA, message_id="h1", text="It left today."
    )


def _case_id(ports: Ports) -> str:
    case = ports.store.newest(THREAD)
    if case is None:
        raise SystemExit("no case was opened")
    return case.id


def _ports(table: "DynamoDBClient", queue: "SQSClient", clock: Clock) -> Ports:
    table.create_table(**dynamodb.table_definition("bench"))
    events, wakeups = (_queue(queue, name) for name in ("events.fifo", "wakeups"))
    records = dynamodb.DynamoRecords(table, "bench")
    secrets = dict.fromkeys(("BENCH_SECRET", "BENCH_TOKEN", "BENCH_WORD"), "value")
    # A Lambda keeps the policies for a minute; here they are read once.
    policies = PublishedPolicies(records, lambda name: secrets.get(name, ""), clock, timedelta(days=1))
    with place() as folder:
        publish(load(folder / "policies", clock()).bundle, records, clock(), by="bench")
    policies.live()
    return Ports(
        store=dynamodb.DynamoStore(table, "bench"),
        records=records,
        facts=Facts(records, _send, clock),
        tokens=Tokens(_send, clock),
        events=events,
        wakeups=wakeups,
        policies=policies,
        send=_send,
        alert=lambda *_: True,
        clock=clock,
    )


def _queue(client: "SQSClient", name: str) -> sqs.SqsQueue:
    stem, dot, ending = name.partition(".")
    dead_url = client.create_queue(**sqs.dead_queue_definition(f"{stem}-dead{dot}{ending}"))["QueueUrl"]
    found = client.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])
    url = client.create_queue(**sqs.queue_definition(name, found["Attributes"]["QueueArn"]))["QueueUrl"]
    return sqs.SqsQueue(client, url, dead_url)


def _send(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=200, body=b'{"message_id": "p1", "recipient_id": "psid1"}')


if __name__ == "__main__":
    main()
