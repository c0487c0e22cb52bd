"""Whatever bytes the files hold: a bundle that works, or `BadPolicy`; never anything else."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.case import Case, CloseReason
from chalicelib.core.compose import put_into_words
from chalicelib.core.decide import decide
from chalicelib.core.effects import DeliveryStatus
from chalicelib.core.errors import BadPolicy, Mistake, NotAllowed
from chalicelib.core.events import CaseClosed, CustomerAwaited, Event, PromiseMade
from chalicelib.core.policy import Policy
from chalicelib.platforms import platform
from chalicelib.policies.build import PolicySet
from chalicelib.policies.publish import built
from tests import builders as b
from tests.policies.folders import CHANNELS, HOURS, NOON, POLICY, SHIPPED, TEXTS, Folder, a_folder

SMALL = {"policy.yaml": POLICY, "hours.yaml": HOURS, "channels.yaml": CHANNELS, "messages/en.ftl": TEXTS}
PIECES = (
    *(
        "&a ",
        "*a",
        "!!int ",
        "!x ",
        "<<: ",
        "{",
        "}",
        "[",
        "]",
        ": ",
        "- ",
        "\t",
        "\n",
        '"',
        "'",
        "|\n",
        "? ",
    ),
    *("null", "true", "7", "-1", "1.5", "9" * 40, "never", "365 business_days", "9999 business_days", "0s"),
    *("999999h", "default", "closed", "{ by }", "{ $seen }", "{ -t }", "-t = x\n", "    .a = b\n", "*[x] "),
    *("->", "{{{{", "---\n", "%YAML 9\n", "#", '"\\ud800"', '"\\UFFFFFFFF"', '"\\0"', "\x00", "\ufeff"),
    *("\r\n", "\r", "\u2028", "\x85", "é", "🎉", "\ud800"),
)


def outcome(name: str, content: bytes) -> tuple[Mistake, ...]:
    """Return the mistakes in the small folder with one file replaced; what has none is built, too."""
    with tempfile.TemporaryDirectory() as path:
        folder: Folder = a_folder(Path(path) / "policies")
        folder.write(name, content)
        try:
            bundle = folder.load()
        except BadPolicy as error:
            return error.mistakes
    bundle.to_json().encode()
    built(bundle, "1", str)
    return ()


def is_helpful(mistakes: tuple[Mistake, ...]) -> bool:
    ordered = sorted(mistakes, key=lambda m: (m.file, m.line, m.column))
    return list(mistakes) == ordered and all(
        m.problem and m.remedy and str(m).isprintable() for m in mistakes
    )


@given(st.sampled_from(sorted(SMALL)), st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused_with_a_remedy(name: str, content: bytes) -> None:
    mistakes = outcome(name, content)

    assert mistakes
    assert is_helpful(mistakes)


@given(st.sampled_from(sorted(SMALL)), st.text(max_size=200))
def test_text_of_any_kind_is_refused_with_a_remedy(name: str, content: str) -> None:
    mistakes = outcome(name, content.encode("utf-8", "surrogatepass"))

    assert mistakes
    assert is_helpful(mistakes)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_file_with_pieces_put_in_taken_out_or_swapped_is_refused_or_works(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SMALL)))
    text = SMALL[name]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 0, 1, 4, 20])))
        text = text[:start] + data.draw(st.sampled_from(PIECES)) + text[end:]

    assert is_helpful(outcome(name, text.encode("utf-8", "surrogatepass")))


@settings(max_examples=150)
@given(st.data())
def test_a_file_with_bytes_changed_is_refused_or_works(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SMALL)))
    content = bytearray(SMALL[name].encode())
    for position, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), min_size=1, max_size=3)
    ):
        content[position] = byte

    assert is_helpful(outcome(name, bytes(content)))


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_shipped_file_with_a_line_lost_or_moved_is_refused_or_works(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["policy.yaml", "hours.yaml", "channels.yaml", "messages/pl.ftl"]))
    lines = (SHIPPED / name).read_text(encoding="utf-8").splitlines(keepends=True)
    line = lines.pop(data.draw(st.integers(0, len(lines) - 1)))
    if data.draw(st.booleans()):
        lines.insert(data.draw(st.integers(0, len(lines))), line)

    assert is_helpful(outcome(name, "".join(lines).encode()))


def accepted(policy: object) -> PolicySet | None:
    """Return what becomes of a policy.yaml, None where it is refused; JSON is YAML, too."""
    with tempfile.TemporaryDirectory() as path:
        folder = a_folder(Path(path) / "policies")
        folder.write("policy.yaml", json.dumps(policy))
        try:
            return built(folder.load(), "1", str)
        except BadPolicy:
            return None


CLOCK_TIMES = ("0s", "1s", "10s", "7m", "15m", "23h", "24h", "25h", "720h", "999999h")
BUSINESS_TIMES = ("0 business_hours", "1 business_minute", "2 business_hours", "1 business_day")
LENGTHS = st.sampled_from((*CLOCK_TIMES, *BUSINESS_TIMES, "200 business_days", "9999 business_days"))
COUNTED = {
    "max_promises": st.integers(-1, 6),
    "max_updates": st.integers(0, 3),
    "private_reply": st.booleans(),
}
ENDING = ("remind_after", "close_after", "quiet_after")
CLOCKS = (
    *("grace", "ack_cooldown", "human_cooldown", "reopen_window", "stale_after", "skew_limit", "retry_for"),
    *("legal_margin", "promise_warning", "round_to"),
)
SETTING = st.one_of(
    st.tuples(st.sampled_from(CLOCKS), st.sampled_from(CLOCK_TIMES)),
    st.tuples(st.sampled_from(ENDING), LENGTHS),
    st.tuples(st.just("update_gaps"), st.lists(LENGTHS, max_size=3)),
    *(st.tuples(st.just(name), values) for name, values in COUNTED.items()),
)
SETTINGS = st.lists(SETTING, max_size=3).map(dict)
RULE = st.fixed_dictionaries(
    {"name": st.just("all"), "window": st.one_of(LENGTHS, st.just("never"))},
    optional=dict.fromkeys(("promise", "first_response", "next_response", "resolution"), LENGTHS),
)
STEPS = st.lists(
    st.sampled_from(("write", "time", "time", "time", "reply", "wait", "promise", "close")), max_size=12
)


def event_of(step: str, case: Case, now: datetime) -> Event:
    """Return what a step of a life is, for a case that is there already."""
    common: dict[str, Any] = {"id": f"{step}:{now.isoformat()}", "at": now, "case_id": case.id}
    made: dict[str, Event] = {
        "write": b.wrote("And now?", now),
        "time": b.timer(case),
        "reply": b.replied(now),
        "wait": CustomerAwaited(**common),
        "promise": PromiseMade(**common, due_at=now + timedelta(hours=3)),
        "close": CaseClosed(**common, reason=CloseReason.OTHER),
    }
    return made[step]


def live(policies: PolicySet, policy: Policy, steps: Sequence[str]) -> Case:
    """Return what becomes of a case in which one thing after another happens, each as late as may be."""
    now = NOON
    case = decide(None, b.wrote(at=now), policy, now).case
    for step in steps:
        now = max(now, case.due_at) if step == "time" and case.due_at else now + timedelta(minutes=1)
        try:
            decision = decide(case, event_of(step, case, now), policy, now)
        except NotAllowed:
            continue
        case = put_into_words(decision, policies.texts, policy, now).case
        for delivery in [one for one in case.outbox if one.status is DeliveryStatus.CLAIMED]:
            case = decide(case, b.settled(case, delivery, at=now), policy, now).case
    return case


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(rule=RULE, chosen=SETTINGS, steps=STEPS)
def test_with_whatever_numbers_the_check_accepts_a_case_lives_its_life_r34(
    rule: dict[str, str], chosen: dict[str, object], steps: list[str]
) -> None:
    policies = accepted({"rules": [rule], "settings": chosen})
    for name, policy in policies.policies.items() if policies else ():
        assert policies
        channel = policies.channel(name)
        allowance = platform(channel.platform).allowance(b.THREAD, {}, channel)
        case = live(policies, replace(policy, allowance=allowance), steps)

        # Who waits is looked at again, or the owner knows.
        assert case.owed is None or case.owed.alerted or case.due_at
