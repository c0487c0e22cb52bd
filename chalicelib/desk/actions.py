"""What a person does at the desk: every click becomes an event given to `handle`."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from chalicelib import handle, pages, reading
from chalicelib.core.case import CloseReason
from chalicelib.core.errors import NotAllowed, StaleCase, UnknownCase, UnknownChannel
from chalicelib.core.events import (
    AckApproved,
    CaseAssigned,
    CaseClosed,
    CaseEvent,
    CaseSeen,
    CustomerAwaited,
    NoteAdded,
    PromiseMade,
    ReplySubmitted,
)
from chalicelib.desk import rooms
from chalicelib.desk.session import Session
from chalicelib.platforms.contract import Answer
from chalicelib.ports import Ports
from chalicelib.reading import View

Fields = Mapping[str, str]

_BUSY = "Too much is happening in this case at once: please try again"


def act(case_id: str, fields: Fields, person: Session, ports: Ports) -> Answer:
    """Carry out what a form asks for; what the rules forbid is said beside the form, and no word is lost."""
    action = fields.get("action", "")
    try:
        _carry_out(action, reading.look(case_id, ports), fields, person, ports)
    except NotAllowed as error:
        return rooms.case(case_id, person, ports, error=str(error), typed={action: fields.get("text", "")})
    except StaleCase:
        return rooms.case(case_id, person, ports, error=_BUSY, typed={action: fields.get("text", "")})
    except (UnknownCase, UnknownChannel):
        return pages.render("desk/missing.html", ports, status=404, person=person)
    return pages.redirect("/desk" if action == "close" else f"/desk/cases/{case_id}?said={action}", ports)


def mark_seen(case_id: str, person: Session, ports: Ports) -> None:
    """Remember that a person has looked at a case, so that texts may truthfully say so (R22, R28)."""
    # No id: what is new is looked at anew, and a look at what was seen before changes nothing.
    event = CaseSeen(id="", at=ports.clock(), case_id=case_id, by=person.name)
    with suppress(UnknownCase, UnknownChannel):
        handle.apply(event, ports)


def _carry_out(action: str, view: View, fields: Fields, person: Session, ports: Ports) -> None:
    if action == "link":
        thread = reading.thread_to_link(_case_id(fields), view, ports)
        handle.link(view.case.id, thread, ports, by=person.name)
    elif action == "unlink":
        handle.unlink(view.case.id, ports, by=person.name)
    else:
        handle.apply(event_of(action, view, fields, person.name, ports.clock()), ports)


def event_of(action: str, view: View, fields: Fields, by: str, now: datetime) -> CaseEvent:
    """Return the event a form stands for. Raises `NotAllowed` with a sentence for the person.

    The form's own id is the event's, so that a form sent twice acts once.
    """
    case_id = view.case.id
    identifier = f"form:{fields.get('form_id', '')[:64]}"
    match action:
        case "reply":
            text = reading.sendable(_words(fields), view)
            return ReplySubmitted(id=identifier, at=now, case_id=case_id, by=by, text=text)
        case "note":
            text = reading.keepable(_words(fields))
            return NoteAdded(id=identifier, at=now, case_id=case_id, by=by, text=text)
        case "promise":
            due_at = _moment(fields.get("due_at", ""), view.policy.calendar.zone)
            tell = fields.get("tell") == "yes"
            return PromiseMade(id=identifier, at=now, case_id=case_id, by=by, due_at=due_at, tell=tell)
        case "approve" | "reject":
            key, approved = reading.approvable(view), action == "approve"
            return AckApproved(id=identifier, at=now, case_id=case_id, by=by, key=key, approved=approved)
        case "wait":
            return CustomerAwaited(id=identifier, at=now, case_id=case_id, by=by)
        case "take":
            return CaseAssigned(id=identifier, at=now, case_id=case_id, by=by, to=by)
        case "assign":
            to = reading.keepable_name(fields.get("to", ""))
            return CaseAssigned(id=identifier, at=now, case_id=case_id, by=by, to=to)
        case "close":
            return CaseClosed(id=identifier, at=now, case_id=case_id, by=by, reason=_reason(fields))
    raise NotAllowed("There is no such action")


def _words(fields: Fields) -> str:
    return fields.get("text", "").replace("\r\n", "\n").strip()


def _moment(text: str, zone: str) -> datetime:
    try:
        wall = datetime.fromisoformat(text)
        return wall.replace(tzinfo=wall.tzinfo or ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotAllowed("Please choose a day and a time") from None


def _case_id(fields: Fields) -> str:
    """Return the id of a case from what was typed, which may be the address of its page."""
    address = fields.get("other", "").strip().partition("?")[0].rstrip("/")
    return address.rpartition("/")[2]


def _reason(fields: Fields) -> CloseReason | None:
    reason = fields.get("reason", "")
    if reason and reason not in tuple(CloseReason):
        raise NotAllowed("There is no such reason")
    return CloseReason(reason) if reason else None
