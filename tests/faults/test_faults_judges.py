"""The judges see what they are there for: each is shown a run in which something went wrong on purpose."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.core import outbox
from chalicelib.core.effects import DeliveryStatus
from tests.faults import judges
from tests.faults.boundaries import Boundaries, Killed, Mortal, Tap
from tests.faults.harness import Policies, Run, lived
from tests.faults.platforms import Said
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


def test_a_dead_process_does_nothing_any_more() -> None:
    done: list[int] = []
    process = Mortal()
    port = Tap(done, "list", process, Boundaries())
    with pytest.raises(Killed):
        process.die()
    with pytest.raises(Killed):
        port.append(1)

    assert done == []
