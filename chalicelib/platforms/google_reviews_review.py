"""One review of Google: what it says, what stands below it, and what that means.

Facts: https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews. A review holds
its author's latest words and at most one reply; a change replaces what was there.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.errors import BadPayload
from chalicelib.core.events import (
    CustomerWrote,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageFailed,
    Outcome,
    Speaker,
    ThreadEvent,
)
from chalicelib.core.message import Customer, Surface, Thread
from chalicelib.platforms import google_reviews_api as api
from chalicelib.platforms.contract import HttpResponse
from chalicelib.platforms.payload import Payload, read_json

REPLY_GONE = "gone"
"""What stands in the place of our reply's id where a person has taken the reply away."""

_STARS = {"ONE": "stars_1", "TWO": "stars_2", "THREE": "stars_3", "FOUR": "stars_4", "FIVE": "stars_5"}
_GOOD = frozenset({"stars_4", "stars_5"})
_TRANSLATED, _ORIGINAL = "(Translated by Google)", "(Original)"
_NOT_OF_A_CODE = re.compile(r"[^a-z0-9_]")
# Whether a reply moves the time of the review it stands below is not documented.
_TRACE_OF_A_REPLY = timedelta(seconds=10)


def thread_of(name: str, channel_id: str) -> Thread:
    """Return the thread of a review; its place is the location."""
    location = name.partition("/reviews/")[0]
    return Thread(channel=channel_id, key=name, surface=Surface.REVIEW, public=True, place=location)


def reply_id(reply: Payload) -> str:
    """Return what tells one reply from another, empty where nothing does.

    A reply has no id, and a person's takes the very place of ours: only its words tell whose it is.
    """
    words = reply.text("comment", "").split()
    if words:
        return hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]
    return reply.identifier("updateTime", "")


def rejection(reply: Payload) -> str:
    """Return the policy that Google found a reply to break, empty where it has not rejected it."""
    if reply.data.get("reviewReplyState") != "REJECTED":
        return ""
    violation = reply.data.get("policyViolation")
    code = _NOT_OF_A_CODE.sub("", violation.lower()) if isinstance(violation, str) else ""
    return f"rejected/{code}"[:40].rstrip("/")


def read(response: HttpResponse) -> dict[str, Any]:
    """Return a review as facts, or that it is gone. Raises `BadPayload` where the answer tells neither."""
    # A 404 that is not Google's own word may come from anywhere on the way.
    if api.error_of(response).data.get("code") == 404:
        return {"gone": True}
    if response.status != 200:
        raise BadPayload(f"Google answered {response.status}")
    review = read_json(response.body)
    reviewer = review.optional("reviewer")
    return {
        "text": _in_own_words(review.text("comment", "")),
        "attachments": _attachments(review),
        "author": "" if reviewer.flag("isAnonymous") else reviewer.text("displayName", ""),
        "created": review.iso_moment("createTime").isoformat(),
        "updated": review.iso_moment("updateTime" if "updateTime" in review else "createTime").isoformat(),
        "reply": _reply(review.object("reviewReply")) if "reviewReply" in review else None,
    }


def events(thread: Thread, facts: Mapping[str, Any], seen_at: datetime) -> tuple[ThreadEvent, ...]:
    """Return what a review means: the customer's words, and the business's below them, in their order."""
    if facts.get("gone"):
        return (_deleted(thread, seen_at),)
    written, replied = _words(thread, facts), reply_events(thread, facts)
    later_than_reply = bool(replied) and replied[0].at < written[-1].at
    return (*replied, *written) if later_than_reply else (*written, *replied)


def seen_before_a_send(
    thread: Thread, facts: Mapping[str, Any], seen_at: datetime, ours: str = ""
) -> tuple[ThreadEvent, ...]:
    """Return what a look tells: a reply stands there, a person's or ours, or the review is gone.

    `ours` is the id of our reply where it is to be changed: a person who took it away does not want it back.
    """
    if facts.get("gone"):
        return (_deleted(thread, seen_at),)
    if ours and not facts["reply"]:
        # The place is marked as taken, for every look anew, as later notifications show it free.
        taken = _deleted(thread, seen_at, ours)
        return (replace(taken, id=f"{taken.id}:{seen_at.isoformat()}", address={"reply": REPLY_GONE}),)
    return reply_events(thread, facts)


def reply_events(thread: Thread, facts: Mapping[str, Any]) -> tuple[ThreadEvent, ...]:
    """Return the one reply: ours if its words are, else a person's; a rejected one nobody can see (R3)."""
    reply = facts["reply"]
    if not reply:
        return ()
    common = _common(thread, facts) | {"at": datetime.fromisoformat(reply["at"]), "message_id": reply["id"]}
    name = f"{thread.key}:{reply['at']}:{reply['id']}"
    if reply["rejected"]:
        outcome = Outcome.REFUSED
        return (MessageFailed(id=f"failed:{name}", outcome=outcome, reason=reply["rejected"], **common),)
    text, human = reply["text"], Speaker.HUMAN
    return (MessageEchoed(id=f"echo:{name}", text=text, unmarked=True, otherwise=human, **common),)


def _words(thread: Thread, facts: Mapping[str, Any]) -> tuple[ThreadEvent, ...]:
    """Return a new review, or a changed one as both: new words for what is owed, and words newly said.

    An edit alone would be lost where nothing is owed: after a reply, after a rating without words, or
    where the first notification came late. Words alone would leave a withdrawn complaint standing.
    """
    created, updated = (datetime.fromisoformat(facts[name]) for name in ("created", "updated"))
    said_at = updated if updated > created and not _moved_by_reply(facts, updated) else created
    common = _common(thread, facts) | {"at": said_at, "message_id": thread.key, "text": facts["text"]}
    name = f"{thread.key}:{said_at.isoformat()}"
    wrote = CustomerWrote(id=f"review:{name}", attachments=tuple(facts["attachments"]), **common)
    return (MessageEdited(id=f"edit:{name}", **common), wrote) if said_at > created else (wrote,)


def _moved_by_reply(facts: Mapping[str, Any], updated: datetime) -> bool:
    reply = facts["reply"]
    since = updated - datetime.fromisoformat(reply["at"]) if reply else None
    return since is not None and timedelta() <= since <= _TRACE_OF_A_REPLY


def _common(thread: Thread, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what all events of a review share; the address tells which reply stands there, if any."""
    reply = facts["reply"]
    standing = reply["id"] if reply and not reply["rejected"] else ""
    return {
        "thread": thread,
        # A reviewer has no id; one person writes one review of a place.
        "customer": Customer(id=thread.key, name=facts["author"]),
        "address": {"review": thread.key, "reply": standing},
    }


def _deleted(thread: Thread, seen_at: datetime, what: str = "") -> MessageDeleted:
    return MessageDeleted(
        id=f"deleted:{thread.key}:{what}".rstrip(":"),
        at=seen_at,
        thread=thread,
        customer=Customer(id=thread.key),
        message_ids=(what or thread.key,),
    )


def _reply(reply: Payload) -> dict[str, str]:
    identifier = reply_id(reply)
    if not identifier:
        raise BadPayload(f"{reply.where} says nothing")
    return {
        "id": identifier,
        "text": reply.text("comment", ""),
        "at": reply.iso_moment("updateTime").isoformat(),
        "rejected": rejection(reply),
    }


def _attachments(review: Payload) -> list[str]:
    """Return the stars and the kinds of pictures.

    Beside words a good rating says nothing of its own: with it "Thank you!" would not be small talk (R15).
    """
    stars = _STARS.get(review.text("starRating", ""))
    spoken_for = stars in _GOOD and bool(review.text("comment", "").strip())
    media = ["video" if "videoUrl" in item else "image" for item in review.objects("reviewMediaItems")]
    return [*([stars] if stars and not spoken_for else []), *dict.fromkeys(media)]


def _in_own_words(comment: str) -> str:
    """Return a comment without the translation that Google puts before or behind the author's own words."""
    before, found, behind = comment.partition(_TRANSLATED)
    if not found:
        return comment
    if before.strip():
        return before.strip()
    _, original, words = behind.partition(_ORIGINAL)
    return words.strip() if original else behind.strip()
