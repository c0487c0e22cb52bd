"""A fresh folder of the owner's files for each test."""

from pathlib import Path

import pytest

from tests.policies.folders import Folder, a_folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return a_folder(tmp_path / "policies")
