"""ASGI in, API Gateway's event out, to the very Chalice app that Lambda runs.

Webhooks are worked on in the server's own thread and answered when the commit they share is on the disk;
pages, which may wait for something, go to other threads.
"""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

from chalice.app import Chalice
from chalice.local import LambdaEventConverter, MatchResult, RouteMatcher

from chalicelib.platforms.contract import Answer

log = logging.getLogger("hearback.front")

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Event = dict[str, Any]
Own = Callable[[str, Mapping[str, str]], Answer]
"""A page that only the laptop mode has: from the caller's address and headers to the answer."""

Later = Callable[[], AbstractContextManager[list["Future[None]"]]]

WEBHOOKS = "/webhooks/{channel}"
BODY_LIMIT = 4_000_000
"""More than any platform's own limit, which `intake` enforces."""

_THREADS = 4
_MANY = 6
_PATHS_REMEMBERED = 1000


class Front:
    """An ASGI application over a Chalice app whose `current_request` is safe among threads."""

    def __init__(self, app: Chalice, later: Later, own: Mapping[str, Own] | None = None) -> None:
        """Take the app, and the scope in which what is queued may become durable after the app returns.

        `own` holds pages by their paths that the app does not have.
        """
        self._own = own or {}
        self._app = app
        self._later = later
        self._converter = LambdaEventConverter(_Routes(list(app.routes)), app.api.binary_types)
        self._pages = ThreadPoolExecutor(_THREADS, thread_name_prefix="hearback-page")
        self._in_hand = 0

    def busy(self) -> bool:
        """Return whether so many webhooks wait for their commit that other work had better wait, too.

        Only those count that were proven and understood: a stranger keeps nobody from working.
        """
        return self._in_hand >= _MANY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await _read(receive)
        response = {"statusCode": 413} if body is None else await self._response(scope, body)
        await _answer(response, send, head=scope["method"] == "HEAD")

    async def _response(self, scope: Scope, body: bytes) -> Event:
        path = scope["raw_path"].decode("latin-1")
        if scope["method"] == "GET" and (page := self._own.get(path)):
            return await self._own_page(page, scope)
        if query := scope["query_string"]:
            path = f"{path}?{query.decode('latin-1')}"
        try:
            event = self._converter.create_lambda_event(scope["method"], path, _headers(scope), body)
        except ValueError:
            return {"statusCode": 404}
        if event["requestContext"]["resourcePath"] == WEBHOOKS:
            return await self._webhook(event)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pages, self._app, event, None)

    async def _own_page(self, page: Own, scope: Scope) -> Event:
        caller = (scope.get("client") or ("",))[0]
        headers = {name.lower(): value for name, value in _headers(scope).items()}
        answer = await asyncio.get_running_loop().run_in_executor(self._pages, page, caller, headers)
        sent = {"content-type": answer.content_type, **answer.headers}
        return {"statusCode": answer.status, "headers": sent, "body": answer.body}

    async def _webhook(self, event: Event) -> Event:
        with self._later() as pending:
            response = self._app(event, None)
        self._in_hand += bool(pending)
        try:
            for written in pending:
                await asyncio.wrap_future(written)
        except Exception:
            # Not durable, so not accepted: the platform delivers it again.
            log.exception("an event could not be stored")
            return {"statusCode": 503}
        finally:
            self._in_hand -= bool(pending)
        return response


class _Routes(RouteMatcher):
    """Chalice's own matcher, which need not parse the same few paths again and again."""

    def __init__(self, routes: list[str]) -> None:
        super().__init__(routes)
        self._match = functools.lru_cache(_PATHS_REMEMBERED)(super().match_route)

    def match_route(self, url: str) -> MatchResult:
        return self._match(url)


async def _read(receive: Receive) -> bytes | None:
    """Return the body, None when it is larger than any platform sends."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > BODY_LIMIT:
            return None
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


async def _answer(response: Event, send: Send, *, head: bool) -> None:
    text = response.get("body", "")
    body = text if isinstance(text, bytes) else text.encode()
    headers = [*_encoded(response), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": response["statusCode"], "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})


def _encoded(response: Mapping[str, Any]) -> Iterable[tuple[bytes, bytes]]:
    for name, value in response.get("headers", {}).items():
        yield name.lower().encode("latin-1"), str(value).encode("latin-1")
    for name, values in response.get("multiValueHeaders", {}).items():
        for value in values:
            yield name.lower().encode("latin-1"), str(value).encode("latin-1")
