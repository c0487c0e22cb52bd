import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chalicelib import wiring
from chalicelib.cli.asking import Asking
from chalicelib.cli.channels import channel
from tests.app.commands import Call
from tests.app.stages import Stage
from tests.browser import Browser
from tests.emulator import Emulator
from tests.fakes import PROJECT, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    wiring.install(made.ports)
    yield made
    made.close()


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(world)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with the files of an owner in it, with texts in two languages to be quick."""
    shutil.copytree(PROJECT / "policies", tmp_path / "policies", ignore=shutil.ignore_patterns("[hr]?.ftl"))
    return tmp_path


@pytest.fixture
def call(place: Path) -> Call:
    """Run `channel ...`: `typed` is answered at a terminal, `piped` comes where there is none."""

    def run(
        *arguments: str,
        typed: str | None = None,
        piped: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> Result:
        options = ["--policies", str(place / "policies"), "--env-file", str(place / ".env")]
        asking = Asking(allowed=typed is not None)
        return CliRunner(env=environment).invoke(
            channel, [*arguments, *options], input=typed or piped, obj=asking
        )

    return run


@pytest.fixture
def stage(emulator: Emulator, tmp_path: Path) -> Stage:
    """A stage that has been deployed, with the policies of the project."""
    shutil.copytree(PROJECT / "policies", tmp_path / "policies")
    made = Stage(emulator, tmp_path)
    made.deploy()
    made.stand()
    return made


@pytest.fixture
def published(stage: Stage) -> Stage:
    assert stage.run("policy", "publish", "--policies", str(stage.folder / "policies")).exit_code == 0
    return stage
