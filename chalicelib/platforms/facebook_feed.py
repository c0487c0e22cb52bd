"""What happens in public on a page: comments, visitors' posts, mentions, recommendations.

Facts: https://developers.facebook.com/docs/graph-api/webhooks/reference/page and
https://developers.facebook.com/docs/pages-api/webhooks-for-pages
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import CustomerWrote, MessageDeleted, MessageEchoed, MessageEdited, ThreadEvent
from chalicelib.core.message import Customer, Surface, Thread
from chalicelib.core.values import dataclass
from chalicelib.platforms.contract import Channel
from chalicelib.platforms.payload import Payload

Events = tuple[ThreadEvent, ...]


class _Verb(Enum):
    ADD = auto()
    EDIT = auto()
    REMOVE = auto()
    QUIET = auto()


# Meta writes both "edit" and "edited": https://github.com/restfb/restfb/issues/749
_VERBS = {
    "add": _Verb.ADD,
    "edit": _Verb.EDIT,
    "edited": _Verb.EDIT,
    "update": _Verb.EDIT,
    "remove": _Verb.REMOVE,
    "delete": _Verb.REMOVE,
    "hide": _Verb.QUIET,
    "unhide": _Verb.QUIET,
}
_LIKES = frozenset({"like", "reaction"})
_POSTS = frozenset({"post", "status", "photo", "video", "link", "note", "share"})
_ATTACHED = {"photo": "photo", "photos": "photo", "video": "video", "link": "link"}
_MEDIA = frozenset({"photo", "video"})
_WORD = re.compile(r"[a-z0-9_-]{1,40}")
_GOOD_RATING = 4


def read(change: Payload, entry: Payload, page: str, channel: Channel) -> Events | None:
    """Return the events of a change, None where its kind is not known or nobody can tell who wrote it."""
    reader = _READERS.get(change.text("field", ""))
    return reader(_Said(change.object("value"), entry, page, channel)) if reader else None


def name(change: Payload) -> str:
    """Return what a change calls itself."""
    value = change.data.get("value")
    said = value if isinstance(value, dict) else {}
    words = [one for one in (change.data.get("field"), said.get("item"), said.get("verb")) if one]
    known = (one if isinstance(one, str) and _WORD.fullmatch(one) else "?" for one in words)
    return ".".join(["changes", *known])


def moment(payload: Payload, name: str) -> datetime:
    """Return a time that is given in seconds, or as text with an offset. Raises `BadPayload`."""
    value = payload.data.get(name)
    if not isinstance(value, str) or value.isdigit():
        return payload.moment(name, "seconds")
    try:
        written = datetime.fromisoformat(value)
        return written.astimezone(UTC) if written.tzinfo else _no_time(payload, name)
    except (ValueError, OverflowError):
        return _no_time(payload, name)


def echo(thread: Thread, page: str, comment: str, at: datetime, text: str) -> MessageEchoed:
    """Return that the page wrote in public, which says neither by whose hand nor to whom."""
    return MessageEchoed(
        id=f"echo:{page}:{comment}",
        at=at,
        thread=thread,
        customer=Customer(id=""),
        account=page,
        message_id=comment,
        text=text,
        unmarked=True,
    )


def deletion(thread: Thread, page: str, gone: tuple[str, ...], at: datetime) -> MessageDeleted:
    """Return that something said in public is gone, whoever took it away; the first of `gone` names it."""
    return MessageDeleted(
        id=f"deleted:{page}:{gone[0]}",
        at=at,
        thread=thread,
        customer=Customer(id=""),
        account=page,
        message_ids=gone,
    )


class _Said:
    """What a change tells: who did what, and when."""

    def __init__(self, value: Payload, entry: Payload, page: str, channel: Channel) -> None:
        self.value = value
        self.page = page
        self.channel = channel
        self.item = value.text("item", "")
        self.verb = _VERBS.get(value.text("verb", ""))
        self.author = _author(value)
        self.by_page = self.author.id == page
        self.post = value.identifier("post_id", "")
        self.text = value.text("message", "") or value.text("review_text", "")
        self._entry = entry

    @property
    def at(self) -> datetime:
        for told in ("edited_time", "created_time"):
            if told in self.value:
                return moment(self.value, told)
        try:
            return self._entry.moment("time", "seconds")
        except BadPayload:
            # An entry that holds messages, too, has milliseconds.
            return self._entry.moment("time", "milliseconds")


def _author(value: Payload) -> Customer:
    """Return who wrote; before version 2.11 it stood beside the words, and reviews call it the reviewer."""
    author = value.optional("from")
    if named := author.identifier("id", ""):
        return Customer(id=named, name=author.text("name", ""))
    for role in ("sender", "reviewer"):
        if named := value.identifier(f"{role}_id", ""):
            return Customer(id=named, name=value.text(f"{role}_name", ""))
    return Customer(id="")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where something was said: its own id, the thread it belongs to, and what answers it in private."""

    kind: str
    id: str
    thread: Thread
    in_tree: bool = False
    private: Mapping[str, str]
    attachments: tuple[str, ...] = ()


def _feed(said: _Said) -> Events | None:
    if said.item in _LIKES:
        return ()
    if said.item == "comment":
        return _events(said, _comment(said, Surface.COMMENT))
    if said.item in _POSTS:
        return _visitors_post(said)
    # Whatever else the page does, it is no answer to anybody.
    return () if said.by_page else None


def _comment(said: _Said, surface: Surface) -> _Place:
    """Return the place of a comment, whose parent is the post where it is no reply to another comment."""
    comment = said.value.identifier("comment_id")
    parent = said.value.identifier("parent_id", "")
    in_tree = bool(parent and said.post) and parent != said.post
    own = parent if in_tree else comment
    # What the page says below a post answers whoever wrote the post.
    key = said.post if said.by_page and not in_tree and said.post else own
    return _Place(
        kind="comment",
        id=comment,
        thread=_thread(said, key, surface),
        in_tree=in_tree,
        private={"comment_id": comment},
        attachments=_attachments(said),
    )


def _visitors_post(said: _Said) -> Events | None:
    if said.by_page and said.verb is not _Verb.REMOVE:
        return ()
    if said.item == "share" and not said.text and said.verb is _Verb.ADD:
        # Passing a post on says nothing.
        return ()
    return _events(said, _post(said, Surface.COMMENT))


def _post(said: _Said, surface: Surface) -> _Place:
    post = said.value.identifier("post_id")
    return _Place(
        kind="post",
        id=post,
        thread=_thread(said, post, surface),
        private={"post_id": post},
        attachments=_attachments(said),
    )


def _mention(said: _Said) -> Events | None:
    if said.by_page or said.post.startswith(f"{said.page}_"):
        # What is said on the page itself comes in its feed, too.
        return ()
    reader = _comment if "comment_id" in said.value else _post
    return _events(said, reader(said, Surface.MENTION))


def _ratings(said: _Said) -> Events | None:
    if said.item in _LIKES:
        return ()
    review = said.value.identifier("open_graph_story_id", said.post.rpartition("_")[2] or None)
    thread = _thread(said, review, Surface.REVIEW)
    if said.item == "comment":
        comment = said.value.identifier("comment_id")
        return _events(said, _Place(kind="comment", id=comment, thread=thread, in_tree=True, private={}))
    if said.item != "rating":
        return None
    verdict = _verdict(said.value)
    return _events(said, _Place(kind="review", id=review, thread=thread, private={}, attachments=verdict))


def _verdict(value: Payload) -> tuple[str, ...]:
    """Return what a review without words says: a recommendation is a like, its opposite is not."""
    recommended = value.text("recommendation_type", "").upper()
    stars = value.data.get("rating")
    if not recommended and isinstance(stars, int):
        recommended = "POSITIVE" if stars >= _GOOD_RATING else "NEGATIVE"
    return {"POSITIVE": ("like",), "NEGATIVE": ("not_recommended",)}.get(recommended, ())


def _events(said: _Said, place: _Place) -> Events | None:
    if said.verb is _Verb.QUIET:
        return ()
    if said.verb is _Verb.REMOVE:
        return (deletion(place.thread, said.page, (place.id,), said.at),)
    if said.verb is _Verb.EDIT:
        return () if said.by_page else (_edited(said, place),)
    if said.verb is None or not said.author.id:
        return None
    if said.by_page:
        return (echo(place.thread, said.page, place.id, said.at, said.text),)
    return (_wrote(said, place),)


def _wrote(said: _Said, place: _Place) -> CustomerWrote:
    return CustomerWrote(
        id=f"{place.kind}:{said.page}:{place.id}",
        message_id=place.id,
        attachments=place.attachments,
        in_tree=place.in_tree,
        address={"reply_to": place.thread.key, **place.private},
        **_common(said, place),
    )


def _edited(said: _Said, place: _Place) -> MessageEdited:
    # The time may be that of the first version: the words tell one edit from the next.
    words = hashlib.sha256(said.text.encode()).hexdigest()[:12]
    stamp = int(said.at.timestamp())
    return MessageEdited(
        id=f"edit:{said.page}:{place.id}:{stamp}:{words}", message_id=place.id, **_common(said, place)
    )


def _common(said: _Said, place: _Place) -> dict[str, Any]:
    return {
        "at": said.at,
        "thread": place.thread,
        "customer": said.author,
        "account": said.page,
        "text": said.text,
    }


def _thread(said: _Said, key: str, surface: Surface) -> Thread:
    return Thread(channel=said.channel.id, key=key, surface=surface, public=True, place=said.post)


def _attachments(said: _Said) -> tuple[str, ...]:
    if said.item in _MEDIA:
        # Its link is the address of the picture itself.
        return (said.item,)
    return tuple(dict.fromkeys(kind for field, kind in _ATTACHED.items() if field in said.value))


def _no_time(payload: Payload, name: str) -> datetime:
    raise BadPayload(f"{payload.where}.{name} is not a time")


_READERS: dict[str, Callable[[_Said], Events | None]] = {
    "feed": _feed,
    "mention": _mention,
    "ratings": _ratings,
}
