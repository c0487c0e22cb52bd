"""Connecting an Official Account: where LINE delivers, whether it does, and how many messages are left.

Facts: https://developers.line.biz/en/reference/messaging-api/#webhook-settings and
https://developers.line.biz/en/reference/messaging-api/#get-quota
"""

import json
from collections.abc import Generator

from chalicelib.platforms import line_api
from chalicelib.platforms.contract import Channel, Finding, HttpResponse, Report, Step, Steps
from chalicelib.platforms.payload import read_answer

BY_HAND = (
    "In the LINE Developers Console, under Messaging API, turn on Use webhook and Webhook redelivery.",
    (
        "In LINE Official Account Manager, under Settings > Response settings, turn greeting messages and "
        "auto-response messages off: nobody can tell them from Hearback."
    ),
    "Answer on Hearback's desk: what you write in LINE's own chat, Hearback is not told.",
    "If you ever set the webhook by hand, its address is {url}.",
)

Findings = Generator[Step, HttpResponse, tuple[Finding, ...]]

_ENDPOINT = "channel/webhook/endpoint"
_ISSUE_AGAIN = "Issue a new long-lived channel access token in the LINE Developers Console and copy it."


def register(channel: Channel, url: str) -> Steps:
    """Set the webhook, then let LINE try it; may be repeated."""
    wanted = json.dumps({"endpoint": url}).encode()
    request = line_api.call("PUT", _ENDPOINT, channel, wanted)
    answer = yield Step(what="Setting the webhook", request=request)
    if answer.status >= 300:
        remedy = f"{_ISSUE_AGAIN} The address must be https:// and at most 500 characters long."
        return Report(findings=(Finding(what="LINE does not take the address", ok=False, remedy=remedy),))
    request = line_api.call("POST", "channel/webhook/test", channel, wanted)
    tried = yield Step(what="Letting LINE try the webhook", request=request)
    delivering = yield from _delivering(channel, url)
    return Report(findings=(_tried(tried), *delivering))


def check(channel: Channel, url: str) -> Steps:
    """Ask for the account, where LINE delivers, and what is left of this month's messages."""
    account = yield from _account(channel)
    if not account[0].ok:
        return Report(findings=account)
    delivering = yield from _delivering(channel, url)
    left = yield from _left(channel)
    return Report(findings=(*account, *delivering, *left))


def _tried(answer: HttpResponse) -> Finding:
    told = read_answer(answer)
    if told and told.flag("success"):
        return Finding(what="LINE reaches this address")
    remedy = "Hearback must run there, with a certificate of a known authority, and with this channel secret."
    return Finding(what="LINE does not reach this address", ok=False, remedy=remedy)


def _account(channel: Channel) -> Findings:
    answer = yield Step(what="Asking for the account", request=line_api.call("GET", "info", channel))
    told = read_answer(answer)
    user = told.data.get("userId") if told else None
    if told is None or not isinstance(user, str):
        return (Finding(what="LINE does not know this access token", ok=False, remedy=_ISSUE_AGAIN),)
    chats = "on" if told.data.get("chatMode") == "chat" else "off"
    found = Finding(what=f"the account is known, and LINE's own chat is {chats}")
    if channel.account in ("", user):
        return (found,)
    remedy = "Take `account` out of channels.yaml, or copy the token of the right account."
    return (found, Finding(what="the token is that of another account", ok=False, remedy=remedy))


def _delivering(channel: Channel, url: str) -> Findings:
    request = line_api.call("GET", _ENDPOINT, channel)
    answer = yield Step(what="Asking where LINE delivers", request=request)
    told = read_answer(answer)
    if told is None or told.data.get("endpoint") != url:
        remedy = "Run `hearback channel connect` for this channel."
        return (Finding(what="LINE does not deliver to this address", ok=False, remedy=remedy),)
    if not told.flag("active"):
        remedy = "In the LINE Developers Console, under Messaging API, turn on Use webhook."
        return (Finding(what="the webhook is turned off", ok=False, remedy=remedy),)
    return (Finding(what="LINE delivers to this address"),)


def _left(channel: Channel) -> Findings:
    """Ask only where the plan has a limit."""
    asked = yield Step(
        what="Asking for the messages of this month",
        request=line_api.call("GET", "message/quota", channel),
    )
    quota = read_answer(asked)
    limit = line_api.number(quota.data, "value") if quota else None
    if limit is None:
        return ()
    asked = yield Step(
        what="Asking how many of them are used",
        request=line_api.call("GET", "message/quota/consumption", channel),
    )
    consumption = read_answer(asked)
    used = line_api.number(consumption.data, "totalUsage") if consumption else None
    if used is None or used < limit:
        return (Finding(what="there are messages left this month"),)
    remedy = "Choose a bigger plan in LINE Official Account Manager, or wait for the new month."
    return (Finding(what="this month's messages are used up", ok=False, remedy=remedy),)
