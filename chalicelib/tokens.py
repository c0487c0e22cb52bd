"""Short-lived tokens, kept in memory alone: a store would outlive them, and they open an account."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core.errors import BadPayload, NotSent, SendAmbiguous
from chalicelib.platforms import platform
from chalicelib.platforms.besides import Renewing
from chalicelib.platforms.contract import Channel, Send

_EARLIER = timedelta(minutes=2)
"""Renewed this long before they end, so that none ends on its way."""


class Tokens:
    """Gives channels the tokens they need besides their credentials."""

    def __init__(self, send: Send, clock: Callable[[], datetime]) -> None:
        """Take the ports."""
        self._send = send
        self._clock = clock
        self._held: dict[str, tuple[datetime, Channel, Channel]] = {}

    def renewed(self, channel: Channel) -> Channel:
        """Return the channel with live tokens among its secrets. Raises `NotSent` where there are none.

        Where there will be none until a person renews the credentials it is `GrantRefused`.
        """
        spoken = platform(channel.platform)
        if not isinstance(spoken, Renewing):
            return channel
        now = self._clock()
        until, asked, held = self._held.get(channel.id, (now, channel, channel))
        if until > now and asked.secrets == channel.secrets:
            return replace(channel, secrets=held.secrets)
        tokens, hold = self._asked(spoken, channel)
        live = {name: (value,) for name, value in tokens.items()}
        renewed = replace(channel, secrets={**channel.secrets, **live})
        self._held[channel.id] = (now + hold - _EARLIER, channel, renewed)
        return renewed

    def _asked(self, spoken: Renewing, channel: Channel) -> tuple[Mapping[str, str], timedelta]:
        try:
            return spoken.read_renewal(self._send(spoken.renew(channel)))
        except (BadPayload, SendAmbiguous):
            # Asking twice does no harm, and without a token nothing else is sent.
            raise NotSent("no_token") from None

    def forget(self, channel: Channel) -> None:
        """Ask anew next time: a token was refused before its end."""
        self._held.pop(channel.id, None)
