"""Which texts the platforms of the owner's channels would not take."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from fluent.syntax import ast

from chalicelib.core.errors import Mistake
from chalicelib.core.message import Lane
from chalicelib.platforms import PLATFORMS, platform
from chalicelib.platforms.contract import Limit
from chalicelib.platforms.lengths import measure
from chalicelib.policies.texts_check import PRIVATE_ONLY, wording_of
from chalicelib.policies.texts_inside import Entry, parsed
from chalicelib.policies.texts_length import Lengths

if TYPE_CHECKING:
    from chalicelib.policies.texts_said import Speaker

_PUBLIC_LANES = frozenset({Lane.PUBLIC_REPLY, Lane.EDIT})
_MOST_UNITS_A_CHARACTER = 4
"""In any unit of ours: UTF-8 has no longer character."""


class PlatformLimit(NamedTuple):
    """How long a text may be on one way of a platform, by the name people know the platform by."""

    public: bool
    name: str
    limit: Limit

    def holds(self, text: str) -> bool:
        """Return whether a text is short enough."""
        return measure(text, self.limit.unit) <= self.limit.amount


def limits(channels: Mapping[str, Any]) -> Iterator[PlatformLimit]:
    """Yield what the platforms of the owner's channels allow, each once."""
    entries = channels.get("channels") or ()
    used = {entry.get("platform") for entry in entries if isinstance(entry, Mapping)}
    for name in sorted(PLATFORMS):
        if name not in used:
            continue
        described = platform(name)
        found = ((lane in _PUBLIC_LANES, limit) for lane, limit in described.CAPABILITIES.lanes.items())
        for public, limit in dict.fromkeys(found):
            yield PlatformLimit(public, described.NAME, limit)


def is_said_there(wording: str, *, public: bool, there: Collection[str]) -> bool:
    """Return whether a wording is said in public, or in private, given all the wordings that are there."""
    if public:
        return wording.endswith("-public") or not ({wording} & PRIVATE_ONLY or f"{wording}-public" in there)
    return not wording.endswith("-public")


def check(messages: Mapping[str, str], channels: Mapping[str, Any]) -> Iterator[Mistake]:
    """Yield each wording of which not one variant is taken by a platform the owner is on.

    The texts must be free of mistakes. Nearly always that is told from how they are built; only where it
    cannot be, the texts in question are said aloud.
    """
    allowed = tuple(limits(channels))
    for language, source in messages.items():
        yield from _Wordings(language, source).mistakes(allowed)


class _Wordings:
    """The texts of one language by their wording."""

    def __init__(self, language: str, source: str) -> None:
        self._language, self._source = language, source
        self._entries: dict[str, Entry] = {
            one.id.name if isinstance(one, ast.Message) else f"-{one.id.name}": one
            for one in parsed(source)
            if isinstance(one, ast.Message | ast.Term)
        }
        self._lengths = Lengths(self._entries)

    def mistakes(self, allowed: Sequence[PlatformLimit]) -> Iterator[Mistake]:
        by_wording: dict[str, list[str]] = {}
        for name in self._entries:
            if wording := wording_of(name):
                by_wording.setdefault(wording, []).append(name)
        for wording, names in by_wording.items():
            for one in allowed:
                said = is_said_there(wording, public=one.public, there=by_wording)
                if said and not self._any_fits(names, one):
                    yield self._mistake(wording, names[0], one)

    def _any_fits(self, names: list[str], one: PlatformLimit) -> bool:
        room = one.limit.amount // _MOST_UNITS_A_CHARACTER
        if any(self._lengths.longest(name) <= room for name in names):
            return True
        return any(self._fits_as_said(name, one) for name in sorted(names, key=self._lengths.longest))

    def _fits_as_said(self, name: str, one: PlatformLimit) -> bool:
        said = list(self._speaker.combinations(wording_of(name), name))
        # A text that does not ask for the place says the same everywhere.
        there = [each for each in said if each.public == one.public] or said
        return all(one.holds(each.text) for each in there)

    @cached_property
    def _speaker(self) -> "Speaker":
        from chalicelib.policies.texts_said import Speaker  # Fluent's runtime: only for texts this long

        return Speaker(self._language, self._source)

    def _mistake(self, wording: str, name: str, one: PlatformLimit) -> Mistake:
        span = self._entries[name].span
        line = self._source.count("\n", 0, span.start if span else 0) + 1
        problem = f"no variant of `{wording}` is short enough for {one.name}, at most {one.limit.amount}"
        remedy = (
            f"Say at least one of them in fewer words: {one.limit.amount} {one.limit.unit} at the longest"
        )
        return Mistake(f"messages/{self._language}.ftl", line, 1, name, problem, remedy)
