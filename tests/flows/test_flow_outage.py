"""A store that is away for hours makes no dead letter of a good event, and the owner hears of it (R34)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import deliver, handle, patience, sweep
from chalicelib.core.errors import Unavailable
from chalicelib.outage import TITLE
from chalicelib.patience import STORE_TITLE
from chalicelib.ports import Ports
from chalicelib.queues.contract import MAX_RECEIVES, QueueMessage
from chalicelib.serve.workers import consume_once
from tests.fakes import World

DEAD = "An event could not be handled"
HOURS = 3


class Away:
    """A port that is out of reach, but for what still works of it."""

    def __init__(self, port: object, *works: str) -> None:
        self._port = port
        self._works = works

    def __getattr__(self, name: str) -> object:
        return getattr(self._port, name) if name in self._works else self._refuse

    def _refuse(self, *_: object, **__: object) -> Any:
        raise Unavailable("ThrottlingException")


@pytest.fixture
def away(world: World) -> Ports:
    """The ports while neither cases nor records can be read or written."""
    world.pass_time(minutes=1)
    down: Any = Away(world.ports.store)
    return replace(world.ports, store=down, records=Away(world.ports.records))  # type: ignore[arg-type] # all of it fails


def passes(world: World, ports: Ports, **span: float) -> None:
    """Let time pass in which everything is tried over and over."""
    end = world.clock.now + timedelta(**span)
    while world.clock.now < end:
        for _ in _tries(ports):
            pass
        world.clock.now += timedelta(minutes=1)


def _tries(ports: Ports) -> Iterator[int]:
    try:
        sweep.sweep(ports)
    except Unavailable:
        yield 0
    yield consume_once(ports.events, handle.consume, 10, ports, timedelta())
    yield consume_once(ports.wakeups, deliver.consume, 10, ports, timedelta())


def test_r34_an_event_outlives_hours_without_a_store(world: World, away: Ports) -> None:
    world.writes()
    passes(world, away, hours=HOURS)
    assert list(world.ports.events.dead()) == []

    world.pass_time(minutes=2)
    assert [case.customer.id for case in world.cases()] == ["t1"]
    assert DEAD not in world.alerts()


def test_r34_a_store_that_takes_no_case_but_every_record_makes_no_dead_letter_either(world: World) -> None:
    half: Any = Away(world.ports.store, "newest", "load", "due", "open_cases")
    world.writes()
    passes(world, replace(world.ports, store=half), hours=HOURS)

    assert list(world.ports.events.dead()) == []
    assert world.alerts().count(STORE_TITLE) == HOURS


def test_poison_is_given_up_all_the_same_once_the_store_is_back(world: World, away: Ports) -> None:
    world.ports.events.put([QueueMessage(body="no event", group="g", dedupe="d")])
    passes(world, away, hours=1)
    assert list(world.ports.events.dead()) == []

    world.pass_time(minutes=10)
    assert [letter.body for letter in world.ports.events.dead()] == ["no event"]


def test_r34_wake_ups_without_a_store_are_no_dead_letters(world: World, away: Ports) -> None:
    world.writes()
    world.pass_time(minutes=15)
    sweep.sweep(world.ports)
    passes(world, away, minutes=20)
    assert list(world.ports.wakeups.dead()) == []

    world.pass_time(minutes=1)
    assert world.case().last_ack_at is not None
    assert DEAD not in world.alerts()


def test_a_wake_up_is_let_go_after_the_last_try_without_a_store(world: World, away: Ports) -> None:
    world.writes()
    world.pass_time(minutes=15)
    sweep.sweep(world.ports)
    world.clock.now += timedelta(seconds=11)
    [one] = world.ports.wakeups.receive(1, timedelta())

    assert deliver.consume([one], away) == [one]
    assert deliver.consume([replace(one, receives=MAX_RECEIVES)], away) == []


def test_r34_the_owner_hears_of_a_store_that_is_away_within_minutes_and_once_an_hour(
    world: World, away: Ports
) -> None:
    passes(world, away, minutes=4)
    assert world.alerts() == []

    passes(world, away, minutes=3)
    assert world.alerts() == [TITLE]

    passes(world, away, minutes=50)
    assert world.alerts() == [TITLE]


def test_r34_an_owner_who_took_no_call_about_the_store_is_called_again(world: World, away: Ports) -> None:
    world.owner.reachable = False
    passes(world, away, minutes=9)

    assert world.alerts().count(TITLE) > 1


def test_a_store_that_is_away_for_a_moment_now_and_then_calls_nobody(world: World, away: Ports) -> None:
    for _ in range(10):
        passes(world, away, minutes=2)
        world.pass_time(minutes=2)

    assert world.alerts() == []


def test_a_first_try_of_an_event_costs_no_record(world: World) -> None:
    none: Any = Away(world.ports.records)
    world.writes()
    [one] = world.ports.events.receive(1, timedelta())
    patience.check(one, replace(world.ports, records=none))

    with pytest.raises(Unavailable):
        patience.check(replace(one, receives=2), replace(world.ports, records=none))
