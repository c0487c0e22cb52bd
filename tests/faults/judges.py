"""What must hold whatever happens, judged by what customers wrote and platforms show."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.core import outbox
from chalicelib.core.case import Case, Status
from chalicelib.core.effects import DeliveryStatus, Effect, Wording
from chalicelib.core.message import Thread
from chalicelib.core.timeline import Why
from chalicelib.store.sqlite import SqliteRecords
from tests.faults.boundaries import Boundaries
from tests.faults.harness import Run
from tests.faults.platforms import Mood, Said
from tests.faults.policies import NEW, OLD, FromStore, says
from tests.faults.processes import DESK, Posting, Process
from tests.faults.schedules import MAX_PROMISES
from tests.faults.sides import Chat

TOLD_OF_THE_DEAD = "An event could not be handled"
TOLD_OF_THE_CRISIS = "The crisis on "
_NOTICED_WITHIN = timedelta(minutes=15)
_NOT_SENT = (DeliveryStatus.CANCELLED, DeliveryStatus.REFUSED)
_REPLIES = frozenset({Why.HUMAN_REPLIED})


def broken(run: Run) -> list[str]:
    """Return what does not hold, in sentences."""
    judges = (
        lost,
        doubled,
        twice_acknowledged,
        talked_over,
        after_close,
        outlived,
        buried,
        forgotten,
        untrue,
        unlinked,
        promised_wrongly,
        missed_in_silence,
        torn,
        not_on_the_page,
    )
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
    acks = Counter(
        (posting.post.to, posting.claim.case.thread.key, _period(run, posting))
        for posting in run.postings
        if posting.claim and _is_ack(posting)
    )
    for (to, _, _), times in acks.items():
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


def buried(run: Run) -> Iterator[str]:
    """Nothing becomes a dead letter here: no message is to blame for what befell those who worked on it."""
    for letter in (*run.events.dead(), *run.wakeups.dead()):
        yield f"a good message was buried: {letter.body[:60]}"


def forgotten(run: Run) -> Iterator[str]:
    """Whatever was owed ends in a person's reply, an acknowledgement or a call to the owner."""
    for said in run.written:
        if said.id not in run.accepted:
            continue
        cases = run.cases(said.to)
        ended = (
            _answered(cases, said.at)
            or any(_is_heard(posting) and posting.post.to == said.to for posting in run.postings)
            or any(f"{DESK}/desk/cases/{case.id}" in body for case in cases for _, body in run.owner.calls)
            or any(case.status is Status.CLOSED for case in cases)
            or _is_counted(run, cases)
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


def unlinked(run: Run) -> Iterator[str]:
    """Whom a private reply has reached has one case, that of the comment, in both threads (R17)."""
    for posting in run.postings:
        if posting.claim is None or posting.claim.delivery.effect is not Effect.INVITE:
            continue
        case = _last(run, posting.claim.case)
        delivery = case.delivery(posting.claim.delivery.key)
        private = run.store.newest(Thread(channel=run.side.channel, key=posting.post.to))
        if delivery is None or delivery.status is not DeliveryStatus.SENT:
            continue
        if posting.post.to not in case.also_customers or (private and private.linked_to != case.thread):
            yield f"{posting.post.to} got a private reply, and its thread is linked to nothing"


def promised_wrongly(run: Run) -> Iterator[str]:
    """A promise names a time to come, each a later one, and there are only so many of them (R21)."""
    promised: dict[str, list[datetime]] = {}
    for posting in run.postings:
        due_at = posting.claim.delivery.promise_due_at if posting.claim else None
        if posting.claim is None or due_at is None:
            continue
        if due_at <= posting.claim.at:
            yield f"{posting.post.to} was promised a time that had passed"
        before = promised.setdefault(posting.claim.case.id, [])
        missed = tells_of_a_miss(posting)
        if before and (due_at <= before[-1] if missed else due_at < before[-1]):
            yield f"{posting.post.to} was promised a time that is no later than the one before"
        before.append(due_at)
    for case_id, times in promised.items():
        if len(set(times)) > MAX_PROMISES and not _is_answered_within(run, case_id):
            yield f"the customer of {case_id} was promised {len(set(times))} times"


def missed_in_silence(run: Run) -> Iterator[str]:
    """A promise that ran out is told of once, and the people are called (R21)."""
    noted = Counter(
        (one.case.id, entry.facts["promised"])
        for one in run.commits
        for entry in one.entries
        if entry.why is Why.PROMISE_MISSED
    )
    said = Counter(
        posting.claim.case.id for posting in run.postings if posting.claim and tells_of_a_miss(posting)
    )
    for (case_id, due_at), times in noted.items():
        if times > 1:
            yield f"{case_id} missed the promise of {due_at} {times} times"
        if not any(f"{DESK}/desk/cases/{case_id}" in body for _, body in run.owner.calls):
            yield f"{case_id} missed a promise and nobody was called"
    for case_id, times in said.items():
        if times > sum(one == case_id for one, _ in noted):
            yield f"the customer of {case_id} was told of more missed promises than there were"
    for case in _newest(run):
        late = case.promise and case.promise.due_at + _NOTICED_WITHIN < run.clock.now
        if late and case.status is Status.OPEN:
            yield f"{case.id} has a promise that ran out, and nobody has noticed"


def torn(run: Run) -> Iterator[str]:
    """Policies in force are those of one version as a whole, and in the end of the newest (R13)."""
    if not run.publishes:
        return
    for version, *said in sorted(run.looks):
        if tuple(said) not in (OLD, NEW):
            yield f"version {version} of the policies was half of one and half of another"
    if len({version for version, *_ in run.looks}) != len(run.looks):
        yield "a version of the policies did not always say the same"
    records = SqliteRecords(run.file)
    live = FromStore(records, run.clock, set()).live()
    if says(live) != NEW:
        yield "what the owner has published is not live"
    for case in run.store.open_cases(run.side.channel):
        if case.policy_version != live.version and case.opened_at and case.opened_at < run.published_at:
            yield f"{case.id} is still reckoned by policies that are in force no more"


def not_on_the_page(run: Run) -> Iterator[str]:
    """Where Hearback shows the messages itself, the customer sees each once."""
    if not isinstance(run.side, Chat):
        return
    ports = Process(run, boundaries=Boundaries()).ports
    for customer in {posting.post.to for posting in run.postings}:
        shown = Counter(run.side.page(customer, ports))
        recorded = Counter(one.post.text for one in run.postings if one.post.to == customer)
        if recorded - shown:
            yield f"{customer} does not see what is recorded as said"
        if any(times > 1 for times in shown.values()):
            yield f"{customer} sees the same words twice"


def tells_of_a_miss(posting: Posting) -> bool:
    """Return whether these words say that what was promised has not happened yet."""
    return posting.claim is not None and posting.claim.delivery.wording is Wording.MISSED


def _last(run: Run, case: Case) -> Case:
    return next(one.case for one in reversed(run.commits) if one.case.id == case.id)


def _is_answered_within(run: Run, case_id: str) -> bool:
    """Return whether a person replied in a case or it was opened anew: promises are counted afresh then."""
    afresh = {Why.HUMAN_REPLIED, Why.REOPENED}
    commits = (one for one in run.commits if one.case.id == case_id)
    return any(entry.why in afresh for one in commits for entry in one.entries)


def _is_counted(run: Run, cases: list[Case]) -> bool:
    """Return whether the one call after a crisis was about a case, and the case says so (R33)."""
    counted = {one.case.id for one in run.commits if any(entry.why is Why.COUNTED for entry in one.entries)}
    called = any(title.startswith(TOLD_OF_THE_CRISIS) for title, _ in run.owner.calls)
    return called and any(case.id in counted for case in cases)


def _key(posting: Posting) -> tuple[str, str]:
    return posting.post.to, posting.claim.delivery.key if posting.claim else ""


def _may_be_wrong(run: Run, posting: Posting) -> bool:
    """Return whether a message may be out although a record says that it is not.

    Where a process stood still after its last look at the claim and before the request itself, the next one
    has taken over by then. Where a server broke afterwards and a key keeps the platform from posting twice,
    it is simply sent again, and a person may be faster than that.
    """
    sent_again = {Mood.GATEWAY_POSTED, Mood.BROKEN_POSTED} & set(run.schedule.moods)
    return posting.unseen or (run.side.dedupes is not None and bool(sent_again))


def _newest(run: Run) -> list[Case]:
    return list({commit.case.id: commit.case for commit in run.commits}.values())


def _is_ack(posting: Posting) -> bool:
    return posting.claim is not None and posting.claim.delivery.effect is Effect.ACKNOWLEDGE


def _is_heard(posting: Posting) -> bool:
    """Return whether this tells a customer that they were heard; a private reply to a comment does, too."""
    return _is_ack(posting) or (posting.claim is not None and posting.claim.delivery.effect is Effect.INVITE)


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
