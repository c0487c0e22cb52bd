"""Events on their way through the queue: channel, kind, where it came from, and the event, as JSON."""

import hashlib
from datetime import datetime

import msgspec

from chalicelib.core import events
from chalicelib.core.case import thread_hash
from chalicelib.core.events import CaseEvent, ThreadEvent
from chalicelib.core.values import dataclass
from chalicelib.platforms.contract import FactLearned, Unresolved
from chalicelib.queues.contract import QueueMessage

QueuedEvent = ThreadEvent | CaseEvent | Unresolved | FactLearned

_KINDS: dict[str, type[QueuedEvent]] = {
    kind.__name__: kind
    for kind in (
        events.AutomationWrote,
        events.BystanderWrote,
        events.ControlChanged,
        events.CustomerWrote,
        events.HumanReplied,
        events.MessageDeleted,
        events.MessageEchoed,
        events.MessageEdited,
        events.MessageFailed,
        events.PolicyChanged,
        events.StatusGiven,
        events.CrisisTold,
        FactLearned,
        Unresolved,
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    channel: str
    kind: str
    event: msgspec.Raw
    cause: str = ""
    put_at: datetime | None = None


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Envelope).decode
_readers = {name: msgspec.json.Decoder(kind).decode for name, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Origin:
    """The webhook an event came with (`tracing`), and when it was put into the queue (UTC)."""

    cause: str = ""
    put_at: datetime | None = None


_NOWHERE = Origin()


def seal(channel: str, event: QueuedEvent, origin: Origin = _NOWHERE) -> QueueMessage:
    """Return an event as a message: one at a time for each thread, and once however often it is put."""
    envelope = _Envelope(
        channel=channel,
        kind=type(event).__name__,
        event=msgspec.Raw(_encode(event)),
        cause=origin.cause,
        put_at=origin.put_at,
    )
    body = _encode(envelope).decode()
    dedupe = hashlib.sha256(f"{channel}\0{event.id}".encode()).hexdigest()
    return QueueMessage(body=body, group=_group(channel, event), dedupe=dedupe)


def unseal(body: str) -> tuple[str, QueuedEvent]:
    """Return channel and event. Raises `msgspec.DecodeError` or `KeyError` for what `seal` did not write."""
    envelope = _decode(body)
    return envelope.channel, _readers[envelope.kind](envelope.event)


def origin_of(body: str) -> Origin:
    """Return where a message came from; of what `seal` did not write nothing is known."""
    try:
        envelope = _decode(body)
    except msgspec.DecodeError:
        return _NOWHERE
    return Origin(envelope.cause, envelope.put_at)


def _group(channel: str, event: QueuedEvent) -> str:
    if isinstance(event, FactLearned):
        return f"facts-{channel}"
    if isinstance(event, CaseEvent):
        return event.case_id.partition(".")[0]
    return thread_hash(event.thread)
