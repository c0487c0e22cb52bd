"""What needs no words: emoji, smiles, and marks that are louder than one."""

import re
import unicodedata

ANGRY = frozenset("😠😡🤬👿👎💩🖕🤮🤢😤🆘🚨")
SAD = frozenset("😞😔😢😭😩😫😖😣🙁☹💔😒🙄😑😕😟😾🥺⚠❗❕‼")
DELIGHTED = frozenset("😍🥰😘❤💕💖💗💓💞💘💝🧡💛💚💙💜🖤🤍🤎♥🤩😻👏🔥💯⭐🌟🥳😋🤤")
UNHAPPY = ANGRY | SAD
"""Emoji that say more than thanks: in doubt it is a message (R15)."""

DIGIT_OR_QUESTION = re.compile(r"[\d?\uff1f\u061f\u2753\u2754\u2048\u2049\u203d]")
QUESTION = re.compile(r"[?\uff1f\u061f\u2753\u2754\u2048\u2049\u203d]")
LOUD = re.compile(r"[!?\uff01\uff1f]{2,}")
SMILES = re.compile(r"(?<!\w)(?:[:;=]-?[)dp*3\]]+|<3+|xd+|\^\^|\)\)+)(?!\w)")
FROWNS = re.compile(r"(?<!\w)[:;=]['-]?[(\[/|]|(?<!\()\({2,}")
_FEWEST_SHOUTED = 12


def has(text: str, signs: frozenset[str]) -> bool:
    """Return whether one of the signs stands in a text."""
    return not text.isascii() and not signs.isdisjoint(text)


def is_loud(text: str) -> bool:
    """Return whether somebody shouts: several marks in a row, or capitals throughout."""
    letters = [letter for letter in text if letter.isalpha()]
    return bool(LOUD.search(text)) or (len(letters) >= _FEWEST_SHOUTED and all(map(str.isupper, letters)))


def is_emoji(text: str) -> bool:
    """Return whether there is an emoji, and nothing but emoji and punctuation that stands beside them."""
    kinds = {unicodedata.category(letter) for letter in text if letter not in " \n.,!\u2026"}
    return "So" in kinds and kinds <= {"So", "Sk", "Mn", "Me", "Cf"}
