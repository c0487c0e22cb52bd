"""Webhook in, events queued: verify, parse, queue, answer. Nothing is decided or sent here.

unknown channel -> 404   too large -> 413   unproven -> 401   wrong shape -> 400
no keys to prove it with, or nothing published yet -> 503   proven, unknown type -> 200, counted
otherwise -> 200 once every event is durable
"""

import hashlib
import logging
import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

from chalicelib import flood, tracing
from chalicelib.core.errors import BadSignature, BadWebhook, NotSent, Unavailable, UnknownChannel
from chalicelib.core.events import ThreadEvent
from chalicelib.envelope import Origin, QueuedEvent, seal
from chalicelib.platforms import platform
from chalicelib.platforms.besides import Proving
from chalicelib.platforms.contract import (
    Answer,
    Channel,
    FactLearned,
    Inbound,
    Parsed,
    Platform,
    Unresolved,
)
from chalicelib.policies.build import PolicySet
from chalicelib.policies.publish import NeverPublished
from chalicelib.ports import Ports

log = logging.getLogger("hearback.intake")

_TOKENS_REMEMBERED = timedelta(days=1)
"""Longer than any platform goes on retrying under one token (Mailgun: eight hours)."""

_WRITERS = flood.Bound(20)
_TYPE = re.compile(r"(?=.{1,60}\Z)[A-Za-z0-9_-]+([.][A-Za-z0-9_?-]+)*")


def accept(channel_id: str, inbound: Inbound, ports: Ports) -> Answer:
    """Return the answer to a webhook request; with a 2xx every event of it is durable.

    Raises only what the store or the queue raise: the platform then delivers again.
    """
    try:
        policies = ports.policies.live()
    except NeverPublished:
        # The channel may be one as soon as the owner's files are published; the platform delivers again.
        log.warning("nothing is published yet")
        return Answer(status=503)
    channel = policies.channels.get(channel_id)
    tracing.begin_webhook(inbound.request_id, channel.id if channel else "")
    answer = _accepted(channel_id, inbound, policies, ports)
    named = channel.platform if channel else "none"
    ports.meter.count("webhooks", platform=named, status=str(answer.status))
    log.info("webhook", extra={"status": answer.status})
    ports.meter.flush()
    return answer


def _accepted(channel_id: str, inbound: Inbound, policies: PolicySet, ports: Ports) -> Answer:
    try:
        channel = policies.receiving(channel_id)
    except UnknownChannel:
        return Answer(status=404)
    spoken = platform(channel.platform)
    inbound = inbound if inbound.url else replace(inbound, url=_called(channel_id, inbound, ports))
    if len(inbound.body) > spoken.CAPABILITIES.body_limit:
        return Answer(status=413)
    if (answer := spoken.handshake(inbound, channel)) is not None:
        return answer
    try:
        channel = _with_keys(spoken, channel, ports)
        parsed = _read(spoken, channel, inbound, ports)
    except NotSent:
        # The keys that prove it cannot be had. Nothing can be proven now; the platform delivers again.
        return Answer(status=503)
    except BadWebhook as error:
        status = 401 if isinstance(error, BadSignature) else 400
        log.warning("rejected", extra={"channel": channel_id, "status": status, "reason": str(error)})
        return Answer(status=status)
    if spoken.CAPABILITIES.hosted and not _admitted(parsed, channel, inbound):
        return Answer(status=429)
    _count_unknown(parsed, channel, ports)
    routed = [_routed(event, channel, inbound, spoken, policies) for event in parsed.events]
    origin = Origin(tracing.cause(), inbound.received_at)
    ports.events.put([seal(target, event, origin) for target, event in filter(None, routed)])
    for token in parsed.once:
        _remember(token, inbound, channel, ports)
    return spoken.ACCEPTED


def _with_keys(spoken: Platform, channel: Channel, ports: Ports) -> Channel:
    """Return the channel with the keys its platform publishes. Raises `NotSent` while they cannot be had."""
    if not isinstance(spoken, Proving):
        return channel
    return replace(channel, facts=ports.facts.find(channel, spoken.PROOF_NEED))


def _read(spoken: Platform, channel: Channel, inbound: Inbound, ports: Ports) -> Parsed:
    """Return what a webhook says. Raises `BadSignature` or `BadPayload`."""
    spoken.verify(inbound, channel)
    parsed = spoken.parse(inbound, channel)
    if any(_came_before(token, inbound, channel, ports) for token in parsed.once):
        raise BadSignature("a token came again with another body")
    return parsed


def _came_before(token: str, inbound: Inbound, channel: Channel, ports: Ports) -> bool:
    """Return whether a token came with another body; the same body is a platform's retry."""
    known = ports.records.get(_token_key(token, channel), inbound.received_at)
    return known is not None and known.value != hashlib.sha256(inbound.body).hexdigest()


def _remember(token: str, inbound: Inbound, channel: Channel, ports: Ports) -> None:
    # After the events are durable: a retry of what was not accepted may come in other bytes.
    body = hashlib.sha256(inbound.body).hexdigest()
    until = inbound.received_at + _TOKENS_REMEMBERED
    ports.records.put(_token_key(token, channel), body, expires_at=until, version=0)


def _token_key(token: str, channel: Channel) -> str:
    """Return the key of a token: of the platform, because channels of one account share their secret."""
    return f"once:{channel.platform}:{hashlib.sha256(token.encode(errors='replace')).hexdigest()}"


def _admitted(parsed: Parsed, channel: Channel, inbound: Inbound) -> bool:
    """Return whether a visitor of ours may write so often; platforms see to theirs themselves."""
    writers = [event.thread.key for event in parsed.events if isinstance(event, ThreadEvent)]
    return all(_WRITERS.admits(f"{channel.id}/{writer}", inbound.received_at) for writer in writers)


def _called(channel_id: str, inbound: Inbound, ports: Ports) -> str:
    """Return the public address that was called, as whoever called it knows it."""
    address = f"{ports.base_url.rstrip('/')}/webhooks/{channel_id}"
    return f"{address}?{urlencode(inbound.query)}" if inbound.query else address


def _count_unknown(parsed: Parsed, channel: Channel, ports: Ports) -> None:
    for kind in parsed.unknown:
        # What is no name may be anybody's words, and those are for no log and no counter.
        name = kind if _TYPE.fullmatch(kind) else "malformed"
        # One counter takes 1,000 writes a second in DynamoDB: it may miss some, the events do not wait.
        with suppress(Unavailable):
            ports.records.count(f"unknown:{channel.platform}:{name}")
        log.info("unknown event type", extra={"channel": channel.id, "type": name})


def _routed(
    event: ThreadEvent | Unresolved | FactLearned,
    channel: Channel,
    inbound: Inbound,
    spoken: Platform,
    policies: PolicySet,
) -> tuple[str, QueuedEvent] | None:
    """Return the channel whose account an event names, None for an account that is no channel of ours.

    One app delivers all its accounts to one URL. An event is passed on only to a channel that would have
    accepted the same request itself.
    """
    account = "" if isinstance(event, FactLearned) else event.account
    if isinstance(event, FactLearned) or account in ("", channel.account):
        return channel.id, event
    target = policies.by_account.get((channel.platform, account))
    if target is None or not _accepts(spoken, inbound, replace(target, facts=channel.facts)):
        log.warning("no channel for this account", extra={"channel": channel.id, "reason": "account"})
        return None
    return target.id, replace(event, thread=replace(event.thread, channel=target.id))


def _accepts(spoken: Platform, inbound: Inbound, target: Channel) -> bool:
    try:
        spoken.verify(inbound, target)
    except BadSignature:
        return False
    return True
