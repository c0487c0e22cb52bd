"""Instagram, as the tests stand in for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.message import Lane
from tests.platforms.proofs import hmac_sha256

PROVING = "app_secret"
PROVES_BODY = True
NEVER_TOLD: frozenset[str] = frozenset()
ACCOUNT: dict[str, Any] = {
    "account": "17841400000000042",
    "options": {
        "login": "page",
        "username": "corner.bakery",
        "app_id": "880000000000123",
        "automations": ["880000000000777"],
    },
    "secrets": {"access_token": ("EAAB-page-token",), "verify_token": ("my word",)},
}
_COMMENT = {"comment_id": "17900000000000501", "newest": "17900000000000502", "author": "6420000000000011"}
ADDRESSES: dict[Lane, Mapping[str, str]] = {
    Lane.MESSAGE: {"igsid": "6420000000000011"},
    Lane.PUBLIC_REPLY: _COMMENT,
    Lane.PRIVATE_REPLY: _COMMENT,
}
_MESSAGE = {"recipient_id": "6420000000000011", "message_id": "m_1"}
SENT: dict[Lane, Any] = {
    Lane.MESSAGE: _MESSAGE,
    Lane.PUBLIC_REPLY: {"id": "m_1"},
    Lane.PRIVATE_REPLY: _MESSAGE,
}
TOO_MANY: Any = {"error": {"message": "Calls to this api have exceeded the rate limit", "code": 613}}
FACTS: dict[str, Any] = {"text": "Look at @corner.bakery!", "username": "bread.fan"}
"""What the platform might answer to any question that an event leaves open."""


def prove(
    headers: Mapping[str, str], body: bytes, secret: str, url: str, at: datetime
) -> tuple[Mapping[str, str], bytes]:
    """Sign the raw body with the app secret."""
    return {**headers, "x-hub-signature-256": f"sha256={hmac_sha256(secret, body).hex()}"}, body
