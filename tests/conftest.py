"""What tests of every room share: Hypothesis profiles and the emulator of DynamoDB and SQS."""

import os
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.emulator import MISSING, PYTHON, Emulator, running

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

settings.register_profile("hearback", deadline=None, derandomize=True, max_examples=40)
settings.load_profile("hearback")


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """DynamoDB and SQS, one server for each process of the tests; every test takes names of its own."""
    python = os.environ.get(PYTHON)
    if not python:
        pytest.skip(MISSING)
    with running(python, tmp_path_factory.mktemp("emulator")) as started:
        yield started


@pytest.fixture(scope="session")
def dynamodb(emulator: Emulator) -> "Iterator[DynamoDBClient]":
    """One client of the emulated DynamoDB."""
    with closing(emulator.dynamodb()) as client:
        yield client


@pytest.fixture(scope="session")
def sqs(emulator: Emulator) -> "Iterator[SQSClient]":
    """One client of the emulated SQS."""
    with closing(emulator.sqs()) as client:
        yield client
