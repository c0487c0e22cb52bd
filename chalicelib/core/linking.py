"""Two threads of one person: one case speaks for both, and the link can be taken back (R17)."""

from datetime import datetime

from chalicelib.core import events, incoming, outbox, replies
from chalicelib.core.case import CloseReason, Owed, Promise, Status
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
    """This case speaks for another thread, too; the earlier of what is owed and promised in both rules."""
    case = d.case
    d = d.note(Why.JOINED, now, thread=event.thread.key, by=event.by)
    d = d.set(
        address={**event.address, **case.address},
        also_customers=(*case.also_customers, event.customer.id),
        also_places=(*case.also_places, event.thread.place) if event.thread.place else case.also_places,
        last_ack_at=_latest(case.last_ack_at, event.acked_at),
    )
    d = _heard(d, event)
    if event.replied_at:
        # Words of a person there answer what was asked here before them (R3); what is still owed there they
        # did not answer.
        d = replies.responded(d, event.replied_at, policy, now, assumed=False)
    return _owed_in_both(d, event, policy, now) if event.messages else d


def _heard(d: Decision, event: events.CaseJoined) -> Decision:
    case = d.case
    d = d.set(last_customer_at=_latest(case.last_customer_at, event.wrote_at))
    if not event.thread.public and case.thread.public:
        d = d.set(private_at=_latest(case.private_at, event.wrote_at))
    return d


def _owed_in_both(d: Decision, event: events.CaseJoined, policy: Policy, now: datetime) -> Decision:
    owed = d.case.owed
    messages = tuple(sorted((*(owed.messages if owed else ()), *event.messages), key=lambda m: m.at))
    d = incoming.opened(d, messages[0].at, now)
    settled = event.settled or (owed is not None and owed.settled)
    kept = messages[: incoming.MESSAGES_REMEMBERED]
    d = d.set(owed=Owed(since=kept[0].at, messages=kept, settled=settled))
    known = d.case.promise
    if event.promised_at and (known is None or not known.told or event.promised_at < known.due_at):
        d = d.set(promise=Promise(due_at=event.promised_at, made_at=now), update_from=now)
    elif settled and d.case.update_from is None:
        d = d.set(update_from=now)
    return incoming.matched(d, policy, now)


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)


def unlinked(d: Decision, event: events.ThreadUnlinked, _policy: Policy, now: datetime) -> Decision:
    """The thread has a case of its own again, from its next message on."""
    if d.case.linked_to is None:
        raise NotAllowed("This case is not linked")
    return d.set(linked_to=None).note(Why.UNLINKED, now, by=event.by)


def parted(d: Decision, event: events.CaseParted, _policy: Policy, now: datetime) -> Decision:
    """This case speaks for its own thread alone again, and no word of it takes the other way."""
    case = d.case
    ways = {name: value for name, value in case.address.items() if event.address.get(name) != value}
    d = d.set(
        address=ways,
        also_customers=tuple(one for one in case.also_customers if one != event.customer.id),
        also_places=tuple(one for one in case.also_places if one != event.thread.place),
        private_at=case.private_at if event.thread.public else None,
    )
    return d.note(Why.PARTED, now, thread=event.thread.key, by=event.by)
