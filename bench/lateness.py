"""How late acknowledgements leave: 1,000 that fall due within one minute, against `window + grace`.

Run with `./hearback bench lateness`. A real `hearback run` takes 1,000 signed Messenger webhooks over 55
seconds, under a window long enough that every timer goes the whole way: due index, sweep, wake-up, claim,
post. A Graph server on loopback notes when each post arrives. First it answers at once, then as slowly as a
busy platform (`--answer-after`, in seconds); then the same with all 1,000 due in one second. What the whole
program spends on an ack, the webhook included, is told beside.
"""

import argparse
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bench import load
from bench.programs import free_port, place, run_program

ACKS = 1000
GOAL = 2
WINDOW, GRACE = 100, 10
SPREAD = 55.0
SLOW = 0.4
"""How long a platform may take to answer on a bad day, in seconds."""

POLICY = f"""
rules: [{{name: messages, window: {WINDOW}s, promise: 2 business_hours}}]
settings: {{grace: {GRACE}s}}
"""


class Graph:
    """A Graph API server that notes which customer was written to, and when, and then takes its time."""

    def __init__(self, answer_after: float) -> None:
        self.arrived: dict[str, float] = {}
        self.doubles = 0
        graph = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Else an answer in two packets takes 40 ms more than it says.
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["content-length"])))
                customer = body["recipient"]["id"]
                graph.doubles += customer in graph.arrived
                graph.arrived[customer] = time.time()
                time.sleep(answer_after)
                answer = json.dumps({"recipient_id": customer, "message_id": f"m-{customer}"}).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@contextmanager
def graph_server(answer_after: float) -> Iterator[Graph]:
    """Serve until the block ends."""
    graph = Graph(answer_after)
    threading.Thread(target=graph.server.serve_forever, daemon=True).start()
    try:
        yield graph
    finally:
        graph.server.shutdown()
        graph.server.server_close()


def main() -> None:
    """Measure all and print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--answer-after", type=float, default=SLOW, metavar="SECONDS")
    slow = options.parse_args().answer_after
    print(f"{ACKS} acks, window {WINDOW} s, grace {GRACE} s, {load.machine()}", flush=True)
    spread_out = [measured(SPREAD, answer_after) for answer_after in (0.0, slow)]
    for answer_after in (0.0, slow):
        measured(0.0, answer_after)
    if max(spread_out) > GOAL:
        raise SystemExit("the goal is missed")


def measured(spread: float, answer_after: float) -> float:
    """Return the p99 of the lateness, in seconds."""
    with graph_server(answer_after) as graph, place(POLICY, graph.url) as folder:
        port = free_port()
        with run_program(folder, port) as pid:
            before = load.cpu_seconds(pid)
            due = _write(port, spread)
            load.until(lambda: len(graph.arrived) == ACKS, WINDOW + GRACE + 60)
            cpu = (load.cpu_seconds(pid) - before) / ACKS * 1000
    late = [graph.arrived[customer] - at for customer, at in due.items()]
    p50, p99 = load.percentile(late, 0.5), load.percentile(late, 0.99)
    name = f"due within one {'minute' if spread else 'second'}, answered after {answer_after:g} s"
    goal = f"(goal: p99 at most {GOAL} s)" if spread else "(no goal)"
    figures = f"earliest {min(late):+.3f}  p50 {p50:.3f}  p99 {p99:.3f}  latest {max(late):.3f} s"
    print(f"{name:<42} {figures}  doubles {graph.doubles}  {cpu:.1f} ms CPU an ack  {goal}", flush=True)
    return p99


def _write(port: int, spread: float) -> dict[str, float]:
    """Let every customer write, evenly over `spread` seconds; return when each ack is due."""
    start = time.time()
    due: dict[str, float] = {}
    for number in range(ACKS):
        at = start + spread * number / ACKS
        if (wait := at - time.time()) > 0:
            time.sleep(wait)
        # With no spread all share one event time, whenever they arrive.
        moment = time.time() if spread else start
        load.post(port, "/webhooks/page", *load.webhook(number, moment))
        due[f"psid{number}"] = int(moment * 1000) / 1000 + WINDOW + GRACE
    return due


if __name__ == "__main__":
    main()
