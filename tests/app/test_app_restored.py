"""`hearback restored`: a database that was put back by other means is marked, here and over a stage (R34)."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chalicelib import restored, wiring
from chalicelib.cli.commands import hearback
from chalicelib.core.restored import in_doubt
from tests.app.stages import Stage
from tests.fakes import World


@pytest.fixture
def marked(published: Stage) -> Stage:
    """A stage whose table was put back with an open case and somebody logged in."""
    published.write("Where is my order?")
    with published.opened() as program:
        expires = wiring.now() + timedelta(days=1)
        program.ports.records.put("session:of-the-lost-time", "owner", expires_at=expires)
    done = published.run("restored", "--yes")
    assert done.exit_code == 0, done.output
    return published


def test_what_a_stage_owed_before_is_left_to_a_person(marked: Stage) -> None:
    with marked.opened() as program:
        [case] = program.ports.store.open_cases("demo")

        assert in_doubt(case, program.ports.policies.live().policy("demo"))


def test_whoever_was_logged_in_has_to_log_in_again(marked: Stage) -> None:
    with marked.opened() as program:
        assert program.ports.records.keys("session:") == []


def test_doctor_tells_of_it_until_the_cases_are_seen_to(marked: Stage) -> None:
    assert "1 open cases are from before: look at each conversation" in marked.run("doctor").output


def test_nothing_is_marked_without_a_yes(published: Stage) -> None:
    told = published.run("restored").output
    with published.opened() as program:
        assert restored.moment(program.ports.records, wiring.now()) is None
    assert f"Mark the database of stage {published.name} as put back?" in told


def test_nobody_is_told_to_back_up_what_aws_backs_up(published: Stage) -> None:
    assert "backed up" not in published.run("doctor").output


def here(*words: str | Path) -> Result:
    return CliRunner(env={"HEARBACK_STAGE": None}).invoke(hearback, [str(word) for word in words])


def test_a_file_that_was_copied_by_hand_can_be_marked_here(tmp_path: Path) -> None:
    laptop = wiring.laptop(tmp_path, tmp_path / ".env", "")
    done = here("restored", "--yes", "--data", tmp_path)

    assert done.exit_code == 0, done.output
    assert restored.moment(laptop.ports.records, wiring.now())
    laptop.file.close()


def test_a_program_that_was_not_held_knows_it_at_its_next_look(world: World) -> None:
    before = world.ports.policies.live().policy("shop").restored_at
    restored.mark(world.ports.records, world.clock())
    world.pass_time(minutes=2)

    assert (before, world.ports.policies.live().policy("shop").restored_at is None) == (None, False)
