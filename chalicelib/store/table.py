"""The DynamoDB table as CreateTable wants it. Pure."""

from typing import Any

Item = dict[str, Any]


def table_definition(name: str) -> Item:
    """Return what CreateTable needs; the deployed template must say the same (tests/infra)."""
    text = ("pk", "sk", "due_shard", "open_channel", "open_place")
    attributes = [{"AttributeName": field, "AttributeType": "S"} for field in text]
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [*attributes, {"AttributeName": "due_at", "AttributeType": "N"}],
        "KeySchema": _key_schema("pk", "sk"),
        "GlobalSecondaryIndexes": [
            {"IndexName": "due", "KeySchema": _key_schema("due_shard", "due_at"), "Projection": _KEYS_ONLY},
            {
                "IndexName": "open",
                "KeySchema": _key_schema("open_channel", "open_place"),
                "Projection": _KEYS_ONLY,
            },
        ],
    }


def time_to_live(name: str) -> Item:
    """Return what UpdateTimeToLive needs; the deployed template must say the same (tests/infra)."""
    return {"TableName": name, "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True}}


_KEYS_ONLY = {"ProjectionType": "KEYS_ONLY"}


def _key_schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
