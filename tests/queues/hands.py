"""What hands do at a queue: put, receive, and work through it."""

from collections.abc import Sequence
from datetime import timedelta

from chalicelib.queues.contract import Queue, QueueMessage, Received

NOT_AT_ALL = timedelta()


def put(queue: Queue, *bodies: str, group: str = "") -> None:
    queue.put([QueueMessage(body=body, group=group) for body in bodies])


def receive(queue: Queue, limit: int = 10) -> list[Received]:
    return list(queue.receive(limit, NOT_AT_ALL))


def bodies(received: Sequence[Received]) -> list[str]:
    return [one.body for one in received]


def drained(queue: Queue) -> list[str]:
    """Work through all that can be received and return the bodies in that order."""
    found: list[str] = []
    while received := receive(queue):
        found += bodies(received)
        queue.done(received)
    return found
