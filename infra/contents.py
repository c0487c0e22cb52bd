"""What of the project and its libraries goes into the functions' zip. Pure.

`LEFT_OUT` is the one list of what does not; tests/infra proves by the imports that no function reaches it.
"""

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from pathlib import PurePosixPath
from re import compile as pattern

LEFT_OUT = {
    "blessed": "Chalice's command line",
    "boto3": "the owner's commands; the functions make their clients by botocore",
    "editor": "Chalice's command line",
    "h11": "uvicorn, the laptop mode's web server",
    "httptools": "the laptop mode's HTTP parser",
    "inquirer": "Chalice's command line",
    "jinxed": "Chalice's command line",
    "prometheus_client": "the laptop mode's page of figures; on AWS they are in CloudWatch",
    "readchar": "Chalice's command line",
    "runs": "Chalice's command line",
    "s3transfer": "boto3",
    "uvicorn": "the laptop mode's web server",
    "uvloop": "the laptop mode's event loop",
    "wcwidth": "Chalice's command line",
    "xmod": "Chalice's command line",
}
"""Libraries of requirements.txt that no function imports, and what they are there for."""

ROOMS_LEFT_OUT = {
    "backlog": "the laptop mode's figures of its queues, and `hearback doctor`'s",
    "backup": "`hearback backup` and `hearback restore`",
    "checkup": "`hearback doctor`",
    "cli": "the owner's commands",
    "connect": "`hearback channel connect`",
    "program": "the owner's commands",
    "replay": "`hearback policy backtest` and its company",
    "serve": "the laptop mode",
    "skew": "`hearback doctor` and `hearback channel check`",
    "sqlite": "the laptop mode's file",
    "stack": "the owner's commands over a stage",
    "vault": "the owner's commands",
    "wiring": "the laptop mode and the owner's commands; the functions have `wiring_aws`",
}
"""Rooms of chalicelib that no function enters, and whose they are."""

APP = "app.py"
ROOM = "chalicelib"

AWS_LIBRARIES = frozenset(
    {"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"}
)
"""boto3 and what it needs; the Lambda runtime has its own, except for what others of ours need too."""

CALLED = {
    "dynamodb": frozenset(
        {
            "BatchGetItem",
            "DeleteItem",
            "GetItem",
            "Query",
            "Scan",
            "TransactWriteItems",
            "UpdateItem",
        }
    ),
    "sqs": frozenset(
        {
            "ChangeMessageVisibility",
            "DeleteMessage",
            "DeleteMessageBatch",
            "GetQueueAttributes",
            "ReceiveMessage",
            "SendMessage",
            "SendMessageBatch",
        }
    ),
    "ssm": frozenset({"GetParametersByPath"}),
}
"""What the functions call: of botocore's descriptions of AWS only these are kept."""

_NEEDED_BY_OTHERS = frozenset({"python-dateutil", "six", "urllib3"})
"""holidays counts with python-dateutil, which needs six; requests calls through urllib3."""

UNUSED = {
    "apprise/assets": "pictures for desktop notifications",
    "apprise/cli.py": "its command line",
    "apprise/i18n": "translations of its configuration forms",
    "babel/messages": "makes catalogues of translations",
    "holidays/locale": "names of holidays in other languages; which days they are stands in its code",
    "jsonschema/benchmarks": "its measurements",
    "jsonschema/tests": "its tests",
    "rapidfuzz/fuzz_cpp": "scores of whole sentences",
    "rapidfuzz/fuzz_cpp_avx2": "the same for newer processors",
    "rapidfuzz/process_cpp_impl": "searches in long lists",
    "yaml/_yaml": "a faster reader that the owner's files are not read with: it knows no places of mistakes",
}
"""Files and folders of libraries that no function opens, and what they are there for."""

FOUND_BY_NAME = ("apprise/attachment", "apprise/config", "apprise/plugins")
"""Folders in which a library looks for sources by name: an empty one must stay beside the bytecode."""

_FOR_BUILDERS = frozenset({".pyc", ".pyi", ".pyx", ".pxd", ".h", ".c"})
_INSTALLERS_NOTES = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})
_REQUIREMENT = pattern(r"\s*([A-Za-z0-9._-]+)==")


class Boto3(StrEnum):
    """What becomes of botocore, boto3's foundation, which the Lambda runtime has, too.

    Trimmed is the default: with botocore's descriptions cut down (`CALLED`) a first answer takes 60 to 110 ms
    of CPU less than with all of them, the runtime's own included (`./hearback bench cold_start --boto3`). And
    it is the version the tests ran with, where AWS changes the runtime's when it likes.
    """

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


def wanted(path: PurePosixPath, boto3: Boto3, languages: Collection[str] | None) -> bool:
    """Return whether an installed file goes into the zip; `path` begins at the folder of the libraries.

    `languages` are those whose dates and names babel must know, None for all of the world.
    """
    first, *rest = path.parts
    if path.suffix in _FOR_BUILDERS or first == "bin" or path.name in _INSTALLERS_NOTES:
        return False
    if any(str(path).startswith((f"{part}/", f"{part}.")) or str(path) == part for part in UNUSED):
        return False
    if path.match("babel/locale-data/*.dat"):
        return languages is None or path.stem == "root" or path.stem.partition("_")[0] in languages
    if first == "chalice":
        # As Chalice's own packager does: the rest is its command line.
        return rest in (["__init__.py"], ["app.py"])
    if boto3 is Boto3.TRIMMED and first in {"botocore", "boto3"} and rest[0] in {"data", "examples"}:
        return first == "botocore" and rest[0] == "data" and _describes_what_is_called(rest[1:])
    return True


def is_for_languages(path: PurePosixPath) -> bool:
    """Return whether a file is there for languages alone: dates and names, or how they are told apart."""
    if path.match("babel/locale-data/*.dat"):
        return path.stem != "root"
    return path == PurePosixPath(ROOM, "language", "detect_model.gz")


def ours(paths: Iterable[PurePosixPath]) -> Iterator[PurePosixPath]:
    """Yield those of the project's files that go into the zip; the paths begin at the project."""
    for path in paths:
        if path.suffix == ".pyc":
            continue
        if str(path) == APP or (
            path.parts[0] == ROOM and PurePosixPath(path.parts[1]).stem not in ROOMS_LEFT_OUT
        ):
            yield path


def _describes_what_is_called(rest: list[str]) -> bool:
    # Files beside the services' folders describe regions, retries and defaults.
    return len(rest) == 1 or rest[0] in CALLED
