"""What the case page and the command line say of a case, whatever its facts hold (R29)."""

from datetime import UTC, datetime

import pytest

from chalicelib import attachments, explain
from chalicelib.core.calendar import Calendar, Interval
from chalicelib.core.timeline import Entry, Why
from tests.builders import NOON, POLICY, a_policy, after, opened

WARSAW = a_policy(calendar=Calendar(zone="Europe/Warsaw", week=((Interval(0, 24 * 60),),) * 7))


def told(why: Why, text: str = "", **facts: str) -> str:
    return explain.sentence(Entry(at=NOON, why=why, facts=facts, text=text), WARSAW)


def sent(kinds: str, text: str = "") -> Entry:
    return Entry(at=NOON, why=Why.CUSTOMER_WROTE, facts={"attachments": kinds}, text=text, message_id="m1")


def test_r29_a_time_is_told_on_the_clock_of_the_channel() -> None:
    assert told(Why.CLOCK_STARTED, since=NOON.isoformat()).endswith("Fri 20 Nov 2026, 13:00:00")


@pytest.mark.parametrize("claimed", ["9999-12-31T23:59:59+00:00", "2026-11-20T13:00zzz", "soon"])
def test_r4_a_claimed_time_that_no_clock_shows_is_told_as_it_is(claimed: str) -> None:
    assert claimed in told(Why.TIME_DISTRUSTED, claimed=claimed)


@pytest.mark.parametrize("name", ["2026-11-21T22:41zz", "2026-11-21T22:41:00+00:00", "ana_b"])
def test_the_name_of_a_person_is_never_read_as_a_time_nor_changed(name: str) -> None:
    assert told(Why.NOTE_ADDED, by=name).startswith(f"{name} noted")


def test_a_time_that_the_channels_zone_does_not_have_is_shown_as_it_is() -> None:
    moment = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)

    assert explain.local_time(moment, WARSAW) == "9999-12-31T23:59:00+00:00"


@pytest.mark.parametrize(
    ("kinds", "text", "sentence"),
    [
        ("image", "", "The customer sent a photo"),
        ("voice", "", "The customer sent a voice message"),
        ("sticker sticker", "", "The customer sent a sticker"),
        ("image document", "Look!", "The customer wrote, and sent a photo and a file"),
        ("", "Hello", "The customer wrote"),
        ("2026-11-20T13:00zzz", "", "The customer sent something else (2026-11-20T13:00zzz)"),
    ],
)
def test_r29_what_came_besides_words_is_in_the_sentence(kinds: str, text: str, sentence: str) -> None:
    assert told(Why.CUSTOMER_WROTE, text, attachments=kinds) == sentence


def test_a_kind_that_nobody_knows_is_shown_short_and_without_control_characters() -> None:
    assert attachments.named("\x1b[2J" + "x" * 500) == f"something else ([2J{'x' * 36})"


def test_many_kinds_are_not_all_listed() -> None:
    assert attachments.named("a b image video file") == (
        "something else (a), something else (b), a photo, a video and more"
    )


def test_an_entry_shows_its_words_and_what_came_besides() -> None:
    assert explain.words(sent("image", "Look!")) == "Look!\n[a photo]"


def test_an_entry_without_anything_to_show_says_so() -> None:
    assert explain.words(Entry(at=NOON, why=Why.HUMAN_REPLIED)) == "[without words]"


def test_a_list_shows_what_was_sent_instead_of_words() -> None:
    case = opened(text="", message_id="m1")

    assert (
        explain.summary(case, POLICY, after(minutes=1), [sent("voice")])["last_words"] == "[a voice message]"
    )


def test_a_list_without_the_timeline_still_shows_that_something_came() -> None:
    case = opened(text="", message_id="m1")

    assert explain.summary(case, POLICY, after(minutes=1))["last_words"] == "[without words]"


def test_r29_an_alert_is_told_in_words_that_hold_with_and_without_an_address() -> None:
    said = told(Why.ALERTED, to="owner", alert="unanswered")

    assert said == "Alert for the owner, on the desk and at any alert address: nobody has replied in time"


def test_r29_an_alert_that_nobody_took_is_told_with_its_next_attempt() -> None:
    said = told(Why.RETRYING, reason="not_taken", again=NOON.isoformat())

    assert said.startswith("Surely not sent (no alert address took it): tried again at Fri 20 Nov 2026")


@pytest.mark.parametrize("why", tuple(Why))
def test_r29_every_kind_of_entry_has_a_sentence(why: Why) -> None:
    assert told(why)


def test_a_refusal_says_so_once_and_why() -> None:
    facts = {"effect": "acknowledge", "outcome": "refused", "reason": "no_text"}
    assert told(Why.REFUSED, **facts) == ("The acknowledgement was refused: there is no unused text for it")
