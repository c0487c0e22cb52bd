"""What texts should not sound like, in every language, is told with its place and a remedy."""

from collections.abc import Collection

import pytest

from chalicelib.core.errors import Mistake
from chalicelib.platforms import PLATFORMS
from chalicelib.policies.manners import manners, sentences
from chalicelib.policies.texts_lint import lint
from tests.policies.folders import SHIPPED, TEXTS

SHIPPED_TEXTS = {path.stem: path.read_text("utf-8") for path in (SHIPPED / "messages").glob("*.ftl")}
LANGUAGES = ("cs", "de", "en", "es", "fr", "hr", "it", "pl", "ru", "sk", "sl", "uk")
ACK_2 = "Thank you, two. We will answer{ by }."


def channels(platforms: Collection[str]) -> dict[str, list[dict[str, str]]]:
    return {"channels": [{"id": name, "platform": name} for name in platforms]}


def warnings(
    words: str, language: str = "en", text: str = "ack-2", platforms: Collection[str] = ()
) -> list[Mistake]:
    """Return what is said of one text whose words are these; nothing is said of the texts around it."""
    begin = TEXTS.index(f"{text} = ")
    source = f"{TEXTS[:begin]}{text} = {words}\n{TEXTS[TEXTS.index(chr(10), begin) + 1 :]}"
    found = lint({language: source}, channels(platforms))
    return [mistake for mistake in found if mistake.field == text and "automatic" not in mistake.problem]


def test_the_shipped_texts_give_no_cause_for_any_warning() -> None:
    assert [str(one) for one in lint(SHIPPED_TEXTS, channels(PLATFORMS))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manners_of_every_language_are_written_down(language: str) -> None:
    assert manners(language) is not None


HOLLOW = [
    ("en", "We apologise for any inconvenience.", "any inconvenience"),
    ("pl", "Przepraszamy za wszelkie niedogodności.", "za wszelkie niedogodności"),
    ("hr", "Ispričavamo se zbog svih neugodnosti.", "zbog svih neugodnosti"),
    ("ru", "Приносим извинения за доставленные неудобства.", "за доставленные неудобства"),
    ("uk", "Перепрошуємо за завдані незручності.", "за завдані незручності"),
    ("cs", "Omlouváme se za způsobené nepříjemnosti.", "za způsobené nepříjemnosti"),
    ("sk", "Ospravedlňujeme sa za spôsobené nepríjemnosti.", "za spôsobené nepríjemnosti"),
    ("sl", "Opravičujemo se za vse nevšečnosti.", "za vse nevšečnosti"),
    ("de", "Wir entschuldigen uns für etwaige Unannehmlichkeiten.", "etwaige Unannehmlichkeiten"),
    ("es", "Disculpe las molestias.", "las molestias"),
    ("fr", "Nous vous prions de nous excuser pour la gêne.", "pour la gêne"),
    ("it", "Ci scusiamo per il disagio.", "per il disagio"),
]


@pytest.mark.parametrize(("language", "words", "quoted"), HOLLOW)
def test_a_hollow_apology_is_heard_in_every_language_r22(language: str, words: str, quoted: str) -> None:
    found = warnings(f"{words} {ACK_2}", language)

    assert f'"{quoted}" is an empty phrase' in [one.problem for one in found]


@pytest.mark.parametrize(("language", "words"), [(language, words) for language, words, _ in HOLLOW])
def test_an_apology_where_nothing_was_missed_is_heard_in_every_language_r22(
    language: str, words: str
) -> None:
    assert any("apologises where nothing was missed" in one.problem for one in warnings(words, language))


CARING = [
    ("en", "Your message matters to us.", "your message matters to us"),
    ("en", "It really matters to us.", "it really matters to us"),
    ("pl", "To dla nas ważne.", "to dla nas ważne"),
    ("pl", "Zależy nam na Państwa opinii.", "zależy nam na państwa opinii"),
    ("hr", "To nam je važno.", "nam je važno"),
    ("ru", "Это для нас важно.", "для нас важно"),
    ("uk", "Воно для нас важливе.", "для нас важливе"),
    ("cs", "Záleží nám na ní.", "záleží nám na"),
    ("cs", "Není nám to lhostejné.", "není nám to lhostejné"),
    ("sk", "Záleží nám na nej.", "záleží nám na"),
    ("sk", "Nie je nám to ľahostajné.", "nie je nám to ľahostajné"),
    ("sl", "Pomembno nam je.", "pomembno nam je"),
    ("de", "Die Nachricht ist uns wichtig.", "ist uns wichtig"),
    ("es", "Su mensaje nos importa.", "nos importa"),
    ("fr", "Votre message compte pour nous.", "compte pour nous"),
    ("it", "Il messaggio per noi è importante.", "per noi è importante"),
]


@pytest.mark.parametrize(("language", "words", "quoted"), CARING)
def test_a_care_that_shows_in_nothing_is_heard_in_every_language_r22(
    language: str, words: str, quoted: str
) -> None:
    found = warnings(words, language)

    assert f'"{quoted}" is an empty phrase' in [one.problem.lower() for one in found]


@pytest.mark.parametrize("words", ["It does not matter to us when you write.", "Nothing else matters."])
def test_matter_as_such_is_no_empty_phrase_r22(words: str) -> None:
    assert [one.problem for one in warnings(words, "en") if "empty phrase" in one.problem] == []


BELITTLING = [
    ("en", "Please calm down."),
    ("en", "As you should know, we are closed."),
    ("en", "It is only a small problem."),
    ("pl", "Prosimy się uspokoić, to tylko drobna sprawa."),
    ("hr", "Kao što znate, ovo je samo mali problem."),
    ("ru", "Успокойтесь, это просто небольшая ошибка."),
    ("uk", "Заспокойтеся, нічого страшного."),
    ("cs", "Uklidněte se, nic se neděje."),
    ("sk", "Upokojte sa, nič sa nedeje."),
    ("sl", "Pomirite se, nič hudega."),
    ("de", "Wie Sie sicher wissen, ist das nicht so schlimm."),
    ("es", "Cálmese, no pasa nada."),
    ("fr", "Calmez-vous, ce n'est pas grave."),
    ("it", "Si calmi, non è grave."),
]


@pytest.mark.parametrize(("language", "words"), BELITTLING)
def test_belittling_is_heard_in_every_language_r31(language: str, words: str) -> None:
    assert any("makes the customer or the matter small" in one.problem for one in warnings(words, language))


DEFLECTION = [
    ("en", "Please submit a ticket."),
    ("pl", "Prosimy wypełnić formularz lub zadzwonić na infolinię."),
    ("hr", "Nazovite našu korisničku službu."),
    ("ru", "Заполните форму или позвоните на горячую линию."),
    ("uk", "Зателефонуйте на гарячу лінію."),
    ("cs", "Vyplňte formulář."),
    ("sk", "Vyplňte formulár."),
    ("sl", "Izpolnite obrazec."),
    ("de", "Bitte wenden Sie sich an die Hotline."),
    ("es", "Rellene el formulario."),
    ("fr", "Remplissez le formulaire."),
    ("it", "Compili il modulo."),
]


@pytest.mark.parametrize(("language", "words"), DEFLECTION)
def test_sending_the_customer_away_with_nothing_else_is_heard_in_every_language(
    language: str, words: str
) -> None:
    assert any("sends the customer away" in one.problem for one in warnings(words, language))


def test_a_form_beside_a_real_answer_is_no_deflection() -> None:
    assert warnings("Please submit a ticket if you like; a person will answer you here{ by }.") == []


FAMILIAR = [
    ("pl", "Odpiszemy Ci."),
    ("hr", "Odgovorit ćemo ti."),
    ("ru", "Мы тебе ответим."),
    ("uk", "Ми тобі відповімо."),
    ("cs", "Odpovíme ti."),
    ("sk", "Odpovieme ti."),
    ("sl", "Tebi odgovorimo."),
    ("de", "Wir antworten dir."),
    ("es", "Te respondemos."),
    ("fr", "Nous te répondons."),
    ("it", "Ti rispondiamo."),
]


@pytest.mark.parametrize(("language", "words"), FAMILIAR)
def test_a_familiar_word_in_a_text_for_everybody_is_heard_r26(language: str, words: str) -> None:
    assert any("is familiar" in one.problem for one in warnings(words, language))


@pytest.mark.parametrize(("language", "words"), FAMILIAR)
def test_a_familiar_word_for_who_is_familiar_is_right_r26(language: str, words: str) -> None:
    chosen = f"{{ $formality ->\n    [informal] {words}\n   *[other] X.\n }}"

    assert warnings(chosen, language) == []


def test_a_formal_word_for_a_friend_is_heard_r26() -> None:
    found = warnings("{ $formality ->\n    [informal] Odpiszemy Państwu.\n   *[other] X.\n }", "pl")

    assert [(one.line, one.column, one.problem) for one in found] == [
        (9, 26, '"Państwu" is formal in what is said to a friend')
    ]


GENDERED = [
    ("en", "Dear sir, we have it."),
    ("pl", "Otrzymałem wiadomość."),
    ("pl", "Dostaliśmy tę wiadomość."),
    ("pl", "Napisałaś do nas."),
    ("pl", "Szanowny Kliencie, mamy to."),
    ("hr", "Primili smo poruku."),
    ("hr", "Primila sam poruku."),
    ("ru", "Я получил сообщение."),
    ("ru", "Получила, спасибо."),
    ("uk", "Я отримав повідомлення."),
    ("cs", "Psala jste nám."),
    ("sk", "Dostal som správu."),
    ("sl", "Prejel sem sporočilo."),
    ("de", "Sehr geehrter Kunde."),
    ("es", "Bienvenido a la tienda."),
    ("fr", "Nous sommes désolés."),
    ("it", "Benvenuto da noi."),
]


@pytest.mark.parametrize(("language", "words"), GENDERED)
def test_a_form_that_fits_only_women_or_only_men_is_heard_r26(language: str, words: str) -> None:
    assert any("fits only women or only men" in one.problem for one in warnings(words, language))


@pytest.mark.parametrize(
    "words", ["Thank you!", "Thank you \N{SMILING FACE WITH SMILING EYES}.", "Thank you :)."]
)
def test_nothing_loud_is_said_to_the_upset_r31(words: str) -> None:
    assert any("by people who are upset" in one.problem for one in warnings(words))


def test_a_text_for_praise_alone_may_be_cheerful_r31() -> None:
    assert warnings("{ $mood ->\n    [praise] Thank you!\n   *[other] Thank you.\n }") == []


def test_a_third_sentence_in_public_is_heard_r27() -> None:
    found = warnings("One{ by }. Two. Three.", text="ack-public-2")

    assert [one.problem for one in found] == ['"Three." is sentence number three in public']


@pytest.mark.parametrize(
    "words",
    [
        "Call 600 100 200{ by }.",
        "Write to us@shop.eu{ by }.",
        "See https://x.eu{ by }.",
        "On shop.com{ by }.",
    ],
)
def test_numbers_addresses_and_links_do_not_stand_in_public_r27(words: str) -> None:
    assert any("stands in public" in one.problem for one in warnings(words, text="ack-public-2"))


def test_the_same_in_private_is_no_harm() -> None:
    assert warnings("You find us at shop.com, and we answer{ by }.") == []


@pytest.mark.parametrize(
    ("platform", "letters", "too_long"),
    [("x", 240, False), ("x", 281, True), ("google_reviews", 281, False), ("instagram", 1001, True)],
)
def test_a_text_that_is_too_long_for_a_platform_of_the_owner_is_heard(
    platform: str, letters: int, *, too_long: bool
) -> None:
    found = warnings("A" * letters, text="ack-public-2", platforms=[platform])

    assert [one.problem.startswith("at its longest") for one in found] == [True] * too_long


def test_length_is_that_of_the_longest_time_a_text_can_name() -> None:
    short, long = (
        warnings("A" * 255, text="ack-public-2", platforms=["x"]),
        warnings("A" * 255 + "{ by }", text="ack-public-2", platforms=["x"]),
    )

    assert (len(short), len(long)) == (0, 1)


def test_more_than_one_apology_is_heard_even_where_one_is_due_r22() -> None:
    found = warnings("We are sorry{ by }. We apologise once more.", text="missed-1")

    assert [(one.line, one.column, one.problem) for one in found] == [
        (16, 35, '"apologise" is one apology more than one')
    ]


def test_one_apology_for_a_missed_promise_is_right_r22() -> None:
    assert warnings("We are sorry that it is late{ by }.", text="missed-1") == []


def test_a_text_that_never_says_that_it_is_automatic_is_told_r32() -> None:
    found = [one for one in lint({"en": TEXTS}, {}) if one.field == "ack-2"]

    assert [one.problem for one in found] == ["it does not say that it is automatic"]


def test_a_warning_points_to_the_words_where_they_stand() -> None:
    source = TEXTS.replace("by =\n", "soft = any inconvenience\nby =\n").replace(
        ACK_2, "Two, { soft }{ by }."
    )
    found = [one for one in lint({"en": source}, {}) if "empty phrase" in one.problem]

    assert [(one.file, one.line, one.column, one.field) for one in found] == [
        ("messages/en.ftl", 1, 8, "ack-2")
    ]


def test_the_same_is_told_once_for_a_text() -> None:
    words = "{ $mood ->\n    [upset] Calm down{ by }.\n   *[other] Please calm down{ by }.\n }"

    assert len(warnings(words)) == 1


@pytest.mark.parametrize("source", ["ack-1 = { $nobody }", "ack-1 = { ack-1 }", "ack-1 = {", ""])
def test_texts_that_cannot_be_said_are_left_to_those_who_report_mistakes(source: str) -> None:
    assert lint({"en": source}, {}) == []


def test_a_language_without_manners_is_still_checked_for_what_holds_everywhere() -> None:
    found = warnings("Dank u!", language="nl")

    assert [one.problem for one in found] == ['"!" is read by people who are upset']


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two.", 2),
        ("Antwort bis 22. Dezember um 9 Uhr. Danke.", 2),
        ("Odgovor stiže do 22. prosinca u 9:00. Hvala.", 2),
        ("La risposta arriva entro le 16. Per il resto ci scriva.", 2),
        ("Really? Yes! Good.", 3),
        ("", 1),
    ],
)
def test_sentences_are_counted_as_people_count_them(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_a_text_that_cannot_be_said_leaves_the_others_judged() -> None:
    source = TEXTS.replace("Thank you, one. We", f"{'word ' * 520}. We", 1)
    found = lint({"en": source.replace("two. We will", "two. Calm down. We will", 1)}, {})
    assert any(one.field == "ack-2" and "Calm down" in one.problem for one in found)


def test_a_text_said_everywhere_is_measured_for_a_platform_without_a_public_side() -> None:
    found = warnings(f"{'word ' * 330} {ACK_2}", text="update-2", platforms=["twilio"])
    assert [one.problem.startswith("at its longest") for one in found] == [True]


HOLES = [
    ("en", "Please use our contact form."),
    ("en", "Fill out the form on our website."),
    ("en", "Email us at the address below."),
    ("en", "Please relax."),
    ("en", "There is no need to be upset."),
    ("en", "Do not be upset."),
    ("en", "We value your feedback."),
    ("pl", "Sprawdź FAQ."),
    ("pl", "Prosimy o kontakt telefoniczny."),
    ("pl", "Proszę się nie denerwować."),
    ("ru", "Не волнуйтесь, это мелочь."),
    ("ru", "Твоё сообщение у нас."),
    ("ru", "Напишите нам на почту."),
    ("uk", "Не хвилюйтеся, це дрібниця."),
    ("uk", "Напишіть нам на пошту."),
    ("hr", "Nemojte se ljutiti."),
    ("hr", "Pogledajte česta pitanja."),
    ("cs", "Nezlobte se."),
    ("cs", "Napište nám na e-mail."),
    ("sk", "Nehnevajte sa."),
    ("sk", "Napíšte nám na e-mail."),
    ("sl", "Ne jezite se."),
    ("sl", "Preverite pogosta vprašanja."),
    ("de", "Kein Grund zur Aufregung."),
    ("de", "Lesen Sie unsere FAQ."),
    ("es", "No se enfade."),
    ("es", "Consulte las preguntas frecuentes."),
    ("fr", "Ne vous énervez pas."),
    ("fr", "Consultez notre FAQ."),
    ("it", "Non si arrabbi."),
    ("it", "Consulti le domande frequenti."),
]


@pytest.mark.parametrize(("language", "words"), HOLES)
def test_what_sends_away_belittles_or_says_nothing_is_heard_r31(language: str, words: str) -> None:
    kinds = ("sends the customer away", "makes the customer", "empty phrase", "is familiar")
    found = [one.problem for one in warnings(words, language)]
    assert any(kind in problem for problem in found for kind in kinds)
