"""VK, as the tests stand in for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.message import Lane

PROVING = "secret"
# The secret proves who calls, not what the body says: it is a password.
PROVES_BODY = False
NEVER_TOLD: frozenset[str] = frozenset()
ACCOUNT: dict[str, Any] = {
    "account": "220000001",
    "options": {"staff": ["610000009"]},
    "secrets": {"token": ("vk1.a.community-token",), "confirmation_code": ("3f9a1c7e",)},
}
ADDRESSES: dict[Lane, Mapping[str, str]] = {
    Lane.MESSAGE: {"peer_id": "610000001"},
    Lane.PUBLIC_REPLY: {"owner_id": "-220000001", "post_id": "55", "reply_to": "71"},
}
SENT: dict[Lane, Any] = {
    Lane.MESSAGE: {"response": "m_1"},
    Lane.PUBLIC_REPLY: {"response": {"comment_id": "m_1", "parents_stack": [71]}},
}
TOO_MANY: Any = {"error": {"error_code": 6, "error_msg": "Too many requests per second"}}


def prove(
    headers: Mapping[str, str], body: bytes, secret: str, url: str, at: datetime
) -> tuple[Mapping[str, str], bytes]:
    """Put the secret first into the JSON object; what is none is left alone."""
    if not body.startswith(b"{") or not body.endswith(b"}"):
        return headers, body
    rest = body[1:] if body == b"{}" else b", " + body[1:]
    return headers, b'{"secret": "' + secret.encode() + b'"' + rest
