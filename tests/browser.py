"""A browser that talks to the Chalice app through the laptop's front, without a socket."""

import asyncio
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

from app import app
from chalicelib.desk.session import new_link
from chalicelib.queues.local import answering_later
from chalicelib.serve.front import Front, Receive, Send
from tests.fakes import World


@dataclass
class Page:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: str

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def field(self, name: str, action: str = "") -> str:
        """Return the value of a hidden field, of the form with this action where one is given."""
        forms = re.findall(r"<form.*?</form>", self.body, re.DOTALL)
        form = next((f for f in forms if not action or f'name="action" value="{action}"' in f), "")
        found = re.search(rf'name="{name}" value="([^"]*)"', form)
        return unescape(found[1]) if found else ""


@dataclass
class Browser:
    """Keeps cookies, as a browser does."""

    world: World
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.front = Front(app, answering_later)

    def get(self, path: str, **headers: str) -> Page:
        return self.request("GET", path, b"", headers)

    def post(self, path: str, fields: Mapping[str, str]) -> Page:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return self.request("POST", path, urlencode(fields).encode(), headers)

    def log_in(self, name: str = "Ana") -> Page:
        path = new_link(name, self.world.ports).removeprefix("https://desk.example")
        return self.post(path, {})

    def act(self, case_id: str, action: str, **fields: str) -> Page:
        """Fill in one of the forms of a case and send it."""
        page = self.get(f"/desk/cases/{case_id}")
        hidden = {
            "csrf": page.field("csrf", action),
            "form_id": page.field("form_id", action),
            "action": action,
        }
        return self.post(f"/desk/cases/{case_id}", {**hidden, **fields})

    def request(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Page:
        route, _, query = path.partition("?")
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"cookie": cookie, **headers}
        scope = {
            "type": "http",
            "method": method,
            "raw_path": route.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        }
        told: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(message: MutableMapping[str, Any]) -> None:
            told.append(message)

        asyncio.run(self._exchange(scope, receive, send))
        found = [(name.decode(), value.decode()) for name, value in told[0]["headers"]]
        page = Page(told[0]["status"], found, told[1]["body"].decode())
        if cookie := page.header("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return page

    async def _exchange(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        await self.front(scope, receive, send)
