"""Twilio beyond what every platform must do: its signature, its statuses, its number."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.case import Status
from chalicelib.core.decide import decide
from chalicelib.core.errors import BadSignature
from chalicelib.core.events import AutomationWrote, CustomerWrote, MessageEchoed, MessageFailed, Outcome
from chalicelib.core.message import Thread
from chalicelib.platforms import twilio, twilio_api, twilio_webhook
from chalicelib.platforms.contract import HttpResponse, Inbound
from chalicelib.platforms.lengths import fits
from tests.builders import POLICY
from tests.platforms import harness as h
from tests.platforms.doubles.twilio import ACCOUNT_SID, CALLBACK, signature

CUSTOMER, OURS = "+48601000111", "+48221234567"
KEY = "c4se0000000000aa.1-1"


# The signature


def called(
    body: bytes, *, url: str = h.URL, token: str = h.NEWEST, signed_url: str = "", **query: str
) -> Inbound:
    """Return a call of Twilio's; `signed_url` is the address as Twilio has written it down."""
    is_json = "bodySHA256" in query
    fields = [] if is_json else parse_qsl(body.decode(), keep_blank_values=True)
    headers = {"x-twilio-signature": signature(token, signed_url or url, fields)}
    return Inbound(method="POST", url=url, headers=headers, query=query, body=body, received_at=h.RECEIVED)


def test_the_signature_of_twilios_documents_is_accepted() -> None:
    """https://www.twilio.com/docs/usage/webhooks/webhooks-security"""
    fields = (
        "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212"
    )
    inbound = Inbound(
        method="POST",
        url="https://mycompany.com/myapp",
        headers={"x-twilio-signature": "3KI2uRuYyAdhZIJXcpU0izDUzWI="},
        body=fields.encode(),
        received_at=h.RECEIVED,
    )

    twilio.verify(inbound, h.channel("twilio", secrets={"auth_token": ("12345",)}))


@pytest.mark.parametrize(
    ("url", "signed"),
    [
        ("https://shop.example/webhooks/shop", "https://shop.example:443/webhooks/shop"),
        ("https://shop.example:443/webhooks/shop", "https://shop.example/webhooks/shop"),
        ("http://shop.example/webhooks/shop", "http://shop.example:80/webhooks/shop"),
        ("https://[2001:db8::1]/webhooks/shop", "https://[2001:db8::1]:443/webhooks/shop"),
    ],
)
def test_the_port_may_stand_in_the_signed_address_or_not(url: str, signed: str) -> None:
    twilio.verify(called(b"Body=hello", url=url, signed_url=signed), h.channel("twilio"))


@pytest.mark.parametrize(
    "signed",
    [
        "http://hearback.example/webhooks/shop",
        "https://hearback.example/webhooks/shop/",
        "https://hearback.example/webhooks/other",
        "https://internal.example/webhooks/shop",
        "https://hearback.example/webhooks/shop?delivery=1",
    ],
)
def test_only_the_exact_public_address_is_accepted(signed: str) -> None:
    with pytest.raises(BadSignature):
        twilio.verify(called(b"Body=hello", signed_url=signed), h.channel("twilio"))


@pytest.mark.parametrize("port", ["", ":443"])
def test_a_space_in_the_signed_address_may_be_written_in_two_ways(port: str) -> None:
    url = "https://shop.example/webhooks/shop?who=Anna+Maria"
    signed = f"https://shop.example{port}/webhooks/shop?who=Anna%20Maria"

    twilio.verify(called(b"Body=hello", url=url, signed_url=signed), h.channel("twilio"))


def test_the_query_is_signed_with_the_address() -> None:
    url = f"{h.URL}?delivery={KEY}"

    twilio.verify(called(b"Body=hello", url=url, delivery=KEY), h.channel("twilio"))


def test_a_body_in_json_is_proven_by_its_hash_in_the_address() -> None:
    digest = hashlib.sha256(b'{"a": 1}').hexdigest()
    url = f"{h.URL}?bodySHA256={digest}"

    twilio.verify(called(b'{"a": 1}', url=url, bodySHA256=digest), h.channel("twilio"))


def test_another_body_in_json_under_the_same_address_is_refused() -> None:
    digest = hashlib.sha256(b'{"a": 1}').hexdigest()
    url = f"{h.URL}?bodySHA256={digest}"
    honest = called(b'{"a": 1}', url=url, bodySHA256=digest)

    with pytest.raises(BadSignature):
        twilio.verify(replace(honest, body=b'{"a": 2}'), h.channel("twilio"))


def test_a_call_about_another_account_is_refused() -> None:
    with pytest.raises(BadSignature):
        twilio.verify(called(b"AccountSid=AC00&Body=hello"), h.channel("twilio"))


def test_a_second_account_hidden_behind_the_right_one_is_refused() -> None:
    body = f"AccountSid=AC00&AccountSid={ACCOUNT_SID}&Body=hello".encode()

    with pytest.raises(BadSignature):
        twilio.verify(called(body), h.channel("twilio"))


# What it reads


def test_sms_and_whatsapp_of_one_person_are_two_threads() -> None:
    sms, whatsapp = (
        h.told(h.parsed(h.fixture("twilio", name)).events[0])
        for name in ("customer_sms", "customer_whatsapp")
    )

    assert (sms["thread"]["key"], whatsapp["thread"]["key"]) == (CUSTOMER, f"whatsapp:{CUSTOMER}")


def test_a_message_is_routed_by_the_number_it_was_written_to() -> None:
    (event,) = h.parsed(h.fixture("twilio", "customer_sms")).events

    assert isinstance(event, CustomerWrote)
    assert event.account == OURS


@given(
    word=st.sampled_from(
        ["stop", "STOP", "StopAll", "unsubscribe", "Cancel", "END", "quit", "start", "UNSTOP"]
    ),
    before=st.sampled_from(["", " ", "\n"]),
    after=st.sampled_from(["", " ", "\n", ".", "!", " please", "?"]),
)
def test_only_the_bare_word_is_an_opt_out(word: str, before: str, after: str) -> None:
    """Twilio answers it by itself and lets nothing through afterwards: no event, no clock (R15, R20)."""
    one = h.fixture("twilio", "customer_sms")
    body = h.encoded(one, {**one.body, "Body": f"{before}{word}{after}"})
    events = twilio.parse(h.proven(one, body=body), h.channel("twilio")).events

    assert bool(events) is bool(after.strip())


def test_a_machine_without_a_number_earns_nothing_r20() -> None:
    (event,) = h.parsed(h.fixture("twilio", "automation_from_a_short_code")).events
    assert isinstance(event, AutomationWrote)

    assert decide(None, event, POLICY, h.RECEIVED).case.status is Status.IDLE


@given(status=st.sampled_from(["failed", "undelivered", "canceled"]), code=st.integers(0, 10**7))
def test_a_failure_is_told_by_its_code_and_never_asks_for_a_retry_r34(status: str, code: int) -> None:
    one = h.fixture("twilio", "failed_by_the_carrier")
    body = h.encoded(one, {**one.body, "MessageStatus": status, "ErrorCode": str(code)})
    (event,) = twilio.parse(h.proven(one, body=body), h.channel("twilio")).events

    assert isinstance(event, MessageFailed)
    assert event.outcome is not Outcome.RETRY


def test_a_status_carries_our_key_back() -> None:
    callback = parse_qs(twilio.compose(h.outgoing("twilio"), h.channel("twilio")).body.decode())[
        "StatusCallback"
    ][0]
    one = h.fixture("twilio", "echo_of_ours_sent")
    query = dict(parse_qsl(urlsplit(callback).query))
    (event,) = twilio.parse(replace(h.proven(one), query=query), h.channel("twilio")).events

    assert isinstance(event, MessageEchoed)
    assert event.nonce == h.outgoing("twilio").key


# What it may write, and when


@pytest.mark.parametrize(
    ("key", "window"),
    [
        (CUSTOMER, None),
        (f"whatsapp:{CUSTOMER}", timedelta(hours=24)),
        ("messenger:1", timedelta(hours=24)),
        ("rcs:+1", None),
    ],
)
def test_only_some_channels_close_after_a_day_r25(key: str, window: timedelta | None) -> None:
    allowed = twilio.allowance(Thread(channel="shop", key=key), {}, h.channel("twilio"))

    assert (allowed.automatic, allowed.human) == (window, window)


@pytest.mark.parametrize(
    ("text", "fit"), [("ж" * 1600, True), ("ж" * 1601, False), ("📦" * 800, True), ("📦" * 801, False)]
)
def test_a_message_holds_1600_units(text: str, *, fit: bool) -> None:
    assert fits(text, twilio.CAPABILITIES.lanes[h.outgoing("twilio").lane]) is fit


def composed(**changes: Any) -> dict[str, str]:
    body = twilio.compose(h.outgoing("twilio"), h.channel("twilio", **changes)).body.decode()
    return dict(parse_qsl(body))


def test_an_answer_comes_from_the_number_that_was_written_to() -> None:
    sent = composed()

    assert (sent["From"], sent["To"]) == (OURS, CUSTOMER)
    assert sent["StatusCallback"] == f"{CALLBACK}?delivery={KEY}"


def test_without_options_nothing_else_is_sent() -> None:
    assert set(composed(options={})) == {"To", "From", "Body"}


def test_a_messaging_service_sends_from_the_same_number() -> None:
    sent = composed(options={"messaging_service": "MG01"})

    assert (sent["From"], sent["MessagingServiceSid"]) == (OURS, "MG01")


def login(**changes: Any) -> str:
    request = twilio.compose(h.outgoing("twilio"), h.channel("twilio", **changes))
    return base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()


def test_it_logs_in_with_the_newest_token() -> None:
    assert login() == f"{ACCOUNT_SID}:{h.NEWEST}"


def test_an_api_key_takes_the_place_of_the_token() -> None:
    secrets = {"account_sid": (ACCOUNT_SID,), "auth_token": ("t",), "api_key_secret": ("s",)}

    assert login(options={"api_key": "SK01"}, secrets=secrets) == "SK01:s"


def test_the_account_stands_in_the_address_and_cannot_change_it() -> None:
    secrets = {"account_sid": ("../AC/1",), "auth_token": ("t",)}
    request = twilio.compose(h.outgoing("twilio"), h.channel("twilio", secrets=secrets))

    assert request.url == "https://api.twilio.com/2010-04-01/Accounts/..%2FAC%2F1/Messages.json"


# What the answers mean


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (400, 21610, Outcome.REFUSED),
        (400, 21211, Outcome.REFUSED),
        (400, 21408, Outcome.REFUSED),
        (400, 21617, Outcome.REFUSED),
        (400, 63016, Outcome.WINDOW_CLOSED),
        (400, 63018, Outcome.RETRY),
        (400, 14107, Outcome.RETRY),
        (429, 20429, Outcome.RETRY),
        (503, 20503, Outcome.RETRY),
        (500, 20500, Outcome.AMBIGUOUS),
        (502, 20500, Outcome.AMBIGUOUS),
        (401, 20003, Outcome.CHANNEL_PAUSED),
        (403, 20005, Outcome.CHANNEL_PAUSED),
        (400, 21606, Outcome.CHANNEL_PAUSED),
        (400, 63007, Outcome.CHANNEL_PAUSED),
    ],
)
def test_an_error_is_told_by_its_code(status: int, code: int, outcome: Outcome) -> None:
    answer = h.answered(status, {"code": code, "message": "Ola said +48601000111", "status": status})
    result = twilio.read_reply(answer, h.outgoing("twilio"))

    assert (result.outcome, result.reason) == (outcome, str(code))


def test_a_refused_login_without_a_code_pauses_the_channel() -> None:
    assert twilio_api.refusal(h.answered(403, b"")).outcome is Outcome.CHANNEL_PAUSED


# What became of an attempt


def listed(**changes: Any) -> Any:
    message = {
        "sid": "SM1",
        "body": "We have received\nyour message.",
        "direction": "outbound-api",
        "status": "delivered",
        "date_created": "Fri, 20 Nov 2026 11:59:00 +0000",
        "error_code": None,
    }
    return {"messages": [{**message, **changes}]}


def reconciled(data: Any, status: int = 200) -> tuple[Outcome, str]:
    result = twilio.read_reconciliation(h.answered(status, data), h.outgoing("twilio"))
    return result.outcome, result.message_id or result.reason


def test_the_newest_messages_of_the_two_numbers_are_asked_for() -> None:
    ask = twilio.reconcile(h.outgoing("twilio"), h.channel("twilio")).ask
    assert ask

    assert parse_qs(urlsplit(ask.url).query) == {"To": [CUSTOMER], "From": [OURS], "PageSize": ["50"]}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"status": "queued"},
        {"body": "Sent from your Twilio trial account - We have received your message."},
        {"date_created": "Fri, 20 Nov 2026 11:59:00 -0000"},
    ],
)
def test_words_that_stand_there_were_sent(changes: dict[str, str]) -> None:
    assert reconciled(listed(**changes)) == (Outcome.SENT, "SM1")


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "We have received your message. And more."},
        {"body": ""},
        {"direction": "inbound"},
        {"date_created": "Fri, 20 Nov 2026 09:00:00 +0000"},
        {"date_created": "yesterday"},
        {"date_created": ""},
    ],
)
def test_other_words_prove_nothing(changes: dict[str, str]) -> None:
    assert reconciled(listed(**changes)) == (Outcome.UNCERTAIN, "not_found")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "undelivered", "error_code": 30007}, "30007"),
        ({"status": "failed", "error_code": None}, "failed"),
        ({"status": "failed", "error_code": "Ola"}, "failed"),
    ],
)
def test_words_that_twilio_lost_were_refused(changes: dict[str, Any], reason: str) -> None:
    assert reconciled(listed(**changes)) == (Outcome.REFUSED, reason)


def test_what_cannot_be_asked_now_is_asked_later() -> None:
    assert reconciled({"code": 20429}, 429) == (Outcome.AMBIGUOUS, "20429")
    assert reconciled({"code": 20003}, 401) == (Outcome.UNCERTAIN, "20003")


# Connecting and checking

ACTIVE = h.answered(200, {"status": "active", "type": "Full"})


def numbers(**changes: Any) -> HttpResponse:
    one = {"sid": "PN1", "phone_number": OURS, "sms_url": h.URL, "sms_method": "POST", **changes}
    return h.answered(200, {"incoming_phone_numbers": [{"phone_number": "+4822"}, one]})


def test_connecting_finds_the_number_and_sets_its_address() -> None:
    done = h.answered(200, {"sid": "PN1", "sms_url": h.URL, "sms_method": "POST", "sms_application_sid": ""})
    asked, report = h.led(twilio.register(h.channel("twilio"), h.URL), ACTIVE, numbers(sms_url=""), done)

    assert h.faults(report) == []
    assert parse_qs(asked[-1].request.body.decode())["SmsUrl"] == [h.URL]


def test_connecting_takes_the_number_back_from_an_application() -> None:
    still = h.answered(200, {"sid": "PN1", "sms_url": h.URL, "sms_application_sid": "AP1"})
    asked, report = h.led(twilio.register(h.channel("twilio"), h.URL), ACTIVE, numbers(), still)

    assert b"SmsApplicationSid=" in asked[-1].request.body
    assert h.faults(report) == ["an application has taken the number over"]


def test_a_whatsapp_sender_is_left_to_the_owner() -> None:
    here = h.channel("twilio", account=f"whatsapp:{OURS}")
    asked, report = h.led(twilio.register(here, h.URL), ACTIVE)

    assert [step.request.method for step in asked] == ["GET"]
    assert h.faults(report) == []


def test_a_number_of_somebody_else_is_not_touched() -> None:
    nobody = h.answered(200, {"incoming_phone_numbers": []})
    asked, report = h.led(twilio.register(h.channel("twilio"), h.URL), ACTIVE, nobody)

    assert len(asked) == 2
    assert h.faults(report) == ["the account does not have this number"]


def checked(*answers: HttpResponse, **changes: Any) -> list[str]:
    return h.faults(h.led(twilio.check(h.channel("twilio", **changes), h.URL), *answers)[1])


def test_a_check_of_all_that_is_well_finds_no_fault() -> None:
    assert checked(ACTIVE, numbers()) == []


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([h.answered(401, {"code": 20003})], ["Twilio does not let us in"]),
        ([h.answered(200, {"status": "suspended"})], ["the account is not active"]),
        ([h.answered(200, {"status": "active", "type": "Trial"}), numbers()], ["the account is on trial"]),
        ([ACTIVE, h.answered(200, {})], ["the account does not have this number"]),
        ([ACTIVE, numbers(sms_url="https://else.example")], ["the number does not deliver to this address"]),
        ([ACTIVE, numbers(sms_method="GET")], ["the number does not deliver to this address"]),
        ([ACTIVE, numbers(sms_application_sid="AP1")], ["an application has taken the number over"]),
    ],
)
def test_a_check_finds_each_layer_that_is_missing(answers: list[HttpResponse], found: list[str]) -> None:
    assert checked(*answers) == found


@pytest.mark.parametrize(
    ("service", "found"),
    [
        ({"use_inbound_webhook_on_number": True}, []),
        ({"use_inbound_webhook_on_number": False, "inbound_request_url": h.URL}, []),
        (
            {"use_inbound_webhook_on_number": False, "inbound_request_url": None},
            ["the Messaging Service keeps the messages"],
        ),
    ],
)
def test_a_messaging_service_must_let_the_messages_through(service: Any, found: list[str]) -> None:
    options = {"messaging_service": "MG01", "status_callback": h.URL}

    assert checked(ACTIVE, numbers(), h.answered(200, service), options=options) == found


def test_without_a_status_callback_nobody_hears_of_failures_r34() -> None:
    assert checked(ACTIVE, numbers(), options={}) == ["Twilio does not tell what becomes of your messages"]


def test_the_answer_to_a_webhook_sends_nothing() -> None:
    assert (twilio.ACCEPTED.body, twilio.ACCEPTED.content_type) == ("<Response/>", "text/xml")


def test_what_is_in_json_is_counted_whatever_it_says() -> None:
    inbound = Inbound(
        method="POST",
        query={"bodySHA256": "0"},
        body=json.dumps({"Body": "x"}).encode(),
        received_at=h.RECEIVED,
    )

    assert twilio_webhook.read(inbound, h.channel("twilio")).unknown == ("json",)


# What is nobody's message


def test_a_message_from_our_own_number_to_itself_is_nobodys() -> None:
    one = h.fixture("twilio", "customer_sms")
    own = replace(one, body={**one.body, "From": one.body["To"]})

    assert (h.parsed(own).events, h.parsed(own).unknown) == ((), ())


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
def test_a_message_that_is_taken_and_lost_at_once_was_not_sent(status: str) -> None:
    answer = h.answered(201, {"sid": "SM1", "status": status, "error_code": 30003})
    result = twilio.read_reply(answer, h.outgoing("twilio"))

    assert (result.outcome, result.reason) == (Outcome.REFUSED, "30003")
