"""What messages are about: the owner's words weighed, a complaint before anything friendlier."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.message import Category
from chalicelib.language import detect_category, understand
from chalicelib.language.vocabulary import Vocabulary
from tests.language.labels import labelled

MESSAGES = labelled("category")
LANGUAGES = ("en", "pl", "hr", "ru", "uk", "de", "cs", "sk", "sl", "it", "es", "fr")

NEGATED = [
    ("pl", "nie jestem zadowolona"),
    ("en", "not happy"),
    ("ru", "не рекомендую"),
    ("hr", "nimalo zadovoljan"),
    ("de", "gar nicht zufrieden"),
    ("it", "non sono per niente soddisfatta"),
]

THANKED_AND_UPSET = [
    ("en", "Great, closed again. Thanks for nothing."),
    ("pl", "Pięknie dziękuję, trzeci tydzień bez odpowiedzi."),
    ("de", "Danke, aber es geht immer noch nicht."),
    ("es", "Gracias, pero sigue sin funcionar como debe."),
    ("fr", "Merci mais ça ne marche toujours pas."),
    ("it", "Grazie, ma ancora non funziona."),
    ("cs", "Díky, ale stále to nejde."),
    ("sk", "Ďakujem, ale stále to nejde."),
    ("sl", "Hvala, ampak še vedno ne dela."),
    ("hr", "Hvala, ali i dalje ne radi."),
    ("ru", "Спасибо, но всё ещё не работает."),
    ("uk", "Дякую, але досі не працює."),
]


def share_right(language: str = "", *, label: str = "", held_out: bool = False) -> float:
    chosen = [
        one
        for one in MESSAGES
        if language in ("", one.language) and label in ("", one.label) and (one.held_out or not held_out)
    ]
    return sum(detect_category(one.text, None, one.language) == one.label for one in chosen) / len(chosen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nine_of_ten_labelled_messages_are_understood_in_every_language(language: str) -> None:
    assert share_right(language) >= 0.9


def test_nine_of_ten_complaints_nobody_tuned_for_are_found() -> None:
    assert share_right(label="complaint", held_out=True) >= 0.9


@pytest.mark.parametrize(("languages", "fewest"), [(LANGUAGES[:4], 60), (LANGUAGES[4:], 30)])
def test_every_language_has_its_share_of_labelled_messages(languages: tuple[str, ...], fewest: int) -> None:
    counted = Counter(one.language for one in MESSAGES)

    assert min(counted[language] for language in languages) >= fewest


@pytest.mark.parametrize(("language", "text"), NEGATED)
def test_negated_praise_is_a_complaint(language: str, text: str) -> None:
    assert detect_category(text, None, language) is Category.COMPLAINT


@pytest.mark.parametrize(("language", "text"), THANKED_AND_UPSET)
def test_thanks_of_the_upset_are_neither_thanks_nor_a_question(language: str, text: str) -> None:
    assert understand([text], language=language).category is Category.COMPLAINT


@pytest.mark.parametrize(
    ("language", "text"), [("en", "no complaints"), ("en", "not bad"), ("hr", "nije loše")]
)
def test_a_negated_complaint_is_none(language: str, text: str) -> None:
    assert detect_category(text, None, language) is not Category.COMPLAINT


@pytest.mark.parametrize("text", ["Świetnie, trzeci raz pusta paczka", "great, my parcel is lost. thanks!"])
def test_bitter_praise_is_a_complaint(text: str) -> None:
    assert detect_category(text) is Category.COMPLAINT


def test_emoji_tell_anger_from_delight() -> None:
    assert [detect_category(f"Anna {emoji}") for emoji in "😡😍"] == [Category.COMPLAINT, Category.PRAISE]


@pytest.mark.parametrize("text", ["paczka uszkodozna", "dissapointed", "посылка поврежденна", "USZKODZONA!"])
def test_small_misspellings_are_tolerated(text: str) -> None:
    assert detect_category(text) is Category.COMPLAINT


@pytest.mark.parametrize(
    ("text", "category"), [("skolko stoit dostavka", "question"), ("uzhas", "complaint")]
)
def test_russian_in_latin_letters_is_read(text: str, category: str) -> None:
    assert detect_category(text) == category


def test_serbian_in_cyrillic_letters_is_read() -> None:
    assert detect_category("пакет је стигао оштећен", None, "hr") is Category.COMPLAINT


def test_a_calm_question_about_returns_is_a_question() -> None:
    assert detect_category("what is your refund policy?", None, "en") is Category.QUESTION


def test_spam_beside_a_complaint_is_a_complaint() -> None:
    assert detect_category("click the link you sent and nobody answers, crypto or not") is Category.COMPLAINT


def test_spam_is_never_small_talk_so_that_it_is_owed_an_answer_like_anything_else() -> None:
    understanding = understand(["Crypto investment, guaranteed profit"])

    assert (understanding.category, understanding.small_talk) == (Category.SPAM, False)


def test_the_owners_words_decide() -> None:
    own = Vocabulary({"en": {"complaint": ["wobbly"]}})

    assert understand(["the chair is wobbly"], vocabulary=own).category is Category.COMPLAINT


def test_without_any_words_signs_still_tell() -> None:
    assert understand(["wobbly 😡"], vocabulary=Vocabulary({})).category is Category.COMPLAINT


@given(st.text(), st.sampled_from(["", *LANGUAGES]))
def test_no_text_whatever_makes_it_stumble(text: str, language: str) -> None:
    assert detect_category(text, None, language) in Category


@pytest.mark.parametrize("letters", ["reklamacja ", "??? ", "a", "nie ", "\u200b", "😡"])
def test_ten_thousand_characters_of_anything_are_understood(letters: str) -> None:
    assert understand([(letters * 10_000)[:10_000]]).category in Category
