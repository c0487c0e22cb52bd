"""Postmark and Mailgun, as the tests stand in for them."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.message import Lane
from tests.platforms.proofs import NEWEST, OLDER, hmac_sha256

PROVING = "webhook_password"
# Postmark sends a password; Mailgun signs a timestamp and a token: neither proves the body.
PROVES_BODY = False
# What has been mailed can be neither changed nor taken back.
NEVER_TOLD: frozenset[str] = frozenset({"edit", "deletion"})
ACCOUNT: dict[str, Any] = {
    "account": "help@lampy.example",
    "options": {
        "from": "Lampy <help@lampy.example>",
        "addresses": ["@lampy.example"],
        "forms": ["www@lampy.example"],
    },
    "secrets": {"api_token": ("pm-server-token",), "signing_key": (NEWEST, OLDER)},
}
ADDRESSES: dict[Lane, Mapping[str, str]] = {
    Lane.MESSAGE: {
        "to": "ivana@posta.example",
        "subject": "Narudžba 318",
        "in_reply_to": "<q1@posta.example>",
        "references": "<q1@posta.example>",
    }
}
SENT: dict[Lane, Any] = {
    Lane.MESSAGE: {"To": "ivana@posta.example", "ErrorCode": 0, "Message": "OK", "MessageID": "m_1"}
}
TOO_MANY: Any = {"ErrorCode": 429, "Message": "Rate limit exceeded"}


def prove(
    headers: Mapping[str, str], body: bytes, secret: str, url: str, at: datetime
) -> tuple[Mapping[str, str], bytes]:
    """Give Postmark's password, or add Mailgun's signature to a form."""
    if headers.get("content-type") == "application/x-www-form-urlencoded":
        return headers, body + mailgun_signature(secret, at)
    login = base64.b64encode(f"hearback:{secret}".encode()).decode()
    return {**headers, "authorization": f"Basic {login}"}, body


def mailgun_signature(secret: str, at: datetime, token: str = "t0ken" * 10) -> bytes:
    """Return the three fields with which Mailgun signs a form."""
    timestamp = str(int(at.timestamp()))
    signature = hmac_sha256(secret, (timestamp + token).encode()).hex()
    return f"&timestamp={timestamp}&token={token}&signature={signature}".encode()
