"""Google and its Pub/Sub, as the tests stand in for them."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from chalicelib.core.message import Lane
from tests.platforms.proofs import NEWEST, OLDER

# Google signs with keys of its own, so a secret of ours proves nothing. Here each secret of the tests
# stands for a key: those of the live ones are published. The channel keeps the refresh token under them.
PROVING = "refresh_token"
# The token proves who calls, not what the body says.
PROVES_BODY = False
# Who wrote a reply is not told: another tool's looks like a person's.
NEVER_TOLD = frozenset({"automation"})

AUDIENCE = "https://hearback.example/webhooks/shop"
SERVICE_ACCOUNT = "hearback-push@example-shop.iam.gserviceaccount.com"
TOPIC = "projects/example-shop/topics/reviews"
REVIEW = "accounts/104220000000055/locations/5500000000000011/reviews/AbFvOqnAnnaZielinska_01"

OPTIONS = {
    "client_id": "880000000000123-shop.apps.googleusercontent.com",
    "audience": AUDIENCE,
    "service_account": SERVICE_ACCOUNT,
    "topic": TOPIC,
}

_ADDRESS = {"review": REVIEW}
ADDRESSES: dict[Lane, Mapping[str, str]] = {Lane.PUBLIC_REPLY: _ADDRESS, Lane.EDIT: _ADDRESS}
# A reply has no id: its words tell it from others, and where they are missing, its time.
SENT: dict[Lane, Any] = {Lane.PUBLIC_REPLY: {"updateTime": "m_1"}, Lane.EDIT: {"updateTime": "m_1"}}
TOO_MANY: Any = {
    "error": {
        "code": 429,
        "status": "RESOURCE_EXHAUSTED",
        "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "30s"}],
    }
}
FACTS: dict[str, Any] = {
    "text": "Świetna obsługa",
    "attachments": ["stars_5"],
    "author": "Anna",
    "created": "2026-11-20T11:00:00+00:00",
    "updated": "2026-11-20T11:30:00+00:00",
    "reply": {
        "id": "9f86d081884c7d65",
        "text": "Dziękujemy",
        "at": "2026-11-20T11:40:00+00:00",
        "rejected": "",
    },
}
"""What Google might answer to any question that an event leaves open."""

ACCOUNT: dict[str, Any]


def __getattr__(name: str) -> Any:
    """Return the account with Google's keys in it, which take their time to make."""
    if name == "ACCOUNT":
        return _account()
    raise AttributeError(name)


@cache
def _account() -> dict[str, Any]:
    return {
        "account": "accounts/104220000000055",
        "options": OPTIONS,
        "secrets": {"client_secret": ("GOCSPX-client-secret",), "access_token": ("ya29.access-token",)},
        "facts": {"certs": {kid(secret): jwk(secret) for secret in (NEWEST, OLDER)}},
    }


@cache
def private_key(secret: str) -> rsa.RSAPrivateKey:
    """Return the key that a secret of the tests stands for."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def kid(secret: str) -> str:
    """Return the id of a key."""
    return hashlib.sha256(secret.encode()).hexdigest()[:40]


def jwk(secret: str) -> dict[str, str]:
    """Return the public half of a key, as Google publishes it."""
    numbers = private_key(secret).public_key().public_numbers()
    return {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}


def claims(at: datetime) -> dict[str, Any]:
    """Return what Google says of a push."""
    issued = int(at.timestamp())
    return {
        "aud": AUDIENCE,
        "azp": "113774264463038321964",
        "email": SERVICE_ACCOUNT,
        "email_verified": True,
        "exp": issued + 3600,
        "iat": issued,
        "iss": "https://accounts.google.com",
        "sub": "113774264463038321964",
    }


def signed(said: Mapping[str, Any], secret: str, header: Mapping[str, Any] | None = None) -> str:
    """Return a JSON Web Token, written anew from RFC 7515 and RFC 7518."""
    head = {"alg": "RS256", "kid": kid(secret), "typ": "JWT", **(header or {})}
    content = f"{_part(head)}.{_part(said)}"
    signature = private_key(secret).sign(content.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{content}.{_encoded(signature)}"


def prove(
    headers: Mapping[str, str], body: bytes, secret: str, url: str, at: datetime
) -> tuple[Mapping[str, str], bytes]:
    """Carry the token of the push subscription."""
    return {**headers, "authorization": f"Bearer {signed(claims(at), secret)}"}, body


def _part(data: Mapping[str, Any]) -> str:
    return _encoded(json.dumps(data).encode())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _number(number: int) -> str:
    return _encoded(number.to_bytes((number.bit_length() + 7) // 8, "big"))
