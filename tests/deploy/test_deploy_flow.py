"""The deployed shop from outside: webhooks come in over HTTP, and what it says arrives at the platform."""

from urllib.parse import quote

import pytest

from chalicelib.core.case import Status
from tests.deploy.cloud import until
from tests.deploy.conftest import WINDOW
from tests.deploy.outside import Outside
from tests.fakes import PAGE, SECRETS

pytestmark = pytest.mark.xdist_group("deploy")


def test_the_program_answers_below_the_stage(shop: Outside) -> None:
    assert shop.asks("GET", "/health").body == "ok"


def test_the_platform_can_check_the_address(shop: Outside) -> None:
    token = quote(SECRETS["META_VERIFY_TOKEN"])
    query = f"hub.mode=subscribe&hub.challenge=4711&hub.verify_token={token}"
    assert shop.asks("GET", f"/webhooks/page?{query}").body == "4711"


def test_a_webhook_that_somebody_else_has_signed_is_turned_away(shop: Outside) -> None:
    assert shop.customer_writes("stranger", secret="guessed").status == 401


def test_a_customer_nobody_answers_is_told_so_once_by_the_platform(shop: Outside) -> None:
    assert shop.customer_writes("waiting").status == 200

    told = shop.told("waiting")
    assert [(one.host, one.path.rpartition(PAGE)[2]) for one in told] == [("graph.facebook.com", "/messages")]


def test_r3_a_persons_reply_cancels_what_was_to_be_said(shop: Outside) -> None:
    shop.customer_writes("answered")
    shop.case_of("answered")

    shop.page_writes("answered")
    case = shop.case_that("answered", lambda case: case.status is not Status.OPEN)
    assert not shop.told("answered", seconds=6)
