"""The deployed shop from outside: webhooks come in over HTTP, and what it says arrives at the platform."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from chalicelib.queues.contract import QueueMessage
from chalicelib.sweep import SWEPT
from tests.deploy.cloud import MINUTE, until
from tests.deploy.outside import WINDOW, Outside
from tests.fakes import PAGE, SECRETS

pytestmark = pytest.mark.xdist_group("deploy")

POISON = "this is no event"


@pytest.fixture(scope="module", autouse=True)
def poisoned(shop: Outside) -> None:
    """Put what nobody can read among the events; the tests go on beside it."""
    shop.stack.events.put([QueueMessage(body=POISON, group="poisoned")])


def test_the_program_answers_below_the_stage(shop: Outside) -> None:
    assert shop.asks("GET", "/health").body == "ok"


def test_the_platform_can_check_the_address(shop: Outside) -> None:
    token = quote(SECRETS["META_VERIFY_TOKEN"])
    query = f"hub.mode=subscribe&hub.challenge=4711&hub.verify_token={token}"
    assert shop.asks("GET", f"/webhooks/page?{query}").body == "4711"


def test_a_webhook_that_somebody_else_has_signed_is_turned_away(shop: Outside) -> None:
    assert shop.customer_writes("stranger", secret="guessed").status == 401


def test_a_customer_nobody_answers_is_told_so_by_the_platform_once(shop: Outside) -> None:
    assert shop.customer_writes("waiting").status == 200

    assert [(one.host, one.path.rpartition(PAGE)[2]) for one in shop.told("waiting")] == [
        ("graph.facebook.com", "/messages")
    ]


def test_r3_a_persons_reply_cancels_what_was_to_be_said(shop: Outside) -> None:
    shop.customer_writes("answered")
    shop.page_writes("answered")

    case = shop.case_that("answered", lambda case: case.owed is None)
    assert case.owed is None and not shop.told("answered", 2 * WINDOW.total_seconds())


def test_r6_a_wake_up_that_was_lost_is_made_good_by_the_sweep(shop: Outside) -> None:
    shop.customer_writes("lost")
    shop.case_of("lost")
    shop.stack.cloud.emulator.sqs().purge_queue(QueueUrl=shop.stack.outputs()["WakeupsUrl"])

    assert shop.told("lost")


def test_the_schedule_sweeps_every_minute(shop: Outside) -> None:
    first = until(lambda: shop.stack.records.get(SWEPT, datetime.now(UTC)))
    assert first is not None
    assert until(lambda: shop.stack.records.get(SWEPT, datetime.now(UTC)) != first, 3 * MINUTE)


def test_r34_what_nobody_can_read_becomes_a_dead_letter(shop: Outside) -> None:
    dead = until(shop.stack.events.dead, 60)
    assert [letter.body for letter in dead] == [POISON]
