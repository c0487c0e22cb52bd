from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib import wiring
from tests.browser import Browser
from tests.fakes import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    wiring.install(made.ports)
    yield made
    made.close()


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(world)
