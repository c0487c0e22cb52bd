"""The store in one DynamoDB table.

    pk                  sk              what
    C#<thread>          <number>        a case: version, body, and the keys of the two sparse indexes
    T#<case id>         <version>       what one commit added to the timeline
    S#<channel>#<id>    -               an event that was committed
    R#<kind>            <rest of key>   a record
    N#                  <name>          a counter

    index `due`   (due_shard, due_at)       cases somebody must look at, in 16 shards
    index `open`  (open_channel, open_place) open cases

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib import aws
from chalicelib.core.case import Case, Status
from chalicelib.core.errors import AlreadySeen, StaleCase, Unavailable, UnknownCase
from chalicelib.core.message import Thread
from chalicelib.core.timeline import Entry
from chalicelib.store import items
from chalicelib.store.contract import EARLIEST, Due, Record

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]

_BATCH_GET = 100
_LOST_RACES = {"None", "ConditionalCheckFailed", "TransactionConflict"}


class DynamoStore:
    """Cases in DynamoDB; satisfies `store.contract.Store`."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        """Take a client made once, and the name of the table."""
        self._client = aws.in_our_words(client)
        self._table = table

    def newest(self, thread: Thread) -> Case | None:
        """Return the newest case of a thread: one query of one item."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"C#{items.thread_key(thread)}"}},
            ScanIndexForward=False,
            ConsistentRead=True,
            Limit=1,
        )
        return _case(answer["Items"][0]) if answer["Items"] else None

    def load(self, case_id: str) -> Case:
        """Return a case. Raises `UnknownCase`."""
        try:
            key = _case_key(case_id)
        except ValueError as error:
            raise UnknownCase(str(error)) from None
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        if "Item" not in answer:
            raise UnknownCase(f"there is no case {case_id}")
        return _case(answer["Item"])

    def commit(self, case: Case, timeline: Sequence[Entry], *, seen: str, now: datetime) -> Case:
        """Write all in one transaction. Raises `StaleCase` or `AlreadySeen`."""
        stored = case.changed(version=case.version + 1)
        writes = [self._put_case(stored, now)]
        if seen:
            writes.append(self._put_seen(items.seen_key(case.thread.channel, seen), now))
        if timeline:
            writes.append(self._put_timeline(stored, timeline, now))
        try:
            # botocore adds a token, so that a retry after a lost answer does not meet its own `seen`.
            self._client.transact_write_items(TransactItems=writes)  # type: ignore[arg-type] # plain dicts
        except ClientError as error:
            if conflict := _conflict(error, seen=bool(seen)):
                raise conflict from error
            if aws.throttled(error):
                raise Unavailable("throttled") from error
            raise
        return stored

    def timeline(self, case_id: str) -> tuple[Entry, ...]:
        """Return the entries of a case in the order in which they were written."""
        return tuple(
            e for item in self._timeline_items(case_id) for e in items.entries_from_json(item["body"]["B"])
        )

    def erase(self, case_id: str, message_ids: Sequence[str]) -> None:
        """Remove the words of deleted messages."""
        # Where somebody else erased from the same entries at the same time, look again.
        while not all(self._erase_from(item, message_ids) for item in self._timeline_items(case_id)):
            pass

    def due(self, before: datetime, limit: int = 1000, since: datetime = EARLIEST) -> Iterator[Due]:
        """Yield the cases due in a stretch of time: of each shard its share, then the oldest of the rest."""
        shards = [self._due_in(shard, since, before, limit) for shard in range(items.SHARDS)]
        return items.shared_out(shards, limit)

    def _due_in(self, shard: int, since: datetime, before: datetime, limit: int) -> Iterator[Due]:
        pages = self._pages(
            IndexName="due",
            KeyConditionExpression="due_shard = :shard AND due_at BETWEEN :since AND :last",
            ExpressionAttributeValues={
                ":shard": {"S": str(shard)},
                ":since": {"N": str(since.timestamp())},
                # BETWEEN holds at both ends.
                ":last": {"N": str((before - timedelta.resolution).timestamp())},
            },
            # A page is a shard's share: nothing is read and paid for that is not asked for.
            Limit=items.share_of(limit),
        )
        for item in pages:
            yield Due(_case_id(item), datetime.fromtimestamp(float(item["due_at"]["N"]), UTC))

    def open_cases(self, channel: str, place: str = "") -> Iterator[Case]:
        """Yield the open cases of a channel or of one place on it."""
        values = {":channel": {"S": channel}}
        condition = "open_channel = :channel"
        if place:
            values[":place"] = {"S": f"{place}#"}
            condition += " AND begins_with(open_place, :place)"
        pages = self._pages(
            IndexName="open", KeyConditionExpression=condition, ExpressionAttributeValues=values
        )
        for case in self._load_all(pages):
            # The index may lag behind, so the case itself is what counts.
            if case.status is Status.OPEN and place in ("", case.thread.place):
                yield case

    def cases_since(self, channel: str, since: datetime) -> Iterator[Case]:
        """Yield the open and closed cases of a channel in which something happened since a time.

        Reads the whole table: an index of all cases would cost something with every event.
        """
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table,
            FilterExpression="begins_with(pk, :cases)",
            ExpressionAttributeValues={":cases": {"S": "C#"}},
            ConsistentRead=True,
        )
        for page in pages:
            for case in map(_case, page["Items"]):
                if case.thread.channel == channel and items.touched_since(case, since):
                    yield case

    def _load_all(self, found: Iterator[Item]) -> Iterator[Case]:
        while some := list(islice(found, _BATCH_GET)):
            keys = [{"pk": item["pk"], "sk": item["sk"]} for item in some]
            left: Any = {self._table: {"Keys": keys, "ConsistentRead": True}}
            while left:
                answer = self._client.batch_get_item(RequestItems=left)
                yield from map(_case, answer["Responses"].get(self._table, []))
                left = answer.get("UnprocessedKeys")

    def _pages(self, **query: Any) -> Iterator[Item]:
        for page in self._client.get_paginator("query").paginate(TableName=self._table, **query):
            yield from page["Items"]

    def _timeline_items(self, case_id: str) -> Iterator[Item]:
        return self._pages(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"T#{case_id}"}},
            ConsistentRead=True,
        )

    def _erase_from(self, item: Item, message_ids: Sequence[str]) -> bool:
        """Return False where the entries have changed since they were read."""
        was = item["body"]["B"]
        entries = items.entries_from_json(was)
        without = items.erased(entries, message_ids)
        if without == entries:
            return True
        unchanged_since_read = "body = :was"
        values = {":was": {"B": was}, ":without": {"B": items.entries_to_json(without)}}
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"pk": item["pk"], "sk": item["sk"]},
                UpdateExpression="SET body = :without",
                ConditionExpression=unchanged_since_read,
                ExpressionAttributeValues=values,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _put_case(self, stored: Case, now: datetime) -> Item:
        unchanged_since_read = "version = :read"
        not_there_yet = "attribute_not_exists(pk)"
        put: Item = {
            "TableName": self._table,
            "Item": case_item(stored, now),
            "ConditionExpression": not_there_yet if stored.version == 1 else unchanged_since_read,
        }
        if stored.version > 1:
            put["ExpressionAttributeValues"] = {":read": {"N": str(stored.version - 1)}}
        return {"Put": put}

    def _put_seen(self, key: str, now: datetime) -> Item:
        item = {"pk": {"S": f"S#{key}"}, "sk": {"S": "-"}, "ttl": {"N": str(items.seen_until(now))}}
        never_committed = "attribute_not_exists(pk)"
        return {"Put": {"TableName": self._table, "Item": item, "ConditionExpression": never_committed}}

    def _put_timeline(self, stored: Case, timeline: Sequence[Entry], now: datetime) -> Item:
        item = {
            "pk": {"S": f"T#{stored.id}"},
            "sk": {"S": f"{stored.version:08d}"},
            "body": {"B": items.entries_to_json(timeline)},
            "ttl": {"N": str(items.entries_until(now))},
        }
        return {"Put": {"TableName": self._table, "Item": item}}


class DynamoRecords:
    """Records in the same table; satisfies `store.contract.Records`."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        """Take a client made once, and the name of the table."""
        self._client = aws.in_our_words(client)
        self._table = table

    def get(self, key: str, now: datetime) -> Record | None:
        """Return a record that has not expired."""
        answer = self._client.get_item(TableName=self._table, Key=_record_key(key), ConsistentRead=True)
        return _live(answer.get("Item"), now)

    def put(
        self,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        version: int | None = None,
        now: datetime | None = None,
    ) -> bool:
        """Write a record, with `version` only over that version."""
        expression = "SET #value = :value, #version = if_not_exists(#version, :zero) + :one"
        names = {"#value": "value", "#version": "version", "#ttl": "ttl"}
        values: Item = {":value": {"S": value}, ":zero": {"N": "0"}, ":one": {"N": "1"}}
        if expires_at:
            expression += ", #ttl = :ttl"
            values[":ttl"] = {"N": str(int(expires_at.timestamp()))}
        else:
            expression += " REMOVE #ttl"
        conditions: Item = {}
        if version == 0 and now:
            conditions["ConditionExpression"] = "attribute_not_exists(pk) OR #ttl <= :now"
            values[":now"] = {"N": str(int(now.timestamp()))}
        elif version == 0:
            conditions["ConditionExpression"] = "attribute_not_exists(pk)"
        elif version is not None:
            conditions["ConditionExpression"] = "#version = :expected"
            values[":expected"] = {"N": str(version)}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_record_key(key),
                UpdateExpression=expression,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                **conditions,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def take(self, key: str, now: datetime) -> Record | None:
        """Remove a record and return it."""
        answer = self._client.delete_item(TableName=self._table, Key=_record_key(key), ReturnValues="ALL_OLD")
        return _live(answer.get("Attributes"), now)

    def advance(self, key: str, step: timedelta, now: datetime, expires_at: datetime) -> datetime:
        """Move a moment on: from itself while it lies ahead, else from `now`."""
        length, floor = round(step.total_seconds() * 1000), round(now.timestamp() * 1000)
        while True:
            for moved, holds in (
                ("moment + :step", "moment >= :floor"),
                (":floor + :step", "attribute_not_exists(moment) OR moment < :floor"),
            ):
                if (moment := self._advanced(key, moved, holds, length, floor, expires_at)) is not None:
                    return datetime.fromtimestamp((moment - length) / 1000, UTC)

    def _advanced(
        self, key: str, moved: str, holds: str, step: int, floor: int, expires_at: datetime
    ) -> int | None:
        values = {":step": {"N": str(step)}, ":ttl": {"N": str(int(expires_at.timestamp()))}}
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=_record_key(key),
                UpdateExpression=f"SET moment = {moved}, #ttl = :ttl",
                ConditionExpression=holds,
                ExpressionAttributeNames={"#ttl": "ttl"},
                ExpressionAttributeValues={**values, ":floor": {"N": str(floor)}},
                ReturnValues="UPDATED_NEW",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            # Somebody moved it across `floor` in between: the other of the two holds now.
            return None
        return int(answer["Attributes"]["moment"]["N"])

    def keys(self, prefix: str) -> Sequence[str]:
        """Return the keys that begin with a prefix."""
        kind = prefix.partition(":")[0]
        rest = prefix.partition(":")[2]
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk" + (" AND begins_with(sk, :rest)" if rest else ""),
            ExpressionAttributeValues={":pk": {"S": f"R#{kind}"}, **({":rest": {"S": rest}} if rest else {})},
            ProjectionExpression="sk",
            ConsistentRead=True,
        )
        return [f"{kind}:{item['sk']['S']}" for page in pages for item in page["Items"]]

    def count(self, name: str, by: int = 1) -> int:
        """Add to a counter."""
        answer = self._client.update_item(
            TableName=self._table,
            Key={"pk": {"S": "N#"}, "sk": {"S": name}},
            UpdateExpression="ADD amount :by",
            ExpressionAttributeValues={":by": {"N": str(by)}},
            ReturnValues="UPDATED_NEW",
        )
        return int(answer["Attributes"]["amount"]["N"])

    def counts(self) -> dict[str, int]:
        """Return all counters."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "N#"}},
            ConsistentRead=True,
        )
        return {item["sk"]["S"]: int(item["amount"]["N"]) for page in pages for item in page["Items"]}


def case_item(stored: Case, now: datetime) -> Item:
    """Return the item of a case; the keys of an index stand in it only while the case belongs there."""
    thread, number = items.case_key(stored.id)
    item: Item = {
        "pk": {"S": f"C#{thread}"},
        "sk": {"S": f"{number:08d}"},
        "version": {"N": str(stored.version)},
        "body": {"B": items.case_to_json(stored)},
    }
    if due_at := stored.due_at:
        item |= {"due_shard": {"S": str(items.shard_of(thread))}, "due_at": {"N": str(due_at.timestamp())}}
    if stored.status is Status.OPEN:
        place = {"S": f"{stored.thread.place}#{stored.id}"}
        item |= {"open_channel": {"S": stored.thread.channel}, "open_place": place}
    if expires := items.kept_until(stored, now):
        item["ttl"] = {"N": str(expires)}
    return item


def _case(item: Item) -> Case:
    return items.case_from_json(item["body"]["B"])


def _case_key(case_id: str) -> Item:
    thread, number = items.case_key(case_id)
    return {"pk": {"S": f"C#{thread}"}, "sk": {"S": f"{number:08d}"}}


def _case_id(item: Item) -> str:
    return f"{item['pk']['S'].removeprefix('C#')}.{int(item['sk']['S'])}"


def _record_key(key: str) -> Item:
    kind, _, rest = key.partition(":")
    return {"pk": {"S": f"R#{kind}"}, "sk": {"S": rest}}


def _live(item: Any, now: datetime) -> Record | None:
    # TTL removes an expired item only within days.
    if not item or ("ttl" in item and float(item["ttl"]["N"]) <= now.timestamp()):
        return None
    return Record(value=item["value"]["S"], version=int(item["version"]["N"]))


def _conflict(error: ClientError, *, seen: bool) -> Exception | None:
    """Return which race was lost, None where the error is no race: throttling, or an item too large.

    The reasons stand in the order of the writes; the seen id is the second, where there is one. A conflict
    with a transaction under way says no more than that somebody else is at it: reading again settles it.
    """
    reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
    if seen and reasons[1:2] == ["ConditionalCheckFailed"]:
        return AlreadySeen("the event was committed before")
    if reasons and set(reasons) <= _LOST_RACES:
        return StaleCase("another writer was faster")
    return None
