"""What the owner's commands work with, wherever Hearback runs: on this machine, or deployed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from chalicelib.backlog import Backlog
from chalicelib.core.case import Case
from chalicelib.policies.publish import PublishedPolicies
from chalicelib.ports import Ports
from chalicelib.vault import Vault


@dataclass(frozen=True, slots=True)
class Advice:
    """What differs in the sentences for an owner by where Hearback runs.

    `option` belongs behind every command that is named, with a space before it. `backup` is the command that
    copies the database, empty where that is not the owner's to do.
    """

    option: str
    behind: str
    idle: str
    sweeper: str
    goes_out: str
    stuck: str
    backup: str


class Program(Protocol):
    """Hearback, running or not, as its owner looks at it and steers it."""

    @property
    def ports(self) -> Ports:
        """What the flow works with."""

    @property
    def policies(self) -> PublishedPolicies:
        """The live version."""

    @property
    def secrets(self) -> Vault:
        """The secrets that the flow uses."""

    @property
    def advice(self) -> Advice:
        """The words for here."""

    def closed_cases(self, channel: str, limit: int) -> Iterable[Case]:
        """Return the closed cases of a channel, the one that changed last first."""

    def backlog(self) -> Mapping[str, Backlog]:
        """Return how much waits in the queues `events` and `wakeups`; nothing is received."""


LAPTOP = Advice(
    option="",
    behind="start `hearback run`, or look into data/hearback.log for what keeps it",
    idle="start `hearback run`",
    sweeper="`hearback run`",
    goes_out="while `hearback run` is running",
    stuck="start `hearback run`, or start it anew",
    backup="hearback backup",
)


def deployed(stage: str) -> Advice:
    """Return the words for a stage in AWS."""
    look = f"look at the alarms of hearback-{stage} in CloudWatch, and at the logs of its functions there"
    return Advice(
        option=f" --stage {stage}",
        behind=look,
        idle=look,
        sweeper="EventBridge",
        goes_out="within the minute",
        stuck=look,
        backup="",
    )
