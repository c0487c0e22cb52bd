"""What a customer message and a whole case cost in DynamoDB and SQS: calls and consumed capacity.

Run with `./hearback bench store_operations`. The flow runs over ministack on loopback, which reports the
capacity each call consumes. Goal: at most one read and one transaction a customer message.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import emulated
from bench.emulated import READS, Meter
from bench.programs import place
from chalicelib import deliver, handle
from chalicelib.core.case import CloseReason
from chalicelib.core.events import CaseClosed, CustomerWrote, HumanReplied, ThreadEvent
from chalicelib.core.message import Customer, Thread
from chalicelib.envelope import seal, unseal
from chalicelib.platforms.contract import HttpRequest, HttpResponse
from chalicelib.ports import Ports
from chalicelib.store.contract import Due
from tests.emulator import running

THREAD = Thread(channel="page", key="psid1")
ANNA = Customer(id="psid1")
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Clock:
    """Tells the time the bench has come to."""

    now = START

    def __call__(self) -> datetime:
        """Return that time."""
        return self.now


def main() -> None:
    """Live through a case and print what each step cost."""
    with tempfile.TemporaryDirectory() as home, running(emulated.python(), Path(home)) as emulator:
        meter = Meter()
        table, queue = emulator.dynamodb(), emulator.sqs()
        clock = Clock()
        with place() as folder:
            # A Lambda keeps the policies for a minute; here they are read once.
            ports = emulated.ports(table, queue, clock, _send, folder, timedelta(days=1))
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


def _send(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=200, body=b'{"message_id": "p1", "recipient_id": "psid1"}')


if __name__ == "__main__":
    main()
