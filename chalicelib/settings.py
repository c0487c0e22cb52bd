"""The only reader of the environment: settings, and the values of secrets by their names."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsSettings:
    """Where the deployed parts of Hearback find each other."""

    table: str
    events_url: str
    events_dead_url: str
    wakeups_url: str
    wakeups_dead_url: str
    base_url: str = ""
    endpoint: str | None = None


def aws_settings(environment: Mapping[str, str] = os.environ) -> AwsSettings:
    """Return the settings of a Lambda function. Raises `KeyError` naming what is not set."""
    return AwsSettings(
        table=environment["HEARBACK_TABLE"],
        events_url=environment["HEARBACK_EVENTS_URL"],
        events_dead_url=environment["HEARBACK_EVENTS_DEAD_URL"],
        wakeups_url=environment["HEARBACK_WAKEUPS_URL"],
        wakeups_dead_url=environment["HEARBACK_WAKEUPS_DEAD_URL"],
        base_url=environment.get("HEARBACK_BASE_URL", ""),
        endpoint=environment.get("HEARBACK_AWS_ENDPOINT"),
    )


def secret_of_environment(name: str) -> str:
    """Return the value of a secret, empty where none is set."""
    return os.environ.get(name, "")


@dataclass(frozen=True, slots=True)
class EnvFile:
    """A file of `NAME=value` lines beside the environment, which wins."""

    path: Path
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def secret(self, name: str) -> str:
        """Return the value of a secret, empty where none is set."""
        return self.environment.get(name) or self._values().get(name, "")

    def make_up(self, name: str, make: Callable[[], str]) -> bool:
        """Write a random value for a secret that has none; return whether that was needed."""
        if self.secret(name):
            return False
        new = not self.path.exists()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            if new:
                file.write("# Secrets of Hearback: never commit this file.\n")
            file.write(f"{name}={make()}\n")
        return True

    def _values(self) -> dict[str, str]:
        if not self.path.exists():
            return {}
        lines = (line.strip() for line in self.path.read_text(encoding="utf-8").splitlines())
        pairs = (
            line.removeprefix("export ").split("=", 1) for line in lines if "=" in line and line[0] != "#"
        )
        return {name.strip(): value.strip().strip("\"'") for name, value in pairs}
