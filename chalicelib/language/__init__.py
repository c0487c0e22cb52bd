"""What a message is: its language, its formality, its category, and whether it is small talk."""

import re
from collections.abc import Sequence

from chalicelib.core.message import Category, Formality, Understanding
from chalicelib.core.policy import fold
from chalicelib.language import words

_WORD = re.compile(r"[^\W\d_]+")
_LISTS = {language: frozenset(text.split()) for language, text in words.FUNCTION_WORDS.items()}
_SMALL_TALK = frozenset(fold(word) for text in words.SMALL_TALK.values() for word in text.split())
_BUT, _NEGATIONS = (frozenset(map(fold, found)) for found in (words.BUT, words.NEGATIONS))
_WITHDRAWN = tuple(map(fold, words.WITHDRAWN))
_FORMAL, _INFORMAL, _QUESTION = (
    {language: re.compile(fold(pattern)) for language, pattern in patterns.items()}
    for patterns in (words.FORMAL, words.INFORMAL, words.QUESTION)
)
_CATEGORIES = {
    name: re.compile(rf"(?<!\w)({fold('|'.join(stems))})") for name, stems in words.CATEGORIES.items()
}
_WORDLESS_ATTACHMENTS = frozenset({"sticker", "like", "reaction", "start"})
_WORDS_OF_SMALL_TALK = 6
_WORDS_OF_WITHDRAWAL = 8
_WORDS_WITHOUT_LANGUAGE = 2


def understand(
    unanswered: Sequence[str], attachments: Sequence[str] = (), language: str = ""
) -> Understanding:
    """Understand the customer's unanswered messages, oldest first; the last one is the newest (R14).

    `attachments` are the kinds that came with the newest; `language` is what the thread was in before,
    empty if unknown.
    """
    newest = unanswered[-1] if unanswered else ""
    together = "\n".join(unanswered)
    found = detect_language(together) or language
    return Understanding(
        language=found,
        formality=detect_formality(together, found),
        category=detect_category(together),
        small_talk=is_small_talk(newest, attachments),
        withdrawn=is_withdrawn(newest),
    )


def detect_language(text: str) -> str:
    """Return the language of a text, empty where two words or an emoji do not tell (R30)."""
    lowered = text.casefold()
    found = _WORD.findall(lowered)
    if len(found) <= _WORDS_WITHOUT_LANGUAGE:
        return ""
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in lowered)
    if cyrillic * 2 > sum(map(str.isalpha, lowered)):
        return "uk" if words.UKRAINIAN_LETTERS & set(lowered) else words.CYRILLIC
    folded = [fold(word) for word in found]
    scores = {
        language: sum(word in known for word in folded) + 2 * len(_own_letters(language) & set(lowered))
        for language, known in _LISTS.items()
    }
    best = max(scores, key=lambda language: scores[language])
    second = max(score for language, score in scores.items() if language != best)
    return best if scores[best] > second else ""


def _own_letters(language: str) -> frozenset[str]:
    return words.LETTERS.get(language, frozenset())


def detect_formality(text: str, language: str) -> Formality | None:
    """Return how the customer addresses us, formal winning over informal (R26); None without a marker."""
    folded = fold(text)
    if language in _FORMAL and _FORMAL[language].search(folded):
        return Formality.FORMAL
    if language in _INFORMAL and _INFORMAL[language].search(folded):
        return Formality.INFORMAL
    return None


def detect_category(text: str) -> Category:
    """Return what the messages are, a complaint before anything friendlier."""
    folded = re.sub(r"['\u2019]", "", fold(text))
    if is_small_talk(text, ()) and _WORD.search(folded):
        return Category.THANKS
    for name in ("spam", "complaint"):
        if _CATEGORIES[name].search(folded):
            return Category(name)
    if "?" in folded or any(pattern.search(folded) for pattern in _QUESTION.values()):
        return Category.QUESTION
    if _CATEGORIES["praise"].search(folded):
        return Category.PRAISE
    return Category.OTHER


def is_small_talk(text: str, attachments: Sequence[str] = ()) -> bool:
    """Return whether a message is thanks, ok, an emoji, a sticker or a like alone (R15); in doubt not."""
    if any(kind not in _WORDLESS_ATTACHMENTS for kind in attachments):
        return False
    found = _WORD.findall(fold(text))
    if not found:
        return bool(attachments or text.strip()) and not re.search(r"[\d?]", text)
    return (
        len(found) <= _WORDS_OF_SMALL_TALK
        and not re.search(r"[\d?]", text)
        and not _BUT & set(found)
        and all(word in _SMALL_TALK for word in found)
    )


def is_withdrawn(text: str) -> bool:
    """Return whether the customer says that the matter is settled (R14). In doubt it is not."""
    folded = fold(text)
    found = _WORD.findall(folded)
    rest = folded
    for phrase in _WITHDRAWN:
        rest = rest.replace(phrase, " ")
    return (
        rest != folded
        and len(found) <= _WORDS_OF_WITHDRAWAL
        and "?" not in text
        and not (_BUT | _NEGATIONS) & set(_WORD.findall(rest))
    )
