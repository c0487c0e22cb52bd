"""MAX, as the tests stand in for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.message import Lane

PROVING = "webhook_secret"
# The secret proves who calls, not what the body says: it is a password.
PROVES_BODY = False
NEVER_TOLD: frozenset[str] = frozenset()
ACCOUNT: dict[str, Any] = {
    "options": {"bot_id": "88000001"},
    "secrets": {"bot_token": ("mx-7Qp2Lr-bot-token",)},
}
ADDRESSES: dict[Lane, Mapping[str, str]] = {Lane.MESSAGE: {"user_id": "77000001", "chat_id": "99000001"}}
SENT: dict[Lane, Any] = {
    Lane.MESSAGE: {"message": {"body": {"mid": "m_1", "seq": 1, "text": "x"}, "timestamp": 1}}
}
TOO_MANY: Any = {"code": "too.many.requests", "message": "Too many requests"}


def prove(
    headers: Mapping[str, str], body: bytes, secret: str, url: str, at: datetime
) -> tuple[Mapping[str, str], bytes]:
    """Repeat the secret of the subscription."""
    return {**headers, "x-max-bot-api-secret": secret}, body
