"""How far this machine's clock is from that of a server, which says its time in every answer."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from chalicelib import explain

ALLOWED = timedelta(seconds=30)
"""Platforms refuse signatures whose time is minutes off; a clock kept by NTP is right to the second."""

REMEDY = "let the system set its time by the network (NTP)"


def of(headers: Mapping[str, str], asked: datetime, answered: datetime) -> timedelta | None:
    """Return how far this machine is ahead of a server, None where its answer does not tell.

    `asked` and `answered` are this machine's times in UTC.
    """
    try:
        told = parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return asked + (answered - asked) / 2 - told


def in_words(skew: timedelta, measure: str) -> str:
    """Return how far this machine is from a measure, such as `3 min ahead of the time of api.example`."""
    if abs(skew) <= ALLOWED:
        return f"agrees with {measure}"
    return f"{explain.length(abs(skew))} {'ahead of' if skew > timedelta() else 'behind'} {measure}"
