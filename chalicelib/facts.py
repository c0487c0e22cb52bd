"""What platforms have told about accounts, kept in the store and, for a few minutes, in memory."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.errors import BadPayload, NotSent, SendAmbiguous
from chalicelib.platforms import platform
from chalicelib.platforms.besides import Proving, Resolving
from chalicelib.platforms.contract import Channel, FactLearned, Send
from chalicelib.store.contract import Records

REMEMBERED_FOR = timedelta(minutes=5)
"""One read of the store in this time, however many messages hang on the fact."""

ASK_AGAIN = timedelta(seconds=10)
"""A platform that gave no answer is left alone for so long, however many messages hang on it."""

_MEMORY_LIMIT = 1000


class Facts:
    """Answers needs: from memory, from the store, or by asking the platform."""

    def __init__(self, records: Records, send: Send, clock: Callable[[], datetime]) -> None:
        """Take the ports."""
        self._records = records
        self._send = send
        self._clock = clock
        self._memory: dict[str, tuple[datetime, Mapping[str, Any]]] = {}
        self._silent: dict[str, datetime] = {}
        self._asked: set[str] = set()
        self._lock = threading.Lock()

    def learn(self, channel_id: str, event: FactLearned) -> None:
        """Keep what the platform told by itself."""
        key = _key(channel_id, event.need)
        self._memory.pop(key, None)
        self._records.put(key, json.dumps(dict(event.facts)))

    def find(self, channel: Channel, need: str) -> Mapping[str, Any]:
        """Return the facts. Raises `NotSent` while the platform gives no answer that tells them."""
        key = _key(channel.id, need)
        now = self._clock()
        remembered = self._memory.get(key)
        if remembered and remembered[0] > now:
            return remembered[1]
        record = self._records.get(key, now)
        facts = json.loads(record.value) if record else self._ask(channel, need, key)
        if len(self._memory) >= _MEMORY_LIMIT:
            self._memory.clear()
        self._memory[key] = (now + REMEMBERED_FOR, facts)
        return facts

    def _ask(self, channel: Channel, need: str, key: str) -> Mapping[str, Any]:
        spoken = platform(channel.platform)
        if not isinstance(spoken, Resolving | Proving):
            raise BadPayload(f"{channel.platform} answers no questions")
        # A platform that does not answer at all answers none of these questions.
        line = f"{channel.id}:{need.partition(':')[0]}"
        with self._alone_on(line, key):
            try:
                response = self._send(spoken.lookup(need, channel))
            except (NotSent, SendAmbiguous) as error:
                self._leave_alone(line)
                raise NotSent(str(error)) from None
            try:
                facts, hold = spoken.read_lookup(need, response)
            except BadPayload as error:
                self._leave_alone(key)
                raise NotSent(str(error)) from None
        self._records.put(key, json.dumps(dict(facts)), expires_at=self._clock() + hold)
        return facts

    @contextmanager
    def _alone_on(self, line: str, key: str) -> Iterator[None]:
        """Let one ask at a time, so that a platform that hangs holds no more than one worker."""
        now = self._clock()
        if max(self._silent.get(line, now), self._silent.get(key, now)) > now:
            raise NotSent("no_answer_just_now")
        with self._lock:
            if line in self._asked:
                raise NotSent("being_asked")
            self._asked.add(line)
        try:
            yield
        finally:
            self._asked.discard(line)

    def _leave_alone(self, name: str) -> None:
        if len(self._silent) >= _MEMORY_LIMIT:
            self._silent.clear()
        self._silent[name] = self._clock() + ASK_AGAIN


def _key(channel_id: str, need: str) -> str:
    return f"fact:{channel_id}:{need}"
