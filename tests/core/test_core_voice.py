"""What a customer writes, and what they read: end to end in pure code, with the texts that are shipped.

The rows stand in `voice/<language>.tsv`, one file for each language a message may be written in; every file
there is read. The columns, with a tab between them:

- wording: what is waited for, the name of a text without its number: `ack`, `ack-public`, `invite`,
  `reopened`, `update`, `missed`, `missed-again`, `last-legal`, `promise`, `remind`, `closing`
- message: what the customer writes
- channel: the language of the channel
- written: when, on the wall in Warsaw, such as `2026-11-20 10:00` (a Friday). The hours are Monday to Friday
  9:00 to 17:00, the window is 15 minutes, the promise 2 business hours, and 20 November is no holiday
- expected: the words, to the letter

Lines that begin with # are remarks. Which variant is said depends on the message and on nothing else.
"""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from chalicelib.core import events
from chalicelib.core.case import Case, CloseReason
from chalicelib.core.compose import put_into_words
from chalicelib.core.decide import decide
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Effect
from chalicelib.core.message import Surface, Thread
from chalicelib.core.policy import Allowance, Policy
from chalicelib.language import understand
from chalicelib.policies.texts import FluentTexts
from tests import builders as b

ROWS = Path(__file__).parent / "voice"
MESSAGES = Path(__file__).resolve().parents[2] / "policies" / "messages"
TEXTS = FluentTexts({path.stem: path.read_text("utf-8") for path in MESSAGES.glob("*.ftl")})
LANGUAGES = frozenset(path.stem for path in MESSAGES.glob("*.ftl"))
WARSAW = ZoneInfo("Europe/Warsaw")
MOST_STEPS = 30
ROWS_IN_ALL = 241
ROWS_A_LANGUAGE = 8


class Row(NamedTuple):
    """One line of a table."""

    wording: str
    message: str
    channel: str
    written: str
    expected: str


def rows(path: Path) -> Iterator[Row]:
    lines = path.read_text(encoding="utf-8").splitlines()
    table = csv.reader(
        (line for line in lines if line and line[0] != "#"), delimiter="\t", quoting=csv.QUOTE_NONE
    )
    for values in table:
        yield Row(*values)


TABLE = [row for path in sorted(ROWS.glob("*.tsv")) for row in rows(path)]


def spoken(row: Row) -> str:
    """Return what the customer reads under the wording of the row."""
    policy = policy_for(row)
    start = datetime.fromisoformat(row.written).replace(tzinfo=WARSAW).astimezone(UTC)
    case, now = begun(row, policy, start)
    for _ in range(MOST_STEPS):
        case, said = step(case, policy, now)
        if row.wording in said:
            return said[row.wording]
        if case.due_at is None:
            break
        now = max(now, case.due_at)
    raise AssertionError(f"{row.wording} was never said")


def policy_for(row: Row) -> Policy:
    promise = None if row.wording in ("update", "last-legal") else b.a_rule().promise
    private_reply = timedelta(days=7) if row.wording == "invite" else None
    automatic = timedelta(hours=24) if row.wording == "last-legal" else None
    return b.a_policy(
        language=row.channel,
        languages=LANGUAGES,
        calendar=replace(b.NINE_TO_FIVE, zone=WARSAW.key),
        rules=(b.a_rule(promise=promise),),
        allowance=Allowance(automatic=automatic, private_reply=private_reply),
    )


def begun(row: Row, policy: Policy, start: datetime) -> tuple[Case, datetime]:
    """Return the case as far as people bring it, and the time until when."""
    if row.wording == "reopened":
        case = wrote(None, row, policy, start - timedelta(days=3))
        case = answered(case, policy, start - timedelta(days=3, minutes=-5))
        closed = events.CaseClosed(id="", at=start, case_id=case.id, reason=CloseReason.ANSWERED, by="eva")
        case = decide(case, closed, policy, start - timedelta(days=2)).case
        return wrote(case, row, policy, start), start
    case = wrote(None, row, policy, start)
    soon = start + timedelta(minutes=5)
    if row.wording in ("remind", "closing"):
        case = answered(case, policy, soon)
        awaited = events.CustomerAwaited(id="", at=soon, case_id=case.id, by="eva")
        return decide(case, awaited, policy, soon).case, soon
    if row.wording == "promise":
        made = events.PromiseMade(id="", at=soon, case_id=case.id, due_at=start + timedelta(days=1), by="eva")
        return decide(case, made, policy, soon).case, soon
    return case, start


def wrote(case: Case | None, row: Row, policy: Policy, at: datetime) -> Case:
    public = row.wording in ("ack-public", "invite")
    surface = Surface.COMMENT if public else Surface.DM
    thread = Thread(channel="shop", key=row.message, surface=surface, public=public)
    event = replace(b.wrote(row.message, at, thread=thread), understanding=understand([row.message]))
    return decide(case, event, policy, at).case


def answered(case: Case, policy: Policy, at: datetime) -> Case:
    return decide(case, replace(b.replied(at), thread=case.thread), policy, at).case


def step(case: Case, policy: Policy, now: datetime) -> tuple[Case, dict[str, str]]:
    """Let what is due be said and delivered; return the case and the words by wording."""
    decision = put_into_words(b.fired(case, now, policy), TEXTS, policy, now)
    return settled(decision, policy, now), {
        delivery.facts["variant"].partition(":")[2].rpartition("-")[0]: delivery.text
        for delivery in decision.effects
        if delivery.automatic
    }


def settled(decision: Decision, policy: Policy, now: datetime) -> Case:
    case = decision.case
    for delivery in decision.effects:
        message_id = "" if delivery.effect is Effect.ALERT_OWNER else delivery.key
        sent = b.settled(case, delivery, at=now, message_id=message_id)
        case = decide(case, sent, policy, now).case
    return case


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.wording}: {row.message}")
def test_a_customer_who_writes_this_reads_that(row: Row) -> None:
    """R11, R21, R22, R26, R27, R30, R31, R32, word by word."""
    assert spoken(row) == row.expected


def test_there_are_rows_for_what_is_shipped() -> None:
    assert len(TABLE) >= ROWS_IN_ALL


@pytest.mark.parametrize("path", sorted(ROWS.glob("*.tsv")), ids=lambda path: path.stem)
def test_each_language_with_rows_has_enough_of_them(path: Path) -> None:
    assert len(list(rows(path))) >= ROWS_A_LANGUAGE
