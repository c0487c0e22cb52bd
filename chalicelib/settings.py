"""The only reader of the environment: settings, and the values of secrets by their names."""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from chalicelib.core.errors import HearbackError
from chalicelib.core.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsSettings:
    """Where the deployed parts of Hearback find each other."""

    table: str
    events_url: str
    events_dead_url: str
    wakeups_url: str
    wakeups_dead_url: str
    parameters: str
    metrics: str = "Hearback"
    endpoint: str | None = None


def aws_settings(environment: Mapping[str, str] = os.environ) -> AwsSettings:
    """Return the settings of a Lambda function. Raises `KeyError` naming what is not set."""
    return AwsSettings(
        table=environment["HEARBACK_TABLE"],
        events_url=environment["HEARBACK_EVENTS_URL"],
        events_dead_url=environment["HEARBACK_EVENTS_DEAD_URL"],
        wakeups_url=environment["HEARBACK_WAKEUPS_URL"],
        wakeups_dead_url=environment["HEARBACK_WAKEUPS_DEAD_URL"],
        metrics=environment.get("HEARBACK_METRICS", "Hearback"),
        parameters=environment["HEARBACK_PARAMETERS"],
        endpoint=aws_endpoint(environment),
    )


def handler(environment: Mapping[str, str] = os.environ) -> str:
    """Return which function this is, such as `app.sweep`; empty elsewhere than on Lambda."""
    return environment.get("_HANDLER", "")


def aws_endpoint(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return where AWS is reached instead of its own addresses, None where it is AWS itself."""
    return environment.get("HEARBACK_AWS_ENDPOINT")


class BadEnvFile(HearbackError):
    """The file of the secrets cannot be read or written; the sentence says what to do."""


class EnvFile:
    """A file of `NAME=value` lines beside the environment, which wins.

    What was read last stays in force while the file cannot be read: the shop goes on working while its
    owner mends a mistake.
    """

    def __init__(self, path: Path, environment: Mapping[str, str] = os.environ) -> None:
        """Take the file, which need not exist; nothing is read yet."""
        self.path = path
        self._environment = environment
        self._last: Mapping[str, str] | None = None

    def how_to_set(self, name: str) -> str:
        """Return what an owner must do to give a secret a value."""
        return f"write {name}=... into {self.path}"

    def secret(self, name: str) -> str:
        """Return the value of a secret, empty where none is set.

        Raises `BadEnvFile` when the file cannot be read and never could.
        """
        return self._environment.get(name) or self._known().get(name, "")

    def public_url(self) -> str:
        """Return the address at which the internet reaches Hearback, empty where it is not set."""
        return self.secret("HEARBACK_BASE_URL").rstrip("/")

    def keep(self, name: str, value: str) -> bool:
        """Write a value that a platform gave; return whether it is new. The environment is left alone."""
        if self.secret(name) == value:
            return False
        return self._append(name, value)

    def make_up(self, name: str, make: Callable[[], str]) -> bool:
        """Write a random value for a secret that has none; return whether that was needed."""
        return False if self.secret(name) else self._append(name, make())

    def read(self) -> Mapping[str, str]:
        """Return what stands in the file now. Raises `BadEnvFile` with the remedy."""
        try:
            self._last = _values(self._text(self.path.read_bytes()))
        except FileNotFoundError:
            if self._last:
                raise BadEnvFile(f"{self.path} is gone: put it back, or stop Hearback") from None
            self._last = {}
        except OSError as error:
            remedy = "make it a file that you may read, or choose another with --env-file"
            raise BadEnvFile(f"{self.path} cannot be read ({error.strerror}): {remedy}") from None
        return self._last

    def _known(self) -> Mapping[str, str]:
        try:
            return self.read()
        except BadEnvFile:
            if self._last is None:
                raise
            return self._last

    def _text(self, raw: bytes) -> str:
        remedy = "save it as UTF-8 (plain text), one NAME=value a line"
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise BadEnvFile(f"{self.path}:{line}: this is not UTF-8 text: {remedy}") from None
        if "\0" in text:
            # UTF-16 without a mark at its beginning: every second byte of plain letters is zero.
            raise BadEnvFile(f"{self.path}:1: this is not UTF-8 text: {remedy}")
        return text

    def _append(self, name: str, value: str) -> bool:
        if value.splitlines() != [value]:
            raise BadEnvFile(f"the value of {name} is not one line, so {self.path} cannot hold it")
        try:
            with _alone(self.path.parent):
                # What cannot be read must not be written to: the two would not be one text.
                self.read()
                _replace(self.path.resolve(), f"{name}={value}\n".encode())
        except OSError as error:
            remedy = "make sure that its folder exists and may be written, or choose another with --env-file"
            raise BadEnvFile(f"{self.path} cannot be written ({error.strerror}): {remedy}") from None
        return True


def _values(text: str) -> dict[str, str]:
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.removeprefix("export ").split("=", 1) for line in lines if "=" in line and line[0] != "#")
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other programs from writing into the folder's file of secrets meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _replace(path: Path, line: bytes) -> None:
    """Add a line to a file that only its owner may read; a crash leaves the old file or the new one."""
    text = path.read_bytes() if path.exists() else b"# Secrets of Hearback: never commit this file.\n"
    gap = b"" if text.endswith(b"\n") or not text else b"\n"
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text + gap + line)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
