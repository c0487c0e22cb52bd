"""What of the project and its libraries goes into the functions' zip. Pure.

`LEFT_OUT` is the one list of what does not; tests/infra proves by the imports that no function reaches it.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import PurePosixPath
from re import compile as pattern

LEFT_OUT = {
    "blessed": "Chalice's command line",
    "editor": "Chalice's command line",
    "h11": "uvicorn, the laptop mode's web server",
    "httptools": "the laptop mode's HTTP parser",
    "inquirer": "Chalice's command line",
    "jinxed": "Chalice's command line",
    "prometheus_client": "the laptop mode's page of figures; on AWS they are in CloudWatch",
    "pycparser": "cffi wants it only where C is compiled",
    "readchar": "Chalice's command line",
    "runs": "Chalice's command line",
    "uvicorn": "the laptop mode's web server",
    "uvloop": "the laptop mode's event loop",
    "wcwidth": "Chalice's command line",
    "xmod": "Chalice's command line",
}
"""Libraries of requirements.txt that no function imports, and what they are there for."""

ROOMS_LEFT_OUT = ("cli", "serve")
"""Rooms of chalicelib that only the laptop mode and the owner's commands enter."""

APP = "app.py"
ROOM = "chalicelib"

AWS_LIBRARIES = frozenset({"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"})
"""boto3 and what it needs; the Lambda runtime has its own, except for what others of ours need too."""

SERVICES = frozenset({"dynamodb", "sqs", "ssm"})
"""What the functions call: of botocore's descriptions of AWS only these are kept."""

_NEEDED_BY_OTHERS = frozenset({"python-dateutil", "six", "urllib3"})
"""holidays counts with python-dateutil, which needs six; requests calls through urllib3."""

_INSTALLERS_NOTES = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})
_REQUIREMENT = pattern(r"\s*([A-Za-z0-9._-]+)==")


class Boto3(StrEnum):
    """What becomes of boto3, which the Lambda runtime has, too."""

    TRIMMED = "trimmed"
    WHOLE = "whole"
    RUNTIME = "runtime"


def shipped(requirements: str, boto3: Boto3) -> Iterator[str]:
    """Yield the lines of requirements.txt whose libraries go into the zip, without comments."""
    without = set(LEFT_OUT)
    if boto3 is Boto3.RUNTIME:
        without |= AWS_LIBRARIES - _NEEDED_BY_OTHERS
    for line in requirements.splitlines():
        found = _REQUIREMENT.match(line)
        if found and found[1] not in without:
            yield line.partition("#")[0].strip()


def wanted(path: PurePosixPath, boto3: Boto3) -> bool:
    """Return whether an installed file goes into the zip; `path` begins at the folder of the libraries."""
    first, *rest = path.parts
    if path.suffix in {".pyc", ".pyi"} or first == "bin" or path.name in _INSTALLERS_NOTES:
        return False
    if first == "chalice":
        # As Chalice's own packager does: the rest is its command line.
        return rest in (["__init__.py"], ["app.py"])
    # Their `docs` stay: botocore imports them while it makes a client.
    if boto3 is Boto3.TRIMMED and first in {"botocore", "boto3"} and rest[0] in {"data", "examples"}:
        return first == "botocore" and rest[0] == "data" and _describes_what_is_called(rest[1:])
    return True


def ours(paths: Iterable[PurePosixPath]) -> Iterator[PurePosixPath]:
    """Yield those of the project's files that go into the zip; the paths begin at the project."""
    for path in paths:
        if path.suffix == ".pyc":
            continue
        if str(path) == APP or (path.parts[0] == ROOM and path.parts[1] not in ROOMS_LEFT_OUT):
            yield path


def _describes_what_is_called(rest: list[str]) -> bool:
    # Files beside the services' folders describe regions, retries and defaults.
    return len(rest) == 1 or rest[0] in SERVICES
