"""Telling X where to deliver, and asking whether it does.

Facts: https://docs.x.com/x-api/webhooks/quickstart and https://docs.x.com/x-api/activity/quickstart
"""

import base64
import re
from collections.abc import Generator, Mapping
from dataclasses import field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from chalicelib.core.errors import BadPayload
from chalicelib.core.values import dataclass
from chalicelib.platforms import x_api
from chalicelib.platforms.contract import Channel, Finding, HttpRequest, HttpResponse, Report, Step, Steps
from chalicelib.platforms.payload import Payload, read_json_or_empty

EVENTS = (
    "post.mention.create",
    "post.reply.create",
    "post.quote.create",
    "post.create",
    "dm.received",
    "dm.sent",
    "chat.received",
    "chat.sent",
)
"""What Hearback lives on: what customers say, and what the account itself says from wherever."""

_PAGES = 3
_CONNECT = "Run `./hearback channel connect` for this channel."
_REMEDIES = {
    401: "The keys and tokens are not those of the app, or not any more: make them anew under Keys and "
    "tokens, and write all of them into {secrets}.",
    402: "The credits are used up: buy some in the Developer Console.",
    403: "In the app's User authentication settings choose Read and write and Direct message, then make the "
    "Access Token anew.",
    429: "X asks for patience: try again in a quarter of an hour.",
}
_FAILURES = {
    "CrcValidationFailed": "X called the address and got no right answer: Hearback must run and be reachable "
    "there, and `consumer_secret` must be that of this app.",
    "UrlValidationFailed": "The address must begin with https:// and have no port.",
    "DuplicateUrlFailed": "X has this address already: try again in a minute.",
    "WebhookLimitExceeded": "The app has as many webhooks as it may: delete one in the Developer Console.",
}


def register(channel: Channel, url: str) -> Steps:
    """Make X deliver to `url`, and subscribe to what the account gets and says; may be repeated."""
    bearer, learned = channel.secret("bearer_token"), {}
    if not bearer:
        answer = yield Step(what="Ask X for the bearer token of the app", request=_ask_for_bearer(channel))
        bearer = _text(read_json_or_empty(answer.body), "access_token")
        if answer.status != 200 or not bearer:
            return Report(findings=(_fault("X gives a bearer token for the app", answer),))
        learned = {"bearer_token": bearer}
    findings = yield from _Talk(channel, url, bearer, mend=True).lead()
    if "bearer_token" not in channel.secrets:
        # Nobody would ever read it.
        return Report(findings=(*findings, _nameless(channel)))
    return Report(findings=findings, learned=learned)


def check(channel: Channel, url: str) -> Steps:
    """Ask X whether the tokens are good, the webhook is valid and everything is subscribed."""
    bearer = channel.secret("bearer_token")
    if "bearer_token" not in channel.secrets:
        return Report(findings=(_nameless(channel),))
    if not bearer:
        return Report(findings=(Finding(what="There is a bearer token", ok=False, remedy=_CONNECT),))
    findings = yield from _Talk(channel, url, bearer, mend=False).lead()
    return Report(findings=findings)


def _nameless(channel: Channel) -> Finding:
    """Say that the entry of the channel has no place for the token that connecting brings."""
    line = f"bearer_token: {re.sub('[^A-Z0-9]', '_', channel.id.upper())}_BEARER_TOKEN"
    remedy = f"Add the line `{line}` under `credentials` of this channel in channels.yaml. {_CONNECT}"
    return Finding(what="channels.yaml names a bearer token", ok=False, remedy=remedy)


def _ask_for_bearer(channel: Channel) -> HttpRequest:
    """Return the request for an app-only token, which does not run out.

    https://docs.x.com/fundamentals/authentication/oauth-2-0/application-only
    """
    pair = ":".join(quote(channel.secret(name), safe="") for name in ("consumer_key", "consumer_secret"))
    return HttpRequest(
        method="POST",
        url=x_api.address(channel, "oauth2/token"),
        headers={
            "authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
            "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
        },
        body=b"grant_type=client_credentials",
    )


_Conversation = Generator[Step, HttpResponse, HttpResponse]


@dataclass(slots=True)
class _Talk:
    """One conversation; with `mend` what is missing is made."""

    channel: Channel
    url: str
    bearer: str
    mend: bool
    findings: list[Finding] = field(default_factory=list)
    # X's own time in seconds since 1970: a signature needs one, and nobody here reads a clock.
    now: int = 0

    def lead(self) -> Generator[Step, HttpResponse, tuple[Finding, ...]]:
        listed = yield from self._by_app("List the webhooks of the app", "GET", "2/webhooks")
        if self._found("X accepts the bearer token of the app", listed) and (yield from self._account()):
            webhook = yield from self._webhook(listed)
            if webhook:
                yield from self._subscriptions(webhook)
        return tuple(self.findings)

    def _account(self) -> Generator[Step, HttpResponse, bool]:
        what = "The access token is that of the account"
        if not self.now:
            remedy = "X did not tell its time, without which nothing can be signed: try again."
            return self._note(what, ok=False, remedy=remedy)
        me = yield from self._by_user("Ask X whose the access token is", "GET", "2/users/me")
        if not _is_good(me):
            return self._found(what, me)
        found = _text(_data(me), "id")
        remedy = "`account` in channels.yaml must be the number of the account that made the Access Token."
        if not self._note(what, ok=found == self.channel.account, remedy=remedy):
            return False
        level = me.headers.get("x-access-level", "directmessages")
        what = "The access token may write posts and direct messages"
        return self._note(what, ok="directmessages" in level, remedy=_REMEDIES[403])

    def _webhook(self, listed: HttpResponse) -> Generator[Step, HttpResponse, str]:
        """Return the id of the webhook, empty where there is no valid one."""
        what = "X delivers to this address"
        webhook = next((one for one in _objects(listed) if one.data.get("url") == self.url), None)
        identifier = _text(webhook, "id") if webhook else ""
        if webhook and identifier and webhook.flag("valid"):
            self._note(what)
            return identifier
        if not self.mend:
            self._note(what, ok=False, remedy=_CONNECT)
            return ""
        if identifier:
            path = f"2/webhooks/{quote(identifier, safe='')}"
            made = yield from self._by_app("Have X try the address again", "PUT", path)
        else:
            body = {"url": self.url}
            made = yield from self._by_app("Tell X the address", "POST", "2/webhooks", body)
        if not self._found(what, made):
            return ""
        valid = self._note(
            "X has got the right answer",
            ok=_data(made).flag("valid"),
            remedy=_FAILURES["CrcValidationFailed"],
        )
        return (identifier or _text(_data(made), "id")) if valid else ""

    def _subscriptions(self, webhook: str) -> Generator[Step, HttpResponse, None]:
        listed = yield from self._listed()
        if listed is None:
            return
        for kind in EVENTS:
            there = listed.get(kind)
            if there and there[1] == webhook:
                self._note(f"X tells {kind}")
            elif not self.mend:
                self._note(f"X tells {kind}", ok=False, remedy=_CONNECT)
            else:
                made = yield from self._subscribe(kind, webhook, there[0] if there else "")
                self._found(f"X tells {kind}", made)

    def _listed(self) -> Generator[Step, HttpResponse, dict[str, tuple[str, str]] | None]:
        """Return the account's subscriptions by kind, each with its id and webhook; None after an error."""
        listed: dict[str, tuple[str, str]] = {}
        query = {"max_results": "1000"}
        for _ in range(_PAGES):
            page = yield from self._by_app(
                "List the subscriptions", "GET", "2/activity/subscriptions", None, **query
            )
            if not _is_good(page):
                self._found("X lists the subscriptions of the app", page)
                return None
            for one in _objects(page):
                subject = one.data.get("filter")
                if isinstance(subject, dict) and str(subject.get("user_id")) == self.channel.account:
                    listed[_text(one, "event_type")] = _text(one, "subscription_id"), _text(one, "webhook_id")
            meta = read_json_or_empty(page.body).data.get("meta")
            token = _text(Payload(meta, "meta"), "next_token") if isinstance(meta, dict) else ""
            if not token:
                break
            query["pagination_token"] = token
        return listed

    def _subscribe(self, kind: str, webhook: str, there: str) -> _Conversation:
        path = "2/activity/subscriptions"
        if there:
            # It delivers to an address from before.
            path = f"{path}/{quote(there, safe='')}"
            return (yield from self._by_user(f"Move {kind}", "PUT", path, {"webhook_id": webhook}))
        body = {
            "event_type": kind,
            "filter": {"user_id": self.channel.account},
            "tag": "hearback",
            "webhook_id": webhook,
        }
        return (yield from self._by_user(f"Subscribe to {kind}", "POST", path, body))

    def _by_app(
        self, what: str, method: str, path: str, body: Mapping[str, Any] | None = None, **query: str
    ) -> _Conversation:
        url = x_api.address(self.channel, path, **query)
        return (yield from self._asked(what, x_api.by_app(method, url, self.bearer, body)))

    def _by_user(
        self, what: str, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> _Conversation:
        url = x_api.address(self.channel, path)
        request = x_api.by_user(method, url, self.channel, at=self.now, about=what, body=body)
        return (yield from self._asked(what, request))

    def _asked(self, what: str, request: HttpRequest) -> _Conversation:
        answer = yield Step(what=what, request=request)
        self.now = _time(answer) or self.now
        return answer

    def _note(self, what: str, *, ok: bool = True, remedy: str = "") -> bool:
        self.findings.append(Finding(what=what, ok=ok, remedy="" if ok else remedy))
        return ok

    def _found(self, what: str, answer: HttpResponse) -> bool:
        good = _is_good(answer)
        self.findings.append(Finding(what=what) if good else _fault(what, answer))
        return good


def _is_good(answer: HttpResponse) -> bool:
    return 200 <= answer.status < 300


def _fault(what: str, answer: HttpResponse) -> Finding:
    said = answer.body.decode(errors="replace")
    named = next((remedy for name, remedy in _FAILURES.items() if name in said), "")
    remedy = named or _REMEDIES.get(answer.status, f"X answered {answer.status}: try again later.")
    return Finding(what=what, ok=False, remedy=remedy)


def _time(answer: HttpResponse) -> int:
    """Return when X answered, in seconds since 1970, 0 where it does not tell."""
    try:
        return max(int(parsedate_to_datetime(answer.headers["date"]).timestamp()), 0)
    except (KeyError, ValueError, OverflowError):
        return 0


def _objects(answer: HttpResponse) -> list[Payload]:
    data = read_json_or_empty(answer.body).data.get("data")
    return [Payload(one, "data") for one in data if isinstance(one, dict)] if isinstance(data, list) else []


def _data(answer: HttpResponse) -> Payload:
    data = read_json_or_empty(answer.body).data.get("data")
    return Payload(data, "data") if isinstance(data, dict) else x_api.NONE


def _text(payload: Payload, name: str) -> str:
    try:
        return payload.identifier(name, "")
    except BadPayload:
        return ""
