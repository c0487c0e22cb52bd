"""A message that nobody has written yet: how it would be understood, which rule it gets, what follows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.core import calendar, clocks
from chalicelib.core.case import Case, Status
from chalicelib.core.errors import HearbackError
from chalicelib.core.events import CustomerWrote
from chalicelib.core.message import Customer, Lane, Surface, Thread, Understanding
from chalicelib.core.policy import Policy
from chalicelib.core.roster import Roster
from chalicelib.platforms import PLATFORMS, platform
from chalicelib.policies.build import PolicySet
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.hints import close_to
from chalicelib.replay.play import Play, Step
from chalicelib.replay.rules import rules_of

HORIZON = timedelta(days=120)
"""How far a case is followed: the longest windows are of days, and an owner plans for weeks."""

_PUBLIC = frozenset({Surface.COMMENT, Surface.REVIEW, Surface.MENTION})
_ANYTHING = frozenset({"signed"})
_ON: Mapping[Surface, frozenset[str]] = {
    Surface.EMAIL: frozenset({"email"}),
    Surface.REVIEW: frozenset({"facebook", "google_reviews"}),
    Surface.MENTION: frozenset({"facebook", "instagram", "x"}),
}
"""Surfaces that only these platforms have; for the others it shows by the ways words take there."""

_AS_TYPED = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


class BadQuestion(HearbackError):
    """What was asked about cannot be: no such channel, platform or time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A message somebody might write: where, in which words, and when (UTC)."""

    channel: str
    surface: Surface
    public: bool
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """What would become of a message to which nobody replies, step by step.

    `case` is how it ends, or how it stands at the end of the horizon; `first` is the case as the message
    leaves it. `automatic_until` and `human_until` are the ends of what the platform allows, None without one.
    """

    question: Question
    understanding: Understanding
    policy: Policy
    roster: Roster
    open: bool
    first: Case
    steps: tuple[Step, ...]
    case: Case
    reachable: bool
    automatic_until: datetime | None
    human_until: datetime | None

    @property
    def counts(self) -> bool:
        """Whether the message is owed an answer: small talk and what is withdrawn are not."""
        return self.first.status is Status.OPEN


def foresee(question: Question, policies: PolicySet) -> Foresight:
    """Play a message and what follows if nobody replies. Raises `UnknownChannel`."""
    thread = Thread(
        channel=question.channel, key="a thread", surface=question.surface, public=question.public
    )
    event = CustomerWrote(
        id="question",
        at=question.at,
        thread=thread,
        customer=Customer(id="a customer"),
        message_id="a message",
        text=question.text,
    )
    rules = rules_of(policies)
    policy = rules.policy_of(thread, {})
    understood = rules.understood(event, None)
    meant = understood.understanding if isinstance(understood, CustomerWrote) else Understanding()
    play = Play(rules)
    steps = tuple(play.run([event], question.at + HORIZON))
    if play.case is None:
        raise AssertionError("a message makes a case")
    first = [step for step in steps if step.at == question.at and not step.clocks]
    opened = first[-1].case if first else play.case
    return Foresight(
        question=question,
        understanding=meant,
        policy=policy,
        roster=policies.roster,
        open=calendar.is_open(policy.calendar, question.at),
        first=opened,
        steps=steps,
        case=play.case,
        reachable=any(policies.addresses.values()),
        automatic_until=clocks.automatic_until(opened, policy),
        human_until=clocks.human_until(opened, policy),
    )


def with_platform(bundle: Bundle, name: str) -> tuple[Bundle, str, bool]:
    """Return files with a channel of a platform, its id, and whether it had to be made up.

    A platform without a channel yet has the language, hours and zone of the first. Raises `BadQuestion`.
    """
    if name not in PLATFORMS:
        raise BadQuestion(f"there is no platform {name!r}. {_one_of(name, PLATFORMS)}")
    documents = bundle.channels["channels"]
    for document in documents:
        if document["platform"] == name:
            return bundle, document["id"], False
    like = {
        field: documents[0][field] for field in ("timezone", "language", "calendar") if field in documents[0]
    }
    made_up: Mapping[str, Any] = {**like, "id": f"any-{name}", "platform": name, "credentials": {}}
    return _with_channel(bundle, made_up), f"any-{name}", True


def channel_named(bundle: Bundle, name: str) -> str:
    """Return the id of a channel, of the only one without a name. Raises `BadQuestion`."""
    known = [document["id"] for document in bundle.channels["channels"]]
    if not name and len(known) == 1:
        return str(known[0])
    if not name:
        raise BadQuestion(f"which channel? Name one with --channel ({', '.join(known)}), or a --platform")
    if name not in known:
        raise BadQuestion(f"there is no channel {name!r} in channels.yaml. {_one_of(name, known)}")
    return name


def usual_surface(platform_name: str) -> Surface:
    """Return where a message to a platform usually stands."""
    if platform_name == "email":
        return Surface.EMAIL
    return Surface.DM if Lane.MESSAGE in platform(platform_name).CAPABILITIES.lanes else Surface.REVIEW


def check_surface(platform_name: str, surface: Surface) -> None:
    """Refuse a surface that a platform does not have. Raises `BadQuestion`."""
    there = [one for one in Surface if _has(platform_name, one)]
    if surface not in there:
        raise BadQuestion(f"{platform_name} has no {surface}: give --surface one of {', '.join(there)}")


def _has(platform_name: str, surface: Surface) -> bool:
    if platform_name in _ANYTHING:
        return True
    if surface in _ON:
        return platform_name in _ON[surface]
    can = platform(platform_name).CAPABILITIES.lanes
    if surface is Surface.COMMENT:
        return Lane.PUBLIC_REPLY in can and Lane.EDIT not in can
    return Lane.MESSAGE in can and platform_name != "email"


def usually_public(surface: Surface) -> bool:
    """Return whether everybody can read what stands there."""
    return surface in _PUBLIC


def moment(text: str, zone: str) -> datetime:
    """Return a time as it is typed, on the wall clock of a zone, in UTC. Raises `BadQuestion`."""
    for form in _AS_TYPED:
        try:
            wall = datetime.strptime(text.strip(), form).replace(tzinfo=ZoneInfo(zone))
        except ValueError:
            continue
        return wall.astimezone(UTC)
    raise BadQuestion(f"{text!r} is no time: write it like `2026-11-20 16:50`")


def _one_of(name: str, known: Iterable[str]) -> str:
    return close_to(name, known) or f"Write one of {', '.join(sorted(known))}"


def _with_channel(bundle: Bundle, document: Mapping[str, Any]) -> Bundle:
    return replace(bundle, channels={**bundle.channels, "channels": [*bundle.channels["channels"], document]})
