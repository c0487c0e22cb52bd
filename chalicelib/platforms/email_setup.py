"""Registering at Postmark or Mailgun, and looking whether mails arrive and may leave.

Facts: https://postmarkapp.com/developer/api/server-api, https://postmarkapp.com/developer/api/webhooks-api,
https://documentation.mailgun.com/docs/mailgun/api-reference/openapi-final/tag/Routes, .../tag/Domains and
.../tag/Domain-Webhooks
"""

import re
from collections.abc import Generator
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from chalicelib.core.errors import BadPayload
from chalicelib.platforms import email_mail
from chalicelib.platforms import email_outgoing as out
from chalicelib.platforms.contract import Channel, Finding, HttpRequest, HttpResponse, Report, Step, Steps
from chalicelib.platforms.payload import Payload, read_answer

BY_HAND = (
    "Forward every mail to your address to the provider's inbound address, or point an MX record there.",
    "Let your people send a copy (Cc or Bcc) of their answers to that inbound address: it stops the clock.",
    "Set the SPF, DKIM and Return-Path records that the provider shows for the domain of your address.",
    "Without an api_token: enter {url} as the inbound webhook at the provider yourself.",
)

_AGAIN = "run `./hearback channel connect` for this channel"
_LATER = "try again in a minute"
_MAILGUN_REMEDY = "the private API key, under API security; for a domain in Europe set api_base to https://api.eu.mailgun.net"
_ACTIONS = ("store(notify=", "forward(")

Found = Generator[Step, HttpResponse, tuple[Finding, ...]]


def webhook_user(channel: Channel) -> str:
    """Return the user name that Postmark shows beside the password."""
    return " ".join(channel.listed("webhook_user")) or "hearback"


def register(channel: Channel, url: str) -> Steps:
    """Let the provider deliver mails and failures to `url`, then look at everything."""
    if channel.secret("api_token"):
        changed = yield from (
            _set_mailgun(channel, url) if out.is_mailgun(channel) else _set_postmark(channel, url)
        )
        if any(not one.ok for one in changed):
            return Report(findings=changed)
    return (yield from check(channel, url))


def check(channel: Channel, url: str) -> Steps:
    """Look at the secrets, at the provider and at the mail server."""
    found = [*_secrets(channel)]
    if channel.secret("api_token"):
        found += yield from (_mailgun(channel, url) if out.is_mailgun(channel) else _postmark(channel, url))
    else:
        found.append(Finding(what="without an api_token the provider cannot be asked"))
    if out.is_by_smtp(channel):
        found += yield from _server(channel)
    return Report(findings=tuple(found))


def _secrets(channel: Channel) -> list[Finding]:
    mailgun = out.is_mailgun(channel)
    proof = "signing_key" if mailgun else "webhook_password"
    needed = [proof] if out.is_by_smtp(channel) else [proof, "api_token"]
    remedy = "name it under credentials in channels.yaml and write its value into {secrets}"
    return [
        Finding(what=f"{name} is not set", ok=False, remedy=remedy)
        for name in needed
        if not channel.secret(name)
    ]


# Postmark


def _set_postmark(channel: Channel, url: str) -> Found:
    server = yield Step(what="Asking who the token is of", request=out.postmark(channel, "GET", "/server"))
    if read_answer(server) is None:
        return (_unknown_token("Postmark", "the server API token, under API Tokens of your server"),)
    body = {"InboundHookUrl": _with_login(channel, url)}
    request = out.postmark(channel, "PUT", "/server", body)
    if read_answer((yield Step(what="Setting the inbound webhook", request=request))) is None:
        return (Finding(what="Postmark refused the inbound webhook", ok=False, remedy=_LATER),)
    request = out.postmark(channel, "GET", "/webhooks?MessageStream=outbound")
    hooks = read_answer((yield Step(what="Looking for the bounce webhook", request=request)))
    if hooks is None:
        return ()
    login = {"Username": webhook_user(channel), "Password": channel.secret("webhook_password")}
    told = {"Url": url, "HttpAuth": login, "Triggers": {"Bounce": {"Enabled": True, "IncludeContent": False}}}
    if known := _hook_at(hooks, url):
        # Whatever password it has, it has the newest now.
        request = out.postmark(channel, "PUT", f"/webhooks/{quote(known, safe='')}", told)
    else:
        request = out.postmark(channel, "POST", "/webhooks", {**told, "MessageStream": "outbound"})
    if read_answer((yield Step(what="Setting the bounce webhook", request=request))) is None:
        return (Finding(what="Postmark refused the bounce webhook", ok=False, remedy=_LATER),)
    return ()


def _postmark(channel: Channel, url: str) -> Found:
    answer = yield Step(what="Looking at the server", request=out.postmark(channel, "GET", "/server"))
    server = read_answer(answer)
    if server is None:
        return (_unknown_token("Postmark", "the server API token, under API Tokens of your server"),)
    found = [_delivered(_is_ours(channel, server.data.get("InboundHookUrl"), url), "mails")]
    inbound = server.data.get("InboundAddress")
    if isinstance(inbound, str) and email_mail.addresses(inbound):
        found.append(Finding(what=f"forward your mailbox to {email_mail.addresses(inbound)[0]}"))
    request = out.postmark(channel, "GET", "/webhooks?MessageStream=outbound")
    hooks = read_answer((yield Step(what="Looking at the bounce webhook", request=request)))
    told = hooks is not None and _bounce_hook(hooks, channel, url)
    found.append(_delivered(told, "failed deliveries"))
    return tuple(found)


def _is_ours(channel: Channel, told: object, url: str) -> bool:
    """Return whether a webhook's address is ours, and its password one that lives, where it shows one."""
    if not isinstance(told, str):
        return False
    try:
        parts = urlsplit(told)
        plain = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        password = unquote(parts.password or "")
    except ValueError:
        return False
    lives = not password or set(password) == {"*"} or password in channel.secrets.get("webhook_password", ())
    return plain == url and lives


def _bounce_hook(hooks: Payload, channel: Channel, url: str) -> bool:
    """Return whether bounces come to us, with a password that lives where the webhook shows it."""
    try:
        return any(
            one.optional("Triggers").optional("Bounce").flag("Enabled")
            and _has_login(one.optional("HttpAuth"), channel)
            for one in hooks.objects("Webhooks")
            if one.data.get("Url") == url
        )
    except BadPayload:
        return False


def _has_login(told: Payload, channel: Channel) -> bool:
    password = told.text("Password", "")
    lives = set(password) == {"*"} or password in channel.secrets.get("webhook_password", ())
    return lives and bool(password) and told.text("Username", "") == webhook_user(channel)


def _hook_at(hooks: Payload, url: str) -> str:
    """Return the id of the webhook with this address, empty where there is none."""
    try:
        return next(
            (one.identifier("ID", "") for one in hooks.objects("Webhooks") if one.data.get("Url") == url), ""
        )
    except BadPayload:
        return ""


def _with_login(channel: Channel, url: str) -> str:
    user, password = quote(webhook_user(channel), safe=""), quote(channel.secret("webhook_password"), safe="")
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{user}:{password}@{rest}"


# Mailgun


def _set_mailgun(channel: Channel, url: str) -> Found:
    routes = read_answer((yield _routes(channel, "Looking for the route")))
    if routes is None:
        return (_unknown_token("Mailgun", _MAILGUN_REMEDY),)
    if not _has_route(routes, url):
        address = re.escape(email_mail.mailbox(channel.account)[1])
        fields: dict[str, str | list[str]] = {
            "priority": "0",
            "description": "Hearback",
            "expression": f'match_recipient("{address}")',
            # With store() attachments stay with Mailgun, and no mail is too large to be told of.
            "action": [f'store(notify="{url}")'],
        }
        request = out.mailgun(channel, "POST", "/v3/routes", fields)
        if read_answer((yield Step(what="Making the route", request=request))) is None:
            return (Finding(what="Mailgun refused the route", ok=False, remedy=_LATER),)
    hooks = read_answer((yield _webhooks(channel, "Looking for the webhook of failures")))
    if hooks is not None and not _has_webhook(hooks, url):
        path = f"/v3/domains/{out.mailgun_domain(channel)}/webhooks"
        request = out.mailgun(channel, "POST", path, {"id": "permanent_fail", "url": url})
        if read_answer((yield Step(what="Setting the webhook of failures", request=request))) is None:
            remedy = "Mailgun takes three addresses for permanent_fail: take one out, or add this one there"
            return (Finding(what="Mailgun refused the webhook", ok=False, remedy=remedy),)
    return ()


def _mailgun(channel: Channel, url: str) -> Found:
    routes = read_answer((yield _routes(channel, "Looking at the routes")))
    if routes is None:
        return (_unknown_token("Mailgun", _MAILGUN_REMEDY),)
    hooks = read_answer((yield _webhooks(channel, "Looking at the webhooks")))
    path = f"/v4/domains/{out.mailgun_domain(channel)}"
    domain = read_answer(
        (yield Step(what="Looking at the domain", request=out.mailgun(channel, "GET", path)))
    )
    return (
        _delivered(_has_route(routes, url), "mails"),
        _delivered(hooks is not None and _has_webhook(hooks, url), "failed deliveries"),
        *_domain(domain),
    )


def _domain(domain: Payload | None) -> tuple[Finding, ...]:
    if domain is None:
        remedy = "add the domain of your address at Mailgun, or name yours under `domain`"
        return (Finding(what="Mailgun does not know the domain", ok=False, remedy=remedy),)
    remedy = "set the DNS records that Mailgun shows for the domain, then press Verify there"
    try:
        active = domain.object("domain").data.get("state") == "active"
        lacking = {
            name: [one for one in domain.objects(field) if one.data.get("valid") not in ("valid", None)]
            for name, field in (("SPF or DKIM", "sending_dns_records"), ("MX", "receiving_dns_records"))
        }
    except BadPayload:
        return (Finding(what="Mailgun did not tell about the domain", ok=False, remedy=_LATER),)
    found = [Finding(what="the domain is active", ok=active, remedy="" if active else remedy)]
    for name, records in lacking.items():
        # A mailbox elsewhere that forwards needs no MX record here.
        needed = name != "MX"
        if records and needed:
            found.append(Finding(what=f"records for {name} are not right", ok=False, remedy=remedy))
        elif records:
            found.append(Finding(what="no MX record leads to Mailgun: your mailbox must forward"))
    return tuple(found)


def _routes(channel: Channel, what: str) -> Step:
    return Step(what=what, request=out.mailgun(channel, "GET", "/v3/routes?limit=1000"))


def _webhooks(channel: Channel, what: str) -> Step:
    path = f"/v3/domains/{out.mailgun_domain(channel)}/webhooks"
    return Step(what=what, request=out.mailgun(channel, "GET", path))


def _has_route(routes: Payload, url: str) -> bool:
    wanted = {f"{action}{quote_}{url}{quote_})" for action in _ACTIONS for quote_ in "\"'"}
    try:
        listed = [one.data.get("actions") for one in routes.objects("items")]
    except BadPayload:
        return False
    actions = [action for one in listed if isinstance(one, list) for action in one if isinstance(action, str)]
    return not wanted.isdisjoint(action.replace(" ", "") for action in actions)


def _has_webhook(hooks: Payload, url: str) -> bool:
    try:
        failing = hooks.optional("webhooks").optional("permanent_fail")
    except BadPayload:
        return False
    urls = failing.data.get("urls")
    return isinstance(urls, list) and url in urls


# Both, and the mail server


def _server(channel: Channel) -> Found:
    try:
        request = HttpRequest(method="GET", url=out.server(channel), headers=out.smtp_login(channel))
    except ValueError as error:
        return (Finding(what=str(error), ok=False, remedy="write it under options in channels.yaml"),)
    answer = yield Step(what="Logging in at the mail server", request=request)
    if answer.status == 200:
        return (Finding(what="the mail server takes the login"),)
    remedy = "check smtp_server, smtp_user and smtp_password; some providers want a password for programs"
    return (Finding(what="the mail server refuses the login", ok=False, remedy=remedy),)


def _delivered(ok: bool, what: str) -> Finding:  # noqa: FBT001
    told = "are delivered" if ok else "are not delivered"
    return Finding(what=f"{what} {told} to this address", ok=ok, remedy="" if ok else _AGAIN)


def _unknown_token(provider: str, where: str) -> Finding:
    return Finding(
        what=f"{provider} does not know this api_token", ok=False, remedy=f"copy it again: {where}"
    )
