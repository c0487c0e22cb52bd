"""What only Messenger has: its handshake, its errors, its tags, its proof of the app secret, its batches."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import ControlChanged, CustomerWrote, MessageEchoed, Outcome
from chalicelib.core.message import Thread
from chalicelib.platforms import facebook, meta_graph
from chalicelib.platforms.contract import Answer, HttpResponse, Inbound
from tests.platforms import harness as h

PAGE, PSID = "104220000000017", "7420000000000011"
TOKEN = "EAAB-page-token"


# The handshake


def asked(prefix: str = "hub.", method: str = "GET", **changes: str) -> Inbound:
    query = {"mode": "subscribe", "challenge": "1158201444", "verify_token": "my word"} | changes
    return Inbound(
        method=method,
        query={f"{prefix}{name}": value for name, value in query.items()},
        received_at=h.RECEIVED,
    )


@pytest.mark.parametrize("prefix", ["hub.", "hub_"])
def test_the_handshake_answers_the_challenge_as_plain_text(prefix: str) -> None:
    answer = facebook.handshake(asked(prefix), h.channel("facebook"))

    assert answer == Answer(status=200, body="1158201444", content_type="text/plain; charset=utf-8")


@pytest.mark.parametrize("prefix", ["hub.", "hub_"])
def test_the_handshake_refuses_a_wrong_token(prefix: str) -> None:
    assert facebook.handshake(asked(prefix, verify_token="guess"), h.channel("facebook")) == Answer(
        status=403
    )


def test_the_handshake_refuses_another_mode() -> None:
    assert facebook.handshake(asked(mode="unsubscribe"), h.channel("facebook")) == Answer(status=403)


@pytest.mark.parametrize("token", ["", "my word"])
@pytest.mark.parametrize("live", [{}, {"verify_token": ()}, {"verify_token": ("",)}], ids=str)
def test_the_handshake_refuses_everybody_while_no_token_is_set(
    live: dict[str, tuple[str, ...]], token: str
) -> None:
    answer = facebook.handshake(asked(verify_token=token), h.channel("facebook", secrets=live))

    assert answer == Answer(status=403)


def test_the_handshake_refuses_a_request_without_questions() -> None:
    assert facebook.handshake(Inbound(method="GET", received_at=h.RECEIVED), h.channel("facebook")) == Answer(
        status=403
    )


def test_the_handshake_takes_both_words_while_one_is_replaced() -> None:
    here = h.channel("facebook", secrets={"verify_token": ("new word", "my word")})

    assert facebook.handshake(asked(), here) == Answer(body="1158201444")


def test_a_webhook_is_no_handshake() -> None:
    assert facebook.handshake(asked(method="POST"), h.channel("facebook")) is None


# The signature


def test_the_raw_bytes_are_proven_not_the_json_they_stand_for() -> None:
    one = h.fixture("facebook", "customer_text")
    escaped = json.dumps(one.body).replace("/", "\\/").encode()

    facebook.verify(h.proven(one, body=escaped), h.channel("facebook"))


# What an item means


def webhook(*items: dict[str, Any], lane: str = "messaging") -> h.Fixture:
    body = {"object": "page", "entry": [{"id": PAGE, "time": 1795176000000, lane: list(items)}]}
    return h.Fixture(platform="facebook", name="made_here", body=body, expected=[])


def item(**parts: Any) -> dict[str, Any]:
    return {
        "sender": {"id": PSID},
        "recipient": {"id": PAGE},
        "timestamp": 1795176000250,
        **parts,
    }


def in_control(one: h.Fixture, **changes: Any) -> list[bool]:
    events = h.parsed(one, **changes).events
    return [event.in_control for event in events if isinstance(event, ControlChanged)]


@pytest.mark.parametrize(("lane", "given"), [("messaging", True), ("standby", False)])
def test_without_our_app_id_the_lane_tells_to_whom_a_thread_was_passed(lane: str, *, given: bool) -> None:
    one = webhook(item(pass_thread_control={"new_owner_app_id": "263902037430900"}), lane=lane)

    assert in_control(one, options={}) == [given]


def test_without_our_app_id_a_thread_that_was_taken_is_not_ours() -> None:
    assert in_control(webhook(item(take_thread_control={"new_owner_app_id": ""})), options={}) == [False]


def test_passing_and_taking_at_the_same_moment_are_two_events() -> None:
    one = webhook(item(pass_thread_control={}), item(take_thread_control={}))

    assert len({event.id for event in h.parsed(one).events}) == 2


def test_edits_without_a_number_are_told_apart_by_their_time() -> None:
    edit = {"mid": "m_1", "text": "x"}
    one = webhook(item(message_edit=edit), item(message_edit=edit, timestamp=1795176000999))

    assert len({event.id for event in h.parsed(one).events}) == 2


def test_times_are_milliseconds() -> None:
    (event,) = h.parsed(webhook(item(message={"mid": "m_1", "text": "x"}))).events

    assert event.at.isoformat() == "2026-11-20T12:00:00.250000+00:00"


def test_what_the_page_writes_to_itself_concerns_nobody() -> None:
    one = webhook(item(message={"mid": "m_1", "text": "x"}, sender={"id": PAGE}))

    assert h.parsed(one).events == ()


# Messenger would hold back the whole page for anything but 200.
def test_a_webhook_of_which_nothing_can_be_read_is_taken_and_counted() -> None:
    found = h.parsed(webhook(item(message={"mid": True, "text": "x"})))

    assert (found.events, found.unknown) == ((), ("messaging.message.unreadable",))


@pytest.mark.parametrize(
    ("entry", "unknown"),
    [
        ([5], "entry.unreadable"),
        ([{"id": True, "messaging": []}], "entry.unreadable"),
        ([{"id": PAGE, "messaging": "x"}], "messaging.unreadable"),
        ([{"id": PAGE, "standby": [None]}], "standby.unreadable"),
        ([{"id": PAGE, "changes": [[]]}], "changes.unreadable"),
    ],
    ids=str,
)
def test_what_has_not_the_shape_of_an_item_is_counted_beside_what_has(entry: list[Any], unknown: str) -> None:
    one = webhook(item(message={"mid": "m_1", "text": "whole"}))
    one.body["entry"].extend(entry)
    found = h.parsed(one)

    assert ([type(event) for event in found.events], found.unknown) == ([CustomerWrote], (unknown,))


@pytest.mark.parametrize(
    "body", [{}, {"object": 5}, {"object": "page"}, {"object": "page", "entry": {}}], ids=str
)
def test_what_is_no_webhook_at_all_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(BadPayload):
        h.parsed(h.Fixture(platform="facebook", name="made_here", body=body, expected=[]))


# Who spoke


def echo(sender: str = PAGE, recipient: str = PSID, **parts: Any) -> Any:
    message = {"mid": "m_1", "text": "Yes, we do.", **parts}
    return h.only(webhook(item(message=message, sender={"id": sender}, recipient={"id": recipient})))


def test_a_message_of_the_page_without_the_flag_is_no_customers_r3() -> None:
    event = echo()

    assert isinstance(event, MessageEchoed)
    assert (event.ours, event.customer.id) == (False, PSID)


def test_our_metadata_makes_an_echo_of_what_has_swapped_ids_and_no_flag_r7() -> None:
    event = echo(PSID, PAGE, metadata="hearback:c4se0000000000aa.1-1")

    assert isinstance(event, MessageEchoed)
    assert (event.ours, event.nonce) == (True, "c4se0000000000aa.1-1")


@pytest.mark.parametrize("metadata", ["of another program", "", None])
def test_metadata_of_others_is_no_mark_of_ours_r7(metadata: str | None) -> None:
    assert not echo(is_echo=True, metadata=metadata).ours


@pytest.mark.parametrize("app_id", ["", None])
def test_without_our_app_id_no_app_is_taken_for_ours_r7(app_id: str | None) -> None:
    message = {"mid": "m_1", "text": "Yes.", "is_echo": True, "app_id": app_id}
    one = webhook(item(message=message, sender={"id": PAGE}, recipient={"id": PSID}))

    assert not h.only(one, options={}).ours


def test_linking_an_account_says_nothing_r28() -> None:
    found = h.parsed(webhook(item(account_linking={"status": "linked", "authorization_code": "x"})))

    assert (found.events, found.unknown) == ((), ())


@pytest.mark.parametrize(("lane", "standby"), [("messaging", False), ("standby", True)])
def test_a_button_pressed_in_standby_is_told_in_standby_r28(lane: str, *, standby: bool) -> None:
    event = h.only(webhook(item(postback={"mid": "m_1", "title": "Hours"}), lane=lane))

    assert event.standby is standby


def test_an_unreadable_item_does_not_take_its_batch_with_it() -> None:
    broken = item(message={"mid": "m_1", "text": {"not": "a text"}})
    whole = item(message={"mid": "m_2", "text": "whole"})

    found = h.parsed(webhook(broken, whole, broken))

    assert [event.text for event in found.events if isinstance(event, CustomerWrote)] == ["whole"]
    assert found.unknown == ("messaging.message.unreadable", "messaging.message.unreadable")


# What goes out

SPOKEN = h.RECEIVED - timedelta(hours=30)


def sent(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        facebook.compose(h.outgoing("facebook", **changes), h.channel("facebook")).body
    )
    return found


def test_a_message_carries_its_key_so_that_its_echo_is_known_r7() -> None:
    assert sent() == {
        "recipient": {"id": PSID},
        "messaging_type": "RESPONSE",
        "message": {
            "text": "We have received your message.",
            "metadata": "hearback:c4se0000000000aa.1-1",
        },
    }


@pytest.mark.parametrize("hours", [0, 23, 25, 200])
def test_automatic_words_never_carry_human_agent_r25(hours: int) -> None:
    body = sent(human=False, last_customer_at=h.RECEIVED - timedelta(hours=hours))

    assert "HUMAN_AGENT" not in json.dumps(body)


@pytest.mark.parametrize("last", [SPOKEN, h.RECEIVED - timedelta(hours=24)], ids=["30 hours", "24 hours"])
def test_words_of_a_person_carry_human_agent_from_24_hours_on_r25(last: Any) -> None:
    body = sent(human=True, last_customer_at=last)

    assert (body["messaging_type"], body["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


@pytest.mark.parametrize("last", [h.RECEIVED - timedelta(hours=23, minutes=59), None])
def test_words_of_a_person_within_24_hours_need_no_tag_r25(last: Any) -> None:
    body = sent(human=True, last_customer_at=last)

    assert body["messaging_type"] == "RESPONSE"
    assert "tag" not in body


def test_the_platform_allows_24_hours_to_us_and_seven_days_to_a_person_r25() -> None:
    thread = Thread(channel="shop", key=PSID)
    allowance = facebook.allowance(thread, {"psid": PSID}, h.channel("facebook"))

    assert allowance.automatic == timedelta(hours=24)
    assert allowance.human == timedelta(days=7)


def test_every_call_proves_the_app_secret() -> None:
    url = urlsplit(facebook.compose(h.outgoing("facebook"), h.channel("facebook")).url)
    proof = hmac.new(h.NEWEST.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()

    assert parse_qs(url.query) == {"appsecret_proof": [proof]}


def test_the_token_goes_in_a_header_and_never_in_the_url() -> None:
    request = facebook.compose(h.outgoing("facebook"), h.channel("facebook"))

    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in request.url


def test_messages_go_to_the_page_of_the_channel() -> None:
    request = facebook.compose(h.outgoing("facebook"), h.channel("facebook"))

    assert urlsplit(request.url)._replace(query="").geturl() == (
        f"https://graph.facebook.com/{meta_graph.VERSION}/{PAGE}/messages"
    )


# What errors mean: https://developers.facebook.com/docs/messenger-platform/error-codes

ERRORS = {
    Outcome.RETRY: ("1 2 4 17 32 341 613 613/2534040 1200 80001 80002 80006",),
    Outcome.WINDOW_CLOSED: ("10/2018065 10/2018278 10/2534022",),
    Outcome.AMBIGUOUS: ("20/1772107",),
    Outcome.CHANNEL_PAUSED: (
        "190 190/458 190/459 190/460 190/463 190/467 190/2069032 102 3 10 10/1893063 200 230 299 368",
        "100/2534122 100/2534029",
    ),
    Outcome.REFUSED: (
        "100 100/2018292 100/33 100/2018001 551 551/1545041 200/1545041 10/2018300 10/2018108 10900 9000001",
        "200/2069030 200/2069031 200/2069032 200/2069033 12 506 999",
    ),
}


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(error, outcome) for outcome, lines in ERRORS.items() for line in lines for error in line.split()],
)
def test_an_error_of_graph_means_what_to_do_next(error: str, outcome: Outcome) -> None:
    code, _, subcode = error.partition("/")
    body = {"error": {"message": "whatever Meta says", "code": int(code), "error_subcode": int(subcode or 0)}}
    result = facebook.read_reply(h.answered(400, body), h.outgoing("facebook"))

    assert (result.outcome, result.reason) == (outcome, error)


def usage(*minutes: Any) -> dict[str, str]:
    parts = [{"type": "messenger", "estimated_time_to_regain_access": one} for one in minutes]
    return {"x-business-use-case-usage": json.dumps({PAGE: parts})}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (usage(19), 1140),
        (usage(0, 2, 1), 120),
        ({**usage(19), "retry-after": "30"}, 30),
        (usage(100_000), 86_400),
        (usage(0), None),
        (usage(), None),
        (usage("soon", None, -3), None),
        ({"x-business-use-case-usage": "[1]"}, None),
        ({"x-business-use-case-usage": '{"a": {"b": 1}}'}, None),
    ],
    ids=str,
)
def test_a_limit_is_waited_for_as_long_as_meta_reckons(
    headers: dict[str, str], seconds: float | None
) -> None:
    answer = h.answered(400, {"error": {"code": 80006}}, headers)
    result = facebook.read_reply(answer, h.outgoing("facebook"))

    assert (result.outcome, result.retry_after) == (Outcome.RETRY, seconds)


def test_a_wait_is_not_asked_for_where_trying_again_is_useless() -> None:
    answer = h.answered(400, {"error": {"code": 100}}, usage(19))

    assert facebook.read_reply(answer, h.outgoing("facebook")).retry_after is None


# What became of a message whose answer got lost


def conversation(**changes: Any) -> HttpResponse:
    message = {
        "id": "m_77",
        "message": "We have received  your message.",
        "from": {"id": PAGE, "name": "Shop"},
        "created_time": "2026-11-20T12:00:02+0000",
    }
    return h.answered(200, {"data": [{"messages": {"data": [message | changes]}}]})


def reconciled(response: HttpResponse) -> Outcome:
    return facebook.read_reconciliation(response, h.outgoing("facebook")).outcome


def test_our_words_in_the_conversation_were_sent() -> None:
    result = facebook.read_reconciliation(conversation(), h.outgoing("facebook"))

    assert (result.outcome, result.message_id) == (Outcome.SENT, "m_77")


@pytest.mark.parametrize(
    "changes",
    [
        {"message": "Other words"},
        {"from": {"id": PSID}},
        {"created_time": "2026-11-20T11:00:00+0000"},
    ],
    ids=["other words", "the customer's own", "an hour ago"],
)
def test_what_is_not_surely_ours_leaves_it_uncertain(changes: dict[str, Any]) -> None:
    assert reconciled(conversation(**changes)) is Outcome.UNCERTAIN


def test_a_message_is_found_as_long_as_it_may_be_asked_for() -> None:
    asked_last = h.outgoing("facebook", claimed_at=h.RECEIVED + timedelta(minutes=12))

    assert facebook.read_reconciliation(conversation(), asked_last).outcome is Outcome.SENT


@pytest.mark.parametrize("created", ["2026-11-20T12:00:02", "yesterday", ""])
def test_a_time_that_is_none_leaves_it_uncertain(created: str) -> None:
    assert reconciled(conversation(created_time=created)) is Outcome.UNCERTAIN


@pytest.mark.parametrize(
    "response", [h.answered(503), h.answered(429), h.answered(400, {"error": {"code": 4}})]
)
def test_a_question_that_met_a_limit_is_asked_again(response: HttpResponse) -> None:
    assert reconciled(response) is Outcome.AMBIGUOUS


@pytest.mark.parametrize("response", [h.answered(400, {"error": {"code": 190}}), h.answered(200, b"<html>")])
def test_a_question_that_cannot_be_answered_leaves_it_uncertain(response: HttpResponse) -> None:
    assert reconciled(response) is Outcome.UNCERTAIN


def test_the_question_names_the_customer_and_proves_the_app_secret() -> None:
    ask = facebook.reconcile(h.outgoing("facebook"), h.channel("facebook")).ask

    assert ask
    query = parse_qs(urlsplit(ask.url).query)
    assert query["user_id"] == [PSID]
    assert "appsecret_proof" in query
