"""Both sides of the platforms: how their webhooks look, and an API that remembers what was really posted."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.core.errors import SendAmbiguous
from chalicelib.platforms.contract import HttpRequest, HttpResponse, Inbound
from tests.fakes import PAGE, SECRETS, a_channel, json_response, meta_signature

VK = {"token": "VK_TOKEN", "secret": "VK_SECRET", "confirmation_code": "VK_CODE"}
WHATSAPP = {
    "app_secret": "META_APP_SECRET",
    "access_token": "META_PAGE_TOKEN",
    "verify_token": "META_VERIFY_TOKEN",
}
MORE_SECRETS = {"VK_TOKEN": "vk token", "VK_SECRET": "vk secret", "VK_CODE": "abc"}
MORE_CHANNELS = (
    a_channel("club", "vk", VK, account="220000001"),
    a_channel("phone", "whatsapp", WHATSAPP, account="330000000000041"),
)


@dataclass(frozen=True, kw_only=True)
class Post:
    """Words of ours that a platform really shows: to whom, under which key, where it was given one."""

    at: datetime
    to: str
    text: str
    id: str
    key: str = ""
    automatic: bool = True


@dataclass(frozen=True, kw_only=True)
class Said:
    """Something a customer or a person wrote; `to` is the customer whose conversation it is."""

    at: datetime
    id: str
    to: str
    text: str


class Mood(StrEnum):
    """How the API takes a message: posted or not, and what it says of it."""

    GOOD = "good"
    LOST = "posted, no answer"
    DEAF = "not posted, no answer"
    LIMITED = "not posted, 429"
    BROKEN = "not posted, 500"
    BROKEN_POSTED = "posted, 500"
    BUSY = "not posted, 503"
    GATEWAY_POSTED = "posted, 502"
    GATEWAY_DEAF = "not posted, 504"
    EXPIRED = "not posted, the token has expired"


POSTED = frozenset({Mood.GOOD, Mood.LOST, Mood.GATEWAY_POSTED, Mood.BROKEN_POSTED})

_STATUSES = {
    Mood.LIMITED: 429,
    Mood.BROKEN: 500,
    Mood.BROKEN_POSTED: 500,
    Mood.BUSY: 503,
    Mood.GATEWAY_POSTED: 502,
    Mood.GATEWAY_DEAF: 504,
    Mood.EXPIRED: 401,
}


@dataclass
class Wall:
    """What a platform shows, and how it feels: each message takes one of `moods`, then all is good.

    `story` names what is lived through.
    """

    clock: Callable[[], datetime]
    moods: list[Mood] = field(default_factory=list)
    expired_until: datetime | None = None
    posts: list[Post] = field(default_factory=list)
    asked: int = 0
    story: str = ""

    def mood(self) -> Mood:
        """Return how the next message is taken."""
        if self.expired_until and self.clock() < self.expired_until:
            return Mood.EXPIRED
        return self.moods.pop(0) if self.moods else Mood.GOOD

    def put(self, post: Post, *, known_for: timedelta | None = None) -> Post:
        """Show a post, or find the one that the same key has put there before."""
        for before in self.posts if known_for is not None and post.key else ():
            if before.key == post.key and post.at - before.at <= (known_for or timedelta()):
                return before
        post = replace(post, id=f"p{len(self.posts) + 1}")
        self.posts.append(post)
        return post


class Side:
    """One platform, in the one way of writing that is tried here. Customers have the names a, b, c."""

    channel = ""
    by_desk = False
    """Whether people answer on the desk, because the platform does not tell what they write elsewhere."""
    dedupes: timedelta | None = None
    invites = False
    """Whether the owner lets private replies to comments go out."""
    hosted = False
    """Whether Hearback shows the messages itself: what it records is what stands there."""

    def __init__(self, wall: Wall) -> None:
        self.wall = wall
        self.people: list[Said] = []
        """What people of the business wrote, as the platform shows it."""

    def customer(self, name: str) -> str:
        """Return the platform's id of a customer."""
        return str(1000 + ord(name[0]))

    def identify(self, customer: str, number: int) -> str:
        """Return the platform's id of the message with a number, of which a conversation's first is 1."""
        return f"{customer}-{number}"

    def wrote(self, said: Said) -> Inbound:
        """Return the webhook of a customer's message."""
        raise NotImplementedError

    def replied(self, said: Said) -> Inbound:
        """Return the webhook of a person's words."""
        raise NotImplementedError

    def echo(self, post: Post) -> Inbound | None:
        """Return the webhook of our own words, None where the platform has none."""
        return None

    def read(self, request: HttpRequest) -> Post | None:
        """Return what a request wants posted, None where it wants to know something."""
        raise NotImplementedError

    def good(self, post: Post) -> HttpResponse:
        """Return the answer to a message that was taken."""
        raise NotImplementedError

    def told(self, request: HttpRequest) -> HttpResponse:
        """Return the answer to a question."""
        return json_response({})

    def bad(self, mood: Mood) -> HttpResponse:
        """Return how the platform says what was wrong."""
        return json_response({}, _STATUSES[mood], **{"retry-after": "20"} if mood is Mood.LIMITED else {})

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Take a request as the API does. Raises `SendAmbiguous` where no answer comes."""
        wanted = self.read(request)
        if wanted is None:
            self.wall.asked += 1
            return self.told(request)
        mood = self.wall.mood()
        post = self.wall.put(wanted, known_for=self.dedupes) if mood in POSTED else wanted
        if mood in (Mood.LOST, Mood.DEAF):
            raise SendAmbiguous("ReadTimeout")
        return self.good(post) if mood is Mood.GOOD else self.bad(mood)

    def post(self, to: str, text: str, key: str = "", *, automatic: bool = True) -> Post:
        """Return a post as it is now, without an id."""
        return Post(at=self.wall.clock(), to=to, text=text, id="", key=key, automatic=automatic)

    def inbound(self, body: bytes, **headers: str) -> Inbound:
        """Return a webhook request as it arrives now."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Inbound(method="POST", headers=named, body=body, received_at=self.wall.clock())

    def meta(self, lane: str, item: object, *, kind: str = "page", account: str = PAGE) -> Inbound:
        """Return a webhook of Meta's with one entry."""
        entry = {"id": account, "time": int(self.wall.clock().timestamp() * 1000), lane: [item]}
        body = json.dumps({"object": kind, "entry": [entry]}).encode()
        return self.inbound(body, x_hub_signature_256=meta_signature(body, SECRETS["META_APP_SECRET"]))
