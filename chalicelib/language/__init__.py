"""What a message is: its language, its formality, its category, and whether it is small talk."""

from collections.abc import Sequence

from chalicelib.core.message import Category, Formality, Understanding
from chalicelib.language import category, formality, small_talk
from chalicelib.language.detect import detect_language as detect_language
from chalicelib.language.detect import spoken_language
from chalicelib.language.machine import is_automatic
from chalicelib.language.shipped import shipped
from chalicelib.language.vocabulary import Vocabulary


def understand(
    unanswered: Sequence[str],
    attachments: Sequence[str] = (),
    language: str = "",
    vocabulary: Vocabulary | None = None,
) -> Understanding:
    """Understand the customer's unanswered messages, oldest first; the last one is the newest (R14).

    `attachments` are the kinds that came with the newest; `language` is what the thread was in before,
    empty if unknown; `vocabulary` holds the owner's words, those Hearback comes with where it is left out.
    """
    known = vocabulary or shipped()
    newest = unanswered[-1] if unanswered else ""
    together = "\n".join(unanswered)
    found = spoken_language(unanswered, language)
    withdrawn = is_withdrawn(newest, known)
    chat = not withdrawn and is_small_talk(newest, attachments, known)
    if (withdrawn or chat) and category.complains(newest, known, found):
        withdrawn = chat = False  # "thanks for nothing"
    alone = len(unanswered) == 1 and not (chat or withdrawn or attachments)
    return Understanding(
        language=found,
        formality=detect_formality(together, found, known),
        # What has just been found to be more than thanks need not be asked again.
        category=(category.matter if alone else category.detect_category)(together, known, found),
        # "All good, thanks" settles what is open, and is small talk only where nothing is.
        small_talk=chat,
        withdrawn=withdrawn,
        automatic=is_automatic(newest, known),
    )


def detect_formality(text: str, language: str, vocabulary: Vocabulary | None = None) -> Formality | None:
    """Return how the customer addresses us, formal winning over informal (R26); None without a marker."""
    return formality.detect_formality(text, language, vocabulary or shipped())


def detect_category(text: str, vocabulary: Vocabulary | None = None, language: str = "") -> Category:
    """Return what the messages are, a complaint before anything friendlier."""
    return category.detect_category(text, vocabulary or shipped(), language)


def is_small_talk(text: str, attachments: Sequence[str] = (), vocabulary: Vocabulary | None = None) -> bool:
    """Return whether a message is thanks, ok, an emoji, a sticker or a like alone (R15); in doubt not."""
    return small_talk.is_small_talk(text, attachments, vocabulary=vocabulary or shipped())


def is_withdrawn(text: str, vocabulary: Vocabulary | None = None) -> bool:
    """Return whether the customer says that the matter is settled (R14). In doubt it is not."""
    return small_talk.is_withdrawn(text, vocabulary or shipped())
