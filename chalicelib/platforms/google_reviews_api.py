"""Requests to Google's Business Profile APIs, their tokens, and what their errors ask for.

Facts: https://developers.google.com/my-business/content/limits, https://cloud.google.com/apis/design/errors
and https://developers.google.com/identity/protocols/oauth2/web-server#offline
"""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib.core.errors import BadPayload, GrantRefused
from chalicelib.core.events import Outcome
from chalicelib.platforms.contract import Channel, HttpRequest, HttpResponse, SendResult
from chalicelib.platforms.payload import Payload, read_json, wait_seconds

REVIEWS = "https://mybusiness.googleapis.com"
NOTIFICATIONS = "https://mybusinessnotifications.googleapis.com"
ACCOUNTS = "https://mybusinessaccountmanagement.googleapis.com"
LOCATIONS = "https://mybusinessbusinessinformation.googleapis.com"

NO_ACCESS = "quota_of_zero"
"""The reason where Google counts the project's requests against nothing: it has not granted access yet."""

_CERTS = ("https://www.googleapis.com", "/oauth2/v3/certs")
_TOKENS = ("https://oauth2.googleapis.com", "/token")
_LONGEST_TOKEN = 24 * 3600
_CODE = re.compile(r"[A-Za-z_]{1,40}")
_REFUSED_GRANTS = ("invalid_grant", "invalid_client", "unauthorized_client")
_LIMITED = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"})
_OUTCOMES = {
    401: Outcome.CHANNEL_PAUSED,
    403: Outcome.CHANNEL_PAUSED,
    # Two changes at once: the same words again do no harm.
    409: Outcome.RETRY,
    429: Outcome.RETRY,
}


def request(
    method: str,
    host: str,
    path: str,
    channel: Channel,
    *,
    query: Mapping[str, str] | None = None,
    body: Any = None,
) -> HttpRequest:
    """Return a request with the access token; `api_base` of the channel takes the place of every host."""
    url = _url(channel, host, quote(path, safe="/=~+"))
    headers = {"authorization": f"Bearer {channel.secret('access_token')}"}
    if query:
        url = f"{url}?{urlencode(query)}"
    if body is None:
        return HttpRequest(method=method, url=url, headers=headers)
    headers["content-type"] = "application/json; charset=utf-8"
    return HttpRequest(method=method, url=url, headers=headers, body=json.dumps(body).encode())


def certs(channel: Channel) -> HttpRequest:
    """Return the request for the keys with which Google signs its tokens."""
    return HttpRequest(method="GET", url=_url(channel, *_CERTS))


def renew(channel: Channel) -> HttpRequest:
    """Return the request that gives an access token for the refresh token."""
    form = {
        "grant_type": "refresh_token",
        "client_id": str(channel.options.get("client_id", "")),
        "client_secret": channel.secret("client_secret"),
        "refresh_token": channel.secret("refresh_token"),
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return HttpRequest(
        method="POST", url=_url(channel, *_TOKENS), headers=headers, body=urlencode(form).encode()
    )


def read_renewal(response: HttpResponse) -> tuple[Mapping[str, str], timedelta]:
    """Return the access token and how long it holds. Raises `BadPayload` where there is none.

    It is `GrantRefused` with Google's code where asking again brings none either.
    https://developers.google.com/identity/protocols/oauth2/web-server#exchange-errors-invalid-grant
    """
    body = read_json(response.body)
    if response.status != 200 or "access_token" not in body:
        code = body.data.get("error")
        if code in _REFUSED_GRANTS:
            raise GrantRefused(code)
        raise BadPayload(f"Google gave no access token: {response.status}")
    seconds = wait_seconds(body.data.get("expires_in")) or 0
    return {"access_token": body.text("access_token")}, timedelta(seconds=min(seconds, _LONGEST_TOKEN))


def read_error(response: HttpResponse) -> SendResult:
    """Return what an answer that is no success asks for.

    A reply is put, not posted: after a broken server the same words may be sent again.
    """
    error = error_of(response)
    outcome = _outcome(response.status, error)
    wait = _wait(response, error) if outcome is Outcome.RETRY else None
    return SendResult(outcome=outcome, reason=_reason(response.status, error, outcome), retry_after=wait)


def error_of(response: HttpResponse) -> Payload:
    """Return the error object of an answer, an empty one where there is none."""
    try:
        return read_json(response.body).optional("error")
    except BadPayload:
        return Payload({}, "error")


def _url(channel: Channel, host: str, path: str) -> str:
    return (channel.api_base or host).rstrip("/") + path


def _reason(status: int, error: Payload, outcome: Outcome) -> str:
    if status == 429 and outcome is Outcome.CHANNEL_PAUSED:
        return NO_ACCESS
    told = error.data.get("status")
    return told.lower() if isinstance(told, str) and _CODE.fullmatch(told) else f"http_{status}"


def _outcome(status: int, error: Payload) -> Outcome:
    if status < 300:
        return Outcome.AMBIGUOUS
    if status >= 500:
        return Outcome.RETRY
    if status == 403 and any(one.get("reason") in _LIMITED for one in _listed(error, "errors")):
        return Outcome.RETRY
    if status == 429 and any(_quota(one) == "0" for one in _listed(error, "details")):
        return Outcome.CHANNEL_PAUSED
    return _OUTCOMES.get(status, Outcome.REFUSED)


def _quota(detail: Mapping[str, Any]) -> Any:
    metadata = detail.get("metadata")
    return metadata.get("quota_limit_value") if isinstance(metadata, dict) else None


def _wait(response: HttpResponse, error: Payload) -> float | None:
    """Return how long to wait: by the header, else by google.rpc.RetryInfo, which writes `30s`."""
    delays = [one.get("retryDelay") for one in _listed(error, "details")]
    told = next((one.removesuffix("s").partition(".")[0] for one in delays if isinstance(one, str)), None)
    return wait_seconds(response.headers.get("retry-after")) or wait_seconds(told)


def _listed(error: Payload, name: str) -> list[Mapping[str, Any]]:
    value = error.data.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
