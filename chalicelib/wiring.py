"""The composition root: the only file that names concrete classes."""

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib import alerts, http, logs, settings
from chalicelib.emf import Emf
from chalicelib.facts import Facts
from chalicelib.metrics import Tally
from chalicelib.policies.publish import PublishedPolicies
from chalicelib.ports import Ports
from chalicelib.queues import local
from chalicelib.sqlite import SqliteFile
from chalicelib.store import sqlite
from chalicelib.tokens import Tokens

EVENTS, WAKEUPS = "events", "wakeups"

DATABASE = "hearback.sqlite"
"""The file of the laptop mode in its folder."""

SCHEMA = sqlite.SCHEMA + local.SCHEMA
"""Its tables."""

_LAPTOP_FRESH_FOR = timedelta(seconds=1)
_AWS_FRESH_FOR = timedelta(seconds=30)

_installed: Ports | None = None


def now() -> datetime:
    """Return the time in UTC: the one clock of the running program."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Laptop:
    """Everything of the laptop mode that `serve` and the command line work with."""

    ports: Ports
    file: SqliteFile
    store: sqlite.SqliteStore
    queues: tuple[local.LocalQueue, ...]
    policies: PublishedPolicies
    secrets: settings.EnvFile

    def clean(self) -> None:
        """Remove what need not be kept any longer."""
        self.store.forget_expired(self.ports.clock())
        for queue in self.queues:
            queue.forget_ids()


def laptop(data: Path, env_file: Path, base_url: str, clock: Callable[[], datetime] = now) -> Laptop:
    """Return the ports over one SQLite file in `data`; the file is created if need be."""
    file = SqliteFile(data / DATABASE, SCHEMA)
    store = sqlite.SqliteStore(file)
    records = sqlite.SqliteRecords(file)
    secrets = settings.EnvFile(env_file)
    policies = PublishedPolicies(records, secrets.secret, clock, _LAPTOP_FRESH_FOR)
    events = local.LocalQueue(file, EVENTS, clock, fifo=True)
    wakeups = local.LocalQueue(file, WAKEUPS, clock, fifo=False)
    ports = Ports(
        store=store,
        records=records,
        facts=Facts(records, http.send, clock),
        tokens=Tokens(http.send, clock),
        events=events,
        wakeups=wakeups,
        policies=policies,
        send=http.send,
        alert=alerts.notify,
        clock=clock,
        base_url=base_url,
        meter=Tally(),
    )
    return Laptop(
        ports=ports, file=file, store=store, queues=(events, wakeups), policies=policies, secrets=secrets
    )


@functools.cache
def aws() -> Ports:
    """Return the ports over DynamoDB and SQS, made once in each Lambda."""
    import boto3
    from botocore.config import Config

    from chalicelib.queues.sqs import SqsQueue
    from chalicelib.store.dynamodb import DynamoRecords, DynamoStore

    logs.configure()
    found = settings.aws_settings()
    # A webhook has seconds to be answered: a call that hangs is given up and made again.
    patience = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 4})
    dynamodb = boto3.client("dynamodb", endpoint_url=found.endpoint, config=patience)
    sqs = boto3.client("sqs", endpoint_url=found.endpoint, config=patience)
    records = DynamoRecords(dynamodb, found.table)
    return Ports(
        store=DynamoStore(dynamodb, found.table),
        records=records,
        facts=Facts(records, http.send, now),
        tokens=Tokens(http.send, now),
        events=SqsQueue(sqs, found.events_url, found.events_dead_url),
        wakeups=SqsQueue(sqs, found.wakeups_url, found.wakeups_dead_url),
        policies=PublishedPolicies(records, settings.secret_of_environment, now, _AWS_FRESH_FOR),
        send=http.send,
        alert=alerts.notify,
        clock=now,
        base_url=found.base_url,
        meter=Emf(sys.stdout.write, now, found.metrics),
    )


def install(ports: Ports) -> None:
    """Make `ports` those of this process, in place of AWS's."""
    global _installed  # noqa: PLW0603 - the Chalice app is a module, so its ports are the module's too
    _installed = ports


def ports() -> Ports:
    """Return the ports of this process."""
    return _installed or aws()
