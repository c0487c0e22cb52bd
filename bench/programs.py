"""What the benches start: a folder of policies, a free port, a real `hearback run`."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import client

PROJECT = Path(__file__).resolve().parents[1]

POLICY = "rules: [{name: messages, window: 15m, promise: 2 business_hours}]\n"
HOURS = "calendars: {default: {week: {monday-sunday: 0:00-24:00}}}\n"
CHANNEL = """
  - id: {id}
    platform: facebook
    account: "{page}"
    timezone: UTC
    language: en
    api_base: {api_base}
    credentials: {{app_secret: BENCH_SECRET, page_token: BENCH_TOKEN, verify_token: BENCH_WORD}}
"""


def page(number: int) -> tuple[str, str]:
    """Return channel and account of one of the pages, which are counted from 0."""
    return ("page", client.PAGE) if number == 0 else (f"page-{number}", f"{int(client.PAGE) + number}")


@contextmanager
def place(policy: str = POLICY, api_base: str = "http://127.0.0.1:9", pages: int = 1) -> Iterator[Path]:
    """Yield a folder with policies of some Messenger channels of one app, and their secrets."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder)
        shutil.copytree(PROJECT / "policies" / "messages", found / "policies" / "messages")
        listed = [CHANNEL.format(id=c, page=a, api_base=api_base) for c, a in map(page, range(pages))]
        channels = "channels:" + "".join(listed)
        for name, text in (("channels", channels), ("policy", policy), ("hours", HOURS)):
            (found / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
        secrets = f"BENCH_SECRET={client.SECRET}\nBENCH_TOKEN=token\nBENCH_WORD=word\n"
        (found / ".env").write_text(secrets, encoding="utf-8")
        yield found


@contextmanager
def started(command: Sequence[object], port: int, more: Mapping[str, str] | None = None) -> Iterator[int]:
    """Start a program that listens on `port`, yield its process id, and stop it."""
    environment = {**os.environ, **(more or {}), "PYTHONPATH": str(PROJECT)}
    process = subprocess.Popen(
        list(map(str, command)),
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        client.until(lambda: client.answers(port))
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def run_program(folder: Path, port: int) -> Iterator[int]:
    """Start `hearback run` on a folder made by `place` and yield its process id."""
    options = ["--data", folder / "data", "--policies", folder / "policies", "--env-file", folder / ".env"]
    with started([sys.executable, "-m", "chalicelib.cli", "run", "--port", port, *options], port) as pid:
        yield pid


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
