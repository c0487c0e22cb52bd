"""Telegram's registration: who the bot is, where its updates go, and what has gone wrong there.

Facts: https://core.telegram.org/bots/api#setwebhook and https://core.telegram.org/bots/api#getwebhookinfo
"""

import json
from collections.abc import Generator, Mapping
from typing import Any
from urllib.parse import quote

from chalicelib.core.errors import BadPayload
from chalicelib.platforms.contract import Channel, Finding, HttpRequest, HttpResponse, Report, Step, Steps
from chalicelib.platforms.payload import Payload, read_json

API = "https://api.telegram.org"
UPDATES = (
    "message",
    "edited_message",
    "my_chat_member",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
)
"""Always sent as a whole: what is left out stays as it was before."""

BY_HAND = (
    "For messages to your own account: turn Business Mode on in @BotFather.",
    "Then choose the bot in your own Telegram under Settings > Telegram Business > Chatbots: let it reply.",
    "For a group: turn privacy off in @BotFather (/setprivacy), then add the bot to the group.",
)


def call(channel: Channel, method: str, body: Mapping[str, Any]) -> HttpRequest:
    """Return a call of the Bot API."""
    base = (channel.api_base or API).rstrip("/")
    return HttpRequest(
        method="POST",
        url=f"{base}/bot{quote(channel.secret('bot_token'), safe=':')}/{method}",
        headers={"content-type": "application/json"},
        body=json.dumps(body).encode(),
    )


def register(channel: Channel, url: str) -> Steps:
    """Set the webhook with its secret and the whole list of updates, and look at it afterwards."""
    known = yield from _who(channel)
    if not known[0].ok:
        return Report(findings=known)
    body = {
        "url": url,
        "secret_token": channel.secret("webhook_secret"),
        "allowed_updates": list(UPDATES),
    }
    answer = yield Step(what="Setting the webhook", request=call(channel, "setWebhook", body))
    if _result(answer) is None:
        remedy = (
            "the address must be https:// with a valid certificate, on port 443, 80, 88 or 8443, and "
            "webhook_secret may hold only letters, digits, _ and -"
        )
        return Report(
            findings=(*known, Finding(what="Telegram refused the webhook", ok=False, remedy=remedy))
        )
    seen = yield from _webhook(channel, url)
    return Report(findings=(*known, *seen))


def check(channel: Channel, url: str) -> Steps:
    """Look at the bot and at its webhook."""
    known = yield from _who(channel)
    if not known[0].ok:
        return Report(findings=known)
    seen = yield from _webhook(channel, url)
    return Report(findings=(*known, *seen))


Findings = Generator[Step, HttpResponse, tuple[Finding, ...]]


def _who(channel: Channel) -> Findings:
    answer = yield Step(what="Asking who the bot is", request=call(channel, "getMe", {}))
    bot = _result(answer)
    if bot is None:
        remedy = "copy the token from @BotFather again (/token), and check api_base if you have set it"
        return (Finding(what="Telegram does not know this bot_token", ok=False, remedy=remedy),)
    groups = "sees" if bot.flag("can_read_all_group_messages") else "does not see"
    business = "can" if bot.flag("can_connect_to_business") else "cannot yet"
    return (
        Finding(what=f"the token is that of bot {bot.identifier('id', '?')}"),
        Finding(what=f"it {groups} all messages of its groups"),
        Finding(what=f"it {business} be connected to your own account"),
    )


def _webhook(channel: Channel, url: str) -> Findings:
    answer = yield Step(what="Looking at the webhook", request=call(channel, "getWebhookInfo", {}))
    info = _result(answer)
    if info is None:
        remedy = "try again in a minute"
        return (Finding(what="Telegram did not tell about the webhook", ok=False, remedy=remedy),)
    again = "run `hearback channel connect` for this channel"
    found = [Finding(what="updates are delivered to this address")]
    if info.data.get("url") != url:
        found = [Finding(what="updates are not delivered to this address", ok=False, remedy=again)]
    allowed = info.data.get("allowed_updates")
    told = allowed if isinstance(allowed, list) else []
    if lacking := [one for one in UPDATES if told and one not in told]:
        found.append(Finding(what=f"not delivered: {', '.join(lacking)}", ok=False, remedy=again))
    waiting = info.data.get("pending_update_count")
    if isinstance(waiting, int) and waiting > 0:
        found.append(Finding(what=f"{min(waiting, 10**6)} updates wait for delivery"))
    if "last_error_date" in info:
        remedy = "see `When something is wrong` in docs/platforms/telegram.md; it goes away with a success"
        found.append(Finding(what="the last delivery failed", ok=False, remedy=remedy))
    return tuple(found)


def _result(answer: HttpResponse) -> Payload | None:
    try:
        body = read_json(answer.body)
        if not body.flag("ok"):
            return None
        result = body.data.get("result")
        return Payload(result if isinstance(result, dict) else {}, "result")
    except BadPayload:
        return None
