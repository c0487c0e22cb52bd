import logging
from collections.abc import Iterator

import pytest

from tests.faults.matrix import Court


@pytest.fixture(scope="module")
def court(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    # Thousands of deaths on purpose would fill pages.
    logging.disable(logging.CRITICAL)
    yield Court(tmp_path_factory.mktemp("faults"))
    logging.disable(logging.NOTSET)
