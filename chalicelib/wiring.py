"""The composition root: the only file that names concrete classes."""

import functools
import heapq
import operator
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib import alerts, backlog, http, logs, program, settings
from chalicelib.backlog import Backlog
from chalicelib.core.case import Case, Status
from chalicelib.emf import Emf
from chalicelib.facts import Facts
from chalicelib.metrics import Meter, Tally
from chalicelib.policies.publish import PublishedPolicies
from chalicelib.ports import Ports
from chalicelib.program import Advice
from chalicelib.queues import local
from chalicelib.sqlite import SqliteFile
from chalicelib.store import sqlite
from chalicelib.store.contract import KEPT_FOR
from chalicelib.tokens import Tokens

if TYPE_CHECKING:
    from botocore.config import Config

    from chalicelib.parameters import Parameters
    from chalicelib.queues.sqs import SqsQueue
    from chalicelib.stack import Metrics, Stack

EVENTS, WAKEUPS = "events", "wakeups"

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

    @property
    def advice(self) -> Advice:
        """The words for this machine."""
        return program.LAPTOP

    def backlog(self) -> Mapping[str, Backlog]:
        """Return how much waits in the queues; nothing is received."""
        return backlog.of(dict(zip((EVENTS, WAKEUPS), self.queues, strict=True)), self.ports.clock())

    def closed_cases(self, channel: str, limit: int) -> Iterable[Case]:
        """Return the closed cases of a channel, the one that changed last first."""
        return self.store.recent_cases(channel, limit)

    def clean(self) -> None:
        """Remove what need not be kept any longer."""
        self.store.forget_expired(self.ports.clock())
        for queue in self.queues:
            queue.forget_ids()


def laptop(data: Path, env_file: Path, base_url: str, clock: Callable[[], datetime] = now) -> Laptop:
    """Return the ports over one SQLite file in `data`; the file is created if need be."""
    file = SqliteFile(data / "hearback.sqlite", sqlite.SCHEMA + local.SCHEMA)
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
        address=lambda: base_url,
        meter=Tally(),
    )
    return Laptop(
        ports=ports, file=file, store=store, queues=(events, wakeups), policies=policies, secrets=secrets
    )


@dataclass(frozen=True, kw_only=True)
class Aws:
    """Hearback over DynamoDB, SQS and the Parameter Store."""

    ports: Ports
    queues: Mapping[str, "SqsQueue"]
    policies: PublishedPolicies
    secrets: "Parameters"

    def closed_cases(self, channel: str, limit: int) -> Iterable[Case]:
        """Return the closed cases of a channel, the one closed last first; reads the whole table."""
        kept = self.ports.store.cases_since(channel, self.ports.clock() - KEPT_FOR)
        closed = ((case.closed_at, case) for case in kept if case.status is Status.CLOSED and case.closed_at)
        return [case for _, case in heapq.nlargest(limit, closed, key=operator.itemgetter(0))]


@dataclass(frozen=True, kw_only=True)
class Deployed(Aws):
    """A stage in AWS, as the command line works with it."""

    stack: "Stack"
    metrics: "Metrics"

    def backlog(self) -> Mapping[str, Backlog]:
        """Return how much waits in the queues; nothing is received."""
        from chalicelib.stack import age_of_oldest

        urls = {EVENTS: self.stack.settings.events_url, WAKEUPS: self.stack.settings.wakeups_url}
        now = self.ports.clock()
        return {
            name: Backlog(queue.depth(), age_of_oldest(self.metrics, urls[name], now), queue.ready())
            for name, queue in self.queues.items()
        }

    @property
    def advice(self) -> Advice:
        """The words for this stage."""
        return program.deployed(self.stack.stage)


@functools.cache
def aws() -> Ports:
    """Return the ports over DynamoDB and SQS, made once in each Lambda."""
    import boto3

    logs.configure()
    found = settings.aws_settings()
    return _aws(boto3.client, found, Emf(sys.stdout.write, now, found.metrics)).ports


def deployed(stage: str, region: str, profile: str) -> Deployed:
    """Return what is deployed as a stage, reached with the credentials of whoever runs this.

    Without region or profile those are taken that AWS's own tools would take. Raises `NoStack`, and what
    boto3 raises, here as later: `stack.in_words` tells what it means.
    """
    import boto3

    from chalicelib import stack

    session = boto3.Session(region_name=region or None, profile_name=profile or None)
    endpoint = settings.aws_endpoint()
    make: Any = functools.partial(session.client, endpoint_url=endpoint, config=_patience())
    found = stack.find(make("cloudformation"), stage, session.region_name, endpoint)
    parts = _aws(session.client, found.settings, Tally(), found.address)
    return Deployed(**vars(parts), stack=found, metrics=make("cloudwatch"))


def _aws(make: Callable[..., Any], found: settings.AwsSettings, meter: Meter, address: str = "") -> Aws:
    """Return the parts over AWS; `make` makes a client, `address` serves where no other has been set."""
    from chalicelib.parameters import Parameters
    from chalicelib.queues.sqs import SqsQueue
    from chalicelib.store.dynamodb import DynamoRecords, DynamoStore

    make = functools.partial(make, endpoint_url=found.endpoint)
    dynamodb = make("dynamodb", config=_patience())
    sqs = make("sqs", config=_patience())
    # Waited for only briefly: those that are known do for a while.
    ssm = functools.partial(make, "ssm", config=_patience(read=2, attempts=2))
    parameters = Parameters(ssm, found.parameters, now, address)
    records = DynamoRecords(dynamodb, found.table)
    events = SqsQueue(sqs, found.events_url, found.events_dead_url)
    wakeups = SqsQueue(sqs, found.wakeups_url, found.wakeups_dead_url)
    policies = PublishedPolicies(records, parameters.secret, now, _AWS_FRESH_FOR)
    ports = Ports(
        store=DynamoStore(dynamodb, found.table),
        records=records,
        facts=Facts(records, http.send, now),
        tokens=Tokens(http.send, now),
        events=events,
        wakeups=wakeups,
        policies=policies,
        send=http.send,
        alert=alerts.notify,
        clock=now,
        address=parameters.public_url,
        meter=meter,
    )
    queues = {EVENTS: events, WAKEUPS: wakeups}
    return Aws(ports=ports, queues=queues, policies=policies, secrets=parameters)


def _patience(read: float = 5, attempts: int = 4) -> "Config":
    """Return how long AWS is waited for: a webhook has seconds to be answered."""
    from botocore.config import Config

    return Config(
        connect_timeout=2, read_timeout=read, retries={"mode": "standard", "max_attempts": attempts}
    )


def install(ports: Ports) -> None:
    """Make `ports` those of this process, in place of AWS's."""
    global _installed  # noqa: PLW0603 - the Chalice app is a module, so its ports are the module's too
    _installed = ports


def ports() -> Ports:
    """Return the ports of this process."""
    return _installed or aws()
