"""What `bench/load` puts under load: something that takes webhooks, and the ports behind it."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.client import Webhook
from chalicelib.ports import Ports

Sender = Callable[[Webhook], int]
"""Posts one webhook and returns the status of the answer."""


@dataclass(frozen=True)
class Subject:
    """A running Hearback: `sender` makes a sender for one thread, `pid` is the process that does the work."""

    sender: Callable[[], Sender]
    ports: Ports
    pid: int
    process: str
