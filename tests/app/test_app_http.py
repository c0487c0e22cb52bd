"""What a send tells of a server that misbehaves: the contract of `http.send`, over real sockets."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat
from time import monotonic

import pytest

from chalicelib import http
from chalicelib.core.errors import NotSent, SendAmbiguous
from chalicelib.core.outbox import LEASE
from chalicelib.platforms.contract import HttpRequest

HEAD = b"HTTP/1.1 200 OK\r\n"
ZIPPED = HEAD + b"Content-Encoding: gzip\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

Pieces = Callable[[], Iterator[bytes]]
Serve = Callable[..., str]


class Server:
    """Answers every request with the same pieces, one after the other, and then hangs up."""

    def __init__(self, pieces: Pieces, pause: float) -> None:
        self._pieces = pieces
        self._pause = pause
        self._stop = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/"
        self.connections = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._stop.set()
        # Whoever waits for a connection would hold the port open.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            while connection.recv(65_536):
                try:
                    for piece in self._pieces():
                        connection.sendall(piece)
                        if self._stop.wait(self._pause):
                            return
                except OSError:
                    return
                if self._pause:
                    return
                connection.shutdown(socket.SHUT_WR)


@contextmanager
def serving(*pieces: bytes, drip: bytes = b"", pause: float = 0.0) -> Iterator[Server]:
    """Serve `pieces`, then `drip` for ever, with a pause after each."""
    endless = repeat(drip) if drip else ()
    server = Server(lambda: chain(pieces, endless), pause)
    try:
        yield server
    finally:
        server.close()


def get(url: str, seconds: float = 5) -> bytes:
    return http.send(HttpRequest(method="POST", url=url, body=b"{}"), seconds).body


# Half an answer


@pytest.mark.parametrize(
    "answer",
    [
        ZIPPED + b"Content-Length: 8\r\n\r\nnot gzip",
        ZIPPED + b"\r\n" + gzip.compress(b"x" * 1000)[:15] + b"\xff" * 20,
        HEAD + b"Content-Length: 100\r\n\r\nonly this",
        CHUNKED + b"zz\r\nhello\r\n",
        CHUNKED + b"ff\r\nhello\r\n",
        CHUNKED + b"5\r\nhello\r\n",
        b"nonsense\r\n\r\n",
        b"",
    ],
    ids=[
        "no gzip",
        "broken gzip",
        "truncated",
        "no chunk",
        "truncated chunk",
        "no last chunk",
        "no HTTP",
        "hung up",
    ],
)
def test_r34_half_an_answer_is_ambiguous(answer: bytes) -> None:
    with serving(answer) as server, pytest.raises(SendAmbiguous):
        get(server.url)


def test_the_reason_of_a_failure_tells_no_address() -> None:
    with serving(b"") as server, pytest.raises(SendAmbiguous) as caught:
        get(server.url + "bot123456:token")

    assert str(caught.value) == "ConnectionError"


# The deadline


@pytest.mark.parametrize(
    ("pieces", "drip"),
    [
        ([HEAD + b"Content-Length: 100000\r\n\r\n"], b"x"),
        ([CHUNKED], b"1\r\nx\r\n"),
        ([HEAD], b"X-More: and more\r\n"),
        ([], b"H"),
    ],
    ids=["body", "chunks", "headers", "status line"],
)
def test_a_server_that_drips_holds_a_send_no_longer_than_its_deadline(
    pieces: list[bytes], drip: bytes
) -> None:
    with serving(*pieces, drip=drip, pause=0.02) as server:
        start = monotonic()
        with pytest.raises(SendAmbiguous):
            get(server.url, seconds=0.3)

    assert monotonic() - start < 2


def test_a_server_that_says_nothing_is_ambiguous() -> None:
    with serving(b"", pause=30) as server, pytest.raises(SendAmbiguous):
        get(server.url, seconds=0.1)


def test_r6_three_calls_of_one_delivery_end_before_its_lease() -> None:
    assert LEASE.total_seconds() > 3 * http.SECONDS


# What was never sent


def test_a_connection_that_was_refused_is_surely_not_sent() -> None:
    with serving() as server:
        url = server.url
    with pytest.raises(NotSent):
        get(url)


@pytest.mark.parametrize("url", ["gopher://127.0.0.1/", "nonsense", "http://"])
def test_an_address_that_is_none_is_surely_not_sent(url: str) -> None:
    with pytest.raises(NotSent):
        get(url)


@pytest.mark.parametrize("token", ["“quoted”", "two\r\nlines"])
def test_a_token_that_fits_into_no_header_is_surely_not_sent(token: str) -> None:
    with serving(HEAD + b"\r\n") as server, pytest.raises(NotSent):
        http.send(HttpRequest(method="GET", url=server.url, headers={"authorization": token}))


# Whole answers


def test_a_whole_answer_is_returned_with_its_header_names_in_lower_case() -> None:
    with serving(ZIPPED + b"X-Id: 7\r\n\r\n" + gzip.compress(b"hello")) as server:
        response = http.send(HttpRequest(method="GET", url=server.url))

    assert (response.status, response.body, response.headers["x-id"]) == (200, b"hello", "7")


def test_a_long_answer_is_cut() -> None:
    with serving(HEAD + b"\r\n" + b"x" * (http.ANSWER_LIMIT + 10)) as server:
        assert len(get(server.url)) == http.ANSWER_LIMIT


@pytest.mark.parametrize("target", [b"http://[", b"https://elsewhere.example/"])
def test_a_redirect_is_not_followed_wherever_it_leads(target: bytes) -> None:
    answer = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + target + b"\r\n\r\n"
    with serving(answer) as server:
        response = http.send(HttpRequest(method="GET", url=server.url))

    assert response.status == 302


def test_a_connection_is_used_again_after_a_whole_answer() -> None:
    kept = HEAD + b"Content-Length: 2\r\n\r\nok"
    with talking(kept) as server:
        bodies = [get(server.url) for _ in range(3)]

    assert (bodies, server.connections) == ([b"ok"] * 3, 1)


@contextmanager
def talking(answer: bytes) -> Iterator[Server]:
    """Serve the same answer again and again over connections that stay open."""

    class Patient(Server):
        def _answer(self, connection: socket.socket) -> None:
            # A request may come in pieces, and one may be cut off: each whole one gets one answer.
            with connection, suppress(OSError):
                asked = b""
                while piece := connection.recv(65_536):
                    asked += piece
                    while b"\r\n\r\n" in asked:
                        asked = asked.partition(b"\r\n\r\n")[2]
                        connection.sendall(answer)

    server = Patient(lambda: iter(()), 0)
    try:
        yield server
    finally:
        server.close()
