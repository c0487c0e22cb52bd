"""Another table in the place of the stack's own: restored, kept from before, or filled from a copy.

What was said since the backup, such a table does not know. So before anything works with it, it is marked as
restored, and whatever may have been said already is left to a person (R34).
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from chalicelib import restored
from chalicelib.store.dynamodb import DynamoRecords
from chalicelib.store.table import table_definition, time_to_live
from infra.errors import CannotDeploy
from infra.keeping import items_of
from infra.names import stack_name
from infra.stack import Pause, Stack
from infra.table import Table
from infra.terminal import Terminal

_AT_ONCE = 25
"""How many items one call writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A table that takes the place of another; with `data` it is made first, from that copy."""

    table: Table
    data: Path | None = None


def parameters(name: str, stack: Stack) -> dict[str, str]:
    """Return the parameter that puts a table in the place of the stack's own; its own name puts that back."""
    return {"RestoredTable": "" if name == stack.physical("Table") else name}


def check(table: Table) -> None:
    """Raise `CannotDeploy` where a table is not there, or not one of Hearback's."""
    found = table.described()
    if found is None:
        raise CannotDeploy(
            f"there is no table {table.name} in this region: `aws dynamodb list-tables` lists those there are"
        )
    wanted = table_definition(table.name)
    indexes = {one["IndexName"] for one in found.get("GlobalSecondaryIndexes", ())}
    missing = {one["IndexName"] for one in wanted["GlobalSecondaryIndexes"]} - indexes
    if found["KeySchema"] != wanted["KeySchema"] or missing:
        raise CannotDeploy(
            f"{table.name} is no table of Hearback, or was restored without its indexes: restore it with all "
            "of them"
        )


def prepare(taken: Taken, now: datetime, client: Any, pause: Pause, terminal: Terminal) -> None:
    """Mark a table as restored, and give it the backups and the protection that no restored table has."""
    table = taken.table
    if taken.data:
        _fill(taken, taken.data, client, pause, terminal)
    restored.mark(DynamoRecords(client, table.name), now)
    client.update_continuous_backups(
        TableName=table.name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    client.update_table(TableName=table.name, DeletionProtectionEnabled=True)
    table.wait()
    kept = client.describe_time_to_live(TableName=table.name)["TimeToLiveDescription"]
    if kept.get("TimeToLiveStatus") not in {"ENABLED", "ENABLING"}:
        client.update_time_to_live(**time_to_live(table.name))
    terminal.say(
        f"The table {table.name} takes the place of the one before. What it owed at its backup may have been "
        "said since, so that is left to you; what customers write from now on is answered as ever."
    )


def name_for(stage: str, now: datetime) -> str:
    """Return the name of a table that is made now; it begins as those do that AWS names for the stage."""
    return f"{stack_name(stage)}-Table-{now:%Y%m%dT%H%M%S}"


def _fill(taken: Taken, file: Path, client: Any, pause: Pause, terminal: Terminal) -> None:
    name, count, items = taken.table.name, 0, items_of(file)
    client.create_table(**table_definition(name))
    taken.table.wait()
    while batch := list(islice(items, _AT_ONCE)):
        _write(client, name, batch, pause)
        count += len(batch)
    terminal.say(f"Wrote {count} items of {file} into the new table {name}.")


def _write(client: Any, name: str, items: list[dict[str, Any]], pause: Pause) -> None:
    left = {name: [{"PutRequest": {"Item": item}} for item in items]}
    while left := client.batch_write_item(RequestItems=left).get("UnprocessedItems"):
        pause(1.0)
