"""What only WhatsApp has: hidden numbers, statuses, templates past 24 hours, the app on the phone."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import BadPayload, BadSignature
from chalicelib.core.events import CustomerWrote, MessageEchoed, MessageFailed, Outcome, ThreadEvent
from chalicelib.core.message import Lane, Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import whatsapp
from chalicelib.platforms.contract import (
    Answer,
    HttpRequest,
    HttpResponse,
    Inbound,
    Reconciliation,
    Report,
    Step,
    Steps,
)
from tests.platforms import harness as h

ACCOUNT, WABA, APP = "330000000000041", "220000000000052", "880000000000123"
SHOP, PHONE, USER = "48555010200", "48601000111", "PL.70110022003300440055"
TOKEN = "EAAW-system-token"
OPTIONS = {"app_id": APP, "waba_id": WABA}
DAY = timedelta(hours=24)


# The handshake and the signature


def asked(**changes: str) -> Inbound:
    query = {"mode": "subscribe", "challenge": "1158201444", "verify_token": "my word"} | changes
    return Inbound(
        method="GET", query={f"hub.{name}": one for name, one in query.items()}, received_at=h.RECEIVED
    )


def test_the_handshake_answers_the_challenge_as_plain_text() -> None:
    assert whatsapp.handshake(asked(), h.channel("whatsapp")) == Answer(body="1158201444")


def test_the_handshake_refuses_a_wrong_word() -> None:
    assert whatsapp.handshake(asked(verify_token="guess"), h.channel("whatsapp")) == Answer(status=403)


def test_the_raw_bytes_are_proven_not_the_json_they_stand_for() -> None:
    one = h.fixture("whatsapp", "customer_text")
    escaped = json.dumps(one.body).replace("/", "\\/").replace("@", "\\u0040").encode()

    whatsapp.verify(h.proven(one, body=escaped), h.channel("whatsapp"))


# openssl dgst -sha256 -hmac "Very Secret 1"
KNOWN = b'{"object":"whatsapp_business_account","entry":[]}'
SIGNATURE = "8648445be0824b8a14d697505a0b5b9a5961018a1106a4898c5f17d89ca11354"


def signed(body: bytes) -> Inbound:
    headers = {"x-hub-signature-256": f"sha256={SIGNATURE}"}
    return Inbound(method="POST", headers=headers, body=body, received_at=h.RECEIVED)


def test_a_known_body_has_a_known_signature() -> None:
    here = h.channel("whatsapp", secrets={"app_secret": ("Very Secret 1",)})

    whatsapp.verify(signed(KNOWN), here)
    with pytest.raises(BadSignature):
        whatsapp.verify(signed(KNOWN + b" "), here)


# Who a customer is


def webhook(*items: dict[str, Any], kind: str = "messages", **parts: Any) -> h.Fixture:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": SHOP, "phone_number_id": ACCOUNT},
        kind: list(items),
        **parts,
    }
    field = "smb_message_echoes" if kind == "message_echoes" else "messages"
    entry = {"id": WABA, "changes": [{"value": value, "field": field}]}
    body = {"object": "whatsapp_business_account", "entry": [entry]}
    return h.Fixture(platform="whatsapp", name="made_here", body=body, expected=[])


def message(**parts: Any) -> dict[str, Any]:
    text = {"body": "Hello, anybody there?"}
    return {"id": "wamid.1", "timestamp": "1795176000", "type": "text", "text": text, **parts}


def only(one: h.Fixture, **changes: Any) -> ThreadEvent:
    event = h.only(one, **changes)
    assert isinstance(event, ThreadEvent)
    return event


def test_a_thread_stays_the_same_when_the_id_comes_in_addition_to_the_number() -> None:
    before = only(webhook(message(**{"from": PHONE})))
    after = only(webhook(message(**{"from": PHONE, "from_user_id": USER})))

    assert before.thread == after.thread
    assert after.address == {"to": PHONE, "user_id": USER}


def test_a_customer_goes_by_the_id_that_outlives_a_hidden_number() -> None:
    shown = only(webhook(message(**{"from": PHONE, "from_user_id": USER})))
    hidden = only(webhook(message(from_user_id=USER)))

    assert shown.customer.id == hidden.customer.id == USER


@pytest.mark.parametrize("to", [PHONE, f"+{PHONE}", "+48 601 000 111"])
def test_a_reply_that_names_only_the_number_is_in_the_customers_thread_r3(to: str) -> None:
    asked_in = only(webhook(message(**{"from": PHONE, "from_user_id": USER})))
    reply = only(webhook(message(**{"from": SHOP, "to": to}), kind="message_echoes"))

    assert reply.thread == asked_in.thread


@pytest.mark.parametrize("account", ["330000000000041", "330000000000042"])
def test_events_name_the_number_they_came_to(account: str) -> None:
    metadata = {"display_phone_number": SHOP, "phone_number_id": account}

    assert only(webhook(message(**{"from": PHONE}), metadata=metadata)).account == account


def test_an_id_in_the_place_of_the_number_is_no_number() -> None:
    assert only(webhook(message(**{"from": USER}))).address == {"user_id": USER}


@given(number=st.text(max_size=20))
def test_no_number_however_it_is_written_makes_a_customer_of_nobody(number: str) -> None:
    for event in h.parsed(webhook(message(**{"from": number}))).events:
        assert isinstance(event, CustomerWrote)
        assert event.thread.key in event.address.values()


# What an item means


def test_times_are_seconds_in_texts() -> None:
    assert only(webhook(message(**{"from": PHONE}))).at.isoformat() == "2026-11-20T12:00:00+00:00"


def test_a_message_of_days_ago_keeps_its_own_time_r4_r34() -> None:
    event = only(h.fixture("whatsapp", "customer_text_of_days_ago"))

    assert h.RECEIVED - event.at > timedelta(days=5)


@pytest.mark.parametrize(
    "name", ["history_of_old_conversations", "history_that_was_refused", "app_state_sync"]
)
def test_what_comes_when_a_number_is_connected_triggers_nothing(name: str) -> None:
    found = h.parsed(h.fixture("whatsapp", name))

    assert (found.events, found.unknown) == ((), ())


@pytest.mark.parametrize("kind", ["edit", "revoke", "delete", "reaction"])
def test_a_change_in_the_app_is_no_reply_r3(kind: str) -> None:
    one = webhook(message(**{"from": SHOP, "to": PHONE, "type": kind}), kind="message_echoes")

    assert h.parsed(one).events == ()


def test_a_reaction_of_a_customer_is_no_message_r15() -> None:
    reaction = {"message_id": "wamid.0", "emoji": "\N{THUMBS UP SIGN}"}
    one = webhook(message(**{"from": PHONE, "type": "reaction", "reaction": reaction}))

    assert h.parsed(one).events == ()


@pytest.mark.parametrize("state", ["sent", "delivered", "read", "played", "failed"])
def test_a_status_of_another_program_is_never_a_person_r3(state: str) -> None:
    status = {"id": "wamid.9", "status": state, "timestamp": "1795176000", "recipient_id": PHONE}
    events = h.parsed(webhook(status, kind="statuses")).events

    assert all(isinstance(event, MessageFailed) and not event.nonce for event in events)


def status(state: str, **parts: Any) -> h.Fixture:
    common = {"id": "wamid.9", "status": state, "timestamp": "1795176000", "recipient_id": PHONE}
    return webhook({**common, "biz_opaque_callback_data": mark(), **parts}, kind="statuses")


def mark(**changes: Any) -> str:
    return str(sent(**changes)["biz_opaque_callback_data"])


def test_the_status_of_a_send_whose_answer_was_lost_settles_it_r7() -> None:
    event = only(status("sent"))

    assert isinstance(event, MessageEchoed)
    assert (event.ours, event.nonce, event.message_id) == (True, "c4se0000000000aa.1-1", "wamid.9")


def test_sent_delivered_and_read_settle_a_send_once() -> None:
    assert len({only(status(state)).id for state in ("sent", "delivered", "read")}) == 1


def test_a_status_finds_its_thread_however_it_names_the_customer() -> None:
    thread = Thread(channel="shop", key=PHONE)
    marked = mark(thread=thread)

    assert only(status("sent", recipient_id="1", biz_opaque_callback_data=marked)).thread == thread


@given(reason=st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.floats()))
def test_no_code_of_a_failure_tells_prose(reason: Any) -> None:
    event = only(status("failed", errors=[{"code": reason, "title": "Ewa is away"}]))

    assert isinstance(event, MessageFailed)
    assert len(event.reason) <= 40
    assert event.reason.isascii()


def test_a_webhook_of_which_nothing_can_be_read_is_taken_and_counted() -> None:
    found = h.parsed(webhook(message(**{"from": PHONE, "id": True})))

    assert (found.events, found.unknown) == ((), ("messages.unreadable",))


@pytest.mark.parametrize(
    ("entry", "unknown"),
    [
        ([5], "entry.unreadable"),
        ([{"changes": "x"}], "changes.unreadable"),
        ([{"changes": [None]}], "changes.unreadable"),
        ([{"changes": [{"field": "messages", "value": "x"}]}], "messages.unreadable"),
        (webhook(5).body["entry"], "messages.unreadable"),  # type: ignore[arg-type]
    ],
    ids=str,
)
def test_what_has_not_the_shape_of_an_item_is_counted_beside_what_has(entry: list[Any], unknown: str) -> None:
    one = webhook(message(**{"from": PHONE}))
    one.body["entry"].extend(entry)
    found = h.parsed(one)

    assert ([type(event) for event in found.events], found.unknown) == ([CustomerWrote], (unknown,))


@pytest.mark.parametrize("entry", [None, 5, {}])
def test_what_is_no_webhook_at_all_is_refused(entry: Any) -> None:
    body = {"object": "whatsapp_business_account", "entry": entry}

    with pytest.raises(BadPayload):
        h.parsed(h.Fixture(platform="whatsapp", name="made_here", body=body, expected=[]))


def test_the_largest_webhook_is_taken() -> None:
    assert whatsapp.CAPABILITIES.body_limit >= 3_000_000


# What goes out


def composed(options: dict[str, Any] | None = None, **changes: Any) -> HttpRequest:
    here = h.channel("whatsapp", options={**OPTIONS, **(options or {})})
    return whatsapp.compose(h.outgoing("whatsapp", **changes), here)


def sent(options: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(composed(options, **changes).body)
    return body


def test_a_message_carries_its_key_and_thread_so_that_its_status_is_known_r7() -> None:
    assert sent() == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": PHONE,
        "type": "text",
        "text": {"body": "We have received your message.", "preview_url": False},
        "biz_opaque_callback_data": "hearback:c4se0000000000aa.1-1:t-1",
    }


def test_a_hidden_number_is_written_to_by_its_id() -> None:
    body = sent(address={"user_id": USER})

    assert body["recipient"] == USER
    assert "to" not in body


def test_the_longest_mark_is_short_enough() -> None:
    thread = Thread(channel="shop", key="PL." + "9" * 128)

    assert len(mark(thread=thread, address={"user_id": thread.key})) <= 512


def test_every_call_goes_to_the_number_and_proves_the_app_secret() -> None:
    url = urlsplit(composed().url)
    proof = hmac.new(h.NEWEST.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()

    assert url._replace(query="").geturl() == f"https://graph.facebook.com/v26.0/{ACCOUNT}/messages"
    assert parse_qs(url.query) == {"appsecret_proof": [proof]}


def test_the_token_goes_in_a_header_and_never_in_the_url() -> None:
    request = composed()

    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in request.url


# The 24 hours and the template

TEMPLATE = {"template": "case_news", "template_language": "en_US"}


def allowed(**options: Any) -> Allowance:
    here = h.channel("whatsapp", options=options)
    return whatsapp.allowance(Thread(channel="shop", key=PHONE), {"to": PHONE}, here)


def test_without_a_template_everything_ends_after_24_hours_r25() -> None:
    assert allowed() == Allowance(automatic=DAY, human=DAY)


def test_with_a_template_only_a_persons_words_end_after_24_hours_r25() -> None:
    assert allowed(template="case_news") == Allowance(automatic=None, human=DAY)


def after(silence: timedelta, *, human: bool = False, **changes: Any) -> dict[str, Any]:
    last = h.RECEIVED - silence
    return sent(TEMPLATE, last_customer_at=last, human=human, **changes)


def test_automatic_words_past_24_hours_are_the_variable_of_the_template_r25() -> None:
    body = after(DAY)
    words = {"type": "text", "text": "We have received your message."}

    assert body["type"] == "template"
    assert body["template"] == {
        "name": "case_news",
        "language": {"code": "en_US"},
        "components": [{"type": "body", "parameters": [words]}],
    }


def test_a_template_bears_the_mark_too_r7() -> None:
    assert after(DAY)["biz_opaque_callback_data"].startswith("hearback:c4se0000000000aa.1-1:")


@pytest.mark.parametrize("silence", [timedelta(0), DAY - timedelta(seconds=1)])
def test_within_24_hours_no_template_is_needed(silence: timedelta) -> None:
    assert after(silence)["type"] == "text"


def test_a_persons_words_never_go_as_a_template_r25() -> None:
    assert after(10 * DAY, human=True)["type"] == "text"


def test_without_a_template_late_words_are_words() -> None:
    assert sent(last_customer_at=h.RECEIVED - 10 * DAY)["type"] == "text"


def test_a_customer_who_never_wrote_has_no_24_hours() -> None:
    assert sent(TEMPLATE, last_customer_at=None)["type"] == "text"


@pytest.mark.parametrize(
    ("options", "language", "code"),
    [
        ({"template": "case_news"}, "hr", "hr"),
        ({"template": "case_news"}, "", "pl"),
        ({"template": "case_news", "template_language": "en_US"}, "hr", "en_US"),
    ],
)
def test_the_template_is_in_the_language_it_is_said_to_be_in_or_in_that_of_the_words(
    options: dict[str, str], language: str, code: str
) -> None:
    body = sent(options, language=language, last_customer_at=h.RECEIVED - DAY)

    assert body["template"]["language"] == {"code": code}


@given(text=st.text(min_size=1, max_size=80))
def test_the_variable_of_a_template_stands_on_one_line(text: str) -> None:
    body = after(DAY, text=f"News:{text}.")
    variable = body["template"]["components"][0]["parameters"][0]["text"]

    assert not set("\n\r\t\v\f\u2028\u2029") & set(variable)
    assert "     " not in variable
    assert "".join(variable.split()) == "".join(f"News:{text}.".split())


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009"], ids=["no-break", "narrow", "thin"])
def test_a_template_keeps_the_spaces_that_hold_words_together(space: str) -> None:
    body = after(DAY, text=f"Réponse  avant\n16{space}h.")

    assert body["template"]["components"][0]["parameters"][0]["text"] == f"Réponse avant 16{space}h."


def test_a_template_never_has_more_than_four_spaces_of_any_kind_in_a_row() -> None:
    body = after(DAY, text="News:" + "\u00a0" * 9 + "none.")

    assert body["template"]["components"][0]["parameters"][0]["text"] == "News: none."


# What became of it

_RETRY = (1, 2, 4, 80007, 130429, 131000, 131016, 131056, 131057, 133004)
_PAUSE = (3, 10, 190, 200, 219, 299, 368, 131005, 131031, 131042, 131045, 131048, 131064, 132015, 132016)
_REFUSED = (
    *(100, 131026, 131021, 131030, 131049, 131050, 130472, 130497, 131008, 131009, 131051, 131052, 131053),
    *(131062, 132000, 132001, 132005, 132007, 132012, 137000),
)
MEANINGS = [
    *((code, Outcome.RETRY) for code in _RETRY),
    *((code, Outcome.CHANNEL_PAUSED) for code in (*_PAUSE, 131037, 133010)),
    *((code, Outcome.REFUSED) for code in _REFUSED),
    (131047, Outcome.WINDOW_CLOSED),
]
every_meaning = pytest.mark.parametrize(("code", "outcome"), MEANINGS)


def refused(code: int, status: int = 400, headers: h.Headers | None = None) -> HttpResponse:
    details = {"messaging_product": "whatsapp", "details": "Ewa cannot be reached"}
    error = {"message": f"(#{code}) Ewa", "code": code, "error_data": details}
    return h.answered(status, {"error": error}, headers)


@every_meaning
def test_an_error_code_means_what_to_do_next(code: int, outcome: Outcome) -> None:
    result = whatsapp.read_reply(refused(code), h.outgoing("whatsapp"))

    assert (result.outcome, result.reason) == (outcome, str(code))


@every_meaning
def test_a_failed_status_means_the_same_as_the_error(code: int, outcome: Outcome) -> None:
    event = only(status("failed", errors=[{"code": code, "title": "Ewa cannot be reached"}]))

    assert isinstance(event, MessageFailed)
    assert (event.outcome, event.reason, event.nonce) == (outcome, str(code), "c4se0000000000aa.1-1")


def test_a_token_that_is_not_believed_pauses_the_channel() -> None:
    told = only(status("failed", errors=[{"code": 0}]))

    assert whatsapp.read_reply(refused(0, 401), h.outgoing("whatsapp")).outcome is Outcome.CHANNEL_PAUSED
    assert isinstance(told, MessageFailed) and told.outcome is Outcome.CHANNEL_PAUSED


@pytest.mark.parametrize(
    ("asked_for", "wait"), [({}, 6), ({"retry-after": "2"}, 6), ({"retry-after": "30"}, 30)]
)
def test_one_customer_is_not_written_to_again_within_six_seconds(
    asked_for: dict[str, str], wait: int
) -> None:
    result = whatsapp.read_reply(refused(131056, headers=asked_for), h.outgoing("whatsapp"))

    assert (result.outcome, result.retry_after) == (Outcome.RETRY, wait)


@pytest.mark.parametrize("state", ["accepted", "held_for_quality_assessment", None])
def test_a_message_that_was_taken_is_known_by_its_id(state: str | None) -> None:
    answer = h.answered(200, {"messages": [{"id": "wamid.5", "message_status": state}]})

    assert whatsapp.read_reply(answer, h.outgoing("whatsapp")).message_id == "wamid.5"


@pytest.mark.parametrize("data", [{}, {"messages": []}, {"messages": [{}]}, {"messages": {"id": "x"}}])
def test_a_success_without_an_id_is_not_believed(data: Any) -> None:
    result = whatsapp.read_reply(h.answered(200, data), h.outgoing("whatsapp"))

    assert (result.outcome, result.reason) == (Outcome.AMBIGUOUS, "no_message_id")


def test_nothing_can_be_asked_about_a_message() -> None:
    out, here = h.outgoing("whatsapp"), h.channel("whatsapp")

    assert whatsapp.reconcile(out, here) == Reconciliation()
    assert whatsapp.read_reconciliation(h.answered(200, {}), out).outcome is Outcome.UNCERTAIN


def test_the_rates_are_those_of_a_number_that_is_in_the_app_too() -> None:
    rates = {rate.scope.value: (rate.messages, rate.per) for rate in whatsapp.CAPABILITIES.rates}

    assert rates == {"channel": (20, timedelta(seconds=1)), "thread": (1, timedelta(seconds=6))}
    assert set(whatsapp.CAPABILITIES.lanes) == {Lane.MESSAGE}


# Registering and checking

SUBSCRIPTIONS = {
    "data": [
        {
            "object": "whatsapp_business_account",
            "callback_url": h.URL,
            "active": True,
            "fields": [{"name": name} for name in ("messages", "smb_message_echoes", "account_update")],
        }
    ]
}
SUBSCRIBED = {"data": [{"whatsapp_business_api_data": {"id": APP, "name": "Hearback", "link": "x"}}]}
NUMBER = {"id": ACCOUNT, "status": "CONNECTED"}
ELSE: dict[str, Any] = {"id": ACCOUNT, "is_on_biz_app": True, "webhook_configuration": {"application": h.URL}}
TEMPLATES = {"data": [{"name": "case_news", "language": "pl", "status": "APPROVED"}]}
GOOD = {
    "asking for the number": NUMBER,
    "asking what else uses the number": ELSE,
    "asking where Meta's app delivers (whatsapp_business_account)": SUBSCRIPTIONS,
    "asking whether the app hears of the account": SUBSCRIBED,
    "asking for the template": TEMPLATES,
    "telling Meta's app where to deliver (whatsapp_business_account)": {"success": True},
    "letting the app hear of the account": {"success": True},
}
WHOLE = {**OPTIONS, "coexistence": True, "template": "case_news", "template_language": "pl"}


def led(steps: Steps, answers: dict[str, Any]) -> tuple[list[Step], Report]:
    """Lead a conversation in which Meta answers by what it is asked for; None is a refusal."""

    def answer(step: Step) -> HttpResponse:
        data = answers[step.what]
        return refused(190, 401) if data is None else h.answered(200, data)

    return h.led_by(steps, answer)


ASKED = dict(zip(("number", "more", "app", "account", "template"), GOOD, strict=False))


def checked(options: dict[str, Any] | None = None, **answers: Any) -> list[str]:
    """Return what a check complains of; `answers` takes the place of the good ones."""
    here = h.channel("whatsapp", options=WHOLE if options is None else options)
    told = {**GOOD, **{ASKED[name]: answer for name, answer in answers.items()}}
    _, report = led(whatsapp.check(here, h.URL), told)
    return h.faults(report)


def test_a_channel_that_is_whole_is_found_so() -> None:
    assert checked() == []


def test_an_account_whose_fields_nobody_chooses_is_only_said_to_deliver() -> None:
    _, report = led(whatsapp.check(h.channel("whatsapp", options=WHOLE), h.URL), GOOD)
    told = [one.what for one in report.findings]

    assert "the account delivers to the app" in told
    assert "the account tells of everything that is needed" not in told


def test_a_check_asks_for_every_layer() -> None:
    asked_for, _ = led(whatsapp.check(h.channel("whatsapp", options=WHOLE), h.URL), GOOD)

    assert [urlsplit(step.request.url).path for step in asked_for] == [
        f"/v26.0/{ACCOUNT}",
        f"/v26.0/{ACCOUNT}",
        f"/v26.0/{APP}/subscriptions",
        f"/v26.0/{WABA}/subscribed_apps",
        f"/v26.0/{WABA}/message_templates",
    ]


@pytest.mark.parametrize(
    ("missing", "found"),
    [
        ({"number": None}, "Meta does not show the number"),
        ({"number": {**NUMBER, "status": "BANNED"}}, "the number is not connected"),
        ({"more": {**ELSE, "is_on_biz_app": False}}, "the number is not in the WhatsApp Business app"),
        (
            {"app": {"data": []}},
            "Meta's app delivers no whatsapp_business_account webhooks",
        ),
        ({"account": {"data": []}}, "the account does not deliver to the app"),
        ({"template": {"data": []}}, "the template is not approved"),
        (
            {"template": {"data": [{**TEMPLATES["data"][0], "status": "PAUSED"}]}},
            "the template is not approved",
        ),
        (
            {"template": {"data": [{**TEMPLATES["data"][0], "language": "en"}]}},
            "the template is not approved",
        ),
        ({"template": None}, "the template is not approved"),
    ],
)
def test_a_check_names_the_one_thing_that_is_missing(missing: dict[str, Any], found: str) -> None:
    assert checked(**missing) == [found]


@pytest.mark.parametrize("whose", ["phone_number", "whatsapp_business_account"])
def test_a_check_finds_an_address_that_overrides_the_apps(whose: str) -> None:
    configuration = {"application": h.URL, whose: "https://partner.example/hook"}

    assert checked(more={**ELSE, "webhook_configuration": configuration}) == [
        "another address overrides the app's for this number"
    ]


def test_a_number_in_the_app_needs_the_field_that_tells_of_replies_there() -> None:
    only_messages = {"data": [{**SUBSCRIPTIONS["data"][0], "fields": ["messages"]}]}

    (complaint,) = checked(app=only_messages)
    assert "smb_message_echoes" in complaint


def test_a_number_outside_the_app_does_not_need_it() -> None:
    only_messages = {"data": [{**SUBSCRIPTIONS["data"][0], "fields": ["messages"]}]}
    alone = {**ELSE, "is_on_biz_app": False}

    assert checked(OPTIONS, app=only_messages, more=alone) == []


def test_a_number_in_the_app_that_is_not_said_to_be_there_is_found() -> None:
    assert checked(OPTIONS) == [
        "the number is in the WhatsApp Business app, but options.coexistence is not true"
    ]


def test_what_meta_does_not_tell_of_the_number_is_no_fault() -> None:
    assert checked(more=None) == []


@pytest.mark.parametrize("how", [whatsapp.register, whatsapp.check])
def test_without_the_account_of_the_number_nothing_can_be_delivered(how: Any) -> None:
    here = h.channel("whatsapp", options={"app_id": APP})
    _, report = led(how(here, h.URL), {**GOOD, "asking what else uses the number": None})

    assert h.faults(report) == ["options.waba_id is not set"]


def test_registering_tells_the_app_and_the_account() -> None:
    asked_for, report = led(whatsapp.register(h.channel("whatsapp"), h.URL), GOOD)
    app, account = (step.request for step in asked_for)

    assert all(finding.ok for finding in report.findings)
    assert (json.loads(app.body)["object"], json.loads(app.body)["callback_url"]) == (
        "whatsapp_business_account",
        h.URL,
    )
    assert (account.method, urlsplit(account.url).path) == ("POST", f"/v26.0/{WABA}/subscribed_apps")


def test_the_app_is_told_to_deliver_replies_from_the_app_on_the_phone() -> None:
    asked_for, _ = led(whatsapp.register(h.channel("whatsapp"), h.URL), GOOD)

    assert {"messages", "smb_message_echoes"} <= set(
        json.loads(asked_for[0].request.body)["fields"].split(",")
    )


def test_the_account_is_asked_with_its_own_token() -> None:
    asked_for, _ = led(whatsapp.register(h.channel("whatsapp"), h.URL), GOOD)

    assert asked_for[1].request.headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "what",
    [
        "telling Meta's app where to deliver (whatsapp_business_account)",
        "letting the app hear of the account",
    ],
)
def test_a_registration_that_is_refused_is_told_with_a_remedy(what: str) -> None:
    _, report = led(whatsapp.register(h.channel("whatsapp"), h.URL), {**GOOD, what: None})
    (fault,) = (finding for finding in report.findings if not finding.ok)

    assert fault.remedy
