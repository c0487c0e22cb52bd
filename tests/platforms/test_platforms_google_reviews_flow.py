"""The whole way of a review through Hearback, beside a Google that holds one review and one reply."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib import pauses
from chalicelib.core.case import Case
from chalicelib.platforms.contract import HttpRequest, HttpResponse, Inbound
from tests import fakes
from tests.builders import NOON
from tests.platforms import harness as h
from tests.platforms.doubles import google_reviews as double

CREDENTIALS = {"client_secret": "SIGNED_SECRET", "refresh_token": "OTHER_APP_SECRET"}
CHANNEL = fakes.a_channel(
    "shop-google",
    "google_reviews",
    CREDENTIALS,
    account="accounts/104220000000055",
    options=double.OPTIONS,
)


class Google:
    """One review, the reply below it, and what the APIs answer of them."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.review: dict[str, Any] | None = None
        self.put: list[str] = []

    def writes(self, comment: str, stars: str = "TWO") -> None:
        """Let the customer write the review, or change it."""
        created = self.review["createTime"] if self.review else self.now()
        reply = self.review.get("reviewReply") if self.review else None
        times = {"createTime": created, "updateTime": self.now()}
        below = {"reviewReply": reply} if reply else {}
        self.review = {"comment": comment, "starRating": stars, "reviewer": {}, **times, **below}

    def replies(self, comment: str) -> None:
        """Let a person of the business reply in the Business Profile."""
        assert self.review is not None
        self.review["reviewReply"] = {"comment": comment, "updateTime": self.now()}

    def now(self) -> str:
        return self.clock().isoformat().replace("+00:00", "Z")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "certs" in request.url:
            keys = [{"kid": kid, **jwk} for kid, jwk in double.ACCOUNT["facts"]["certs"].items()]
            return fakes.json_response({"keys": keys})
        if request.url.endswith("/token"):
            return fakes.json_response({"access_token": "ya29.live", "expires_in": 3599})
        if request.headers.get("authorization") != "Bearer ya29.live":
            return fakes.json_response({"error": {"code": 401, "status": "UNAUTHENTICATED"}}, 401)
        if self.review is None:
            return fakes.json_response({"error": {"code": 404, "status": "NOT_FOUND"}}, 404)
        if request.method == "PUT":
            self.put.append(json.loads(request.body)["comment"])
            self.replies(self.put[-1])
            return fakes.json_response(self.review["reviewReply"])
        return fakes.json_response(self.review)


class Shop(fakes.World):
    """The world with one channel of Google reviews."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, channels={"channels": [CHANNEL]})
        self.google = self.internet.answer = Google(self.clock)
        self.told = 0

    def notified(self) -> None:
        """Let Pub/Sub push that the review is new or has changed."""
        self.told += 1
        data = base64.b64encode(json.dumps({"review_name": double.REVIEW}).encode()).decode()
        body = {"message": {"data": data, "messageId": str(self.told), "publishTime": self.google.now()}}
        headers, raw = double.prove({}, json.dumps(body).encode(), h.NEWEST, h.URL, self.clock())
        pushed = Inbound(method="POST", headers=headers, body=raw, received_at=self.clock())
        assert self.receive("shop-google", pushed).status == 200
        self.work()

    def writes_review(self, comment: str, stars: str = "TWO") -> None:
        self.google.writes(comment, stars)
        self.notified()

    def of_the_review(self) -> Case:
        return self.case(thread=double.REVIEW, channel="shop-google")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    made.close()


def test_a_review_that_nobody_answers_is_acknowledged_once_below_it(shop: Shop) -> None:
    shop.writes_review("I waited for an hour and nobody came to our table.")
    shop.notified()
    shop.pass_time(hours=1)

    assert len(shop.google.put) == 1
    assert shop.of_the_review().owed


def test_a_reply_in_the_business_profile_is_seen_just_before_the_ack_r6b(shop: Shop) -> None:
    """Google tells nobody that a person has replied: only the look shows it."""
    shop.writes_review("I waited for an hour and nobody came to our table.")
    shop.pass_time(minutes=10)
    shop.google.replies("We are sorry. Which table was it?")
    shop.pass_time(hours=1)

    assert shop.google.put == []
    assert shop.of_the_review().owed is None


def test_later_words_take_the_place_of_our_own_r21(shop: Shop) -> None:
    shop.writes_review("I waited for an hour and nobody came to our table.")
    shop.pass_time(hours=5)

    assert len(shop.google.put) >= 2
    assert len(set(shop.google.put)) == len(shop.google.put)


def test_a_reply_of_ours_that_a_person_took_away_stays_away_r3(shop: Shop) -> None:
    shop.writes_review("I waited for an hour and nobody came to our table.")
    shop.pass_time(minutes=30)
    assert shop.google.review and len(shop.google.put) == 1
    del shop.google.review["reviewReply"]
    shop.pass_time(hours=24)

    assert len(shop.google.put) == 1


def test_later_words_never_take_the_place_of_a_persons_r3(shop: Shop) -> None:
    shop.writes_review("I waited for an hour and nobody came to our table.")
    shop.pass_time(minutes=30)
    shop.google.replies("We are sorry. Which table was it?")
    shop.pass_time(hours=24)

    assert len(shop.google.put) == 1
    assert shop.of_the_review().owed is None


def test_a_review_changed_after_a_persons_reply_is_the_owners_to_answer_r34(shop: Shop) -> None:
    shop.writes_review("I waited for an hour and nobody came to our table.")
    shop.google.replies("We are sorry. Which table was it?")
    shop.pass_time(minutes=5)
    shop.writes_review("They asked for the table and then I heard nothing for a week.")
    shop.pass_time(hours=2)

    assert shop.google.put == []
    assert shop.of_the_review().owed
    assert shop.owner.calls


def test_thanks_in_the_place_of_a_complaint_cancel_the_ack_r14(shop: Shop) -> None:
    shop.writes_review("I waited for an hour and nobody came to our table.")
    shop.pass_time(minutes=5)
    shop.writes_review("Thank you!", "FIVE")
    shop.pass_time(hours=1)

    assert shop.google.put == []


def test_a_complaint_in_the_place_of_thanks_is_owed_r16(shop: Shop) -> None:
    shop.writes_review("Thank you!", "FIVE")
    shop.pass_time(minutes=30)
    assert shop.google.put == []
    shop.writes_review("They lost my coat and do not answer the telephone.")
    shop.pass_time(minutes=30)

    assert len(shop.google.put) == 1


def test_a_review_taken_back_before_the_ack_gets_none_r14(shop: Shop) -> None:
    shop.writes_review("I waited for an hour and nobody came to our table.")
    shop.pass_time(minutes=5)
    shop.google.review = None
    shop.pass_time(hours=1)

    assert shop.google.put == []


def test_an_ack_whose_answer_was_lost_is_found_by_the_look_and_not_put_again_r7(shop: Shop) -> None:
    google = shop.google
    lost: list[HttpRequest] = []

    def losing(request: HttpRequest) -> HttpResponse:
        response = google(request)
        if request.method == "PUT" and not lost:
            lost.append(request)
            return fakes.json_response({})
        return response

    shop.internet.answer = losing
    shop.writes_review("I waited for an hour and nobody came to our table.")
    shop.pass_time(hours=1)

    assert len(google.put) == 1
    assert shop.of_the_review().public_reply_id


def test_googles_keys_and_tokens_are_asked_for_once_in_their_time(shop: Shop) -> None:
    shop.writes_review("I waited for an hour and nobody came to our table.")
    for _ in range(3):
        shop.notified()
    urls = [request.url for _, request in shop.internet.requests]

    assert sum("certs" in url for url in urls) == 1
    assert sum(url.endswith("/token") for url in urls) == 1


def test_a_stranger_is_turned_away_and_leaves_no_trace(shop: Shop) -> None:
    stranger = Inbound(method="POST", headers={}, body=b"{}", received_at=NOON + timedelta(hours=1))

    assert shop.receive("shop-google", stranger).status == 401
    assert shop.cases("shop-google") == []


# A grant that has ended


def refuses_the_grant(shop: Shop) -> None:
    """Let Google take the refresh token no more, as after its owner has changed the password."""

    def refused(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/token"):
            return fakes.json_response({"error": "invalid_grant"}, 400)
        return shop.google(request)

    shop.internet.answer = refused
    shop.ports.tokens.forget(shop.policies.live().channel("shop-google"))


def calls_about_the_channel(shop: Shop) -> list[str]:
    return [title for title in shop.alerts() if "google_reviews" in title]


STOPPED = "google_reviews lets nothing out on shop-google"
WORKS = "google_reviews works again on shop-google"


def test_r34_a_refused_grant_stops_the_channel_and_is_told_of_once(shop: Shop) -> None:
    shop.writes_review("I waited for an hour and nobody came to our table.")
    refuses_the_grant(shop)
    shop.pass_time(hours=3)

    pause = pauses.standing("shop-google", shop.ports)
    assert calls_about_the_channel(shop) == [STOPPED]
    assert pause and pause.reason == "invalid_grant"


def test_r34_what_was_due_while_a_grant_was_refused_goes_out_when_it_is_renewed(shop: Shop) -> None:
    shop.writes_review("I waited for an hour and nobody came to our table.")
    refuses_the_grant(shop)
    shop.pass_time(hours=3)
    shop.internet.answer = shop.google
    shop.pass_time(minutes=11)

    assert len(shop.google.put) == 1
    assert calls_about_the_channel(shop) == [STOPPED, WORKS]


def test_r34_a_review_that_comes_while_a_grant_is_refused_is_told_of_once_and_no_dead_letter(
    shop: Shop,
) -> None:
    refuses_the_grant(shop)
    shop.writes_review("I waited for an hour and nobody came to our table.")
    shop.pass_time(hours=4)

    assert shop.alerts() == [STOPPED]
    assert shop.ports.events.dead() == []


def test_r34_a_review_that_came_while_a_grant_was_refused_is_read_when_it_is_renewed(shop: Shop) -> None:
    refuses_the_grant(shop)
    shop.writes_review("I waited for an hour and nobody came to our table.")
    shop.pass_time(hours=4)
    shop.internet.answer = shop.google
    shop.pass_time(minutes=2)

    assert shop.of_the_review().owed
    assert calls_about_the_channel(shop) == [STOPPED, WORKS]
