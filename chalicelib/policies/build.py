"""From checked data to the dataclasses the core knows. Light: neither YAML nor schemas are needed here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.core.calendar import Calendar
from chalicelib.core.compose import Texts
from chalicelib.core.errors import UnknownChannel
from chalicelib.core.message import Formality
from chalicelib.core.policy import Condition, Numbers, Policy, PublicAcks, Rule, parse_duration
from chalicelib.core.roster import Roster
from chalicelib.core.values import dataclass
from chalicelib.platforms import platform
from chalicelib.platforms.contract import Channel
from chalicelib.policies.hints import words
from chalicelib.policies.hours import DAYS, NEVER, calendar_of, parse_days, parse_hours
from chalicelib.policies.roster import addresses_of, roster_of, secret_names
from chalicelib.policies.spelling import misspelt

if TYPE_CHECKING:
    from chalicelib.language.vocabulary import Vocabulary, Words

_ENUMS: Mapping[str, Callable[[str], Any]] = {"formality": Formality, "public_acks": PublicAcks}

Secrets = Callable[[str], str]
"""Gives the value of a secret by its name, an empty text where none is set."""

_SETS = ("channel", "platform", "surface", "category", "language")
_COUNTS = (
    "max_promises",
    "max_updates",
    "max_per_customer_a_day",
    "max_per_customer_a_week",
    "max_per_channel_an_hour",
    "max_public_acks_per_post_per_hour",
    "crisis_threshold",
)
_DURATIONS = ("remind_after", "close_after", "quiet_after")
_CHOICES = ("unknown_sender_counts_as_human", "informal_allowed", "private_reply")
_ELSEWHERE = frozenset({"formality", "public_acks", "quiet_hours", "disclosure"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """A channel that the owner has taken out of channels.yaml: its entry there, its hours, and since when.

    Cases of it may be open still, and nobody who waits is forgotten (R34).
    """

    channel: Mapping[str, Any]
    calendar: Mapping[str, Any]
    since: datetime


@dataclass(frozen=True, kw_only=True)
class PolicySet:
    """One published version of the owner's files, ready for use.

    The channels in `retired` are among the others. Nothing automatic is sent on them and they receive
    nothing, but people can answer and close what is open there. `addresses` holds those of each person of
    the roster, by id: Apprise URLs, which are secrets.
    """

    version: str
    channels: Mapping[str, Channel]
    policies: Mapping[str, Policy]
    texts: Texts
    roster: Roster = field(default_factory=lambda: roster_of(None))
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    retired: frozenset[str] = frozenset()
    words: "Mapping[str, Words]" = field(default_factory=dict, repr=False)

    def channel(self, channel_id: str) -> Channel:
        """Return a channel, retired or not. Raises `UnknownChannel`."""
        if channel_id not in self.channels:
            raise UnknownChannel(f"there is no channel {channel_id!r} in channels.yaml")
        return self.channels[channel_id]

    def receiving(self, channel_id: str) -> Channel:
        """Return a channel that takes webhooks. Raises `UnknownChannel`, for a retired one, too."""
        if channel_id in self.retired:
            raise UnknownChannel(f"the channel {channel_id!r} was taken out of channels.yaml")
        return self.channel(channel_id)

    def policy(self, channel_id: str) -> Policy:
        """Return the policy of a channel. Raises `UnknownChannel`."""
        self.channel(channel_id)
        return self.policies[channel_id]

    @cached_property
    def vocabulary(self) -> "Vocabulary":
        """The words that messages are understood by; made ready when a message is, which most work is not."""
        from chalicelib.language.shipped import shipped
        from chalicelib.language.vocabulary import Vocabulary

        return Vocabulary(self.words) if self.words else shipped()

    @cached_property
    def by_account(self) -> Mapping[tuple[str, str], Channel]:
        """The channels that name an account and still receive, by platform and account."""
        live = (c for c in self.channels.values() if c.id not in self.retired)
        return {(c.platform, c.account): c for c in live if c.account}


def build(
    *,
    version: str,
    policy: Mapping[str, Any],
    hours: Mapping[str, Any],
    channels: Mapping[str, Any],
    texts: Texts,
    languages: frozenset[str],
    secrets: Secrets,
    retired: Sequence[Retired] = (),
    words: "Mapping[str, Words] | None" = None,
    roster: Mapping[str, Any] | None = None,
    restored_at: datetime | None = None,
) -> PolicySet:
    """Return the policies of all channels, from documents that have been checked."""
    live = [channel_of(document, secrets) for document in channels["channels"]]
    gone = [channel_of(one.channel, secrets) for one in retired]
    common = replace(_common(policy, version, languages), restored_at=restored_at)
    hours_of = {channel.id: hours["calendars"][channel.calendar] for channel in live}
    hours_of |= {channel.id: one.calendar for channel, one in zip(gone, retired, strict=True)}
    policies = {
        channel.id: replace(
            common,
            channel=channel.id,
            platform=channel.platform,
            language=channel.language,
            calendar=calendar_of(hours_of[channel.id], channel.timezone),
            quiet_hours=_quiet(policy.get("settings", {}), channel.timezone),
            disclose=_discloses(policy.get("settings", {}), channel.platform),
        )
        for channel in (*live, *gone)
    }
    # People speak on a channel that is on its way out, and nobody else: the owner is alerted instead.
    policies |= {channel.id: replace(policies[channel.id], retired=True) for channel in gone}
    return PolicySet(
        version=version,
        channels={channel.id: channel for channel in (*live, *gone)},
        policies=policies,
        texts=texts,
        roster=roster_of(roster),
        addresses=addresses_of(secret_names(roster, policy.get("alerts", [])), secrets),
        retired=frozenset(channel.id for channel in gone),
        words=words or {},
    )


def _common(policy: Mapping[str, Any], version: str, languages: frozenset[str]) -> Policy:
    """Return what policy.yaml says for every channel; what belongs to one channel is still empty."""
    settings = policy.get("settings", {})
    choices = {name: settings[name] for name in _CHOICES if name in settings}
    choices |= {name: of(settings[name]) for name, of in _ENUMS.items() if name in settings}
    return Policy(
        version=version,
        channel="",
        platform="",
        language="",
        languages=languages,
        calendar=Calendar(zone="UTC", week=((),) * len(DAYS)),
        rules=tuple(_rule(document) for document in policy["rules"]),
        numbers=_numbers(settings),
        kill_switch=policy.get("kill_switch", False),
        dry_run=policy.get("dry_run", False),
        alike=misspelt,
        **choices,
    )


def _quiet(settings: Mapping[str, Any], zone: str) -> Calendar | None:
    """Return the calendar that is open while the owner wants quiet, in the zone of a channel (R23)."""
    hours = settings.get("quiet_hours")
    return Calendar(zone=zone, week=(parse_hours(hours),) * len(DAYS)) if hours else None


def _discloses(settings: Mapping[str, Any], name: str) -> bool:
    """Return whether texts on a platform say that they are automatic (R32)."""
    return settings.get("disclosure") != "where_required" or platform(name).CAPABILITIES.discloses


def channel_of(document: Mapping[str, Any], secrets: Secrets) -> Channel:
    """Return one channel with the values of its secrets, from a checked entry of channels.yaml."""
    values = {
        name: tuple(filter(None, map(secrets, words(names))))
        for name, names in document["credentials"].items()
    }
    fields = {
        name: document[name] for name in ("account", "calendar", "api_base", "options") if name in document
    }
    return Channel(
        id=document["id"],
        platform=document["platform"],
        timezone=document["timezone"],
        language=document["language"],
        secrets=values,
        **fields,
    )


def _rule(document: Mapping[str, Any]) -> Rule:
    optional: dict[str, Any] = {
        name: parse_duration(document[name])
        for name in ("promise", "first_response", "next_response", "resolution", "warn_before")
        if name in document
    }
    window = None if document["window"] == NEVER else parse_duration(document["window"])
    if "public_acks" in document:
        optional["public_acks"] = PublicAcks(document["public_acks"])
    return Rule(name=document["name"], when=_condition(document.get("when", {})), window=window, **optional)


def _condition(document: Mapping[str, Any]) -> Condition:
    fields: dict[str, Any] = {name: frozenset(words(document[name])) for name in _SETS if name in document}
    fields |= {name: document[name] for name in ("public", "open", "reopened") if name in document}
    if "time" in document:
        fields["time"] = parse_hours(document["time"])
    days = frozenset(day for days in words(document.get("days")) for day in parse_days(days))
    return Condition(**fields, keywords=tuple(document.get("keywords", ())), days=days)


def _numbers(settings: Mapping[str, Any]) -> Numbers:
    changed: dict[str, Any] = {name: settings[name] for name in _COUNTS if name in settings}
    changed |= {name: parse_duration(settings[name]) for name in _DURATIONS if name in settings}
    if "update_gaps" in settings:
        changed["update_gaps"] = tuple(map(parse_duration, settings["update_gaps"]))
    clock = set(settings) - set(changed) - set(_CHOICES) - _ELSEWHERE
    changed |= {name: parse_duration(settings[name]).length for name in clock}
    return Numbers(**changed)
