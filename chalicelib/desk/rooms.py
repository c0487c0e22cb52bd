"""What the desk shows."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from chalicelib import calls, explain, pages, pauses, reading
from chalicelib.core import calendar, clocks, lanes
from chalicelib.core.case import REASONS_WITHOUT_REPLY, Case, Clock, ClockKind, CloseReason, Status
from chalicelib.core.errors import UnknownCase, UnknownChannel
from chalicelib.core.policy import Policy
from chalicelib.core.timeline import Entry, Why
from chalicelib.desk import incidents
from chalicelib.desk.session import Session
from chalicelib.platforms.contract import Answer, Inbound
from chalicelib.policies.build import PolicySet
from chalicelib.ports import Ports

SAID = {
    "reply": "Your reply is on its way.",
    "promise": "The promise is set.",
    "approve": "The acknowledgement is on its way.",
    "reject": "The acknowledgement is not sent: please reply yourself.",
    "wait": "Waiting on the customer: updates pause.",
    "close": "The case is closed.",
    "note": "The note is kept; it never leaves the house.",
    "take": "The case is yours.",
    "assign": "The case is handed over.",
    "link": "The cases are linked: this one speaks for both.",
    "unlink": "The link is taken back: what is written there next opens a case of its own.",
}

_SHOWN = 200
_MISTAKES_SHOWN = 10
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
    rows = [
        _row(case, policies.policy(case.thread.channel), now, reading.needed_timeline(case, ports))
        for case in found[:_SHOWN]
    ]
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
    case_id: str,
    person: Session,
    ports: Ports,
    *,
    said: str = "",
    error: str = "",
    typed: Mapping[str, str] = MappingProxyType({}),
) -> Answer:
    """Show one case: who said what, which clocks run and why, and the forms.

    `typed` holds, by action, the words of a form that was refused, so that they stand there again.
    """
    try:
        view = reading.look(case_id, ports)
    except (UnknownCase, UnknownChannel):
        return pages.render("desk/missing.html", ports, status=404, person=person)
    found, policy = view.case, view.policy
    now = ports.clock()
    people = ports.policies.live().roster
    until = clocks.human_until(found, policy)
    entries = [_entry(entry, policy) for entry in view.timeline]
    return pages.render(
        "desk/case.html",
        ports,
        status=400 if error else 200,
        person=person,
        case=found,
        row=_row(found, policy, now, view.timeline),
        policy=policy,
        open=found.status is Status.OPEN,
        clocks=[_clock(clock, policy, now) for clock in found.clocks],
        entries=entries,
        conversation=[entry for entry in entries if entry["said"] and entry["text"]],
        reasons=_reasons(found),
        limit=view.limit.amount,
        public=view.lane in lanes.PUBLIC,
        soonest=calendar.local(policy.calendar, now).strftime("%Y-%m-%dT%H:%M"),
        human_until=explain.local_time(until, policy) if until else "",
        promise=explain.local_time(found.promise.due_at, policy) if found.promise else "",
        waiting_ack=view.awaits_approval,
        spoken_for_by=view.spoken_for_by,
        speaks_for=view.speaks_for,
        linkable=view.linkable,
        people=people.people,
        stranger=calls.stranger(found.holder, people),
        said=SAID.get(said, ""),
        error=error,
        reply=typed.get("reply", ""),
        note=typed.get("note", ""),
        form_id=secrets.token_hex(16),
    )


def _reasons(found: Case) -> list[tuple[str, str]]:
    reasons = [*REASONS_WITHOUT_REPLY]
    if found.replied:
        reasons.insert(0, CloseReason.ANSWERED)
    return [(reason.value, reason.value.replace("_", " ")) for reason in reasons]


def _row(found: Case, policy: Policy, now: datetime, timeline: Sequence[Entry]) -> dict[str, Any]:
    owed = found.owed
    # A warning is for the owner; what the list shows is what the customer will see.
    upcoming = next((c for c in found.clocks if c.kind is not ClockKind.PROMISE_WARNING), None)
    return {
        **explain.summary(found, policy, now, timeline),
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
    banners = _mistakes(policies, ports)
    any_policy = next(iter(policies.policies.values()))
    if any_policy.kill_switch:
        banners.append("The kill switch is on: nothing automatic is sent.")
    for name in policies.channels:
        if pause := pauses.standing(name, ports):
            since = explain.local_time(pause.since, policies.policy(name))
            banners.append(
                f"The platform lets nothing out on {name} since {since} ({pause.reason}): renew its token or "
                f"lift the restriction. `hearback channel missed {name}` lists what waits."
            )
    banners += incidents.banners(policies, ports)
    if any_policy.dry_run:
        banners.append("Dry run: automatic messages are recorded and not sent.")
    if dead := len(ports.events.dead()) + len(ports.wakeups.dead()):
        banners.append(f"{dead} events could not be handled: see `hearback dead list`.")
    return banners


def _mistakes(policies: PolicySet, ports: Ports) -> list[str]:
    """Return what keeps the last change of the owner's files from being live (R13)."""
    found = ports.records.get(reading.POLICY_PROBLEM, ports.clock())
    if found is None:
        return []
    mistakes = found.value.splitlines()
    more = len(mistakes) - _MISTAKES_SHOWN
    told = f"Your last change of the policy files is not live: version {policies.version} stays in force."
    lines = [f"{told} Please mend this and save the files:", *mistakes[:_MISTAKES_SHOWN]]
    return ["\n".join([*lines, f"and {more} more"] if more > 0 else lines)]
