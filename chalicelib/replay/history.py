"""A case as it was lived: its timeline read back into the events it came from, and as a line of a file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.core import events
from chalicelib.core.case import Case, CloseReason
from chalicelib.core.effects import Wording
from chalicelib.core.errors import HearbackError
from chalicelib.core.message import Customer, Thread
from chalicelib.core.timeline import Entry, Why
from chalicelib.replay.play import Happening
from chalicelib.store.items import ERASED

_FORMAT = 1
_NOT_REASONS = frozenset({CloseReason.LINKED, CloseReason.CUSTOMER_SILENT, CloseReason.WITHDRAWN})


class BadHistory(HearbackError):
    """A line of an exported file is not what `case export` writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One case and everything that happened to it until `until` (UTC).

    `customer` is the platform's id of the person, without their name; `address` is what tells how long the
    platform lets anybody write.
    """

    case_id: str
    thread: Thread
    customer: str
    until: datetime
    timeline: tuple[Entry, ...]
    previous: str = ""
    address: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(case: Case, timeline: Sequence[Entry], until: datetime) -> "History":
        """Return the history of a case out of the store."""
        return History(
            case_id=case.id,
            thread=case.thread,
            customer=case.customer.id,
            until=until,
            timeline=tuple(timeline),
            previous=case.previous,
            address=case.address,
        )

    def beginning(self) -> Case:
        """Return the case as it was before anything had happened."""
        return Case(
            id=self.case_id,
            thread=self.thread,
            customer=Customer(id=self.customer),
            address=self.address,
            previous=self.previous,
        )

    def to_json(self) -> str:
        """Return the history as one line of JSON; it holds customers' words."""
        return json.dumps({"format": _FORMAT, **msgspec.to_builtins(self)}, ensure_ascii=False)

    @staticmethod
    def from_json(line: str) -> "History":
        """Return the history that `to_json` wrote. Raises `BadHistory`."""
        try:
            data = json.loads(line)
            if data.pop("format") != _FORMAT:
                raise BadHistory("it was written by another version of Hearback: export it again")
            return msgspec.convert(data, History)
        except (AttributeError, KeyError, TypeError, ValueError, msgspec.ValidationError):
            raise BadHistory("it is no line of `hearback case export`") from None


def happenings(history: History) -> list[Happening]:
    """Return what customers and people did, in the order of time; what Hearback did follows from it.

    What was said in a linked thread is part of the timeline, the link itself is not replayed.
    """
    found = list(_happenings(history))
    # The same moment keeps its order: a message, then what was made of it.
    return sorted(found, key=lambda event: event.at)


def _happenings(history: History) -> Iterator[Happening]:
    promised: set[tuple[str, str]] = set()
    told = {
        entry.at
        for entry in history.timeline
        if entry.why is Why.PLANNED and entry.facts.get("wording") == Wording.PROMISE
    }
    for number, entry in enumerate(history.timeline):
        identifier = f"{history.case_id}:{number}"
        if entry.why is Why.PROMISED:
            key = (entry.facts["due"], entry.facts.get("by", ""))
            if key[1] and key not in promised:
                promised.add(key)
                yield _promised(entry, history, identifier, tell=entry.at in told)
        elif event := _of_customer(entry, history, identifier) or _of_people(entry, history, identifier):
            yield event


def _of_customer(entry: Entry, history: History, identifier: str) -> Happening | None:
    common: dict[str, Any] = {
        "id": identifier,
        "at": entry.at,
        "thread": history.thread,
        "customer": Customer(id=history.customer),
    }
    said: dict[str, Any] = {**common, "message_id": entry.message_id, "text": entry.text}
    match entry.why:
        case Why.CUSTOMER_WROTE:
            kinds = tuple(entry.facts.get("attachments", "").split())
            return events.CustomerWrote(**said, attachments=kinds)
        case Why.CUSTOMER_EDITED:
            return events.MessageEdited(**said)
        case Why.CUSTOMER_DELETED:
            return events.MessageDeleted(**common, message_ids=(entry.message_id,))
        case Why.CONTROL_LOST | Why.CONTROL_REGAINED:
            return events.ControlChanged(**common, in_control=entry.why is Why.CONTROL_REGAINED)
        case Why.AUTOMATION_WROTE if entry.facts.get("sign"):
            return events.AutomationWrote(**said, sign=entry.facts["sign"])
        case Why.AUTOMATION_WROTE | Why.HUMAN_REPLIED:
            return _of_business(entry, said)
    return None


def _of_business(entry: Entry, fields: Mapping[str, Any]) -> Happening:
    if entry.why is Why.AUTOMATION_WROTE:
        return events.MessageEchoed(**fields, otherwise=events.Speaker.AUTOMATION)
    if entry.facts.get("assumed"):
        return events.MessageEchoed(**fields, otherwise=events.Speaker.UNKNOWN)
    return events.HumanReplied(**fields)


def _of_people(entry: Entry, history: History, identifier: str) -> Happening | None:
    by = entry.facts.get("by", "")
    common: dict[str, Any] = {"id": identifier, "at": entry.at, "case_id": history.case_id, "by": by}
    match entry.why:
        case Why.REPLY_SUBMITTED:
            return events.ReplySubmitted(**common, text=entry.text)
        case Why.APPROVED:
            return events.AckApproved(**common, key=entry.facts["delivery"], approved=True)
        case Why.CANCELLED if entry.facts.get("reason") == "not_approved":
            return events.AckApproved(**common, key=entry.facts["delivery"], approved=False)
        case Why.PAUSED:
            return events.CustomerAwaited(**common)
        case Why.CASE_SEEN:
            return events.CaseSeen(**common)
        case Why.CASE_ASSIGNED:
            return events.CaseAssigned(**common, to=entry.facts.get("to", ""))
        case Why.CLOSED if by:
            return events.CaseClosed(**common, reason=_reason(entry.facts.get("reason", "")))
    return None


def _promised(entry: Entry, history: History, identifier: str, *, tell: bool) -> Happening:
    return events.PromiseMade(
        id=identifier,
        at=entry.at,
        case_id=history.case_id,
        by=entry.facts["by"],
        due_at=datetime.fromisoformat(entry.facts["due"]),
        tell=tell,
    )


def _reason(name: str) -> CloseReason | None:
    known = name in {reason.value for reason in CloseReason if reason not in _NOT_REASONS}
    return CloseReason(name) if known else None


def is_gone(event: Happening) -> bool:
    """Return whether the words of a message are no longer kept: it counts as an ordinary message."""
    return isinstance(event, events.CustomerWrote | events.MessageEdited) and event.text == ERASED
