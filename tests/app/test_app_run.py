"""`hearback run` as a process: it starts, serves, survives SIGKILL, and stops when it is asked to."""

import json
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.fakes import PROJECT

STARTS_WITHIN = 20.0
POLICY = """
rules:
  - name: messages
    window: {window}
    promise: 2h
settings: {{grace: {grace}}}
"""
CHANNELS = """
channels:
  - id: chat
    platform: webchat
    timezone: UTC
    language: en
    credentials: {{secret: CHAT_SECRET}}
  - id: bot
    platform: telegram
    timezone: UTC
    language: en
    api_base: http://127.0.0.1:{port}
    credentials: {{bot_token: BOT_TOKEN, webhook_secret: BOT_SECRET}}
"""


class Telegram:
    """A Bot API server on loopback that remembers what it was told to send, and when."""

    def __init__(self) -> None:
        self.sent: list[tuple[float, dict[str, Any]]] = []
        remember = self.sent.append

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                remember((time.time(), body))
                answer = json.dumps({"ok": True, "result": {"message_id": 1}}).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    server = Telegram()
    yield server
    server.close()


@pytest.fixture
def place(tmp_path: Path, telegram: Telegram) -> Path:
    shutil.copytree(PROJECT / "policies" / "messages", tmp_path / "policies" / "messages")
    write_policy(tmp_path, window="1s", grace="1s")
    port = telegram.server.server_address[1]
    (tmp_path / "policies" / "channels.yaml").write_text(CHANNELS.format(port=port), encoding="utf-8")
    (tmp_path / "policies" / "hours.yaml").write_text(
        "calendars: {default: {week: {monday-sunday: 0:00-24:00}}}\n", encoding="utf-8"
    )
    (tmp_path / ".env").write_text("BOT_TOKEN=1:t\nBOT_SECRET=hush\n", encoding="utf-8")
    return tmp_path


def write_policy(place: Path, window: str, grace: str = "1s") -> None:
    text = POLICY.format(window=window, grace=grace)
    (place / "policies" / "policy.yaml").write_text(text, encoding="utf-8")


class Program:
    """A running `hearback run`."""

    def __init__(self, place: Path) -> None:
        options = {"--data": "data", "--policies": "policies", "--env-file": ".env"}
        arguments = [part for name, folder in options.items() for part in (name, str(place / folder))]
        command = [sys.executable, "-m", "chalicelib.cli", "run", "--port", "0", *arguments]
        self.process = subprocess.Popen(
            command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = self.hears(r"(http://127\.0\.0\.1:\d+)/chat/chat")

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.said.append(line)

    def hears(self, pattern: str, within: float = STARTS_WITHIN) -> str:
        found = until(lambda: re.search(pattern, "".join(self.said)), within, lambda: "".join(self.said))
        return str(found[found.lastindex or 0])

    def write(self, number: int, text: str = "Where is my order, please?") -> int:
        at = int(time.time())
        chat = {"id": number, "type": "private"}
        message = {"message_id": number, "date": at, "chat": chat, "from": {"id": number}, "text": text}
        headers = {"X-Telegram-Bot-Api-Secret-Token": "hush"}
        update = {"update_id": number, "message": message}
        return requests.post(f"{self.url}/webhooks/bot", json=update, headers=headers, timeout=10).status_code

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        code = self.process.wait(timeout=20)
        self._reader.join(timeout=5)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


def until(found: Callable[[], Any], within: float, otherwise: Callable[[], str] = str) -> Any:
    """Return what `found` finds, looking again and again for at most `within` seconds."""
    deadline = time.monotonic() + within
    while not (result := found()):
        assert time.monotonic() < deadline, f"not within {within} s: {otherwise()}"
        time.sleep(0.02)
    return result


@contextmanager
def running(place: Path) -> Iterator[Program]:
    program = Program(place)
    try:
        yield program
    finally:
        if program.process.poll() is None:
            program.stop(signal.SIGKILL)


def test_a_customer_writes_and_the_acknowledgement_leaves_in_time(place: Path, telegram: Telegram) -> None:
    with running(place) as program:
        wrote_at = int(time.time())
        assert program.write(7) == 200

        until(lambda: telegram.sent, within=10)

    [(at, body)] = telegram.sent
    assert body["chat_id"] == "7"
    assert 2 <= at - wrote_at <= 4


def test_after_sigkill_nothing_that_was_answered_is_lost_and_overdue_timers_fire(
    place: Path, telegram: Telegram
) -> None:
    write_policy(place, window="2s")
    with running(place) as program:
        answers = [program.write(number) for number in range(1, 31)]
        program.stop(signal.SIGKILL)
    killed_after = len(telegram.sent)
    time.sleep(2)

    with running(place):
        until(lambda: len({body["chat_id"] for _, body in telegram.sent}) == 30, within=30)

    assert answers == [200] * 30
    assert len(telegram.sent) == 30 >= killed_after


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_when_it_is_asked_to(place: Path, how: signal.Signals) -> None:
    with running(place) as program:
        code = program.stop(how)

    assert code == 0
    assert "Stopped. Everything is on the disk." in "".join(program.said)


def test_a_changed_policy_is_live_within_five_seconds_and_a_wrong_one_changes_nothing(place: Path) -> None:
    with running(place) as program:
        write_policy(place, window="30m")
        program.hears("Policy version 2 is live", within=5)
        (place / "policies" / "policy.yaml").write_text("rules: [{name: a, windw: 15m}]", encoding="utf-8")

        said = program.hears("(policy.yaml:1:.*\n(?:.*\n)*?.*policy version 2 stays live)", within=5)

    assert "Did you mean `window`?" in said


def test_r13_an_open_case_is_reckoned_anew_when_the_window_changes(place: Path, telegram: Telegram) -> None:
    write_policy(place, window="15m")
    with running(place) as program:
        program.write(7)
        write_policy(place, window="1s")
        program.hears("1 open cases are reckoned anew", within=5)

        until(lambda: telegram.sent, within=10)

    assert len(telegram.sent) == 1


def test_a_missing_secret_of_our_own_is_made_up_and_kept_to_the_owner(place: Path) -> None:
    with running(place) as program:
        program.hears("CHAT_SECRET was missing")

    assert "CHAT_SECRET=" in (place / ".env").read_text("utf-8")


def test_two_programs_on_one_folder_are_refused(place: Path) -> None:
    with running(place):
        second = attempt(place)

    assert second.returncode == 1
    assert "already running" in second.stderr


def attempt(place: Path, **options: str) -> subprocess.CompletedProcess[str]:
    """Let `hearback run` try to start where it cannot; an option's underscore stands for a hyphen."""
    chosen = {
        "port": "0",
        "data": str(place / "data"),
        "policies": str(place / "policies"),
        "env_file": str(place / ".env"),
        **options,
    }
    arguments = [part for name, value in chosen.items() for part in (f"--{name.replace('_', '-')}", value)]
    command = [sys.executable, "-m", "chalicelib.cli", "run", *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=30, check=False)


def test_a_mistake_in_the_files_keeps_it_from_starting_the_first_time(place: Path) -> None:
    (place / "policies" / "policy.yaml").write_text("rules: [{name: a, windw: 15m}]", encoding="utf-8")
    failed = attempt(place)

    assert failed.returncode == 1
    assert "policy.yaml:1:" in failed.stderr and "Traceback" not in failed.stderr


def test_r34_after_a_restart_overdue_timers_fire_although_the_files_have_mistakes(
    place: Path, telegram: Telegram
) -> None:
    write_policy(place, window="2s")
    with running(place) as program:
        program.write(7)
        program.stop(signal.SIGKILL)
    (place / "policies" / "policy.yaml").write_text("rules: [{name: a, windw: 15m}]", encoding="utf-8")

    with running(place) as program:
        program.hears(r"policy.yaml:1:.*(\n.*)*ATTENTION(.*\n)*.*policy version 1, the last good one")
        until(lambda: telegram.sent, within=15)

    assert len(telegram.sent) == 1


IMPOSSIBLE = [
    ({"data": "/proc/none"}, "The folder /proc/none cannot be used"),
    ({"data": "{place}/.env/data"}, "cannot be used (Not a directory)"),
    ({"env_file": "{place}/none/env"}, "cannot be written (No such file or directory)"),
    ({"host": "nosuchhost.invalid"}, "There is no host 'nosuchhost.invalid'"),
    ({"host": "192.0.2.1"}, "192.0.2.1 is no address of this machine"),
    ({"public_url": "chat.example"}, "'chat.example' is not a public address"),
]


@pytest.mark.parametrize(("options", "said"), IMPOSSIBLE, ids=[said for _, said in IMPOSSIBLE])
def test_what_keeps_it_from_starting_is_a_sentence(place: Path, options: dict[str, str], said: str) -> None:
    failed = attempt(place, **{name: value.format(place=place) for name, value in options.items()})

    assert (failed.returncode, failed.stderr.count("\n")) == (1, 1)
    assert said in failed.stderr


def test_a_port_that_is_taken_is_a_sentence(place: Path, telegram: Telegram) -> None:
    failed = attempt(place, port=str(telegram.server.server_address[1]))

    assert failed.returncode == 1
    assert "is taken by another program" in failed.stderr


@pytest.mark.parametrize("damaged", ["file", "folder"])
def test_a_database_that_cannot_be_used_is_a_sentence(place: Path, damaged: str) -> None:
    (place / "data").mkdir()
    database = place / "data" / "hearback.sqlite"
    database.mkdir() if damaged == "folder" else database.write_bytes(b"no database" * 500)
    failed = attempt(place)

    assert (failed.returncode, failed.stderr.count("\n")) == (1, 1)
    assert failed.stderr.startswith(f"Error: {database} ")


def test_secrets_in_another_encoding_are_a_sentence(place: Path) -> None:
    (place / ".env").write_bytes("BOT_TOKEN=1:t\n".encode("utf-16"))
    failed = attempt(place)

    assert failed.returncode == 1
    assert ".env:1: this is not UTF-8 text" in failed.stderr and "Traceback" not in failed.stderr


def test_secrets_spoilt_while_it_runs_are_told_and_webhooks_are_still_taken(place: Path) -> None:
    with running(place) as program:
        (place / ".env").write_bytes("BOT_TOKEN=1:t\n".encode("utf-16"))
        program.hears("not UTF-8 text", within=5)

        assert program.write(7) == 200


def test_what_customers_wrote_is_for_the_owners_eyes_only(place: Path) -> None:
    data = place / "data"
    data.mkdir(mode=0o755)
    for name in ("hearback.sqlite", "hearback.log"):
        (data / name).touch(0o644)
    with running(place):
        modes = {file.name: file.stat().st_mode & 0o777 for file in data.iterdir()}

    assert {"hearback.sqlite", "hearback.sqlite-wal", "hearback.log"} <= set(modes)
    assert set(modes.values()) == {0o600}


def test_another_command_knows_where_it_runs(place: Path) -> None:
    with running(place) as program:
        command = [sys.executable, "-m", "chalicelib.cli", "desk", "link", "--data", str(place / "data")]
        link = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=30, check=True)

    assert link.stdout.startswith(f"{program.url}/desk/login/")


@pytest.mark.parametrize("sign", ["hearback.lock", "hearback.log", "hearback.sqlite"])
def test_ctrl_c_at_the_start_is_no_traceback(place: Path, sign: str) -> None:
    options = ["--data", str(place / "data"), "--policies", str(place / "policies")]
    command = [sys.executable, "-m", "chalicelib.cli", "run", "--port", "0", *options]
    with subprocess.Popen(
        [*command, "--env-file", str(place / ".env")],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as starting:
        until((place / "data" / sign).exists, within=STARTS_WITHIN)
        starting.send_signal(signal.SIGINT)
        said, _ = starting.communicate(timeout=20)

    # Python may die of the signal itself where it was heard inside `exec`, as shells want it.
    assert "Traceback" not in said and starting.returncode in (0, 130, -signal.SIGINT)


def test_what_customers_wrote_is_not_in_the_log_file(place: Path, telegram: Telegram) -> None:
    with running(place) as program:
        program.write(7, "My SECRETWORD is here, where is my order?")
        until(lambda: telegram.sent, within=10)
        program.stop(signal.SIGINT)

    assert "SECRETWORD" not in (place / "data" / "hearback.log").read_text("utf-8")
