"""Budgets: how much is said automatically to one customer, below one post, on one channel (R18, R20)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import budget
from chalicelib.core.budget import Account, Cap, Ledger, Said
from chalicelib.core.case import Case
from chalicelib.core.effects import Delivery, Effect, Wording
from chalicelib.core.message import Customer, Lane, Surface, Thread
from chalicelib.core.policy import Numbers
from tests import builders as b

NUMBERS = Numbers()
CASE = b.opened()
POST = b.opened(thread=Thread(channel="shop", key="c1", surface=Surface.COMMENT, public=True, place="post"))


def delivery(effect: Effect = Effect.ACKNOWLEDGE, lane: Lane = Lane.MESSAGE) -> Delivery:
    return Delivery(key="k", effect=effect, lane=lane, first_due_at=b.NOON, due_at=b.NOON)


def ledger(*hours_ago: float) -> Ledger:
    return Ledger(
        said=tuple(Said(key=f"{h}", at=b.NOON - timedelta(hours=h), digest=f"d{h}") for h in hours_ago)
    )


def reason(found: Ledger, account: Account, key: str = "k") -> str | None:
    return budget.refused(found, account, Said(key=key, at=b.NOON), b.NOON)


@pytest.mark.parametrize(
    ("hours_ago", "expected"),
    [
        ((), None),
        ((23, 22), None),
        ((23, 22, 1), "customer_budget_day"),
        ((24, 22, 1), None),
        (tuple(range(160, 30, -13)), "customer_budget_week"),
        ((168, *range(160, 45, -13)), None),
    ],
)
def test_r20_a_customer_gets_three_in_a_day_and_ten_in_a_week(
    hours_ago: tuple[float, ...], expected: str | None
) -> None:
    assert reason(ledger(*hours_ago), budget.customers(CASE, NUMBERS)) == expected


def test_r25_the_last_legal_update_goes_out_although_the_day_is_full() -> None:
    last = replace(delivery(Effect.UPDATE), wording=Wording.LAST_LEGAL)
    account = budget.accounts(CASE, last, NUMBERS)[0]

    assert reason(ledger(3, 2, 1), account) is None


def test_r20_one_message_counts_once_however_often_it_is_tried() -> None:
    full = ledger(3, 2, 1)

    assert reason(full, budget.customers(CASE, NUMBERS), key="3") is None


def test_r20_the_budget_is_the_customer_s_in_whichever_thread() -> None:
    other = b.opened(thread=Thread(channel="shop", key="other"))

    assert budget.customers(other, NUMBERS) == budget.customers(CASE, NUMBERS)


def test_r20_two_customers_have_a_budget_each() -> None:
    other = b.opened(customer=Customer(id="jan"))

    assert budget.customers(other, NUMBERS).key != budget.customers(CASE, NUMBERS).key


def test_r18_public_acks_are_capped_below_a_post() -> None:
    accounts = budget.accounts(POST, delivery(lane=Lane.PUBLIC_REPLY), NUMBERS)

    assert reason(ledger(0.9, 0.8, 0.5, 0.2, 0.1), accounts[0]) == "post_cap"
    assert reason(ledger(1, 0.8, 0.5, 0.2, 0.1), accounts[0]) is None


@pytest.mark.parametrize("lane", [Lane.MESSAGE, Lane.PRIVATE_REPLY])
def test_r18_what_is_said_in_private_does_not_count_below_the_post(lane: Lane) -> None:
    assert len(budget.accounts(POST, delivery(Effect.INVITE, lane), NUMBERS)) == 2


def test_r20_words_the_customer_has_read_are_refused_whoever_chose_them() -> None:
    said = Said(key="new", at=b.NOON, digest="d1")
    account = budget.customers(CASE, NUMBERS)

    assert budget.refused(ledger(1), account, said, b.NOON) == budget.SAID_BEFORE


def test_r20_a_message_that_is_tried_again_in_words_of_another_is_refused() -> None:
    mine, others = Said(key="mine", at=b.NOON, digest="first"), Said(key="other", at=b.NOON, digest="new")
    again = Said(key="mine", at=b.NOON, digest="new")
    account = budget.customers(CASE, NUMBERS)

    assert budget.refused(Ledger(said=(mine, others)), account, again, b.NOON) == budget.SAID_BEFORE
    assert budget.refused(Ledger(said=(mine, others)), account, mine, b.NOON) is None


def test_the_ledger_of_a_channel_has_a_bound_whatever_its_ceiling() -> None:
    account = budget.accounts(CASE, delivery(), Numbers(max_per_channel_an_hour=100_000))[-1]
    found = Ledger()
    for number in range(5000):
        at = b.NOON + timedelta(seconds=number)
        found = budget.entered(found, account, Said(key=str(number), at=at))

    assert len(found.said) <= 61 and found.within(timedelta(hours=1), at) >= 3540


def test_r20_a_channel_has_a_ceiling() -> None:
    account = budget.accounts(CASE, delivery(), Numbers(max_per_channel_an_hour=2))[-1]

    assert reason(ledger(0.5, 0.1), account) == "channel_ceiling"


@given(
    gaps=st.lists(st.floats(0, 400) | st.floats(0, 0.01), max_size=120),
    most=st.integers(1, 5),
    only_counts=st.booleans(),
)
def test_r20_no_order_of_messages_breaks_a_cap(gaps: list[float], most: int, *, only_counts: bool) -> None:
    cap = Cap(most=most, length=timedelta(hours=24), reason="full")
    account = Account(key="a", caps=(cap,), only_counts=only_counts)
    found, now = Ledger(), b.NOON
    for number, gap in enumerate(gaps):
        now += timedelta(hours=gap)
        said = Said(key=str(number), at=now)
        if budget.refused(found, account, said, now) is None:
            found = budget.entered(found, account, said)
        assert found.within(timedelta(hours=24), now) <= most


def test_r20_the_ceiling_of_a_channel_counts_every_message_for_an_hour_and_less_than_a_minute_more() -> None:
    account = budget.accounts(CASE, delivery(), Numbers(max_per_channel_an_hour=100_000))[-1]
    found, now = Ledger(), b.NOON
    for number in range(4000):
        now = b.NOON + timedelta(seconds=number)
        found = budget.entered(found, account, Said(key=str(number), at=now))

    assert 3600 <= found.within(timedelta(hours=1), now) < 3660


@given(st.lists(st.floats(0, 400), min_size=1, max_size=200))
def test_r20_a_customer_s_last_texts_are_remembered_however_old_and_no_more_than_that(
    gaps: list[float],
) -> None:
    account, found, now = budget.customers(CASE, NUMBERS), Ledger(), b.NOON
    for number, gap in enumerate(gaps):
        now += timedelta(hours=gap)
        found = budget.entered(found, account, Said(key=str(number), at=now, digest=f"d{number}"))
    newest = {f"d{number}" for number in range(len(gaps))[-budget.WORDS_REMEMBERED :]}

    assert newest <= found.digests


def test_the_ledger_of_a_case_of_nobody_is_the_thread_s() -> None:
    nobody = Case(id="x.1", thread=Thread(channel="shop", key="t9"), customer=Customer(id=""))

    assert budget.customers(nobody, NUMBERS).key.endswith(":customer:shop:t9")
