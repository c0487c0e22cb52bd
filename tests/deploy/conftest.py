"""One deployed shop for all tests of this folder: they run one after the other, in one process."""

import os
from collections.abc import Iterator

import pytest

from infra.package import Packaged
from tests.deploy.artifact import artifact
from tests.deploy.cloud import account
from tests.deploy.internet import connected
from tests.deploy.outside import Outside
from tests.deploy.stack import Stack
from tests.emulator import MISSING, PYTHON


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Packaged:
    """What would be deployed."""
    return artifact(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="session")
def stack(built: Packaged, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack of the very template, brought up in an empty account."""
    python = os.environ.get(PYTHON)
    if not python:
        pytest.skip(MISSING)
    folder = tmp_path_factory.mktemp("account")
    with connected(folder) as internet, account(python, folder, internet) as cloud:
        stack = Stack(cloud=cloud)
        assert stack.change(built) == "CREATE_COMPLETE", stack.failures()
        yield stack
        assert [call for call in cloud.calls() if not call.allowed] == [], "a policy is too narrow"


@pytest.fixture(scope="session")
def shop(stack: Stack) -> Outside:
    """The deployed shop with its policies published, seen from outside."""
    outside = Outside(stack=stack)
    outside.store_secrets()
    outside.publish()
    return outside
