"""What the business says: human replies, our own messages and their echoes (R1, R2, R3, R7, R21)."""

from datetime import datetime

from chalicelib.core import clocks, events, outbox
from chalicelib.core.case import Case, Owed, Response
from chalicelib.core.decision import Decision
from chalicelib.core.message import answers
from chalicelib.core.policy import Policy
from chalicelib.core.timeline import Why


def human_replied(d: Decision, event: events.HumanReplied, policy: Policy, now: datetime) -> Decision:
    """A person answered in the platform's own app."""
    if is_to_another(d.case, event.to):
        return replied_to_another(d, event)
    d = d.note(Why.HUMAN_REPLIED, event.at, text=event.text, message_id=event.message_id)
    return responded(d, event.at, policy, now, assumed=False)


def responded(
    d: Decision,
    at: datetime,
    policy: Policy,
    now: datetime,
    *,
    assumed: bool,
    known_until: datetime | None = None,
) -> Decision:
    """Stop the reply clocks, and cancel every automatic message that has not left yet (R3, R21).

    With `known_until`, the newest of what a person saw who replied on the desk, what was asked later is
    answered only if it was surely asked before `at`.
    """
    owed = d.case.owed
    d = d.set(last_human_at=latest(d.case.last_human_at, at))
    if owed is None:
        return _kept(d, at) if d.case.promise else d
    left = tuple(m for m in owed.messages if not _is_answered(m.at, at, known_until))
    if len(left) == len(owed.messages):
        return d
    d = _measured(d, owed, at, policy, now, assumed=assumed)
    d = outbox.cancel_automatic(d, now, "human_replied")
    d = d.set(owed=Owed(since=left[0].at, messages=left) if left else None, seen=not left)
    d = _kept(d, at).set(promises_made=0, misses=0)
    return d.note(Why.CLOCK_STARTED, now, since=left[0].at.isoformat()) if left else d


def _is_answered(asked_at: datetime, replied_at: datetime, known_until: datetime | None) -> bool:
    if known_until is None:
        return asked_at <= replied_at
    return asked_at <= known_until or answers(replied_at, asked_at)


def _kept(d: Decision, at: datetime) -> Decision:
    """A person has written: what was promised before then has been kept."""
    promise = d.case.promise
    later = promise if promise and promise.made_at > at else None
    return d.set(promise=later, update_from=latest(d.case.update_from, at))


def _measured(
    d: Decision, owed: Owed, at: datetime, policy: Policy, now: datetime, *, assumed: bool
) -> Decision:
    due_at, _ = clocks.response_due(d.case, owed, policy)
    response = Response(
        first=d.case.first_response is None,
        started_at=clocks.response_start(d.case, owed),
        replied_at=at,
        due_at=due_at,
        assumed=assumed,
    )
    d = d.set(first_response=d.case.first_response or response, last_response=response)
    return d.note(
        Why.RESPONSE_MET if response.met else Why.RESPONSE_LATE,
        now,
        which="first" if response.first else "next",
        took=str(int(response.took.total_seconds())),
        due=response.due_at.isoformat() if response.due_at else "",
        assumed="yes" if assumed else "",
    )


def is_to_another(case: Case, to: str) -> bool:
    """Return whether words of the business answer somebody else in the customer's thread (R3)."""
    return bool(to) and bool(case.customer.id) and not case.is_customer(to)


def replied_to_another(d: Decision, event: events.HumanReplied | events.MessageEchoed) -> Decision:
    """Note words to somebody else: they are no reply to the customer (R3)."""
    return d.note(Why.REPLIED_TO_ANOTHER, event.at, text=event.text, message_id=event.message_id)


def latest(one: datetime | None, other: datetime) -> datetime:
    """Return the later of two times, of which the first may be unknown."""
    return other if one is None else max(one, other)
