"""What only some platforms have besides what every platform is (`contract`)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol, runtime_checkable

from chalicelib.core.events import ThreadEvent
from chalicelib.platforms.contract import Channel, HttpRequest, HttpResponse, Outgoing, Unresolved


@runtime_checkable
class Looking(Protocol):
    """What a platform has besides where one can see before a send whether somebody has answered (R6b)."""

    def look(self, outgoing: Outgoing, channel: Channel) -> HttpRequest | None:
        """Return the request that shows the thread as it is now, None where this lane cannot be looked at."""

    def read_look(
        self, response: HttpResponse, outgoing: Outgoing, channel: Channel
    ) -> tuple[ThreadEvent, ...]:
        """Return what has been seen, with the same ids as the webhooks of it would have.

        Business replies are `MessageEchoed`, a message that is gone is `MessageDeleted`. Raises
        `BadPayload` where the answer tells nothing.
        """


@runtime_checkable
class Proving(Protocol):
    """What a platform has besides when its proof of origin needs keys that it publishes.

    `lookup` and `read_lookup` answer `PROOF_NEED`; `verify` finds the answer in `channel.facts`.
    """

    PROOF_NEED: str

    def lookup(self, need: str, channel: Channel) -> HttpRequest:
        """Return the request that answers a need."""

    def read_lookup(self, need: str, response: HttpResponse) -> tuple[Mapping[str, Any], timedelta]:
        """Return the facts and how long they hold. Raises `BadPayload` where the answer tells nothing."""


@runtime_checkable
class Renewing(Protocol):
    """What a platform has besides when it takes only short-lived tokens, which are never stored."""

    def renew(self, channel: Channel) -> HttpRequest:
        """Return the request that gives new tokens."""

    def read_renewal(self, response: HttpResponse) -> tuple[Mapping[str, str], timedelta]:
        """Return secrets by their names and how long they hold. Raises `BadPayload` where there are none.

        Where the credentials themselves were refused it raises `GrantRefused` with the platform's code.
        """


@runtime_checkable
class Resolving(Protocol):
    """What a platform has besides when some of its events need a question answered first."""

    def lookup(self, need: str, channel: Channel) -> HttpRequest:
        """Return the request that answers a need."""

    def read_lookup(self, need: str, response: HttpResponse) -> tuple[Mapping[str, Any], timedelta]:
        """Return the facts and how long they hold. Raises `BadPayload` where the answer tells nothing."""

    def resolve(
        self, unresolved: Unresolved, facts: Mapping[str, Any], channel: Channel
    ) -> tuple[ThreadEvent, ...]:
        """Return the events, now that the facts are known."""
