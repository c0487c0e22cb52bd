"""RS256 judged by a library that makes signatures of every kind."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.platforms.signatures_rsa import is_signed

MESSAGE = b"head.claims"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def holds(signature: bytes, message: bytes = MESSAGE, key: rsa.RSAPrivateKey = KEY) -> bool:
    numbers = key.public_key().public_numbers()
    return is_signed(message, signature, modulus=numbers.n, exponent=numbers.e)


def signed(message: bytes = MESSAGE, key: rsa.RSAPrivateKey = KEY) -> bytes:
    return key.sign(message, padding.PKCS1v15(), hashes.SHA256())


@given(st.binary(max_size=300))
def test_what_was_signed_holds(message: bytes) -> None:
    assert holds(signed(message), message)


@given(st.integers(0, 255), st.integers(1, 255))
def test_a_signature_with_one_byte_changed_does_not_hold(place: int, change: int) -> None:
    changed = bytearray(signed())
    changed[place] ^= change

    assert not holds(bytes(changed))


@given(st.binary(max_size=600))
def test_no_bytes_at_all_are_a_signature(made_up: bytes) -> None:
    assert not holds(made_up)


def test_a_signature_is_for_its_message_and_by_its_key_alone() -> None:
    assert not holds(signed(b"another"))
    assert not holds(signed(key=OTHER))


@pytest.mark.parametrize("size", [1024, 2047 - 7])
def test_a_short_key_is_nobodys(size: int) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=size)

    assert not holds(signed(key=key), key=key)


def test_the_same_signature_written_longer_does_not_hold() -> None:
    modulus = KEY.public_key().public_numbers().n
    longer = (int.from_bytes(signed()) + modulus).to_bytes(257)

    assert not holds(b"\x00" + signed())
    assert not holds(longer)


def test_another_digest_or_padding_does_not_hold() -> None:
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)

    assert not holds(KEY.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA512()))
    assert not holds(KEY.sign(MESSAGE, pss, hashes.SHA256()))


def test_what_hides_behind_a_short_padding_does_not_hold() -> None:
    """A forger with the exponent 3 would write the digest near the front and whatever fits behind it."""
    numbers = KEY.private_numbers()
    right = pow(int.from_bytes(signed()), numbers.public_numbers.e, numbers.public_numbers.n).to_bytes(256)
    digest = right[right.index(b"\x00", 2) :]
    forged = b"\x00\x01" + b"\xff" * 8 + digest + b"\x00" * (256 - 10 - len(digest))
    signature = pow(int.from_bytes(forged), numbers.d, numbers.public_numbers.n).to_bytes(256)

    assert not holds(signature)


@pytest.mark.parametrize("exponent", [0, 1, 2, 2**32])
def test_an_exponent_that_nobody_uses_is_refused(exponent: int) -> None:
    modulus = KEY.public_key().public_numbers().n

    assert not is_signed(MESSAGE, signed(), modulus=modulus, exponent=exponent)
