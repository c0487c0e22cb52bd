"""Short-lived tokens: asked for once, renewed before they end, kept nowhere but in memory."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from chalicelib.core.errors import NotSent
from chalicelib.platforms.contract import HttpRequest, HttpResponse
from chalicelib.tokens import Tokens
from tests.fakes import Clock
from tests.platforms import harness as h


@dataclass
class Google:
    """Google's token endpoint, which numbers its tokens."""

    asked: list[HttpRequest] = field(default_factory=list)
    status: int = 200

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request)
        token = {"access_token": f"token-{len(self.asked)}", "expires_in": 3600}
        return HttpResponse(status=self.status, body=json.dumps(token if self.status == 200 else {}).encode())


@pytest.fixture
def google() -> Google:
    return Google()


@pytest.fixture
def clock() -> Clock:
    return Clock(h.RECEIVED)


def token(tokens: Tokens) -> str:
    return tokens.renewed(h.channel("google_reviews")).secret("access_token")


def test_a_token_is_asked_for_once_and_used_again(google: Google, clock: Clock) -> None:
    tokens = Tokens(google, clock)

    assert [token(tokens), token(tokens)] == ["token-1", "token-1"]


def test_a_token_is_renewed_before_it_ends(google: Google, clock: Clock) -> None:
    tokens = Tokens(google, clock)
    token(tokens)
    clock.now = h.RECEIVED + timedelta(minutes=59)

    assert token(tokens) == "token-2"


def test_a_token_that_was_refused_is_not_used_again(google: Google, clock: Clock) -> None:
    tokens = Tokens(google, clock)
    token(tokens)
    tokens.forget(h.channel("google_reviews"))

    assert token(tokens) == "token-2"


def test_a_changed_credential_brings_a_new_token(google: Google, clock: Clock) -> None:
    tokens = Tokens(google, clock)
    token(tokens)
    channel = h.channel("google_reviews")
    changed = h.channel("google_reviews", secrets={**channel.secrets, "refresh_token": ("another",)})

    assert tokens.renewed(changed).secret("access_token") == "token-2"


def test_where_there_is_no_token_nothing_is_made_up(google: Google, clock: Clock) -> None:
    google.status = 400

    with pytest.raises(NotSent):
        token(Tokens(google, clock))


def test_a_platform_with_tokens_that_last_is_asked_for_none(google: Google, clock: Clock) -> None:
    channel = h.channel("telegram")

    assert Tokens(google, clock).renewed(channel) == channel
    assert google.asked == []
