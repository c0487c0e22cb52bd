"""Libraries as wheels for the functions' processor, fetched by pip and never built here."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from infra.errors import CannotPackage
from infra.runtimes import Architecture, wheel_platforms


class Fetch(Protocol):
    """Puts pinned libraries into a folder, as `pip install --target` does."""

    def __call__(
        self,
        requirements: Sequence[str],
        target: Path,
        *,
        python: str,
        architecture: Architecture,
        glibc: int | None = None,
        wheels: Path | None = None,
    ) -> None:
        """Take lines of requirements.txt. Raises `CannotPackage`."""


_INSTEAD = "--architecture arm64, or --python 3.12 or later (for x86_64 3.11 is too old)"


def install(
    requirements: Sequence[str],
    target: Path,
    *,
    python: str,
    architecture: Architecture,
    glibc: int | None = None,
    wheels: Path | None = None,
) -> None:
    """Unpack pinned libraries into a folder; from `wheels` alone where that is given.

    Raises `CannotPackage` with what pip said.
    """
    listed = target.with_name(f"{target.name}.txt")
    listed.write_text("\n".join(requirements) + "\n", encoding="utf-8")
    command = [
        *(sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"),
        *("--no-deps", "--no-compile", "--only-binary=:all:", "--target", str(target)),
        *("--implementation", "cp", "--python-version", python),
        *(part for tag in wheel_platforms(python, architecture, glibc) for part in ("--platform", tag)),
        *(("--no-index", "--find-links", str(wheels)) if wheels else ()),
        *("-r", str(listed)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    if done.returncode:
        said = "\n".join(line for line in done.stderr.splitlines() if not line.startswith("WARNING"))
        raise CannotPackage(
            f"the libraries for {architecture} and Python {python} could not be fetched. "
            "Is this machine online? Where it is, a library does not come for this processor and Python: "
            f"take {_INSTEAD}. "
            f"pip said:\n{said}"
        )
