"""What happened, in the past tense. Every time is the platform's event time in UTC (R4)."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from chalicelib.core.case import CloseReason
from chalicelib.core.message import Customer, Lane, Message, Thread, Understanding
from chalicelib.core.values import dataclass


class Speaker(StrEnum):
    """Who wrote for the business where it was not Hearback."""

    HUMAN = "human"
    UNKNOWN = "unknown"
    AUTOMATION = "automation"


class Outcome(StrEnum):
    """What became of an attempt to send.

    It is delayed where it was not its turn yet and nothing was tried, overtaken where a look showed that a
    person was faster.
    """

    SENT = "sent"
    REHEARSED = "rehearsed"
    AMBIGUOUS = "ambiguous"
    RETRY = "retry"
    DELAYED = "delayed"
    REFUSED = "refused"
    WINDOW_CLOSED = "window_closed"
    CHANNEL_PAUSED = "channel_paused"
    UNCERTAIN = "uncertain"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`id` is the same however often the event is delivered."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadEvent(Event):
    """Something a platform reported of a thread; `account` is the business account it names."""

    thread: Thread
    customer: Customer
    address: Mapping[str, str] = field(default_factory=dict)
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerWrote(ThreadEvent):
    """A customer's message; `attachments` names kinds, `standby` says that another app has the thread.

    `in_tree` marks a comment below somebody's comment: whoever is not the customer of the thread's case
    is a bystander there (R18).
    """

    message_id: str
    text: str
    attachments: tuple[str, ...] = ()
    standby: bool = False
    in_tree: bool = False
    understanding: Understanding = field(default_factory=Understanding)


@dataclass(frozen=True, slots=True, kw_only=True)
class BystanderWrote(ThreadEvent):
    """Somebody else wrote in the customer's thread: context, nothing is owed for it (R18)."""

    message_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomationWrote(ThreadEvent):
    """A machine wrote in the customer's place, such as an out-of-office reply: never answered (R20).

    `sign` names what gave it away, never with the sender's words.
    """

    message_id: str
    text: str
    sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited(ThreadEvent):
    """The customer changed a message to `text`."""

    message_id: str
    text: str
    understanding: Understanding = field(default_factory=Understanding)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(ThreadEvent):
    """The customer took messages back."""

    message_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanReplied(ThreadEvent):
    """Words of a person of the business, seen by the customer (R3).

    `to_all` is set in a group where they are to nobody in particular, with `about` to whomever our message
    of that id was for. `to` is the platform's id of whom they answer, empty where it does not tell.
    """

    message_id: str
    text: str
    to_all: bool = False
    about: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEchoed(ThreadEvent):
    """The business account wrote; ours if `nonce` or `message_id` says so, else by `otherwise` (R7).

    `ours` is set where the platform itself tells that it was us, `unmarked` where nothing tells us from
    others: then words that are just on their way out are ours. `to` is the platform's id of whom they
    answer, empty where it does not tell.
    """

    message_id: str
    text: str
    nonce: str = ""
    ours: bool = False
    unmarked: bool = False
    otherwise: Speaker = Speaker.UNKNOWN
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFailed(ThreadEvent):
    """The platform took a message of ours and could not deliver it; `reason` is its code (R34)."""

    message_id: str
    outcome: Outcome
    reason: str
    nonce: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChanged(ThreadEvent):
    """The platform gave the thread to another app, or back to us (R28)."""

    in_control: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadLinked(ThreadEvent):
    """What is said in this thread belongs to the case of the thread `to` from now on (R17)."""

    to: Thread
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent(Event):
    """Something that happened to one case inside the house; `by` names the person."""

    case_id: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseJoined(CaseEvent):
    """Another thread of the same person was linked to this case (R17).

    `messages` is what was owed there, `settled` whether it was acknowledged; `promised_at` is the time the
    customer was promised there, `replied_at` when a person last wrote there. Times are UTC.
    """

    thread: Thread
    customer: Customer
    messages: tuple[Message, ...] = ()
    settled: bool = False
    address: Mapping[str, str] = field(default_factory=dict)
    wrote_at: datetime | None = None
    acked_at: datetime | None = None
    promised_at: datetime | None = None
    replied_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadUnlinked(CaseEvent):
    """A person took the link of a thread back: it has a case of its own again (R17)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseParted(CaseEvent):
    """A thread that was linked to this case has a case of its own again (R17)."""

    thread: Thread
    customer: Customer
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySubmitted(CaseEvent):
    """A person wrote a reply on the desk or the command line; without a `lane`, `lanes` chooses one."""

    text: str
    lane: Lane | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade(CaseEvent):
    """A person set the time by which there will be an answer; `tell` the customer now."""

    due_at: datetime
    tell: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAwaited(CaseEvent):
    """A person marked that it is the customer's turn (R8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(CaseEvent):
    """A person closed the case (R9)."""

    reason: CloseReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSeen(CaseEvent):
    """A person opened the case (R28)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAssigned(CaseEvent):
    """A person took the case or was given it (R28)."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(CaseEvent):
    """A person wrote a note, which never leaves the house (R19)."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AckApproved(CaseEvent):
    """A person let a public acknowledgement go out, or with `approved` false did not (R18)."""

    key: str
    approved: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired(CaseEvent):
    """Time has passed: whatever is due is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChanged(CaseEvent):
    """The owner's files have a new version, of this number (R13)."""

    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusGiven(CaseEvent):
    """A status is in force for all cases of an incident; its words come with the policy (R33)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisTold(CaseEvent):
    """The owner was called at `told_at` (UTC) about all cases of a crisis that are still owed (R33, R34)."""

    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySettled(CaseEvent):
    """An attempt to send has ended; `reason` is the platform's own code, never its text.

    `retry_after` is in seconds; `address` holds what the platform said has changed of it, `called` by name
    and role who took an alert.
    """

    key: str
    attempt: int
    outcome: Outcome
    message_id: str = ""
    reason: str = ""
    retry_after: float | None = None
    address: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)
