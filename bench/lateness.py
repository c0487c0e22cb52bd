"""How late acknowledgements leave: 1,000 that fall due within one minute, against `window + grace`.

Run with `./hearback bench lateness`. A real `hearback run` takes 1,000 signed Messenger webhooks over 55
seconds, under a window long enough that every timer goes the whole way: due index, sweep, wake-up, claim,
post. A Graph server on loopback notes when each post arrives. First it answers at once, then as slowly as a
busy platform (`--answer-after`, in seconds); then the same with all 1,000 due in one second. What the whole
program spends on an ack, the webhook included, is told beside.
"""

import argparse
import time

from bench import client
from bench.graph import graph_server
from bench.programs import free_port, place, run_program

ACKS = 1000
GOAL = 2
WINDOW, GRACE = 100, 10
SPREAD = 55.0
SLOW = 0.4
"""How long a platform may take to answer on a bad day, in seconds."""

POLICY = f"""
rules: [{{name: messages, window: {WINDOW}s, promise: 2 business_hours}}]
settings: {{grace: {GRACE}s, max_per_channel_an_hour: {2 * ACKS}}}
"""


def main() -> None:
    """Measure all and print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--answer-after", type=float, default=SLOW, metavar="SECONDS")
    slow = options.parse_args().answer_after
    print(f"{ACKS} acks, window {WINDOW} s, grace {GRACE} s, {client.machine()}", flush=True)
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
            before = client.cpu_seconds(pid)
            due = _write(port, spread)
            client.until(lambda: len(graph.arrived) == ACKS, WINDOW + GRACE + 60)
            cpu = (client.cpu_seconds(pid) - before) / ACKS * 1000
    late = [graph.arrived[customer][0] - at for customer, at in due.items()]
    p50, p99 = client.percentile(late, 0.5), client.percentile(late, 0.99)
    name = f"due within one {'minute' if spread else 'second'}, answered after {answer_after:g} s"
    goal = f"(goal: p99 at most {GOAL} s)" if spread else "(no goal)"
    figures = f"earliest {min(late):+.3f}  p50 {p50:.3f}  p99 {p99:.3f}  latest {max(late):.3f} s"
    print(f"{name:<42} {figures}  doubles {graph.doubles()}  {cpu:.1f} ms CPU an ack  {goal}", flush=True)
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
        client.post(port, "/webhooks/page", *client.webhook(number, moment))
        due[f"psid{number}"] = int(moment * 1000) / 1000 + WINDOW + GRACE
    return due


if __name__ == "__main__":
    main()
