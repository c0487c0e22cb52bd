"""Bytecode beside the sources, which the functions take without a look at the sources.

/var/task is read-only and a zip knows no reliable times: without this every cold start compiles everything.
"""

import os
import subprocess
from pathlib import Path

from infra.errors import CannotPackage

_PLACE = "/var/task"
"""Where Lambda unpacks the zip; tracebacks name the files there."""

_PROGRAM = """
import compileall, py_compile, sys
done = compileall.compile_dir(
    sys.argv[1], quiet=2, force=True, stripdir=sys.argv[1], prependdir=sys.argv[2], workers=1,
    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
)
print("%d.%d" % sys.version_info[:2])
"""


def compile_all(folder: Path, interpreter: str, python: str) -> None:
    """Compile every source below a folder with an interpreter of that version.

    A file that does not compile is left as it is: some libraries ship templates that are no Python.
    Raises `CannotPackage` where the interpreter is of another version, whose bytecode would be of no use.
    """
    # One fixed seed: sets among the constants would otherwise come in another order each time.
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    command = [interpreter, "-S", "-c", _PROGRAM, str(folder), _PLACE]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603 - fixed arguments
    if done.returncode or done.stdout.strip() != python:
        said = done.stderr.strip() or f"it is Python {done.stdout.strip()}"
        raise CannotPackage(f"{interpreter} cannot make bytecode for Python {python}: {said}")
