"""What `bench/load` posts, and when: fresh messages, duplicates, late human replies, forgeries."""

import random
from dataclasses import dataclass
from enum import StrEnum

from bench import client
from bench.programs import page

DUPLICATES, REPLIES, FORGED = 0.10, 0.05, 0.01

_FORGERS = 100_000_000
"""Customers of this number and above exist only in forgeries."""


class Kind(StrEnum):
    """What a webhook says."""

    MESSAGE = "message"
    DUPLICATE = "duplicate"
    REPLY = "reply"
    FORGED = "forged"


@dataclass(frozen=True, slots=True, order=True)
class Post:
    """One webhook: when it is sent, and when its customer wrote, in seconds since the start."""

    at: float
    kind: Kind
    number: int
    wrote_at: float

    def webhook(self, start: float, pages: int) -> client.Webhook:
        """Return body and headers; `start` is in seconds since 1970."""
        _, account = page(self.number % pages)
        if self.kind is Kind.REPLY:
            return client.reply_webhook(self.number, start + self.at, page=account)
        # A duplicate is the same to the byte.
        return client.webhook(
            self.number,
            start + self.wrote_at,
            page=account,
            text=f"Hello, where is my order {self.number}?",
            secret="of somebody else" if self.kind is Kind.FORGED else client.SECRET,
        )


def planned(total: int, seconds: float, due_after: float, seed: int) -> list[Post]:
    """Return `total` webhooks in the order in which they are sent.

    Messages come evenly. A duplicate follows at once or within five seconds. Half of the replies come up to
    six seconds before the acknowledgement is due, `due_after` its message, and half up to five after it.
    """
    chance = random.Random(seed)  # noqa: S311 - a schedule is no secret
    duplicates, replies, forged = (round(total * share) for share in (DUPLICATES, REPLIES, FORGED))
    count = total - duplicates - replies - forged
    messages = [Post(seconds * n / count, Kind.MESSAGE, n, seconds * n / count) for n in range(count)]
    early = [one for one in messages if one.at + due_after + 5 < seconds]
    posts = list(messages)
    for one in chance.sample(messages, duplicates):
        at = min(seconds, one.at + chance.choice([0.0, chance.uniform(0, 5)]))
        posts.append(Post(at, Kind.DUPLICATE, one.number, one.wrote_at))
    for one in chance.sample(early, replies):
        at = one.at + due_after + chance.choice([chance.uniform(-6, -3), chance.uniform(0, 5)])
        posts.append(Post(at, Kind.REPLY, one.number, one.wrote_at))
    for number in range(forged):
        at = chance.uniform(0, seconds)
        posts.append(Post(at, Kind.FORGED, _FORGERS + number, at))
    return sorted(posts)
