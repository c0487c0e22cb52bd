"""What a sweep costs with a million open cases of which a hundred are due, beside what a hundred cost.

Run with `./hearback bench sweep [--open N] [--in-ministack N]`. In SQLite: a file with N open cases, read
through a fresh connection that has nothing in its cache, with the time and the pages that it reads. In
DynamoDB: what the queries say that they consume, over ministack. That keeps everything in memory and looks at
all of it for each query, so N is smaller there and its time means nothing; the capacity it tells is reckoned
from what the queries read, as AWS reckons it. Last, how evenly threads spread over the shards.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench import client, emulated
from chalicelib import sweep, wakeups, wiring
from chalicelib.core.case import Case, Clock, ClockKind, case_id, thread_hash
from chalicelib.core.message import Thread
from chalicelib.sqlite import Connection, SqliteFile
from chalicelib.store import dynamodb, items, sqlite
from chalicelib.store.table import table_definition
from tests import builders
from tests.emulator import running

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DUE = 100
ROUNDS = 20
PAGE_BYTES = 4096
_BATCH, _BATCH_WRITE = 5000, 25

INSERT = """INSERT INTO cases (thread, number, version, channel, place, is_open, due_at, expires_at, body)
            VALUES (?, 1, 1, 'shop', '', 1, ?, NULL, ?)"""


def main() -> None:
    """Measure both stores, few cases beside many, and print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--open", type=int, default=1_000_000, metavar="N", help="open cases in SQLite")
    options.add_argument("--in-ministack", type=int, default=20_000, metavar="N", help="open cases there")
    asked = options.parse_args()
    print(f"{DUE} cases due, {client.machine()}", flush=True)
    few, many = (_in_sqlite(count) for count in (DUE, asked.open))
    units = _in_dynamodb((DUE, asked.in_ministack))
    _shards()
    # The tree of the index is a few pages deeper.
    if many > few + 10 or len(set(units)) > 1:
        raise SystemExit("what is open costs something")


def opened(count: int, now: datetime) -> Iterator[Case]:
    """Yield so many open cases: 100 among them are overdue, the others due within the next 30 days."""
    template = builders.opened()
    for number in range(count):
        thread = Thread(channel="shop", key=str(number))
        late = number % (count // DUE) == 0
        due_at = now + (timedelta(minutes=-1) if late else timedelta(minutes=120 + 43_000 * number / count))
        clock = Clock(kind=ClockKind.ACK, from_at=now, due_at=due_at, reckoning="15m")
        yield replace(template, id=case_id(thread, 1), thread=thread, version=1, clocks=(clock,))


def _in_sqlite(count: int) -> int:
    """Return how many pages asking for what is due has read."""
    with tempfile.TemporaryDirectory() as folder:
        data, now = Path(folder), datetime.now(UTC)
        laptop = wiring.laptop(data, data / ".env", "")
        _fill_file(laptop.file, opened(count, now))
        took = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            assert sweep.sweep(laptop.ports) == DUE
            took.append(time.perf_counter() - start)
        laptop.file.close()
        size = (data / "hearback.sqlite").stat().st_size
        pages, asking = _read_afresh(data / "hearback.sqlite")
    print(
        f"SQLite {count:>9,} open, {size / 1e6:7,.1f} MB: {pages:>3} pages read in {asking * 1000:.2f} ms to "
        f"find them; whole sweep, wake-ups put: {median(took) * 1000:.1f} ms",
        flush=True,
    )
    return pages


def _fill_file(file: SqliteFile, cases: Iterator[Case]) -> None:
    while some := list(islice(cases, _BATCH)):
        rows = [
            (thread_hash(case.thread), case.due_at.timestamp(), items.case_to_json(case))
            for case in some
            if case.due_at
        ]
        file.write(partial(_insert, rows))


def _insert(rows: list[tuple[str, float, bytes]], connection: Connection) -> None:
    connection.executemany(INSERT, rows)


def _read_afresh(path: Path) -> tuple[int, float]:
    """Return the pages and the seconds that a connection takes which has read nothing yet but the schema."""
    file = SqliteFile(path, "")
    store = sqlite.SqliteStore(file)
    file.read().execute("SELECT count(*) FROM counts").fetchone()
    before, start = _bytes_read(), time.perf_counter()
    found = list(store.due(datetime.now(UTC) + wakeups.LOOK_AHEAD, sweep.LIMIT))
    took, read = time.perf_counter() - start, _bytes_read() - before
    file.close()
    assert len(found) == DUE
    return read // PAGE_BYTES, took


def _bytes_read() -> int:
    """Return what this process has read of files, from the disk or from the system's cache (Linux)."""
    fields = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(fields["rchar"])


def _in_dynamodb(counts: Iterable[int]) -> list[float]:
    """Return the capacity that asking for what is due consumes, with so many cases open each time."""
    units = []
    with tempfile.TemporaryDirectory() as folder, running(emulated.python(), Path(folder)) as emulator:
        table, meter = emulator.dynamodb(), emulated.Meter()
        for count in counts:
            name = f"bench-{count}"
            table.create_table(**table_definition(name))
            now = datetime.now(UTC)
            _fill_table(table, name, opened(count, now), now)
            watched = emulator.dynamodb()
            meter.watch(watched, "dynamodb")
            meter.reset()
            found = dynamodb.DynamoStore(watched, name).due(now + wakeups.LOOK_AHEAD, sweep.LIMIT)
            assert len(list(found)) == DUE
            units.append(meter.read_units)
            print(
                f"DynamoDB {count:>7,} open (ministack): {meter.calls['Query']} queries, "
                f"{meter.read_units:g} read units consumed",
                flush=True,
            )
    return units


def _fill_table(table: "DynamoDBClient", name: str, cases: Iterator[Case], now: datetime) -> None:
    while some := list(islice(cases, _BATCH_WRITE)):
        puts = [{"PutRequest": {"Item": dynamodb.case_item(case, now)}} for case in some]
        answer = table.batch_write_item(RequestItems={name: puts})  # type: ignore[dict-item] # plain dicts
        assert not answer["UnprocessedItems"]


def _shards(count: int = 100_000) -> None:
    found = Counter(items.shard_of(thread_hash(Thread(channel="shop", key=str(n)))) for n in range(count))
    fair = count / items.SHARDS
    unevenness = sum((found[shard] - fair) ** 2 / fair for shard in range(items.SHARDS))
    print(
        f"shards: {count:,} threads, of each shard {min(found.values()):,} to {max(found.values()):,} "
        f"(chi-square {unevenness:.1f} of 15 degrees of freedom; 37.7 would be uneven)"
    )


if __name__ == "__main__":
    main()
