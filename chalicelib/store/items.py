"""Cases and timelines as JSON, and the keys they are stored under. Pure."""

import hashlib
import heapq
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

import msgspec

from chalicelib.core.case import Case, Status, thread_hash
from chalicelib.core.message import Thread
from chalicelib.core.timeline import Entry
from chalicelib.store.contract import KEPT_FOR, SEEN_FOR, Due

_encode = msgspec.json.Encoder(order="deterministic").encode
_decode_case = msgspec.json.Decoder(Case).decode
_decode_entries = msgspec.json.Decoder(tuple[Entry, ...]).decode

_CASE_ID = re.compile(r"([A-Za-z0-9_-]{1,64})\.([1-9][0-9]{0,7})")

ERASED = "[deleted by the customer]"
SHARDS = 16
"""Of the due index. DynamoDB takes 1,000 write units a second of one shard, and whoever is acknowledged costs
the index 5 to 10 of them: so all together bear 1,600 such messages a second. A sweep is as many queries.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
"""


def case_to_json(case: Case) -> bytes:
    """Return a case as JSON."""
    return _encode(case)


def case_from_json(body: bytes | str) -> Case:
    """Return the case that `case_to_json` wrote."""
    return _decode_case(body)


def entries_to_json(entries: Sequence[Entry]) -> bytes:
    """Return timeline entries as JSON."""
    return _encode(tuple(entries))


def entries_from_json(body: bytes | str) -> tuple[Entry, ...]:
    """Return the entries that `entries_to_json` wrote."""
    return _decode_entries(body)


def erased(entries: Sequence[Entry], message_ids: Sequence[str]) -> tuple[Entry, ...]:
    """Return the entries without the words of these messages."""
    return tuple(replace(e, text=ERASED) if e.text and e.message_id in message_ids else e for e in entries)


def case_key(case_id: str) -> tuple[str, int]:
    """Return thread and number of a case id. Raises `ValueError` for what is not an id."""
    found = _CASE_ID.fullmatch(case_id)
    if found is None:
        raise ValueError(f"{case_id!r} is not the id of a case")
    return found[1], int(found[2])


def thread_key(thread: Thread) -> str:
    """Return the key all cases of a thread share."""
    return thread_hash(thread)


def shard_of(thread: str) -> int:
    """Return which shard of the due index a thread belongs to, the same for ever.

    A thread's key is a digest in hexadecimal, whose letters add up to every remainder equally often.
    """
    return sum(thread.encode()) % SHARDS


def share_of(limit: int) -> int:
    """Return how many of so many due cases each shard gives before any gives more."""
    return max(1, limit // SHARDS)


def shared_out(shards: Sequence[Iterator[Due]], limit: int) -> Iterator[Due]:
    """Yield at most `limit` of what is due in the shards, each of which is oldest first.

    First every shard gives its share, so that one full of cases that are stuck starves no other; then the
    oldest of what is left. No more is taken out of a shard than is yielded, but for one to compare.
    """
    given = 0
    for shard in shards:
        for due in islice(shard, min(share_of(limit), limit - given)):
            given += 1
            yield due
    if given < limit:
        yield from islice(heapq.merge(*shards, key=lambda due: due.due_at), limit - given)


def seen_key(channel: str, event_id: str) -> str:
    """Return the key of an event's id, which is unique on its channel and of any length."""
    return f"{channel}#{hashlib.sha256(event_id.encode()).hexdigest()}"


def seen_until(now: datetime) -> int:
    """Return when an event's id may be forgotten, in seconds since 1970."""
    return int((now + SEEN_FOR).timestamp())


def kept_until(case: Case, now: datetime) -> int | None:
    """Return when a case may be forgotten, in seconds since 1970; never while it is open."""
    return None if case.status is Status.OPEN else int((now + KEPT_FOR).timestamp())


def touched_since(case: Case, since: datetime) -> bool:
    """Return whether a customer or a person did something in a case since a time; idle ones are none."""
    moments = (case.opened_at, case.reopened_at, case.last_customer_at, case.last_human_at, case.closed_at)
    return case.status is not Status.IDLE and any(at is not None and at >= since for at in moments)


def entries_until(now: datetime) -> int:
    """Return when timeline entries may be forgotten, in seconds since 1970."""
    return int((now + KEPT_FOR).timestamp())
