"""The owner's files letter by letter: read for a version, written back after a rollback."""

import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

from chalicelib.core.errors import HearbackError
from chalicelib.core.values import dataclass
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.load import load

_ENDINGS = frozenset({".ftl", ".yaml", ".yml"})
_LOOKS = 5


class NotRestored(HearbackError):
    """The files of a version could not be put back; those that were there are untouched or beside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """A folder that may go live: what it says, its files by name, and what to look at all the same."""

    bundle: Bundle
    sources: Mapping[str, str]
    warnings: tuple[str, ...] = ()


def read(folder: Path) -> dict[str, str]:
    """Return the owner's files by their names, such as `messages/en.ftl`; only what is UTF-8 text."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix in _ENDINGS and path.is_file() and not _is_hidden(name):
            try:
                found[name] = path.read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                # Where it mattered, checking the folder has told so.
                continue
    return found


def checked(folder: Path, now: datetime) -> Files:
    """Read and check a folder. Raises `BadPolicy` with every mistake, `HearbackError` while it is saved."""
    for _ in range(_LOOKS):
        sources = read(folder)
        loaded = load(folder, now)
        if read(folder) == sources:
            warnings = tuple(map(str, loaded.warnings))
            return Files(bundle=loaded.bundle, sources=sources, warnings=warnings)
    raise HearbackError(f"the files in {folder} are being changed: try again when they are saved")


def checked_texts(sources: Mapping[str, str], now: datetime) -> Bundle:
    """Return what kept files say today. Raises `BadPolicy` where they are no longer right."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in sources.items():
            _write(Path(folder) / name, text)
        return load(Path(folder), now).bundle


def restore(sources: Mapping[str, str], folder: Path, now: datetime) -> Path:
    """Put the files of a version into a folder and return where those that were there are kept.

    Files that the version has not are in the copy only. Raises `NotRestored`.
    """
    copy = folder.with_name(f"{folder.name}-{now:%Y-%m-%dT%H-%M-%S}")
    if any(_is_outside(name) for name in sources):
        raise NotRestored("the version holds a file that is none of the owner's: nothing was restored")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copytree(folder, copy)
    except FileExistsError:
        raise NotRestored(f"{copy} is in the way: move it, and try again") from None
    for name in read(folder):
        if name not in sources:
            (folder / name).unlink()
    for name, text in sources.items():
        _write(folder / name, text)
    return copy


def _write(path: Path, text: str) -> None:
    # A file is there as a whole or as it was: an editor or a running Hearback may look at any time.
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(text.encode())
    beside.replace(path)


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in PurePosixPath(name).parts)


def _is_outside(name: str) -> bool:
    return PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts
