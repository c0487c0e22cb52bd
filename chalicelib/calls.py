"""A call reaches people: whom the roster names at that moment, and whom next when nobody takes it."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib import alerts
from chalicelib.core import roster
from chalicelib.core.case import Case
from chalicelib.core.effects import Delivery
from chalicelib.core.events import Outcome
from chalicelib.core.policy import Policy
from chalicelib.core.roster import Call, Level, Matter, Person, Roster
from chalicelib.core.values import dataclass
from chalicelib.policies.build import PolicySet
from chalicelib.policies.hints import close_to
from chalicelib.ports import Ports

log = logging.getLogger("hearback.calls")

DEAD_LETTERS = "state:dead-letters"
"""The record of when the owner was last told of events that could not be handled."""

UNTOLD = "state:dead-letters-untold"
"""The record that there are dead letters of which nobody has been told."""

ONCE_WITHIN = timedelta(minutes=1)
"""The same alert of a case reaches a person once in this time."""


@dataclass(frozen=True, slots=True)
class Called:
    """How a call ended; `facts` are for the timeline: names and role of who took it, never an address."""

    outcome: Outcome
    reason: str = ""
    facts: Mapping[str, str] | None = None


def matter_of(case: Case, policy: Policy) -> Matter:
    """Return what the roster must know of a case."""
    return Matter(
        channel=case.thread.channel,
        zone=policy.calendar.zone,
        holder=case.holder,
        category=case.category,
        rule=case.rule,
    )


def stranger(holder: str, people: Roster) -> str:
    """Return a warning for a holder whom the roster does not know, empty where that makes no difference."""
    if not holder or len(people.people) == 1 or people.find(holder):
        return ""
    hint = close_to(holder, [name for person in people.people for name in (person.id, person.name)])
    warning = f"There is nobody {holder!r} in roster.yaml: alerts of this case go to whoever is on duty."
    return f"{warning} {hint}".rstrip()


def call(case: Case, delivery: Delivery, policies: PolicySet, ports: Ports) -> Called:
    """Carry out one alert of a case: up the levels, until somebody takes it (R21, R34)."""
    called = _carried_out(case, delivery, policies, ports)
    # Names of people are for the timeline, not for the log.
    reason = called.reason or (called.facts or {}).get("reason", "called")
    told = {"case": case.id, "alert": delivery.alert, "delivery": delivery.key, "outcome": reason}
    ports.meter.count("alerts", alert=delivery.alert or "", outcome=reason)
    log.log(logging.INFO if called.outcome is Outcome.SENT else logging.ERROR, "alert", extra=told)
    return called


def _carried_out(case: Case, delivery: Delivery, policies: PolicySet, ports: Ports) -> Called:
    matter = matter_of(case, policies.policy(case.thread.channel))
    now = ports.clock()
    way = roster.route(policies.roster, matter, Level(delivery.facts.get("to", Level.OWNER)), now)
    audible = list(_audible(way, policies))
    for one in audible:
        taken, before = _reached(one, case, delivery, policies, ports)
        if taken or before:
            facts = {"who": ", ".join(person.name for person in taken or before), "role": one.role}
            return Called(Outcome.SENT, facts=facts if taken else {**facts, "reason": "called_before"})
    if audible or any(policies.addresses.values()):
        # Nobody took it, or whoever could is not on duty now: the roster of the next attempt decides anew.
        return Called(Outcome.RETRY, "not_taken")
    # The desk shows it; there is nobody else to tell.
    return Called(Outcome.SENT, "desk_only")


def _audible(way: Sequence[Call], policies: PolicySet) -> Iterator[Call]:
    """Yield the calls with those people alone who have an address."""
    for one in way:
        if people := tuple(person for person in one.people if policies.addresses.get(person.id)):
            yield Call(people, one.role)


def _reached(
    one: Call, case: Case, delivery: Delivery, policies: PolicySet, ports: Ports
) -> tuple[list[Person], list[Person]]:
    """Call everybody; return who took it, and who had been called with the same a moment before."""
    policy = policies.policy(case.thread.channel)
    title, body = alerts.describe(case, delivery, policy, ports.base_url, one.role)
    taken, before = [], []
    for person in one.people:
        key, now = f"called:{case.id}:{delivery.alert}:{person.id}", ports.clock()
        if _was_called(key, ports, now):
            before.append(person)
        elif ports.alert(policies.addresses[person.id], title, body):
            # Only now: who dies while calling calls again (R34).
            ports.records.put(key, now.isoformat(), expires_at=now + ONCE_WITHIN)
            taken.append(person)
    return taken, before


def _was_called(key: str, ports: Ports, now: datetime) -> bool:
    return ports.records.get(key, now) is not None


def call_owner(title: str, body: str, ports: Ports) -> bool:
    """Call the owner for what belongs to no case; return False only where addresses are and none took it."""
    policies = ports.policies.live()
    addresses = policies.addresses.get(policies.roster.owner, ())
    taken = not addresses or ports.alert(addresses, title, body)
    outcome = ("called" if taken else "not_taken") if addresses else "desk_only"
    ports.meter.count("alerts", alert="owner", outcome=outcome)
    log.log(logging.INFO if taken else logging.ERROR, "owner called", extra={"outcome": outcome})
    return taken


def tell_of_dead_letters(ports: Ports) -> None:
    """Call the owner because an event could not be handled, at most once an hour (R34).

    Until an address has taken the call it stays due, and every sweep tries again: see `tell_again`.
    """
    ports.meter.count("dead_letters")
    log.error("dead letter")
    ports.records.put(UNTOLD, ports.clock().isoformat())
    tell_again(ports)


def tell_again(ports: Ports) -> None:
    """Call the owner where dead letters have not been told of yet, unless that was done within the hour."""
    now = ports.clock()
    untold = ports.records.get(UNTOLD, now)
    if untold is None:
        return
    last = ports.records.get(DEAD_LETTERS, now)
    if last and datetime.fromisoformat(last.value) > now - timedelta(hours=1):
        return
    # The record first: of several workers that bury an event at once, one calls.
    if not ports.records.put(DEAD_LETTERS, now.isoformat(), version=last.version if last else 0):
        return
    log.error("dead letter told")
    body = "It was tried several times. Look at it with `hearback dead list`, and try it again."
    if call_owner("An event could not be handled", body, ports):
        ports.records.take(UNTOLD, now)
    else:
        ports.records.take(DEAD_LETTERS, now)
