"""How much may be said automatically: to one customer, below one post, on one channel (R18, R20).

Pure: a `Ledger` of what was said is data, and `refused` and `entered` are functions of it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core.case import Case
from chalicelib.core.effects import Delivery, Effect, Wording
from chalicelib.core.message import Lane
from chalicelib.core.policy import Numbers
from chalicelib.core.values import dataclass

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SAID_BEFORE = "said_before"
"""The reason of words that must be found anew."""

WORDS_REMEMBERED = 50
"""So many of the texts a customer got last are never said to them again (R20)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One automatic message: its idempotency key, when it went out (UTC), and the digest of its words.

    Where only the number matters it stands for `count` of them within a minute, without a key.
    """

    key: str
    at: datetime
    digest: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What was said, oldest first."""

    said: tuple[Said, ...] = ()

    @property
    def digests(self) -> frozenset[str]:
        """The digests of all texts that are remembered."""
        return frozenset(one.digest for one in self.said if one.digest)

    def within(self, length: timedelta, now: datetime) -> int:
        """Return how many messages went out within a length of time before `now`."""
        return sum(one.count for one in self.said if now - one.at < length)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """At most `most` messages within `length`; `reason` is what is written down when there are more."""

    most: int
    length: timedelta
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose ledger a message is entered in, and what caps it; `key` is that of its record."""

    key: str
    caps: tuple[Cap, ...]
    keeps_words: bool = False
    only_counts: bool = False


def accounts(case: Case, delivery: Delivery, numbers: Numbers) -> tuple[Account, ...]:
    """Return every account a message of Hearback's own counts against, the narrowest first."""
    channel = case.thread.channel
    if delivery.wording is Wording.STATUS:
        # A person wants everybody to have it: no cap, but nobody reads the same twice (R20, R33).
        return (replace(customers(case, numbers), caps=()),)
    found = [_on_time(customers(case, numbers), delivery)]
    if delivery.effect is Effect.ACKNOWLEDGE and delivery.lane is Lane.PUBLIC_REPLY and case.thread.place:
        cap = Cap(most=numbers.max_public_acks_per_post_per_hour, length=HOUR, reason="post_cap")
        found.insert(0, Account(key=_key("post", channel, case.thread.place), caps=(cap,)))
    ceiling = Cap(most=numbers.max_per_channel_an_hour, length=HOUR, reason="channel_ceiling")
    return (*found, Account(key=_key("channel", channel), caps=(ceiling,), only_counts=True))


def _on_time(account: Account, delivery: Delivery) -> Account:
    """Return an account that lets the last legal update through: afterwards nobody could say it (R25)."""
    if delivery.wording is not Wording.LAST_LEGAL:
        return account
    return replace(account, caps=tuple(cap for cap in account.caps if cap.length > DAY))


def customers(case: Case, numbers: Numbers) -> Account:
    """Return the account of the customer, over all their threads and cases on the channel."""
    caps = (
        Cap(most=numbers.max_per_customer_a_day, length=DAY, reason="customer_budget_day"),
        Cap(most=numbers.max_per_customer_a_week, length=WEEK, reason="customer_budget_week"),
    )
    key = _key("customer", case.thread.channel, case.customer.id or case.thread.key)
    return Account(key=key, caps=caps, keeps_words=True)


def refused(ledger: Ledger, account: Account, said: Said, now: datetime) -> str | None:
    """Return the reason of the first cap a further message would break, None where it may go out.

    A message that is in the ledger already has been counted, and may be tried again, though in words of its
    own. `said_before` is for words the customer has read in another message (R20).
    """
    if account.keeps_words and said.digest and said.digest in _read_in_others(ledger, said.key):
        return SAID_BEFORE
    if any(one.key == said.key for one in ledger.said if one.key):
        return None
    return next((cap.reason for cap in account.caps if ledger.within(cap.length, now) >= cap.most), None)


def _read_in_others(ledger: Ledger, key: str) -> frozenset[str]:
    return frozenset(one.digest for one in ledger.said if not one.key or one.key != key)


def entered(ledger: Ledger, account: Account, said: Said) -> Ledger:
    """Return the ledger with one message more, and without what no cap and no memory needs any longer."""
    longest = max((cap.length for cap in account.caps), default=WEEK)
    if account.only_counts:
        return _counted(ledger, said, longest)
    others = [one for one in ledger.said if one.key != said.key]
    kept = _needed(others, longest, said.at, WORDS_REMEMBERED - 1 if account.keeps_words else 0)
    return replace(ledger, said=(*kept, said))


def _key(*names: str) -> str:
    name = ":".join(names)
    # Records of one kind lie together in the store; the letters spread them.
    return f"said-{hashlib.sha256(name.encode()).hexdigest()[:2]}:{name}"


def _counted(ledger: Ledger, said: Said, length: timedelta) -> Ledger:
    """Return the ledger with one message more of its minute, so that it has a bound whatever its cap."""
    others = [one for one in ledger.said if _minute(one.at) != _minute(said.at)]
    same = [one for one in ledger.said if _minute(one.at) == _minute(said.at)]
    # At the latest moment of them: no message counts for a shorter time than it should.
    latest = max((one.at for one in same), default=said.at)
    merged = Said(key="", at=max(latest, said.at), count=sum(one.count for one in same) + 1)
    return replace(ledger, said=(*_needed(others, length, said.at, 0), merged))


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _needed(said: list[Said], length: timedelta, now: datetime, words: int) -> Iterable[Said]:
    newest = said[len(said) - words :] if words else []
    return (one for one in said if now - one.at < length or one in newest)
