"""What really happened, replayed: under the same files nothing differs, under others what they change."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib import handle
from chalicelib.core.case import CloseReason
from chalicelib.core.events import CaseClosed, CustomerAwaited, PromiseMade, ReplySubmitted
from chalicelib.policies.build import PolicySet
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.publish import built
from chalicelib.replay import past
from chalicelib.replay.backtest import Replayed, backtest
from chalicelib.replay.history import History
from chalicelib.replay.tally import Difference
from chalicelib.store.items import ERASED
from tests.fakes import MESSAGES, World, policy_with


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def histories(world: World) -> list[History]:
    cases = past.cases(world.ports, 30)
    return list(past.histories(cases, world.ports, world.clock()))


def replayed(world: World, policies: PolicySet | None = None) -> list[Replayed]:
    return list(backtest(histories(world), policies or world.policies.live()))


def changed(world: World, window: str) -> PolicySet:
    rules = [{"name": "messages", "window": window, "promise": "2 business_hours"}]
    bundle = Bundle(policy=policy_with(rules=rules), messages=MESSAGES, **world.documents)
    return built(bundle, "files", world.secret)


def _closed_by_a_person(world: World) -> None:
    world.writes()
    world.pass_time(minutes=30)
    case = world.case()
    event = CaseClosed(id="c", at=world.clock(), case_id=case.id, by="Ana", reason=CloseReason.SPAM)
    handle.apply(event, world.ports)


def _answered_on_the_desk(world: World) -> None:
    world.writes()
    world.pass_time(minutes=30)
    case = world.case()
    handle.apply(
        ReplySubmitted(id="r", at=world.clock(), case_id=case.id, by="Ana", text="Here you are"), world.ports
    )
    world.pass_time(minutes=1)
    handle.apply(CustomerAwaited(id="w", at=world.clock(), case_id=case.id, by="Ana"), world.ports)


def _promised_by_a_person(world: World) -> None:
    world.writes()
    world.pass_time(minutes=5)
    due_at = world.clock() + timedelta(hours=4)
    handle.apply(
        PromiseMade(id="p", at=world.clock(), case_id=world.case().id, by="Ana", due_at=due_at), world.ports
    )


def _answered_in_the_app(world: World) -> None:
    world.writes()
    world.pass_time(minutes=10)
    world.answers()


def _nobody(world: World) -> None:
    world.writes()


LIVES = [_nobody, _answered_in_the_app, _answered_on_the_desk, _promised_by_a_person, _closed_by_a_person]


@pytest.mark.parametrize("live", LIVES)
@pytest.mark.parametrize("days", [1, 12])
def test_under_the_same_files_a_life_is_replayed_as_it_was(
    world: World, live: Callable[[World], None], days: int
) -> None:
    live(world)
    world.pass_time(days=days)

    [one] = replayed(world)
    assert one.differences == ()
    assert one.after.counts == one.before.counts


def test_a_longer_window_would_have_spared_the_acknowledgement(world: World) -> None:
    world.writes()
    world.pass_time(minutes=20)
    world.answers()
    world.pass_time(minutes=1)

    [one] = replayed(world, changed(world, "30m"))
    assert Difference(what="acknowledgements", before="1", after="0") in one.differences


def test_a_shorter_window_moves_the_acknowledgement(world: World) -> None:
    world.writes()
    world.pass_time(hours=1)

    [one] = replayed(world, changed(world, "5m"))
    assert [found.what for found in one.differences] == ["time of the acknowledgement"]


def test_a_reply_is_measured_against_the_other_target(world: World) -> None:
    _answered_in_the_app(world)
    world.pass_time(minutes=1)

    [one] = replayed(world, changed(world, "5m"))
    assert [wait.met for wait in one.before.waits] == [True]
    assert [wait.met for wait in one.after.waits] == [False]


def test_a_message_whose_words_are_gone_is_an_ordinary_one(world: World) -> None:
    world.writes(text="Thanks!")
    world.writes(text="Where is it?", message_id="m2")
    world.pass_time(hours=1)
    case = world.case()
    world.ports.store.erase(case.id, ["m2"])

    [one] = replayed(world)
    assert ERASED in {entry.text for entry in world.ports.store.timeline(case.id)}
    assert one.after.counts["acknowledgements"] == 1


def test_a_channel_that_the_files_do_not_have_is_told_and_not_replayed(world: World) -> None:
    world.writes()
    world.work()
    channels = {"channels": [one for one in world.documents["channels"]["channels"] if one["id"] != "shop"]}
    documents = {**world.documents, "channels": channels}
    files = built(Bundle(policy=policy_with(), messages=MESSAGES, **documents), "files", world.secret)

    [one] = replayed(world, files)
    assert one.skipped == "the files have no channel shop"


def test_cases_of_long_ago_are_not_of_the_last_days(world: World) -> None:
    _closed_by_a_person(world)
    world.pass_time(days=31)

    assert histories(world) == []


def test_a_replay_writes_and_sends_nothing(world: World) -> None:
    world.writes()
    world.pass_time(hours=1)
    before = (world.case(), len(world.internet.requests), len(world.owner.calls))
    replayed(world, changed(world, "5m"))

    assert (world.case(), len(world.internet.requests), len(world.owner.calls)) == before
