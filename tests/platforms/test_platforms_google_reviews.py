"""What only Google reviews have: a token for a secret, one place to reply, words that are asked for."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import BadPayload, GrantRefused
from chalicelib.core.events import (
    CustomerWrote,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageFailed,
    Outcome,
    Speaker,
)
from chalicelib.core.message import Lane
from chalicelib.platforms import google_reviews as google
from chalicelib.platforms import google_reviews_token as token
from chalicelib.platforms.besides import Looking, Proving, Renewing, Resolving
from chalicelib.platforms.contract import (
    HttpResponse,
    Inbound,
    Outgoing,
    Report,
    Step,
    Steps,
    Unresolved,
)
from chalicelib.platforms.lengths import fits
from tests.platforms import harness as h
from tests.platforms.doubles import google_reviews as double

NAME = "google_reviews"
ACCOUNT = "accounts/104220000000055"
LOCATION = f"{ACCOUNT}/locations/5500000000000011"
BOTH_LANES = pytest.mark.parametrize("lane", [Lane.PUBLIC_REPLY, Lane.EDIT])


@pytest.mark.parametrize("protocol", [Looking, Proving, Renewing, Resolving])
def test_google_has_all_that_such_a_platform_has_besides(protocol: type) -> None:
    assert isinstance(google, protocol)


# The token of a push


def pushed(
    said: Mapping[str, Any], secret: str = h.NEWEST, header: Mapping[str, Any] | None = None
) -> Inbound:
    return called(f"Bearer {double.signed(said, secret, header)}")


def called(authorization: str) -> Inbound:
    return Inbound(method="POST", headers={"authorization": authorization}, received_at=h.RECEIVED)


CLAIMS = double.claims(h.RECEIVED)
NOW = int(h.RECEIVED.timestamp())


def test_a_push_with_googles_token_is_believed() -> None:
    assert h.believed(NAME, pushed(CLAIMS))


def test_the_issuer_may_be_written_without_its_scheme() -> None:
    assert h.believed(NAME, pushed(CLAIMS | {"iss": "accounts.google.com"}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://accounts.evil.example"},
        {"iss": "https://accounts.google.com.evil.example"},
        {"iss": None},
        {"aud": "https://another.example/webhooks/shop"},
        {"aud": [double.AUDIENCE]},
        {"aud": ""},
        {"email": "somebody@another-project.iam.gserviceaccount.com"},
        {"email": double.SERVICE_ACCOUNT.upper()},
        {"email": None},
        {"email_verified": False},
        {"email_verified": "true"},
        {"exp": NOW - 61},
        {"exp": None},
        {"exp": "soon"},
        {"exp": 10**12},
        {"exp": float("inf")},
        {"iat": NOW + 61},
        {"iat": None},
        {"nbf": NOW + 61},
        {"nbf": "soon"},
    ],
)
def test_a_token_with_any_other_claim_is_not_believed(wrong: dict[str, Any]) -> None:
    assert not h.believed(NAME, pushed(CLAIMS | wrong))


@pytest.mark.parametrize("claim", ["iss", "aud", "email", "email_verified", "exp", "iat"])
def test_a_token_without_a_claim_is_not_believed(claim: str) -> None:
    assert not h.believed(NAME, pushed({name: value for name, value in CLAIMS.items() if name != claim}))


@pytest.mark.parametrize("near", [{"exp": NOW - 30}, {"iat": NOW + 30}, {"nbf": NOW + 30}])
def test_clocks_may_differ_by_half_a_minute(near: dict[str, Any]) -> None:
    assert h.believed(NAME, pushed(CLAIMS | near))


def test_the_time_of_receipt_is_the_clock() -> None:
    later = replace(pushed(CLAIMS), received_at=h.RECEIVED + timedelta(hours=2))

    assert not h.believed(NAME, later)


@pytest.mark.parametrize("option", ["audience", "service_account"])
@pytest.mark.parametrize("unset", [None, ""])
def test_without_its_options_a_channel_believes_nobody(option: str, unset: str | None) -> None:
    options = {**h.channel(NAME).options, option: unset}

    assert not h.believed(NAME, pushed(CLAIMS | {"aud": "", "email": ""}), options=options)


@pytest.mark.parametrize("facts", [{}, {"certs": {}}, {"certs": None}, {"certs": {"": {}}}])
def test_without_googles_keys_nobody_is_believed(facts: dict[str, Any]) -> None:
    assert not h.believed(NAME, pushed(CLAIMS), facts=facts)


def test_a_key_that_google_does_not_publish_is_not_believed_under_the_id_of_one_that_it_does() -> None:
    assert not h.believed(NAME, pushed(CLAIMS, h.RETIRED, {"kid": double.kid(h.NEWEST)}))


@pytest.mark.parametrize("kid", [None, "", 7, "unknown"])
def test_a_token_that_names_no_key_of_googles_is_not_believed(kid: Any) -> None:
    assert not h.believed(NAME, pushed(CLAIMS, header={"kid": kid}))


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "RS384", "RS512", "PS256", "ES256", "", None])
def test_the_token_does_not_choose_the_algorithm(algorithm: Any) -> None:
    assert not h.believed(NAME, pushed(CLAIMS, header={"alg": algorithm}))


def test_a_token_without_a_signature_is_not_believed() -> None:
    unsigned = double.signed(CLAIMS, h.NEWEST, {"alg": "none"}).rpartition(".")[0] + "."

    assert not h.believed(NAME, called(f"Bearer {unsigned}"))


def test_the_public_key_is_no_password() -> None:
    """The classic confusion: HS256 with the public key, which everybody knows, as the secret."""
    content = double.signed(CLAIMS, h.NEWEST, {"alg": "HS256"}).rpartition(".")[0]
    modulus = double.jwk(h.NEWEST)["n"]
    digest = hashlib.sha256(f"{modulus}{content}".encode()).digest()

    assert not h.believed(NAME, called(f"Bearer {content}.{base64.urlsafe_b64encode(digest).decode()}"))


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer a.b.c",
        "Bearer ..",
        "Bearer é.é.é",
        "Basic Zm9v",
        f"Bearer {base64.urlsafe_b64encode(b'[' * 5000).decode()}.e30.AA",
        f"Bearer {base64.urlsafe_b64encode(b'[]').decode()}.e30.AA",
    ],
)
def test_what_is_no_token_is_a_bad_signature(authorization: str) -> None:
    assert not h.believed(NAME, called(authorization))


@given(data=st.data())
def test_no_other_letter_of_a_token_leaves_it_right(data: st.DataObject) -> None:
    whole = double.signed(CLAIMS, h.NEWEST)
    content, _, signature = whole.rpartition(".")
    # The last letter of each part holds bits that nobody reads.
    position = data.draw(st.integers(0, len(signature) - 2))
    other = data.draw(st.sampled_from("AQgw_-").filter(lambda letter: letter != signature[position]))
    altered = f"{content}.{signature[:position]}{other}{signature[position + 1 :]}"

    assert not h.believed(NAME, called(f"Bearer {altered}"))


def test_other_claims_under_the_same_signature_are_not_believed() -> None:
    theirs = double.signed(CLAIMS, h.NEWEST)
    ours = double.signed(CLAIMS | {"email": "x"}, h.NEWEST)
    mixed = ".".join((theirs.split(".")[0], ours.split(".")[1], theirs.split(".")[2]))

    assert not h.believed(NAME, called(f"Bearer {mixed}"))


# Google's keys


def test_the_keys_are_asked_for_where_google_publishes_them_and_without_a_token_of_ours() -> None:
    asked = google.lookup(google.PROOF_NEED, h.channel(NAME))

    assert (asked.method, asked.url) == ("GET", "https://www.googleapis.com/oauth2/v3/certs")
    assert not asked.headers


def keys(*listed: Mapping[str, Any], cache_control: str = "") -> tuple[Mapping[str, Any], timedelta]:
    headers = {"cache-control": cache_control}
    return google.read_lookup(google.PROOF_NEED, h.answered(200, {"keys": listed}, headers))


PUBLISHED = {"kid": "k1", "alg": "RS256", "use": "sig", **double.jwk(h.NEWEST)}


def test_what_has_been_looked_up_proves_a_push() -> None:
    facts, _ = keys({**PUBLISHED, "kid": double.kid(h.NEWEST)})

    assert h.believed(NAME, pushed(CLAIMS), facts=facts)


@pytest.mark.parametrize(
    ("told", "hold"),
    [
        ("public, max-age=22015, must-revalidate, no-transform", timedelta(seconds=22015)),
        ("max-age=5", timedelta(minutes=10)),
        ("max-age=999999999", timedelta(hours=24)),
        ("no-store", timedelta(minutes=10)),
        ("", timedelta(minutes=10)),
    ],
)
def test_keys_hold_as_long_as_google_says_within_reason(told: str, hold: timedelta) -> None:
    assert keys(PUBLISHED, cache_control=told)[1] == hold


def test_keys_of_another_kind_are_left_out() -> None:
    facts, _ = keys(
        PUBLISHED, {"kid": "k2", "kty": "EC", "crv": "P-256"}, {**PUBLISHED, "kid": "k3", "alg": "x"}
    )

    assert set(facts["certs"]) == {"k1"}


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"keys": []}', b'{"keys": 1}', b'{"keys": [{"kty": "RSA"}]}']
)
def test_an_answer_without_keys_leaves_the_question_open(body: bytes) -> None:
    with pytest.raises(BadPayload):
        google.read_lookup(google.PROOF_NEED, h.answered(200, body))


def test_a_refusal_leaves_the_question_of_the_keys_open() -> None:
    with pytest.raises(BadPayload):
        token.read_certs(h.answered(503, {"keys": [PUBLISHED]}))


# What a push asks


def opened(name: str, **changes: Any) -> Unresolved:
    (event,) = h.parsed(h.fixture(NAME, name), **changes).events
    assert isinstance(event, Unresolved)
    return event


def test_two_notifications_of_one_review_are_two_questions() -> None:
    one = h.fixture(NAME, "customer_new_review")
    later = replace(one, body={**one.body, "message": {**one.body["message"], "messageId": "9"}})
    first, second = (h.parsed(each).events[0] for each in (one, later))

    assert isinstance(first, Unresolved)
    assert isinstance(second, Unresolved)
    assert first.thread == second.thread
    assert first.need != second.need


def test_a_review_is_asked_for_by_its_name_with_the_short_lived_token() -> None:
    asked = google.lookup(opened("customer_new_review").need, h.channel(NAME))

    assert asked.url == f"https://mybusiness.googleapis.com/v4/{LOCATION}/reviews/AbFvOqnNewReview_01"
    assert asked.headers == {"authorization": "Bearer ya29.access-token"}


@pytest.mark.parametrize(
    ("account", "told"),
    [
        (ACCOUNT, ACCOUNT),
        (LOCATION, LOCATION),
        (LOCATION[:-1], LOCATION),
        ("accounts/1", LOCATION),
        ("", LOCATION),
    ],
)
def test_a_review_belongs_to_the_channel_of_its_account_or_of_its_location(account: str, told: str) -> None:
    assert opened("customer_new_review", account=account).account == told


def test_a_review_that_names_no_account_is_of_the_channels_own() -> None:
    event = opened("customer_new_review_without_the_account", account=LOCATION)

    assert event.thread.key.startswith(f"{LOCATION}/reviews/")


def test_a_push_that_is_not_wrapped_is_refused() -> None:
    bare = h.Fixture(platform=NAME, name="x", body={"review_name": f"{LOCATION}/reviews/a"}, expected=[])

    with pytest.raises(BadPayload):
        h.parsed(bare)


@pytest.mark.parametrize(
    "name",
    [
        "accounts/1/locations/2/reviews/..",
        "accounts/../locations/2/reviews/3",
        "accounts/1/locations/2/reviews/3/reply",
        "accounts/1/locations/2/reviews/3?x=1",
        "accounts/1/locations/2/reviews/3#4",
        "accounts/1/locations/2/reviews/%2e%2e",
        "https://evil.example/accounts/1/locations/2/reviews/3",
        "accounts/1/locations/2/reviews/3\n",
        "",
    ],
)
def test_a_name_that_leads_elsewhere_is_never_asked_for(name: str) -> None:
    data = base64.b64encode(json.dumps({"review_name": name}).encode()).decode()
    one = h.Fixture(platform=NAME, name="x", body={"message": {"data": data, "messageId": "1"}}, expected=[])

    assert h.parsed(one).events == ()


def test_the_hour_of_publishing_falls_back_to_that_of_receipt() -> None:
    one = h.fixture(NAME, "customer_new_review")
    message = {**one.body["message"], "publishTime": "yesterday"}

    assert h.parsed(replace(one, body={"message": message})).events[0].at == h.RECEIVED


def test_what_waits_for_the_answer_holds_nothing_but_names() -> None:
    assert opened("customer_new_review").raw == {}


# What a review means


def review(**changes: Any) -> dict[str, Any]:
    lookup = h.fixture(NAME, "customer_new_review").lookup
    assert lookup
    return {**lookup, **changes}


def meant(answer: Mapping[str, Any], status: int = 200) -> tuple[Any, ...]:
    """Return what a review means, as Google tells it after a notification."""
    asked = opened("customer_new_review")
    facts, hold = google.read_lookup(asked.need, h.answered(status, answer))
    assert hold <= timedelta(minutes=5)
    return google.resolve(asked, facts, h.channel(NAME))


REPLY = {"comment": "Pani Anno, przepraszamy.", "updateTime": "2026-11-20T12:00:02Z"}


def test_new_and_updated_with_the_same_time_are_one_event() -> None:
    """R2, scenario 2: the same review however often it is told."""
    new = h.resolved(h.fixture(NAME, "customer_new_review"))
    updated = meant(review())

    assert new == [*updated]


def test_each_change_of_a_review_is_an_event_of_its_own() -> None:
    times = ["2026-11-20T12:01:00Z", "2026-11-20T12:02:00Z"]
    ids = {event.id for at in times for event in meant(review(updateTime=at))}

    assert len(ids) == 4


def test_a_changed_review_is_an_edit_and_new_words_r14_r16() -> None:
    edited, wrote = meant(review(updateTime="2026-11-20T12:01:00Z", comment="Already settled, thank you"))

    assert isinstance(edited, MessageEdited)
    assert isinstance(wrote, CustomerWrote)
    assert edited.message_id == wrote.message_id == wrote.thread.key


def test_a_persons_reply_is_theirs_r3() -> None:
    echo = meant(review(reviewReply=REPLY))[-1]

    assert isinstance(echo, MessageEchoed)
    assert (echo.unmarked, echo.ours, echo.otherwise) == (True, False, Speaker.HUMAN)


def test_a_persons_reply_in_the_place_of_ours_has_another_id_r3() -> None:
    """Both stand in the one slot of the review; were their ids equal, the person would be taken for us."""
    ours = google.read_reply(h.answered(200, REPLY | {"comment": "Ours"}), h.outgoing(NAME)).message_id
    theirs = meant(review(reviewReply=REPLY))[-1]

    assert theirs.message_id != ours


@given(
    blanks=st.text(" \n\t", max_size=3),
    at=st.sampled_from(["2026-11-20T12:00:09Z", "2026-11-20T12:00:09.5Z"]),
)
def test_our_reply_is_found_again_by_its_words_alone_r7(blanks: str, at: str) -> None:
    sent = google.read_reply(h.answered(200, REPLY), h.outgoing(NAME)).message_id
    told = {
        "comment": f"{blanks}{REPLY['comment']}{blanks}",
        "updateTime": at,
        "reviewReplyState": "APPROVED",
    }

    assert meant(review(reviewReply=told))[-1].message_id == sent


def test_a_reply_that_google_has_rejected_is_no_reply_r3_r34() -> None:
    rejected = REPLY | {"reviewReplyState": "REJECTED", "policyViolation": "PROFANITY"}
    failed = meant(review(reviewReply=rejected))[-1]

    assert isinstance(failed, MessageFailed)
    assert (failed.outcome, failed.reason) == (Outcome.REFUSED, "rejected/profanity")


def test_the_address_tells_whose_reply_stands_there() -> None:
    wrote, echo = meant(review(reviewReply=REPLY))

    assert wrote.address == echo.address == {"review": wrote.thread.key, "reply": echo.message_id}


@pytest.mark.parametrize("gap", ["2026-11-20T12:00:02Z", "2026-11-20T12:00:12Z"])
def test_a_reply_that_moves_the_time_of_the_review_is_no_change_by_the_customer_r3(gap: str) -> None:
    events = meant(review(reviewReply=REPLY, updateTime=gap))

    assert [type(event) for event in events] == [CustomerWrote, MessageEchoed]


def test_a_change_after_a_reply_is_newly_said_r16() -> None:
    events = meant(review(reviewReply=REPLY, updateTime="2026-11-20T12:00:13Z"))

    assert [type(event) for event in events] == [MessageEchoed, MessageEdited, CustomerWrote]


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("(Translated by Google) Cold soup.\n\n(Original)\nZimna zupa.", "Zimna zupa."),
        ("Zimna zupa.\n\n(Translated by Google)\nCold soup.", "Zimna zupa."),
        ("(Translated by Google) Cold soup.", "Cold soup."),
        ("(Original) is a brand of theirs", "(Original) is a brand of theirs"),
        ("Zimna zupa.", "Zimna zupa."),
        ("", ""),
    ],
)
def test_words_are_read_as_they_were_written_r30(comment: str, words: str) -> None:
    assert meant(review(comment=comment))[0].text == words


@pytest.mark.parametrize(
    ("stars", "kinds"), [("ONE", ("stars_1",)), ("FIVE", ("stars_5",)), ("SIX", ()), ("", ())]
)
def test_stars_are_told_beside_the_words(stars: str, kinds: tuple[str, ...]) -> None:
    assert meant(review(starRating=stars, comment=""))[0].attachments == kinds


@pytest.mark.parametrize(("stars", "kinds"), [("ONE", ("stars_1",)), ("THREE", ("stars_3",)), ("FOUR", ())])
def test_a_good_rating_beside_words_says_nothing_of_its_own_r15(stars: str, kinds: tuple[str, ...]) -> None:
    assert meant(review(starRating=stars, comment="Thank you!"))[0].attachments == kinds


def test_an_anonymous_reviewer_has_no_name() -> None:
    assert (
        meant(review(reviewer={"displayName": "A Google user", "isAnonymous": True}))[0].customer.name == ""
    )


def test_a_review_that_is_gone_is_owed_nothing_r14() -> None:
    (event,) = meant({"error": {"code": 404, "status": "NOT_FOUND"}}, status=404)

    assert isinstance(event, MessageDeleted)
    assert event.message_ids == (event.thread.key,)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}}),
        (403, {"error": {"code": 403, "status": "PERMISSION_DENIED"}}),
        (404, b"<html>"),
        (429, {}),
        (500, b""),
        (200, b""),
        (200, {}),
        (200, {"createTime": "yesterday"}),
        (200, {"createTime": "2026-11-20T12:00:00Z", "reviewReply": {}}),
        (200, {"createTime": "2026-11-20T12:00:00Z", "reviewReply": {"comment": "x"}}),
        (200, {"createTime": "2026-11-20T12:00:00Z", "reviewReply": "x"}),
        (200, {"createTime": "0001-01-01T00:00:00+05:00"}),
    ],
)
def test_an_answer_that_tells_no_review_leaves_the_question_open(status: int, answer: Any) -> None:
    with pytest.raises(BadPayload):
        google.read_lookup("review:x#1", h.answered(status, answer))


# Look, then write


def looked(answer: Any, status: int = 200) -> tuple[Any, ...]:
    return google.read_look(h.answered(status, answer), h.outgoing(NAME), h.channel(NAME))


@BOTH_LANES
def test_every_lane_looks_at_the_review_first_r6b(lane: Lane) -> None:
    asked = google.look(h.outgoing(NAME, lane), h.channel(NAME))

    assert asked
    assert (asked.method, asked.url) == ("GET", f"https://mybusiness.googleapis.com/v4/{double.REVIEW}")


def test_a_review_without_a_reply_lets_us_speak() -> None:
    assert looked(review()) == ()


def test_a_look_sees_a_reply_under_the_same_id_as_a_notification_does() -> None:
    name = {"name": double.REVIEW}
    asked = replace(opened("customer_new_review"), thread=h.outgoing(NAME).thread)
    told = google.read_lookup(asked.need, h.answered(200, review(reviewReply=REPLY, **name)))[0]
    resolved = google.resolve(
        replace(asked, thread=looked(review(reviewReply=REPLY))[0].thread), told, h.channel(NAME)
    )

    assert looked(review(reviewReply=REPLY)) == resolved[-1:]


def test_a_look_at_a_review_that_is_gone_cancels_r14() -> None:
    (event,) = looked({"error": {"code": 404, "status": "NOT_FOUND"}}, 404)

    assert isinstance(event, MessageDeleted)
    assert event.at == h.RECEIVED


def test_a_reply_of_ours_that_is_gone_is_not_put_back_r3() -> None:
    changing = h.outgoing(NAME, Lane.EDIT, ours="ours")
    (event,) = google.read_look(h.answered(200, review()), changing, h.channel(NAME))
    after = replace(changing, address={**changing.address, "reply": "ours", **event.address})

    assert isinstance(event, MessageDeleted)
    assert event.message_ids == ("ours",)
    with pytest.raises(ValueError, match="not ours"):
        google.compose(after, h.channel(NAME))


def test_every_look_that_misses_our_reply_tells_it_anew() -> None:
    changing = h.outgoing(NAME, Lane.EDIT, ours="ours")
    later = replace(changing, claimed_at=h.RECEIVED + timedelta(hours=1))
    found = [google.read_look(h.answered(200, review()), one, h.channel(NAME)) for one in (changing, later)]

    assert found[0][0].id != found[1][0].id


def test_a_first_reply_misses_none() -> None:
    assert google.read_look(h.answered(200, review()), h.outgoing(NAME, ours="ours"), h.channel(NAME)) == ()


@pytest.mark.parametrize(("status", "answer"), [(403, {}), (404, b""), (500, {}), (200, b""), (200, {})])
def test_a_look_that_tells_nothing_says_so(status: int, answer: Any) -> None:
    with pytest.raises(BadPayload):
        looked(answer, status)


@BOTH_LANES
def test_a_reply_is_put_in_its_one_place(lane: Lane) -> None:
    sent = google.compose(h.outgoing(NAME, lane, text="Żółw\n{x}"), h.channel(NAME))

    assert (sent.method, sent.url) == ("PUT", f"https://mybusiness.googleapis.com/v4/{double.REVIEW}/reply")
    assert json.loads(sent.body) == {"comment": "Żółw\n{x}"}


def standing(reply: str, **changes: Any) -> Outgoing:
    address = {"review": double.REVIEW, "reply": reply, **changes.pop("address", {})}
    return h.outgoing(NAME, Lane.EDIT, address=address, **changes)


def test_automatic_words_never_wipe_out_a_persons_reply_r3() -> None:
    with pytest.raises(ValueError, match="not ours"):
        google.compose(standing("theirs", ours="ours"), h.channel(NAME))


@pytest.mark.parametrize(
    "out",
    [
        standing("ours", ours="ours"),
        standing("ours", address={"our_reply": "ours"}),
        standing(""),
        standing("theirs", human=True),
    ],
)
def test_our_own_words_may_be_changed_and_a_person_may_write_what_they_like(out: Outgoing) -> None:
    assert google.compose(out, h.channel(NAME)).method == "PUT"


def test_our_reply_of_an_earlier_case_is_still_ours() -> None:
    learned = google.read_reply(h.answered(200, REPLY), h.outgoing(NAME)).address

    assert google.compose(standing("", address=learned), h.channel(NAME)).method == "PUT"


def test_there_is_one_public_reply_that_changes_and_no_private_way_r25() -> None:
    allowed = google.allowance(h.outgoing(NAME).thread, {}, h.channel(NAME))

    assert (allowed.edits, allowed.later_public, allowed.private_reply) == (True, False, None)


@BOTH_LANES
def test_a_reply_is_measured_in_bytes(lane: Lane) -> None:
    limit = google.CAPABILITIES.lanes[lane]

    assert fits("ż" * 2048, limit)
    assert not fits("ż" * 2048 + "z", limit)


# What Google answers


def error(code: int, **parts: Any) -> HttpResponse:
    return h.answered(code, {"error": {"code": code, "message": "Anna's secret", **parts}})


QUOTA = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "metadata": {"quota_limit_value": "0"}}


@pytest.mark.parametrize(
    ("response", "outcome", "reason"),
    [
        (error(400, status="INVALID_ARGUMENT"), Outcome.REFUSED, "invalid_argument"),
        (error(400, status="FAILED_PRECONDITION"), Outcome.REFUSED, "failed_precondition"),
        (error(401, status="UNAUTHENTICATED"), Outcome.CHANNEL_PAUSED, "unauthenticated"),
        (error(403, status="PERMISSION_DENIED"), Outcome.CHANNEL_PAUSED, "permission_denied"),
        (error(403, errors=[{"reason": "rateLimitExceeded"}]), Outcome.RETRY, "http_403"),
        (error(404, status="NOT_FOUND"), Outcome.REFUSED, "not_found"),
        (error(409, status="ABORTED"), Outcome.RETRY, "aborted"),
        (error(429, status="RESOURCE_EXHAUSTED"), Outcome.RETRY, "resource_exhausted"),
        (error(429, status="RESOURCE_EXHAUSTED", details=[QUOTA]), Outcome.CHANNEL_PAUSED, "quota_of_zero"),
        (error(500, status="INTERNAL"), Outcome.RETRY, "internal"),
        (error(503, status="UNAVAILABLE"), Outcome.RETRY, "unavailable"),
        (error(400, status="Żółw prosi o 3 rzeczy"), Outcome.REFUSED, "http_400"),
        (h.answered(302, b""), Outcome.REFUSED, "http_302"),
        (h.answered(204, b""), Outcome.AMBIGUOUS, "http_204"),
        (h.answered(200, {}), Outcome.AMBIGUOUS, "no_reply"),
        (h.answered(200, REPLY | {"reviewReplyState": "PENDING"}), Outcome.SENT, ""),
        (h.answered(200, REPLY | {"reviewReplyState": "REJECTED"}), Outcome.REFUSED, "rejected"),
        (
            h.answered(200, REPLY | {"reviewReplyState": "REJECTED", "policyViolation": "OFF_TOPIC"}),
            Outcome.REFUSED,
            "rejected/off_topic",
        ),
    ],
)
def test_an_answer_asks_for_what_its_code_says(response: HttpResponse, outcome: Outcome, reason: str) -> None:
    result = google.read_reply(response, h.outgoing(NAME))

    assert (result.outcome, result.reason) == (outcome, reason)


@pytest.mark.parametrize(("delay", "wait"), [("30s", 30), ("1.5s", 1), ("", None), ("soon", None), (7, None)])
def test_a_wait_may_be_told_in_the_body(delay: Any, wait: float | None) -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}]

    assert google.read_reply(error(429, details=details), h.outgoing(NAME)).retry_after == wait


def test_an_attempt_whose_answer_was_lost_is_put_again() -> None:
    plan = google.reconcile(h.outgoing(NAME), h.channel(NAME))

    assert (plan.resend, plan.ask) == (True, None)


# Short-lived tokens


def test_a_token_is_asked_for_with_the_newest_refresh_token() -> None:
    asked = google.renew(h.channel(NAME))

    assert (asked.method, asked.url) == ("POST", "https://oauth2.googleapis.com/token")
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["refresh_token"],
        "client_id": ["880000000000123-shop.apps.googleusercontent.com"],
        "client_secret": ["GOCSPX-client-secret"],
        "refresh_token": [h.NEWEST],
    }


GRANTED = {"access_token": "ya29.new", "expires_in": 3599, "token_type": "Bearer", "scope": "x"}


def test_a_token_holds_as_long_as_google_says() -> None:
    assert google.read_renewal(h.answered(200, GRANTED)) == (
        {"access_token": "ya29.new"},
        timedelta(seconds=3599),
    )


@pytest.mark.parametrize("expires_in", [None, -1, "soon", True])
def test_a_token_whose_end_is_not_told_is_used_once(expires_in: Any) -> None:
    assert google.read_renewal(h.answered(200, GRANTED | {"expires_in": expires_in}))[1] == timedelta()


def test_a_refused_token_is_told_by_its_code() -> None:
    with pytest.raises(GrantRefused, match=r"^invalid_grant$"):
        google.read_renewal(
            h.answered(400, {"error": "invalid_grant", "error_description": "Anna revoked it"})
        )


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b""), (200, {}), (200, {"access_token": 1}), (500, GRANTED), (400, {"error": "Anna"})],
)
def test_an_answer_without_a_token_gives_none(status: int, body: Any) -> None:
    with pytest.raises(BadPayload) as caught:
        google.read_renewal(h.answered(status, body))

    assert "Anna" not in str(caught.value)


# Connecting and checking

ACCOUNTS = {"accounts": [{"name": ACCOUNT, "accountName": "Example shop"}]}
PLACES = {
    "locations": [
        {"name": "locations/5500000000000011", "title": "Old town", "metadata": {"hasVoiceOfMerchant": True}}
    ]
}
NOTHING_SET = {"name": f"{ACCOUNT}/notificationSetting"}
SET = NOTHING_SET | {"pubsubTopic": double.TOPIC, "notificationTypes": ["NEW_REVIEW", "UPDATED_REVIEW"]}
ELSEWHERE = SET | {"pubsubTopic": "projects/other-tool/topics/reviews"}


def led(how: str, answers: Sequence[Any], **changes: Any) -> tuple[list[Step], Report]:
    steps: Steps = getattr(google, how)(h.channel(NAME, **changes), h.URL)
    return h.led(steps, *answers)


def remedies(report: Report) -> str:
    return " ".join(h.remedies(report))


def test_connecting_tells_google_to_publish_to_the_topic() -> None:
    asked, report = led("register", [ACCOUNTS, PLACES, NOTHING_SET, SET])

    assert h.faults(report) == []
    assert asked[-1].request.method == "PATCH"
    assert asked[-1].request.url == (
        f"https://mybusinessnotifications.googleapis.com/v1/{ACCOUNT}/notificationSetting"
        "?updateMask=pubsubTopic%2CnotificationTypes"
    )
    assert json.loads(asked[-1].request.body) == SET


def test_connecting_again_changes_nothing() -> None:
    asked, report = led("register", [ACCOUNTS, PLACES, SET])

    assert h.faults(report) == []
    assert {step.request.method for step in asked} == {"GET"}


def test_connecting_leaves_the_types_that_somebody_has_asked_for_besides() -> None:
    before = SET | {"notificationTypes": ["GOOGLE_UPDATE", "NEW_REVIEW"]}
    asked, _ = led("register", [ACCOUNTS, PLACES, before, SET])

    assert json.loads(asked[-1].request.body)["notificationTypes"] == [
        "GOOGLE_UPDATE",
        "NEW_REVIEW",
        "UPDATED_REVIEW",
    ]


@pytest.mark.parametrize("how", ["register", "check"])
def test_another_tools_topic_is_left_alone_and_told(how: str) -> None:
    asked, report = led(how, [ACCOUNTS, PLACES, ELSEWHERE])

    assert h.faults(report) == ["Google publishes to another topic, projects/other-tool/topics/reviews"]
    assert {step.request.method for step in asked} == {"GET"}


def test_a_refused_topic_names_the_grant_that_is_missing() -> None:
    _, report = led("register", [ACCOUNTS, PLACES, NOTHING_SET, error(400, status="INVALID_ARGUMENT")])

    assert "mybusiness-api-pubsub@system.gserviceaccount.com" in remedies(report)


def test_a_check_of_what_is_right_finds_no_fault() -> None:
    _, report = led("check", [ACCOUNTS, PLACES, SET])

    assert h.faults(report) == []


@pytest.mark.parametrize("setting", [NOTHING_SET, SET | {"notificationTypes": ["NEW_REVIEW"]}])
def test_a_check_of_what_is_not_connected_sends_the_owner_to_connect(setting: dict[str, Any]) -> None:
    _, report = led("check", [ACCOUNTS, PLACES, setting])

    assert h.faults(report) == ["Google does not publish reviews to the topic"]
    assert "channel connect" in remedies(report)


@pytest.mark.parametrize("missing", ["client_id", "audience", "service_account", "topic"])
def test_what_is_not_set_is_named_before_anything_is_asked(missing: str) -> None:
    options = {name: value for name, value in h.channel(NAME).options.items() if name != missing}
    asked, report = led("check", [], options=options)

    assert (asked, h.faults(report)) == ([], [f"`{missing}` is not set"])


def test_a_topic_that_is_none_is_named() -> None:
    _, report = led("check", [], options={**h.channel(NAME).options, "topic": "reviews"})

    assert h.faults(report) == ["`topic` is not the name of a Pub/Sub topic"]


def test_whoever_does_not_know_their_account_is_told_which_there_are() -> None:
    _, report = led("register", [ACCOUNTS], account="accounts/0")

    assert h.faults(report) == ["the token does not see the account `accounts/0`"]
    assert f"{ACCOUNT} is Example shop" in remedies(report)


def test_all_pages_of_accounts_are_read() -> None:
    first = {"accounts": [{"name": "accounts/1", "accountName": "x"}], "nextPageToken": "p2"}
    asked, report = led("check", [first, ACCOUNTS, PLACES, SET])

    assert h.faults(report) == []
    assert asked[1].request.url.endswith("/v1/accounts?pageSize=20&pageToken=p2")


def test_a_location_that_is_not_verified_is_named() -> None:
    unverified = {"locations": [{"name": "locations/7", "title": "Harbour", "metadata": {}}]}
    _, report = led("check", [ACCOUNTS, unverified, SET])

    assert h.faults(report) == ["Google does not show the owner's words on locations/7 Harbour"]


def test_a_channel_of_one_location_needs_it_in_the_account() -> None:
    _, report = led("check", [ACCOUNTS, PLACES, SET], account=f"{ACCOUNT}/locations/9")

    assert h.faults(report) == ["the account has no such location"]


@pytest.mark.parametrize(
    ("answer", "remedy"),
    [
        (error(401, status="UNAUTHENTICATED"), "refresh token"),
        (error(403, status="PERMISSION_DENIED"), "Enable the API"),
        (error(429, details=[QUOTA]), "has not granted"),
        (error(500), "later"),
        (h.answered(200, b"<html>"), "later"),
        (h.answered(200, {"accounts": [{"name": 7}]}), "later"),
    ],
)
def test_what_google_does_not_tell_has_a_remedy(answer: HttpResponse, remedy: str) -> None:
    _, report = led("check", [answer])

    assert remedy in remedies(report)


def test_an_api_that_is_off_does_not_hide_what_the_others_tell() -> None:
    _, report = led("check", [ACCOUNTS, error(403, status="PERMISSION_DENIED"), ELSEWHERE])

    assert len(h.faults(report)) == 2


def without_token() -> Mapping[str, Any]:
    live = h.channel(NAME).secrets
    return {"secrets": {name: value for name, value in live.items() if name != "access_token"}}


def test_a_channel_without_a_short_lived_token_asks_for_one_first() -> None:
    asked, report = led("check", [GRANTED, ACCOUNTS, PLACES, SET], **without_token())

    assert h.faults(report) == []
    assert asked[1].request.headers == {"authorization": "Bearer ya29.new"}


def test_a_refresh_token_that_google_does_not_take_ends_the_conversation() -> None:
    asked, report = led("check", [h.answered(400, {"error": "invalid_grant"})], **without_token())

    assert h.faults(report) == ["Google does not take the refresh token"]
    assert len(asked) == 1


def test_the_owner_is_reminded_whose_pushes_are_believed() -> None:
    _, report = led("check", [ACCOUNTS, PLACES, SET])

    assert double.SERVICE_ACCOUNT in report.findings[-1].what
