"""Who is called, and who next when nobody takes the call (R21, R34)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import roster
from chalicelib.core.calendar import Interval
from chalicelib.core.roster import Away, Level, Matter, Person, Role, Roster
from tests.builders import NOON

NEVER_ON_DUTY = ((),) * 7
MORNINGS = ((Interval(8 * 60, 12 * 60),),) * 7
AFTERNOONS = ((Interval(12 * 60, 18 * 60),),) * 7


def person(identifier: str, **fields: Any) -> Person:
    return Person(id=identifier, name=identifier.title(), **fields)


def house(*people: Person, coordinator: str = "", owner: str = "olga") -> Roster:
    return Roster(people=people, owner=owner, coordinator=coordinator)


ANA = person("ana", topics=frozenset({"complaint"}))
IVO = person("ivo")
OLGA = person("olga", week=NEVER_ON_DUTY)
PAGES = person("ana", channels=frozenset({"page"}))
SLEEPER = person("zoe", week=NEVER_ON_DUTY)


def called(people: Roster, level: Level = Level.HOLDER, now: datetime = NOON, **about: Any) -> list[str]:
    """Return each step of the way as `role: names`."""
    matter = Matter(**{"channel": "shop", "zone": "UTC", **about})
    way = roster.route(people, matter, level, now)
    return [f"{call.role}: {' '.join(one.id for one in call.people)}" for call in way]


ALL = house(ANA, IVO, SLEEPER, OLGA)
COORDINATED = house(ANA, IVO, SLEEPER, OLGA, coordinator="ivo")

WAYS: list[tuple[Roster, dict[str, Any], list[str]]] = [
    (ALL, {"holder": "ivo"}, ["holder: ivo", "owner: olga"]),
    (ALL, {"holder": "Ivo"}, ["holder: ivo", "owner: olga"]),
    (ALL, {"holder": "zoe"}, ["on duty: ana ivo", "owner: olga"]),
    (ALL, {"holder": "zoe", "category": "complaint"}, ["expert: ana", "owner: olga"]),
    (ALL, {"holder": "a stranger"}, ["on duty: ana ivo", "owner: olga"]),
    (ALL, {"holder": "ivo", "category": "complaint"}, ["holder: ivo", "owner: olga"]),
    (ALL, {"category": "complaint"}, ["expert: ana", "owner: olga"]),
    (ALL, {"rule": "complaint"}, ["expert: ana", "owner: olga"]),
    (ALL, {"category": "question", "rule": "messages"}, ["on duty: ana ivo", "owner: olga"]),
    (ALL, {"level": Level.COORDINATOR}, ["owner: olga"]),
    (ALL, {"level": Level.OWNER}, ["owner: olga"]),
    (COORDINATED, {"holder": "ana"}, ["holder: ana", "coordinator: ivo", "owner: olga"]),
    (COORDINATED, {"holder": "ivo"}, ["holder: ivo", "owner: olga"]),
    (COORDINATED, {"level": Level.COORDINATOR}, ["coordinator: ivo", "owner: olga"]),
    (COORDINATED, {"level": Level.OWNER}, ["owner: olga"]),
    (house(SLEEPER, OLGA, coordinator="zoe"), {}, ["coordinator: zoe", "owner: olga"]),
    (house(ANA, SLEEPER, OLGA, coordinator="zoe"), {}, ["on duty: ana", "owner: olga"]),
    (house(SLEEPER, OLGA), {"holder": "zoe"}, ["owner: olga"]),
    (house(person("olga")), {}, ["on duty: olga"]),
    (house(PAGES, OLGA), {}, ["owner: olga"]),
    (house(PAGES, OLGA), {"holder": "ana"}, ["holder: ana", "owner: olga"]),
]  # fmt: skip


@pytest.mark.parametrize(("people", "about", "expected"), WAYS)
def test_r21_a_call_goes_up_from_who_is_in_charge_to_the_owner(
    people: Roster, about: dict[str, Any], expected: list[str]
) -> None:
    assert called(people, **about) == expected


@pytest.mark.parametrize(
    ("zone", "on_duty"), [("", ["ana"]), ("Europe/Warsaw", ["ana", "ivo"]), ("Asia/Tokyo", ["ana"])]
)
def test_hours_of_duty_are_on_the_persons_own_clock_or_on_the_channels(zone: str, on_duty: list[str]) -> None:
    # 11:30 UTC is 12:30 in Warsaw and 20:30 in Tokyo.
    people = house(person("ana"), person("ivo", week=AFTERNOONS, zone=zone))
    now = datetime(2026, 11, 20, 11, 30, tzinfo=UTC)

    assert [one.id for one in roster.on_duty(people, "shop", "UTC", now)] == on_duty


@pytest.mark.parametrize(("day", "there"), [(23, True), (24, False), (26, False), (27, True)])
def test_who_is_away_is_not_on_duty_from_the_first_to_the_last_day(day: int, there: bool) -> None:  # noqa: FBT001
    away = person("ana", away=Away(((date(2026, 12, 24), date(2026, 12, 26)),)))

    assert roster.is_on_duty(away, "UTC", datetime(2026, 12, day, 12, tzinfo=UTC)) is there


def test_a_coordinator_who_is_away_stands_in_for_nobody() -> None:
    away = person("ana", away=Away(((NOON.date(), NOON.date()),)))

    assert called(house(away, OLGA, coordinator="ana")) == ["owner: olga"]


def test_an_id_wins_over_a_name_and_a_name_over_a_role() -> None:
    people = house(Person(id="ana", name="ivo"), Person(id="ivo", name="Owner"), person("olga"))
    found = [people.find(name) for name in ("ivo", "OWNER", "olga", "coordinator")]

    assert [one.id if one else None for one in found] == ["ivo", "ivo", "olga", None]


def test_the_owner_is_known_by_their_role() -> None:
    assert ALL.find("owner") == OLGA


NAMES = ["ana", "ivo", "mia", "olga"]
WEEKS = st.sampled_from([roster.EVERY_HOUR, MORNINGS, AFTERNOONS, NEVER_ON_DUTY])
CHANNELS = st.sampled_from([frozenset(), frozenset({"shop"}), frozenset({"page"})])
TOPICS = st.sampled_from([frozenset(), frozenset({"complaint"}), frozenset({"refunds"})])
AWAY = st.sampled_from([Away(), Away(((NOON.date(), NOON.date()),))])


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    people = tuple(
        person(name, week=draw(WEEKS), channels=draw(CHANNELS), topics=draw(TOPICS), away=draw(AWAY))
        for name in NAMES[: draw(st.integers(1, len(NAMES)))]
    )
    ids = st.sampled_from([one.id for one in people])
    return Roster(people=people, owner=draw(ids), coordinator=draw(ids | st.just("")))


MATTERS = st.builds(
    Matter,
    channel=st.sampled_from(["shop", "page"]),
    zone=st.sampled_from(["UTC", "Europe/Warsaw", "America/New_York"]),
    holder=st.sampled_from(["", "stranger", *NAMES]),
    category=st.sampled_from(["complaint", "question"]),
    rule=st.sampled_from(["refunds", "messages"]),
)
MOMENTS = st.datetimes(datetime(2026, 11, 18), datetime(2026, 11, 23), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is added


@given(rosters(), MATTERS, st.sampled_from(Level), MOMENTS)
def test_r34_there_is_always_somebody_to_call_and_the_owner_is_the_last(
    people: Roster, matter: Matter, level: Level, now: datetime
) -> None:
    way = roster.route(people, matter, level, now)

    assert all(call.people for call in way)
    assert people.owner in [one.id for call in way for one in call.people]


@given(rosters(), MATTERS, st.sampled_from(Level), MOMENTS)
def test_nobody_off_duty_is_called_but_the_owner_unless_nobody_is_on_duty(
    people: Roster, matter: Matter, level: Level, now: datetime
) -> None:
    there = roster.on_duty(people, matter.channel, matter.zone, now)
    off_duty = {
        (one.id, call.role)
        for call in roster.route(people, matter, level, now)
        for one in call.people
        if not roster.is_on_duty(one, matter.zone, now)
    }

    stand_in = set() if there else {(people.coordinator, Role.COORDINATOR)}
    assert off_duty <= {(people.owner, Role.OWNER)} | stand_in


@given(rosters(), MATTERS, st.sampled_from(Level), MOMENTS)
def test_r21_each_step_is_higher_than_the_one_before_and_calls_nobody_again(
    people: Roster, matter: Matter, level: Level, now: datetime
) -> None:
    way = roster.route(people, matter, level, now)
    heights = [max(list(Role).index(call.role) - 2, 0) for call in way]
    called_ids = [one.id for call in way for one in call.people]

    assert heights == sorted(set(heights))
    assert len(called_ids) == len(set(called_ids))
