"""Files in the owner's folder that nobody reads: most are misspelt, and what they say does not hold."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from chalicelib.core.errors import Mistake, Severity
from chalicelib.policies.hints import closest

_AT_THE_TOP = ("policy.yaml", "hours.yaml", "channels.yaml", "roster.yaml")
_ENDINGS = {"messages": ".ftl", "words": ".yaml"}
_LEFT_ALONE = (".bak", ".swp", ".swo", ".orig", ".tmp", ".new", ".old", "~")
_MOST = 50


def warnings(folder: Path) -> Iterator[Mistake]:
    """Yield a warning for each file that is not read; read-mes, hidden files and backups are left alone."""
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    strays = [name for name in found if not _is_read(PurePosixPath(name)) and not _is_left_alone(name)]
    for name in strays[:_MOST]:
        meant = _meant(PurePosixPath(name))
        if meant and (folder / meant).exists() and (folder / meant).samefile(folder / name):
            # A disk that does not tell Policy.yaml from policy.yaml.
            continue
        remedy = f"Did you mean `{meant}`? Else move it away" if meant else "Move it away"
        if meant and (folder / meant).exists():
            remedy = f"Move it away: `{meant}` is what is read"
        yield Mistake(name, 1, 1, "file", "this file is not read", remedy, severity=Severity.WARNING)


def _is_read(path: PurePosixPath) -> bool:
    parent = path.parent.as_posix()
    return path.name in _AT_THE_TOP if parent == "." else path.suffix == _ENDINGS.get(parent, "no ending")


def _is_left_alone(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "#", "__")) for part in path.parts)
    return hidden or path.name.endswith(_LEFT_ALONE) or path.stem.lower() == "readme"


def _meant(path: PurePosixPath) -> str:
    """Return the file that was probably meant, "" where none comes close."""
    parent = path.parent.as_posix()
    if parent == ".":
        return closest(f"{path.stem}.yaml", _AT_THE_TOP)
    folder = parent if parent in _ENDINGS else closest(parent, _ENDINGS)
    return f"{folder}/{path.stem.lower()}{_ENDINGS[folder]}" if folder else ""
