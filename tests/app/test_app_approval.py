"""A public acknowledgement that waits for approval, on the desk (R18)."""

import json
from html import unescape

import pytest

from chalicelib.core.message import Surface, Thread
from tests.browser import Browser
from tests.fakes import PAGE, World, policy_with


@pytest.fixture
def commented(world: World) -> str:
    """Return the id of a case whose public acknowledgement waits."""
    world.publish(policy_with(settings={"public_acks": "approve", "private_reply": False}))
    post = f"{PAGE}_1"
    fields = {"comment_id": "1_100", "parent_id": post, "message": "Broken!", "from": {"id": "anna"}}
    world.receive("page", world.feed(**fields))
    world.pass_time(hours=2)
    thread = Thread(channel="page", key="1_100", surface=Surface.COMMENT, public=True, place=post)
    found = world.ports.store.newest(thread)
    assert found is not None
    return found.id


def said_in_public(world: World) -> list[str]:
    posts = [r for _, r in world.internet.requests if "/comments" in r.url and r.method == "POST"]
    return [json.loads(request.body)["message"] for request in posts]


def test_the_desk_shows_the_words_and_sends_them_when_a_person_says_so(
    browser: Browser, world: World, commented: str
) -> None:
    browser.log_in()
    page = browser.get(f"/desk/cases/{commented}")
    browser.act(commented, "approve")
    world.pass_time(minutes=1)

    [said] = said_in_public(world)
    assert said in unescape(page.body)


def test_a_person_may_say_no(browser: Browser, world: World, commented: str) -> None:
    browser.log_in()
    browser.act(commented, "reject")
    world.pass_time(hours=2)

    assert said_in_public(world) == []
    assert "Waits for your approval" not in browser.get(f"/desk/cases/{commented}").body


def test_what_waits_no_more_cannot_be_approved(browser: Browser, world: World, commented: str) -> None:
    browser.log_in()
    page = browser.get(f"/desk/cases/{commented}")
    browser.act(commented, "approve")
    world.pass_time(minutes=1)
    late = {"csrf": page.field("csrf", "approve"), "form_id": "another", "action": "approve"}

    assert browser.post(f"/desk/cases/{commented}", late).status == 400
