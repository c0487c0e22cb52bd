"""Changes to the text of channels.yaml: what is put in or taken out, and that nothing else moves."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.policies import edit, render
from chalicelib.policies.documents import parse
from tests.policies.folders import CHANNELS, Folder

ENTRY: dict[str, Any] = {
    "id": "shop-line",
    "platform": "line",
    "timezone": "Asia/Tokyo",
    "language": "en",
    "credentials": {"channel_secret": "LINE_SECRET", "access_token": "LINE_TOKEN"},
}

NAMES = st.sampled_from(["one", "two-2", "x", "shop"])
COMMENTS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=12).map(
    lambda text: f"# {text}"
)
WORDS = st.one_of(
    st.sampled_from(
        ["true", "null", "no", "1e5", "-", "a: b", "#", "'", '"', "[x]", "{", "żółw", "UTC", "~"]
    ),
    st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=12),
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """Return a channels.yaml as somebody may have written it: block or flow, with comments anywhere."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    column = draw(st.sampled_from([0, 2, 4]))
    gap = draw(st.sampled_from([1, 3]))
    lines = [draw(COMMENTS), "channels: " + draw(st.sampled_from(["", "# all of them"]))]
    for number in range(draw(st.integers(1, 3))):
        lines += draw(st.sampled_from([[], [""], [" " * column + "# - id: example"]]))
        lines += _entry(draw, f"c{number}", column, gap)
        deeper = " " * (column + 2) + draw(COMMENTS)
        lines += draw(st.sampled_from([[], [deeper], ["", deeper]]))
    lines += draw(st.sampled_from([[], [""], ["# the end"], ["", " " * column + "# - id: later"], ["..."]]))
    return end.join(lines) + draw(st.sampled_from(["", end]))


def _entry(draw: st.DrawFn, name: str, column: int, gap: int) -> list[str]:
    dash, inner = f"{' ' * column}-{' ' * gap}", " " * (column + 1 + gap)
    comment = draw(st.sampled_from(["", " # why", "   "]))
    secrets = draw(st.sampled_from(["SECRET", '"SECRET"', "[SECRET]", "[ 'SECRET' ]"]))
    flow = f"{dash}{{ id: {name}, platform: line, credentials: {{ access_token: {secrets} }} }}{comment}"
    block = [
        f"{dash}id: {name}{comment}",
        f"{inner}platform: line",
        f"{inner}credentials:{comment}",
        f"{inner}  access_token: {secrets}{comment}",
    ]
    listed = [*block[:3], f"{inner}  access_token:", f"{inner}  - SECRET{comment}"]
    return draw(st.sampled_from([[flow], block, listed]))


def put_in(before: str, after: str) -> str:
    """Return what stands in `after` and not in `before`; fails where anything else has changed."""
    start = 0
    while start < len(before) and before[start] == after[start]:
        start += 1
    rest = len(before) - start
    assert after[len(after) - rest :] == before[start:]
    return after[start : len(after) - rest]


@given(files())
def test_a_new_entry_leaves_every_other_byte_as_it_was(text: str) -> None:
    after = edit.with_entry(text, ENTRY)

    assert "shop-line" in put_in(text, after)
    assert parse(after, "c").data["channels"] == [*parse(text, "c").data["channels"], ENTRY]


@given(files())
def test_a_second_secret_leaves_every_other_byte_as_it_was(text: str) -> None:
    parts = edit.with_second(text, "c0", "access_token", "OLD")

    assert parse(parts, "c").data["channels"][0]["credentials"]["access_token"] == ["SECRET", "OLD"]
    assert parse(parts, "c").data["channels"][1:] == parse(text, "c").data["channels"][1:]
    assert comments(parts) == comments(text)


@given(files())
def test_a_second_secret_that_came_goes_again(text: str) -> None:
    gone = edit.without_second(edit.with_second(text, "c0", "access_token", "OLD"), "c0", "access_token")

    assert comments(gone) == comments(text)
    assert "OLD" not in gone


def comments(text: str) -> list[str]:
    return [line.partition("#")[2] for line in text.splitlines() if "#" in line]


@given(st.dictionaries(st.sampled_from(["from", "sender_name", "staff"]), WORDS, min_size=1))
def test_words_are_read_as_they_were_given(options: dict[str, str]) -> None:
    entry = {**ENTRY, "options": options}
    after = edit.with_entry(CHANNELS, entry)

    assert parse(after, "c").data["channels"][-1] == entry


def test_an_entry_stands_below_the_comments_of_the_one_above() -> None:
    text = "channels:\n  - id: a\n    # of a\n\n  # - id: b\n"

    after = edit.with_entry(text, {"id": "new"})
    assert after == "channels:\n  - id: a\n    # of a\n\n  - id: new\n\n  # - id: b\n"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("channels: [{id: a}]", "channels: [{id: a}, { id: new }]"),
        ("channels: [\n  {id: a}, # a\n]\n", "channels: [\n  {id: a},\n  { id: new }, # a\n]\n"),
        ("channels: []\n", "channels: [{ id: new }]\n"),
        ('{"channels": [{"id": "a"}]}', '{"channels": [{"id": "a"}, { id: new }]}'),
        ("channels:\n", "channels:\n  - id: new\n"),
        ("channels:", "channels:\n  - id: new\n"),
        ("# none yet", "# none yet\nchannels:\n  - id: new\n"),
        ("", "channels:\n  - id: new\n"),
    ],
)
def test_lists_of_every_shape_are_lengthened(text: str, after: str) -> None:
    assert edit.with_entry(text, {"id": "new"}) == after


def test_what_no_program_should_change_is_left_to_the_owner() -> None:
    text = CHANNELS.replace("bot_token: SHOP_BOT_TOKEN", "bot_token: |\n        SHOP_BOT_TOKEN")

    with pytest.raises(
        edit.CannotEdit, match=r"write `bot_token: \[SHOP_BOT_TOKEN, NEW\]` into channel shop"
    ):
        edit.with_second(text, "shop", "bot_token", "NEW")


def test_a_long_line_is_written_as_several() -> None:
    names = {f"credential_{n}": f"A_LONG_NAME_OF_A_SECRET_{n}" for n in range(3)}

    assert render.block({"id": "new", "credentials": names}, 0)[1:3] == [
        "  credentials:",
        "    credential_0: A_LONG_NAME_OF_A_SECRET_0",
    ]


def test_the_small_folder_stays_right_with_one_more_channel(folder: Folder) -> None:
    folder.write("channels.yaml", edit.with_entry(CHANNELS, ENTRY))

    assert folder.mistakes() == []


@given(text=files())
def test_what_is_taken_out_after_it_was_put_in_leaves_the_file_as_it_was(text: str) -> None:
    edited = edit.without_entry(edit.with_entry(text, ENTRY), "shop-line")

    assert edited.rstrip("\r\n") == text.rstrip("\r\n")


@given(text=files(), data=st.data())
def test_whichever_channel_is_taken_out_the_others_stay(text: str, data: st.DataObject) -> None:
    text = edit.with_entry(text, ENTRY)
    entries = parse(text, "channels.yaml").data["channels"]
    gone = data.draw(st.sampled_from([one["id"] for one in entries]))
    edited = edit.without_entry(text, gone)

    assert parse(edited, "channels.yaml").data["channels"] == [one for one in entries if one["id"] != gone]
    assert set(edited.splitlines()) <= set(text.splitlines())


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("channels: [{id: a}, {id: b}]\n", "channels: [{id: b}]\n"),
        ("channels: [{id: b}, {id: a}]\n", "channels: [{id: b}]\n"),
        ("channels:\n-\n  # ours\n  id: a\n- id: b\n", "channels:\n- id: b\n"),
        ("channels:\n- id: b\n\n# two\n- id: a\n  # off\n", "channels:\n- id: b\n\n# two\n"),
    ],
)
def test_an_entry_is_taken_out_however_the_list_is_written(text: str, after: str) -> None:
    assert edit.without_entry(text, "a") == after
