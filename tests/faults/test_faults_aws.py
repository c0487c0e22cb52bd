"""The same on DynamoDB and SQS: killed at their requests, and with requests that fail (R6, R34).

`./hearback bench faults --aws` tries every request.
"""

from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.faults.aws import FAULTS, KINDS, SWALLOWED, lived
from tests.faults.boundaries import KILLS

pytestmark = pytest.mark.xdist_group("faults-aws")

STARTS = 2
"""So many places of each kind are tried, spread over all requests; each kind begins elsewhere."""


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory, emulator: Emulator) -> int:
    """How many requests there are when nothing happens."""
    ending = lived(tmp_path_factory.mktemp("aws") / "plain", emulator)
    assert ending.posts == 1
    return ending.requests


def wrong_ends(folder: Path, emulator: Emulator, kind: str, requests: int) -> dict[int, str]:
    first = 1 + KINDS.index(kind) * requests // (STARTS * len(KINDS))
    starts = range(first, requests, requests // STARTS)
    endings = {start: lived(folder / str(start), emulator, kind, start) for start in starts}
    return {start: ending.wrong for start, ending in endings.items() if ending.wrong}


@pytest.mark.parametrize("fault", [*FAULTS, SWALLOWED])
def test_aws_that_fails_anywhere_loses_and_doubles_nothing(
    tmp_path: Path, emulator: Emulator, requests: int, fault: str
) -> None:
    assert wrong_ends(tmp_path, emulator, fault, requests) == {}


@pytest.mark.parametrize("kill", KILLS)
def test_a_kill_at_any_request_to_aws_loses_and_doubles_nothing(
    tmp_path: Path, emulator: Emulator, requests: int, kill: str
) -> None:
    assert wrong_ends(tmp_path, emulator, kill, requests) == {}
