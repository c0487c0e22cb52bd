"""LINE, as the tests stand in for it."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.message import Lane
from tests.platforms.proofs import hmac_sha256

PROVING = "channel_secret"
PROVES_BODY = True
# A push message does not come back, and no bot hears another one.
NEVER_TOLD = frozenset({"echo", "automation"})
ACCOUNT: dict[str, Any] = {
    "options": {"staff": ["U5ta4ff0000000000000000000000001"]},
    "secrets": {"access_token": ("line-access-token",)},
}
ADDRESSES: dict[Lane, Mapping[str, str]] = {
    Lane.MESSAGE: {"to": "Uc0570e7a11e00000000000000000001a"},
    Lane.PUBLIC_REPLY: {"to": "Cg70up0000000000000000000000000b", "quote": "q3Plg4R53tuJLS"},
}
_SENT = {"sentMessages": [{"id": "m_1", "quoteToken": "yHAz4Ua2wx7"}]}
SENT: dict[Lane, Any] = {Lane.MESSAGE: _SENT, Lane.PUBLIC_REPLY: _SENT}
TOO_MANY: Any = {"message": "The API rate limit has been exceeded. Try again later."}


def prove(
    headers: Mapping[str, str], body: bytes, secret: str, url: str, at: datetime
) -> tuple[Mapping[str, str], bytes]:
    """Sign the raw body with the channel secret."""
    return {**headers, "x-line-signature": base64.b64encode(hmac_sha256(secret, body)).decode()}, body
