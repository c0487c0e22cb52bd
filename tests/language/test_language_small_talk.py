"""What is thanks alone, and what is a message (R15); what settles the matter (R14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.language import is_small_talk, is_withdrawn, understand

THANKS = {
    "en": (
        "thanks",
        "Thank you!",
        "thanks a lot",
        "thank you so much",
        "Thx 👍",
        "ty",
        "cheers",
        "ok",
        "OK!",
        "okay, thanks",
        "k",
        "great",
        "Great, thank you.",
        "perfect!!",
        "cool",
        "very nice, thanks",
        "got it",
        "understood, thanks",
        "Thanks for the quick reply",
        "thanks for your help",
        "much appreciated",
        "ok see you then",
        "have a lovely day",
        "bye",
        "thankssss",
        "thanks :)",
        "alright, noted",
    ),
    "pl": (
        "dzięki",
        "Dziękuję!",
        "dziekuje bardzo",
        "wielkie dzięki",
        "bardzo dziękuję za pomoc",
        "dziękuję za odpowiedź",
        "dzięki za informację",
        "ok",
        "oki",
        "okej, dzięki",
        "super",
        "super, dziękuję",
        "świetnie",
        "dobrze",
        "dobra, dzięki",
        "jasne",
        "rozumiem",
        "git",
        "spoko",
        "dziękujemy serdecznie",
        "z góry dziękuję",
        "dziękuję Panu",
        "dziękuję Państwu bardzo",
        "pozdrawiam",
        "miłego dnia",
        "do widzenia",
        "dziękiii ❤️",
    ),
    "hr": (
        "hvala",
        "Hvala!",
        "hvala puno",
        "hvala lijepa",
        "Hvala Vam lijepo",
        "hvala ti",
        "hvala na odgovoru",
        "hvala na brzom odgovoru",
        "hvala na pomoći",
        "puno hvala svima",
        "ok",
        "ok hvala",
        "oke",
        "u redu",
        "u redu, hvala",
        "super",
        "super, hvala",
        "odlično",
        "dobro",
        "razumijem",
        "važi",
        "lijep pozdrav",
        "ugodan dan",
        "doviđenja",
        "vidimo se",
        "hvalaaa 😊",
        "Zahvaljujem!",
    ),
    "ru": (
        "спасибо",
        "Спасибо!",
        "спасибо большое",
        "большое спасибо Вам",
        "огромное спасибо за помощь",
        "спасибо за ответ",
        "спасибо за быстрый ответ",
        "спасибки",
        "спс",
        "благодарю",
        "благодарю Вас",
        "ок",
        "окей, спасибо",
        "хорошо",
        "хорошо, спасибо",
        "отлично",
        "супер",
        "понятно",
        "всё понял",
        "поняла, спасибо",
        "ясно",
        "ладно",
        "принято",
        "до свидания",
        "всего доброго",
        "хорошего дня",
        "спасибооо ))",
        "класс!",
    ),
}

MESSAGES = {
    "en": (
        "good evening",
        "Good day!",
        "ok :(",
        "thanks, but it still does not work",
        "thanks but no",
        "ok?",
        "thanks?",
        "ok 2 please",
        "thanks, order 4521",
        "hello",
        "yes",
        "no",
        "no thanks",
        "yes please",
        "please",
        "refund",
        "help",
        "thanks for nothing",
        "great, now it is broken",
        "ok when",
        "still waiting, thanks",
        "thank you and when will my parcel finally come",
        "thank you so much for the very quick and kind help today",
        "not good",
        "ok however it is late",
        "you",
        "so",
        "perfect, send me the invoice",
        "cool story",
        "thanks, call me",
        "fine, cancel it",
    ),
    "pl": (
        "dzięki, ale nadal nie działa",
        "dziękuję, ale paczki nie ma",
        "ok?",
        "dobrze, a kiedy",
        "super, poproszę 2",
        "tak",
        "nie",
        "tak, dziękuję",
        "nie, dziękuję",
        "proszę",
        "halo",
        "dzień dobry",
        "reklamacja",
        "dziękuję, czekam na zwrot",
        "dobrze, proszę wysłać",
        "ok, kiedy",
        "niedobrze",
        "nie dobrze",
        "super obsługa, polecam",
        "dzięki za nic",
        "dziękuję jednak rezygnuję",
        "no i super",
        "jasne, tylko gdzie paczka",
        "rozumiem, lecz to za długo",
        "bardzo",
        "za pomoc",
        "dziękuję bardzo za odpowiedź i czekam dalej na paczkę",
        "pozdrawiam, Anna Kowalska",
    ),
    "hr": (
        "pozdrav",
        "Dobra večer",
        "može",
        "hvala, ali i dalje ne radi",
        "hvala, no paket nije stigao",
        "ok?",
        "u redu, a kada",
        "super, uzet ću 2",
        "da",
        "ne",
        "da, hvala",
        "ne, hvala",
        "molim",
        "halo",
        "dobar dan",
        "reklamacija",
        "hvala, čekam povrat",
        "dobro, pošaljite račun",
        "ok, kad",
        "nije dobro",
        "ne razumijem",
        "super usluga, preporuka",
        "hvala na ničemu",
        "hvala, međutim kasni",
        "hvala ipak odustajem",
        "puno",
        "vam",
        "na odgovoru",
        "lijep pozdrav, Ana Horvat",
        "može sutra u podne",
        "hvala vam puno na odgovoru ali još uvijek čekam paket",
    ),
    "ru": (
        "доброго дня",
        "Доброго вечера!",
        "спасибо, но всё равно не работает",
        "спасибо, однако посылки нет",
        "ок?",
        "хорошо, а когда",
        "отлично, мне 2",
        "да",
        "нет",
        "да, спасибо",
        "нет, спасибо",
        "пожалуйста",
        "алло",
        "здравствуйте",
        "возврат",
        "спасибо, жду возврат",
        "хорошо, вышлите чек",
        "ок, когда",
        "не хорошо",
        "не понял",
        "супер мастер, рекомендую",
        "спасибо за ничего",
        "плохо",
        "но",
        "вам",
        "очень",
        "за ответ",
        "с уважением, Анна",
        "ладно завтра перезвоню",
        "спасибо большое за ответ и жду теперь мой заказ",
    ),
}

EMOJI = ("👍", "❤️", "😍😍", "🙏", "👍🏽", "🎉🎉🎉", "👩‍💻", "👍!!", ":)", ";-)", "<3", "xD", "))", "🇵🇱")
MORE_THAN_EMOJI = (
    "😡",
    "👎",
    "👍?",
    "❓",
    "1️⃣",
    "!!!",
    "...",
    "???",
    "123",
    "+48 600 100 200",
    "ok 😡",
    ":(",
    "",
)


@pytest.mark.parametrize("text", [text for texts in THANKS.values() for text in texts])
def test_thanks_alone_are_small_talk_r15(text: str) -> None:
    assert is_small_talk(text)


@pytest.mark.parametrize("text", [text for texts in MESSAGES.values() for text in texts])
def test_anything_more_than_thanks_is_a_message_r15(text: str) -> None:
    assert not is_small_talk(text)


@pytest.mark.parametrize("cases", [*THANKS.values(), *MESSAGES.values()])
def test_every_language_has_its_share_of_cases(cases: tuple[str, ...]) -> None:
    assert len(set(cases)) >= 25


@pytest.mark.parametrize("text", EMOJI)
def test_an_emoji_alone_is_small_talk_r15(text: str) -> None:
    assert is_small_talk(text)


@pytest.mark.parametrize("text", MORE_THAN_EMOJI)
def test_an_unhappy_or_asking_sign_is_a_message_r15(text: str) -> None:
    assert not is_small_talk(text)


@pytest.mark.parametrize("kind", ["sticker", "like", "reaction", "start"])
def test_a_sticker_or_a_like_alone_is_small_talk_r15(kind: str) -> None:
    assert is_small_talk("", [kind])


@pytest.mark.parametrize("kind", ["photo", "voice", "document", "location", "something new"])
def test_an_attachment_with_content_is_a_message_r15(kind: str) -> None:
    assert not is_small_talk("thanks", [kind])


def test_a_sticker_beside_a_question_is_a_message_r15() -> None:
    assert not is_small_talk("and my parcel?", ["sticker"])


@pytest.mark.parametrize(
    ("but", "thanks"), [("ale", "dzięki"), ("ali", "hvala"), ("no", "hvala"), ("но", "спасибо")]
)
def test_a_but_makes_a_message_of_any_thanks_r15(but: str, thanks: str) -> None:
    assert not is_small_talk(f"{thanks} {but} super")


@given(
    st.sampled_from([text for texts in THANKS.values() for text in texts]),
    st.sampled_from(["?", " 7", " but", " ale", " ali", " но", " 😡"]),
)
def test_no_thanks_survive_a_question_a_digit_or_a_but_r15(text: str, more: str) -> None:
    assert not is_small_talk(text + more)


@given(st.sampled_from([text for texts in THANKS.values() for text in texts]))
def test_case_does_not_matter(text: str) -> None:
    assert is_small_talk(text.upper())


@given(st.text(), st.lists(st.sampled_from(["photo", "sticker", "like"])))
def test_no_text_whatever_makes_it_stumble(text: str, attachments: list[str]) -> None:
    understanding = understand([text], attachments)

    assert not (understanding.small_talk and understanding.withdrawn)


SETTLED = (
    "never mind",
    "Nevermind, found it!",
    "nvm",
    "solved",
    "Already solved it myself, thanks",
    "problem solved 👍",
    "it's sorted, thank you",
    "figured it out",
    "all good now, thanks",
    "It works now!",
    "no longer needed, sorry",
    "już nieaktualne, dziękuję",
    "Nieważne",
    "już nie trzeba, dzięki",
    "sprawa załatwiona",
    "poradziłam sobie, dziękuję",
    "już wiem, dzięki",
    "paczka już doszła",
    "riješeno, hvala",
    "sve riješeno, hvala vam",
    "nema veze",
    "više ne treba, hvala",
    "snašla sam se",
    "ipak ne treba",
    "stigao je paket, hvala",
    "уже не надо, спасибо",
    "Неважно",
    "вопрос решён, спасибо",
    "разобралась сама",
    "спасибо, всё ок",
    "нашёл, спасибо",
    "больше не нужно, извините",
)

NOT_SETTLED = (
    "not solved",
    "still not solved",
    "unsolved",
    "this remains unresolved",
    "solved?",
    "I found it broken",
    "never mind the refund, where is my order",
    "it arrived broken",
    "the problem is not sorted",
    "juz mam dość",
    "nierozwiązane",
    "sprawa nie jest załatwiona",
    "już wiem, że mnie oszukano",
    "paczka już doszła, ale uszkodzona",
    "nije riješeno",
    "još nije riješeno",
    "stiglo je oštećeno",
    "nema veze s narudžbom, gdje je paket",
    "вопрос не решён",
    "не нашёл",
    "не разобралась",
    "уже не надо мне ничего обещать",
    "thanks",
    "спасибо",
    "nvm order 2 came, order 3 did not",
    "",
)


@pytest.mark.parametrize("text", SETTLED)
def test_saying_that_it_is_settled_withdraws_the_matter_r14(text: str) -> None:
    assert is_withdrawn(text)


@pytest.mark.parametrize("text", NOT_SETTLED)
def test_in_doubt_the_matter_is_not_settled_r14(text: str) -> None:
    assert not is_withdrawn(text)


def test_settling_words_win_over_small_talk_so_that_the_ack_is_cancelled_r14() -> None:
    understanding = understand(["Where is my order?", "all good, thanks"])

    assert (understanding.withdrawn, understanding.small_talk) == (True, False)


def test_only_the_newest_message_is_small_talk_or_not_r14() -> None:
    understanding = understand(["Where is my order?", "thanks"])

    assert understanding.small_talk


def test_scenario_8_thanks_with_a_but_are_a_message() -> None:
    assert not understand(["dzięki, ale nadal nie działa"]).small_talk
