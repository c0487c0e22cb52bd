"""Calls of the VK API and what its answers ask for.

Facts: https://dev.vk.com/ru/api/api-requests and https://dev.vk.com/ru/reference/errors; the codes are those
of https://github.com/VKCOM/vk-api-schema (errors.json).
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from chalicelib.core.events import Outcome
from chalicelib.platforms.contract import Channel, HttpRequest, HttpResponse, SendResult
from chalicelib.platforms.payload import Payload, read_json_or_empty, wait_seconds

VERSION = "5.199"

_API = "https://api.vk.com"
# Seconds to wait where VK names none. Flood control (9) answers to repetition, so it is left alone for long.
_RETRY = {1: 5.0, 6: 1.0, 9: 3600.0, 10: 5.0, 29: 900.0, 32: 60.0, 43: 300.0, 223: 1800.0, 601: 3600.0}
# The token, its rights, the app, the community or a captcha: nothing goes out until a person has acted.
_PAUSE = frozenset(
    {2, 4, 5, 7, 11, 14, 15, 16, 17, 20, 21, 23, 24, 25, 27, 28, 37, 38, 40, 41, 42, 203}
    | {1117, *range(3300, 3306), 3609}
)
# "Can't send message, reply timed out"; 901 is no window: no waiting brings the permission back.
_WINDOW_CLOSED = frozenset({950})
# The method was cut short: whether it had done its work is not said.
_AMBIGUOUS = frozenset({36})


def get(channel: Channel, method: str, **parameters: str) -> HttpRequest:
    """Return a call that only reads."""
    query = urlencode({**parameters, "v": VERSION})
    return HttpRequest(method="GET", url=f"{_url(channel, method)}?{query}", headers=_headers(channel))


def post(channel: Channel, method: str, **parameters: str) -> HttpRequest:
    """Return a call that changes something; the token stands in a header, never in a URL or a body."""
    headers = {**_headers(channel), "content-type": "application/x-www-form-urlencoded"}
    body = urlencode({**parameters, "v": VERSION}, errors="replace").encode()
    return HttpRequest(method="POST", url=_url(channel, method), headers=headers, body=body)


def said(response: HttpResponse) -> Any:
    """Return what stands under `response`, None where VK refused or cannot be understood."""
    if refusal(response) is not None:
        return None
    return read_json_or_empty(response.body).data.get("response")


def refusal(response: HttpResponse) -> SendResult | None:
    """Return what an error asks for, None where there is none: VK answers 200 to errors, too."""
    after = wait_seconds(response.headers.get("retry-after"))
    if response.status >= 500:
        return SendResult(outcome=Outcome.RETRY, reason=f"http_{response.status}", retry_after=after)
    code = _code(response)
    if code is None and response.status < 300:
        return None
    if not code:
        return _by_status(response.status, after)
    outcome = _outcome(code)
    wait = _RETRY.get(code) if after is None else after
    return SendResult(
        outcome=outcome, reason=str(code), retry_after=wait if outcome is Outcome.RETRY else None
    )


def _outcome(code: int) -> Outcome:
    if code in _RETRY:
        return Outcome.RETRY
    if code in _PAUSE:
        return Outcome.CHANNEL_PAUSED
    if code in _WINDOW_CLOSED:
        return Outcome.WINDOW_CLOSED
    return Outcome.AMBIGUOUS if code in _AMBIGUOUS else Outcome.REFUSED


def _by_status(status: int, after: float | None) -> SendResult:
    if status == 429:
        return SendResult(outcome=Outcome.RETRY, reason="http_429", retry_after=after)
    if status < 300:
        return SendResult(outcome=Outcome.AMBIGUOUS, reason="unknown_error")
    outcome = Outcome.CHANNEL_PAUSED if status == 401 else Outcome.REFUSED
    return SendResult(outcome=outcome, reason=f"http_{status}")


def _code(response: HttpResponse) -> int | None:
    """Return the code of an error, 0 where an error has none, None where there is no error."""
    body = read_json_or_empty(response.body)
    if "error" not in body:
        return None
    error = body.data["error"]
    code = Payload(error, "error").data.get("error_code") if isinstance(error, dict) else 0
    if isinstance(code, bool) or not isinstance(code, int) or not 0 < code < 100_000:
        return 0
    return code


def _url(channel: Channel, method: str) -> str:
    return f"{(channel.api_base or _API).rstrip('/')}/method/{method}"


def _headers(channel: Channel) -> Mapping[str, str]:
    return {"authorization": f"Bearer {channel.secret('token')}"}
