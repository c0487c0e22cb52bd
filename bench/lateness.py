"""How late acknowledgements leave: 1,000 that fall due within one minute, against `window + grace`.

Run with `./hearback bench lateness`. A real `hearback run` takes 1,000 signed Messenger webhooks over 55
seconds, under a window long enough that every timer goes the whole way: due index, sweep, wake-up, claim,
post. A Graph server on loopback notes when each post arrives. Then the same with all 1,000 due in one second.
"""

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
WINDOW, GRACE = 100, 10
SPREAD = 55.0

POLICY = f"""
rules: [{{name: messages, window: {WINDOW}s, promise: 2 business_hours}}]
settings: {{grace: {GRACE}s}}
"""


class Graph:
    """A Graph API server that notes which customer was written to, and when."""

    def __init__(self) -> None:
        self.arrived: dict[str, float] = {}
        self.doubles = 0
        graph = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["content-length"])))
                customer = body["recipient"]["id"]
                graph.doubles += customer in graph.arrived
                graph.arrived[customer] = time.time()
                answer = json.dumps({"recipient_id": customer, "message_id": f"m-{customer}"}).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@contextmanager
def graph_server() -> Iterator[Graph]:
    """Serve until the block ends."""
    graph = Graph()
    threading.Thread(target=graph.server.serve_forever, daemon=True).start()
    try:
        yield graph
    finally:
        graph.server.shutdown()
        graph.server.server_close()


def main() -> None:
    """Measure both and print the figures."""
    print(f"{ACKS} acks, window {WINDOW} s, grace {GRACE} s, {load.machine()}", flush=True)
    p99 = measured("due within one minute", SPREAD)
    measured("due within one second", 0.0)
    if p99 > 2:
        raise SystemExit("the goal is missed")


def measured(name: str, spread: float) -> float:
    """Return the p99 of the lateness, in seconds."""
    with graph_server() as graph, place(POLICY, graph.url) as folder:
        port = free_port()
        with run_program(folder, port):
            due = _write(port, spread)
            load.until(lambda: len(graph.arrived) == ACKS, WINDOW + GRACE + 60)
    late = [graph.arrived[customer] - at for customer, at in due.items()]
    p50, p99 = load.percentile(late, 0.5), load.percentile(late, 0.99)
    goal = "(goal: p99 at most 2 s)" if spread else "(no goal)"
    figures = f"earliest {min(late):+.3f}  p50 {p50:.3f}  p99 {p99:.3f}  latest {max(late):.3f} s"
    print(f"{name:<24} {figures}  doubles {graph.doubles}  {goal}", flush=True)
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
