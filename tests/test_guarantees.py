"""docs/guarantees.md promises nothing that no test shows, and tells of each platform what its code does."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from chalicelib import calls, explain, fresh, http, outage, patience, pauses, sweep, wakeups
from chalicelib.core import backoff, budget, outbox
from chalicelib.core.events import Outcome
from chalicelib.core.message import Lane, Surface, Thread
from chalicelib.core.policy import Allowance, Numbers
from chalicelib.deliver import may_be_out
from chalicelib.platforms import PLATFORMS, platform
from chalicelib.platforms.besides import Looking
from chalicelib.platforms.contract import FOR_EVER, Rate, RateScope
from chalicelib.queues import contract as queues
from chalicelib.queues import sqs
from chalicelib.store import contract as store
from chalicelib.store import items
from tests.platforms import harness as h

PROJECT = Path(__file__).parents[1]
GUARANTEES = (PROJECT / "docs" / "guarantees.md").read_text(encoding="utf-8")
NAMES = sorted(PLATFORMS)

RULES = ("R6b", *(f"R{number}" for number in range(1, 36)))
NOT_BUILT: Mapping[str, str] = {}
"""Rules that no code keeps yet, each with the reason. There is none."""

every_platform = pytest.mark.parametrize("name", NAMES)


# The tests that the document names, and the rules


@cache
def shown_in(path: Path) -> Mapping[str, str]:
    """Return the tests of a file, by their names, each with its source and the comments above it."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    found = {}
    for node in nodes:
        start = min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1
        while start and lines[start - 1].startswith("#"):
            start -= 1
        if node.name.startswith("test_"):
            found[node.name] = "\n".join(lines[start : node.end_lineno])
    return found


def named_tests() -> list[str]:
    """Return the ids of all tests that the document names."""
    return sorted(set(re.findall(r"`(tests/[\w/]+\.py::\w+)`", GUARANTEES)))


def rules_of(name: str, source: str) -> set[str]:
    """Return the rules that a test names: in its own name, or in what is written in it or above it."""
    in_name = re.findall(r"(?<![a-z0-9])r(\d+b?)(?![a-z0-9])", name)
    return {f"R{number}" for number in [*in_name, *re.findall(r"\bR(\d+b?)\b", source)]}


@cache
def pinned() -> frozenset[str]:
    """Return every rule that some test names."""
    files = [path for path in (PROJECT / "tests").rglob("test_*.py") if path != Path(__file__)]
    return frozenset(
        rule for path in files for name, source in shown_in(path).items() for rule in rules_of(name, source)
    )


def section(title: str) -> str:
    """Return what stands below a heading of the second order."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", GUARANTEES, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


PROMISES = dict(
    re.findall(r"^### (.+?)\n(.*?)(?=^### |\Z)", section("The promises"), re.MULTILINE | re.DOTALL)
)


@pytest.mark.parametrize("test", named_tests())
def test_a_test_that_the_document_names_exists(test: str) -> None:
    file, _, name = test.partition("::")
    path = PROJECT / file

    assert path.is_file() and name in shown_in(path)


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_names_its_faults_its_rules_and_the_tests_that_show_it(promise: str) -> None:
    words = PROMISES[promise]

    assert re.findall(r"^- \*\*(.+?):\*\* \S", words, re.MULTILINE) == ["Holds when", "Rules", "Shown by"]
    assert re.search(r"\*\*Rules:\*\* R\d", words) and "::test_" in words


def test_the_document_promises_what_the_product_is_for() -> None:
    assert len(PROMISES) >= 10


@pytest.mark.parametrize("rule", sorted(set(re.findall(r"\bR\d+b?\b", GUARANTEES))))
def test_a_rule_that_the_document_names_is_one(rule: str) -> None:
    assert rule in RULES


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_that_is_built_is_pinned_by_a_test(rule: str) -> None:
    assert (rule in pinned()) is (rule not in NOT_BUILT)


def test_links_of_the_document_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", GUARANTEES)

    assert links and [link for link in links if not (PROJECT / "docs" / link).exists()] == []


# The figures

FIGURES = {
    "lease of a claim": outbox.LEASE,
    "questions about an uncertain send": outbox.RECONCILIATIONS,
    "one HTTP request in all": timedelta(seconds=http.SECONDS),
    "trying to send": Numbers().retry_for,
    "trying to call people": backoff.ALERT_RETRY_FOR,
    "too late to be sent": Numbers().stale_after,
    "grace after the window": Numbers().grace,
    "probe of a stopped channel": pauses.PROBE_EVERY,
    "a sweep looks ahead": wakeups.LOOK_AHEAD,
    "cases one sweep wakes": sweep.LIMIT,
    "tries of an event that fails": queues.MAX_RECEIVES,
    "hidden while it is worked on": queues.VISIBILITY_TIMEOUT,
    "tries of an event while the store is away (AWS)": queues.MAX_FIFO_RECEIVES,
    "an outage of the store that events outlive (AWS), about": queues.MAX_FIFO_RECEIVES
    * min(queues.LONGEST_RETRY, queues.VISIBILITY_TIMEOUT),
    "call because the store cannot be reached": outage.ALERT_AFTER,
    "what fell due so lately is woken beside any crowd": sweep.LATELY,
    "shards of what is due (DynamoDB)": items.SHARDS,
    "call because a platform cannot be asked": patience.ALERT_AFTER,
    "the same alert to one person": calls.ONCE_WITHIN,
    "an event known again": store.SEEN_FOR,
    "closed cases and their timelines": store.KEPT_FOR,
    "messages and dead letters in SQS": timedelta(
        seconds=int(sqs.dead_queue_definition("any")["Attributes"]["MessageRetentionPeriod"])
    ),
    "a crisis or an incident is seen by every process": fresh.FRESH_FOR,
    "texts never said again to one customer": budget.WORDS_REMEMBERED,
    "automatic messages to one customer a day": Numbers().max_per_customer_a_day,
    "automatic messages to one customer a week": Numbers().max_per_customer_a_week,
}


@pytest.mark.parametrize("what", FIGURES)
def test_a_figure_of_the_document_is_that_of_the_code(what: str) -> None:
    value = FIGURES[what]
    told = explain.length(value) if isinstance(value, timedelta) else f"{value:,}"

    assert f"\n| {what} | {told} |" in GUARANTEES


# The platforms


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A way in which a platform is used that changes what it can do."""

    options: Mapping[str, object] = field(default_factory=dict)
    address: Mapping[str, str] = field(default_factory=dict)
    key: str = "t-1"


USUAL = {"": Situation()}
SITUATIONS: Mapping[str, Mapping[str, Situation]] = {
    "email": {
        "Postmark": Situation(),
        "Mailgun": Situation(options={"provider": "mailgun"}),
        "a mail server": Situation(options={"via": "smtp"}),
    },
    "telegram": {
        "bots": Situation(),
        "Business": Situation(address={"business_connection_id": "c"}),
    },
    "twilio": {"SMS": Situation(key="+48601000111"), "WhatsApp": Situation(key="whatsapp:+48601000111")},
    "whatsapp": {"no template": Situation(), "with a template": Situation(options={"template": "update"})},
}
WORDS_FOR_LANES = {
    Lane.MESSAGE: "message",
    Lane.PUBLIC_REPLY: "public reply",
    Lane.PRIVATE_REPLY: "private reply",
    Lane.EDIT: "edit",
}


def grouped(found: Mapping[str, str]) -> str:
    """Return what holds and for what, such as `reading back (message); nothing (public reply)`."""
    whats = list(dict.fromkeys(found.values()))
    if len(whats) == 1:
        return whats[0]
    places = {what: ", ".join(where for where, one in found.items() if one == what) for what in whats}
    return "; ".join(f"{what} ({places[what]})" for what in whats)


def again(name: str) -> str:
    """Return for how long the code sends again under the same key."""
    known_for = platform(name).CAPABILITIES.idempotent_for
    assert known_for is not None
    return "the same key again" + ("" if known_for == FOR_EVER else f", for {explain.length(known_for)}")


def settled_by(name: str) -> str:
    """Return how the code learns what became of a send whose answer was lost."""
    spoken = platform(name)
    if spoken.CAPABILITIES.hosted:
        return "recorded is sent"
    found = {}
    only = len(spoken.CAPABILITIES.lanes) == 1
    for label, situation in SITUATIONS.get(name, USUAL).items():
        for lane in spoken.CAPABILITIES.lanes:
            out = h.outgoing(name, lane)
            options = {**h.channel(name).options, **situation.options}
            plan = spoken.reconcile(out, h.channel(name, options=options))
            where = label if only or label else WORDS_FOR_LANES[lane]
            found[where] = again(name) if plan.resend else "reading back" if plan.ask else "nothing"
    return grouped(found)


def taken_for(name: str, status: int) -> str:
    """Return what the code makes of an error of the platform's that says nothing more."""
    spoken = platform(name)
    if spoken.CAPABILITIES.hosted:
        return "never asked"
    means = {Outcome.RETRY: "not sent", Outcome.AMBIGUOUS: "doubtful"}
    if may_be_out(status, spoken):
        return "doubtful"
    found = {
        WORDS_FOR_LANES[lane]: means[spoken.read_reply(h.answered(status), h.outgoing(name, lane)).outcome]
        for lane in spoken.CAPABILITIES.lanes
    }
    return grouped(found)


def looked_at(name: str) -> str:
    """Return before which words the code looks whether somebody has answered."""
    spoken = platform(name)
    if not isinstance(spoken, Looking):
        return "no"
    lanes = [
        WORDS_FOR_LANES[lane]
        for lane in spoken.CAPABILITIES.lanes
        if spoken.look(h.outgoing(name, lane), h.channel(name))
    ]
    return ", ".join(lanes)


def rate(one: Rate) -> str:
    """Return a rate in words."""
    where = " to one thread" if one.scope is RateScope.THREAD else ""
    lane = f" ({WORDS_FOR_LANES[one.lane]})" if one.lane else ""
    return f"{one.messages:,} in {explain.length(one.per)}{where}{lane}"


def rates(name: str) -> str:
    """Return the rates that the code keeps to."""
    return ", ".join(map(rate, platform(name).CAPABILITIES.rates)) or "none"


def until(allowed: Allowance) -> str:
    """Return how long the code writes in a thread, and what else is not allowed."""
    parts = [explain.length(allowed.automatic)] if allowed.automatic is not None else []
    if allowed.automatic is None and allowed.human is not None:
        parts.append("a template without limit")
    if allowed.human is not None and allowed.human != allowed.automatic:
        parts.append(f"a person {explain.length(allowed.human)}")
    if allowed.private_reply is not None:
        parts.append(f"a private reply {explain.length(allowed.private_reply)}")
    if not allowed.later_public:
        parts.append("one public reply" + (", changed later" if allowed.edits else ""))
    return ", ".join(parts) or "no limit"


def legal_until(name: str) -> str:
    """Return the last legal moments that the code keeps to, counted from the customer's last message."""
    found = {}
    for label, situation in SITUATIONS.get(name, USUAL).items():
        thread = Thread(channel="shop", key=situation.key, surface=Surface.COMMENT)
        address = {**next(iter(h.double(name).ADDRESSES.values())), **situation.address}
        options = {**h.channel(name).options, **situation.options}
        found[label] = until(platform(name).allowance(thread, address, h.channel(name, options=options)))
    return grouped(found)


def facts(name: str) -> str:
    """Return the row of the table of a platform, as the code has it."""
    echo = "yes" if platform(name).CAPABILITIES.echo else "no"
    errors = (
        taken_for(name, 500)
        if taken_for(name, 500) == taken_for(name, 503)
        else (f"{taken_for(name, 500)}; 503: {taken_for(name, 503)}")
    )
    cells = (settled_by(name), echo, errors, looked_at(name), rates(name), legal_until(name))
    return f"| [{name}](platforms/{name}.md) | {' | '.join(cells)} |"


@every_platform
def test_the_table_tells_of_each_platform_what_its_code_does(name: str) -> None:
    rows = [line for line in GUARANTEES.splitlines() if line.startswith(f"| [{name}](")]

    assert rows == [facts(name)]


def limits(name: str) -> list[str]:
    """Return the cells of what the document says cannot be promised on a platform."""
    rows = [line for line in GUARANTEES.splitlines() if line.startswith(f"| {name} |")]
    return [cell.strip() for row in rows for cell in row.strip("|").split(" | ")]


@every_platform
def test_the_document_tells_of_each_platform_what_cannot_be_promised(name: str) -> None:
    assert len(limits(name)) == 3 and all(limits(name))


@every_platform
def test_a_platform_that_tells_of_no_persons_reply_is_said_to(name: str) -> None:
    told = limits(name)[1]

    assert told.startswith("not told") is ("human_reply" in h.double(name).NEVER_TOLD)


@pytest.mark.parametrize("name", [name for name in NAMES if "nothing" in settled_by(name)])
def test_a_send_that_nothing_settles_is_never_promised_to_be_known(name: str) -> None:
    assert "uncertain" in limits(name)[2]
