"""Everything Hearback raises on purpose.

HearbackError
├── BadWebhook                what a platform (or someone posing as one) sent; answered, never a crash
│   ├── BadSignature          401: not proven to come from the platform
│   └── BadPayload            400: proven, but not of the shape the platform documents
├── NotAllowed                a person asked for something the rules forbid; the sentence says what to do
├── UnknownCase               no such case
├── UnknownChannel            no such channel in channels.yaml
├── StoreConflict             a conditional write that somebody else won
│   ├── StaleCase             the case moved on since it was read: read it again
│   └── AlreadySeen           this event was committed before: nothing to do
├── Unavailable               store or queue cannot be reached or have too much to do: later all is well
├── NeverOpens                a calendar without an opening in the next 366 days
├── TextMissing               no text for what is to be said
├── NotSent                   an HTTP request that surely did not reach the other side
│   └── GrantRefused          a platform takes a channel's credentials no more: a person must renew them
├── SendAmbiguous             an HTTP request that may have been carried out
└── BadPolicy                 the owner's files: every error with file, line, field and remedy
"""

from collections.abc import Iterable
from enum import StrEnum

from chalicelib.core.values import dataclass


class HearbackError(Exception):
    """The base of every error Hearback raises on purpose."""


class BadWebhook(HearbackError):
    """A webhook request that is answered with a 4xx and changes nothing."""


class BadSignature(BadWebhook):
    """The request is not proven to come from the platform."""


class BadPayload(BadWebhook):
    """The request is proven, but its body has not the documented shape."""


class NotAllowed(HearbackError):
    """The rules forbid what a person asked for."""


class UnknownCase(HearbackError):
    """There is no case with this id."""


class UnknownChannel(HearbackError):
    """There is no channel with this id in channels.yaml."""


class StoreConflict(HearbackError):
    """A conditional write lost."""


class StaleCase(StoreConflict):
    """The case has changed since it was read."""


class AlreadySeen(StoreConflict):
    """The event has been committed before."""


class Unavailable(HearbackError):
    """The store or a queue is away, locked or overrun; whatever was asked of it is not to blame.

    What was to be written may have been written: as after every lost answer it is read again.
    """


class NeverOpens(HearbackError):
    """A calendar has no opening in the next 366 days (R10)."""


class TextMissing(HearbackError):
    """No text exists for what is to be said."""


class NotSent(HearbackError):
    """The request surely did not reach the other side: it may be sent again."""


class GrantRefused(NotSent):
    """The platform gives no token for a channel's credentials until a person has renewed them (R34).

    Its text is the platform's code.
    """


class SendAmbiguous(HearbackError):
    """The request may have been carried out: it must not be sent again blindly."""


class Severity(StrEnum):
    """What becomes of the owner's files with a mistake in them."""

    ERROR = "error"
    """They do not go live."""
    WARNING = "warning"
    """They go live, and the owner is told."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in the owner's files; `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    field: str
    problem: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Return the mistake as one line an editor can jump to."""
        where = f"{self.file}:{self.line}:{self.column}"
        return f"{where}: {self.severity}: {self.field}: {self.problem}. {self.remedy}"


def in_order(mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """Return each mistake once, by file, line and column."""
    # A file that fits no other may be found out once for each of them.
    return tuple(sorted(dict.fromkeys(mistakes), key=lambda m: (m.file, m.line, m.column)))


class BadPolicy(HearbackError):
    """The owner's files are wrong; all errors are reported at once and nothing is changed."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        """Keep the mistakes in the order of file and line."""
        self.mistakes = in_order(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))
