"""What the flow needs from outside: passed in by `wiring`, faked in the tests."""

from collections.abc import Callable, Sequence
from dataclasses import field
from datetime import datetime
from typing import Protocol

from chalicelib.core.values import dataclass
from chalicelib.facts import Facts
from chalicelib.fresh import Fresh
from chalicelib.metrics import Meter, Tally
from chalicelib.outage import Outage
from chalicelib.platforms.contract import Send
from chalicelib.policies.build import PolicySet
from chalicelib.queues.contract import Queue
from chalicelib.store.contract import Records, Store
from chalicelib.tokens import Tokens

Clock = Callable[[], datetime]
"""Tells the time in UTC."""


class Policies(Protocol):
    """The owner's files in force."""

    def live(self, at_least: str = "") -> PolicySet:
        """Return the live version; a change is seen within a minute, and `at_least` a version at once."""


class Alerting(Protocol):
    """The way to a person."""

    def __call__(self, addresses: Sequence[str], title: str, body: str) -> bool:
        """Call somebody on every address; return whether at least one took it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything outside the core that the flow works with."""

    store: Store
    records: Records
    facts: Facts
    tokens: Tokens
    events: Queue
    wakeups: Queue
    policies: Policies
    send: Send
    alert: Alerting
    clock: Clock
    address: Callable[[], str] = str
    meter: Meter = field(default_factory=Tally)
    fresh: Fresh = field(default_factory=Fresh)
    outage: Outage = field(default_factory=Outage)

    @property
    def base_url(self) -> str:
        """How the internet reaches Hearback; asked for when it is needed, because asking may take a call."""
        return self.address()
