"""Which language a message is in (R30), and what it is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.message import Category
from chalicelib.language import detect_category, detect_language, understand

TEXTS = {
    "en": (
        "Hello, where is my order?",
        "do you have this in black",
        "How much is the delivery to Dublin",
        "Your courier never showed up yesterday.",
        "is the shop open on Monday",
        "I would like to return these shoes",
        "Can you send me the invoice please",
        "my card was charged twice and nobody answers",
        "we loved the dinner, thank you",
        "what time do you close tonight",
        "the parcel arrived but it's empty!",
        "I'm still waiting for an answer...",
    ),
    "pl": (
        "Dzień dobry, gdzie jest moja paczka?",
        "dzien dobry gdzie jest moja paczka",
        "Czy jesteście otwarci w niedzielę?",
        "czy macie to w rozmiarze 38",
        "ile kosztuje wysyłka do Krakowa",
        "ile kosztuje wysylka do krakowa",
        "zamówiłam tydzień temu i nadal nic",
        "zamowilam tydzien temu i nadal nic",
        "Proszę o fakturę na firmę",
        "kurier nie przyjechał, co teraz?",
        "polecam, bardzo miła obsługa",
        "czekam juz trzeci dzien na odpowiedz",
    ),
    "hr": (
        "Dobar dan, gdje je moj paket?",
        "dobar dan gdje je moj paket",
        "Imate li ovo u broju 38?",
        "koliko košta dostava u Zagreb",
        "koliko kosta dostava u zagreb",
        "naručila sam prije tjedan dana i još ništa",
        "narucila sam prije tjedan dana i jos nista",
        "Molim Vas račun na tvrtku",
        "jel radite sutra",
        "mogu li rezervirati stol za večeras",
        "stigla je kriva boja, što sad?",
        "treba mi povrat novca",
    ),
    "ru": (
        "Здравствуйте, где мой заказ?",
        "вы работаете в воскресенье",
        "сколько стоит доставка в Казань",
        "заказал неделю назад и до сих пор ничего",
        "можно вернуть обувь, если не подошла",
        "курьер так и не приехал",
        "нужен чек для возврата",
        "есть такой в чёрном цвете",
        "до скольки вы открыты сегодня",
        "очень вкусно, спасибо большое",
        "третий день жду ответа",
        "а можно оплатить картой",
    ),
}

UNKNOWN = (
    "ok super",
    "price pls",
    "dzięki wielkie!",
    "цена?",
    "👍👍👍",
    "???",
    "+48 600 100 200",
    "iPhone 12 Pro",
    "",
    "wo bleibt mein Paket",
    "Guten Tag, ich warte seit 2 Wochen auf meine Bestellung",
    "hola, ¿dónde está mi pedido?",
    "dov'è il mio ordine",
    "où est ma commande",
    "dobrý den, kde je můj balík",
    "kje je moje naročilo",
    "Где је мој пакет",
    "hol van a csomagom",
)


@pytest.mark.parametrize(
    ("language", "text"), [(lang, text) for lang, texts in TEXTS.items() for text in texts]
)
def test_a_sentence_tells_its_language_r30(language: str, text: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", UNKNOWN)
def test_two_words_an_emoji_or_a_foreign_language_tell_nothing_r30(text: str) -> None:
    assert detect_language(text) == ""


def test_ukrainian_is_told_from_russian_by_its_letters() -> None:
    assert detect_language("Доброго дня, де моє замовлення?") == "uk"


def test_all_unanswered_messages_are_judged_together_r14() -> None:
    assert understand(["czy macie", "rozmiar 38", "bo nie wiem"]).language == "pl"


def test_where_the_words_do_not_tell_the_language_of_before_holds_r30() -> None:
    assert understand(["ok?"], language="hr").language == "hr"


def test_a_clear_change_of_language_is_followed_r14() -> None:
    assert understand(["sorry, where is my order now?"], language="hr").language == "en"


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
