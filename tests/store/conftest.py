"""Every store the contract is kept by, each test with an empty one."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

import pytest

from chalicelib.sqlite import SqliteFile
from chalicelib.store import sqlite
from chalicelib.store.contract import Records, Store
from chalicelib.store.dynamodb import DynamoRecords, DynamoStore
from chalicelib.store.table import table_definition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Stores(NamedTuple):
    """One way to keep cases and records."""

    store: Store
    records: Records


@pytest.fixture
def table(dynamodb: "DynamoDBClient") -> Iterator[str]:
    """An empty table of its own."""
    name = f"hearback-{uuid4().hex}"
    dynamodb.create_table(**table_definition(name))
    yield name
    dynamodb.delete_table(TableName=name)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteFile]:
    """An empty file."""
    opened = SqliteFile(tmp_path / "hearback.sqlite", sqlite.SCHEMA)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Each of our stores in turn."""
    if request.param == "sqlite":
        opened: SqliteFile = request.getfixturevalue("file")
        return Stores(sqlite.SqliteStore(opened), sqlite.SqliteRecords(opened))
    client: DynamoDBClient = request.getfixturevalue("dynamodb")
    name: str = request.getfixturevalue("table")
    return Stores(DynamoStore(client, name), DynamoRecords(client, name))


@pytest.fixture
def store(stores: Stores) -> Store:
    """Cases."""
    return stores.store


@pytest.fixture
def records(stores: Stores) -> Records:
    """Records."""
    return stores.records
