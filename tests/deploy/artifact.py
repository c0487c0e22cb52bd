"""What is deployed: the very template, and the zip that `infra.package` makes.

One thing differs from the zip that goes to AWS: the libraries are those of the tests' environment, built for
this machine, and not wheels for the functions' processor. So the tests need no internet.
"""

import re
import shutil
from collections.abc import Sequence
from importlib.metadata import PackagePath, distribution
from pathlib import Path
from typing import Any

from infra.package import Packaged, package
from infra.runtimes import Architecture


def artifact(folder: Path) -> Packaged:
    """Package the project for this machine."""
    return package(folder, architecture=Architecture.X86_64, fetch=installed)


def installed(requirements: Sequence[str], target: Path, **_: Any) -> None:
    """Copy the libraries that these lines of requirements.txt ask for; satisfies `infra.libraries.Fetch`."""
    for line in requirements:
        name = re.split(r"[=;\s]", line, maxsplit=1)[0]
        for path in distribution(name).files or ():
            if _belongs_to_the_library(path):
                copy = target / path
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path.locate(), copy)


def _belongs_to_the_library(path: PackagePath) -> bool:
    # What an installer adds: bytecode, and commands beside the folder of the libraries.
    return path.suffix != ".pyc" and path.parts[0] != ".."
