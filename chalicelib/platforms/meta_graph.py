"""What Meta's platforms share: the handshake, the signature, Graph requests, their errors, subscriptions.

Facts: https://developers.facebook.com/docs/graph-api/webhooks/getting-started and
https://developers.facebook.com/docs/graph-api/guides/error-handling
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import Outcome
from chalicelib.core.message import Lane
from chalicelib.platforms import signatures
from chalicelib.platforms.contract import (
    Channel,
    Finding,
    HttpRequest,
    HttpResponse,
    Outgoing,
    SendResult,
    Step,
)
from chalicelib.platforms.payload import Payload, json_request, read_json, read_json_or_empty, wait_seconds

GRAPH = "https://graph.facebook.com"
VERSION = "v26.0"
METADATA = "hearback:"
"""How our own string begins that comes back with the echo of a message."""

AUTOMATIC = timedelta(hours=24)
"""How long after the customer's last private message anything but a person's words may go out (R25)."""


Findings = Generator[Step, HttpResponse, tuple[Finding, ...]]
"""A part of a registration or of a check."""

Errors = Mapping[tuple[int, int], Outcome]
"""What a code and a subcode ask for; `ANY` in place of either stands for all."""

ANY = 0


def asking(outcome: Outcome, *codes: int) -> Errors:
    """Return codes that ask for the same, whatever their subcode is."""
    return {(code, ANY): outcome for code in codes}


ERRORS: Errors = {
    **asking(Outcome.CHANNEL_PAUSED, 3, 10, 102, 190, 368, *range(200, 300)),
    **asking(Outcome.RETRY, 1, 2, 4, 17, 32, 341, 613, 1200, 80001, 80002, 80006),
    (ANY, 1893063): Outcome.CHANNEL_PAUSED,
    (ANY, 2534029): Outcome.CHANNEL_PAUSED,
    (ANY, 2534122): Outcome.CHANNEL_PAUSED,
    (10, 2018065): Outcome.WINDOW_CLOSED,
    (10, 2018278): Outcome.WINDOW_CLOSED,
    (10, 2534022): Outcome.WINDOW_CLOSED,
    # Another app has the thread.
    (10, 2018300): Outcome.REFUSED,
    # The customer has blocked the page or left.
    (10, 2018108): Outcome.REFUSED,
    (200, 1545041): Outcome.REFUSED,
    # Not everything can be commented on: https://developers.facebook.com/documentation/pages-api/error-codes
    **{(200, subcode): Outcome.REFUSED for subcode in range(2069030, 2069034)},
    # The comment may stand there all the same: https://github.com/brightbeanxyz/brightbean-studio/pull/140
    (20, 1772107): Outcome.AMBIGUOUS,
}
"""https://developers.facebook.com/docs/messenger-platform/error-codes; whatever is not here is refused."""

# A message may be asked for until its last lease ends, and `claimed_at` is when it is asked for.
_RECONCILED_WITHIN = timedelta(minutes=15)
_CODE_LIMIT = 10**9
_VERIFICATION_FAILED = 2200


def human_agent(outgoing: Outgoing) -> dict[str, str]:
    """Return the tag of words that a person wrote past the 24 hours in which none is needed (R25).

    https://developers.facebook.com/docs/messenger-platform/send-messages/message-tags
    """
    last = outgoing.last_customer_at
    late = last is not None and outgoing.claimed_at - last >= AUTOMATIC
    tagged = outgoing.human and late and outgoing.lane is Lane.MESSAGE
    return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"} if tagged else {}


def read_back(
    response: HttpResponse, outgoing: Outgoing, is_ours: Callable[[Payload, Outgoing], bool]
) -> SendResult:
    """Return sent when our words stand there, else uncertain: a missing ack is better than two.

    Only where all comments could be seen and ours is not among them, it may be written again.
    """
    if response.status != 200:
        refusal = read_error(response)
        later = refusal.outcome is Outcome.RETRY
        return SendResult(outcome=Outcome.AMBIGUOUS if later else Outcome.UNCERTAIN, reason=refusal.reason)
    try:
        body = read_json(response.body)
        ours = next((one.identifier("id") for one in _written(body) if is_ours(one, outgoing)), "")
        complete = "data" in body and "next" not in body.optional("paging")
    except BadPayload:
        return SendResult(outcome=Outcome.UNCERTAIN, reason="unreadable")
    if ours:
        return SendResult(outcome=Outcome.SENT, message_id=ours)
    missing = complete and outgoing.lane is Lane.PUBLIC_REPLY
    return SendResult(outcome=Outcome.RETRY if missing else Outcome.UNCERTAIN, reason="not_found")


def says(written: Payload, outgoing: Outgoing) -> bool:
    """Return whether a comment or a message has our words."""
    words = written.text("message", "") or written.text("text", "")
    return words.split() == outgoing.text.split()


def lately(at: datetime, outgoing: Outgoing) -> bool:
    """Return whether what was written then may be what we have sent."""
    return at >= outgoing.claimed_at - _RECONCILED_WITHIN


def _written(body: Payload) -> Iterator[Payload]:
    """Yield comments, or the messages of conversations."""
    for one in body.objects("data"):
        yield from one.object("messages").objects("data") if "messages" in one else [one]


def request(
    method: str,
    path: str,
    channel: Channel,
    *,
    query: Mapping[str, str],
    body: Any = None,
    base: str = GRAPH,
    token: str = "",
) -> HttpRequest:
    """Return a Graph request that carries a token in a header and proves the app secret.

    It is the page token and Facebook's host unless told otherwise; `api_base` of the channel outweighs
    both hosts. https://developers.facebook.com/docs/graph-api/guides/secure-requests
    """
    token = token or channel.secret("page_token")
    proven = dict(query)
    if app_secret := channel.secret("app_secret"):
        proven["appsecret_proof"] = signatures.hmac_hex(app_secret, token.encode())
    url = f"{(channel.api_base or base).rstrip('/')}/{VERSION}/{path}"
    url = f"{url}?{urlencode(proven)}" if proven else url
    return json_request(method, url, f"Bearer {token}", body)


def read_error(response: HttpResponse, errors: Errors = ERRORS) -> SendResult:
    """Return what a Graph error asks for: retry, pause the channel, another lane, or give up."""
    after = _wait(response)
    if response.status >= 500:
        return SendResult(outcome=Outcome.RETRY, reason=f"http_{response.status}", retry_after=after)
    code, subcode = _codes(response)
    reason = f"{code}/{subcode}" if subcode else str(code or f"http_{response.status}")
    outcome = _outcome(response.status, code, subcode, errors)
    return SendResult(outcome=outcome, reason=reason, retry_after=after if outcome is Outcome.RETRY else None)


def app_token(channel: Channel) -> str:
    """Return the token that speaks for the app itself.

    https://developers.facebook.com/docs/facebook-login/guides/access-tokens#apptokens
    """
    return f"{channel.options.get('app_id', '')}|{channel.secret('app_secret')}"


def app_subscription(channel: Channel, url: str, object_name: str, fields: Sequence[str]) -> Findings:
    """Tell Meta to deliver what happens to all objects of a kind to `url` (the first of three layers).

    https://developers.facebook.com/docs/graph-api/reference/app/subscriptions
    """
    if missing := without_app(channel):
        return missing
    body = {
        "object": object_name,
        "callback_url": url,
        "verify_token": channel.secret("verify_token"),
        "fields": ",".join(fields),
        "include_values": True,
    }
    what = f"telling Meta's app where to deliver ({object_name})"
    response = yield Step(what=what, request=_of_app("POST", channel, body))
    if _succeeded(response):
        return (Finding(what=f"Meta delivers {object_name} to {url}"),)
    return (refused("Meta did not take the address", response),)


def check_app_subscription(channel: Channel, url: str, object_name: str, fields: Sequence[str]) -> Findings:
    """Ask whether Meta delivers what happens to objects of a kind to `url`, with all the fields."""
    if missing := without_app(channel):
        return missing
    what = f"asking where Meta's app delivers ({object_name})"
    response = yield Step(what=what, request=_of_app("GET", channel))
    subscriptions = _listed(response)
    if subscriptions is None:
        return (refused("Meta does not tell where it delivers", response),)
    for one in subscriptions:
        if one.data.get("object") == object_name and one.data.get("active") is not False:
            has = _has_fields(f"the app's {object_name} webhook", one, fields, channel)
            return (_delivers_to(one, url, channel), has)
    return (
        Finding(what=f"Meta's app delivers no {object_name} webhooks", ok=False, remedy=_connect(channel)),
    )


def subscribe(
    channel: Channel,
    path: str,
    fields: Sequence[str],
    token: str = "",
    *,
    base: str = GRAPH,
    body: Mapping[str, Any] | None = None,
) -> Findings:
    """Let the app hear of one account (the second of three layers); `path` ends in /subscribed_apps.

    https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps
    """
    wanted = {**({"subscribed_fields": ",".join(fields)} if fields else {}), **(body or {})}
    sent = request("POST", path, channel, query={}, body=wanted, base=base, token=token)
    response = yield Step(what="letting the app hear of the account", request=sent)
    if _succeeded(response):
        return (Finding(what="the account delivers to the app"),)
    return (refused("the account does not deliver to the app", response),)


def check_subscribed(
    channel: Channel, path: str, fields: Sequence[str], token: str = "", *, base: str = GRAPH
) -> Findings:
    """Ask whether the app hears of one account, with all the fields."""
    sent = request("GET", path, channel, query={}, base=base, token=token)
    response = yield Step(what="asking whether the app hears of the account", request=sent)
    apps = _listed(response)
    if apps is None:
        return (refused("Meta does not tell whether the account delivers to the app", response),)
    for app in apps:
        if _is_our_app(app, channel):
            return (_has_fields("the account", app, fields, channel),)
    return (Finding(what="the account does not deliver to the app", ok=False, remedy=_connect(channel)),)


def _connect(channel: Channel) -> str:
    return f"Run `./hearback channel connect {channel.id}`."


def without_app(channel: Channel) -> tuple[Finding, ...]:
    """Return what is missing to speak for the app, nothing where nothing is."""
    named = {"options.app_id": channel.options.get("app_id"), "app_secret": channel.secret("app_secret")}
    missing = [name for name, value in named.items() if not value]
    places = {"options.app_id": "channels.yaml", "app_secret": "{secrets}"}
    remedy = "Copy it from App settings > Basic of your Meta app into"
    return tuple(
        Finding(what=f"{name} is not set", ok=False, remedy=f"{remedy} {places[name]}.") for name in missing
    )


def _of_app(method: str, channel: Channel, body: Any = None) -> HttpRequest:
    path = f"{channel.options['app_id']}/subscriptions"
    return request(method, path, channel, query={}, body=body, token=app_token(channel))


def _succeeded(response: HttpResponse) -> bool:
    # Meta's own example has it as a text.
    return response.status == 200 and read_json_or_empty(response.body).data.get("success") in (True, "true")


def _listed(response: HttpResponse) -> list[Payload] | None:
    """Return the objects of a list, None where the answer is none."""
    try:
        body = read_json(response.body)
        return list(body.objects("data")) if response.status == 200 and "data" in body else None
    except BadPayload:
        return None


def _delivers_to(subscription: Payload, url: str, channel: Channel) -> Finding:
    there = subscription.data.get("callback_url")
    if there == url:
        return Finding(what=f"Meta delivers to {url}")
    if isinstance(there, str) and there.split("/")[:3] == url.split("/")[:3]:
        # One app has one address; what comes there is sorted by account.
        what = f"Meta delivers to another address on the same host than {url}"
        fine = "This is fine only if it is the address of a channel of the same app and platform."
        return Finding(what=what, ok=False, remedy=f"{fine} Otherwise: {_connect(channel)}")
    remedy = f"{_connect(channel)} If another program uses the same app, give Hearback an app of its own."
    return Finding(what=f"Meta delivers to another address than {url}", ok=False, remedy=remedy)


def _has_fields(whose: str, subscription: Payload, wanted: Sequence[str], channel: Channel) -> Finding:
    if not wanted:
        return Finding(what=f"{whose} delivers to the app")
    missing = [name for name in wanted if name not in set(_fields(subscription))]
    if not missing:
        return Finding(what=f"{whose} tells of everything that is needed")
    return Finding(what=f"{whose} does not tell of: {', '.join(missing)}", ok=False, remedy=_connect(channel))


def _fields(subscription: Payload) -> Iterator[str]:
    """Yield the names of fields, which stand alone or each in an object with its version."""
    for name in ("fields", "subscribed_fields"):
        value = subscription.data.get(name)
        for field in value if isinstance(value, list) else ():
            named = field.get("name") if isinstance(field, dict) else field
            if isinstance(named, str):
                yield named


def _is_our_app(app: Payload, channel: Channel) -> bool:
    ours = str(channel.options.get("app_id", ""))
    nested = app.data.get("whatsapp_business_api_data")
    named = (nested if isinstance(nested, dict) else app.data).get("id")
    return not ours or named is None or str(named) == ours


def refused(what: str, response: HttpResponse) -> Finding:
    """Return what an answer that is none asks the owner for."""
    refusal = read_error(response) if response.status != 200 else None
    reason = refusal.reason if refusal else "unreadable"
    if refusal and reason.startswith(str(_VERIFICATION_FAILED)):
        remedy = "Start Hearback where the internet reaches it, with a certificate that browsers accept."
    elif refusal and refusal.outcome is Outcome.CHANNEL_PAUSED:
        remedy = "Make a new token with all permissions of the guide, and compare app id and App Secret."
    elif refusal and refusal.outcome is Outcome.RETRY:
        remedy = "Meta is busy: try again in a few minutes."
    else:
        remedy = "Compare app id, account and App Secret with your Meta app, and try again."
    return Finding(what=f"{what} ({reason})", ok=False, remedy=remedy)


def _wait(response: HttpResponse) -> float | None:
    """Return how long Meta asks us to wait, in seconds.

    https://developers.facebook.com/docs/graph-api/overview/rate-limiting#headers
    """
    asked = wait_seconds(response.headers.get("retry-after"))
    return asked if asked is not None else _regained_after(response)


def _regained_after(response: HttpResponse) -> float | None:
    try:
        usage = read_json(response.headers.get("x-business-use-case-usage", "").encode(errors="replace"))
        parts = [part for name in usage.data for part in usage.objects(name)]
    except BadPayload:
        return None
    minutes = [wait_seconds(part.data.get("estimated_time_to_regain_access")) or 0 for part in parts]
    return wait_seconds(max(minutes, default=0) * 60) or None


def _codes(response: HttpResponse) -> tuple[int, int]:
    try:
        error = read_json(response.body).object("error")
    except BadPayload:
        return 0, 0
    return _number(error, "code"), _number(error, "error_subcode")


def _outcome(status: int, code: int, subcode: int, errors: Errors) -> Outcome:
    for known in ((code, subcode), (ANY, subcode), (code, ANY)):
        if known != (ANY, ANY) and known in errors:
            return errors[known]
    if status == 429:
        return Outcome.RETRY
    return Outcome.CHANNEL_PAUSED if status == 401 and not code else Outcome.REFUSED


def _number(error: Payload, name: str) -> int:
    value = error.data.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return value if abs(value) < _CODE_LIMIT else 0
