"""Which words are misspelt keywords. The library counts the slips; what it may cost is decided here."""

SHORTEST = 5
"""Letters of a keyword that may be misspelt; a slip in a shorter one makes another word of it."""

_LONG = 8


def misspelt(written: str, meant: str) -> bool:
    """Return whether a word is a keyword, or begins with it, with a slip or two (R12); both are folded.

    One letter may be wrong, missing, too many, or swapped with its neighbour, two from eight letters on.
    The beginning must be right, and where the word goes on after the keyword, so must the keyword's last
    letter: "ordeal" is no "order". A word that lacks more than one letter is another. Words with digits are
    taken as they are.
    """
    if len(meant) < SHORTEST or not meant.isalpha() or written[:1] not in meant[:2]:
        return False
    slips = 2 if len(meant) >= _LONG else 1
    if len(written) < len(meant) - 1:
        return False
    lengths = range(len(meant) - slips, min(len(written), len(meant) + slips) + 1)
    beginnings = (written[:length] for length in lengths)
    return any(
        (one == written or one[-1] == meant[-1]) and _distance(one, meant, slips) <= slips
        for one in beginnings
    )


def _distance(written: str, meant: str, slips: int) -> int:
    # Loaded with the first word that may be misspelt: 10 ms.
    from rapidfuzz.distance import OSA

    return OSA.distance(written, meant, score_cutoff=slips)
