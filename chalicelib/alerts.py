"""Calls to people: what they say, and how they get there.

Apprise carries them: Telegram, e-mail, Slack and a hundred services more.
"""

import logging
import re
from collections.abc import Sequence
from datetime import datetime

from chalicelib.core import calendar
from chalicelib.core.case import Case
from chalicelib.core.effects import Alert, Delivery
from chalicelib.core.policy import Policy
from chalicelib.core.roster import Role

log = logging.getLogger("hearback.alerts")

LONGEST_NAME = 40
_ADDRESS = re.compile(r":/+|(?<=\w)\.(?=\w)")
_MENTION = str.maketrans({"@": " ", "<": " ", ">": " ", "#": " ", '"': "'"})

TITLES = {
    Alert.REPLY_DUE: "A reply is due soon",
    Alert.UNANSWERED: "Nobody has replied in time",
    Alert.NOT_ACKNOWLEDGED: "No reply, and no acknowledgement either",
    Alert.PROMISE_ENDING: "A promise ends soon",
    Alert.PROMISE_MISSED: "A promise was missed",
    Alert.UPDATES_EXHAUSTED: "Hearback falls silent on this case",
    Alert.LAST_LEGAL_MOMENT: "The platform closes this conversation soon",
    Alert.RESOLUTION_MISSED: "A case is open for too long",
    Alert.DELIVERY_REFUSED: "A message was refused",
    Alert.DELIVERY_UNCERTAIN: "A message may not have arrived",
    Alert.NOT_SENT: "An automatic message was not sent",
    Alert.APPROVAL_WANTED: "A public acknowledgement waits for your approval",
}

_ADVICE = {
    Alert.REPLY_DUE: "Please reply before then.",
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
    Alert.APPROVAL_WANTED: "Please approve it on the case's page, or reply yourself.",
}

REASONS = {
    "said_before": "the customer has read these words before",
    "store_failed": "the store could not be asked",
    "stood_still": "the program stood still before it could send",
    "rate": "the platform takes only so many messages in a time",
    "channel_paused": "the platform lets nothing out on the channel",
    "channel_retired": "the channel is no longer in channels.yaml",
    "kill_switch": "the kill switch is on",
    "automaton": "the other side sounds like a machine",
    "restored": "the data was put back from a backup, so it may have been said already",
    "stale": "it was too late to pretend to be prompt",
    "platform_window": "the platform no longer allows automatic messages",
    "other_app_in_control": "another app has taken over the conversation",
    "human_just_wrote": "a person wrote a moment before",
    "public_acks_off": "you want no public acknowledgements",
    "not_approved": "nobody approved it",
    "crisis": "complaints flood the channel: one call and one status stand for all of them",
    "counted": "the one call after the crisis has named this case",
    "post_cap": "enough has been acknowledged below this post within the hour",
    "customer_budget_day": "the customer got enough automatic messages within a day",
    "customer_budget_week": "the customer got enough automatic messages within a week",
    "channel_ceiling": "the channel has sent enough automatic messages within the hour",
    "ack_cooldown": "the customer got an acknowledgement not long ago",
    "no_text": "there is no unused text for it",
    "promise_passed": "the promised time has passed",
    "no_lane": "the platform allows no further automatic words there",
    "too_long": "the text is too long for the platform",
    "no_answer": "the platform did not say what became of it",
    "no_token": "the platform gave no access",
    "cannot_look": "the conversation could not be looked at first",
    "cannot_be_asked": "the platform cannot be asked what became of it",
}


def describe(
    case: Case, delivery: Delivery, policy: Policy, base_url: str, role: Role = Role.OWNER
) -> tuple[str, str]:
    """Return title and body of a call to somebody in their role.

    Of what a customer can choose only their name is in it, in quotes and made harmless.
    """
    kind = delivery.alert or Alert.NOT_SENT
    facts = delivery.facts
    lines = [f"Customer {_quoted(case.customer.name or case.customer.id)} on {case.thread.channel}."]
    for name, sentence in (
        ("since", "Waiting since {}."),
        ("due", "Due by {}."),
        ("promised", "Promised for {}."),
        ("human_until", "A person may write until {}."),
    ):
        if facts.get(name):
            lines.append(sentence.format(_local(facts[name], policy)))
    if reason := facts.get("reason"):
        lines.append(f"Reason: {REASONS.get(reason, reason)}.")
    lines.append(_ADVICE[kind])
    lines.append(f"{base_url}/desk/cases/{case.id}")
    return f"{TITLES[kind]} ({role})", "\n".join(lines)


def _quoted(name: str) -> str:
    """Return a name as one short line in quotes, in which no app finds a link or a mention."""
    printable = "".join(letter if letter.isprintable() else " " for letter in name)
    broken = _ADDRESS.sub(". ", printable.translate(_MENTION))
    shown = " ".join(broken.split())
    return f'"{shown}"' if len(shown) <= LONGEST_NAME else f'"{shown[: LONGEST_NAME - 1].rstrip()}…"'


def _local(moment: str, policy: Policy) -> str:
    return calendar.local(policy.calendar, datetime.fromisoformat(moment)).strftime("%a %d %b, %H:%M")


def notify(addresses: Sequence[str], title: str, body: str) -> bool:
    """Call somebody on every address; return whether at least one took it.

    Addresses are secrets: of one that did not take it only its position is logged, from 1.
    """
    taken = [_called(address, title, body) for address in addresses]
    for position, took in enumerate(taken, start=1):
        if not took:
            log.error("an alert address did not take a call", extra={"position": position})
    return any(taken)


def _called(address: str, title: str, body: str) -> bool:
    # Imported on first use: it knows a hundred services and is needed only when something is wrong.
    import apprise

    service = apprise.Apprise()
    try:
        return bool(service.add(address)) and bool(service.notify(title=title, body=body))
    except Exception:  # noqa: BLE001 - one service's trouble must not keep the others from being called
        return False
