"""Days and times in Czech, Slovak, Slovenian and Ukrainian, whose small words change with them (R11)."""

from datetime import UTC, datetime

import pytest

from chalicelib.policies.texts_said import Speaker
from tests.policies.folders import SHIPPED

SPEAKERS = {
    language: Speaker(language, (SHIPPED / "messages" / f"{language}.ftl").read_text("utf-8"))
    for language in ("cs", "sk", "sl", "uk")
}

# language, text, day, hour, minute, words
PROMISED = [
    ("cs", "ack-1", "today", 12, 0, "odpoví dnes do 12:00."),
    ("cs", "ack-1", "tomorrow", 9, 30, "odpoví zítra do 9:30."),
    ("cs", "ack-1", "tuesday", 9, 0, "v úterý do 9:00."),
    ("cs", "ack-1", "wednesday", 9, 0, "ve středu do 9:00."),
    ("cs", "ack-1", "thursday", 9, 0, "ve čtvrtek do 9:00."),
    ("cs", "ack-1", "later", 9, 0, "22. října do 9:00."),
    ("cs", "ack-1", "today", 23, 59, "dnes do půlnoci."),
    ("sk", "ack-1", "tomorrow", 12, 0, "zajtra do 12:00."),
    ("sk", "ack-1", "wednesday", 9, 0, "v stredu do 9:00."),
    ("sk", "ack-1", "thursday", 9, 0, "vo štvrtok do 9:00."),
    ("sk", "ack-1", "later", 9, 0, "22. októbra do 9:00."),
    ("sk", "ack-1", "today", 23, 59, "dnes do polnoci."),
    ("sl", "ack-1", "tomorrow", 12, 0, "jutri do 12. ure."),
    ("sl", "ack-1", "monday", 9, 30, "v ponedeljek do 9.30."),
    ("sl", "ack-1", "monday", 22, 59, "v ponedeljek do 22.59."),
    ("sl", "ack-1", "later", 9, 0, "22. oktobra do 9. ure."),
    ("sl", "ack-1", "today", 23, 59, "danes do polnoči."),
    ("uk", "ack-1", "tomorrow", 12, 0, "відповість завтра до 12:00."),
    ("uk", "ack-1", "monday", 9, 0, "відповість у понеділок до 9:00."),
    ("uk", "ack-3", "monday", 9, 0, "надійде в понеділок до 9:00."),
    ("uk", "ack-3", "tuesday", 9, 0, "надійде у вівторок до 9:00."),
    ("uk", "ack-3", "friday", 9, 0, "надійде в п’ятницю до 9:00."),
    ("uk", "ack-1", "later", 9, 0, "22 жовтня до 9:00."),
    ("uk", "ack-1", "today", 23, 59, "сьогодні до півночі."),
]

# language, day, hour, minute, words
OPENS = [
    ("cs", "monday", 9, 0, "Teď máme zavřeno, opět jsme tu v pondělí v 9:00."),
    ("cs", "tomorrow", 12, 0, "opět jsme tu zítra ve 12:00."),
    ("cs", "today", 20, 30, "opět jsme tu dnes ve 20:30."),
    ("sk", "thursday", 8, 30, "Teraz máme zatvorené, opäť sme tu vo štvrtok o 8:30."),
    ("sl", "monday", 9, 0, "Trenutno imamo zaprto, spet smo tu v ponedeljek ob 9. uri."),
    ("sl", "tomorrow", 8, 30, "spet smo tu jutri ob 8.30."),
    ("uk", "monday", 9, 0, "Зараз ми не працюємо, будемо на зв’язку в понеділок з 9:00."),
    ("uk", "tuesday", 9, 0, "будемо на зв’язку у вівторок з 9:00."),
]


@pytest.mark.parametrize(("language", "text_id", "day", "hour", "minute", "words"), PROMISED)
def test_a_promise_is_dated_as_people_do(
    language: str, text_id: str, day: str, hour: int, minute: int, words: str
) -> None:
    moments = {"promise": at(hour, minute)}

    assert SPEAKERS[language].say(text_id, moments, promise_day=day, disclose="no").endswith(words)


@pytest.mark.parametrize(("language", "day", "hour", "minute", "words"), OPENS)
def test_an_opening_is_dated_as_people_do(
    language: str, day: str, hour: int, minute: int, words: str
) -> None:
    moments = {"back": at(hour, minute)}

    assert words in SPEAKERS[language].say("ack-1", moments, back_day=day, open="no")


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 10, 22, hour, minute, tzinfo=UTC)
