"""Requests to X and what its errors mean.

Facts: https://docs.x.com/fundamentals/authentication/overview and
https://docs.x.com/x-api/fundamentals/response-codes-and-errors
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib.core.events import Outcome
from chalicelib.platforms.contract import Channel, HttpRequest, HttpResponse, SendResult
from chalicelib.platforms.payload import Payload, json_request, read_json_or_empty, wait_seconds

API = "https://api.x.com"
NONE = Payload({}, "body")

# What is wrong with the whole account or app, not with one message.
_PAUSE = frozenset(
    {
        "client-forbidden",
        "credits",
        "oauth1-permissions",
        "unsupported-authentication",
        "usage-capped",
    }
)
_DUPLICATE = "duplicate content"
# The rule for self-serve apps: only who has mentioned or quoted the account may be replied to.
_NOT_SUMMONED = "not been mentioned or otherwise engaged"
_KIND = re.compile(r"/problems/([a-z0-9-]{1,40})$")
_PERIODS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")


def address(channel: Channel, path: str, **query: str) -> str:
    """Return the address of an endpoint."""
    url = f"{(channel.api_base or API).rstrip('/')}/{path}"
    return f"{url}?{urlencode(query, quote_via=quote)}" if query else url


def by_user(
    method: str, url: str, channel: Channel, *, at: int, about: str, body: Mapping[str, Any] | None = None
) -> HttpRequest:
    """Return a request in the name of the account: OAuth 1.0a, whose tokens do not run out.

    `at` is the time in seconds since 1970 and `about` makes the nonce one of its own.
    https://docs.x.com/fundamentals/authentication/oauth-1-0a/authorizing-a-request
    """
    from oauthlib import oauth1  # type: ignore[import-untyped]

    nonce = hashlib.sha256(f"{method} {url} {about} {at}".encode()).hexdigest()[:32]
    client = oauth1.Client(
        channel.secret("consumer_key"),
        client_secret=channel.secret("consumer_secret"),
        resource_owner_key=channel.secret("access_token"),
        resource_owner_secret=channel.secret("access_token_secret"),
        nonce=nonce,
        timestamp=str(at),
    )
    # A body of JSON is not part of the signature.
    _, headers, _ = client.sign(url, http_method=method)
    return json_request(method, url, str(headers["Authorization"]), body)


def by_app(method: str, url: str, bearer: str, body: Mapping[str, Any] | None = None) -> HttpRequest:
    """Return a request in the name of the app."""
    return json_request(method, url, f"Bearer {bearer}", body)


def read_error(response: HttpResponse, asked_at: datetime) -> SendResult:
    """Return what an error asks for: wait, pause the channel, look whether it is there, or give up."""
    status, problem = response.status, read_json_or_empty(response.body)
    kind = _kind(problem)
    reason = kind or str(status)
    if status >= 500:
        # Only 503 says that nothing was done; nothing keeps X from taking the same direct message twice.
        return SendResult(outcome=Outcome.RETRY if status == 503 else Outcome.AMBIGUOUS, reason=reason)
    if status in (401, 402) or kind in _PAUSE:
        return SendResult(outcome=Outcome.CHANNEL_PAUSED, reason=reason)
    if status == 429:
        return SendResult(outcome=Outcome.RETRY, reason=reason, retry_after=_wait(response, asked_at))
    detail = problem.data.get("detail")
    said = detail if isinstance(detail, str) else ""
    if status == 403 and _DUPLICATE in said:
        # An earlier attempt whose answer was lost may have put it there, or another customer has the same
        # words: our own posts tell.
        return SendResult(outcome=Outcome.AMBIGUOUS, reason="duplicate")
    return SendResult(outcome=Outcome.REFUSED, reason="not_summoned" if _NOT_SUMMONED in said else reason)


def _kind(problem: Payload) -> str:
    """Return the last word of the address that names a problem, such as `usage-capped`."""
    named = problem.data.get("type")
    found = _KIND.search(named) if isinstance(named, str) else None
    return found[1] if found else ""


def _wait(response: HttpResponse, asked_at: datetime) -> float | None:
    """Return the seconds until the used-up period ends, which X tells in seconds since 1970.

    https://docs.x.com/x-api/fundamentals/rate-limits
    """
    headers = response.headers
    used_up = [period for period in _PERIODS if headers.get(f"{period}-remaining") == "0"]
    ends = [wait_seconds_at(headers.get(f"{period}-reset"), asked_at) for period in used_up or _PERIODS[:1]]
    told = [end for end in ends if end is not None]
    return max(told) if told else wait_seconds(headers.get("retry-after"))


def wait_seconds_at(reset: str | None, asked_at: datetime) -> float | None:
    """Return the seconds from `asked_at` to a time in seconds since 1970, at most a day."""
    if not reset or not re.fullmatch(r"[0-9]{1,11}", reset):
        return None
    return wait_seconds(max(int(reset) - asked_at.timestamp(), 0.0))
