"""Facebook, as the tests stand in for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.message import Lane
from tests.platforms.proofs import hmac_sha256

PROVING = "app_secret"
PROVES_BODY = True
NEVER_TOLD: frozenset[str] = frozenset()
ACCOUNT: dict[str, Any] = {
    "account": "104220000000017",
    "options": {"app_id": "880000000000123", "automations": ["990000000000777"]},
    "secrets": {"page_token": ("EAAB-page-token",), "verify_token": ("my word",)},
}
_COMMENT = "500100000000001_900100000000001"
ADDRESSES: dict[Lane, Mapping[str, str]] = {
    Lane.MESSAGE: {"psid": "7420000000000011"},
    Lane.PUBLIC_REPLY: {"reply_to": _COMMENT, "comment_id": _COMMENT},
    Lane.PRIVATE_REPLY: {"reply_to": _COMMENT, "comment_id": _COMMENT},
}
_MESSAGE = {"recipient_id": "7420000000000011", "message_id": "m_1"}
SENT: dict[Lane, Any] = {
    Lane.MESSAGE: _MESSAGE,
    Lane.PUBLIC_REPLY: {"id": "m_1"},
    Lane.PRIVATE_REPLY: _MESSAGE,
}
TOO_MANY: Any = {"error": {"message": "Rate limit", "code": 613}}


def prove(
    headers: Mapping[str, str], body: bytes, secret: str, url: str, at: datetime
) -> tuple[Mapping[str, str], bytes]:
    """Sign the raw body with the app secret."""
    return {**headers, "x-hub-signature-256": f"sha256={hmac_sha256(secret, body).hex()}"}, body
