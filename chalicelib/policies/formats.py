"""The words owners may write in a field: durations, hours, days, zones, countries, names of secrets.

Each check looks at text only; whether a field may hold anything else is for its `type` to say.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from jsonschema import FormatChecker

from chalicelib.core.message import Category, Surface
from chalicelib.core.policy import Time, parse_duration
from chalicelib.language.phrases import parse
from chalicelib.platforms import PLATFORMS
from chalicelib.policies import countries, presets
from chalicelib.policies.exceptions import parse_span
from chalicelib.policies.hints import close_to
from chalicelib.policies.hours import NEVER, TOO_LONG_A_NIGHT, parse_days, parse_hours
from chalicelib.policies.roster import parse_dates

_SECRET_NAME = re.compile(r"[A-Z][A-Z0-9_]{1,63}")

checker = FormatChecker(formats=())


def _text(name: str) -> Callable[[Callable[[str], object]], Callable[[str], object]]:
    """Register a check that raises `ValueError` with a sentence for text that will not do."""

    def register(check: Callable[[str], object]) -> Callable[[str], object]:
        def holds(value: object) -> bool:
            if isinstance(value, str):
                check(value)
            return True

        checker.checks(name, raises=ValueError)(holds)
        return check

    return register


_text("hours")(parse_hours)
_text("days")(parse_days)
_text("dates")(parse_span)
_text("days-off")(parse_dates)
_text("country")(countries.check)


@_text("times")
def _times(value: str) -> None:
    if not parse_hours(value):
        raise ValueError("write times of the day such as `18:00-22:00`, several with a comma between")


@_text("duration")
def _duration(value: str) -> None:
    if parse_duration(value).amount == 0:
        raise ValueError("zero is no length of time; write more, such as `15m`")


@_text("clock-duration-or-zero")
def _clock_duration_or_zero(value: str) -> None:
    if parse_duration(value).time is not Time.CALENDAR:
        raise ValueError("only calendar time makes sense here; write `90s`, `15m` or `24h`")


@_text("clock-duration")
def _clock_duration(value: str) -> None:
    _clock_duration_or_zero(value)
    _duration(value)


@_text("window")
def _window(value: str) -> None:
    if value == NEVER:
        return
    if parse_duration(value).amount == 0:
        raise ValueError("write how long people have, such as `15m`, or `never` for no acknowledgement")


_NO_HOURS = frozenset({"none", "never", "off", "no", "closed"})
_NO_QUIET = "Remove the line for no quiet hours, or write hours such as `21:00-8:00`"


@_text("quiet-hours")
def _quiet_hours(value: str) -> None:
    if value.strip().lower() in _NO_HOURS:
        raise ValueError(_NO_QUIET)
    opens, _, closes = value.replace("\u2013", "-").partition("-")
    if opens.strip() == closes.strip():
        raise ValueError(f"these hours end as they begin. {_NO_QUIET}")
    quiet = parse_hours(value)
    if sum(one.closes - one.opens for one in quiet) > TOO_LONG_A_NIGHT:
        raise ValueError("quiet for more than 20 hours a day would hold updates back for ever; write fewer")


@_text("timezone")
def _timezone(value: str) -> None:
    if value not in _zones():
        hint = close_to(value, _zones()) or "Write one such as `Europe/Warsaw`"
        raise ValueError(f"there is no such time zone. {hint}")


@_text("preset")
def _preset(value: str) -> None:
    if value not in presets.names():
        hint = close_to(value, presets.names()) or f"Write one of {', '.join(presets.names())}"
        raise ValueError(f"there is no such preset. {hint}")


_ALIASES: Mapping[str, str] = {
    "messenger": "facebook",
    "fb": "facebook",
    "insta": "instagram",
    "ig": "instagram",
    "wa": "whatsapp",
    "twitter": "x",
    "google": "google_reviews",
    "tg": "telegram",
    "mail": "email",
}
"""What people call the platforms."""


@_text("platform")
def _platform(value: str) -> None:
    if value not in PLATFORMS:
        known = _ALIASES.get(value.strip().lower(), "")
        alias = f"Did you mean `{known}`?" if known in PLATFORMS else ""
        hint = alias or close_to(value, PLATFORMS) or f"Write one of {', '.join(sorted(PLATFORMS))}"
        raise ValueError(f"there is no such platform. {hint}")


@_text("language")
def language(value: str) -> None:
    """A language whose dates and times can be written; raises `ValueError` with a sentence."""
    from babel import localedata  # paid only where files are checked

    if not re.fullmatch("[a-z]{2}", value) or not localedata.exists(value):
        raise ValueError("there is no such language; write two letters such as `en`, `pl`, `hr` or `ru`")


@_text("secret-name")
def _secret_name(value: str) -> None:
    if not _SECRET_NAME.fullmatch(value):
        raise ValueError(
            "write the name of a secret in capitals, such as `TELEGRAM_TOKEN`; its value never stands here"
        )


@_text("url")
def _url(value: str) -> None:
    try:
        parts = urlsplit(value)
        scheme, host = parts.scheme, parts.hostname or ""
    except ValueError:
        scheme, host = "", ""
    if scheme not in ("http", "https") or not host:
        raise ValueError("write a web address such as `https://bot-api.example.com`")
    if scheme == "http" and not _is_this_machine(host):
        raise ValueError("write `https://`: over `http://` everybody on the way can read your token")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@_text("phrases")
def _phrases(value: str) -> None:
    parse([value])


@_text("surface")
def _surface(value: str) -> None:
    _one_of(value, tuple(Surface))


@_text("category")
def _category(value: str) -> None:
    _one_of(value, tuple(Category))


def _one_of(value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(close_to(value, allowed) or f"write one of {', '.join(allowed)}")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
