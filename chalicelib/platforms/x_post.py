"""Posts of X, in either of the two shapes in which X delivers them, read into one.

Facts: https://docs.x.com/x-api/activity/event-payloads and
https://docs.x.com/x-api/account-activity/introduction#account-activity-data-object-structure
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from chalicelib.core.errors import BadPayload
from chalicelib.core.message import Customer
from chalicelib.core.values import dataclass
from chalicelib.platforms.payload import Payload

# As it stands in the old shape: Wed Oct 10 20:19:24 +0000 2018.
_OLD_TIME = "%a %b %d %H:%M:%S %z %Y"
_ESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
# The address of a quoted post or of a picture, which X appends to the words.
_IN_FRONT = re.compile(r"(?:@[A-Za-z0-9_]{1,15}\s+)+")
_A_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_HANDLE = re.compile(r"@([A-Za-z0-9_]+)")
_APPENDED = re.compile(r"/(status/[0-9]+(/(photo|video)/[0-9]+)?|messages/media/[0-9]+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote: the id, the name X shows, the handle, and whether the account is labelled "Automated"."""

    id: str
    name: str = ""
    handle: str = ""
    automated: bool = False

    def as_customer(self) -> Customer:
        """Return the author as the customer of a case."""
        return Customer(id=self.id, name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post. `first` is the id of its first version, `conversation` that of the post at its root.

    `answers` and `answered` are the post it replies to and the author of that; `prefixed` are the accounts
    whose handles X has put before the words, `called` those whom the author has named. `addressed` are
    the accounts whose handles the text begins with, whoever has put them there.
    """

    id: str
    first: str
    at: datetime
    text: str
    author: Author
    conversation: str
    answers: str = ""
    answered: str = ""
    prefixed: tuple[str, ...] = ()
    called: frozenset[str] = frozenset()
    addressed: tuple[str, ...] = ()
    quotes: str = ""
    quoted: str = ""
    is_repost: bool = False
    attachments: tuple[str, ...] = ()

    @property
    def is_edit(self) -> bool:
        """Return whether this is a later version: X gives every version an id of its own."""
        return self.id != self.first


def of_activity(payload: Payload, includes: Payload) -> Post:
    """Return the post of an X Activity API event. Raises `BadPayload`."""
    identifier = payload.identifier("id")
    versions = payload.identifiers("edit_history_tweet_ids") if "edit_history_tweet_ids" in payload else ()
    first = versions[0] if versions else identifier
    conversation = payload.identifier("conversation_id", "")
    entities = payload.optional("entities")
    # Longer posts have the whole text elsewhere.
    note = payload.optional("note_tweet")
    text, start = payload.text("text", ""), _start(payload)
    mentions = list(entities.objects("mentions"))
    prefixed, called = _named(mentions, start, "id")
    links = [*entities.objects("urls"), *note.optional("entities").objects("urls")]
    referenced = {one.text("type", ""): one for one in payload.objects("referenced_tweets")}
    answers = payload.identifier("in_reply_to_tweet_id", _referenced(referenced, "replied_to"))
    return Post(
        id=identifier,
        first=first,
        at=payload.iso_moment("created_at"),
        text=_words(note.text("text", "") or text, text[:start], links),
        author=author(payload.identifier("author_id"), people(includes)),
        conversation=first if conversation in versions else conversation,
        answers=answers,
        answered=payload.identifier("in_reply_to_user_id", "") or _written_by(answers, includes),
        prefixed=prefixed,
        called=called,
        addressed=_addressed(text, [*mentions, *people(includes)], "username", "id"),
        quotes=_referenced(referenced, "quoted"),
        is_repost="retweeted" in referenced,
        attachments=("media",) if payload.optional("attachments").data.get("media_keys") else (),
    )


def of_account_activity(tweet: Payload) -> Post:
    """Return the post of a `tweet_create_events` item, which names no conversation. Raises `BadPayload`."""
    identifier = _either(tweet, "id")
    user = tweet.object("user")
    # Longer posts have the whole text elsewhere.
    full = tweet.optional("extended_tweet") if "extended_tweet" in tweet else tweet
    text, start = full.text("full_text", "") or full.text("text", ""), _start(full)
    entities = full.optional("entities")
    mentions = list(entities.objects("user_mentions"))
    prefixed, called = _named(mentions, start, "id_str")
    quoted = tweet.optional("quoted_status")
    media = full.optional("extended_entities").objects("media")
    return Post(
        id=identifier,
        first=identifier,
        at=_old_time(tweet),
        text=_words(text, text[:start], [*entities.objects("urls"), *entities.objects("media")]),
        author=Author(
            id=_either(user, "id"), name=_name(user, "screen_name"), handle=_handle(user, "screen_name")
        ),
        conversation="",
        answers=_either(tweet, "in_reply_to_status_id", ""),
        answered=_either(tweet, "in_reply_to_user_id", ""),
        prefixed=prefixed,
        called=called,
        addressed=_addressed(text, mentions, "screen_name", "id_str"),
        quotes=_either(quoted, "id", ""),
        quoted=_either(quoted.optional("user"), "id", ""),
        is_repost="retweeted_status" in tweet,
        attachments=tuple(one.text("type", "media") for one in media),
    )


def author(identifier: str, told: Iterator[Payload]) -> Author:
    """Return an account by its id, with what is `told` of it."""
    for person in told:
        if person.identifier("id", "") == identifier:
            handle = "username" if "username" in person else "screen_name"
            label = person.optional("affiliation").text("description", "")
            return Author(
                id=identifier,
                name=_name(person, handle),
                handle=_handle(person, handle),
                automated=label == "Automated",
            )
    return Author(id=identifier)


def people(includes: Payload) -> Iterator[Payload]:
    """Yield the accounts that X has sent along."""
    return map(_bare, includes.objects("users"))


def users(holder: Payload) -> Iterator[Payload]:
    """Yield the accounts of a `users` map."""
    found = holder.optional("users")
    for identifier in found.data:
        yield _bare(found.object(identifier))


def message_text(data: Payload) -> str:
    """Return the words of a direct message."""
    return _words(data.text("text", ""), "", list(data.optional("entities").objects("urls")))


def without_handles(text: str) -> str:
    """Return words without the handles they begin with, which X or we have put there."""
    return text[len(_in_front(text)) :]


def handles(text: str) -> tuple[str, ...]:
    """Return the handles that words begin with, in small letters."""
    return tuple(_HANDLE.findall(_in_front(text).lower()))


def _in_front(text: str) -> str:
    found = _IN_FRONT.match(text)
    return found[0] if found else ""


def _addressed(text: str, accounts: list[Payload], handle: str, identifier: str) -> tuple[str, ...]:
    """Return the ids of those whose handles the text begins with, as far as they are told."""
    ids = {one.text(handle, "").lower(): one.identifier(identifier, "") for one in accounts}
    return tuple(found for one in handles(text) if (found := ids.get(one, "")))


def _written_by(post: str, includes: Payload) -> str:
    """Return whose post this is, empty where X has not sent it along."""
    along = map(_bare, includes.objects("tweets"))
    return next(
        (one.identifier("author_id", "") for one in along if post and one.identifier("id", "") == post), ""
    )


def _bare(person: Payload) -> Payload:
    # Some samples of X wrap every account in an object `data`.
    return person.optional("data") if "data" in person else person


def _name(person: Payload, handle: str) -> str:
    name, at = person.text("name", ""), person.text(handle, "")
    return f"{name} (@{at})".strip() if at else name


def _handle(person: Payload, name: str) -> str:
    handle = person.text(name, "")
    return handle if _A_HANDLE.fullmatch(handle) else ""


def _old_time(tweet: Payload) -> datetime:
    if "timestamp_ms" in tweet:
        return tweet.moment("timestamp_ms", "milliseconds")
    try:
        return datetime.strptime(tweet.text("created_at"), _OLD_TIME).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadPayload(f"{tweet.where}.created_at is not a time") from None


def _either(payload: Payload, name: str, default: str | None = None) -> str:
    """Return an id of the old shape; as a number JavaScript would round it, and so may others."""
    text = f"{name}_str"
    return payload.identifier(text) if text in payload else payload.identifier(name, default)


def _referenced(referenced: dict[str, Payload], how: str) -> str:
    return referenced[how].identifier("id", "") if how in referenced else ""


def _start(payload: Payload) -> int:
    """Return where the author's own words begin: before them stand handles that X has put there."""
    shown = payload.data.get("display_text_range")
    start = shown[0] if isinstance(shown, list) and shown else 0
    return max(start, 0) if isinstance(start, int) else 0


def _named(mentions: list[Payload], start: int, name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return whom X has put before the words, and whom the author has named in them."""
    prefixed: list[str] = []
    called: list[str] = []
    for mention in mentions:
        indices = mention.data.get("indices")
        begins = indices[0] if isinstance(indices, list) and indices else mention.data.get("start")
        in_front = isinstance(begins, int) and begins < start
        (prefixed if in_front else called).append(mention.identifier(name, ""))
    return tuple(filter(None, prefixed)), frozenset(filter(None, called))


def _words(text: str, prefix: str, links: list[Payload]) -> str:
    """Return the author's words as they were typed: without handles put before them, and with true links."""
    words = text.removeprefix(prefix).strip()
    for link in links:
        short, full = link.text("url", ""), link.text("expanded_url", "")
        if short.startswith("http") and full:
            appended = _APPENDED.search(full) and words.endswith(short)
            words = words.removesuffix(short).rstrip() if appended else words.replace(short, full)
    for escaped, letter in _ESCAPED:
        words = words.replace(escaped, letter)
    return words
