"""The owner's vocabulary: the files of policies/words, and Hearback's own for languages without a file."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from chalicelib.core.errors import BadPolicy, Mistake
from chalicelib.language.shipped import FOLDER
from chalicelib.language.vocabulary import Words
from chalicelib.policies import schemas, words_check
from chalicelib.policies.documents import parse, read_text
from chalicelib.policies.formats import language as check_language

_FILES_REMEMBERED = 64


def load(folder: Path, mistakes: list[Mistake]) -> Mapping[str, Words]:
    """Return the words of every language, and add to `mistakes`.

    A file of the owner's stands for the whole of its language; Hearback's own files fill in the others.
    """
    own = sorted(folder.glob("*.yaml"))
    named = {path.stem for path in own}
    others = [path for path in sorted(FOLDER.glob("*.yaml")) if path.stem not in named]
    found: dict[str, Words] = {}
    for path in (*own, *others):
        try:
            _check_name(path)
            words, wrong = _checked(read_text(path, f"words/{path.name}"), f"words/{path.name}", path.stem)
        except BadPolicy as error:
            mistakes.extend(error.mistakes)
        else:
            found[path.stem] = words
            mistakes.extend(wrong)
    return found


def _check_name(path: Path) -> None:
    try:
        check_language(path.stem)
    except ValueError as error:
        remedy = "Name the file by its language, such as en.yaml, or move it away"
        problem = str(error).partition(";")[0]
        raise BadPolicy([Mistake(f"words/{path.name}", 1, 1, "file", problem, remedy)]) from None


@lru_cache(maxsize=_FILES_REMEMBERED)
def _checked(text: str, name: str, language: str) -> tuple[Words, tuple[Mistake, ...]]:
    """Return one file's words; remembered, because they are long and hardly ever change."""
    document, mistakes = schemas.check("words", parse(text, name))
    if mistakes:
        return document.data, tuple(mistakes)
    if words_check.is_empty(document):
        return document.data, (words_check.empty(document),)
    return document.data, tuple(words_check.warnings(document, language))
