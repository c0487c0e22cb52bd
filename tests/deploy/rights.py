"""The calls that the code really makes, function by function, and what IAM calls them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib import deliver, handle, sweep
from chalicelib.facts import Facts
from chalicelib.platforms.contract import Answer, Inbound
from chalicelib.policies.publish import PublishedPolicies
from chalicelib.queues.contract import DeadLetter, QueueMessage, Received
from chalicelib.queues.local import LocalQueue
from chalicelib.store.dynamodb import DynamoRecords, DynamoStore
from tests.fakes import World

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Right = tuple[str, str, str]
"""A function, an IAM action, and the logical name of what it is done to, such as `Table/index/due`."""


@dataclass
class Notes:
    """What was called, by whichever function is at work; what nobody calls is the tests' own doing."""

    function: str = ""
    made: set[Right] = field(default_factory=set)

    @contextmanager
    def of(self, function: str) -> Iterator[None]:
        """Note what is called meanwhile as done by a function."""
        before, self.function = self.function, function
        try:
            yield
        finally:
            self.function = before

    def add(self, action: str, resource: str) -> None:
        """Note a call."""
        if self.function:
            self.made.add((self.function, action, resource))

    def dynamodb(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        """Note a call of DynamoDB; a transaction is judged by each of its parts."""
        for item in params.get("TransactItems", ()):
            self.add(f"dynamodb:{next(iter(item))}Item", "Table")
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        if "TransactItems" not in params:
            self.add(f"dynamodb:{model.name}", f"Table{index}")


class NotedQueue:
    """A queue in a file that notes what `SqsQueue` would ask of SQS; satisfies `queues.contract.Queue`.

    Lambda itself receives messages and removes them, so that is not noted.
    """

    def __init__(self, queue: LocalQueue, name: str, notes: Notes) -> None:
        """Take the queue, and the name of the SQS queue it stands for."""
        self._queue = queue
        self._name = name
        self._notes = notes

    def put(self, messages: Sequence[QueueMessage]) -> None:
        """Add messages."""
        if messages:
            self._notes.add("sqs:SendMessage", self._name)
        self._queue.put(messages)

    def retry(self, received: Received, delay: timedelta) -> None:
        """Give a message back, or bury it."""
        if received.spent:
            self._notes.add("sqs:SendMessage", f"{self._name}Dead")
        self._notes.add(f"sqs:{'DeleteMessage' if received.spent else 'ChangeMessageVisibility'}", self._name)
        self._queue.retry(received, delay)

    def dead(self) -> Sequence[DeadLetter]:
        """Return the dead letters."""
        for action in ("GetQueueAttributes", "ReceiveMessage", "ChangeMessageVisibility"):
            self._notes.add(f"sqs:{action}", f"{self._name}Dead")
        return self._queue.dead()

    def receive(self, limit: int, wait: timedelta) -> Sequence[Received]:
        """Return messages as Lambda hands them over."""
        return [replace(one, receipt=one.handle) for one in self._queue.receive(limit, wait)]

    def done(self, received: Sequence[Received]) -> None:
        """Remove messages."""
        self._queue.done(received)

    def depth(self) -> int:
        """Return how many messages there are."""
        return self._queue.depth()

    def revive(self, dead_id: str) -> bool:
        """Put a dead letter back."""
        return self._queue.revive(dead_id)


class NotedWorld(World):
    """The flow over DynamoDB, in which every call is noted for the function that makes it on AWS."""

    def over(self, client: "DynamoDBClient", table: str) -> Notes:
        """Go on over a table; return where calls are noted from now on."""
        notes = self.notes = Notes()
        client.meta.events.register("provide-client-params.dynamodb", notes.dynamodb)
        records = DynamoRecords(client, table)
        self.policies = PublishedPolicies(records, self.secret, self.clock, timedelta())
        events = LocalQueue(self.file, "events", self.clock, fifo=True)
        wakeups = LocalQueue(self.file, "wakeups", self.clock, fifo=False)
        self.ports = replace(
            self.ports,
            store=DynamoStore(client, table),
            records=records,
            facts=Facts(records, self.internet, self.clock),
            events=NotedQueue(events, "Events", notes),
            wakeups=NotedQueue(wakeups, "Wakeups", notes),
            policies=self.policies,
        )
        return notes

    def receive(self, channel: str, inbound: Inbound) -> Answer:
        """Take a webhook."""
        with self.notes.of("APIHandler"):
            return super().receive(channel, inbound)

    def work(self) -> None:
        """Handle what is queued, as Lambda's consumers do."""
        while self._consumed("OnEvents") or self._consumed("OnWakeups"):
            pass

    def minute(self) -> None:
        """Let a minute pass, with a sweep at its end."""
        end = self.clock.now + timedelta(minutes=1)
        self.work()
        while later := [moment for moment in self.visible_later() if moment <= end]:
            # A moment more: what is visible at a time is not yet so at the time rounded down.
            self.clock.now = min(later) + timedelta(milliseconds=1)
            self.work()
        self.clock.now = end
        with self.notes.of("Sweep"):
            sweep.sweep(self.ports)
        self.work()

    def _consumed(self, function: str) -> int:
        events = function == "OnEvents"
        queue = self.ports.events if events else self.ports.wakeups
        received = queue.receive(10 if events else 1, timedelta())
        with self.notes.of(function):
            failed = (handle if events else deliver).consume(received, self.ports)
        queue.done([one for one in received if one.handle not in {other.handle for other in failed}])
        return len(received)
