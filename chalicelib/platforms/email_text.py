"""The words of a mail: HTML as text, and without what is quoted or signed below them.

No kept library knows the quoting of Polish, Croatian and Russian mail programs, so it is done here, line by
line. What cannot be told for certain stays: a line too much is better than a customer's word lost.
"""

import re
from collections.abc import Iterator
from html import unescape

HTML_LIMIT = 200_000
LINES_LIMIT = 5_000

_MARKUP = re.compile(r"<!--|<(/?[a-z][a-z0-9]{0,20})|<[!?]", re.IGNORECASE)
_TAG_ENDS = re.compile(">")
_COMMENT_ENDS = re.compile("-->")
_SILENT = {
    name: re.compile(rf"</{name}[^>]{{0,20}}>", re.IGNORECASE) for name in ("style", "script", "title")
}
_BREAKS = frozenset({"br", "div", "p", "tr", "li", "h1", "h2", "h3", "h4", "table", "hr", "ul", "ol"})
_LINE_LIMIT = 400
_WROTE = re.compile(
    r"(wrote|writes|pisze|napisał|napisała|napisał\(a\)|napisao|napisala|napisao/la|piše|"
    r"писал|писала|написал|написала|пишет|schrieb|écrit|scritto|escribió)\b[^:]{0,200}:$",
    re.IGNORECASE,
)
_STAMPED = re.compile(r"@|\d{1,2}[:.]\d{2}")
_ATTRIBUTION_BEGINS = re.compile(r"(on|w dniu|dnia|dana|u|le|am|il|el|\d|[а-я]{2},)\b", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"[-_ ]{3,}\s*(original message|original appointment|wiadomość oryginalna|oryginalna wiadomość|"
    r"originalna poruka|izvorna poruka|исходное сообщение|пересылаемое сообщение|forwarded message)"
    r"\s*[-_ ]{3,}",
    re.IGNORECASE,
)
_FROM = re.compile(r"\*?(from|od|от|šalje|von|de):\*?\s", re.IGNORECASE)
_SENT_WORDS = "sent|date|wysłano|data|poslano|datum|отправлено|дата|gesendet|envoyé"
_SUBJECT_WORDS = "subject|temat|predmet|naslov|тема|betreff|objet"
_SENT = re.compile(rf"\*?({_SENT_WORDS}):\*?\s", re.IGNORECASE)
_SUBJECT = re.compile(rf"\*?({_SUBJECT_WORDS}):\*?\s", re.IGNORECASE)
_HEADER = re.compile(rf"\*?({_SENT_WORDS}|{_SUBJECT_WORDS}|to|do|za|prima|кому|an|à):\*?\s", re.IGNORECASE)
_MAILBOX = re.compile(r"[^\s@<>]@[^\s@<>]+\.[^\s@<>]")
_FROM_A_PHONE = re.compile(
    r"(sent from|get outlook|wysłan[eoy] z|poslano s|отправлено с|отправлено из|gesendet von)\b.{0,80}",
    re.IGNORECASE,
)


def of_html(html: str) -> str:
    """Return the words of an HTML mail; what is in a blockquote is one line of `>`.

    The parser of the standard library takes minutes for what a stranger can write on purpose; this one looks
    at every letter once.
    """
    lines = "".join(_pieces(html[:HTML_LIMIT])).splitlines()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in lines)).strip()


def _pieces(html: str) -> Iterator[str]:
    quotes = 0
    for tag, words in _tags(html):
        if tag == "blockquote":
            quotes += 1
            yield "\n>\n"
        elif tag == "/blockquote":
            quotes = max(0, quotes - 1)
        elif tag.removeprefix("/") in _BREAKS:
            yield "\n"
        if not quotes:
            yield " ".join(unescape(words).splitlines())


def _tags(html: str) -> Iterator[tuple[str, str]]:
    """Yield each tag, "/" before its name where it ends something, with the text that follows it."""
    here, tag = 0, ""
    while True:
        found = _MARKUP.search(html, here)
        yield tag, html[here : found.start() if found else None]
        if found is None:
            return
        tag = (found[1] or "").lower()
        ending = _SILENT.get(tag) or (_COMMENT_ENDS if found[0] == "<!--" else _TAG_ENDS)
        end = ending.search(html, found.end())
        if end is None:
            # What never ends is not shown by any mail program either.
            return
        here = end.end()


def own_words(text: str) -> str:
    """Return a text without the mails quoted in it and without the signature; whole where nothing is left."""
    lines = [line.rstrip() for line in text.splitlines()[:LINES_LIMIT]]
    kept: list[str] = []
    for position, line in enumerate(lines):
        if line in ("--", "—") and _says_something(kept):
            break
        if _opens_history(lines, position):
            if not _quote_follows(lines, position):
                break
            _drop_beginning(kept)
        elif not line.lstrip().startswith(">"):
            kept.append(line)
    while kept and (not kept[-1].strip() or _FROM_A_PHONE.fullmatch(kept[-1].strip())):
        kept.pop()
    return "\n".join(kept).strip() or text.strip()


def _says_something(lines: list[str]) -> bool:
    return any(line.strip() for line in lines)


def _opens_history(lines: list[str], position: int) -> bool:
    line = lines[position].strip()
    if len(line) > _LINE_LIMIT:
        return False
    if _ORIGINAL.fullmatch(line):
        return True
    if _FROM.match(line):
        return _is_head_of_a_mail(line, [one.strip() for one in lines[position + 1 : position + 5]])
    if not _WROTE.search(line):
        # Some write nothing but the time and the address.
        named = line.endswith(">:") and _STAMPED.search(line)
        return bool(named) and _quote_follows(lines, position)
    before = lines[position - 1] if position else ""
    return bool(_STAMPED.search(line)) or (
        (_is_beginning(before) and bool(_STAMPED.search(before))) or _quote_follows(lines, position)
    )


def _is_head_of_a_mail(line: str, following: list[str]) -> bool:
    """Return whether what begins with "From:" is one: "From: Warsaw" may be a customer's own word.

    It holds an address, or everything that Outlook writes there.
    """
    if _MAILBOX.search(line):
        return any(map(_HEADER.match, following[:2]))
    return any(map(_SENT.match, following)) and any(map(_SUBJECT.match, following))


def _quote_follows(lines: list[str], position: int) -> bool:
    following = (line.lstrip() for line in lines[position + 1 : position + 4])
    return next((line.startswith(">") for line in following if line), False)


def _is_beginning(line: str) -> bool:
    return len(line) <= _LINE_LIMIT and _ATTRIBUTION_BEGINS.match(line.strip()) is not None


def _drop_beginning(kept: list[str]) -> None:
    """Take out the first half of a line such as "On Monday, Anna" that was broken in two."""
    if kept and _is_beginning(kept[-1]) and _STAMPED.search(kept[-1]):
        kept.pop()
