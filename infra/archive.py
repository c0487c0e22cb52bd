"""A zip that is the same, byte for byte, whenever its files are the same."""

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest date a zip knows."""

_READABLE = 0o100644
_VERSION_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large files are in the zip and unpacked, in bytes."""

    zipped: int
    unzipped: int


def pack(folder: Path, target: Path) -> None:
    """Write every file below a folder into a zip."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, on whichever system it is made.
            entry.external_attr = _READABLE << 16
            archive.writestr(entry, path.read_bytes())


def version_of(archive: Path) -> str:
    """Return the version of the code: the beginning of the zip's SHA-256."""
    return hashlib.sha256(archive.read_bytes()).hexdigest()[:_VERSION_LENGTH]


def sizes(archive: Path, counted: Callable[[PurePosixPath], bool]) -> Sizes:
    """Return how large those files of a zip are that count."""
    with zipfile.ZipFile(archive) as packed:
        found = [one for one in packed.infolist() if counted(PurePosixPath(one.filename))]
    return Sizes(sum(one.compress_size for one in found), sum(one.file_size for one in found))
