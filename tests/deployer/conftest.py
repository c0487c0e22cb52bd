"""An owner who deploys to an account in the emulator, each test with a stage of its own."""

import time
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from app import app
from infra import deploying, destroying, rolling_back
from infra.account import Account, known
from infra.archive import Sizes
from infra.package import Packaged
from infra.stack import Stack, Standing
from infra.template import Template, template
from tests.deployer.owner import Owner
from tests.emulator import Emulator

REGION = "eu-central-1"
EMAIL = "owner@shop.example"
POLICIES = Path(__file__).parents[2] / "policies"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

_stages = count(1)


def understood(found: Template) -> Template:
    """Return a template without the alarms of more than one metric, which the emulator does not know."""
    resources = found["Resources"].items()
    return {
        **found,
        "Resources": {name: one for name, one in resources if "Metrics" not in one.get("Properties", {})},
    }


def pause(_: float) -> None:
    """Give the emulator a moment, where AWS would need three seconds."""
    time.sleep(0.02)


@dataclass(kw_only=True)
class Shop:
    """A stage and its owner; `make` packages nothing but a name."""

    stage: str
    account: Account
    folder: Path
    owner: Owner = field(default_factory=Owner)

    def made(self, version: str, template: Template | None = None) -> Packaged:
        """Return a package of this version."""
        zipped = self.folder / f"{version}.zip"
        with zipfile.ZipFile(zipped, "w") as archive:
            archive.writestr("app.py", f"VERSION = {version!r}\n")
        return Packaged(
            template=template or self.template(version),
            template_file=self.folder / "unused",
            zip=zipped,
            version=version,
            zipped=len(version),
            unzipped=len(version),
            extras=Sizes(0, 0),
        )

    def template(self, version: str) -> Template:
        """Return the very template, as far as the emulator understands it."""
        return understood(
            template(app, stage=self.stage, python="3.11", architecture="arm64", version=version)
        )

    def deploy(self, version: str = "one", template: Template | None = None, **plan: Any) -> Standing | None:
        """Deploy as the owner does, with the answers that the owner gives."""
        wish = deploying.Plan(stage=self.stage, folder=POLICIES, python="3.11", **plan)
        return deploying.deploy(
            wish, self.account, lambda: self.made(version, template), self.owner, NOW, pause
        )

    def roll_back(self, to: str = "", **options: Any) -> bool:
        """Roll back as the owner does."""
        return rolling_back.roll_back(self.stage, to, self.account, self.owner, pause=pause, **options)

    def destroy(self, **options: Any) -> bool:
        """Destroy as the owner does."""
        wish = destroying.Wish(stage=self.stage, out=self.folder, **options)
        return destroying.destroy(wish, self.account, self.owner, pause)

    def standing(self) -> Standing:
        """Return what is there of the stack."""
        return Stack(self.account, self.stage, self.owner.say, pause).standing()

    def running(self) -> str:
        """Return the version of the code that runs."""
        return self.standing().outputs.get("Version", "")

    def buckets(self) -> list[str]:
        """Return the names of the stage's buckets."""
        found = self.account.client("s3").list_buckets()["Buckets"]
        return [one["Name"] for one in found if f"-{self.stage}-" in one["Name"]]


def opened(emulator: Emulator, folder: Path) -> Shop:
    """Return an owner with an account in which nothing of the stage is there yet."""
    return Shop(stage=f"shop{next(_stages)}", account=known(emulator.client, REGION), folder=folder)


@pytest.fixture
def shop(emulator: Emulator, tmp_path: Path) -> Shop:
    """An owner with a stage of their own."""
    return opened(emulator, tmp_path)
