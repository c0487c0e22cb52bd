"""The owner's words of each language, made ready when a language is first needed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

from chalicelib.core.policy import fold
from chalicelib.language import script
from chalicelib.language.detect_model import model
from chalicelib.language.phrases import Hit, Phrases, keys
from chalicelib.language.tokens import Word, squeezed, words_of

FIELDS = (
    "complaint",
    "complaint_hints",
    "praise",
    "question",
    "question_hints",
    "spam",
    "spam_hints",
    "ignore",
    "negation",
    "numbers",
    "but",
    "thanks",
    "beside_thanks",
    "withdrawn",
    "beside_withdrawn",
    "greetings",
    "formal",
    "informal",
    "informal_greetings",
    "automatic",
)
"""The fields of policies/words/<language>.yaml."""

SINGLE = frozenset(
    {"negation", "numbers", "but", "thanks", "beside_thanks", "beside_withdrawn", "informal_greetings"}
)
"""Fields of single words; in the others there may be phrases."""

_MATTER = ("complaint", "complaint_hints", "praise", "question", "question_hints", "spam", "spam_hints")
_GROUPS = {
    "matter": (*_MATTER, "ignore", "greetings"),
    "address": ("formal", "informal", "ignore"),
    "withdrawn": ("withdrawn",),
    "greetings": ("greetings",),
    "automatic": ("automatic",),
}
"""Fields that are looked for together."""

_LONG_ENOUGH = 6
_LONG_ENOUGH_TO_BEGIN = 7
_FUZZY_LETTERS = 1
_MOST_CORRECTED = 60

Words = Mapping[str, Sequence[str]]


class Lexicon:
    """The words of one language."""

    def __init__(self, language: str, written: Words) -> None:
        """Take the fields as the owner wrote them; they are read when they are needed."""
        self.language = language
        self._written = written
        self._groups: dict[str, Phrases] = {}

    def written(self, field: str) -> Sequence[str]:
        """Return the lines of a field as their owner wrote them."""
        return self._written.get(field, ())

    def single(self, field: str) -> frozenset[str]:
        """Return the words of a field of single words."""
        return self._single[field]

    def words(self, text: str) -> list[Word]:
        """Return the words of a text in this language's script."""
        return words_of(script.matching(text, self._script))

    def read(self, text: str) -> tuple[list[Word], list[Sequence[str]]]:
        """Return the words of a text in this language's script, and for each how it may have been meant."""
        words = self.words(text)
        corrections = _MOST_CORRECTED
        forms: list[Sequence[str]] = []
        for word in words:
            meant = ""
            if corrections and self._may_be_a_slip(word):
                corrections -= 1
                meant = self._corrected(word.text)
            forms.append((word.text, meant) if meant else (word.text,))
        return words, forms

    def _may_be_a_slip(self, word: Word) -> bool:
        """Return whether a word is long enough to be corrected, and none that there is."""
        if len(word.text) < _LONG_ENOUGH or self._knows(word.text):
            return False
        return not model().is_listed(word.written.lower(), self.language)

    def find(self, group: str, words: Sequence[Word], forms: Sequence[Sequence[str]] = ()) -> list[Hit]:
        """Return where the phrases of a group stand: `matter`, `address`, `withdrawn` or `greetings`."""
        return self._phrases(group).find(words, forms or [(word.text,) for word in words])

    def _phrases(self, group: str) -> Phrases:
        if group not in self._groups:
            fields = {field: self._written.get(field, ()) for field in _GROUPS[group]}
            self._groups[group] = Phrases(fields, self._single["numbers"])
        return self._groups[group]

    @cached_property
    def informal_greetings(self) -> frozenset[str]:
        """Greetings like a friend's, as they are spelt and without diacritics."""
        listed = " ".join(self._written.get("informal_greetings", ())).replace(",", " ").casefold().split()
        return frozenset(squeezed(form) for word in listed for form in (word, fold(word)))

    def spells_informally(self, word: Word) -> bool:
        """Return whether a word is spelt like one of `informal`, or without any diacritics."""
        written = squeezed(word.written.casefold())
        whole, stems = self._informal
        return written == word.text or written in whole or written.startswith(stems)

    @cached_property
    def _informal(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """The words of `informal` as they are spelt, and the beginnings of words."""
        pieces = " ".join(self._written.get("informal", ())).replace(",", " ").casefold().split()
        stems = tuple(squeezed(piece[:-1]) for piece in pieces if piece.endswith("*"))
        return frozenset(squeezed(word.written) for piece in pieces for word in words_of(piece)), stems

    @cached_property
    def _single(self) -> Mapping[str, frozenset[str]]:
        return {field: keys(self._written.get(field, ())) for field in SINGLE}

    @cached_property
    def _script(self) -> str:
        return script.of("".join(self._written.get("question", ())))

    @cached_property
    def _parts(self) -> list[tuple[str, bool]]:
        """Every word of the phrases of matter, and whether it is only the beginning of one."""
        parts = (part for phrase in self._phrases("matter") for part in phrase.parts if not part.number)
        return list(dict.fromkeys((part.text, part.stem) for part in parts))

    @cached_property
    def _known(self) -> tuple[frozenset[str], frozenset[str]]:
        """Whole words, and the beginnings of words, that need no correction."""
        whole = {text for text, stem in self._parts if not stem}.union(*self._single.values())
        return frozenset(whole), frozenset(text for text, stem in self._parts if stem)

    def _knows(self, word: str) -> bool:
        whole, stems = self._known
        return word in whole or any(word[:length] in stems for length in range(3, len(word) + 1))

    @cached_property
    def _correctable(self) -> Mapping[str, list[tuple[str, bool]]]:
        """Long words by their first letter: it is hardly ever misspelt."""
        found: dict[str, list[tuple[str, bool]]] = {}
        for text, stem in self._parts:
            if len(text) >= (_LONG_ENOUGH_TO_BEGIN if stem else _LONG_ENOUGH):
                found.setdefault(text[0], []).append((text, stem))
        return found

    @cached_property
    def _corrected(self) -> Callable[[str], str]:
        return lru_cache(maxsize=2000)(self._closest)

    def _closest(self, word: str) -> str:
        """Return the word that was probably meant, empty where none is one slip away."""
        from rapidfuzz.distance import OSA  # paid only where a long word is not known

        for text, stem in self._correctable.get(word[0], ()):
            lengths = (len(text) - 1, len(text), len(text) + 1) if stem else (len(word),)
            for length in lengths:
                if OSA.distance(word[:length], text, score_cutoff=_FUZZY_LETTERS) <= _FUZZY_LETTERS:
                    return text
        return ""


class Vocabulary:
    """The words of all languages of one version of the owner's files."""

    def __init__(self, words: Mapping[str, Words]) -> None:
        """Take for each language its fields, each with its lines."""
        self._words = words
        self._lexicons: dict[str, Lexicon] = {}

    def languages(self) -> Iterable[str]:
        """Return the languages there are words for."""
        return self._words.keys()

    def lexicon(self, language: str) -> Lexicon:
        """Return the words of a language. Raises `KeyError`."""
        if language not in self._lexicons:
            self._lexicons[language] = Lexicon(language, self._words[language])
        return self._lexicons[language]

    def all(self) -> list[Lexicon]:
        """Return the words of every language."""
        return [self.lexicon(language) for language in self._words]
