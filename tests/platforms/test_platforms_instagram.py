"""What only Instagram has: two logins, echoes without a mark, comments, mentions, three layers to check."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import BadPayload, BadSignature
from chalicelib.core.events import (
    ControlChanged,
    CustomerWrote,
    MessageDeleted,
    MessageEchoed,
    Outcome,
)
from chalicelib.core.message import Lane, Surface, Thread
from chalicelib.platforms import instagram, instagram_setup, meta_graph
from chalicelib.platforms.contract import (
    Answer,
    Channel,
    HttpRequest,
    HttpResponse,
    Inbound,
    Report,
    Step,
    Steps,
    Unresolved,
)
from chalicelib.platforms.instagram_item import moment
from chalicelib.platforms.lengths import fits
from chalicelib.platforms.payload import Payload
from tests.platforms import harness as h

ACCOUNT, IGSID = "17841400000000042", "6420000000000011"
COMMENT, NEWEST, MEDIA = "17900000000000501", "17900000000000502", "17900000000000401"
ACK = "We have received your message."
COMMENT_THREAD = Thread(channel="shop", key=COMMENT, surface=Surface.COMMENT, public=True, place=MEDIA)
MENTION_THREAD = Thread(channel="shop", key="17900000000000601", surface=Surface.MENTION, public=True)


def here(**options: Any) -> Channel:
    account = h.channel("instagram")
    return replace(account, options={**account.options, **options})


OWN = here(login="instagram", app_id="990000000000321")
"""The same account, reached by Instagram's own login."""


def sent(lane: Lane = Lane.MESSAGE, channel: Channel | None = None, **changes: Any) -> HttpRequest:
    return instagram.compose(out(lane, **changes), channel or here())


def out(lane: Lane = Lane.MESSAGE, **changes: Any) -> Any:
    thread = {} if lane is Lane.MESSAGE else {"thread": COMMENT_THREAD}
    return h.outgoing("instagram", lane, **{**thread, **changes})


def body(request: HttpRequest) -> Any:
    return json.loads(request.body)


def address(request: HttpRequest) -> str:
    return urlsplit(request.url)._replace(query="").geturl()


def query(request: HttpRequest) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request.url).query)


# Handshake and signature


@pytest.mark.parametrize("prefix", ["hub.", "hub_"])
def test_the_handshake_answers_the_challenge(prefix: str) -> None:
    asked = {"mode": "subscribe", "challenge": "1158201444", "verify_token": "my word"}
    inbound = Inbound(
        method="GET", query={prefix + name: value for name, value in asked.items()}, received_at=h.RECEIVED
    )

    assert instagram.handshake(inbound, here()) == Answer(body="1158201444")


def signed(signature: str) -> Inbound:
    raw = b'{"object":"instagram","entry":[{"text":"\\u00e4 \\/ \\u0040"}]}'
    return Inbound(
        method="POST", headers={"x-hub-signature-256": signature}, body=raw, received_at=h.RECEIVED
    )


# Made with `openssl dgst -sha256 -hmac`.
VECTOR = "sha256=75e9ce57923dc07fdb1c3a83bc3a3d5c3c96ebbc1be82246b08f779348fb0042"


@pytest.mark.parametrize("login", ["page", "instagram"])
def test_the_escaped_bytes_are_proven_with_the_secret_of_the_app_that_delivers(login: str) -> None:
    account = replace(here(login=login), secrets={"app_secret": ("new-secret", "app-secret")})

    instagram.verify(signed(VECTOR), account)


@pytest.mark.parametrize("signature", [VECTOR.upper(), VECTOR.removeprefix("sha256="), VECTOR[:-1], ""])
def test_another_form_of_the_signature_is_none(signature: str) -> None:
    account = replace(here(), secrets={"app_secret": ("app-secret",)})

    with pytest.raises(BadSignature):
        instagram.verify(signed(signature), account)


# What webhooks mean


def webhook(*items: dict[str, Any], **parts: Any) -> h.Fixture:
    entry = {"id": ACCOUNT, "time": 1795176001, "messaging": list(items), **parts}
    return h.Fixture(
        platform="instagram", name="made_here", body={"object": "instagram", "entry": [entry]}, expected=[]
    )


def item(sender: str = IGSID, recipient: str = ACCOUNT, **parts: Any) -> dict[str, Any]:
    return {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": 1795176000250, **parts}


def commented(**changes: Any) -> h.Fixture:
    value = {
        "id": COMMENT,
        "text": "Do you deliver?",
        "from": {"id": IGSID, "username": "bread.fan"},
        "media": {"id": MEDIA},
        **changes,
    }
    return webhook(changes=[{"field": "comments", "value": value}])


def echo(**options: Any) -> MessageEchoed:
    message = {"mid": "m1", "text": "Hello", "is_echo": True, "app_id": "1217981644879628"}
    parsed = h.parsed(webhook(item(ACCOUNT, IGSID, message=message)), options=options)
    (event,) = parsed.events
    assert isinstance(event, MessageEchoed)
    return event


def test_without_our_app_id_an_echo_of_any_app_may_be_ours_r7() -> None:
    assert echo().unmarked


def test_with_our_app_id_an_echo_of_another_app_is_not_ours_r7() -> None:
    assert not echo(app_id="880000000000123").unmarked


def test_a_mark_of_a_customer_is_none_r7() -> None:
    message = {"mid": "m1", "text": "Hello", "metadata": "hearback:c4se0000000000aa.1-1"}

    (event,) = h.parsed(webhook(item(message=message))).events

    assert isinstance(event, CustomerWrote)


@pytest.mark.parametrize(
    ("how", "lane", "given"),
    [
        ("pass_thread_control", "messaging", True),
        ("pass_thread_control", "standby", False),
        ("take_thread_control", "messaging", False),
        ("take_thread_control", "standby", False),
    ],
)
def test_without_our_app_id_the_lane_tells_to_whom_a_thread_was_passed_r28(
    how: str, lane: str, *, given: bool
) -> None:
    told: dict[str, Any] = item() | {how: {"new_owner_app_id": "880000000000123"}}
    event = h.only(webhook(**{"messaging": [], lane: [told]}), options={})

    assert isinstance(event, ControlChanged)
    assert event.in_control is given


@pytest.mark.parametrize("part", ["message", "message_edit", "postback"])
def test_what_the_account_says_to_itself_is_known_by_its_item_too(part: str) -> None:
    told = {"mid": "m1", "text": "Test", "title": "Test"}
    found = h.parsed(webhook(item() | {"is_self": True, part: told}))

    assert (found.events, found.unknown) == ((), ())


# Meta puts up to 1,000 changes into one webhook, and writes a Russian letter as six bytes.
def test_a_thousand_changes_are_taken() -> None:
    one = commented(text="Здравствуйте! " * 14)
    (change,) = one.body["entry"][0]["changes"]
    one.body["entry"][0]["changes"] = [
        {**change, "value": {**change["value"], "id": f"{COMMENT}{n}"}} for n in range(1000)
    ]

    assert 1_000_000 < len(json.dumps(one.body)) <= instagram.CAPABILITIES.body_limit
    assert len(h.parsed(one).events) == 1000


def test_a_comment_below_a_boosted_post_told_twice_is_one_event() -> None:
    plain = commented().body["entry"][0]["changes"]
    boosted = commented(media={"id": "17900000000000477", "ad_id": "1", "original_media_id": MEDIA})
    both = h.parsed(webhook(changes=[*plain, *boosted.body["entry"][0]["changes"]])).events

    assert len(both) == 2
    assert both[0] == both[1]


def test_a_comment_in_a_tree_belongs_to_the_thread_of_its_top_r18() -> None:
    (event,) = h.parsed(commented(id=NEWEST, parent_id=COMMENT)).events

    assert isinstance(event, CustomerWrote)
    assert (event.thread.key, event.in_tree) == (COMMENT, True)


def test_the_account_below_its_own_post_answers_nobody() -> None:
    assert h.parsed(commented(**{"from": {"id": ACCOUNT}})).events == ()


def test_without_the_name_a_comment_under_a_scoped_id_is_a_customers() -> None:
    one = commented(**{"from": {"id": "64200", "username": "corner.bakery"}, "parent_id": "1"})

    assert [type(event) for event in h.parsed(one, options={}).events] == [CustomerWrote]


@pytest.mark.parametrize("name", ["corner.bakery", "@Corner.Bakery"])
def test_the_name_of_the_account_may_be_written_as_people_do(name: str) -> None:
    one = commented(**{"from": {"id": "64200", "username": "corner.bakery"}, "parent_id": "1"})

    assert [type(e) for e in h.parsed(one, options={"username": name}).events] == [MessageEchoed]


def test_a_comment_without_any_time_happened_when_it_came_r4() -> None:
    one = commented()
    del one.body["entry"][0]["time"]

    assert [event.at for event in h.parsed(one).events] == [h.RECEIVED]


def test_a_comment_told_again_later_is_the_same_event() -> None:
    again = commented()
    again.body["entry"][0]["time"] += 36 * 3600

    assert [event.id for event in h.parsed(again).events] == [
        event.id for event in h.parsed(commented()).events
    ]


# Meta would hold back all that follows for anything but 200.
def test_a_webhook_of_which_nothing_can_be_read_is_taken_and_counted() -> None:
    found = h.parsed(webhook(item(timestamp="soon", message={"mid": "m1"})))

    assert (found.events, found.unknown) == ((), ("messaging.message.unreadable",))


@pytest.mark.parametrize(
    ("entry", "unknown"),
    [
        ([5], "entry.unreadable"),
        ([{"id": ACCOUNT, "time": "soon", "messaging": []}], "entry.unreadable"),
        ([{"id": ACCOUNT, "messaging": "x"}], "messaging.unreadable"),
        ([{"id": ACCOUNT, "standby": [None]}], "standby.unreadable"),
        ([{"id": ACCOUNT, "changes": [[]]}], "changes.unreadable"),
        ([{"id": ACCOUNT, "changes": [{"field": "comments", "value": "x"}]}], "changes.unreadable"),
    ],
    ids=str,
)
def test_what_has_not_the_shape_of_an_item_is_counted_beside_what_has(entry: list[Any], unknown: str) -> None:
    one = webhook(item(message={"mid": "m1", "text": "whole"}))
    one.body["entry"].extend(entry)
    found = h.parsed(one)

    assert ([type(event) for event in found.events], found.unknown) == ([CustomerWrote], (unknown,))


@pytest.mark.parametrize("body", [{}, {"object": "instagram"}, {"object": "instagram", "entry": 5}], ids=str)
def test_what_is_no_webhook_at_all_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(BadPayload):
        h.parsed(h.Fixture(platform="instagram", name="made_here", body=body, expected=[]))


@pytest.mark.parametrize("subject", ["1){id},x", "", "²", "a"])
def test_a_mention_without_a_number_is_never_asked_for(subject: str) -> None:
    found = h.parsed(webhook(changes=[{"field": "mentions", "value": {"comment_id": subject}}]))

    assert (found.events, found.unknown) == ((), ("changes.mentions.unreadable",))


@given(seconds=st.integers(0, 99_999_999_999))
def test_a_time_is_the_same_in_seconds_milliseconds_and_words(seconds: int) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds % 10**10)
    whole = int(at.timestamp())
    forms = [whole, str(whole), at.isoformat(), at.strftime("%Y-%m-%dT%H:%M:%S+0000")]
    forms += [whole * 1000, str(whole * 1000)] if whole >= 10**9 else []

    assert {moment(Payload({"time": form}, "entry"), "time") for form in forms if at.year > 1000} <= {at}


# Mentions


def asked(comment_id: str = "17900000000000601") -> Unresolved:
    value = {"comment_id": comment_id, "media_id": "17900000000000901"}
    (event,) = h.parsed(webhook(changes=[{"field": "mentions", "value": value}])).events
    assert isinstance(event, Unresolved)
    return event


def test_a_mention_is_asked_for_by_the_account() -> None:
    request = instagram.lookup(asked().need, here())

    assert address(request) == f"https://graph.facebook.com/{meta_graph.VERSION}/{ACCOUNT}"
    assert query(request)["fields"] == [
        "mentioned_comment.comment_id(17900000000000601){id,text,timestamp,username}"
    ]


def test_a_mention_in_a_caption_is_asked_for_as_a_post() -> None:
    request = instagram.lookup("mentioned_media:17900000000000901", OWN)

    assert query(request)["fields"] == [
        "mentioned_media.media_id(17900000000000901){id,caption,timestamp,username}"
    ]


def test_a_mention_of_our_own_is_nothing() -> None:
    assert instagram.resolve(asked(), {"text": "We!", "username": "Corner.Bakery"}, here()) == ()


@pytest.mark.parametrize("error", [{"code": 100, "error_subcode": 33}, {"code": 10900}, {"code": 9000001}])
def test_a_mention_that_is_gone_is_nothing_r14(error: dict[str, int]) -> None:
    facts, _ = instagram.read_lookup(asked().need, h.answered(400, {"error": error}))

    assert instagram.resolve(asked(), facts, here()) == ()


@pytest.mark.parametrize(
    "response",
    [
        h.answered(400, {"error": {"code": 190}}),
        h.answered(400, {"error": {"code": 100}}),
        h.answered(503, b""),
        h.answered(200, {"id": ACCOUNT}),
        h.answered(200, b"<html>"),
    ],
)
def test_a_mention_that_cannot_be_read_is_asked_for_again_r34(response: HttpResponse) -> None:
    with pytest.raises(BadPayload):
        instagram.read_lookup(asked().need, response)


def test_a_comment_that_mentions_us_below_our_own_post_is_one_event() -> None:
    (mention,) = instagram.resolve(asked(COMMENT), {"text": "Do you deliver?"}, here())
    (comment,) = h.parsed(commented()).events

    assert isinstance(comment, CustomerWrote)
    assert (mention.id, mention.thread.key) == (comment.id, comment.thread.key)


# Where words go


@pytest.mark.parametrize(
    ("channel", "host"), [(here(), "https://graph.facebook.com"), (OWN, "https://graph.instagram.com")]
)
def test_each_login_has_its_host(channel: Channel, host: str) -> None:
    assert address(sent(channel=channel)) == f"{host}/{meta_graph.VERSION}/me/messages"


def test_without_a_login_it_is_the_pages() -> None:
    account = replace(here(), options={})

    assert address(sent(channel=account)).startswith("https://graph.facebook.com/")


def test_a_login_that_nobody_knows_sends_nothing() -> None:
    with pytest.raises(ValueError, match="login"):
        sent(channel=here(login="facebook"))


def test_a_message_goes_to_the_customer_without_a_mark() -> None:
    assert body(sent()) == {"recipient": {"id": IGSID}, "message": {"text": ACK}}


def test_a_message_carries_our_mark_where_the_owner_wants_it_r7() -> None:
    message = body(sent(channel=here(mark=True)))["message"]

    assert message == {"text": ACK, "metadata": "hearback:c4se0000000000aa.1-1"}


def test_a_private_reply_goes_to_the_top_level_comment_as_the_newest_may_be_gone() -> None:
    assert body(sent(Lane.PRIVATE_REPLY)) == {"recipient": {"comment_id": COMMENT}, "message": {"text": ACK}}


def test_a_public_reply_goes_below_the_top_level_comment() -> None:
    request = sent(Lane.PUBLIC_REPLY)

    assert address(request).endswith(f"/{COMMENT}/replies")
    assert body(request) == {"message": ACK}


def test_a_comment_never_asks_for_fields() -> None:
    """Meta would answer with error 20/1772107 and comment all the same, again and again."""
    assert set(query(sent(Lane.PUBLIC_REPLY))) == {"appsecret_proof"}


@pytest.mark.parametrize("where", [{"comment_id": "17900000000000601"}, {}], ids=["comment", "caption"])
def test_a_mention_is_answered_where_it_stands(where: dict[str, str]) -> None:
    place = {"media_id": "17900000000000901", **where}
    request = sent(Lane.PUBLIC_REPLY, thread=MENTION_THREAD, address=place)

    assert address(request).endswith(f"/{ACCOUNT}/mentions")
    assert body(request) == {**place, "message": ACK}


def test_a_comment_on_a_live_video_is_never_answered_in_public() -> None:
    with pytest.raises(ValueError, match="private"):
        sent(Lane.PUBLIC_REPLY, address={"comment_id": COMMENT, "newest": COMMENT, "live": "yes"})


def test_an_id_cannot_lead_elsewhere() -> None:
    assert "/..%2Fme%2F" in sent(Lane.PUBLIC_REPLY, address={"comment_id": "../me/"}).url


def test_every_call_proves_its_app_and_keeps_the_token_out_of_the_url() -> None:
    request = sent()

    assert request.headers["authorization"] == "Bearer EAAB-page-token"
    assert "EAAB-page-token" not in request.url
    assert "appsecret_proof" in query(request)


@pytest.mark.parametrize(("text", "given"), [("a" * 1000, True), ("ż" * 500, True), ("ż" * 501, False)])
@pytest.mark.parametrize("lane", instagram.CAPABILITIES.lanes)
def test_a_text_holds_1000_bytes(text: str, lane: Lane, *, given: bool) -> None:
    assert fits(text, instagram.CAPABILITIES.lanes[lane]) is given


# How long it may be written to


def test_the_windows_of_a_message_r25() -> None:
    allowed = instagram.allowance(Thread(channel="shop", key=IGSID), {"igsid": IGSID}, here())

    assert (allowed.automatic, allowed.human) == (timedelta(hours=24), timedelta(days=7))
    assert allowed.private_reply is None


def test_nothing_automatic_goes_out_after_a_day_for_there_is_no_template_r25() -> None:
    assert not instagram.CAPABILITIES.template


@pytest.mark.parametrize(
    ("thread", "where", "wanted"),
    [
        (COMMENT_THREAD, {"comment_id": COMMENT}, timedelta(days=7)),
        (COMMENT_THREAD, {"comment_id": COMMENT, "live": "yes"}, timedelta(hours=4)),
        (MENTION_THREAD, {"media_id": MEDIA}, None),
    ],
    ids=["comment", "live", "mention"],
)
def test_how_long_a_private_reply_may_be_sent_r25(
    thread: Thread, where: dict[str, str], wanted: timedelta | None
) -> None:
    assert instagram.allowance(thread, where, here()).private_reply == wanted


@given(human=st.booleans(), hours=st.integers(0, 400), lane=st.sampled_from(list(Lane)[:3]))
def test_human_agent_is_only_on_late_private_words_of_a_person_r25(
    hours: int, lane: Lane, *, human: bool
) -> None:
    request = sent(lane, human=human, last_customer_at=h.RECEIVED - timedelta(hours=hours))

    wanted = human and hours >= 24 and lane is Lane.MESSAGE
    assert (b"HUMAN_AGENT" in request.body) is wanted


@pytest.mark.parametrize(("short", "tagged"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_words_of_a_person_carry_human_agent_from_24_hours_on_r25(short: timedelta, *, tagged: bool) -> None:
    last = h.RECEIVED - timedelta(hours=24) + short

    assert (b"HUMAN_AGENT" in sent(human=True, last_customer_at=last).body) is tagged


def test_words_to_a_customer_of_unknown_time_carry_no_tag_r25() -> None:
    assert b"HUMAN_AGENT" not in sent(human=True, last_customer_at=None).body


# What answers mean


def test_a_private_reply_opens_the_thread_of_the_customer() -> None:
    answer = h.answered(200, {"recipient_id": "6420000000000077", "message_id": "aWdf.1"})
    result = instagram.read_reply(answer, out(Lane.PRIVATE_REPLY))

    assert (result.opened, result.address) == ("6420000000000077", {"igsid": "6420000000000077"})


def test_a_private_reply_to_nobody_named_opens_the_thread_of_the_author() -> None:
    result = instagram.read_reply(h.answered(200, {"message_id": "aWdf.1"}), out(Lane.PRIVATE_REPLY))

    assert result.opened == IGSID


@pytest.mark.parametrize("lane", [Lane.MESSAGE, Lane.PUBLIC_REPLY])
def test_nothing_else_opens_a_thread(lane: Lane) -> None:
    answer = h.answered(200, {"id": "1", "message_id": "aWdf.1", "recipient_id": IGSID})

    assert instagram.read_reply(answer, out(lane)).opened == ""


ERRORS = {
    Outcome.RETRY: "1 2 4 17 32 341 613 613/2534040 1200 80001 80002 80006",
    Outcome.WINDOW_CLOSED: "10/2018278 10/2534022",
    Outcome.CHANNEL_PAUSED: (
        "190 190/458 190/459 190/460 190/463 190/467 102 3 10 10/1893063 200 230 299 368 "
        "100/2534122 100/2534029"
    ),
    Outcome.REFUSED: (
        "100 100/2018292 100/33 100/2018001 551 551/1545041 200/1545041 10/2018300 10900 9000001 506 999"
    ),
    Outcome.AMBIGUOUS: "20/1772107",
}
CASES = [(error, outcome) for outcome, errors in ERRORS.items() for error in errors.split()]


def refused(error: str, lane: Lane) -> Any:
    code, _, subcode = error.partition("/")
    told = {"message": "whatever Meta says", "code": int(code), "error_subcode": int(subcode or 0)}
    return instagram.read_reply(h.answered(400, {"error": told}), out(lane))


@pytest.mark.parametrize("lane", [Lane.MESSAGE, Lane.PRIVATE_REPLY])
@pytest.mark.parametrize(("error", "outcome"), CASES)
def test_an_error_means_what_to_do_next(error: str, outcome: Outcome, lane: Lane) -> None:
    result = refused(error, lane)

    assert (result.outcome, result.reason) == (outcome, error)


@pytest.mark.parametrize(("error", "outcome"), CASES)
def test_a_comment_that_may_stand_there_is_never_sent_again_blindly(error: str, outcome: Outcome) -> None:
    unsure = error in ("1", "2")

    assert refused(error, Lane.PUBLIC_REPLY).outcome is (Outcome.AMBIGUOUS if unsure else outcome)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_comment_to_a_broken_server_may_stand_there(status: int) -> None:
    result = instagram.read_reply(h.answered(status, b""), out(Lane.PUBLIC_REPLY))

    assert (result.outcome, result.reason) == (Outcome.AMBIGUOUS, f"http_{status}")


# What became of words whose answer got lost


def conversation(**changes: Any) -> HttpResponse:
    message = {
        "id": "aWdf.77",
        "message": "We have received  your message.",
        "from": {"id": ACCOUNT, "username": "corner.bakery"},
        "created_time": "2026-11-20T12:00:02+0000",
        **changes,
    }
    return h.answered(200, {"data": [{"id": "c1", "messages": {"data": [message]}}]})


def replies(**changes: Any) -> HttpResponse:
    reply = {
        "id": "17900000000000571",
        "text": ACK,
        "timestamp": "2026-11-20T12:00:02+0000",
        "username": "corner.bakery",
        **changes,
    }
    return h.answered(200, {"data": [reply]})


@pytest.mark.parametrize(
    ("lane", "response", "wanted"),
    [
        (Lane.MESSAGE, conversation(), "aWdf.77"),
        (Lane.PRIVATE_REPLY, conversation(), "aWdf.77"),
        (Lane.PUBLIC_REPLY, replies(), "17900000000000571"),
        (Lane.PUBLIC_REPLY, replies(username=None, **{"from": {"id": "64200"}}), "17900000000000571"),
    ],
)
def test_our_words_that_stand_there_were_sent(lane: Lane, response: HttpResponse, wanted: str) -> None:
    result = instagram.read_reconciliation(response, out(lane))

    assert (result.outcome, result.message_id) == (Outcome.SENT, wanted)


def test_a_private_reply_that_is_found_has_opened_its_thread() -> None:
    assert instagram.read_reconciliation(conversation(), out(Lane.PRIVATE_REPLY)).opened == IGSID


@pytest.mark.parametrize(
    ("lane", "response"),
    [
        (Lane.MESSAGE, conversation(message="Other words")),
        (Lane.MESSAGE, conversation(**{"from": {"id": IGSID}})),
        (Lane.PRIVATE_REPLY, conversation(created_time="2026-11-20T11:00:00+0000")),
        (Lane.MESSAGE, conversation(created_time="yesterday")),
        (Lane.PUBLIC_REPLY, replies(timestamp="yesterday")),
        (Lane.PUBLIC_REPLY, h.answered(200, {})),
        (Lane.PUBLIC_REPLY, h.answered(200, {"data": [], "paging": {"next": "https://graph.example"}})),
        (Lane.MESSAGE, h.answered(400, {"error": {"code": 190}})),
    ],
)
def test_what_is_not_surely_ours_leaves_it_uncertain(lane: Lane, response: HttpResponse) -> None:
    assert instagram.read_reconciliation(response, out(lane)).outcome is Outcome.UNCERTAIN


@pytest.mark.parametrize(
    "response",
    [
        h.answered(200, {"data": []}),
        replies(text="Other words"),
        replies(**{"from": {"id": IGSID}}),
        replies(timestamp="2026-11-20T11:00:00+0000"),
    ],
)
def test_a_comment_that_is_surely_missing_may_be_written_again(response: HttpResponse) -> None:
    assert instagram.read_reconciliation(response, out(Lane.PUBLIC_REPLY)).outcome is Outcome.RETRY


@pytest.mark.parametrize("response", [h.answered(503), h.answered(400, {"error": {"code": 4}})])
def test_a_question_that_met_a_limit_is_asked_again(response: HttpResponse) -> None:
    assert instagram.read_reconciliation(response, out()).outcome is Outcome.AMBIGUOUS


@pytest.mark.parametrize("lane", [Lane.MESSAGE, Lane.PRIVATE_REPLY])
def test_the_conversation_with_the_customer_is_asked_for(lane: Lane) -> None:
    ask = instagram.reconcile(out(lane), OWN).ask

    assert ask
    assert address(ask) == f"https://graph.instagram.com/{meta_graph.VERSION}/me/conversations"
    assert (query(ask)["user_id"], query(ask)["platform"]) == ([IGSID], ["instagram"])


@pytest.mark.parametrize(
    "lost",
    [
        out(Lane.PUBLIC_REPLY, thread=MENTION_THREAD, address={"media_id": "1", "comment_id": "2"}),
        out(Lane.PRIVATE_REPLY, address={"newest": NEWEST}),
    ],
    ids=["mention", "nobody"],
)
def test_what_cannot_be_read_back_stays_uncertain(lost: Any) -> None:
    plan = instagram.reconcile(lost, here())

    assert (plan.ask, plan.resend) == (None, False)


# Looking before a send (R6b)


@pytest.mark.parametrize("lane", [Lane.PUBLIC_REPLY, Lane.PRIVATE_REPLY])
def test_before_a_comment_is_answered_its_replies_are_read_r6b(lane: Lane) -> None:
    request = instagram.look(out(lane), here())

    assert request
    assert address(request).endswith(f"/{COMMENT}/replies")
    assert query(request)["fields"] == ["id,text,timestamp,username,from"]


@pytest.mark.parametrize(
    "waiting",
    [
        out(),
        out(Lane.PUBLIC_REPLY, thread=MENTION_THREAD, address={"media_id": "1", "comment_id": "2"}),
        out(Lane.PRIVATE_REPLY, address={"comment_id": COMMENT, "newest": COMMENT, "live": "yes"}),
    ],
    ids=["message", "mention", "live video"],
)
def test_elsewhere_nothing_can_be_seen(waiting: Any) -> None:
    assert instagram.look(waiting, here()) is None


def seen(response: HttpResponse) -> Any:
    return instagram.read_look(response, out(Lane.PUBLIC_REPLY), here())


def test_what_the_account_has_answered_is_seen_under_the_id_of_its_webhook_r6b() -> None:
    told = {"id": ACCOUNT, "username": "corner.bakery"}
    (told_later,) = h.parsed(
        commented(id="17900000000000571", parent_id=COMMENT, text=ACK, **{"from": told})
    ).events
    (event,) = seen(replies())

    assert isinstance(event, MessageEchoed)
    assert (event.id, event.thread, event.unmarked) == (told_later.id, COMMENT_THREAD, True)


def test_what_others_have_answered_is_no_reply_r18() -> None:
    assert seen(replies(username="rye.lover", **{"from": {"id": "64200", "username": "rye.lover"}})) == ()


@pytest.mark.parametrize("error", [{"code": 100, "error_subcode": 33}, {"code": 10900}])
def test_a_comment_that_is_gone_is_owed_nothing_r14(error: dict[str, int]) -> None:
    (event,) = seen(h.answered(400, {"error": error}))

    assert isinstance(event, MessageDeleted)
    assert event.message_ids == (COMMENT, NEWEST)


@pytest.mark.parametrize(
    "response",
    [
        h.answered(400, {"error": {"code": 190}}),
        h.answered(500),
        h.answered(200, b""),
        h.answered(200, {}),
        replies(timestamp="x"),
    ],
)
def test_what_tells_nothing_shows_nothing(response: HttpResponse) -> None:
    with pytest.raises(BadPayload):
        seen(response)


# Connecting and checking

SUBSCRIBED = {"data": [{"id": "880000000000123", "subscribed_fields": ["feed"]}]}
DELIVERS = {
    "data": [
        {
            "object": "instagram",
            "callback_url": h.URL,
            "active": True,
            "fields": [{"name": name} for name in instagram_setup.FIELDS],
        }
    ]
}
PAGE_GOOD: dict[str, Any] = {
    "GET me": {"id": "1042", "instagram_business_account": {"id": ACCOUNT, "username": "corner.bakery"}},
    "POST 880000000000123/subscriptions": {"success": True},
    "GET 880000000000123/subscriptions": DELIVERS,
    "GET me/subscribed_apps": SUBSCRIBED,
    "POST me/subscribed_apps": {"success": True},
    "GET me/conversations": {"data": []},
}
OWN_GOOD: dict[str, Any] = {
    "GET refresh_access_token": {"access_token": "IGAA-new", "token_type": "bearer", "expires_in": 5183944},
    "GET me": {"user_id": ACCOUNT, "username": "corner.bakery"},
    "POST 880000000000555/subscriptions": {"success": True},
    "GET 880000000000555/subscriptions": DELIVERS,
    "GET me/subscribed_apps": {"data": [{"subscribed_fields": list(instagram_setup.ACCOUNT_FIELDS)}]},
    "POST me/subscribed_apps": {"success": True},
    "GET me/conversations": {"data": []},
}
FULL = replace(
    OWN,
    options={**OWN.options, "meta_app_id": "880000000000555"},
    secrets={**OWN.secrets, "meta_app_secret": ("meta secret",)},
)


def name_of(step: Step) -> str:
    path = urlsplit(step.request.url).path.removeprefix(f"/{meta_graph.VERSION}").lstrip("/")
    return f"{step.request.method} {path}"


def led(steps: Steps, answers: dict[str, Any], refused_with: int = 100) -> tuple[list[str], Report]:
    """Lead a conversation in which Meta answers by what it is asked; what has no answer is refused."""

    def answer(step: Step) -> HttpResponse:
        told = answers.get(name_of(step))
        refused = {"error": {"code": refused_with}}
        return h.answered(400, refused) if told is None else h.answered(200, told)

    asked, report = h.led_by(steps, answer)
    return [name_of(step) for step in asked], report


@pytest.mark.parametrize(("channel", "answers"), [(here(), PAGE_GOOD), (FULL, OWN_GOOD)], ids=["page", "own"])
@pytest.mark.parametrize("talk", [instagram.register, instagram.check])
def test_where_all_is_well_nothing_is_found(
    talk: Callable[[Channel, str], Steps], channel: Channel, answers: dict[str, Any]
) -> None:
    _, report = led(talk(channel, h.URL), answers)

    assert h.faults(report) == []


@pytest.mark.parametrize(
    "layer", ["GET me", "GET 880000000000123/subscriptions", "GET me/subscribed_apps", "GET me/conversations"]
)
def test_a_page_of_which_one_layer_is_missing_is_found_out(layer: str) -> None:
    _, report = led(instagram.check(here(), h.URL), {**PAGE_GOOD, layer: None})

    assert len(h.faults(report)) == 1


@pytest.mark.parametrize(
    "layer", ["GET me", "GET 880000000000555/subscriptions", "GET me/subscribed_apps", "GET me/conversations"]
)
def test_an_account_of_which_one_layer_is_missing_is_found_out(layer: str) -> None:
    _, report = led(instagram.check(FULL, h.URL), {**OWN_GOOD, layer: None})

    assert len(h.faults(report)) == 1


@pytest.mark.parametrize(
    "layer",
    ["POST 880000000000555/subscriptions", "POST me/subscribed_apps", "GET me", "GET me/conversations"],
)
def test_a_connection_of_which_one_step_fails_says_so(layer: str) -> None:
    _, report = led(instagram.register(FULL, h.URL), {**OWN_GOOD, layer: None})

    assert len(h.faults(report)) == 1


def test_a_page_that_delivers_already_keeps_its_fields() -> None:
    """The page of a Facebook channel would otherwise lose its comments."""
    asked, _ = led(instagram.register(here(), h.URL), PAGE_GOOD)

    assert "POST me/subscribed_apps" not in asked


def test_a_page_that_does_not_deliver_is_told_to() -> None:
    asked, report = led(
        instagram.register(here(), h.URL), {**PAGE_GOOD, "GET me/subscribed_apps": {"data": []}}
    )

    assert "POST me/subscribed_apps" in asked
    assert h.faults(report) == []


def test_the_token_of_the_own_login_is_renewed_and_used_at_once() -> None:
    conversation = instagram.register(FULL, h.URL)
    next(conversation)
    step = conversation.send(h.answered(200, OWN_GOOD["GET refresh_access_token"]))

    assert step.request.headers["authorization"] == "Bearer IGAA-new"


def test_the_renewed_token_is_learned() -> None:
    _, report = led(instagram.register(FULL, h.URL), OWN_GOOD)

    assert report.learned == {"access_token": "IGAA-new"}


def test_what_a_page_delivers_is_not_said_to_be_all_that_is_needed() -> None:
    """Which fields a page delivers does not matter, so nobody has looked at them."""
    _, report = led(instagram.check(here(), h.URL), PAGE_GOOD)
    told = [one.what for one in report.findings]

    assert "the account delivers to the app" in told
    assert "the account tells of everything that is needed" not in told


def test_a_page_learns_nothing() -> None:
    _, report = led(instagram.register(here(), h.URL), PAGE_GOOD)

    assert report.learned == {}


def test_a_token_of_the_first_day_cannot_be_renewed_and_need_not_be() -> None:
    _, report = led(instagram.register(FULL, h.URL), {**OWN_GOOD, "GET refresh_access_token": None})

    assert h.faults(report) == []


def test_a_token_that_has_ended_is_found_out() -> None:
    _, report = led(instagram.register(FULL, h.URL), {}, refused_with=190)

    assert "the token is not valid any more" in h.faults(report)


@pytest.mark.parametrize(
    ("told", "remedy"),
    [
        ({"user_id": "17841400000000099", "username": "corner.bakery"}, 'account: "17841400000000099"'),
        ({"user_id": ACCOUNT, "username": "new.name"}, "username: new.name"),
    ],
)
def test_another_account_or_name_than_the_tokens_is_found_out(told: dict[str, str], remedy: str) -> None:
    _, report = led(instagram.check(FULL, h.URL), {**OWN_GOOD, "GET me": told})

    assert any(remedy in one.remedy for one in report.findings if not one.ok)


def test_without_the_meta_app_nobody_has_looked_at_the_first_layer() -> None:
    asked, report = led(instagram.check(OWN, h.URL), OWN_GOOD)

    assert not any("subscriptions" in one for one in asked)
    assert h.faults(report) == [f"it was not looked whether the app delivers to {h.URL}"]


@pytest.mark.parametrize("talk", [instagram.register, instagram.check])
def test_a_login_that_nobody_knows_is_found_out(talk: Callable[[Channel, str], Steps]) -> None:
    asked, report = led(_from_the_start(talk(here(login="facebook"), h.URL)), {"GET start": {}})

    assert asked == ["GET start"]
    assert len(h.faults(report)) == 1


def _from_the_start(steps: Steps) -> Steps:
    yield Step(what="start", request=HttpRequest(method="GET", url="https://graph.example/start"))
    return (yield from steps)


def test_the_meta_app_is_spoken_for_by_its_own_secret() -> None:
    conversation = instagram.check(FULL, h.URL)
    next(conversation)
    step = conversation.send(h.answered(200, OWN_GOOD["GET me"]))

    assert step.request.headers["authorization"] == "Bearer 880000000000555|meta secret"
    assert step.request.url.startswith("https://graph.facebook.com/")
