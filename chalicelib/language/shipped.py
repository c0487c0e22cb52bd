"""The words Hearback comes with, for languages that no published file is of."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from chalicelib.language.vocabulary import Vocabulary, Words

FOLDER = Path(__file__).resolve().parents[2] / "policies" / "words"


class _Files(Mapping[str, Words]):
    """The files of a folder, each read when its language is first needed."""

    def __init__(self, folder: Path) -> None:
        self._paths = {path.stem: path for path in sorted(folder.glob("*.yaml"))}

    def __getitem__(self, language: str) -> Words:
        return _read(self._paths[language])

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


@cache
def _read(path: Path) -> Mapping[str, Sequence[str]]:
    from chalicelib.policies.documents import read  # YAML is paid only where nothing was published

    found: Mapping[str, Sequence[str]] = read(path).data
    return found


def shipped_words() -> Mapping[str, Words]:
    """Return the fields of every language; none where the folder is missing, as in a deployed Lambda."""
    return _Files(FOLDER)


@cache
def shipped() -> Vocabulary:
    """Return the words Hearback comes with, made ready language by language."""
    return Vocabulary(shipped_words())
