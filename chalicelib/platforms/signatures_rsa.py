"""Whether a message was signed with an RSA key: RS256, which needs the public key and whole numbers alone.

RFC 8017, section 8.2.2: what the signature yields is compared, whole, with the one encoding there is for the
message. Nothing is read out of it, so nothing can be hidden in it. No secret is involved. A library for this
would be a third of what the functions ship.
"""

import hashlib
import hmac

SHORTEST, LONGEST = 2048, 8192
"""How many bits a key may have: fewer are not safe (RFC 7518, section 3.3), more cost too much to try."""

_LARGEST_EXPONENT = 2**32
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
"""The digest's name in DER: RFC 8017, section 9.2, note 1."""


def is_signed(message: bytes, signature: bytes, *, modulus: int, exponent: int) -> bool:
    """Return whether the owner of a public key signed a message with RS256."""
    size = (modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature)
    if not (SHORTEST <= modulus.bit_length() <= LONGEST and 3 <= exponent < _LARGEST_EXPONENT):
        return False
    if len(signature) != size or number >= modulus:
        return False
    found = pow(number, exponent, modulus).to_bytes(size)
    return hmac.compare_digest(found, _encoded(message, size))


def _encoded(message: bytes, size: int) -> bytes:
    told = _SHA256 + hashlib.sha256(message).digest()
    return b"\x00\x01" + b"\xff" * (size - len(told) - 3) + b"\x00" + told
