"""Weeks as owners write them: each day once."""

from collections.abc import Iterator
from typing import Any

from chalicelib.core.errors import Mistake
from chalicelib.policies.documents import Document, Route
from chalicelib.policies.hours import DAYS, parse_days


def days_twice(document: Document, route: Route, week: Any) -> Iterator[Mistake]:
    """Yield a mistake for every day that a week names again; what cannot be read is for the schema to say."""
    named: set[int] = set()
    for key in week if isinstance(week, dict) else ():
        try:
            days = set(parse_days(key))
        except ValueError:
            continue
        if twice := sorted(days & named):
            problem = f"{DAYS[twice[0]]} has hours already"
            yield document.mistake((*route, key), problem, "Name each day once")
        named |= days
