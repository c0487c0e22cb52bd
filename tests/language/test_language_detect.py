"""Which language a message is in (R30), and what it is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.message import Category
from chalicelib.language import detect_category, understand
from chalicelib.language.detect import LANGUAGES, detect_language, spoken_language
from chalicelib.language.detect_model import model
from chalicelib.language.detect_words import LONGEST_WORD, MOST_WORDS, telling_words
from tests.language.labelled import macro_accuracy, parts, recalls


@pytest.mark.parametrize("part", ["tuned on", "measured only", "blind"])
def test_at_least_95_percent_are_told_right_the_mean_of_the_languages_r30(part: str) -> None:
    assert macro_accuracy(detect_language, parts()[part]) >= 95


@pytest.mark.parametrize("language", ["", *sorted(LANGUAGES)])
def test_no_language_is_left_behind_r30(language: str) -> None:
    every = [message for part in parts().values() for message in part]

    assert recalls(detect_language, every)[language] >= 0.92


TOLD = [
    ("pl", "dzien dobry gdzie jest moja paczka"),
    ("pl", "GDZIE JEST MOJA PACZKA"),
    ("pl", "gdzieee jest moja paczkaaa"),
    ("pl", "@shop #delivery gdzie moja paczka https://example.com/the/order"),
    ("hr", "Где је мој пакет"),
    ("hr", "gde je moja porudzbina"),
    ("ru", "skolko stoit dostavka"),
    ("uk", "skilky koshtuie dostavka"),
    ("uk", "Доброго дня, де моє замовлення?"),
    ("de", "kann ich meine bestellung aendern"),
    ("en", "is the iPhone 12 Pro Max still available"),
    ("sk", "koľko stojí doprava"),
    ("cs", "kolik stojí doprava"),
]


@pytest.mark.parametrize(("language", "text"), TOLD)
def test_a_message_tells_its_language_however_it_is_typed_r30(language: str, text: str) -> None:
    assert detect_language(text) == language


NOT_TOLD = [
    "",
    "👍👍👍",
    "???",
    "+48 600 100 200",
    "iPhone 12 Pro Max 128GB",
    "Dyson V11",
    "info@example.com",
    "https://example.com/where-is-my-order",
    "@where.is.my.order",
    "hol van a csomagom",
    "unde este comanda mea",
    "Кога ќе стигне нарачката",
    "колко струва доставката",
    "siparişim nerede kaldı",
    "πού είναι η παραγγελία μου",
    "где мае замоўленне",
    "أين طلبي",
]


@pytest.mark.parametrize("text", NOT_TOLD)
def test_without_words_or_in_another_language_nothing_is_told_r30(text: str) -> None:
    assert detect_language(text) == ""


@pytest.mark.parametrize(
    "text", ["ok super", "price pls", "dzięki wielkie!", "цена?", "👍👍👍", "iPhone 12 cena"]
)
@pytest.mark.parametrize("known", ["", "hr", "uk"])
def test_two_words_or_an_emoji_neither_establish_nor_change_a_language_r30(text: str, known: str) -> None:
    assert spoken_language([text], known) == known


@pytest.mark.parametrize(
    ("known", "text", "spoken"),
    [
        ("", "моє замовлення?", "uk"),
        ("hr", "моє замовлення?", "uk"),
        ("ru", "моє замовлення?", "ru"),
        ("en", "новый адрес", "ru"),
        ("", "моћи ћу", "hr"),
    ],
)
def test_letters_of_one_language_alone_leave_no_doubt_r30(known: str, text: str, spoken: str) -> None:
    assert spoken_language([text], known) == spoken


def test_all_unanswered_messages_are_judged_together_r14() -> None:
    assert understand(["czy macie", "rozmiar 38", "bo nie wiem"]).language == "pl"


def test_where_the_words_do_not_tell_the_language_of_before_holds_r30() -> None:
    assert understand(["ok?"], language="hr").language == "hr"


def test_a_clear_change_of_language_is_followed_r14() -> None:
    assert understand(["sorry, where is my order now?"], language="hr").language == "en"


def test_a_close_call_goes_to_the_language_of_before_r30() -> None:
    close = "cena je dobra"

    assert {spoken_language([close], known) for known in ("hr", "sl")} == {"hr", "sl"}


def test_a_language_we_do_not_know_leaves_the_one_of_before_r30() -> None:
    assert spoken_language(["hol van a csomagom kérem"], "en") == "en"


ODD = st.one_of(st.text(), st.text(alphabet="ab żжі'\u200b\u202e\u0301@#1.\n", max_size=200))


@given(ODD)
def test_whatever_is_sent_the_answer_is_a_language_of_ours_or_none(text: str) -> None:
    found = detect_language(text)

    assert found in LANGUAGES | {""} and found == detect_language(text)


@given(st.lists(ODD, max_size=4), st.sampled_from(["", *sorted(LANGUAGES)]))
def test_a_known_language_is_never_lost(texts: list[str], known: str) -> None:
    assert spoken_language(texts, known) in (LANGUAGES if known else LANGUAGES | {""})


@given(st.text(alphabet=st.characters(exclude_categories=["L", "M"])))
def test_without_letters_there_is_no_language(text: str) -> None:
    assert detect_language(text) == ""


@given(st.sampled_from([text for _, text in parts()["blind"]]), st.integers(0, 20))
def test_invisible_letters_change_nothing(text: str, at: int) -> None:
    assert detect_language(text[:at] + "\u200b\u202e" + text[at:]) == detect_language(text)


@given(st.text(alphabet="aż ж", min_size=1), st.integers(1, 10_000))
def test_however_long_a_message_little_of_it_is_read(text: str, times: int) -> None:
    words = telling_words(text * times)

    assert len(words) <= MOST_WORDS and max(map(len, words), default=0) <= LONGEST_WORD


@given(st.lists(st.text(alphabet="abcżжщі", min_size=1, max_size=12), min_size=1, max_size=5))
def test_likelihoods_sum_to_one(words: list[str]) -> None:
    assert sum(model().likelihoods(words).values()) == pytest.approx(1)


CATEGORIES = [
    ("complaint", "nobody answers, still waiting for my refund"),
    ("complaint", "paczka przyszła uszkodzona"),
    ("complaint", "paket je stigao oštećen"),
    ("complaint", "посылка пришла повреждённая"),
    ("complaint", "pizza was cold, thanks"),
    ("question", "are you open on Sunday"),
    ("question", "ile kosztuje ta sukienka"),
    ("question", "radite li nedjeljom"),
    ("question", "сколько стоит доставка"),
    ("question", "size 38?"),
    ("praise", "amazing work, highly recommend"),
    ("praise", "polecam, pyszne jedzenie"),
    ("praise", "najbolja kava u gradu ❤️"),
    ("praise", "лучший кофе в городе"),
    ("thanks", "dzięki!"),
    ("thanks", "riješeno, hvala"),
    ("spam", "guaranteed profit, click the link"),
    ("other", "my name is Anna"),
]


@pytest.mark.parametrize(("category", "text"), CATEGORIES)
def test_a_message_tells_what_it_is_about(category: str, text: str) -> None:
    assert detect_category(text) == category


@given(st.lists(st.text(), max_size=4), st.sampled_from(["", "en", "pl", "hr", "ru"]))
def test_no_text_whatever_makes_it_stumble(texts: list[str], language: str) -> None:
    understanding = understand(texts, (), language)

    assert understanding.category in Category


@given(st.text(alphabet="1!? \u200b\u202e👍\n\t", max_size=30))
def test_signs_without_words_tell_no_language_r30(text: str) -> None:
    assert detect_language(text) == ""


def test_ten_thousand_letters_are_understood_at_once() -> None:
    assert understand(["gdzie jest moja paczka " * 430]).language == "pl"
