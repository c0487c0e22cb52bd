"""The composition root of the functions: Hearback over AWS, and the ports of this process.

Here and in `wiring`, which the functions never import, concrete classes are named and nowhere else.
"""

import functools
import heapq
import operator
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from chalicelib import logs, settings
from chalicelib.core.case import Case, Status
from chalicelib.core.values import dataclass
from chalicelib.emf import Emf
from chalicelib.facts import Facts
from chalicelib.metrics import Meter
from chalicelib.platforms.contract import HttpRequest, HttpResponse
from chalicelib.policies.publish import PublishedPolicies
from chalicelib.ports import Ports
from chalicelib.store.contract import KEPT_FOR
from chalicelib.tokens import Tokens

if TYPE_CHECKING:
    from botocore.config import Config

    from chalicelib.parameters import Parameters
    from chalicelib.queues.sqs import SqsQueue

EVENTS, WAKEUPS = "events", "wakeups"

_FRESH_FOR = timedelta(seconds=30)

_ROOMS = {
    "app.app": "intake",
    "app.on_events": "handle",
    "app.on_wakeups": "deliver",
    "app.sweep": "sweep",
}
"""What each function does its work in, by Lambda's name for it."""

_installed: Ports | None = None


def now() -> datetime:
    """Return the time in UTC: the one clock of the running program."""
    return datetime.now(UTC)


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


@functools.cache
def aws() -> Ports:
    """Return the ports over DynamoDB and SQS, made once in each Lambda."""
    # boto3 would add nothing to its clients but the time to import it.
    from botocore.session import Session

    logs.configure()
    found = settings.aws_settings()
    return over_aws(Session().create_client, found, Emf(sys.stdout.write, now, found.metrics)).ports


def over_aws(make: Callable[..., Any], found: settings.AwsSettings, meter: Meter, address: str = "") -> Aws:
    """Return the parts over AWS; `make` makes a client, `address` serves where no other has been set."""
    from chalicelib.parameters import Parameters
    from chalicelib.queues.sqs import SqsQueue
    from chalicelib.store.dynamodb import DynamoRecords, DynamoStore

    make = functools.partial(make, endpoint_url=found.endpoint)
    dynamodb = make("dynamodb", config=patience())
    sqs = make("sqs", config=patience())
    # Waited for only briefly: those that are known do for a while.
    ssm = functools.partial(make, "ssm", config=patience(read=2, attempts=2))
    parameters = Parameters(ssm, found.parameters, now, address)
    records = DynamoRecords(dynamodb, found.table)
    events = SqsQueue(sqs, found.events_url, found.events_dead_url)
    wakeups = SqsQueue(sqs, found.wakeups_url, found.wakeups_dead_url)
    policies = PublishedPolicies(records, parameters.secret, now, _FRESH_FOR)
    ports = Ports(
        store=DynamoStore(dynamodb, found.table),
        records=records,
        facts=Facts(records, send, now),
        tokens=Tokens(send, now),
        events=events,
        wakeups=wakeups,
        policies=policies,
        send=send,
        alert=notify,
        clock=now,
        address=parameters.public_url,
        meter=meter,
    )
    queues = {EVENTS: events, WAKEUPS: wakeups}
    return Aws(ports=ports, queues=queues, policies=policies, secrets=parameters)


def patience(read: float = 5, attempts: int = 4) -> "Config":
    """Return how long AWS is waited for: a webhook has seconds to be answered."""
    from botocore.config import Config

    return Config(
        connect_timeout=2, read_timeout=read, retries={"mode": "standard", "max_attempts": attempts}
    )


def send(request: HttpRequest) -> HttpResponse:
    """Send a request, as `http.send` does; a function that sends none never pays for its library."""
    from chalicelib import http

    return http.send(request)


def notify(addresses: Sequence[str], title: str, body: str) -> bool:
    """Call somebody, as `alerts.notify` does, which most functions never do."""
    from chalicelib import alerts

    return alerts.notify(addresses, title, body)


def prepare() -> None:
    """Do what this function needs for any event, while Lambda still gives it a whole processor.

    Each function imports its own room alone, because a new one pays for every import. Elsewhere than on
    Lambda nothing is done.
    """
    room = _ROOMS.get(settings.handler())
    if room:
        import_module(f"chalicelib.{room}")
        aws()


def install(ports: Ports) -> None:
    """Make `ports` those of this process, in place of AWS's."""
    global _installed  # noqa: PLW0603 - the Chalice app is a module, so its ports are the module's too
    _installed = ports


def ports() -> Ports:
    """Return the ports of this process."""
    return _installed or aws()
