"""Calls of Twilio's REST API and what its answers ask for.

Facts: https://www.twilio.com/docs/usage/requests-to-twilio and https://www.twilio.com/docs/api/errors
"""

import base64
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from chalicelib.core.events import Outcome
from chalicelib.platforms.contract import Channel, HttpRequest, HttpResponse, SendResult
from chalicelib.platforms.payload import read_json_or_empty, wait_seconds

_API = "https://api.twilio.com"
_MESSAGING_API = "https://messaging.twilio.com"
# Too many at once: at the API, in the queue of the number, at the channel behind it.
_RETRY = frozenset({14107, 20429, 21611, 30001, 63018})
# The account, its token, the number or the service: nothing goes out until a person has acted.
_PAUSED = frozenset(
    {10001, 20003, 20005, 20008, 21212, 21603, 21606, 21659, 21660, 21701, 21703, 21704, 21705, 30002, 30032}
    | {30034, 63001, 63007, 63020, 63038, 63051, 63112}
)
_WINDOW_CLOSED = frozenset({63016})


def outcome_of(code: int) -> Outcome:
    """Return what a code of Twilio's asks for: whatever is not known is the message's or the customer's."""
    if code in _RETRY:
        return Outcome.RETRY
    if code in _PAUSED:
        return Outcome.CHANNEL_PAUSED
    return Outcome.WINDOW_CLOSED if code in _WINDOW_CLOSED else Outcome.REFUSED


def get(channel: Channel, path: str, query: Mapping[str, str] | None = None) -> HttpRequest:
    """Return a question about something of the account."""
    asked = f"?{urlencode(query)}" if query else ""
    return HttpRequest(method="GET", url=f"{_account_url(channel)}{path}{asked}", headers=_headers(channel))


def post(channel: Channel, path: str, fields: Mapping[str, str]) -> HttpRequest:
    """Return a call that changes something of the account."""
    headers = {**_headers(channel), "content-type": "application/x-www-form-urlencoded"}
    body = urlencode(fields, errors="replace").encode()
    return HttpRequest(method="POST", url=f"{_account_url(channel)}{path}", headers=headers, body=body)


def get_service(channel: Channel, service: str) -> HttpRequest:
    """Return a question about a Messaging Service.

    https://www.twilio.com/docs/messaging/api/service-resource
    """
    base = (channel.api_base or _MESSAGING_API).rstrip("/")
    url = f"{base}/v1/Services/{quote(service, safe='')}"
    return HttpRequest(method="GET", url=url, headers=_headers(channel))


def refusal(response: HttpResponse) -> SendResult:
    """Return what an error asks for; its code tells more than the status does."""
    code = _code(response)
    reason = str(code) if code else f"http_{response.status}"
    outcome = outcome_of(code) if code else _by_status(response.status)
    if response.status in (429, 503):
        outcome = Outcome.RETRY
    elif response.status >= 500:
        # A server that broke down may have done it first, and Twilio drops no second message.
        outcome = Outcome.AMBIGUOUS
    after = wait_seconds(response.headers.get("retry-after")) if outcome is Outcome.RETRY else None
    return SendResult(outcome=outcome, reason=reason, retry_after=after)


def _by_status(status: int) -> Outcome:
    return Outcome.CHANNEL_PAUSED if status in (401, 403) else Outcome.REFUSED


def _code(response: HttpResponse) -> int:
    code = read_json_or_empty(response.body).data.get("code")
    if isinstance(code, bool) or not isinstance(code, int) or not 0 < code < 1_000_000:
        return 0
    return code


def _account_url(channel: Channel) -> str:
    base = (channel.api_base or _API).rstrip("/")
    return f"{base}/2010-04-01/Accounts/{quote(channel.secret('account_sid'), safe='')}"


def _headers(channel: Channel) -> Mapping[str, str]:
    """Return the login: an API key where there is one, else the account itself."""
    user, word = channel.secret("account_sid"), channel.secret("auth_token")
    if key := channel.options.get("api_key"):
        user, word = str(key), channel.secret("api_key_secret")
    login = base64.b64encode(f"{user}:{word}".encode()).decode()
    return {"authorization": f"Basic {login}"}
