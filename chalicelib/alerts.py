"""Calls to the owner: what they say, and how they get there.

Apprise carries them: Telegram, e-mail, Slack and a hundred services more.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.core import calendar
from chalicelib.core.case import Case
from chalicelib.core.effects import Alert, Delivery
from chalicelib.core.policy import Policy
from chalicelib.ports import Ports

log = logging.getLogger("hearback.alerts")

_DEAD_LETTERS = "state:dead-letters"

TITLES = {
    Alert.UNANSWERED: "Nobody has replied in time",
    Alert.NOT_ACKNOWLEDGED: "No reply, and no acknowledgement either",
    Alert.PROMISE_ENDING: "A promise ends soon",
    Alert.PROMISE_MISSED: "A promise was missed",
    Alert.UPDATES_EXHAUSTED: "Hearback falls silent on this case",
    Alert.LAST_LEGAL_MOMENT: "The platform closes this conversation soon",
    Alert.RESOLUTION_MISSED: "A case is open for too long",
    Alert.DELIVERY_REFUSED: "A message was refused",
    Alert.DELIVERY_UNCERTAIN: "A message may not have arrived",
    Alert.NOT_SENT: "An automatic message was held back",
}

_ADVICE = {
    Alert.UNANSWERED: "Please reply.",
    Alert.NOT_ACKNOWLEDGED: "Please reply: the customer has heard nothing.",
    Alert.PROMISE_ENDING: "Please reply before then.",
    Alert.PROMISE_MISSED: "Please reply.",
    Alert.UPDATES_EXHAUSTED: "No more updates are sent. The case stays open until a person replies.",
    Alert.LAST_LEGAL_MOMENT: "Nothing automatic can be sent afterwards.",
    Alert.RESOLUTION_MISSED: "Please reply or close it.",
    Alert.DELIVERY_REFUSED: "Please reach the customer yourself.",
    Alert.DELIVERY_UNCERTAIN: "It is not sent again. Please look at the conversation.",
    Alert.NOT_SENT: "Please reply yourself.",
}

REASONS = {
    "kill_switch": "the kill switch is on",
    "stale": "it was too late to pretend to be prompt",
    "platform_window": "the platform no longer allows automatic messages",
    "other_app_in_control": "another app has taken over the conversation",
    "human_just_wrote": "a person wrote a moment before",
    "ack_cooldown": "the customer got an acknowledgement not long ago",
    "no_text": "there is no unused text for it",
    "promise_passed": "the promised time has passed",
    "too_long": "the text is too long for the platform",
    "no_answer": "the platform did not say what became of it",
    "cannot_be_asked": "the platform cannot be asked what became of it",
}


def describe(case: Case, delivery: Delivery, policy: Policy, base_url: str) -> tuple[str, str]:
    """Return title and body of a call to the owner; a customer's words are never in it."""
    kind = delivery.alert or Alert.NOT_SENT
    facts = delivery.facts
    who = case.customer.name or f"Customer {case.customer.id}"
    lines = [f"{who} on {case.thread.channel}."]
    for name, sentence in (
        ("since", "Waiting since {}."),
        ("promised", "Promised for {}."),
        ("human_until", "A person may write until {}."),
    ):
        if facts.get(name):
            lines.append(sentence.format(_local(facts[name], policy)))
    if reason := facts.get("reason"):
        lines.append(f"Reason: {REASONS.get(reason, reason)}.")
    lines.append(_ADVICE[kind])
    lines.append(f"{base_url}/desk/cases/{case.id}")
    return f"{TITLES[kind]} ({facts.get('to', 'owner')})", "\n".join(lines)


def _local(moment: str, policy: Policy) -> str:
    return calendar.local(policy.calendar, datetime.fromisoformat(moment)).strftime("%a %d %b, %H:%M")


def tell_of_dead_letters(ports: Ports) -> None:
    """Call the owner because an event could not be handled, at most once an hour (R34)."""
    now = ports.clock()
    last = ports.records.get(_DEAD_LETTERS, now)
    if last and datetime.fromisoformat(last.value) > now - timedelta(hours=1):
        return
    if ports.records.put(_DEAD_LETTERS, now.isoformat(), version=last.version if last else 0):
        body = "It was tried several times. Look at it with `hearback dead list`, and try it again."
        addresses = ports.policies.live().alerts
        log.error("dead letter")
        if addresses:
            ports.alert(addresses, "An event could not be handled", body)


def notify(addresses: Sequence[str], title: str, body: str) -> bool:
    """Send a call to every address; return whether all took it. Addresses are secrets, never logged."""
    # Imported on first use: it knows a hundred services and is needed only when something is wrong.
    import apprise

    service = apprise.Apprise()
    known = [service.add(address) for address in addresses]
    if not all(known):
        log.error("an alert address is not understood", extra={"position": known.index(False) + 1})
    return bool(service.notify(title=title, body=body)) and all(known)
