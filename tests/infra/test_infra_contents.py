"""What goes into the zip, and the proof that what is left out is not missed."""

import ast
import re
import sys
from collections import deque
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path, PurePosixPath

import pytest

from chalicelib.platforms import PLATFORMS
from infra.contents import (
    AWS_LIBRARIES,
    LEFT_OUT,
    ROOMS_LEFT_OUT,
    UNUSED,
    Boto3,
    is_for_languages,
    ours,
    shipped,
    wanted,
)

PROJECT = Path(__file__).parents[2]
REQUIREMENTS = (PROJECT / "requirements.txt").read_text("utf-8")
ONLY_FOR_TYPES = {"mypy_boto3_dynamodb", "mypy_boto3_sqs"}


def names(lines: Iterator[str]) -> set[str]:
    return {normal(line.partition("==")[0]) for line in lines}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(path: Path) -> Iterator[str]:
    """Yield every module a file imports, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def source_of(module: str) -> Path | None:
    place = PROJECT.joinpath(*module.split("."))
    return next((one for one in (place.with_suffix(".py"), place / "__init__.py") if one.exists()), None)


def reached() -> tuple[set[str], set[str]]:
    """Return our own modules and the libraries that can be reached from the functions' handlers."""
    mine: set[str] = set()
    others: set[str] = set()
    waiting = deque(["app", *PLATFORMS.values()])
    while waiting:
        module = waiting.popleft()
        if module.partition(".")[0] not in {"app", "chalicelib"}:
            others.add(module.partition(".")[0])
        elif module not in mine and (source := source_of(module)):
            mine.add(module)
            waiting.extend(imported(source))
    return mine, others - sys.stdlib_module_names - ONLY_FOR_TYPES


MINE, OTHERS = reached()


def needed() -> set[str]:
    """Return the distributions that the reached libraries stand on; of Chalice only its own file ships."""
    known = packages_distributions()
    waiting = deque(normal(known[name][0]) for name in OTHERS)
    found: set[str] = set()
    while waiting:
        name = waiting.popleft()
        if name in found:
            continue
        found.add(name)
        lines = [] if name == "chalice" else requires(name) or []
        waiting.extend(
            normal(match[0])
            for line in lines
            if "extra ==" not in line and (match := re.match(r"[\w.-]+", line))
        )
    return found


def test_what_the_functions_import_is_in_the_zip() -> None:
    installed = names(line for line in shipped(REQUIREMENTS, Boto3.TRIMMED))
    missing = needed() - installed - {normal(name) for name in LEFT_OUT}

    # Those that pip would leave out here, too: for other systems or older Pythons.
    assert missing <= {
        "backports-zoneinfo",
        "exceptiongroup",
        "importlib-resources",
        "win32-setctime",
        "tzlocal",
    }


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_is_imported_by_no_function(name: str) -> None:
    known = packages_distributions()
    modules = {module for module, owners in known.items() if normal(name) in map(normal, owners)}

    assert modules
    assert not modules & OTHERS


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_stands_in_the_requirements(name: str) -> None:
    assert re.search(rf"^{re.escape(name)}==", REQUIREMENTS, re.MULTILINE | re.IGNORECASE)


@pytest.mark.parametrize("room", ROOMS_LEFT_OUT)
def test_no_function_enters_a_room_that_is_left_out(room: str) -> None:
    assert not [name for name in MINE if name.split(".")[1:2] == [room]]
    assert source_of(f"chalicelib.{room}")


def test_with_the_runtimes_boto3_none_of_ours_is_in_the_zip() -> None:
    left = names(shipped(REQUIREMENTS, Boto3.TRIMMED)) - names(shipped(REQUIREMENTS, Boto3.RUNTIME))

    assert left == {"botocore", "jmespath"}
    assert left < AWS_LIBRARIES


@pytest.mark.parametrize(
    "path",
    [
        "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
        "botocore/data/sqs/2012-11-05/service-2.json.gz",
        "botocore/data/ssm/2014-11-06/service-2.json.gz",
        "botocore/data/endpoints.json",
        "botocore/data/partitions.json",
        "botocore/data/sdk-default-configuration.json",
        "botocore/data/_retry.json",
        "botocore/client.py",
        "botocore/docs/docstring.py",
        "botocore/cacert.pem",
        "chalice/app.py",
        "babel/locale-data/root.dat",
        "babel/locale-data/pl_PL.dat",
    ],
)
def test_what_is_needed_is_kept(path: str) -> None:
    assert wanted(PurePosixPath(path), Boto3.TRIMMED, {"pl"})


@pytest.mark.parametrize(
    "path",
    [
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "boto3/data/ec2/2016-11-15/resources-1.json",
        "boto3/examples/s3.rst",
        "chalice/cli/__init__.py",
        "babel/locale-data/ja.dat",
        "bin/chalice",
        "jinja2-3.1.6.dist-info/RECORD",
        "apprise/__pycache__/apprise.cpython-311.pyc",
        "rapidfuzz/fuzz_cpp.cpython-311-aarch64-linux-gnu.so",
        *(f"{name}" for name in UNUSED if name.endswith(".py")),
    ],
)
def test_what_nobody_opens_is_left_out(path: str) -> None:
    assert not wanted(PurePosixPath(path), Boto3.TRIMMED, {"pl"})


def test_every_language_is_kept_where_the_owner_wants_that() -> None:
    assert wanted(PurePosixPath("babel/locale-data/ja.dat"), Boto3.TRIMMED, None)


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("babel/locale-data/ja.dat", True),
        ("chalicelib/language/detect_model.gz", True),
        ("babel/locale-data/root.dat", False),
        ("chalicelib/language/detect.py", False),
        ("babel/core.py", False),
    ],
)
def test_what_is_there_for_languages_is_told_apart(path: str, *, counts: bool) -> None:
    assert is_for_languages(PurePosixPath(path)) is counts


def test_everything_of_ours_that_is_data_goes_along() -> None:
    files = [PurePosixPath(p.relative_to(PROJECT).as_posix()) for p in (PROJECT / "chalicelib").rglob("*")]
    kept = {str(path) for path in ours(files)}

    assert {
        "chalicelib/language/detect_model.gz",
        "chalicelib/policies/presets/hour.yaml",
        "chalicelib/policies/manners/pl.yaml",
        "chalicelib/policies/schema/policy.schema.json",
        "chalicelib/platforms/signed.schema.json",
        "chalicelib/desk/case.html",
        "chalicelib/chat/widget.js",
    } <= kept
