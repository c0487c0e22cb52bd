"""The file of the secrets: read in whatever way an owner saved it, written so that nothing is lost."""

from pathlib import Path

import pytest

from chalicelib.settings import BadEnvFile, EnvFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def env_file(path: Path, **environment: str) -> EnvFile:
    return EnvFile(path, environment)


def test_a_secret_is_added_on_a_line_of_its_own_where_the_last_line_has_no_end(path: Path) -> None:
    path.write_text("A=1", encoding="utf-8")
    env_file(path).make_up("B", lambda: "2")

    assert path.read_text("utf-8") == "A=1\nB=2\n"


def test_a_new_file_is_for_its_owners_eyes_only(path: Path) -> None:
    env_file(path).make_up("A", lambda: "1")

    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_everybody_could_read_is_written_for_its_owner_only(path: Path) -> None:
    path.write_text("A=1\n", encoding="utf-8")
    path.chmod(0o644)
    env_file(path).make_up("B", lambda: "2")

    assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_is_left_beside_the_file(path: Path) -> None:
    env_file(path).make_up("A", lambda: "1")

    assert list(path.parent.iterdir()) == [path]


def test_a_link_to_the_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("A=1\n", encoding="utf-8")
    path.symlink_to(elsewhere)
    env_file(path).make_up("B", lambda: "2")

    assert path.is_symlink()
    assert elsewhere.read_text("utf-8") == "A=1\nB=2\n"


@pytest.mark.parametrize(
    "raw",
    [b"\xef\xbb\xbfA=1\nB=2\n", b"A=1\r\nB=2\r\n", b"export A=1\nB = '2'", b"# words\n\nA=0\nA=1\nB=2"],
    ids=["mark", "windows", "shell", "last wins"],
)
def test_a_file_is_read_however_it_was_saved(path: Path, raw: bytes) -> None:
    path.write_bytes(raw)

    assert (env_file(path).secret("A"), env_file(path).secret("B")) == ("1", "2")


UNREADABLE = ["utf-16", "utf-16-le", "cp1250"]


@pytest.mark.parametrize("encoding", UNREADABLE)
def test_another_encoding_is_a_sentence_with_file_and_remedy(path: Path, encoding: str) -> None:
    path.write_bytes("SHOP=żółw\n".encode(encoding))

    with pytest.raises(BadEnvFile, match=r"\.env:1: this is not UTF-8 text: save it as UTF-8"):
        env_file(path).secret("SHOP")


@pytest.mark.parametrize("encoding", UNREADABLE)
def test_what_was_read_last_stays_in_force_while_the_file_cannot_be_read(path: Path, encoding: str) -> None:
    path.write_text("SHOP=good\n", encoding="utf-8")
    secrets = env_file(path)
    secrets.read()
    path.write_bytes("SHOP=żółw\n".encode(encoding))

    assert secrets.secret("SHOP") == "good"


def test_what_was_read_last_stays_in_force_when_the_file_is_gone(path: Path) -> None:
    path.write_text("A=1\n", encoding="utf-8")
    secrets = env_file(path)
    secrets.read()
    path.unlink()

    assert secrets.secret("A") == "1"
    with pytest.raises(BadEnvFile, match="put it back"):
        secrets.read()


def test_a_file_that_cannot_be_read_is_not_written_to(path: Path) -> None:
    path.write_text("A=1\n", encoding="utf-8")
    secrets = env_file(path)
    secrets.read()
    path.write_bytes(b"A=\xff\n")

    with pytest.raises(BadEnvFile):
        secrets.make_up("B", lambda: "2")
    assert path.read_bytes() == b"A=\xff\n"


def test_a_folder_that_does_not_exist_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadEnvFile, match="--env-file"):
        env_file(tmp_path / "none" / "env").make_up("A", lambda: "1")


def test_a_folder_in_the_place_of_the_file_is_a_sentence(path: Path) -> None:
    path.mkdir()

    with pytest.raises(BadEnvFile, match="cannot be read"):
        env_file(path).secret("A")


@pytest.mark.parametrize("value", ["a\nB=stolen", "a\rb", "\n"])
def test_a_value_that_is_no_line_is_refused(path: Path, value: str) -> None:
    path.write_text("", encoding="utf-8")

    with pytest.raises(BadEnvFile, match="not one line"):
        env_file(path).keep("A", value)
    assert path.read_text("utf-8") == ""


def test_the_environment_wins(path: Path) -> None:
    path.write_text("A=1\n", encoding="utf-8")

    assert env_file(path, A="2").secret("A") == "2"


def test_a_value_that_is_known_is_not_written_again(path: Path) -> None:
    secrets = env_file(path)

    assert [secrets.keep("A", "1"), secrets.keep("A", "1"), secrets.keep("A", "2")] == [True, False, True]
    assert secrets.secret("A") == "2"


def test_a_new_value_takes_the_place_of_the_old_one(path: Path) -> None:
    path.write_text("# mine\nA=1\nexport B=2 \nA=3\n# end", encoding="utf-8")
    env_file(path).keep("A", "4")

    assert path.read_text("utf-8") == "# mine\nexport B=2 \nA=4\n# end"


def test_a_value_that_is_forgotten_leaves_nothing_behind(path: Path) -> None:
    path.write_text("A=1\n# mine\nexport A=2\nB=3\n", encoding="utf-8")

    assert [env_file(path).forget("A"), env_file(path).forget("A")] == [True, False]
    assert path.read_text("utf-8") == "# mine\nB=3\n"


def test_a_value_is_found_behind_the_mark_of_the_file(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbfA=1\n")
    env_file(path).keep("A", "2")

    assert path.read_bytes() == b"\xef\xbb\xbfA=2\n"


@pytest.mark.parametrize("value", [" a", "a ", '"a', "a'"])
def test_a_value_that_would_be_read_as_another_is_refused(path: Path, value: str) -> None:
    with pytest.raises(BadEnvFile, match="begins or ends with"):
        env_file(path).keep("A", value)


def test_a_value_of_the_environment_is_said_to_overrule_the_file(path: Path) -> None:
    assert "set in the environment" in env_file(path, A="2").overruled("A")
    assert env_file(path, A="2").overruled("B") == ""
