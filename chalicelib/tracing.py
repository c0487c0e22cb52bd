"""Which webhook the work in hand goes back to: an id that every log line carries on the way to the post.

`cause` is made at intake, or taken from Lambda, never from a request: a customer may not choose it. It
travels in the envelope of a queued event, and rests in the case (`Case.cause`) until a timer goes on with it.
Every entry into the program begins anew, so nothing has to be undone at its end.
"""

import re
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType

from chalicelib.core.case import Case

_NOTHING: Mapping[str, str] = MappingProxyType({})
_TRUSTED = re.compile(r"[0-9A-Za-z-]{8,64}")

_WORD = re.compile(r"[0-9A-Za-z_.-]{1,60}")

_ids: ContextVar[Mapping[str, str]] = ContextVar("ids", default=_NOTHING)


def begin(**ids: str) -> None:
    """Forget what was worked on before; from here on the log lines carry these ids."""
    _ids.set({name: value for name, value in ids.items() if value})


def begin_webhook(request_id: str, channel_id: str) -> None:
    """Begin the way of a webhook, under the id that Lambda gave the request, or a new one."""
    trusted = _TRUSTED.fullmatch(request_id) is not None
    begin(cause=request_id if trusted else secrets.token_hex(8), channel=channel_id)


def note(**ids: str) -> None:
    """Carry more ids from here on; what is known already stays."""
    _ids.set({**{name: value for name, value in ids.items() if value}, **_ids.get()})


def ids() -> Mapping[str, str]:
    """Return the ids of the work in hand."""
    return _ids.get()


def cause() -> str:
    """Return the id of the webhook the work in hand goes back to, empty where it goes back to none."""
    return _ids.get().get("cause", "")


def word(reason: str) -> str:
    """Return a reason as a log may hold it: one plain word, `other` for what a platform told in sentences."""
    return reason if not reason or _WORD.fullmatch(reason) else "other"


def stamped(case: Case, before: Case | None) -> Case:
    """Return a case with the webhook in it that it owes an answer to: the first one of what is unanswered."""
    starts = before is None or (before.owed is None and case.owed is not None)
    return case.changed(cause=cause()) if starts and cause() else case
