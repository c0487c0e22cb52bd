"""A visitor of the chat page, as the tests stand in for them."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.message import Lane
from tests.platforms.proofs import VISITOR, hmac_sha256

PROVING = "secret"
# The token proves who calls, not what the body says: it is a password.
PROVES_BODY = False
# The desk is the only other side.
NEVER_TOLD = frozenset({"human_reply", "echo", "automation", "edit", "deletion", "unknown"})
ACCOUNT: dict[str, Any] = {}
ADDRESSES: dict[Lane, Mapping[str, str]] = {Lane.MESSAGE: {}}
SENT: dict[Lane, Any] = {}
TOO_MANY: Any = {}


def prove(
    headers: Mapping[str, str], body: bytes, secret: str, url: str, at: datetime
) -> tuple[Mapping[str, str], bytes]:
    """Show the visitor's token."""
    proof = base64.urlsafe_b64encode(hmac_sha256(secret, f"visitor:{VISITOR}".encode())).decode()
    return {**headers, "authorization": f"Bearer {VISITOR}.{proof.rstrip('=')}"}, body
