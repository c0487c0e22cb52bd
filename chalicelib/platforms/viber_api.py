"""Calls of Viber's API and what its answers ask for: an error, too, comes with 200.

Facts: https://developers.viber.com/docs/api/rest-bot-api/#error-codes
"""

import json
from collections.abc import Generator, Mapping
from typing import Any

from chalicelib.core.events import Outcome
from chalicelib.platforms.contract import Channel, Finding, HttpRequest, HttpResponse, SendResult, Step
from chalicelib.platforms.payload import Payload, read_answer, read_json_or_empty, wait_seconds

Findings = Generator[Step, HttpResponse, tuple[Finding, ...]]

_API = "https://chatapi.viber.com/pa"
_REQUEST_LIMIT = 30_000
_RETRY = frozenset({12})
# The token, the account, its webhook, its contract: nothing goes out until a person has acted.
_PAUSED = frozenset({2, 7, 8, 9, 10, 15, 23, 24})
# The last code that means one thing; above there is only "general error".
_LAST = 24


def call(channel: Channel, method: str, body: Mapping[str, Any]) -> HttpRequest:
    """Return a call; letters go as they are. Raises `ValueError` where it is larger than Viber takes.

    https://developers.viber.com/docs/api/rest-bot-api/#send-message
    """
    raw = json.dumps(body, ensure_ascii=False).encode(errors="replace")
    if len(raw) > _REQUEST_LIMIT:
        raise ValueError("the message is larger than Viber takes")
    return HttpRequest(
        method="POST",
        url=f"{(channel.api_base or _API).rstrip('/')}/{method}",
        headers={"content-type": "application/json", "x-viber-auth-token": channel.secret("auth_token")},
        body=raw,
    )


def said(response: HttpResponse) -> Payload | None:
    """Return what Viber told, None where it refused or cannot be understood."""
    return read_answer(response) if refusal(response) is None else None


def refusal(response: HttpResponse) -> SendResult | None:
    """Return what an error asks for, None where Viber says there is none."""
    after = wait_seconds(response.headers.get("retry-after"))
    if response.status in (429, 503):
        return SendResult(outcome=Outcome.RETRY, reason=f"http_{response.status}", retry_after=after)
    if response.status >= 500:
        # A server that broke down may have done it first, and Viber drops no second message.
        return SendResult(outcome=Outcome.AMBIGUOUS, reason=f"http_{response.status}")
    status = _status(response)
    if response.status >= 300 and not status:
        outcome = Outcome.CHANNEL_PAUSED if response.status in (401, 403) else Outcome.REFUSED
        return SendResult(outcome=outcome, reason=f"http_{response.status}")
    if status is None:
        return SendResult(outcome=Outcome.AMBIGUOUS, reason="no_status")
    if status == 0:
        return None
    outcome = _outcome(status)
    return SendResult(
        outcome=outcome, reason=str(status), retry_after=after if outcome is Outcome.RETRY else None
    )


def _outcome(status: int) -> Outcome:
    if status in _RETRY:
        return Outcome.RETRY
    if status in _PAUSED:
        return Outcome.CHANNEL_PAUSED
    return Outcome.REFUSED if status <= _LAST else Outcome.AMBIGUOUS


def _status(response: HttpResponse) -> int | None:
    status = read_json_or_empty(response.body).data.get("status")
    if isinstance(status, bool) or not isinstance(status, int) or not 0 <= status < 1_000_000:
        return None
    return status
