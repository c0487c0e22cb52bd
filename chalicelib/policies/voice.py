"""The page that shows every text as customers read it (docs/voice.md)."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from chalicelib.core.compose import MISSED_AGAIN, REOPENED
from chalicelib.core.effects import Wording
from chalicelib.policies.texts_inside import CHOICES
from chalicelib.policies.texts_said import EXAMPLE_NOW, PLAIN, Speaker

COMMAND = "./hearback policy voice --write docs/voice.md"
"""What makes the page."""

_HEAD = f"""\
# The voice: every text as a customer reads it

This page is generated from `policies/messages/` by `{COMMAND}`,
and a test compares the two: do not edit it, change the texts and run the command again.
[policies.md](policies.md) tells how.

In the examples it is Friday, 20 November 2026, 9:00. An answer is promised by 16:00 tomorrow, you open next
on Monday at 9:00, and nobody has seen the message yet, unless the second column says otherwise. Where nothing
is said of the tone, it is neutral; where nothing is said of the address, it is formal. Tone, address, place
and times combine freely: each is shown once. A dash stands where nothing else is chosen.
"""

_WHEN: Mapping[str, str] = {
    Wording.ACK: "nobody has replied within the window",
    REOPENED: "nobody has replied within the window, and the customer has come back to a closed matter",
    "ack-public": "nobody has replied within the window, where everybody can read it",
    Wording.INVITE: "the one private message beside a public acknowledgement",
    Wording.UPDATE: "the customer still waits",
    Wording.MISSED: "a promise was missed for the first time",
    MISSED_AGAIN: "a promise was missed again",
    Wording.LAST_LEGAL: "the platform is about to stop automatic messages",
    Wording.PROMISE: "a person has set a time",
    Wording.REMIND: "we wait for the customer",
    Wording.CLOSING: "the customer did not answer the reminder",
}

_TIMES: tuple[tuple[str, int, int, int], ...] = (
    ("today", 0, 16, 0),
    ("today", 0, 12, 0),
    ("today", 0, 23, 59),
    ("tomorrow", 1, 16, 0),
    ("sunday", 2, 13, 30),
    ("monday", 3, 9, 0),
    ("tuesday", 4, 10, 0),
    ("wednesday", 5, 11, 20),
    ("thursday", 6, 14, 0),
    ("later", 7, 9, 0),
    ("later", 11, 15, 40),
)
"""Days from the Friday of the examples, with hour and minute; after a week a day is told by its date."""

_TOMORROW = ("tomorrow", 1, 16, 0)
_MONDAY = ("monday", 3, 9, 0)


def page(messages: Mapping[str, str]) -> str:
    """Return the page in Markdown, from the sources by language, which must be free of mistakes."""
    speakers = [Speaker(language, messages[language]) for language in sorted(messages)]
    links = " · ".join(f"[{_name(one.language)}](#{_anchor(one.language)})" for one in speakers)
    parts = [_HEAD, links, *(line for one in speakers for line in _language(one))]
    return "\n".join(parts) + "\n"


def _name(language: str) -> str:
    from babel import Locale

    return Locale.parse(language).english_name or language


def _anchor(language: str) -> str:
    return _name(language).lower().replace(" ", "-")


def _language(speaker: Speaker) -> Iterator[str]:
    yield f"\n## {_name(speaker.language)}"
    yield from _times(speaker)
    for wording in _wordings(speaker):
        yield f"\n### {_name(speaker.language)}: {wording}\n"
        yield f"Said when {_WHEN[wording.removesuffix('-public') if wording not in _WHEN else wording]}.\n"
        yield "| text | where, when, to whom | what is read |\n|---|---|---|"
        for text_id in speaker.variants(wording):
            yield from _rows(speaker, wording, text_id)


def _wordings(speaker: Speaker) -> Iterator[str]:
    """Yield the wordings that have texts, each before what is said in its place in public."""
    for wording in _WHEN:
        for name in dict.fromkeys((wording, f"{wording.removesuffix('-public')}-public")):
            if speaker.variants(name) and (name == wording or name not in _WHEN):
                yield name


def _times(speaker: Speaker) -> Iterator[str]:
    """Yield how times are said: the plainest text that carries each."""
    yield f"\n### {_name(speaker.language)}: times\n"
    yield "| | promised by | open again at |\n|---|---|---|"
    for day, days, hour, minute in _TIMES:
        at = _moment(days, hour, minute)
        promised = _shortest(speaker, Wording.PROMISE, {"promise": at}, promise_day=day)
        # Nobody opens in the last minute of a day: it is how a promise of midnight is said.
        opens = minute != _TIMES[2][-1]
        back = _shortest(speaker, Wording.ACK, {"back": at}, open="no", back_day=day) if opens else "–"
        yield f"| {at:%a} {at.day} {at:%b}, {hour}:{minute:02} | {_cell(promised)} | {_cell(back)} |"


def _shortest(speaker: Speaker, wording: str, moments: Mapping[str, datetime], **chosen: str) -> str:
    variants = speaker.variants(wording)
    return min((speaker.say(one, moments, disclose="no", **chosen) for one in variants), key=len)


def _rows(speaker: Speaker, wording: str, text_id: str) -> Iterator[str]:
    """Yield one row for each different way in which a text is read."""
    seen: set[str] = set()
    for label, chosen in _ways(speaker, wording, text_id):
        days = {"promise": _TOMORROW, "back": _MONDAY}
        picked = {"promise_day": _TOMORROW[0], "back_day": _MONDAY[0], **chosen}
        moments = {name: _moment(*at[1:]) for name, at in days.items() if picked[f"{name}_day"] != "none"}
        text = speaker.say(text_id, moments, **picked)
        if text not in seen:
            name = "" if seen else f"`{text_id}`"
            yield f"| {name} | {label or '–'} | {_cell(text)} |"
        seen.add(text)


def _ways(speaker: Speaker, wording: str, text_id: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what one text may be said by: each choice by itself, with a label for the reader."""
    used = speaker.variables(text_id)
    place = {"place": "public"} if wording.endswith("-public") else {}
    yield "", place
    for name in ("mood", "formality"):
        for value in CHOICES[name] if name in used else ():
            if value != PLAIN[name]:
                yield str(value), {name: str(value), **place}
    for label, name, value in (
        ("in public", "place", "public"),
        ("closed", "open", "no"),
        ("seen by a person", "seen", "yes"),
        ("no promise", "promise_day", "none"),
        ("not saying that it is automatic", "disclose", "no"),
    ):
        if name in used:
            yield label, {**place, name: value}
    if {"seen", "promise_day"} <= used:
        yield "seen by a person, no promise", {**place, "seen": "yes", "promise_day": "none"}


def _moment(days: int, hour: int, minute: int) -> datetime:
    return (EXAMPLE_NOW + timedelta(days=days)).replace(hour=hour, minute=minute)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
