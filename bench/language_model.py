"""Make the model that tells the language of short messages, chalicelib/language/detect_model.gz.

Run with `./hearback bench language_model` after `pip install wordfreq==3.1.1` into .venv/test. It needs no
messages: the model is made of how often each word of a language is used (wordfreq) and of the shop's own
words (bench/language_words.tsv), each as it is written and as it is typed without diacritics or, for Russian,
Ukrainian and Bulgarian, in Latin letters.
"""

import argparse
import gzip
import importlib
import math
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from chalicelib.language.detect_model import FILE, FIRST_LEVEL, LONGEST_PIECE, STEPS

SHOP_WORDS = Path(__file__).with_name("language_words.tsv")
SHOP_FREQUENCY = 5e-5
"""How often, at least, a word of the shop's list is used: one in twenty thousand."""

WORDS, WORDS_OF_OTHERS, WORDS_FOR_PIECES = 8000, 4000, 20000
RAREST_PIECE = 30.0
DOUBT = 6.0
DAMPING = 0.5
TOP_LEVEL = 90

SPEAKERS = {
    "en": 400, "es": 400, "fr": 200, "ru": 200, "de": 90, "it": 65, "pl": 40, "uk": 35, "hr": 18, "cs": 11,
    "sk": 5, "sl": 2.2,
}  # fmt: skip
"""Millions. Where the words leave it open, the language of more people is the likelier one."""

OTHERS = [
    "hu",
    "ro",
    "lt",
    "lv",
    "bg",
    "mk",
    "tr",
    "nl",
    "pt",
    "sv",
    "nb",
    "da",
    "fi",
    "ca",
    "is",
    "id",
    "fil",
]
TYPED = {"hr@cyrillic": -0.5, "ru@latin": -2.5, "uk@latin": -2.5, "bg@latin": -3.0}
"""Languages in an alphabet that is not their usual one, and how much rarer that is (log)."""

FOLDED = str.maketrans({"ł": "l", "đ": "d", "ß": "ss", "ø": "o", "æ": "ae", "ı": "i", "œ": "oe", "ё": "е"})
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
SERBIAN = {"lj": "љ", "nj": "њ", "dž": "џ"} | dict(
    zip("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш", strict=True)
)
RUSSIAN = dict(zip("абвгдезийклмнопрстуфэы", "abvgdeziyklmnoprstufey", strict=True)) | {
    "ж": "zh", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ь": "", "ю": "yu", "я": "ya",
    "ё": "yo",
}  # fmt: skip
UKRAINIAN = RUSSIAN | {"г": "h", "ґ": "g", "и": "y", "і": "i", "ї": "yi", "є": "ye", "х": "kh", "щ": "shch"}
HABITS = {
    "ru": (
        RUSSIAN,
        RUSSIAN | {"х": "kh", "щ": "shch", "й": "i", "ё": "e"},
        RUSSIAN | {"ж": "j", "ц": "c", "й": "j", "ю": "ju", "я": "ja", "х": "x"},
        RUSSIAN | {"й": "j", "ы": "i", "ю": "iu", "я": "ia", "ж": "z"},
    ),
    "uk": (
        UKRAINIAN,
        UKRAINIAN | {"г": "g", "х": "h", "ї": "i", "є": "ie", "ю": "iu", "я": "ia", "й": "i"},
        UKRAINIAN | {"ї": "ji", "є": "je", "ю": "ju", "я": "ja", "й": "j", "х": "x", "ц": "c"},
    ),
    "bg": (
        RUSSIAN | {"щ": "sht", "ъ": "a"},
        RUSSIAN | {"щ": "sht", "ъ": "y", "я": "q", "ц": "c", "ж": "j", "й": "i"},
    ),
}
"""How people type Cyrillic on a Latin keyboard, the commonest habit first."""
HABIT_SHARES = (0.55, 0.2, 0.15, 0.1)

_WORD = re.compile(r"[^\W\d_]+")


def main() -> int:
    """Make the model and write it; return 0."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "--to", type=Path, default=FILE, help="the file to write (default: the one that ships)"
    )
    to = options.parse_args().to
    used = {name: forms_of(name) for name in (*SPEAKERS, *TYPED, *OTHERS)}
    pieces, words = pieces_of(used), words_of(used)
    header = " ".join(f"{name}:{round(prior(name) * STEPS)}" for name in used)
    text = "\n".join([header, *_lines(pieces), "", *_lines(words), ""])
    to.write_bytes(gzip.compress(text.encode(), mtime=0))
    size = to.stat().st_size
    print(f"{to.name}: {len(used)} languages, {len(pieces)} pieces, {len(words)} words, {size} bytes")
    return 0


def _lines(table: Mapping[str, str]) -> Iterator[str]:
    return (f"{key}\t{table[key]}" for key in sorted(table))


def prior(name: str) -> float:
    """Return how likely a language is before anything is read (log, Polish is 0)."""
    speakers = SPEAKERS.get(name.partition("@")[0])
    return TYPED.get(name, 0.0) + (0.3 * math.log(speakers / 40) if speakers else -1.5)


def forms_of(name: str) -> dict[str, float]:
    """Return the words of a language as people type them, with how often they are used (0 to 1)."""
    language, _, alphabet = name.partition("@")
    found: dict[str, float] = defaultdict(float)
    for word, frequency in _written(language):
        for form, share in _typed(word, language, alphabet):
            found[form] += frequency * share
    for word in _shop_words(language):
        for form, share in _typed(word, language, alphabet):
            found[form] = max(found[form], SHOP_FREQUENCY * share)
    return found


def _written(language: str) -> Iterator[tuple[str, float]]:
    listed = importlib.import_module("wordfreq").get_frequency_dict(
        {"hr": "sh"}.get(language, language), "best"
    )
    cyrillic = language in {"ru", "uk", "bg", "mk"}
    given = ((re.sub("['\u2019\u00b7]", "", word), frequency) for word, frequency in listed.items())
    right = ((word, frequency) for word, frequency in given if _is_word(word, cyrillic=cyrillic))
    return (pair for pair, _ in zip(right, range(WORDS_FOR_PIECES), strict=False))


def _is_word(word: str, *, cyrillic: bool) -> bool:
    return bool(_WORD.fullmatch(word)) and all(
        ("\u0400" <= letter <= "\u04ff") == cyrillic for letter in word
    )


def _shop_words(language: str) -> Iterable[str]:
    lines = [line.split("\t") for line in SHOP_WORDS.read_text(encoding="utf-8").splitlines()]
    return dict.fromkeys(
        word for label, text in lines if label == language for word in text.replace("'", "").split()
    )


def _typed(word: str, language: str, alphabet: str) -> Iterator[tuple[str, float]]:
    """Yield the ways a word is typed and the share of people who do."""
    if alphabet == "latin":
        for habit, share in zip(HABITS[language], HABIT_SHARES, strict=False):
            yield "".join(habit.get(letter, letter) for letter in word), share
        return
    if alphabet == "cyrillic":
        yield _in_serbian_letters(word), 1.0
        return
    yield word, 0.6
    yield _folded(word), 0.4
    if language == "de" and word.translate(UMLAUTS) != word:
        yield word.translate(UMLAUTS), 0.15
    if language == "hr" and "đ" in word:
        yield _folded(word.replace("đ", "dj")), 0.2


def _in_serbian_letters(word: str) -> str:
    for latin, cyrillic in SERBIAN.items():
        word = word.replace(latin, cyrillic)
    return word


def _folded(word: str) -> str:
    if any("\u0400" <= letter <= "\u04ff" for letter in word):
        return word.replace("ё", "е")
    apart = unicodedata.normalize("NFD", word.translate(FOLDED))
    return unicodedata.normalize("NFC", "".join(part for part in apart if not unicodedata.combining(part)))


def words_of(used: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """Return for each common word the languages that have it, with how often: two letters a language."""
    found: dict[str, str] = defaultdict(str)
    for index, (name, forms) in enumerate(used.items()):
        most = WORDS if name.partition("@")[0] in SPEAKERS else WORDS_OF_OTHERS
        for word in sorted(forms, key=lambda word: -forms[word])[:most]:
            found[word] += chr(FIRST_LEVEL + index) + _level(math.log(forms[word]))
    return found


def pieces_of(used: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """Return for each piece of a word how likely its last letter is after the others: one letter a language.

    Estimates of long pieces lean on those of shorter ones, the more the rarer the long ones are.
    """
    counted = [_counted(forms) for forms in used.values()]
    kept = {
        piece
        for counts in counted
        for piece, count in counts.items()
        if len(piece) == 1 or count >= RAREST_PIECE
    }
    before = [_before(counts) for counts in counted]
    likely: dict[str, list[float]] = {}
    for piece in sorted(kept, key=lambda piece: (len(piece), piece)):
        shorter = next((piece[cut:] for cut in range(1, len(piece)) if piece[cut:] in likely), "")
        leaning = likely[shorter] if shorter else [math.log(0.005)] * len(used)
        likely[piece] = [
            math.log((counts[piece] + DOUBT * math.exp(lean)) / (starts[piece[:-1]] + DOUBT))
            for counts, starts, lean in zip(counted, before, leaning, strict=True)
        ]
    return {piece: "".join(map(_level, row)) for piece, row in likely.items()}


def _counted(forms: Mapping[str, float]) -> dict[str, float]:
    """Return how often each piece of up to four letters occurs, words counted by the root of their use."""
    weights = {word: frequency**DAMPING for word, frequency in forms.items()}
    mean = sum(weights.values()) / len(weights)
    counts: dict[str, float] = defaultdict(float)
    for word, weight in weights.items():
        framed = f"_{word}_"
        for end in range(2, len(framed) + 1):
            for start in range(max(0, end - LONGEST_PIECE), end):
                counts[framed[start:end]] += weight / mean
    return counts


def _before(counts: Mapping[str, float]) -> dict[str, float]:
    starts: dict[str, float] = defaultdict(float)
    for piece, count in counts.items():
        starts[piece[:-1]] += count
    return starts


def _level(logarithm: float) -> str:
    return chr(FIRST_LEVEL + min(TOP_LEVEL, max(0, round(-logarithm * STEPS))))


if __name__ == "__main__":
    sys.exit(main())
