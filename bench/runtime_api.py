"""Lambda's Runtime API on loopback: starts a function as Lambda does and tells what its first answer cost.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

PYTHON = "HEARBACK_AWSLAMBDARIC"
"""Names the Python that has awslambdaric; `./hearback bench` sets it."""

_PREFIX = "/2018-06-01/runtime"
_NEXT = f"{_PREFIX}/invocation/next"
_SECONDS = 60
_ALLOWED_MS = 4_000_000_000_000


class Failed(Exception):
    """A function gave no answer, or an error in place of one."""


class _Invocation(ThreadingHTTPServer):
    """Hands out one event and takes one answer; whoever asks for a second event waits until it is killed."""

    daemon_threads = True

    def __init__(self, event: Mapping[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.event = json.dumps(event).encode()
        self.handed_out = False
        self.answer: Any = None
        self.failed = ""
        self.over = threading.Event()

    def handle_error(self, *_: object) -> None:
        """Keep quiet: a process that is killed breaks its connection."""


class _Handler(BaseHTTPRequestHandler):
    server: _Invocation
    protocol_version = "HTTP/1.1"
    # Else an answer in two packets takes 40 ms more than it says.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if self.server.handed_out:
            # It has answered and wants more: that is the end of the first invocation.
            self.server.over.set()
            threading.Event().wait(_SECONDS)
            return
        self.server.handed_out = True
        # The native client takes none of these to be missing.
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0",
            "Lambda-Runtime-Aws-Request-Id": str(uuid4()),
            "Lambda-Runtime-Deadline-Ms": str(_ALLOWED_MS),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-central-1:123456789012:function:bench",
        }
        self._answer(200, self.server.event, headers)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path.endswith("/response"):
            self.server.answer = json.loads(body)
        else:
            self.server.failed = f"{self.path}: {body.decode()}"
            self.server.over.set()
        self._answer(202, b"{}", {})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def first_answer(
    code: Path, handler: str, event: Mapping[str, Any], environment: Mapping[str, str]
) -> tuple[float, Any]:
    """Start a function on the unpacked code; return CPU seconds up to its first answer, and the answer.

    No bytecode is written, as none can be where Lambda unpacks a zip. Raises `Failed`.
    """
    server = _Invocation(event)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    known = {
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_address[1]}",
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "_HANDLER": handler,
        "LAMBDA_TASK_ROOT": str(code),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        **environment,
    }
    command = [os.environ[PYTHON], "-m", "awslambdaric", handler]
    with subprocess.Popen(
        command, cwd=code, env=known, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        said = _Said(process, server.over)
        try:
            finished = server.over.wait(_SECONDS)
        finally:
            # Not by way of `process`, which would take away what the process has used.
            os.kill(process.pid, signal.SIGKILL)
            _, code_of_end, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(code_of_end)
            server.shutdown()
            server.server_close()
    if not finished or server.failed or process.returncode != -signal.SIGKILL:
        reason = server.failed or f"ended with {process.returncode}"
        raise Failed(f"{handler} in {code}: {reason}\n{said.text()[-3000:]}")
    return used.ru_utime + used.ru_stime, server.answer


class _Said:
    """What a process writes, read while it runs: a full pipe would stop it. Its end is the end of all."""

    def __init__(self, process: "subprocess.Popen[bytes]", over: threading.Event) -> None:
        self._parts: list[bytes] = []
        self._thread = threading.Thread(target=self._read, args=(process, over), daemon=True)
        self._thread.start()

    def _read(self, process: "subprocess.Popen[bytes]", over: threading.Event) -> None:
        assert process.stdout
        for line in process.stdout:
            self._parts.append(line)
        over.set()

    def text(self) -> str:
        self._thread.join(5)
        return b"".join(self._parts).decode(errors="replace")
