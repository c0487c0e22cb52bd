"""What timelines come to: counts, shares, medians, and in what two lives differ."""

from datetime import datetime, timedelta

import pytest

from chalicelib.core.timeline import Entry, Why
from chalicelib.replay.tally import Difference, Tally, Wait, differences, tally, together, waits
from tests import builders as b


def entry(why: Why, at: datetime = b.NOON, **facts: str) -> Entry:
    return Entry(at=at, why=why, facts=facts)


@pytest.mark.parametrize(
    ("happened", "name"),
    [
        (entry(Why.SENT, effect="acknowledge"), "acknowledgements"),
        (entry(Why.REHEARSED, effect="acknowledge"), "acknowledgements"),
        (entry(Why.SENT, effect="invite"), "private_replies"),
        (entry(Why.SENT, effect="update"), "updates"),
        (entry(Why.SENT, effect="remind"), "reminders"),
        (entry(Why.SENT, effect="close"), "closing_messages"),
        (entry(Why.PROMISE_MISSED), "missed_promises"),
        (entry(Why.ALERTED, alert="unanswered"), "alerts"),
    ],
)
def test_each_is_counted_under_its_name(happened: Entry, name: str) -> None:
    assert tally([happened]).counts == {name: 1}


@pytest.mark.parametrize(
    "happened",
    [
        entry(Why.SENT, effect="reply"),
        entry(Why.ALERTED, alert="delivery_refused"),
        entry(Why.ALERTED, alert="delivery_uncertain"),
        entry(Why.PLANNED, effect="acknowledge"),
    ],
)
def test_what_people_and_platforms_did_is_not_counted(happened: Entry) -> None:
    assert tally([happened]).counts == {}


def test_the_last_rule_is_the_rule() -> None:
    matched = [entry(Why.RULE_MATCHED, rule="messages"), entry(Why.RULE_MATCHED, rule="angry")]

    assert tally(matched).rule == "angry"


def test_sums_are_over_all_cases() -> None:
    acked = tally([entry(Why.SENT, effect="acknowledge")])

    assert together([acked, acked, Tally()])["acknowledgements"] == 2


def test_waits_have_their_share_median_and_ninetieth_percentile() -> None:
    lengths = [timedelta(minutes=number) for number in range(1, 11)]
    found = waits(
        [Tally(waits=tuple(Wait(first=True, took=took, met=took <= lengths[6]) for took in lengths))],
        first=True,
    )

    assert found and (found.number, found.within) == (10, 0.7)
    assert (found.median, found.p90) == (timedelta(minutes=5), timedelta(minutes=9))


def test_first_and_later_replies_are_told_apart_r1() -> None:
    late = tally([entry(Why.RESPONSE_LATE, which="next", took="60")])

    assert waits([late], first=True) is None
    assert waits([late], first=False) is not None


def test_a_minute_is_no_difference_and_more_is() -> None:
    def acked(**span: float) -> Tally:
        return tally([entry(Why.SENT, at=b.after(**span), effect="acknowledge")])

    assert list(differences(acked(), acked(seconds=60))) == []
    assert [found.what for found in differences(acked(), acked(seconds=61))] == [
        "time of the acknowledgement"
    ]


def test_another_rule_and_another_count_are_differences() -> None:
    before = tally([entry(Why.RULE_MATCHED, rule="messages")])
    after = tally([entry(Why.RULE_MATCHED, rule="angry"), entry(Why.PROMISE_MISSED)])

    assert list(differences(before, after)) == [
        Difference(what="rule", before="messages", after="angry"),
        Difference(what="missed promises", before="0", after="1"),
    ]
