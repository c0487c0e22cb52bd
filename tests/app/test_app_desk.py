"""The desk as a person uses it, and as somebody who should not."""

from datetime import timedelta

import pytest

from chalicelib.core.case import CloseReason, Status
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
    assert "6:00 PM" in world.internet.texts()[0]


@pytest.mark.parametrize("due_at", ["2026-11-20T09:00", "", "tomorrow"])
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
