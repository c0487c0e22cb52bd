"""Connecting a number: the account is active, and the number delivers what it gets.

Facts: https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

from collections.abc import Generator

from chalicelib.platforms import twilio_api
from chalicelib.platforms.contract import Channel, Finding, HttpResponse, Report, Step, Steps
from chalicelib.platforms.payload import Payload, read_answer
from chalicelib.platforms.twilio_webhook import SMS, kind_of

BY_HAND = (
    (
        "For WhatsApp: in Twilio's console open Messaging > Senders > WhatsApp senders, choose the number, "
        "and enter {url} for incoming messages, with HTTP POST."
    ),
    "If you ever set an SMS number by hand: A message comes in > Webhook > {url} > HTTP POST.",
    "Leave every other auto-reply, flow and function off the number: Twilio does not tell of what they say.",
)

Findings = Generator[Step, HttpResponse, tuple[Finding, ...]]

_AGAIN = "Run `hearback channel connect` for this channel."


def register(channel: Channel, url: str) -> Steps:
    """Let the number deliver its messages to `url`; may be repeated."""
    account = yield from _account(channel)
    if not account[0].ok:
        return Report(findings=account)
    if kind_of(channel.account) != SMS:
        return Report(findings=(*account, _SENDER_BY_HAND))
    number = yield from _number(channel)
    sid = number.identifier("sid", "") if number else ""
    if not sid:
        return Report(findings=(*account, _UNKNOWN_NUMBER))
    # Where an application is set, the address of the number is passed over.
    fields = {"SmsUrl": url, "SmsMethod": "POST", "SmsApplicationSid": ""}
    request = twilio_api.post(channel, f"/IncomingPhoneNumbers/{sid}.json", fields)
    answer = yield Step(what="Telling the number where to deliver", request=request)
    return Report(findings=(*account, _delivering(read_answer(answer), url), *_told_of_fates(channel, url)))


def check(channel: Channel, url: str) -> Steps:
    """Ask for the account, the number, and the Messaging Service it belongs to."""
    account = yield from _account(channel)
    if not account[0].ok:
        return Report(findings=account)
    if kind_of(channel.account) != SMS:
        return Report(findings=(*account, _SENDER_BY_HAND, *_told_of_fates(channel, url)))
    number = yield from _number(channel)
    delivering = _delivering(number, url) if number else _UNKNOWN_NUMBER
    service = yield from _service(channel, url)
    return Report(findings=(*account, delivering, *service, *_told_of_fates(channel, url)))


_SENDER_BY_HAND = Finding(what="where this sender delivers is entered by hand, in Twilio's console")
_UNKNOWN_NUMBER = Finding(
    what="the account does not have this number",
    ok=False,
    remedy="Write the number as `account` in channels.yaml with + and country, as the console shows it.",
)


def _account(channel: Channel) -> Findings:
    answer = yield Step(what="Asking for the account", request=twilio_api.get(channel, ".json"))
    account = read_answer(answer)
    if account is None or "status" not in account:
        remedy = "Copy Account SID and Auth Token from Twilio's console again, or the API key and its secret."
        return (Finding(what="Twilio does not let us in", ok=False, remedy=remedy),)
    if account.data["status"] != "active":
        remedy = "Log in to Twilio's console: it tells what is missing, often a payment."
        return (Finding(what="the account is not active", ok=False, remedy=remedy),)
    found = Finding(what="the account is active")
    if account.data.get("type") != "Trial":
        return (found,)
    remedy = "Upgrade it in Twilio's console: a trial account writes only to numbers you have verified."
    return (found, Finding(what="the account is on trial", ok=False, remedy=remedy))


def _number(channel: Channel) -> Generator[Step, HttpResponse, Payload | None]:
    request = twilio_api.get(channel, "/IncomingPhoneNumbers.json", {"PhoneNumber": channel.account})
    answer = yield Step(what="Asking for the number", request=request)
    listed = read_answer(answer)
    numbers = listed.data.get("incoming_phone_numbers") if listed else None
    if not isinstance(numbers, list):
        return None
    found = (one for one in numbers if isinstance(one, dict) and one.get("phone_number") == channel.account)
    ours = next(found, None)
    return Payload(ours, "number") if ours else None


def _delivering(number: Payload | None, url: str) -> Finding:
    said = number.data if number else {}
    if said.get("sms_url") != url or said.get("sms_method", "POST") != "POST":
        return Finding(what="the number does not deliver to this address", ok=False, remedy=_AGAIN)
    if said.get("sms_application_sid"):
        return Finding(what="an application has taken the number over", ok=False, remedy=_AGAIN)
    return Finding(what="the number delivers to this address")


def _service(channel: Channel, url: str) -> Findings:
    """Ask whether the Messaging Service leaves the messages to the number's own address."""
    service = channel.options.get("messaging_service")
    if not service:
        return ()
    request = twilio_api.get_service(channel, str(service))
    answer = yield Step(what="Asking for the Messaging Service", request=request)
    told = read_answer(answer)
    said = told.data if told else {}
    if said.get("use_inbound_webhook_on_number") is True or said.get("inbound_request_url") == url:
        return (Finding(what="the Messaging Service lets the messages through"),)
    remedy = "In Twilio's console, Messaging > Services > Integration, choose: Defer to sender's webhook."
    return (Finding(what="the Messaging Service keeps the messages", ok=False, remedy=remedy),)


def _told_of_fates(channel: Channel, url: str) -> tuple[Finding, ...]:
    if channel.options.get("status_callback") == url:
        return (Finding(what="Twilio tells what becomes of your messages"),)
    remedy = f"Write `status_callback: {url}` under `options` in channels.yaml."
    return (Finding(what="Twilio does not tell what becomes of your messages", ok=False, remedy=remedy),)
