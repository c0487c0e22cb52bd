"""How the customer addresses us (R26)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.message import Formality
from chalicelib.language import detect_formality, understand

FORMAL = [
    ("pl", "Dzień dobry, czy Pani wie gdzie jest moja paczka?"),
    ("pl", "czy moze mi pan pomoc"),
    ("pl", "Szanowni Państwo, proszę o fakturę"),
    ("pl", "Proszę Pana, czekam od tygodnia"),
    ("pl", "panie Tomku, kiedy będzie gotowe"),
    ("pl", "dziękuję Panu za odpowiedź"),
    ("pl", "Pańska oferta mnie interesuje"),
    ("pl", "czy są Państwo otwarci w sobotę?"),
    ("pl", "hej, czy Pan tam jest?"),
    ("hr", "Molim Vas, kada stiže moj paket?"),
    ("hr", "možete li vi provjeriti narudžbu"),
    ("hr", "Hvala Vam, a gdje je račun?"),
    ("hr", "javljam se zbog Vaše ponude"),
    ("hr", "jel kod vas ima parking"),
    ("hr", "Bok, molim vas cijenu dostave"),
    ("ru", "Здравствуйте, где мой заказ"),
    ("ru", "вы работаете в воскресенье?"),
    ("ru", "Подскажите, сколько стоит доставка"),
    ("ru", "напишу вам ещё раз"),
    ("ru", "Жду Вашего ответа"),
    ("ru", "привет, вы до скольки сегодня"),
    ("ru", "помогите, заказ не пришёл"),
]

INFORMAL = [
    ("pl", "hej, i jak?"),
    ("pl", "cześć, kiedy będzie paczka"),
    ("pl", "czesc, gdzie moja paczka"),
    ("pl", "siema, masz jeszcze bilety?"),
    ("pl", "możesz mi powiedzieć kiedy"),
    ("pl", "daj znać jak będzie"),
    ("pl", "twoja strona nie działa"),
    ("hr", "bok, imate li ovo u crnoj boji"),
    ("hr", "hej, kad stiže paket"),
    ("hr", "imaš li još karata"),
    ("hr", "reci mi kad si otvoren"),
    ("hr", "hvala ti, a kad stiže"),
    ("ru", "привет, где мой заказ"),
    ("ru", "ты где пропал"),
    ("ru", "слушай, а когда будет"),
    ("ru", "можешь прислать фото"),
    ("ru", "твой сайт не открывается"),
    ("cs", "poraď mi, co s tím"),
    ("sl", "javi mi, ko bo gotovo"),
    ("de", "schickt mir bitte die Preisliste"),
    ("es", "como estas, hay mesa"),
    ("fr", "cc, il reste des places"),
    ("it", "Scusa, quando aprite?"),
]

NEITHER = [
    ("pl", "dzień dobry, gdzie moja paczka"),
    ("pl", "macie rozmiar 38"),
    ("pl", "czy u was można płacić kartą"),
    ("pl", "panda i panorama są w sprzedaży"),
    ("pl", "maszyna do szycia i maszt"),
    ("pl", "ile kosztuje ta część"),
    ("pl", "część zamienna do pralki"),
    ("pl", "czesc zamienna do pralki"),
    ("pl", "typowy rozmiar, kompania, kampania"),
    ("hr", "dobar dan, gdje je moj paket"),
    ("hr", "radite li nedjeljom"),
    ("hr", "bok kreveta je ogreban"),
    ("hr", "koliko koštaju ti stolovi"),
    ("hr", "viza, vikend i vaza"),
    ("hr", "no paket nije stigao"),
    ("ru", "есть квас и вассаби"),
    ("ru", "доставка в Вашингтон"),
    ("ru", "на сайте ошибка"),
    ("ru", "где мой заказ"),
    ("ru", "сколько стоит фотик и тыква"),
    ("cs", "objednávka pořád nedorazila"),
    ("cs", "porad to nefunguje"),
    ("cs", "kdy přijdou ty boty"),
    ("cs", "nápis na tričku je křivě"),
    ("sk", "tá objednávka stále neprišla"),
    ("sl", "nihče mi ne odgovori in se ne javi"),
    ("sl", "želim si rezervirati mizo"),
    ("hr", "nitko se ne javi na telefon"),
    ("hr", "kada bi mogla stići narudžba"),
    ("de", "warum antwortet niemand auf meine Nachrichten"),
    ("de", "es waren viele Leute da"),
    ("es", "me encantan estas botas"),
    ("es", "¿hay té verde?"),
    ("es", "un amigo me recomendó la tienda"),
    ("fr", "c'est une honte"),
    ("fr", "personne ne me donne de réponse"),
    ("it", "un tavolo per sei persone"),
    ("it", "che bella serata"),
    ("uk", "Хай мені хтось нарешті відповість"),
    ("en", "hello, where is my order"),
    ("en", "a frying pan and a vase"),
    ("en", "hey, any news?"),
    ("", "👍"),
]


@pytest.mark.parametrize(("language", "text"), FORMAL)
def test_a_formal_marker_is_found_r26(language: str, text: str) -> None:
    assert detect_formality(text, language) is Formality.FORMAL


@pytest.mark.parametrize(("language", "text"), INFORMAL)
def test_an_informal_marker_is_found_r26(language: str, text: str) -> None:
    assert detect_formality(text, language) is Formality.INFORMAL


@pytest.mark.parametrize(("language", "text"), NEITHER)
def test_false_friends_are_no_markers_r26(language: str, text: str) -> None:
    assert detect_formality(text, language) is None


def test_scenario_4_a_later_friendly_word_beside_a_formal_one_stays_formal() -> None:
    messages = ["Dzień dobry, czy Pani wie gdzie jest moja paczka?", "hej, i jak?"]

    assert understand(messages).formality is Formality.FORMAL


def test_a_short_message_in_an_unknown_language_still_shows_its_formality() -> None:
    assert understand(["Proszę Pani!"]).formality is Formality.FORMAL


def test_the_language_of_the_thread_helps_where_the_words_do_not_tell() -> None:
    assert understand(["hej, i jak?"], language="pl").formality is Formality.INFORMAL


@given(formal=st.sampled_from(FORMAL), informal=st.sampled_from(INFORMAL), formal_first=st.booleans())
def test_formal_wins_in_whatever_order_r26(
    formal: tuple[str, str], informal: tuple[str, str], *, formal_first: bool
) -> None:
    language = formal[0]
    parts = [formal[1], informal[1]] if formal_first else [informal[1], formal[1]]

    assert detect_formality("\n".join(parts), language) is Formality.FORMAL


@given(st.text(), st.sampled_from(["", "en", "pl", "hr", "ru", "uk"]))
def test_no_text_whatever_makes_it_stumble(text: str, language: str) -> None:
    assert detect_formality(text, language) in (None, Formality.FORMAL, Formality.INFORMAL)
