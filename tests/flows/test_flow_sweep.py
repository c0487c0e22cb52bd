"""A sweep that is killed half-way, doubled, late or left out loses and doubles nothing (R6, R34)."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import sweep
from chalicelib.core.case import Case
from chalicelib.core.timeline import Why
from chalicelib.platforms import platform
from chalicelib.policies.publish import NothingPublished
from chalicelib.queues.contract import Queue, QueueMessage
from chalicelib.store.contract import Store
from tests.builders import NOON
from tests.fakes import LostQueue, World, policy_with
from tests.logged import logged
from tests.store.threads import together

CUSTOMERS = 12
MINUTES_UNTIL_DUE = 15
LOTS = {"max_updates": 0, "max_per_channel_an_hour": 1000}

Sweeping = Callable[[World], object]


class Killed(BaseException):
    """The process is gone: nothing catches it."""


@dataclass
class DiesAfter(LostQueue):
    """Passes so many wake-ups on and takes the process with it then."""

    queue: Queue
    left: int

    def put(self, messages: Sequence[QueueMessage]) -> None:
        self.queue.put(messages[: self.left])
        raise Killed


def once(world: World) -> None:
    sweep.sweep(world.ports)


def left_out(world: World) -> None:
    """Do nothing: the schedule did not come."""


def twice_at_once(world: World) -> None:
    together(2, lambda _: sweep.sweep(world.ports))


def killed_after(wakeups: int) -> Sweeping:
    def sweeping(world: World) -> None:
        with suppress(Killed):
            sweep.sweep(replace(world.ports, wakeups=DiesAfter(world.ports.wakeups, wakeups)))

    return sweeping


def a_crowd_writes(world: World, customers: int = CUSTOMERS, **more: object) -> None:
    world.publish(policy_with(settings={**LOTS, **more}))
    for number in range(customers):
        world.writes(thread=f"t{number}", message_id=f"m{number}")
    world.work()


def live(world: World, sweepings: Sequence[Sweeping]) -> None:
    """Let so many minutes pass, each of which begins with a sweep of its own kind."""
    for sweeping in sweepings:
        end = world.clock.now + timedelta(minutes=1)
        sweeping(world)
        world.work()
        while (later := world.visible_later()) and later[0] < end:
            [world.clock.now] = later
            world.work()
        world.clock.now = end


def nothing_runs(world: World, **span: float) -> None:
    world.clock.now += timedelta(**span)


def sent(world: World) -> Counter[str]:
    """Return how many messages each customer got."""
    found: Counter[str] = Counter()
    for case in world.cases():
        timeline = world.ports.store.timeline(case.id)
        found[case.thread.key] = sum(entry.why is Why.SENT for entry in timeline)
    return found


def everybody(times: int, customers: int = CUSTOMERS) -> Counter[str]:
    return Counter({f"t{number}": times for number in range(customers)})


def sent_at(world: World) -> list[datetime]:
    return [at for at, _ in world.internet.requests]


# One minute goes wrong


@pytest.mark.parametrize("minute", [14, 15])
@pytest.mark.parametrize(
    "fault",
    [left_out, twice_at_once, *map(killed_after, (0, 1, CUSTOMERS // 2, CUSTOMERS))],
    ids=["left out", "twice at once", "killed at first", "after one", "half-way", "at last"],
)
def test_r34_whatever_becomes_of_a_sweep_everybody_is_acknowledged_once(
    world: World, fault: Sweeping, minute: int
) -> None:
    a_crowd_writes(world)
    live(world, [once] * minute)
    live(world, [fault])

    live(world, [once] * 3)
    assert sent(world) == everybody(1)
    assert len(world.internet.requests) == CUSTOMERS


def test_r6_a_sweep_that_is_left_out_costs_a_minute_at_most(world: World) -> None:
    a_crowd_writes(world)
    live(world, [*[once] * 14, left_out, once, once])

    due_at = NOON + timedelta(minutes=MINUTES_UNTIL_DUE, seconds=10)
    assert max(sent_at(world)) <= due_at + timedelta(minutes=1)


def test_r6_a_sweep_in_time_wakes_everybody_to_the_second(world: World) -> None:
    a_crowd_writes(world)
    live(world, [once] * 17)

    due_at = NOON + timedelta(minutes=MINUTES_UNTIL_DUE, seconds=10)
    assert all(due_at <= at < due_at + timedelta(seconds=1) for at in sent_at(world))


KINDS = [once, left_out, twice_at_once, killed_after(0), killed_after(2)]


@settings(max_examples=25)
@given(st.lists(st.sampled_from(KINDS), min_size=8, max_size=8), st.integers(0, 60))
def test_r34_no_schedule_of_faults_loses_or_doubles_anything(
    tmp_path_factory: pytest.TempPathFactory, faults: list[Sweeping], offset: int
) -> None:
    world = World(tmp_path_factory.mktemp("sweep"))
    a_crowd_writes(world, customers=4)
    nothing_runs(world, minutes=12, seconds=offset)
    live(world, faults)

    live(world, [once] * 2)
    got, posted = sent(world), len(world.internet.requests)
    world.close()
    assert (got, posted) == (everybody(1, customers=4), 4)


# An hour in which nothing runs


def test_r34_after_an_hour_s_pause_everybody_is_acknowledged_once(world: World) -> None:
    a_crowd_writes(world)
    nothing_runs(world, minutes=75)

    live(world, [twice_at_once, killed_after(3), once])
    assert sent(world) == everybody(1)
    assert len(world.internet.requests) == CUSTOMERS


def test_r34_what_goes_out_after_an_hour_s_pause_promises_a_time_that_is_still_to_come(world: World) -> None:
    a_crowd_writes(world)
    nothing_runs(world, hours=3)
    live(world, [once])

    promises = {case.promise.due_at for case in world.cases() if case.promise}
    assert promises and min(promises) > NOON + timedelta(hours=3)


def test_r34_after_an_hour_s_pause_nothing_goes_out_that_is_staler_than_the_owner_wants(world: World) -> None:
    a_crowd_writes(world, stale_after="30m")
    nothing_runs(world, minutes=75)
    live(world, [once] * 5)

    assert world.internet.requests == []
    assert world.alerts().count("No reply, and no acknowledgement either") == CUSTOMERS


def test_r34_after_an_hour_s_pause_there_is_no_burst_above_the_rate_of_the_platform(world: World) -> None:
    a_crowd_writes(world, customers=60)
    nothing_runs(world, minutes=75)
    live(world, [twice_at_once, once])

    [rate] = platform("signed").CAPABILITIES.rates
    moments = sent_at(world)
    assert len(moments) == 60
    assert max(sum(at <= other < at + rate.per for other in moments) for at in moments) <= rate.messages


def test_r34_a_person_who_replied_during_the_pause_wins(world: World) -> None:
    a_crowd_writes(world)
    nothing_runs(world, minutes=75)
    world.answers(thread="t1")
    world.work()

    live(world, [once] * 2)
    assert sent(world) == everybody(1) - Counter({"t1": 1})


# More is due than one sweep wakes


@dataclass
class Stuck:
    """A store of which the cases of some threads cannot be read: waking them fails every time."""

    store: Store
    threads: frozenset[str]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def load(self, case_id: str) -> Case:
        if case_id.partition(".")[0] in self.threads:
            raise RuntimeError("this one never")
        return self.store.load(case_id)


FEW = 16


def of_few(world: World) -> None:
    sweep.sweep(world.ports, limit=FEW)


def a_crowd_is_stuck(world: World) -> None:
    """Let more cases fail for ever than one sweep wakes, so that they stay the oldest in every shard."""
    a_crowd_writes(world, customers=5 * FEW)
    stuck = frozenset(case.id.partition(".")[0] for case in world.cases())
    world.ports = replace(world.ports, store=cast("Store", Stuck(world.ports.store, stuck)))
    nothing_runs(world, minutes=30)


def test_r34_cases_that_fail_every_time_starve_no_other(world: World) -> None:
    a_crowd_is_stuck(world)
    world.writes(thread="late", message_id="late")
    world.work()
    live(world, [of_few] * 17)

    assert sent(world)["late"] == 1


def test_r34_cases_that_fail_every_time_starve_nobody_who_fell_due_while_no_sweep_came(world: World) -> None:
    a_crowd_is_stuck(world)
    live(world, [of_few])
    world.writes(thread="late", message_id="late")
    world.work()
    live(world, [left_out] * 75)
    live(world, [of_few] * 2)

    assert sent(world)["late"] == 1


# A stack that nothing has been published to yet


def take_back_all_files(world: World) -> None:
    world.ports.records.take("policy:live", world.clock.now)


def test_a_sweep_before_anything_is_published_is_no_error_and_says_so_in_one_line(world: World) -> None:
    take_back_all_files(world)
    with logged() as lines:
        assert sweep.sweep(world.ports) == 0

    assert [line["level"] for line in lines.of("nothing is published yet")] == ["info"]
    assert not [line for line in lines.all() if line["level"] != "info"]


def test_a_sweep_before_anything_is_published_still_wakes_what_is_due(world: World) -> None:
    a_crowd_writes(world)
    take_back_all_files(world)
    nothing_runs(world, minutes=20)

    assert sweep.sweep(world.ports) == CUSTOMERS
    assert world.ports.records.get(sweep.SWEPT, world.clock.now)


def test_a_version_that_has_lost_a_part_is_an_error_and_not_a_new_store(world: World) -> None:
    world.ports.records.put("policy:live", "99")

    with pytest.raises(NothingPublished):
        sweep.sweep(world.ports)
