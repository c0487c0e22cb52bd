"""What messages are about: the owner's words weighed, a complaint before anything friendlier."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.message import Category
from chalicelib.language import detect_category, understand
from chalicelib.language.shipped import shipped_words
from chalicelib.language.tokens import key
from chalicelib.language.vocabulary import Vocabulary
from tests.language.labelled import DATA
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


BITTER_THANKS = [
    ("en", "thanks for nothing"),
    ("en", "Thanks for ruining our anniversary."),
    ("pl", "dzięki wielkie za nic"),
    ("hr", "hvala vam na ničemu"),
    ("ru", "ну спасибо"),
    ("uk", "дякую, зіпсували свято"),
    ("de", "na danke"),
    ("cs", "díky za nic"),
    ("sk", "ďakujem za nič"),
    ("sl", "hvala za nič"),
    ("it", "grazie tante"),
    ("es", "gracias por arruinar el cumpleaños"),
    ("fr", "merci pour rien"),
]


@pytest.mark.parametrize(("language", "text"), BITTER_THANKS)
def test_bitter_thanks_are_neither_small_talk_nor_withdrawn(language: str, text: str) -> None:
    """R14, R15: who is thanked for nothing has not been answered."""
    found = understand([text], language=language)

    assert (found.category, found.small_talk, found.withdrawn) == (Category.COMPLAINT, False, False)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "great, it was not the blue one"),
        ("pl", "super, a to nie moje"),
        ("en", "used to love this place"),
    ],
)
def test_praise_beside_a_denial_is_not_thanked_for(language: str, text: str) -> None:
    assert understand([text], language=language).category not in (Category.PRAISE, Category.THANKS)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Cola mit Eis"),
        ("de", "Das Netzteil liegt bei"),
        ("hr", "sok od naranče"),
    ],
)
def test_a_short_word_is_not_the_beginning_of_another(language: str, text: str) -> None:
    assert understand([text], language=language).category is Category.OTHER


@pytest.mark.parametrize("text", ["coooool", "cool"])
def test_a_letter_drawn_out_stands_for_one_or_for_two(text: str) -> None:
    assert detect_category(f"alles {text} bei euch im Laden", None, "de") is Category.PRAISE


def test_foreign_words_never_praise_where_the_language_is_known() -> None:
    own = Vocabulary({"it": {}, "de": {"praise": ["colore, prima"]}})

    assert detect_category("prima del colore", own, "it") is Category.OTHER


def test_a_real_word_is_not_corrected_into_praise() -> None:
    assert understand(["you are charging for that"], language="en").category is not Category.PRAISE


def test_a_statement_is_no_question() -> None:
    assert (
        understand(["my delivery address has changed to Mill Lane"], language="en").category is Category.OTHER
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_beginning_of_a_word_of_praise_is_so_short_that_it_begins_others(language: str) -> None:
    phrases = [phrase.strip() for phrase in ",".join(shipped_words()[language]["praise"]).split(",")]
    alone = [phrase for phrase in phrases if phrase.endswith("*") and " " not in phrase]
    stems = [stem for stem in alone if len(key(stem[:-1])) < 4]

    assert stems == []


def judged(part: str) -> list[tuple[str, str, str]]:
    """Return label, language and text of one part of the messages written by others."""
    lines = (DATA / "judged_category.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [(label, language, text) for label, language, of, text in rows if of == part]


@pytest.mark.parametrize("part", ["tuned", "targeted", "kept out"])
def test_complaints_that_others_wrote_are_found(part: str) -> None:
    complaints = [one for one in judged(part) if one[0] == "complaint"]
    found = [understand([text], language=language).category for _, language, text in complaints]

    assert found.count(Category.COMPLAINT) >= 0.9 * len(found)
