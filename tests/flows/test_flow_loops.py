"""Machines that answer machines: one automatic message each, and people are called (R20, scenario 9)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.core.timeline import Why
from tests.fakes import World, policy_with

NO_LIMITS = policy_with(
    settings={
        "ack_cooldown": "0s",
        "human_cooldown": "0s",
        "max_per_customer_a_day": 20,
        "max_per_customer_a_week": 100,
    }
)
"""What bounds loops elsewhere is off: the signs of a machine are all there is."""

Answer = Callable[[int], str]


def converse(world: World, answer: Answer, delay: timedelta, days: int = 4) -> None:
    """Let the other side answer each message of ours after a time."""
    answered, end = 0, world.clock.now + timedelta(days=days)
    while world.clock.now < end:
        world.work()
        upcoming = [due.due_at for due in world.ports.store.due(world.clock.now + timedelta(minutes=15))]
        # To the moment at which something is said, so that the answer comes right after it.
        step = min([world.clock.now + timedelta(minutes=15), *upcoming]) - world.clock.now
        world.pass_time(seconds=max(step.total_seconds(), 0.5))
        while answered < len(world.internet.texts()):
            at = world.internet.requests[answered][0] + delay
            world.clock.now = max(world.clock.now, at)
            answered += 1
            event = world.signed("message.created", message_id=f"bot{answered}", text=answer(answered))
            world.receive("shop", event)
            world.work()


@pytest.mark.parametrize(
    ("answer", "delay"),
    [
        (lambda _: "Thank you for your message. We will get back to you.", timedelta(seconds=1)),
        (lambda _: "Automatic reply: I am out of office until Monday.", timedelta(minutes=1)),
        (lambda number: f"Ticket {number} created. This is an automated message.", timedelta(seconds=40)),
        (lambda number: f"Ticket {number} created.", timedelta(seconds=1)),
    ],
)
def test_r20_scenario_9_a_machine_gets_one_automatic_message(
    world: World, answer: Answer, delay: timedelta
) -> None:
    world.publish(NO_LIMITS)
    world.writes("Is anybody there?")

    converse(world, answer, delay)

    assert len(world.internet.texts()) == 1


def test_r20_two_hearbacks_say_one_thing_each(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = World(tmp_path / "one"), World(tmp_path / "two")
    for world in (one, two):
        world.publish(NO_LIMITS)
    one.writes("Do you sell lamps?")
    heard = {id(one): 0, id(two): 0}
    for _ in range(30 * 4):
        for speaker, listener in ((one, two), (two, one)):
            speaker.pass_time(minutes=15)
            for text in speaker.internet.texts()[heard[id(speaker)] :]:
                heard[id(speaker)] += 1
                listener.clock.now = max(listener.clock.now, speaker.clock.now)
                listener.writes(text, message_id=f"r{heard[id(speaker)]}")
    said = [len(world.internet.texts()) for world in (one, two)]
    one.close()
    two.close()

    assert said == [1, 1]


def test_r34_whoever_sounds_like_a_machine_is_still_told_of(world: World) -> None:
    world.publish(NO_LIMITS)
    world.writes("Automatic reply: I am out of office.")

    world.pass_time(hours=2)

    assert "Nobody has replied in time" in world.alerts()


def test_r20_a_person_who_writes_on_gets_updates_again(world: World) -> None:
    world.publish(NO_LIMITS)
    world.writes("Automatic reply: I am out of office.")
    world.pass_time(hours=1)
    world.writes("Now it is me. Where is order 12?", message_id="m2")

    world.pass_time(days=2)

    assert len(world.internet.texts()) > 1


def test_r20_who_asks_twice_before_we_have_said_anything_is_a_person(world: World) -> None:
    world.publish(NO_LIMITS)
    world.writes("Hello, anybody there?")
    world.pass_time(minutes=2)
    world.writes("Hello, anybody there?", message_id="m2")
    world.work()

    assert world.case().automaton == ""


def test_r20_who_speaks_of_our_automatic_reply_and_asks_is_a_person(world: World) -> None:
    world.writes("I got an automatic reply, but where is my parcel?")
    world.work()

    assert world.case().automaton == ""


def test_r29_the_case_tells_what_sounded_like_a_machine(world: World) -> None:
    world.publish(NO_LIMITS)
    world.writes("This is an automated message.")
    world.work()
    timeline = world.ports.store.timeline(world.case().id)

    assert [e.facts["sign"] for e in timeline if e.why is Why.AUTOMATON_SUSPECTED] == ["declared"]
