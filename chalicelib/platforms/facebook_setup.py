"""Connecting a page: the app delivers, the page delivers to the app, and the token may do what is needed.

Facts: https://developers.facebook.com/docs/pages-api/webhooks-for-pages and
https://developers.facebook.com/docs/graph-api/reference/debug_token
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeGuard

from chalicelib.core.errors import BadPayload
from chalicelib.platforms import meta_graph
from chalicelib.platforms.contract import Channel, Finding, HttpResponse, Report, Step, Steps
from chalicelib.platforms.payload import Payload, read_json

FIELDS = (
    "feed",
    "mention",
    "ratings",
    "messages",
    "message_echoes",
    "message_edits",
    "messaging_postbacks",
    "messaging_handovers",
    "standby",
    "message_reads",
)
BY_HAND = (
    "App > App Mode: switch the app to Live. Before, only people with a role on it are heard.",
    (
        "App > App Review: for your own page none is needed. For other people's pages, and for answers after "
        "24 hours (Human Agent), ask Meta for Advanced Access."
    ),
    (
        "Page > Settings > Advanced messaging > Response method: choose the one in which people and "
        "automation share the work (hybrid). Purely automated pages must answer within 30 seconds."
    ),
    (
        "Page > Settings > Advanced messaging > Conversation routing: make your app the default app and let "
        "it take control."
    ),
    (
        "Meta Business Suite > Inbox > Automations: turn off instant replies, away messages, comment "
        "automations and the Business Agent. Meta does not tell them from your people."
    ),
    (
        "App > Settings > Basic > User data deletion: enter the page on which you tell people how to have "
        "their data deleted."
    ),
    "If you ever set the webhook by hand, its address is {url}.",
)
_PERMISSIONS = (("pages_messaging",), ("pages_manage_metadata",), ("pages_read_engagement",))
# Meta's page on comments calls the second one by the other name.
_PUBLIC_PERMISSIONS = (
    ("pages_manage_engagement",),
    ("pages_read_user_content", "pages_read_user_engagement"),
)
_PUBLIC_FIELDS = frozenset({"feed", "mention", "ratings"})
_RENEW = "Make a new page token as the guide tells, and put it where page_token points."


def register(channel: Channel, url: str) -> Steps:
    """Let the app deliver to `url`, and the page to the app; either alone looks well and delivers nothing.

    https://github.com/brightbeanxyz/brightbean-studio/pull/139
    """
    fields = _fields(channel)
    app = yield from meta_graph.app_subscription(channel, url, "page", fields)
    page = yield from meta_graph.subscribe(channel, _path(channel), fields)
    return Report(findings=(*app, *page))


def check(channel: Channel, url: str) -> Steps:
    """Ask whether the app delivers to `url`, the page to the app, and what the token is good for."""
    fields = _fields(channel)
    app = yield from meta_graph.check_app_subscription(channel, url, "page", fields)
    page = yield from meta_graph.check_subscribed(channel, _path(channel), fields)
    public = _PUBLIC_PERMISSIONS if _PUBLIC_FIELDS.intersection(fields) else ()
    token = yield from check_token(channel, (*_PERMISSIONS, *public))
    return Report(findings=(*app, *page, *token))


def check_token(channel: Channel, permissions: Sequence[Sequence[str]]) -> meta_graph.Findings:
    """Ask what the page token is good for; of each group of permissions one is enough."""
    if meta_graph.without_app(channel):
        # The app itself must ask, and that it cannot is told already.
        return ()
    query = {"input_token": channel.secret("page_token")}
    app = meta_graph.app_token(channel)
    asked = meta_graph.request("GET", "debug_token", channel, query=query, token=app)
    response = yield Step(what="asking what the page token is good for", request=asked)
    token = _token(response)
    if token is None:
        return (meta_graph.refused("Meta does not tell what the page token is good for", response),)
    if not token.flag("is_valid"):
        return (Finding(what="the page token has ended", ok=False, remedy=_RENEW),)
    return (_of_page(token, channel), _lasting(token), _permitted(token, permissions))


def _fields(channel: Channel) -> tuple[str, ...]:
    return tuple(field for field in FIELDS if field not in channel.listed("without"))


def _path(channel: Channel) -> str:
    return f"{channel.account}/subscribed_apps"


def _token(response: HttpResponse) -> Payload | None:
    try:
        return read_json(response.body).object("data") if response.status == 200 else None
    except BadPayload:
        return None


def _of_page(token: Payload, channel: Channel) -> Finding:
    if str(token.data.get("profile_id", "")) == channel.account:
        return Finding(what="the page token is that of the page")
    remedy = f"{_RENEW} It must come from the list of your pages, of the page that is the account."
    return Finding(what="the page token is not that of the page", ok=False, remedy=remedy)


def _lasting(token: Payload) -> Finding:
    ends = token.data.get("expires_at")
    # Zero stands for never.
    if not ends:
        return Finding(what="the page token does not run out")
    remedy = f"{_RENEW} Exchange the user token for a long one first; the page token made from it stays."
    when = f"on {datetime.fromtimestamp(ends, UTC):%Y-%m-%d}" if _is_time(ends) else "within weeks"
    return Finding(what=f"the page token runs out {when}", ok=False, remedy=remedy)


def _is_time(ends: object) -> TypeGuard[int]:
    # A year beyond 9999 cannot be written.
    return isinstance(ends, int) and 0 < ends < datetime.max.replace(tzinfo=UTC).timestamp()


def _permitted(token: Payload, permissions: Sequence[Sequence[str]]) -> Finding:
    scopes = token.data.get("scopes")
    granted = {one for one in scopes if isinstance(one, str)} if isinstance(scopes, list) else set()
    missing = [group[0] for group in permissions if not granted.intersection(group)]
    if not missing:
        return Finding(what="the page token has all permissions")
    remedy = f"{_RENEW} Grant what is missing."
    return Finding(what=f"the page token lacks {', '.join(missing)}", ok=False, remedy=remedy)
