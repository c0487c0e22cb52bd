"""Kill the real program again and again while it works, and count what is lost and what comes twice.

Run with `./hearback bench kill --times 50`. A real `hearback run` takes signed webhooks from a client that
delivers again what was not answered 2xx, as platforms do, and some of the rest twice. A platform on loopback
notes what is posted; it drops a second post under the same key, and counts that, too. At random moments the
program gets SIGKILL and is started again on the same folder. In the end every customer must have been
acknowledged, once.
"""

import argparse
import base64
import hashlib
import hmac
import http.client
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
from contextlib import contextmanager
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
CHANNELS = """
channels:
  - id: shop
    platform: signed
    timezone: UTC
    language: en
    api_base: http://127.0.0.1:%d/inbox
    credentials: {secret: BENCH_SECRET}
"""
A_SECOND = 8
"""Customers write so often: below the 20 a second that the channel lets out, so that no backlog grows."""

_RUNS_FOR = (0.05, 2.0)
"""The program lives for some time between these, in seconds, after it has begun to answer."""

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
    """Everybody who writes: one message each, delivered until it is answered 2xx."""

    port: int
    accepted: set[str] = field(default_factory=set)
    tries: int = 0
    strange: Counter[int] = field(default_factory=Counter)
    enough: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        """Write until it is enough, and then deliver what is left."""
        waiting: list[tuple[str, datetime]] = []
        number = 0
        while waiting or not self.enough.is_set():
            began = time.monotonic()
            if not self.enough.is_set():
                number += 1
                waiting.append((f"c{number}", datetime.now(UTC)))
            for customer, at in waiting[:4]:
                if self._delivered(customer, at):
                    waiting.remove((customer, at))
                    self.accepted.add(customer)
                    if customer.endswith("7"):
                        self._delivered(customer, at)
            time.sleep(max(0.0, 1 / A_SECOND - (time.monotonic() - began)))

    def _delivered(self, customer: str, at: datetime) -> bool:
        self.tries += 1
        data = {"thread": customer, "message_id": f"m-{customer}", "text": "Where is my order, please?"}
        event = {"type": "message.created", "timestamp": at.isoformat(), "data": data}
        body = json.dumps(event).encode()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            connection.request("POST", "/webhooks/shop", body, _signed(f"w-{customer}", body))
            status = connection.getresponse().status
            connection.close()
        except (OSError, http.client.HTTPException):
            return False
        if status != 200:
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
    seconds: float

    @property
    def nothing(self) -> bool:
        """Whether nothing was lost, nothing came twice, and no answer was strange."""
        return not (self.lost or self.doubled or self.dead or self.strange)

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"{self.kills} kills, {self.accepted} messages answered 2xx in {self.tries} deliveries: "
            f"{self.lost} lost, {self.doubled} acknowledged twice, {self.dead} dead letters, "
            f"{dict(self.strange)} strange answers; {self.again} posts sent again under their key; "
            f"{self.seconds:.0f} s"
        )


def place(folder: Path, inbox_port: int) -> None:
    """Fill a folder with policies of one signed channel and its secret."""
    shutil.copytree(PROJECT / "policies" / "messages", folder / "policies" / "messages")
    texts = {"policy": POLICY, "hours": HOURS, "channels": CHANNELS % inbox_port}
    for name, text in texts.items():
        (folder / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    secret = "whsec_" + base64.b64encode(KEY).decode()
    (folder / ".env").write_text(f"BENCH_SECRET={secret}\n", encoding="utf-8")


def killed(times: int, seed: int, *, told: bool = True) -> Toll:
    """Kill the program so many times while customers write, and return what that has cost."""
    dice = random.Random(seed)  # noqa: S311 - moments, no secrets
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as made, inbox_server() as inbox:
        folder, port = Path(made), free_port()
        place(folder, inbox.port)
        customers = Customers(port)
        victim = Victim(folder, port)
        try:
            victim.answers()
            writing = threading.Thread(target=customers.write, daemon=True)
            writing.start()
            for number in range(1, times + 1):
                # One in five dies before it answers at all: while it opens the file, or takes over.
                if dice.random() > 0.2:
                    victim.answers()
                time.sleep(dice.uniform(*_RUNS_FOR))
                victim.kill_and_start()
                if told and number % 5 == 0:
                    counts = f"{len(customers.accepted)} answered 2xx, {len(inbox.posts)} posted"
                    print(f"{number}/{times} kills, {counts}", flush=True)
            victim.answers()
            customers.enough.set()
            writing.join(_EVERYTHING_WITHIN)
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
        seconds=time.monotonic() - start,
    )


def _wait_for(customers: Customers, inbox: Inbox) -> None:
    """Wait until everybody is acknowledged, or long enough to say that somebody is lost."""
    deadline = time.monotonic() + _EVERYTHING_WITHIN
    while time.monotonic() < deadline and not customers.accepted <= set(inbox.acknowledged()):
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
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--times", type=int, default=50, metavar="N")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    toll = killed(given.times, given.seed)
    print(f"{toll}, {client.machine()}")
    if not toll.nothing:
        raise SystemExit("something was lost or came twice")


if __name__ == "__main__":
    main()
