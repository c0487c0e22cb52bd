"""The page that shows every text is what the texts make it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chalicelib.cli.commands import hearback
from chalicelib.policies.texts_check import REQUIRED
from chalicelib.policies.texts_said import Speaker
from chalicelib.policies.voice import COMMAND, page
from tests.policies.folders import SHIPPED, TEXTS

SOURCES = {path.stem: path.read_text("utf-8") for path in (SHIPPED / "messages").glob("*.ftl")}
PAGE = SHIPPED.parent / "docs" / "voice.md"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(hearback, ["policy", "voice", *arguments])


def test_the_page_in_the_docs_shows_the_texts_as_they_are() -> None:
    assert page(SOURCES) == PAGE.read_text("utf-8"), f"run {COMMAND}"


@pytest.mark.parametrize("language", sorted(SOURCES))
def test_the_page_shows_every_text_of_every_language(language: str) -> None:
    shown = page({language: SOURCES[language]})
    variants = [
        text_id for wording in REQUIRED for text_id in Speaker(language, SOURCES[language]).variants(wording)
    ]

    assert [text_id for text_id in variants if f"| `{text_id}` |" not in shown] == []


def test_the_page_shows_moods_and_ways_of_addressing() -> None:
    shown = page({"pl": SOURCES["pl"]})

    assert all(
        f"|  | {label} |" in shown for label in ("upset", "praise", "impersonal", "informal", "closed")
    )


def test_the_page_tells_how_it_came_about() -> None:
    assert f"generated from `policies/messages/` by `{COMMAND}`" in page({"en": TEXTS})


def test_public_words_of_the_owner_for_other_wordings_are_shown_too() -> None:
    shown = page({"en": TEXTS + "update-public-1 = We are on it{ by }.\n"})

    assert "| `update-public-1` |" in shown


def test_the_command_prints_one_language() -> None:
    result = run("--language", "pl")

    assert (result.exit_code, "## Polish" in result.output, "## English" in result.output) == (0, True, False)


def test_a_language_that_is_not_there_is_told() -> None:
    assert "there is no messages/xx.ftl: give one of" in str(run("--language", "xx").exception)


def test_what_was_written_is_up_to_date(tmp_path: Path) -> None:
    file = str(tmp_path / "voice.md")
    run("--write", file)

    assert "shows the texts as they are" in run("--check", "--write", file).output


@pytest.mark.parametrize("content", ["old", None])
def test_a_page_that_is_not_up_to_date_is_told_with_a_remedy(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "voice.md"
    if content:
        file.write_text(content)

    assert f"run `hearback policy voice --write {file}`" in str(
        run("--check", "--write", str(file)).exception
    )


def test_checking_writes_nothing(tmp_path: Path) -> None:
    run("--check", "--write", str(tmp_path / "voice.md"))

    assert list(tmp_path.iterdir()) == []


def test_without_a_file_the_page_in_the_docs_is_checked() -> None:
    assert "voice.md shows the texts as they are" in run("--check").output
