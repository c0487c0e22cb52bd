"""What a rule looks at, and what it says of it (R12)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.calendar import Interval, day_within
from chalicelib.core.case import CloseReason
from chalicelib.core.decide import decide
from chalicelib.core.events import CaseClosed
from chalicelib.core.message import Category, Surface
from chalicelib.core.policy import Condition, Facts
from tests.builders import NOON, a_policy, a_rule, after, wrote

EVENING = (Interval(18 * 60, 22 * 60),)
NIGHT = (Interval(22 * 60, 26 * 60),)
FRIDAY, SATURDAY = 4, 5


def facts(**changes: Any) -> Facts:
    fields: dict[str, Any] = {
        "channel": "shop",
        "platform": "telegram",
        "surface": Surface.DM,
        "public": False,
        "category": Category.OTHER,
        "language": "en",
        "text": "Where is my refnud?",
        "wrote_at": NOON,
        "open": True,
    }
    return Facts(**{**fields, **changes})


def swapped(written: str, meant: str) -> bool:
    """Judge like a speller that knows one slip: two letters swapped."""
    return any(
        f"{written[:n]}{written[n + 1]}{written[n]}{written[n + 2 :]}" == meant
        for n in range(len(written) - 1)
    )


@pytest.mark.parametrize(
    ("keywords", "text", "why"),
    [
        (("refund",), "A refund please", "keyword refund"),
        (("refund",), "Refunds!", "keyword refund"),
        (("refund",), "my refnud", "keyword refund (written refnud)"),
        (("zwrot", "refund"), "refund or zwort", "keyword refund"),
        (("Żółć",), "zolc", "keyword Żółć"),
        (("money back",), "I want my MONEY BACK", "keyword money back"),
        (("money back",), "I want my moeny back", "keyword money back (written moeny back)"),
        (("money back",), "I want my moeny and back", None),
        (("fund",), "a refund", None),
        (("404",), "error 440", None),
        (("!!",), "now !!", "keyword !!"),
    ],
)
def test_a_keyword_is_found_from_the_start_of_a_word_and_misspelt(
    keywords: tuple[str, ...], text: str, why: str | None
) -> None:
    known = (lambda one, other: False) if keywords == ("404",) else swapped

    assert Condition(keywords=keywords).why(facts(text=text), known) == why


def test_without_a_speller_a_misspelt_word_is_not_found() -> None:
    assert Condition(keywords=("refund",)).why(facts()) is None


@pytest.mark.parametrize(
    ("hour", "minute", "why"),
    [(17, 59, None), (18, 0, "time 18:00"), (21, 59, "time 21:59"), (22, 0, None)],
)
def test_a_time_begins_with_its_first_minute_and_ends_before_its_last(
    hour: int, minute: int, why: str | None
) -> None:
    assert Condition(time=EVENING).why(facts(wrote_at=NOON.replace(hour=hour, minute=minute))) == why


@pytest.mark.parametrize(
    ("day", "hour", "why"),
    [
        (20, 23, "time 23:00, day friday"),
        (21, 1, "time 01:00, day friday"),
        (21, 23, None),
        (20, 1, None),
        (21, 2, None),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(day: int, hour: int, why: str | None) -> None:
    condition = Condition(time=NIGHT, days=frozenset({FRIDAY}))

    assert condition.why(facts(wrote_at=datetime(2026, 11, day, hour, tzinfo=UTC))) == why


def test_days_alone_are_whole_days() -> None:
    assert Condition(days=frozenset({FRIDAY})).why(facts()) == "day friday"
    assert Condition(days=frozenset({SATURDAY})).why(facts()) is None


@given(
    st.integers(0, 7 * 1440).map(lambda minute: after(minutes=minute)),
    st.integers(0, 1439),
    st.integers(1, 1439),
)
def test_every_minute_is_within_a_stretch_or_within_the_rest_of_the_day(
    wall: datetime, opens: int, length: int
) -> None:
    stretch, rest = Interval(opens, opens + length), Interval(opens + length, opens + 1440)
    # The rest may begin on the next day: what is left over of it there is counted from that day's start.
    parts = [rest] if rest.opens < 1440 else [Interval(rest.opens - 1440, rest.closes - 1440)]

    inside = day_within((stretch,), range(7), wall) is not None
    outside = day_within(parts, range(7), wall) is not None
    assert inside is not outside


def test_a_reopened_case_has_a_rule_of_its_own_r16() -> None:
    again = a_rule(name="again", when=Condition(reopened=True))
    policy = a_policy(rules=(again, a_rule()))
    case = decide(None, wrote(), policy, NOON).case
    assert case.rule == "messages"

    closed = CaseClosed(id="close", at=after(minutes=1), case_id=case.id, by="Ewa", reason=CloseReason.OTHER)
    case = decide(case, closed, policy, after(minutes=1)).case
    case = decide(case, wrote("And again?", at=after(minutes=2)), policy, after(minutes=2)).case
    assert (case.rule, case.rule_why) == ("again", "reopened yes")


def test_the_time_of_a_rule_is_that_of_the_oldest_unanswered_message_by_the_wall_of_the_channel() -> None:
    evening = a_rule(name="evening", when=Condition(time=EVENING))
    hours = a_policy().calendar
    warsaw = type(hours)(zone="Europe/Warsaw", week=hours.week)
    policy = a_policy(rules=(evening, a_rule()), calendar=warsaw)
    six_in_warsaw = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)

    case = decide(None, wrote(at=six_in_warsaw), policy, six_in_warsaw).case
    assert (case.rule, case.rule_why) == ("evening", "time 18:00")


def test_a_case_keeps_how_the_keyword_was_written() -> None:
    refunds = a_rule(name="refunds", when=Condition(keywords=("refund",)))
    policy = a_policy(rules=(refunds, a_rule()), alike=swapped)

    assert decide(None, wrote("my refnud?"), policy, NOON).case.rule_why == "keyword refund (written refnud)"
