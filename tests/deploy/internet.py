"""The internet as the functions find it: one proxy behind which every host is ours."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme

HOSTS = ("graph.facebook.com",)


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A request that a function has sent to the world."""

    host: str
    method: str
    path: str
    body: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Internet:
    """Where the proxy listens, whom to trust, and what has arrived so far."""

    proxy: str
    trusted: Path
    arrived: list[Arrived] = field(default_factory=list)

    def messages_to(self, customer: str) -> list[Arrived]:
        """Return what was sent to a customer with the Send API."""
        sent = (one for one in self.arrived if one.method == "POST" and one.path.endswith("/messages"))
        return [one for one in sent if one.body["recipient"] == {"id": customer}]


@contextmanager
def connected(folder: Path) -> Iterator[Internet]:
    """Run the proxy: whoever asks it for a host of `HOSTS` talks to a stand-in with a valid certificate."""
    authority = trustme.CA()
    trusted = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(context)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Proxy) as server:
        internet = Internet(proxy=f"http://127.0.0.1:{server.server_port}", trusted=trusted)
        server.daemon_threads = True
        server.internet, server.context = internet, context  # type: ignore[attr-defined] # for the handler
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield internet
        finally:
            server.shutdown()


class _Proxy(BaseHTTPRequestHandler):
    """A tunnel that ends here: what comes through it is answered as the platform would."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    server: Any
    host = ""

    def do_CONNECT(self) -> None:
        """Become the host that is asked for."""
        self.send_response(200)
        self.end_headers()
        self.host = self.path.partition(":")[0]
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.close_connection = False

    def finish(self) -> None:
        """Close what the tunnel was opened with, too."""
        super().finish()
        self.connection.close()

    def do_GET(self) -> None:
        """Answer a question: nothing is there."""
        self._answer({"data": []})

    def do_POST(self) -> None:
        """Take a message, and name it."""
        self._answer({"recipient_id": "r", "message_id": f"m_{len(self.server.internet.arrived)}"})

    def _answer(self, answer: object) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        arrived = Arrived(
            host=self.host,
            method=self.command,
            path=self.path.partition("?")[0],
            body=json.loads(body) if body else {},
        )
        self.server.internet.arrived.append(arrived)
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
