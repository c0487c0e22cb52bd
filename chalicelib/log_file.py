"""The log of the laptop mode, in a file."""

import logging
import logging.handlers
import os
from contextlib import suppress
from io import TextIOWrapper

_OWNER_ONLY = 0o600


class OwnersFile(logging.handlers.RotatingFileHandler):
    """A rotated file that only its owner may read; one that cannot be written keeps nobody from working."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's own name
        """Let a line go: what it is about matters more than the line."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _OWNER_ONLY)
        with suppress(OSError):
            os.fchmod(descriptor, _OWNER_ONLY)
        return os.fdopen(descriptor, "a", encoding=self.encoding)
