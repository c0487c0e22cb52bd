"""Every line of the words that ship is exercised: each phrase is found in a message that says it."""

from collections.abc import Iterator

import pytest

from chalicelib.language.shipped import shipped
from chalicelib.language.tokens import words_of
from chalicelib.language.vocabulary import SINGLE, Lexicon

GROUPS = {
    "complaint": "matter",
    "complaint_hints": "matter",
    "praise": "matter",
    "question": "matter",
    "question_hints": "matter",
    "spam": "matter",
    "spam_hints": "matter",
    "ignore": "matter",
    "greetings": "greetings",
    "withdrawn": "withdrawn",
    "formal": "address",
    "informal": "address",
    "automatic": "automatic",
}
LANGUAGES = sorted(shipped().languages())


def phrases(lexicon: Lexicon, field: str) -> Iterator[str]:
    for line in lexicon.written(field):
        yield from (phrase.strip() for phrase in line.split(",") if phrase.strip())


def a_message(phrase: str) -> str:
    """Return a message that says a phrase, after a word that no language has."""
    said = phrase.replace("...", "xq").replace("*", "xq")
    return f"xqx {said} xqx"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_of_a_shipped_file_is_found_where_it_is_said(language: str) -> None:
    lexicon = shipped().lexicon(language)
    lost = [
        (field, phrase)
        for field, group in GROUPS.items()
        for phrase in phrases(lexicon, field)
        if not lexicon.find(group, words_of(a_message(phrase)))
    ]

    assert lost == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_single_words_is_empty_once_it_is_read(language: str) -> None:
    lexicon = shipped().lexicon(language)
    empty = [
        (field, phrase)
        for field in sorted(SINGLE - {"informal_greetings"})
        for phrase in phrases(lexicon, field)
        if not {word.text for word in words_of(phrase)} and phrase not in lexicon.single(field)
    ]

    assert empty == []
