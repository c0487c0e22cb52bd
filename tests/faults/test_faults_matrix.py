"""Never twice, never lost: the whole flow, killed at every call it makes, in all sorts of weather (R6, R34).

`./hearback bench faults` tries far more; a case that fails here or there prints the command that repeats it.
"""

import itertools
from collections.abc import Iterable

import pytest

from tests.faults.boundaries import KILLS, Kind
from tests.faults.matrix import Court, Verdict, at_each
from tests.faults.schedules import WEATHERS, named, seeded
from tests.faults.sides import SIDES

OTHERS = tuple(kind for kind in Kind if kind not in KILLS)
EVERY = 13
"""Of what is no kill, one boundary in so many is tried here; the sides begin at different ones."""

SEEDS = 5


def all_hold(verdicts: Iterable[Verdict]) -> str:
    """Return what did not hold, one case after the other; nothing where all did."""
    return "\n".join(str(one) for one in verdicts if one.broken)


@pytest.mark.parametrize("side", SIDES)
def test_a_kill_at_any_call_loses_nothing_and_posts_nothing_twice(court: Court, side: str) -> None:
    calls = court.verdict(named(f"{side}/plain")).boundaries
    cases = at_each(f"{side}/plain", calls, KILLS)

    assert len(cases) > 100
    assert all_hold(court.verdicts(cases)) == ""


@pytest.mark.parametrize("side", SIDES)
def test_no_weather_loses_or_doubles_anything(court: Court, side: str) -> None:
    assert all_hold(court.verdicts(f"{side}/{weather}" for weather in WEATHERS)) == ""


@pytest.mark.parametrize("side", SIDES)
def test_a_call_that_fails_or_is_overtaken_loses_and_doubles_nothing(court: Court, side: str) -> None:
    first = 1 + list(SIDES).index(side)
    calls = court.verdict(named(f"{side}/long")).boundaries
    cases = at_each(f"{side}/long", calls, OTHERS, step=EVERY, first=first)

    assert len(cases) > 30
    assert all_hold(court.verdicts(cases)) == ""


@pytest.mark.parametrize("side", SIDES)
def test_everything_at_once_loses_and_doubles_nothing(court: Court, side: str) -> None:
    seeds = itertools.islice(itertools.count(1 + 1000 * list(SIDES).index(side)), SEEDS)

    assert all_hold(court.verdict(seeded(side, seed)) for seed in seeds) == ""


def test_a_seed_gives_the_same_schedule_again() -> None:
    assert seeded("signed", 7) == seeded("signed", 7) != seeded("signed", 8)


def test_a_case_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no case 'signed/plain/kill-before'"):
        named("signed/plain/kill-before")
