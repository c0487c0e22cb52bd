"""Bytecode that the functions take without a look at the sources.

/var/task is read-only and a zip knows no reliable times: without this every cold start compiles everything.
"""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from infra.errors import CannotPackage

_PLACE = "/var/task"
"""Where Lambda unpacks the zip; tracebacks name the files there."""

_PROGRAM = """
import compileall, py_compile, sys
folder, place, instead = sys.argv[1:]
compileall.compile_dir(
    folder, quiet=2, force=True, stripdir=folder, prependdir=place, workers=1, legacy=bool(instead),
    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
)
print("%d.%d" % sys.version_info[:2])
"""


def beside(folder: Path, interpreter: str, python: str) -> None:
    """Compile every source below a folder and keep the sources, whose lines then stand in tracebacks.

    Raises `CannotPackage` where the interpreter is not of that version: its bytecode would be of no use.
    """
    _compile(folder, interpreter, python, instead=False)


def instead(folder: Path, interpreter: str, python: str, kept_empty: Iterable[str]) -> None:
    """Compile every source below a folder and leave the bytecode in its place, which takes half the room.

    Sources in the folders `kept_empty` are emptied and stay, with the bytecode beside them. One that does not
    compile stays as it is: some libraries ship templates that are no Python. Raises `CannotPackage` likewise.
    """
    found_by_name = [folder / name for name in kept_empty]
    _compile(folder, interpreter, python, instead=True)
    for source in list(folder.rglob("*.py")):
        compiled = source.with_suffix(".pyc")
        if not compiled.exists():
            continue
        if any(source.is_relative_to(one) for one in found_by_name):
            source.write_bytes(b"")
            tag = python.replace(".", "")
            compiled.rename(_made(source.parent / "__pycache__") / f"{source.stem}.cpython-{tag}.pyc")
        else:
            source.unlink()


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _compile(folder: Path, interpreter: str, python: str, *, instead: bool) -> None:
    # One fixed seed: sets among the constants would otherwise come in another order each time.
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    command = [interpreter, "-S", "-c", _PROGRAM, str(folder), _PLACE, "instead" if instead else ""]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603 - fixed arguments
    if done.returncode or done.stdout.strip() != python:
        said = done.stderr.strip() or f"it is Python {done.stdout.strip()}"
        raise CannotPackage(f"{interpreter} cannot make bytecode for Python {python}: {said}")
