"""channels.yaml changed on disk: the whole folder is checked first, and a bad change touches nothing."""

import codecs
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.core.errors import HearbackError
from chalicelib.policies.documents import read
from chalicelib.policies.edit import FILE
from chalicelib.policies.load import load


class Changed(HearbackError):
    """Somebody has saved the file since it was read; nothing was written."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A changed channels.yaml that may go live, not yet written."""

    path: Path
    before: bytes
    after: bytes

    def write(self) -> None:
        """Put the new file into the place of the old one. Raises `Changed` or `OSError`."""
        if self.path.read_bytes() != self.before:
            raise Changed(f"{self.path} was saved by somebody meanwhile: run the command again")
        with _beside(self.path) as draft:
            draft.write_bytes(self.after)
            shutil.copymode(self.path, draft)
            draft.replace(self.path)


def drafted(folder: Path, change: Callable[[str], str], now: datetime) -> Draft:
    """Return the changed channels.yaml of a folder.

    Raises `BadPolicy` with every mistake the folder would have, and what `change` raises. Nothing is written.
    """
    # Says in the owner's words what is wrong with a file that cannot be read.
    read(folder / FILE)
    path = (folder / FILE).resolve()
    before = path.read_bytes()
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    after = mark + change(before.removeprefix(mark).decode()).encode()
    with TemporaryDirectory() as name:
        trial = Path(name) / "policies"
        shutil.copytree(folder, trial)
        (trial / FILE).unlink()
        (trial / FILE).write_bytes(after)
        load(trial, now)
    return Draft(path, before, after)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give the path of a file in the same folder, which is gone afterwards."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        yield draft
    finally:
        with suppress(OSError):
            draft.unlink()
