"""A whole crisis over each of our stores: flood, one call, one status, the end, who is left (R33, R34)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from chalicelib import crises, incidents
from chalicelib.core.timeline import Why
from chalicelib.facts import Facts
from chalicelib.store.dynamodb import DynamoRecords, DynamoStore
from chalicelib.store.table import table_definition
from tests.fakes import World, policy_with

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

WORDS = {"en": "Our card payments fail. We tell you here as soon as they work."}
CRISIS, OVER = "Crisis: complaints flood shop", "The crisis on shop is over"


@pytest.fixture(params=["sqlite", "dynamodb"])
def flooded(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """Return a world, over each store in turn, in which five people have complained; three are a crisis."""
    made = World(tmp_path, policy_with(settings={"crisis_threshold": 3, "crisis_rest": "20m"}))
    table = ""
    if request.param == "dynamodb":
        client: DynamoDBClient = request.getfixturevalue("dynamodb")
        table = f"hearback-{uuid4().hex}"
        client.create_table(**table_definition(table))
        records = DynamoRecords(client, table)
        facts = Facts(records, made.internet, made.clock)
        made.ports = replace(made.ports, store=DynamoStore(client, table), records=records, facts=facts)
    for one in range(5):
        made.writes("This is a disaster!", thread=f"t{one}", message_id=f"m{one}", customer={"id": f"c{one}"})
    made.work()
    yield made
    made.close()
    if table:
        client.delete_table(TableName=table)


def minutes(world: World, number: int) -> None:
    for _ in range(number):
        world.pass_time(minutes=1)


def test_r33_a_flood_is_one_call_over_every_store(flooded: World) -> None:
    minutes(flooded, 2)

    assert flooded.alerts() == [CRISIS]
    assert crises.standing("shop", flooded.ports, strong=True).burst is not None


def test_r33_every_case_gets_the_status_once_over_every_store(flooded: World) -> None:
    incidents.open_incident("shop", WORDS, flooded.ports, by="Olga")
    incidents.tell("shop", flooded.ports)
    minutes(flooded, 3)

    assert flooded.internet.texts() == [WORDS["en"]] * 5
    assert incidents.progress("shop", flooded.ports).told == 5


def test_r34_the_end_is_one_call_that_every_case_knows_of_over_every_store(flooded: World) -> None:
    flooded.clock.now += timedelta(minutes=19)
    minutes(flooded, 5)
    noted = [e.why for case in flooded.cases() for e in flooded.ports.store.timeline(case.id)]

    assert flooded.alerts() == [CRISIS, OVER]
    assert noted.count(Why.COUNTED) == 5


def test_r33_a_closed_incident_is_remembered_over_every_store(flooded: World) -> None:
    incidents.open_incident("shop", WORDS, flooded.ports, by="Olga")
    incidents.close("shop", flooded.ports, by="Piotr")

    [(channel, found)] = incidents.past(flooded.ports)
    assert (channel, found.closed_by) == ("shop", "Piotr")
    assert crises.standing("shop", flooded.ports, strong=True).incident is None
