"""What proofs of origin are made of, written anew from the platforms' documents."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

RECEIVED = datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC)
"""Five seconds after the messages of the fixtures were written."""

VISITOR = "visitor0001"
NEWEST, OLDER, RETIRED = (
    f"whsec_{base64.b64encode(word * 8).decode()}" for word in (b"new!", b"old!", b"gone")
)
"""Two live secrets and one that is not live any more."""


def hmac_sha256(secret: str | bytes, message: bytes) -> bytes:
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(key, message, hashlib.sha256).digest()
