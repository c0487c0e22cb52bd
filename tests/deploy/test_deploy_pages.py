"""The pages of the deployed shop: API Gateway serves them below the path of its stage."""

import re
from html import unescape
from urllib.parse import urlencode, urlsplit

import pytest

from chalicelib.core.case import Status
from tests.deploy.outside import Outside, Reply

pytestmark = pytest.mark.xdist_group("deploy")

FORM = "application/x-www-form-urlencoded"


class Browser:
    """Follows what the pages say, and keeps their cookie."""

    def __init__(self, shop: Outside) -> None:
        self._shop = shop
        self._root = urlsplit(shop.stack.url()).path
        self._cookie = ""

    def get(self, path: str) -> Reply:
        """Open a page by its whole path."""
        return self._asks("GET", path)

    def post(self, path: str, **fields: str) -> Reply:
        """Send a form to the whole path it names."""
        return self._asks("POST", path, urlencode(fields), Content_Type=FORM)

    def _asks(self, method: str, path: str, body: str = "", **headers: str) -> Reply:
        assert path.startswith(f"{self._root}/"), f"{path} leads away from the stage"
        reply = self._shop.asks(method, path.removeprefix(self._root), body, Cookie=self._cookie, **headers)
        self._cookie = reply.headers.get("set-cookie", self._cookie).partition(";")[0]
        return reply


def found(pattern: str, page: Reply) -> str:
    matched = re.search(pattern, page.body, re.DOTALL)
    assert matched, f"{pattern} is not in {page}"
    return unescape(matched[1])


@pytest.fixture(scope="module")
def browser(shop: Outside) -> Browser:
    """A browser that came in with the one-time link, as it was told to the owner."""
    opened = Browser(shop)
    [link] = re.findall(r"https?://\S+/desk/login/\S+", shop.owner_runs("desk", "link"))
    form = opened.get(urlsplit(link).path)
    opened.post(found(r'<form method="post" action="([^"]*/desk/login/[^"]*)"', form))
    return opened


def test_the_one_time_link_opens_the_desk(shop: Outside, browser: Browser) -> None:
    assert "Open cases" in browser.get(f"{urlsplit(shop.stack.url()).path}/desk").body


def test_every_link_of_a_page_stays_below_the_stage(shop: Outside, browser: Browser) -> None:
    root = urlsplit(shop.stack.url()).path
    page = browser.get(f"{root}/desk")
    links = re.findall(r'(?:href|src|action)="(?!data:|https?:)([^"]*)"', page.body)
    assert links and all(browser.get(link).status == 200 for link in links if "logout" not in link)


def test_a_form_of_the_desk_closes_a_case(shop: Outside, browser: Browser) -> None:
    shop.customer_writes("closed")
    case = shop.case_of("closed")
    path = f"{urlsplit(shop.stack.url()).path}/desk/cases/{case.id}"
    form = found(r'(<form(?:(?!</form>).)*name="action" value="close".*?</form>)', browser.get(path))
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    [reason, *_] = re.findall(r'<option value="(\w+)"', form)

    answer = browser.post(path, **fields, reason=reason)
    assert answer.status == 303, answer
    assert shop.case_of("closed").status is Status.CLOSED


def test_a_visitor_of_the_chat_is_heard(shop: Outside) -> None:
    token = found(r'"token":\s*"([^"]*)"', shop.asks("POST", "/chat/chat/visitors"))
    said = shop.asks(
        "POST", "/webhooks/chat", '{"id": "v1", "text": "Hello?"}', Authorization=f"Bearer {token}"
    )
    assert said.status == 202, said
    assert "Hello?" in shop.reads("/chat/chat/messages", "Hello?", Authorization=f"Bearer {token}").body


def test_the_page_of_the_chat_finds_its_script(shop: Outside) -> None:
    root = urlsplit(shop.stack.url()).path
    script = found(r'<script src="([^"]*)"', shop.asks("GET", "/chat/chat"))
    assert shop.asks("GET", script.removeprefix(root)).headers["content-type"].startswith("text/javascript")
