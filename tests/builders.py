"""Small cases, events and policies for the tests, with the parts that matter named where they are used."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.core import events
from chalicelib.core.calendar import Calendar, Interval
from chalicelib.core.case import Case
from chalicelib.core.decide import decide
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Delivery, DeliveryStatus, Effect
from chalicelib.core.events import DeliverySettled, Outcome, TimerFired
from chalicelib.core.message import Category, Customer, Formality, Thread, Understanding
from chalicelib.core.policy import Condition, Numbers, Policy, Rule, parse_duration
from chalicelib.core.timeline import Why

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""A Friday, in the opening hours of the calendar below."""

THREAD = Thread(channel="shop", key="t1")
ANNA = Customer(id="anna", name="Anna")

ALWAYS_OPEN = Calendar(zone="UTC", week=((Interval(0, 24 * 60),),) * 7)
NINE_TO_FIVE = Calendar(zone="UTC", week=((Interval(9 * 60, 17 * 60),),) * 5 + ((),) * 2)


def after(**span: float) -> datetime:
    return NOON + timedelta(**span)


def a_rule(**changes: Any) -> Rule:
    fields: dict[str, Any] = {
        "name": "messages",
        "window": parse_duration("15m"),
        "promise": parse_duration("2 business_hours"),
    }
    return Rule(**{**fields, **changes})


def a_policy(**changes: Any) -> Policy:
    numbers = {name: changes.pop(name) for name in tuple(changes) if name in Numbers.__dataclass_fields__}
    fields: dict[str, Any] = {
        "version": "1",
        "channel": "shop",
        "platform": "signed",
        "language": "en",
        "languages": frozenset({"en", "pl"}),
        "calendar": ALWAYS_OPEN,
        "rules": (a_rule(),),
        "numbers": Numbers(**numbers),
    }
    return Policy(**{**fields, **changes})


POLICY = a_policy()

COMPLAINTS_FIRST = a_policy(
    rules=(
        a_rule(
            name="complaints", window=parse_duration("5m"), when=Condition(category=frozenset({"complaint"}))
        ),
        a_rule(),
    )
)


def wrote(text: str = "Where is my order?", at: datetime = NOON, **changes: Any) -> events.CustomerWrote:
    name = changes.pop("message_id", f"m-{at.isoformat()}-{text[:20]}")
    meant = {key: changes.pop(key) for key in tuple(changes) if key in Understanding.__dataclass_fields__}
    return events.CustomerWrote(
        id=f"wrote:{name}",
        at=at,
        thread=changes.pop("thread", THREAD),
        customer=changes.pop("customer", ANNA),
        message_id=name,
        text=text,
        understanding=Understanding(**meant),
        **changes,
    )


def edited(message_id: str, text: str, at: datetime = NOON, **meant: Any) -> events.MessageEdited:
    return events.MessageEdited(
        id=f"edited:{message_id}:{text}",
        at=at,
        thread=THREAD,
        customer=ANNA,
        message_id=message_id,
        text=text,
        understanding=Understanding(**meant),
    )


def deleted(*message_ids: str, at: datetime = NOON) -> events.MessageDeleted:
    return events.MessageDeleted(
        id=f"deleted:{message_ids}", at=at, thread=THREAD, customer=ANNA, message_ids=message_ids
    )


def replied(at: datetime, text: str = "On its way.") -> events.HumanReplied:
    return events.HumanReplied(
        id=f"replied:{at.isoformat()}", at=at, thread=THREAD, customer=ANNA, message_id="h1", text=text
    )


def echoed(at: datetime, **changes: Any) -> events.MessageEchoed:
    fields: dict[str, Any] = {"message_id": "e1", "text": "On its way."}
    name = f"echoed:{at.isoformat()}"
    return events.MessageEchoed(id=name, at=at, thread=THREAD, customer=ANNA, **{**fields, **changes})


def timer(case: Case) -> TimerFired:
    return TimerFired(id="", at=NOON, case_id=case.id)


def settled(case: Case, delivery: Delivery, outcome: Outcome = Outcome.SENT, **more: Any) -> DeliverySettled:
    return DeliverySettled(
        id="",
        at=more.pop("at", delivery.due_at),
        case_id=case.id,
        key=delivery.key,
        attempt=delivery.attempt,
        outcome=outcome,
        **more,
    )


def opened(policy: Policy = POLICY, **message: Any) -> Case:
    """Return a case that one message at noon has opened."""
    event = wrote(**message)
    return decide(None, event, policy, max(event.at, NOON)).case


def fired(case: Case, now: datetime, policy: Policy = POLICY) -> Decision:
    """Return what the passing of time means at `now`."""
    return decide(case, timer(case), policy, now)


def worded(case: Case) -> Case:
    """Return the case with words in what has been claimed, as `put_into_words` would leave it."""
    for delivery in case.outbox:
        if delivery.status is DeliveryStatus.CLAIMED and delivery.automatic and not delivery.text:
            case = case.with_delivery(replace(delivery, text=f"words of {delivery.key}"))
    return case


def delivered(case: Case, now: datetime, policy: Policy = POLICY, outcome: Outcome = Outcome.SENT) -> Case:
    """Let what is due at `now` be claimed and settled, and return the case."""
    decision = fired(case, now, policy)
    case = worded(decision.case)
    for delivery in decision.effects:
        result = Outcome.SENT if delivery.effect is Effect.ALERT_OWNER else outcome
        case = decide(case, settled(case, delivery, result, at=now), policy, now).case
    return case


def acknowledged(policy: Policy = POLICY, now: datetime | None = None) -> Case:
    """Return a case whose ack went out at the end of the window."""
    return delivered(opened(policy), now or after(minutes=15, seconds=10), policy)


def effects_of(decision: Decision) -> list[Effect]:
    return [delivery.effect for delivery in decision.effects]


def alerts_of(decision: Decision) -> list[str]:
    return [str(d.alert) for d in decision.effects if d.alert]


def reasons_of(decision: Decision, why: Why) -> list[str]:
    return [entry.facts.get("reason", "") for entry in decision.timeline if entry.why is why]


def happened(decision: Decision) -> list[Why]:
    return [entry.why for entry in decision.timeline]


FORMAL, INFORMAL = Formality.FORMAL, Formality.INFORMAL
COMPLAINT, PRAISE = Category.COMPLAINT, Category.PRAISE
