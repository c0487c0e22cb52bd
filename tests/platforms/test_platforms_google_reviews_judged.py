"""Google's own library, google-auth, judges our reading of Google's tokens."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from google.auth import crypt, exceptions, jwt
from google.oauth2 import id_token

from chalicelib.platforms.contract import Inbound
from tests.platforms import harness as h
from tests.platforms.doubles import google_reviews as double

NAME = "google_reviews"
# The judge reads the clock itself.
NOW = datetime.now(UTC)
CLAIMS = double.claims(NOW)

Altered = Callable[[], str]


def pem(secret: str) -> str:
    public = double.private_key(secret).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def published(*_request: object, **_more: object) -> SimpleNamespace:
    """Answer the judge's question for keys as PEM: given JWKs it would ask the library that we use."""
    keys = {double.kid(secret): pem(secret) for secret in (h.NEWEST, h.OLDER)}
    return SimpleNamespace(status=200, data=json.dumps(keys).encode())


def judged(token: str) -> bool:
    """Return whether Google's library believes a token for our audience, issued by Google."""
    try:
        claims: Mapping[str, Any] = id_token.verify_oauth2_token(  # type: ignore[no-untyped-call]
            token, published, audience=double.AUDIENCE
        )
    except (ValueError, TypeError, exceptions.GoogleAuthError):
        return False
    # What its guide leaves to the caller.
    return claims.get("email") == double.SERVICE_ACCOUNT and claims.get("email_verified") is True


def believed(token: str) -> bool:
    inbound = Inbound(method="POST", headers={"authorization": f"Bearer {token}"}, received_at=NOW)
    return h.believed(NAME, inbound)


def signed_by_the_judge(said: Mapping[str, Any], secret: str) -> str:
    key = double.private_key(secret).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    signer = crypt.RSASigner.from_string(key, key_id=double.kid(secret))  # type: ignore[no-untyped-call]
    token: bytes = jwt.encode(signer, said)  # type: ignore[no-untyped-call]
    return token.decode()


@pytest.mark.parametrize("secret", [h.NEWEST, h.OLDER])
def test_we_believe_what_googles_library_signs(secret: str) -> None:
    assert believed(signed_by_the_judge(CLAIMS, secret))


def test_we_do_not_believe_what_googles_library_signs_with_a_key_that_is_not_published() -> None:
    assert not believed(signed_by_the_judge(CLAIMS, h.RETIRED))


def seconds(**ago: float) -> int:
    return int((NOW - timedelta(**ago)).timestamp())


RIGHT: Mapping[str, Altered] = {
    "as it is": lambda: double.signed(CLAIMS, h.NEWEST),
    "under the older key": lambda: double.signed(CLAIMS, h.OLDER),
    "the issuer without its scheme": lambda: double.signed(CLAIMS | {"iss": "accounts.google.com"}, h.NEWEST),
    "issued long ago": lambda: double.signed(CLAIMS | {"iat": seconds(minutes=50)}, h.NEWEST),
}
WRONG: Mapping[str, Altered] = {
    "a retired key": lambda: double.signed(CLAIMS, h.RETIRED),
    "a retired key under a live id": lambda: double.signed(CLAIMS, h.RETIRED, {"kid": double.kid(h.NEWEST)}),
    "a live key under another's id": lambda: double.signed(CLAIMS, h.NEWEST, {"kid": double.kid(h.OLDER)}),
    "another audience": lambda: double.signed(CLAIMS | {"aud": "https://x.example"}, h.NEWEST),
    "another issuer": lambda: double.signed(CLAIMS | {"iss": "https://x.example"}, h.NEWEST),
    "another address": lambda: double.signed(CLAIMS | {"email": "x@x.example"}, h.NEWEST),
    "an address not verified": lambda: double.signed(CLAIMS | {"email_verified": False}, h.NEWEST),
    "expired": lambda: double.signed(CLAIMS | {"exp": seconds(minutes=5)}, h.NEWEST),
    "of the future": lambda: double.signed(CLAIMS | {"iat": seconds(minutes=-50)}, h.NEWEST),
    "no algorithm": lambda: double.signed(CLAIMS, h.NEWEST, {"alg": "none"}),
    "a symmetric algorithm": lambda: double.signed(CLAIMS, h.NEWEST, {"alg": "HS256"}),
    "no signature": lambda: double.signed(CLAIMS, h.NEWEST).rpartition(".")[0] + ".",
    "no token": lambda: "a.b.c",
}


@pytest.mark.parametrize("how", RIGHT)
def test_we_and_googles_library_believe(how: str) -> None:
    token = RIGHT[how]()

    assert (judged(token), believed(token)) == (True, True)


@pytest.mark.parametrize("how", WRONG)
def test_neither_we_nor_googles_library_believe(how: str) -> None:
    token = WRONG[how]()

    assert (judged(token), believed(token)) == (False, False)
