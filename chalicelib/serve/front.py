"""WSGI in, API Gateway's event out, to the very Chalice app that Lambda runs."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from chalice.app import Chalice
from chalice.local import LambdaEventConverter, RouteMatcher

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Front:
    """A WSGI application over a Chalice app whose `current_request` is safe among threads."""

    def __init__(self, app: Chalice) -> None:
        """Take the app; its routes are read once."""
        self._app = app
        self._converter = LambdaEventConverter(RouteMatcher(list(app.routes)), app.api.binary_types)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = quote(environ.get("PATH_INFO", "/").encode("latin-1"))
        if query := environ.get("QUERY_STRING"):
            path = f"{path}?{query}"
        body = environ["wsgi.input"].read() if environ.get("CONTENT_LENGTH") else b""
        try:
            method = environ["REQUEST_METHOD"]
            event = self._converter.create_lambda_event(method, path, _headers(environ), body)
        except ValueError:
            return _answer({"statusCode": 404, "body": ""}, start_response)
        return _answer(self._app(event, None), start_response)


def _headers(environ: Environ) -> dict[str, str]:
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    if content_type := environ.get("CONTENT_TYPE"):
        headers["content-type"] = content_type
    return headers


def _answer(response: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    status = HTTPStatus(response["statusCode"])
    headers = [(name, str(value)) for name, value in response.get("headers", {}).items()]
    for name, values in response.get("multiValueHeaders", {}).items():
        headers.extend((name, str(value)) for value in values)
    start_response(f"{status.value} {status.phrase}", headers)
    body = response["body"]
    return [body if isinstance(body, bytes) else body.encode()]
