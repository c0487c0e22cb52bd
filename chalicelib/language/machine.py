"""Whether words say of themselves that no person wrote them (R20)."""

from chalicelib.language.tokens import words_of
from chalicelib.language.vocabulary import Vocabulary

_WORDS_READ = 60


def is_automatic(text: str, vocabulary: Vocabulary) -> bool:
    """Return whether a message calls itself automatic, in any of the languages; only its beginning is read.

    Machines ask nothing: who speaks of an automatic reply and asks where their parcel is, is a person.
    """
    if "?" in text:
        return False
    words = words_of(text)[:_WORDS_READ]
    return any(lexicon.find("automatic", words) for lexicon in vocabulary.all())
