"""A client that posts signed Messenger webhooks over keep-alive connections, and a reading of CPU time."""

import hashlib
import hmac
import http.client
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

SECRET = "secret of the bench"
PAGE = "381719875602663"
CONNECTIONS = 8

Webhook = tuple[bytes, dict[str, str]]
"""Body and headers of a request."""


def webhook(
    number: int, at: float | None = None, *, page: str = PAGE, text: str = "", secret: str = SECRET
) -> Webhook:
    """Return one typical webhook: a customer's text message, written at `at` (seconds since 1970) or now."""
    words = text or "Hello, where is my order 12345? I have waited for days."
    message: dict[str, object] = {"mid": f"m_{number}", "text": words}
    return _signed(page, (f"psid{number}", page), message, at, secret)


def reply_webhook(number: int, at: float | None = None, *, page: str = PAGE) -> Webhook:
    """Return the webhook that tells of a person of the page who has replied to a customer in the inbox."""
    message: dict[str, object] = {
        "mid": f"h_{number}",
        "is_echo": True,
        "text": "Hello, your parcel is on its way.",
    }
    return _signed(page, (page, f"psid{number}"), message, at, SECRET)


def _signed(
    page: str, sides: tuple[str, str], message: dict[str, object], at: float | None, secret: str
) -> Webhook:
    milliseconds = int((at or time.time()) * 1000)
    item = {
        "sender": {"id": sides[0]},
        "recipient": {"id": sides[1]},
        "timestamp": milliseconds,
        "message": message,
    }
    entry = {"id": page, "time": milliseconds, "messaging": [item]}
    body = json.dumps({"object": "page", "entry": [entry]}).encode()
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return body, {"X-Hub-Signature-256": signature, "Content-Type": "application/json"}


def post_all(port: int, path: str, first: int, count: int) -> list[float]:
    """Post `count` webhooks and return how long each answer took, in seconds. Every answer must be 200."""
    took: list[float] = []
    threads = [
        threading.Thread(target=_post, args=(port, path, range(first + k, first + count, CONNECTIONS), took))
        for k in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(took) != count:
        raise SystemExit(f"only {len(took)} of {count} were answered with 200")
    return took


def post(port: int, path: str, body: bytes, headers: dict[str, str]) -> None:
    """Post one webhook, which must be answered with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", path, body, headers)
    status = connection.getresponse().status
    connection.close()
    if status != 200:
        raise SystemExit(f"a webhook was answered with {status}")


def _post(port: int, path: str, numbers: range, took: list[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for number in numbers:
        body, headers = webhook(number)
        start = time.perf_counter()
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            took.append(time.perf_counter() - start)
    connection.close()


def keeps_alive(port: int, path: str) -> Callable[[Webhook], int]:
    """Return what posts webhooks over one connection and returns the status, 0 where there was no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(webhook: Webhook) -> int:
        try:
            connection.request("POST", path, *webhook)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            return 0
        return answer.status

    return send


def resident(pid: int, *, peak: bool = False) -> float:
    """Return the memory that a process holds, or has held at most, in megabytes (Linux)."""
    name = "VmHWM:" if peak else "VmRSS:"
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and its children, to the nanosecond (Linux)."""
    total = 0
    for process in (pid, *_children(pid)):
        for task in Path(f"/proc/{process}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def until(condition: Callable[[], bool], seconds: float = 60, *, every: float = 0.02) -> None:
    """Wait until something holds, looking `every` so many seconds. Raises `SystemExit` when it is late."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("it did not happen in time")
        time.sleep(every)


def answers(port: int, path: str = "/") -> bool:
    """Return whether anything answers on a port."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", path)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def machine() -> str:
    """Return what the figures were measured on."""
    return f"{os.cpu_count()} cores, Python {'.'.join(map(str, __import__('sys').version_info[:3]))}"
