"""How Hearback tells X where to deliver, and what it finds where something is missing."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.platforms import x
from chalicelib.platforms.contract import Channel, HttpResponse, Report, Step, Steps
from chalicelib.platforms.x_setup import EVENTS
from tests.platforms import harness as h

SHOP = "7700000000000000001"
DATE = {"date": "Fri, 20 Nov 2026 12:00:05 GMT"}
WEBHOOK = {"id": "55", "url": h.URL, "valid": True}


def subscription(kind: str, **parts: Any) -> dict[str, Any]:
    fields = {
        "subscription_id": f"s-{kind}",
        "event_type": kind,
        "filter": {"user_id": SHOP},
        "webhook_id": "55",
    }
    return {**fields, **parts}


ALL = [subscription(kind) for kind in EVENTS]
GOOD: dict[str, HttpResponse] = {
    "POST /oauth2/token": h.answered(200, {"token_type": "bearer", "access_token": "AAAA-new"}, DATE),
    "GET /2/webhooks": h.answered(200, {"data": [WEBHOOK]}, DATE),
    "GET /2/users/me": h.answered(
        200, {"data": {"id": SHOP}}, {**DATE, "x-access-level": "read-write-directmessages"}
    ),
    "GET /2/activity/subscriptions": h.answered(200, {"data": ALL}, DATE),
    "POST /2/webhooks": h.answered(200, {"data": WEBHOOK}, DATE),
    "PUT /2/webhooks/55": h.answered(200, {"data": {"valid": True}}, DATE),
    "POST /2/activity/subscriptions": h.answered(200, {"data": {}}, DATE),
}


def led(steps: Steps, *firsts: HttpResponse, **other: HttpResponse) -> tuple[list[Step], Report]:
    """Lead a conversation in which X answers well, but for `other`; `firsts` are pages before the last."""
    answers = {**GOOD, **other}
    pages = iter(firsts)

    def answer(step: Step) -> HttpResponse:
        listing = name_of(step) == "GET /2/activity/subscriptions"
        page = next(pages, None) if listing else None
        return page or answers[name_of(step)]

    return h.led_by(steps, answer)


def name_of(step: Step) -> str:
    return f"{step.request.method} {urlsplit(step.request.url).path}"


def names(asked: list[Step]) -> list[str]:
    return [name_of(step) for step in asked]


def without_bearer() -> Channel:
    """Return a channel whose entry names a bearer token that has no value yet."""
    return h.channel("x", secrets={**h.channel("x").secrets, "bearer_token": ()})


def unnamed() -> Channel:
    """Return a channel whose entry names no bearer token."""
    here = h.channel("x", id="shop-x")
    secrets = {name: one for name, one in here.secrets.items() if name != "bearer_token"}
    return h.channel("x", id="shop-x", secrets=secrets)


def bodies(asked: list[Step], name: str) -> Iterator[Any]:
    return (json.loads(step.request.body) for step in asked if name_of(step) == name)


def test_where_all_is_well_nothing_is_made() -> None:
    asked, report = led(x.register(h.channel("x"), h.URL))

    assert h.faults(report) == []
    assert {step.request.method for step in asked} == {"GET"}


def test_a_check_of_what_is_well_finds_no_fault() -> None:
    _, report = led(x.check(h.channel("x"), h.URL))

    assert [one.what for one in report.findings if one.what.startswith("X tells")] == [
        f"X tells {one}" for one in EVENTS
    ]
    assert h.faults(report) == []


def test_a_new_app_gets_a_webhook_and_all_subscriptions() -> None:
    none = h.answered(200, {"meta": {"result_count": 0}}, DATE)
    asked, report = led(
        x.register(h.channel("x"), h.URL), **{"GET /2/webhooks": none, "GET /2/activity/subscriptions": none}
    )

    assert h.faults(report) == []
    assert [*bodies(asked, "POST /2/webhooks")] == [{"url": h.URL}]
    assert [*bodies(asked, "POST /2/activity/subscriptions")] == [
        {"event_type": kind, "filter": {"user_id": SHOP}, "tag": "hearback", "webhook_id": "55"}
        for kind in EVENTS
    ]


def test_a_check_of_a_new_app_finds_what_is_missing_and_makes_nothing() -> None:
    none = h.answered(200, {"meta": {"result_count": 0}}, DATE)
    asked, report = led(x.check(h.channel("x"), h.URL), **{"GET /2/webhooks": none})

    assert h.faults(report) == ["X delivers to this address"]
    assert {step.request.method for step in asked} == {"GET"}


def test_the_bearer_token_is_asked_for_where_there_is_none() -> None:
    asked, report = led(x.register(without_bearer(), h.URL))

    assert report.learned == {"bearer_token": "AAAA-new"}
    assert asked[1].request.headers["authorization"] == "Bearer AAAA-new"


def test_the_bearer_token_that_is_there_is_not_learned_again() -> None:
    _, report = led(x.register(h.channel("x"), h.URL))

    assert report.learned == {}


LINE = "`bearer_token: SHOP_X_BEARER_TOKEN`"


def test_a_bearer_token_that_has_no_place_is_not_written_where_nobody_reads_it() -> None:
    asked, report = led(x.register(unnamed(), h.URL))

    assert report.learned == {}
    assert h.faults(report) == ["channels.yaml names a bearer token"]
    assert LINE in h.remedies(report)[0]
    assert asked[1].request.headers["authorization"] == "Bearer AAAA-new"


def test_a_check_says_which_line_is_missing_in_the_entry() -> None:
    asked, report = led(x.check(unnamed(), h.URL))

    assert asked == []
    assert LINE in h.remedies(report)[0]


def test_wrong_keys_end_the_conversation_with_what_to_do() -> None:
    asked, report = led(x.register(without_bearer(), h.URL), **{"POST /oauth2/token": h.answered(403, {})})

    assert names(asked) == ["POST /oauth2/token"]
    assert h.faults(report) == ["X gives a bearer token for the app"]


def test_a_check_without_a_bearer_token_asks_nothing() -> None:
    asked, report = led(x.check(without_bearer(), h.URL))

    assert asked == []
    assert "channel connect" in report.findings[0].remedy


def test_a_refused_bearer_token_ends_the_conversation() -> None:
    asked, report = led(x.check(h.channel("x"), h.URL), **{"GET /2/webhooks": h.answered(401, {})})

    assert len(asked) == 1
    assert h.faults(report) == ["X accepts the bearer token of the app"]


def test_used_up_credits_are_told() -> None:
    _, report = led(x.check(h.channel("x"), h.URL), **{"GET /2/webhooks": h.answered(402, {})})

    assert "credits" in report.findings[-1].remedy


def test_an_access_token_of_another_account_is_found() -> None:
    me = h.answered(200, {"data": {"id": "1"}}, DATE)
    _, report = led(x.check(h.channel("x"), h.URL), **{"GET /2/users/me": me})

    assert h.faults(report) == ["The access token is that of the account"]


def test_an_access_token_that_is_refused_is_found() -> None:
    _, report = led(x.check(h.channel("x"), h.URL), **{"GET /2/users/me": h.answered(401, {}, DATE)})

    assert h.faults(report) == ["The access token is that of the account"]


def test_an_access_token_that_may_not_write_messages_is_found() -> None:
    me = h.answered(200, {"data": {"id": SHOP}}, {**DATE, "x-access-level": "read"})
    _, report = led(x.check(h.channel("x"), h.URL), **{"GET /2/users/me": me})

    assert h.faults(report) == ["The access token may write posts and direct messages"]


def test_without_the_time_of_x_nothing_is_signed() -> None:
    asked, report = led(x.check(h.channel("x"), h.URL), **{"GET /2/webhooks": h.answered(200, {"data": []})})

    assert len(asked) == 1
    assert h.faults(report) == ["The access token is that of the account"]


def test_requests_of_the_account_are_signed_at_the_time_that_x_tells() -> None:
    asked, _ = led(x.check(h.channel("x"), h.URL))

    assert f'oauth_timestamp="{int(h.RECEIVED.timestamp())}"' in asked[1].request.headers["authorization"]


def test_a_webhook_that_x_has_switched_off_is_tried_again() -> None:
    off = h.answered(200, {"data": [{**WEBHOOK, "valid": False}]}, DATE)
    asked, report = led(x.register(h.channel("x"), h.URL), **{"GET /2/webhooks": off})

    assert "PUT /2/webhooks/55" in names(asked)
    assert h.faults(report) == []


def test_a_webhook_that_stays_off_is_a_fault() -> None:
    off = h.answered(200, {"data": [{**WEBHOOK, "valid": False}]}, DATE)
    still = h.answered(200, {"data": {"valid": False}}, DATE)
    _, report = led(
        x.register(h.channel("x"), h.URL), **{"GET /2/webhooks": off, "PUT /2/webhooks/55": still}
    )

    assert h.faults(report) == ["X has got the right answer"]


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("CrcValidationFailed", "consumer_secret"),
        ("UrlValidationFailed", "no port"),
        ("WebhookLimitExceeded", "delete one"),
        ("DuplicateUrlFailed", "already"),
    ],
)
def test_why_x_refuses_an_address_is_told(reason: str, remedy: str) -> None:
    none = h.answered(200, {"data": []}, DATE)
    refused = h.answered(400, {"errors": [{"message": f"{reason}: x"}]}, DATE)
    _, report = led(
        x.register(h.channel("x"), h.URL), **{"GET /2/webhooks": none, "POST /2/webhooks": refused}
    )

    assert remedy in report.findings[-1].remedy


def test_one_missing_subscription_is_found_and_made() -> None:
    listed = h.answered(200, {"data": [one for one in ALL if one["event_type"] != "dm.sent"]}, DATE)
    _, checked = led(x.check(h.channel("x"), h.URL), **{"GET /2/activity/subscriptions": listed})
    asked, mended = led(x.register(h.channel("x"), h.URL), **{"GET /2/activity/subscriptions": listed})

    assert (h.faults(checked), h.faults(mended)) == (["X tells dm.sent"], [])
    assert [body["event_type"] for body in bodies(asked, "POST /2/activity/subscriptions")] == ["dm.sent"]


def test_a_subscription_to_an_address_from_before_is_moved() -> None:
    before = subscription("dm.sent", webhook_id="44")
    listed = h.answered(
        200, {"data": [one for one in ALL if one["event_type"] != "dm.sent"] + [before]}, DATE
    )
    moved = h.answered(200, {"data": {}}, DATE)
    path = "PUT /2/activity/subscriptions/s-dm.sent"
    asked, report = led(
        x.register(h.channel("x"), h.URL), **{"GET /2/activity/subscriptions": listed, path: moved}
    )

    assert [*bodies(asked, path)] == [{"webhook_id": "55"}]
    assert h.faults(report) == []


def test_subscriptions_of_another_account_do_not_count() -> None:
    others = [{**one, "filter": {"user_id": "1"}} for one in ALL]
    _, report = led(
        x.check(h.channel("x"), h.URL),
        **{"GET /2/activity/subscriptions": h.answered(200, {"data": others}, DATE)},
    )

    assert len(h.faults(report)) == len(EVENTS)


def test_one_refused_subscription_does_not_keep_the_others_from_being_made() -> None:
    none = h.answered(200, {"data": []}, DATE)
    refused = h.answered(403, {}, DATE)
    asked, report = led(
        x.register(h.channel("x"), h.URL),
        **{"GET /2/activity/subscriptions": none, "POST /2/activity/subscriptions": refused},
    )

    assert len([*bodies(asked, "POST /2/activity/subscriptions")]) == len(EVENTS)
    assert h.faults(report) == [f"X tells {kind}" for kind in EVENTS]


def test_a_long_list_is_read_page_by_page() -> None:
    first = h.answered(200, {"data": ALL[:4], "meta": {"next_token": "abcdef0123456789"}}, DATE)
    last = h.answered(200, {"data": ALL[4:]}, DATE)
    asked, report = led(x.check(h.channel("x"), h.URL), first, last)

    assert h.faults(report) == []
    assert "pagination_token=abcdef0123456789" in asked[-1].request.url


def test_a_list_that_cannot_be_had_is_one_fault() -> None:
    _, report = led(
        x.check(h.channel("x"), h.URL), **{"GET /2/activity/subscriptions": h.answered(429, {}, DATE)}
    )

    assert h.faults(report) == ["X lists the subscriptions of the app"]
