"""The runbook has an entry for everything that can call the owner, and each tells all it should."""

import ast
import re
from collections.abc import Iterator

import pytest

from chalicelib import outage, patience
from chalicelib.alerts import TITLES
from chalicelib.checkup import What
from chalicelib.core.effects import Alert
from tests.fakes import PROJECT

RUNBOOK = (PROJECT / "docs" / "runbook.md").read_text(encoding="utf-8")
ENTRIES = dict(re.findall(r"^### (.+?)\n(.*?)(?=^##|\Z)", RUNBOOK, re.MULTILINE | re.DOTALL))
QUESTIONS = ("What it means", "What to look at", "What to do", "It is over when")
CALLERS = {"call_owner", "_call"}


def titles_of_calls() -> Iterator[str]:
    """Yield the title of every call that belongs to no case, as the source has it, with names in capitals."""
    for path in (PROJECT / "chalicelib").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            target = getattr(node.targets[0], "id", "") if isinstance(node, ast.Assign) else ""
            named = target.lower() in ("title", "store_title")
            if named and isinstance(node, ast.Assign):
                yield from written(node.value)
            elif (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) in CALLERS
            ):
                yield from (title for part in node.args[:1] for title in written(part))


def written(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else placeholder(part) for part in node.values
        )


def placeholder(part: ast.expr) -> str:
    return "PLATFORM" if "platform" in ast.unparse(part) else "CHANNEL"


@pytest.mark.parametrize("alert", Alert)
def test_every_alert_has_an_entry(alert: Alert) -> None:
    assert TITLES[alert] in ENTRIES


def test_every_call_about_a_channel_or_an_event_has_an_entry() -> None:
    titles = set(titles_of_calls())

    assert len(titles) >= 4 and titles <= set(ENTRIES)


@pytest.mark.parametrize("what", What)
def test_everything_the_doctor_looks_at_has_an_entry(what: What) -> None:
    assert what in ENTRIES


@pytest.mark.parametrize("title", [outage.TITLE, patience.STORE_TITLE])
def test_every_call_about_the_store_has_an_entry(title: str) -> None:
    assert title in ENTRIES


def test_no_entry_is_about_what_cannot_happen() -> None:
    assert set(ENTRIES) == {*TITLES.values(), *titles_of_calls(), *What}


@pytest.mark.parametrize("title", ENTRIES)
def test_an_entry_answers_all_four_questions(title: str) -> None:
    assert tuple(re.findall(r"^- \*\*(.+?):\*\* \S", ENTRIES[title], re.MULTILINE)) == QUESTIONS
