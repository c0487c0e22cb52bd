"""The shipped texts: every one of them, in every combination of what the code may say."""

import re
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from chalicelib.core.effects import Wording
from chalicelib.core.errors import TextMissing
from chalicelib.platforms.contract import TextUnit
from chalicelib.platforms.lengths import measure
from chalicelib.policies.manners import Manners, manners, sentences
from chalicelib.policies.texts import FluentTexts, date_of, time_of
from chalicelib.policies.texts_check import KNOWN, PROMISING, REQUIRED
from chalicelib.policies.texts_inside import CHOICES, NUMBERS, WORDS
from chalicelib.policies.texts_said import Said, Speaker
from tests.policies.folders import SHIPPED

SOURCES = {path.stem: path.read_text("utf-8") for path in sorted((SHIPPED / "messages").glob("*.ftl"))}
LANGUAGES = tuple(SOURCES)
TEXTS = FluentTexts(SOURCES)
NOON = datetime(2026, 12, 22, 12, 0, tzinfo=ZoneInfo("Europe/Warsaw"))
NINE = datetime(2026, 12, 23, 9, 0, tzinfo=ZoneInfo("Europe/Warsaw"))

every_language = pytest.mark.parametrize("language", LANGUAGES)
slavic = pytest.mark.parametrize("language", ["hr", "pl", "ru"])


@cache
def speaker(language: str) -> Speaker:
    return Speaker(language, SOURCES[language])


@cache
def said(language: str) -> tuple[Said, ...]:
    """Return every shipped text as it may be said."""
    return tuple(speaker(language).everything())


@cache
def known(language: str) -> Manners:
    """Return what a shipped language looks for in its texts: there is none without."""
    found = manners(language)
    assert found is not None
    return found


def say(language: str, text_id: str, **chosen: str) -> str:
    moments = {"promise": NOON, "back": NINE}
    told = {name: at for name, at in moments.items() if chosen.get(f"{name}_day", "none") != "none"}
    return speaker(language).say(text_id, told, **{"formality": "formal", **chosen})


@every_language
def test_every_text_can_be_said_however_it_may_be_chosen(language: str) -> None:
    assert {one.wording for one in said(language)} >= set(REQUIRED)


@every_language
def test_no_text_has_stray_signs(language: str) -> None:
    # French sets a space before a colon and a semicolon.
    lonely = r"\s[.,)]" if language == "fr" else r"\s[.,;:!?)]"
    stray = re.compile(lonely + r"|[.,;:]{2}|\(\s*\)|\(\s|\s{2}|[{}$]|None|^\W|\s$")

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
    parts = {part for one in said(language) for part in sentences(one.text)}

    assert [
        part for part in parts if part[-1] not in ".)" or not part.lstrip("(–").strip()[0].isupper()
    ] == []


@every_language
def test_no_text_is_longer_than_a_short_message(language: str) -> None:
    assert max(len(one.text) for one in said(language)) < 400


@every_language
def test_a_public_text_fits_into_a_post_at_its_longest(language: str) -> None:
    public = [one.text for one in said(language) if one.public and one.wording != Wording.LAST_LEGAL]

    assert max(measure(text, TextUnit.WEIGHTED) for text in public) <= 280


@every_language
def test_nobody_is_shouted_at_or_winked_at_least_of_all_the_upset_r31(language: str) -> None:
    loud = re.compile(r"[!\u2190-\u2bff\U0001f000-\U0001faff]|:\)", re.IGNORECASE)

    assert [one.text for one in said(language) if loud.search(one.text)] == []


@every_language
def test_what_is_said_in_public_has_at_most_two_sentences_r27(language: str) -> None:
    assert [one.text for one in said(language) if one.public and len(sentences(one.text)) > 2] == []


@every_language
def test_the_private_message_beside_a_public_ack_is_short_r18(language: str) -> None:
    invitations = [one.text for one in said(language) if one.wording == Wording.INVITE]

    assert len(invitations) >= REQUIRED[Wording.INVITE]
    assert [text for text in invitations if len(sentences(text)) > 3] == []


@every_language
def test_the_public_ack_has_two_sentences_and_the_second_invites_to_a_private_one_r27(language: str) -> None:
    acks = [sentences(one.text) for one in said(language) if one.wording == "ack-public"]

    assert [
        parts for parts in acks if len(parts) != 2 or not known(language).private.search(parts[1].lower())
    ] == []


@every_language
def test_the_public_ack_knows_nothing_of_the_case_but_the_promise_r27(language: str) -> None:
    acks = speaker(language).variants("ack-public")
    may = {name for name in (*CHOICES, *WORDS, *NUMBERS) if name.startswith("promise_")}

    assert {name for text_id in acks for name in speaker(language).variables(text_id)} <= {
        *may,
        "disclose",
        "place",
        "formality",
    }


@every_language
def test_every_automatic_text_can_say_that_it_is_automatic_r32(language: str) -> None:
    automatic = known(language).automatic
    disclosing = [one for one in said(language) if one.chosen["disclose"] == "yes"]

    assert [one.text for one in disclosing if not automatic.search(one.text.lower())] == []


@every_language
def test_what_need_not_say_so_is_as_short_as_it_can_be_r32(language: str) -> None:
    automatic = known(language).automatic
    plain = [
        one for one in said(language) if one.chosen["disclose"] == "no" and one.wording != Wording.LAST_LEGAL
    ]

    assert plain
    assert [one.text for one in plain if automatic.search(one.text.lower())] == []


@every_language
def test_a_missed_promise_is_regretted_once_and_nothing_else_ever_r22(language: str) -> None:
    regrets = [(one, len(known(language).apology.findall(one.text.lower()))) for one in said(language)]

    assert [one.text for one, count in regrets if count != (one.wording == Wording.MISSED)] == []


@every_language
def test_no_text_guesses_at_anybodys_gender_r26(language: str) -> None:
    assert [one.text for one in said(language) if known(language).gendered.search(one.text.lower())] == []


@every_language
@pytest.mark.parametrize(
    ("formality", "kind"), [("formal", "familiar"), ("impersonal", "familiar"), ("informal", "polite")]
)
def test_one_way_of_addressing_is_kept_to_r26(language: str, formality: str, kind: str) -> None:
    wrong: re.Pattern[str] = getattr(known(language), kind)
    texts = [one.text for one in said(language) if one.chosen["formality"] == formality]

    assert [text for text in texts if wrong.search(text.lower())] == []


@pytest.mark.parametrize("space", ["\u00a0", "\u202f"])
def test_a_space_that_must_not_break_stays_one(space: str) -> None:
    texts = FluentTexts({"fr": f"ack-1 =\n    avant 16{space}h,\n    merci\n"})

    assert texts.say("fr", "ack-1", {}) == f"avant 16{space}h, merci"


def test_french_keeps_an_hour_and_a_label_on_one_line() -> None:
    public = say("fr", "ack-public-1", promise_day="tomorrow", place="public", disclose="yes")

    assert "automatique\u00a0:" in public
    assert "12\u00a0h" in public


GREETINGS = r"dzień dobry|здравствуйте"


@slavic
def test_an_impersonal_text_addresses_nobody_r26(language: str) -> None:
    texts = [one.text.lower() for one in said(language) if one.chosen["formality"] == "impersonal"]

    assert [text for text in texts if known(language).polite.search(re.sub(GREETINGS, "", text))] == []


@slavic
@pytest.mark.parametrize("text_id", ["ack-1", "reopened-1", "invite-1"])
def test_each_way_of_addressing_is_really_heard_r26(language: str, text_id: str) -> None:
    heard = {str(f): say(language, text_id, formality=str(f)) for f in CHOICES["formality"]}

    assert len(set(heard.values())) == 3


@every_language
@pytest.mark.parametrize("text_id", ["ack-1", "ack-2", "ack-3", "ack-4", "reopened-1"])
def test_each_mood_is_really_heard_r31(language: str, text_id: str) -> None:
    assert len({say(language, text_id, mood=str(mood)) for mood in CHOICES["mood"]}) == 4


@every_language
def test_all_variants_of_a_wording_say_it_in_other_words_r21(language: str) -> None:
    texts = Counter((one.wording, one.text) for one in said(language))
    own = Counter(key for _, key in {(one.text_id, (one.wording, one.text)) for one in said(language)})

    assert [text for text in texts if own[text] > 1] == []


@every_language
@pytest.mark.parametrize("hour", [16, 9])
def test_a_promise_that_is_made_is_named_r21(language: str, hour: int) -> None:
    moment = NOON.replace(hour=hour, minute=30)
    named = re.compile(rf"\b({hour}|{hour % 12}).{{1,4}}30\b")
    texts = [
        speaker(language).say(text_id, {"promise": moment}, promise_day="tomorrow")
        for wording in KNOWN
        if wording.removesuffix("-public") in PROMISING
        for text_id in speaker(language).variants(wording)
    ]

    assert [text for text in texts if not named.search(text)] == []


@every_language
def test_no_time_is_named_where_none_is_promised_r21(language: str) -> None:
    silent = [
        one for one in said(language) if {one.chosen["promise_day"], one.chosen["back_day"]} == {"none"}
    ]

    assert [one.text for one in silent if re.search(r"\d", one.text)] == []


@every_language
@pytest.mark.parametrize("wording", ["ack", "reopened"])
def test_outside_hours_the_ack_says_when_we_are_back_r11(language: str, wording: str) -> None:
    moment = NOON.replace(hour=9, minute=30)
    texts = [
        speaker(language).say(text_id, {"back": moment}, open="no", back_day="tomorrow")
        for text_id in speaker(language).variants(wording)
    ]

    assert [text for text in texts if not re.search(r"\b0?9.{1,4}30\b", text)] == []


@every_language
def test_while_open_nothing_is_said_of_opening_r11(language: str) -> None:
    for text_id in speaker(language).variants(Wording.ACK):
        told = speaker(language).say(text_id, {"back": NINE}, open="yes", back_day="tomorrow")

        assert not re.search(r"\d", told)


KNOWS = {
    "en": r"team (knows|is aware)|colleague|working|looking after|taking care|has (read|seen)",
    "hr": r"\btim (zna|to zna|je vid)|\bbrine|\bbavi|radimo na",
    "pl": r"zespół .*(wie|zna|widzi)|zajmuj|pracuj",
    "ru": r"команда .*(знает|видит|видела)|занима|работаем над",
}
READ = {
    "en": r"we have (read|seen)|good to read",
    "hr": r"pročitali",
    "pl": r"przeczytali|miło (to )?czytać",
    "ru": r"прочитали|приятно читать",
}
SAFE = {
    "en": r"safe|secure|only (we|our team)",
    "hr": r"sigurn|samo naš",
    "pl": r"bezpieczn|tylko nasz",
    "ru": r"безопасн|только наш",
}


@pytest.mark.parametrize("language", KNOWS)
def test_nobody_is_said_to_know_of_it_before_anybody_has_seen_it_r22(language: str) -> None:
    updates = [one.text for one in said(language) if one.wording == Wording.UPDATE]
    unseen = [one.text for one in said(language) if one.chosen["seen"] == "no" and one.text in updates]

    assert unseen
    assert [text for text in unseen if re.search(KNOWS[language], text)] == []


@pytest.mark.parametrize("language", READ)
def test_no_text_speaks_of_having_been_read_by_somebody_r22(language: str) -> None:
    assert [one.text for one in said(language) if re.search(READ[language], one.text)] == []


@pytest.mark.parametrize("language", SAFE)
def test_no_text_calls_what_a_platform_carries_safe_or_secret_r22(language: str) -> None:
    assert [one.text for one in said(language) if re.search(SAFE[language], one.text.lower())] == []


@pytest.mark.parametrize(
    ("language", "how"),
    [
        ("en", r"write here|message here"),
        ("hr", r"napisati ovdje|poruka"),
        ("pl", r"napisać|wiadomość"),
        ("ru", r"сюда|сообщени"),
    ],
)
def test_a_closing_tells_how_to_open_again_r24(language: str, how: str) -> None:
    closings = [one.text for one in said(language) if one.wording == Wording.CLOSING]

    assert [text for text in closings if not re.search(how, text, re.IGNORECASE)] == []


DAY_AND_TIME = [
    ("en", "today", (16, 0), "by 4 pm today"),
    ("en", "today", (12, 0), "by noon today"),
    ("en", "today", (23, 59), "by midnight today"),
    ("en", "tomorrow", (9, 30), "by 9:30 am tomorrow"),
    ("en", "monday", (16, 0), "by 4 pm on Monday"),
    ("en", "later", (16, 0), "by 4 pm on 22 December"),
    ("pl", "today", (16, 0), "dzisiaj do 16:00"),
    ("pl", "today", (23, 59), "dzisiaj do północy"),
    ("pl", "tomorrow", (12, 0), "jutro do 12:00"),
    ("pl", "tuesday", (9, 0), "we wtorek do 9:00"),
    ("pl", "wednesday", (12, 0), "w środę do 12:00"),
    ("pl", "later", (12, 0), "22 grudnia do 12:00"),
    ("hr", "today", (16, 0), "danas do 16 sati"),
    ("hr", "today", (21, 0), "danas do 21 sata"),
    ("hr", "today", (23, 59), "danas do ponoći"),
    ("hr", "tomorrow", (9, 30), "sutra do 9:30"),
    ("hr", "monday", (9, 0), "do ponedjeljka u 9 sati"),
    ("hr", "wednesday", (14, 0), "do srijede u 14 sati"),
    ("hr", "sunday", (21, 0), "do nedjelje u 21 sat"),
    ("hr", "sunday", (22, 0), "do nedjelje u 22 sata"),
    ("hr", "later", (12, 0), "do 22. prosinca u 12 sati"),
    ("ru", "today", (16, 0), "сегодня до 16:00"),
    ("ru", "today", (23, 59), "сегодня до полуночи"),
    ("ru", "tomorrow", (12, 0), "завтра до 12:00"),
    ("ru", "tuesday", (12, 0), "во вторник до 12:00"),
    ("ru", "wednesday", (9, 0), "в среду до 9:00"),
    ("ru", "later", (12, 0), "22 декабря до 12:00"),
]


@pytest.mark.parametrize(("language", "day", "clock", "spoken"), DAY_AND_TIME)
def test_a_promised_time_is_said_as_people_of_the_language_say_it(
    language: str, day: str, clock: tuple[int, int], spoken: str
) -> None:
    moment = NOON.replace(hour=clock[0], minute=clock[1])

    assert f" {spoken}" in speaker(language).say("promise-1", {"promise": moment}, promise_day=day)


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("en", "will open again on Monday at 9 am."),
        ("pl", "otwieramy w poniedziałek o 9:00."),
        ("hr", "opet smo tu u ponedjeljak u 9 sati."),
        ("ru", "откроемся в понедельник в 9:00."),
    ],
)
def test_an_opening_is_said_as_people_of_the_language_say_it_r11(language: str, spoken: str) -> None:
    assert spoken in say(language, "ack-1", open="no", back_day="monday")


@pytest.mark.parametrize(
    ("language", "day", "spoken"),
    [
        ("ru", 1, "1 мая"),
        ("pl", 1, "1 maja"),
        ("hr", 1, "1. svibnja"),
        ("sl", 22, "22. maja"),
        ("fr", 1, "1er mai"),
        ("fr", 21, "21 mai"),
        ("de", 1, "1. Mai"),
        ("en", 1, "1 May"),
    ],
)
def test_a_date_stands_in_the_case_of_its_sentence(language: str, day: int, spoken: str) -> None:
    assert date_of(datetime(2026, 5, day, tzinfo=UTC), language) == spoken


@pytest.mark.parametrize(
    ("clock", "language", "spoken"),
    [
        ((0, 30), "pl", "0:30"),
        ((0, 0), "cs", "0:00"),
        ((9, 5), "de", "9:05"),
        ((0, 30), "en", "12:30 am"),
        ((16, 0), "en", "4 pm"),
    ],
)
def test_a_time_has_the_hours_people_count(clock: tuple[int, int], language: str, spoken: str) -> None:
    assert time_of(NOON.replace(hour=clock[0], minute=clock[1]), language) == spoken


@pytest.mark.parametrize(
    ("hour", "spoken"), [(1, "1 sat 05"), (2, "2 sata 05"), (9, "9 sati 05"), (21, "21 sat 05")]
)
def test_a_text_can_choose_by_the_plural_of_an_hour(hour: int, spoken: str) -> None:
    plural = "{ $promise_hour ->\n  [one] sat\n  [few] sata\n *[other] sati\n }"
    texts = FluentTexts({"hr": f"ack-1 = {{ $promise_hour }} {plural} {{ $promise_minutes }}\n"})

    assert texts.say("hr", "ack-1", {"promise_at": NOON.replace(hour=hour, minute=5)}) == spoken


def test_scenario_4_formal_polish_is_formal_and_neutral() -> None:
    assert say("pl", "ack-1", formality="formal", mood="question", promise_day="tomorrow") == (
        "Dzień dobry, dziękujemy za zapytanie. Dotarło do nas. To automatyczne potwierdzenie, "
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
