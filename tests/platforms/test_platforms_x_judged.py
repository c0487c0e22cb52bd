"""Authlib, which shares no code with the library that signs, judges our signatures: OAuth 1.0, RFC 5849."""

from types import SimpleNamespace

from authlib.oauth1.rfc5849.signature import verify_hmac_sha1  # type: ignore[import-untyped]
from authlib.oauth1.rfc5849.wrapper import OAuth1Request  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.message import Lane
from chalicelib.platforms import x
from chalicelib.platforms.contract import HttpRequest
from tests.platforms import harness as h


def is_signed(sent: HttpRequest, consumer_secret: str, token_secret: str) -> bool:
    """Return whether the judge accepts the signature of a request as X would get it."""
    request = OAuth1Request(sent.method, sent.url, headers={"Authorization": sent.headers["authorization"]})
    request.client = SimpleNamespace(get_client_secret=lambda: consumer_secret)
    request.credential = SimpleNamespace(get_oauth_token_secret=lambda: token_secret)
    return bool(verify_hmac_sha1(request))


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50),
    lane=st.sampled_from(Lane),
)
def test_the_judge_accepts_what_we_send(text: str, lane: Lane) -> None:
    taken = lane if lane in x.CAPABILITIES.lanes else Lane.MESSAGE
    sent = x.compose(h.outgoing("x", taken, text=text), h.channel("x"))

    assert h.words_of("x", sent) == [text]
    assert is_signed(sent, h.NEWEST, "access-secret")


def test_the_judge_accepts_what_we_ask() -> None:
    for lane in x.CAPABILITIES.lanes:
        ask = x.reconcile(h.outgoing("x", lane), h.channel("x")).ask

        assert ask is not None
        assert is_signed(ask, h.NEWEST, "access-secret")


def test_the_judge_accepts_a_request_whose_time_is_that_of_x() -> None:
    steps = x.check(h.channel("x"), h.URL)
    next(steps)
    signed = steps.send(h.answered(200, {"data": []}, {"date": "Fri, 20 Nov 2026 12:00:05 GMT"}))

    assert is_signed(signed.request, h.NEWEST, "access-secret")


def test_the_judge_refuses_what_is_signed_with_other_secrets() -> None:
    sent = x.compose(h.outgoing("x"), h.channel("x"))

    assert not is_signed(sent, h.OLDER, "access-secret")
    assert not is_signed(sent, h.NEWEST, "another-secret")


@given(secret=st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1))
def test_the_judge_accepts_keys_of_any_letters(secret: str) -> None:
    secrets = {
        "consumer_key": (secret,),
        "consumer_secret": (secret,),
        "access_token": (secret,),
        "access_token_secret": (secret,),
    }
    sent = x.compose(h.outgoing("x"), h.channel("x", secrets=secrets))

    assert is_signed(sent, secret, secret)
