"""A Graph API on loopback, which the benches have Hearback post to."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Graph:
    """Notes which customer was written to, and when (seconds since 1970), and takes its time to answer."""

    def __init__(self, answer_after: float) -> None:
        self.arrived: defaultdict[str, list[float]] = defaultdict(list)
        graph = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Else an answer in two packets takes 40 ms more than it says.
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["content-length"])))
                customer = body["recipient"]["id"]
                graph.arrived[customer].append(time.time())
                time.sleep(answer_after)
                answer = json.dumps({"recipient_id": customer, "message_id": f"m-{customer}"}).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def doubles(self) -> int:
        """Return how many posts came to somebody who had got one before."""
        return sum(len(moments) - 1 for moments in self.arrived.values())


@contextmanager
def graph_server(answer_after: float) -> Iterator[Graph]:
    """Serve until the block ends."""
    graph = Graph(answer_after)
    threading.Thread(target=graph.server.serve_forever, daemon=True).start()
    try:
        yield graph
    finally:
        graph.server.shutdown()
        graph.server.server_close()
