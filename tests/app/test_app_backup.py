"""`hearback backup` and `hearback restore`, as an owner types them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chalicelib import wiring
from chalicelib.cli.commands import hearback, run
from chalicelib.serve import lock


@pytest.fixture
def data(tmp_path: Path) -> Path:
    laptop = wiring.laptop(tmp_path / "data", tmp_path / ".env", "")
    laptop.file.close()
    return tmp_path / "data"


def typed(*words: str | Path, text: str | None = None) -> Result:
    return CliRunner().invoke(hearback, [str(word) for word in words], input=text)


def test_a_backup_is_made_while_hearback_runs(data: Path) -> None:
    with lock.taken(data):
        done = typed("backup", "--data", data, "--json")

    assert Path(json.loads(done.output)["file"]).parent == data / "backups"


def test_it_says_that_the_secrets_are_not_in_it(data: Path) -> None:
    assert "does not hold .env" in typed("backup", "--data", data).output


def test_keep_wants_a_folder(data: Path, tmp_path: Path) -> None:
    assert typed("backup", tmp_path / "one.sqlite", "--keep", "3", "--data", data).exit_code == 2


def test_nothing_is_put_back_while_hearback_runs(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("backup", tmp_path / "copy.sqlite", "--data", data)

    with lock.taken(data):
        code = run(["restore", str(tmp_path / "copy.sqlite"), "--data", str(data), "--yes"])

    assert code == 1
    assert "already running" in capsys.readouterr().err


@pytest.mark.parametrize("options", [["--dry-run"], []], ids=["dry run", "answered with no"])
def test_without_a_yes_nothing_changes(data: Path, tmp_path: Path, options: list[str]) -> None:
    typed("backup", tmp_path / "copy.sqlite", "--data", data)
    before = (data / wiring.DATABASE).stat().st_ino

    done = typed("restore", tmp_path / "copy.sqlite", "--data", data, *options, text="n\n")

    assert "Nothing was changed." in done.output
    assert (data / wiring.DATABASE).stat().st_ino == before


def test_with_a_yes_the_old_one_is_kept_beside_it(data: Path, tmp_path: Path) -> None:
    typed("backup", tmp_path / "copy.sqlite", "--data", data)

    done = typed("restore", tmp_path / "copy.sqlite", "--data", data, text="y\n")

    assert done.exit_code == 0
    assert len(list(data.glob("hearback-before-restore-*.sqlite"))) == 1


def test_it_can_be_put_where_there_is_none_yet(data: Path, tmp_path: Path) -> None:
    typed("backup", tmp_path / "copy.sqlite", "--data", data)

    done = typed("restore", tmp_path / "copy.sqlite", "--data", tmp_path / "new", "--yes", "--json")

    assert json.loads(done.output)["restored"] is True
    assert (tmp_path / "new" / wiring.DATABASE).exists()
