"""Who writes where, and what a message was understood to be."""

from datetime import datetime
from enum import StrEnum

from chalicelib.core.values import dataclass


class Surface(StrEnum):
    """Where on a platform a thread lives."""

    DM = "dm"
    COMMENT = "comment"
    REVIEW = "review"
    MENTION = "mention"
    EMAIL = "email"


class Lane(StrEnum):
    """The way words take to the customer; a private reply is one private message in answer to a public one.

    An edit changes the words of our own public reply, where there can be only one.
    """

    MESSAGE = "message"
    PUBLIC_REPLY = "public_reply"
    PRIVATE_REPLY = "private_reply"
    EDIT = "edit"


class Category(StrEnum):
    """What a customer's unanswered messages are, taken together."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    PRAISE = "praise"
    THANKS = "thanks"
    SPAM = "spam"
    OTHER = "other"


class Formality(StrEnum):
    """How the customer is addressed (R26)."""

    FORMAL = "formal"
    IMPERSONAL = "impersonal"
    INFORMAL = "informal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One conversation or one author's comment tree on a channel.

    `key` is the platform's own id of it; `place` the post or group it hangs on.
    """

    channel: str
    key: str
    surface: Surface = Surface.DM
    public: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """The person a case is about: the platform's id and the name it shows."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One customer message that no human has followed yet; `at` is the platform's event time."""

    id: str
    at: datetime
    text: str


def answers(replied_at: datetime, asked_at: datetime) -> bool:
    """Return whether a reply can be an answer to a message (R4).

    Many platforms tell whole seconds, and nobody reads and answers within one: what was asked in the
    second of a reply, or later, is still owed.
    """
    return asked_at < replied_at.replace(microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What the customer's unanswered messages say about language, tone and matter (R14, R15).

    `language` is empty and `formality` None where the words do not tell. `small_talk` and `withdrawn`
    ("never mind") speak of the newest message alone, as does `automatic`: it says of itself that no person
    wrote it. The rest is said of all unanswered ones together.
    """

    language: str = ""
    formality: Formality | None = None
    category: Category = Category.OTHER
    small_talk: bool = False
    withdrawn: bool = False
    automatic: bool = False
