"""Which language a short message is in (R30), offline: the script first, then a model of words and letters.

Codes: en pl hr ru uk de cs sk sl it es fr; Serbian and Bosnian, in either script, are "hr". Russian and
Ukrainian count in Latin letters too, every language also without its diacritics. Empty means not told:
no words, nothing but names of products, or a language that is not among these. docs/understanding.md has
what was measured and against what.
"""

import re
from collections.abc import Sequence

from chalicelib.language.detect_model import Model, model
from chalicelib.language.detect_words import telling_words

LANGUAGES = frozenset({"en", "pl", "hr", "ru", "uk", "de", "cs", "sk", "sl", "it", "es", "fr"})

_WORDS_THAT_TELL = 3
_LEAST_LIKELIHOOD = 0.3
"""Names and numbers leave a dozen languages about equal; below this nothing has been told."""
_BONUS_OF_KNOWN = 12
"""A language the thread was in before counts e² (STEPS = 6) times as likely."""
_COMMON = 65
"""The cost of a word that is used once in some 50,000."""

_LATIN_OR_CYRILLIC = re.compile(r"[a-z\u00df-\u024f\u0400-\u045f\u0490\u0491]+")
_OTHERS_LETTERS = re.compile(r"[əðþơưўәғқңөұүһ\u1ea0-\u1ef9]")
_ALPHABETS = {
    "uk": re.compile(r"[іїєґ]"),
    "ru": re.compile(r"[ыэё]"),
    "hr": re.compile(r"[ђћ]"),
}
"""Letters that of our languages only one has."""
_CYRILLIC = frozenset({"ru", "uk"})


def detect_language(text: str) -> str:
    """Return the language of a text by itself, however short, as a two-letter code; empty if not told."""
    return _language_of(telling_words(text))


def spoken_language(unanswered: Sequence[str], known: str) -> str:
    """Return the language a customer speaks in all their unanswered messages together (R14, R30).

    `known` is the language the thread was in before, empty if unknown. Fewer than three words neither
    establish a language nor change it, so the channel's holds; but letters that only one language has leave
    no doubt, unless the thread is in a language of the same script. From three words on the message decides;
    where it is a close call, or not told, `known` holds.
    """
    words = telling_words("\n".join(reversed(unanswered)))
    if len(words) >= _WORDS_THAT_TELL:
        return _language_of(words, known) or known
    alphabet = _alphabet_of(words)
    same_script = alphabet in _CYRILLIC and known in _CYRILLIC
    return known if same_script else alphabet or known


def _language_of(words: Sequence[str], known: str = "") -> str:
    lowered = [word.lower() for word in words]
    readable = [word for word in lowered if _LATIN_OR_CYRILLIC.fullmatch(word)]
    if 2 * len(readable) <= len(words) or _OTHERS_LETTERS.search("".join(lowered)):
        return ""
    fitted = model()
    likely = fitted.likelihoods(readable, known, _BONUS_OF_KNOWN)
    best = max(likely, key=lambda language: likely[language])
    if best not in LANGUAGES or likely[best] < _LEAST_LIKELIHOOD:
        return ""
    return best if _are_words_of(fitted, words, best) else ""


def _are_words_of(fitted: Model, words: Sequence[str], language: str) -> bool:
    """Return whether any is a word of the language at all, and if all look like names, a common one."""
    names = all(word[0].isupper() for word in words)
    if len(words) < _WORDS_THAT_TELL and not names:
        return True
    return any(fitted.is_listed(word.lower(), language, _COMMON if names else 999) for word in words)


def _alphabet_of(words: Sequence[str]) -> str:
    letters = "".join(words).lower()
    found = [language for language, pattern in _ALPHABETS.items() if pattern.search(letters)]
    return found[0] if len(found) == 1 and not _OTHERS_LETTERS.search(letters) else ""
