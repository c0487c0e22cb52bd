"""The owner's rules as data: an ordered list, first match wins, and the numbers that go with them (R12)."""

import re
import unicodedata
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.core import calendar as hours
from chalicelib.core import keywords as matching
from chalicelib.core.calendar import DAYS, Calendar, Interval
from chalicelib.core.incident import StatusText
from chalicelib.core.keywords import Spelling, never_misspelt
from chalicelib.core.message import Category, Formality, Surface
from chalicelib.core.values import dataclass

_CLOCK_UNITS = {"s": 1, "m": 60, "h": 3600}
_BUSINESS_UNITS = {"minute": 60, "hour": 3600}
_CLOCK = re.compile(r"(\d{1,6})\s*([smh])")
_BUSINESS = re.compile(r"(\d{1,4})[\s_]*business_(minute|hour|day)s?")
_TOO_LONG = re.compile(r"\d{5,}\s*_?([smh]|business_(minute|hour|day)s?)")
_SAID = re.compile(r"(\d{1,4})[\s_]*(?:(b\w*s)[\s_]+)?(s|m|h|d)[a-z]*\.?")
_UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day"}


class Time(StrEnum):
    """Which time a duration is counted in (R11)."""

    CALENDAR = "calendar time"
    BUSINESS = "business time"
    BUSINESS_DAYS = "business days"


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as the owner wrote it; `amount` is seconds, or days of `Time.BUSINESS_DAYS`."""

    text: str
    amount: int
    time: Time = Time.CALENDAR

    def __str__(self) -> str:
        """Return the owner's own words."""
        return self.text

    @property
    def length(self) -> timedelta:
        """The elapsed time of a duration in calendar time."""
        return timedelta(seconds=self.amount)

    def after(self, start: datetime, calendar: Calendar) -> datetime:
        """Return the moment this long after `start`. Raises `NeverOpens`."""
        if self.time is Time.CALENDAR:
            return start + self.length
        if self.time is Time.BUSINESS:
            return hours.add_working_time(calendar, start, self.length)
        return hours.add_business_days(calendar, start, self.amount)


def parse_duration(text: str) -> Duration:
    """Read `90s`, `15m`, `24h`, `30 business_minutes`, `2 business_hours` or `1 business_day`.

    Raises `ValueError` with a sentence for the owner; "1 d" is refused, because it might mean
    24 hours or one working day (R10).
    """
    words = text.strip().lower()
    if found := _CLOCK.fullmatch(words):
        return Duration(text.strip(), int(found[1]) * _CLOCK_UNITS[found[2]])
    if found := _BUSINESS.fullmatch(words):
        if found[2] == "day":
            return Duration(text.strip(), int(found[1]), Time.BUSINESS_DAYS)
        return Duration(text.strip(), int(found[1]) * _BUSINESS_UNITS[found[2]], Time.BUSINESS)
    if _TOO_LONG.fullmatch(words):
        raise ValueError("that is too long; write at most `999999h` or `9999 business_days`")
    if re.fullmatch(r"\d+\s*(d|days?)", words):
        raise ValueError("a day may mean two things; write `24h` or `1 business_day`")
    otherwise = "write a duration such as `90s`, `15m`, `24h`, `2 business_hours` or `1 business_day`"
    meant = _meant(words)
    raise ValueError(f"did you mean `{meant}`? Else {otherwise}" if meant else otherwise)


def _meant(words: str) -> str:
    """Return the duration that was probably meant, such as `15m` for "15 minutes", else ""."""
    found = _SAID.fullmatch(words)
    if not found:
        return ""
    amount, business, unit = found[1], found[2], found[3]
    if business:
        name = _UNITS[unit]
        return f"{amount} business_{name}{'' if amount == '1' else 's'}" if unit != "s" else ""
    return f"{amount}{unit}" if unit != "d" else ""


def fold(text: str) -> str:
    """Return `text` without case and diacritics, so that "Żółć" and "zolc" are equal (R12)."""
    plain = text.casefold().translate(_LETTERS_THAT_DO_NOT_DECOMPOSE)
    if plain.isascii():
        return plain
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


_LETTERS_THAT_DO_NOT_DECOMPOSE = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a rule may look at.

    `wrote_at` is when the customer wrote, on the wall clock of the channel; `open` is whether the business
    was open then, and `reopened` whether the case has been closed before (R16).
    """

    channel: str
    platform: str
    surface: Surface
    public: bool
    category: Category
    language: str
    text: str
    wrote_at: datetime
    open: bool
    reopened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """All that must hold for a rule to match; what is empty or None matches everything.

    `time` holds stretches of the local day, `days` counts from Monday; a stretch past midnight belongs to
    the day on which it begins.
    """

    channel: frozenset[str] = frozenset()
    platform: frozenset[str] = frozenset()
    surface: frozenset[str] = frozenset()
    category: frozenset[str] = frozenset()
    language: frozenset[str] = frozenset()
    keywords: tuple[str, ...] = ()
    time: tuple[Interval, ...] = ()
    days: frozenset[int] = frozenset()
    public: bool | None = None
    open: bool | None = None
    reopened: bool | None = None

    def why(self, facts: Facts, alike: Spelling = never_misspelt) -> str | None:
        """Return what matched in words, or None when the rule does not match."""
        reasons = [
            *(self._set(name, facts) for name in _SETS),
            *(self._wish(name, facts) for name in _WISHES),
            self._when(facts.wrote_at),
        ]
        if None in reasons:
            return None
        # The words come last: looking for a misspelt one is the only part that takes time.
        reasons.append(self._words(facts.text, alike))
        if None in reasons:
            return None
        return ", ".join(filter(None, reasons)) or "the default rule"

    def _set(self, name: str, facts: Facts) -> str | None:
        """Return the reason, empty where nothing is asked, None where it does not hold; so below."""
        wanted: frozenset[str] = getattr(self, name)
        found = getattr(facts, name)
        if not wanted:
            return ""
        return f"{name} {found}" if found in wanted else None

    def _wish(self, name: str, facts: Facts) -> str | None:
        wish: bool | None = getattr(self, name)
        if wish is None:
            return ""
        return f"{name} {'yes' if wish else 'no'}" if getattr(facts, name) is wish else None

    def _when(self, wall: datetime) -> str | None:
        if not self.time and not self.days:
            return ""
        day = hours.day_within(self.time or _ALL_DAY, self.days or _EVERY_DAY, wall)
        if day is None:
            return None
        at = f"time {wall:%H:%M}" if self.time else ""
        return ", ".join(filter(None, (at, f"day {DAYS[day]}" if self.days else "")))

    def _words(self, text: str, alike: Spelling) -> str | None:
        if not self.keywords:
            return ""
        found = matching.find(fold(text), {word: fold(word) for word in self.keywords}, alike)
        return f"keyword {found}" if found else None


_SETS = ("channel", "platform", "surface", "category", "language")
_WISHES = ("public", "open", "reopened")
_ALL_DAY = (Interval(0, hours.MINUTES_A_DAY),)
_EVERY_DAY = frozenset(range(len(DAYS)))


class PublicAcks(StrEnum):
    """What becomes of an acknowledgement that everybody could read (R18)."""

    AUTO = "auto"
    APPROVE = "approve"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How one kind of message is treated; durations left out of the file have their defaults here.

    `window` None means that this kind is never acknowledged. `public_acks` and `warn_before` None mean
    what holds for every rule.
    """

    name: str
    when: Condition = field(default_factory=Condition)
    window: Duration | None
    promise: Duration | None = None
    first_response: Duration | None = None
    next_response: Duration | None = None
    resolution: Duration | None = None
    public_acks: PublicAcks | None = None
    warn_before: Duration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The rule that was found and why (R12)."""

    rule: Rule
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What the platform allows an account to write in one thread (R25).

    `automatic` and `human` are lengths of time after the customer's last private message, None for no
    limit. `private_reply` is how long after a public message one private reply to it may be sent, None
    for never. `public` tells whether there may be public replies at all, `later_public` whether automatic
    ones after the first, and `edits` whether instead the first one is changed.
    """

    automatic: timedelta | None = None
    human: timedelta | None = None
    private_reply: timedelta | None = None
    public: bool = True
    later_public: bool = True
    edits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The settings that hold for every rule; the defaults are the documented ones."""

    grace: timedelta = timedelta(seconds=10)
    ack_cooldown: timedelta = timedelta(hours=12)
    human_cooldown: timedelta = timedelta(minutes=15)
    reopen_window: timedelta = timedelta(days=7)
    stale_after: timedelta = timedelta(hours=24)
    skew_limit: timedelta = timedelta(days=7)
    retry_for: timedelta = timedelta(hours=2)
    legal_margin: timedelta = timedelta(minutes=30)
    round_to: timedelta = timedelta(minutes=10)
    promise_warning: timedelta = timedelta(minutes=15)
    warn_before: timedelta = timedelta()
    max_promises: int = 2
    max_updates: int = 3
    max_per_customer_a_day: int = 3
    max_per_customer_a_week: int = 10
    max_per_channel_an_hour: int = 300
    max_public_acks_per_post_per_hour: int = 5
    crisis_threshold: int = 20
    crisis_period: timedelta = timedelta(minutes=10)
    crisis_rest: timedelta = timedelta(hours=2)
    update_gaps: tuple[Duration, ...] = (
        Duration("4 business_hours", 4 * 3600, Time.BUSINESS),
        Duration("1 business_day", 1, Time.BUSINESS_DAYS),
        Duration("2 business_days", 2, Time.BUSINESS_DAYS),
    )
    remind_after: Duration = Duration("2 business_days", 2, Time.BUSINESS_DAYS)
    close_after: Duration = Duration("3 business_days", 3, Time.BUSINESS_DAYS)
    quiet_after: Duration = Duration("72h", 72 * 3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything `decide` may know about one channel: rules, hours, numbers and what the platform allows.

    The last rule is the default. `languages` are those that have texts; `language` is the channel's.
    `quiet_hours` is a calendar that is open while the owner wants quiet, None for never. `disclose` is
    whether texts say that they are automatic (R32). `crisis` is whether the channel is flooded with
    complaints, `told_until` until when what is owed was in the call that ended it, None without such a call;
    `status` is what all cases of its incident are told, None without one (R33). `restored_at` is when the
    store was put back from a backup, None where it never was. `alike` judges misspelt keywords.
    """

    version: str
    channel: str
    platform: str
    language: str
    languages: frozenset[str]
    calendar: Calendar
    rules: tuple[Rule, ...]
    numbers: Numbers = field(default_factory=Numbers)
    allowance: Allowance = field(default_factory=Allowance)
    formality: Formality = Formality.FORMAL
    informal_allowed: bool = True
    private_reply: bool = True
    public_acks: PublicAcks = PublicAcks.AUTO
    quiet_hours: Calendar | None = None
    disclose: bool = True
    unknown_sender_counts_as_human: bool = True
    kill_switch: bool = False
    retired: bool = False
    crisis: bool = False
    told_until: datetime | None = None
    status: StatusText | None = None
    dry_run: bool = False
    restored_at: datetime | None = None
    alike: Spelling = never_misspelt

    def match(self, facts: Facts) -> Match:
        """Return the first rule that matches; the last one always does."""
        for rule in self.rules:
            why = rule.when.why(facts, self.alike)
            if why is not None:
                return Match(rule=rule, why=why)
        return Match(rule=self.rules[-1], why="the default rule")

    def rule(self, name: str) -> Rule:
        """Return the rule of this name, or the default where the owner has removed it."""
        return next((rule for rule in self.rules if rule.name == name), self.rules[-1])
