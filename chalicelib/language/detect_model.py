"""How well words fit each language: the model behind detect.py, read from detect_model.gz on first use.

The file is text: the languages with what each costs before anything is read; the pieces of words, each with
the cost of its last letter after the others in every language; the common words with the languages that have
them. A cost is minus the logarithm of a probability, in steps of 1/STEPS; the least wins. It is made by
`./hearback bench language_model`.
"""

import gzip
import math
import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from chalicelib.core.values import dataclass

FILE = Path(__file__).with_suffix(".gz")
STEPS = 6
FIRST_LEVEL = 35
LONGEST_PIECE = 4

_UNLISTED = 24
"""What it costs that a word is not among a language's common ones, beside the cost of its letters."""
_WORST = 42
"""The most that one word may cost more in a language than in its best one: names and slips decide nothing."""
_STRANGE_LETTER = 80

_RUNS = re.compile(r"(.)\1+")


@dataclass(frozen=True)
class Model:
    """The costs of languages, of pieces of words and of words.

    `words` stays one sorted text in UTF-8, a line a word: to look one up in it takes microseconds, while a
    dict of them all would cost every cold start a tenth of a second.
    """

    languages: tuple[str, ...]
    priors: tuple[int, ...]
    pieces: dict[str, str]
    words: bytes

    def is_listed(self, word: str, language: str, most: int = 999) -> bool:
        """Return whether a word is among the common ones of a language and costs at most `most`."""
        return any(
            self.languages[index].partition("@")[0] == language and cost <= most
            for index, cost in self._listed(word)
        )

    def likelihoods(self, words: Sequence[str], known: str = "", bonus: int = 0) -> dict[str, float]:
        """Return how likely each language is (they sum to 1), given words in lower case.

        `known` is the language the thread was in before, `bonus` what that is worth, in steps.
        """
        costs = [
            -prior - bonus * (name == known) for name, prior in zip(self.languages, self.priors, strict=True)
        ]
        for word in words:
            costs = [one + more for one, more in zip(costs, self._costs(word), strict=True)]
        least = min(costs)
        shares = [math.exp((least - cost) / STEPS) for cost in costs]
        found: dict[str, float] = {}
        for name, share in zip(self.languages, shares, strict=True):
            language = name.partition("@")[0]
            found[language] = found.get(language, 0.0) + share / sum(shares)
        return found

    def _costs(self, word: str) -> list[int]:
        word = self._as_meant(word)
        costs = [_UNLISTED + cost for cost in self._costs_of_letters(word)]
        for index, cost in self._listed(word):
            costs[index] = min(costs[index], cost)
        most = min(costs) + _WORST
        return [min(cost, most) for cost in costs]

    def _as_meant(self, word: str) -> str:
        # "Hellooo" and "hvalaa" are meant as they are usually written.
        squeezed = _RUNS.sub(r"\1", word)
        return squeezed if squeezed != word and not self._entry(word) and self._entry(squeezed) else word

    def _listed(self, word: str) -> list[tuple[int, int]]:
        pairs = self._entry(word)
        return [(pairs[at] - FIRST_LEVEL, pairs[at + 1] - FIRST_LEVEL) for at in range(0, len(pairs), 2)]

    def _entry(self, word: str) -> bytes:
        wanted = word.encode()
        start = bisect_left(range(len(self.words)), wanted, key=self._word_at)
        if not self.words.startswith(wanted + b"\t", start):
            return b""
        return self.words[start + len(wanted) + 1 : self.words.index(b"\n", start)]

    def _word_at(self, place: int) -> bytes:
        """Return the word of the line that a place in the text belongs to."""
        start = self.words.rfind(b"\n", 0, place) + 1
        return self.words[start : self.words.index(b"\t", start)]

    def _costs_of_letters(self, word: str) -> list[int]:
        framed, costs = f"_{word}_", [0] * len(self.languages)
        for end in range(2, len(framed) + 1):
            row = self._row(framed, end)
            costs = [cost + level - FIRST_LEVEL for cost, level in zip(costs, row, strict=True)]
        return costs

    def _row(self, framed: str, end: int) -> bytes:
        for start in range(max(0, end - LONGEST_PIECE), end):
            row = self.pieces.get(framed[start:end])
            if row:
                return row.encode()
        return bytes([FIRST_LEVEL + _STRANGE_LETTER]) * len(self.languages)


@cache
def model() -> Model:
    """Return the model; it is read once a process (docs/understanding.md has what that costs)."""
    header, _, tables = gzip.decompress(FILE.read_bytes()).partition(b"\n")
    pieces, _, words = tables.partition(b"\n\n")
    named = [entry.split(":") for entry in header.decode().split()]
    return Model(
        languages=tuple(name for name, _ in named),
        priors=tuple(int(prior) for _, prior in named),
        pieces=_table(pieces.decode()),
        words=words,
    )


def _table(text: str) -> dict[str, str]:
    parts = text.replace("\n", "\t").split("\t")
    return dict(zip(parts[::2], parts[1::2], strict=True))
