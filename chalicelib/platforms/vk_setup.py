"""Connecting a community's Callback API, and looking whether it still delivers.

Facts: https://dev.vk.com/ru/method/groups.addCallbackServer and its neighbours.
"""

from collections.abc import Generator
from typing import Any, TypeVar

from chalicelib.platforms import vk_api
from chalicelib.platforms.contract import Channel, Finding, HttpResponse, Report, Step, Steps
from chalicelib.platforms.vk_events import SUBSCRIBED

_Found = TypeVar("_Found")
_Asking = Generator[Step, HttpResponse, tuple[_Found, Finding | None]]
"""Part of a conversation: what it found, and what is wrong."""

_TITLE = "Hearback"
_SECRET_LIMIT = 50
_RIGHTS = ("messages", "manage")
_WALL = "wall"
_MAKE_ANOTHER = (
    "Make a new access token in Manage > API usage > Access tokens, with the rights to manage the community "
    "and to access its messages, and put it in place of the old one"
)
_ALLOW_THE_WALL = (
    "Without it VK may refuse what answers a comment. Make a new access token in Manage > API usage > "
    "Access tokens with the wall allowed, too, and put it in place of the old one"
)
_REMEDIES = {
    "5": _MAKE_ANOTHER,
    "7": _MAKE_ANOTHER,
    "14": "VK asks for a captcha: open vk.com as an administrator, answer it, and try again in an hour",
    "15": _MAKE_ANOTHER,
    "27": _MAKE_ANOTHER,
    "100": "Compare `account` with the number of your community in Manage > Settings",
    "125": "Compare `account` with the number of your community in Manage > Settings",
    "203": "The token is of another community: compare `account`, or make the token in the right community",
    "2000": "VK takes ten servers: delete one you do not need in Manage > API usage > Callback API",
}
_STATUS_REMEDIES = {
    "wait": "VK is still checking the address: wait a minute and check again",
    "failed": (
        "VK could not confirm the address: see that Hearback runs, is reachable from outside, and knows the "
        "newest confirmation code; then connect again"
    ),
    "unconfigured": "Press Confirm in Manage > API usage > Callback API, or connect again",
}


def register(channel: Channel, url: str) -> Steps:
    """Make VK deliver to `url`: code, server, events, state; may be repeated.

    VK asks for the confirmation code while the server is added, so a new code ends the conversation: it has
    to reach the running Hearback first.
    """
    code, fault = yield from _confirmation_code(channel)
    if fault:
        return Report(findings=(fault,))
    if code not in channel.secrets.get("confirmation_code", ()):
        return Report(findings=(_NEW_CODE,), learned={"confirmation_code": code})
    if fault := _unfit_secret(channel):
        return Report(findings=(fault,))
    servers, fault = yield from _servers(channel)
    if fault:
        return Report(findings=(fault,))
    server, fault = yield from _placed(channel, url, _ours(servers, url))
    if fault:
        return Report(findings=(fault,))
    told = yield Step(
        what="choosing the events",
        request=vk_api.post(channel, "groups.setCallbackSettings", **_settings(channel, server)),
    )
    if vk_api.said(told) is None:
        return Report(findings=(_refused(told, "VK takes the choice of events"),))
    servers, fault = yield from _servers(channel)
    state = fault or _state(_ours(servers, url))
    return Report(findings=(Finding(what="VK takes the choice of events"), state))


def check(channel: Channel, url: str) -> Steps:
    """Look at the rights of the token, the confirmation code, the server and its events; change nothing."""
    rights = yield Step(
        what="the rights of the token", request=vk_api.get(channel, "groups.getTokenPermissions")
    )
    findings = _rights(rights)
    code, fault = yield from _confirmation_code(channel)
    if fault:
        return Report(findings=(*findings, fault))
    live = code in channel.secrets.get("confirmation_code", ())
    findings.append(Finding(what=_NEW_CODE.what, ok=live, remedy="" if live else "Connect again"))
    servers, fault = yield from _servers(channel)
    server = _ours(servers, url)
    if fault or not server:
        return Report(findings=(*findings, fault or _state(server)))
    findings += [_state(server), _same_secret(server, channel)]
    settings = yield Step(
        what="the events VK tells",
        request=vk_api.get(
            channel, "groups.getCallbackSettings", group_id=channel.account, server_id=_id(server)
        ),
    )
    return Report(findings=(*findings, _events(settings)))


_NEW_CODE = Finding(
    what="the confirmation code of VK is known",
    ok=False,
    remedy="The code is new and has been fetched: once Hearback runs with it, connect again",
)


def _confirmation_code(channel: Channel) -> _Asking[str]:
    answer = yield Step(
        what="the confirmation code",
        request=vk_api.get(channel, "groups.getCallbackConfirmationCode", group_id=channel.account),
    )
    said = vk_api.said(answer)
    code = said.get("code") if isinstance(said, dict) else None
    if isinstance(code, str) and code.isascii() and code.isalnum():
        return code, None
    return "", _refused(answer, "the token opens the settings of the community")


def _servers(channel: Channel) -> _Asking[list[dict[str, Any]]]:
    answer = yield Step(
        what="the servers VK delivers to",
        request=vk_api.get(channel, "groups.getCallbackServers", group_id=channel.account),
    )
    said = vk_api.said(answer)
    items = said.get("items") if isinstance(said, dict) else None
    if isinstance(items, list):
        return [item for item in items if isinstance(item, dict)], None
    return [], _refused(answer, "VK lists the servers it delivers to")


def _placed(channel: Channel, url: str, server: dict[str, Any]) -> _Asking[str]:
    """Add the server, or change the one that is there where it has another secret or was not confirmed."""
    secret = channel.secret("secret")
    if server.get("status") == "ok" and server.get("secret_key") == secret:
        return _id(server), None
    wanted = {"group_id": channel.account, "url": url, "title": _TITLE, "secret_key": secret}
    method = "groups.addCallbackServer"
    if server:
        method, wanted = "groups.editCallbackServer", {**wanted, "server_id": _id(server)}
    answer = yield Step(what="the address", request=vk_api.post(channel, method, **wanted))
    said = vk_api.said(answer)
    if server and said is not None:
        return _id(server), None
    if isinstance(said, dict) and _number(said.get("server_id")):
        return _number(said["server_id"]), None
    return "", _refused(answer, "VK takes the address")


def _settings(channel: Channel, server: str) -> dict[str, str]:
    where = {"group_id": channel.account, "server_id": server, "api_version": vk_api.VERSION}
    return {**where, **dict.fromkeys(SUBSCRIBED, "1")}


def _ours(servers: list[dict[str, Any]], url: str) -> dict[str, Any]:
    return next((server for server in servers if server.get("url") == url and _id(server)), {})


def _id(server: dict[str, Any]) -> str:
    return _number(server.get("id"))


def _number(value: object) -> str:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else ""


def _state(server: dict[str, Any]) -> Finding:
    what = "VK delivers to this address"
    status = server.get("status")
    if status == "ok":
        return Finding(what=what)
    remedy = _STATUS_REMEDIES.get(status, "") if isinstance(status, str) else ""
    return Finding(what=what, ok=False, remedy=remedy or "VK does not know this address: connect again")


def _unfit_secret(channel: Channel) -> Finding | None:
    if 0 < len(channel.secret("secret")) <= _SECRET_LIMIT:
        return None
    remedy = f"Set `secret` to a word of 1 to {_SECRET_LIMIT} characters"
    return Finding(what="the secret is one that VK takes", ok=False, remedy=remedy)


def _same_secret(server: dict[str, Any], channel: Channel) -> Finding:
    ok = server.get("secret_key") in channel.secrets.get("secret", ())
    remedy = "" if ok else "VK repeats another word than yours: connect again"
    return Finding(what="VK has your secret", ok=ok, remedy=remedy)


def _rights(answer: HttpResponse) -> list[Finding]:
    what = "the token may manage the community and write its messages"
    said = vk_api.said(answer)
    if not isinstance(said, dict):
        return [_refused(answer, what)]
    # The documents call the list `settings`, the schema `permissions`.
    listed = said.get("permissions") or said.get("settings")
    names = [one.get("name") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    lacking = [right for right in (*_RIGHTS, _WALL) if right not in names]
    return [
        _granted(what, [right for right in lacking if right != _WALL], _MAKE_ANOTHER),
        _granted("the token may write on the wall", [_WALL] if _WALL in lacking else [], _ALLOW_THE_WALL),
    ]


def _granted(what: str, missing: list[str], otherwise: str) -> Finding:
    remedy = f"The token lacks {' and '.join(missing)}. {otherwise}" if missing else ""
    return Finding(what=what, ok=not missing, remedy=remedy)


def _events(answer: HttpResponse) -> Finding:
    what = "VK tells everything Hearback listens to"
    said = vk_api.said(answer)
    events = said.get("events") if isinstance(said, dict) else None
    if not isinstance(events, dict):
        return _refused(answer, what)
    missing = [name for name in SUBSCRIBED if not events.get(name)]
    remedy = f"Switched off: {', '.join(missing)}. Connect again" if missing else ""
    return Finding(what=what, ok=not missing, remedy=remedy)


def _refused(answer: HttpResponse, what: str) -> Finding:
    refusal = vk_api.refusal(answer)
    if refusal is None:
        return Finding(what=what, ok=False, remedy="VK's answer could not be understood: try again")
    remedy = _REMEDIES.get(refusal.reason, "Look the number up at dev.vk.com/en/reference/errors")
    return Finding(what=what, ok=False, remedy=f"VK answered {refusal.reason}. {remedy}")
