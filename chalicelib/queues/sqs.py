"""Queues on SQS: FIFO for events, standard for wake-ups, each with a dead-letter queue.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from chalicelib import aws
from chalicelib.core.errors import Unavailable
from chalicelib.queues.contract import (
    VISIBILITY_TIMEOUT,
    DeadLetter,
    QueueMessage,
    Received,
    check_kind,
    max_receives,
)

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeFilterType
    from mypy_boto3_sqs.type_defs import (
        SendMessageBatchRequestEntryTypeDef,
        SendMessageRequestTypeDef,
    )

_BATCH = 10
_BATCH_BYTES = 240_000
_LONGEST_WAIT = 20
_PEEK_SECONDS = 20
_KEPT_FOR = timedelta(days=14)
_ALL: Sequence["QueueAttributeFilterType"] = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)

_REFUSED = str.maketrans({"\ufffe": "\\ufffe", "\uffff": "\\uffff"})
"""The only characters that JSON may hold as they are and SQS refuses, and their escapes."""


class SqsQueue:
    """One queue and its dead-letter queue; satisfies `queues.contract.Queue`."""

    def __init__(self, client: "SQSClient", url: str, dead_url: str) -> None:
        """Take a client made once, and the URLs; a FIFO queue's URL ends in `.fifo`."""
        self._client = aws.in_our_words(client)
        self._url = url
        self._dead_url = dead_url
        self._fifo = url.endswith(".fifo")

    def put(self, messages: Sequence[QueueMessage]) -> None:
        """Add messages in as few calls as the size allows.

        Raises `Unavailable` when SQS cannot take some, `OSError` when it refuses them for what they are.
        """
        for message in messages:
            check_kind(message, fifo=self._fifo)
        for batch in _batches(messages):
            entries = [self._entry(position, message) for position, message in enumerate(batch)]
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            if failed := answer.get("Failed"):
                refused = any(one.get("SenderFault") for one in failed)
                kind = OSError if refused else Unavailable
                raise kind(f"SQS refused {len(failed)} of {len(batch)} messages")

    def receive(self, limit: int, wait: timedelta) -> Sequence[Received]:
        """Return messages, by long polling."""
        answer = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=limit,
            WaitTimeSeconds=min(ceil(wait.total_seconds()), _LONGEST_WAIT),
            MessageSystemAttributeNames=["ApproximateReceiveCount", "MessageGroupId"],
        )
        return [_received(message) for message in answer.get("Messages", [])]

    def done(self, received: Sequence[Received]) -> None:
        """Remove messages."""
        for start in range(0, len(received), _BATCH):
            entries = [
                {"Id": str(position), "ReceiptHandle": _receipt(one)}
                for position, one in enumerate(received[start : start + _BATCH])
            ]
            self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)  # type: ignore[arg-type] # plain dicts

    def retry(self, received: Received, delay: timedelta) -> None:
        """Give a message back by changing its visibility timeout."""
        if received.spent:
            self._bury(received)
            return
        self._client.change_message_visibility(
            QueueUrl=self._url,
            ReceiptHandle=_receipt(received),
            VisibilityTimeout=ceil(delay.total_seconds()),
        )

    def depth(self) -> int:
        """Return about how many messages wait, are delayed or are in hand."""
        return self._count(self._url)

    def ready(self) -> int:
        """Return about how many messages could be received at this moment."""
        return self._count(self._url, ["ApproximateNumberOfMessages"])

    def dead(self) -> Sequence[DeadLetter]:
        """Return the dead letters; each is hidden for a moment while it is looked at."""
        found = list(self._dead_messages())
        self._give_back(found)
        return sorted(map(_dead_letter, found), key=lambda letter: letter.dead_since)

    def revive(self, dead_id: str) -> bool:
        """Put a dead letter back: first onto the queue, then off the dead ones, so that it is never lost."""
        found = {str(message["MessageId"]): message for message in self._dead_messages()}
        message = found.pop(dead_id, None)
        self._give_back(found.values())
        if message is None:
            return False
        group = message["Attributes"].get("MessageGroupId", "")
        dedupe = f"revived-{dead_id}" if self._fifo else ""
        self.put([QueueMessage(body=message["Body"], group=group, dedupe=dedupe)])
        self._client.delete_message(QueueUrl=self._dead_url, ReceiptHandle=message["ReceiptHandle"])
        return True

    def _bury(self, received: Received) -> None:
        # First onto the dead ones, then off the queue, so that it is never lost.
        message: SendMessageRequestTypeDef = {"QueueUrl": self._dead_url, "MessageBody": received.body}
        if self._fifo:
            message |= {"MessageGroupId": received.group, "MessageDeduplicationId": uuid4().hex}
        self._client.send_message(**message)
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=_receipt(received))

    def _dead_messages(self) -> Iterator[dict[str, Any]]:
        """Yield the dead letters and hide them; of one group SQS shows ten at a time."""
        count = self._count(self._dead_url)
        seen: set[str] = set()
        while len(seen) < count:
            answer = self._client.receive_message(
                QueueUrl=self._dead_url,
                MaxNumberOfMessages=_BATCH,
                VisibilityTimeout=_PEEK_SECONDS,
                # Without waiting SQS asks only some of its servers.
                WaitTimeSeconds=1,
                MessageSystemAttributeNames=["SentTimestamp", "MessageGroupId"],
            )
            fresh: list[dict[str, Any]] = [
                {**m} for m in answer.get("Messages", []) if m["MessageId"] not in seen
            ]
            if not fresh:
                return
            seen.update(message["MessageId"] for message in fresh)
            yield from fresh

    def _give_back(self, messages: Iterable[dict[str, Any]]) -> None:
        for message in messages:
            self._client.change_message_visibility(
                QueueUrl=self._dead_url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )

    def _count(self, url: str, counted: Sequence["QueueAttributeFilterType"] = _ALL) -> int:
        answer = self._client.get_queue_attributes(QueueUrl=url, AttributeNames=counted)
        return sum(map(int, answer["Attributes"].values()))

    def _entry(self, position: int, message: QueueMessage) -> "SendMessageBatchRequestEntryTypeDef":
        body = message.body.translate(_REFUSED)
        entry: SendMessageBatchRequestEntryTypeDef = {"Id": str(position), "MessageBody": body}
        if self._fifo:
            # SQS wants both; one of its own makes a message free and new.
            entry["MessageGroupId"] = message.group or uuid4().hex
            entry["MessageDeduplicationId"] = message.dedupe or uuid4().hex
        elif message.delay:
            # Rounded up: what wakes too early finds nothing due.
            entry["DelaySeconds"] = ceil(message.delay.total_seconds())
        return entry


def queue_definition(name: str, dead_arn: str) -> dict[str, Any]:
    """Return what CreateQueue needs; the deployed template must say the same (tests/infra)."""
    redrive = {"deadLetterTargetArn": dead_arn, "maxReceiveCount": max_receives(fifo=name.endswith(".fifo"))}
    definition = dead_queue_definition(name)
    definition["Attributes"] |= {
        "VisibilityTimeout": str(ceil(VISIBILITY_TIMEOUT.total_seconds())),
        "RedrivePolicy": json.dumps(redrive),
    }
    return definition


def dead_queue_definition(name: str) -> dict[str, Any]:
    """Return what CreateQueue needs for the dead letters; those of a FIFO queue need a FIFO queue."""
    attributes = {"MessageRetentionPeriod": str(ceil(_KEPT_FOR.total_seconds()))}
    if name.endswith(".fifo"):
        attributes |= {
            "FifoQueue": "true",
            "ContentBasedDeduplication": "false",
            # Both together lift the limit of 300 calls a second.
            "DeduplicationScope": "messageGroup",
            "FifoThroughputLimit": "perMessageGroupId",
        }
    return {"QueueName": name, "Attributes": attributes}


def from_lambda(event: dict[str, Any]) -> list[Received]:
    """Return the messages of an SQS event as Lambda delivers it."""
    return [
        Received(
            handle=record["messageId"],
            receipt=record.get("receiptHandle", ""),
            body=record["body"],
            group=record["attributes"].get("MessageGroupId", ""),
            receives=int(record["attributes"].get("ApproximateReceiveCount", 1)),
        )
        for record in event["Records"]
    ]


def _receipt(received: Received) -> str:
    return received.receipt or received.handle


def _received(message: Any) -> Received:
    attributes = message.get("Attributes", {})
    return Received(
        handle=message["ReceiptHandle"],
        body=message["Body"],
        group=attributes.get("MessageGroupId", ""),
        receives=int(attributes.get("ApproximateReceiveCount", 1)),
    )


def _dead_letter(message: dict[str, Any]) -> DeadLetter:
    sent = int(message["Attributes"]["SentTimestamp"]) / 1000
    return DeadLetter(
        id=message["MessageId"], body=message["Body"], dead_since=datetime.fromtimestamp(sent, UTC)
    )


def _batches(messages: Sequence[QueueMessage]) -> Iterator[list[QueueMessage]]:
    batch: list[QueueMessage] = []
    size = 0
    for message in messages:
        length = len(message.body.encode())
        if batch and (len(batch) == _BATCH or size + length > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += length
    if batch:
        yield batch
