"""One notification of VK's Callback API: where it came in, and when."""

from datetime import datetime

from chalicelib.core.values import dataclass
from chalicelib.platforms.contract import Channel


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification: its channel, its own id, and when it came."""

    channel: Channel
    event_id: str
    received_at: datetime

    @property
    def community(self) -> str:
        """The id under which the community itself writes."""
        return f"-{self.channel.account}"

    def is_staff(self, author: str) -> bool:
        """Return whether a person of the business writes under their own name."""
        return author in self.channel.listed("staff")
