"""What only the store in DynamoDB has to get right: its cost, its expiry, and what its errors mean."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.httpsession import URLLib3Session

from chalicelib.core.case import Case, Status
from chalicelib.core.errors import AlreadySeen, StaleCase, Unavailable
from chalicelib.store.dynamodb import DynamoRecords, DynamoStore
from chalicelib.store.items import SHARDS
from chalicelib.store.table import time_to_live
from tests.emulator import Emulator
from tests.store.shapes import NOW, a_case, after, an_open_case, due_at, said

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def dynamo(dynamodb: "DynamoDBClient", table: str) -> DynamoStore:
    return DynamoStore(dynamodb, table)


@dataclass
class Watched:
    """A store, and the names of the calls it makes."""

    store: DynamoStore
    calls: list[str] = field(default_factory=list)


@pytest.fixture
def watched(emulator: Emulator, table: str) -> Iterator[Watched]:
    with closing(emulator.dynamodb()) as client:
        watched = Watched(DynamoStore(client, table))
        client.meta.events.register(
            "before-call.dynamodb", lambda model, **_: watched.calls.append(model.name)
        )
        yield watched


def commit(store: DynamoStore, case: Case, *, seen: str = "") -> Case:
    return store.commit(case, [said("hello")], seen=seen, now=NOW)


def item(client: "DynamoDBClient", table: str, kind: str) -> dict[str, Any]:
    """Return the one item whose key begins with this letter."""
    found = client.scan(TableName=table, ConsistentRead=True)["Items"]
    (one,) = [dict(one) for one in found if str(one["pk"]["S"]).startswith(f"{kind}#")]
    return one


# What it costs


def test_an_event_costs_one_read_and_one_transaction(watched: Watched) -> None:
    read = watched.store.newest(a_case().thread)
    commit(watched.store, read or a_case(), seen="e1")

    assert watched.calls == ["Query", "TransactWriteItems"]


def test_a_sweep_that_finds_nothing_costs_one_query_a_shard(watched: Watched) -> None:
    assert list(watched.store.due(NOW)) == []
    assert watched.calls == ["Query"] * SHARDS


def with_capacity(params: dict[str, Any], **_: object) -> None:
    params["ReturnConsumedCapacity"] = "TOTAL"


def metered(client: "DynamoDBClient") -> list[float]:
    """Return where the capacity that each query of a client consumes will be noted."""
    consumed: list[float] = []
    client.meta.events.register("provide-client-params.dynamodb.Query", with_capacity)
    client.meta.events.register(
        "after-call.dynamodb.Query",
        lambda parsed, **_: consumed.append(parsed["ConsumedCapacity"]["CapacityUnits"]),
    )
    return consumed


def test_a_sweep_costs_what_is_due_and_not_what_is_open(
    emulator: Emulator, dynamo: DynamoStore, table: str
) -> None:
    with closing(emulator.dynamodb()) as client:
        consumed, store = metered(client), DynamoStore(client, table)
        for number in range(16):
            commit(dynamo, an_open_case(f"due{number}", clocks=due_at(after(minutes=-1))))
        assert len(list(store.due(NOW))) == 16
        for number in range(200):
            commit(dynamo, an_open_case(f"open{number}", clocks=due_at(after(hours=1))))
        assert len(list(store.due(NOW))) == 16

    assert len(consumed) == 2 * SHARDS
    assert sum(consumed[:SHARDS]) == sum(consumed[SHARDS:]) > 0


def test_what_fell_due_lately_costs_nothing_of_what_has_been_due_for_long(
    emulator: Emulator, dynamo: DynamoStore, table: str
) -> None:
    with closing(emulator.dynamodb()) as client:
        consumed, store = metered(client), DynamoStore(client, table)
        commit(dynamo, an_open_case("lately", clocks=due_at(after(minutes=-1))))
        assert len(list(store.due(NOW, since=after(minutes=-10)))) == 1
        for number in range(200):
            commit(dynamo, an_open_case(f"stuck{number}", clocks=due_at(after(hours=-1))))
        assert len(list(store.due(NOW, since=after(minutes=-10)))) == 1

    assert sum(consumed[:SHARDS]) == sum(consumed[SHARDS:]) > 0


def test_no_more_is_read_of_a_crowded_shard_than_its_share(watched: Watched, dynamo: DynamoStore) -> None:
    for number in range(64):
        commit(dynamo, an_open_case(f"t{number}", clocks=due_at(after(minutes=-1))))
    read: list[int] = []
    watched.store._client.meta.events.register(  # noqa: SLF001 - the client is ours
        "after-call.dynamodb.Query", lambda parsed, **_: read.append(parsed["ScannedCount"])
    )
    next(watched.store.due(NOW, 2 * SHARDS))

    assert read == [2]


def test_open_cases_are_read_a_hundred_at_a_time(watched: Watched, dynamo: DynamoStore) -> None:
    for number in range(101):
        commit(dynamo, an_open_case(f"t{number}"))

    assert len(list(watched.store.open_cases("shop"))) == 101
    assert watched.calls == ["Query", "BatchGetItem", "BatchGetItem"]


# What it keeps


def test_a_case_at_rest_stands_in_no_index(
    dynamodb: "DynamoDBClient", dynamo: DynamoStore, table: str
) -> None:
    case = commit(dynamo, an_open_case(clocks=due_at(NOW)))
    open_item = item(dynamodb, table, "C")
    commit(dynamo, case.changed(status=Status.CLOSED, clocks=()))

    sparse = {"due_shard", "due_at", "open_channel", "open_place"}
    assert sparse <= open_item.keys()
    assert not sparse & item(dynamodb, table, "C").keys()


def test_an_open_case_never_expires_and_a_closed_one_does(
    dynamodb: "DynamoDBClient", dynamo: DynamoStore, table: str
) -> None:
    case = commit(dynamo, an_open_case())
    assert "ttl" not in item(dynamodb, table, "C")

    commit(dynamo, case.changed(status=Status.CLOSED))
    assert item(dynamodb, table, "C")["ttl"] == {"N": str(int(after(days=400).timestamp()))}


def test_events_seen_and_timelines_expire(
    dynamodb: "DynamoDBClient", dynamo: DynamoStore, table: str
) -> None:
    commit(dynamo, a_case(), seen="e1")

    assert item(dynamodb, table, "S")["ttl"] == {"N": str(int(after(days=14).timestamp()))}
    assert item(dynamodb, table, "T")["ttl"] == {"N": str(int(after(days=400).timestamp()))}


def test_words_that_were_erased_expire_no_later(
    dynamodb: "DynamoDBClient", dynamo: DynamoStore, table: str
) -> None:
    case = commit(dynamo, a_case())
    before = item(dynamodb, table, "T")
    dynamo.erase(case.id, ["m1"])

    assert item(dynamodb, table, "T")["ttl"] == before["ttl"]


def test_a_record_expires_by_the_attribute_that_is_the_tables_time_to_live(
    dynamodb: "DynamoDBClient", table: str
) -> None:
    DynamoRecords(dynamodb, table).put("session:anna", "Anna", expires_at=NOW)

    name = time_to_live(table)["TimeToLiveSpecification"]["AttributeName"]
    assert item(dynamodb, table, "R")[name] == {"N": str(int(NOW.timestamp()))}


# What its errors mean


class LosesAnAnswer:
    """A network that carries the first request out and loses the answer; `bodies` is what was sent."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def __call__(self, request: Any, **_: object) -> None:
        self.bodies.append(request.body)
        if len(self.bodies) == 1:
            with closing(URLLib3Session()) as session:
                session.send(request)
            raise ConnectionClosedError(endpoint_url=request.url)


def test_a_commit_whose_answer_was_lost_does_not_meet_its_own_event(emulator: Emulator, table: str) -> None:
    network = LosesAnAnswer()
    with closing(emulator.dynamodb()) as client:
        client.meta.events.register("before-send.dynamodb.TransactWriteItems", network)
        stored = commit(DynamoStore(client, table), a_case(), seen="e1")
        loaded = DynamoStore(client, table).load(stored.id)

    assert loaded == stored
    assert network.bodies[0] == network.bodies[1]


def test_words_erased_without_an_answer_are_erased(emulator: Emulator, table: str) -> None:
    with closing(emulator.dynamodb()) as client:
        store = DynamoStore(client, table)
        case = commit(store, a_case())
        client.meta.events.register("before-send.dynamodb.UpdateItem", LosesAnAnswer())
        store.erase(case.id, ["m1"])

        assert [entry.text for entry in store.timeline(case.id)] == ["[deleted by the customer]"]


class Cancels:
    """A client whose every transaction is cancelled for these reasons, one for each of its writes."""

    def __init__(self, *codes: str, error: str = "TransactionCanceledException") -> None:
        self._response: dict[str, Any] = {"Error": {"Code": error, "Message": "no"}}
        if codes:
            self._response["CancellationReasons"] = [{"Code": code} for code in codes]

    def transact_write_items(self, **_: object) -> None:
        raise ClientError(cast("Any", self._response), "TransactWriteItems")


def outcome(client: Cancels, *, seen: str = "e1") -> type[Exception]:
    """Return what a commit over this client raises."""
    with pytest.raises(Exception, match=r".") as raised:
        commit(DynamoStore(cast("Any", client), "table"), a_case(), seen=seen)
    return raised.type


NONE, FAILED, CONFLICT = "None", "ConditionalCheckFailed", "TransactionConflict"
THROTTLED, EXCEEDED, TOO_LARGE = "ThrottlingError", "ProvisionedThroughputExceeded", "ValidationError"


@pytest.mark.parametrize("case", [NONE, FAILED, CONFLICT, THROTTLED])
def test_an_event_seen_before_counts_whatever_else_went_wrong(case: str) -> None:
    assert outcome(Cancels(case, FAILED, NONE)) is AlreadySeen


@pytest.mark.parametrize(
    "codes",
    [(FAILED, NONE, NONE), (CONFLICT, NONE, NONE), (NONE, CONFLICT, NONE), (FAILED, CONFLICT, CONFLICT)],
)
def test_a_lost_race_is_a_stale_case(codes: tuple[str, ...]) -> None:
    assert outcome(Cancels(*codes)) is StaleCase


def test_the_second_write_is_the_timeline_where_no_event_is_remembered() -> None:
    assert outcome(Cancels(FAILED, NONE), seen="") is StaleCase


@pytest.mark.parametrize(
    "codes",
    [
        (THROTTLED, NONE, NONE),
        (NONE, EXCEEDED, NONE),
        (CONFLICT, THROTTLED, NONE),
        (FAILED, NONE, THROTTLED),
    ],
)
def test_a_throttled_transaction_is_no_race_and_says_nothing_against_the_event(
    codes: tuple[str, ...],
) -> None:
    assert outcome(Cancels(*codes)) is Unavailable


def test_what_dynamodb_cannot_keep_is_no_race_either() -> None:
    assert outcome(Cancels(NONE, NONE, TOO_LARGE)) is ClientError


@pytest.mark.parametrize(
    "error",
    ["ProvisionedThroughputExceededException", "ThrottlingException", "TransactionInProgressException"],
)
def test_an_error_without_reasons_is_no_race(error: str) -> None:
    assert outcome(Cancels(error=error)) is Unavailable


def test_a_case_too_large_for_dynamodb_is_an_error_and_leaves_nothing(
    dynamodb: "DynamoDBClient", dynamo: DynamoStore, table: str
) -> None:
    with pytest.raises(ClientError, match="size"):
        commit(dynamo, a_case(address={"text": "x" * 420_000}), seen="e1")

    assert dynamodb.scan(TableName=table)["Count"] == 0
