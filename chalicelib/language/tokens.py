"""A message as words: folded, with doubled letters taken together, and where its sentences begin."""

import re
import unicodedata
from operator import eq

from chalicelib.core.policy import fold
from chalicelib.core.values import dataclass

_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
_RUNS = re.compile(r"(.)\1+")
_LONG_RUNS = re.compile(r"(.)\1{2,}")
_MARKS = re.compile(r"[\u00c0-\u024f]")
"""Latin letters with diacritics."""
_PIECE = re.compile(r"[^\W\d_]+(?:['\u2019`\u02bc][^\W\d_]+)*|\d+|[.!?\u2026\n,;:()\u2014]+")
_ELISION = re.compile(r"['\u2019`\u02bc]")
_MOST_WORDS = 240
_LONGEST_ENDING = 2
_LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Word:
    """One word: folded and squeezed, as it was written, and the sentence and part of it that it stands in.

    `first` tells whether a sentence begins with it. `spelt` are its folded spellings with doubled letters
    ("cool" is no "col"; "coool" is either), `bare` whether the whole message goes without diacritics.
    """

    text: str
    written: str
    clause: int
    first: bool = False
    spelt: tuple[str, ...] = ()
    bare: bool = True


def squeezed(text: str) -> str:
    """Return `text` without doubled letters: "hvalaaa" and "dissapointed" are meant as usually written.

    A letter repeated and nothing else keeps two: "cc" is a French hello, the c of "c'est" is not.
    """
    if not any(map(eq, text, text[1:])):
        return text  # as nearly every word
    single = _RUNS.sub(r"\1", text)
    return text[:2] if len(single) == 1 else single


def words_of(text: str) -> list[Word]:
    """Return the words and numbers of a text, of a very long one those of its two ends."""
    found: list[Word] = []
    clause, first = 0, True
    composed = plain(text)
    bare = not has_marks(composed)
    for piece in _PIECE.findall(composed):
        if not piece[0].isalnum():
            clause += 1
            first = first or not set(piece) <= set(",;:()\u2014")
            continue
        for part in _parts(piece):
            folded = part if part.isdigit() else fold(part)
            one = folded if part.isdigit() else squeezed(folded)
            found.append(Word(one, part, clause, first, _spellings(folded, one), bare))
            first = False
    half = _MOST_WORDS // 2
    return found if len(found) <= _MOST_WORDS else found[:half] + found[-half:]


def has_marks(text: str) -> bool:
    """Return whether a Latin letter of a text has a diacritic."""
    return not text.isascii() and _MARKS.search(text) is not None


def _spellings(folded: str, single: str) -> tuple[str, ...]:
    """Return how a word may be spelt: letters drawn out stand for one or for two."""
    if folded == single:
        return (folded,)
    return (_LONG_RUNS.sub(r"\1\1", folded), _LONG_RUNS.sub(r"\1", folded))


def plain(text: str) -> str:
    """Return `text` composed and without invisible signs; of a very long one the two ends."""
    if len(text) > _LONGEST_TEXT:
        text = f"{text[: _LONGEST_TEXT // 2]}\n{text[-_LONGEST_TEXT // 2 :]}"
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_INVISIBLE))


def key(word: str) -> str:
    """Return the form in which words are compared."""
    return word if word.isdigit() else squeezed(fold(word))


def _parts(piece: str) -> list[str]:
    """Split "j'attends" and "l'ordine", but not "don't", nor Ukrainian words with their apostrophe."""
    parts = _ELISION.split(piece)
    together = [parts[0]]
    for part in parts[1:]:
        if len(part) <= _LONGEST_ENDING or "\u0400" <= part[0] <= "\u04ff":
            together[-1] += part
        else:
            together.append(part)
    return together
