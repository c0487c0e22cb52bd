"""Connecting a Business Profile account to its Pub/Sub topic, and looking whether all of it is right.

Facts: https://developers.google.com/my-business/content/notification-setup and
https://developers.google.com/my-business/reference/notifications/rest/v1/NotificationSetting
"""

import re
from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.core.errors import BadPayload, GrantRefused
from chalicelib.platforms import google_reviews_api as api
from chalicelib.platforms.contract import Channel, Finding, HttpRequest, HttpResponse, Report, Step, Steps
from chalicelib.platforms.payload import Payload, read_json

TYPES = ("NEW_REVIEW", "UPDATED_REVIEW")
TOPIC = re.compile(r"projects/[A-Za-z0-9.:-]+/topics/[A-Za-z][A-Za-z0-9._~+%-]+")

_PAGES = 10
_NAMED = 20
_SIGN_IN_AGAIN = "Make a new refresh token as the guide says, as an owner or manager of the profile."
_GRANT = (
    "Look whether the topic is there and mybusiness-api-pubsub@system.gserviceaccount.com may publish to it."
)
_REMEDIES = {
    "unauthenticated": _SIGN_IN_AGAIN,
    "permission_denied": (
        "Enable the API in your Google Cloud project, and sign in as an owner or manager of the profile."
    ),
    api.NO_ACCESS: "Google has not granted your project access yet: ask for it with the form of the guide.",
    "invalid_argument": _GRANT,
    "failed_precondition": _GRANT,
    "not_found": "Correct `account` in channels.yaml.",
}

_Findings = Generator[Step, HttpResponse, tuple[Finding, ...]]


class _Unanswered(Exception):
    """Google did not answer a question; `finding` tells the owner why."""

    def __init__(self, what: str, reason: str = "") -> None:
        remedy = _REMEDIES.get(reason, "Try again later; if it stays so, look at your Google Cloud project.")
        told = f" ({reason})" if reason else ""
        self.finding = Finding(what=f"{what}: Google does not tell{told}", ok=False, remedy=remedy)
        super().__init__(self.finding.what)


def conversation(channel: Channel, url: str, *, connect: bool) -> Steps:
    """Lead a registration, or with `connect` false a check, which changes nothing."""
    if missing := _missing(channel):
        return Report(findings=missing)
    try:
        live = yield from _with_token(channel)
    except (BadPayload, GrantRefused):
        refused = Finding(what="Google does not take the refresh token", ok=False, remedy=_SIGN_IN_AGAIN)
        return Report(findings=(refused,))
    findings = yield from _told(_account(live))
    if all(one.ok for one in findings):
        findings += yield from _told(_locations(live))
        findings += yield from _told(_setting(live, connect=connect))
    return Report(findings=(*findings, _believed(channel, url)))


def _told(part: _Findings) -> _Findings:
    """Return what one part of a conversation finds, also where Google's answers tell nothing."""
    try:
        return (yield from part)
    except _Unanswered as error:
        return (error.finding,)
    except BadPayload:
        return (_Unanswered("asking Google").finding,)


def _missing(channel: Channel) -> tuple[Finding, ...]:
    named = ("client_id", "audience", "service_account", "topic")
    known = {name: str(channel.options.get(name, "")) for name in named}
    known |= {name: channel.secret(name) for name in ("client_secret", "refresh_token")}
    found = [_unset(name) for name, value in known.items() if not value]
    if known["topic"] and not TOPIC.fullmatch(known["topic"]):
        remedy = "Write it as Google Cloud shows it: projects/PROJECT/topics/TOPIC."
        found.append(Finding(what="`topic` is not the name of a Pub/Sub topic", ok=False, remedy=remedy))
    return tuple(found)


def _unset(name: str) -> Finding:
    return Finding(what=f"`{name}` is not set", ok=False, remedy="Set it as the guide of this platform says.")


def _believed(channel: Channel, url: str) -> Finding:
    options = channel.options
    who, audience = options.get("service_account"), options.get("audience")
    return Finding(what=f"pushes to {url} are believed if {who} sends them for the audience {audience}")


def _with_token(channel: Channel) -> Generator[Step, HttpResponse, Channel]:
    """Return the channel with an access token; whoever leads the conversation may have got one already."""
    if channel.secret("access_token"):
        return channel
    response = yield Step(what="asking Google for access", request=api.renew(channel))
    tokens, _ = api.read_renewal(response)
    live = {name: (value,) for name, value in tokens.items()}
    return replace(channel, secrets={**channel.secrets, **live})


def _account(channel: Channel) -> _Findings:
    """Ask for the accounts the token may see: whoever does not know the number of theirs finds it here.

    https://developers.google.com/my-business/reference/accountmanagement/rest/v1/accounts/list
    """
    query = {"pageSize": "20"}
    what = "asking which accounts the token may see"
    seen = yield from _listed(channel, what, api.ACCOUNTS, "/v1/accounts", query, "accounts")
    names = {one.text("name", ""): one.text("accountName", "") for one in seen}
    account = _account_of(channel)
    if account in names:
        return (Finding(what=f"the token sees {account}"),)
    others = "; ".join(f"{name} is {title}" for name, title in [*names.items()][:_NAMED])
    remedy = f"Correct `account` in channels.yaml. {others or 'The token sees no account at all'}."
    return (Finding(what=f"the token does not see the account `{account}`", ok=False, remedy=remedy),)


def _locations(channel: Channel) -> _Findings:
    """Ask for the locations: Google takes replies only where a location is verified.

    https://developers.google.com/my-business/reference/businessinformation/rest/v1/accounts.locations/list
    """
    path = f"/v1/{_account_of(channel)}/locations"
    query = {"readMask": "name,title,metadata", "pageSize": "100"}
    what = "asking which locations the account has"
    seen = yield from _listed(channel, what, api.LOCATIONS, path, query, "locations")
    _, _, only = channel.account.partition("/locations/")
    ours = [one for one in seen if not only or one.text("name", "") == f"locations/{only}"]
    if not ours:
        remedy = "Correct `account` in channels.yaml, or take the location into this account at Google."
        return (Finding(what="the account has no such location", ok=False, remedy=remedy),)
    unverified = [one for one in ours if not one.optional("metadata").flag("hasVoiceOfMerchant")]
    return (Finding(what=f"locations: {len(ours)}"), *map(_unverified, unverified[:_NAMED]))


def _unverified(location: Payload) -> Finding:
    which = f"{location.text('name', '')} {location.text('title', '')}".strip()
    what = f"Google does not show the owner's words on {which}"
    return Finding(what=what, ok=False, remedy="Verify the location in its Business Profile.")


def _setting(channel: Channel, *, connect: bool) -> _Findings:
    """Ask where Google publishes, and let it publish to our topic unless another tool's stands there."""
    what = "asking where Google publishes notifications"
    setting = yield from _asked(what, _setting_request("GET", channel))
    topic = str(channel.options.get("topic", ""))
    free = setting.text("pubsubTopic", "") in ("", topic)
    if connect and free and not _right(setting, topic):
        body = {
            "name": f"{_account_of(channel)}/notificationSetting",
            "pubsubTopic": topic,
            "notificationTypes": sorted({*_types(setting), *TYPES}),
        }
        what = "telling Google to publish reviews to the topic"
        setting = yield from _asked(what, _setting_request("PATCH", channel, body))
    return _published(setting, topic)


def _setting_request(method: str, channel: Channel, body: Mapping[str, Any] | None = None) -> HttpRequest:
    path = f"/v1/{_account_of(channel)}/notificationSetting"
    query = {"updateMask": "pubsubTopic,notificationTypes"} if body else None
    return api.request(method, api.NOTIFICATIONS, path, channel, query=query, body=body)


def _right(setting: Payload, topic: str) -> bool:
    return setting.text("pubsubTopic", "") == topic and {*TYPES} <= _types(setting)


def _published(setting: Payload, topic: str) -> tuple[Finding, ...]:
    """Return what a setting means. There is one in an account, and another tool's is left alone."""
    published = setting.text("pubsubTopic", "")
    if published not in ("", topic):
        remedy = (
            "An account has one topic. Write this one as `topic` and let your push subscription hang on it, "
            "if it is yours; or take it away in the other tool, then run `./hearback channel connect` again."
        )
        return (Finding(what=f"Google publishes to another topic, {published}", ok=False, remedy=remedy),)
    if _right(setting, topic):
        return (Finding(what=f"Google publishes reviews to {topic}"),)
    remedy = "Run `./hearback channel connect` for this channel."
    return (Finding(what="Google does not publish reviews to the topic", ok=False, remedy=remedy),)


def _types(setting: Payload) -> set[str]:
    types = setting.data.get("notificationTypes")
    return {one for one in types if isinstance(one, str)} if isinstance(types, list) else set()


def _listed(
    channel: Channel, what: str, host: str, path: str, query: Mapping[str, str], name: str
) -> Generator[Step, HttpResponse, list[Payload]]:
    """Return the objects of all pages of a list."""
    found: list[Payload] = []
    wanted = dict(query)
    for _ in range(_PAGES):
        page = yield from _asked(what, api.request("GET", host, path, channel, query=wanted))
        found += page.objects(name)
        wanted["pageToken"] = page.text("nextPageToken", "")
        if not wanted["pageToken"]:
            break
    return found


def _asked(what: str, request: HttpRequest) -> Generator[Step, HttpResponse, Payload]:
    response = yield Step(what=what, request=request)
    if response.status != 200:
        raise _Unanswered(what, api.read_error(response).reason)
    return read_json(response.body)


def _account_of(channel: Channel) -> str:
    return channel.account.partition("/locations/")[0]
