"""Formality (R26) and small talk (R15) against our own labelled messages, in every language."""

from collections import Counter

import pytest

from chalicelib.language import detect_formality, is_small_talk
from tests.language.labels import Labelled, labelled

FORMALITY = labelled("formality")
SMALL_TALK = labelled("small_talk")
MANY, OTHERS = ("en", "pl", "hr", "ru"), ("uk", "de", "cs", "sk", "sl", "it", "es", "fr")


def said(one: Labelled) -> str:
    return str(detect_formality(one.text, one.language) or "none")


@pytest.mark.parametrize("one", [m for m in FORMALITY if m.label == "formal"], ids=lambda m: m.text)
def test_formal_words_lock_formal_r26(one: Labelled) -> None:
    assert said(one) == "formal"


@pytest.mark.parametrize("one", [m for m in FORMALITY if m.label != "informal"], ids=lambda m: m.text)
def test_in_doubt_nobody_is_addressed_like_a_friend_r26(one: Labelled) -> None:
    assert said(one) != "informal"


@pytest.mark.parametrize("language", [*MANY[1:], *OTHERS])
def test_nine_of_ten_friendly_messages_are_known_as_such_r26(language: str) -> None:
    friendly = [one for one in FORMALITY if one.language == language and one.label == "informal"]

    assert sum(said(one) == "informal" for one in friendly) >= 0.9 * len(friendly)


@pytest.mark.parametrize("one", [m for m in SMALL_TALK if m.label == "message"], ids=lambda m: m.text)
def test_in_doubt_it_is_a_message_r15(one: Labelled) -> None:
    assert not is_small_talk(one.text)


@pytest.mark.parametrize("language", [*MANY, *OTHERS])
def test_most_thanks_are_small_talk_r15(language: str) -> None:
    thanks = [one for one in SMALL_TALK if one.language == language and one.label == "small_talk"]

    assert sum(is_small_talk(one.text) for one in thanks) >= 0.85 * len(thanks)


@pytest.mark.parametrize("messages", [FORMALITY, SMALL_TALK], ids=["formality", "small_talk"])
@pytest.mark.parametrize(("languages", "fewest"), [(MANY, 40), (OTHERS, 15)])
def test_every_language_has_its_share(
    messages: list[Labelled], languages: tuple[str, ...], fewest: int
) -> None:
    counted = Counter(one.language for one in messages)

    assert min(counted[language] for language in languages) >= fewest


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "die lampe ist kaputt, sie leuchtet nicht"),
        ("it", "lei ha detto domani"),
        ("de", "Sie ist kaputt"),
    ],
)
def test_an_ambiguous_word_is_never_informal_r26(language: str, text: str) -> None:
    assert said(Labelled("", language, text)) != "informal"
