"""The desk as a person uses it, and as somebody who should not."""

from datetime import timedelta

import pytest

from chalicelib import handle, reading
from chalicelib.core.case import Case, CloseReason, Status
from chalicelib.core.message import Thread
from chalicelib.serve import watch
from tests.browser import Browser
from tests.fakes import World, policy_with


@pytest.fixture
def waiting(world: World) -> str:
    """Return the id of a case in which Anna waits for an answer."""
    world.writes("Where is my order?", customer={"id": "anna", "name": "Anna <b>Nowak</b>"})
    world.work()
    return world.case().id


def test_without_a_session_there_is_nothing_to_see(browser: Browser, waiting: str) -> None:
    for path in ("/desk", f"/desk/cases/{waiting}"):
        page = browser.get(path)
        assert page.status == 401 and "Anna" not in page.body


def test_a_link_works_once(browser: Browser, world: World) -> None:
    from chalicelib.desk.session import new_link

    path = new_link("Ana", world.ports).removeprefix("https://desk.example")

    assert [browser.post(path, {}).status for _ in range(2)] == [303, 403]


def test_merely_looking_at_a_link_does_not_use_it_up(browser: Browser, world: World) -> None:
    from chalicelib.desk.session import new_link

    path = new_link("Ana", world.ports).removeprefix("https://desk.example")
    browser.get(path)

    assert browser.post(path, {}).status == 303


def test_a_link_is_worth_nothing_after_an_hour(browser: Browser, world: World) -> None:
    from chalicelib.desk.session import new_link

    path = new_link("Ana", world.ports).removeprefix("https://desk.example")
    world.clock.now += timedelta(hours=1, seconds=1)

    assert browser.post(path, {}).status == 403


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_from_other_sites_forms(browser: Browser) -> None:
    cookie = browser.log_in().header("set-cookie")

    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" in cookie


def test_the_store_never_holds_what_opens_a_session(browser: Browser, world: World) -> None:
    browser.log_in()

    keys = world.ports.records.keys("session:")
    assert not [key for key in keys if browser.cookies["hearback"] in key]


def test_open_cases_show_customer_words_and_running_clock(browser: Browser, waiting: str) -> None:
    browser.log_in()

    page = browser.get("/desk")

    assert "Where is my order?" in page.body
    assert "acknowledgement in 15 min 10 s" in page.body


def test_what_a_customer_wrote_is_text_and_never_markup(browser: Browser, waiting: str) -> None:
    browser.log_in()

    assert "Anna &lt;b&gt;Nowak&lt;/b&gt;" in browser.get(f"/desk/cases/{waiting}").body


def test_pages_let_no_foreign_script_and_no_frame_in(browser: Browser) -> None:
    policy = browser.get("/desk").header("content-security-policy")

    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy


def test_r29_a_case_shows_the_reason_of_every_clock_and_send(
    browser: Browser, world: World, waiting: str
) -> None:
    world.pass_time(minutes=20)
    browser.log_in()

    page = browser.get(f"/desk/cases/{waiting}").body

    assert "Rule messages applies because of the default rule" in page
    assert "An answer is promised for" in page
    assert "promised by Hearback" in page


def test_a_reply_goes_to_the_customer_in_the_persons_own_words(
    browser: Browser, world: World, waiting: str
) -> None:
    browser.log_in()

    page = browser.act(waiting, "reply", text="Dear Anna, it left our shop today.")
    world.work()

    assert page.status == 303
    assert world.internet.texts() == ["Dear Anna, it left our shop today."]


def test_a_form_sent_twice_acts_once(browser: Browser, world: World, waiting: str) -> None:
    browser.log_in()
    page = browser.get(f"/desk/cases/{waiting}")
    fields = {
        "csrf": page.field("csrf", "reply"),
        "form_id": page.field("form_id", "reply"),
        "action": "reply",
        "text": "It left today.",
    }

    for _ in range(2):
        browser.post(f"/desk/cases/{waiting}", fields)
    world.work()

    assert world.internet.texts() == ["It left today."]


def test_a_form_that_the_desk_did_not_make_is_refused(browser: Browser, world: World, waiting: str) -> None:
    browser.log_in()

    page = browser.post(f"/desk/cases/{waiting}", {"action": "close", "reason": "spam", "csrf": "forged"})

    assert page.status == 403
    assert world.case().status is Status.OPEN


def test_closing_without_a_reply_needs_a_reason_and_the_desk_says_so(
    browser: Browser, world: World, waiting: str
) -> None:
    browser.log_in()

    page = browser.act(waiting, "close", reason="")

    assert page.status == 400 and "Closing without a reply needs a reason" in page.body


def test_a_case_is_closed_with_its_reason(browser: Browser, world: World, waiting: str) -> None:
    browser.log_in()

    browser.act(waiting, "close", reason="handled_by_phone")

    assert world.case().close_reason is CloseReason.HANDLED_BY_PHONE


def test_a_promise_is_in_the_channels_time_and_told_to_the_customer(
    browser: Browser, world: World, waiting: str
) -> None:
    browser.log_in()

    browser.act(waiting, "promise", due_at="2026-11-20T18:00", tell="yes")
    world.work()

    promise = world.case().promise
    assert promise is not None and promise.due_at.isoformat() == "2026-11-20T18:00:00+00:00"
    assert "6 pm" in world.internet.texts()[0]


@pytest.mark.parametrize(
    "due_at", ["2026-11-20T09:00", "", "tomorrow", "0001-01-01T00:00", "9999-12-31T23:59", "2027-11-30T12:00"]
)
def test_a_promise_that_makes_no_sense_is_refused_with_a_sentence(
    browser: Browser, waiting: str, due_at: str
) -> None:
    browser.log_in()

    assert browser.act(waiting, "promise", due_at=due_at).status == 400


def test_words_that_are_too_long_come_back_to_the_person(browser: Browser, world: World) -> None:
    world.receive("page", world.messenger(world.messenger_item(text="Where is my order, please?")))
    world.work()
    browser.log_in()

    page = browser.act(world.case("psid1", "page").id, "reply", text="long " * 500)

    assert page.status == 400 and "at most 1999 characters" in page.body
    assert "long long" in page.body


def test_r8_a_person_can_mark_that_it_is_the_customers_turn(
    browser: Browser, world: World, waiting: str
) -> None:
    browser.log_in()

    browser.act(waiting, "wait")

    assert world.case().paused_at == world.clock()


def test_r19_a_note_is_kept_and_sent_nowhere(browser: Browser, world: World, waiting: str) -> None:
    browser.log_in()

    browser.act(waiting, "note", text="Called her, no answer")
    world.work()

    assert "Called her, no answer" in browser.get(f"/desk/cases/{waiting}").body
    assert world.internet.texts() == []


def test_an_empty_note_is_refused_with_a_sentence(browser: Browser, waiting: str) -> None:
    browser.log_in()

    page = browser.act(waiting, "note", text=" \r\n ")

    assert page.status == 400 and "Please write something" in page.body


def test_a_note_that_is_too_long_comes_back_to_the_note_and_never_to_the_reply(
    browser: Browser, waiting: str
) -> None:
    browser.log_in()

    page = browser.act(waiting, "note", text="difficult " * 2500)

    assert page.status == 400 and "A note holds at most 20000 characters" in page.body
    assert page.body.count("difficult difficult") > 0
    assert "difficult" not in page.body.partition('id="note"')[0]


def test_r28_opening_a_case_marks_it_as_seen_and_moves_no_clock(
    browser: Browser, world: World, waiting: str
) -> None:
    browser.log_in()
    before = world.case().clocks

    browser.get(f"/desk/cases/{waiting}")

    assert world.case().seen and world.case().clocks == before


def test_taking_a_case_names_its_holder(browser: Browser, world: World, waiting: str) -> None:
    browser.log_in("Ana")

    browser.act(waiting, "take")

    assert world.case().holder == "Ana"


@pytest.mark.parametrize(
    "path", ["/desk/cases/nope", "/desk/cases/aaaaaaaaaaaaaaaa.1", "/desk/else", "/desk/cases/..%2f.1"]
)
def test_what_is_not_there_is_said_to_be_not_there(browser: Browser, path: str) -> None:
    browser.log_in()

    assert browser.get(path).status == 404


def test_after_logging_out_the_session_is_over(browser: Browser, world: World) -> None:
    browser.log_in()
    token = browser.cookies["hearback"]
    browser.post("/desk/logout", {"csrf": browser.get("/desk").field("csrf")})

    browser.cookies["hearback"] = token

    assert browser.get("/desk").status == 401


def test_the_desk_tells_when_the_kill_switch_is_on(browser: Browser, world: World) -> None:
    world.publish(policy_with(kill_switch=True))
    browser.log_in()

    assert "The kill switch is on" in browser.get("/desk").body


@pytest.mark.parametrize("name", ["../rooms.py", "frame.html", "nothing.css", "__init__.py"])
def test_only_styles_and_scripts_are_served_as_assets(browser: Browser, name: str) -> None:
    assert browser.get(f"/desk/assets/{name}").status == 404


@pytest.mark.parametrize(
    "header", [{"sec_purpose": "prefetch;prerender"}, {"purpose": "prefetch"}, {"x_moz": "prefetch"}]
)
def test_r22_a_page_that_a_browser_fetched_ahead_was_not_seen(
    browser: Browser, world: World, waiting: str, header: dict[str, str]
) -> None:
    browser.log_in()

    page = browser.get(f"/desk/cases/{waiting}", **{k.replace("_", "-"): v for k, v in header.items()})

    assert page.status == 200 and not world.case().seen


def test_r22_a_page_that_renews_itself_was_not_seen(browser: Browser, world: World, waiting: str) -> None:
    browser.log_in()

    page = browser.get(f"/desk/cases/{waiting}?again=1")

    assert page.status == 200 and not world.case().seen


def test_r22_what_is_asked_after_a_reply_is_seen_anew(browser: Browser, world: World, waiting: str) -> None:
    browser.log_in()
    browser.get(f"/desk/cases/{waiting}")
    world.clock.now += timedelta(minutes=1)
    world.answers()
    world.clock.now += timedelta(minutes=1)
    world.writes("And how much is it?", message_id="m2")
    world.work()
    assert not world.case().seen

    browser.get(f"/desk/cases/{waiting}")

    assert world.case().seen


def test_the_page_of_a_case_renews_all_but_its_forms(browser: Browser, waiting: str) -> None:
    browser.log_in()

    page = browser.get(f"/desk/cases/{waiting}").body
    script = browser.get("/desk/assets/case.js")

    assert "/desk/assets/case.js" in page and script.status == 200
    assert all(f'id="{part}"' in page for part in ("state", "conversation", "clocks", "timeline"))


def test_no_form_stands_where_the_page_renews_itself(browser: Browser, waiting: str) -> None:
    browser.log_in()

    page = browser.get(f"/desk/cases/{waiting}").body

    for part in ("state", "conversation", "clocks", "timeline"):
        opened = page.index(f'id="{part}"')
        ends = "</section>" if part != "state" else "</header>"
        assert "<form" not in page[opened : page.index(ends, opened)]


def test_a_page_with_a_refused_form_stays_as_it_is(browser: Browser, waiting: str) -> None:
    browser.log_in()

    assert "case.js" not in browser.act(waiting, "close", reason="").body


def test_a_photo_without_words_is_in_the_list_and_in_the_conversation(browser: Browser, world: World) -> None:
    world.writes("", attachments=["image"])
    world.work()
    browser.log_in()

    assert "[a photo]" in browser.get("/desk").body
    assert "<blockquote>[a photo]</blockquote>" in browser.get(f"/desk/cases/{world.case().id}").body


def test_attachments_and_names_that_look_like_times_show_the_page(
    browser: Browser, world: World, waiting: str
) -> None:
    world.writes("Look", message_id="m2", attachments=["2026-11-20T13:00zzz"])
    world.work()
    browser.log_in("2026-11-21T22:41zz")

    browser.act(waiting, "note", text="looked")

    page = browser.get(f"/desk/cases/{waiting}")
    assert page.status == 200 and "something else (2026-11-20T13:00zzz)" in page.body


def test_r4_a_message_of_the_year_9999_shows_the_page(browser: Browser, world: World) -> None:
    body = (
        b'{"type": "message.created", "timestamp": "9999-12-31T23:59:59Z", '
        b'"data": {"thread": "t1", "message_id": "m1", "text": "Where is my order?"}}'
    )
    world.receive("shop", world.signed_body(body))
    world.work()
    browser.log_in()

    page = browser.get(f"/desk/cases/{world.case().id}")

    assert page.status == 200 and "9999" in page.body


def test_r13_the_desk_tells_why_the_last_change_of_the_files_is_not_live(
    browser: Browser, world: World
) -> None:
    mistakes = "\n".join(
        f"policy.yaml:{line}:3: windw: no such field. Did you mean window?" for line in range(12)
    )
    world.ports.records.put(watch.PROBLEM, mistakes)
    browser.log_in()

    page = browser.get("/desk").body

    assert "is not live: version" in page and "policy.yaml:9:3: windw" in page
    assert "policy.yaml:10:3" not in page and "and 2 more" in page


def test_the_desk_reads_the_record_that_the_watch_writes() -> None:
    assert watch.PROBLEM == reading.POLICY_PROBLEM


def test_r27_the_page_says_who_will_see_a_reply(browser: Browser, waiting: str) -> None:
    browser.log_in()

    assert "only the customer will see this reply" in browser.get(f"/desk/cases/{waiting}").body


# R17: two conversations of one person


@pytest.fixture
def other(world: World, waiting: str) -> str:
    """Return the id of a second open case, of another conversation on the same channel."""
    world.writes("Anna again, from work", message_id="m9", thread="t9", customer={"id": "anna.n"})
    world.work()
    return world.case("t9").id


def case_of(world: World, case_id: str) -> Case:
    return world.ports.store.load(case_id)


def test_r17_two_cases_of_one_person_are_linked_at_the_desk(
    browser: Browser, world: World, waiting: str, other: str
) -> None:
    browser.log_in()

    page = browser.act(waiting, "link", other=f" https://desk.example/desk/cases/{other}?said=note ")

    assert page.status == 303
    assert case_of(world, other).linked_to == case_of(world, waiting).thread


def test_r17_each_of_two_linked_cases_shows_the_other(browser: Browser, waiting: str, other: str) -> None:
    browser.log_in()
    browser.act(waiting, "link", other=other)

    speaker, silent = (browser.get(f"/desk/cases/{one}").body for one in (waiting, other))

    assert f'href="/desk/cases/{other}">case {other}</a>' in speaker
    assert f'href="/desk/cases/{waiting}">case {waiting}</a>' in silent


def test_r17_a_reply_is_written_where_it_is_spoken_for_both(
    browser: Browser, world: World, waiting: str, other: str
) -> None:
    browser.log_in()
    page = browser.get(f"/desk/cases/{other}")
    browser.act(waiting, "link", other=other)
    fields = {"csrf": page.field("csrf", "reply"), "form_id": page.field("form_id", "reply")}

    answer = browser.post(f"/desk/cases/{other}", {**fields, "action": "reply", "text": "Hello"})

    assert answer.status == 400 and f"Case {waiting} speaks for this conversation" in answer.body


def test_r17_a_link_can_be_taken_back(browser: Browser, world: World, waiting: str, other: str) -> None:
    browser.log_in()
    browser.act(waiting, "link", other=other)

    assert browser.act(other, "unlink").status == 303
    assert case_of(world, other).linked_to is None
    assert f">case {other}<" not in browser.get(f"/desk/cases/{waiting}").body


@pytest.mark.parametrize("named", ["", "nope", "aaaaaaaaaaaaaaaaaaaa.1"])
def test_r17_a_link_to_no_case_is_refused_with_a_sentence(browser: Browser, waiting: str, named: str) -> None:
    browser.log_in()

    page = browser.act(waiting, "link", other=named)

    assert page.status == 400 and "There is no such case" in page.body


def test_r17_a_case_is_not_linked_to_itself(browser: Browser, waiting: str) -> None:
    browser.log_in()

    page = browser.act(waiting, "link", other=waiting)

    assert page.status == 400 and "one conversation already" in page.body


def test_r17_cases_of_two_channels_are_not_linked(browser: Browser, world: World, waiting: str) -> None:
    world.receive("chat", world.visitor("Where is my order?"))
    world.work()
    browser.log_in()

    page = browser.act(waiting, "link", other=world.cases("chat")[0].id)

    assert page.status == 400 and "Cases of two channels cannot be linked" in page.body


def test_r17_two_chats_in_windows_of_their_own_are_not_linked(browser: Browser, world: World) -> None:
    for name in ("one", "two"):
        world.receive("chat", world.visitor("Where is my order?", name=name))
    world.work()
    one, two = world.cases("chat")
    browser.log_in()
    page = browser.get(f"/desk/cases/{one.id}")
    fields = {"csrf": page.field("csrf", "reply"), "form_id": "f1", "action": "link", "other": two.id}

    answer = browser.post(f"/desk/cases/{one.id}", fields)

    assert 'value="link"' not in page.body
    assert answer.status == 400 and "answered in its own window" in answer.body


def test_r17_a_case_that_speaks_for_another_is_not_hidden_behind_a_third(
    browser: Browser, world: World, waiting: str, other: str
) -> None:
    world.writes("And a third time", message_id="m8", thread="t8")
    world.work()
    browser.log_in()
    browser.act(waiting, "link", other=other)
    third = world.case("t8").id

    behind = browser.act(third, "link", other=waiting)
    twice = browser.act(third, "link", other=other)

    assert "speaks for a third one" in behind.body
    assert f"Case {waiting} speaks for it already" in twice.body


def test_r17_a_link_that_the_platform_told_of_is_shown_too(
    browser: Browser, world: World, waiting: str
) -> None:
    handle.link(waiting, Thread(channel="shop", key="private"), world.ports)
    browser.log_in()

    assert f">case {world.case('private').id}</a>" in browser.get(f"/desk/cases/{waiting}").body


def test_r27_the_page_warns_of_a_reply_that_everybody_will_see(browser: Browser, world: World) -> None:
    world.writes(surface="comment", public=True)
    world.work()
    browser.log_in()

    assert "everybody will see this reply" in browser.get(f"/desk/cases/{world.case().id}").body
