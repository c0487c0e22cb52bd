"""Every mistake in the owner's texts names line, text and a remedy that helps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.effects import Wording
from chalicelib.core.errors import TextMissing
from chalicelib.policies import texts_check
from chalicelib.policies.texts import FluentTexts
from chalicelib.policies.texts_check import Needs
from chalicelib.policies.texts_inside import CHOICES
from tests.policies.folders import TEXTS, Folder

EN = "messages/en.ftl"
LAST = len(TEXTS.splitlines())
"""The line after which the tests add their own."""

# what is written, what it is replaced with, line, text, remedy
MISTAKES = [
    ("ack-2 = Thank", "ack-2 Thank", 8, "text", "A text looks like `ack-1 = Words`"),
    ("ack-2 = Thank", "ack-2 = { Thank", 8, "ack-2", "Close every brace"),
    ("ack-2 = Thank", "ack-2 = } Thank", 8, "ack-2", "Close every brace"),
    ("two. We will answer{ by }", 'two{ "x }', 8, "ack-2", "Close the quotes"),
    ("ack-2 = Thank you, two. We will answer{ by }.", "ack-2 =", 8, "ack-2", "Write the words after"),
    ("ack-2 = Thank you, two.", "ack-2 =\nThank you, two.", 9, "text", "line of it is indented"),
    ("*[other]", "[other]", 6, "by", "Put a star before the choice"),
    ("*[other]", "*[otehr]", 5, "by", "Did you mean `other`?"),
    ("[today]", "[todya]", 4, "by", "Did you mean `today`?"),
    ("[today]", "[xyz]", 4, "by", "Write one of today, tomorrow, monday"),
    ("{ $promise_day ->", "{ $promise_dya ->", 2, "by", "Did you mean `promise_day`?"),
    ("{ $promise_day ->", "{ $promise_time ->", 2, "by", "Choose by one of $formality, $mood"),
    ("{ $promise_day ->", "{ by ->", 2, "by", "Choose by a variable"),
    ("{ $promise_day ->", '{ "x" ->', 2, "by", "Choose by one of $formality, $mood"),
    ("Still open, one.", "Still open, { $name }.", 13, "update-1", "Use one of $formality, $mood"),
    ("[today]", "[Today]", 4, "by", "Did you mean `today`?"),
    ("Still open, one.", "Still open, { bye }.", 13, "update-1", "Did you mean `by`?"),
    ("Still open, one.", "Still open, { -shop }.", 13, "update-1", "Write the name of a text in this file"),
    ("Still open, one.", "Still open, { by.title }.", 13, "update-1", "Refer to a text of its own"),
    ("Still open, one.", "Still open, { NUMBER($seen) }.", 13, "update-1", "Use the variable as it is"),
    ("Still open, one.", "Still open, { update-1 }.", 13, "update-1", "Write the words out"),
    ("ack-2 =", "    .title = x\nack-2 =", 8, "ack-1", "Make it a text of its own"),
    ("ack-2 =", "ack-1 =", 8, "ack-1", "Give it a number of its own"),
    ("ack-2 =", "akc-2 =", 8, "akc-2", "Did you mean `ack`?"),
    ("ack-2 =", "# ack-2 =", 8, "ack", "Add `ack-2 = ...`"),
    ("Thank you, two.", "Thank you, one.", 8, "ack-2", "Say it in other words"),
    ("Thank you, two. We will answer{ by }.", "Thank you, two.", 8, "ack-2", "Say { $promise_time }"),
    ("one. We will answer{ by }.\npromise-2", "one.\npromise-2", 21, "promise-1", "Say { $promise_time }"),
    ("closing-1 = We close this for now.\n", "", 1, "closing", "Add `closing-1 = ...`"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "text", "remedy"), MISTAKES)
def test_a_mistake_names_its_place_and_its_remedy(
    folder: Folder, old: str, new: str, line: int, text: str, remedy: str
) -> None:
    folder.change(EN, old, new)
    found = {(m.file, m.line, m.field): m.remedy for m in folder.mistakes()}

    assert remedy in found.get((EN, line, text), "no such mistake")


@pytest.mark.parametrize(
    ("old", "new"),
    [case[:2] for case in MISTAKES if case[3] not in ("text", "ack", "akc-2", "ack-1")],
)
def test_one_mistake_is_told_once(folder: Folder, old: str, new: str) -> None:
    folder.change(EN, old, new)

    assert len(folder.mistakes()) == 1


def test_texts_that_refer_to_each_other_in_a_circle_are_all_told(folder: Folder) -> None:
    folder.write(EN, TEXTS + "one = { two }\ntwo = { -three }\n-three = { one }\nfour = { one }\n")

    assert folder.places() == [
        (EN, LAST + 1, "one"),
        (EN, LAST + 2, "two"),
        (EN, LAST + 3, "-three"),
    ]


def test_a_term_may_hold_words_but_no_variables(folder: Folder) -> None:
    folder.write(EN, TEXTS + "-shop = The Shop\nsign = { -shop }\n-bad = { $seen }\n")

    assert [(m.line, m.field, m.remedy) for m in folder.mistakes()] == [
        (LAST + 3, "-bad", "Make it a text, without the dash")
    ]


def test_a_term_with_arguments_is_refused(folder: Folder) -> None:
    folder.write(EN, TEXTS + '-shop = The Shop\nsign = { -shop(case: "x") }\n')

    assert folder.places() == [(EN, LAST + 2, "sign")]


def test_texts_that_refer_on_and_on_are_refused(folder: Folder) -> None:
    chain = "".join(f"a{n} = {{ a{n + 1} }}\n" for n in range(300))
    folder.write(EN, f"{TEXTS}{chain}a300 = end\n")

    assert "Write the words out where they are needed" in {m.remedy for m in folder.mistakes()}


def test_a_few_lines_that_mean_gigabytes_are_refused(folder: Folder) -> None:
    bomb = "".join(f"b{n} = {f'{{ b{n + 1} }}' * 10}\n" for n in range(9))
    folder.write(EN, f"{TEXTS}{bomb}b9 = ha\n")

    assert "it refers to too many texts" in {m.problem for m in folder.mistakes()}


def test_braces_without_end_are_refused(folder: Folder) -> None:
    folder.write(EN, TEXTS + "deep = " + "{" * 3000 + '"x"' + "}" * 3000 + "\n")

    assert folder.places() == [(EN, 1, "file")]


@pytest.mark.parametrize("name", ["polish.ftl", "xx.ftl", "en.old.ftl", "EN.ftl", "p1.ftl"])
def test_a_file_that_is_not_named_by_its_language_is_refused(folder: Folder, name: str) -> None:
    folder.write(f"messages/{name}", TEXTS)
    found = folder.mistakes()

    assert [(m.file, m.line) for m in found] == [(f"messages/{name}", 1)]
    assert "such as en.ftl" in found[0].remedy


@pytest.mark.parametrize("content", [b"ack-1 = \xff", b"\x00\x01\x02\xfe", "ack-1 = x".encode("utf-16")])
def test_a_file_that_is_no_text_is_refused(folder: Folder, content: bytes) -> None:
    folder.write("messages/pl.ftl", content)
    folder.change("channels.yaml", "language: en", "language: pl")

    assert [place[:2] for place in folder.places()] == [("messages/pl.ftl", 1)]


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_and_byte_order_marks_of_any_editor_are_understood(folder: Folder, line_end: str) -> None:
    folder.write(EN, b"\xef\xbb\xbf" + TEXTS.replace("\n", line_end).replace("[today]", "[todya]").encode())

    assert folder.places() == [(EN, 4, "by")]


@pytest.mark.parametrize(
    ("variable", "key", "last"),
    [("hour", "24", 23), ("minutes", "60", 59), ("hour", "today", 23), ("hour", "1.5", 23)],
)
def test_a_number_that_no_clock_shows_is_refused(folder: Folder, variable: str, key: str, last: int) -> None:
    chosen = f"Still open{{ $promise_{variable} ->\n    [{key}] {{ by }}\n   *[other] {{ by }}\n }}."
    folder.change(EN, "Still open, one. We will answer{ by }.", chosen)
    (mistake,) = folder.mistakes()

    assert (mistake.line, mistake.problem) == (14, f"$promise_{variable} is never {key}")
    assert mistake.remedy.startswith(f"Write a number from 0 to {last}")


@pytest.mark.parametrize("key", ["00", "5", "0", "one", "few", "many"])
def test_a_text_may_choose_by_a_number_or_its_plural(folder: Folder, key: str) -> None:
    chosen = f"Still open{{ $promise_hour ->\n    [{key}] {{ by }}\n   *[other] {{ by }}\n }}."
    folder.change(EN, "Still open, one. We will answer{ by }.", chosen)

    assert folder.mistakes() == []


def test_the_hour_of_a_promise_names_its_time(folder: Folder) -> None:
    folder.change(EN, "Thank you, two. We will answer{ by }.", "Thank you, two, by { $promise_hour } sharp.")

    assert folder.mistakes() == []


def test_an_empty_file_lacks_every_wording(folder: Folder) -> None:
    folder.write(EN, "")

    assert {m.field for m in folder.mistakes()} == set(texts_check.REQUIRED)


def test_every_wording_has_a_number_of_variants_that_it_needs() -> None:
    # A status is written by a person, for one incident.
    assert set(Wording) - {Wording.STATUS} <= set(texts_check.REQUIRED)


def test_without_promises_in_the_rules_only_promises_of_people_must_be_named(folder: Folder) -> None:
    folder.change("policy.yaml", "    promise: 2 business_days\n", "")
    folder.change("policy.yaml", "    promise: 2 business_hours\n", "")
    folder.change(EN, "one. We will answer{ by }.", "one.")

    assert folder.mistakes() == []


def test_an_invitation_to_go_private_is_never_said_in_public_r18(folder: Folder) -> None:
    folder.write(EN, TEXTS + "invite-public-1 = Please go on in private{ by }.\n")

    assert folder.places() == [(EN, LAST + 1, "invite-public-1")]


def test_more_variants_than_needed_and_public_ones_of_any_wording_are_welcome(folder: Folder) -> None:
    folder.write(EN, TEXTS + "update-17 = Open{ by }.\nmissed-again-public-1 = Late{ by }.\n")

    assert folder.mistakes() == []


@given(st.text())
def test_texts_of_any_kind_are_checked_and_never_stumbled_over(source: str) -> None:
    assert texts_check.check(source, "en", Needs(promises=True))


@given(st.data())
def test_what_passes_the_check_can_be_said(data: st.DataObject) -> None:
    lines = TEXTS.splitlines(keepends=True)
    position = data.draw(st.integers(0, len(lines) - 1))
    pieces = [
        "{ by }",
        "{ -t }",
        "{ $seen }",
        '{ "" }',
        "{ ack-1 }",
        "    .a = b\n",
        "-t = { -t }\n",
        "    ",
        "\n",
    ]
    piece = data.draw(st.sampled_from([*pieces, "t = { t }\n", "-t = t\n", "{ $seen -> *[no] x }", "}"]))
    column = data.draw(st.integers(0, len(lines[position])))
    lines[position] = lines[position][:column] + piece + lines[position][column:]
    source = "".join(lines)
    if texts_check.check(source, "en", Needs()):
        return

    assert _all_said(FluentTexts({"en": source}))


def _all_said(texts: FluentTexts) -> bool:
    variables = dict.fromkeys(CHOICES, "no")
    ids = [text_id for wording in texts_check.REQUIRED for text_id in texts.variants("en", wording)]
    try:
        return all(
            texts.say("en", text_id, {**variables, "promise_at": "", "back_at": ""}) for text_id in ids
        )
    except TextMissing:
        return False


LONG = "word " * 520
"""More characters than Fluent takes in one piece."""


def overlong(folder: Folder, words: str) -> None:
    for name in ("one", "two", "three"):
        folder.change(EN, f"Thank you, {name}. We", f"{words}, {name}. We")


def test_a_text_that_cannot_be_said_is_an_error_at_that_text(folder: Folder) -> None:
    overlong(folder, LONG)
    found = [(one.line, one.field, one.remedy) for one in folder.mistakes()]
    assert found == [(7 + at, f"ack-{at + 1}", "Say it in fewer words") for at in range(3)]


def test_an_overlong_text_is_found_through_what_it_refers_to(folder: Folder) -> None:
    folder.change(EN, "by =", f"much = {LONG}\nby =")
    folder.change(EN, "Thank you, two. We", "{ much } We")
    assert [one.field for one in folder.mistakes()] == ["ack-2"]


def test_an_overlong_choice_is_found(folder: Folder) -> None:
    folder.change(EN, "Thank you, two. We", f"{{ $mood ->\n   [upset] {LONG}\n  *[other] x\n  }} We")
    assert [one.field for one in folder.mistakes()] == ["ack-2"]


def test_texts_of_which_no_variant_fits_a_platform_are_an_error(folder: Folder) -> None:
    overlong(folder, "word " * 400)
    (found,) = folder.mistakes()
    assert (found.line, found.field) == (7, "ack-1")
    assert "short enough for facebook" in found.problem


def test_one_variant_that_fits_a_platform_is_enough(folder: Folder) -> None:
    folder.change(EN, "Thank you, one. We", f"{'word ' * 400}. We")
    assert folder.mistakes() == []


def test_what_a_text_never_says_at_once_does_not_make_it_long(folder: Folder) -> None:
    for name in ("one", "two", "three"):
        either = "".join(
            f"{{ $mood ->\n   [{mood}] {'word ' * 250}\n  *[other] x\n  }}" for mood in ("upset", "praise")
        )
        folder.change(EN, f"Thank you, {name}. We", f"Thank you, {name}. {either} We")
    assert folder.mistakes() == []
