"""Small misspellings of keywords (R12)."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.policies.spelling import misspelt
from tests.policies.folders import SHIPPED

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


@pytest.mark.parametrize(("written", "is_loaded"), [("word", "False"), ("refnud", "True")])
def test_the_library_is_loaded_with_the_first_word_that_may_be_misspelt(written: str, is_loaded: str) -> None:
    code = (
        "import sys; from chalicelib.policies.build import build; "
        "from chalicelib.policies.spelling import misspelt; "
        f"misspelt({written!r}, 'refund'); print('rapidfuzz' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=SHIPPED.parent)

    assert done.stdout.strip() == is_loaded
