"""How a language apologises, belittles, sends away, is familiar or formal: see manners/<language>.yaml."""

import re
from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from importlib.resources import files

from chalicelib.core.values import dataclass

_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_ENDS = re.compile(rf"(?:[!?…]|(?<!\d)\.|(?<=\d)\.(?!\s(?:{_MONTHS})\b))\s+(?=[^\W\d_])")
"""The end of a sentence. In "22. Dezember" there is none; other languages write their months small."""

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What to look for in the texts of one language, in small letters.

    `automatic` says that a text is automatic (R32), `private` invites to a private message (R27),
    `answering` speaks of an answer. `apology` is an apology, `hollow` one that means nothing (R22);
    `belittling` makes the customer or the matter small (R31), `deflection` sends them elsewhere. `familiar`
    and `polite` are the two ways of addressing, `gendered` is what fits only women or only men (R26).
    """

    automatic: re.Pattern[str] = _NEVER
    private: re.Pattern[str] = _NEVER
    answering: re.Pattern[str] = _NEVER
    apology: re.Pattern[str] = _NEVER
    hollow: re.Pattern[str] = _NEVER
    belittling: re.Pattern[str] = _NEVER
    deflection: re.Pattern[str] = _NEVER
    familiar: re.Pattern[str] = _NEVER
    polite: re.Pattern[str] = _NEVER
    gendered: re.Pattern[str] = _NEVER


@cache
def manners(language: str) -> Manners | None:
    """Return the manners of a language, None where nobody has written them down."""
    import yaml

    path = files(__package__).joinpath("manners", f"{language}.yaml")
    if not path.is_file():
        return None
    lists = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Manners(**{one.name: _any_of(lists[one.name]) for one in fields(Manners)})


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a new one begins with a capital."""
    found, start = [], 0
    for end in _ENDS.finditer(text):
        if text[end.end()].isupper():
            found.append(text[start : end.end()].strip())
            start = end.end()
    return [*found, text[start:].strip()]


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else _NEVER
