"""One program works on a folder of data at a time: whoever holds its lock knows that nobody else does."""

import fcntl
import os
from pathlib import Path
from typing import IO

from chalicelib.core.errors import HearbackError

_OWNER_ONLY = 0o600


class CannotStart(HearbackError):
    """Something outside the files keeps the program from starting."""


def taken(data: Path) -> IO[str]:
    """Take the lock of a folder, made if need be; it holds until the file is closed or the program ends.

    Raises `CannotStart` when another has it, or the folder cannot be used.
    """
    try:
        # The folder holds what customers wrote.
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(data / "hearback.lock", os.O_WRONLY | os.O_APPEND | os.O_CREAT, _OWNER_ONLY)
    except OSError as error:
        raise CannotStart(
            f"The folder {data} cannot be used ({error.strerror}): choose one that you may write with --data"
        ) from None
    file = os.fdopen(descriptor, "a", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise CannotStart(
            f"Hearback is already running on {data}: stop it, or choose another --data"
        ) from None
    return file
