"""Proofs of origin: over the raw bytes, in constant time, with two live secrets, closed when none is set."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from chalicelib.core.errors import BadSignature

TOLERANCE = timedelta(minutes=5)


def require_shared_secret(given: str | None, secrets: Iterable[str]) -> None:
    """Raise `BadSignature` unless `given` is one of the live secrets."""
    _require_any(given, secrets, lambda secret: secret)


def require_hmac_hex(given: str | None, body: bytes, secrets: Iterable[str], prefix: str = "") -> None:
    """Raise `BadSignature` unless `given` is the hex HMAC-SHA256 under a live secret."""
    _require_any(given, secrets, lambda secret: prefix + hmac_hex(secret, body))


def hmac_hex(secret: str, message: bytes) -> str:
    """Return the hex HMAC-SHA256 of a message."""
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def standard_signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """Return the `v1,` signature of Standard Webhooks. Raises `ValueError` for a malformed secret."""
    encoded = secret.removeprefix("whsec_")
    # Some systems leave the padding out.
    key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    if not key:
        # Anybody can sign with nothing.
        raise ValueError("the secret holds no key")
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def require_standard_webhook(
    message_id: str | None,
    timestamp: str | None,
    signatures: str | None,
    body: bytes,
    secrets: Iterable[str],
    now: datetime,
) -> None:
    """Raise `BadSignature` unless one of the signatures is right and the timestamp within five minutes.

    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    """
    if (
        not message_id
        or not timestamp
        or not signatures
        or not timestamp.isascii()
        or not timestamp.isdigit()
    ):
        raise BadSignature("webhook-id, webhook-timestamp or webhook-signature is missing or malformed")
    if (
        len(timestamp) > len("9999999999")
        or abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds()
    ):
        raise BadSignature("the timestamp is too far from now")
    given = signatures.split(" ")
    right = [_standard_or_none(secret, message_id, timestamp, body) for secret in secrets]
    if not any(right):
        raise BadSignature("no usable secret is set for this channel")
    matches = [_equal(one, other) for one in given for other in right if other]
    if not any(matches):
        raise BadSignature("no signature matches")


def hmac_base64(secret: str, message: bytes, digest: str = "sha256") -> str:
    """Return the base64 HMAC of a message."""
    return base64.b64encode(hmac.new(secret.encode(), message, digest).digest()).decode()


def require_hmac_base64(
    given: str | None, body: bytes, secrets: Iterable[str], prefix: str = "", digest: str = "sha256"
) -> None:
    """Raise `BadSignature` unless `given` is the base64 HMAC under a live secret."""
    _require_any(given, secrets, lambda secret: prefix + hmac_base64(secret, body, digest))


def _standard_or_none(secret: str, message_id: str, timestamp: str, body: bytes) -> str | None:
    try:
        return standard_signature(secret, message_id, timestamp, body)
    except ValueError:
        return None


def _require_any(given: str | None, secrets: Iterable[str], expected: Callable[[str], str]) -> None:
    live = [secret for secret in secrets if secret]
    if not live:
        raise BadSignature("no secret is set for this channel")
    # Every live secret is compared, so that the time taken does not tell which one is in use.
    matches = [_equal(given or "", expected(secret)) for secret in live]
    if not any(matches):
        raise BadSignature("the signature is missing or does not match")


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(errors="surrogatepass"), other.encode(errors="surrogatepass"))
