"""Which text is said, and with what in it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.calendar import Calendar, Interval
from chalicelib.core.case import Case, Owed, Promise, Status
from chalicelib.core.compose import DAYS, Variable, compose, formality, put_into_words, variables_for
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Alert, Delivery, DeliveryStatus, Effect, Wording
from chalicelib.core.errors import TextMissing
from chalicelib.core.message import Category, Customer, Formality, Lane, Message, Thread
from chalicelib.core.policy import Policy, Rule
from chalicelib.core.timeline import Why

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""A Friday; 13:00 in Warsaw."""

ALWAYS_OPEN = Calendar(zone="UTC", week=((Interval(0, 1440),),) * 7)
NINE_TO_FIVE = Calendar(zone="UTC", week=((Interval(540, 1020),),) * 5 + ((),) * 2)
POLICY = Policy(
    version="1",
    channel="shop",
    platform="signed",
    language="en",
    languages=frozenset({"en", "pl"}),
    calendar=ALWAYS_OPEN,
    rules=(Rule(name="messages", window=None),),
)


@dataclass
class ListedTexts:
    """Texts that are their own ids, unless words are given for one; they remember what was asked."""

    ids: Mapping[str, int] = field(
        default_factory=lambda: {"ack": 3, "ack-public": 2, "missed": 2, "missed-again": 3}
    )
    words: Mapping[str, str] = field(default_factory=dict)
    heard: list[Mapping[str, Variable]] = field(default_factory=list)

    def variants(self, language: str, wording: str) -> Sequence[str]:
        return [f"{wording}-{n}" for n in range(1, self.ids.get(wording, 0) + 1)]

    def say(self, language: str, text_id: str, variables: Mapping[str, Variable]) -> str:
        self.heard.append(variables)
        return self.words.get(text_id, f"{language}:{text_id}")


def a_delivery(number: int = 1, **changes: Any) -> Delivery:
    fields: dict[str, Any] = {
        "effect": Effect.ACKNOWLEDGE,
        "wording": Wording.ACK,
        "status": DeliveryStatus.CLAIMED,
    }
    return Delivery(key=f"c.1-{number}", first_due_at=NOON, due_at=NOON, **{**fields, **changes})


def a_case(**changes: Any) -> Case:
    thread = Thread(channel="shop", key="t", public=changes.pop("public", False))
    owed = Owed(since=NOON, messages=(Message(id="m", at=NOON, text="{ $owner_phone } +48 600 100 200"),))
    fields: dict[str, Any] = {"id": "c.1", "status": Status.OPEN, "opened_at": NOON, "owed": owed, **changes}
    return Case(thread=thread, customer=Customer(id="anna", name="Anna"), **fields)


def said(case: Case, texts: ListedTexts, delivery: Delivery | None = None, policy: Policy = POLICY) -> str:
    return compose(case, delivery or a_delivery(), texts, policy, NOON).text


def sent_in_turn(texts: ListedTexts, count: int, **changes: Any) -> list[str]:
    """Say as many messages of one wording in a case, each of them sent."""
    case, heard = a_case(), []
    for number in range(1, count + 1):
        worded = compose(case, a_delivery(number, **changes), texts, POLICY, NOON)
        digest = hashlib.sha256(worded.text.encode()).hexdigest()[:16]
        settled = replace(worded, status=DeliveryStatus.SENT, digest=digest, text="")
        case = case.changed(outbox=(*case.outbox, settled))
        heard.append(worded.text)
    return heard


def test_every_variant_is_said_once_in_a_case_r20() -> None:
    assert sorted(sent_in_turn(ListedTexts(), 3)) == ["en:ack-1", "en:ack-2", "en:ack-3"]


def test_when_every_variant_has_been_said_no_text_is_left_r20() -> None:
    with pytest.raises(TextMissing, match="no unused text for ack in en"):
        sent_in_turn(ListedTexts(), 4)


@given(st.integers(1, 8), st.integers(1, 8))
def test_no_variant_is_ever_repeated_in_a_case_r20(variants: int, messages: int) -> None:
    texts = ListedTexts(ids={"ack": variants})
    heard = sent_in_turn(texts, min(variants, messages))

    assert len(set(heard)) == len(heard)


def holds(letters: int) -> Any:
    return lambda _delivery, text: len(text) <= letters


LENGTHS = ListedTexts(words={"ack-1": "x" * 90, "ack-2": "x" * 30, "ack-3": "x" * 60})


@given(st.integers(0, 50))
def test_of_the_variants_one_is_said_that_the_platform_takes(customer: int) -> None:
    case = replace(a_case(), id=f"c.{customer}")
    worded = compose(case, a_delivery(), LENGTHS, POLICY, NOON, fits=holds(50))

    assert worded.text == "x" * 30


def test_where_no_variant_is_short_enough_the_first_is_left_to_be_refused() -> None:
    worded = compose(a_case(), a_delivery(), LENGTHS, POLICY, NOON, fits=holds(10))

    assert worded == compose(a_case(), a_delivery(), LENGTHS, POLICY, NOON)


def test_a_short_variant_that_was_said_is_not_said_again_for_its_length_r20() -> None:
    first = compose(a_case(), a_delivery(1), LENGTHS, POLICY, NOON, fits=holds(50))
    case = a_case().changed(outbox=(replace(first, status=DeliveryStatus.SENT),))

    assert len(compose(case, a_delivery(2), LENGTHS, POLICY, NOON, fits=holds(50)).text) > 50


def test_a_variant_is_not_repeated_although_its_time_would_differ_r21() -> None:
    case = a_case()
    first = compose(case, a_delivery(1), ListedTexts(), POLICY, NOON)
    case = case.changed(outbox=(replace(first, status=DeliveryStatus.SENT),))
    others = ListedTexts(words={f"ack-{n}": f"another time {n}" for n in (1, 2, 3)})
    second = compose(case, a_delivery(2), others, POLICY, NOON)

    assert second.facts["variant"] != first.facts["variant"]


def test_two_variants_with_the_same_words_count_as_one_r20() -> None:
    texts = ListedTexts(words={"ack-1": "same", "ack-2": "same", "ack-3": "same"})

    with pytest.raises(TextMissing):
        sent_in_turn(texts, 2)


@pytest.mark.parametrize("status", [DeliveryStatus.REFUSED, DeliveryStatus.CANCELLED, DeliveryStatus.PLANNED])
def test_words_that_nobody_read_may_be_used_again(status: DeliveryStatus) -> None:
    texts = ListedTexts(ids={"ack": 1})
    unread = replace(compose(a_case(), a_delivery(1), texts, POLICY, NOON), status=status)

    assert said(a_case(outbox=(unread,)), texts, a_delivery(2)) == "en:ack-1"


@pytest.mark.parametrize(
    "status",
    [DeliveryStatus.SENT, DeliveryStatus.REHEARSED, DeliveryStatus.UNCERTAIN, DeliveryStatus.CLAIMED],
)
def test_words_that_somebody_may_have_read_are_used_up(status: DeliveryStatus) -> None:
    texts = ListedTexts(ids={"ack": 1})
    read = replace(compose(a_case(), a_delivery(1), texts, POLICY, NOON), status=status)

    with pytest.raises(TextMissing):
        said(a_case(outbox=(read,)), texts, a_delivery(2))


def test_a_second_attempt_says_what_the_first_would_have_said() -> None:
    first = compose(a_case(), a_delivery(1), ListedTexts(), POLICY, NOON)
    again = replace(first, text="", attempt=2)

    assert said(a_case(outbox=(again,)), ListedTexts(), again) == first.text


def test_what_a_person_wrote_is_not_repeated_by_us() -> None:
    texts = ListedTexts(ids={"ack": 1}, words={"ack-1": "We are on it."})
    human = a_delivery(1, effect=Effect.REPLY, wording=None, text="We are on it.", status=DeliveryStatus.SENT)

    with pytest.raises(TextMissing):
        said(a_case(outbox=(human,)), texts, a_delivery(2))


def test_not_every_customer_reads_the_same_first() -> None:
    firsts = {said(a_case(id=f"case{n}.1"), ListedTexts()) for n in range(40)}

    assert len(firsts) == 3


def test_the_same_case_says_the_same_whenever_it_is_asked() -> None:
    assert said(a_case(), ListedTexts()) == said(a_case(), ListedTexts())


def test_a_missed_promise_is_regretted_r22() -> None:
    assert "missed-" in said(a_case(), ListedTexts(ids={"missed": 1}), a_delivery(wording=Wording.MISSED))


def test_after_one_apology_the_plain_words_speak_r22() -> None:
    text = said(a_case(apologised=True), ListedTexts(), a_delivery(wording=Wording.MISSED))

    assert text.startswith("en:missed-again-")


GREETINGS = {"ack": 2, "ack-public": 2, "reopened": 2}
LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("case", "begins"),
    [
        ({}, "en:ack-"),
        ({"reopened_at": NOON}, "en:reopened-"),
        ({"reopened_at": NOON, "last_ack_at": NOON - timedelta(days=1)}, "en:reopened-"),
        ({"reopened_at": NOON, "last_ack_at": LATER}, "en:ack-"),
    ],
)
def test_who_opens_a_closed_case_again_is_told_so_once_r16(case: Mapping[str, Any], begins: str) -> None:
    assert said(a_case(**case), ListedTexts(ids=GREETINGS)).startswith(begins)


def test_in_public_nothing_is_said_of_what_was_before_r27() -> None:
    text = said(
        a_case(public=True, reopened_at=NOON), ListedTexts(ids=GREETINGS), a_delivery(lane=Lane.PUBLIC_REPLY)
    )

    assert text.startswith("en:ack-public-")


def test_public_words_for_a_reopened_case_are_said_where_the_owner_has_some() -> None:
    texts = ListedTexts(ids={**GREETINGS, "reopened-public": 1})
    text = said(a_case(public=True, reopened_at=NOON), texts, a_delivery(lane=Lane.PUBLIC_REPLY))

    assert text == "en:reopened-public-1"


def test_where_all_words_of_coming_back_have_been_read_the_plain_ones_are_said_r20() -> None:
    read = tuple(
        a_delivery(n, status=DeliveryStatus.SENT, facts={"variant": f"en:reopened-{n}"}, text=f"{n}")
        for n in (1, 2)
    )
    case = a_case(reopened_at=NOON, outbox=read)

    assert said(case, ListedTexts(ids=GREETINGS), a_delivery(3)).startswith("en:ack-")


@pytest.mark.parametrize(("disclose", "told"), [(True, "yes"), (False, "no")])
def test_the_owner_decides_whether_a_text_says_that_it_is_automatic_r32(*, disclose: bool, told: str) -> None:
    policy = replace(POLICY, disclose=disclose)

    assert variables_for(a_case(), a_delivery(), policy, NOON)["disclose"] == told


def test_in_public_the_public_words_are_said_r27() -> None:
    public = a_delivery(lane=Lane.PUBLIC_REPLY)

    assert said(a_case(public=True), ListedTexts(), public).startswith("en:ack-public-")


def test_in_private_the_public_words_are_not_said() -> None:
    assert not said(a_case(), ListedTexts()).startswith("en:ack-public-")


def test_where_there_are_no_public_words_the_private_ones_are_said() -> None:
    assert said(a_case(public=True), ListedTexts(ids={"ack": 1})) == "en:ack-1"


@pytest.mark.parametrize(("language", "spoken"), [("pl", "pl"), ("en", "en"), ("de", "en"), ("", "en")])
def test_a_language_without_texts_falls_back_to_the_channels_r30(language: str, spoken: str) -> None:
    assert said(a_case(language=language), ListedTexts()).startswith(f"{spoken}:")


def test_another_language_has_words_of_its_own() -> None:
    texts = ListedTexts(ids={"ack": 1})
    english = replace(compose(a_case(), a_delivery(1), texts, POLICY, NOON), status=DeliveryStatus.SENT)

    assert said(a_case(language="pl", outbox=(english,)), texts, a_delivery(2)) == "pl:ack-1"


def test_no_words_of_the_customer_reach_a_text_r27() -> None:
    texts = ListedTexts()
    said(a_case(), texts)

    assert {str(value) for value in texts.heard[0].values()}.isdisjoint({"Anna", "anna"})
    assert "600" not in str({name: value for name, value in texts.heard[0].items() if name != "back_at"})


FORMALITIES = [
    # what the customer showed, the policy's default, whether informal is allowed, what is said
    (None, "formal", True, "formal"),
    (None, "impersonal", True, "impersonal"),
    (None, "informal", True, "informal"),
    ("formal", "informal", True, "formal"),
    ("formal", "impersonal", False, "formal"),
    ("informal", "formal", True, "informal"),
    ("informal", "formal", False, "formal"),
    ("informal", "impersonal", False, "impersonal"),
]


@pytest.mark.parametrize(("shown", "default", "allowed", "spoken"), FORMALITIES)
def test_the_customers_own_words_decide_how_they_are_addressed_r26(
    *, shown: str | None, default: str, allowed: bool, spoken: str
) -> None:
    policy = replace(POLICY, formality=Formality(default), informal_allowed=allowed)

    assert formality(a_case(formality=Formality(shown) if shown else None), policy) == spoken


def variables(
    case: Case | None = None, policy: Policy = POLICY, now: datetime = NOON, **more: Any
) -> Mapping[str, Any]:
    return variables_for(case or a_case(), a_delivery(**more), policy, now)


@pytest.mark.parametrize(
    ("category", "mood"),
    [
        (Category.COMPLAINT, "upset"),
        (Category.QUESTION, "question"),
        (Category.PRAISE, "praise"),
        (Category.THANKS, "neutral"),
        (Category.SPAM, "neutral"),
        (Category.OTHER, "neutral"),
    ],
)
def test_the_mood_follows_what_the_message_is_r31(category: Category, mood: str) -> None:
    assert variables(a_case(category=category))["mood"] == mood


@pytest.mark.parametrize(("fact", "seen"), [({}, "no"), ({"seen": True}, "yes"), ({"holder": "eva"}, "yes")])
def test_seen_is_said_only_when_a_person_saw_or_took_it_r22(fact: Mapping[str, Any], seen: str) -> None:
    assert variables(a_case(**fact))["seen"] == seen


def test_place_tells_public_from_private() -> None:
    assert (variables(lane=Lane.PUBLIC_REPLY)["place"], variables()["place"]) == ("public", "private")


def in_zone(zone: str, calendar: Calendar = ALWAYS_OPEN) -> Policy:
    return replace(POLICY, calendar=replace(calendar, zone=zone))


@pytest.mark.parametrize(
    ("due_at", "day"),
    [
        (NOON + timedelta(minutes=1), "today"),
        (datetime(2026, 11, 20, 23, 59, tzinfo=UTC), "today"),
        (datetime(2026, 11, 21, 0, 1, tzinfo=UTC), "tomorrow"),
        (datetime(2026, 11, 22, 12, 0, tzinfo=UTC), "sunday"),
        (datetime(2026, 11, 26, 23, 59, tzinfo=UTC), "thursday"),
        (datetime(2026, 11, 27, 0, 1, tzinfo=UTC), "later"),
        (datetime(2027, 1, 1, 12, 0, tzinfo=UTC), "later"),
        (None, "none"),
    ],
)
def test_a_promise_is_today_tomorrow_a_day_of_the_week_or_later(due_at: datetime | None, day: str) -> None:
    assert variables(promise_due_at=due_at)["promise_day"] == day


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Warsaw", "tomorrow"),
        ("America/New_York", "today"),
        ("Pacific/Kiritimati", "today"),
        ("UTC", "today"),
    ],
)
def test_the_day_is_that_of_the_channels_zone(zone: str, day: str) -> None:
    evening = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
    due_at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)

    assert variables(policy=in_zone(zone), now=evening, promise_due_at=due_at)["promise_day"] == day


@pytest.mark.parametrize(
    ("now", "due_at", "day", "wall"),
    [
        # The night before clocks go back is an hour longer, the night before they go forward an hour shorter.
        ((2026, 10, 24, 21, 30), (2026, 10, 25, 22, 30), "tomorrow", "23:30"),
        ((2026, 10, 24, 22, 30), (2026, 10, 25, 0, 30), "today", "02:30"),
        ((2026, 10, 25, 0, 30), (2026, 10, 25, 1, 30), "today", "02:30"),
        ((2026, 3, 28, 22, 30), (2026, 3, 29, 21, 30), "tomorrow", "23:30"),
        ((2026, 3, 28, 22, 59), (2026, 3, 28, 23, 1), "tomorrow", "00:01"),
        ((2026, 3, 29, 0, 30), (2026, 3, 29, 1, 30), "today", "03:30"),
    ],
)
def test_day_and_time_are_right_in_the_nights_when_clocks_change(
    now: tuple[int, ...], due_at: tuple[int, ...], day: str, wall: str
) -> None:
    found = variables(
        policy=in_zone("Europe/Warsaw"),
        now=datetime(*now, tzinfo=UTC),  # type: ignore[arg-type,misc] # five numbers
        promise_due_at=datetime(*due_at, tzinfo=UTC),  # type: ignore[arg-type,misc] # five numbers
    )

    assert (found["promise_day"], f"{found['promise_at']:%H:%M}") == (day, wall)


def test_midnight_is_said_as_the_last_minute_of_the_day_that_ends() -> None:
    midnight = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    found = variables(policy=in_zone("Europe/Warsaw"), promise_due_at=midnight)

    assert (found["promise_day"], f"{found['promise_at']:%H:%M}") == ("today", "23:59")


@given(
    st.integers(0, 14 * 24 * 60),
    st.sampled_from(["UTC", "Europe/Warsaw", "America/St_Johns", "Asia/Kathmandu"]),
)
def test_the_day_always_names_the_date_on_the_wall(minutes: int, zone: str) -> None:
    due_at = NOON + timedelta(minutes=minutes)
    found = variables(policy=in_zone(zone), promise_due_at=due_at)
    wall: datetime = found["promise_at"]
    days = (wall.date() - NOON.astimezone(wall.tzinfo).date()).days
    expected = {0: "today", 1: "tomorrow"}.get(days, DAYS[wall.weekday()] if days < 7 else "later")

    assert found["promise_day"] == expected


def test_while_open_nothing_is_told_of_opening() -> None:
    found = variables(policy=in_zone("UTC", NINE_TO_FIVE))

    assert (found["open"], found["back_day"]) == ("yes", "today")


def test_outside_hours_the_next_opening_is_told_r11() -> None:
    friday_evening = NOON.replace(hour=18)
    found = variables(policy=in_zone("UTC", NINE_TO_FIVE), now=friday_evening)

    assert (found["open"], found["back_day"], f"{found['back_at']:%H:%M}") == ("no", "monday", "09:00")


def test_where_no_opening_is_left_the_customer_is_answered_all_the_same_r34() -> None:
    summer_only = Calendar(zone="UTC", week=((),) * 7, exceptions={date(2026, 7, 1): (Interval(540, 1020),)})
    found = variables(policy=in_zone("UTC", summer_only))

    assert (found["open"], found["back_day"], found["back_at"]) == ("no", "none", "")


def claimed(*deliveries: Delivery, **changes: Any) -> Decision:
    return Decision(a_case(outbox=deliveries, **changes), effects=deliveries)


def test_a_claimed_message_gets_its_words_in_the_case_and_among_the_effects() -> None:
    decision = put_into_words(claimed(a_delivery()), ListedTexts(), POLICY, NOON)

    assert decision.effects[0].text.startswith("en:ack-")
    assert decision.case.outbox == decision.effects


def test_a_message_without_words_is_refused_and_the_owner_is_called_r34() -> None:
    decision = put_into_words(claimed(a_delivery()), ListedTexts(ids={}), POLICY, NOON)
    refused, alert = decision.case.outbox

    assert (decision.effects, refused.status) == ((), DeliveryStatus.REFUSED)
    assert (alert.alert, alert.facts["reason"]) == (Alert.DELIVERY_REFUSED, "no_text")


def test_a_refusal_for_want_of_words_is_written_down_r29() -> None:
    decision = put_into_words(claimed(a_delivery()), ListedTexts(ids={}), POLICY, NOON)

    assert (Why.REFUSED, "no_text") in [(entry.why, entry.facts.get("reason")) for entry in decision.timeline]


def test_one_message_without_words_does_not_hold_back_the_others() -> None:
    update = a_delivery(1, effect=Effect.UPDATE, wording=Wording.UPDATE)
    decision = put_into_words(claimed(update, a_delivery(2)), ListedTexts(), POLICY, NOON)

    assert [effect.key for effect in decision.effects] == ["c.1-2"]


def test_two_messages_claimed_at_once_say_different_things_r20() -> None:
    decision = put_into_words(claimed(a_delivery(1), a_delivery(2)), ListedTexts(), POLICY, NOON)

    assert len({effect.text for effect in decision.effects}) == 2


def test_words_that_are_there_already_are_kept() -> None:
    asked_again = a_delivery(text="As said before.", reconciling=True)
    decision = put_into_words(claimed(asked_again), ListedTexts(), POLICY, NOON)

    assert decision.effects == (asked_again,)


@pytest.mark.parametrize("effect", [Effect.REPLY, Effect.ALERT_OWNER])
def test_what_a_person_wrote_and_calls_to_the_owner_need_no_words_of_ours(effect: Effect) -> None:
    before = claimed(a_delivery(effect=effect, wording=None))

    assert put_into_words(before, ListedTexts(), POLICY, NOON) == before


def test_a_promise_of_the_case_is_not_named_unless_the_message_carries_it() -> None:
    case = a_case(promise=Promise(due_at=NOON + timedelta(hours=2), made_at=NOON))

    assert variables(case)["promise_day"] == "none"
