"""Two threads of one person: one case speaks for both, and the link can be taken back (R17)."""

from datetime import datetime

from chalicelib.core import events, incoming, outbox, replies
from chalicelib.core.case import CloseReason, Owed, Status
from chalicelib.core.decision import Decision
from chalicelib.core.errors import NotAllowed
from chalicelib.core.policy import Policy
from chalicelib.core.timeline import Why


def linked(d: Decision, event: events.ThreadLinked, _policy: Policy, now: datetime) -> Decision:
    """This thread falls silent: what is planned is cancelled, another case speaks for it."""
    if d.case.linked_to == event.to:
        return d
    if event.to == d.case.thread:
        raise NotAllowed("A thread cannot be linked to itself")
    d = outbox.cancel_automatic(d, now, "linked")
    if d.case.status is Status.OPEN:
        d = d.set(status=Status.CLOSED, closed_at=now, close_reason=CloseReason.LINKED)
    d = d.set(linked_to=event.to, owed=None, promise=None, paused_at=None)
    return d.note(Why.LINKED, now, to=event.to.key, by=event.by)


def joined(d: Decision, event: events.CaseJoined, policy: Policy, now: datetime) -> Decision:
    """This case speaks for another thread, too; the earlier of what is owed in both rules."""
    d = d.note(Why.JOINED, now, thread=event.thread.key, by=event.by)
    d = d.set(address={**event.address, **d.case.address})
    if event.private_at and not event.thread.public and d.case.thread.public:
        d = d.set(private_at=replies.latest(d.case.private_at, event.private_at))
    if not event.messages:
        return d
    owed = d.case.owed
    messages = tuple(sorted((*(owed.messages if owed else ()), *event.messages), key=lambda m: m.at))
    d = incoming.opened(d, messages[0].at, now)
    kept = messages[: incoming.MESSAGES_REMEMBERED]
    settled = owed.settled if owed else False
    d = d.set(owed=Owed(since=kept[0].at, messages=kept, settled=settled))
    return incoming.matched(d, policy, now)


def unlinked(d: Decision, event: events.ThreadUnlinked, _policy: Policy, now: datetime) -> Decision:
    """The thread has a case of its own again, from its next message on."""
    if d.case.linked_to is None:
        raise NotAllowed("This case is not linked")
    return d.set(linked_to=None).note(Why.UNLINKED, now, by=event.by)
