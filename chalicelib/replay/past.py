"""The past as it is kept: the cases of the last days out of the store, or out of an exported file."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from chalicelib.core.case import Case
from chalicelib.ports import Ports
from chalicelib.replay.history import BadHistory, History


def cases(ports: Ports, days: int) -> list[Case]:
    """Return the open and closed cases of all channels in which something happened in the last days."""
    since = ports.clock() - timedelta(days=days)
    return [
        case for channel in ports.policies.live().channels for case in ports.store.cases_since(channel, since)
    ]


def histories(found: Sequence[Case], ports: Ports, until: datetime) -> Iterator[History]:
    """Yield the history of each case, read when it is asked for."""
    for case in found:
        yield History.of(case, ports.store.timeline(case.id), until)


def read(file: Path) -> list[History]:
    """Return the histories of an exported file. Raises `BadHistory` with the line, `OSError`."""
    found = []
    with file.open(encoding="utf-8") as lines:
        try:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    found.append(_history(line, file, number))
        except UnicodeDecodeError:
            raise BadHistory(
                f"{file} is no UTF-8 text: give a file that `hearback case export` wrote"
            ) from None
    return found


def _history(line: str, file: Path, number: int) -> History:
    try:
        return History.from_json(line)
    except BadHistory as error:
        raise BadHistory(f"{file}:{number}: {error}") from None
