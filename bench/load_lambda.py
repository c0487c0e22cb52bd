"""The Lambda path for `bench/load`: the Chalice app's own handlers over ministack's DynamoDB and SQS.

Webhooks go through `chalice.local.LocalGateway`, which makes the event that API Gateway would. Threads do
what Lambda's event source mappings do: receive up to ten messages, call the consumer, delete what it did not
name as failed. Another calls the schedule once a minute.
"""

import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from chalice.config import Config
from chalice.local import LocalGateway

import app
from bench import emulated
from bench.client import Webhook
from bench.subject import Sender, Subject
from chalicelib import http, wiring
from chalicelib.queues.contract import Queue, Received
from tests.emulator import running

EVENT_CONSUMERS, WAKEUP_CONSUMERS = 4, 8
_SWEEP_SECONDS = 60.0
_SCHEDULED = ("version", "account", "region", "detail", "detail-type", "source", "time", "id", "resources")

Handler = Callable[[dict[str, Any], None], dict[str, Any]]


@contextmanager
def lambdas(folder: Path) -> Iterator[Subject]:
    """Start ministack and the consumers on the policies of a folder made by `place`."""
    with tempfile.TemporaryDirectory() as home, running(emulated.python(), Path(home)) as emulator:
        ports = emulated.ports(
            emulator.dynamodb(), emulator.sqs(), wiring.now, http.send, folder, timedelta(seconds=60)
        )
        wiring.install(ports)
        stop = threading.Event()
        work = [lambda: _consume(ports.events, app.on_events)] * EVENT_CONSUMERS
        work += [lambda: _consume(ports.wakeups, app.on_wakeups)] * WAKEUP_CONSUMERS
        threads = [threading.Thread(target=_repeat, args=(one, stop)) for one in work]
        threads.append(threading.Thread(target=_sweep, args=(stop,)))
        for thread in threads:
            thread.start()
        try:
            yield Subject(_gateway, ports, os.getpid(), "handlers, load and platform together")
        finally:
            stop.set()
            for thread in threads:
                thread.join()


def _gateway() -> Sender:
    gateway = LocalGateway(app.app, Config())

    def send(webhook: Webhook) -> int:
        body, headers = webhook
        return int(gateway.handle_request("POST", "/webhooks/page", headers, body)["statusCode"])

    return send


def _repeat(work: Callable[[], None], stop: threading.Event) -> None:
    while not stop.is_set():
        work()


def _consume(queue: Queue, handler: Handler) -> None:
    received = queue.receive(10, timedelta(seconds=1))
    if received:
        failed = handler({"Records": [_record(one) for one in received]}, None)["batchItemFailures"]
        names = {one["itemIdentifier"] for one in failed}
        queue.done([one for one in received if one.handle not in names])


def _record(one: Received) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": str(one.receives), "MessageGroupId": one.group}
    return {"messageId": one.handle, "receiptHandle": one.handle, "body": one.body, "attributes": attributes}


def _sweep(stop: threading.Event) -> None:
    while not stop.wait(_SWEEP_SECONDS):
        app.sweep(dict.fromkeys(_SCHEDULED, ""), None)
