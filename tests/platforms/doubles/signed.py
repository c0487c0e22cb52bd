"""Any system that speaks Standard Webhooks, as the tests stand in for it."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.message import Lane
from tests.platforms.proofs import RECEIVED, hmac_sha256

PROVING = "secret"
PROVES_BODY = True
NEVER_TOLD = frozenset({"automation"})
ACCOUNT: dict[str, Any] = {"api_base": "https://helpdesk.example/hearback"}
ADDRESSES: dict[Lane, Mapping[str, str]] = {Lane.MESSAGE: {}, Lane.PUBLIC_REPLY: {}}
SENT: dict[Lane, Any] = {Lane.MESSAGE: {"message_id": "m_1"}, Lane.PUBLIC_REPLY: {"message_id": "m_1"}}
TOO_MANY: Any = {}


def prove(
    headers: Mapping[str, str], body: bytes, secret: str, url: str, at: datetime
) -> tuple[Mapping[str, str], bytes]:
    """Sign id, time and raw body."""
    sent_at = headers.get("webhook-timestamp", str(int(RECEIVED.timestamp())))
    signed = f"{headers['webhook-id']}.{sent_at}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac_sha256(key, signed)).decode()
    return {**headers, "webhook-timestamp": sent_at, "webhook-signature": f"v1,{signature}"}, body
