"""Labelled messages and how often a detector is right about them.

data/language.tsv is split by a rule: of each label's messages the first, third, fifth ... were tuned on, the
second, fourth, sixth ... only ever measured. data/language-blind.tsv was written after the model was done.
All sentences are made up. Serbian counts as Croatian; "und" is a message without a language we know.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

DATA = Path(__file__).parent / "data"


def messages(file: Path) -> list[tuple[str, str]]:
    """Return the (language, text) pairs of a file, language empty where there is none to tell."""
    lines = file.read_text(encoding="utf-8").splitlines()[1:]
    pairs = (line.split("\t", 1) for line in lines)
    return [({"sr": "hr", "und": ""}.get(label, label), text) for label, text in pairs]


def parts() -> dict[str, list[tuple[str, str]]]:
    """Return the three parts by name: tuned on, measured only, blind."""
    own = DATA / "language.tsv"
    by_label: dict[str, list[tuple[str, str]]] = defaultdict(list)
    labels = [line.split("\t")[0] for line in own.read_text(encoding="utf-8").splitlines()[1:]]
    for label, pair in zip(labels, messages(own), strict=True):
        by_label[label].append(pair)
    return {
        "tuned on": [pair for pairs in by_label.values() for pair in pairs[::2]],
        "measured only": [pair for pairs in by_label.values() for pair in pairs[1::2]],
        "blind": messages(DATA / "language-blind.tsv"),
    }


def recalls(detect: Callable[[str], str], labelled: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Return for each language the share of its messages that the detector is right about."""
    right: dict[str, list[bool]] = defaultdict(list)
    for language, text in labelled:
        right[language].append(detect(text) == language)
    return {language: sum(found) / len(found) for language, found in right.items()}


def macro_accuracy(detect: Callable[[str], str], labelled: Sequence[tuple[str, str]]) -> float:
    """Return the mean of the languages' recalls, "none" being one of them, in percent."""
    found = recalls(detect, labelled)
    return 100 * sum(found.values()) / len(found)
