"""How much may run at once in the account, and how it is shared out."""

from dataclasses import dataclass
from typing import Any

from infra.errors import CannotDeploy

_LEAST = 6
"""Two runs for events and two for wake-ups, which AWS wants at least; one for webhooks, one for the sweep."""

_MOST = 20
"""More at once would only be turned away by the platforms."""

_FOR_WEBHOOKS = 50
_MUST_REMAIN = 100
"""What AWS wants to be left unreserved: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html."""

_NEW_ACCOUNT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Concurrency:
    """Runs at once: at most `events` and `wakeups`; `reserved` are kept for webhooks, 0 for none."""

    limit: int
    events: int
    wakeups: int
    reserved: int

    def parameters(self) -> dict[str, str]:
        """Return the parameters of the template."""
        return {
            "EventsConcurrency": str(self.events),
            "WakeupsConcurrency": str(self.wakeups),
            "ReservedConcurrency": str(self.reserved),
        }

    def told(self) -> str:
        """Return what the owner should know."""
        kept = f"{self.reserved} kept for webhooks" if self.reserved else "none reserved"
        shares = f"{self.events} for events, {self.wakeups} for wake-ups, {kept}"
        words = f"{self.limit} functions may run at once: {shares}"
        if self.limit <= _NEW_ACCOUNT:
            words += (
                "; a new account has no more, which is enough to begin with (docs/deploy.md: more at once)"
            )
        return words


def shared_out(limit: int, unreserved: int, ours: int = 0) -> Concurrency:
    """Share out an account's limit, of which `unreserved` is free and `ours` is reserved for us already.

    Raises `CannotDeploy` where too little is left to run at all.
    """
    free = unreserved + ours
    if free < _LEAST:
        raise CannotDeploy(
            f"only {free} functions may run at once beside what others have reserved in this account and "
            f"region, and Hearback needs {_LEAST}: ask AWS for more concurrent executions of Lambda under "
            "Service Quotas, or choose another --region"
        )
    reserved = _FOR_WEBHOOKS if free - _FOR_WEBHOOKS >= 2 * _MUST_REMAIN else 0
    each = max(2, min(_MOST, (free - reserved) * 3 // 10))
    return Concurrency(limit=limit, events=each, wakeups=each, reserved=reserved)


def of_account(client: Any, ours: int = 0) -> Concurrency:
    """Ask Lambda for the account's limit in this region and share it out."""
    found = client.get_account_settings()["AccountLimit"]
    return shared_out(found["ConcurrentExecutions"], found["UnreservedConcurrentExecutions"], ours)
