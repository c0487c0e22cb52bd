"""`./hearback bench cold_start`: what the first answer of a new Lambda costs, beside a bare Chalice app.

The zip that `hearback package` makes is unpacked, and `awslambdaric` starts each function on it against a
Runtime API on loopback, with an event of its kind, over ministack. CPU seconds (user and system) of the
function's process alone, from its start to its first answer; the median, the variants taking turns.

The bare app imports boto3 and requests, has one route, and answers it; made by the same packager, it has
every library's bytecode, or none. `bare + SQS` also makes a client and puts the request onto a queue, as a
webhook responder must. What TLS costs is in none of the figures: loopback speaks HTTP.
"""

import argparse
import os
import statistics
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from bench import client
from bench.cold_world import Event, World, ok, world
from bench.runtime_api import first_answer
from infra import bytecode, contents, libraries
from infra.contents import Boto3
from infra.package import PROJECT, here, package
from infra.runtimes import Architecture

GLIBC = 34
"""The minor version of this machine's C library must be at least this."""

BARE = """
import boto3
import requests
from chalice import Chalice

app = Chalice(app_name="bare")

@app.route("/webhooks/{channel}", methods=["POST"])
def webhook(channel):
    return {}
"""

BARE_SQS = BARE.replace(
    'app = Chalice(app_name="bare")', 'app = Chalice(app_name="bare")\nsqs = boto3.client("sqs")'
)
BARE_SQS = BARE_SQS.replace(
    "    return {}",
    "    import os\n    body = app.current_request.raw_body.decode()\n"
    '    sqs.send_message(QueueUrl=os.environ["HEARBACK_WAKEUPS_URL"], MessageBody=body)\n    return {}',
)

BARE_LIBRARIES: tuple[str, ...] = (
    "boto3",
    "botocore",
    "certifi",
    "chalice",
    "charset-normalizer",
    "idna",
    "jmespath",
)
BARE_LIBRARIES += ("python-dateutil", "requests", "s3transfer", "six", "typing_extensions", "urllib3")

BEST_OF_BARE, BEST_OF_OWN = 1.3, 0.7
ZIPPED, UNZIPPED = 15, 100


@dataclass
class Start:
    """One function on one tree: how to start it, and what it took."""

    name: str
    code: Path
    handler: str
    event: Callable[[], Event]
    environment: dict[str, str] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """The median."""
        return statistics.median(self.took)

    def run(self, environment: dict[str, str]) -> None:
        """Start it once."""
        took, answer = first_answer(self.code, self.handler, self.event(), environment | self.environment)
        if not ok(answer):
            raise SystemExit(f"{self.name}: {self.handler} answered {answer}")
        self.took.append(took)


def main() -> None:
    """Package, unpack, start, print."""
    parser = argparse.ArgumentParser(prog="hearback bench cold_start")
    parser.add_argument("--runs", type=int, default=7, help="starts of each function on each tree (7)")
    parser.add_argument("--boto3", action="store_true", help="compare what may become of boto3, too")
    parser.add_argument("--keep", type=Path, help="a folder to keep the packages in, and to take them from")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hearback-cold-") as scratch, world() as made:
        trees = Trees(options.keep or Path(scratch))
        starts = list(_starts(trees, made, everything=options.boto3))
        environment = made.environment
        for _ in range(options.runs):
            for start in starts:
                start.run(environment)
        print(f"{client.machine()}, load average {os.getloadavg()[0]:.0f}, median of {options.runs} starts\n")
        _tell(starts)
        print(f"\nposts that reached the platform: {made.posts()}")
    _tell_sizes(trees)


class Trees:
    """Unpacked zips, each made once."""

    def __init__(self, folder: Path) -> None:
        """Take the folder they are made in; what is there is taken as it is."""
        self._folder = folder

    def ours(self, boto3: Boto3, *, with_bytecode: bool) -> Path:
        """Return Hearback's zip, unpacked."""
        folder = self._folder / f"{boto3}-{'bytecode' if with_bytecode else 'sources'}"
        if not (folder / "code").exists():
            print(f"packaging {folder.name} ...", file=sys.stderr)
            done = package(
                folder, architecture=_processor(), boto3=boto3, with_bytecode=with_bytecode, glibc=GLIBC
            )
            with zipfile.ZipFile(done.zip) as zipped:
                zipped.extractall(folder / "code")
        return folder / "code"

    def bare(self, *, with_bytecode: bool, puts: bool = False) -> Path:
        """Return a bare Chalice app with its libraries."""
        folder = self._folder / f"bare-{'bytecode' if with_bytecode else 'sources'}{'-sqs' if puts else ''}"
        if not folder.exists():
            self._install(BARE_LIBRARIES, folder)
            for path in list(folder.rglob("*")):
                part = PurePosixPath(path.relative_to(folder).as_posix())
                if path.is_file() and not contents.wanted(part, Boto3.WHOLE, None):
                    path.unlink()
            (folder / "app.py").write_text(BARE_SQS if puts else BARE)
            if with_bytecode:
                bytecode.instead(folder, sys.executable, here(), ())
        return folder

    def runtime(self, *, with_bytecode: bool) -> Path:
        """Return a folder such as Lambda's own with boto3, to be found after the function's code."""
        folder = self._folder / f"lambda-{'bytecode' if with_bytecode else 'sources'}"
        if not folder.exists():
            self._install(contents.AWS_LIBRARIES, folder)
            if with_bytecode:
                bytecode.beside(folder, sys.executable, here())
        return folder

    def _install(self, names: Iterable[str], folder: Path) -> None:
        print(f"installing {folder.name} ...", file=sys.stderr)
        pinned = (PROJECT / "requirements.txt").read_text().splitlines()
        lines = [line.partition("#")[0].strip() for line in pinned if line.partition("==")[0] in set(names)]
        libraries.install(lines, folder, python=here(), architecture=_processor(), glibc=GLIBC)


def _processor() -> Architecture:
    return Architecture.ARM64 if os.uname().machine == "aarch64" else Architecture.X86_64


def _starts(trees: Trees, made: World, *, everything: bool) -> Iterable[Start]:
    for named, with_bytecode in (("bytecode", True), ("sources", False)):
        for name, puts in (("bare", False), ("bare + SQS", True)):
            code = trees.bare(with_bytecode=with_bytecode, puts=puts)
            yield Start(f"{name}|{named}", code, "app.app", made.webhook)
        yield from _functions(named, trees.ours(Boto3.TRIMMED, with_bytecode=with_bytecode), made)
    if everything:
        yield from _functions("whole boto3", trees.ours(Boto3.WHOLE, with_bytecode=True), made)
        code = trees.ours(Boto3.RUNTIME, with_bytecode=True)
        for named, with_bytecode in (("runtime's, bytecode", True), ("runtime's, sources", False)):
            later = {"PYTHONPATH": str(trees.runtime(with_bytecode=with_bytecode))}
            yield from _functions(named, code, made, later)


def _functions(
    named: str, code: Path, made: World, environment: dict[str, str] | None = None
) -> Iterable[Start]:
    for name, handler, event in (
        ("webhook", "app.app", made.webhook),
        ("events", "app.on_events", made.events),
        ("wakeups", "app.on_wakeups", made.wakeup),
        ("sweep", "app.sweep", made.schedule),
    ):
        yield Start(f"{name}|{named}", code, handler, event, environment or {})


def _tell(starts: list[Start]) -> None:
    took: dict[str, dict[str, float]] = {}
    for start in starts:
        row, _, column = start.name.partition("|")
        took.setdefault(row, {})[column] = start.seconds
    columns = list(dict.fromkeys(start.name.partition("|")[2] for start in starts))
    bare = took["bare"]["bytecode"]
    print(f"{'CPU, ms':12}" + "".join(f"{column:>21}" for column in columns) + "   / bare  / own sources")
    for row, values in took.items():
        cells = "".join(f"{values[c] * 1000:21.0f}" if c in values else " " * 21 for c in columns)
        ratios = values["bytecode"] / bare, values["bytecode"] / values["sources"]
        print(f"{row:12}{cells}   {ratios[0]:6.2f}  {ratios[1]:6.2f}")
    print(f"wanted: at most {BEST_OF_BARE} of bare and {BEST_OF_OWN} of our own sources")


def _tell_sizes(trees: Trees) -> None:
    code = trees.ours(Boto3.TRIMMED, with_bytecode=True)
    zipped = (code.parent / "deployment.zip").stat().st_size / 1e6
    unzipped = sum(path.stat().st_size for path in code.rglob("*") if path.is_file()) / 1e6
    print(f"zip {zipped:.1f} MB (wanted {ZIPPED}), unzipped {unzipped:.1f} MB (wanted {UNZIPPED})")


if __name__ == "__main__":
    main()
