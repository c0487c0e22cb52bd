"""The owner's keywords in a customer's words; both are folded already, without case and diacritics (R12)."""

import re
from collections.abc import Callable, Iterator, Mapping

Spelling = Callable[[str, str], bool]
"""Tells whether the first word is the second one, or begins with it, misspelt a little."""

_WORD = re.compile(r"\w+")


def never_misspelt(written: str, meant: str) -> bool:
    """Take every word as it is written."""
    return False


def find(text: str, keywords: Mapping[str, str], alike: Spelling) -> str | None:
    """Return the first keyword in a text, with how it is written there if misspelt; None if none is.

    `keywords` are folded ones by what the owner wrote. One matches from the start of a word, so that
    "reklamacj" finds every case of the noun. What is spelt right goes before what is not.
    """
    for keyword, folded in keywords.items():
        if re.search(rf"(?<!\w){re.escape(folded)}", text):
            return keyword
    words = _WORD.findall(text)
    for keyword, folded in keywords.items():
        written = next(_misspelt(words, _WORD.findall(folded), alike), None)
        if written:
            return f"{keyword} (written {written})"
    return None


def _misspelt(words: list[str], meant: list[str], alike: Spelling) -> Iterator[str]:
    """Yield every run of words that is a keyword, of one word or of several, with words misspelt."""
    runs = zip(*(words[start:] for start in range(len(meant))), strict=False) if meant else ()
    for run in dict.fromkeys(runs):
        if all(one == other or alike(one, other) for one, other in zip(run, meant, strict=True)):
            yield " ".join(run)
