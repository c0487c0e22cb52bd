"""From checked data to the dataclasses the core knows. Light: neither YAML nor schemas are needed here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from chalicelib.core.compose import Texts
from chalicelib.core.errors import UnknownChannel
from chalicelib.core.message import Formality
from chalicelib.core.policy import Condition, Numbers, Policy, Rule, parse_duration
from chalicelib.platforms.contract import Channel
from chalicelib.policies.hints import words
from chalicelib.policies.hours import NEVER, calendar_of

Secrets = Callable[[str], str]
"""Gives the value of a secret by its name, an empty text where none is set."""

_SETS = ("channel", "platform", "surface", "category", "language")
_COUNTS = ("max_promises", "max_updates")
_DURATIONS = ("remind_after", "close_after", "quiet_after")
_CHOICES = ("unknown_sender_counts_as_human", "formality", "informal_allowed")


@dataclass(frozen=True, kw_only=True)
class PolicySet:
    """One published version of the owner's files, ready for use."""

    version: str
    channels: Mapping[str, Channel]
    policies: Mapping[str, Policy]
    texts: Texts
    alerts: tuple[str, ...] = field(default=(), repr=False)

    def channel(self, channel_id: str) -> Channel:
        """Return a channel. Raises `UnknownChannel`."""
        if channel_id not in self.channels:
            raise UnknownChannel(f"there is no channel {channel_id!r} in channels.yaml")
        return self.channels[channel_id]

    def policy(self, channel_id: str) -> Policy:
        """Return the policy of a channel. Raises `UnknownChannel`."""
        self.channel(channel_id)
        return self.policies[channel_id]

    @cached_property
    def by_account(self) -> Mapping[tuple[str, str], Channel]:
        """The channels that name an account, by platform and account."""
        return {(c.platform, c.account): c for c in self.channels.values() if c.account}


def build(
    *,
    version: str,
    policy: Mapping[str, Any],
    hours: Mapping[str, Any],
    channels: Mapping[str, Any],
    texts: Texts,
    languages: frozenset[str],
    secrets: Secrets,
) -> PolicySet:
    """Return the policies of all channels, from documents that have been checked."""
    built = {document["id"]: _channel(document, secrets) for document in channels["channels"]}
    rules = tuple(_rule(document) for document in policy["rules"])
    settings = policy.get("settings", {})
    numbers = _numbers(settings)
    choices = {name: settings[name] for name in _CHOICES if name in settings}
    if "formality" in choices:
        choices["formality"] = Formality(choices["formality"])
    policies = {
        channel.id: Policy(
            version=version,
            channel=channel.id,
            platform=channel.platform,
            language=channel.language,
            languages=languages,
            calendar=calendar_of(hours["calendars"][channel.calendar], channel.timezone),
            rules=rules,
            numbers=numbers,
            kill_switch=policy.get("kill_switch", False),
            dry_run=policy.get("dry_run", False),
            **choices,
        )
        for channel in built.values()
    }
    alerts = tuple(filter(None, map(secrets, policy.get("alerts", []))))
    return PolicySet(version=version, channels=built, policies=policies, texts=texts, alerts=alerts)


def _channel(document: Mapping[str, Any], secrets: Secrets) -> Channel:
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
    optional = {
        name: parse_duration(document[name])
        for name in ("promise", "first_response", "next_response", "resolution")
        if name in document
    }
    window = None if document["window"] == NEVER else parse_duration(document["window"])
    return Rule(name=document["name"], when=_condition(document.get("when", {})), window=window, **optional)


def _condition(document: Mapping[str, Any]) -> Condition:
    fields: dict[str, Any] = {name: frozenset(words(document[name])) for name in _SETS if name in document}
    fields |= {name: document[name] for name in ("public", "open") if name in document}
    return Condition(**fields, keywords=tuple(document.get("keywords", ())))


def _numbers(settings: Mapping[str, Any]) -> Numbers:
    changed: dict[str, Any] = {name: settings[name] for name in _COUNTS if name in settings}
    changed |= {name: parse_duration(settings[name]) for name in _DURATIONS if name in settings}
    if "update_gaps" in settings:
        changed["update_gaps"] = tuple(map(parse_duration, settings["update_gaps"]))
    clock = set(settings) - set(changed) - set(_CHOICES)
    changed |= {name: parse_duration(settings[name]).length for name in clock}
    return Numbers(**changed)
