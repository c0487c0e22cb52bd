"""What happened to a case and why, in sentences for people (R29). Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib import attachments
from chalicelib.alerts import REASONS, TITLES
from chalicelib.core import calendar, clocks
from chalicelib.core.case import Case, Clock, ClockKind, Status
from chalicelib.core.effects import Alert, Effect
from chalicelib.core.policy import Policy
from chalicelib.core.roster import Level
from chalicelib.core.timeline import Entry, Why

_SENTENCES: Mapping[Why, str] = {
    Why.CUSTOMER_WROTE: "The customer {wrote}",
    Why.CUSTOMER_EDITED: "The customer changed a message",
    Why.CUSTOMER_DELETED: "The customer deleted a message",
    Why.BYSTANDER_WROTE: "Somebody else wrote in the thread: context, nothing is owed for it",
    Why.HUMAN_REPLIED: "A person replied in the platform's own app",
    Why.REPLIED_TO_ANOTHER: "A person replied to somebody else in the thread: no reply to the customer",
    Why.OURS_ECHOED: "Our own message came back as an echo",
    Why.AUTOMATION_WROTE: "An automation wrote, no person: it is no reply and earns none",
    Why.AUTOMATON_SUSPECTED: "It sounds like a machine ({sign}): no second automatic message goes to it",
    Why.NOTE_ADDED: "{by} noted, for the house only",
    Why.CASE_SEEN: "{by} opened the case: no clock moves",
    Why.CASE_ASSIGNED: "{to} has the case: no clock moves",
    Why.CONTROL_LOST: "Another app has taken over the conversation: nothing automatic may be sent",
    Why.CONTROL_REGAINED: "The conversation was given back",
    Why.TIME_DISTRUSTED: "The platform's time {claimed} cannot be true: the time of receipt counts",
    Why.OPENED: "The case was opened",
    Why.REOPENED: "The case was reopened",
    Why.CLOCK_STARTED: "An answer is owed since {since}",
    Why.STILL_OWED: "The oldest unanswered message rules: owed since {since}",
    Why.RESPONSE_MET: "The {which} response came after {took}, within the target ({due})",
    Why.RESPONSE_LATE: "The {which} response came after {took}, later than the target ({due})",
    Why.SMALL_TALK: "Small talk: no clock starts",
    Why.WITHDRAWN: "The matter was withdrawn: nothing is owed, closing is proposed",
    Why.ANSWERED_BEFORE_ARRIVAL: "The message arrived late: a person had already written after it",
    Why.DELETED_BEFORE_ARRIVAL: "The message had been deleted before it arrived",
    Why.RULE_MATCHED: "Rule {rule} applies because of {because} (policy version {version})",
    Why.POLICY_CHANGED: "Policy version {after} replaces {before}: the clocks were reckoned anew",
    Why.PLANNED: "The {effect} is due and was put into the outbox",
    Why.HELD_BACK: "The {effect} waits until the quiet hours end at {until}",
    Why.APPROVAL_WANTED: "The {effect} would be public: a person must approve it first",
    Why.APPROVED: "{by} approved the {effect}",
    Why.STATUS_GIVEN: "{by} approved status {status} for all cases of the incident",
    Why.COUNTED: "The owner was told, in the one call after the crisis, that this case still waits",
    Why.SUPPRESSED: "No {effect} was sent: {reason}",
    Why.SENT: "The {effect} was sent",
    Why.REHEARSED: "Dry run: this {effect} would have been sent",
    Why.AMBIGUOUS: "It is not clear whether it arrived ({reason}): the platform will be asked",
    Why.RECONCILING: "An attempt has no known end: the platform is asked what became of it",
    Why.DELAYED: "Not sent yet ({reason}): its turn is at {again}",
    Why.RETRYING: "Surely not sent ({reason}): tried again at {again}",
    Why.REFUSED: "The {effect} was refused: {why_not}",
    Why.UNCERTAIN: "The {effect} may or may not have arrived, and is not sent again: {reason}",
    Why.CANCELLED: "The planned {effect} was cancelled: {reason}",
    Why.ALERTED: "Alert for {level}, on the desk and at any alert address: {alert}{because}",
    Why.CALLED: "Called {who} ({role}): {alert}{because}",
    Why.PROMISED: "An answer is promised for {due}",
    Why.PROMISE_MISSED: "The promise for {promised} was missed",
    Why.PAUSED: "{by} marked that we wait on the customer: update and resolution pause",
    Why.RESUMED: "The customer wrote: the clocks run on",
    Why.REPLY_SUBMITTED: "{by} wrote a reply",
    Why.CLOSED: "Closed ({reason})",
    Why.LINKED: "Linked to another thread of the same person, whose case speaks for both",
    Why.JOINED: "Another thread of the same person was linked: this case speaks for both",
    Why.PARTED: "The link was taken back: this case speaks for its own thread alone",
    Why.UNLINKED: "{by} took the link back: this thread has a case of its own again",
}

CLOCKS: Mapping[ClockKind, str] = {
    ClockKind.ACK: "acknowledgement",
    ClockKind.LAST_LEGAL: "last legal update",
    ClockKind.PROMISE: "promise",
    ClockKind.UPDATE: "next update",
    ClockKind.RESPONSE: "human reply",
    ClockKind.REPLY_WARNING: "warning before a reply is due",
    ClockKind.PROMISE_WARNING: "warning before the promise",
    ClockKind.RESOLUTION: "resolution",
    ClockKind.REMIND: "reminder to the customer",
    ClockKind.SILENCE: "closing after silence",
    ClockKind.QUIET: "closing when quiet",
}

_EFFECTS: Mapping[str, str] = {
    Effect.ACKNOWLEDGE: "acknowledgement",
    Effect.INVITE: "private reply",
    Effect.UPDATE: "update",
    Effect.REMIND: "reminder",
    Effect.CLOSE: "closing message",
    Effect.REPLY: "reply",
    Effect.ALERT_OWNER: "alert",
}

_TIMES = frozenset({"again", "claimed", "due", "human_until", "promised", "since", "until"})
"""Facts that are times because the core wrote them; whatever else looks like one is somebody's words."""

_NAMES = frozenset({"by", "to", "thread", "who"})
"""Facts that are names, shown letter by letter."""

_WITHOUT_WORDS = "[without words]"
_WRITTEN = frozenset({Why.CUSTOMER_WROTE, Why.BYSTANDER_WROTE, Why.HUMAN_REPLIED})

_BECAUSE = {
    "human_replied": "a person replied",
    "human_is_replying": "a person is replying",
    "human_promised": "a person made a promise",
    "customer_wrote": "the customer wrote",
    "withdrawn": "the customer withdrew",
    "deleted": "the customer deleted the message",
    "edited": "the customer changed the message",
    "closed": "the case was closed",
    "linked": "another case speaks for this thread",
    "nothing_owed": "nothing is owed any more",
    "waiting_on_customer": "it is the customer's turn",
    "just_told": "the customer was told something not long before",
    "max_updates": "no more updates are allowed",
    "never_acknowledged": "the rule wants nothing automatic",
    "not_taken": "no alert address took it",
    "reply_refused": "the reply was refused",
    "status_on_its_way": "the status of the incident says more, and is on its way",
    "incident_over": "this status is no longer in force",
    "collapsed": "something newer is to be said",
    "called_before": "the same call reached them less than a minute before",
}

_LEVELS = {
    Level.HOLDER: "whoever is in charge",
    Level.COORDINATOR: "the coordinator",
    Level.OWNER: "the owner",
}


def sentence(entry: Entry, policy: Policy) -> str:
    """Return an entry of the timeline as one sentence, without the words that were written."""
    facts = {name: _spoken(name, value, policy) for name, value in entry.facts.items()}
    facts["because"] = f" ({facts['reason']})" if facts.get("reason") else facts.get("because", "")
    facts["why_not"] = _why_not(facts)
    facts["wrote"] = _wrote(entry)
    facts["level"] = _LEVELS[Level(entry.facts.get("to", Level.OWNER))] if entry.why is Why.ALERTED else ""
    spoken = _SENTENCES[entry.why].format_map(
        _Blank({"by": "A person", **{k: v for k, v in facts.items() if v}})
    )
    if entry.why in (Why.HUMAN_REPLIED, Why.RESPONSE_MET, Why.RESPONSE_LATE) and entry.facts.get("assumed"):
        spoken += ": assumed, because the platform does not say who wrote"
    return spoken


def _why_not(facts: Mapping[str, str]) -> str:
    """Return how an attempt ended where that says more than that it was refused, and the reason."""
    ended = facts.get("outcome", "")
    told = (ended if ended != "refused" else "", facts.get("reason", ""))
    return ", ".join(filter(None, told)) or "no reason was given"


def reason(code: str) -> str:
    """Return in words why something was not sent; a platform's own code stays what it is."""
    return REASONS.get(code) or _BECAUSE.get(code, code)


def words(entry: Entry) -> str:
    """Return the words to show with an entry, in brackets what came besides or instead of them.

    Those of a reply stand where the person wrote them.
    """
    if entry.why is Why.SENT and entry.facts.get("effect") == Effect.REPLY:
        return ""
    sent = attachments.named(entry.facts.get("attachments", ""))
    shown = [entry.text, f"[{sent}]" if sent else ""]
    return "\n".join(filter(str.strip, shown)) or (_WITHOUT_WORDS if entry.why in _WRITTEN else "")


def is_wordless(case: Case) -> bool:
    """Return whether only the timeline tells what the customer sent last."""
    return case.owed is not None and not case.owed.messages[-1].text.strip()


def last_words(case: Case, timeline: Sequence[Entry] = ()) -> str:
    """Return what the customer is waiting to be answered; without words it takes the timeline to tell."""
    if case.owed is None:
        return ""
    last = case.owed.messages[-1]
    if not is_wordless(case):
        return last.text
    found = (words(entry) for entry in timeline if entry.message_id == last.id)
    return next(found, _WITHOUT_WORDS)


def case_as_data(case: Case, timeline: Sequence[Entry], policy: Policy, now: datetime) -> dict[str, Any]:
    """Return a case as plain data for JSON, with every clock and every reason."""
    until = clocks.human_until(case, policy)
    return {
        **summary(case, policy, now, timeline),
        "rule": case.rule,
        "rule_because": case.rule_why,
        "policy_version": case.policy_version,
        "language": case.language or policy.language,
        "formality": case.formality,
        "opened_at": _iso(case.opened_at),
        "closed_at": _iso(case.closed_at),
        "close_reason": case.close_reason,
        "previous": case.previous,
        "holder": case.holder,
        "human_may_write_until": _iso(until),
        "promise": _iso(case.promise.due_at) if case.promise else None,
        "first_response_seconds": case.first_response.took.total_seconds() if case.first_response else None,
        "timeline": [
            {
                "at": entry.at.isoformat(),
                "kind": entry.why,
                "what": sentence(entry, policy),
                "text": entry.text,
                "facts": dict(entry.facts),
            }
            for entry in timeline
        ],
    }


def summary(case: Case, policy: Policy, now: datetime, timeline: Sequence[Entry] = ()) -> dict[str, Any]:
    """Return one case as a row of a list; `timeline` is needed only where `is_wordless` says so."""
    return {
        "id": case.id,
        "channel": case.thread.channel,
        "customer": case.customer.name or case.customer.id,
        "status": case.status,
        "category": case.category,
        "owed_since": _iso(case.owed.since) if case.owed else None,
        "urgency": urgency(case, now),
        "last_words": last_words(case, timeline),
        "clocks": [
            {
                "clock": CLOCKS[clock.kind],
                "due_at": clock.due_at.isoformat(),
                "in_seconds": round((clock.due_at - now).total_seconds()),
                "because": clock.reckoning,
            }
            for clock in case.clocks
        ],
    }


def urgency(case: Case, now: datetime) -> str:
    """Return `late` when something was missed, `waiting` when an answer is owed, else `calm`."""
    if case.owed is None or case.status is not Status.OPEN:
        return "calm"
    late = case.owed.alerted or case.misses or case.alerts
    return "late" if late else "waiting"


def most_urgent_first(cases: Sequence[Case], now: datetime) -> list[Case]:
    """Return cases with the late ones first, and in each group the longest waiting first."""
    order = {"late": 0, "waiting": 1, "calm": 2}
    return sorted(cases, key=lambda c: (order[urgency(c, now)], c.owed.since if c.owed else now, c.id))


def length(span: timedelta) -> str:
    """Return a length of time as people say it, such as `14 min 59 s` or `2 d 3 h`."""
    seconds = abs(round(span.total_seconds()))
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    parts = []
    for name, size in units:
        amount, seconds = divmod(seconds, size)
        if amount:
            parts.append(f"{amount} {name}")
    return " ".join(parts[:2]) or "0 s"


def countdown(clock: Clock, now: datetime) -> str:
    """Return how long a clock has to run, or by how much it is over."""
    left = clock.due_at - now
    return f"in {length(left)}" if left >= timedelta() else f"{length(left)} ago"


def local_time(moment: datetime, policy: Policy) -> str:
    """Return a time on the clock of the channel's zone, as it is where that clock has no such time."""
    try:
        return calendar.local(policy.calendar, moment).strftime("%a %d %b %Y, %H:%M:%S")
    except OverflowError:
        return moment.isoformat()


def _wrote(entry: Entry) -> str:
    sent = attachments.named(entry.facts.get("attachments", ""))
    if not sent:
        return "wrote"
    return f"wrote, and sent {sent}" if entry.text.strip() else f"sent {sent}"


def _spoken(name: str, value: str, policy: Policy) -> str:
    if name in _NAMES:
        return value
    if name in _TIMES:
        return _time(value, policy)
    if name == "took":
        return length(timedelta(seconds=int(value)))
    if name == "effect":
        return _EFFECTS.get(value, value)
    if name == "alert":
        return TITLES[Alert(value)].lower()
    if name == "reason":
        return reason(value)
    return value.replace("_", " ")


def _time(value: str, policy: Policy) -> str:
    try:
        return local_time(datetime.fromisoformat(value), policy)
    except ValueError:
        return value


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
