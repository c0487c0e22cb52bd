"""Events on their way through the queue: the channel, the kind, and the event, as JSON."""

import hashlib
from dataclasses import dataclass

import msgspec

from chalicelib.core import events
from chalicelib.core.case import thread_hash
from chalicelib.core.events import CaseEvent, ThreadEvent
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
        FactLearned,
        Unresolved,
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    channel: str
    kind: str
    event: msgspec.Raw


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Envelope).decode
_readers = {name: msgspec.json.Decoder(kind).decode for name, kind in _KINDS.items()}


def seal(channel: str, event: QueuedEvent) -> QueueMessage:
    """Return an event as a message: one at a time for each thread, and once however often it is put."""
    kind = type(event).__name__
    body = _encode(_Envelope(channel=channel, kind=kind, event=msgspec.Raw(_encode(event)))).decode()
    dedupe = hashlib.sha256(f"{channel}\0{event.id}".encode()).hexdigest()
    return QueueMessage(body=body, group=_group(channel, event), dedupe=dedupe)


def unseal(body: str) -> tuple[str, QueuedEvent]:
    """Return channel and event. Raises `msgspec.DecodeError` or `KeyError` for what `seal` did not write."""
    envelope = _decode(body)
    return envelope.channel, _readers[envelope.kind](envelope.event)


def _group(channel: str, event: QueuedEvent) -> str:
    if isinstance(event, FactLearned):
        return f"facts-{channel}"
    if isinstance(event, CaseEvent):
        return event.case_id.partition(".")[0]
    return thread_hash(event.thread)
