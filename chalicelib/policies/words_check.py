"""What an owner's file of words very likely does not mean, though every line of it is right."""

from collections.abc import Iterator, Mapping

from chalicelib.core.errors import Mistake
from chalicelib.core.policy import fold
from chalicelib.policies.documents import Document

_NEEDED: Mapping[str, str] = {
    "formal": "nobody who writes formally is recognised, and may be answered as a friend is (R26)",
    "complaint": "no message is a complaint",
    "negation": "`not good` counts as praise",
}
_TWO_WAYS_TO_ADDRESS = frozenset({"cs", "de", "es", "fr", "hr", "it", "pl", "ru", "sk", "sl", "uk"})
_SHORTEST_STEM = 3


def is_empty(document: Document) -> bool:
    """Return whether a file holds no word at all."""
    return not any(document.data.values()) if isinstance(document.data, dict) else not document.data


def empty(document: Document) -> Mistake:
    """Return the mistake of a file without words, which would take the built-in ones away."""
    problem = "the file is empty, so that no message in this language would be understood"
    return document.mistake((), problem, "Delete it to use the built-in words, or write words of your own")


def warnings(document: Document, language: str) -> Iterator[Mistake]:
    """Yield what the owner should look at in the words of a language."""
    for field, harm in _NEEDED.items():
        has_it = field != "formal" or language in _TWO_WAYS_TO_ADDRESS
        if has_it and not document.data.get(field):
            remedy = f"Copy `{field}` from the file that Hearback comes with"
            yield document.warning((field,), f"there are no words, and so {harm}", remedy)
    yield from _short_stems(document)
    yield from _both_ways(document)


def _phrases(document: Document, field: str) -> Iterator[tuple[int, str]]:
    """Yield the phrases of a field with the line of the list they stand in."""
    for position, line in enumerate(document.data.get(field) or ()):
        for phrase in line.split(","):
            yield position, " ".join(phrase.split())


def _short_stems(document: Document) -> Iterator[Mistake]:
    for field in document.data:
        for position, phrase in _phrases(document, field):
            if " " not in phrase and phrase.endswith("*") and len(phrase) <= _SHORTEST_STEM:
                problem = f"`{phrase}` is every word that begins so: nearly everything"
                yield document.warning((field, position), problem, "Write three letters or more")


def _both_ways(document: Document) -> Iterator[Mistake]:
    complaints = {fold(phrase) for _, phrase in _phrases(document, "complaint")}
    for position, phrase in _phrases(document, "praise"):
        if fold(phrase) in complaints:
            problem = f"`{phrase}` stands under `complaint`, too"
            yield document.warning(("praise", position), problem, "Keep it in one of the two")
