"""Viber, as the tests stand in for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.message import Lane
from tests.platforms.proofs import hmac_sha256

PROVING = "auth_token"
PROVES_BODY = True
# People who answer in Viber's own inbox are not told of, nor are other programs, edits and deletions.
NEVER_TOLD = frozenset({"human_reply", "automation", "edit", "deletion"})
ACCOUNT: dict[str, Any] = {"options": {"sender_name": "Nova Shop"}}
ADDRESSES: dict[Lane, Mapping[str, str]] = {Lane.MESSAGE: {"receiver": "mK4bQ0zTn7Yx2LrVd8wEhA=="}}
SENT: dict[Lane, Any] = {
    Lane.MESSAGE: {
        "status": 0,
        "status_message": "ok",
        "message_token": "m_1",
        "chat_hostname": "SN-CHAT-07_",
        "billing_status": 1,
    }
}
TOO_MANY: Any = {"status": 12, "status_message": "tooManyRequests"}


def prove(
    headers: Mapping[str, str], body: bytes, secret: str, url: str, at: datetime
) -> tuple[Mapping[str, str], bytes]:
    """Sign the raw body with the token."""
    return {**headers, "x-viber-content-signature": hmac_sha256(secret, body).hex()}, body
