"""Whether a person's status can be said to everybody: its languages, its length, its words in public."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.core.errors import NotAllowed
from chalicelib.core.incident import Linking
from chalicelib.core.message import Category, Lane
from chalicelib.platforms import platform
from chalicelib.platforms.contract import Channel
from chalicelib.platforms.lengths import measure
from chalicelib.platforms.payload import clean
from chalicelib.policies.build import PolicySet
from chalicelib.policies.hints import did_you_mean

_PUBLIC = (Lane.PUBLIC_REPLY, Lane.EDIT)
_LANES = (Lane.MESSAGE, *_PUBLIC)
_SENTENCES = 2
_PERSONAL = re.compile(r"\d[\d ().-]{5,}\d|[\w.+-]+@[\w-]+")
"""What looks like a telephone or order number, or an e-mail address."""


def checked(texts: Mapping[str, str], channel_id: str, policies: PolicySet) -> dict[str, str]:
    """Return the texts as they can be said on a channel, by language.

    Raises `NotAllowed` with a sentence that names language and remedy, `UnknownChannel`.
    """
    channel = policies.channel(channel_id)
    found = {language: clean(text).strip() for language, text in texts.items()}
    found = {language: text for language, text in found.items() if text}
    if channel.language not in found:
        raise NotAllowed(
            f"A text in {channel.language!r} is missing: it is the language of {channel_id}, and whoever "
            "writes in a language without a text of its own gets that one"
        )
    problem = next((p for language, text in found.items() for p in _problems(language, text, channel)), "")
    if problem:
        raise NotAllowed(problem)
    return found


def linking(
    policies: PolicySet, *, rule: str = "", category: str = "", keyword: str = "", since: str = ""
) -> Linking:
    """Return which cases an incident is for, from what a person typed; empty means every complaint.

    `category` is a category or `all`; `since` is an ISO time, in UTC unless it says otherwise; several
    keywords are parted by commas. Raises `NotAllowed`.
    """
    rules = {one.name for policy in policies.policies.values() for one in policy.rules}
    if rule and rule not in rules:
        raise NotAllowed(f"There is no rule {rule!r} in policy.yaml. {did_you_mean(rule, sorted(rules))}")
    if category not in ("", "all", *Category):
        raise NotAllowed(f"There is no category {category!r}: choose one of all, {', '.join(Category)}")
    chosen = {"": frozenset({Category.COMPLAINT}), "all": frozenset[Category]()}
    return Linking(
        categories=chosen[category] if category in chosen else frozenset({Category(category)}),
        rules=frozenset({rule}) if rule else frozenset(),
        keywords=tuple(filter(None, map(str.strip, keyword.split(",")))),
        since=_moment(since) if since else None,
    )


def typed(pairs: Iterable[str]) -> dict[str, str]:
    """Return texts by language from what was typed as `pl=Words`. Raises `NotAllowed`."""
    found: dict[str, str] = {}
    for pair in pairs:
        language, sign, text = pair.partition("=")
        if not sign or not re.fullmatch(r"[a-z]{2,3}", language.strip()):
            raise NotAllowed(f'{pair[:30]!r} names no language: write it as en="Your words"')
        found[language.strip()] = text
    return found


def from_file(path: Path) -> dict[str, str]:
    """Return texts by language from a YAML file of lines such as `en: Your words`. Raises `BadPolicy`."""
    # Imported on first use: only the command line reads files.
    from chalicelib.policies.documents import read

    data = read(path).data
    if not isinstance(data, dict) or not all(isinstance(text, str) for text in data.values()):
        raise NotAllowed(f"{path.name}: one line for each language is wanted, such as `en: Your words`")
    return {str(language): text for language, text in data.items()}


def _problems(language: str, text: str, channel: Channel) -> Iterator[str]:
    lanes = platform(channel.platform).CAPABILITIES.lanes
    for lane in _LANES:
        limit = lanes.get(lane)
        if limit and (length := measure(text, limit.unit)) > limit.amount:
            yield (
                f"The text in {language!r} is too long for {channel.platform}: it takes at most "
                f"{limit.amount} {limit.unit}, and these are {length}. Say it in fewer words"
            )
    if "{" in text or "}" in text:
        yield f"The text in {language!r} holds a curly bracket: it is sent as it stands, nothing is filled in"
    if any(lane in lanes for lane in _PUBLIC):
        yield from _in_public(language, text)


def _in_public(language: str, text: str) -> Iterator[str]:
    """Yield what keeps a text out of the public eye (R27)."""
    # Imported on first use: it reads lists of words.
    from chalicelib.policies.manners import sentences

    if len(sentences(text)) > _SENTENCES:
        yield f"The text in {language!r} is said in public, too: say it in at most two sentences"
    if found := _PERSONAL.search(text):
        yield (
            f"The text in {language!r} is said in public, too, and {found[0]!r} looks like somebody's number "
            "or address: leave it out"
        )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NotAllowed(f"{text!r} is no time: write it as 2026-01-31T14:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
