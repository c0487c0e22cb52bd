"""Kill the real program again and again while it works, and count what is lost and what comes twice.

Run with `./hearback bench kill --times 50`. A real `hearback run` takes signed webhooks from clients that
write as fast as they are answered, deliver again what was not answered 2xx, as platforms do, and some of
the rest twice. A platform on loopback notes what is posted; it drops a second post under the same key, and
counts that, too. At random moments, which `--seed` repeats, the program gets SIGKILL and is started again on
the same folder. In the end every customer must have been acknowledged, once. With `--a-second` customers
write only so often.
"""

import argparse
import base64
import hashlib
import hmac
import http.client
import itertools
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bench import client
from bench.programs import HOURS, PROJECT, free_port

KEY = b"a secret of the bench, 32 bytes!"
POLICY = """
rules: [{name: messages, window: 1s, promise: 2h}]
settings: {grace: 1s, max_per_channel_an_hour: 100000}
"""
CHANNEL = """
  - id: shop-%d
    platform: signed
    timezone: UTC
    language: en
    api_base: http://127.0.0.1:%d/inbox
    credentials: {secret: BENCH_SECRET}
"""
SHOPS = 8
"""Channels: each lets out 20 messages a second, which is less than one machine takes in."""

WRITERS = 4
"""Clients that write at the same time."""

BACKLOG = 1000
"""Clients wait while so many who were answered 2xx are not yet acknowledged: this is no test of patience."""

_RUNS_FOR = (0.05, 2.0)
"""The program lives for some time between these, in seconds, after it has begun to answer."""

_DIES_WITHIN = (0.05, 1.0)
"""Where it is not to answer at all, it lives for some time between these."""

_EVERYTHING_WITHIN = 180.0


class Inbox:
    """The other system: knows a key again, as Standard Webhooks want it, and takes its time."""

    def __init__(self) -> None:
        self.posts: dict[str, str] = {}
        """The customer of each key."""
        self.again = 0
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                key = self.headers["webhook-id"]
                inbox.again += key in inbox.posts
                inbox.posts[key] = body["data"]["thread"]
                time.sleep(0.05)
                self.send_response(200)
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_: object) -> None:
                # Whoever posts may die while it does.
                return

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = int(self.server.server_address[1])

    def acknowledged(self) -> Counter[str]:
        """Return how many different messages each customer got."""
        return Counter(list(self.posts.values()))


@contextmanager
def inbox_server() -> Iterator[Inbox]:
    """Serve until the block ends."""
    inbox = Inbox()
    threading.Thread(target=inbox.server.serve_forever, daemon=True).start()
    try:
        yield inbox
    finally:
        inbox.server.shutdown()
        inbox.server.server_close()


@dataclass
class Customers:
    """Everybody who writes: one message each, delivered until it is answered 2xx.

    Each of `writers` clients writes its share of `a_second` messages, or as fast as it is answered, while
    not too many wait to be acknowledged in the inbox.
    """

    port: int
    inbox: Inbox
    writers: int = WRITERS
    a_second: float | None = None
    accepted: set[str] = field(default_factory=set)
    tries: int = 0
    strange: Counter[int] = field(default_factory=Counter)
    enough: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, writer: int) -> None:
        """Write as one of the clients until it is enough, and then deliver what is left."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
            self._write_through(line, writer)

    def _write_through(self, line: http.client.HTTPConnection, writer: int) -> None:
        for number in itertools.count(writer, self.writers):
            began = time.monotonic()
            if self.enough.is_set():
                return
            self._deliver(number, line)
            if self.a_second:
                time.sleep(max(0.0, self.writers / self.a_second - (time.monotonic() - began)))
            while len(self.accepted) - len(self.inbox.posts) > BACKLOG and not self.enough.is_set():
                time.sleep(0.02)

    def _deliver(self, number: int, line: http.client.HTTPConnection) -> None:
        """Deliver one message until it is answered 2xx, and some of them once more."""
        customer, at = f"c{number}", datetime.now(UTC)
        while not self._delivered(customer, at, line):
            time.sleep(0.05)
        self.accepted.add(customer)
        if customer.endswith("7"):
            self._delivered(customer, at, line)

    def _delivered(self, customer: str, at: datetime, line: http.client.HTTPConnection) -> bool:
        data = {"thread": customer, "message_id": f"m-{customer}", "text": "Where is my order, please?"}
        event = {"type": "message.created", "timestamp": at.isoformat(), "data": data}
        body = json.dumps(event).encode()
        shop = int(customer[1:]) // self.writers % SHOPS
        try:
            line.request("POST", f"/webhooks/shop-{shop}", body, _signed(f"w-{customer}", body))
            answer = line.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            line.close()
            status = 0
        with self.lock:
            self.tries += 1
            if status not in (0, 200):
                self.strange[status] += 1
        return status == 200


def _signed(identifier: str, body: bytes) -> dict[str, str]:
    at = str(int(time.time()))
    digest = hmac.new(KEY, f"{identifier}.{at}.".encode() + body, hashlib.sha256).digest()
    signature = "v1," + base64.b64encode(digest).decode()
    return {"webhook-id": identifier, "webhook-timestamp": at, "webhook-signature": signature}


class Victim:
    """A real `hearback run` on one folder."""

    def __init__(self, folder: Path, port: int) -> None:
        options = {"--data": "data", "--policies": "policies", "--env-file": ".env"}
        paths = [part for name, where in options.items() for part in (name, str(folder / where))]
        self._command = [sys.executable, "-m", "chalicelib.cli", "run", "--port", str(port), *paths]
        self._port = port
        self._start()

    def _start(self) -> None:
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(self._command, cwd=PROJECT, stdout=quiet, stderr=quiet)

    def kill_and_start(self) -> None:
        """Kill it with SIGKILL, wherever it is, and start it again."""
        self._process.kill()
        self._process.wait()
        self._start()

    def answers(self) -> None:
        """Wait until it answers. Raises `SystemExit` where it never does."""
        client.until(lambda: self._process.poll() is not None or client.answers(self._port, "/health"))
        if self._process.poll() is not None:
            raise SystemExit("the program has ended by itself")

    def end(self) -> None:
        """End it for good."""
        self._process.kill()
        self._process.wait()


@dataclass(frozen=True, kw_only=True)
class Toll:
    """What a series of kills has cost."""

    kills: int
    accepted: int
    tries: int
    lost: int
    doubled: int
    again: int
    dead: int
    strange: Counter[int]
    up: float
    seconds: float

    @property
    def nothing(self) -> bool:
        """Whether nothing was lost, nothing came twice, and no answer was strange."""
        return not (self.lost or self.doubled or self.dead or self.strange)

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"{self.kills} kills, {self.accepted} messages answered 2xx in {self.tries} deliveries, "
            f"{self.accepted / max(self.up, 0.001):.0f}/s while it was up ({self.up:.0f} s): "
            f"{self.lost} lost, {self.doubled} acknowledged twice, {self.dead} dead letters, "
            f"{dict(self.strange) or 'no'} strange answers; {self.again} posts sent again under their key; "
            f"{self.seconds:.0f} s"
        )


def place(folder: Path, inbox_port: int) -> None:
    """Fill a folder with policies of some signed channels and their secret."""
    shutil.copytree(PROJECT / "policies" / "messages", folder / "policies" / "messages")
    channels = "channels:" + "".join(CHANNEL % (shop, inbox_port) for shop in range(SHOPS))
    texts = {"policy": POLICY, "hours": HOURS, "channels": channels}
    for name, text in texts.items():
        (folder / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    secret = "whsec_" + base64.b64encode(KEY).decode()
    (folder / ".env").write_text(f"BENCH_SECRET={secret}\n", encoding="utf-8")


def killed(times: int, seed: int, *, a_second: float | None = None, told: bool = True) -> Toll:
    """Kill the program so many times while customers write, and return what that has cost.

    Customers write `a_second` messages, or as many as the machine takes. What was written while the program
    began or was down counts for the time it was up, which begins with its first answer.
    """
    dice = random.Random(seed)  # noqa: S311 - moments, no secrets
    start, up = time.monotonic(), 0.0
    with tempfile.TemporaryDirectory() as made, inbox_server() as inbox:
        folder, port = Path(made), free_port()
        place(folder, inbox.port)
        customers = Customers(port, inbox, a_second=a_second)
        victim = Victim(folder, port)
        try:
            victim.answers()
            writing = [
                threading.Thread(target=customers.write, args=(writer,), daemon=True)
                for writer in range(customers.writers)
            ]
            for one in writing:
                one.start()
            for number in range(1, times + 1):
                # One in five dies before it answers at all: while it opens the file, or takes over.
                if dice.random() > 0.2:
                    victim.answers()
                    answering = time.monotonic()
                    time.sleep(dice.uniform(*_RUNS_FOR))
                    up += time.monotonic() - answering
                else:
                    time.sleep(dice.uniform(*_DIES_WITHIN))
                victim.kill_and_start()
                if told and number % 5 == 0:
                    counts = f"{len(customers.accepted)} answered 2xx, {len(inbox.posts)} posted"
                    print(f"{number}/{times} kills, {counts}, {time.monotonic() - start:.0f} s", flush=True)
            victim.answers()
            customers.enough.set()
            for one in writing:
                one.join(_EVERYTHING_WITHIN)
            _wait_for(customers, inbox)
        finally:
            victim.end()
        dead = _dead_letters(folder)
    got = inbox.acknowledged()
    return Toll(
        kills=times,
        accepted=len(customers.accepted),
        tries=customers.tries,
        lost=sum(customer not in got for customer in customers.accepted),
        doubled=sum(times > 1 for times in got.values()),
        again=inbox.again,
        dead=dead,
        strange=customers.strange,
        up=up,
        seconds=time.monotonic() - start,
    )


def _wait_for(customers: Customers, inbox: Inbox) -> None:
    """Wait until everybody is acknowledged, or nobody has been for so long that somebody is lost."""
    moved, before = time.monotonic(), 0
    while not customers.accepted <= set(inbox.acknowledged()):
        if len(inbox.posts) > before:
            moved, before = time.monotonic(), len(inbox.posts)
        if time.monotonic() > moved + _EVERYTHING_WITHIN:
            break
        time.sleep(0.2)
    # What comes twice may come a little later.
    time.sleep(3)


def _dead_letters(folder: Path) -> int:
    from chalicelib.queues import local
    from chalicelib.sqlite import SqliteFile

    file = SqliteFile(folder / "data" / "hearback.sqlite", local.SCHEMA)
    try:
        # A wake-up that dies takes nothing with it: the sweep finds its case.
        query = "SELECT count(*) FROM dead WHERE queue = 'events'"
        return int(file.read().execute(query).fetchone()[0])
    finally:
        file.close()


def main() -> None:
    """Kill it as often as asked, and print what that has cost."""
    options = argparse.ArgumentParser(
        prog="./hearback bench kill",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("--times", type=int, default=50, metavar="N", help="so many kills (50)")
    options.add_argument("--seed", type=int, default=1, metavar="N", help="of the moments (1)")
    options.add_argument(
        "--a-second",
        type=float,
        metavar="N",
        help="customers write so often (as fast as they are answered)",
    )
    given = options.parse_args()
    toll = killed(given.times, given.seed, a_second=given.a_second)
    print(f"{toll}, {client.machine()}")
    if not toll.nothing:
        raise SystemExit("something was lost or came twice")


if __name__ == "__main__":
    main()
