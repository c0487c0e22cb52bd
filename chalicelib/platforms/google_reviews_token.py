"""The token with which Google proves a push: an OpenID Connect JWT, checked against Google's public keys.

Facts: https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions and
https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken
"""

import base64
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.errors import BadPayload, BadSignature
from chalicelib.platforms.contract import HttpResponse
from chalicelib.platforms.payload import Payload, read_json
from chalicelib.platforms.signatures_rsa import is_signed

ALGORITHM = "RS256"
SKEW = timedelta(minutes=1)
"""How far our clock and Google's may be apart."""

_HEAD_LIMIT = 2_000
_BASE64 = re.compile(r"[A-Za-z0-9_-]*")
_ISSUERS = ("https://accounts.google.com", "accounts.google.com")
_MAX_AGE = re.compile(r"\bmax-age=(\d{1,9})\b")
_SHORTEST, _LONGEST = timedelta(minutes=10), timedelta(hours=24)


def read_certs(response: HttpResponse) -> tuple[dict[str, Any], timedelta]:
    """Return Google's public keys by their ids, and how long they hold. Raises `BadPayload`.

    https://www.googleapis.com/oauth2/v3/certs; `Cache-Control` says when to ask anew.
    """
    if response.status != 200:
        raise BadPayload(f"Google gave no keys: {response.status}")
    keys = {
        key.identifier("kid"): {"kty": "RSA", "n": key.text("n"), "e": key.text("e")}
        for key in read_json(response.body).objects("keys")
        if key.data.get("kty") == "RSA" and key.data.get("alg", ALGORITHM) == ALGORITHM
    }
    if not keys:
        raise BadPayload("Google gave no keys")
    return keys, _hold(response.headers.get("cache-control", ""))


def require_push_token(
    authorization: str | None, keys: Mapping[str, Any], *, audience: str, service_account: str, now: datetime
) -> None:
    """Raise `BadSignature` unless Google signed, for us and just now, that our subscription calls."""
    if not audience or not service_account:
        raise BadSignature("options.audience and options.service_account are not both set for this channel")
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise BadSignature("there is no bearer token")
    try:
        claims = read_json(_signed(token.strip(), keys))
        _require_times(claims, now)
    except BadPayload:
        raise BadSignature("the token's claims are malformed") from None
    for name, right in (
        ("iss", claims.data.get("iss") in _ISSUERS),
        ("aud", claims.data.get("aud") == audience),
        ("email", claims.data.get("email") == service_account),
        ("email_verified", claims.flag("email_verified")),
    ):
        if not right:
            raise BadSignature(f"the token's {name} is not the expected one")


def _signed(token: str, keys: Mapping[str, Any]) -> bytes:
    """Return what a token holds, once its signature is right under the key that it names."""
    key = keys.get(_key_id(token))
    if not key:
        raise BadSignature("the token is signed with no key of Google's")
    try:
        told, _, signature = token.rpartition(".")
        head, payload = map(_decoded, told.split("."))
        # The algorithm is never taken from the token: "none" and HS256 would be anybody's. What a token calls
        # critical (RFC 7515, section 4.1.11) must be understood, and none of it is.
        plain = read_json(head)
        right = plain.data.get("alg") == ALGORITHM and not {"crit", "b64"} & set(plain.data)
        modulus, exponent = (int.from_bytes(_decoded(key[part])) for part in ("n", "e"))
        signed = is_signed(told.encode(), _decoded(signature), modulus=modulus, exponent=exponent)
    except (BadPayload, ValueError):
        raise BadSignature("the token's signature is not right") from None
    if not (right and signed):
        raise BadSignature("the token's signature is not right")
    return payload


def _decoded(text: str) -> bytes:
    """Return what Base64 for addresses holds, without its padding. Raises `ValueError`."""
    if not _BASE64.fullmatch(text):
        raise ValueError("this is not Base64 for addresses")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _key_id(token: str) -> str:
    """Return which key a token names; the signer reads the whole token once more for that."""
    head = token[:_HEAD_LIMIT].partition(".")[0]
    try:
        raw = base64.urlsafe_b64decode(head.encode() + b"=" * (-len(head) % 4))
        return read_json(raw).identifier("kid", "")
    except (BadPayload, ValueError):
        return ""


def _require_times(claims: Payload, now: datetime) -> None:
    if claims.moment("iat", "seconds") > now + SKEW:
        raise BadSignature("the token is of the future")
    if "nbf" in claims and claims.moment("nbf", "seconds") > now + SKEW:
        raise BadSignature("the token does not hold yet")
    if claims.moment("exp", "seconds") <= now - SKEW:
        raise BadSignature("the token has expired")


def _hold(cache_control: str) -> timedelta:
    found = _MAX_AGE.search(cache_control.lower())
    told = timedelta(seconds=int(found[1])) if found else _SHORTEST
    return min(max(told, _SHORTEST), _LONGEST)
