"""Telegram's registration, and what is told of it."""

import json
from typing import Any

import pytest

from chalicelib.platforms import telegram, telegram_setup
from chalicelib.platforms.contract import HttpResponse
from tests.platforms import harness as h

BOT = {"id": 7000000001, "is_bot": True, "can_read_all_group_messages": True, "can_connect_to_business": True}
INFO = {"url": h.URL, "pending_update_count": 0, "allowed_updates": list(telegram_setup.UPDATES)}


def ok(result: Any) -> HttpResponse:
    return h.answered(200, {"ok": True, "result": result})


DONE = h.answered(200, {"ok": True, "result": True})
REFUSED = h.answered(400, {"ok": False, "error_code": 400, "description": "bad webhook"})
UNKNOWN = h.answered(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})


def checked(**info: Any) -> list[str]:
    """Return the faults that are found where getWebhookInfo answers so."""
    _, report = h.led(telegram.check(h.channel("telegram"), h.URL), ok(BOT), ok({**INFO, **info}))
    return h.faults(report)


def test_registering_sets_address_secret_and_the_whole_list_of_updates() -> None:
    asked, _ = h.led(telegram.register(h.channel("telegram"), h.URL), ok(BOT), DONE, ok(INFO))
    set_webhook = next(one.request for one in asked if one.request.url.endswith("/setWebhook"))

    assert json.loads(set_webhook.body) == {
        "url": h.URL,
        "secret_token": h.NEWEST,
        "allowed_updates": list(telegram_setup.UPDATES),
    }


def test_what_was_registered_is_looked_at_afterwards() -> None:
    _, report = h.led(telegram.register(h.channel("telegram"), h.URL), ok(BOT), DONE, ok(INFO))

    assert h.faults(report) == []


def test_an_unknown_token_ends_the_registration_at_once() -> None:
    asked, report = h.led(telegram.register(h.channel("telegram"), h.URL), UNKNOWN)

    assert len(asked) == 1
    assert h.faults(report) == ["Telegram does not know this bot_token"]


def test_a_refused_webhook_is_told() -> None:
    _, report = h.led(telegram.register(h.channel("telegram"), h.URL), ok(BOT), REFUSED)

    assert h.faults(report) == ["Telegram refused the webhook"]


def test_a_webhook_that_is_right_has_no_faults() -> None:
    assert checked() == []


@pytest.mark.parametrize("url", ["", "https://elsewhere.example/webhooks/shop"])
def test_a_webhook_that_leads_elsewhere_is_told(url: str) -> None:
    assert checked(url=url) == ["updates are not delivered to this address"]


def test_updates_that_are_not_delivered_are_named() -> None:
    left_out = [one for one in telegram_setup.UPDATES if one != "business_message"]

    assert checked(allowed_updates=left_out) == ["not delivered: business_message"]


def test_a_failed_delivery_is_told_without_telegrams_words() -> None:
    assert checked(last_error_date=1, last_error_message="secret words") == ["the last delivery failed"]


def test_a_webhook_that_cannot_be_looked_at_is_told() -> None:
    _, report = h.led(telegram.check(h.channel("telegram"), h.URL), ok(BOT), REFUSED)

    assert h.faults(report) == ["Telegram did not tell about the webhook"]


def test_another_server_is_asked_where_there_is_one() -> None:
    here = h.channel("telegram", api_base="http://127.0.0.1:8081")
    asked, _ = h.led(telegram.check(here, h.URL), ok(BOT), ok(INFO))

    assert all(one.request.url.startswith("http://127.0.0.1:8081/bot") for one in asked)


GUIDE = (h.GUIDES / "telegram.md").read_text(encoding="utf-8")
NOT_YET = BOT | {"can_read_all_group_messages": False, "can_connect_to_business": False}


def found(*said: HttpResponse) -> list[str]:
    """Return all that is found, good or bad."""
    return [one.what for one in h.led(telegram.register(h.channel("telegram"), h.URL), *said)[1].findings]


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ([UNKNOWN], "Telegram does not know this bot_token"),
        ([ok(BOT), REFUSED], "Telegram refused the webhook"),
        ([ok(BOT), DONE, REFUSED], "Telegram did not tell about the webhook"),
        ([ok(BOT), DONE, ok({**INFO, "url": ""})], "updates are not delivered to this address"),
        ([ok(BOT), DONE, ok({**INFO, "last_error_date": 1})], "the last delivery failed"),
        ([ok(NOT_YET), DONE, ok(INFO)], "it does not see all messages of its groups"),
        ([ok(NOT_YET), DONE, ok(INFO)], "it cannot yet be connected to your own account"),
    ],
)
def test_the_guide_explains_in_the_same_words_what_is_found(said: list[HttpResponse], what: str) -> None:
    assert what in found(*said)
    assert f'| "{what}"' in GUIDE


@pytest.mark.parametrize(
    ("info", "what"),
    [
        ({"pending_update_count": 7}, "updates wait for delivery"),
        ({"allowed_updates": ["message"]}, "not delivered: "),
    ],
)
def test_the_guide_explains_what_is_found_in_numbers_and_names(info: dict[str, Any], what: str) -> None:
    assert any(what in one for one in found(ok(BOT), DONE, ok({**INFO, **info})))
    assert f'| "{what}' in GUIDE
