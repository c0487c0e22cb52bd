"""A reply as Postmark, Mailgun or a mail server takes it.

Facts: RFC 5322 section 3.6.4 (threads), RFC 3834 section 5 (what an automatic answer says of itself),
https://postmarkapp.com/developer/api/email-api and
https://documentation.mailgun.com/docs/mailgun/api-reference/openapi-final/tag/Messages
"""

import base64
import json
import re
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote, urlencode

from chalicelib.core.values import dataclass
from chalicelib.platforms import email_mail, email_signs
from chalicelib.platforms.contract import Channel, HttpRequest, Outgoing
from chalicelib.platforms.email_mail import one_line

POSTMARK = "https://api.postmarkapp.com"
MAILGUN = "https://api.mailgun.net"

_REPLY = re.compile(r"((re|odp|odg|отв|ответ|aw|sv)(\[\d{1,2}\])?:\s*)+", re.IGNORECASE)
_SUBJECT_LIMIT = 200
# Long ids must stay on one line, or they are encoded as words; 7 bits pass through every server.
_POLICY = SMTP.clone(max_line_length=900, cte_type="7bit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What goes out, whichever way; `headers` are those that every way must carry."""

    name: str
    sender: str
    to: str
    subject: str
    text: str
    headers: Mapping[str, str]
    reply_to: str


def letter(outgoing: Outgoing, channel: Channel) -> Letter:
    """Return a reply without a line break where none belongs. Raises `ValueError`, `KeyError`."""
    name, sender = email_mail.sender_of(channel)
    (to,) = email_mail.addresses(outgoing.address["to"])
    if not sender or not to.isascii() or not sender.isascii():
        raise ValueError("an address is missing, or holds letters that mail servers do not know")
    if email_signs.is_machines(to):
        raise ValueError("nobody reads what is sent to this address")
    account = email_mail.mailbox(channel.account)[1]
    return Letter(
        name=name.replace('"', "").replace("\\", ""),
        sender=sender,
        to=to,
        subject=_subject(outgoing.address.get("subject", "")),
        text=outgoing.text,
        headers=_headers(outgoing, channel),
        reply_to=account if account != sender else "",
    )


def _subject(subject: str) -> str:
    return f"Re: {_REPLY.sub('', one_line(subject), count=1)[:_SUBJECT_LIMIT]}".strip()


def _headers(outgoing: Outgoing, channel: Channel) -> dict[str, str]:
    before = email_mail.message_ids(outgoing.address.get("references", ""))
    answered = email_mail.message_ids(outgoing.address.get("in_reply_to", ""))
    headers = {"Message-ID": email_mail.our_message_id(outgoing, channel)}
    if answered:
        headers["In-Reply-To"] = answered[0]
        headers["References"] = " ".join(dict.fromkeys((*before, answered[0])))
    if not outgoing.human:
        # What a person wrote may be answered by a machine: "I am back on Monday" is news then.
        headers |= {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    return headers


def marks(outgoing: Outgoing) -> dict[str, str]:
    """Return what a provider repeats when it tells what became of a message."""
    return {"hearback-key": outgoing.key, "hearback-thread": outgoing.thread.key}


def to_postmark(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return POST /email. `X-PM-KeepID` lets our Message-ID stand."""
    one = letter(outgoing, channel)
    headers = {**one.headers, "X-PM-KeepID": "true"}
    body = {
        "From": _mailbox(one),
        "To": one.to,
        "Subject": one.subject,
        "TextBody": one.text,
        "MessageStream": "outbound",
        "Headers": [{"Name": name, "Value": value} for name, value in headers.items()],
        "Metadata": marks(outgoing),
        "TrackOpens": False,
        "TrackLinks": "None",
    }
    if one.reply_to:
        body["ReplyTo"] = one.reply_to
    return postmark(channel, "POST", "/email", body)


def to_mailgun(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return POST /v3/DOMAIN/messages."""
    one = letter(outgoing, channel)
    headers = {**one.headers, **({"Reply-To": one.reply_to} if one.reply_to else {})}
    fields = {
        "from": _mailbox(one),
        "to": one.to,
        "subject": one.subject,
        "text": one.text,
        "o:tracking": "no",
        **{f"h:{name}": value for name, value in headers.items()},
        **{f"v:{name}": value for name, value in marks(outgoing).items()},
    }
    return mailgun(channel, "POST", f"/v3/{mailgun_domain(channel)}/messages", fields)


def to_server(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return a mail for `smtp` to hand to the server of the option `smtp_server`."""
    one = letter(outgoing, channel)
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(one.name, addr_spec=one.sender)
    message["To"] = Address(addr_spec=one.to)
    message["Subject"] = one.subject
    message["Date"] = format_datetime(outgoing.claimed_at)
    for name, value in one.headers.items():
        message[name] = value
    if one.reply_to:
        message["Reply-To"] = Address(addr_spec=one.reply_to)
    message.set_content(one.text)
    return HttpRequest(
        method="SEND",
        url=server(channel),
        headers={**smtp_login(channel), "from": one.sender, "to": one.to},
        body=message.as_bytes(),
    )


def server(channel: Channel) -> str:
    """Return the address of the mail server. Raises `ValueError` where it is none."""
    address = " ".join(channel.listed("smtp_server"))
    if not address.startswith(("smtp://", "smtps://")):
        raise ValueError("smtp_server must be smtps://HOST:465 or smtp://HOST:587")
    return address


def smtp_login(channel: Channel) -> dict[str, str]:
    """Return the header with the login, none where the server asks for none."""
    password = channel.secret("smtp_password")
    user = " ".join(channel.listed("smtp_user")) or channel.account
    return {"authorization": _basic(user, password)} if password else {}


def postmark(channel: Channel, method: str, path: str, body: object = None) -> HttpRequest:
    """Return a call of Postmark's API."""
    headers = {
        "accept": "application/json",
        "content-type": "application/json",
        "x-postmark-server-token": channel.secret("api_token"),
    }
    raw = b"" if body is None else json.dumps(body).encode()
    return HttpRequest(method=method, url=_base(channel, POSTMARK) + path, headers=headers, body=raw)


def mailgun(
    channel: Channel, method: str, path: str, fields: Mapping[str, str | list[str]] | None = None
) -> HttpRequest:
    """Return a call of Mailgun's API."""
    headers = {"authorization": _basic("api", channel.secret("api_token"))}
    if fields is None:
        return HttpRequest(method=method, url=_base(channel, MAILGUN) + path, headers=headers)
    headers["content-type"] = "application/x-www-form-urlencoded"
    body = urlencode(fields, doseq=True).encode()
    return HttpRequest(method=method, url=_base(channel, MAILGUN) + path, headers=headers, body=body)


def mailgun_domain(channel: Channel) -> str:
    """Return the domain that Mailgun sends from, ready for a URL."""
    named = " ".join(channel.listed("domain")) or email_mail.domain_of(channel)
    return quote(named.strip().lower(), safe="")


def is_mailgun(channel: Channel) -> bool:
    """Return whether Mailgun is the provider; without a word Postmark is."""
    return "mailgun" in channel.listed("provider")


def is_by_smtp(channel: Channel) -> bool:
    """Return whether replies leave by a mail server."""
    return "smtp" in channel.listed("via")


def _base(channel: Channel, default: str) -> str:
    return (channel.api_base or default).rstrip("/")


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _mailbox(one: Letter) -> str:
    return f'"{one.name}" <{one.sender}>' if one.name else one.sender
