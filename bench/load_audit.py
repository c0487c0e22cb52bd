"""What became of every customer of `bench/load`, read from the store and from what the platform got."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.load_plan import Kind, Post
from bench.programs import page
from chalicelib.core.message import Thread
from chalicelib.core.timeline import Entry, Why
from chalicelib.store.contract import Store


@dataclass
class Audit:
    """How many there were of each thing, and what must not be."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)


def audited(plan: Sequence[Post], store: Store, posts: Mapping[str, Sequence[float]], pages: int) -> Audit:
    """Return what became of everybody; `posts` are the moments at which the platform was written to."""
    audit = Audit()
    replied = {one.number for one in plan if one.kind is Kind.REPLY}
    for one in plan:
        psid = f"psid{one.number}"
        timeline = _timeline(one, psid, store, pages)
        if one.kind is Kind.MESSAGE:
            _judge(audit, timeline, len(posts.get(psid, ())), replied=one.number in replied)
        elif one.kind is Kind.FORGED:
            audit.wrong["forged webhooks that were stored"] += bool(timeline)
    return audit


def _timeline(one: Post, psid: str, store: Store, pages: int) -> tuple[Entry, ...]:
    case = store.newest(Thread(channel=page(one.number % pages)[0], key=psid))
    return store.timeline(case.id) if case else ()


def _judge(audit: Audit, timeline: Sequence[Entry], acks: int, *, replied: bool) -> None:
    happened = [entry.why for entry in timeline]
    counts, wrong = audit.counts, audit.wrong
    messages, replies = happened.count(Why.CUSTOMER_WROTE), happened.count(Why.HUMAN_REPLIED)
    counts["messages"] += messages
    counts["replies"] += replies
    counts["acknowledgements"] += acks
    counts["replies that kept an acknowledgement from going out"] += replied and not acks
    wrong["messages lost"] += messages < 1
    wrong["messages stored twice"] += messages > 1
    wrong["replies lost"] += replied and replies < 1
    wrong["customers acknowledged twice"] += acks > 1
    wrong["customers left without a word or a call"] += not (acks or replies or Why.ALERTED in happened)
    wrong["acknowledgements claimed after a stored reply"] += acks > 0 and _claimed_after_reply(happened)
    counts["customers of whom the owner is told"] += Why.ALERTED in happened


def _claimed_after_reply(happened: Sequence[Why]) -> bool:
    """Return whether a message went out whose last decision to send stands behind a person's reply."""
    if Why.HUMAN_REPLIED not in happened or Why.SENT not in happened:
        return False
    decided = [n for n, why in enumerate(happened) if why in (Why.PLANNED, Why.DELAYED, Why.RETRYING)]
    before = [n for n in decided if n < happened.index(Why.SENT)]
    return bool(before) and happened.index(Why.HUMAN_REPLIED) < before[-1]
