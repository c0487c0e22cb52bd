"""Comments: one public word, one private reply, one case for both (R6b, R17, R18, R27; scenario 5)."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib import handle
from chalicelib.core.case import Case, CloseReason, Status
from chalicelib.core.effects import DeliveryStatus, Effect
from chalicelib.core.errors import NotAllowed, SendAmbiguous
from chalicelib.core.message import Surface, Thread
from chalicelib.platforms.contract import HttpRequest, HttpResponse
from tests.builders import NOON
from tests.fakes import PAGE, World, json_response, success

COMMENT = "1_100"
ANNA = {"id": "anna", "name": "Anna Nowak"}
COMPLAINT = "Order 4711 is broken! Call me: +48 600 700 800"


def complain(world: World, text: str = COMPLAINT, comment_id: str = COMMENT, **value: Any) -> None:
    fields = {"from": ANNA, "comment_id": comment_id, "parent_id": f"{PAGE}_1", "message": text, **value}
    world.receive("page", world.feed(**fields))


def case_of(world: World, comment_id: str = COMMENT) -> Case:
    thread = Thread(channel="page", key=comment_id, surface=Surface.COMMENT, public=True, place=f"{PAGE}_1")
    found = world.ports.store.newest(thread)
    assert found is not None
    return found


def sent(world: World) -> list[tuple[str, dict[str, Any]]]:
    """Return path and body of what was put out."""
    posts = [request for _, request in world.internet.requests if request.method == "POST"]
    return [(urlsplit(request.url).path.rpartition("/")[2], json.loads(request.body)) for request in posts]


def texts(world: World) -> dict[str, str]:
    found = {path: body["message"] for path, body in sent(world)}
    return {path: said if isinstance(said, str) else str(said["text"]) for path, said in found.items()}


def test_scenario_5_a_comment_gets_one_public_ack_and_one_private_reply(world: World) -> None:
    complain(world)

    world.pass_time(hours=2)

    assert [path for path, _ in sent(world)] == ["comments", "messages"]
    assert sent(world)[1][1]["recipient"] == {"comment_id": COMMENT}


def test_scenario_5_r27_the_public_ack_holds_nothing_of_what_was_written(
    world: World,
) -> None:
    complain(world)

    world.pass_time(hours=2)

    public = texts(world)["comments"]
    assert not {"4711", "600", "Anna", "Nowak"} & set(public.replace(".", " ").split())
    assert public


def test_scenario_5_twenty_bystanders_earn_nothing(world: World) -> None:
    complain(world)
    for number in range(20):
        who = {"id": f"b{number}", "name": "Bob"}
        complain(world, "Same here!", f"1_{200 + number}", **{"from": who, "parent_id": COMMENT})

    world.pass_time(hours=2)

    assert [path for path, _ in sent(world)] == ["comments", "messages"]


def test_scenario_5_a_comment_that_its_author_deletes_gets_neither(world: World) -> None:
    complain(world)
    world.pass_time(minutes=30)
    complain(world, verb="remove")

    world.pass_time(hours=2)

    assert sent(world) == []


def test_a_person_who_answered_in_public_is_not_talked_over(world: World) -> None:
    complain(world)
    world.pass_time(minutes=30)
    complain(world, "On our way!", "1_101", **{"from": {"id": PAGE}, "parent_id": COMMENT})

    world.pass_time(hours=2)

    assert sent(world) == []


def answered_below(request: HttpRequest) -> HttpResponse:
    """Show a reply of the page whose webhook has not come."""
    if "/comments" in request.url and request.method == "GET":
        reply = {"id": "1_101", "message": "On our way!", "from": {"id": PAGE}}
        return json_response({"data": [{**reply, "created_time": "2026-11-20T12:50:00+0000"}]})
    return success(request, 1)


def test_r6b_a_reply_that_is_seen_by_looking_wins_although_no_webhook_told_of_it(world: World) -> None:
    world.internet.answer = answered_below
    complain(world)

    world.pass_time(hours=2)

    assert sent(world) == []
    assert case_of(world).first_response is not None


def gone(request: HttpRequest) -> HttpResponse:
    if "/comments" in request.url:
        return json_response({"error": {"code": 100, "error_subcode": 33}}, status=400)
    return success(request, 1)


def test_r14_a_comment_that_is_seen_to_be_gone_is_owed_nothing(world: World) -> None:
    world.internet.answer = gone
    complain(world)

    world.pass_time(hours=2)

    assert sent(world) == []
    assert case_of(world).owed is None


def expired(_request: HttpRequest) -> HttpResponse:
    return json_response({"error": {"code": 190, "error_subcode": 463}}, status=400)


def test_scenario_10_an_expired_token_that_shows_in_the_look_calls_the_owner_at_once(world: World) -> None:
    world.internet.answer = expired
    complain(world)

    world.pass_time(hours=1, minutes=2)

    assert "facebook lets nothing out on page" in world.alerts()


def writes_in_private(world: World, text: str = "It is order 4711", mid: str = "d1") -> None:
    item = world.messenger_item(customer="r", mid=mid, text=text)
    world.receive("page", world.messenger(item))


def test_r17_what_the_customer_writes_in_private_belongs_to_the_same_case(world: World) -> None:
    complain(world)
    world.pass_time(hours=2)
    writes_in_private(world)
    world.work()

    assert [case.id for case in world.cases("page")] == [case_of(world).id]
    assert case_of(world).private_at == world.clock()


def test_r17_r27_later_words_go_to_the_private_thread(world: World) -> None:
    complain(world)
    world.pass_time(hours=2)
    writes_in_private(world)
    before = len(sent(world))

    world.pass_time(hours=6)

    assert {path for path, _ in sent(world)[before:]} == {"messages"}
    assert sent(world)[-1][1]["recipient"] == {"id": "r"}


def test_r17_a_persons_private_answer_answers_the_comment(world: World) -> None:
    complain(world)
    world.pass_time(hours=2)
    writes_in_private(world)
    answer = world.messenger_item(customer="r", echo=True, mid="h1", text="We will call you.")
    world.receive("page", world.messenger(answer))
    world.work()

    assert case_of(world).owed is None


def test_r17_linking_by_hand_leaves_one_case_that_talks(world: World) -> None:
    world.writes("Where is my parcel?", message_id="a", thread="t1")
    world.writes("Hello??", message_id="b", thread="t2")
    world.work()

    handle.link(world.case("t1").id, Thread(channel="shop", key="t2"), world.ports, by="Ana")
    world.pass_time(hours=1)

    assert world.case("t2").close_reason is CloseReason.LINKED
    assert [json.loads(request.body)["data"]["thread"] for _, request in world.internet.requests] == ["t1"]


def test_r17_linking_again_after_a_crash_changes_nothing_more(world: World) -> None:
    world.writes("Where is my parcel?", message_id="a", thread="t1")
    world.writes("Hello??", message_id="b", thread="t2")
    world.work()
    other = Thread(channel="shop", key="t2")
    handle.link(world.case("t1").id, other, world.ports)
    once = (world.case("t1"), world.case("t2"))

    handle.link(world.case("t1").id, other, world.ports)

    assert (world.case("t1"), world.case("t2")) == once


def test_r17_a_case_that_is_linked_itself_speaks_for_nobody(world: World) -> None:
    for thread in ("t1", "t2", "t3"):
        world.writes(message_id=thread, thread=thread)
    world.work()
    handle.link(world.case("t1").id, Thread(channel="shop", key="t2"), world.ports)

    with pytest.raises(NotAllowed):
        handle.link(world.case("t2").id, Thread(channel="shop", key="t3"), world.ports)


def refuse_comments(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and "/comments" in request.url:
        return json_response({}, status=502)
    return success(request, 1)


def test_r34_a_gateway_that_gave_up_may_have_let_the_comment_through(world: World) -> None:
    world.internet.answer = refuse_comments
    complain(world)

    world.pass_time(hours=1, seconds=30)

    ack = next(d for d in case_of(world).outbox if d.effect is Effect.ACKNOWLEDGE)
    assert ack.status is DeliveryStatus.CLAIMED


def test_r35_the_kill_switch_stops_public_words_and_private_replies(world: World) -> None:
    complain(world)
    world.publish({**world_policy(), "kill_switch": True})

    world.pass_time(hours=2)

    assert sent(world) == []


def world_policy() -> dict[str, Any]:
    return {
        "rules": [{"name": "messages", "window": "15m", "promise": "2 business_hours"}],
    }


def test_a_public_case_is_open_until_a_person_answers(world: World) -> None:
    complain(world)

    world.pass_time(hours=30)

    assert case_of(world).status is Status.OPEN
    assert case_of(world).opened_at == NOON


def test_r17_a_link_that_is_taken_back_leaves_no_way_into_the_other_thread(world: World) -> None:
    complain(world)
    world.pass_time(hours=2)
    writes_in_private(world)
    world.work()
    private = world.ports.store.newest(Thread(channel="page", key="r"))
    assert private is not None

    handle.unlink(private.id, world.ports, by="Ana")
    before = len(sent(world))
    world.pass_time(hours=6)

    assert case_of(world).private_at is None
    assert "messages" not in {path for path, _ in sent(world)[before:]}


def test_r17_a_second_comment_of_the_same_person_joins_the_case_that_talks(world: World) -> None:
    world.publish({**world_policy(), "settings": {"max_per_customer_a_day": 10}})
    complain(world)
    world.pass_time(hours=2)
    writes_in_private(world)
    complain(world, "And the other order?", "1_300")
    world.pass_time(hours=2)
    answer = world.messenger_item(customer="r", echo=True, mid="h1", text="Both are on their way.")
    world.receive("page", world.messenger(answer))
    world.work()
    before = len(sent(world))

    world.pass_time(hours=10)

    assert [case.id for case in world.cases("page") if case.owed] == []
    assert len(sent(world)) == before


def times_out(request: HttpRequest) -> HttpResponse:
    if "/messages" in request.url:
        raise SendAmbiguous("ReadTimeout")
    return success(request, 1)


def test_r7_the_echo_of_a_private_reply_settles_it_where_it_belongs_and_links_the_thread(
    world: World,
) -> None:
    world.internet.answer = times_out
    complain(world)
    world.pass_time(hours=1, seconds=12)
    invite = next(d for d in case_of(world).outbox if d.effect is Effect.INVITE)
    echo = world.messenger_item(customer="r", echo=True, mid="p1", metadata=f"hearback:{invite.key}")
    world.receive("page", world.messenger(echo))
    world.work()
    writes_in_private(world)
    world.work()

    settled = case_of(world).delivery(invite.key)
    assert settled is not None
    assert settled.status is DeliveryStatus.SENT
    assert [case.id for case in world.cases("page")] == [case_of(world).id]


def test_r34_a_question_below_the_pages_own_comment_is_acknowledged(world: World) -> None:
    complain(world, "Ask us here!", "1_500", **{"from": {"id": PAGE}})
    complain(world, "Do you ship to Zadar?", "1_501", parent_id="1_500")

    world.pass_time(hours=2)

    assert "comments" in [path for path, _ in sent(world)]


def review_gone(request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and "/comments" in request.url:
        return json_response({"error": {"code": 100, "error_subcode": 33}}, status=400)
    return success(request, 1)


def test_r14_nothing_more_is_said_below_a_comment_that_is_gone(world: World) -> None:
    complain(world)
    world.pass_time(hours=1, minutes=5)
    before = len(sent(world))
    world.internet.answer = review_gone

    world.pass_time(hours=10)

    assert "comments" not in [path for path, _ in sent(world)[before:]]
