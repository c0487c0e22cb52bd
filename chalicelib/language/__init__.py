"""What a message is: its language, its formality, its category, and whether it is small talk."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from chalicelib.core.message import Category, Formality, Understanding
from chalicelib.core.policy import fold
from chalicelib.language import words
from chalicelib.language.detect import detect_language as detect_language
from chalicelib.language.detect import spoken_language

_WORD = re.compile(r"[^\W\d_]+")
_APOSTROPHES = re.compile(r"['\u2019`]")
_DIGIT_OR_QUESTION = re.compile(r"[\d?\uff1f\u061f\u2753\u2754\u2048\u2049\u203d]")
_SMILES = re.compile(r"(?<!\w)(?:[:;=]-?[)dp*3\]]+|<3+|xd+|\^\^|\)\)+)(?!\w)")
_FROWNS = re.compile(r"(?<!\w)[:;=]['-]?[(\[/|]")
_RUNS = re.compile(r"(.)\1+")

_WORDLESS_ATTACHMENTS = frozenset({"sticker", "like", "reaction", "start", "stars_4", "stars_5"})
_WORDS_OF_SMALL_TALK = 6
_WORDS_OF_WITHDRAWAL = 8


def _squeezed(text: str) -> str:
    # "Hvalaaa" and "thankss" are meant as they are usually written.
    return _RUNS.sub(r"\1", text)


def _plain(listed: Iterable[str]) -> frozenset[str]:
    return frozenset(_squeezed(fold(word)) for word in " ".join(listed).split())


def _whole_words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


_SMALL_TALK = _plain(words.SMALL_TALK.values())
_GREETING = re.compile("|".join(words.GREETINGS))
_FRIENDLY = _SMALL_TALK | _plain(words.BESIDE_SMALL_TALK.values())
_BUT = _plain(words.BUT)
_WITHDRAWN = _whole_words("|".join(part for parts in words.WITHDRAWN.values() for part in parts))
_SETTLED = _FRIENDLY | _plain(words.BESIDE_WITHDRAWN)
_FORMAL, _INFORMAL = (
    {language: _whole_words(pattern) for language, pattern in patterns.items()}
    for patterns in (words.FORMAL, words.INFORMAL)
)
_FRIENDS_GREETING = {
    language: re.compile(rf"^\W*(?:{pattern})\b{words.NOT_A_GREETING}", re.MULTILINE)
    for language, pattern in words.GREETING_LIKE_A_FRIEND.items()
}
_QUESTION = tuple(re.compile(pattern, re.MULTILINE) for pattern in words.QUESTION.values())
_CATEGORIES = {name: re.compile(rf"(?<!\w)(?:{'|'.join(stems)})") for name, stems in words.CATEGORIES.items()}


def understand(
    unanswered: Sequence[str], attachments: Sequence[str] = (), language: str = ""
) -> Understanding:
    """Understand the customer's unanswered messages, oldest first; the last one is the newest (R14).

    `attachments` are the kinds that came with the newest; `language` is what the thread was in before,
    empty if unknown.
    """
    newest = unanswered[-1] if unanswered else ""
    together = "\n".join(unanswered)
    found = spoken_language(unanswered, language)
    withdrawn = is_withdrawn(newest)
    return Understanding(
        language=found,
        formality=detect_formality(together, found),
        category=detect_category(together),
        # "All good, thanks" settles what is open, and is small talk only where nothing is.
        small_talk=not withdrawn and is_small_talk(newest, attachments),
        withdrawn=withdrawn,
    )


def detect_formality(text: str, language: str) -> Formality | None:
    """Return how the customer addresses us, formal winning over informal (R26); None without a marker.

    Where the language is not known, every language is tried.
    """
    folded, languages = fold(text), [language] if language else [*_FORMAL]
    if any(one in _FORMAL and _FORMAL[one].search(folded) for one in languages):
        return Formality.FORMAL
    if any(one in _INFORMAL and _is_informal(text, folded, one) for one in languages):
        return Formality.INFORMAL
    return None


def _is_informal(text: str, folded: str, language: str) -> bool:
    greeting = _FRIENDS_GREETING.get(language)
    return bool(_INFORMAL[language].search(folded) or (greeting and greeting.search(text.casefold())))


def detect_category(text: str) -> Category:
    """Return what the messages are, a complaint before anything friendlier."""
    folded = _APOSTROPHES.sub("", fold(text))
    if _WORD.search(folded) and (is_small_talk(text) or is_withdrawn(text)):
        return Category.THANKS
    for name in ("spam", "complaint"):
        if _CATEGORIES[name].search(folded):
            return Category(name)
    if "?" in folded or any(pattern.search(folded) for pattern in _QUESTION):
        return Category.QUESTION
    if _CATEGORIES["praise"].search(folded):
        return Category.PRAISE
    return Category.OTHER


def is_small_talk(text: str, attachments: Sequence[str] = ()) -> bool:
    """Return whether a message is thanks, ok, an emoji, a sticker or a like alone (R15); in doubt not."""
    if any(kind not in _WORDLESS_ATTACHMENTS for kind in attachments):
        return False
    folded = _SMILES.sub(" \N{SLIGHTLY SMILING FACE} ", fold(text))
    if _DIGIT_OR_QUESTION.search(folded) or words.UNHAPPY & set(text) or _FROWNS.search(folded):
        return False
    if _is_greeting(folded):
        return False
    found = _WORD.findall(_squeezed(_APOSTROPHES.sub("", folded)))
    if not found:
        return _is_emoji(folded) or (bool(attachments) and not text.strip())
    return (
        len(found) <= _WORDS_OF_SMALL_TALK
        and not _BUT & set(found)
        and not _SMALL_TALK.isdisjoint(found)
        and _FRIENDLY.issuperset(found)
    )


def _is_greeting(folded: str) -> bool:
    """Return whether somebody only says hello, and so is about to ask."""
    rest = _GREETING.sub(" ", folded)
    said = _WORD.findall(rest)
    if rest != folded:
        return _SMALL_TALK.isdisjoint(_WORD.findall(_squeezed(rest)))
    return len(said) == 1 and said[0] in words.BARE_GREETINGS


def _is_emoji(text: str) -> bool:
    """Return whether there is an emoji, and nothing but emoji and punctuation that stands beside them."""
    kinds = {unicodedata.category(letter) for letter in text if letter not in " \n.,!\u2026"}
    return "So" in kinds and kinds <= {"So", "Sk", "Mn", "Me", "Cf"}


def is_withdrawn(text: str) -> bool:
    """Return whether the customer says that the matter is settled (R14). In doubt it is not."""
    folded = _APOSTROPHES.sub("", fold(text))
    rest, phrases = _WITHDRAWN.subn(" ", folded)
    return (
        phrases > 0
        and not _DIGIT_OR_QUESTION.search(text)
        and len(_WORD.findall(folded)) <= _WORDS_OF_WITHDRAWAL
        and _SETTLED.issuperset(_WORD.findall(_squeezed(rest)))
    )
