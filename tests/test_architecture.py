"""The arrows that must never be, read off the imports themselves."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
PACKAGE = PROJECT / "chalicelib"
MODULES = sorted(PACKAGE.rglob("*.py"))
PURE_STDLIB = {
    "base64",
    "collections",
    "dataclasses",
    "datetime",
    "enum",
    "hashlib",
    "re",
    "typing",
    "unicodedata",
    "zoneinfo",
}


def imported(path: Path) -> Iterator[str]:
    """Yield every module a file imports, those inside functions too; `from x import y` yields x and x.y."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def in_room(*rooms: str) -> list[Path]:
    return [path for path in MODULES if path.relative_to(PACKAGE).parts[0].removesuffix(".py") in rooms]


def importers(name: str) -> set[str]:
    return {
        str(path.relative_to(PROJECT))
        for path in [PROJECT / "app.py", *MODULES]
        if any(found == name or found.startswith(f"{name}.") for found in imported(path))
    }


def assert_never(paths: list[Path], *forbidden: str) -> None:
    for path in paths:
        for found in imported(path):
            wrong = [name for name in forbidden if found == name or found.startswith(f"{name}.")]
            assert not wrong, f"{path.relative_to(PROJECT)} imports {found}"


@pytest.mark.parametrize("path", in_room("core"), ids=lambda path: path.stem)
def test_core_imports_only_itself_and_pure_parts_of_the_standard_library(path: Path) -> None:
    roots = {name.split(".")[0] for name in imported(path) if not name.startswith("chalicelib.core")}

    assert roots <= PURE_STDLIB
    assert roots <= sys.stdlib_module_names


@pytest.mark.parametrize("path", in_room("core"), ids=lambda path: path.stem)
def test_core_never_reads_a_clock(path: Path) -> None:
    calls = [
        node.attr for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)
    ]

    assert not {"now", "utcnow", "today"} & set(calls)


def test_a_play_knows_the_core_and_nothing_else_of_ours() -> None:
    ours = {name for name in imported(PACKAGE / "replay" / "play.py") if name.startswith("chalicelib")}

    assert all(name.startswith("chalicelib.core") for name in ours)


def test_replays_know_neither_a_concrete_store_nor_the_network() -> None:
    assert_never(in_room("replay"), "chalicelib.store.sqlite", "chalicelib.store.dynamodb", "chalicelib.http")


def test_platforms_never_send_store_or_know_each_other() -> None:
    from chalicelib.platforms import PLATFORMS

    forbidden = (
        "chalicelib.store",
        "chalicelib.queues",
        "chalicelib.handle",
        "chalicelib.http",
        "chalicelib.ports",
    )

    assert_never(in_room("platforms"), *forbidden, "requests", "boto3", "chalice")
    for path in in_room("platforms"):
        others = [module for name, module in PLATFORMS.items() if not path.stem.startswith(name)]
        assert_never([path], *others)


def test_stores_and_queues_know_neither_platforms_nor_the_flow() -> None:
    assert_never(in_room("store", "queues"), "chalicelib.platforms", "chalicelib.handle", "chalice")


def test_only_dynamodb_sqs_and_the_wiring_know_aws() -> None:
    assert importers("boto3") <= {"chalicelib/wiring.py"}
    rooms = {
        "aws.py",
        "parameters.py",
        "queues/sqs.py",
        "stack.py",
        "store/dynamodb.py",
        "wiring.py",
        "wiring_aws.py",
    }
    assert importers("botocore") <= {f"chalicelib/{room}" for room in rooms}


def test_the_flow_names_no_platform_and_no_library_of_the_edges() -> None:
    from chalicelib.platforms import PLATFORMS

    flow = in_room("handle", "intake", "deliver", "sweep", "wakeups")

    assert_never(flow, "boto3", "requests", "chalice", "chalicelib.settings", *PLATFORMS.values())


def test_desk_and_command_line_touch_neither_a_store_nor_a_platform() -> None:
    concrete = ("chalicelib.store", "chalicelib.queues.local", "chalicelib.queues.sqs")
    from chalicelib.platforms import PLATFORMS

    assert_never(in_room("desk", "cli"), *concrete, *PLATFORMS.values())


def test_only_the_app_and_the_local_server_know_chalice() -> None:
    assert importers("chalice") <= {"app.py", "chalicelib/serve/front.py"}


def test_only_http_knows_requests() -> None:
    assert importers("requests") == {"chalicelib/http.py"}


def test_only_sqlite_knows_sqlite3() -> None:
    assert importers("sqlite3") == {"chalicelib/sqlite.py"}


def test_only_settings_reads_the_environment() -> None:
    readers = {
        str(path.relative_to(PROJECT))
        for path in MODULES
        if "os.environ" in path.read_text("utf-8") or "getenv" in path.read_text("utf-8")
    }

    assert readers == {"chalicelib/settings.py"}


def test_only_the_wiring_names_concrete_stores_and_queues() -> None:
    concrete = (
        "chalicelib.store.dynamodb",
        "chalicelib.store.sqlite",
        "chalicelib.queues.sqs",
        "chalicelib.queues.local",
    )
    allowed = {"chalicelib/wiring.py", "chalicelib/wiring_aws.py", "chalicelib/serve/run.py", "app.py"}

    assert {name for one in concrete for name in importers(one)} <= allowed


def test_the_app_holds_routes_and_nothing_else() -> None:
    assert len((PROJECT / "app.py").read_text("utf-8").splitlines()) <= 120


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_one_room(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    lengths = [(node.end_lineno or 0) - node.lineno + 1 for node in functions]

    assert len(path.read_text("utf-8").splitlines()) <= 400
    assert max(lengths, default=0) <= 60


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "base", "manager"])
def test_no_module_has_a_name_that_says_nothing(word: str) -> None:
    assert not [path for path in MODULES if path.stem == word]


def test_tests_patch_nothing() -> None:
    patched = [p for p in (PROJECT / "tests").rglob("*.py") if "mock" + "." in p.read_text("utf-8")]

    assert patched == []


def test_importing_every_platform_pulls_in_nothing_heavy() -> None:
    code = (
        "import sys; from chalicelib.platforms import PLATFORMS, platform; "
        "[platform(name) for name in PLATFORMS]; "
        "print(*[name for name in "
        "('boto3', 'cryptography', 'jsonschema', 'jwt', 'oauthlib', 'requests') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT)

    assert done.stdout.split() == []
