"""How the customer addresses us, formal winning over informal (R26)."""

from collections.abc import Sequence

from chalicelib.core.message import Formality
from chalicelib.language.phrases import Hit, covered
from chalicelib.language.tokens import Word, squeezed
from chalicelib.language.vocabulary import Lexicon, Vocabulary


def detect_formality(text: str, language: str, vocabulary: Vocabulary) -> Formality | None:
    """Return how the customer addresses us, None without a marker (R26).

    Where the language is not known, every language is tried.
    """
    known = [language] if language else [*vocabulary.languages()]
    lexicons = [vocabulary.lexicon(one) for one in known if one in vocabulary.languages()]
    found = {_formality(text, lexicon) for lexicon in lexicons}
    return next((one for one in (Formality.FORMAL, Formality.INFORMAL) if one in found), None)


def _formality(text: str, lexicon: Lexicon) -> Formality | None:
    words = lexicon.words(text)
    hits = lexicon.find("address", words)
    ignored = covered(hit for hit in hits if hit.field == "ignore")
    counted = [hit for hit in hits if ignored.isdisjoint(hit.places)]
    if any(hit.field == "formal" for hit in counted):
        return Formality.FORMAL
    familiar = [hit for hit in counted if hit.field == "informal" and _is_spelt_so(hit, words, lexicon)]
    if familiar or _greets_like_a_friend(words, ignored, lexicon):
        return Formality.INFORMAL
    return None


def _is_spelt_so(hit: Hit, words: Sequence[Word], lexicon: Lexicon) -> bool:
    """Return whether an informal marker is not another word with other diacritics: "poraď" is no "pořád"."""
    return all(lexicon.spells_informally(words[at]) for at in hit.places)


def _greets_like_a_friend(words: Sequence[Word], ignored: set[int], lexicon: Lexicon) -> bool:
    """Return whether a sentence begins with such a greeting, spelt rightly or without any diacritics.

    "Cześć" is hello and "część" a part: without their diacritics they are one.
    """
    spelt = lexicon.informal_greetings
    return any(
        squeezed(word.written.casefold()) in spelt
        for at, word in enumerate(words)
        if word.first and at not in ignored and word.text in lexicon.single("informal_greetings")
    )
