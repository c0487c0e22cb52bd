"""X, as the tests stand in for it."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.message import Lane
from chalicelib.platforms.contract import HttpRequest
from tests.platforms.proofs import hmac_sha256

PROVING = "consumer_secret"
PROVES_BODY = True
# X tells an account of its own deletions only, never of a customer's.
NEVER_TOLD = frozenset({"deletion"})
ACCOUNT: dict[str, Any] = {
    "account": "7700000000000000001",
    "options": {"app_id": "31000001"},
    "secrets": {
        "consumer_key": ("key-of-the-app",),
        "access_token": ("7700000000000000001-access",),
        "access_token_secret": ("access-secret",),
        "bearer_token": ("AAAA-bearer",),
    },
}
ADDRESSES: dict[Lane, Mapping[str, str]] = {
    Lane.MESSAGE: {"participant_id": "8800000000000000002", "encrypted": "no"},
    Lane.PUBLIC_REPLY: {"in_reply_to": "9900000000000000010", "handle": "marta_k"},
}
SENT: dict[Lane, Any] = {
    Lane.MESSAGE: {
        "data": {"dm_conversation_id": "7700000000000000001-8800000000000000002", "dm_event_id": "m_1"}
    },
    Lane.PUBLIC_REPLY: {"data": {"id": "m_1", "text": "We have received your message."}},
}
TOO_MANY: Any = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank"}


def words_of(request: HttpRequest) -> list[str]:
    """Return the words of a message, or of a reply without the customer's handle in front."""
    return [json.loads(request.body)["text"].removeprefix("@marta_k ")]


def prove(
    headers: Mapping[str, str], body: bytes, secret: str, url: str, at: datetime
) -> tuple[Mapping[str, str], bytes]:
    """Sign the raw body with the consumer secret."""
    signature = base64.b64encode(hmac_sha256(secret, body)).decode()
    return {**headers, "x-twitter-webhooks-signature": f"sha256={signature}"}, body
