"""Never twice, never lost: the whole flow, killed at every call it makes, in all sorts of weather (R6, R34).

Each test tries some cases, evenly spread, and always the same. `./hearback bench faults --all` tries them
all; a case that fails here or there prints the command that repeats it.
"""

import itertools
from collections.abc import Iterable

import pytest

from tests.faults.boundaries import KILLS, Kind
from tests.faults.matrix import Court, Verdict, at_each
from tests.faults.schedules import WEATHERS, named, seeded, weathers
from tests.faults.sides import SIDES

OTHERS = tuple(kind for kind in Kind if kind not in KILLS)
PLACES = {side: place for place, side in enumerate(SIDES)}
"""Each side begins elsewhere, so that together they try what one of them leaves out."""

EVERY = 5
"""One boundary in so many is tried here, and as many weathers; `bench faults --all` tries each."""

SELDOM = 61
STORIES = ("long", "promises", "promises-lost", "published", "crisis")
SEEDS = 3


def all_hold(verdicts: Iterable[Verdict]) -> str:
    """Return what did not hold, one case after the other; nothing where all did."""
    return "\n".join(str(one) for one in verdicts if one.broken)


@pytest.mark.parametrize("side", SIDES)
def test_a_kill_at_any_call_loses_nothing_and_posts_nothing_twice(court: Court, side: str) -> None:
    calls = court.verdict(named(f"{side}/plain")).boundaries
    cases = at_each(f"{side}/plain", calls, KILLS, step=EVERY, first=1 + PLACES[side] % EVERY)

    assert len(cases) > 2 * 80 // EVERY
    assert all_hold(court.verdicts(cases)) == ""


@pytest.mark.parametrize("side", SIDES)
def test_no_weather_loses_or_doubles_anything(court: Court, side: str) -> None:
    some = weathers(side)[PLACES[side] % EVERY :: EVERY]

    assert all_hold(court.verdicts(f"{side}/{weather}" for weather in some)) == ""


@pytest.mark.parametrize("weather", [name for name in WEATHERS if WEATHERS[name].is_about_sending])
def test_no_weather_of_the_platform_loses_or_doubles_a_comment_or_its_private_reply(
    court: Court, weather: str
) -> None:
    assert all_hold(court.verdicts([f"invited/{weather}"])) == ""


@pytest.mark.parametrize("side", SIDES)
def test_a_call_that_fails_or_is_overtaken_loses_and_doubles_nothing(court: Court, side: str) -> None:
    calls = court.verdict(named(f"{side}/plain")).boundaries
    cases = at_each(f"{side}/plain", calls, OTHERS, step=3 * EVERY, first=1 + PLACES[side])

    assert len(cases) >= 4 * 70 // (3 * EVERY)
    assert all_hold(court.verdicts(cases)) == ""


@pytest.mark.parametrize("story", STORIES)
def test_no_fault_in_a_longer_story_loses_or_doubles_anything(court: Court, story: str) -> None:
    # R17, R21, R33: private replies, missed promises, floods of complaints.
    told = [side for side in SIDES if story in weathers(side)]
    for side in told[STORIES.index(story) % 2 :: 2]:
        calls = court.verdict(named(f"{side}/{story}")).boundaries
        for place, kind in enumerate(Kind):
            first = 1 + (PLACES[side] + 10 * place) % SELDOM
            cases = at_each(f"{side}/{story}", calls, [kind], step=4 * SELDOM, first=first)
            assert all_hold(court.verdicts(cases)) == ""


def test_r13_a_kill_at_any_call_of_publishing_leaves_the_old_or_the_new_policies_whole(
    court: Court,
) -> None:
    calls = court.verdict(named("signed/published")).publishing
    cases = [f"signed/published/{kind}/{number}" for kind in KILLS for number in calls]

    assert len(cases) > 20
    assert all_hold(court.verdicts(cases)) == ""


@pytest.mark.parametrize("side", SIDES)
def test_everything_at_once_loses_and_doubles_nothing(court: Court, side: str) -> None:
    seeds = itertools.islice(itertools.count(1 + 1000 * PLACES[side]), SEEDS)

    assert all_hold(court.verdict(seeded(side, seed)) for seed in seeds) == ""


def test_a_seed_gives_the_same_schedule_again() -> None:
    assert seeded("signed", 7) == seeded("signed", 7) != seeded("signed", 8)


def test_a_case_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no case 'signed/plain/kill-before'"):
        named("signed/plain/kill-before")
