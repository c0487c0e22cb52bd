"""The log on a laptop: for its owner only, and never in the way."""

import logging
from pathlib import Path

import pytest

from chalicelib.log_file import OwnersFile


def record(words: str = "swept") -> logging.LogRecord:
    return logging.makeLogRecord({"msg": words, "name": "hearback"})


def test_a_log_that_cannot_be_written_says_nothing_on_the_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = OwnersFile(tmp_path / "hearback.log", encoding="utf-8")
    writable = file.setStream((tmp_path / "hearback.log").open(encoding="utf-8"))
    file.handle(record())
    file.close()
    assert writable
    writable.close()

    assert capsys.readouterr().err == ""


def test_a_log_and_what_was_rotated_are_for_their_owner_only(tmp_path: Path) -> None:
    (tmp_path / "hearback.log").touch(0o644)
    file = OwnersFile(tmp_path / "hearback.log", maxBytes=10, backupCount=2, encoding="utf-8")
    for _ in range(3):
        file.handle(record("a long line of the log"))
    file.close()

    modes = {found.name: found.stat().st_mode & 0o777 for found in tmp_path.iterdir()}
    assert modes == {"hearback.log": 0o600, "hearback.log.1": 0o600, "hearback.log.2": 0o600}
