"""What only X has: a check that must not become an oracle, posts in trees, one public reply, lost answers."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import BadPayload, BadSignature
from chalicelib.core.events import AutomationWrote, CustomerWrote, MessageEchoed, MessageEdited, Outcome
from chalicelib.core.message import Lane, Surface, Thread
from chalicelib.platforms import lengths, x
from chalicelib.platforms.contract import Answer, HttpResponse, Inbound, Outgoing
from tests.platforms import harness as h
from tests.platforms.proofs import hmac_sha256

SHOP, MARTA, OTTO = "7700000000000000001", "8800000000000000002", "8800000000000000003"
ROOT, COMMENT, REPLY, LATER = (f"990000000000000000{digit}" for digit in range(1, 5))
TOKEN = "NDU2ZTk4-challenge_0001=="
PUBLIC = h.outgoing("x", Lane.PUBLIC_REPLY)
PRIVATE = h.outgoing("x", Lane.MESSAGE)


def signature(secret: str, message: bytes) -> str:
    return f"sha256={base64.b64encode(hmac_sha256(secret, message)).decode()}"


# The check of the address


def asked(token: str | None, method: str = "GET", **changes: Any) -> Answer | None:
    query = {} if token is None else {"crc_token": token}
    inbound = Inbound(method=method, url=h.URL, query=query, received_at=h.RECEIVED)
    return x.handshake(inbound, h.channel("x", **changes))


def test_the_check_is_answered_with_the_token_signed_by_the_newest_secret() -> None:
    answer = asked(TOKEN)

    assert answer is not None
    assert json.loads(answer.body) == {"response_token": signature(h.NEWEST, TOKEN.encode())}


def test_the_check_is_answered_with_the_client_secret_where_there_is_one() -> None:
    answer = asked(TOKEN, secrets={"consumer_secret": (h.NEWEST,), "client_secret": ("client-secret",)})

    assert answer is not None
    assert json.loads(answer.body) == {"response_token": signature("client-secret", TOKEN.encode())}


@pytest.mark.parametrize(
    "token",
    ["", '{"for_user_id":"1"}', "a b", "a\n", "A" * 257, "ą", "a.b", "%7B", "tweet:1"],
    ids=["empty", "event", "space", "newline", "long", "letter", "dot", "percent", "colon"],
)
def test_the_check_signs_nothing_that_might_be_a_webhook(token: str) -> None:
    answer = asked(token)

    assert answer is not None
    assert (answer.status, answer.body) == (400, "")


@given(body=st.one_of(st.dictionaries(st.text(), st.text()), st.lists(st.integers())).map(json.dumps))
def test_no_json_that_could_be_an_event_is_ever_signed(body: str) -> None:
    answer = asked(body)

    assert answer is not None
    assert answer.status == 400


def test_without_a_secret_the_check_is_refused() -> None:
    assert asked(TOKEN, secrets={}) == Answer(status=403)


def test_what_is_not_a_check_is_left_to_others() -> None:
    assert asked(None) is None
    assert asked(TOKEN, method="POST") is None


# Proofs of origin


def signed(headers: dict[str, str], body: bytes = b"{}") -> Inbound:
    return Inbound(method="POST", url=h.URL, headers=headers, body=body, received_at=h.RECEIVED)


BOTH = {"consumer_secret": ("consumer",), "client_secret": ("client-2", "client-1")}


@pytest.mark.parametrize("secret", ["client-2", "client-1"])
def test_the_newer_signature_is_proven_by_either_client_secret(secret: str) -> None:
    headers = {"x-twitter-webhooks-signature-oauth2": signature(secret, b"{}")}

    x.verify(signed(headers), h.channel("x", secrets=BOTH))


def test_the_older_signature_is_proven_by_the_consumer_secret_beside_a_client_secret() -> None:
    headers = {"x-twitter-webhooks-signature": signature("consumer", b"{}")}

    x.verify(signed(headers), h.channel("x", secrets=BOTH))


def test_a_newer_signature_without_a_client_secret_proves_nothing() -> None:
    headers = {"x-twitter-webhooks-signature-oauth2": signature("", b"{}")}

    with pytest.raises(BadSignature):
        x.verify(signed(headers), h.channel("x", secrets={"client_secret": ("",)}))


def test_a_forged_newer_signature_is_refused_though_the_older_one_is_good() -> None:
    headers = {
        "x-twitter-webhooks-signature-oauth2": signature("forged", b"{}"),
        "x-twitter-webhooks-signature": signature("consumer", b"{}"),
    }

    with pytest.raises(BadSignature):
        x.verify(signed(headers), h.channel("x", secrets=BOTH))


def test_the_answer_to_a_check_is_no_signature_of_a_webhook() -> None:
    answer = asked(TOKEN)
    assert answer is not None
    proof = json.loads(answer.body)["response_token"]

    with pytest.raises(BadSignature):
        x.verify(signed({"x-twitter-webhooks-signature": proof}, b'{"for_user_id":"1"}'), h.channel("x"))


# Posts


def post(identifier: str, author: str, **parts: Any) -> dict[str, Any]:
    return {
        "id": identifier,
        "author_id": author,
        "conversation_id": ROOT,
        "created_at": "2026-11-20T12:00:00.000Z",
        "text": "Where is it?",
        **parts,
    }


def envelope(kind: str, payload: dict[str, Any], **data: Any) -> dict[str, Any]:
    return {"data": {"event_type": kind, "filter": {"user_id": SHOP}, "payload": payload, **data}}


def events(body: dict[str, Any], **changes: Any) -> list[Any]:
    return [*h.parsed(h.Fixture(platform="x", name="made_here", body=body, expected=[]), **changes).events]


def reply(identifier: str, author: str, to: str, to_user: str, **parts: Any) -> dict[str, Any]:
    return post(identifier, author, in_reply_to_tweet_id=to, in_reply_to_user_id=to_user, **parts)


def test_a_post_that_comes_as_mention_and_as_reply_is_one_event() -> None:
    mention = {"username": "riverbikes", "id": SHOP, "start": 0, "end": 11}
    both = reply(COMMENT, MARTA, ROOT, SHOP, entities={"mentions": [mention]})
    (one,) = events(envelope("post.mention.create", both, event_uuid="1"))
    (other,) = events(envelope("post.reply.create", both, event_uuid="2"))

    assert one == other


def test_all_that_is_said_with_one_customer_in_one_conversation_is_one_thread() -> None:
    (first,) = events(envelope("post.reply.create", reply(COMMENT, MARTA, ROOT, SHOP)))
    (answer,) = events(envelope("post.create", reply(REPLY, SHOP, COMMENT, MARTA)))
    (again,) = events(envelope("post.reply.create", reply(LATER, MARTA, REPLY, SHOP)))

    assert first.thread.key == answer.thread.key == again.thread.key
    assert (first.in_tree, again.in_tree) == (False, True)


def test_who_joins_in_deeper_is_a_bystander_in_a_thread_of_nobody_r18() -> None:
    (joined,) = events(envelope("post.reply.create", reply(LATER, OTTO, REPLY, SHOP)))

    assert joined.in_tree
    assert joined.thread.key == f"{ROOT}:{OTTO}"


def test_who_calls_the_business_by_its_handle_speaks_for_themselves() -> None:
    called = {"username": "riverbikes", "id": SHOP, "start": 20, "end": 31}
    deep = reply(LATER, OTTO, REPLY, MARTA, display_text_range=[12, 40], entities={"mentions": [called]})
    (event,) = events(envelope("post.reply.create", deep))

    assert not event.in_tree
    assert event.thread.surface is Surface.MENTION


def test_a_reply_of_the_business_tells_whom_it_answers_r3() -> None:
    (event,) = events(envelope("post.create", reply(REPLY, SHOP, COMMENT, MARTA)))

    assert isinstance(event, MessageEchoed)
    assert (event.to, event.customer.id, event.unmarked, event.address) == (MARTA, MARTA, True, {})


def test_a_business_that_talks_to_itself_answers_nobody() -> None:
    assert events(envelope("post.create", reply(REPLY, SHOP, COMMENT, SHOP))) == []


def answer_of_ours(**parts: Any) -> dict[str, Any]:
    """Return a post of the business that answers a comment and does not tell whose that is."""
    return post(REPLY, SHOP, in_reply_to_tweet_id=COMMENT, **parts)


def read(body: dict[str, Any]) -> Any:
    return h.parsed(h.Fixture(platform="x", name="made_here", body=body, expected=[]))


MENTIONED = {"mentions": [{"username": "marta_k", "id": MARTA, "start": 0, "end": 8}]}


@pytest.mark.parametrize(
    ("parts", "includes"),
    [
        ({}, {"tweets": [{"id": ROOT, "author_id": OTTO}, {"id": COMMENT, "author_id": MARTA}]}),
        ({}, {"tweets": [{"data": {"id": COMMENT, "author_id": MARTA}}]}),
        ({"text": "@marta_k Today.", "entities": MENTIONED}, {}),
        ({"text": "@Marta_K Today."}, {"users": [{"id": MARTA, "username": "marta_k"}]}),
        ({"text": "@riverbikes @marta_k Today.", "entities": MENTIONED}, {}),
    ],
    ids=["the post it answers", "wrapped", "a mention", "a handle", "after our own"],
)
def test_an_answer_without_an_addressee_is_to_whom_it_names_r3(
    parts: dict[str, Any], includes: dict[str, Any]
) -> None:
    (event,) = events(envelope("post.create", answer_of_ours(**parts), includes=includes))

    assert isinstance(event, MessageEchoed)
    assert (event.to, event.thread.key, event.thread.place) == (MARTA, f"{ROOT}:{MARTA}", ROOT)


def test_the_author_of_the_post_it_answers_comes_before_whom_it_names_r3() -> None:
    named = answer_of_ours(text="@marta_k Today.", entities=MENTIONED)
    along = {"tweets": [{"id": COMMENT, "author_id": OTTO}]}
    (event,) = events(envelope("post.create", named, includes=along))

    assert event.to == OTTO


def test_an_answer_that_names_nobody_at_all_is_counted() -> None:
    found = read(envelope("post.create", answer_of_ours(text="Today, @marta_k.", entities=MENTIONED)))

    assert (found.events, found.unknown) == ((), ("post.create.unaddressed",))


def test_a_handle_that_we_have_put_in_front_is_not_in_the_words_of_the_echo_r7() -> None:
    shown = reply(REPLY, SHOP, COMMENT, MARTA, text=f"@marta_k @marta_k {PUBLIC.text}")
    (cut,) = events(envelope("post.create", {**shown, "display_text_range": [9, 99]}))
    (whole,) = events(envelope("post.create", shown))

    assert cut.text == whole.text == PUBLIC.text


def test_who_goes_on_with_a_post_of_their_own_speaks_for_themselves() -> None:
    (event,) = events(envelope("post.reply.create", reply(LATER, MARTA, COMMENT, MARTA)))

    assert not event.in_tree


def test_the_account_is_that_of_the_filter() -> None:
    other = "7700000000000000009"
    (event,) = events(
        envelope("post.reply.create", reply(COMMENT, SHOP, ROOT, other), filter={"user_id": other})
    )

    assert isinstance(event, CustomerWrote)
    assert event.account == other


def test_an_edit_is_a_message_where_the_first_version_has_not_been_told_r14() -> None:
    edited = post(COMMENT, MARTA, conversation_id=ROOT, edit_history_tweet_ids=[ROOT, COMMENT])
    (wrote, changed) = events(envelope("post.mention.create", edited))
    (first,) = events(envelope("post.mention.create", post(ROOT, MARTA)))

    assert isinstance(changed, MessageEdited)
    assert (wrote.id, wrote.message_id, wrote.thread) == (first.id, first.message_id, first.thread)


def test_only_the_label_of_the_author_makes_an_automation_r20() -> None:
    label = {"description": "Automated"}
    people = [{"id": SHOP, "name": "Shop", "affiliation": label}, {"id": MARTA, "name": "Marta"}]
    (event,) = events(envelope("post.mention.create", post(ROOT, MARTA), includes={"users": people}))

    assert isinstance(event, CustomerWrote)


def test_another_affiliation_is_no_label_r20() -> None:
    people = [{"id": MARTA, "name": "Marta", "affiliation": {"description": "Riverside Bikes"}}]
    (event,) = events(envelope("post.mention.create", post(ROOT, MARTA), includes={"users": people}))

    assert isinstance(event, CustomerWrote)


@pytest.mark.parametrize("name", ["automation_mention", "automation_dm"])
def test_a_labelled_account_is_told_by_a_sign_without_words_r20(name: str) -> None:
    (event,) = h.parsed(h.fixture("x", name)).events

    assert isinstance(event, AutomationWrote)
    assert event.sign == "automated_label"


@given(words=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1))
def test_words_come_back_as_they_were_typed(words: str) -> None:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    shown = reply(REPLY, SHOP, COMMENT, MARTA, text=f"@marta_k {escaped}", display_text_range=[9, 99])
    (event,) = events(envelope("post.create", shown))

    assert event.text == words


def test_a_time_that_is_none_is_a_bad_payload() -> None:
    with pytest.raises(BadPayload):
        events(envelope("post.mention.create", post(ROOT, MARTA, created_at="yesterday")))


def test_a_time_of_another_zone_is_read_in_utc_r4() -> None:
    (event,) = events(
        envelope("post.mention.create", post(ROOT, MARTA, created_at="2026-11-20T13:00:00+01:00"))
    )

    assert event.at.isoformat() == "2026-11-20T12:00:00+00:00"


# Private messages


def test_an_echo_that_names_our_app_is_ours_only_where_we_know_our_app_r7() -> None:
    one = h.fixture("x", "echo_of_ours_older_dm")
    (known,) = h.parsed(one).events
    (guessed,) = h.parsed(one, options={}).events

    assert isinstance(known, MessageEchoed) and isinstance(guessed, MessageEchoed)
    assert ((known.ours, known.unmarked), (guessed.ours, guessed.unmarked)) == ((True, False), (False, True))


def test_an_encrypted_message_is_owed_though_it_has_no_words_r34() -> None:
    (event,) = h.parsed(h.fixture("x", "customer_encrypted")).events

    assert isinstance(event, CustomerWrote)
    assert (event.text, event.attachments) == ("", ("encrypted",))


@pytest.mark.parametrize("parties", [f"{MARTA}:{SHOP}:{OTTO}", f"{MARTA}:{SHOP}:{SHOP}", f"{OTTO}:{SHOP}"])
def test_an_encrypted_message_among_others_than_two_is_counted(parties: str) -> None:
    said = {"id": "1", "sender_id": MARTA, "conversation_id": parties, "created_at_msec": "1795176000000"}
    found = read(envelope("chat.received", said))

    assert (found.events, found.unknown) == ((), ("chat.group",))


def flat(**parts: Any) -> dict[str, Any]:
    """Return a direct message in the shape of API v2."""
    return {
        "id": "6600000000000000001",
        "event_type": "MessageCreate",
        "text": "Is it &lt; 5 kg?",
        "sender_id": MARTA,
        "dm_conversation_id": f"{SHOP}-{MARTA}",
        "created_at": "2026-11-20T12:00:00.000Z",
        **parts,
    }


@pytest.mark.parametrize("kind", ["dm.received", "dm.sent"])
@pytest.mark.parametrize("payload", [{}, {"direct_message_events": []}, {"text": "Hello"}])
def test_a_private_event_without_a_message_is_counted(kind: str, payload: dict[str, Any]) -> None:
    assert read(envelope(kind, payload)).unknown == ("dm.empty",)


def test_a_flat_message_is_the_one_that_would_come_in_the_older_shape() -> None:
    people = [{"id": MARTA, "name": "Marta", "username": "marta_k"}]
    found = flat(id="4400000000000000001", attachments={"media_keys": ["3_1"]})
    (event,) = events(envelope("dm.received", found, includes={"users": people}))

    assert isinstance(event, CustomerWrote)
    assert (event.id, event.thread.key, event.text) == ("dm:4400000000000000001", MARTA, "Is it < 5 kg?")
    assert (event.customer.name, event.attachments) == ("Marta (@marta_k)", ("media",))
    assert event.address == {"participant_id": MARTA, "encrypted": "no"}


def test_a_flat_message_of_the_business_is_an_echo_to_the_other_side_r3() -> None:
    (event,) = events(envelope("dm.sent", flat(sender_id=SHOP)))

    assert isinstance(event, MessageEchoed)
    assert (event.to, event.thread.key, event.unmarked) == (MARTA, MARTA, True)


def test_a_flat_message_of_a_labelled_account_is_an_automations_r20() -> None:
    people = [{"id": MARTA, "affiliation": {"description": "Automated"}}]
    (event,) = events(envelope("dm.received", flat(), includes={"users": people}))

    assert isinstance(event, AutomationWrote)


@pytest.mark.parametrize(
    ("parts", "unknown"),
    [
        ({"event_type": "ParticipantsJoin"}, "dm.ParticipantsJoin"),
        ({"dm_conversation_id": "1582103724607971332"}, "dm.group"),
        ({"dm_conversation_id": f"{SHOP}-{OTTO}"}, "dm.group"),
        ({"dm_conversation_id": "", "sender_id": SHOP}, "dm.group"),
    ],
)
def test_a_flat_message_that_is_none_between_two_is_counted(parts: dict[str, str], unknown: str) -> None:
    found = read(envelope("dm.received", flat(**parts)))

    assert (found.events, found.unknown) == ((), (unknown,))


def test_an_ordinary_message_after_an_encrypted_one_can_be_answered_again() -> None:
    (encrypted,) = h.parsed(h.fixture("x", "customer_encrypted")).events
    (ordinary,) = h.parsed(h.fixture("x", "customer_dm")).events
    assert isinstance(encrypted, CustomerWrote) and isinstance(ordinary, CustomerWrote)
    address = {**encrypted.address, **ordinary.address}

    assert encrypted.thread == ordinary.thread
    assert x.allowance(ordinary.thread, address, h.channel("x")).automatic is None


# What may be written


def test_there_is_one_automatic_public_reply_and_no_private_one_to_it_r25() -> None:
    allowed = x.allowance(Thread(channel="shop", key="t", public=True), {}, h.channel("x"))

    assert (allowed.later_public, allowed.private_reply, allowed.edits) == (False, None, False)


ENCRYPTED = {"participant_id": MARTA, "encrypted": "yes"}


def test_an_encrypted_message_is_left_to_a_person_in_the_app_r25() -> None:
    allowed = x.allowance(Thread(channel="shop", key=MARTA), ENCRYPTED, h.channel("x"))

    assert (allowed.automatic, allowed.human) == (timedelta(0), timedelta(0))
    with pytest.raises(ValueError, match="encrypted"):
        x.compose(replace(PRIVATE, address=ENCRYPTED), h.channel("x"))


def test_an_encrypted_message_is_answered_where_the_owner_wants_it() -> None:
    here = h.channel("x", options={"answer_encrypted": True})

    assert x.allowance(PRIVATE.thread, ENCRYPTED, here).automatic is None
    assert x.compose(replace(PRIVATE, address=ENCRYPTED), here).body


def test_a_public_reply_answers_the_customers_post() -> None:
    sent = x.compose(PUBLIC, h.channel("x"))

    assert sent.url == "https://api.x.com/2/tweets"
    assert json.loads(sent.body) == {
        "text": f"@marta_k {PUBLIC.text}",
        "reply": {"in_reply_to_tweet_id": PUBLIC.address["in_reply_to"]},
    }


def test_a_private_message_goes_to_the_other_side() -> None:
    sent = x.compose(PRIVATE, h.channel("x"))

    assert sent.url == f"https://api.x.com/2/dm_conversations/with/{MARTA}/messages"
    assert json.loads(sent.body) == {"text": PRIVATE.text}


def text_of(out: Outgoing) -> str:
    return str(json.loads(x.compose(out, h.channel("x")).body)["text"])


def addressed_to(handle: str, text: str = PUBLIC.text) -> Outgoing:
    return replace(PUBLIC, text=text, address={**PUBLIC.address, "handle": handle})


def test_two_customers_never_get_the_same_words_r27() -> None:
    assert text_of(addressed_to("marta_k")) != text_of(addressed_to("otto"))


def test_a_handle_that_is_in_front_already_is_not_put_there_again() -> None:
    assert text_of(addressed_to("marta_k", "@Marta_K Hello.")) == "@Marta_K Hello."


@pytest.mark.parametrize(("length", "in_front"), [(271, True), (272, False)])
def test_a_handle_stands_in_front_only_where_x_has_room_for_it(length: int, *, in_front: bool) -> None:
    assert text_of(addressed_to("marta_k", "a" * length)).startswith("@") is in_front


def test_a_reply_to_somebody_whose_handle_is_not_known_has_the_bare_words() -> None:
    assert text_of(replace(PUBLIC, address={"in_reply_to": HERE})) == PUBLIC.text


def test_a_direct_message_has_no_handle() -> None:
    assert text_of(replace(PRIVATE, address={**PRIVATE.address, "handle": "marta_k"})) == PRIVATE.text


@pytest.mark.parametrize("kind", ["customer_mention", "customer_older_mention"])
def test_the_handle_of_who_writes_is_kept_for_the_answer(kind: str) -> None:
    (event,) = h.parsed(h.fixture("x", kind)).events

    assert isinstance(event, CustomerWrote)
    assert event.address["handle"] == "marta_k"


@pytest.mark.parametrize("handle", ["", "a b", "@marta", "ąę", "a" * 16, "marta\n"], ids=repr)
def test_what_is_no_handle_is_not_kept(handle: str) -> None:
    people = [{"id": MARTA, "name": "Marta", "username": handle}]
    (event,) = events(envelope("post.mention.create", post(ROOT, MARTA), includes={"users": people}))

    assert "handle" not in event.address


def test_every_lane_says_how_often_it_may_be_taken() -> None:
    narrowest = {rate.lane: rate.messages for rate in reversed(x.CAPABILITIES.rates)}

    assert narrowest == {Lane.MESSAGE: 15, Lane.PUBLIC_REPLY: 100}


def test_the_same_attempt_is_composed_the_same() -> None:
    assert x.compose(PUBLIC, h.channel("x")) == x.compose(PUBLIC, h.channel("x"))


def test_every_attempt_has_a_proof_of_its_own() -> None:
    later = replace(PUBLIC, claimed_at=PUBLIC.claimed_at + timedelta(microseconds=1))
    proofs = {
        x.compose(one, h.channel("x")).headers["authorization"]
        for one in (PUBLIC, later, replace(PUBLIC, key="c4se0000000000aa.1-2"))
    }

    assert len(proofs) == 3


def test_a_reply_without_an_address_is_not_composed() -> None:
    with pytest.raises(KeyError):
        x.compose(replace(PUBLIC, address={}), h.channel("x"))


def test_a_direct_message_keeps_to_the_length_the_owner_has_set() -> None:
    with pytest.raises(ValueError, match="dm_limit"):
        x.compose(PRIVATE, h.channel("x", options={"dm_limit": 10}))


def test_a_public_reply_is_measured_as_x_measures() -> None:
    limit = x.CAPABILITIES.lanes[Lane.PUBLIC_REPLY]

    assert lengths.fits("я" * 280, limit)
    assert not lengths.fits("語" * 141, limit)


# What X answers


def problem(status: int, detail: str = "", kind: str = "", headers: Any = None) -> HttpResponse:
    named = f"https://api.x.com/2/problems/{kind}" if kind else "about:blank"
    return h.answered(status, {"title": "x", "detail": detail, "type": named, "status": status}, headers)


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        (problem(400, kind="invalid-request"), Outcome.REFUSED, "invalid-request"),
        (problem(401), Outcome.CHANNEL_PAUSED, "401"),
        (problem(402, kind="credits"), Outcome.CHANNEL_PAUSED, "credits"),
        (problem(402), Outcome.CHANNEL_PAUSED, "402"),
        (problem(403, "You are not permitted to perform this action."), Outcome.REFUSED, "403"),
        (problem(403, kind="oauth1-permissions"), Outcome.CHANNEL_PAUSED, "oauth1-permissions"),
        (problem(403, kind="client-forbidden"), Outcome.CHANNEL_PAUSED, "client-forbidden"),
        (problem(404, kind="resource-not-found"), Outcome.REFUSED, "resource-not-found"),
        (problem(429, kind="usage-capped"), Outcome.CHANNEL_PAUSED, "usage-capped"),
        (problem(500), Outcome.AMBIGUOUS, "500"),
        (problem(504), Outcome.AMBIGUOUS, "504"),
        (problem(503), Outcome.RETRY, "503"),
        (
            problem(400, "You are not allowed to create a Tweet with duplicate content."),
            Outcome.REFUSED,
            "400",
        ),
        (
            problem(403, "You are not allowed to create a Tweet with duplicate content."),
            Outcome.AMBIGUOUS,
            "duplicate",
        ),
        (
            problem(403, "... because you have not been mentioned or otherwise engaged by the author ..."),
            Outcome.REFUSED,
            "not_summoned",
        ),
    ],
)
def test_an_error_says_what_to_do(answer: HttpResponse, outcome: Outcome, reason: str) -> None:
    result = x.read_reply(answer, PUBLIC)

    assert (result.outcome, result.reason) == (outcome, reason)


def reset_in(seconds: int) -> str:
    return str(int(h.RECEIVED.timestamp()) + seconds)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-rate-limit-reset": reset_in(90)}, 90),
        ({"x-rate-limit-reset": reset_in(-5)}, 0),
        ({"x-rate-limit-reset": reset_in(10**6)}, 24 * 3600),
        ({"x-rate-limit-reset": "soon"}, None),
        ({}, None),
        (
            {
                "x-rate-limit-remaining": "3",
                "x-rate-limit-reset": reset_in(90),
                "x-user-limit-24hour-remaining": "0",
                "x-user-limit-24hour-reset": reset_in(7200),
            },
            7200,
        ),
    ],
    ids=["soon", "past", "far", "word", "nothing", "the day is used up"],
)
def test_a_limit_is_waited_for_until_x_says_it_ends(headers: dict[str, str], seconds: float | None) -> None:
    result = x.read_reply(problem(429, headers=headers), PUBLIC)

    assert (result.outcome, result.retry_after) == (Outcome.RETRY, seconds)


# What became of an attempt


def said(text: str, to: str, **parts: Any) -> dict[str, Any]:
    referenced = [{"type": "replied_to", "id": to}]
    fields = {"text": f"@marta_k {text}", "display_text_range": [9, 99], "referenced_tweets": referenced}
    return post("9900000000000000099", SHOP, **{**fields, **parts})


def found(*stands: dict[str, Any], out: Outgoing = PUBLIC) -> tuple[Outcome, str, str]:
    result = x.read_reconciliation(h.answered(200, {"data": stands}), out)
    return result.outcome, result.message_id, result.reason


HERE = PUBLIC.address["in_reply_to"]
ELSEWHERE = "9900000000000000077"


def test_our_newest_posts_are_asked_for() -> None:
    ask = x.reconcile(PUBLIC, h.channel("x")).ask

    assert ask is not None
    assert urlsplit(ask.url).path == f"/2/users/{SHOP}/tweets"
    assert {"created_at", "referenced_tweets"} <= set(
        parse_qs(urlsplit(ask.url).query)["tweet.fields"][0].split(",")
    )


def test_a_post_of_ours_that_stands_below_the_customers_was_sent() -> None:
    assert found(said(PUBLIC.text, HERE)) == (Outcome.SENT, "9900000000000000099", "")


def test_the_same_words_to_somebody_else_show_that_x_has_refused_them() -> None:
    nameless = replace(PUBLIC, address={"in_reply_to": HERE})

    assert found(said(PUBLIC.text, ELSEWHERE), out=nameless) == (Outcome.REFUSED, "", "duplicate")


def test_the_same_words_to_the_same_customer_show_that_x_has_refused_them() -> None:
    assert found(said(PUBLIC.text, ELSEWHERE)) == (Outcome.REFUSED, "", "duplicate")


def test_the_same_words_to_another_handle_show_nothing() -> None:
    to_otto = {
        **said(PUBLIC.text, ELSEWHERE),
        "text": f"@otto {PUBLIC.text}",
        "display_text_range": [6, 99],
    }

    assert found(to_otto) == (Outcome.UNCERTAIN, "", "not_found")


def test_our_post_is_found_where_x_shows_our_handle_beside_its_own() -> None:
    doubled = {**said(PUBLIC.text, HERE), "text": f"@marta_k @marta_k {PUBLIC.text}"}

    assert found(doubled)[0] is Outcome.SENT


def test_words_that_begin_with_a_handle_are_found() -> None:
    out = replace(PUBLIC, text=f"@marta_k {PUBLIC.text}")

    assert found(said(PUBLIC.text, HERE), out=out)[0] is Outcome.SENT


def test_other_words_below_the_customers_post_are_not_ours() -> None:
    assert found(said("Tomorrow.", HERE)) == (Outcome.UNCERTAIN, "", "not_found")


def test_an_account_without_posts_leaves_it_uncertain() -> None:
    assert (
        x.read_reconciliation(h.answered(200, {"meta": {"result_count": 0}}), PUBLIC).outcome
        is Outcome.UNCERTAIN
    )


def message(sender: str, **parts: Any) -> dict[str, Any]:
    fields = {"id": "77", "event_type": "MessageCreate", "sender_id": sender, "text": PRIVATE.text}
    return {**fields, "created_at": "2026-11-20T12:00:03.000Z", **parts}


def test_the_conversation_is_asked_for() -> None:
    ask = x.reconcile(PRIVATE, h.channel("x")).ask

    assert ask is not None
    assert urlsplit(ask.url).path == f"/2/dm_conversations/with/{MARTA}/dm_events"


@pytest.mark.parametrize(
    ("stands", "outcome"),
    [
        (message(SHOP), Outcome.SENT),
        (message(MARTA), Outcome.UNCERTAIN),
        (message(SHOP, text="Tomorrow."), Outcome.UNCERTAIN),
        (message(SHOP, created_at="2026-11-20T11:00:00.000Z"), Outcome.UNCERTAIN),
        (message(SHOP, created_at="long ago"), Outcome.UNCERTAIN),
    ],
    ids=["ours", "the customer's", "other words", "an older one", "unreadable"],
)
def test_a_message_of_ours_in_the_conversation_was_sent(stands: dict[str, Any], outcome: Outcome) -> None:
    assert found(stands, out=PRIVATE)[0] is outcome


def test_a_private_answer_beside_a_public_thread_is_found_too() -> None:
    linked = replace(PRIVATE, address={**PRIVATE.address, "in_reply_to": HERE})

    assert found(message(SHOP), out=linked)[0] is Outcome.SENT


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (429, Outcome.AMBIGUOUS),
        (500, Outcome.AMBIGUOUS),
        (503, Outcome.AMBIGUOUS),
        (401, Outcome.UNCERTAIN),
        (403, Outcome.UNCERTAIN),
    ],
)
def test_a_question_that_x_does_not_answer_now_is_asked_again(status: int, outcome: Outcome) -> None:
    assert x.read_reconciliation(problem(status), PUBLIC).outcome is outcome
