"""A timeline read back into what happened, and as a line of a file."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from hypothesis import given

from chalicelib.core import events
from chalicelib.core.case import CloseReason
from chalicelib.core.events import Speaker
from chalicelib.core.timeline import Entry, Why
from chalicelib.replay.history import BadHistory, History, happenings, is_gone
from chalicelib.replay.play import Happening
from chalicelib.store.items import ERASED
from tests import builders as b
from tests.store.arbitrary import timelines


def lived(*timeline: Entry) -> History:
    return History(
        case_id="t.1", thread=b.THREAD, customer="anna", until=b.after(days=1), timeline=tuple(timeline)
    )


def entry(why: Why, at: datetime = b.NOON, text: str = "", message_id: str = "m1", **facts: str) -> Entry:
    return Entry(at=at, why=why, text=text, message_id=message_id, facts=facts)


def the_event(why: Why, text: str = "", **facts: str) -> Happening:
    made = Entry(at=b.NOON, why=why, text=text, message_id="m1", facts=facts)
    [event] = happenings(lived(made))
    return event


def kinds(found: Sequence[Happening]) -> list[type]:
    return [type(event) for event in found]


@given(timeline=timelines)
def test_a_history_survives_its_own_line(timeline: tuple[Entry, ...]) -> None:
    history = lived(*timeline)

    assert History.from_json(history.to_json()) == history
    assert "\n" not in history.to_json()


@pytest.mark.parametrize("line", ["", "[]", "{", '{"format": 1}', '"x"', "{}", '{"format": 1, "case_id": 3}'])
def test_what_is_no_line_of_an_export_is_refused(line: str) -> None:
    with pytest.raises(BadHistory):
        History.from_json(line)


def test_a_line_of_another_version_is_told_as_such() -> None:
    line = lived().to_json().replace('"format": 1', '"format": 2')

    with pytest.raises(BadHistory, match="export it again"):
        History.from_json(line)


def test_a_message_is_written_again_with_what_came_with_it() -> None:
    event = the_event(Why.CUSTOMER_WROTE, text="Hello?", attachments="image sticker")

    assert isinstance(event, events.CustomerWrote)
    assert (event.text, event.attachments) == ("Hello?", ("image", "sticker"))


@pytest.mark.parametrize(
    ("why", "facts", "kind"),
    [
        (Why.CUSTOMER_EDITED, {}, events.MessageEdited),
        (Why.CUSTOMER_DELETED, {}, events.MessageDeleted),
        (Why.HUMAN_REPLIED, {}, events.HumanReplied),
        (Why.HUMAN_REPLIED, {"assumed": "yes"}, events.MessageEchoed),
        (Why.AUTOMATION_WROTE, {}, events.MessageEchoed),
        (Why.AUTOMATION_WROTE, {"sign": "auto-submitted"}, events.AutomationWrote),
        (Why.CONTROL_LOST, {}, events.ControlChanged),
        (Why.REPLY_SUBMITTED, {"by": "anna"}, events.ReplySubmitted),
        (Why.APPROVED, {"by": "anna", "delivery": "t.1-1"}, events.AckApproved),
        (Why.CANCELLED, {"reason": "not_approved", "delivery": "t.1-1"}, events.AckApproved),
        (Why.PAUSED, {"by": "anna"}, events.CustomerAwaited),
        (Why.CASE_SEEN, {"by": "anna"}, events.CaseSeen),
        (Why.CASE_ASSIGNED, {"by": "anna", "to": "ben"}, events.CaseAssigned),
        (Why.CLOSED, {"by": "anna", "reason": "spam"}, events.CaseClosed),
    ],
)
def test_what_customers_and_people_did_happens_again(why: Why, facts: dict[str, str], kind: type) -> None:
    assert type(the_event(why, **facts)) is kind


@pytest.mark.parametrize(
    "why", [Why.SENT, Why.ALERTED, Why.PLANNED, Why.OPENED, Why.CLOSED, Why.NOTE_ADDED, Why.OURS_ECHOED]
)
def test_what_hearback_did_is_left_to_it(why: Why) -> None:
    assert happenings(lived(entry(why))) == []


def test_an_assumed_reply_is_judged_again_by_the_files_r3() -> None:
    event = the_event(Why.HUMAN_REPLIED, assumed="yes")

    assert isinstance(event, events.MessageEchoed) and event.otherwise is Speaker.UNKNOWN


def test_a_case_closed_by_a_person_keeps_its_reason() -> None:
    event = the_event(Why.CLOSED, by="anna", reason="handled_by_phone")

    assert isinstance(event, events.CaseClosed) and event.reason is CloseReason.HANDLED_BY_PHONE


def test_a_promise_of_a_person_is_made_once_and_told_where_it_was() -> None:
    due = b.after(hours=3).isoformat()
    timeline = [
        entry(Why.PROMISED, due=due, by="anna"),
        entry(Why.PLANNED, wording="promise"),
        entry(Why.PROMISED, at=b.after(seconds=2), due=due, by="anna"),
    ]
    [event] = happenings(lived(*timeline))

    assert isinstance(event, events.PromiseMade) and event.tell


def test_a_promise_kept_to_oneself_is_not_told() -> None:
    [event] = happenings(lived(entry(Why.PROMISED, due=b.after(hours=3).isoformat(), by="anna")))

    assert isinstance(event, events.PromiseMade) and not event.tell


def test_a_promise_of_hearback_is_left_to_it() -> None:
    assert happenings(lived(entry(Why.PROMISED, due=b.after(hours=3).isoformat(), by=""))) == []


def test_what_arrived_late_happens_in_the_order_of_its_time_r4() -> None:
    late = [entry(Why.CUSTOMER_WROTE, at=b.after(minutes=5)), entry(Why.HUMAN_REPLIED, at=b.after(minutes=1))]

    assert kinds(happenings(lived(*late))) == [events.HumanReplied, events.CustomerWrote]


def test_words_that_are_gone_are_known_as_such() -> None:
    gone, kept = happenings(
        lived(entry(Why.CUSTOMER_WROTE, text=ERASED), entry(Why.CUSTOMER_WROTE, text="Hello"))
    )

    assert is_gone(gone) and not is_gone(kept)
