"""The emulator of AWS, as a process of its own that cannot outlive the tests."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

PYTHON = "HEARBACK_MINISTACK"
"""Names the Python that has ministack; `./hearback test` sets it."""

MISSING = "needs the emulator of DynamoDB and SQS: run `./hearback test`"

REGION = "eu-central-1"

_INHERITED = ("PATH", "SYSTEMROOT")
_SECONDS_TO_START = 60
_SECONDS_TO_STOP = 10

_ENDS_WITH_THE_TESTS = """
import os, sys, threading

def end_with_the_tests():
    sys.stdin.read()
    os._exit(0)

threading.Thread(target=end_with_the_tests, daemon=True).start()
"""
_RUNS = """
from ministack.app import main
main()
"""


@dataclass(frozen=True)
class Emulator:
    """A running emulator; `log` is what it has to say."""

    port: int
    log: Path

    @property
    def endpoint(self) -> str:
        """The address that clients need."""
        return f"http://127.0.0.1:{self.port}"

    def dynamodb(self) -> "DynamoDBClient":
        """Return a new client."""
        return boto3.client("dynamodb", **self._options())

    def sqs(self) -> "SQSClient":
        """Return a new client."""
        return boto3.client("sqs", **self._options())

    def client(self, service: str) -> Any:
        """Return a new client of any other service."""
        make: Any = boto3.client
        return make(service, **self._options())

    def _options(self) -> dict[str, Any]:
        return {
            "endpoint_url": self.endpoint,
            "region_name": REGION,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
            "config": Config(proxies={}, max_pool_connections=50),
        }


@contextmanager
def running(
    python: str, folder: Path, *, prelude: str = "", settings: Mapping[str, str] | None = None
) -> Iterator[Emulator]:
    """Run the emulator on a free port, with all it writes in `folder`.

    `prelude` is Python that it runs first, `settings` are more variables of its environment.
    """
    emulator = Emulator(port=_free_port(), log=folder / "ministack.log")
    environment = {
        **{name: os.environ[name] for name in _INHERITED if name in os.environ},
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(emulator.port),
        "IOT_MTLS_ENABLED": "0",
        "TMPDIR": str(folder),
        **(settings or {}),
    }
    with (
        emulator.log.open("wb") as log,
        subprocess.Popen(
            [python, "-I", "-c", _ENDS_WITH_THE_TESTS + prelude + _RUNS],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
        ) as process,
    ):
        try:
            _wait_until_ready(emulator, process)
            yield emulator
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_until_ready(emulator: Emulator, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        if _answers(emulator):
            return
        time.sleep(0.02)
    raise RuntimeError(f"the emulator did not start:\n{emulator.log.read_text(errors='replace')[-2000:]}")


def _answers(emulator: Emulator) -> bool:
    with closing(HTTPConnection("127.0.0.1", emulator.port, timeout=1)) as connection:
        try:
            connection.request("GET", "/_ministack/health")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
