"""What messages are about: the owner's words weighed, a complaint before anything friendlier."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from chalicelib.core.message import Category
from chalicelib.core.values import dataclass
from chalicelib.language import signs
from chalicelib.language.detect_model import model
from chalicelib.language.phrases import Hit, covered
from chalicelib.language.small_talk import is_small_talk, is_withdrawn
from chalicelib.language.tokens import Word
from chalicelib.language.vocabulary import Lexicon, Vocabulary

_TOLD_BY_FOREIGN_WORDS = frozenset({Category.COMPLAINT, Category.SPAM, Category.QUESTION})
"""What words of other languages may tell where the customer's own tell nothing: never praise or thanks."""
_KIND = frozenset({Category.PRAISE, Category.THANKS})
_WORDS_OF_A_REQUEST = 3
"""Who writes no more than "delivery today" asks for it; who writes more and does not ask, tells."""
_BEFORE_PRAISE = 3
_BEFORE_COMPLAINT = 2
_CLEAR = 2
_COUSINS = {"ru": ("uk",), "uk": ("ru",), "cs": ("sk",), "sk": ("cs",), "hr": ("sl",), "sl": ("hr",)}
"""Languages that are told apart with difficulty, or mixed by those who speak them."""

_WEIGHT = (
    Category.COMPLAINT,
    Category.SPAM,
    Category.QUESTION,
    Category.PRAISE,
    Category.THANKS,
    Category.OTHER,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the words of one language find in a message: how often, of hints on how many lines of the file.

    `asks` is 2 where a question stands at the head of a part of a sentence, 1 where it stands elsewhere.
    `denies` tells of a negation or a "but" that belongs to no phrase.
    """

    complaint: int = 0
    complaint_hints: int = 0
    praise: int = 0
    asks: int = 0
    spam: int = 0
    spam_hints: int = 0
    thanks: bool = False
    denies: bool = False


def detect_category(text: str, vocabulary: Vocabulary, language: str = "") -> Category:
    """Return what the messages are; where the language is not known, every language is tried.

    In doubt between a complaint and anything else it is a complaint.
    """
    settled = is_small_talk(text, vocabulary=vocabulary) or is_withdrawn(text, vocabulary)
    if settled and _has_letters(text) and not complains(text, vocabulary, language):
        return Category.THANKS
    return matter(text, vocabulary, language)


def complains(text: str, vocabulary: Vocabulary, language: str = "") -> bool:
    """Return whether words of the language or of its cousins complain: "thanks for nothing" is no thanks.

    Where the language is not known, every language is tried.
    """
    lexicons = [vocabulary.lexicon(one) for one in _family(language, vocabulary)] or vocabulary.all()
    return any(evidence(text, one).complaint for one in lexicons)


def _family(language: str, vocabulary: Vocabulary) -> list[str]:
    return [one for one in (language, *_COUSINS.get(language, ())) if one in vocabulary.languages()]


def matter(text: str, vocabulary: Vocabulary, language: str = "") -> Category:
    """Return what messages are about that are more than thanks or a withdrawal."""
    known = _family(language, vocabulary)
    if not known:
        return _gravest(text, vocabulary.all())
    own = evidence(text, vocabulary.lexicon(known[0]))
    found = _gravest(text, map(vocabulary.lexicon, known[1:]), own, known[0])
    if found is not Category.OTHER:
        return found if not (own.denies and found in _KIND) else Category.OTHER
    # The language may have been mistaken, or the words borrowed.
    others = (one for one in vocabulary.all() if one.language not in known)
    found = _gravest(text, others, own, known[0])
    return found if found in _TOLD_BY_FOREIGN_WORDS else Category.OTHER


def _has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))


def _gravest(
    text: str, lexicons: Iterable[Lexicon], own: Evidence | None = None, language: str = ""
) -> Category:
    """Return the gravest verdict; `own` is what the words of the known language find."""
    # Signs tell something even where no language has words.
    found = {verdict(text, own or Evidence())}
    found |= {verdict(text, evidence(text, one, language)) for one in lexicons}
    return next((category for category in _WEIGHT if category in found), Category.OTHER)


def evidence(text: str, lexicon: Lexicon, spoken: str = "") -> Evidence:
    """Return what one language's words find in a text.

    `spoken` is the customer's language where it is another one: its words are not this one's, and hints
    do not count.
    """
    words, forms = lexicon.read(text)
    hits = lexicon.find("matter", words, forms)
    if spoken:
        hits = [hit for hit in hits if hit.field != "complaint_hints" and not _are_of(words, hit, spoken)]
    found = _by_field(hits)
    praise, complaint, hints = _settled(found)
    inside = covered([*praise, *complaint, *found["ignore"]])
    no = _negations(lexicon, words, inside)
    good = [hit for hit in praise if not _negated(hit, words, no, _BEFORE_PRAISE)]
    says_no = lexicon.single("negation")
    bad = [
        hit
        for hit in complaint
        # "Not at all pleased" holds its own negation.
        if words[hit.start].text in says_no or not _negated(hit, words, no, _BEFORE_COMPLAINT)
    ]
    hints = [hit for hit in hints if not _negated(hit, words, no, _BEFORE_COMPLAINT)]
    return Evidence(
        complaint=len(bad) + len(praise) - len(good),
        complaint_hints=len({hit.line for hit in hints}),
        praise=len(good),
        asks=_asks(lexicon, words, found),
        spam=len(found["spam"]),
        spam_hints=len({hit.line for hit in found["spam_hints"]}),
        thanks=any(word.text in lexicon.single("thanks") for word in words),
        denies=_denies(lexicon, words, inside),
    )


def _are_of(words: Sequence[Word], hit: Hit, language: str) -> bool:
    """Return whether all words of a hit are words of a language."""
    return all(model().is_listed(words[at].written.lower(), language) for at in hit.places)


def _denies(lexicon: Lexicon, words: Sequence[Word], taken: set[int]) -> bool:
    """Return whether there is a negation or a "but" that belongs to no phrase."""
    denying = lexicon.single("negation") | lexicon.single("but")
    return any(word.text in denying and at not in taken for at, word in enumerate(words))


def _by_field(hits: Iterable[Hit]) -> defaultdict[str, list[Hit]]:
    """Return the hits by their fields, without those inside of what is to be ignored."""
    found: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        found[hit.field].append(hit)
    ignored = covered(found["ignore"])
    for field in set(found) - {"ignore", "greetings"}:
        found[field] = [hit for hit in found[field] if not _is_ignored(hit, ignored)]
    return found


def _is_ignored(hit: Hit, ignored: set[int]) -> bool:
    """Return whether a hit means nothing: a complaint only if nothing of it stands outside."""
    outside = set(hit.places) - ignored
    return len(outside) < len(hit.places) if hit.field != "complaint" else not outside


def _settled(found: Mapping[str, list[Hit]]) -> tuple[list[Hit], list[Hit], list[Hit]]:
    """Return praise, complaints and hints of complaints that do not lie inside of one another.

    "Not bad" is praise of its own: the longer phrase wins over the word inside it.
    """
    of_praise = covered(hit for hit in found["praise"] if hit.end > hit.start)
    complaint = [hit for hit in found["complaint"] if not of_praise.issuperset(hit.places)]
    of_complaint = covered(complaint)
    praise = [hit for hit in found["praise"] if not of_complaint.issuperset(hit.places)]
    taken = of_praise | of_complaint
    return praise, complaint, [hit for hit in found["complaint_hints"] if hit.start not in taken]


def _negations(lexicon: Lexicon, words: Sequence[Word], taken: set[int]) -> set[int]:
    """Return the words that turn what follows, but for those that belong to a phrase already."""
    no = lexicon.single("negation")
    return {at for at, word in enumerate(words) if word.text in no and at not in taken}


def _negated(hit: Hit, words: Sequence[Word], no: set[int], reach: int) -> bool:
    """Return whether a hit is turned by a word shortly before it, in the same part of the sentence."""
    before = range(max(0, hit.start - reach), hit.start)
    return any(at in no and words[at].clause == words[hit.start].clause for at in before)


def _asks(lexicon: Lexicon, words: Sequence[Word], found: Mapping[str, list[Hit]]) -> int:
    """Return how surely something is asked: 2, 1 or 0."""
    polite = covered(found["greetings"])
    polite |= {at for at, word in enumerate(words) if word.text in lexicon.single("thanks")}
    for hit in found["question"]:
        before = [at for at in range(hit.start) if words[at].clause == words[hit.start].clause]
        if polite.issuperset(before):
            return _CLEAR
    hinted = found["question_hints"] and len(words) <= _WORDS_OF_A_REQUEST
    return 1 if found["question"] or hinted else 0


def verdict(text: str, found: Evidence) -> Category:
    """Return what a message with this evidence is."""
    upset = found.complaint > 0 or signs.has(text, signs.ANGRY)
    if not upset and (found.spam or found.spam_hints >= _CLEAR):
        return Category.SPAM
    asked = bool(signs.QUESTION.search(text))
    if upset or _is_worried(text, found, asks=asked or found.asks == _CLEAR):
        return Category.COMPLAINT
    if asked or found.asks == _CLEAR or (found.asks and not found.praise):
        return Category.QUESTION
    if found.denies:
        return Category.OTHER  # nobody is thanked for what may be no praise
    if found.praise or signs.has(text, signs.DELIGHTED):
        return Category.PRAISE
    return Category.THANKS if found.thanks else Category.OTHER


def _is_worried(text: str, found: Evidence, *, asks: bool) -> bool:
    """Return whether hints add up to a complaint: who only asks, and calmly, does not complain."""
    sad = signs.has(text, signs.SAD) or signs.FROWNS.search(text) is not None
    hints = found.complaint_hints + sad
    if not hints:
        return False
    return hints >= _CLEAR or not asks or signs.is_loud(text) or found.praise > 0
