"""CPU per signed Messenger webhook accepted and durably stored, beside a minimal Flask + gunicorn responder.

Run with `./hearback bench accept`. Three programs take the same load over the same eight connections:

1. Flask + gunicorn + SQLite, with whichever of gunicorn's workers is cheaper;
2. the front of `hearback run` alone: verify, parse, store, answer, and leave the events to another process;
3. the whole of `hearback run`, until every event has also been handled, each opening a case.

The goal is for the second, which does what the first does. The third has none: it also understands the
message, decides, and stores a case with its clocks and its timeline, for which Flask has no counterpart.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from statistics import median

from bench import client
from bench.programs import free_port, place, run_program, started
from chalicelib import wiring

ROUNDS = 3
EVENTS = 4000
WARM_UP = 400

FRONT_ALONE = """
import sys
from pathlib import Path
from app import app
from chalicelib import logs, wiring
from chalicelib.policies.load import load
from chalicelib.policies.publish import publish
from chalicelib.queues.local import answering_later
from chalicelib.serve import run
from chalicelib.serve.front import Front
port, place = int(sys.argv[1]), Path(sys.argv[2])
logs.configure(place / "log")
laptop = wiring.laptop(place / "data", place / ".env", "")
ports = laptop.ports
publish(load(place / "policies", ports.clock()).bundle, ports.records, ports.clock(), by="bench")
wiring.install(ports)
run.serve(Front(app, answering_later), run.listen("127.0.0.1", port))
"""


def main() -> None:
    """Measure all three, in turns, and print the medians."""
    print(
        f"{ROUNDS} rounds of {EVENTS} webhooks, {client.CONNECTIONS} connections, {client.machine()}",
        flush=True,
    )
    turns = [
        (_flask(["-k", "sync"]), _flask(["-k", "gthread", "--threads", "8"]), _front_alone(), _whole())
        for _ in range(ROUNDS)
    ]
    sync, threaded, front, whole = (median(figures) for figures in zip(*turns, strict=True))
    flask = min(sync, threaded)
    print(f"Flask + gunicorn + SQLite           {flask:6.0f} us CPU a webhook (the cheaper of its workers)")
    print(
        f"Hearback, accepted and stored       {front:6.0f} us  ratio {front / flask:.2f}  (goal: at most 1.0)"
    )
    print("    for accepting and durably storing alone: the events are handled by another process")
    print(f"Hearback, the whole of `run`        {whole:6.0f} us  ratio {whole / flask:.2f}  (no goal)")
    print(
        "    accepted, stored, understood, decided on and kept as a case, of which Flask does the first half"
    )
    if front > flask:
        raise SystemExit("the goal is missed")


def _flask(worker: list[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        bind = ["-b", f"127.0.0.1:{port}", "bench.flask_responder:app"]
        database = {"BENCH_DATABASE": f"{folder}/bench.sqlite"}
        with started([sys.executable, "-m", "gunicorn", *worker, *bind], port, database) as pid:
            return _measured(f"flask {worker[1]}", pid, port)


def _front_alone() -> float:
    with place() as folder:
        port = free_port()
        with started([sys.executable, "-c", FRONT_ALONE, port, folder], port) as pid:
            return _measured("front", pid, port)


def _whole() -> float:
    with place() as folder:
        port = free_port()
        with run_program(folder, port) as pid:
            watched = wiring.laptop(folder / "data", folder / ".env", "")
            try:
                return _measured("run", pid, port, lambda: watched.ports.events.depth() == 0)
            finally:
                watched.file.close()


def _measured(name: str, pid: int, port: int, settled: Callable[[], bool] = lambda: True) -> float:
    client.post_all(port, "/webhooks/page", 10_000_000, WARM_UP)
    client.until(settled)
    before, start = client.cpu_seconds(pid), time.perf_counter()
    took = client.post_all(port, "/webhooks/page", 0, EVENTS)
    answered = time.perf_counter() - start
    client.until(settled, 300)
    spent = (client.cpu_seconds(pid) - before) / EVENTS * 1e6
    p50, p99 = (client.percentile(took, share) * 1000 for share in (0.5, 0.99))
    rate = EVENTS / answered
    print(f"  {name:<14} {spent:6.0f} us  {rate:6.0f}/s  p50 {p50:5.1f} ms  p99 {p99:5.1f} ms", flush=True)
    return spent


if __name__ == "__main__":
    main()
