"""What must hold whatever happens, judged by what customers wrote and platforms show."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from chalicelib.core import outbox
from chalicelib.core.case import Case, Status
from chalicelib.core.effects import DeliveryStatus, Effect
from chalicelib.core.timeline import Why
from tests.faults.harness import DESK, Posting, Run
from tests.faults.platforms import Mood, Said

TOLD_OF_THE_DEAD = "An event could not be handled"
_NOT_SENT = (DeliveryStatus.CANCELLED, DeliveryStatus.REFUSED)
_REPLIES = frozenset({Why.HUMAN_REPLIED})


def broken(run: Run) -> list[str]:
    """Return what does not hold, in sentences."""
    judges = (lost, doubled, twice_acknowledged, talked_over, after_close, outlived, forgotten, untrue)
    return [sentence for judge in judges for sentence in judge(run)]


def lost(run: Run) -> Iterator[str]:
    """No event that was answered 2xx is lost: it is in a timeline, or a dead letter that was told of."""
    for said in (*run.written, *run.replied):
        if said.id in run.accepted and not _is_told(run, said) and not _stands(run, said):
            yield f"message {said.id} was answered 2xx and is nowhere"


def doubled(run: Run) -> Iterator[str]:
    """The words of one delivery stand there once."""
    seen = Counter((posting.post.to, posting.post.text) for posting in run.postings)
    for (to, _), times in seen.items():
        if times > 1:
            yield f"the same words were posted {times} times to {to}"


def twice_acknowledged(run: Run) -> Iterator[str]:
    """At most one acknowledgement is posted for what was owed in one stretch."""
    acks = Counter((posting.post.to, _period(run, posting)) for posting in run.postings if _is_ack(posting))
    for (to, _), times in acks.items():
        if times > 1:
            yield f"{to} got {times} acknowledgements for one owed period"


def talked_over(run: Run) -> Iterator[str]:
    """Nothing automatic is posted under a claim made after a person's stored reply to all there was."""
    for posting in run.postings:
        if posting.claim is None:
            yield f"{posting.post.to} got words that nobody had claimed"
        elif posting.claim.delivery.automatic and _answered_by(run, posting.claim.commit, posting.post.to):
            yield f"{posting.post.to} got automatic words claimed after a person had replied"


def after_close(run: Run) -> Iterator[str]:
    """Nothing automatic is posted under a claim in a case that is closed."""
    for posting in run.postings:
        if (
            posting.claim
            and posting.claim.delivery.automatic
            and posting.claim.case.status is not Status.OPEN
        ):
            yield f"{posting.post.to} got automatic words in a closed case"


def outlived(run: Run) -> Iterator[str]:
    """Nothing is posted under a claim that has run out, however long its process stood still."""
    for posting in run.postings:
        if posting.claim and not posting.unseen and posting.post.at - posting.claim.at >= outbox.LEASE:
            yield f"{posting.post.to} got words under a claim that had run out"


def forgotten(run: Run) -> Iterator[str]:
    """Whatever was owed ends in a person's reply, an acknowledgement or a call to the owner."""
    for said in run.written:
        if said.id not in run.accepted:
            continue
        cases = run.cases(said.to)
        ended = (
            _answered(cases, said.at)
            or any(_is_ack(posting) and posting.post.to == said.to for posting in run.postings)
            or any(f"{DESK}/desk/cases/{case.id}" in body for case in cases for _, body in run.owner.calls)
            or any(case.status is Status.CLOSED for case in cases)
            or _is_told(run, said)
        )
        if not ended:
            yield f"message {said.id} ended in no reply, no acknowledgement and no call"


def untrue(run: Run) -> Iterator[str]:
    """What is recorded as sent stands there, and what is recorded as not sent does not."""
    shown = {_key(posting): posting for posting in run.postings if posting.claim}
    for case in _newest(run):
        for delivery in case.outbox:
            there = shown.get((case.customer.id, delivery.key))
            if delivery.effect is Effect.ALERT_OWNER:
                continue
            if delivery.status is DeliveryStatus.SENT and not there:
                yield f"{delivery.key} is recorded as sent and was never posted"
            if there and delivery.status in _NOT_SENT and not _may_be_wrong(run, there):
                yield f"{delivery.key} was posted and is recorded as {delivery.status}"


def _key(posting: Posting) -> tuple[str, str]:
    return posting.post.to, posting.claim.delivery.key if posting.claim else ""


def _may_be_wrong(run: Run, posting: Posting) -> bool:
    """Return whether a message may be out although a record says that it is not.

    Where a process stood still after its last look at the claim and before the request itself, the next one
    has taken over by then. Where a gateway gave up and a key keeps the platform from posting twice, it is
    simply sent again, and a person may be faster than that.
    """
    return posting.unseen or (run.side.dedupes is not None and Mood.GATEWAY_POSTED in run.schedule.moods)


def _newest(run: Run) -> list[Case]:
    return list({commit.case.id: commit.case for commit in run.commits}.values())


def _is_ack(posting: Posting) -> bool:
    return posting.claim is not None and posting.claim.delivery.effect is Effect.ACKNOWLEDGE


def _stands(run: Run, said: Said) -> bool:
    # An idle case may not know whose it is yet.
    written = {
        one.case.id for one in run.commits if any(entry.message_id == said.id for entry in one.entries)
    }
    return any(entry.message_id == said.id for case_id in written for entry in run.store.timeline(case_id))


def _is_told(run: Run, said: Said) -> bool:
    there = any(f'"{said.id}"' in letter.body for letter in run.events.dead())
    return there and any(title.startswith(TOLD_OF_THE_DEAD) for title, _ in run.owner.calls)


def _period(run: Run, posting: Posting) -> int:
    """Return in which of the stretches between a person's replies a claim was made."""
    claim = posting.claim
    until = claim.commit if claim else len(run.commits)
    entries = _entries(run, until, posting.post.to)
    return sum(why in _REPLIES for why, _ in entries)


def _answered_by(run: Run, commit: int, customer: str) -> bool:
    """Return whether, before a commit, a person's stored reply had answered all that was stored by then."""
    entries = _entries(run, commit, customer)
    asked = [at for why, at in entries if why is Why.CUSTOMER_WROTE]
    replied = [at for why, at in entries if why in _REPLIES]
    # Whole seconds: what was asked in the second of a reply is still owed (R4).
    return bool(replied) and bool(asked) and max(asked) < max(replied).replace(microsecond=0)


def _entries(run: Run, before: int, customer: str) -> list[tuple[Why, datetime]]:
    commits = (one for one in run.commits[:before] if one.case.customer.id == customer)
    return [(entry.why, entry.at) for one in commits for entry in one.entries]


def _answered(cases: list[Case], at: datetime) -> bool:
    return any(case.last_human_at and case.last_human_at >= at.replace(microsecond=0) for case in cases)
