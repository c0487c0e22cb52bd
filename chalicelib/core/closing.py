"""How a case ends (R9)."""

from datetime import datetime

from chalicelib.core import outbox
from chalicelib.core.case import CloseReason, Status
from chalicelib.core.decision import Decision
from chalicelib.core.timeline import Why


def close(d: Decision, reason: CloseReason, now: datetime, by: str = "") -> Decision:
    """Close the case: nothing runs on, nothing automatic that is not claimed goes out (R9)."""
    d = outbox.cancel_automatic(d, now, "closed")
    d = d.set(
        status=Status.CLOSED,
        closed_at=now,
        close_reason=reason,
        close_proposed=False,
        # A reply that is still on its way out is measured when it arrives.
        owed=d.case.owed if d.case.reply_pending else None,
        promise=None,
        paused_at=None,
        reminded_at=None,
        not_before=None,
    )
    return d.note(Why.CLOSED, now, reason=reason, by=by)
