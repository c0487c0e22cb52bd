"""Webhook in, events queued: verify, parse, queue, answer. Nothing is decided or sent here.

unknown channel -> 404   too large -> 413   unproven -> 401   wrong shape -> 400
proven, unknown type -> 200, counted         otherwise -> 200 once every event is durable
"""

import logging
import re
from dataclasses import replace

from chalicelib.core.errors import BadPayload, BadSignature, NotSent, SendAmbiguous, UnknownChannel
from chalicelib.core.events import ThreadEvent
from chalicelib.envelope import QueuedEvent, seal
from chalicelib.platforms import platform
from chalicelib.platforms.contract import (
    Answer,
    Channel,
    FactLearned,
    Inbound,
    Parsed,
    Platform,
    Proving,
    Unresolved,
)
from chalicelib.policies.build import PolicySet
from chalicelib.ports import Ports

log = logging.getLogger("hearback.intake")

_NOT_A_TYPE = re.compile(r"[^A-Za-z0-9_.-]")


def accept(channel_id: str, inbound: Inbound, ports: Ports) -> Answer:
    """Return the answer to a webhook request; with a 2xx every event of it is durable.

    Raises only what the store or the queue raise: the platform then delivers again.
    """
    policies = ports.policies.live()
    try:
        channel = policies.channel(channel_id)
    except UnknownChannel:
        return Answer(status=404)
    spoken = platform(channel.platform)
    if len(inbound.body) > spoken.CAPABILITIES.body_limit:
        return Answer(status=413)
    if (answer := spoken.handshake(inbound, channel)) is not None:
        return answer
    if isinstance(spoken, Proving):
        try:
            channel = replace(channel, facts=ports.facts.find(channel, spoken.PROOF_NEED))
        except (BadPayload, NotSent, SendAmbiguous):
            # Without the platform's keys nothing can be proven now; it delivers again.
            return Answer(status=503)
    try:
        spoken.verify(inbound, channel)
        parsed = spoken.parse(inbound, channel)
    except BadSignature as error:
        log.warning("rejected", extra={"channel": channel_id, "status": 401, "reason": str(error)})
        return Answer(status=401)
    except BadPayload as error:
        log.warning("rejected", extra={"channel": channel_id, "status": 400, "reason": str(error)})
        return Answer(status=400)
    _count_unknown(parsed, channel, ports)
    routed = [_routed(event, channel, inbound, spoken, policies) for event in parsed.events]
    ports.events.put([seal(target, event) for target, event in filter(None, routed)])
    return spoken.ACCEPTED


def _count_unknown(parsed: Parsed, channel: Channel, ports: Ports) -> None:
    for kind in parsed.unknown:
        name = _NOT_A_TYPE.sub("_", kind)[:60]
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
    if target is None or not _accepts(spoken, inbound, target):
        log.warning("no channel for this account", extra={"channel": channel.id, "reason": "account"})
        return None
    return target.id, replace(event, thread=replace(event.thread, channel=target.id))


def _accepts(spoken: Platform, inbound: Inbound, target: Channel) -> bool:
    try:
        spoken.verify(inbound, target)
    except BadSignature:
        return False
    return True
