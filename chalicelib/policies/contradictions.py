"""Settings that are right each for itself and together cannot be meant: one warning a pair."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from chalicelib.core.errors import Mistake
from chalicelib.core.policy import Duration, Numbers, Time, parse_duration
from chalicelib.policies.documents import Document, Route
from chalicelib.policies.hours import NEVER

_SHORTEST_QUIET = timedelta(hours=1)
_OF_REPLIES = ("first_response", "next_response")
_DEFAULTS = Numbers()


def warnings(documents: Mapping[str, Document]) -> Iterator[Mistake]:
    """Yield every pair of settings in policy.yaml that contradicts itself, for files without errors."""
    if policy := documents.get("policy"):
        yield from _of_rules(policy)
        yield from _of_lengths(policy, _Settings(policy))
        yield from _of_choices(policy)


class _Settings:
    """The lengths of policy.yaml in calendar time, those left out by their defaults."""

    def __init__(self, policy: Document) -> None:
        self._written: Mapping[str, Any] = policy.part("settings", dict)

    def length(self, name: str) -> timedelta | None:
        """Return a setting, None where it is counted in business time."""
        if name in self._written:
            return _length(self._written[name])
        default = getattr(_DEFAULTS, name)
        return _elapsed(default) if isinstance(default, Duration) else default

    def shown(self, name: str) -> str:
        """Return a setting as its owner wrote it, else that it is the default."""
        return f"`{self._written[name]}`" if name in self._written else "its default"

    def place(self, *names: str) -> Route:
        """Return where the first of these settings stands that the owner has written."""
        return next((("settings", name) for name in names if name in self._written), ("settings",))


def _of_rules(policy: Document) -> Iterator[Mistake]:
    everywhere = _Settings(policy).length("warn_before")
    for at, rule in policy.items("rules"):
        window = _length(rule["window"])
        if rule["window"] == NEVER and "promise" in rule:
            problem = "with `window: never` nothing is acknowledged, so that nothing promises it"
            yield policy.warning(
                ("rules", at, "promise"), problem, "Take it out, or give the window a length"
            )
        yield from _warned_before(policy, at, rule, everywhere)
        resolution = _length(rule.get("resolution"))
        if window and resolution and resolution < window:
            problem = f"a case would be late before its window of `{rule['window']}` has ended"
            yield policy.warning(("rules", at, "resolution"), problem, f"Write more than `{rule['window']}`")


def _warned_before(
    policy: Document, at: int, rule: Mapping[str, Any], everywhere: timedelta | None
) -> Iterator[Mistake]:
    before = _length(rule["warn_before"]) if "warn_before" in rule else everywhere
    targets = [name for name in _OF_REPLIES if name in rule] or ["window"]
    for name in targets:
        target = _length(rule[name])
        if before and target and before >= target:
            problem = f"the warning would come no later than the message, for `{name}` is `{rule[name]}`"
            route: Route = ("rules", at, "warn_before") if "warn_before" in rule else ("rules", at, name)
            yield policy.warning(route, problem, f"Let `warn_before` be shorter than `{rule[name]}`")
            return


def _of_lengths(policy: Document, settings: _Settings) -> Iterator[Mistake]:
    stale, retries, quiet = (settings.length(name) for name in ("stale_after", "retry_for", "quiet_after"))
    if stale and retries and retries > stale:
        problem = f"retry_for is {settings.shown('retry_for')}, but nothing is sent after stale_after, "
        problem += settings.shown("stale_after")
        remedy = "Let `retry_for` be no longer than `stale_after`"
        yield policy.warning(settings.place("retry_for", "stale_after"), problem, remedy)
    windows = [length for _, rule in policy.items("rules") if (length := _length(rule["window"]))]
    if stale and windows and stale < min(windows):
        problem = "every acknowledgement would be too late to be sent: each window is longer"
        yield policy.warning(settings.place("stale_after"), problem, "Write more than the longest window")
    promises = [length for _, rule in policy.items("rules") if (length := _length(rule.get("promise")))]
    before = settings.length("promise_warning")
    if before and promises and before >= min(promises):
        problem = (
            f"promise_warning, {settings.shown('promise_warning')}, is not shorter than the shortest promise"
        )
        remedy = "Write less than the shortest `promise`"
        yield policy.warning(settings.place("promise_warning"), problem, remedy)
    if quiet and quiet < _SHORTEST_QUIET:
        problem = "answered cases would close while the customer is still typing"
        yield policy.warning(settings.place("quiet_after"), problem, "Write `1h` or more")


def _of_choices(policy: Document) -> Iterator[Mistake]:
    written = policy.part("settings", dict)
    a_day = written.get("max_per_customer_a_day", _DEFAULTS.max_per_customer_a_day)
    a_week = written.get("max_per_customer_a_week", _DEFAULTS.max_per_customer_a_week)
    if a_week < a_day:
        name = "max_per_customer_a_week" if "max_per_customer_a_week" in written else "max_per_customer_a_day"
        problem = f"{a_week} a week are fewer than {a_day} a day"
        yield policy.warning(("settings", name), problem, "Allow as many a week as a day, or more")
    if written.get("formality") == "informal" and written.get("informal_allowed") is False:
        problem = "everybody would be addressed informally, which `informal_allowed: false` forbids"
        yield policy.warning(("settings", "formality"), problem, "Change one of the two")


def _length(text: str | None) -> timedelta | None:
    """Return a length of calendar time; None for business time, `never`, and what is not there."""
    return _elapsed(parse_duration(text)) if text and text != NEVER else None


def _elapsed(duration: Duration) -> timedelta | None:
    return duration.length if duration.time is Time.CALENDAR else None
