"""WhatsApp: messages to a business number through the Cloud API, with or without the app on the phone.

Facts: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages and
https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/onboarding-business-app-users
"""

import re
from collections.abc import Generator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import Outcome, ThreadEvent
from chalicelib.core.message import Lane, Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import meta_graph, meta_webhook
from chalicelib.platforms import whatsapp_webhook as webhook
from chalicelib.platforms.contract import (
    Answer,
    Capabilities,
    Channel,
    Credential,
    Finding,
    HttpRequest,
    HttpResponse,
    Inbound,
    Limit,
    Outgoing,
    Parsed,
    Rate,
    RateScope,
    Reconciliation,
    Report,
    SendResult,
    Step,
    Steps,
    random_word,
)
from chalicelib.platforms.payload import Payload, read_answer, read_json

NAME = "whatsapp"
CREDENTIALS = (
    Credential(
        name="app_secret",
        what="App Secret, under App settings > Basic of your Meta app",
        where="developers.facebook.com > My Apps > your app > App settings > Basic > App Secret",
    ),
    Credential(
        name="access_token",
        what="System user token with whatsapp_business_messaging and whatsapp_business_management",
        where="business.facebook.com > Business settings > Users > System users > Generate token",
    ),
    Credential(
        name="verify_token",
        what="a word of your own that you repeat in the webhook settings",
        make=random_word,
    ),
)
OPTIONS = {
    "app_id": "the id of your Meta app",
    "waba_id": "the id of your WhatsApp Business Account",
    "coexistence": "true if you also answer in the WhatsApp Business app on the phone",
    "template": "name of an approved template with one variable, for updates later than 24 hours",
    "template_language": "language code of that template; without it that of the words",
}
WANTED: tuple[str, ...] = ("app_id", "waba_id")
NEEDS = {"account": "the phone number ID, which is not the number"}
ACCEPTED = Answer()
BY_HAND = (
    "In Meta's app dashboard, add the product WhatsApp and switch the app to Live.",
    "In WhatsApp Manager, add a payment method: without one nothing later than 24 hours is delivered.",
    "In the WhatsApp Business app, turn away messages and greeting messages off: they look like a person.",
)
CAPABILITIES = Capabilities(
    lanes={Lane.MESSAGE: Limit(4096)},
    # 80 a second, but 20 for a number that is in the app, too.
    rates=(Rate(20, timedelta(seconds=1)), Rate(1, timedelta(seconds=6), RateScope.THREAD)),
    echo=True,
    template=True,
    body_limit=3 * 1024 * 1024,
    discloses=True,
)

_WINDOW = timedelta(hours=24)

_BREAKS = re.compile(r"[ \t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_TOO_WIDE = re.compile(r"\s{5,}")
_PAIR_RATE, _PAIR_WAIT = "131056", 6.0
_OBJECT = "whatsapp_business_account"
_FIELDS = (
    "messages",
    "smb_message_echoes",
    "account_update",
    "message_template_status_update",
    "phone_number_quality_update",
)

handshake = meta_webhook.handshake
verify = meta_webhook.verify


def parse(inbound: Inbound, channel: Channel) -> Parsed:
    """Return the events of every change, sorted by their own time: order is never promised.

    An item that cannot be read does not take the others of its batch with it; it counts as unknown.
    """
    body = read_json(inbound.body)
    if body.text("object") != _OBJECT:
        return Parsed(unknown=(f"object.{body.text('object')}",))
    all_found = [*webhook.found(body, channel)]
    events = [one for one in all_found if isinstance(one, ThreadEvent)]
    unknown = tuple(one for one in all_found if isinstance(one, str))
    return Parsed(events=tuple(sorted(events, key=lambda event: event.at)), unknown=unknown)


def allowance(thread: Thread, address: Mapping[str, str], channel: Channel) -> Allowance:
    """Return the 24 hours after the customer's last message; only a template may go out later (R25).

    https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
    """
    return Allowance(automatic=None if channel.options.get("template") else _WINDOW, human=_WINDOW)


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return a message whose key and thread come back with its statuses.

    Automatic words past the 24 hours go as the template's variable; a person's words never do (R25).
    """
    words = _template(outgoing, channel) if _needs_template(outgoing, channel) else _text(outgoing)
    body = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_recipient(outgoing.address),
        **words,
        "biz_opaque_callback_data": f"{webhook.MARK}{outgoing.key}:{outgoing.thread.key}",
    }
    return _graph("POST", f"{channel.account}/messages", channel, body=body)


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return the id of a message that was taken, or what the error asks for.

    Taken is not delivered: that comes later, as a status.
    """
    if response.status != 200:
        return _refusal(response)
    try:
        sent = next(read_json(response.body).objects("messages"), None)
        if sent:
            return SendResult(outcome=Outcome.SENT, message_id=sent.identifier("id"))
    except BadPayload:
        pass
    return SendResult(outcome=Outcome.AMBIGUOUS, reason="no_message_id")


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Return that nothing can be asked: a message that went out is known by its status."""
    return Reconciliation()


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return uncertain: WhatsApp has no way to read back what was written."""
    return SendResult(outcome=Outcome.UNCERTAIN, reason="no_read_back")


def register(channel: Channel, url: str) -> Steps:
    """Tell Meta's app where to deliver, and the WhatsApp Business Account to tell the app."""
    findings = yield from meta_graph.app_subscription(channel, url, _OBJECT, _FIELDS)
    if not channel.options.get("waba_id"):
        return Report(findings=(*findings, _NO_WABA))
    path, token = _subscribed_apps(channel), channel.secret("access_token")
    return Report(findings=(*findings, *(yield from meta_graph.subscribe(channel, path, (), token))))


def check(channel: Channel, url: str) -> Steps:
    """Ask for the number, for both layers of the delivery, and for the template."""
    findings = [*(yield from _check_number(channel, url))]
    needed = _FIELDS[:2] if channel.options.get("coexistence") is True else _FIELDS[:1]
    findings.extend((yield from meta_graph.check_app_subscription(channel, url, _OBJECT, needed)))
    if not channel.options.get("waba_id"):
        return Report(findings=(*findings, _NO_WABA))
    path, token = _subscribed_apps(channel), channel.secret("access_token")
    findings.extend((yield from meta_graph.check_subscribed(channel, path, (), token)))
    if channel.options.get("template"):
        findings.append((yield from _check_template(channel)))
    return Report(findings=tuple(findings))


_NO_WABA = Finding(
    what="options.waba_id is not set",
    ok=False,
    remedy="Copy the WhatsApp Business Account ID from WhatsApp > API Setup of your app into channels.yaml.",
)


def _graph(
    method: str, path: str, channel: Channel, *, query: Mapping[str, str] | None = None, body: Any = None
) -> HttpRequest:
    token = channel.secret("access_token")
    return meta_graph.request(method, path, channel, query=query or {}, body=body, token=token)


def _recipient(address: Mapping[str, str]) -> dict[str, str]:
    # An id in `to` is taken for a number: https://github.com/chatwoot/chatwoot/pull/15150
    return {"to": address["to"]} if "to" in address else {"recipient": address["user_id"]}


def _needs_template(outgoing: Outgoing, channel: Channel) -> bool:
    last = outgoing.last_customer_at
    late = last is not None and outgoing.claimed_at - last >= _WINDOW
    return late and not outgoing.human and bool(channel.options.get("template"))


def _text(outgoing: Outgoing) -> dict[str, Any]:
    return {"type": "text", "text": {"body": outgoing.text, "preview_url": False}}


def _template(outgoing: Outgoing, channel: Channel) -> dict[str, Any]:
    words = {"type": "text", "text": _on_one_line(outgoing.text)}
    template = {
        "name": channel.options["template"],
        "language": {"code": _template_language(channel, outgoing.language)},
        "components": [{"type": "body", "parameters": [words]}],
    }
    return {"type": "template", "template": template}


def _on_one_line(text: str) -> str:
    """Return words as a variable may hold them: no line break, no tab, no more than four spaces in a row.

    A no-break space belongs to the words: it keeps `16 h` on a line.
    """
    return _TOO_WIDE.sub(" ", _BREAKS.sub(" ", text)).strip()


def _template_language(channel: Channel, of_the_words: str) -> str:
    return str(channel.options.get("template_language") or of_the_words or channel.language)


def _refusal(response: HttpResponse) -> SendResult:
    refusal = meta_graph.read_error(response, webhook.ERRORS)
    if refusal.reason == _PAIR_RATE:
        return replace(refusal, retry_after=max(refusal.retry_after or 0, _PAIR_WAIT))
    return refusal


def _subscribed_apps(channel: Channel) -> str:
    return f"{channel.options['waba_id']}/subscribed_apps"


def _check_number(channel: Channel, url: str) -> meta_graph.Findings:
    """Ask whether the token reaches the number, whether it is connected, and whether something overrides us.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/phone-numbers
    """
    number = read_answer((yield _step("asking for the number", channel, "id,status")))
    if number is None or "id" not in number:
        remedy = "Compare `account` with the phone number ID, and make a new token with both permissions."
        return (Finding(what="Meta does not show the number", ok=False, remedy=remedy),)
    fields = "is_on_biz_app,webhook_configuration"
    more = read_answer((yield _step("asking what else uses the number", channel, fields)))
    return (_connected(number), *((_not_overridden(more, url), *_in_the_app(more, channel)) if more else ()))


def _step(what: str, channel: Channel, fields: str) -> Step:
    return Step(what=what, request=_graph("GET", channel.account, channel, query={"fields": fields}))


def _connected(number: Payload) -> Finding:
    if number.data.get("status", "CONNECTED") == "CONNECTED":
        return Finding(what="the number is connected")
    remedy = "Open WhatsApp Manager > Phone numbers and do what is asked there."
    return Finding(what="the number is not connected", ok=False, remedy=remedy)


def _not_overridden(number: Payload, url: str) -> Finding:
    """Return whether the number or its account sends its webhooks elsewhere than the app does.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
    """
    there = number.data.get("webhook_configuration")
    addresses = there if isinstance(there, dict) else {}
    overriding = [addresses.get(whose) for whose in ("phone_number", "whatsapp_business_account")]
    if all(address in (None, "", url) for address in overriding):
        return Finding(what="nothing overrides the app's address")
    remedy = "Take the overriding address out, or ask the partner who set it to."
    return Finding(what="another address overrides the app's for this number", ok=False, remedy=remedy)


def _in_the_app(number: Payload, channel: Channel) -> tuple[Finding, ...]:
    wanted, there = channel.options.get("coexistence") is True, number.data.get("is_on_biz_app")
    if not isinstance(there, bool) or there is wanted:
        return ()
    if there:
        what = "the number is in the WhatsApp Business app, but options.coexistence is not true"
        return (Finding(what=what, ok=False, remedy="Write `coexistence: true` into channels.yaml."),)
    remedy = "Connect the number again through a partner's signup, or take `coexistence` out."
    return (Finding(what="the number is not in the WhatsApp Business app", ok=False, remedy=remedy),)


def _check_template(channel: Channel) -> Generator[Step, HttpResponse, Finding]:
    """Ask whether the template is approved in its language.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview
    """
    query = {"name": str(channel.options["template"]), "fields": "name,status,language"}
    path = f"{channel.options['waba_id']}/message_templates"
    request = _graph("GET", path, channel, query=query)
    listed = read_answer((yield Step(what="asking for the template", request=request)))
    if listed and _is_approved(listed, channel):
        return Finding(what="the template is approved")
    language = _template_language(channel, "")
    remedy = f"In WhatsApp Manager > Message templates, have it approved with one variable, in {language}."
    return Finding(what="the template is not approved", ok=False, remedy=remedy)


def _is_approved(listed: Payload, channel: Channel) -> bool:
    wanted = {
        "name": channel.options["template"],
        "language": _template_language(channel, ""),
        "status": "APPROVED",
    }
    there = listed.data.get("data")
    templates = [one for one in there if isinstance(one, dict)] if isinstance(there, list) else []
    return any(all(one.get(name) == value for name, value in wanted.items()) for one in templates)
