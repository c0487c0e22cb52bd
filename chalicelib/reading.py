"""What people look at: the reads behind the desk and the command line."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib import budgets, explain, handle
from chalicelib.core import lanes, promising
from chalicelib.core.case import Case, Status
from chalicelib.core.compose import compose
from chalicelib.core.effects import Delivery, Effect
from chalicelib.core.errors import NotAllowed, TextMissing, UnknownCase
from chalicelib.core.message import Lane, Thread
from chalicelib.core.policy import Policy
from chalicelib.core.timeline import Entry, Why
from chalicelib.core.values import dataclass
from chalicelib.platforms import platform
from chalicelib.platforms.contract import Limit
from chalicelib.platforms.lengths import measure
from chalicelib.platforms.payload import TEXT_LIMIT, clean
from chalicelib.ports import Ports

POLICY_PROBLEM = "state:policies"
"""The record in which `serve.watch` leaves the mistakes of files that could not go live."""

_LINKS_SHOWN = 10
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One case with all that explains it; `lane` is the way a reply takes, `limit` what fits on it.

    `spoken_for_by` is the id of the case that speaks for this one, empty where it speaks for itself;
    `speaks_for` the ids of those it speaks for, `linkable` whether it may speak for one more (R17).
    `awaits_approval` is the public acknowledgement that a person must approve, with its words (R18).
    """

    case: Case
    timeline: tuple[Entry, ...]
    policy: Policy
    lane: Lane
    limit: Limit
    spoken_for_by: str = ""
    speaks_for: tuple[str, ...] = ()
    linkable: bool = False
    awaits_approval: Delivery | None = None


def look(case_id: str, ports: Ports) -> View:
    """Return one case. Raises `UnknownCase` or `UnknownChannel`."""
    case = ports.store.load(case_id)
    timeline = ports.store.timeline(case_id)
    policy = ports.policies.live().policy(case.thread.channel)
    allowed = handle.policy_of(case, ports)
    lane = lanes.lane_for(case, Effect.REPLY, allowed, ports.clock()) or Lane.MESSAGE
    speaker = ports.store.newest(case.linked_to) if case.linked_to else None
    can = platform(policy.platform).CAPABILITIES
    return View(
        case=case,
        timeline=timeline,
        policy=policy,
        lane=lane,
        limit=can.lanes.get(lane, Limit(TEXT_LIMIT)),
        spoken_for_by=speaker.id if speaker else "",
        speaks_for=_speaks_for(case, timeline, ports),
        # Whoever sits before a chat that we serve ourselves sees that chat and nothing else.
        linkable=case.status is Status.OPEN and not can.hosted,
        awaits_approval=_awaiting(case, allowed, ports),
    )


def _awaiting(case: Case, policy: Policy, ports: Ports) -> Delivery | None:
    """Return the acknowledgement that waits for approval, worded as it would be said now."""
    waiting = next((one for one in case.outbox if one.pending and one.awaits_approval), None)
    if waiting is None:
        return None
    lane = lanes.lane_for(case, waiting.effect, policy, ports.clock()) or waiting.lane
    texts, said = ports.policies.live().texts, budgets.words_said(case, policy, ports)
    try:
        now = ports.clock()
        promised = promising.promise_at(case, waiting, policy, now)
        worded = replace(waiting, lane=lane, promise_due_at=promised)
        return compose(case, worded, texts, policy, now, said=said)
    except TextMissing:
        return waiting


def approvable(view: View) -> str:
    """Return the key of what waits for approval. Raises `NotAllowed` where nothing does."""
    if view.awaits_approval is None:
        raise NotAllowed("Nothing waits for approval in this case")
    return view.awaits_approval.key


def open_cases(ports: Ports, channel: str = "") -> list[Case]:
    """Return the open cases of one channel or of all, the most urgent first."""
    channels = [channel] if channel else list(ports.policies.live().channels)
    found = [case for name in channels for case in ports.store.open_cases(name)]
    return explain.most_urgent_first(found, ports.clock())


def needed_timeline(case: Case, ports: Ports) -> tuple[Entry, ...]:
    """Return the timeline where only it tells what the customer sent last, else nothing without a read."""
    return ports.store.timeline(case.id) if explain.is_wordless(case) else ()


def sendable(text: str, view: View) -> str:
    """Return a person's words as they can be sent. Raises `NotAllowed` when there are none or too many."""
    if view.spoken_for_by:
        raise NotAllowed(f"Case {view.spoken_for_by} speaks for this conversation, too: please reply there")
    words = clean(text).strip()
    if not words:
        raise NotAllowed("Please write something")
    length = measure(words, view.limit.unit)
    if length > view.limit.amount:
        raise NotAllowed(
            f"The platform takes at most {view.limit.amount} {view.limit.unit}, and these are {length}"
        )
    return words


def keepable(text: str) -> str:
    """Return the words of a note as they can be kept. Raises `NotAllowed` when there are none or too many."""
    words = text.strip()
    if not words:
        raise NotAllowed("Please write something: an empty note tells nobody anything")
    if len(words) > TEXT_LIMIT:
        raise NotAllowed(f"A note holds at most {TEXT_LIMIT} characters, and these are {len(words)}")
    return clean(words)


def keepable_name(text: str) -> str:
    """Return a person's name as it can be kept. Raises `NotAllowed` when there is none or it is too long."""
    name = " ".join(clean(text).split())
    if not name or len(name) > _LONGEST_NAME:
        raise NotAllowed(f"Please name a person, in at most {_LONGEST_NAME} letters")
    return name


def thread_to_link(case_id: str, view: View, ports: Ports) -> Thread:
    """Return the thread of another case for which the case in view is to speak, too (R17).

    Raises `NotAllowed` where this would send words astray or hide a case behind another.
    """
    try:
        other = look(case_id, ports)
    except UnknownCase:
        raise NotAllowed("There is no such case: please copy the other case's id from its page") from None
    if sentence := _not_linkable(view, other):
        raise NotAllowed(sentence)
    return other.case.thread


def _not_linkable(view: View, other: View) -> str:
    one, two = view.case.thread, other.case.thread
    if view.case.status is not Status.OPEN:
        return "Only an open case can speak for another: please link them on the other case's page"
    if one.channel != two.channel:
        return "Cases of two channels cannot be linked: please answer each where it was asked"
    if not view.linkable:
        return "A chat is answered in its own window: please answer each of them there"
    if one.key == two.key:
        return "These are one conversation already: please name a case of another one"
    if other.spoken_for_by not in ("", view.case.id):
        return f"Case {other.spoken_for_by} speaks for it already: please take that link back first"
    if other.speaks_for:
        return "The other case speaks for a third one: please link this one on its page instead"
    return ""


def _speaks_for(case: Case, timeline: Sequence[Entry], ports: Ports) -> tuple[str, ...]:
    keys = dict.fromkeys(entry.facts.get("thread", "") for entry in timeline if entry.why is Why.JOINED)
    threads = [Thread(channel=case.thread.channel, key=key) for key in [*keys][-_LINKS_SHOWN:]]
    newest = [ports.store.newest(thread) for thread in threads]
    return tuple(one.id for one in newest if one and one.linked_to and _is_of(case, one.linked_to))


def _is_of(case: Case, thread: Thread) -> bool:
    return (thread.channel, thread.key) == (case.thread.channel, case.thread.key)
