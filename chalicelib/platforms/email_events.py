"""Who spoke in a mail, and what became of ours: the customer, a person of the business, a machine.

Facts: RFC 3834 (automatic answers), RFC 3464 (delivery reports),
https://postmarkapp.com/developer/webhooks/bounce-webhook and
https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from chalicelib.core.case import thread_hash
from chalicelib.core.events import (
    AutomationWrote,
    BystanderWrote,
    CustomerWrote,
    HumanReplied,
    MessageEchoed,
    MessageFailed,
    Outcome,
    Speaker,
    ThreadEvent,
)
from chalicelib.core.message import Customer, Surface, Thread
from chalicelib.platforms import email_mail, email_signs
from chalicelib.platforms.contract import Channel, Inbound
from chalicelib.platforms.email_mail import Mail, Mark, digest, place
from chalicelib.platforms.payload import Payload

_SUBJECT_LIMIT = 200
_REFERENCES_LIMIT = 2_000
_FAILED = re.compile(r"^\s*(?:status:\s*5\.|action:\s*failed)", re.IGNORECASE | re.MULTILINE)
_FAILED_IN_PROSE = re.compile(r"(?<![\d.])5\.\d{1,3}\.\d{1,3}(?![\d.])|(?<![\d.])55[0-4][ -]")
_ENDED = frozenset(
    {
        "HardBounce",
        "SoftBounce",  # Postmark tells of it when it has given up
        "SpamNotification",
        "VirusNotification",
        "BadEmailAddress",
        "ManuallyDeactivated",
        "Blocked",
        "DMARCPolicy",
        "SMTPApiError",
    }
)
_THREAD_KEY = re.compile(r"[0-9a-f]{20}\.[0-9a-f]{12}")


def told_by(mail: Mail, channel: Channel) -> Iterator[ThreadEvent]:
    """Yield what a mail means; nothing where it is a word inside the house."""
    mail = _unwrapped(mail, channel)
    tag = email_mail.conversation(mail, channel)
    common: dict[str, Any] = {"id": _event_id(mail), "at": mail.at, "message_id": mail.message_id}
    failed = _failure(mail, channel)
    forms = {form.strip().lower() for form in channel.listed("forms")}
    if failed:
        yield failed
    elif mail.sender in forms and mail.reply_to and not email_mail.is_own(mail.reply_to, channel):
        # A form on a website writes in the name of the shop; who filled it in is whom it says to answer.
        yield _customer_wrote(replace(mail, sender=mail.reply_to, name=""), tag, common, channel)
    elif email_mail.is_own(mail.sender, channel):
        yield from _of_the_house(mail, tag, common, channel)
    elif sign := email_signs.machine_sign(mail, channel) or ("spam" if email_signs.is_spam(mail) else ""):
        yield AutomationWrote(text=mail.text, sign=sign, **common, **place(tag, mail.sender, channel))
    elif (other := _addressee(mail, channel)) and other != mail.sender:
        yield BystanderWrote(text=mail.text, **common, **place(tag, other, channel))
    else:
        yield _customer_wrote(mail, tag, common, channel)


def _unwrapped(mail: Mail, channel: Channel) -> Mail:
    """Return a mail under its writer's name, where a group of Google's has put its own in front of it."""
    name, writer = email_mail.mailbox(mail.header("x-original-from"))
    wrapped = writer and email_mail.is_own(mail.sender, channel) and not email_mail.is_own(writer, channel)
    return replace(mail, sender=writer, name=name) if wrapped else mail


def _event_id(mail: Mail) -> str:
    # The words are in it, too: some machines give all their mails the same Message-ID.
    return f"mail:{digest(f'{mail.message_id}|{mail.sender}|{mail.text}')}"


def _customer_wrote(mail: Mail, tag: str, common: dict[str, Any], channel: Channel) -> CustomerWrote:
    answer_to = _answer_to(mail, channel)
    customer = Customer(id=mail.sender, name=mail.name)
    where = place(tag, answer_to, channel, customer=customer)
    opening = mail.subject if not mail.answers and not mail.text.startswith(mail.subject) else ""
    return CustomerWrote(
        text="\n\n".join(filter(None, (opening, mail.text))),
        attachments=mail.kinds,
        address=_address(mail, answer_to),
        **common,
        **where,
    )


def _answer_to(mail: Mail, channel: Channel) -> str:
    asked = mail.reply_to
    usable = asked and not email_mail.is_own(asked, channel) and not email_signs.is_machines(asked)
    return asked if usable else mail.sender


def _address(mail: Mail, answer_to: str) -> dict[str, str]:
    before = " ".join(mail.references)
    if len(before) > _REFERENCES_LIMIT:
        # RFC 5322 lets the middle be left out; the first names the conversation.
        before = f"{mail.references[0]} {mail.references[-1]}"
    told = {
        "to": answer_to,
        "subject": mail.subject[:_SUBJECT_LIMIT],
        "in_reply_to": mail.message_id,
        "references": f"{before} {mail.message_id}".strip(),
    }
    return {name: value for name, value in told.items() if value}


def _addressee(mail: Mail, channel: Channel) -> str:
    """Return to whom a reply is written that we only get a copy of, empty where it is written to us."""
    for_others = [one for one in mail.to if not email_mail.is_own(one, channel)]
    to_us = len(for_others) < len(mail.to)
    copied = any(email_mail.is_own(one, channel) for one in mail.cc)
    return for_others[0] if mail.answers and copied and for_others and not to_us else ""


def _of_the_house(mail: Mail, tag: str, common: dict[str, Any], channel: Channel) -> Iterator[ThreadEvent]:
    """Yield one event for each customer who got a mail of the business."""
    mark = email_mail.mark_in(mail.message_id, channel)
    sign = email_signs.machine_sign(mail, channel)
    everybody = dict.fromkeys((*mail.to, *mail.cc))
    customers = [one for one in everybody if not email_mail.is_own(one, channel) and one != mail.delivered_to]
    for number, one in enumerate(customers):
        words = {**common, "id": f"{common['id']}:{number}", "text": mail.text, **place(tag, one, channel)}
        if mark:
            yield MessageEchoed(ours=True, nonce=mark.key, otherwise=Speaker.AUTOMATION, **words)
        elif sign:
            yield MessageEchoed(otherwise=Speaker.AUTOMATION, **words)
        elif email_signs.is_doubtful(mail):
            # Anybody can write a From line; the case records that a person was assumed.
            yield MessageEchoed(otherwise=Speaker.UNKNOWN, **words)
        else:
            yield HumanReplied(**words)


def _failure(mail: Mail, channel: Channel) -> MessageFailed | None:
    """Return that one of our messages has failed for good, where a delivery report says so."""
    if not email_signs.is_report(mail) and not email_signs.is_machines(mail.sender):
        return None
    named = email_mail.marks_within(
        (*mail.reports, mail.text, mail.whole, mail.header("in-reply-to"), mail.header("references")), channel
    )
    ended = any(map(_FAILED.search, mail.reports)) or _FAILED_IN_PROSE.search(mail.text)
    if not named or not ended:
        return None
    mark = named[0]
    return MessageFailed(
        id=_event_id(mail),
        at=mail.at,
        message_id="",
        nonce=mark.key,
        outcome=Outcome.REFUSED,
        reason="bounced",
        **place(mark.tag, _failed_recipient(mail, mark, channel), channel),
    )


def _failed_recipient(mail: Mail, mark: Mark, channel: Channel) -> str:
    """Return whom a message did not reach: of all who are named, the one in whose case it was written.

    Some servers report in nothing but prose. The key of a delivery begins with the name of its thread.
    """
    told = email_mail.addresses(mail.header("x-failed-recipients")) or _recipients(mail)
    others = [one for one in email_mail.named_in(mail.whole) if not email_mail.is_own(one, channel)]
    everybody = (*told, *(one for one in others if one != mail.sender))
    home = mark.key.partition(".")[0]
    right = (one for one in everybody if thread_hash(place(mark.tag, one, channel)["thread"]) == home)
    return next(right, everybody[0] if everybody else "")


_RECIPIENT = re.compile(
    r"^(?:original|final)-recipient:\s*rfc822;\s*(\S{3,320})", re.IGNORECASE | re.MULTILINE
)


def _recipients(mail: Mail) -> tuple[str, ...]:
    return email_mail.addresses(*(one for text in mail.reports for one in _RECIPIENT.findall(text)))


def failed_at_postmark(body: Payload, inbound: Inbound, channel: Channel) -> tuple[MessageFailed, ...]:
    """Return that Postmark could not deliver a message of ours; metadata tells which one."""
    kind = body.text("Type", "")
    if kind not in _ENDED:
        return ()
    return _failed(
        f"bounce:{body.identifier('ID')}",
        kind.lower(),
        body.optional("Metadata"),
        body.text("Email", ""),
        inbound,
        channel,
        message_id=body.identifier("MessageID", ""),
    )


def failed_at_mailgun(event: Payload, inbound: Inbound, channel: Channel) -> tuple[MessageFailed, ...]:
    """Return that Mailgun could not deliver a message of ours; variables tell which one."""
    if event.text("severity", "") != "permanent":
        return ()
    code = event.optional("delivery-status").data.get("code")
    told = event.data.get("user-variables")
    return _failed(
        f"bounce:{event.identifier('id')}",
        str(code) if isinstance(code, int) and 100 <= code < 1000 else "failed",
        Payload(told if isinstance(told, dict) else {}, "user-variables"),
        event.text("recipient", ""),
        inbound,
        channel,
    )


def _failed(
    identifier: str,
    reason: str,
    marks: Payload,
    recipient: str,
    inbound: Inbound,
    channel: Channel,
    *,
    message_id: str = "",
) -> tuple[MessageFailed, ...]:
    key, thread_key = marks.text("hearback-key", ""), marks.text("hearback-thread", "")
    if not key or not _THREAD_KEY.fullmatch(thread_key):
        return ()
    tag = thread_key.partition(".")[0]
    return (
        MessageFailed(
            id=identifier,
            at=inbound.received_at,
            thread=Thread(channel=channel.id, key=thread_key, surface=Surface.EMAIL, place=tag),
            customer=Customer(id=email_mail.mailbox(recipient)[1]),
            message_id=message_id,
            nonce=key,
            outcome=Outcome.REFUSED,
            reason=reason,
        ),
    )
