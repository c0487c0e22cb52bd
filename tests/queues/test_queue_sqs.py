"""What only the queues on SQS have to get right: what they ask of SQS, and what SQS tells them."""

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from chalicelib.core.errors import Unavailable
from chalicelib.queues.contract import MAX_RECEIVES, QueueMessage, Received, give_back
from chalicelib.queues.sqs import SqsQueue, dead_queue_definition, from_lambda, queue_definition
from tests.queues.conftest import SqsQueues

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ARN = "arn:aws:sqs:eu-central-1:123456789012:hearback-dead"


class FakeSqs:
    """A client that remembers what it is asked and refuses what it is told to."""

    def __init__(self, *refused: str) -> None:
        self._refused = refused
        self.batches: list[list[dict[str, Any]]] = []
        self.waits: list[int] = []
        self.hidden: list[tuple[str, int]] = []

    def send_message_batch(self, *, Entries: list[dict[str, Any]], **_: object) -> dict[str, Any]:  # noqa: N803 - boto3's own
        self.batches.append(Entries)
        failed = [entry for entry in Entries if entry["MessageBody"] in self._refused]
        return {"Failed": [{"Id": entry["Id"]} for entry in failed]} if failed else {"Successful": []}

    def receive_message(self, *, WaitTimeSeconds: int, **_: object) -> dict[str, Any]:  # noqa: N803 - likewise
        self.waits.append(WaitTimeSeconds)
        return {}

    def change_message_visibility(self, *, ReceiptHandle: str, VisibilityTimeout: int, **_: object) -> None:  # noqa: N803 - likewise
        self.hidden.append((ReceiptHandle, VisibilityTimeout))


def over(client: FakeSqs, url: str = "https://sqs/1/hearback") -> SqsQueue:
    return SqsQueue(cast("SQSClient", client), url, f"{url}-dead")


# Put and receive


def test_what_sqs_refuses_is_an_error() -> None:
    with pytest.raises(Unavailable, match="refused 1 of 2"):
        over(FakeSqs("bad")).put([QueueMessage(body="good"), QueueMessage(body="bad")])


@pytest.mark.parametrize(
    ("sizes", "batches"),
    [
        ([1] * 10, [10]),
        ([1] * 21, [10, 10, 1]),
        ([100_000] * 3, [2, 1]),
        ([1, 250_000, 1], [1, 1, 1]),
        ([], []),
    ],
)
def test_messages_are_sent_in_batches_that_sqs_takes(sizes: list[int], batches: list[int]) -> None:
    client = FakeSqs()
    over(client).put([QueueMessage(body="x" * size) for size in sizes])

    assert [len(batch) for batch in client.batches] == batches


def test_the_size_of_a_batch_is_that_of_its_bytes() -> None:
    client = FakeSqs()
    over(client).put([QueueMessage(body="😡" * 40_000)] * 2)

    assert [len(batch) for batch in client.batches] == [1, 1]


def test_a_delay_is_rounded_up_to_seconds_so_that_nothing_wakes_too_early() -> None:
    client = FakeSqs()
    over(client).put([QueueMessage(body="1", delay=timedelta(seconds=4, microseconds=1))])

    assert client.batches[0][0]["DelaySeconds"] == 5


@pytest.mark.parametrize(("wait", "asked"), [(0, 0), (0.2, 1), (20, 20), (60, 20)])
def test_no_longer_wait_is_asked_for_than_sqs_allows(wait: float, asked: int) -> None:
    client = FakeSqs()
    over(client).receive(10, timedelta(seconds=wait))

    assert client.waits == [asked]


# Dead letters


@pytest.fixture
def deaths(sqs_queues: SqsQueues) -> SqsQueue:
    """A queue with twelve dead letters."""
    queue = sqs_queues.make(fifo=False)
    for number in range(12):
        sqs_queues.add_dead_letter(queue, str(number))
    return queue


def test_more_dead_letters_than_one_answer_holds_are_all_told(deaths: SqsQueue) -> None:
    assert [letter.body for letter in deaths.dead()] == [str(number) for number in range(12)]


def test_dead_letters_can_be_revived_one_after_the_other(deaths: SqsQueue) -> None:
    revived = [deaths.revive(letter.id) for letter in deaths.dead()[:3]]

    assert revived == [True] * 3
    assert len(deaths.dead()) == 9


def test_a_dead_letter_tells_about_when_it_was_sent(deaths: SqsQueue) -> None:
    assert abs(datetime.now(UTC) - deaths.dead()[0].dead_since) < timedelta(minutes=1)


# Lambda


def test_messages_that_lambda_delivers_are_received() -> None:
    event = {
        "Records": [
            {
                "messageId": "m1",
                "receiptHandle": "r1",
                "body": "{}",
                "attributes": {"MessageGroupId": "a", "ApproximateReceiveCount": "3"},
            },
            {"messageId": "m2", "body": "{}", "attributes": {}},
        ]
    }

    assert from_lambda(event) == [
        Received(handle="m1", receipt="r1", body="{}", group="a", receives=3),
        Received(handle="m2", body="{}"),
    ]


def test_what_lambda_has_received_is_given_back_by_its_receipt() -> None:
    client = FakeSqs()
    received = Received(handle="m1", receipt="r1", body="{}", receives=3)
    give_back(over(client), [received])

    assert client.hidden == [("r1", 8)]


@pytest.mark.parametrize("receives", [6, 1000])
def test_nothing_is_given_back_for_longer_than_a_minute(receives: int) -> None:
    client = FakeSqs()
    give_back(over(client), [Received(handle="r1", body="{}", receives=receives)])

    assert client.hidden == [("r1", 60)]


# What is deployed


@pytest.mark.parametrize(("name", "receives"), [("wakeups", MAX_RECEIVES), ("events.fifo", 1000)])
def test_a_queue_buries_what_failed_every_time(name: str, receives: int) -> None:
    redrive = json.loads(queue_definition(name, ARN)["Attributes"]["RedrivePolicy"])

    assert redrive == {"deadLetterTargetArn": ARN, "maxReceiveCount": receives}


def test_a_queue_hides_what_is_in_hand_for_90_seconds() -> None:
    assert queue_definition("hearback", ARN)["Attributes"]["VisibilityTimeout"] == "90"


@pytest.mark.parametrize("name", ["events.fifo", "wakeups"])
def test_queues_and_their_dead_letters_keep_messages_for_14_days(name: str) -> None:
    two_weeks = str(14 * 86400)

    assert queue_definition(name, ARN)["Attributes"]["MessageRetentionPeriod"] == two_weeks
    assert dead_queue_definition(name)["Attributes"]["MessageRetentionPeriod"] == two_weeks


def test_a_fifo_queue_knows_duplicates_by_their_ids_alone_and_each_group_by_itself() -> None:
    attributes = queue_definition("events.fifo", ARN)["Attributes"]

    assert (attributes["FifoQueue"], attributes["ContentBasedDeduplication"]) == ("true", "false")
    assert (attributes["DeduplicationScope"], attributes["FifoThroughputLimit"]) == (
        "messageGroup",
        "perMessageGroupId",
    )


def test_a_standard_queue_has_no_attribute_of_a_fifo_queue() -> None:
    assert queue_definition("wakeups", ARN)["Attributes"].keys() == {
        "MessageRetentionPeriod",
        "VisibilityTimeout",
        "RedrivePolicy",
    }
