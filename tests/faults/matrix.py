"""One case after the other: which there are, and what became of each."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.faults.boundaries import Kind
from tests.faults.harness import lived
from tests.faults.judges import broken
from tests.faults.policies import Policies
from tests.faults.schedules import Schedule, named, weathers
from tests.faults.sides import SIDES


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of one case: how many boundaries it had, which of publishing, and what did not hold."""

    schedule: Schedule
    boundaries: int
    broken: tuple[str, ...]
    publishing: range = range(0)

    def __str__(self) -> str:
        """Say what is wrong, and how to see it again."""
        return "\n".join([*self.broken, f"  repeat it with {self.schedule.command}"])


class Court:
    """Lives through cases in folders of its own, and judges them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._policies = Policies(folder)

    def verdict(self, schedule: Schedule) -> Verdict:
        """Return what became of a case."""
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            try:
                run = lived(schedule, self._policies, Path(folder))
            except AssertionError as error:
                return Verdict(schedule=schedule, boundaries=0, broken=(str(error) or "an assertion failed",))
            found = tuple(broken(run))
            run.close()
        return Verdict(
            schedule=schedule,
            boundaries=len(run.boundaries.names),
            broken=found,
            publishing=run.publishing,
        )

    def verdicts(self, names: Iterable[str]) -> Iterator[Verdict]:
        """Yield what became of each case of a name."""
        return (self.verdict(named(name)) for name in names)


def pairs() -> list[str]:
    """Return the names of all cases without a fault: each side in each weather that matters to it."""
    return [f"{side}/{weather}" for side in SIDES for weather in weathers(side)]


def at_each(name: str, boundaries: int, kinds: Iterable[Kind], *, step: int = 1, first: int = 1) -> list[str]:
    """Return the names of the cases in which one thing happens, at every `step`-th boundary."""
    return [f"{name}/{kind}/{number}" for kind in kinds for number in range(first, boundaries + 1, step)]
