"""What only a page has in public: comments, private replies, looking before a send, reading back."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import (
    CustomerWrote,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    Outcome,
    ThreadEvent,
)
from chalicelib.core.message import Lane, Surface, Thread
from chalicelib.platforms import facebook
from chalicelib.platforms.contract import HttpResponse, Outgoing, SendResult
from tests.platforms import harness as h

PAGE, PSID = "104220000000017", "7420000000000011"
POST, COMMENT = f"{PAGE}_500100000000001", "500100000000001_900100000000001"
THREAD = Thread(channel="shop", key=COMMENT, surface=Surface.COMMENT, public=True, place=POST)
TREE = {"reply_to": COMMENT, "comment_id": COMMENT}
OUR_WORDS = "We have received your message."


# Who said what where


def changed(**value: Any) -> h.Fixture:
    fields = {
        "item": "comment",
        "verb": "add",
        "post_id": POST,
        "parent_id": POST,
        "comment_id": COMMENT,
        "from": {"id": PSID, "name": "Ivana"},
        "created_time": 1795176000,
        "message": "Hello?",
    }
    change = {"field": "feed", "value": {**fields, **value}}
    body = {"object": "page", "entry": [{"id": PAGE, "time": 1795176001, "changes": [change]}]}
    return h.Fixture(platform="facebook", name="made_here", body=body, expected=[])


def event_of(**value: Any) -> Any:
    (event,) = h.parsed(changed(**value)).events
    return event


@pytest.mark.parametrize("verb", ["hide", "unhide"])
@pytest.mark.parametrize("author", [PSID, PAGE])
def test_hiding_is_no_reply_and_takes_nothing_back_r3(verb: str, author: str) -> None:
    assert h.parsed(changed(verb=verb, **{"from": {"id": author}})).events == ()


@pytest.mark.parametrize("verb", ["remove", "delete"])
@pytest.mark.parametrize("author", [PSID, PAGE, ""])
def test_a_comment_that_is_gone_is_gone_whoever_took_it_away_r14(verb: str, author: str) -> None:
    event = event_of(verb=verb, **{"from": {"id": author}})

    assert isinstance(event, MessageDeleted)
    assert event.message_ids == (COMMENT,)


def test_a_comment_and_its_deletion_and_its_edits_are_different_events() -> None:
    told = [
        event_of(),
        event_of(verb="remove"),
        event_of(verb="edited", message="one"),
        event_of(verb="edited", message="two"),
        event_of(verb="edited", message="two", created_time=1795176002),
    ]

    assert len({event.id for event in told}) == len(told)


@pytest.mark.parametrize("nobody", [{}, None, {"name": "Ivana"}], ids=str)
def test_whoever_is_not_named_is_no_customer(nobody: Any) -> None:
    found = h.parsed(changed(**{"from": nobody}))

    assert (found.events, found.unknown) == ((), ("changes.feed.comment.add",))


def test_what_the_page_says_in_public_may_be_ours_r7() -> None:
    event = event_of(**{"from": {"id": PAGE}, "parent_id": COMMENT, "comment_id": "1_2"})

    assert isinstance(event, MessageEchoed)
    assert (event.unmarked, event.ours, event.to, event.thread) == (True, False, "", THREAD)


def test_what_the_page_says_below_its_own_post_is_no_comment_of_a_customer() -> None:
    event = event_of(**{"from": {"id": PAGE}})

    assert isinstance(event, MessageEchoed)
    assert event.thread.key == POST


@pytest.mark.parametrize("post", [None, ""])
def test_a_comment_of_which_the_post_is_not_told_is_one_of_its_own(post: Any) -> None:
    event = event_of(post_id=post, parent_id="whatever")

    assert isinstance(event, CustomerWrote)
    assert (event.thread.key, event.in_tree) == (COMMENT, False)


@pytest.mark.parametrize(
    "written", ["2026-11-20T12:00:00", "yesterday", "²", "", "0001-01-01T00:00:00+23:59"]
)
def test_a_time_that_is_none_makes_a_change_unreadable(written: str) -> None:
    found = h.parsed(changed(created_time=written))

    assert (found.events, found.unknown) == ((), ("changes.feed.comment.add.unreadable",))


# Meta puts up to 1,000 changes into one webhook, and writes a Russian letter as six bytes.
@pytest.mark.parametrize("verb", ["edit", "edited", "update"])
def test_an_edit_has_three_names(verb: str) -> None:
    assert isinstance(event_of(verb=verb), MessageEdited)


@pytest.mark.parametrize("item", ["post", "status", "photo", "video", "link", "note", "share"])
def test_what_a_visitor_puts_on_the_page_is_the_customers(item: str) -> None:
    event = event_of(item=item, parent_id=None, comment_id=None)

    assert isinstance(event, CustomerWrote)
    assert (event.thread.key, event.in_tree) == (POST, False)


def test_a_post_of_the_page_that_is_gone_is_gone_r14() -> None:
    event = event_of(item="status", verb="remove", comment_id=None, **{"from": {"id": PAGE}})

    assert isinstance(event, MessageDeleted)
    assert event.message_ids == (POST,)


def rated(**value: Any) -> Any:
    one = changed()
    one.body["entry"][0]["changes"] = [
        {"field": "ratings", "value": {"verb": "add", "open_graph_story_id": "7001", **value}}
    ]
    return h.only(one)


@pytest.mark.parametrize(
    ("stars", "sign"), [(5, "like"), (4, "like"), (3, "not_recommended"), (1, "not_recommended")]
)
def test_four_stars_are_a_like_and_three_are_none(stars: int, sign: str) -> None:
    assert rated(item="rating", reviewer_id=PSID, rating=stars).attachments == (sign,)


def test_below_a_recommendation_the_sender_speaks_and_not_its_reviewer_r18() -> None:
    event = rated(item="comment", comment_id="1_2", sender_id="7420000000000099", reviewer_id=PSID)

    assert event.customer.id == "7420000000000099"


@given(word=st.text(max_size=60))
def test_names_of_what_is_unknown_hold_no_words(word: str) -> None:
    found = h.parsed(changed(item=f"Ivana {word}", verb=f"Ivana {word}"))

    assert found.unknown == ("changes.feed.?.?",)


# What goes out


def out(lane: Lane = Lane.PUBLIC_REPLY, **changes: Any) -> Outgoing:
    return h.outgoing("facebook", lane, **{"thread": THREAD, "address": TREE, **changes})


def sent(**changes: Any) -> tuple[str, dict[str, Any]]:
    request = facebook.compose(out(**changes), h.channel("facebook"))
    assert set(parse_qs(urlsplit(request.url).query)) == {"appsecret_proof"}
    return urlsplit(request.url).path.partition("/v26.0/")[2], json.loads(request.body)


def test_a_public_reply_is_a_comment_below_the_thread_and_asks_for_nothing_more() -> None:
    assert sent() == (f"{COMMENT}/comments", {"message": OUR_WORDS})


def test_a_public_reply_to_a_visitors_post_is_a_comment_below_it() -> None:
    path, _ = sent(address={"reply_to": POST, "post_id": POST})

    assert path == f"{POST}/comments"


def test_an_id_cannot_lead_to_another_place() -> None:
    path, _ = sent(address={"reply_to": "1/../../me?x=#"})

    assert path == "1%2F..%2F..%2Fme%3Fx%3D%23/comments"


@pytest.mark.parametrize(
    ("address", "recipient"),
    [
        (TREE, {"comment_id": COMMENT}),
        ({"reply_to": POST, "post_id": POST}, {"post_id": POST}),
        ({"reply_to": COMMENT, "comment_id": "1_9"}, {"comment_id": COMMENT}),
    ],
    ids=["a comment", "a post", "not the newest, which may be gone"],
)
def test_a_private_reply_names_what_it_answers(address: dict[str, str], recipient: dict[str, str]) -> None:
    path, body = sent(lane=Lane.PRIVATE_REPLY, address=address)

    assert (path, body["recipient"]) == (f"{PAGE}/messages", recipient)


@pytest.mark.parametrize("human", [True, False])
def test_a_private_reply_needs_no_tag_and_carries_its_key_r7_r25(*, human: bool) -> None:
    late = {"human": human, "last_customer_at": h.RECEIVED - timedelta(days=3)}
    _, body = sent(lane=Lane.PRIVATE_REPLY, **late)

    assert body["message"]["metadata"] == "hearback:c4se0000000000aa.1-1"
    assert (body["messaging_type"], "tag" in body) == ("RESPONSE", False)


@pytest.mark.parametrize(
    ("surface", "days"), [(Surface.COMMENT, 7), (Surface.MENTION, None), (Surface.REVIEW, None)]
)
def test_a_comment_may_be_answered_in_private_for_seven_days_r25(surface: Surface, days: int | None) -> None:
    thread = Thread(channel="shop", key=COMMENT, surface=surface, public=True)
    allowed = facebook.allowance(thread, TREE, h.channel("facebook")).private_reply

    assert allowed == (timedelta(days=days) if days else None)


# What the answer means


def read(status: int, body: Any, lane: Lane = Lane.PUBLIC_REPLY) -> SendResult:
    return facebook.read_reply(h.answered(status, body), out(lane))


def test_a_private_reply_opens_a_conversation() -> None:
    result = read(200, {"recipient_id": PSID, "message_id": "m_1"}, Lane.PRIVATE_REPLY)

    assert (result.opened, result.address) == (PSID, {"psid": PSID})


@pytest.mark.parametrize("nobody", [None, 5, "", {}])
def test_a_private_reply_may_be_sent_without_telling_where(nobody: Any) -> None:
    result = read(200, {"recipient_id": nobody, "message_id": "m_1"}, Lane.PRIVATE_REPLY)

    assert (result.outcome, result.opened, result.address) == (Outcome.SENT, "", {})


def test_a_message_opens_nothing() -> None:
    assert read(200, {"recipient_id": PSID, "message_id": "m_1"}, Lane.MESSAGE).opened == ""


# https://github.com/brightbeanxyz/brightbean-studio/pull/140
@pytest.mark.parametrize(("status", "code"), [(500, 1), (500, 2), (400, 2), (503, 0), (400, 506)])
def test_a_comment_that_may_stand_there_is_not_written_again_blindly(status: int, code: int) -> None:
    assert read(status, {"error": {"code": code}}).outcome is Outcome.AMBIGUOUS


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001, 80006])
def test_a_comment_that_met_a_limit_is_tried_again(code: int) -> None:
    assert read(400, {"error": {"code": code}}).outcome is Outcome.RETRY


@pytest.mark.parametrize(("code", "subcode"), [(100, 33), (200, 2069030), (10900, 0), (9000001, 0)])
def test_a_comment_on_what_is_gone_is_refused(code: int, subcode: int) -> None:
    assert read(400, {"error": {"code": code, "error_subcode": subcode}}).outcome is Outcome.REFUSED


# Looking before speaking (R6b)


def comment(name: str = "1_2", author: str = PAGE, **changes: Any) -> dict[str, Any]:
    fields = {"id": name, "message": "I am on it.", "created_time": "2026-11-20T12:00:02+0000"}
    return {**fields, "from": {"id": author, "name": "?"}, **changes}


def comments(*found: dict[str, Any], **more: Any) -> HttpResponse:
    return h.answered(200, {"data": list(found), **more})


def seen(response: HttpResponse, **changes: Any) -> tuple[ThreadEvent, ...]:
    return facebook.read_look(response, out(**changes), h.channel("facebook"))


@pytest.mark.parametrize("lane", [Lane.PUBLIC_REPLY, Lane.PRIVATE_REPLY])
def test_before_a_comment_is_answered_its_newest_replies_are_looked_at_r6b(lane: Lane) -> None:
    request = facebook.look(out(lane), h.channel("facebook"))

    assert request
    query = parse_qs(urlsplit(request.url).query)
    assert (request.method, urlsplit(request.url).path) == ("GET", f"/v26.0/{COMMENT}/comments")
    assert (query["order"], query["filter"]) == (["reverse_chronological"], ["stream"])


def test_a_message_is_not_looked_at() -> None:
    assert facebook.look(out(Lane.MESSAGE, address={"psid": PSID}), h.channel("facebook")) is None


def test_a_reply_that_is_seen_is_the_one_its_webhook_tells_of() -> None:
    one = changed(comment_id="1_2", parent_id=COMMENT, message="I am on it.", **{"from": {"id": PAGE}})
    (told,) = h.parsed(one).events
    (looked,) = seen(comments(comment(created_time="2026-11-20T12:00:00+0000")))

    assert looked == told


def test_a_deletion_that_is_seen_is_the_one_its_webhook_tells_of() -> None:
    (told,) = h.parsed(changed(verb="remove")).events
    (looked,) = seen(h.answered(400, {"error": {"code": 100, "error_subcode": 33}}))

    assert isinstance(looked, MessageDeleted)
    assert isinstance(told, MessageDeleted)
    assert (looked.id, looked.thread, looked.message_ids) == (told.id, told.thread, told.message_ids)


def test_with_a_comment_the_newest_one_below_it_is_gone_too() -> None:
    gone = h.answered(400, {"error": {"code": 100, "error_subcode": 33}})
    (event,) = seen(gone, address={"reply_to": COMMENT, "comment_id": "1_9"})

    assert isinstance(event, MessageDeleted)
    assert event.message_ids == (COMMENT, "1_9")


def test_what_others_say_is_left_to_the_webhooks() -> None:
    assert seen(comments(comment(author=PSID), {**comment(), "from": None})) == ()


# Anna's post, below which Bob has commented and been answered.
ANNAS_POST: dict[str, Any] = {
    "thread": Thread(channel="shop", key=POST, surface=Surface.COMMENT, public=True, place=POST),
    "address": {"reply_to": POST, "post_id": POST},
}


def test_an_answer_to_another_comment_below_a_post_is_none_to_its_author_r6b_r18() -> None:
    to_bob = comment("1_3", parent={"id": "500100000000001_900100000000044"})

    assert seen(comments(to_bob), **ANNAS_POST) == ()


@pytest.mark.parametrize("parent", [{}, {"parent": None}, {"parent": {"id": POST}}], ids=str)
def test_an_answer_directly_below_a_post_is_one_to_its_author_r6b(parent: dict[str, Any]) -> None:
    (event,) = seen(comments(comment("1_3", **parent)), **ANNAS_POST)

    assert (event.id, event.thread.key) == (f"echo:{PAGE}:1_3", POST)


def test_an_answer_below_another_comment_is_none_to_this_one_r6b() -> None:
    ours, anothers = comment("1_2", parent={"id": COMMENT}), comment("1_3", parent={"id": "1_1"})

    assert [event.id for event in seen(comments(anothers, ours))] == [f"echo:{PAGE}:1_2"]


def test_all_that_stands_below_a_recommendation_belongs_to_it_as_its_webhooks_say() -> None:
    review = Thread(channel="shop", key="7001", surface=Surface.REVIEW, public=True)

    assert len(seen(comments(comment("1_3", parent={"id": "1_1"})), thread=review)) == 1


def test_the_look_asks_what_each_comment_stands_below() -> None:
    request = facebook.look(out(), h.channel("facebook"))

    assert request
    assert "parent{id}" in parse_qs(urlsplit(request.url).query)["fields"][0]


def test_replies_are_told_in_the_order_they_were_written() -> None:
    newer = comment("1_3", created_time="2026-11-20T12:00:09+0000")

    assert [event.id for event in seen(comments(newer, comment("1_2")))] == [
        f"echo:{PAGE}:1_2",
        f"echo:{PAGE}:1_3",
    ]


def test_what_is_older_than_our_last_reply_is_not_told_again_r7() -> None:
    found = comments(comment("1_4"), comment("1_3", message=OUR_WORDS), comment("1_2"))

    assert [event.id for event in seen(found, ours="1_3")] == [f"echo:{PAGE}:1_4"]


@pytest.mark.parametrize(
    "response",
    [
        h.answered(400, {"error": {"code": 10}}),
        h.answered(500),
        h.answered(200, {}),
        h.answered(200, b"<html>"),
        comments(comment(created_time="yesterday")),
    ],
)
def test_a_look_that_shows_nothing_says_so(response: HttpResponse) -> None:
    with pytest.raises(BadPayload):
        seen(response)


# What became of a comment whose answer got lost


def reconciled(response: HttpResponse) -> SendResult:
    return facebook.read_reconciliation(response, out())


def test_the_comments_are_asked_whether_ours_is_among_them() -> None:
    ask = facebook.reconcile(out(), h.channel("facebook")).ask

    assert ask == facebook.look(out(), h.channel("facebook"))


def test_our_words_among_the_comments_were_sent() -> None:
    result = reconciled(comments(comment("1_3"), comment("1_2", message=OUR_WORDS)))

    assert (result.outcome, result.message_id) == (Outcome.SENT, "1_2")


def test_our_words_to_another_comment_are_not_those_that_got_lost() -> None:
    to_bob = comment("1_3", message=OUR_WORDS, parent={"id": "500100000000001_900100000000044"})

    assert facebook.read_reconciliation(comments(to_bob), out(**ANNAS_POST)).outcome is Outcome.RETRY


def test_a_comment_that_is_surely_not_there_is_written_again() -> None:
    assert reconciled(comments(comment(), paging={"cursors": {}})).outcome is Outcome.RETRY


def test_a_comment_that_may_be_on_the_next_page_is_uncertain() -> None:
    assert reconciled(comments(paging={"next": "https://graph.example/2"})).outcome is Outcome.UNCERTAIN


@pytest.mark.parametrize(
    "response", [h.answered(200, {}), h.answered(200, b"<html>"), h.answered(400, {"error": {"code": 190}})]
)
def test_comments_that_cannot_be_read_leave_it_uncertain(response: HttpResponse) -> None:
    assert reconciled(response).outcome is Outcome.UNCERTAIN


def test_after_a_private_reply_nothing_can_be_asked() -> None:
    plan = facebook.reconcile(out(Lane.PRIVATE_REPLY), h.channel("facebook"))

    assert (plan.resend, plan.ask) == (False, None)
