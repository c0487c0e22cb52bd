"""The judges see what they are there for: each is shown a run in which something went wrong on purpose."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.core import outbox
from chalicelib.core.effects import DeliveryStatus
from chalicelib.core.timeline import Why
from chalicelib.queues.contract import QueueMessage
from tests.faults import judges
from tests.faults.boundaries import Boundaries, Killed, Mortal, Tap
from tests.faults.harness import Run, lived
from tests.faults.platforms import Said
from tests.faults.policies import Policies
from tests.faults.schedules import named
from tests.faults.sides import Signed


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Policies:
    return Policies(tmp_path_factory.mktemp("policies"))


@pytest.fixture
def run(tmp_path: Path, policies: Policies) -> Run:
    return lived(named("signed/long"), policies, tmp_path)


def test_a_run_in_which_all_is_well_is_not_blamed(run: Run) -> None:
    assert run.postings and judges.broken(run) == []


def test_a_message_that_is_nowhere_is_seen(run: Run) -> None:
    run.written.append(Said(at=run.clock.now, id="gone", to="a", text="Hello?"))
    run.accepted.add("gone")

    assert [*judges.lost(run)] == ["message gone was answered 2xx and is nowhere"]


def test_the_same_words_twice_are_seen(run: Run) -> None:
    run.postings.append(run.postings[0])

    assert [*judges.doubled(run)] == ["the same words were posted 2 times to a"]


def test_a_platform_that_drops_no_doubles_is_found_out(tmp_path: Path, policies: Policies) -> None:
    class Forgetful(Signed):
        dedupes = None

    schedule = named("signed/lost")
    made = Run(schedule, tmp_path, policies)
    made.side = Forgetful(made.side.wall)
    made.live()

    assert [*judges.doubled(made)] != []


def test_a_second_acknowledgement_is_seen(run: Run) -> None:
    again = replace(run.postings[0].post, text="Once more")
    run.postings.append(replace(run.postings[0], post=again))

    assert [*judges.twice_acknowledged(run)] == ["a got 2 acknowledgements for one owed period"]


def test_words_claimed_after_a_persons_reply_are_seen(run: Run) -> None:
    claim = run.postings[0].claim
    assert claim is not None
    replied = next(c.number for c in run.commits if c.case.customer.id == "a" and c.case.last_human_at)
    run.postings[0] = replace(run.postings[0], claim=replace(claim, commit=replied + 1))

    assert [*judges.talked_over(run)] == ["a got automatic words claimed after a person had replied"]


def test_words_in_a_closed_case_are_seen(run: Run) -> None:
    claim = run.postings[0].claim
    [closed] = run.cases("c")
    assert claim is not None
    run.postings[0] = replace(run.postings[0], claim=replace(claim, case=closed))

    assert [*judges.after_close(run)] == ["a got automatic words in a closed case"]


def test_words_under_a_claim_that_had_run_out_are_seen(run: Run) -> None:
    claim = run.postings[0].claim
    assert claim is not None
    run.postings[0] = replace(run.postings[0], claim=replace(claim, at=claim.at - outbox.LEASE))

    assert [*judges.outlived(run)] == ["a got words under a claim that had run out"]


def test_a_good_message_that_was_buried_is_seen(run: Run) -> None:
    run.events.put([QueueMessage(body="good")])
    [one] = run.events.receive(1, timedelta())
    run.events.retry(replace(one, spent=True), timedelta())

    assert [*judges.buried(run)] == ["a good message was buried: good"]


def test_a_standstill_that_no_program_can_see_is_excused(run: Run) -> None:
    claim = run.postings[0].claim
    assert claim is not None
    late = replace(claim, at=claim.at - outbox.LEASE)
    run.postings[0] = replace(run.postings[0], claim=late, unseen=True)

    assert [*judges.outlived(run)] == []


def test_a_post_that_is_recorded_as_not_sent_is_seen(run: Run) -> None:
    posting = run.postings[0]
    assert posting.claim is not None
    newest = next(c for c in reversed(run.commits) if c.case.delivery(posting.claim.delivery.key))
    sent = newest.case.delivery(posting.claim.delivery.key)
    assert sent is not None
    wrong = newest.case.with_delivery(replace(sent, status=DeliveryStatus.CANCELLED))
    run.commits.append(replace(newest, case=wrong))

    assert [one.partition(" ")[2] for one in judges.untrue(run)] == [
        "was posted and is recorded as cancelled"
    ]


def test_a_customer_whom_everybody_forgot_is_seen(run: Run) -> None:
    late = Said(at=run.clock.now + timedelta(hours=1), id="late", to="d", text="Hello?")
    run.written.append(late)
    run.accepted.add("late")

    assert [*judges.forgotten(run)] == ["message late ended in no reply, no acknowledgement and no call"]


def test_a_record_of_a_post_that_never_was_is_seen(run: Run) -> None:
    run.postings.clear()

    assert [one.rpartition(" is ")[2] for one in judges.untrue(run)] == [
        "recorded as sent and was never posted"
    ]


def test_who_was_counted_in_the_call_after_a_crisis_is_not_forgotten(
    tmp_path: Path, policies: Policies
) -> None:
    run = lived(named("signed/crisis"), policies, tmp_path)
    assert [*judges.forgotten(run)] == []

    uncounted = [
        replace(one, entries=tuple(entry for entry in one.entries if entry.why is not Why.COUNTED))
        for one in run.commits
    ]
    run.commits[:] = uncounted

    # R33, R34: of four only one was acknowledged.
    assert len([*judges.forgotten(run)]) == 3


def test_a_private_reply_whose_thread_is_linked_to_nothing_is_seen(
    tmp_path: Path, policies: Policies
) -> None:
    run = lived(named("invited/plain"), policies, tmp_path)
    assert [*judges.unlinked(run)] == []

    run.commits[:] = [replace(one, case=one.case.changed(also_customers=())) for one in run.commits]

    assert [*judges.unlinked(run)] == ["1097 got a private reply, and its thread is linked to nothing"]


def test_a_promise_that_is_no_later_than_the_one_before_is_seen(tmp_path: Path, policies: Policies) -> None:
    run = lived(named("signed/promises"), policies, tmp_path)
    assert [*judges.promised_wrongly(run)] == []

    run.postings.append(next(one for one in run.postings if judges.tells_of_a_miss(one)))

    assert [*judges.promised_wrongly(run)] == ["a was promised a time that is no later than the one before"]


def test_a_missed_promise_of_which_a_customer_is_told_too_often_is_seen(
    tmp_path: Path, policies: Policies
) -> None:
    run = lived(named("signed/promises"), policies, tmp_path)
    assert [*judges.missed_in_silence(run)] == []

    run.postings.append(next(one for one in run.postings if judges.tells_of_a_miss(one)))

    assert [one.partition(" was ")[2] for one in judges.missed_in_silence(run)] == [
        "told of more missed promises than there were"
    ]


def test_half_a_version_of_the_policies_is_seen(tmp_path: Path, policies: Policies) -> None:
    run = lived(named("signed/published"), policies, tmp_path)
    assert [*judges.torn(run)] == []

    run.looks.add(("3", "everything", "olga"))

    assert [*judges.torn(run)] == ["version 3 of the policies was half of one and half of another"]


def test_words_that_the_visitors_page_does_not_show_are_seen(tmp_path: Path, policies: Policies) -> None:
    run = lived(named("chat/plain"), policies, tmp_path)
    assert [*judges.not_on_the_page(run)] == []

    run.postings[0] = replace(run.postings[0], post=replace(run.postings[0].post, text="Never recorded"))

    assert len([*judges.not_on_the_page(run)]) == 1


def test_a_dead_process_does_nothing_any_more() -> None:
    done: list[int] = []
    process = Mortal()
    port = Tap(done, "list", process, Boundaries())
    with pytest.raises(Killed):
        process.die()
    with pytest.raises(Killed):
        port.append(1)

    assert done == []
