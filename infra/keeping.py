"""Everything in the table as one file: lines of JSON, packed, for its owner only.

The first line tells where it is from; each other one is an item as DynamoDB writes it, bytes in base64.
IT HOLDS WHAT CUSTOMERS WROTE.
"""

import base64
import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.errors import CannotDeploy
from infra.table import Item, Table

_OWNER_ONLY = 0o600
_TRIES = 3


def kept(table: Table, out: Path) -> int:
    """Write the whole table into a file and return how many items it holds, as many as are in the table.

    The file is there as a whole or not at all. Raises `CannotDeploy` where the table changes faster than
    it can be read.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.with_name(f".{out.name}.new")
    for _ in range(_TRIES):
        _write(table, beside)
        written = sum(1 for _ in items_of(beside))
        if written == table.count():
            beside.replace(out)
            return written
    beside.unlink()
    raise CannotDeploy(
        f"the table {table.name} changes while it is read, so the copy cannot be trusted: try again at a "
        "quieter time"
    )


def items_of(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the items of a file, as DynamoDB takes them. Raises `CannotDeploy` where it is no such file."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        first = json.loads(next(lines, "{}"))
        if "hearback_table" not in first:
            raise CannotDeploy(f"{file} is no copy of a table that hearback destroy has written")
        for line in lines:
            yield {name: _value_read(value) for name, value in json.loads(line).items()}


def _write(table: Table, file: Path) -> None:
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as raw, gzip.open(raw, "wt", encoding="utf-8") as lines:
        lines.write(json.dumps({"hearback_table": table.name}) + "\n")
        for item in table.items():
            lines.write(_line(item) + "\n")


def _line(item: Item) -> str:
    return json.dumps(item, ensure_ascii=False, default=lambda raw: base64.b64encode(bytes(raw)).decode())


def _value_read(value: dict[str, Any]) -> dict[str, Any]:
    [(kind, written)] = value.items()
    if kind == "B":
        return {kind: base64.b64decode(written)}
    if kind == "BS":
        return {kind: [base64.b64decode(one) for one in written]}
    if kind == "L":
        return {kind: [_value_read(one) for one in written]}
    if kind == "M":
        return {kind: {name: _value_read(one) for name, one in written.items()}}
    return value
