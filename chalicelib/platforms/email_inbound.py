"""Mails as Postmark and Mailgun deliver them.

Facts: https://postmarkapp.com/developer/webhooks/inbound-webhook and
https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/receive-http
"""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from chalicelib.platforms import email_text
from chalicelib.platforms.contract import Inbound
from chalicelib.platforms.email_form import Form
from chalicelib.platforms.email_mail import (
    RECIPIENTS_LIMIT,
    Mail,
    addresses,
    decoded,
    digest,
    mailbox,
    message_ids,
    moment,
    one_line,
)
from chalicelib.platforms.payload import Payload, clean

_HEADERS_LIMIT = 300
_REPORT_TYPES = frozenset(
    {"message/delivery-status", "message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}
)
_REPORT_LIMIT = 200_000
_KINDS = ("image", "audio", "video")

Headers = tuple[tuple[str, str], ...]


def from_postmark(body: Payload, inbound: Inbound) -> Mail:
    """Return the mail in Postmark's JSON. Raises `BadPayload`."""
    listed = ((one.text("Name", ""), one.text("Value", "")) for one in body.objects("Headers"))
    # Postmark takes the date out of the headers.
    headers = _headers(chain(listed, [("Date", body.text("Date"))] if "Date" in body else []))
    full = body.optional("FromFull")
    name, sender = mailbox(full.text("Email", "") or body.text("From", ""))
    attached = [one for one in body.objects("Attachments") if not _is_part_of_the_page(one)]
    return _mail(
        headers,
        inbound,
        provider_id=body.identifier("MessageID", ""),
        sender=sender,
        name=one_line(full.text("Name", "") or body.text("FromName", "") or name)[:200],
        reply_to=body.text("ReplyTo", ""),
        to=_listed(body, "To"),
        cc=_listed(body, "Cc"),
        delivered_to=body.text("OriginalRecipient", ""),
        envelope=None,
        subject=body.text("Subject", ""),
        text=_words(body.text("StrippedTextReply", ""), body.text("TextBody", ""), body.data.get("HtmlBody")),
        whole=body.text("TextBody", ""),
        kinds=tuple(dict.fromkeys(_kind(one.text("ContentType", "")) for one in attached)),
        reports=tuple(_report(one) for one in attached if _is_report(one.text("ContentType", ""))),
    )


def from_mailgun(form: Form, inbound: Inbound) -> Mail:
    """Return the mail in a form of Mailgun's, of a `forward()` or of a `store()` that notifies."""
    headers = _headers(_mailgun_headers(form))
    named = Payload(dict(headers), "headers")
    name, sender = mailbox(form.text("from") or named.text("from", ""))
    inline = set(_json_object(form.text("content-id-map")).values())
    files = [file for file in form.files if file.field not in inline]
    types = [file.content_type for file in files] + _stored_types(form, inline)
    return _mail(
        headers,
        inbound,
        provider_id="",
        sender=sender,
        name=name,
        reply_to=named.text("reply-to", ""),
        to=addresses(named.text("to", "") or form.text("to")),
        cc=addresses(named.text("cc", "") or form.text("cc")),
        delivered_to=form.text("recipient"),
        envelope=form.text("sender").strip() if "sender" in form.fields else None,
        subject=form.text("subject") or named.text("subject", ""),
        text=_words(form.text("stripped-text"), form.text("body-plain"), form.fields.get("body-html")),
        whole=form.text("body-plain"),
        kinds=tuple(dict.fromkeys(map(_kind, types))),
        reports=tuple(_decoded(file.content) for file in files if _is_report(file.content_type)),
    )


def _mail(
    headers: Headers,
    inbound: Inbound,
    *,
    provider_id: str,
    reply_to: str,
    to: tuple[str, ...],
    cc: tuple[str, ...],
    delivered_to: str,
    subject: str,
    **parts: Any,
) -> Mail:
    named = next((value for name, value in headers if name == "message-id"), "")
    found = message_ids(named)
    date = next((value for name, value in headers if name == "date"), "")
    # A mail without an id is rare, but it is a customer's all the same.
    nameless = f"<{digest(provider_id or date + subject + parts['text'])}@nameless.invalid>"
    return Mail(
        message_id=found[0] if found else nameless,
        at=moment(headers, inbound.received_at),
        headers=headers,
        reply_to=mailbox(reply_to)[1],
        to=to[:RECIPIENTS_LIMIT],
        cc=cc[:RECIPIENTS_LIMIT],
        delivered_to=mailbox(delivered_to)[1],
        subject=one_line(decoded(subject))[:500],
        **parts,
    )


def _headers(pairs: Iterable[tuple[str, str]]) -> Headers:
    bounded = (pair for _, pair in zip(range(_HEADERS_LIMIT), pairs, strict=False))
    return tuple((name.strip().lower(), " ".join(value.split())) for name, value in bounded)


def _mailgun_headers(form: Form) -> Iterator[tuple[str, str]]:
    try:
        listed = json.loads(form.fields.get("message-headers", "[]"))
    except (ValueError, RecursionError):
        listed = []
    for pair in listed if isinstance(listed, list) else []:
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair):
            yield clean(pair[0]), clean(pair[1])
    # Every header is a field of the form, too.
    yield from ((name, clean(value)) for name, value in form.fields.items())


def _listed(body: Payload, name: str) -> tuple[str, ...]:
    full = [one.text("Email", "") for one in body.objects(f"{name}Full")]
    return addresses(*full) or addresses(body.text(name, ""))


def _words(stripped: str, plain: str, html: object) -> str:
    text = stripped.strip() or plain.strip()
    if not text and isinstance(html, str):
        text = email_text.of_html(html)
    return email_text.own_words(clean(text))


def _is_part_of_the_page(attachment: Payload) -> bool:
    # The logo of a signature is no picture that the customer sends.
    shown = bool(attachment.text("ContentID", ""))
    return shown and attachment.text("ContentType", "").lower().startswith("image/")


def _kind(content_type: str) -> str:
    kind = content_type.lower().partition("/")[0]
    return kind if kind in _KINDS else "file"


def _is_report(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in _REPORT_TYPES


def _report(attachment: Payload) -> str:
    content = attachment.data.get("Content")
    try:
        return _decoded(base64.b64decode(content[:_REPORT_LIMIT] if isinstance(content, str) else ""))
    except (ValueError, binascii.Error):
        return ""


def _decoded(content: bytes) -> str:
    return clean(content.decode("utf-8", errors="replace"))


def _json_object(text: str) -> dict[str, str]:
    try:
        data = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return {key: one for key, one in data.items() if isinstance(one, str)} if isinstance(data, dict) else {}


def _stored_types(form: Form, inline: set[str]) -> list[str]:
    """Return the types of the attachments that stay with Mailgun."""
    try:
        listed = json.loads(form.fields.get("attachments") or "[]")
    except (ValueError, RecursionError):
        return []
    stored = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [str(one.get("content-type", "")) for one in stored if str(one.get("url")) not in inline]
