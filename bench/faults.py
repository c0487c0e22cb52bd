"""Kill the whole flow at every call it makes, in all sorts of weather, and judge what is left.

Run with `./hearback bench faults`. First the matrix: eight ways of writing to customers, each in every
weather (duplicates, reorderings, late echoes, lost answers, 429, 5xx, expired tokens, two workers, wrong
clocks, late sweeps), and in each of these a kill before and after every call to the store, the records, the
queues, the platform and the owner's telephone. `--all` tries besides that each call fails, before or after it
was done, that another worker does everything meanwhile, and that the process stands still for longer than a
lease. Then seeded schedules, in which several of these come together: `--schedules` of them, or for so many
`--minutes`, from `--seed` on. What breaks is printed with the command that repeats it, such as
`--case signed/plain/kill-after/31`.
"""

import argparse
import itertools
import logging
import os
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.faults.boundaries import KILLS, Kind
from tests.faults.matrix import Court, Verdict, at_each, pairs
from tests.faults.schedules import every_seed, named

_AT_ONCE = 16
_court: Court | None = None


def main() -> None:
    """Try what is asked for, and say how much that was."""
    options = _options()
    folder = tempfile.TemporaryDirectory()
    start = time.monotonic()
    with folder as place, ProcessPoolExecutor(initializer=_begin, initargs=(place,)) as workers:
        if options.case:
            tried = [_one(workers, options.case)]
        else:
            kinds = tuple(Kind) if options.all else KILLS
            tried = [] if options.no_matrix else [_matrix(workers, kinds, options.only)]
            tried.append(_seeds(workers, options.seed, options.schedules, options.minutes))
    runs, failed = (sum(column) for column in zip(*tried, strict=True))
    print(f"{runs} runs in {time.monotonic() - start:.0f} s on {os.cpu_count()} cores: {failed} broken")
    if failed:
        raise SystemExit("something was lost or came twice")


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--case", metavar="NAME", help="repeat one case")
    options.add_argument("--all", action="store_true", help="not only kills")
    options.add_argument("--only", default="", metavar="TEXT", help="of the matrix only pairs that begin so")
    options.add_argument("--no-matrix", action="store_true", help="only seeded schedules")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--schedules", type=int, default=2000)
    options.add_argument(
        "--minutes", type=float, metavar="N", help="seeded schedules for so long, however many"
    )
    return options.parse_args()


def _begin(place: str) -> None:
    global _court  # noqa: PLW0603 - each worker of the pool has its own
    logging.disable(logging.CRITICAL)
    _court = Court(Path(tempfile.mkdtemp(dir=place)))


def _judged(name: str) -> Verdict:
    assert _court is not None
    return _court.verdict(named(name))


def _one(workers: ProcessPoolExecutor, name: str) -> tuple[int, int]:
    verdict = workers.submit(_judged, name).result()
    print(f"{verdict.schedule}\n{verdict.boundaries} boundaries")
    return _told([verdict])


def _matrix(workers: ProcessPoolExecutor, kinds: tuple[Kind, ...], only: str) -> tuple[int, int]:
    """Try every boundary of every pair; return how many runs that was and how many broke something."""
    runs = failed = boundaries = 0
    chosen = [name for name in pairs() if name.startswith(only)]
    for number, name in enumerate(chosen, 1):
        plain = workers.submit(_judged, name).result()
        found = workers.map(_judged, at_each(name, plain.boundaries, kinds), chunksize=_AT_ONCE)
        tried, wrong = _told(itertools.chain([plain], found))
        runs, failed, boundaries = runs + tried, failed + wrong, boundaries + plain.boundaries
        counts = f"{plain.boundaries:>4} boundaries {tried:>6} runs {wrong:>4} broken"
        print(f"{number:>3}/{len(chosen)} {name:<24} {counts}", flush=True)
    size = f"{boundaries} boundaries in {len(chosen)} schedules x {len(kinds)} kinds"
    print(f"matrix: {size} = {runs} runs, {failed} broken", flush=True)
    return runs, failed


def _seeds(workers: ProcessPoolExecutor, seed: int, schedules: int, minutes: float | None) -> tuple[int, int]:
    """Try seeded schedules; return how many runs that was and how many broke something."""
    until = time.monotonic() + minutes * 60 if minutes else None
    names = (one.name for one in every_seed(seed))
    runs = failed = boundaries = 0
    while (until and time.monotonic() < until) or (until is None and runs < schedules):
        size = 500 if until else min(500, schedules - runs)
        verdicts = list(workers.map(_judged, itertools.islice(names, size), chunksize=_AT_ONCE))
        tried, wrong = _told(verdicts)
        runs, failed = runs + tried, failed + wrong
        boundaries += sum(one.boundaries for one in verdicts)
        print(
            f"seeds {seed}-{seed + runs - 1}: {boundaries} boundaries passed, {runs} runs, {failed} broken",
            flush=True,
        )
    return runs, failed


def _told(verdicts: Iterable[Verdict]) -> tuple[int, int]:
    """Print what broke; return how many there were and how many broke something."""
    tried = wrong = 0
    for verdict in verdicts:
        tried += 1
        if verdict.broken:
            wrong += 1
            print(verdict, flush=True)
    return tried, wrong


if __name__ == "__main__":
    main()
