"""What is said quickly is what Fluent's own runtime says, letter by letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import TextMissing
from chalicelib.policies.texts import FluentTexts
from chalicelib.policies.texts_said import PLAIN, Speaker
from tests.policies.folders import SHIPPED

LANGUAGES = sorted(path.stem for path in (SHIPPED / "messages").glob("*.ftl"))
ODD = """
-brand = Shop { $mood }
-named = { $who } here
ack-1 = { at } { -brand } { -named(who: "we") } { "{" }
ack-2 = { $promise_hour ->
    [12] noon { $promise_minutes }
    [one] one
   *[other] { $promise_hour } { NUMBER($promise_minutes) }
 }
ack-3 = { ack-4 }
ack-4 = { ack-3 }
ack-5 = { missing }
ack-6 = { $nobody }
ack-7 = { at.title }
ack-8 = { $mood ->
    [upset] { $open ->
        [yes] a
       *[no] b { at }
     }
   *[neutral] c
 } and { at }
ack-9 = { $mood ->
    [1] number
   *[other] { ack-8 }
 }
ack-10 = { $promise_time } — { $promise_date }
at = { $promise_time }
    .title = title
"""


def source(language: str) -> str:
    return (SHIPPED / "messages" / f"{language}.ftl").read_text("utf-8")


def said(texts: FluentTexts, language: str, text_id: str, chosen: dict[str, object]) -> str:
    try:
        return texts.say(language, text_id, chosen)  # type: ignore[arg-type]  # words and moments
    except TextMissing:
        return "missing"


def quickly(speaker: Speaker, text_id: str, moments: dict[str, object], **chosen: str) -> str:
    try:
        return speaker.say(text_id, moments, **chosen)  # type: ignore[arg-type]  # moments
    except TextMissing:
        return "missing"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_text_is_said_as_the_runtime_says_it(language: str) -> None:
    texts = FluentTexts({language: source(language)})
    every = list(Speaker(language, source(language)).everything())[::9]
    variables = [
        {**one.chosen, **{f"{name}_at": one.moments.get(name, "") for name in ("promise", "back")}}
        for one in every
    ]

    assert len(every) > 100
    assert [one.text for one in every] == [
        texts.say(language, one.text_id, values) for one, values in zip(every, variables, strict=True)
    ]


@pytest.mark.parametrize("text_id", [f"ack-{number}" for number in range(1, 12)])
@given(
    mood=st.sampled_from(["upset", "question", "neutral"]),
    opened=st.sampled_from(["yes", "no"]),
    moment=st.one_of(st.none(), st.datetimes()),
)
def test_odd_texts_are_said_or_missing_as_with_the_runtime(
    text_id: str, mood: str, opened: str, moment: object
) -> None:
    moments = {"promise": moment} if moment else {}
    values = {**PLAIN, "mood": mood, "open": opened, "promise_at": moment or "", "back_at": ""}
    expected = said(FluentTexts({"en": ODD}), "en", text_id, values)

    assert quickly(Speaker("en", ODD), text_id, moments, mood=mood, open=opened) == expected


@pytest.mark.parametrize("length", [2_499, 2_501])
def test_a_text_too_long_for_the_runtime_is_too_long_here(length: int) -> None:
    long = f'long = {"x" * 2_000}{{ "" }}{"x" * (length - 2_000)}\nack-1 = {{ long }}\n'
    expected = said(FluentTexts({"en": long}), "en", "ack-1", {**PLAIN, "promise_at": "", "back_at": ""})

    assert quickly(Speaker("en", long), "ack-1", {}) == expected
