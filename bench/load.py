"""Never lost, never twice under load: signed webhooks at the real front, a platform on loopback, an audit.

Run with `./hearback bench load [--webhooks N] [--seconds S] [--pages P] [--lambda]`. A real `hearback run`
takes N signed Messenger webhooks in S seconds for P pages of one app. Of a hundred 84 are messages of as many
customers, 10 are duplicates, 5 tell of a person's reply just before or after the acknowledgement is due, and
1 is forged. The window is short, so that acknowledgements go out all the while; each page is written to at
the pace that Hearback keeps for Messenger. When all has come to rest, every customer is looked up.

With `--lambda` the Chalice app runs through its Lambda handlers over ministack (bench/load_lambda.py).
Answers are timed from the moment at which a webhook was to be sent, so that a front that falls behind shows.
"""

import argparse
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bench import client
from bench.graph import Graph, graph_server
from bench.load_audit import audited
from bench.load_lambda import lambdas
from bench.load_plan import Kind, Post, planned
from bench.programs import free_port, place, run_program
from bench.subject import Sender, Subject
from chalicelib import wiring
from chalicelib.ports import Ports

WINDOW, GRACE = 20, 5
CONNECTIONS = 16
SETTLES_WITHIN = 1800.0
_SOON = timedelta(minutes=30)
"""What is due later than this has to do with promises, not with acknowledgements."""

POLICY = f"""
rules: [{{name: messages, window: {WINDOW}s, promise: 2 business_hours}}]
settings: {{grace: {GRACE}s, max_per_channel_an_hour: 100000}}
"""


@dataclass
class Answers:
    """Which status was answered to what, and how long after it was to be sent, in seconds."""

    statuses: Counter[tuple[Kind, int]] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)

    def wrong(self) -> Counter[str]:
        """Return what was answered as it must not be."""
        found: Counter[str] = Counter()
        for (kind, status), count in self.statuses.items():
            found["answers of 500 and above, or none"] += count * (status >= 500 or status == 0)
            found["forged webhooks that were not refused"] += count * (kind is Kind.FORGED and status != 401)
            found["genuine webhooks that were refused"] += count * (kind is not Kind.FORGED and status != 200)
        return found


def main() -> None:
    """Run one load and print the figures; exit with 1 when a promise is broken."""
    asked = _asked()
    plan = planned(asked.webhooks, asked.seconds, WINDOW + GRACE, asked.seed)
    name = "the Lambda handlers over ministack" if asked.aws else "hearback run"
    print(f"{len(plan)} webhooks in {asked.seconds:g} s to {name}, {asked.pages} pages, seed {asked.seed}")
    print(f"{client.machine()}, load average before {os.getloadavg()[0]:.1f}", flush=True)
    start_up = lambdas if asked.aws else hearback_run
    with (
        graph_server(0.0) as graph,
        place(POLICY, graph.url, asked.pages) as folder,
        start_up(folder) as subject,
    ):
        start = time.time() + 0.5
        resident = client.resident(subject.pid)
        answers = posted(plan, subject, start, asked.pages)
        _tell_answers(answers, time.time() - start)
        _tell_rest(plan, subject, graph, start)
        peak, cpu = client.resident(subject.pid, peak=True), client.cpu_seconds(subject.pid)
        print(
            f"memory of {subject.process}: {resident:.0f} MB before, {peak:.0f} MB at most; {cpu:.0f} s CPU"
        )
        print(f"load average after {os.getloadavg()[0]:.1f}", flush=True)
        audit = audited(plan, subject.ports.store, graph.arrived, asked.pages)
    for what, count in audit.counts.items():
        print(f"  {count:>6} {what}")
    wrong = answers.wrong() + audit.wrong
    print(f"lost, doubled, wrongly answered: {dict(wrong) or 'nothing'}")
    if wrong:
        raise SystemExit("a promise is broken")


def _asked() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--webhooks", type=int, default=1000, metavar="N")
    options.add_argument("--seconds", type=float, default=60, metavar="S")
    options.add_argument("--pages", type=int, default=10, metavar="P")
    options.add_argument("--seed", type=int, default=1, metavar="N", help="of the schedule")
    options.add_argument("--lambda", dest="aws", action="store_true", help="the Lambda path over ministack")
    return options.parse_args()


@contextmanager
def hearback_run(folder: Path) -> Iterator[Subject]:
    """Start `hearback run` on a folder made by `place`, and look into its file from outside."""
    port = free_port()
    with run_program(folder, port) as pid:
        watched = wiring.laptop(folder / "data", folder / ".env", "")
        try:
            sender = lambda: client.keeps_alive(port, "/webhooks/page")  # noqa: E731 - one line says it
            yield Subject(sender, watched.ports, pid, "hearback run")
        finally:
            watched.file.close()


def posted(plan: Sequence[Post], subject: Subject, start: float, pages: int) -> Answers:
    """Post everything, each webhook at its moment after `start` (seconds since 1970)."""
    answers, left, lock = Answers(), iter(plan), threading.Lock()

    def work() -> None:
        send = subject.sender()
        while True:
            with lock:
                one = next(left, None)
            if one is None:
                return
            _post(one, send, answers, lock, start, pages)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _post(one: Post, send: Sender, answers: Answers, lock: threading.Lock, start: float, pages: int) -> None:
    webhook = one.webhook(start, pages)
    if (wait := start + one.at - time.time()) > 0:
        time.sleep(wait)
    status = send(webhook)
    took = time.time() - start - one.at
    with lock:
        answers.statuses[one.kind, status] += 1
        if status == 200:
            answers.took.append(took)


def _tell_answers(answers: Answers, seconds: float) -> None:
    count = len(answers.took)
    p50, p99 = (client.percentile(answers.took, share) * 1000 for share in (0.5, 0.99))
    longest = max(answers.took) * 1000
    to_2xx = f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, at most {longest:.0f} ms"
    print(f"accepted {count / seconds:.0f}/s; to 2xx {to_2xx}")
    told = ", ".join(f"{count} {kind} {status}" for (kind, status), count in sorted(answers.statuses.items()))
    print(f"answers: {told}", flush=True)


def _tell_rest(plan: Sequence[Post], subject: Subject, graph: Graph, start: float) -> None:
    """Wait until all has come to rest, and tell how long that took after the last webhook."""
    ended, ports = time.time(), subject.ports
    handled = _until(lambda: ports.events.depth() == 0) - ended
    done = _until(lambda: ports.events.depth() == 0 and _nothing_due(ports)) - ended
    empty = _until(lambda: ports.wakeups.depth() == 0) - ended
    due = max(one.wrote_at for one in plan) + start + WINDOW + GRACE - ended
    last = max(moment for moments in graph.arrived.values() for moment in moments) - ended
    print(f"after the last webhook: events handled {handled:.1f} s; last acknowledgement due {due:.1f} s,")
    print(f"    posted {last:.1f} s; nothing left to do {done:.1f} s; last wake-up, to look after a claim")
    print(f"    that had been settled, gone {empty:.1f} s", flush=True)


def _nothing_due(ports: Ports) -> bool:
    return next(iter(ports.store.due(ports.clock() + _SOON, 1)), None) is None


def _until(condition: Callable[[], bool]) -> float:
    client.until(condition, SETTLES_WITHIN, every=0.25)
    return time.time()


if __name__ == "__main__":
    main()
