"""Whether a message is thanks and nothing else (R15), or takes back what was asked (R14)."""

from collections.abc import Sequence

from chalicelib.core.policy import fold
from chalicelib.language import signs
from chalicelib.language.phrases import covered
from chalicelib.language.tokens import Word, words_of
from chalicelib.language.vocabulary import Lexicon, Vocabulary

_WORDLESS_ATTACHMENTS = frozenset({"sticker", "like", "reaction", "start", "stars_4", "stars_5"})
_WORDS_OF_SMALL_TALK = 6
_WORDS_OF_WITHDRAWAL = 8
_SMILE = " \N{SLIGHTLY SMILING FACE} "


def is_small_talk(text: str, attachments: Sequence[str] = (), *, vocabulary: Vocabulary) -> bool:
    """Return whether a message is thanks, ok, an emoji, a sticker or a like alone (R15); in doubt not."""
    if any(kind not in _WORDLESS_ATTACHMENTS for kind in attachments):
        return False
    smiling = signs.SMILES.sub(_SMILE, fold(text))
    if signs.DIGIT_OR_QUESTION.search(smiling) or signs.has(text, signs.UNHAPPY):
        return False
    if signs.FROWNS.search(smiling):
        return False
    words = words_of(smiling)
    if not words:
        return signs.is_emoji(smiling) or (bool(attachments) and not text.strip())
    if len(words) > _WORDS_OF_SMALL_TALK:
        return False
    lexicons = vocabulary.all()
    buts = {word for lexicon in lexicons for word in lexicon.single("but")}
    if not buts.isdisjoint(word.text for word in words):
        return False
    return any(_is_friendly(words, lexicon) for lexicon in lexicons)


def _is_friendly(words: Sequence[Word], lexicon: Lexicon) -> bool:
    """Return whether all words are such as stand in thanks of one language, and one of them thanks."""
    said = {word.text for word in words}
    if not _friendly(lexicon).issuperset(said):
        return False
    hits = lexicon.find("greetings", words)
    # Who only says hello is about to ask.
    greeted = covered(hit for hit in hits if hit.end > hit.start or len(words) == 1)
    rest = {word.text for at, word in enumerate(words) if at not in greeted}
    return not lexicon.single("thanks").isdisjoint(rest)


def _friendly(lexicon: Lexicon) -> frozenset[str]:
    return lexicon.single("thanks") | lexicon.single("beside_thanks")


def is_withdrawn(text: str, vocabulary: Vocabulary) -> bool:
    """Return whether the customer says that the matter is settled (R14). In doubt it is not."""
    if signs.DIGIT_OR_QUESTION.search(text) or signs.has(text, signs.UNHAPPY):
        return False
    words = words_of(text)
    if not 0 < len(words) <= _WORDS_OF_WITHDRAWAL:
        return False
    return any(_is_settled(words, lexicon) for lexicon in vocabulary.all())


def _is_settled(words: Sequence[Word], lexicon: Lexicon) -> bool:
    hits = lexicon.find("withdrawn", words)
    said = covered(hits)
    rest = {word.text for at, word in enumerate(words) if at not in said}
    return bool(hits) and (_friendly(lexicon) | lexicon.single("beside_withdrawn")).issuperset(rest)
