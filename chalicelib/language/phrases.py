"""The notation of policies/words: phrases, and where they stand among the words of a message.

skandal             the word itself; case and diacritics do not matter, nor do doubled letters
reklamacj*          every word that begins so
nie ... dotarl*     with up to three words between
od 2 tygodni        a number stands for any number
Sie                 a capital letter: only if the customer wrote it so, and not to begin a sentence
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from chalicelib.core.policy import fold
from chalicelib.core.values import dataclass
from chalicelib.language.tokens import Word, has_marks, key, words_of

GAP = "..."
ANY_NUMBER = "2"
_WIDEST_GAP = 3
_SHORT = 5
"""Words of so few letters that alone must be spelt with their doubled letters: "cool" is no "col"."""
_SHORTEST = 4
"""... and so few that their diacritics make another word of them: "šok" is a shock, "sok" a juice."""
_EXACT = frozenset({"praise"})
"""Fields in which no spelling is corrected: whoever is thanked for praise must have praised."""

Numbers = frozenset[str]


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a phrase; `written` is set where a capital matters, `gap` where words may lie before.

    `spelt` is set where doubled letters matter, `marks` where diacritics do.
    """

    text: str
    stem: bool = False
    number: bool = False
    gap: bool = False
    written: str = ""
    spelt: str = ""
    marks: str = ""

    def fits(self, word: Word, forms: Sequence[str], numbers: Numbers) -> bool:
        """Return whether a word of a message is this one; `forms` is how it may have been meant."""
        if self.number:
            return word.text.isdigit() or word.text in numbers
        if self.written and (word.first or not word.written.startswith(self.written)):
            return False
        if self.spelt and not self._is_spelt_like(word):
            return False
        return any(self._begins(form, self.text) for form in forms)

    def _is_spelt_like(self, word: Word) -> bool:
        if self.marks and not word.bare and not self._begins(word.written.casefold(), self.marks):
            return False
        return any(self._begins(form, self.spelt) for form in word.spelt)

    def _begins(self, form: str, wanted: str) -> bool:
        return form.startswith(wanted) if self.stem else form == wanted


@dataclass(frozen=True, slots=True)
class Phrase:
    """The parts of a phrase, and the field and the line of the file it stands in."""

    parts: tuple[Part, ...]
    line: int
    field: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that was found: its first and last word in the message, and where it stands in the file."""

    start: int
    end: int
    line: int
    field: str = ""

    @property
    def places(self) -> range:
        """The words of the message that it covers."""
        return range(self.start, self.end + 1)


def covered(hits: Iterable[Hit]) -> set[int]:
    """Return all words that some hit covers."""
    return {at for hit in hits for at in hit.places}


def parse(lines: Iterable[str], field: str = "") -> list[Phrase]:
    """Return the phrases of one field; several in a line stand between commas.

    Raises `ValueError` with a sentence for what is no phrase.
    """
    return [_phrase(text, number, field) for number, line in enumerate(lines) for text in line.split(",")]


def _phrase(text: str, line: int, field: str) -> Phrase:
    parts: list[Part] = []
    gap = False
    for piece in text.split():
        if piece == GAP:
            if not parts:
                raise ValueError("`...` stands between two words, such as `nie ... dotarl*`")
            gap = True
            continue
        parts.extend(_piece(piece, gap=gap))
        gap = False
    if not parts or gap:
        raise ValueError("write words between the commas, and none at the end")
    return Phrase((_as_spelt(parts[0], text),) if len(parts) == 1 else tuple(parts), line, field)


def _as_spelt(part: Part, text: str) -> Part:
    """Return the only word of a phrase; a short one with its doubled letters, a very short one with marks."""
    plain = text.strip().removesuffix("*").casefold()
    if len(part.text) > _SHORT or not plain.isalpha():
        return part
    marks = plain if has_marks(plain) and len(part.text) <= _SHORTEST else ""
    return replace(part, spelt=fold(plain), marks=marks)


def _piece(piece: str, *, gap: bool) -> list[Part]:
    stem = piece.endswith("*")
    plain = piece.removesuffix("*")
    if plain.isalpha() and plain.islower():
        return [Part(key(plain), stem, gap=gap)]
    found = words_of(piece.removesuffix("*"))
    if not found or "*" in piece[:-1]:
        raise ValueError("write a word, or the beginning of one with a star behind it, such as `reklamacj*`")
    parts = [Part(word.text, number=word.text == ANY_NUMBER) for word in found]
    first, last = found[0].written, parts[-1]
    written = first if first[:1].isupper() and len(found) == 1 else ""
    parts[-1] = Part(last.text, stem, last.number, last.gap, written)
    parts[0] = Part(parts[0].text, parts[0].stem, parts[0].number, gap, parts[0].written)
    return parts


class Phrases:
    """The phrases of some fields, found by their first word."""

    def __init__(self, fields: Mapping[str, Iterable[str]], numbers: Numbers = frozenset()) -> None:
        """Take the lines of each field. Raises `ValueError`."""
        self._numbers = numbers
        self._words: dict[str, list[Phrase]] = {}
        self._stems: dict[str, list[Phrase]] = {}
        self._counted: list[Phrase] = []
        for field, lines in fields.items():
            for phrase in parse(lines, field):
                self._add(phrase)
        self._shortest = min(map(len, self._stems), default=1)
        self._longest = max(map(len, self._stems), default=0)

    def _add(self, phrase: Phrase) -> None:
        first = phrase.parts[0]
        if first.number:
            self._counted.append(phrase)
        else:
            (self._stems if first.stem else self._words).setdefault(first.text, []).append(phrase)

    def __iter__(self) -> Iterator[Phrase]:
        """Yield every phrase."""
        yield from self._counted
        for phrases in (*self._words.values(), *self._stems.values()):
            yield from phrases

    def find(self, words: Sequence[Word], forms: Sequence[Sequence[str]]) -> list[Hit]:
        """Return where the phrases stand, of each field the longest at each word."""
        hits: list[Hit] = []
        exact = [one[:1] for one in forms]
        for at in range(len(words)):
            longest: dict[str, Hit] = {}
            for phrase in self._beginning(words[at], forms[at]):
                end = self._end(phrase, words, exact if phrase.field in _EXACT else forms, at)
                known = longest.get(phrase.field)
                if end >= 0 and (known is None or known.end < end):
                    longest[phrase.field] = Hit(at, end, phrase.line, phrase.field)
            hits.extend(longest.values())
        return hits

    def _beginning(self, word: Word, forms: Sequence[str]) -> list[Phrase]:
        found: list[Phrase] = []
        for form in forms:
            found += self._words.get(form, ())
            for length in range(self._shortest, min(self._longest, len(form)) + 1):
                found += self._stems.get(form[:length], ())
        if self._counted and forms and (word.text.isdigit() or word.text in self._numbers):
            found += self._counted
        return found

    def _end(self, phrase: Phrase, words: Sequence[Word], forms: Sequence[Sequence[str]], at: int) -> int:
        """Return the last word of a phrase that begins at `at`, -1 where it does not go on so."""
        here = at
        for part in phrase.parts:
            last = min(here + (_WIDEST_GAP if part.gap else 0), len(words) - 1)
            while here <= last and not self._fits(part, words[here], forms[here], words[at].clause):
                here += 1
            if here > last:
                return -1
            here += 1
        return here - 1

    def _fits(self, part: Part, word: Word, forms: Sequence[str], clause: int) -> bool:
        return word.clause == clause and part.fits(word, forms, self._numbers)


def keys(lines: Iterable[str]) -> frozenset[str]:
    """Return the single words of a field."""
    return frozenset(key(word) for line in lines for word in line.replace(",", " ").split())
