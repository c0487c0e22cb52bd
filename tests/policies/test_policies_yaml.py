"""YAML as owners really save it: words that stay words, and every way in which a file can be no YAML."""

from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.errors import BadPolicy, Mistake
from chalicelib.policies.documents import read
from tests.policies.folders import POLICY, Folder


def data(tmp_path: Path, content: str | bytes) -> Any:
    path = tmp_path / "some.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path).data


def mistake(tmp_path: Path, content: str | bytes) -> Mistake:
    with pytest.raises(BadPolicy) as caught:
        data(tmp_path, content)
    assert len(caught.value.mistakes) == 1
    return caught.value.mistakes[0]


WORDS = """off on no yes NO Off True 9:30 22:00-2:00 2026-12-24 1_000 0x1F 010 1e3 .5 +48 12:30:45 Null = 15m
    1.5.2 2026-12-24T10:00:00Z .inf .nan"""


@pytest.mark.parametrize("word", WORDS.split())
def test_words_that_other_yaml_would_change_stay_words(tmp_path: Path, word: str) -> None:
    assert data(tmp_path, f"field: {word}") == {"field": word}


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("true", True),
        ("false", False),
        ("7", 7),
        ("-7", -7),
        ("1.5", 1.5),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_plain_values_keep_their_kind(tmp_path: Path, written: str, read_as: object) -> None:
    assert data(tmp_path, f"field: {written}") == {"field": read_as}


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "9" * 5000, "9" * 400 + ".5"])
def test_a_number_without_end_stays_a_word(tmp_path: Path, number: str) -> None:
    assert data(tmp_path, f"field: {number}") == {"field": number}


def test_keys_stay_words_whatever_they_look_like(tmp_path: Path) -> None:
    assert data(tmp_path, "{2026-12-24: a, true: b, 7: c, off: d}") == {
        "2026-12-24": "a",
        "true": "b",
        "7": "c",
        "off": "d",
    }


def test_blanks_around_a_word_mean_nothing(tmp_path: Path) -> None:
    assert data(tmp_path, 'a: |\n  shop\nb: " pl "') == {"a": "shop", "b": "pl"}


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_of_any_editor_are_understood(
    folder: Folder, line_end: str, mark: bytes
) -> None:
    folder.write("policy.yaml", mark + POLICY.replace("\n", line_end).replace("15m", "1 d").encode())

    assert folder.places() == [("policy.yaml", 13, "rules[3].window")]


# what is written, line, column, remedy
NO_YAML: list[tuple[str | bytes, int, int, str]] = [
    ("a:\n\t- b", 2, 1, "Indent with spaces instead of tabs"),
    ("a: 1\nb: c: d", 2, 5, "a colon and a space"),
    ("a: 1\n b: 2", 2, 3, "Indent it like its neighbours"),
    ("a: [1, 2", 1, 4, "Close the bracket"),
    ("a: {b: 1", 1, 4, "Close the bracket"),
    ('a: "b', 1, 4, "Close the quotes"),
    ("a:\n  b: 1\n c: 2", 3, 2, "Indent the fields of one thing alike"),
    ("a: 1\nb\nc: 2", 2, 1, "Write `name: value`"),
    ("a: %b", 1, 4, "Put quotes around text that begins with this character"),
    ("a: @b", 1, 4, "Put quotes around text that begins with this character"),
    ("a: 1\n---\nb: 2", 2, 1, "Remove the line `---`"),
    ("a: &x 1\nb: *x", 1, 4, "Write it out"),
    ("a: 1\nb: *x", 2, 4, "Write it out"),
    ("a: &x {b: 1}\nc: {<<: *x}", 1, 4, "Write it out"),
    ("a: !!int 1", 1, 4, "Write a plain value"),
    ("a: !!python/object/apply:os.system [ls]", 1, 4, "Write a plain value"),
    ("a: !secret b", 1, 4, "Write a plain value"),
    ("a: ! b", 1, 4, "Write a plain value"),
    ("{{ x }}: 1", 1, 1, "Write `name: value`"),
    ("? [a]\n: 1", 1, 3, "Write `name: value`"),
    ("a: " + "[" * 60 + "]" * 60, 1, 24, "Remove the brackets"),
    ("a: " + "[" * 5000, 1, 24, "Remove the brackets"),
    ('a: "\\UFFFFFFFF"', 1, 1, "Mind indentation, colons and quotes"),
    ('a: "\\q"', 1, 6, "Mind indentation, colons and quotes"),
    ("%YAML 9.9\n---\na: 1", 1, 1, "Mind indentation, colons and quotes"),
    ("a: 1\nb: \x00", 2, 1, "Remove it"),
    ("a: 1\nb: \x07", 2, 1, "Remove it"),
    (b"a: 1\nb: \xff\xfe", 2, 1, "Save the file as UTF-8"),
    ("a: 1\n".encode("utf-16"), 1, 1, "Save the file as UTF-8"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", 1, 1, "Save the file as UTF-8"),
    (b"a: b\n" * 110_000, 1, 1, "Keep only what belongs here"),
]


@pytest.mark.parametrize(("content", "line", "column", "remedy"), NO_YAML)
def test_what_is_no_plain_yaml_names_its_place_and_its_remedy(
    tmp_path: Path, content: str | bytes, line: int, column: int, remedy: str
) -> None:
    found = mistake(tmp_path, content)

    assert (found.file, found.line, found.column, found.field) == ("some.yaml", line, column, "file")
    assert remedy in found.remedy


def test_a_billion_laughs_are_refused_at_the_first(tmp_path: Path) -> None:
    lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]

    assert mistake(tmp_path, "\n".join(lines)).line == 1


@pytest.mark.parametrize("letter", ["\\0", "\\x1b[2J", "\\ud800", "a\\nb"])
def test_an_invisible_letter_inside_quotes_is_refused(tmp_path: Path, letter: str) -> None:
    found = mistake(tmp_path, f'a: 1\nb: "{letter}"')

    assert (found.line, found.field) == (2, "b")
    assert "invisible character U+" in found.problem


def test_a_field_that_stands_twice_is_told_where_it_stands_again(tmp_path: Path) -> None:
    found = mistake(tmp_path, "a:\n  b: 1\n  c: 2\n  b: 3")

    assert (found.line, found.column, found.field, found.remedy) == (4, 3, "a.b", "Keep one of the two")


def test_every_field_that_stands_twice_is_told_at_once(folder: Folder) -> None:
    folder.write("policy.yaml", POLICY + "dry_run: true\nkill_switch: true\n")

    assert folder.places() == [("policy.yaml", 20, "dry_run"), ("policy.yaml", 21, "kill_switch")]


def test_a_merge_key_is_a_field_that_does_not_exist(folder: Folder) -> None:
    folder.change("policy.yaml", "  grace: 10s", "  <<: { grace: 10s }")

    assert folder.places() == [("policy.yaml", 16, "settings.<<")]


def test_a_folder_in_the_place_of_a_file_cannot_be_read(folder: Folder) -> None:
    (folder.path / "hours.yaml").unlink()
    (folder.path / "hours.yaml").mkdir()

    assert "cannot be read" in folder.mistakes()[0].problem


def test_a_comment_in_any_language_is_no_matter(tmp_path: Path) -> None:
    assert data(tmp_path, "# zażółć 🎉\na: 1 # привет") == {"a": 1}
