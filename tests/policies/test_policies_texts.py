"""The shipped texts: every one of them, in every combination of what the code may say."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import combinations, product
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from fluent.syntax import FluentParser, ast

from chalicelib.core.compose import Variable
from chalicelib.core.effects import Wording
from chalicelib.core.errors import TextMissing
from chalicelib.policies.texts import FluentTexts
from chalicelib.policies.texts_check import KNOWN, PROMISING, REQUIRED
from chalicelib.policies.texts_inside import CHOICES, Used
from tests.policies.folders import SHIPPED

LANGUAGES = ("en", "hr", "pl", "ru")
SOURCES = {language: (SHIPPED / "messages" / f"{language}.ftl").read_text("utf-8") for language in LANGUAGES}
TEXTS = FluentTexts(SOURCES)
NOON = datetime(2026, 12, 22, 12, 0, tzinfo=ZoneInfo("Europe/Warsaw"))
NINE = datetime(2026, 12, 23, 9, 0, tzinfo=ZoneInfo("Europe/Warsaw"))

every_language = pytest.mark.parametrize("language", LANGUAGES)


class Said(NamedTuple):
    """One text as a customer reads it, and the choices it was made by."""

    wording: str
    text_id: str
    chosen: dict[str, str]
    text: str


@cache
def said(language: str) -> tuple[Said, ...]:
    """Return every shipped text in every combination of the choices it makes."""
    return tuple(_all_said(language))


def _all_said(language: str) -> Iterator[Said]:
    for wording in sorted(KNOWN):
        for text_id in TEXTS.variants(language, wording):
            for chosen in _combinations(language, text_id):
                yield Said(wording, text_id, chosen, say(language, text_id, **chosen))


def _combinations(language: str, text_id: str) -> Iterator[dict[str, str]]:
    used = _choices_of(language)[text_id]
    names = [name for name in CHOICES if name in used]
    for values in product(*(CHOICES[name] for name in names)):
        chosen = {name: str(value) for name, value in zip(names, values, strict=True)}
        # The two times do not depend on each other, and while open nobody is told when we open.
        is_told_both = (
            chosen.get("back_day", "none") != "none" and chosen.get("promise_day", "none") != "none"
        )
        if not is_told_both or (chosen.get("open") == "no" and chosen["promise_day"] == chosen["back_day"]):
            yield chosen


def say(language: str, text_id: str, **chosen: str) -> str:
    variables: dict[str, Variable] = {name: str(values[0]) for name, values in CHOICES.items()}
    variables |= {"promise_day": "none", "back_day": "none", **chosen}
    variables["promise_at"] = NOON if variables["promise_day"] != "none" else ""
    variables["back_at"] = NINE if variables["back_day"] != "none" else ""
    return TEXTS.say(language, text_id, variables)


@cache
def _choices_of(language: str) -> dict[str, set[str]]:
    """Return the choices of each text, by itself and through the texts it refers to."""
    body = FluentParser().parse(SOURCES[language]).body
    used = {entry.id.name: Used(entry) for entry in body if isinstance(entry, ast.Message)}

    def choices(name: str) -> set[str]:
        return used[name].variables.union(*(choices(other) for other in used[name].texts))

    return {name: choices(name) for name in used}


def sentences(text: str) -> int:
    """Count sentences; a new one begins with a capital, unlike the month in "24. prosinca"."""
    return 1 + len(re.findall(r"[.?!] [A-ZĆŁŚŻŽČŠĐА-Я]", text))


@every_language
def test_every_text_can_be_said_in_every_combination(language: str) -> None:
    assert {one.wording for one in said(language)} >= set(REQUIRED)


@every_language
def test_no_text_has_stray_signs(language: str) -> None:
    stray = re.compile(r"\s[.,;:!?)]|[.,;:]{2}|\(\s*\)|\(\s|\s{2}|[{}$]|None|^\W|\s$")

    assert [one.text for one in said(language) if stray.search(one.text)] == []


@every_language
def test_every_bracket_and_quote_is_closed(language: str) -> None:
    pairs = (("(", ")"), ("[", "]"), ("„", "”"), ("«", "»"), ("“", "”"))
    texts = [one.text for one in said(language)]

    assert [
        text for text in texts for a, b in pairs if text.count(a) != text.count(b) or text.count('"') % 2
    ] == []


@every_language
def test_every_text_is_made_of_whole_sentences(language: str) -> None:
    whole = re.compile(r"[^\W\d_].*\.")
    broken = [
        one.text for one in said(language) if not whole.fullmatch(one.text) or not one.text[0].isupper()
    ]
    broken += [
        one.text for one in said(language) if re.search(r"(?<!\d)[.?!] [^\W\d_A-ZŻĆŁŚŽČŠĐА-Я]", one.text)
    ]

    assert broken == []


@every_language
def test_no_text_is_longer_than_a_short_message(language: str) -> None:
    assert max(len(one.text) for one in said(language)) < 400


@every_language
def test_nobody_is_shouted_at_or_winked_at_least_of_all_the_upset_r31(language: str) -> None:
    loud = re.compile(r"[!\u2190-\u2bff\U0001f000-\U0001faff]|:\)|calm|spokojn|smiri|успокой", re.IGNORECASE)

    assert [one.text for one in said(language) if loud.search(one.text)] == []


@every_language
def test_what_may_be_said_in_public_has_at_most_two_sentences_r27(language: str) -> None:
    public = [one for one in said(language) if one.wording not in (Wording.ACK, Wording.INVITE)]

    assert [one.text for one in public if sentences(one.text) > 2] == []


@every_language
def test_the_private_message_beside_a_public_ack_is_short_and_says_that_it_is_automatic_r18_r32(
    language: str,
) -> None:
    automatic = {"en": "automatic", "hr": "automatsk", "pl": "automatyczn", "ru": "автоматическ"}[language]
    invitations = [one.text for one in said(language) if one.wording == Wording.INVITE]

    assert len(invitations) >= REQUIRED[Wording.INVITE]
    assert [t for t in invitations if sentences(t) > 3 or automatic not in t.lower()] == []


@every_language
def test_the_public_ack_has_two_sentences_and_the_second_invites_to_a_private_one_r27(language: str) -> None:
    private = {"en": "private", "hr": "privat", "pl": "prywatn", "ru": "личн"}[language]
    acks = [one.text for one in said(language) if one.wording == "ack-public"]

    assert [text for text in acks if sentences(text) != 2 or private not in text.partition(". ")[2]] == []


@every_language
def test_the_public_ack_knows_nothing_of_the_case_but_the_promise_r27(language: str) -> None:
    acks = TEXTS.variants(language, "ack-public")

    assert {name for text_id in acks for name in _choices_of(language)[text_id]} <= {
        "promise_day",
        "promise_time",
        "promise_date",
    }


APOLOGY = {
    "en": r"sorry|apolog|regret|pardon",
    "hr": r"ispri[čc]|oprost|žao|žali",
    "pl": r"przepr|wybacz|przykro|żałuj",
    "ru": r"извин|прощени|прости|сожал",
}


@every_language
def test_a_missed_promise_is_regretted_once_and_nothing_else_ever_r22(language: str) -> None:
    regrets = [(one, len(re.findall(APOLOGY[language], one.text.lower()))) for one in said(language)]

    assert [one.text for one, count in regrets if count != (one.wording == Wording.MISSED)] == []


GENDERED = {
    "en": r"\b(he|she|his|her|him|sir|madam)\b",
    "hr": r"\w+(li|la|le|o) (smo|ste|sam|si|bismo|biste)\b|\b(smo|ste|sam|bismo|biste) (\w+ ){0,2}\w{2,}li\b"
    r"|poštovan|gospo[đd]",
    "pl": r"\w(łem|łam|łeś|łaś|liśmy|łyśmy|liście|łyście)\b|\b(pan|pani|pana|panu|panią)\b|szanown",
    "ru": r"\b(я|вы|ты) \w+(л|ла)\b|\b(рад|рада|готов|готова|должен|должна)\b|уважаем|дорог(ой|ая)|господин",
}


@every_language
def test_no_text_guesses_at_anybodys_gender_r26(language: str) -> None:
    gendered = re.compile(GENDERED[language])

    assert [one.text for one in said(language) if gendered.search(one.text.lower())] == []


INFORMAL = {
    "hr": r"\b(ti|te|tebi|tebe|tvoj\w*|bok)\b",
    "pl": r"\b(ci|cię|ciebie|tobie|tw[oó]j\w*|cześć|hej)\b",
    "ru": r"\b(ты|тебе|тебя|тво[йяеи]\w*|привет)\b",
}
FORMAL = {
    "hr": r"\b(vi|vas|vam|vaš\w*|dobar dan)\b",
    "pl": r"\b(państw\w*|pan|pani|dzień dobry)\b",
    "ru": r"\b(вы|вас|вам|ваш\w*|здравствуйте)\b",
}
GREETINGS = r"dobar dan|dzień dobry|здравствуйте"


@pytest.mark.parametrize("language", ["hr", "pl", "ru"])
@pytest.mark.parametrize(
    ("formality", "wrong"),
    [("formal", [INFORMAL]), ("informal", [FORMAL]), ("impersonal", [FORMAL, INFORMAL])],
)
def test_one_way_of_addressing_is_kept_to_r26(
    language: str, formality: str, wrong: list[dict[str, str]]
) -> None:
    texts = [
        one.text.lower() for one in said(language) if one.chosen.get("formality", formality) == formality
    ]
    if formality == "impersonal":
        texts = [re.sub(GREETINGS, "", text) for text in texts]

    assert [text for text in texts for words in wrong if re.search(words[language], text)] == []


@pytest.mark.parametrize("language", ["hr", "pl", "ru"])
@pytest.mark.parametrize("text_id", ["ack-1", "invite-1"])
def test_each_way_of_addressing_is_really_heard_r26(language: str, text_id: str) -> None:
    heard = {f: say(language, text_id, formality=f, mood="neutral") for f in CHOICES["formality"]}

    assert len(set(heard.values())) == 3


@every_language
def test_all_variants_of_a_wording_say_it_in_other_words_r21(language: str) -> None:
    same = [
        (one, other, chosen)
        for wording in KNOWN
        for one, other in combinations(TEXTS.variants(language, wording), 2)
        for chosen in _combinations(language, one)
        if say(language, one, **chosen) == say(language, other, **chosen)
    ]

    assert same == []


@every_language
def test_a_promise_that_is_made_is_named_and_none_is_named_that_is_not_made_r21(language: str) -> None:
    promising = [one for one in said(language) if one.wording.removesuffix("-public") in PROMISING]
    noon = "12:00"
    untold = [
        one.text
        for one in promising
        if one.chosen.get("promise_day", "none") != "none" and noon not in one.text
    ]
    made_up = [one.text for one in promising if one.chosen["promise_day"] == "none" and noon in one.text]

    assert untold + made_up == []


@every_language
def test_outside_hours_the_ack_says_when_we_are_back_r11(language: str) -> None:
    closed = [
        one for one in said(language) if one.chosen.get("open") == "no" and one.chosen["back_day"] != "none"
    ]
    nine = "9:00"

    assert closed
    assert [one.text for one in closed if nine not in one.text] == []


@every_language
def test_while_open_nothing_is_said_of_opening_r11(language: str) -> None:
    times = [one for one in said(language) if one.chosen.get("open") == "yes"]

    assert [one.text for one in times if re.search(r"\b0?9:00", one.text)] == []


@every_language
def test_a_private_ack_says_that_it_is_automatic_r32(language: str) -> None:
    automatic = {"en": "automatic", "hr": "automatsk", "pl": "automatyczn", "ru": "автоматическ"}[language]

    assert [one.text for one in said(language) if one.wording == "ack" and automatic not in one.text] == []


@every_language
def test_nobody_is_said_to_know_of_it_before_anybody_has_seen_it_r22(language: str) -> None:
    knows = {
        "en": r"team|colleague|knows|aware|working|looking after|taking care|has (read|seen)",
        "hr": r"\btim (zna|to zna|je vid)|\bbrine|\bbavi|radimo na",
        "pl": r"zespół .*(wie|zna|widzi)|zajmuj|pracuj",
        "ru": r"команда .*(знает|видит|видела)|занима|работаем над",
    }[language]
    updates = [one.text for one in said(language) if one.chosen.get("seen") == "no"]

    assert updates
    assert [text for text in updates if re.search(knows, text)] == []


@every_language
def test_no_text_speaks_of_having_been_read_by_somebody_r22(language: str) -> None:
    read = re.compile(
        r"we have (read|seen)|good to read|przeczytali|miło (to )?czytać|pročitali|прочитали|приятно читать"
    )

    assert [one.text for one in said(language) if read.search(one.text)] == []


@every_language
def test_no_text_calls_what_a_platform_carries_safe_or_secret_r22(language: str) -> None:
    safe = {"en": r"safe|secure|only (we|our team)", "hr": r"sigurn|samo naš", "pl": r"bezpieczn|tylko nasz"}
    claimed = re.compile({**safe, "ru": r"безопасн|только наш"}[language])

    assert [one.text for one in said(language) if claimed.search(one.text.lower())] == []


@every_language
def test_a_closing_tells_how_to_open_again_r24(language: str) -> None:
    how = {
        "en": r"write here|message here",
        "hr": r"napisati ovdje|poruka",
        "pl": r"napisać|wiadomość",
        "ru": r"сюда|сообщени",
    }
    closings = [one.text for one in said(language) if one.wording == Wording.CLOSING]

    assert [text for text in closings if not re.search(how[language], text, re.IGNORECASE)] == []


DAY_AND_TIME = [
    ("en", "today", "by 12:00 PM today"),
    ("en", "tomorrow", "by 12:00 PM tomorrow"),
    ("en", "wednesday", "by 12:00 PM on Wednesday"),
    ("en", "later", "by 12:00 PM on December 22"),
    ("pl", "today", "dzisiaj do 12:00"),
    ("pl", "tomorrow", "jutro do 12:00"),
    ("pl", "tuesday", "we wtorek do 12:00"),
    ("pl", "wednesday", "w środę do 12:00"),
    ("pl", "later", "22 grudnia do 12:00"),
    ("hr", "today", "danas do 12:00"),
    ("hr", "tomorrow", "sutra do 12:00"),
    ("hr", "wednesday", "u srijedu do 12:00"),
    ("hr", "later", "22. prosinca do 12:00"),
    ("ru", "today", "сегодня до 12:00"),
    ("ru", "tomorrow", "завтра до 12:00"),
    ("ru", "tuesday", "во вторник до 12:00"),
    ("ru", "wednesday", "в среду до 12:00"),
    ("ru", "later", "22 декабря до 12:00"),
]


@pytest.mark.parametrize(("language", "day", "spoken"), DAY_AND_TIME)
def test_a_promised_time_is_said_as_people_of_the_language_say_it(
    language: str, day: str, spoken: str
) -> None:
    assert spoken in say(language, "ack-1", promise_day=day)


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("en", "will open again on Monday at 9:00 AM."),
        ("pl", "otwieramy w poniedziałek o 9:00."),
        ("hr", "opet smo tu u ponedjeljak u 9:00."),
        ("ru", "откроемся в понедельник в 9:00."),
    ],
)
def test_an_opening_is_said_as_people_of_the_language_say_it_r11(language: str, spoken: str) -> None:
    assert spoken in say(language, "ack-1", open="no", back_day="monday")


def test_a_time_is_spoken_on_the_wall_clock_it_stands_on() -> None:
    assert "by 12:00 PM today" in say("en", "ack-1", promise_day="today")


def test_scenario_4_formal_polish_is_formal_and_neutral() -> None:
    assert say("pl", "ack-1", formality="formal", mood="question", promise_day="tomorrow") == (
        "Dzień dobry, dziękujemy za pytanie. Dotarło do nas. To automatyczne potwierdzenie, "
        "ktoś z naszego zespołu odpowie Państwu jutro do 12:00."
    )


def test_variants_come_in_the_order_of_their_numbers() -> None:
    texts = FluentTexts({"en": "ack-10 = c\nack-2 = b\nack-1 = a\nack-x = d\nack = e\nack-public-1 = f\n"})

    assert texts.variants("en", "ack") == ("ack-1", "ack-2", "ack-10")


@pytest.mark.parametrize(("language", "text_id"), [("de", "ack-1"), ("en", "ack-99"), ("en", "only")])
def test_a_text_that_does_not_exist_is_missing(language: str, text_id: str) -> None:
    with pytest.raises(TextMissing):
        FluentTexts({"en": "ack-1 = a\nonly =\n    .title = b\n"}).say(language, text_id, {})


@pytest.mark.parametrize(
    "source", ["a-1 = { $nobody }", "a-1 = { b }", "a-1 = { a-1 }", "a-1 = { a-1 }{ a-1 }"]
)
def test_a_text_that_cannot_be_said_is_missing(source: str) -> None:
    with pytest.raises(TextMissing):
        FluentTexts({"en": source}).say("en", "a-1", {})


def test_a_text_that_goes_too_deep_is_missing() -> None:
    chain = "".join(f"a-{n} = {{ a-{n + 1} }}\n" for n in range(900)) + "a-900 = end\n"

    with pytest.raises(TextMissing):
        FluentTexts({"en": chain}).say("en", "a-0", {})


def test_nothing_a_customer_types_can_be_taken_for_a_placeholder() -> None:
    assert (
        FluentTexts({"en": "a-1 = { $mood }"}).say("en", "a-1", {"mood": "{ $open } { a-1 }"})
        == "{ $open } { a-1 }"
    )
