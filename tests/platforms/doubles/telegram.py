"""Telegram, as the tests stand in for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.message import Lane

PROVING = "webhook_secret"
# The secret proves who calls, not what the body says: it is a password.
PROVES_BODY = False
NEVER_TOLD: frozenset[str] = frozenset()
ACCOUNT: dict[str, Any] = {
    "options": {"staff": ["5550001"]},
    "secrets": {"bot_token": ("7000000001:AAE-bot-token",)},
}
ADDRESSES: dict[Lane, Mapping[str, str]] = {
    Lane.MESSAGE: {"chat_id": "6100001"},
    Lane.PUBLIC_REPLY: {"chat_id": "-1009000001", "reply_to": "77"},
}
_SENT = {"ok": True, "result": {"message_id": "m_1", "chat": {"id": 6100001}, "date": 1}}
SENT: dict[Lane, Any] = {Lane.MESSAGE: _SENT, Lane.PUBLIC_REPLY: _SENT}
TOO_MANY: Any = {"ok": False, "error_code": 429, "parameters": {"retry_after": 30}}
FACTS: dict[str, Any] = {"user_id": "5500009", "staff": ["5550002"]}
"""What the platform might answer to any question that an event leaves open."""


def prove(
    headers: Mapping[str, str], body: bytes, secret: str, url: str, at: datetime
) -> tuple[Mapping[str, str], bytes]:
    """Repeat the secret token."""
    return {**headers, "x-telegram-bot-api-secret-token": secret}, body
