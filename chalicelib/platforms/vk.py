"""VK: messages to a community, and comments on its wall, discussions, photos, videos and products.

Facts: https://dev.vk.com/ru/api/callback/getting-started, https://dev.vk.com/ru/method/messages.send and
https://dev.vk.com/ru/method/wall.createComment.
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from chalicelib.core.errors import BadPayload, BadSignature
from chalicelib.core.events import Outcome
from chalicelib.core.message import Lane, Thread
from chalicelib.core.policy import Allowance
from chalicelib.platforms import signatures, vk_api, vk_events, vk_setup
from chalicelib.platforms.contract import (
    Answer,
    Capabilities,
    Channel,
    Credential,
    HttpRequest,
    HttpResponse,
    Inbound,
    Limit,
    Outgoing,
    Parsed,
    Rate,
    Reconciliation,
    SendResult,
    TextUnit,
    random_word,
)
from chalicelib.platforms.payload import Payload, read_json
from chalicelib.platforms.vk_notice import Notice

NAME = "vk"
CREDENTIALS = (
    Credential(
        name="token",
        what="access token of the community, with messages and manage",
        where="your community > Manage > API usage > Access tokens > Create token",
    ),
    Credential(
        name="secret",
        what="a word of your own, at most 50 characters, that VK repeats in every call",
        make=random_word,
    ),
    Credential(
        name="confirmation_code",
        what="the code that confirms the address; `channel connect` fetches it",
        learned=True,
    ),
)
OPTIONS = {"staff": "VK ids of your people, whose comments under their own names count as yours"}
WANTED: tuple[str, ...] = ()
NEEDS = {"account": "the id of your community, a number without a minus"}
# Anything but these two letters is an error to VK, and several errors in a row stop all notifications.
ACCEPTED = Answer(body="ok")
BY_HAND = (
    "In your community open Manage > Messages and switch Community messages on.",
    "In Manage > API usage > Callback API the server {url} must show as confirmed.",
)
CAPABILITIES = Capabilities(
    lanes={
        # The schema says 9000 and not what it counts: UTF-16 units never count too few.
        Lane.MESSAGE: Limit(9000, TextUnit.UTF16),
        # VK names no limit for comments; this one is ours, and careful.
        Lane.PUBLIC_REPLY: Limit(4096, TextUnit.UTF16),
    },
    rates=(Rate(messages=20, per=timedelta(seconds=1)),),
    echo=True,
    groups=True,
)

_HANDSHAKE_LIMIT = 2000
_HISTORY = 200
# The same words may have gone out for an earlier question.
_SENT_WITHIN = timedelta(minutes=15)

register = vk_setup.register
check = vk_setup.check


def handshake(inbound: Inbound, channel: Channel) -> Answer | None:
    """Answer the confirmation of the address with the code, in plain text; None where this is not one.

    It comes without a secret, too, so the community alone decides. The code opens nothing: whoever knows
    it can confirm an address, not read or write.
    """
    if (
        inbound.method != "POST"
        or len(inbound.body) > _HANDSHAKE_LIMIT
        or b"confirmation" not in inbound.body
    ):
        return None
    try:
        body = read_json(inbound.body)
        asked = body.text("type", ""), body.identifier("group_id", "")
    except BadPayload:
        return None
    if asked != ("confirmation", channel.account):
        return None
    code = channel.secret("confirmation_code")
    return Answer(body=code) if code else Answer(status=503)


def verify(inbound: Inbound, channel: Channel) -> None:
    """Compare the secret and the community in the body. Raises `BadSignature`.

    There is no signature: the secret proves who calls, not what the body says.
    """
    try:
        body = read_json(inbound.body)
        group = body.identifier("group_id", "")
    except BadPayload:
        raise BadSignature("the body holds no secret") from None
    given = body.data.get("secret")
    live = channel.secrets.get("secret", ())
    signatures.require_shared_secret(given if isinstance(given, str) else None, live)
    signatures.require_shared_secret(group, (channel.account,))


def parse(inbound: Inbound, channel: Channel) -> Parsed:
    """Return the events of one notification.

    One that cannot be read is counted, not refused: VK would repeat it, and then stop all others.
    """
    body = read_json(inbound.body)
    kind = body.text("type")
    if vk_events.is_quiet(kind):
        return Parsed()
    notice = Notice(channel, body.identifier("event_id", ""), inbound.received_at)
    try:
        events, unknown = vk_events.read(kind, body.optional("object"), notice)
    except BadPayload:
        return Parsed(unknown=(f"{kind}.unreadable",))
    return Parsed(events=tuple(events), unknown=(unknown,) if unknown else ())


def allowance(thread: Thread, address: Mapping[str, str], channel: Channel) -> Allowance:
    """Return no limit of time: who has written to a community may be written to until they forbid it (R25).

    A comment opens no private way: VK has no private reply, and refuses messages to who never wrote (901).
    In discussions and below photos, videos and products it takes only the token of a person.
    """
    return Allowance(public="post_id" in address)


def compose(outgoing: Outgoing, channel: Channel) -> HttpRequest:
    """Return messages.send, or wall.createComment below the comment that is answered.

    Raises `ValueError` in discussions and below photos, videos and products, where VK takes only the token
    of a person, not that of a community.
    """
    address = outgoing.address
    if outgoing.lane is Lane.MESSAGE:
        return vk_api.post(
            channel,
            "messages.send",
            peer_id=address["peer_id"],
            random_id=str(random_id(outgoing.key)),
            message=outgoing.text,
        )
    if "post_id" not in address:
        raise ValueError("a community's token cannot comment here")
    return vk_api.post(
        channel,
        "wall.createComment",
        owner_id=address["owner_id"],
        post_id=address["post_id"],
        from_group=channel.account,
        reply_to_comment=address["reply_to"],
        message=outgoing.text,
        guid=outgoing.key,
    )


def random_id(key: str) -> int:
    """Return the number under which VK drops the second of two: positive, of 31 bits, never the 0 of none."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % (2**31 - 1) + 1


def read_reply(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return the id of the message or comment, or what the error asks for."""
    if refused := vk_api.refusal(response):
        return refused
    try:
        body = read_json(response.body)
        if outgoing.lane is Lane.MESSAGE:
            message_id = body.identifier("response")
        else:
            message_id = body.object("response").identifier("comment_id")
    except BadPayload:
        return SendResult(outcome=Outcome.AMBIGUOUS, reason="no_message_id")
    return SendResult(outcome=Outcome.SENT, message_id=message_id)


def reconcile(outgoing: Outgoing, channel: Channel) -> Reconciliation:
    """Ask for the newest messages of the dialog, which show our `random_id`.

    It is not simply sent again: VK promises to know a `random_id` for an hour, and how long ago the first
    attempt was is not told here. Comments can be listed with a person's token only; their echo has had its
    time.
    """
    if outgoing.lane is not Lane.MESSAGE:
        return Reconciliation()
    peer = outgoing.address["peer_id"]
    ask = vk_api.get(channel, "messages.getHistory", peer_id=peer, count=str(_HISTORY))
    return Reconciliation(ask=ask)


def read_reconciliation(response: HttpResponse, outgoing: Outgoing) -> SendResult:
    """Return sent when it stands there, and that it may go out again when the whole dialog lacks it.

    Should the dialog have been a moment behind, the same `random_id` still keeps VK from sending twice.
    """
    if outgoing.lane is not Lane.MESSAGE:
        return SendResult(outcome=Outcome.UNCERTAIN, reason="no_read_back")
    if refused := vk_api.refusal(response):
        later = refused.outcome is Outcome.RETRY
        return SendResult(outcome=Outcome.AMBIGUOUS if later else Outcome.UNCERTAIN, reason=refused.reason)
    try:
        items = list(_history(read_json(response.body)))
        found = next((item for item in items if _is_this(item, outgoing)), None)
        if found is not None:
            return SendResult(outcome=Outcome.SENT, message_id=found.identifier("id"))
    except BadPayload:
        return SendResult(outcome=Outcome.UNCERTAIN, reason="unreadable")
    whole = len(items) < _HISTORY
    return SendResult(outcome=Outcome.RETRY if whole else Outcome.UNCERTAIN, reason="not_found")


def _history(body: Payload) -> list[Payload]:
    answer = body.object("response")
    if "items" not in answer:
        raise BadPayload("the dialog is not listed")
    return list(answer.objects("items"))


def _is_this(item: Payload, outgoing: Outgoing) -> bool:
    """Return whether a message is ours: by its number, and only where VK tells none by words and time."""
    told = item.identifier("random_id", "0")
    if told != "0":
        return told == str(random_id(outgoing.key))
    by_community = item.identifier("from_id", "").startswith("-")
    if not by_community or item.text("text", "").split() != outgoing.text.split():
        return False
    return abs(item.moment("date", "seconds") - outgoing.claimed_at) <= _SENT_WITHIN
