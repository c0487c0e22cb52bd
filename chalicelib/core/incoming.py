"""What customers do: write, edit, take back; and what that leaves us owing (R4, R5, R14, R15, R16)."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core import calendar, events, loops, outbox, replies, restored
from chalicelib.core.case import Case, Owed, Status, case_id, number_of
from chalicelib.core.decision import Decision
from chalicelib.core.message import Formality, Message, Understanding, answers
from chalicelib.core.policy import Facts, Policy
from chalicelib.core.timeline import Why

MESSAGES_REMEMBERED = 20
LETTERS_REMEMBERED = 2000
ERASED_REMEMBERED = 20
CHATTED_REMEMBERED = 10


def trusted_time(event: events.ThreadEvent, policy: Policy, now: datetime) -> datetime:
    """Return the platform's time, or the time of receipt where that cannot be true (R4).

    What the business said long ago stays where it was: it is no answer to what is asked now.
    """
    if isinstance(event, events.HumanReplied | events.MessageEchoed):
        return min(event.at, now)
    return event.at if now - policy.numbers.skew_limit <= event.at <= now else now


def customer_wrote(d: Decision, event: events.CustomerWrote, policy: Policy, now: datetime) -> Decision:
    """A message: small talk moves nothing, anything else is owed an answer."""
    if is_bystander(d.case, event):
        return bystander_wrote(d, event, policy, now)
    if event.message_id in d.case.erased:
        return d.note(Why.DELETED_BEFORE_ARRIVAL, now, message_id=event.message_id)
    if _is_over(d.case, event, policy):
        d = Decision(_successor(d.case, policy))
    d = d.note(
        Why.CUSTOMER_WROTE,
        event.at,
        text=event.text,
        message_id=event.message_id,
        attachments=" ".join(event.attachments),
    )
    d = control(d, now, in_control=not event.standby)
    d = _judged(d, event, now)
    d = d.set(last_customer_at=replies.latest(d.case.last_customer_at, event.at))
    if not event.thread.public and d.case.thread.public:
        d = d.set(private_at=replies.latest(d.case.private_at, event.at))
    if event.understanding.small_talk:
        chatted = (*d.case.chatted, event.message_id)[-CHATTED_REMEMBERED:]
        return d.set(chatted=chatted).note(Why.SMALL_TALK, now)
    if event.understanding.withdrawn:
        return _withdraw(d, event.at, now)
    if d.case.last_human_at and answers(d.case.last_human_at, event.at):
        return _answered_before_arrival(d, event, policy, now)
    d = opened(d, event.at, now)
    d = _resumed(d, now)
    return _owing(d, event, policy, now)


def _judged(d: Decision, event: events.CustomerWrote, now: datetime) -> Decision:
    """Remember whether the newest message sounds like a machine (R20); a person's next one clears that."""
    found = loops.sign(d.case, event)
    if found == d.case.automaton:
        return d
    d = d.set(automaton=found)
    return d.note(Why.AUTOMATON_SUSPECTED, now, sign=found) if found else d


def is_bystander(case: Case, event: events.ThreadEvent) -> bool:
    """Return whether somebody else than the customer wrote in the customer's comment tree (R18).

    Where nobody knows whose tree it is, whoever asks there first is its customer: silence would be worse.
    """
    in_tree = isinstance(event, events.CustomerWrote) and event.in_tree
    return in_tree and bool(case.customer.id) and not case.is_customer(event.customer.id)


def _is_over(case: Case, event: events.CustomerWrote, policy: Policy) -> bool:
    matters = not event.understanding.small_talk and not event.understanding.withdrawn
    return (
        matters
        and case.status is Status.CLOSED
        and case.closed_at is not None
        and event.at - case.closed_at > policy.numbers.reopen_window
    )


def _successor(case: Case, policy: Policy) -> Case:
    return Case(
        id=case_id(case.thread, number_of(case.id) + 1),
        thread=case.thread,
        customer=case.customer,
        address=case.address,
        previous=case.id,
        policy_version=policy.version,
        last_human_at=case.last_human_at,
        in_control=case.in_control,
        deliveries_made=restored.first_number(policy),
    )


def opened(d: Decision, at: datetime, now: datetime) -> Decision:
    """Open the case, or open it again (R16)."""
    case = d.case
    if case.status is Status.IDLE:
        return d.set(status=Status.OPEN, opened_at=at).note(Why.OPENED, now, previous=case.previous)
    if case.status is Status.CLOSED:
        # What was answered stays answered; what is asked now is the next response (R16).
        d = d.set(
            status=Status.OPEN,
            reopened_at=at,
            closed_at=None,
            close_reason=None,
            promise=None,
            promises_made=0,
            misses=0,
            updates_made=0,
            update_from=None,
            alerts=frozenset(),
            paused_for=timedelta(),
        )
        return d.note(Why.REOPENED, now)
    return d


def _resumed(d: Decision, now: datetime) -> Decision:
    if d.case.paused_at is None:
        return d
    paused = now - d.case.paused_at
    # The time until the next update stood still meanwhile (R8).
    update_from = d.case.update_from + paused if d.case.update_from else None
    d = outbox.cancel_automatic(d, now, "customer_wrote")
    d = d.set(
        paused_at=None, paused_for=d.case.paused_for + paused, reminded_at=None, update_from=update_from
    )
    return d.note(Why.RESUMED, now)


def _owing(d: Decision, event: events.CustomerWrote, policy: Policy, now: datetime) -> Decision:
    message = Message(id=event.message_id, at=event.at, text=event.text[:LETTERS_REMEMBERED])
    owed = d.case.owed
    if owed is None or owed.doubtful:
        # What a person saw before is not what is asked now (R22).
        d = d.set(owed=Owed(since=event.at, messages=(message,)), close_proposed=False, seen=False)
        d = d.note(Why.CLOCK_STARTED, now, since=event.at.isoformat())
    else:
        others = (m for m in owed.messages if m.id != message.id)
        messages = tuple(sorted((*others, message), key=lambda m: m.at))
        kept = (messages[0], *messages[1:][-(MESSAGES_REMEMBERED - 1) :])
        since = min(owed.since, event.at)
        d = d.set(owed=replace(owed, since=since, messages=kept), close_proposed=False)
        d = d.note(Why.STILL_OWED, now, since=since.isoformat())
    return _understood(d, event.understanding, policy, now)


def _understood(d: Decision, meant: Understanding, policy: Policy, now: datetime) -> Decision:
    """Judge tone and matter again over all that is unanswered (R14); formal stays formal (R26)."""
    case = d.case
    locked = case.formality is Formality.FORMAL
    d = d.set(
        language=meant.language or case.language,
        formality=case.formality if locked else (meant.formality or case.formality),
        category=meant.category,
    )
    return matched(d, policy, now)


def matched(d: Decision, policy: Policy, now: datetime) -> Decision:
    """Find the rule for what is unanswered and remember which version of the policy it came from (R12)."""
    case = d.case
    if case.owed is None:
        return d.set(policy_version=policy.version)
    facts = Facts(
        channel=policy.channel,
        platform=policy.platform,
        surface=case.thread.surface,
        public=case.thread.public,
        category=case.category,
        language=case.language or policy.language,
        text="\n".join(m.text for m in case.owed.messages),
        wrote_at=calendar.local(policy.calendar, case.owed.since),
        open=calendar.is_open(policy.calendar, case.owed.since),
        reopened=case.reopened_at is not None,
    )
    match = policy.match(facts)
    changed = (match.rule.name, match.why) != (case.rule, case.rule_why)
    d = d.set(rule=match.rule.name, rule_why=match.why, policy_version=policy.version)
    if not changed:
        return d
    return d.note(Why.RULE_MATCHED, now, rule=match.rule.name, because=match.why, version=policy.version)


def _answered_before_arrival(
    d: Decision, event: events.CustomerWrote, policy: Policy, now: datetime
) -> Decision:
    """A human has written since: the message arrived late and is answered already (R4)."""
    answered_at = d.case.last_human_at
    d = d.note(Why.ANSWERED_BEFORE_ARRIVAL, now, message_id=event.message_id)
    if d.case.status is not Status.IDLE or answered_at is None:
        return d
    d = _owing(opened(d, event.at, now), event, policy, now)
    return replies.responded(d, answered_at, policy, now, assumed=False)


def _withdraw(d: Decision, at: datetime, now: datetime) -> Decision:
    """Take back what was asked before the "never mind", not what is asked since (R14)."""
    owed = d.case.owed
    if owed is None and d.case.promise is None:
        return d.note(Why.SMALL_TALK, now)
    if left := tuple(m for m in owed.messages if m.at > at) if owed else ():
        d = d.set(owed=Owed(since=left[0].at, messages=left))
        return d.note(Why.CLOCK_STARTED, now, since=left[0].at.isoformat())
    d = outbox.cancel_automatic(d, now, "withdrawn")
    return d.set(owed=None, promise=None, close_proposed=True).note(Why.WITHDRAWN, now)


def automation_wrote(d: Decision, event: events.AutomationWrote, _policy: Policy, _now: datetime) -> Decision:
    """A machine wrote in the customer's place: it is owed nothing and is never answered (R20)."""
    return d.note(
        Why.AUTOMATION_WROTE, event.at, text=event.text, message_id=event.message_id, sign=event.sign
    )


def edited(d: Decision, event: events.MessageEdited, policy: Policy, now: datetime) -> Decision:
    """A changed text is judged again; the clock runs on from the first version (R14)."""
    d = d.note(Why.CUSTOMER_EDITED, event.at, text=event.text, message_id=event.message_id)
    owed = d.case.owed
    if owed is None or all(m.id != event.message_id for m in owed.messages):
        return _more_than_small_talk(d, event, policy, now)
    if event.understanding.withdrawn:
        return _withdraw(d, event.at, now)
    if event.understanding.small_talk:
        return _without(d, (event.message_id,), now, "edited")
    messages = tuple(
        replace(m, text=event.text[:LETTERS_REMEMBERED]) if m.id == event.message_id else m
        for m in owed.messages
    )
    d = d.set(owed=replace(owed, messages=messages))
    return _understood(d, event.understanding, policy, now)


def _more_than_small_talk(
    d: Decision, event: events.MessageEdited, policy: Policy, now: datetime
) -> Decision:
    """Small talk that was edited into a question is asked now (R14, R15)."""
    meant = event.understanding
    if event.message_id not in d.case.chatted or meant.small_talk or meant.withdrawn:
        return d
    left = tuple(one for one in d.case.chatted if one != event.message_id)
    d = opened(d.set(chatted=left), event.at, now)
    d = _resumed(d, now)
    asked = events.CustomerWrote(
        id=event.id,
        at=event.at,
        thread=event.thread,
        customer=event.customer,
        message_id=event.message_id,
        text=event.text,
        understanding=meant,
    )
    return _owing(d, asked, policy, now)


def deleted(d: Decision, event: events.MessageDeleted, _policy: Policy, now: datetime) -> Decision:
    """What the customer took back is owed no answer (R14)."""
    erased = (*d.case.erased, *event.message_ids)[-ERASED_REMEMBERED:]
    d = d.set(erased=erased)
    for message_id in event.message_ids:
        d = d.note(Why.CUSTOMER_DELETED, event.at, message_id=message_id)
    return _without(d, event.message_ids, now, "deleted")


def _without(d: Decision, message_ids: tuple[str, ...], now: datetime, reason: str) -> Decision:
    owed = d.case.owed
    if owed is None or not any(m.id in message_ids for m in owed.messages):
        return d
    left = tuple(m for m in owed.messages if m.id not in message_ids)
    if left:
        return d.set(owed=replace(owed, since=left[0].at, messages=left))
    d = outbox.cancel_automatic(d, now, reason)
    return d.set(owed=None, promise=None, close_proposed=True).note(Why.WITHDRAWN, now, reason=reason)


def control(d: Decision, now: datetime, *, in_control: bool) -> Decision:
    """Remember whether the platform lets us speak in the thread; no clock moves (R28)."""
    if d.case.in_control is in_control:
        return d
    why = Why.CONTROL_REGAINED if in_control else Why.CONTROL_LOST
    return d.set(in_control=in_control).note(why, now)


def control_changed(d: Decision, event: events.ControlChanged, _policy: Policy, now: datetime) -> Decision:
    """The platform gave the thread to another app, or back."""
    return control(d, now, in_control=event.in_control)


def bystander_wrote(
    d: Decision, event: events.BystanderWrote | events.CustomerWrote, _policy: Policy, _now: datetime
) -> Decision:
    """Somebody else's words are context (R18)."""
    return d.note(Why.BYSTANDER_WROTE, event.at, text=event.text, message_id=event.message_id)
