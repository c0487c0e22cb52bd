"""One mail: who wrote it, which conversation it belongs to, and what it is known by.

Facts: RFC 5322 sections 3.4 (addresses) and 3.6.4 (Message-ID, In-Reply-To, References).
"""

import functools
import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.header import decode_header
from email.utils import getaddresses, parsedate_to_datetime
from itertools import islice
from typing import Any

from chalicelib.core.message import Customer, Surface, Thread
from chalicelib.core.values import dataclass
from chalicelib.platforms.contract import Channel, Outgoing
from chalicelib.platforms.payload import clean

RECIPIENTS_LIMIT = 20

_ADDRESSES_LIMIT = 10_000
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\\x00-\x1f\x7f]{1,64}@[^\s<>@,;:\"()\[\]\\\x00-\x1f\x7f]{1,255}")
_PLAIN = (
    r"[A-Za-z0-9_+-]{1,64}(?:\.[A-Za-z0-9_+-]{1,64}){0,9}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,9}"
)
_PLAIN_MAILBOX = re.compile(rf"(?:([^\W\d_]{{1,50}}(?: [^\W\d_]{{1,50}}){{0,5}}) )?<({_PLAIN})>|({_PLAIN})")
_MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]{1,250}>")
_OURS = re.compile(r"<hb\.([a-z0-9.-]{1,80})\.([0-9a-f]{20})@([^<>@\s]{1,255})>")
_TAG_LENGTH, _WRITER_LENGTH = 20, 12
_THREAD_KEY = re.compile(r"([0-9a-f]{20})\.[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as a provider has taken it apart; addresses and names of headers are in lower case.

    `message_id` is its own, or what the provider calls it. `envelope` is the sender of the envelope, None
    where it is not told. `text` is what its writer says in it, `whole` all its plain text. `reports` are the
    texts of a delivery report's machine-readable parts.
    """

    message_id: str
    at: datetime
    headers: tuple[tuple[str, str], ...]
    sender: str
    name: str
    reply_to: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    delivered_to: str
    envelope: str | None
    subject: str
    text: str
    whole: str = ""
    kinds: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()

    def all(self, name: str) -> list[str]:
        """Return every header of this name."""
        return [value for known, value in self.headers if known == name]

    def header(self, name: str) -> str:
        """Return the first header of this name, empty where there is none."""
        return next((value for known, value in self.headers if known == name), "")

    @property
    def references(self) -> tuple[str, ...]:
        """The ids of the mails before this one, the oldest first."""
        return tuple(message_ids(self.header("references")) or message_ids(self.header("in-reply-to")))

    @property
    def answers(self) -> bool:
        """Whether it is a reply in a conversation."""
        return bool(self.references)


@dataclass(frozen=True, slots=True)
class Mark:
    """What our own Message-ID says: the delivery it is of, and the conversation."""

    key: str
    tag: str


def addresses(*fields: str) -> tuple[str, ...]:
    """Return the addresses in address fields, each once, without what is none."""
    found = (address.lower() for _, address in _mailboxes(fields) if _ADDRESS.fullmatch(address))
    return tuple(dict.fromkeys(found))


def mailbox(field: str) -> tuple[str, str]:
    """Return the name and the address of the first mailbox in a field, both empty where there is none."""
    for name, address in _mailboxes([field]):
        if _ADDRESS.fullmatch(address):
            return one_line(decoded(name))[:200], address.lower()
    return "", ""


def _mailboxes(fields: Iterable[str]) -> Iterator[tuple[str, str]]:
    for field in fields:
        # Nearly all are written plainly, and need no parser.
        if plain := _PLAIN_MAILBOX.fullmatch(field):
            yield plain[1] or "", plain[2] or plain[3]
        elif field:
            yield from _parsed_mailboxes(field[:_ADDRESSES_LIMIT])


def _parsed_mailboxes(field: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([field])
    except RecursionError:
        # Nobody's name holds a thousand brackets.
        return []


def decoded(value: str) -> str:
    """Return a header with its encoded words (RFC 2047) in plain letters.

    A word in an unknown charset keeps what is ASCII in it, and does not hide the others.
    """
    if "=?" not in value:
        return value
    try:
        parts = decode_header(value)
    except ValueError:
        return value
    return clean("".join(part if isinstance(part, str) else _in_letters(part, name) for part, name in parts))


def _in_letters(word: bytes, charset: str | None) -> str:
    try:
        return word.decode(charset or "ascii", errors="replace")
    except (LookupError, ValueError):
        return word.decode("ascii", errors="replace")


def one_line(text: str) -> str:
    """Return text without line breaks and control characters, so that no header can hide in it."""
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(text.split())


def message_ids(field: str) -> list[str]:
    """Return the message ids in a header."""
    return _MESSAGE_ID.findall(field)


def moment(headers: Iterable[tuple[str, str]], received_at: datetime) -> datetime:
    """Return when the last server took the mail, else what the sender's clock said (R4).

    The clocks of servers are right more often than those of senders. Nothing is later than now.
    """
    known = list(headers)
    stamps = [value.rpartition(";")[2] for name, value in known if name == "received"]
    for candidates in (stamps, [value for name, value in known if name == "date"]):
        times = [time for time in map(_time, candidates) if time and time <= received_at]
        if times:
            return max(times)
    return received_at


def _time(value: str) -> datetime | None:
    try:
        time = parsedate_to_datetime(value.strip()[:100])
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def is_own(address: str, channel: Channel) -> bool:
    """Return whether an address is the business's; `@shop.example` among them names a whole domain."""
    local, _, domain = address.rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    written = (channel.account, " ".join(channel.listed("from")), *channel.listed("addresses"))
    return not _own(written).isdisjoint({address, plain, f"@{domain}"})


@functools.lru_cache(maxsize=100)
def _own(written: tuple[str, ...]) -> frozenset[str]:
    """Return the addresses in account, `from` and `addresses` of a channel; asked for with every mail."""
    account, sender, *others = written
    return frozenset(entry.strip().lower() for entry in (account, mailbox(sender or account)[1], *others))


def sender_of(channel: Channel) -> tuple[str, str]:
    """Return the name and the address that replies come from."""
    return mailbox(" ".join(channel.listed("from")) or channel.account)


def mark_in(message_id: str, channel: Channel) -> Mark | None:
    """Return what a Message-ID says if it is one of ours."""
    found = _OURS.fullmatch(message_id)
    if found is None or found[3].lower() != domain_of(channel):
        return None
    return Mark(found[1], found[2])


def marks_within(texts: Iterable[str], channel: Channel) -> list[Mark]:
    """Return what our Message-IDs say that are named in texts."""
    named = (found[0] for text in texts for found in _OURS.finditer(text))
    return [mark for mark in (mark_in(one, channel) for one in named) if mark]


def named_in(text: str) -> tuple[str, ...]:
    """Return the addresses that stand anywhere in a text, without what is a Message-ID of ours."""
    found = (one.rstrip(".").lower() for one in _ADDRESS.findall(_OURS.sub(" ", text)))
    return tuple(islice(dict.fromkeys(found), RECIPIENTS_LIMIT))


def domain_of(channel: Channel) -> str:
    """Return the domain that our Message-IDs end in."""
    return sender_of(channel)[1].rpartition("@")[2]


def our_message_id(outgoing: Outgoing, channel: Channel) -> str:
    """Return the Message-ID of a delivery, the same every time; it names the conversation, too."""
    known = _THREAD_KEY.fullmatch(outgoing.thread.key)
    tag = known[1] if known else digest(outgoing.thread.key)[:_TAG_LENGTH]
    return f"<hb.{outgoing.key}.{tag}@{domain_of(channel)}>"


def conversation(mail: Mail, channel: Channel) -> str:
    """Return the tag of a mail's conversation: what our own Message-ID says, else its first mail's id.

    A reply always names what it answers, and with a word of ours in between that is enough.
    """
    for one in mail.references:
        if mark := mark_in(one, channel):
            return mark.tag
    return digest((*mail.references, mail.message_id)[0])[:_TAG_LENGTH]


def place(tag: str, writer: str, channel: Channel, *, customer: Customer | None = None) -> dict[str, Any]:
    """Return the thread of one person in a conversation, and who that is.

    Each writer has a case of their own there: nobody who has got hold of a Message-ID may turn the
    answers of somebody else's case towards themselves. `writer` is the address that answers go to.
    """
    thread = Thread(
        channel=channel.id, key=f"{tag}.{digest(writer)[:_WRITER_LENGTH]}", surface=Surface.EMAIL, place=tag
    )
    return {"thread": thread, "customer": customer or Customer(id=writer)}


def digest(text: str) -> str:
    """Return a fingerprint of a text."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
