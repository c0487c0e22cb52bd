"""An event moves a case: load, understand, decide, commit; a stale case is loaded again."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib import crises, metrics, patience, tracing, wakeups
from chalicelib.core import echoes, incident
from chalicelib.core.case import Case, Status, thread_hash
from chalicelib.core.decide import decide
from chalicelib.core.decision import Decision
from chalicelib.core.effects import DeliveryStatus
from chalicelib.core.errors import AlreadySeen, NotAllowed, StaleCase, UnknownCase
from chalicelib.core.events import (
    CaseEvent,
    CaseJoined,
    CaseParted,
    CustomerWrote,
    HumanReplied,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    PolicyChanged,
    StatusGiven,
    ThreadEvent,
    ThreadLinked,
    ThreadUnlinked,
)
from chalicelib.core.message import Customer, Thread
from chalicelib.core.policy import Policy
from chalicelib.envelope import QueuedEvent, origin_of, unseal
from chalicelib.language import understand
from chalicelib.platforms import platform
from chalicelib.platforms.besides import Resolving
from chalicelib.platforms.contract import FactLearned, Unresolved
from chalicelib.policies.build import PolicySet
from chalicelib.ports import Ports
from chalicelib.queues.contract import Received, give_back

log = logging.getLogger("hearback.handle")

_RACES = 20
_PREVIOUS_CASES = 5
_LINKS = 5
_SPOKEN_REMEMBERED = timedelta(days=1)
_INVITATIONS_REMEMBERED = timedelta(days=1)

_UNKNOWN_ENDS = frozenset({DeliveryStatus.UNCERTAIN, DeliveryStatus.CLAIMED})

Finish = Callable[[Decision, PolicySet, Policy, datetime], Decision]


def consume(received: Sequence[Received], ports: Ports) -> list[Received]:
    """Handle messages of the events queue and return those that failed, as they are to be given back.

    After a failure the rest of its group fails too, so that a thread's order is kept.
    """
    failed: list[Received] = []
    for one in received:
        _begin(one, ports)
        if one.group and any(one.group == other.group for other in failed):
            # It must wait for an earlier one of its thread; that is no attempt of its own.
            failed.append(one)
            continue
        try:
            patience.check(one, ports)
            handle(*unseal(one.body), ports)
            patience.over(one, ports)
            ports.meter.count("events", outcome="handled")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again and then buried
            failed.append(patience.judged(one, error, ports))
    ports.meter.flush()
    # Where Lambda has received them, nobody else says when they come again.
    give_back(ports.events, [one for one in failed if one.receipt])
    return failed


def _begin(one: Received, ports: Ports) -> None:
    origin = origin_of(one.body)
    tracing.begin(cause=origin.cause)
    if origin.put_at and one.receives == 1:
        metrics.waited(ports.meter, "events", ports.clock() - origin.put_at)


def handle(channel_id: str, event: QueuedEvent, ports: Ports) -> None:
    """Apply one event to all cases it concerns."""
    if isinstance(event, FactLearned):
        ports.facts.learn(channel_id, event)
    elif isinstance(event, Unresolved):
        channel = ports.policies.live().channel(channel_id)
        spoken = platform(channel.platform)
        if not isinstance(spoken, Resolving):
            raise TypeError(f"{channel.platform} cannot resolve events")
        facts = ports.facts.find(ports.tokens.renewed(channel), event.need)
        for resolved in spoken.resolve(event, facts, channel):
            handle(channel_id, resolved, ports)
    elif isinstance(event, HumanReplied) and event.to_all:
        _answer_all(channel_id, event, ports)
    elif isinstance(event, CustomerWrote) and _may_be_answered_together(channel_id, event, ports):
        apply(event, ports)
        _answered_meanwhile(channel_id, event, ports)
    elif isinstance(event, MessageDeleted):
        _erase(event, ports)
        apply(event, ports)
    elif isinstance(event, PolicyChanged):
        # A worker that goes on with the version before would find nothing changed, and nobody tells again.
        ports.policies.live(event.version)
        apply(event, ports)
    elif isinstance(event, MessageEchoed) and (home := _home_of(event, ports)):
        apply(event, ports, home=home)
        link(home, event.thread, ports)
    else:
        apply(event, ports)


def _may_be_answered_together(channel_id: str, event: ThreadEvent, ports: Ports) -> bool:
    channel = ports.policies.live().channel(channel_id)
    return event.thread.public and platform(channel.platform).CAPABILITIES.groups


def remember_invitation(case: Case, key: str, ports: Ports) -> None:
    """Keep which case a private reply is of: its echo comes in a private thread that knows nothing of it."""
    until = ports.clock() + _INVITATIONS_REMEMBERED
    ports.records.put(_invitation_key(case.thread.channel, case.customer.id), key, expires_at=until)


def _home_of(event: MessageEchoed, ports: Ports) -> str:
    """Return the id of the case whose private reply this echo in a private thread is, empty where of none."""
    if event.thread.public:
        return ""
    key = event.nonce
    if not key and event.unmarked:
        record = ports.records.get(_invitation_key(event.thread.channel, event.thread.key), ports.clock())
        key = record.value if record else ""
    home = key.rpartition("-")[0]
    if not home or home.partition(".")[0] == thread_hash(event.thread):
        return ""
    try:
        case = ports.store.load(home)
    except UnknownCase:
        return ""
    return home if case.thread.public and echoes.ours(case, event) else ""


def _invitation_key(channel_id: str, customer_id: str) -> str:
    return f"invitation:{channel_id}:{customer_id}"


def apply(
    event: ThreadEvent | CaseEvent, ports: Ports, finish: Finish | None = None, *, home: str = ""
) -> Decision | None:
    """Decide and commit; return the decision with the case as stored, None when there was nothing to do.

    `home` names a case that a thread's event is of although it came in another thread. `finish` may add to
    the decision before it is committed. Raises `NotAllowed`, `UnknownCase`, and
    `StaleCase` when others are always faster.
    """
    for _ in range(_RACES):
        policies = ports.policies.live()
        case = ports.store.load(home) if home else _load(event, ports)
        thread = event.thread if isinstance(event, ThreadEvent) else _known(case).thread
        tracing.note(case=case.id if case else "", cause=case.cause if case else "")
        policy = _policy(policies, event, case, ports)
        now = ports.clock()
        decision = decide(case, understood(event, case, policies), policy, now)
        if finish:
            decision = finish(decision, policies, policy, now)
        if decision.case == case and not decision.timeline:
            return None
        try:
            stored = ports.store.commit(
                tracing.stamped(decision.case, case), decision.timeline, seen=event.id, now=now
            )
        except StaleCase:
            continue
        except AlreadySeen:
            log.info("duplicate", extra={"channel": thread.channel, "event": type(event).__name__})
            ports.meter.count("duplicates")
            return None
        log.info(
            "handled",
            extra={"case": stored.id, "channel": thread.channel, "event": type(event).__name__},
        )
        metrics.answered(ports.meter, stored, case)
        metrics.unclear(ports.meter, decision.timeline)
        wakeups.schedule(stored, now, ports.wakeups)
        crises.watch(case, stored, policy, ports)
        return replace(decision, case=stored)
    raise StaleCase("other writers were faster every time")


def _load(event: ThreadEvent | CaseEvent, ports: Ports) -> Case | None:
    if isinstance(event, CaseEvent):
        return ports.store.load(event.case_id)
    case = ports.store.newest(event.thread)
    return case if isinstance(event, ThreadLinked) else _load_speaker(case, ports)


def _load_speaker(case: Case | None, ports: Ports) -> Case | None:
    """Return the case that speaks for a thread's newest case: itself, or the one it is linked to (R17)."""
    for _ in range(_LINKS):
        if case is None or case.linked_to is None:
            break
        case = ports.store.newest(case.linked_to)
    return case


def _known(case: Case | None) -> Case:
    if case is None:
        raise UnknownCase("an event inside the house needs a case")
    return case


def policy_of(case: Case, ports: Ports) -> Policy:
    """Return the policy of a case with what the platform allows in its thread. Raises `UnknownChannel`."""
    return allowed(ports.policies.live(), case.thread, case.address)


def link(case_id: str, thread: Thread, ports: Ports, *, by: str = "") -> None:
    """Let a case speak for another thread of the same person, too (R17).

    Raises `NotAllowed`, `UnknownCase`. May be repeated: what is owed in both threads is owed once.
    """
    case = ports.store.load(case_id)
    if case.linked_to is not None:
        raise NotAllowed("This case is linked itself: name the one that speaks for it")
    other = ports.store.newest(thread)
    if other and (other.id == case.id or other.linked_to == case.thread):
        return
    primary = _load_speaker(other, ports)
    if other and primary and primary.id != other.id and primary.status is Status.OPEN:
        # Somebody speaks for that thread already: this case joins them, and one of them talks.
        link(primary.id, case.thread, ports, by=by)
        return
    now = ports.clock()
    joined = CaseJoined(
        id=f"joined:{thread_hash(thread)}:{other.version if other else 0}",
        at=now,
        case_id=case.id,
        by=by,
        thread=thread,
        customer=other.customer if other else Customer(id=thread.key),
        **(_known_there(other) if other else {}),
    )
    # First this case knows, then the other is silent: whatever happens in between, nothing is lost.
    apply(joined, ports)
    linked = ThreadLinked(id="", at=now, thread=thread, customer=joined.customer, to=case.thread, by=by)
    apply(linked, ports)


def unlink(case_id: str, ports: Ports, *, by: str = "") -> None:
    """Give a linked thread a case of its own again. Raises `NotAllowed`, `UnknownCase` (R17)."""
    case = ports.store.load(case_id)
    now = ports.clock()
    apply(ThreadUnlinked(id="", at=now, case_id=case_id, by=by), ports)
    primary = ports.store.newest(case.linked_to) if case.linked_to else None
    if primary:
        parted = CaseParted(
            id="",
            at=now,
            case_id=primary.id,
            by=by,
            thread=case.thread,
            customer=case.customer,
            address=case.address,
        )
        apply(parted, ports)


def _known_there(other: Case) -> dict[str, Any]:
    promise = other.promise
    return {
        "messages": other.owed.messages if other.owed else (),
        "settled": other.owed is not None and other.owed.settled,
        "address": other.address,
        "wrote_at": other.last_customer_at,
        "acked_at": other.last_ack_at,
        "promised_at": promise.due_at if promise and promise.told else None,
        "replied_at": other.last_human_at,
    }


def _policy(policies: PolicySet, event: ThreadEvent | CaseEvent, case: Case | None, ports: Ports) -> Policy:
    """Return the channel's policy with what the platform allows in the thread, and any crisis (R25, R33)."""
    thread = event.thread if isinstance(event, ThreadEvent) else _known(case).thread
    address = {**(case.address if case else {}), **(event.address if isinstance(event, ThreadEvent) else {})}
    policy = allowed(policies, case.thread if case else thread, address)
    # Whether a status still holds must not hang on what was read a moment ago.
    strong = isinstance(event, StatusGiven) or (case is not None and incident.status_coming(case) is not None)
    return crises.informed(policy, ports, strong=strong)


def allowed(policies: PolicySet, thread: Thread, address: Mapping[str, str]) -> Policy:
    """Return the policy of a thread with what the platform allows there (R25). Raises `UnknownChannel`."""
    channel = policies.channel(thread.channel)
    allowance = platform(channel.platform).allowance(thread, address, channel)
    return replace(policies.policy(thread.channel), allowance=allowance)


def understood(
    event: ThreadEvent | CaseEvent, case: Case | None, policies: PolicySet
) -> ThreadEvent | CaseEvent:
    """Understand a new or changed message together with all that is unanswered (R14).

    In doubt it is in the language the thread was in before, and a first message in the channel's (R30).
    """
    if not isinstance(event, CustomerWrote | MessageEdited):
        return event
    owed = case.owed.messages if case and case.owed else ()
    others = [message.text for message in owed if message.id != event.message_id]
    kinds = event.attachments if isinstance(event, CustomerWrote) else ()
    known = (case.language if case else "") or policies.channel(event.thread.channel).language
    understanding = understand([*others, event.text], kinds, known, policies.vocabulary)
    return replace(event, understanding=understanding)


def _answer_all(channel_id: str, event: HumanReplied, ports: Ports) -> None:
    """Words of the team to a whole group answer everybody who waits in it."""
    if not event.about:
        _remember_spoken(event, ports)
    place = event.thread.place
    here = [
        case
        for case in ports.store.open_cases(channel_id)
        if case.thread.place == place or place in case.also_places
    ]
    for case in _meant(here, event.about):
        identifier = f"{event.id}:{case.id}"
        apply(replace(event, id=identifier, thread=case.thread, customer=case.customer, address={}), ports)


def _meant(cases: Sequence[Case], about: str) -> list[Case]:
    """Return the cases that words about one of our messages are for: all of them without such a message."""
    if not about:
        return list(cases)
    known = [case for case in cases if any(one.message_id == about for one in case.outbox)]
    # A message whose send had no known end has no known id either.
    return known or [case for case in cases if any(one.status in _UNKNOWN_ENDS for one in case.outbox)]


def _remember_spoken(event: HumanReplied, ports: Ports) -> None:
    """Keep when somebody last spoke to all, for messages on their way: see `_answered_meanwhile`."""
    key = _spoken_key(event.thread)
    before = ports.records.get(key, ports.clock())
    if before is None or datetime.fromisoformat(before.value) < event.at:
        ports.records.put(key, event.at.isoformat(), expires_at=event.at + _SPOKEN_REMEMBERED)


def _answered_meanwhile(channel_id: str, event: CustomerWrote, ports: Ports) -> None:
    """Let words to the whole group that overtook a customer's message answer it after all (R4)."""
    spoken = ports.records.get(_spoken_key(event.thread), ports.clock())
    at = datetime.fromisoformat(spoken.value) if spoken else None
    if at and at > event.at:
        answered = HumanReplied(
            id=f"{event.id}:answered",
            at=at,
            thread=event.thread,
            customer=event.customer,
            message_id="",
            text="",
        )
        apply(answered, ports)


def _spoken_key(thread: Thread) -> str:
    return f"spoken:{thread.channel}:{thread.place}"


def _erase(event: MessageDeleted, ports: Ports) -> None:
    # Before the commit: if this fails half way, the event comes again and finds the rest.
    case = ports.store.newest(event.thread)
    for _ in range(_PREVIOUS_CASES):
        if case is None:
            return
        ports.store.erase(case.id, event.message_ids)
        case = ports.store.load(case.previous) if case.previous else None
