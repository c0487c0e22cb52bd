"""WhatsApp, as the tests stand in for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.message import Lane
from tests.platforms.proofs import hmac_sha256

PROVING = "app_secret"
PROVES_BODY = True
# A shop that answers by itself at the customer's end looks like the customer.
NEVER_TOLD = frozenset({"automation"})
ACCOUNT: dict[str, Any] = {
    "account": "330000000000041",
    "options": {"app_id": "880000000000123", "waba_id": "220000000000052"},
    "secrets": {"access_token": ("EAAW-system-token",), "verify_token": ("my word",)},
}
ADDRESSES: dict[Lane, Mapping[str, str]] = {
    Lane.MESSAGE: {"to": "48601000111", "user_id": "PL.70110022003300440055"}
}
SENT: dict[Lane, Any] = {
    Lane.MESSAGE: {
        "messaging_product": "whatsapp",
        "contacts": [{"input": "48601000111", "wa_id": "48601000111"}],
        "messages": [{"id": "m_1", "message_status": "accepted"}],
    }
}
TOO_MANY: Any = {"error": {"message": "(#130429) Rate limit hit", "code": 130429}}


def prove(
    headers: Mapping[str, str], body: bytes, secret: str, url: str, at: datetime
) -> tuple[Mapping[str, str], bytes]:
    """Sign the raw body with the app secret."""
    return {**headers, "x-hub-signature-256": f"sha256={hmac_sha256(secret, body).hex()}"}, body
