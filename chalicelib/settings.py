"""The only reader of the environment: settings, and the values of secrets by their names."""

import codecs
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
        parameters=environment["HEARBACK_PARAMETERS"],
        metrics=environment.get("HEARBACK_METRICS", "Hearback"),
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

    @property
    def where(self) -> str:
        """The file's name, for the owner."""
        return str(self.path)

    def public_url(self) -> str:
        """Return the address at which the internet reaches Hearback, empty where it is not set."""
        return self.secret("HEARBACK_BASE_URL").rstrip("/")

    def keep(self, name: str, value: str) -> bool:
        """Write a value in the place of an older one; return whether it is new.

        The environment is left alone. Raises `BadEnvFile` when the file cannot be written or hold the value.
        """
        if self.secret(name) == value:
            return False
        return self._write(name, value)

    def forget(self, name: str) -> bool:
        """Take the value out of the file; return whether there was one. Raises `BadEnvFile`."""
        if name not in self.read():
            return False
        self._rewrite(lambda text: _without(text, name))
        return True

    def overruled(self, name: str) -> str:
        """Return why a value in the file would not be in force, empty where it would be."""
        if not self._environment.get(name):
            return ""
        return f"{name} is set in the environment, which wins over {self.path}: change or unset it there"

    def make_up(self, name: str, make: Callable[[], str]) -> bool:
        """Write a random value for a secret that has none; return whether that was needed."""
        return False if self.secret(name) else self._write(name, make())

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

    def _write(self, name: str, value: str) -> bool:
        line = f"{name}={value}"
        if value.splitlines() != [value]:
            raise BadEnvFile(f"the value of {name} is not one line, so {self.path} cannot hold it")
        if _values(line) != {name: value}:
            problem = f"the value of {name} begins or ends with a space or a quote"
            raise BadEnvFile(f"{problem}, which {self.path} cannot hold: choose another, or set it elsewhere")
        self._rewrite(lambda text: _with(text, name, line))
        return True

    def _rewrite(self, change: Callable[[str], str]) -> None:
        try:
            with _alone(self.path.parent):
                # What cannot be read must not be written to: the two would not be one text.
                self.read()
                _replace(self.path.resolve(), change)
        except OSError as error:
            remedy = "make sure that its folder exists and may be written, or choose another with --env-file"
            raise BadEnvFile(f"{self.path} cannot be written ({error.strerror}): {remedy}") from None


def _values(text: str) -> dict[str, str]:
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.removeprefix("export ").split("=", 1) for line in lines if "=" in line and line[0] != "#")
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


def _with(text: str, name: str, line: str) -> str:
    """Return the text of a file with a line in the place of an older one of this name, else at the end.

    Where several lines have the name, the last is in force: that one is replaced and the others go, so that
    no secret of earlier days is left lying about.
    """
    lines = text.splitlines(keepends=True)
    places = [at for at, one in enumerate(lines) if name in _values(one)]
    if not places:
        gap = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{gap}{line}\n"
    lines[places[-1]] = f"{line}\n"
    return "".join(one for at, one in enumerate(lines) if at not in places[:-1])


def _without(text: str, name: str) -> str:
    return "".join(one for one in text.splitlines(keepends=True) if name not in _values(one))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other programs from writing into the folder's file of secrets meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _replace(path: Path, change: Callable[[str], str]) -> None:
    """Change a file that only its owner may read; a crash leaves the old file or the new one."""
    raw = path.read_bytes() if path.exists() else b"# Secrets of Hearback: never commit this file.\n"
    # A mark at the beginning is no part of the first name.
    mark = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
    text = mark + change(raw.removeprefix(mark).decode()).encode()
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
