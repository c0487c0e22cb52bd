"""What platforms have told about accounts, kept in the store and, for a few minutes, in memory."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.http import Send
from chalicelib.platforms import platform
from chalicelib.platforms.contract import Channel, FactLearned, Resolving
from chalicelib.store.contract import Records

REMEMBERED_FOR = timedelta(minutes=5)
"""One read of the store in this time, however many messages hang on the fact."""

_MEMORY_LIMIT = 1000


class Facts:
    """Answers needs: from memory, from the store, or by asking the platform."""

    def __init__(self, records: Records, send: Send, clock: Callable[[], datetime]) -> None:
        """Take the ports."""
        self._records = records
        self._send = send
        self._clock = clock
        self._memory: dict[str, tuple[datetime, Mapping[str, Any]]] = {}

    def learn(self, channel_id: str, event: FactLearned) -> None:
        """Keep what the platform told by itself."""
        key = _key(channel_id, event.need)
        self._memory.pop(key, None)
        self._records.put(key, json.dumps(dict(event.facts)))

    def find(self, channel: Channel, need: str) -> Mapping[str, Any]:
        """Return the facts. Raises `BadPayload`, `NotSent` or `SendAmbiguous` where they cannot be had."""
        key = _key(channel.id, need)
        now = self._clock()
        remembered = self._memory.get(key)
        if remembered and remembered[0] > now:
            return remembered[1]
        record = self._records.get(key, now)
        facts = json.loads(record.value) if record else self._ask(channel, need, key, now)
        if len(self._memory) >= _MEMORY_LIMIT:
            self._memory.clear()
        self._memory[key] = (now + REMEMBERED_FOR, facts)
        return facts

    def _ask(self, channel: Channel, need: str, key: str, now: datetime) -> Mapping[str, Any]:
        spoken = platform(channel.platform)
        if not isinstance(spoken, Resolving):
            raise BadPayload(f"{channel.platform} answers no questions")
        response = self._send(spoken.lookup(need, channel))
        facts, hold = spoken.read_lookup(need, response)
        self._records.put(key, json.dumps(dict(facts)), expires_at=now + hold)
        return facts


def _key(channel_id: str, need: str) -> str:
    return f"fact:{channel_id}:{need}"
