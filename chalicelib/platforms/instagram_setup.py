"""How an Instagram account is reached, connected and checked, by either of its two logins.

Facts: https://developers.facebook.com/docs/instagram-platform/webhooks and
https://developers.facebook.com/docs/instagram-platform/reference/refresh_access_token
"""

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import Outcome
from chalicelib.platforms import meta_graph
from chalicelib.platforms.contract import Channel, Finding, HttpRequest, HttpResponse, Report, Step, Steps
from chalicelib.platforms.payload import Payload, read_answer

INSTAGRAM_GRAPH = "https://graph.instagram.com"
FIELDS = (
    "comments",
    "live_comments",
    "mentions",
    "messages",
    "messaging_handover",
    "messaging_postbacks",
    "standby",
)
ACCOUNT_FIELDS = (*FIELDS, "message_echoes")
"""What an account of Instagram's own login delivers; through a page, echoes come with the messages."""

_NEW_TOKEN = "Make a new token with all permissions of the guide, and put it into {secrets}."  # noqa: S105 - a remedy
_CONNECTED_TOOLS = (
    "In the Instagram app open Settings > Messages and story replies > Message controls > Connected tools, "
    "and allow access to messages."
)
_CONFIGURE_WEBHOOKS = (
    "With `login: instagram` and without `meta_app_id`: in the App Dashboard open Instagram > API setup with "
    "Instagram login > Configure webhooks, enter {url} and the verify token, and subscribe to comments, "
    "live_comments, mentions, messages, message_echoes, messaging_handover, messaging_postbacks and standby."
)
BY_HAND = (
    "In the App Dashboard switch the app to Live: before, Instagram delivers nothing.",
    "For comments and mentions apply for Advanced Access (App Review) to the permissions that manage them.",
    _CONNECTED_TOOLS,
    _CONFIGURE_WEBHOOKS,
    "Where the dashboard offers the field message_edit, subscribe to it as well.",
    "In Meta Business Suite turn off instant replies, away messages and the Business Agent.",
)

_OTHERWISE = (
    "Look into the App Dashboard under Instagram > API setup with Instagram login > Configure webhooks: it "
    "must show this address. Or set meta_app_id and meta_app_secret to have it looked at."
)
_NO_LOGIN = Finding(
    what="the option `login` is not known",
    ok=False,
    remedy="Write `login: page` or `login: instagram` under options.",
)
_SUBSCRIBED = "me/subscribed_apps"

Renewal = Generator[Step, HttpResponse, tuple[dict[str, str], tuple[Finding, ...]]]
"""A conversation that gives credentials by their names, and findings."""


def by_instagram(channel: Channel) -> bool:
    """Return whether a channel uses Instagram's own login."""
    return bool(channel.options.get("login") == "instagram")


def known_login(channel: Channel) -> bool:
    """Return whether the login is one of the two there are."""
    return channel.options.get("login", "page") in ("page", "instagram")


def ask(method: str, path: str, channel: Channel, query: Mapping[str, str], body: Any = None) -> HttpRequest:
    """Return a request of the account; `me` is the page of the token, or the account itself."""
    base = INSTAGRAM_GRAPH if by_instagram(channel) else meta_graph.GRAPH
    token = channel.secret("access_token")
    return meta_graph.request(method, path, channel, query=query, body=body, base=base, token=token)


def register(channel: Channel, url: str) -> Steps:
    """Renew the token, tell the app where to deliver, and let it hear of the account."""
    if not known_login(channel):
        return Report(findings=(_NO_LOGIN,))
    learned, findings = yield from _renewed(channel)
    channel = replace(channel, secrets={**channel.secrets, **{k: (v,) for k, v in learned.items()}})
    findings += yield from _account(channel)
    app = _app(channel)
    if app:
        findings += yield from meta_graph.app_subscription(app, url, "instagram", FIELDS)
    findings += yield from _subscribed(channel)
    findings += yield from _inbox(channel)
    return Report(findings=findings, learned=learned)


def check(channel: Channel, url: str) -> Steps:
    """Ask whose the token is, and whether all three layers are there: app, account, access to messages."""
    if not known_login(channel):
        return Report(findings=(_NO_LOGIN,))
    findings = yield from _account(channel)
    app = _app(channel)
    if app:
        findings += yield from meta_graph.check_app_subscription(app, url, "instagram", FIELDS)
    else:
        what = f"it was not looked whether the app delivers to {url}"
        findings += (Finding(what=what, ok=False, remedy=_OTHERWISE),)
    findings += yield from _check_subscribed(channel)
    findings += yield from _inbox(channel)
    return Report(findings=findings)


def _app(channel: Channel) -> Channel | None:
    """Return the channel as the Meta app sees it, which alone can be told where to deliver.

    An Instagram app has an id and a secret of its own; those of the Meta app around it are optional.
    """
    if not by_instagram(channel):
        return channel
    app_id, secrets = channel.options.get("meta_app_id"), channel.secrets.get("meta_app_secret", ())
    if not app_id or not any(secrets):
        return None
    return replace(channel, options={"app_id": app_id}, secrets={**channel.secrets, "app_secret": secrets})


def _renewed(channel: Channel) -> Renewal:
    """Renew the token of Instagram's own login, which lasts 60 days; a page's does not run out."""
    if not by_instagram(channel):
        return {}, ()
    query = {"grant_type": "ig_refresh_token", "access_token": channel.secret("access_token")}
    url = f"{(channel.api_base or INSTAGRAM_GRAPH).rstrip('/')}/refresh_access_token?{urlencode(query)}"
    response = yield Step(what="renewing the token", request=HttpRequest(method="GET", url=url))
    body = _object(response)
    try:
        return {"access_token": body.text("access_token")}, (Finding(what="the token is renewed"),)
    except BadPayload:
        pass
    if meta_graph.read_error(response).outcome is Outcome.CHANNEL_PAUSED:
        return {}, (Finding(what="the token is not valid any more", ok=False, remedy=_NEW_TOKEN),)
    return {}, (Finding(what="the token was not renewed, which it can only be once it is a day old"),)


def _account(channel: Channel) -> meta_graph.Findings:
    """Ask whose the token is: the account of this channel must be, or hang on, what it belongs to."""
    fields = "user_id,username" if by_instagram(channel) else "instagram_business_account{id,username}"
    response = yield Step(
        what="asking whose the token is", request=ask("GET", "me", channel, {"fields": fields})
    )
    body = _object(response)
    try:
        account = body if by_instagram(channel) else body.object("instagram_business_account")
        account_id = account.identifier("user_id" if by_instagram(channel) else "id")
        name = account.text("username", "")
    except BadPayload:
        return (meta_graph.refused("no Instagram account is told for the token", response),)
    return _same_account(account_id, channel), _same_name(name, channel)


def _same_account(account_id: str, channel: Channel) -> Finding:
    if account_id == channel.account:
        return Finding(what="the token belongs to the account")
    remedy = (
        f'Write `account: "{account_id[:30]}"` into channels.yaml, or make a token for the right account.'
    )
    return Finding(what="the token belongs to another account", ok=False, remedy=remedy)


def _same_name(name: str, channel: Channel) -> Finding:
    told = str(channel.options.get("username", "")).removeprefix("@").casefold()
    if name and told == name.casefold():
        return Finding(what="our own comments are known by the account's name")
    remedy = f"Write `username: {name[:40] or 'NAME'}` under options."
    return Finding(what="the account's name is not that of `username`", ok=False, remedy=remedy)


def _subscribed(channel: Channel) -> meta_graph.Findings:
    """Let the app hear of the account; a page that delivers already is left alone.

    Which fields a page delivers does not matter, but a second list would replace the one it has:
    https://developers.facebook.com/docs/graph-api/webhooks/getting-started/webhooks-for-instagram
    """
    token = channel.secret("access_token")
    if by_instagram(channel):
        return (
            yield from meta_graph.subscribe(channel, _SUBSCRIBED, ACCOUNT_FIELDS, token, base=INSTAGRAM_GRAPH)
        )
    found = yield from _check_subscribed(channel)
    if all(one.ok for one in found):
        return found
    return (yield from meta_graph.subscribe(channel, _SUBSCRIBED, ("messages",), token))


def _check_subscribed(channel: Channel) -> meta_graph.Findings:
    token = channel.secret("access_token")
    if not by_instagram(channel):
        return (yield from meta_graph.check_subscribed(channel, _SUBSCRIBED, (), token))
    # By which of its two ids an Instagram app is listed is not documented; the token is of this app.
    anonymous = replace(channel, options={"login": "instagram"})
    return (
        yield from meta_graph.check_subscribed(
            anonymous, _SUBSCRIBED, ACCOUNT_FIELDS, token, base=INSTAGRAM_GRAPH
        )
    )


def _inbox(channel: Channel) -> meta_graph.Findings:
    """Ask for a conversation: the account must allow access, and a creator's is heard of only afterwards."""
    query = {"platform": "instagram", "limit": "1"}
    request = ask("GET", "me/conversations", channel, query)
    response = yield Step(what="asking whether messages may be read", request=request)
    if "data" in _object(response):
        return (Finding(what="messages may be read"),)
    fault = meta_graph.refused("messages may not be read", response)
    return (replace(fault, remedy=f"{_CONNECTED_TOOLS} {fault.remedy}"),)


def _object(response: HttpResponse) -> Payload:
    """Return the object of a good answer, an empty one where it is none."""
    return read_answer(response) or Payload({}, "answer")
