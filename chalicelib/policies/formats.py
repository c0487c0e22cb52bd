"""The words owners may write in a field: durations, hours, days, zones, countries, names of secrets."""

import re
from datetime import date
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from jsonschema import FormatChecker

from chalicelib.core.message import Category, Surface
from chalicelib.core.policy import Time, parse_duration
from chalicelib.platforms import PLATFORMS
from chalicelib.policies.hours import NEVER, parse_days, parse_hours

_SECRET_NAME = re.compile(r"[A-Z][A-Z0-9_]{1,63}")

checker = FormatChecker(formats=())


@checker.checks("duration", raises=ValueError)
def duration(value: object) -> bool:
    """A length of calendar or business time."""
    return not isinstance(value, str) or bool(parse_duration(value))


@checker.checks("clock-duration", raises=ValueError)
def clock_duration(value: object) -> bool:
    """A length of calendar time."""
    if isinstance(value, str) and parse_duration(value).time is not Time.CALENDAR:
        raise ValueError("only calendar time makes sense here; write `90s`, `15m` or `24h`")
    return True


@checker.checks("window", raises=ValueError)
def window(value: object) -> bool:
    """A duration, or `never`."""
    return value == NEVER or duration(value)


@checker.checks("hours", raises=ValueError)
def hours(value: object) -> bool:
    """Opening hours of a day."""
    return not isinstance(value, str) or bool(parse_hours(value)) or value == "closed"


@checker.checks("days", raises=ValueError)
def days(value: object) -> bool:
    """A day of the week or a range of days."""
    return not isinstance(value, str) or bool(parse_days(value))


@checker.checks("date", raises=ValueError)
def a_date(value: object) -> bool:
    """A date."""
    if isinstance(value, str):
        try:
            date.fromisoformat(value)
        except ValueError:
            raise ValueError("write a date such as `2026-12-24`") from None
    return True


@checker.checks("timezone", raises=ValueError)
def timezone(value: object) -> bool:
    """An IANA time zone."""
    if isinstance(value, str) and value not in available_timezones():
        raise ValueError("there is no such time zone; write one such as `Europe/Warsaw`")
    return not isinstance(value, str) or bool(ZoneInfo(value))


@checker.checks("country", raises=ValueError)
def country(value: object) -> bool:
    """A country whose public holidays are known."""
    import holidays  # a tenth of a second, paid only where a file names a country

    if isinstance(value, str) and value not in holidays.list_supported_countries():
        raise ValueError("no holidays are known for this; write a country such as `PL`, `HR`, `GB` or `US`")
    return True


@checker.checks("platform", raises=ValueError)
def a_platform(value: object) -> bool:
    """A platform of the registry."""
    if isinstance(value, str) and value not in PLATFORMS:
        raise ValueError(f"there is no such platform; write one of {', '.join(sorted(PLATFORMS))}")
    return True


@checker.checks("secret-name", raises=ValueError)
def secret_name(value: object) -> bool:
    """The name of a secret, which must not look like a value."""
    if isinstance(value, str) and not _SECRET_NAME.fullmatch(value):
        raise ValueError(
            "write the name of a secret in capitals, such as `TELEGRAM_TOKEN`; its value goes into .env"
        )
    return True


@checker.checks("url", raises=ValueError)
def url(value: object) -> bool:
    """A web address."""
    if isinstance(value, str) and (
        urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc
    ):
        raise ValueError("write a web address such as `https://bot-api.example.com`")
    return True


@checker.checks("surface", raises=ValueError)
def surface(value: object) -> bool:
    """One surface; a list of them is checked item by item."""
    return _one_of(value, tuple(Surface))


@checker.checks("category", raises=ValueError)
def category(value: object) -> bool:
    """One category; a list of them is checked item by item."""
    return _one_of(value, tuple(Category))


def _one_of(value: object, allowed: tuple[str, ...]) -> bool:
    if isinstance(value, str) and value not in allowed:
        raise ValueError(f"write one of {', '.join(allowed)}")
    return True
