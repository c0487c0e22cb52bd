"""What only VK has: a code as handshake, a secret in the body, errors under 200, two kinds of token."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import BadPayload, BadSignature
from chalicelib.core.events import (
    AutomationWrote,
    CustomerWrote,
    HumanReplied,
    MessageEchoed,
    Outcome,
    Speaker,
)
from chalicelib.core.message import Lane, Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import vk, vk_events
from chalicelib.platforms.contract import Answer, HttpRequest, HttpResponse, Inbound, Report, Step
from tests.platforms import harness as h

CODE = "3f9a1c7e"
COMMUNITY = 220000001
CUSTOMER, STAFF = 610000001, 610000009


def notice(kind: str, item: Any, **more: Any) -> h.Fixture:
    body = {"type": kind, "group_id": COMMUNITY, "event_id": "e1", "v": "5.199", "object": item, **more}
    return h.Fixture(platform="vk", name="made_here", body=body, expected=[])


def message(**parts: Any) -> dict[str, Any]:
    written = {"id": 7, "from_id": CUSTOMER, "peer_id": CUSTOMER, "date": 1795176000, "text": "Hello"}
    return {**written, **parts}


def comment(**parts: Any) -> dict[str, Any]:
    return {"id": 71, "from_id": CUSTOMER, "post_id": 55, "date": 1795176000, "text": "Hello", **parts}


def asked(body: Any, method: str = "POST") -> Inbound:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Inbound(method=method, url=h.URL, body=raw, received_at=h.RECEIVED)


def form(request: HttpRequest) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


# The confirmation of the address


def test_the_confirmation_is_answered_with_the_code_as_plain_text() -> None:
    answer = vk.handshake(asked({"type": "confirmation", "group_id": COMMUNITY}), h.channel("vk"))

    assert answer == Answer(body=CODE)


def test_the_confirmation_of_another_community_is_not_answered() -> None:
    assert vk.handshake(asked({"type": "confirmation", "group_id": 1}), h.channel("vk")) is None


def test_the_newest_code_is_the_one_that_counts() -> None:
    turned = h.channel("vk", secrets={"confirmation_code": ("new", CODE)})

    assert vk.handshake(asked({"type": "confirmation", "group_id": COMMUNITY}), turned) == Answer(body="new")


def test_without_a_code_the_confirmation_fails_loudly() -> None:
    bare = h.channel("vk", secrets={})
    answer = vk.handshake(asked({"type": "confirmation", "group_id": COMMUNITY}), bare)

    assert answer is not None
    assert answer.status == 503


@pytest.mark.parametrize(
    "inbound",
    [
        asked(b""),
        asked(b"confirmation"),
        asked(b"[" * 1000 + b"confirmation"),
        asked({"type": "message_new", "group_id": COMMUNITY, "object": {"text": "confirmation"}}),
        asked({"type": ["confirmation"], "group_id": COMMUNITY}),
        asked({"type": "confirmation", "group_id": {}}),
        asked({"type": "confirmation", "group_id": COMMUNITY, "object": "x" * 5000}),
        asked({"type": "confirmation", "group_id": COMMUNITY}, method="GET"),
    ],
)
def test_nothing_else_is_taken_for_a_confirmation(inbound: Inbound) -> None:
    assert vk.handshake(inbound, h.channel("vk")) is None


@given(body=st.binary(max_size=200))
def test_no_body_breaks_the_handshake(body: bytes) -> None:
    assert vk.handshake(asked(body + b"confirmation"), h.channel("vk")) is None


# The secret in the body


def test_a_right_secret_for_another_community_is_a_bad_signature() -> None:
    forged = h.proven(notice("message_new", message()))
    other = Inbound(method="POST", body=forged.body.replace(b"220000001", b"1"), received_at=h.RECEIVED)

    with pytest.raises(BadSignature):
        vk.verify(other, h.channel("vk"))


@pytest.mark.parametrize("given_secret", [None, 1, [h.NEWEST], {"a": h.NEWEST}, h.NEWEST + "\0", ""])
def test_a_secret_that_is_no_text_is_a_bad_signature(given_secret: Any) -> None:
    with pytest.raises(BadSignature):
        vk.verify(asked({"secret": given_secret, "group_id": COMMUNITY}), h.channel("vk"))


def test_without_an_account_nothing_is_accepted() -> None:
    with pytest.raises(BadSignature):
        vk.verify(asked({"secret": h.NEWEST}), h.channel("vk", account=""))


def test_the_secret_that_is_made_up_is_short_enough_for_vk() -> None:
    made_up = [one.make() for one in vk.CREDENTIALS if one.make]

    assert made_up
    assert all(len(secret) <= 50 for secret in made_up)


def test_a_webhook_that_was_taken_is_answered_with_ok() -> None:
    assert Answer(body="ok") == vk.ACCEPTED


# Who spoke for the community (R3, R7)


@pytest.mark.parametrize("random_id", [0, 5, None])
def test_an_administrator_is_a_person_r3(random_id: int | None) -> None:
    said = message(from_id=-COMMUNITY, admin_author_id=STAFF, random_id=random_id)
    event = h.only(notice("message_reply", said))

    assert isinstance(event, MessageEchoed)
    assert (event.otherwise, event.unmarked) == (Speaker.HUMAN, False)


@pytest.mark.parametrize(("random_id", "unmarked"), [(0, False), (407182105, True), (None, True)])
def test_without_an_administrator_it_was_a_program_and_perhaps_ours_r7(
    random_id: int | None, *, unmarked: bool
) -> None:
    event = h.only(notice("message_reply", message(from_id=-COMMUNITY, random_id=random_id)))

    assert isinstance(event, MessageEchoed)
    assert (event.otherwise, event.unmarked) == (Speaker.AUTOMATION, unmarked)


@pytest.mark.parametrize("out", [0, 1])
def test_the_direction_that_vk_tells_is_not_believed(out: int) -> None:
    assert isinstance(h.only(notice("message_new", message(out=out))), CustomerWrote)
    assert isinstance(h.only(notice("message_reply", message(from_id=-COMMUNITY, out=out))), MessageEchoed)


def test_the_echo_bears_the_id_that_the_send_returned_r7() -> None:
    sent = vk.read_reply(h.answered(200, {"response": 3111}), h.outgoing("vk"))

    assert h.only(h.fixture("vk", "echo_of_ours")).message_id == sent.message_id


def test_a_comment_of_ours_bears_the_id_that_the_send_returned_r7() -> None:
    answer = h.answered(200, {"response": {"comment_id": 79, "parents_stack": [71]}})
    sent = vk.read_reply(answer, h.outgoing("vk", Lane.PUBLIC_REPLY))

    assert h.only(h.fixture("vk", "echo_of_ours_in_public")).message_id == sent.message_id


def test_a_comment_of_ours_stands_in_the_thread_it_answers_r7() -> None:
    asking = h.only(h.fixture("vk", "customer_comment"))

    assert h.only(h.fixture("vk", "echo_of_ours_in_public")).thread == asking.thread


def test_only_staff_that_is_named_counts_as_the_business() -> None:
    below = comment(from_id=STAFF, parents_stack=[71], id=80)

    assert isinstance(h.only(notice("wall_reply_new", below)), HumanReplied)
    assert isinstance(h.parsed(notice("wall_reply_new", below), options={}).events[0], CustomerWrote)


@given(name=st.text(st.characters(exclude_characters="[]", exclude_categories=["Cs", "Cc"]), max_size=20))
def test_the_digits_of_a_mention_are_nobodys_words_r15(name: str) -> None:
    event = h.only(notice("wall_reply_new", comment(text=f"[id{CUSTOMER}|{name}], thanks")))

    assert event.text == f"{name}, thanks"


# Whom the words of others lead to: nobody (R18)


@pytest.mark.parametrize("author", [-COMMUNITY, STAFF, -330000003])
def test_words_of_the_business_or_a_machine_in_a_tree_lead_nowhere_r18(author: int) -> None:
    below = comment(id=80, from_id=author, parents_stack=[71])

    assert h.only(notice("wall_reply_new", below)).address == {}


def test_an_edit_in_a_tree_leads_nowhere_r18() -> None:
    assert h.only(notice("wall_reply_edit", comment(id=80, parents_stack=[71]))).address == {}


def test_a_message_of_another_community_leads_nowhere_r20() -> None:
    event = h.only(notice("message_new", message(from_id=-330000003, peer_id=-330000003)))

    assert isinstance(event, AutomationWrote)
    assert event.address == {}


# Chats of many


@pytest.mark.parametrize("kind", ["message_new", "message_reply", "message_edit"])
def test_the_first_chat_of_many_is_not_read(kind: str) -> None:
    parsed = h.parsed(notice(kind, message(peer_id=2_000_000_001)))

    assert (parsed.events, parsed.unknown) == ((), (f"{kind}.chat",))


def test_the_number_before_the_first_chat_is_a_persons() -> None:
    assert isinstance(h.only(notice("message_new", message(peer_id=2_000_000_000))), CustomerWrote)


# What may be missing


def test_two_edits_in_one_second_are_two_events() -> None:
    ids = {
        h.only(notice("message_edit", message(update_time=1795176004), event_id=one)).id
        for one in ("e1", "e2")
    }

    assert len(ids) == 2


def test_without_an_event_id_an_edit_goes_by_its_time() -> None:
    one = notice("message_edit", message(update_time=1795176004), event_id=None)

    assert h.only(one).id.endswith(":1795176004")


def test_what_cannot_be_read_is_counted_and_never_an_error_to_vk() -> None:
    # Several errors in a row stop all notifications of the community.
    assert h.parsed(notice("wall_reply_new", {"id": []})).unknown == ("wall_reply_new.unreadable",)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"type": 1}'])
def test_what_is_no_notification_at_all_is_refused(body: bytes) -> None:
    with pytest.raises(BadPayload):
        vk.parse(asked(body), h.channel("vk"))


# What goes out


def test_a_message_goes_to_the_dialog_under_its_number() -> None:
    sent = vk.compose(h.outgoing("vk"), h.channel("vk"))

    assert sent.url == "https://api.vk.com/method/messages.send"
    assert form(sent) == {
        "peer_id": "610000001",
        "random_id": "407182105",
        "message": "We have received your message.",
        "v": "5.199",
    }


def test_a_comment_goes_below_the_one_it_answers_in_the_name_of_the_community() -> None:
    sent = vk.compose(h.outgoing("vk", Lane.PUBLIC_REPLY), h.channel("vk"))

    assert sent.url == "https://api.vk.com/method/wall.createComment"
    assert form(sent) == {
        "owner_id": "-220000001",
        "post_id": "55",
        "from_group": "220000001",
        "reply_to_comment": "71",
        "message": "We have received your message.",
        "guid": "c4se0000000000aa.1-1",
        "v": "5.199",
    }


@pytest.mark.parametrize("lane", list(vk.CAPABILITIES.lanes))
def test_the_token_stands_in_a_header_and_never_in_a_url(lane: Lane) -> None:
    sent = vk.compose(h.outgoing("vk", lane), h.channel("vk"))

    assert sent.headers["authorization"] == "Bearer vk1.a.community-token"
    assert "community-token" not in sent.url


@pytest.mark.parametrize("kind", ["board", "photo", "video", "market"])
def test_where_only_a_person_may_comment_nothing_is_composed(kind: str) -> None:
    event = h.only(h.fixture("vk", f"customer_{kind}_comment"))
    out = h.outgoing("vk", Lane.PUBLIC_REPLY, thread=event.thread, address=event.address)

    with pytest.raises(ValueError, match="cannot comment here"):
        vk.compose(out, h.channel("vk"))


def test_what_a_comment_tells_is_enough_to_answer_it() -> None:
    event = h.only(h.fixture("vk", "customer_comment_below_a_comment"))
    out = h.outgoing("vk", Lane.PUBLIC_REPLY, thread=event.thread, address=event.address)

    assert form(vk.compose(out, h.channel("vk")))["reply_to_comment"] == "73"


@given(key=st.text(max_size=60))
def test_every_number_is_positive_and_of_31_bits(key: str) -> None:
    assert 0 < vk.random_id(key) < 2**31


@given(keys=st.sets(st.integers(0, 10**6), min_size=2, max_size=50))
def test_two_deliveries_have_two_numbers(keys: set[int]) -> None:
    assert len({vk.random_id(f"c4se0000000000aa.1-{key}") for key in keys}) == len(keys)


def test_there_is_no_window_and_no_private_way_from_a_comment_r25() -> None:
    here = h.channel("vk")

    assert vk.allowance(Thread(channel="shop", key="1"), {"post_id": "5"}, here) == Allowance()


def test_in_discussions_and_below_products_nothing_can_be_said_in_public_r25() -> None:
    assert not vk.allowance(Thread(channel="shop", key="1"), {}, h.channel("vk")).public


# Errors: VK answers 200 to them


def refused(code: Any, status: int = 200, lane: Lane = Lane.MESSAGE) -> tuple[Outcome, str, float | None]:
    answer = h.answered(status, {"error": {"error_code": code, "error_msg": "Anna has no permission"}})
    result = vk.read_reply(answer, h.outgoing("vk", lane))
    return result.outcome, result.reason, result.retry_after


@pytest.mark.parametrize(
    ("code", "seconds"),
    [(1, 5), (6, 1), (9, 3600), (10, 5), (29, 900), (32, 60), (43, 300), (223, 1800), (601, 3600)],
)
def test_what_passes_is_tried_again_after_its_time(code: int, seconds: float) -> None:
    assert refused(code) == (Outcome.RETRY, str(code), seconds)


@pytest.mark.parametrize(
    "code", [2, 4, 5, 7, 14, 15, 16, 17, 20, 23, 24, 25, 27, 28, 37, 42, 203, 1117, 3300, 3305, 3609]
)
def test_what_only_the_owner_can_mend_pauses_the_channel(code: int) -> None:
    assert refused(code) == (Outcome.CHANNEL_PAUSED, str(code), None)


@pytest.mark.parametrize(
    "code",
    [8, 18, 100, 104, 113, 212, 213, 222, 900, 901, 902, 911, 914, 917, 932, 936, 940, 945, 946, 985, 7777],
)
def test_what_will_never_go_out_is_refused(code: int) -> None:
    assert refused(code) == (Outcome.REFUSED, str(code), None)


def test_a_dialog_whose_time_is_over_is_a_closed_window_r25() -> None:
    assert refused(950)[0] is Outcome.WINDOW_CLOSED


def test_a_method_that_was_cut_short_may_have_sent() -> None:
    assert refused(36)[0] is Outcome.AMBIGUOUS


@pytest.mark.parametrize(
    "error", [[], "x", 5, {}, {"error_code": None}, {"error_code": "5"}, {"error_code": True}]
)
def test_an_error_without_a_code_under_200_is_never_tried_again_blindly(error: Any) -> None:
    result = vk.read_reply(h.answered(200, {"error": error}), h.outgoing("vk"))

    assert result.outcome is Outcome.AMBIGUOUS


@pytest.mark.parametrize("said", [None, True, [], {}, {"comment_id": None}, ""])
@pytest.mark.parametrize("lane", list(vk.CAPABILITIES.lanes))
def test_a_success_without_an_id_is_ambiguous(said: Any, lane: Lane) -> None:
    result = vk.read_reply(h.answered(200, {"response": said}), h.outgoing("vk", lane))

    assert result.outcome is Outcome.AMBIGUOUS


def test_the_captcha_of_vk_is_for_a_person() -> None:
    body = {
        "error": {"error_code": 14, "captcha_sid": "1", "redirect_uri": "https://id.vk.com/x?session_token=s"}
    }
    result = vk.read_reply(h.answered(200, body), h.outgoing("vk"))

    assert (result.outcome, result.reason) == (Outcome.CHANNEL_PAUSED, "14")


# What became of it


def history(*items: Mapping[str, Any], status: int = 200) -> HttpResponse:
    return h.answered(status, {"response": {"count": len(items), "items": list(items)}})


THEIRS = message(id=1, random_id=0)


def test_the_dialog_is_asked_for_without_changing_anything() -> None:
    ask = vk.reconcile(h.outgoing("vk"), h.channel("vk")).ask

    assert ask is not None
    assert urlsplit(ask.url).path == "/method/messages.getHistory"
    assert parse_qs(urlsplit(ask.url).query) == {"peer_id": ["610000001"], "count": ["200"], "v": ["5.199"]}


def test_our_number_in_the_dialog_is_sent() -> None:
    ours = message(id=3111, from_id=-COMMUNITY, random_id=407182105, text="changed by VK")
    result = vk.read_reconciliation(history(THEIRS, ours), h.outgoing("vk"))

    assert (result.outcome, result.message_id) == (Outcome.SENT, "3111")


def test_our_words_in_the_name_of_the_community_are_sent() -> None:
    ours = message(id=3111, from_id=-COMMUNITY, text="We have  received your message.\n")

    assert vk.read_reconciliation(history(ours), h.outgoing("vk")).outcome is Outcome.SENT


def found(**parts: Any) -> Outcome:
    """Return what is made of the words of ours that a dialog holds so."""
    said = message(id=3111, from_id=-COMMUNITY, text="We have received your message.", **parts)
    return vk.read_reconciliation(history(said), h.outgoing("vk")).outcome


def test_our_words_under_another_number_are_another_message() -> None:
    assert found(random_id=407182106) is Outcome.RETRY


def test_our_words_without_a_number_are_ours() -> None:
    assert [found(random_id=0), found(random_id=None), found()] == [Outcome.SENT] * 3


@pytest.mark.parametrize(("seconds", "outcome"), [(900, Outcome.SENT), (901, Outcome.RETRY)])
@pytest.mark.parametrize("direction", [-1, 1])
def test_the_same_words_without_a_number_count_for_a_quarter_of_an_hour(
    seconds: int, outcome: Outcome, direction: int
) -> None:
    at = int(h.RECEIVED.timestamp()) + direction * seconds

    assert found(random_id=0, date=at) is outcome


def test_our_number_is_ours_however_long_ago() -> None:
    assert found(random_id=407182105, date=1) is Outcome.SENT


def test_our_words_in_the_customers_mouth_are_not_ours() -> None:
    theirs = message(text="We have received your message.")

    assert vk.read_reconciliation(history(theirs), h.outgoing("vk")).outcome is Outcome.RETRY


def test_a_whole_dialog_without_our_words_lets_them_go_out_under_the_same_number() -> None:
    result = vk.read_reconciliation(history(THEIRS), h.outgoing("vk"))

    assert (result.outcome, result.reason) == (Outcome.RETRY, "not_found")


def test_half_a_dialog_without_our_words_is_uncertain() -> None:
    result = vk.read_reconciliation(history(*[THEIRS] * 200), h.outgoing("vk"))

    assert result.outcome is Outcome.UNCERTAIN


@pytest.mark.parametrize(
    "said", [{}, {"response": []}, {"response": {"count": 0}}, {"response": {"items": [1]}}]
)
def test_a_dialog_that_cannot_be_read_is_uncertain(said: Any) -> None:
    assert vk.read_reconciliation(h.answered(200, said), h.outgoing("vk")).outcome is Outcome.UNCERTAIN


def test_a_busy_vk_is_asked_again() -> None:
    busy = h.answered(200, {"error": {"error_code": 6}})

    assert vk.read_reconciliation(busy, h.outgoing("vk")).outcome is Outcome.AMBIGUOUS


def test_a_comment_cannot_be_asked_for_with_a_communitys_token() -> None:
    plan = vk.reconcile(h.outgoing("vk", Lane.PUBLIC_REPLY), h.channel("vk"))

    assert (plan.ask, plan.resend) == (None, False)


# Connecting and checking

SERVER = {"id": 3, "title": "Hearback", "url": h.URL, "secret_key": h.NEWEST, "status": "ok"}
KNOWN = {"code": CODE}
ADDED, DONE = {"server_id": 3}, 1
RIGHTS: dict[str, Any] = {
    "mask": 274432,
    "permissions": [
        {"name": "messages", "setting": 4096},
        {"name": "wall", "setting": 8192},
        {"name": "manage", "setting": 262144},
    ],
}
TOLD = dict.fromkeys(vk_events.SUBSCRIBED, 1)
EVENTS = {"api_version": "5.199", "events": TOLD}
SILENT = {"api_version": "5.199", "events": {**TOLD, "message_reply": 0}}


def lacking(right: str) -> dict[str, Any]:
    """Return the rights of a token without one of them."""
    return {"permissions": [one for one in RIGHTS["permissions"] if one["name"] != right]}


def servers(*items: Mapping[str, Any]) -> dict[str, Any]:
    return {"count": len(items), "items": list(items)}


def answer(one: Any) -> HttpResponse:
    """Return an answer; an `int` below 0 stands for an error of that number."""
    failed = isinstance(one, int) and one < 0
    return h.answered(200, {"error": {"error_code": -one}} if failed else {"response": one})


def methods(taken: list[Step]) -> list[str]:
    return [urlsplit(step.request.url).path.removeprefix("/method/groups.") for step in taken]


def registered(*said: Any, **changes: Any) -> tuple[list[Step], Report]:
    return h.led(vk.register(h.channel("vk", **changes), h.URL), *map(answer, said))


def checked(*said: Any, **changes: Any) -> tuple[list[Step], Report]:
    return h.led(vk.check(h.channel("vk", **changes), h.URL), *map(answer, said))


def test_a_new_community_is_connected_in_five_steps() -> None:
    taken, report = registered(KNOWN, servers(), ADDED, DONE, servers(SERVER))

    assert methods(taken) == [
        "getCallbackConfirmationCode",
        "getCallbackServers",
        "addCallbackServer",
        "setCallbackSettings",
        "getCallbackServers",
    ]
    assert h.remedies(report) == []


def test_the_server_is_entered_within_the_lengths_vk_takes() -> None:
    taken, _ = registered(KNOWN, servers(), ADDED, DONE, servers(SERVER))
    entered = form(taken[2].request)

    assert entered["url"] == h.URL
    assert (len(entered["title"]) <= 14, len(entered["secret_key"]) <= 50) == (True, True)


def test_every_event_hearback_reads_is_asked_for() -> None:
    taken, _ = registered(KNOWN, servers(), ADDED, DONE, servers(SERVER))
    chosen = form(taken[3].request)

    assert {name for name, value in chosen.items() if value == "1"} == set(vk_events.SUBSCRIBED)
    assert (chosen["server_id"], chosen["api_version"]) == ("3", "5.199")


def test_a_new_code_is_learned_before_vk_asks_for_it() -> None:
    taken, report = registered({"code": "0a1b2c3d"})

    assert methods(taken) == ["getCallbackConfirmationCode"]
    assert report.learned == {"confirmation_code": "0a1b2c3d"}
    assert h.remedies(report)


def test_connecting_again_enters_no_second_server() -> None:
    taken, report = registered(KNOWN, servers(SERVER), DONE, servers(SERVER))

    assert methods(taken)[1:3] == ["getCallbackServers", "setCallbackSettings"]
    assert h.remedies(report) == []


@pytest.mark.parametrize("change", [{"secret_key": "old"}, {"status": "failed"}])
def test_a_new_secret_or_a_failed_address_changes_the_server_that_is_there(change: dict[str, str]) -> None:
    taken, report = registered(KNOWN, servers({**SERVER, **change}), DONE, DONE, servers(SERVER))

    assert methods(taken)[2] == "editCallbackServer"
    assert form(taken[2].request)["server_id"] == "3"
    assert h.remedies(report) == []


@pytest.mark.parametrize("status", ["wait", "failed", "unconfigured", "", None, "new"])
def test_an_address_that_vk_has_not_confirmed_is_a_fault(status: Any) -> None:
    _, report = registered(KNOWN, servers(), ADDED, DONE, servers({**SERVER, "status": status}))

    assert len(h.remedies(report)) == 1


def test_ten_servers_are_too_many_and_the_owner_hears_why() -> None:
    _, report = registered(KNOWN, servers(), -2000)

    assert "delete one" in h.remedies(report)[0]


@pytest.mark.parametrize(
    "said", [(-27,), (KNOWN, -15), (KNOWN, servers(), -5), (KNOWN, servers(), ADDED, -7)]
)
def test_wherever_vk_refuses_connecting_ends_with_a_remedy(said: tuple[Any, ...]) -> None:
    _, report = registered(*said)

    assert "access token" in h.remedies(report)[0]


@pytest.mark.parametrize("secret", ["", "x" * 51])
def test_a_secret_that_vk_does_not_take_is_found_before_vk_is_asked(secret: str) -> None:
    secrets = {"confirmation_code": (CODE,), "secret": (secret,)}
    taken, report = registered(KNOWN, secrets=secrets)

    assert len(taken) == 1
    assert "50 characters" in h.remedies(report)[0]


def test_no_step_and_no_finding_tells_a_secret() -> None:
    taken, report = registered(KNOWN, servers(), ADDED, DONE, servers(SERVER))
    told = " ".join([step.what for step in taken] + [one.what + one.remedy for one in report.findings])

    assert not any(word in told for word in (h.NEWEST, CODE, "community-token"))


def test_a_good_connection_has_no_fault_and_nothing_is_changed() -> None:
    taken, report = checked(RIGHTS, KNOWN, servers(SERVER), EVENTS)

    assert h.remedies(report) == []
    assert {step.request.method for step in taken} == {"GET"}


@pytest.mark.parametrize("listed", ["permissions", "settings"])
def test_the_rights_are_found_under_both_names_vk_has_for_them(listed: str) -> None:
    _, report = checked({listed: RIGHTS["permissions"]}, KNOWN, servers(SERVER), EVENTS)

    assert h.remedies(report) == []


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ((lacking("messages"), KNOWN, servers(SERVER), EVENTS), "lacks messages"),
        ((lacking("manage"), KNOWN, servers(SERVER), EVENTS), "lacks manage"),
        ((lacking("wall"), KNOWN, servers(SERVER), EVENTS), "lacks wall"),
        ((RIGHTS, {"code": "0a1b2c3d"}, servers(SERVER), EVENTS), "Connect again"),
        ((RIGHTS, KNOWN, servers()), "does not know this address"),
        (
            (RIGHTS, KNOWN, servers({**SERVER, "url": "https://elsewhere.example"})),
            "does not know this address",
        ),
        ((RIGHTS, KNOWN, servers({**SERVER, "status": "failed"}), EVENTS), "could not confirm"),
        ((RIGHTS, KNOWN, servers({**SERVER, "secret_key": "other"}), EVENTS), "another word"),
        (
            (RIGHTS, KNOWN, servers(SERVER), SILENT),
            "message_reply",
        ),
        ((-5, KNOWN, servers(SERVER), EVENTS), "access token"),
        ((RIGHTS, -27), "access token"),
        ((RIGHTS, KNOWN, -15), "access token"),
        ((RIGHTS, KNOWN, servers(SERVER), -15), "access token"),
    ],
)
def test_each_layer_that_is_missing_is_found(said: tuple[Any, ...], remedy: str) -> None:
    _, report = checked(*said)

    assert [one for one in h.remedies(report) if re.search(remedy, one)] == h.remedies(report)
    assert len(h.remedies(report)) == 1


def test_an_older_secret_that_is_still_live_is_no_fault() -> None:
    _, report = checked(RIGHTS, KNOWN, servers({**SERVER, "secret_key": h.OLDER}), EVENTS)

    assert h.remedies(report) == []
