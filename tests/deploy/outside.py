"""What the world does to a deployed stack, and what can be seen of it from there."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from chalicelib.core.case import Case
from chalicelib.core.message import Thread
from chalicelib.parameters import ADDRESS
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.publish import publish
from infra.names import parameter_prefix
from tests.deploy.cloud import until
from tests.deploy.internet import Arrived
from tests.deploy.stack import Stack
from tests.emulator import REGION
from tests.fakes import (
    CHANNELS,
    HOURS_DOCUMENT,
    MESSAGES,
    PAGE,
    PROJECT,
    ROSTER_DOCUMENT,
    SECRETS,
    meta_signature,
)

PARAMETERS = parameter_prefix("prod")

WINDOW = timedelta(seconds=4)

_numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the API has answered; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True, kw_only=True)
class Outside:
    """Customers, the platform and the owner of a deployed shop."""

    stack: Stack

    def store_secrets(self) -> None:
        """Put the secrets and the public address where the functions look for them."""
        ssm = self.stack.cloud.emulator.client("ssm")
        for name, value in SECRETS.items():
            ssm.put_parameter(Name=f"{PARAMETERS}{name}", Value=value, Type="SecureString")
        ssm.put_parameter(Name=f"{PARAMETERS}{ADDRESS}", Value=self.stack.url(), Type="String")

    def publish(self, window: timedelta = WINDOW) -> str:
        """Publish policies with this window as the owner would, and return the number of the version."""
        seconds = f"{window.total_seconds():.0f}s"
        policy = {"rules": [{"name": "all", "window": seconds, "promise": "2 business_hours"}]}
        bundle = Bundle(
            policy=policy,
            hours=HOURS_DOCUMENT,
            channels={"channels": list(CHANNELS)},
            roster=ROSTER_DOCUMENT,
            messages=MESSAGES,
        )
        return publish(bundle, self.stack.records, datetime.now(UTC), by="owner", store=self.stack.store)

    def asks(self, method: str, path: str, body: str = "", **headers: str) -> Reply:
        """Ask the API for a path below its stage, over HTTP."""
        url = urlsplit(self.stack.url())
        connection = HTTPConnection(url.netloc, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, url.path + path, body.encode() or None, named)
        with connection.getresponse() as answer:
            found = {name.lower(): value for name, value in answer.getheaders()}
            reply = Reply(status=answer.status, headers=found, body=answer.read().decode())
        connection.close()
        return reply

    def reads(self, path: str, words: str, **headers: str) -> Reply:
        """Open a page again and again until it says these words."""
        until(lambda: words in self.asks("GET", path, **headers).body)
        return self.asks("GET", path, **headers)

    def owner_runs(self, *command: str) -> str:
        """Run one of the owner's commands against the stage, and return what it prints."""
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "HEARBACK_AWS_ENDPOINT": self.stack.cloud.emulator.endpoint,
        }
        done = subprocess.run(
            [sys.executable, "-m", "chalicelib.cli", *command, "--stage", "prod", "--region", REGION],
            capture_output=True,
            cwd=PROJECT,
            env=environment,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def customer_writes(self, customer: str, text: str = "Where is my order?", secret: str = "") -> Reply:
        """Let Messenger tell of a customer's message; the signature is made with the app's secret."""
        return self._messenger((customer, PAGE), {"text": text}, secret)

    def page_writes(self, customer: str, text: str = "It is on its way.") -> Reply:
        """Let Messenger tell of what a person wrote in the page's inbox."""
        return self._messenger((PAGE, customer), {"text": text, "is_echo": True})

    def case_of(self, customer: str) -> Case:
        """Return the newest case of a customer once there is one."""
        thread = Thread(channel="page", key=customer)
        case = until(lambda: self.stack.store.newest(thread))
        assert case is not None, f"no case of {customer}"
        return case

    def case_that(self, customer: str, condition: Callable[[Case], bool]) -> Case:
        """Return the newest case of a customer once it fulfils a condition."""
        self.case_of(customer)
        until(lambda: condition(self.case_of(customer)))
        return self.case_of(customer)

    def told(self, customer: str, seconds: float = 60) -> list[Arrived]:
        """Return what the platform was told to say to a customer, once there is something."""
        return until(lambda: self.stack.cloud.internet.messages_to(customer), seconds)

    def _messenger(self, sides: tuple[str, str], message: dict[str, Any], secret: str = "") -> Reply:
        now = int(datetime.now(UTC).timestamp() * 1000)
        item = {
            "sender": {"id": sides[0]},
            "recipient": {"id": sides[1]},
            "timestamp": now,
            "message": {"mid": f"mid{next(_numbers)}", **message},
        }
        body = json.dumps({"object": "page", "entry": [{"id": PAGE, "time": now, "messaging": [item]}]})
        signature = meta_signature(body.encode(), secret or SECRETS["META_APP_SECRET"])
        headers = {"X_Hub_Signature_256": signature, "Content_Type": "application/json"}
        return self.asks("POST", "/webhooks/page", body, **headers)
