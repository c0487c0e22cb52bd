"""What the doctor finds while Hearback works, and that looking changes nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib import checkup, handle, incidents, pauses, restored, sweep, wiring
from chalicelib.checkup import Finding, What
from chalicelib.core.errors import NotSent
from chalicelib.core.message import Thread
from chalicelib.intake import accept
from chalicelib.platforms.contract import HttpRequest, HttpResponse, Send
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.publish import publish
from chalicelib.queues.contract import QueueMessage
from chalicelib.serve.workers import consume_once
from chalicelib.sqlite import SqliteFile
from chalicelib.wiring import Laptop
from tests.builders import NOON, wrote
from tests.fakes import (
    CHANNELS,
    HOURS_DOCUMENT,
    MESSAGES,
    POLICY_DOCUMENT,
    ROSTER_DOCUMENT,
    SECRETS,
    Clock,
    World,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def laptop(tmp_path: Path, clock: Clock) -> Iterator[Laptop]:
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in SECRETS.items()), "utf-8")
    made = wiring.laptop(tmp_path / "data", tmp_path / ".env", "http://localhost", clock)
    documents: dict[str, Any] = {
        "hours": HOURS_DOCUMENT,
        "channels": {"channels": list(CHANNELS)},
        "roster": ROSTER_DOCUMENT,
    }
    bundle = Bundle(policy=POLICY_DOCUMENT, messages=MESSAGES, **documents)
    publish(bundle, made.ports.records, clock(), by="test")
    yield made
    made.file.close()


def offline(request: HttpRequest) -> HttpResponse:
    raise NotSent("ConnectionError")


def telling(at: datetime) -> Send:
    return lambda request: HttpResponse(
        status=404, headers={"date": format_datetime(at, usegmt=True)}, body=b""
    )


def looked(laptop: Laptop, what: What, ask: Send = offline) -> list[Finding]:
    return [one for one in checkup.work(laptop, ask) if one.what is what]


def dump(file: SqliteFile) -> list[tuple[object, ...]]:
    tables = [name for (name,) in file.read().execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [row for table in tables for row in file.read().execute(f"SELECT * FROM {table}")]  # noqa: S608 - own names


def write(laptop: Laptop, clock: Clock, world: World) -> None:
    """Let a customer write on the laptop's signed channel."""
    assert accept("shop", world.signed("message.created", text="Where is it?"), laptop.ports).status == 200


def test_all_is_well_where_nothing_waits(laptop: Laptop) -> None:
    assert [one for one in checkup.work(laptop, offline) if not one.ok] == []


def test_looking_changes_nothing(laptop: Laptop, clock: Clock, world: World) -> None:
    write(laptop, clock, world)
    before = dump(laptop.file)
    list(checkup.work(laptop, telling(NOON)))

    assert dump(laptop.file) == before


def test_an_event_that_nobody_takes_up_is_found_with_its_age(
    laptop: Laptop, clock: Clock, world: World
) -> None:
    write(laptop, clock, world)
    clock.now += timedelta(minutes=7)

    [found] = looked(laptop, What.BACKLOG)
    assert not found.ok and "1 events (the oldest for 7 min" in found.found and found.remedy


def test_a_wake_up_that_is_held_back_is_not_old(laptop: Laptop, clock: Clock) -> None:
    laptop.ports.wakeups.put([QueueMessage(body="{}", delay=timedelta(minutes=10))])
    clock.now += timedelta(minutes=9)

    assert looked(laptop, What.BACKLOG)[0].ok


def test_the_oldest_due_case_is_named_with_how_late_it_is(laptop: Laptop, clock: Clock, world: World) -> None:
    write(laptop, clock, world)
    consume_once(laptop.ports.events, handle.consume, 10, laptop.ports, timedelta())
    clock.now += timedelta(hours=2)

    [found] = looked(laptop, What.OVERDUE)
    [case] = laptop.ports.store.open_cases("shop")
    assert not found.ok and case.id in found.found and case.id in found.remedy


def test_a_stopped_channel_is_found_with_its_code(laptop: Laptop) -> None:
    pauses.stop(laptop.ports.policies.live().channel("page"), "190", laptop.ports)

    found = looked(laptop, What.CHANNELS)
    assert [one.ok for one in found] == [False, True] and "page" in found[0].found and "190" in found[0].found


# What R33 asks of the owner

STATUS = {"en": "Our card payments fail. We tell you here as soon as they work."}


def complaints_flood(laptop: Laptop, clock: Clock, world: World) -> None:
    """Let 40 customers complain within ten minutes."""
    for number in range(40):
        world.clock.now = clock.now
        angry: dict[str, Any] = {
            "text": "This is a disaster, it is broken again!",
            "customer": {"id": f"c{number}"},
        }
        webhook = world.signed("message.created", thread=f"t{number}", message_id=f"m{number}", **angry)
        assert accept("shop", webhook, laptop.ports).status == 200
        clock.now += timedelta(seconds=15)
    while consume_once(laptop.ports.events, handle.consume, 10, laptop.ports, timedelta()):
        pass


def test_r33_without_a_flood_there_is_no_crisis_to_tell_of(laptop: Laptop) -> None:
    assert looked(laptop, What.CRISES) == [Finding(What.CRISES, "none, and no open incident")]


def test_r33_a_flood_of_complaints_needs_a_word_from_the_owner(
    laptop: Laptop, clock: Clock, world: World
) -> None:
    complaints_flood(laptop, clock, world)

    [found] = looked(laptop, What.CRISES)
    assert not found.ok and found.remedy.endswith("`hearback incident open shop`")
    assert found.found.startswith("complaints flood shop since ") and "40 open cases wait" in found.found


def test_r33_a_flood_of_which_everybody_is_told_needs_nothing_more(
    laptop: Laptop, clock: Clock, world: World
) -> None:
    complaints_flood(laptop, clock, world)
    incidents.open_incident("shop", STATUS, laptop.ports, by="Olga")

    flood, incident = looked(laptop, What.CRISES)
    assert flood.ok and incident.ok and not flood.remedy
    assert incident.found.startswith("incident 1 is open on shop since ")


def test_r33_what_a_crisis_has_left_is_told_of_until_nobody_waits(
    laptop: Laptop, clock: Clock, world: World
) -> None:
    complaints_flood(laptop, clock, world)
    incidents.open_incident("shop", STATUS, laptop.ports, by="Olga")
    clock.now += timedelta(hours=1)
    incidents.close("shop", laptop.ports, by="Olga")

    [found] = looked(laptop, What.CRISES)
    assert (found.ok, found.remedy) == (False, "see `hearback incident show shop`")
    assert found.found.startswith("shop is calm since ") and "40 open cases wait" in found.found


def test_a_sweep_that_no_longer_runs_is_found(laptop: Laptop, clock: Clock) -> None:
    assert looked(laptop, What.SWEEP)[0].ok
    sweep.sweep(laptop.ports)
    clock.now += timedelta(minutes=2)
    assert looked(laptop, What.SWEEP)[0].ok
    clock.now += timedelta(minutes=2)
    assert not looked(laptop, What.SWEEP)[0].ok


@pytest.mark.parametrize(
    ("seconds", "ok", "where"),
    [(0, True, "agrees"), (25, True, "agrees"), (300, False, "behind"), (-300, False, "ahead of")],
)
def test_the_clock_is_compared_with_a_platforms(laptop: Laptop, seconds: int, ok: bool, where: str) -> None:  # noqa: FBT001 - a row of the table
    [found] = looked(laptop, What.CLOCK, telling(NOON + timedelta(seconds=seconds)))

    assert found.ok is ok and where in found.found


def test_a_platform_is_asked_without_a_secret(laptop: Laptop) -> None:
    asked: list[HttpRequest] = []

    def ask(request: HttpRequest) -> HttpResponse:
        asked.append(request)
        return HttpResponse(status=200, headers={}, body=b"")

    looked(laptop, What.CLOCK, ask)
    shown = repr(asked)
    assert asked and not [value for value in SECRETS.values() if value in shown]


def test_without_a_network_the_clock_is_compared_with_the_database(laptop: Laptop, clock: Clock) -> None:
    sweep.sweep(laptop.ports)
    assert looked(laptop, What.CLOCK)[0].ok
    clock.now -= timedelta(hours=1)

    [found] = looked(laptop, What.CLOCK)
    assert not found.ok and "behind the last sweep" in found.found


def test_the_room_on_the_disk_is_told(tmp_path: Path) -> None:
    found = checkup.disk(tmp_path)

    assert found.what is What.DISK and "GB are free" in found.found and found.ok is not bool(found.remedy)


def test_r34_cases_from_before_a_restore_need_somebody_until_they_are_answered(
    laptop: Laptop, clock: Clock, tmp_path: Path
) -> None:
    restored.mark(laptop.ports.records, clock() + timedelta(hours=1))
    handle.apply(wrote(thread=Thread(channel="shop", key="t1")), laptop.ports)

    [told] = [one for one in checkup.work(laptop, offline) if "put back" in one.found]

    assert not told.ok
    assert "1 open cases" in told.found
