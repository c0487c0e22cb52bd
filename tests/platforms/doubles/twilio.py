"""Twilio, as the tests stand in for it."""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.core.message import Lane

PROVING = "auth_token"
PROVES_BODY = True
# There is no other door to the number, and neither SMS nor Twilio's WhatsApp tells of changes.
NEVER_TOLD = frozenset({"human_reply", "edit", "deletion"})
ACCOUNT_SID = "AC0a1b2c3d4e5f60718293a4b5c6d7e8f9"
CALLBACK = "https://hearback.example/webhooks/shop"
ACCOUNT: dict[str, Any] = {
    "account": "+48221234567",
    "options": {"status_callback": CALLBACK},
    "secrets": {"account_sid": (ACCOUNT_SID,)},
}
ADDRESSES: dict[Lane, Mapping[str, str]] = {Lane.MESSAGE: {"to": "+48601000111", "from": "+48221234567"}}
SENT: dict[Lane, Any] = {
    Lane.MESSAGE: {"sid": "m_1", "status": "queued", "direction": "outbound-api", "error_code": None}
}
TOO_MANY: Any = {"code": 20429, "message": "Too Many Requests", "status": 429}


def signature(token: str, url: str, fields: list[tuple[str, str]]) -> str:
    """Return the signature of a URL and the fields of a form."""
    signed = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()


def prove(
    headers: Mapping[str, str], body: bytes, secret: str, url: str, at: datetime
) -> tuple[Mapping[str, str], bytes]:
    """Sign the URL, and the fields of a form; of JSON the URL itself holds a hash."""
    is_json = body.startswith(b"{")
    fields = [] if is_json else parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
    return {**headers, "x-twilio-signature": signature(secret, url, fields)}, body
