"""Log lines as JSON: ids, kinds and reasons, never what a customer wrote."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from chalicelib import tracing

_KNOWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_FILE_BYTES = 10_000_000
_FILES = 3


class JsonLines(logging.Formatter):
    """One JSON object a line; of an exception its kind and place are told, not its words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "what": record.getMessage(),
            **tracing.ids(),
            **{name: value for name, value in record.__dict__.items() if name not in _KNOWN},
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["trace"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(file: Path | None = None, *, verbose: bool = False) -> None:
    """Send the program's log lines to a file that is rotated, or to stderr where none is given.

    Raises `OSError` when the file cannot be opened.
    """
    logger = logging.getLogger("hearback")
    handlers: list[logging.Handler] = []
    if file is not None:
        from chalicelib.log_file import OwnersFile

        handlers.append(OwnersFile(file, maxBytes=_FILE_BYTES, backupCount=_FILES, encoding="utf-8"))
    if file is None or verbose:
        handlers.append(logging.StreamHandler(sys.stderr))
    for handler in handlers:
        handler.setFormatter(JsonLines())
    logger.handlers = handlers
    logger.setLevel(logging.INFO)
    logger.propagate = False
