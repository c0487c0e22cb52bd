"""A store is put back: what the lost time said is not said again, and the owner is called (R5, R6, R34)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib import backup, sqlite, wiring
from tests.fakes import World


def unheard(_done: int, _pages: int) -> None:
    """Hear of no progress."""


def restored(world: World, copy: Path, folder: Path) -> World:
    """Put a copy back and return a world that works with it from now on; the old one is gone."""
    backup.put_back(copy, folder, world.clock(), unheard, lambda _: True)
    (folder / wiring.DATABASE).rename(folder / "world.sqlite")
    again = World(folder)
    again.clock.now = world.clock.now
    return again


def written(world: World) -> None:
    world.writes()


def handled(world: World) -> None:
    world.writes()
    world.work()


def almost_acknowledged(world: World) -> None:
    world.writes()
    world.pass_time(minutes=15)


def acknowledged(world: World) -> None:
    world.writes()
    world.pass_time(minutes=16)


@pytest.mark.parametrize("until", [written, handled, almost_acknowledged, acknowledged])
@pytest.mark.parametrize("lost_minutes", [1, 20, 300])
def test_whenever_it_was_copied_nothing_is_said_again_and_the_owner_is_called(
    world: World, tmp_path: Path, until: Callable[[World], None], lost_minutes: int
) -> None:
    until(world)
    sqlite.copy(tmp_path / "world.sqlite", tmp_path / "copy.sqlite", unheard)
    world.pass_time(minutes=lost_minutes)

    again = restored(world, tmp_path / "copy.sqlite", tmp_path / "data")
    again.pass_time(hours=6)

    assert again.internet.texts() == []
    assert again.owner.calls
    again.close()


def test_an_event_that_the_platform_delivers_again_is_not_acknowledged_again(
    world: World, tmp_path: Path
) -> None:
    sqlite.copy(tmp_path / "world.sqlite", tmp_path / "copy.sqlite", unheard)
    webhook = world.signed("message.created", text="Where is my order?")
    world.receive("shop", webhook)
    world.pass_time(minutes=3)

    again = restored(world, tmp_path / "copy.sqlite", tmp_path / "data")
    again.receive("shop", webhook)
    again.pass_time(hours=1)

    assert again.internet.texts() == []
    assert "No reply, and no acknowledgement either" in again.alerts()
    again.close()


def test_a_customer_who_writes_after_it_is_acknowledged_under_a_key_that_was_never_used(
    world: World, tmp_path: Path
) -> None:
    sqlite.copy(tmp_path / "world.sqlite", tmp_path / "copy.sqlite", unheard)
    acknowledged(world)
    lost = {request.headers["webhook-id"] for _, request in world.internet.requests}

    again = restored(world, tmp_path / "copy.sqlite", tmp_path / "data")
    again.clock.now = world.clock.now
    again.writes("And my invoice?", message_id="m2")
    again.pass_time(minutes=16)

    keys = {request.headers["webhook-id"] for _, request in again.internet.requests}
    assert len(keys) == 1
    assert keys.isdisjoint(lost)
    again.close()
