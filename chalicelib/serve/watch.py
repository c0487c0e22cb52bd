"""The owner's folder, looked at every second: a good change goes live, a bad one changes nothing (R13)."""

import logging
from collections.abc import Callable
from pathlib import Path

from chalicelib.core.errors import BadPolicy
from chalicelib.policies import publish
from chalicelib.policies.load import load
from chalicelib.wiring import Laptop

log = logging.getLogger("hearback.watch")

PROBLEM = "state:policies"
"""The record that holds the mistakes of a folder that could not be published."""


class Watch:
    """Remembers what the files looked like, and publishes them when they change."""

    def __init__(self, laptop: Laptop, folder: Path, tell: Callable[[str], None]) -> None:
        """Take the folder and a way to tell the owner."""
        self._laptop = laptop
        self._folder = folder
        self._tell = tell
        self._seen: object = None

    def start(self) -> str:
        """Publish the folder as it is and return the version. Raises `BadPolicy`."""
        self._seen = self._looks()
        version = self._publish()
        self._announce()
        return version

    def look(self) -> None:
        """Publish the folder if it has changed since the last look."""
        looks = self._looks()
        if looks == self._seen:
            return
        self._seen = looks
        before = self._laptop.policies.live().version
        try:
            version = self._publish()
        except BadPolicy as error:
            self._laptop.ports.records.put(PROBLEM, str(error))
            self._tell(f"{error}\nThe files have mistakes: policy version {before} stays live.")
            return
        told = self._announce()
        if version != before:
            self._tell(f"Policy version {version} is live; {told} open cases are reckoned anew.")

    def _publish(self) -> str:
        ports = self._laptop.ports
        bundle = load(self._folder, ports.clock())
        version = publish.publish(bundle, ports.records, ports.clock(), by="run")
        ports.records.take(PROBLEM, ports.clock())
        # Secrets may have changed even where the policies have not.
        self._laptop.policies.forget()
        return version

    def _announce(self) -> int:
        ports = self._laptop.ports
        return publish.announce(ports.policies.live(), ports.store, ports.events, ports.clock())

    def _looks(self) -> object:
        files = [
            *self._folder.glob("*.yaml"),
            *self._folder.glob("messages/*.ftl"),
            self._laptop.secrets.path,
        ]
        return {path: _stamp(path) for path in files}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size
