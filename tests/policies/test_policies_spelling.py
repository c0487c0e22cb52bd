"""Small misspellings of keywords (R12)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.policies.spelling import misspelt

LETTERS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=5, max_size=14)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("refnud", "refund"),
        ("refnuds", "refund"),
        ("reffund", "refund"),
        ("rfund", "refund"),
        ("erfund", "refund"),
        ("refun", "refund"),
        ("reklmacje", "reklamacj"),
        ("reklamajcie", "reklamacj"),
        ("zwort", "zwrot"),
        ("compalint", "complaint"),
        ("возрват", "возврат"),
    ],
)
def test_a_slip_is_forgiven(written: str, meant: str) -> None:
    assert misspelt(written, meant)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("refuse", "refund"),
        ("ordeal", "order"),
        ("border", "order"),
        ("bakc", "back"),
        ("", "refund"),
        ("2026a", "2026b"),
        ("reklama", "reklamacj"),
        ("defund", "refund"),
    ],
)
def test_another_word_is_no_slip(written: str, meant: str) -> None:
    assert not misspelt(written, meant)


@given(LETTERS, st.data())
def test_two_neighbours_swapped_behind_the_first_letter_are_always_forgiven(
    meant: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, len(meant) - 2))
    written = f"{meant[:at]}{meant[at + 1]}{meant[at]}{meant[at + 2 :]}"

    assert misspelt(written, meant)


@given(LETTERS, LETTERS)
def test_words_without_a_beginning_in_common_are_never_alike(written: str, meant: str) -> None:
    assert written[0] in meant[:2] or not misspelt(written, meant)
