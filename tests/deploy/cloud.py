"""An emulated AWS account in which functions run as they are deployed, each with the rights of its role."""

import json
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.deploy.internet import Internet
from tests.emulator import Emulator, running

MINUTE = 6
"""How many seconds a minute of a schedule lasts, so that no test waits for one."""

Answered = TypeVar("Answered")

_PRELUDE = Path(__file__).with_name("inside.py").read_text(encoding="utf-8")


@dataclass(frozen=True, order=True)
class Call:
    """A call that a function has made: the IAM action, and the name of what it was made to."""

    role: str
    action: str
    resource: str
    allowed: bool


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """The account, and the world outside of it."""

    emulator: Emulator
    internet: Internet
    folder: Path

    def calls(self) -> list[Call]:
        """Return the calls that functions have made so far, with the name of the role of each."""
        lines = map(json.loads, (self.folder / "calls").read_text().splitlines())
        return [Call(by.split("/")[1], *rest) for by, *rest in lines if ":assumed-role/" in by]


@contextmanager
def account(python: str, folder: Path, internet: Internet) -> Iterator[Cloud]:
    """Run the emulator as an empty account whose functions reach `internet` and nothing else."""
    venv.create(folder / "bare", with_pip=False)
    (folder / "calls").touch()
    settings = {
        "AUTH": "true",
        "CALLS": str(folder / "calls"),
        "MINUTE": str(MINUTE),
        "FUNCTIONS_PYTHON": str(folder / "bare" / "bin" / "python"),
        "HTTP_PROXY": internet.proxy,
        "HTTPS_PROXY": internet.proxy,
        "NO_PROXY": "127.0.0.1,localhost",
        "REQUESTS_CA_BUNDLE": str(internet.trusted),
    }
    with running(python, folder, prelude=_PRELUDE, settings=settings) as emulator:
        yield Cloud(emulator=emulator, internet=internet, folder=folder)


def until(ask: Callable[[], Answered], seconds: float = 60) -> Answered:
    """Return the first answer that is true, asking again and again; after so many seconds whatever it is."""
    end = time.monotonic() + seconds
    while not (answer := ask()) and time.monotonic() < end:
        time.sleep(0.05)
    return answer
