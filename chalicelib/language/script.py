"""A text in the letters of the words it is held against: Russian in Latin ones, Serbian in Cyrillic."""

import re

LATIN, CYRILLIC = "latin", "cyrillic"

_SERBIAN = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "đ", "е": "e", "ж": "ž", "з": "z", "и": "i",
        "ј": "j", "к": "k", "л": "l", "љ": "lj", "м": "m", "н": "n", "њ": "nj", "о": "o", "п": "p", "р": "r",
        "с": "s", "т": "t", "ћ": "ć", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "č", "џ": "dž", "ш": "š",
    }
)  # fmt: skip

_RUSSIAN = {
    "shch": "щ", "sch": "щ", "zh": "ж", "kh": "х", "ch": "ч", "sh": "ш", "ts": "ц",
    "yu": "ю", "ju": "ю", "iu": "ю", "ya": "я", "ja": "я", "ia": "я", "yo": "е", "jo": "е",
    "ye": "е", "je": "е",
    "a": "а", "b": "б", "v": "в", "w": "в", "g": "г", "d": "д", "e": "е", "z": "з", "i": "и", "j": "й",
    "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "r": "р", "s": "с", "t": "т", "u": "у",
    "f": "ф", "h": "х", "c": "ц", "y": "ы", "x": "кс", "q": "к",
}  # fmt: skip
_SOUNDS = re.compile("|".join(sorted(_RUSSIAN, key=len, reverse=True)))
_GLIDE = re.compile(r"(?<=[aeiou])[yi](?![aeiou])|(?<=y)i\b")


def of(text: str) -> str:
    """Return the script most letters of a text are of."""
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in text)
    return CYRILLIC if cyrillic * 2 > sum(map(str.isalpha, text)) else LATIN


def matching(text: str, wanted: str) -> str:
    """Return a text in the script that is wanted, as its writer would have spelt it there."""
    if of(text) == wanted or not text:
        return text
    if wanted == LATIN:
        return text.casefold().translate(_SERBIAN)
    if not text.isascii():
        return text
    return _SOUNDS.sub(lambda found: _RUSSIAN[found[0]], _GLIDE.sub("j", text.lower()))
