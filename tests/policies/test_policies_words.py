"""The owner's vocabulary: checked and published like the other files, filled in where one is missing."""

import pytest

from chalicelib.core.message import Category
from chalicelib.language import understand
from chalicelib.language.vocabulary import FIELDS
from chalicelib.policies import schemas
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.publish import built
from tests.policies.folders import SHIPPED, Folder

SPOILT = [
    ("complant: [awful]", 1, "complant", "complaint"),
    ("complaint:\n  - awful\n  - awful,,bad", 3, "complaint[2]", "Write words between the commas"),
    ("complaint:\n  - aw*ful", 2, "complaint[1]", "with a star behind it"),
    ("complaint:\n  - ... awful", 2, "complaint[1]", "between two words"),
    ("complaint: awful", 1, "complaint", "a list"),
]


def words(folder: Folder, text: str, name: str = "en.yaml") -> None:
    (folder.path / "words").mkdir(exist_ok=True)
    folder.write(f"words/{name}", text)


@pytest.mark.parametrize(("text", "line", "field", "remedy"), SPOILT)
def test_a_mistake_is_told_with_file_line_field_and_remedy(
    folder: Folder, text: str, line: int, field: str, remedy: str
) -> None:
    words(folder, text)

    (mistake,) = folder.mistakes()
    assert (mistake.file, mistake.line, mistake.field) == ("words/en.yaml", line, field)
    assert remedy in mistake.remedy


def test_a_file_that_is_named_after_no_language_is_a_mistake(folder: Folder) -> None:
    words(folder, "complaint: [awful]", "english.yaml")

    assert folder.places() == [("words/english.yaml", 1, "file")]


def test_an_owners_file_stands_for_the_whole_of_its_language(folder: Folder) -> None:
    words(folder, "complaint: [wobbly]")

    assert folder.load().words["en"] == {"complaint": ["wobbly"]}


def test_languages_without_a_file_have_the_words_hearback_comes_with(folder: Folder) -> None:
    assert set(folder.load().words) == {path.stem for path in (SHIPPED / "words").glob("*.yaml")}


def test_published_words_are_those_by_which_messages_are_understood(folder: Folder) -> None:
    words(folder, "complaint: [wobbly]")
    policies = built(folder.load(), "1", lambda name: "")

    found = understand(["the chair is wobbly"], language="en", vocabulary=policies.vocabulary)
    assert found.category is Category.COMPLAINT


def test_a_bundle_comes_back_with_its_words(folder: Folder) -> None:
    bundle = folder.load()

    assert Bundle.from_json(bundle.to_json()) == bundle


def test_a_version_from_before_there_were_words_is_still_understood(folder: Folder) -> None:
    loaded = folder.load()
    old = Bundle(policy=loaded.policy, hours=loaded.hours, channels=loaded.channels, messages=loaded.messages)

    vocabulary = built(old, "1", lambda name: "").vocabulary
    assert understand(["damaged"], vocabulary=vocabulary).category is Category.COMPLAINT


def test_the_schema_knows_the_fields_that_are_read() -> None:
    assert tuple(schemas.schema("words")["properties"]) == FIELDS


@pytest.mark.parametrize("language", ["en", "pl", "hr", "ru", "uk", "de", "cs", "sk", "sl", "it", "es", "fr"])
def test_every_shipped_language_has_all_fields(folder: Folder, language: str) -> None:
    assert set(folder.load().words[language]) == set(FIELDS)


@pytest.mark.parametrize("text", ["", "# all of it is a comment\n", "complaint: []\n"])
def test_a_file_without_words_is_a_mistake_because_it_takes_the_built_in_ones_away(
    folder: Folder, text: str
) -> None:
    words(folder, text, "pl.yaml")
    (mistake,) = folder.mistakes()
    assert mistake.file == "words/pl.yaml"
    assert mistake.remedy.startswith("Delete it to use the built-in words")


SHIPPED_PL = (SHIPPED / "words" / "pl.yaml").read_text("utf-8")


def warned(folder: Folder, text: str) -> list[tuple[str, str]]:
    words(folder, text, "pl.yaml")
    return [(one.field, one.problem) for one in folder.warnings() if one.file == "words/pl.yaml"]


def test_words_without_formal_complaint_or_negation_are_warned_of_r26(folder: Folder) -> None:
    found = warned(folder, "praise: [super]\nformal: []\n")
    assert sorted(field for field, _ in found) == ["complaint", "formal", "negation"]


def test_a_stem_of_one_or_two_letters_is_warned_of(folder: Folder) -> None:
    ((field, problem),) = warned(folder, SHIPPED_PL.replace("complaint:\n", "complaint:\n  - zły, a*\n", 1))
    assert (field, "`a*`" in problem) == ("complaint[1]", True)


def test_a_phrase_that_is_complaint_and_praise_is_warned_of(folder: Folder) -> None:
    ((field, problem),) = warned(folder, SHIPPED_PL.replace("complaint:\n", "complaint:\n  - Petarda\n", 1))
    assert (field, "`petarda`" in problem) == ("praise[1]", True)


def test_the_shipped_words_are_warned_of_in_nothing(folder: Folder) -> None:
    for path in (SHIPPED / "words").glob("*.yaml"):
        words(folder, path.read_text("utf-8"), path.name)
    assert [str(one) for one in folder.warnings() if one.file.startswith("words/")] == []
