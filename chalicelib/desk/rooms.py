"""What the desk shows."""

import secrets
from datetime import datetime
from typing import Any

from chalicelib import explain, pages, reading
from chalicelib.core import calendar, clocks
from chalicelib.core.case import REASONS_WITHOUT_REPLY, Case, Clock, ClockKind, CloseReason, Status
from chalicelib.core.errors import UnknownCase, UnknownChannel
from chalicelib.core.policy import Policy
from chalicelib.core.timeline import Entry, Why
from chalicelib.desk.session import Session
from chalicelib.platforms.contract import Answer, Inbound
from chalicelib.policies.build import PolicySet
from chalicelib.ports import Ports

SAID = {
    "reply": "Your reply is on its way.",
    "promise": "The promise is set.",
    "wait": "Waiting on the customer: updates pause.",
    "close": "The case is closed.",
    "note": "The note is kept; it never leaves the house.",
    "take": "The case is yours.",
}

_SHOWN = 200
_SPOKEN_BY = {
    Why.CUSTOMER_WROTE: "customer",
    Why.CUSTOMER_EDITED: "customer",
    Why.BYSTANDER_WROTE: "bystander",
    Why.HUMAN_REPLIED: "human",
    Why.NOTE_ADDED: "note",
    Why.SENT: "ours",
    Why.REHEARSED: "ours",
    Why.UNCERTAIN: "ours",
    Why.AUTOMATION_WROTE: "automation",
    Why.REPLY_SUBMITTED: "human",
}
_WHO = {
    "customer": "customer",
    "bystander": "somebody else",
    "human": "a person of yours",
    "ours": "Hearback",
    "automation": "another automation",
}
"""Who takes part in the conversation; a note is for the house only."""


def cases(inbound: Inbound, person: Session, ports: Ports) -> Answer:
    """Show the open cases, the most urgent first."""
    policies = ports.policies.live()
    now = ports.clock()
    chosen = inbound.query.get("channel", "")
    found = reading.open_cases(ports, chosen if chosen in policies.channels else "")
    rows = [_row(case, policies.policy(case.thread.channel), now) for case in found[:_SHOWN]]
    return pages.render(
        "desk/cases.html",
        ports,
        person=person,
        rows=rows,
        more=len(found) - len(rows),
        channels=list(policies.channels),
        chosen=chosen,
        banners=_banners(policies, ports),
    )


def case(
    case_id: str, person: Session, ports: Ports, *, said: str = "", error: str = "", text: str = ""
) -> Answer:
    """Show one case: who said what, which clocks run and why, and the forms."""
    try:
        view = reading.look(case_id, ports)
    except (UnknownCase, UnknownChannel):
        return pages.render("desk/missing.html", ports, status=404, person=person)
    found, policy = view.case, view.policy
    now = ports.clock()
    until = clocks.human_until(found, policy)
    entries = [_entry(entry, policy) for entry in view.timeline]
    return pages.render(
        "desk/case.html",
        ports,
        status=400 if error else 200,
        person=person,
        case=found,
        row=_row(found, policy, now),
        policy=policy,
        open=found.status is Status.OPEN,
        clocks=[_clock(clock, policy, now) for clock in found.clocks],
        entries=entries,
        conversation=[entry for entry in entries if entry["said"] and entry["text"]],
        reasons=_reasons(found),
        limit=view.text_limit,
        soonest=calendar.local(policy.calendar, now).strftime("%Y-%m-%dT%H:%M"),
        human_until=explain.local_time(until, policy) if until else "",
        promise=explain.local_time(found.promise.due_at, policy) if found.promise else "",
        said=SAID.get(said, ""),
        error=error,
        text=text,
        form_id=secrets.token_hex(16),
    )


def _reasons(found: Case) -> list[tuple[str, str]]:
    reasons = [*REASONS_WITHOUT_REPLY]
    if found.replied:
        reasons.insert(0, CloseReason.ANSWERED)
    return [(reason.value, reason.value.replace("_", " ")) for reason in reasons]


def _row(found: Case, policy: Policy, now: datetime) -> dict[str, Any]:
    owed = found.owed
    # A warning is for the owner; what the list shows is what the customer will see.
    upcoming = next((c for c in found.clocks if c.kind is not ClockKind.PROMISE_WARNING), None)
    return {
        **explain.summary(found, policy, now),
        "waiting": explain.length(now - owed.since) if owed else "",
        "next": _clock(upcoming, policy, now) if upcoming else None,
        "close_proposed": found.close_proposed,
        "paused": found.paused_at is not None,
    }


def _clock(clock: Clock, policy: Policy, now: datetime) -> dict[str, str]:
    return {
        "name": explain.CLOCKS[clock.kind],
        "due": explain.local_time(clock.due_at, policy),
        "countdown": explain.countdown(clock, now),
        "because": clock.reckoning,
        "over": "yes" if clock.due_at <= now else "",
    }


def _entry(entry: Entry, policy: Policy) -> dict[str, str]:
    by = _SPOKEN_BY.get(entry.why, "")
    return {
        "at": explain.local_time(entry.at, policy),
        "what": explain.sentence(entry, policy),
        "text": explain.words(entry),
        "by": by,
        "who": entry.facts.get("by") or _WHO.get(by, ""),
        "said": "yes" if by in _WHO else "",
    }


def _banners(policies: PolicySet, ports: Ports) -> list[str]:
    banners = []
    any_policy = next(iter(policies.policies.values()))
    if any_policy.kill_switch:
        banners.append("The kill switch is on: nothing automatic is sent.")
    if any_policy.dry_run:
        banners.append("Dry run: automatic messages are recorded and not sent.")
    if dead := len(ports.events.dead()) + len(ports.wakeups.dead()):
        banners.append(f"{dead} events could not be handled: see `hearback dead list`.")
    return banners
