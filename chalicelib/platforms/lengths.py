"""How long a text is, counted as each platform counts it."""

from collections.abc import Iterator

from chalicelib.platforms.contract import Limit, TextUnit

_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
"""What X counts as one; everything else is two: https://docs.x.com/fundamentals/counting-characters."""

_LINK = 23
"""What X counts for an address, however long it is."""


def measure(text: str, unit: TextUnit) -> int:
    """Return the length of a text in a platform's unit."""
    if unit is TextUnit.BYTES:
        return len(text.encode(errors="replace"))
    if unit is TextUnit.UTF16:
        return len(text.encode("utf-16-le", errors="replace")) // 2
    if unit is TextUnit.WEIGHTED:
        return sum(_weights(text))
    return len(text)


def fits(text: str, limit: Limit | None) -> bool:
    """Return whether a text is short enough; a lane that does not exist carries nothing."""
    return limit is not None and measure(text, limit.unit) <= limit.amount


def _weights(text: str) -> Iterator[int]:
    for word in text.split(" "):
        # Joined emoji count less at X than here: a text is refused a little early, never too late.
        if word.startswith(("http://", "https://")):
            yield _LINK
        else:
            yield sum(map(_weight, word))
    yield text.count(" ")


def _weight(letter: str) -> int:
    return 1 if any(first <= ord(letter) <= last for first, last in _LIGHT) else 2
