"""Our own labelled messages: tuned where the CRC-32 of the text is even, held out elsewhere.

The mistakes of tuned messages may be looked at while words are written, those of the others not.
"""

import zlib
from pathlib import Path
from typing import NamedTuple

_DATA = Path(__file__).parent / "data"


class Labelled(NamedTuple):
    """One labelled message."""

    label: str
    language: str
    text: str

    @property
    def held_out(self) -> bool:
        return zlib.crc32(self.text.encode()) % 2 == 1


def labelled(name: str) -> list[Labelled]:
    """Return the messages of data/NAME.tsv."""
    lines = (_DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [Labelled(*line.split("\t")) for line in lines]
