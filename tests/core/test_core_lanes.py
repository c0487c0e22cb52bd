"""Public words, the one private reply, and two threads that are one case: R17, R18, R27, scenario 5."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.core.case import Case, CloseReason, Status
from chalicelib.core.decide import decide
from chalicelib.core.effects import Alert, DeliveryStatus, Effect
from chalicelib.core.errors import NotAllowed
from chalicelib.core.events import (
    AutomationWrote,
    CaseJoined,
    CustomerWrote,
    Outcome,
    ReplySubmitted,
    ThreadLinked,
    ThreadUnlinked,
)
from chalicelib.core.message import Customer, Lane, Message, Surface, Thread
from chalicelib.core.policy import Allowance, Policy
from chalicelib.core.timeline import Why
from tests import builders as b

COMMENT = Thread(channel="shop", key="c1", surface=Surface.COMMENT, public=True, place="post")
PRIVATE = Thread(channel="shop", key="anna-in-private")
ACK_AT = b.after(minutes=15, seconds=10)
DAY = timedelta(hours=24)
FACEBOOK = b.a_policy(allowance=Allowance(automatic=DAY, private_reply=timedelta(days=7)))
ONE_REPLY = b.a_policy(allowance=Allowance(later_public=False))
REVIEWS = b.a_policy(allowance=Allowance(edits=True))


def commented(policy: Policy = FACEBOOK) -> Case:
    return b.opened(policy, thread=COMMENT, message_id="c1")


def lanes(case: Case, at: datetime, policy: Policy = FACEBOOK) -> dict[Effect, Lane]:
    return {d.effect: d.lane for d in b.fired(case, at, policy).effects if d.effect is not Effect.ALERT_OWNER}


def acknowledged(policy: Policy = FACEBOOK) -> Case:
    case = b.fired(commented(policy), ACK_AT, policy)
    after = b.worded(case.case)
    for delivery in case.effects:
        settled = b.settled(after, delivery, at=ACK_AT, message_id=f"p-{delivery.key}")
        after = decide(after, settled, policy, ACK_AT).case
    return after


def next_moment(case: Case) -> datetime:
    assert case.due_at is not None
    return case.due_at


def test_scenario_5_r18_a_comment_earns_one_public_ack_and_one_private_reply() -> None:
    assert lanes(commented(), ACK_AT) == {
        Effect.ACKNOWLEDGE: Lane.PUBLIC_REPLY,
        Effect.INVITE: Lane.PRIVATE_REPLY,
    }


def test_r18_the_private_reply_is_sent_once_in_the_life_of_a_case() -> None:
    case = decide(acknowledged(), b.replied(b.after(hours=1)), FACEBOOK, b.after(hours=1)).case
    again = b.wrote("And now?", b.after(hours=20), thread=COMMENT)
    case = decide(case, again, FACEBOOK, again.at).case

    assert Effect.INVITE not in lanes(case, b.after(hours=20, minutes=16))


def test_r18_the_owner_may_switch_the_private_reply_off() -> None:
    silent = b.a_policy(allowance=FACEBOOK.allowance, private_reply=False)

    assert lanes(commented(silent), ACK_AT, silent) == {Effect.ACKNOWLEDGE: Lane.PUBLIC_REPLY}


def test_r25_past_the_platforms_time_there_is_no_private_reply() -> None:
    slow = b.a_policy(allowance=Allowance(private_reply=timedelta(minutes=10)))

    assert Effect.INVITE not in lanes(commented(slow), ACK_AT, slow)


def test_where_nothing_can_be_said_in_public_the_private_reply_is_the_ack() -> None:
    live = b.a_policy(allowance=Allowance(public=False, private_reply=timedelta(hours=4)))

    assert lanes(commented(live), ACK_AT, live) == {Effect.INVITE: Lane.PRIVATE_REPLY}


def test_r34_where_nothing_can_be_said_at_all_the_owner_is_called() -> None:
    mute = b.a_policy(allowance=Allowance(public=False))

    assert Alert.NOT_ACKNOWLEDGED in b.alerts_of(b.fired(commented(mute), ACK_AT, mute))


def test_a_private_reply_that_is_refused_calls_nobody_because_the_public_ack_stands() -> None:
    decision = b.fired(commented(), ACK_AT, FACEBOOK)
    invite = next(d for d in decision.effects if d.effect is Effect.INVITE)
    refused = b.settled(decision.case, invite, Outcome.REFUSED, at=ACK_AT)

    assert b.alerts_of(decide(decision.case, refused, FACEBOOK, ACK_AT)) == []


def test_r25_where_one_public_reply_is_allowed_the_owner_is_called_instead_of_an_update() -> None:
    case = acknowledged(ONE_REPLY)
    at = case.promise.due_at if case.promise else b.NOON

    decision = b.fired(case, at, ONE_REPLY)

    assert Effect.UPDATE not in b.effects_of(decision)
    assert Alert.NOT_SENT in b.alerts_of(decision)


def test_where_there_is_one_reply_a_later_word_changes_it() -> None:
    case = acknowledged(REVIEWS)
    at = case.promise.due_at if case.promise else b.NOON

    assert lanes(case, at, REVIEWS) == {Effect.UPDATE: Lane.EDIT}


def wrote_in_private(case: Case, at: datetime) -> Case:
    event = b.wrote("My number is 4711", at, thread=PRIVATE, customer=Customer(id="psid"))
    return decide(case, event, FACEBOOK, at).case


def test_r27_once_the_customer_writes_in_private_everything_is_said_in_private() -> None:
    case = wrote_in_private(acknowledged(), b.after(minutes=30))
    at = case.promise.due_at if case.promise else b.NOON

    assert lanes(case, at) == {Effect.UPDATE: Lane.MESSAGE}


def test_r25_when_the_private_window_has_closed_the_public_lane_is_taken_again() -> None:
    case = decide(acknowledged(), b.replied(b.after(hours=1)), FACEBOOK, b.after(hours=1)).case
    case = wrote_in_private(case, b.after(hours=2))
    case = decide(case, b.replied(b.after(hours=3)), FACEBOOK, b.after(hours=3)).case
    later = b.wrote("Nobody answers", b.after(hours=40), thread=COMMENT)
    case = decide(case, later, FACEBOOK, later.at).case

    assert lanes(case, b.after(hours=40, minutes=16)) == {Effect.ACKNOWLEDGE: Lane.PUBLIC_REPLY}


def reply_lane(case: Case, lane: Lane | None = None) -> Lane:
    event = ReplySubmitted(id="r", at=b.after(hours=1), case_id=case.id, by="Ana", text="Hi", lane=lane)
    return decide(case, event, FACEBOOK, event.at).case.outbox[-1].lane


def test_a_persons_reply_goes_where_the_customer_last_wrote() -> None:
    assert reply_lane(acknowledged()) is Lane.PUBLIC_REPLY
    assert reply_lane(wrote_in_private(acknowledged(), b.after(minutes=30))) is Lane.MESSAGE


def test_a_person_may_choose_another_lane() -> None:
    assert reply_lane(acknowledged(), Lane.PRIVATE_REPLY) is Lane.PRIVATE_REPLY


# Bystanders


def in_tree(who: str, text: str = "Same here!") -> CustomerWrote:
    return b.wrote(text, b.after(minutes=1), thread=COMMENT, customer=Customer(id=who), in_tree=True)


def test_scenario_5_r18_twenty_bystanders_earn_nothing() -> None:
    case = commented()
    for number in range(20):
        case = decide(case, in_tree(f"b{number}"), FACEBOOK, b.after(minutes=1)).case

    assert case.owed is not None
    assert [m.id for m in case.owed.messages] == ["c1"]


def test_r18_a_bystander_moves_neither_the_customer_nor_the_address() -> None:
    case = commented()

    after = decide(case, in_tree("bob"), FACEBOOK, b.after(minutes=1)).case

    assert (after.customer, after.address) == (case.customer, case.address)


def test_r18_the_author_may_go_on_below_their_own_comment() -> None:
    case = decide(commented(), in_tree("anna", "It was order 4711"), FACEBOOK, b.after(minutes=1)).case

    assert case.owed is not None
    assert len(case.owed.messages) == 2


def test_r18_a_bystander_who_comes_first_gives_way_to_the_author() -> None:
    case = decide(None, in_tree("bob"), FACEBOOK, b.after(minutes=1)).case
    top = b.wrote(thread=COMMENT, customer=Customer(id="anna"), message_id="c1", address={"comment_id": "c1"})

    after = decide(case, top, FACEBOOK, b.after(minutes=2)).case

    assert (after.customer.id, after.address) == ("anna", {"comment_id": "c1"})


def test_r34_a_question_in_a_tree_that_nobody_knows_is_owed_an_answer() -> None:
    assert decide(None, in_tree("bob", "Do you ship?"), FACEBOOK, b.after(minutes=1)).case.owed is not None


def test_r34_a_question_below_our_own_words_is_owed_an_answer() -> None:
    own = b.echoed(b.NOON, text="Ask us here!")
    case = decide(None, replace(own, thread=COMMENT, customer=Customer(id="")), FACEBOOK, b.NOON).case

    assert decide(case, in_tree("bob", "Do you ship?"), FACEBOOK, b.after(minutes=1)).case.owed is not None


def test_r18_r20_a_machine_or_a_bystander_never_moves_the_way_to_the_customer() -> None:
    case = b.opened(FACEBOOK, thread=COMMENT, address={"reply_to": "71"})
    machine = AutomationWrote(
        id="a",
        at=b.NOON,
        thread=COMMENT,
        customer=Customer(id="bot"),
        address={"reply_to": "72"},
        message_id="72",
        text="Buy!",
        sign="community",
    )
    edit = replace(
        b.edited("73", "Same!"), thread=COMMENT, customer=Customer(id="bob"), address={"reply_to": "73"}
    )

    for event in (machine, edit):
        assert decide(case, event, FACEBOOK, b.after(minutes=1)).case.address == {"reply_to": "71"}


def test_r20_a_machine_in_the_customers_place_is_owed_nothing() -> None:
    note = AutomationWrote(
        id="a",
        at=b.NOON,
        thread=b.THREAD,
        customer=b.ANNA,
        message_id="a",
        text="I am away",
        sign="auto-submitted",
    )

    case = decide(None, note, b.POLICY, b.NOON).case

    assert (case.status, case.owed) == (Status.IDLE, None)


# Two threads, one case


def joined(case: Case, *messages: Message, replied_at: datetime | None = None) -> Case:
    event = CaseJoined(
        id="j",
        at=b.after(minutes=5),
        case_id=case.id,
        thread=PRIVATE,
        customer=Customer(id="psid"),
        messages=messages,
        address={"psid": "1"},
        replied_at=replied_at,
    )
    return decide(case, event, FACEBOOK, event.at).case


def test_r3_r17_a_reply_in_a_thread_that_is_joined_later_answers_what_was_asked_before_it() -> None:
    case = joined(commented(), replied_at=b.after(minutes=3))

    assert case.owed is None
    assert lanes(case, ACK_AT) == {}


def test_r3_r17_a_reply_in_a_thread_that_is_joined_later_cancels_what_is_planned() -> None:
    planned = b.fired(commented(), ACK_AT).case
    waiting = planned.changed(
        outbox=tuple(replace(d, status=DeliveryStatus.PLANNED, attempt=0) for d in planned.outbox)
    )
    case = joined(waiting, replied_at=b.after(minutes=3))

    assert {d.status for d in case.outbox if d.automatic} == {DeliveryStatus.CANCELLED}


def test_r3_r17_a_reply_in_a_thread_that_is_joined_later_answers_nothing_asked_after_it() -> None:
    later = Message(id="d2", at=b.after(minutes=4), text="And the bill?")

    owed = joined(commented(), later, replied_at=b.after(minutes=3)).owed

    assert owed is not None
    assert owed.messages == (later,)


def test_r17_the_earlier_of_what_is_owed_in_both_threads_rules() -> None:
    earlier = Message(id="d1", at=b.NOON - timedelta(minutes=3), text="Hello?")

    owed = joined(commented(), earlier).owed

    assert owed is not None
    assert owed.since == earlier.at


def test_r17_the_joined_case_knows_the_way_into_the_other_thread() -> None:
    assert joined(commented()).address["psid"] == "1"


def test_r17_a_closed_case_that_gets_something_owed_is_open_again() -> None:
    case = decide(commented(), b.replied(b.after(minutes=1)), FACEBOOK, b.after(minutes=1)).case
    closed = case.changed(status=Status.CLOSED, closed_at=b.after(minutes=2))

    assert joined(closed, Message(id="d1", at=b.after(minutes=4), text="Hello?")).status is Status.OPEN


def linked(case: Case) -> Case:
    event = ThreadLinked(
        id="l", at=b.after(minutes=5), thread=case.thread, customer=case.customer, to=COMMENT
    )
    return decide(case, event, b.POLICY, event.at).case


def test_r17_the_other_threads_messages_are_cancelled_and_its_clocks_stop() -> None:
    case = linked(b.opened())

    assert (case.status, case.close_reason, case.due_at) == (Status.CLOSED, CloseReason.LINKED, None)


def test_r17_linking_twice_is_linking_once() -> None:
    once = linked(b.opened())

    assert linked(once) == once


def test_r17_a_link_can_be_taken_back() -> None:
    case = linked(b.opened())
    back = ThreadUnlinked(id="u", at=b.after(minutes=9), case_id=case.id, by="Ana")

    decision = decide(case, back, b.POLICY, back.at)

    assert decision.case.linked_to is None
    assert Why.UNLINKED in b.happened(decision)


def test_r17_a_link_that_is_none_cannot_be_taken_back() -> None:
    case = b.opened()

    with pytest.raises(NotAllowed):
        decide(case, ThreadUnlinked(id="u", at=b.NOON, case_id=case.id), b.POLICY, b.NOON)


def test_r5_r17_what_was_acknowledged_in_one_thread_is_not_acknowledged_again_in_the_other() -> None:
    event = CaseJoined(
        id="j",
        at=b.after(minutes=16),
        case_id=commented().id,
        thread=PRIVATE,
        customer=Customer(id="psid"),
        messages=(Message(id="d1", at=b.NOON, text="Hello?"),),
        settled=True,
        acked_at=ACK_AT,
        promised_at=b.after(hours=2),
    )

    case = decide(commented(), event, FACEBOOK, event.at).case

    assert Effect.ACKNOWLEDGE not in lanes(case, b.after(minutes=20))
    assert case.promise is not None
    assert case.promise.due_at == b.after(hours=2)


def test_r17_a_linked_thread_never_bends_the_way_of_the_case_that_speaks() -> None:
    case = b.opened(address={"chat_id": "11"})
    group = Thread(channel="shop", key="g:11", surface=Surface.COMMENT, public=True, place="g")
    elsewhere = b.wrote("In the group", b.after(minutes=1), thread=group, address={"chat_id": "-100"})

    assert decide(case, elsewhere, b.POLICY, elsewhere.at).case.address["chat_id"] == "11"


def test_r17_r18_the_other_account_of_a_linked_person_is_no_bystander() -> None:
    case = joined(commented())
    own = b.wrote("It is me", b.after(minutes=6), thread=COMMENT, customer=Customer(id="psid"), in_tree=True)

    owed = decide(case, own, FACEBOOK, own.at).case.owed

    assert owed is not None
    assert len(owed.messages) == 2
