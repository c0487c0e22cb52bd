"""Small words that help an owner to mend a mistake."""

import difflib
import json
from collections.abc import Collection, Iterable
from typing import Any

_LONGEST = 60


def closest(name: str, allowed: Iterable[str]) -> str:
    """Return what was probably meant, empty where nothing comes close."""
    folded = {word.casefold(): word for word in allowed}
    found = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def close_to(name: str, allowed: Iterable[str]) -> str:
    """Return `Did you mean ...?`, empty where nothing comes close."""
    meant = closest(name, allowed)
    return f"Did you mean `{meant}`?" if meant else ""


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """Return what was probably meant, else everything that is allowed."""
    words = sorted(allowed)
    if not words:
        return "Remove it"
    return close_to(name, words) or f"Remove it, or write one of {', '.join(words)}"


def without_misspelt(missing: Iterable[str], extras: Iterable[str], allowed: Collection[str]) -> list[str]:
    """Return what is really missing: a name that is only misspelt is reported as such, and once."""
    return sorted(set(missing) - {closest(extra, allowed) for extra in extras})


def shown(value: Any) -> str:
    """Return what the owner wrote in one short line, without anything that could move the cursor."""
    if isinstance(value, str):
        return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value)[:_LONGEST]
    return json.dumps(value, ensure_ascii=True)[:_LONGEST]


def words(value: str | list[str] | None) -> list[str]:
    """Return one word or several as a list."""
    return [value] if isinstance(value, str) else value or []
