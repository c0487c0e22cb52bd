"""What Meta's platforms share: the handshake, the signature, Graph requests and their errors.

Facts: https://developers.facebook.com/docs/graph-api/webhooks/getting-started and
https://developers.facebook.com/docs/graph-api/guides/error-handling
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from chalicelib.core.errors import BadPayload, BadSignature
from chalicelib.core.events import Outcome
from chalicelib.platforms import signatures
from chalicelib.platforms.contract import Answer, Channel, HttpRequest, HttpResponse, Inbound, SendResult
from chalicelib.platforms.payload import Payload, read_json, wait_seconds

GRAPH = "https://graph.facebook.com"
VERSION = "v26.0"

_RETRY = frozenset({1, 2, 4, 17, 32, 341, 613, 1200, 80001, 80002, 80006})
_PAUSE = frozenset({3, 10, 102, 190, 368, *range(200, 300)})
_PAUSE_SUBCODES = frozenset({1893063, 2534029, 2534122})
_WINDOW_CLOSED = frozenset({(10, 2018278), (10, 2534022)})
# The customer has blocked the page or left; another app has the thread.
_UNREACHABLE = frozenset({(200, 1545041), (10, 2018300)})
_CODE_LIMIT = 10**9


def handshake(inbound: Inbound, channel: Channel) -> Answer | None:
    """Answer `hub.challenge` when the verify token is right, else 403; None where it is no handshake."""
    query = {name.replace("hub_", "hub.", 1): value for name, value in inbound.query.items()}
    if inbound.method != "GET":
        return None
    try:
        signatures.require_shared_secret(
            query.get("hub.verify_token"), channel.secrets.get("verify_token", ())
        )
    except BadSignature:
        return Answer(status=403)
    if query.get("hub.mode") != "subscribe":
        return Answer(status=403)
    return Answer(body=query.get("hub.challenge", ""))


def verify(inbound: Inbound, channel: Channel) -> None:
    """Check `X-Hub-Signature-256` over the raw bytes with the app secret. Raises `BadSignature`."""
    given = inbound.headers.get("x-hub-signature-256")
    signatures.require_hmac_hex(given, inbound.body, channel.secrets.get("app_secret", ()), prefix="sha256=")


def request(
    method: str, path: str, channel: Channel, *, query: Mapping[str, str], body: Any = None
) -> HttpRequest:
    """Return a Graph request that carries the page token in a header and proves the app secret.

    https://developers.facebook.com/docs/graph-api/guides/secure-requests
    """
    token = channel.secret("page_token")
    proven = dict(query)
    if app_secret := channel.secret("app_secret"):
        proven["appsecret_proof"] = signatures.hmac_hex(app_secret, token.encode())
    url = f"{(channel.api_base or GRAPH).rstrip('/')}/{VERSION}/{path}"
    url = f"{url}?{urlencode(proven)}" if proven else url
    headers = {"authorization": f"Bearer {token}"}
    if body is None:
        return HttpRequest(method=method, url=url, headers=headers)
    headers["content-type"] = "application/json"
    return HttpRequest(method=method, url=url, headers=headers, body=json.dumps(body).encode())


def read_error(response: HttpResponse) -> SendResult:
    """Return what a Graph error asks for: retry, pause the channel, another lane, or give up."""
    after = wait_seconds(response.headers.get("retry-after"))
    if response.status >= 500:
        return SendResult(outcome=Outcome.RETRY, reason=f"http_{response.status}", retry_after=after)
    try:
        error = read_json(response.body).object("error")
    except BadPayload:
        error = Payload({}, "error")
    code, subcode = _number(error, "code"), _number(error, "error_subcode")
    reason = f"{code}/{subcode}" if subcode else str(code or f"http_{response.status}")
    outcome = _outcome(response.status, code, subcode)
    return SendResult(outcome=outcome, reason=reason, retry_after=after if outcome is Outcome.RETRY else None)


def _outcome(status: int, code: int, subcode: int) -> Outcome:
    if (code, subcode) in _WINDOW_CLOSED:
        return Outcome.WINDOW_CLOSED
    if (code, subcode) in _UNREACHABLE:
        return Outcome.REFUSED
    if code in _RETRY or status == 429:
        return Outcome.RETRY
    if code in _PAUSE or subcode in _PAUSE_SUBCODES or (status == 401 and not code):
        return Outcome.CHANNEL_PAUSED
    return Outcome.REFUSED


def _number(error: Payload, name: str) -> int:
    value = error.data.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return value if abs(value) < _CODE_LIMIT else 0
