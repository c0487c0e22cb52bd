"""`hearback channel connect` and `check`, talking to a platform's servers on loopback."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from chalicelib import connect, http
from chalicelib.cli import main
from chalicelib.platforms.contract import Channel
from chalicelib.tokens import Tokens
from tests.fakes import PROJECT

CHANNELS = """
channels:
  - id: shop-telegram
    platform: telegram
    timezone: UTC
    language: en
    api_base: {base}
    credentials: {{bot_token: BOT_TOKEN, webhook_secret: BOT_SECRET}}
  - id: shop-x
    platform: x
    account: "12345"
    timezone: UTC
    language: en
    api_base: {base}
    credentials:
      consumer_key: X_KEY
      consumer_secret: X_SECRET
      access_token: X_TOKEN
      access_token_secret: X_TOKEN_SECRET
      bearer_token: X_BEARER
"""
SECRETS = """HEARBACK_BASE_URL=https://h.example/
BOT_TOKEN=1:t
BOT_SECRET=hush
X_KEY=a
X_SECRET=b
X_TOKEN=c
X_TOKEN_SECRET=d"""
ADDRESS = "https://h.example/webhooks/shop-telegram"


class Servers:
    """The Bot API as far as a registration goes, and X's way to a bearer token."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.webhook: dict[str, Any] = {"url": ""}
        self.token = "1:t"
        servers = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"] or 0))
                self._answer(servers.answer(self.path, body))

            def do_GET(self) -> None:
                self._answer(servers.answer(self.path, b""))

            def _answer(self, answer: dict[str, Any]) -> None:
                raw = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, path: str, body: bytes) -> dict[str, Any]:
        token, _, method = path.removeprefix("/bot").partition("/")
        self.calls.append(method)
        if path == "/oauth2/token":
            return {"token_type": "bearer", "access_token": "AAAA-bearer"}
        if token != self.token:
            return {"ok": False, "error_code": 401}
        if method == "setWebhook":
            self.webhook = json.loads(body)
        results: dict[str, object] = {"getMe": {"id": 1, "is_bot": True}, "getWebhookInfo": self.webhook}
        return {"ok": True, "result": results.get(method, True)}

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def servers() -> Iterator[Servers]:
    made = Servers()
    yield made
    made.close()


@dataclass
class Said:
    """What a command printed, and its exit code."""

    code: object
    out: str
    err: str
    data: Any = field(init=False)

    def __post_init__(self) -> None:
        self.data = json.loads(self.out) if self.out.startswith(("{", "[")) else None


Call = Callable[..., Said]


@pytest.fixture
def place(tmp_path: Path, servers: Servers) -> Path:
    shutil.copytree(PROJECT / "policies", tmp_path / "policies")
    (tmp_path / ".env").write_text(SECRETS, encoding="utf-8")
    listen_at(tmp_path, servers.base)
    return tmp_path


def listen_at(place: Path, base: str) -> None:
    (place / "policies" / "policy.yaml").write_text(
        "rules: [{name: all, window: 15m, promise: 2h}]", encoding="utf-8"
    )
    (place / "policies" / "channels.yaml").write_text(CHANNELS.format(base=base), encoding="utf-8")


@pytest.fixture
def call(place: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    def channel(*arguments: str) -> Said:
        options = ["--policies", str(place / "policies"), "--env-file", str(place / ".env")]
        with pytest.raises(SystemExit) as stopped:
            main(["channel", *arguments, *options])
        printed = capsys.readouterr()
        return Said(stopped.value.code, printed.out, printed.err)

    return channel


def set_secret(place: Path, old: str, new: str) -> None:
    file = place / ".env"
    file.write_text(file.read_text("utf-8").replace(old, new), encoding="utf-8")


def test_connect_registers_the_address_with_its_secret(call: Call, servers: Servers) -> None:
    said = call("connect", "shop-telegram")

    assert (said.code, servers.webhook["url"]) == (0, ADDRESS)
    assert servers.webhook["secret_token"] == "hush"


def test_connect_tells_each_step_what_it_found_and_what_is_left_to_do(call: Call) -> None:
    said = call("connect", "shop-telegram").out

    assert "Setting the webhook" in said and "ok    updates are delivered to this address" in said
    assert "What only you can do:\n  1. " in said


def test_connect_may_be_repeated(call: Call) -> None:
    assert [call("connect", "shop-telegram").code for _ in range(2)] == [0, 0]


def test_a_dry_run_sends_nothing(call: Call, servers: Servers) -> None:
    said = call("connect", "shop-telegram", "--dry-run")

    assert (said.code, servers.calls) == (0, [])
    assert said.out == f"Would register {ADDRESS} at telegram.\n"


def test_a_dry_run_in_json_is_json(call: Call) -> None:
    said = call("connect", "shop-telegram", "--dry-run", "--json")

    assert said.data == {"webhook": ADDRESS, "platform": "telegram", "registered": False}


def test_connect_in_json_is_nothing_but_json(call: Call) -> None:
    said = call("connect", "shop-telegram", "--json")

    assert (said.code, said.data["webhook"], said.data["kept"]) == (0, ADDRESS, [])
    assert all(finding["ok"] for finding in said.data["findings"])


def test_check_changes_nothing_and_finds_that_nothing_is_registered(call: Call, servers: Servers) -> None:
    said = call("check", "shop-telegram")

    assert (said.code, servers.calls) == (1, ["getMe", "getWebhookInfo"])
    assert "LOOK  updates are not delivered to this address" in said.out


def test_check_finds_nothing_wrong_once_it_is_connected(call: Call) -> None:
    call("connect", "shop-telegram")

    assert call("check", "shop-telegram", "--json").code == 0


def test_check_tells_of_credentials_and_of_the_clock(call: Call) -> None:
    call("connect", "shop-telegram")
    said = call("check", "shop-telegram").out

    assert "ok    every credential has a value" in said
    assert "ok    this machine's clock agrees with the time of 127.0.0.1" in said


def test_check_tells_of_a_secret_that_is_to_be_retired(call: Call, place: Path) -> None:
    set_secret(place, "BOT_SECRET=hush", "BOT_SECRET=hush\nOLD_SECRET=hush-hush")
    file = place / "policies" / "channels.yaml"
    names = file.read_text("utf-8").replace("BOT_SECRET", "[BOT_SECRET, OLD_SECRET]")
    file.write_text(names, encoding="utf-8")

    assert "rotate shop-telegram webhook_secret --finish" in call("check", "shop-telegram").out


@pytest.mark.parametrize(("minutes", "ok"), [(0, True), (3, False), (-3, False)])
def test_a_clock_that_is_minutes_off_is_found_by_the_answers(
    servers: Servers, minutes: int, *, ok: bool
) -> None:
    secrets = {"bot_token": ("1:t",), "webhook_secret": ("hush",)}
    shop = Channel(
        id="s", platform="telegram", timezone="UTC", language="en", api_base=servers.base, secrets=secrets
    )

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=minutes)

    report = connect.check(shop, ADDRESS, http.send, Tokens(http.send, clock), lambda _: None, clock)
    assert (report.findings[-1].ok, "127.0.0.1" in report.findings[-1].what) == (ok, True)


def test_where_a_missing_secret_is_found_is_said(call: Call, place: Path) -> None:
    set_secret(place, "BOT_TOKEN=1:t\n", "")

    assert "bot_token: Telegram > @BotFather" in call("check", "shop-telegram").err


def test_another_address_may_be_given(call: Call, servers: Servers) -> None:
    call("connect", "shop-telegram", "--url", "https://other.example/")

    assert servers.webhook["url"] == "https://other.example/webhooks/shop-telegram"


def test_a_wrong_token_is_a_finding_and_exit_code_1(call: Call, place: Path) -> None:
    set_secret(place, "BOT_TOKEN=1:t", "BOT_TOKEN=2:wrong")
    said = call("connect", "shop-telegram")

    assert said.code == 1
    assert "LOOK  Telegram does not know this bot_token" in said.out and "2:wrong" not in said.out


def test_missing_secrets_are_named_and_nothing_is_asked(call: Call, place: Path, servers: Servers) -> None:
    set_secret(place, "BOT_TOKEN=1:t\n", "")
    said = call("connect", "shop-telegram")

    assert (said.code, servers.calls) == (1, [])
    assert said.err.startswith("Error: there is no value for BOT_TOKEN: write BOT_TOKEN=... into ")


@pytest.mark.parametrize(
    "url",
    ["http://h.example", "h.example", "https://", "ftp://h.example", "https://[", "https://h.example/?a"],
)
def test_an_address_platforms_cannot_deliver_to_is_refused(call: Call, servers: Servers, url: str) -> None:
    said = call("connect", "shop-telegram", "--url", url)

    assert (said.code, servers.calls) == (1, [])
    assert "https://" in said.err


def test_without_any_address_the_remedy_is_named(call: Call, place: Path) -> None:
    set_secret(place, "HEARBACK_BASE_URL=https://h.example/", "")

    assert "write HEARBACK_BASE_URL=... into" in call("connect", "shop-telegram").err


def test_a_channel_that_does_not_exist_is_a_sentence_with_what_was_meant(call: Call) -> None:
    said = call("check", "shop-telegam")

    assert said.code == 1
    assert "Did you mean `shop-telegram`?" in said.err


def test_an_error_in_json_is_json(call: Call) -> None:
    said = call("check", "shop-telegam", "--json")

    assert (said.code, said.out) == (1, "")
    assert "Did you mean `shop-telegram`?" in json.loads(said.err)["error"]


def test_a_server_that_cannot_be_reached_is_a_finding(call: Call, place: Path, servers: Servers) -> None:
    servers.close()
    said = call("connect", "shop-telegram", "--json")

    [finding] = said.data["findings"]
    assert (said.code, finding["ok"]) == (1, False)
    assert "127.0.0.1 could not be reached" in finding["what"] and "1:t" not in said.out


def test_what_a_platform_gives_is_written_on_a_line_of_its_own(call: Call, place: Path) -> None:
    said = call("connect", "shop-x", "--json")

    assert said.data["kept"] == ["X_BEARER"]
    assert (place / ".env").read_text("utf-8").endswith("\nX_TOKEN_SECRET=d\nX_BEARER=AAAA-bearer\n")
    assert "AAAA-bearer" not in said.out


def test_what_a_platform_gave_before_is_not_asked_for_again(call: Call, servers: Servers) -> None:
    call("connect", "shop-x")
    servers.calls.clear()
    said = call("connect", "shop-x", "--json")

    assert said.data["kept"] == [] and "oauth2/token" not in servers.calls


def test_channel_list_in_json_has_every_channel(call: Call, place: Path) -> None:
    set_secret(place, "BOT_TOKEN=1:t\n", "")
    said = call("list", "--json")

    missing = {row["id"]: row["missing"] for row in said.data}
    assert (said.code, missing) == (0, {"shop-telegram": ["BOT_TOKEN"], "shop-x": []})
