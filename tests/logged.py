"""The program's log lines, as they would be written."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.logs import JsonLines


class Lines(logging.Handler):
    """Keeps every line."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.texts]

    def of(self, *words: str) -> list[dict[str, Any]]:
        """Return the lines that say any of these."""
        return [line for line in self.all() if line["what"] in words]


@contextmanager
def logged() -> Iterator[Lines]:
    """Yield what the program logs meanwhile."""
    logger, lines = logging.getLogger("hearback"), Lines()
    level = logger.level
    logger.addHandler(lines)
    logger.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        logger.removeHandler(lines)
        logger.setLevel(level)
