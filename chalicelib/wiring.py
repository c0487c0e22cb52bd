"""The composition root of the laptop mode and the owner's commands; that of the functions is `wiring_aws`."""

import functools
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib import alerts, backlog, http, program, settings
from chalicelib.backlog import Backlog
from chalicelib.core.case import Case
from chalicelib.core.values import dataclass
from chalicelib.facts import Facts
from chalicelib.metrics import Tally
from chalicelib.policies.publish import PublishedPolicies
from chalicelib.ports import Ports
from chalicelib.program import Advice
from chalicelib.queues import local
from chalicelib.sqlite import SqliteFile
from chalicelib.store import sqlite
from chalicelib.tokens import Tokens
from chalicelib.wiring_aws import EVENTS, WAKEUPS, Aws, aws, install, now, over_aws, patience, ports

if TYPE_CHECKING:
    from chalicelib.stack import Metrics, Stack

__all__ = ["Deployed", "Laptop", "aws", "deployed", "install", "laptop", "now", "ports"]

DATABASE = "hearback.sqlite"
"""The file of the laptop mode in its folder."""

SCHEMA = sqlite.SCHEMA + local.SCHEMA
"""Its tables."""

_FRESH_FOR = timedelta(seconds=1)


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
    file = SqliteFile(data / DATABASE, SCHEMA)
    store = sqlite.SqliteStore(file)
    records = sqlite.SqliteRecords(file)
    secrets = settings.EnvFile(env_file)
    policies = PublishedPolicies(records, secrets.secret, clock, _FRESH_FOR)
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


def deployed(stage: str, region: str, profile: str) -> Deployed:
    """Return what is deployed as a stage, reached with the credentials of whoever runs this.

    Without region or profile those are taken that AWS's own tools would take. Raises `NoStack`, and what
    boto3 raises, here as later: `stack.in_words` tells what it means.
    """
    import boto3

    from chalicelib import stack

    session = boto3.Session(region_name=region or None, profile_name=profile or None)
    endpoint = settings.aws_endpoint()
    make: Any = functools.partial(session.client, endpoint_url=endpoint, config=patience())
    found = stack.find(make("cloudformation"), stage, session.region_name, endpoint)
    parts = over_aws(session.client, found.settings, Tally(), found.address)
    return Deployed(**vars(parts), stack=found, metrics=make("cloudwatch"))
