"""The owner's files themselves: read letter by letter, put back without losing anything."""

from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.core.errors import BadPolicy
from chalicelib.policies.sources import NotRestored, checked, checked_texts, read, restore
from tests.policies.folders import NOON, POLICY, Folder

FILES = {"channels.yaml", "hours.yaml", "messages/en.ftl", "policy.yaml", "roster.yaml"}


def test_all_files_of_the_owner_are_read_by_their_names(folder: Folder) -> None:
    folder.write("README.md", "nothing of ours")
    folder.write(".policy.yaml", "an editor's own")

    assert set(read(folder.path)) == FILES


def test_every_letter_is_kept(folder: Folder) -> None:
    text = "\ufeff" + POLICY.replace("\n", "\r\n") + "# żółć\t"
    folder.write("policy.yaml", text)

    assert read(folder.path)["policy.yaml"] == text


def test_a_file_that_is_no_text_is_left_out(folder: Folder) -> None:
    folder.write("other.yaml", b"\xff\xfe")

    assert set(read(folder.path)) == FILES


def test_a_folder_is_checked_and_read_at_once(folder: Folder) -> None:
    found = checked(folder.path, NOON)

    assert found.bundle == folder.load()
    assert set(found.sources) == FILES


def test_a_folder_with_a_mistake_is_refused(folder: Folder) -> None:
    folder.change("policy.yaml", "window: 15m", "windw: 15m")

    with pytest.raises(BadPolicy):
        checked(folder.path, NOON)


def test_kept_files_are_checked_as_files_of_today(folder: Folder) -> None:
    sources = read(folder.path)

    assert checked_texts(sources, NOON) == folder.load()
    with pytest.raises(BadPolicy):
        checked_texts({**sources, "policy.yaml": "rules: []\n"}, NOON)


def test_restored_files_are_those_of_the_version_and_no_others(folder: Folder) -> None:
    before = read(folder.path)
    folder.change("policy.yaml", "window: 15m", "window: 16m")
    folder.write("messages/de.ftl", "ack-1 = Danke\n")
    restore(before, folder.path, NOON)

    assert read(folder.path) == before


def test_the_files_that_were_there_are_kept_beside(folder: Folder) -> None:
    before = read(folder.path)
    folder.change("policy.yaml", "window: 15m", "window: 16m")
    folder.write("messages/de.ftl", "ack-1 = Danke\n")
    changed = read(folder.path)
    copy = restore(before, folder.path, NOON)

    assert copy.name == "policies-2026-11-20T12-00-00"
    assert read(copy) == changed


def test_what_is_none_of_the_owners_files_is_left_alone(folder: Folder) -> None:
    folder.write("README.md", "nothing of ours")
    restore(read(folder.path), folder.path, NOON)

    assert (folder.path / "README.md").read_text("utf-8") == "nothing of ours"


def test_a_copy_is_never_written_over(folder: Folder) -> None:
    before = read(folder.path)
    restore(before, folder.path, NOON)
    folder.change("policy.yaml", "window: 15m", "window: 16m")

    with pytest.raises(NotRestored, match="is in the way"):
        restore(before, folder.path, NOON)
    assert "window: 16m" in read(folder.path)["policy.yaml"]
    restore(before, folder.path, NOON + timedelta(seconds=1))


@pytest.mark.parametrize("name", ["../outside.yaml", "/outside.yaml", "messages/../../x.ftl"])
def test_a_version_writes_nothing_outside_the_folder(folder: Folder, name: str, tmp_path: Path) -> None:
    with pytest.raises(NotRestored, match="nothing was restored"):
        restore({name: "x"}, folder.path, NOON)
    assert not (tmp_path / "outside.yaml").exists()


def test_a_folder_that_is_gone_is_made_again(folder: Folder, tmp_path: Path) -> None:
    before = read(folder.path)
    restore(before, tmp_path / "new" / "policies", NOON)

    assert read(tmp_path / "new" / "policies") == before
