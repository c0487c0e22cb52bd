"""Machines that answer machines: who sounds like one gets no second automatic message (R20). Pure.

Platforms that tell a machine say so (`AutomationWrote`). For the others there are signs in what is written
and when. They can be wrong, so nobody is left unheard for them: what is owed stays owed and people are
called; only Hearback itself falls silent after its first message.
"""

from datetime import datetime, timedelta

from chalicelib.core.case import Case
from chalicelib.core.effects import DeliveryStatus
from chalicelib.core.events import CustomerWrote

TOO_FAST = timedelta(seconds=3)
"""Nobody reads and answers in less."""

SAME_WITHIN = timedelta(minutes=10)
"""The same words so soon again, with a message of ours between, are those of a machine."""


def sign(case: Case, event: CustomerWrote) -> str:
    """Return what in a message sounds like a machine: declared, too_fast or same_text; else an empty text."""
    if event.understanding.automatic:
        return "declared"
    said_at = last_said_at(case)
    if said_at is None or event.at < said_at:
        return ""
    if event.at - said_at < TOO_FAST:
        return "too_fast"
    return "same_text" if _said_before(case, event, said_at) else ""


def last_said_at(case: Case) -> datetime | None:
    """Return when the newest automatic message went out, None where there is none."""
    sent = (d.settled_at for d in case.outbox if d.automatic and d.status is DeliveryStatus.SENT)
    return max((at for at in sent if at), default=None)


def _said_before(case: Case, event: CustomerWrote, said_at: datetime) -> bool:
    words = " ".join(event.text.split()).casefold()
    before = case.owed.messages if case.owed else ()
    return any(
        message.at <= said_at
        and event.at - message.at <= SAME_WITHIN
        and " ".join(message.text.split()).casefold() == words
        for message in before
        if words
    )
