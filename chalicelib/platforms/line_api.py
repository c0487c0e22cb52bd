"""Calls of LINE's Messaging API and what its answers ask for.

Facts: https://developers.line.biz/en/reference/messaging-api/#status-codes and
https://developers.line.biz/en/reference/messaging-api/#error-responses
"""

from collections.abc import Mapping

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import Outcome
from chalicelib.platforms.contract import Channel, HttpRequest, HttpResponse, SendResult
from chalicelib.platforms.payload import read_json, wait_seconds

_API = "https://api.line.me"
# LINE gives no codes, only sentences; of a 429 this one asks for a bigger plan instead of patience.
_NOTHING_LEFT = "monthly limit"


def call(method: str, path: str, channel: Channel, body: bytes = b"", key: str = "") -> HttpRequest:
    """Return a call; under the same retry `key` LINE carries out only one.

    https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
    """
    headers = {"authorization": f"Bearer {channel.secret('access_token')}"}
    if body:
        headers["content-type"] = "application/json"
    if key:
        headers["x-line-retry-key"] = key
    url = f"{(channel.api_base or _API).rstrip('/')}/v2/bot/{path}"
    return HttpRequest(method=method, url=url, headers=headers, body=body)


def refusal(response: HttpResponse) -> SendResult:
    """Return what an error asks for; after 5xx the same key makes it safe to try again."""
    reason = f"http_{response.status}"
    if response.status == 429 and _NOTHING_LEFT in _sentence(response.body):
        return SendResult(outcome=Outcome.CHANNEL_PAUSED, reason="monthly_limit")
    if response.status == 429 or response.status >= 500:
        after = wait_seconds(response.headers.get("retry-after"))
        return SendResult(outcome=Outcome.RETRY, reason=reason, retry_after=after)
    paused = response.status in (401, 403)
    return SendResult(outcome=Outcome.CHANNEL_PAUSED if paused else Outcome.REFUSED, reason=reason)


def _sentence(body: bytes) -> str:
    try:
        return read_json(body).text("message", "").lower()
    except BadPayload:
        return ""


def number(told: Mapping[str, object], name: str) -> int | None:
    """Return a whole number of an answer, None where there is none."""
    value = told.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
