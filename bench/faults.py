"""Kill the whole flow at every call it makes, in all sorts of weather, and judge what is left.

Run with `./hearback bench faults`. First the matrix: ten ways of writing to customers, each in every weather
that matters to it (duplicates, reorderings, late echoes, lost answers, 429, 5xx, expired tokens, two
workers, wrong clocks, late sweeps, private replies, missed promises, policies published on the way, a flood
of complaints), and in each of these a kill before and after every call to the store, the records, the
queues, the platform and the owner's telephone. `--all` tries besides that each call fails, before or after
it was done, that another worker does everything meanwhile, and that the process stands still for longer
than a lease. Then seeded schedules, in which several of these come together: `--schedules` of them, or for
so many `--minutes`, from `--seed` on. What breaks is printed with the command that repeats it, such as
`--case signed/plain/kill-after/31`.

With `--aws` only the flow on DynamoDB and SQS is tried, on an emulator: each request is throttled, refused,
cut off, swallowed, and each kills the process before and after it.
"""

import argparse
import itertools
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench.emulated import python
from tests.emulator import Emulator, running
from tests.faults import aws
from tests.faults.boundaries import KILLS, Kind
from tests.faults.matrix import Court, Verdict, at_each, pairs
from tests.faults.schedules import every_seed, named

_AT_ONCE = 16
_TOLD_EVERY = 20.0
"""Seconds after which long work says how far it is."""

_court: Court | None = None


@dataclass
class Count:
    """How much was tried and how much of it broke, told now and then."""

    runs: int = 0
    failed: int = 0
    boundaries: int = 0
    began: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)

    def take(self, verdict: Verdict) -> None:
        """Count one case, and print it where something broke."""
        self.runs += 1
        self.boundaries += verdict.boundaries
        if verdict.broken:
            self.failed += 1
            print(verdict, flush=True)

    def tell(self, of: int, what: str) -> None:
        """Print how far it is, where nothing was printed for long."""
        now = time.monotonic()
        if now - self.told < _TOLD_EVERY:
            return
        self.told = now
        left = (now - self.began) / self.runs * (of - self.runs) if self.runs else 0
        print(f"  {self.runs}/{of} runs, {self.failed} broken, {left:.0f} s left ({what})", flush=True)


def main() -> None:
    """Try what is asked for, and say how much that was."""
    options = _options()
    start = time.monotonic()
    counts = [*_on_aws(options)] if options.aws else [*_here(options)]
    runs, failed = sum(one.runs for one in counts), sum(one.failed for one in counts)
    print(
        f"{runs} runs in {time.monotonic() - start:.0f} s with {options.workers} processes "
        f"on {os.cpu_count()} cores: {failed} broken"
    )
    if failed:
        raise SystemExit("something was lost or came twice")


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(
        prog="./hearback bench faults",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("--case", metavar="NAME", help="only this one, as it is printed where it breaks")
    options.add_argument("--all", action="store_true", help="all that may happen at a call, not only kills")
    options.add_argument("--only", default="", metavar="TEXT", help="of the matrix only pairs that begin so")
    options.add_argument("--every", type=int, default=1, metavar="N", help="of the calls only every N-th")
    options.add_argument("--no-matrix", action="store_true", help="only seeded schedules")
    options.add_argument("--seed", type=int, default=1, metavar="N", help="the first seed (1)")
    options.add_argument("--schedules", type=int, default=2000, metavar="N", help="so many seeds (2000)")
    options.add_argument("--minutes", type=float, metavar="N", help="seeds for so long, however many")
    options.add_argument("--aws", action="store_true", help="the flow on an emulator of DynamoDB and SQS")
    options.add_argument(
        "--workers", type=int, default=os.cpu_count(), metavar="N", help="processes (one for each core)"
    )
    return options.parse_args()


def _here(options: argparse.Namespace) -> Iterator[Count]:
    """Try what is asked for on SQLite."""
    with (
        tempfile.TemporaryDirectory() as place,
        ProcessPoolExecutor(options.workers, initializer=_begin, initargs=(place,)) as workers,
    ):
        if options.case:
            yield _one(workers, options.case)
            return
        if not options.no_matrix:
            kinds = tuple(Kind) if options.all else KILLS
            yield _matrix(workers, kinds, options.only, options.every)
        if options.schedules:
            yield _seeds(workers, options.seed, options.schedules, options.minutes)


def _begin(place: str) -> None:
    global _court  # noqa: PLW0603 - each worker of the pool has its own
    logging.disable(logging.CRITICAL)
    _court = Court(Path(tempfile.mkdtemp(dir=place)))


def _judged(name: str) -> Verdict:
    assert _court is not None
    return _court.verdict(named(name))


def _one(workers: ProcessPoolExecutor, name: str) -> Count:
    count = Count()
    verdict = workers.submit(_judged, name).result()
    print(f"{verdict.schedule}\n{verdict.boundaries} boundaries")
    count.take(verdict)
    return count


def _matrix(workers: ProcessPoolExecutor, kinds: tuple[Kind, ...], only: str, every: int) -> Count:
    """Try every boundary of every pair; return how many runs that was and how many broke something."""
    chosen = [name for name in pairs() if name.startswith(only)]
    if not chosen:
        raise SystemExit(f"no pair begins with {only!r}: there are {', '.join(pairs()[:3])} and so on")
    plain = list(workers.map(_judged, chosen))
    boundaries = sum(one.boundaries for one in plain)
    cases = [
        at_each(name, one.boundaries, kinds, step=every) for name, one in zip(chosen, plain, strict=True)
    ]
    total = len(chosen) + sum(map(len, cases))
    size = f"{boundaries} boundaries in {len(chosen)} schedules x {len(kinds)} kinds"
    print(f"matrix: {size}{f', every {every}th' if every > 1 else ''}: {total} runs", flush=True)
    # All at once, so that no core waits for the end of a pair.
    verdicts = workers.map(_judged, itertools.chain(*cases), chunksize=_AT_ONCE)
    count = Count()
    for number, (name, before, own) in enumerate(zip(chosen, plain, cases, strict=True), 1):
        wrong = count.failed
        for verdict in itertools.chain([before], itertools.islice(verdicts, len(own))):
            count.take(verdict)
            count.tell(total, name)
        counts = f"{before.boundaries:>4} boundaries {len(own) + 1:>6} runs {count.failed - wrong:>4} broken"
        print(f"{number:>3}/{len(chosen)} {name:<26} {counts}", flush=True)
    print(f"matrix: {size} = {count.runs} runs, {count.failed} broken", flush=True)
    return count


def _seeds(workers: ProcessPoolExecutor, seed: int, schedules: int, minutes: float | None) -> Count:
    """Try seeded schedules; return how many runs that was and how many broke something."""
    until = time.monotonic() + minutes * 60 if minutes else None
    names = (one.name for one in every_seed(seed))
    count = Count()
    while (until and time.monotonic() < until) or (until is None and count.runs < schedules):
        size = 500 if until else min(500, schedules - count.runs)
        for verdict in workers.map(_judged, itertools.islice(names, size), chunksize=_AT_ONCE):
            count.take(verdict)
        tried = f"{count.boundaries} boundaries passed, {count.runs} runs, {count.failed} broken"
        print(f"seeds {seed}-{seed + count.runs - 1}: {tried}", flush=True)
    return count


def _on_aws(options: argparse.Namespace) -> Iterator[Count]:
    """Let everything happen to every request to DynamoDB and SQS."""
    with (
        tempfile.TemporaryDirectory() as place,
        running(python(), Path(place)) as emulator,
        ProcessPoolExecutor(options.workers, initializer=_begin, initargs=(place,)) as workers,
    ):
        judged = partial(_judged_on_aws, place, emulator)
        plain = workers.submit(judged, ("", 0)).result()
        starts = range(1, plain.requests + 1, options.every)
        cases = [(kind, first) for kind in aws.KINDS for first in starts]
        print(f"aws: {plain.requests} requests x {len(aws.KINDS)} kinds: {len(cases)} runs", flush=True)
        count = Count()
        for (kind, first), ending in zip(cases, workers.map(judged, cases), strict=True):
            count.runs += 1
            if ending.wrong:
                count.failed += 1
                print(f"{kind} at request {first}: {ending.wrong}", flush=True)
            count.tell(len(cases), kind)
        yield count


def _judged_on_aws(place: str, emulator: Emulator, case: tuple[str, int]) -> aws.Ending:
    kind, first = case
    with tempfile.TemporaryDirectory(dir=place) as folder:
        return aws.lived(Path(folder) / "world", emulator, kind, first)


if __name__ == "__main__":
    main()
