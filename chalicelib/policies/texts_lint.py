"""What the owner's texts should not sound like: warnings, because taste stops nobody from going live.

Every text is judged as a customer would read it, in every combination of what it chooses by, and the
warning points to the words in the file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, fields
from typing import Any, NamedTuple

from fluent.syntax import ast, visitor

from chalicelib.core.effects import Wording
from chalicelib.core.errors import Mistake, Severity, TextMissing
from chalicelib.core.message import Formality
from chalicelib.core.values import dataclass
from chalicelib.policies.manners import Manners, manners, sentences
from chalicelib.policies.texts_check import KNOWN, wording_of
from chalicelib.policies.texts_fit import PlatformLimit, is_said_there, limits
from chalicelib.policies.texts_said import Said, Speaker

_PUBLIC_SENTENCES = 2
_LOUD = re.compile(
    r"!|[\u203c\u2049\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f]|[:;]-?[)(DP](?!\w)"
)
_PERSONAL = re.compile(
    r"\d[\d ().-]*\d{2}|@|https?:|\bwww\.|\b[\w-]+\.(?:com|net|org|eu|pl|hr|ru|ua|cz|sk|si|de|es|fr|it)\b"
)

_TOLD: Mapping[str, tuple[str, str]] = {
    "apology": ('"{}" apologises where nothing was missed', "Say what is so; only `missed` apologises"),
    "repeated": ('"{}" is one apology more than one', "Apologise once, and then say what comes next"),
    "hollow": ('"{}" is an empty phrase', "Say what happened, or leave it out"),
    "belittling": ('"{}" makes the customer or the matter small', "Say it plainly and patiently"),
    "deflection": (
        '"{}" sends the customer away, and the text says nothing else',
        "Say who will answer here",
    ),
    "familiar": ('"{}" is familiar, and this text is also read by who is addressed formally', "{}"),
    "polite": ('"{}" is formal in what is said to a friend', "Write the form of a friend under [informal]"),
    "gendered": ('"{}" fits only women or only men', "Use a form that fits both"),
    "loud": ('"{}" is read by people who are upset', "No emoji and no exclamation marks under [upset]"),
    "sentences": ('"{}" is sentence number three in public', "Say it in two sentences"),
    "personal": ('"{}" stands in public', "Leave numbers, addresses and links to private messages"),
    "silent": ("it does not say that it is automatic", "Say so where $disclose is yes"),
    "long": ("at its longest it is too long for {}", "Say it in fewer words"),
}
_TOLD_FAMILIAR = "Choose by $formality, and keep it under [informal]"


def lint(messages: Mapping[str, str], channels: Mapping[str, Any]) -> list[Mistake]:
    """Return what the texts sound wrong in: each kind once a text, at the words that do.

    `messages` are the sources by language, `channels` is what channels.yaml says. Texts that cannot be said
    are for `texts_check` to report, and are passed over here.
    """
    allowed = tuple(limits(channels))
    found: list[Mistake] = []
    for language, source in messages.items():
        try:
            found += _Listener(Speaker(language, source), source, allowed).mistakes()
        except RecursionError:
            continue
    return found


class _Finding(NamedTuple):
    kind: str
    words: str


@dataclass(slots=True)
class _Listener:
    """Listens to the texts of one language; a sentence is judged once, however often it is said."""

    speaker: Speaker
    source: str
    limits: Sequence[PlatformLimit]
    known: Manners = field(init=False)
    speaks: bool = field(init=False)
    judged: dict[str, Mapping[str, str]] = field(default_factory=dict)
    heard: set[tuple[object, ...]] = field(default_factory=set)
    written: dict[str, tuple[str, ...]] = field(default_factory=dict)
    longest: dict[tuple[str, bool], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = manners(self.speaker.language)
        self.known, self.speaks = found or Manners(), found is not None

    def mistakes(self) -> list[Mistake]:
        """Return the findings, each kind once a text."""
        first: dict[tuple[str, str], str] = {}
        for wording in sorted(KNOWN):
            for text_id in self.speaker.variants(wording):
                for kind, words in self._findings(wording, text_id):
                    first.setdefault((text_id, kind), words)
        for text_id, (kind, words) in (*self._longest(), *self._personal()):
            first.setdefault((text_id, kind), words)
        return [self._mistake(text_id, kind, words) for (text_id, kind), words in first.items()]

    def _findings(self, wording: str, text_id: str) -> Iterator[_Finding]:
        try:
            for said in self.speaker.combinations(wording, text_id):
                yield from self._heard_once(said)
                self._remember(said)
        except TextMissing:
            return

    def _heard_once(self, said: Said) -> Iterator[_Finding]:
        """Judge words that were not judged in the same place before: what was found then is known."""
        chosen = said.chosen
        key = said.text_id, said.text, chosen["formality"], chosen["mood"], chosen["disclose"], said.public
        if key not in self.heard:
            self.heard.add(key)
            yield from self._heard(said)

    def _remember(self, said: Said) -> None:
        key = said.text_id, said.public
        if len(said.text.encode()) > len(self.longest.get(key, "").encode()):
            self.longest[key] = said.text

    def _heard(self, said: Said) -> Iterator[_Finding]:
        parts = sentences(said.text)
        there = {kind for part in parts for kind in self._kinds(part)}
        if "apology" in there:
            yield from self._apologies(said, parts)
        address = "polite" if said.chosen["formality"] == Formality.INFORMAL else "familiar"
        if address in there:
            yield from self._each(address, parts)
        yield from self._upset(said)
        for kind in ("hollow", "belittling", "gendered", "deflection"):
            if kind in there and not (kind == "deflection" and "answering" in there):
                yield from self._each(kind, parts)
        if self.speaks and said.chosen["disclose"] == "yes" and "automatic" not in there:
            yield _Finding("silent", "")
        if said.public and len(parts) > _PUBLIC_SENTENCES:
            yield _Finding("sentences", parts[_PUBLIC_SENTENCES])

    def _apologies(self, said: Said, parts: list[str]) -> Iterator[_Finding]:
        if said.wording.removesuffix("-public") != Wording.MISSED:
            yield from self._each("apology", parts)
        elif sum(len(self.known.apology.findall(_folded(part))) for part in parts) > 1:
            words = self._match("apology", parts[-1])
            yield _Finding("repeated", words or next(self._each("apology", parts)).words)

    def _upset(self, said: Said) -> Iterator[_Finding]:
        # A text that does not ask for the mood is said in every mood.
        for_upset = said.chosen["mood"] == "upset" or "mood" not in self.speaker.variables(said.text_id)
        if for_upset and (found := _LOUD.search(said.text)):
            yield _Finding("loud", found[0])

    def _longest(self) -> Iterator[tuple[str, _Finding]]:
        """Yield which texts a platform would not take at their longest."""
        there = {wording_of(text_id) for text_id, _ in self.longest}
        for (text_id, public), said in self.longest.items():
            chooses = "place" in self.speaker.variables(text_id)
            for one in self.limits:
                # A text that does not ask for the place says the same everywhere.
                if chooses and one.public != public:
                    continue
                if is_said_there(wording_of(text_id), public=one.public, there=there) and not one.holds(said):
                    yield text_id, _Finding("long", one.name)

    def _personal(self) -> Iterator[tuple[str, _Finding]]:
        """Yield what public texts say of somebody: times come from variables, all else is private (R27)."""
        for text_id, public in self.longest:
            for name in self.speaker.reached(text_id) if public else ():
                for words in self._words(name):
                    if found := _PERSONAL.search(words):
                        yield text_id, _Finding("personal", found[0])

    def _words(self, name: str) -> tuple[str, ...]:
        if name not in self.written:
            self.written[name] = _literals(self.speaker.entries[name])
        return self.written[name]

    def _each(self, kind: str, parts: list[str]) -> Iterator[_Finding]:
        for part in parts:
            if words := self._match(kind, part):
                yield _Finding(kind, words)

    def _match(self, kind: str, sentence: str) -> str:
        """Return the words of a sentence that are of this kind, empty where there are none."""
        return self._kinds(sentence).get(kind, "")

    def _kinds(self, sentence: str) -> Mapping[str, str]:
        """Return of which kinds a sentence is, each with its words."""
        if sentence not in self.judged:
            folded = _folded(sentence)
            found = ((one.name, getattr(self.known, one.name).search(folded)) for one in fields(Manners))
            self.judged[sentence] = {name: _whole(sentence, match) for name, match in found if match}
        return self.judged[sentence]

    def _mistake(self, text_id: str, kind: str, words: str) -> Mistake:
        problem, remedy = _TOLD[kind]
        at = self._place(text_id, words)
        line, column = self.source.count("\n", 0, at) + 1, at - self.source.rfind("\n", 0, at)
        told = problem.format(words.strip())
        remedy = _TOLD_FAMILIAR if kind == "familiar" else remedy
        file = f"messages/{self.speaker.language}.ftl"
        return Mistake(file, line, column, text_id, told, remedy, severity=Severity.WARNING)

    def _place(self, text_id: str, words: str) -> int:
        """Return where the words stand, in the text or in what it refers to; else where the text begins."""
        lowered = self.source.lower()
        for name in self.speaker.reached(text_id) if words else ():
            span = self.speaker.entries[name].span
            at = lowered.find(words.lower(), span.start, span.end) if span else -1
            if at >= 0:
                return at
        own = self.speaker.entries[text_id].span
        return own.start if own else 0


def _folded(sentence: str) -> str:
    """Return a sentence in small letters, as long as before; Russians write ё and е for the same."""
    lowered = sentence.lower().replace("ё", "е")
    return lowered if len(lowered) == len(sentence) else sentence


def _whole(sentence: str, found: re.Match[str]) -> str:
    """Return what was found with the rest of its last word: stems are looked for, and words are quoted."""
    end = found.end()
    while end < len(sentence) and sentence[end].isalnum():
        end += 1
    return sentence[found.start() : end]


def _literals(entry: ast.Message) -> tuple[str, ...]:
    collector = _Literals()
    collector.visit(entry)
    return tuple(collector.found)


class _Literals(visitor.Visitor):
    """The words that stand in a text as they are."""

    def __init__(self) -> None:
        """Begin without any."""
        super().__init__()
        self.found: list[str] = []

    def visit_TextElement(self, node: ast.TextElement) -> None:  # noqa: N802 - Fluent's own naming
        """Collect plain words."""
        self.found.append(node.value)

    def visit_StringLiteral(self, node: ast.StringLiteral) -> None:  # noqa: N802 - Fluent's own naming
        """Collect quoted words."""
        self.found.append(node.value)
