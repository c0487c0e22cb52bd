"""Small cases and entries for the tests of the stores."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.core.case import Case, Clock, ClockKind, Status, case_id
from chalicelib.core.message import Customer, Thread
from chalicelib.core.timeline import Entry, Why

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ANNA = Customer(id="anna", name="Anna")


def after(**span: float) -> datetime:
    return NOW + timedelta(**span)


def a_case(
    key: str = "t1", number: int = 1, *, channel: str = "shop", place: str = "", **fields: Any
) -> Case:
    thread = Thread(channel=channel, key=key, place=place)
    return Case(id=case_id(thread, number), thread=thread, customer=ANNA, **fields)


def an_open_case(key: str = "t1", **fields: Any) -> Case:
    return a_case(key, status=Status.OPEN, opened_at=NOW, **fields)


def due_at(*moments: datetime) -> tuple[Clock, ...]:
    return tuple(Clock(kind=ClockKind.ACK, from_at=NOW, due_at=at, reckoning="15m") for at in moments)


def said(text: str, message_id: str = "m1", **facts: str) -> Entry:
    return Entry(at=NOW, why=Why.CUSTOMER_WROTE, text=text, message_id=message_id, facts=facts)
