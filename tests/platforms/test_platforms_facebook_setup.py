"""How a page is connected and checked: the app's webhook, the page's, and the token."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.platforms import facebook, facebook_setup
from chalicelib.platforms.contract import Channel, HttpResponse, Report, Step
from tests.platforms import harness as h

PAGE, APP = "104220000000017", "880000000000123"
FIELDS = list(facebook_setup.FIELDS)
DONE = h.answered(200, {"success": True})


def registered(*answers: HttpResponse, **changes: Any) -> tuple[list[Step], Report]:
    return h.led(facebook.register(channel(**changes), h.URL), *answers)


def checked(*answers: HttpResponse, **changes: Any) -> tuple[list[Step], Report]:
    return h.led(facebook.check(channel(**changes), h.URL), *answers)


def channel(**changes: Any) -> Channel:
    return h.channel("facebook", **changes)


# Connecting


def test_connecting_tells_the_app_and_the_page() -> None:
    asked, report = registered(DONE, DONE)

    assert [urlsplit(step.request.url).path for step in asked] == [
        f"/v26.0/{APP}/subscriptions",
        f"/v26.0/{PAGE}/subscribed_apps",
    ]
    assert h.faults(report) == []


def test_the_app_is_told_the_address_and_all_fields_in_its_own_name() -> None:
    (app, _), _ = registered(DONE, DONE)

    assert app.request.headers["authorization"] == f"Bearer {APP}|{h.NEWEST}"
    assert json.loads(app.request.body) == {
        "object": "page",
        "callback_url": h.URL,
        "verify_token": "my word",
        "fields": ",".join(FIELDS),
        "include_values": True,
    }


def test_the_page_is_told_all_fields_in_its_name() -> None:
    (_, page), _ = registered(DONE, DONE)

    assert page.request.headers["authorization"] == "Bearer EAAB-page-token"
    assert json.loads(page.request.body) == {"subscribed_fields": ",".join(FIELDS)}


def test_a_field_that_meta_refuses_can_be_left_out() -> None:
    asked, _ = registered(DONE, DONE, options={"app_id": APP, "without": "ratings"})

    assert not any(b"ratings" in step.request.body for step in asked)


def test_the_text_true_is_a_success_too() -> None:
    _, report = registered(h.answered(200, {"success": "true"}), DONE)

    assert h.faults(report) == []


@pytest.mark.parametrize(
    ("refusal", "remedy"),
    [
        ({"code": 2200}, "certificate"),
        ({"code": 190}, "token"),
        ({"code": 4}, "few minutes"),
        ({"code": 100}, "App Secret"),
    ],
    ids=str,
)
def test_a_refusal_tells_what_to_do(refusal: dict[str, int], remedy: str) -> None:
    _, report = registered(h.answered(400, {"error": refusal}), DONE)

    assert h.faults(report) == [f"Meta did not take the address ({refusal['code']})"]
    assert remedy in report.findings[0].remedy


def test_a_page_that_refuses_is_told_of() -> None:
    _, report = registered(DONE, h.answered(403, {"error": {"code": 200}}))

    assert h.faults(report) == ["the account does not deliver to the app (200)"]


def test_without_an_app_id_only_the_page_is_asked() -> None:
    asked, report = registered(DONE, options={})

    assert len(asked) == 1
    assert h.faults(report) == ["options.app_id is not set"]


# Checking


def subscription(**changes: Any) -> dict[str, Any]:
    fields = [{"name": field, "version": "v26.0"} for field in FIELDS]
    return {"object": "page", "callback_url": h.URL, "active": True, "fields": fields, **changes}


def subscriptions(**changes: Any) -> HttpResponse:
    return h.answered(200, {"data": [subscription(object="user"), subscription(**changes)]})


def apps(**changes: Any) -> HttpResponse:
    return h.answered(200, {"data": [{"id": "1"}, {"id": APP, "subscribed_fields": FIELDS, **changes}]})


SCOPES = [
    "pages_messaging",
    "pages_manage_metadata",
    "pages_read_engagement",
    "pages_manage_engagement",
    "pages_read_user_content",
]


def token(**changes: Any) -> HttpResponse:
    fields = {"is_valid": True, "profile_id": PAGE, "expires_at": 0, "scopes": SCOPES}
    return h.answered(200, {"data": {**fields, **changes}})


def test_a_page_that_is_connected_well_has_no_faults() -> None:
    _, report = checked(subscriptions(), apps(), token())

    assert h.faults(report) == []


def test_the_app_asks_what_the_token_is_good_for() -> None:
    asked, _ = checked(subscriptions(), apps(), token())

    assert asked[2].request.headers["authorization"] == f"Bearer {APP}|{h.NEWEST}"
    assert parse_qs(urlsplit(asked[2].request.url).query)["input_token"] == ["EAAB-page-token"]


# Layer 2 alone looks healthy and delivers nothing.
def test_an_app_without_a_webhook_is_a_fault() -> None:
    _, report = checked(h.answered(200, {"data": []}), apps(), token())

    assert h.faults(report) == ["Meta's app delivers no page webhooks"]


def test_a_webhook_that_meta_has_switched_off_is_a_fault() -> None:
    _, report = checked(subscriptions(active=False), apps(), token())

    assert h.faults(report) == ["Meta's app delivers no page webhooks"]


def test_another_address_is_a_fault() -> None:
    _, report = checked(subscriptions(callback_url="https://elsewhere.example/hook"), apps(), token())

    assert h.faults(report) == [f"Meta delivers to another address than {h.URL}"]


# Only a channel of the same app and platform hands over what comes there.
def test_another_address_of_ours_is_to_be_looked_at() -> None:
    sibling = h.URL.replace("shop", "cafe")
    _, report = checked(subscriptions(callback_url=sibling), apps(), token())

    assert h.faults(report) == [f"Meta delivers to another address on the same host than {h.URL}"]
    assert "same app and platform" in h.remedies(report)[0]


@pytest.mark.parametrize("there", ["https://[", "", None, 5, h.URL + "/", h.URL.replace("https", "http")])
def test_no_other_address_is_taken_for_ours(there: Any) -> None:
    _, report = checked(subscriptions(callback_url=there), apps(), token())

    assert len(h.faults(report)) == 1


def test_fields_the_app_does_not_tell_of_are_named() -> None:
    few = [{"name": field} for field in FIELDS if field not in ("feed", "standby")]
    _, report = checked(subscriptions(fields=few), apps(), token())

    assert h.faults(report) == ["the app's page webhook does not tell of: feed, standby"]


def test_a_page_that_does_not_know_the_app_is_a_fault() -> None:
    _, report = checked(subscriptions(), h.answered(200, {"data": [{"id": "1"}]}), token())

    assert h.faults(report) == ["the account does not deliver to the app"]


def test_fields_the_page_does_not_tell_of_are_named() -> None:
    _, report = checked(subscriptions(), apps(subscribed_fields=FIELDS[1:]), token())

    assert h.faults(report) == ["the account does not tell of: feed"]


def test_a_remedy_names_the_command() -> None:
    _, report = checked(subscriptions(), apps(subscribed_fields=[]), token())

    assert [one.remedy for one in report.findings if not one.ok] == ["Run `./hearback channel connect shop`."]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"is_valid": False}, "the page token has ended"),
        ({"profile_id": "104220000000099"}, "the page token is not that of the page"),
        ({"expires_at": 1798000000}, "the page token runs out on 2026-12-23"),
        ({"expires_at": 10**30}, "the page token runs out within weeks"),
        ({"scopes": SCOPES[1:]}, "the page token lacks pages_messaging"),
        ({"scopes": SCOPES[:4]}, "the page token lacks pages_read_user_content"),
    ],
    ids=str,
)
def test_a_token_that_will_not_do_is_told_of(changes: dict[str, Any], fault: str) -> None:
    _, report = checked(subscriptions(), apps(), token(**changes))

    assert h.faults(report) == [fault]


def test_the_other_name_of_a_permission_counts() -> None:
    _, report = checked(subscriptions(), apps(), token(scopes=[*SCOPES[:4], "pages_read_user_engagement"]))

    assert h.faults(report) == []


def test_who_hears_of_no_comments_needs_no_permission_for_them() -> None:
    private = {"app_id": APP, "without": ["feed", "mention", "ratings"]}
    _, report = checked(subscriptions(), apps(), token(scopes=SCOPES[:3]), options=private)

    assert h.faults(report) == []


def test_a_check_that_is_refused_says_by_what() -> None:
    refused = h.answered(400, {"error": {"code": 190, "error_subcode": 460}})
    _, report = checked(refused, refused, refused)

    assert h.faults(report) == [
        "Meta does not tell where it delivers (190/460)",
        "Meta does not tell whether the account delivers to the app (190/460)",
        "Meta does not tell what the page token is good for (190/460)",
    ]


def test_without_an_app_id_the_rest_is_checked() -> None:
    ours = h.answered(200, {"data": [{"id": APP, "subscribed_fields": FIELDS}]})
    asked, report = checked(ours, options={})

    assert len(asked) == 1
    assert h.faults(report) == ["options.app_id is not set"]


def test_the_owner_is_told_of_everything_no_program_can_do() -> None:
    told = " ".join(facebook.BY_HAND)

    assert all(
        word in told
        for word in ("Live", "hybrid", "30 seconds", "default app", "instant replies", "App Review")
    )
