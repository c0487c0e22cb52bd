"""The functions' zip and the stack's template, made from this project."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from infra import archive, bytecode, contents, libraries, runtimes, services, template
from infra.contents import Boto3
from infra.errors import CannotPackage
from infra.runtimes import Architecture

PROJECT = Path(__file__).resolve().parents[1]

LARGEST = 250 * 2**20
"""What Lambda takes unpacked, in bytes: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packaged:
    """What was made: `template` as data and `template_file` on disk, `zip`, its `version`, sizes in bytes.

    `extras` is how much of the sizes is there for languages alone.
    """

    template: template.Template
    template_file: Path
    zip: Path
    version: str
    zipped: int
    unzipped: int
    extras: archive.Sizes


def here() -> str:
    """Return the Python that runs this, such as `3.11`."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def spoken() -> frozenset[str]:
    """Return the languages of Hearback's texts and of the owner's."""
    shipped = (PROJECT / "chalicelib" / "policies" / "manners").glob("*.yaml")
    own = (PROJECT / "policies" / "messages").glob("*.ftl")
    return frozenset(file.stem.partition("-")[0] for file in (*shipped, *own))


def package(
    out: Path,
    *,
    stage: str = "prod",
    architecture: Architecture = Architecture.ARM64,
    python: str = "",
    boto3: Boto3 = Boto3.TRIMMED,
    with_bytecode: bool = True,
    every_language: bool = True,
    requirements: Path = PROJECT / "requirements.txt",
    wheels: Path | None = None,
    glibc: int | None = None,
    fetch: libraries.Fetch = libraries.install,
    progress: Callable[[str], object] = lambda _: None,
) -> Packaged:
    """Write `deployment.zip` and `template.json` into a folder, made if need be.

    `python` is that of the Lambda runtime, else the one that runs this; another one must be installed, for
    bytecode is its own. `every_language` keeps what babel knows of languages that neither Hearback nor the
    owner has texts in: a text in a new one can be published without a deploy. `wheels` is a folder to take
    the libraries from in place of the package index; `glibc` is the minor version of another C library than
    the runtime's, to run the code elsewhere, and `fetch` puts the libraries into a folder. The same project
    and libraries give the same bytes, so the same version. Raises `CannotPackage`.
    """
    python = runtimes.checked(python or here())
    interpreter = _interpreter(python)
    languages = None if every_language else spoken()
    out.mkdir(parents=True, exist_ok=True)
    zipped = out / "deployment.zip"
    with tempfile.TemporaryDirectory(prefix="hearback-") as scratch:
        code = Path(scratch) / "code"
        progress("Fetching the libraries")
        fetched = Path(scratch) / "libraries"
        lines = list(contents.shipped(requirements.read_text(encoding="utf-8"), boto3))
        fetch(lines, fetched, python=python, architecture=architecture, glibc=glibc, wheels=wheels)
        _add(fetched, (path for path in _files(fetched) if contents.wanted(path, boto3, languages)), code)
        if boto3 is Boto3.TRIMMED:
            services.cut_down(code / "botocore" / "data", contents.CALLED)
        progress("Making bytecode")
        if with_bytecode:
            bytecode.instead(code, interpreter, python, contents.FOUND_BY_NAME)
        _add_ours(
            Path(scratch) / "ours", code, with_bytecode=with_bytecode, interpreter=interpreter, python=python
        )
        progress("Packing")
        unzipped = _checked_size(code)
        archive.pack(code, zipped)
    version = archive.version_of(zipped)
    described = _described(stage, python, architecture, version)
    written = out / "template.json"
    written.write_text(template.as_text(described), encoding="utf-8")
    return Packaged(
        template=described,
        template_file=written,
        zip=zipped,
        version=version,
        zipped=zipped.stat().st_size,
        unzipped=unzipped,
        extras=archive.sizes(zipped, contents.is_for_languages),
    )


def _interpreter(python: str) -> str:
    """Return what compiles for a runtime. Raises `CannotPackage` where it is not installed."""
    if python == here():
        return sys.executable
    found = shutil.which(f"python{python}")
    if not found:
        raise CannotPackage(
            f"there is no python{python} on this machine to make its bytecode: install it, "
            f"or leave --python away for Python {here()}"
        )
    return found


def _add_ours(scratch: Path, code: Path, *, with_bytecode: bool, interpreter: str, python: str) -> None:
    found = [PurePosixPath(contents.APP), *(contents.ROOM / path for path in _files(PROJECT / contents.ROOM))]
    _add(PROJECT, contents.ours(found), scratch)
    if with_bytecode:
        bytecode.beside(scratch, interpreter, python)
    _add(scratch, _files(scratch), code)


def _files(folder: Path) -> list[PurePosixPath]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(PurePosixPath(path.relative_to(folder).as_posix()) for path in found)


def _add(source: Path, paths: Iterable[PurePosixPath], target: Path) -> None:
    for path in paths:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, target / path)


def _checked_size(code: Path) -> int:
    size = sum((code / path).stat().st_size for path in _files(code))
    if size > LARGEST:
        raise CannotPackage(
            f"the code is {size / 2**20:.0f} MB unpacked and Lambda takes {LARGEST // 2**20}: "
            "take what is not needed out of requirements.txt"
        )
    return size


def _described(stage: str, python: str, architecture: Architecture, version: str) -> template.Template:
    from app import app

    return template.template(app, stage=stage, python=python, architecture=architecture, version=version)
