"""The customer's side: the chat page, the widget, and what they ask for."""

import json

import pytest

from chalicelib import flood
from tests.browser import Browser
from tests.builders import NOON, after
from tests.fakes import CHANNELS, World, a_channel


def token_of(browser: Browser) -> str:
    return str(json.loads(browser.request("POST", "/chat/chat/visitors", b"", {}).body)["token"])


def say(browser: Browser, token: str, text: str, identifier: str = "1") -> int:
    body = json.dumps({"id": identifier, "text": text}).encode()
    return browser.request("POST", "/webhooks/chat", body, {"authorization": f"Bearer {token}"}).status


def heard(browser: Browser, token: str) -> list[dict[str, str]]:
    page = browser.get("/chat/chat/messages", authorization=f"Bearer {token}")
    return list(json.loads(page.body)["messages"])


def test_the_page_and_its_parts_are_served(browser: Browser) -> None:
    parts = ("/chat/chat", "/chat/chat/chat.js", "/chat/chat/chat.css", "/chat/chat/widget.js")

    assert [browser.get(path).status for path in parts] == [200] * 4


def test_a_visitor_sees_their_own_message_and_the_automatic_answer(browser: Browser, world: World) -> None:
    token = token_of(browser)
    say(browser, token, "Do you deliver to Cork?")

    world.pass_time(minutes=16)

    messages = heard(browser, token)
    assert [m["who"] for m in messages] == ["customer", "business"]
    assert [m["automatic"] for m in messages] == ["", "yes"]


def test_a_persons_reply_is_not_marked_as_automatic(browser: Browser, world: World) -> None:
    token = token_of(browser)
    say(browser, token, "Do you deliver to Cork?")
    world.work()
    browser.log_in()
    browser.act(world.cases("chat")[0].id, "reply", text="Yes, every day.")

    world.work()

    assert [(m["text"], m["automatic"]) for m in heard(browser, token)][1:] == [("Yes, every day.", "")]


def test_notes_and_reasons_are_not_for_the_visitor(browser: Browser, world: World) -> None:
    token = token_of(browser)
    say(browser, token, "Do you deliver to Cork?")
    world.work()
    browser.log_in()
    browser.act(world.cases("chat")[0].id, "note", text="difficult customer")

    assert [m["text"] for m in heard(browser, token)] == ["Do you deliver to Cork?"]


def test_a_visitor_cannot_read_or_write_anothers_thread(browser: Browser, world: World) -> None:
    mine, other = token_of(browser), token_of(browser)
    say(browser, mine, "My number is 600 700 800")
    world.work()
    forged = mine.partition(".")[0] + "." + other.partition(".")[2]

    assert heard(browser, other) == []
    assert say(browser, forged, "hello") == 401


def test_a_message_sent_twice_is_one_message(browser: Browser, world: World) -> None:
    token = token_of(browser)
    for _ in range(2):
        say(browser, token, "Do you deliver to Cork?", identifier="same")
    world.work()

    assert len(heard(browser, token)) == 1


def test_a_channel_without_a_secret_has_no_chat(world: World, browser: Browser) -> None:
    world.documents["channels"] = {
        "channels": [*CHANNELS, a_channel("open", "webchat", {"secret": "NOT_SET"})]
    }
    world.publish({**world.documents.get("policy", {}), "rules": [{"name": "all", "window": "15m"}]})

    assert browser.get("/chat/open").status == 404


def test_only_the_owners_sites_may_show_the_chat_in_a_frame(world: World, browser: Browser) -> None:
    sites = a_channel(
        "chat", "webchat", {"secret": "CHAT_SECRET"}, options={"sites": ["https://shop.example/a"]}
    )
    world.documents["channels"] = {"channels": [sites]}
    world.publish({"rules": [{"name": "all", "window": "15m"}]})

    assert "frame-ancestors 'self' https://shop.example" in browser.get("/chat/chat").header(
        "content-security-policy"
    )


def test_other_channels_have_no_chat(browser: Browser) -> None:
    assert browser.get("/chat/page").status == browser.get("/chat/nowhere").status == 404


@pytest.mark.parametrize(
    ("language", "label"),
    [("pl", "Napisz do nas"), ("hr", "Pišite nam"), ("ru", "Напишите нам"), ("de", "Write to us")],
)
def test_the_page_and_the_button_speak_the_channels_language(
    world: World, browser: Browser, language: str, label: str
) -> None:
    channel = {**a_channel("chat", "webchat", {"secret": "CHAT_SECRET"}), "language": language}
    world.documents["channels"] = {"channels": [channel]}
    world.publish({"rules": [{"name": "all", "window": "15m"}]})

    assert label in browser.get("/chat/chat").body
    assert f"const label = {json.dumps(label)};" in browser.get("/chat/chat/widget.js").body


def test_a_flood_of_new_visitors_is_held_back_until_the_next_minute(world: World, browser: Browser) -> None:
    channel = a_channel("busy", "webchat", {"secret": "CHAT_SECRET"})
    world.documents["channels"] = {"channels": [*CHANNELS, channel]}
    world.publish({"rules": [{"name": "all", "window": "15m"}]})

    def come(number: int) -> list[int]:
        return [browser.request("POST", "/chat/busy/visitors", b"", {}).status for _ in range(number)]

    assert come(62) == [200] * 60 + [429] * 2
    world.clock.now += flood.PERIOD
    assert come(1) == [200]


def test_a_flood_on_one_channel_is_no_matter_of_another() -> None:
    bound = flood.Bound(1)

    assert [bound.admits(key, NOON) for key in ("one", "one", "two")] == [True, False, True]


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    bound = flood.Bound(1)
    bound.admits("one", after(hours=1))

    assert bound.admits("one", NOON)


def test_a_flood_of_keys_does_not_fill_the_memory() -> None:
    bound = flood.Bound(1)

    for number in range(30_000):
        bound.admits(str(number), NOON)

    assert len(vars(bound)["_counts"]) <= 10_000
