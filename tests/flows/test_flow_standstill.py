"""A process that stands still between its claim and its send must see what others did meanwhile (R6)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import deliver, handle, sweep
from chalicelib.core.case import CloseReason
from chalicelib.core.effects import DeliveryStatus
from chalicelib.core.errors import SendAmbiguous
from chalicelib.core.events import CaseClosed
from chalicelib.platforms.contract import HttpRequest, HttpResponse
from chalicelib.ports import Ports
from chalicelib.serve.workers import consume_once
from chalicelib.store.contract import Record
from tests.fakes import World, policy_with

FROZEN = timedelta(seconds=150)
"""Longer than a lease."""

TO_DECIDE = 3
"""What reads the case: the wake-up, the end of the message, and the end of the call to the owner."""

Meanwhile = Callable[[World], None]


class Freezes:
    """Records at which the process stands still once: after its claim, before it sends."""

    def __init__(self, world: World, length: timedelta, meanwhile: Meanwhile) -> None:
        self._world = world
        self._length = length
        self._meanwhile = meanwhile
        self._frozen = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._world.ports.records, name)

    def get(self, key: str, now: object) -> Record | None:
        if key.startswith("paused:") and not self._frozen:
            self._frozen = True
            self._world.clock.now += self._length
            self._meanwhile(self._world)
        return self._world.ports.records.get(key, self._world.clock())


class Counts:
    """A store that counts how often a case is looked up by its id."""

    def __init__(self, world: World) -> None:
        self._store = world.ports.store
        self.loads = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def load(self, case_id: str) -> object:
        self.loads += 1
        return self._store.load(case_id)


def nobody(world: World) -> None:
    """Do nothing meanwhile."""


def a_person_answers(world: World) -> None:
    world.answers()
    consume_once(world.ports.events, handle.consume, 10, world.ports, timedelta())


def somebody_closes(world: World) -> None:
    closed = CaseClosed(id="", at=world.clock(), case_id=world.case().id, by="ana", reason=CloseReason.SPAM)
    handle.apply(closed, world.ports)


def the_owner_stops_everything(world: World) -> None:
    world.publish(policy_with(kill_switch=True))


def another_worker_sends(world: World) -> None:
    sweep.sweep(world.ports)
    world.work()


def telegram(world: World) -> None:
    at = int(world.clock().timestamp())
    message = {
        "message_id": 1,
        "date": at,
        "chat": {"id": 5, "type": "private"},
        "from": {"id": 5},
        "text": "Is it open?",
    }
    world.receive("bot", world.telegram({"update_id": 1, "message": message}))


def due(world: World) -> None:
    world.pass_time(minutes=15)
    sweep.sweep(world.ports)
    world.clock.now += timedelta(seconds=11)


def frozen(world: World, meanwhile: Meanwhile, length: timedelta = FROZEN, **more: object) -> None:
    """Let the worker that follows the wake-up stand still, and everything come to rest afterwards."""
    due(world)
    ports: Ports = replace(world.ports, records=Freezes(world, length, meanwhile), **more)  # type: ignore[arg-type] # the rest is the store's own
    consume_once(ports.wakeups, deliver.consume, 1, ports, timedelta())


@pytest.mark.parametrize("meanwhile", [a_person_answers, somebody_closes, the_owner_stops_everything])
@pytest.mark.parametrize("seconds", [30, 150])
def test_r6_what_happened_while_a_process_stood_still_wins(
    world: World, meanwhile: Meanwhile, seconds: int
) -> None:
    world.writes()
    frozen(world, meanwhile, timedelta(seconds=seconds))
    world.pass_time(minutes=5)

    assert world.internet.texts() == []


def test_r6_a_process_that_stood_still_does_not_send_what_another_has_sent(world: World) -> None:
    world.writes()
    frozen(world, another_worker_sends)
    world.pass_time(minutes=5)

    assert len(world.internet.requests) == 1
    assert world.case().outbox[0].status is DeliveryStatus.SENT


@pytest.mark.parametrize("write", [World.writes, telegram])
def test_r34_what_a_process_that_stood_still_did_not_send_goes_out_once(
    world: World, write: Callable[[World], object]
) -> None:
    write(world)
    frozen(world, nobody)
    world.pass_time(minutes=5)

    assert len(world.internet.texts()) == 1
    assert "A message may not have arrived" not in world.alerts()


def test_r6_no_request_is_begun_that_the_lease_may_not_last_for(world: World) -> None:
    world.writes()
    frozen(world, nobody, timedelta(seconds=45))

    assert world.internet.requests == []
    assert world.case().outbox[0].status is DeliveryStatus.PLANNED


def test_r6_every_message_is_looked_up_once_more_before_it_goes_out(world: World) -> None:
    world.writes()
    store = Counts(world)
    frozen(world, nobody, timedelta(seconds=1), store=store)

    assert len(world.internet.requests) == 1
    assert store.loads == TO_DECIDE + 1


def test_r6_nothing_is_sent_again_blindly_by_a_process_that_stood_still(world: World) -> None:
    def lost(request: HttpRequest) -> HttpResponse:
        raise SendAmbiguous("ReadTimeout")

    world.writes()
    world.internet.answer = lost
    world.pass_time(minutes=15, seconds=11)
    world.internet.answer = None
    world.clock.now += timedelta(seconds=61)
    sweep.sweep(world.ports)
    ports: Ports = replace(world.ports, records=Freezes(world, FROZEN, a_person_answers))  # type: ignore[arg-type] # the rest is the store's own
    consume_once(ports.wakeups, deliver.consume, 1, ports, timedelta())

    assert len(world.internet.requests) == 1


def test_r9_nothing_is_shown_in_a_hosted_chat_that_was_closed_after_the_claim(world: World) -> None:
    def closes(world: World) -> None:
        [open_one] = world.cases("chat")
        closed = CaseClosed(id="", at=world.clock(), case_id=open_one.id, by="ana", reason=CloseReason.SPAM)
        handle.apply(closed, world.ports)

    world.receive("chat", world.visitor("Where is my order, please?"))
    world.work()
    [case] = world.cases("chat")
    frozen(world, closes, timedelta(seconds=1))

    [delivery] = [one for one in world.ports.store.load(case.id).outbox if one.automatic]
    assert delivery.status is DeliveryStatus.CANCELLED
