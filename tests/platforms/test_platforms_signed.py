"""What only `signed` has: Standard Webhooks both ways, and a schema that says what is wrong."""

import base64
import hashlib
import hmac
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import BadPayload, BadSignature
from chalicelib.core.events import CustomerWrote, Outcome
from chalicelib.platforms import signatures, signed
from chalicelib.platforms.contract import Inbound
from tests.platforms import harness as h

ONE = h.fixture("signed", "customer_message")
NOW = int(h.RECEIVED.timestamp())


def request(**headers: str) -> Inbound:
    honest = h.proven(ONE)
    return Inbound(
        method="POST", headers={**honest.headers, **headers}, body=honest.body, received_at=h.RECEIVED
    )


def dated(seconds: int) -> Inbound:
    late = h.Fixture(
        platform="signed",
        name="dated",
        body=ONE.body,
        expected=[],
        headers={**ONE.headers, "webhook-timestamp": str(NOW + seconds)},
    )
    return h.proven(late)


# Standard Webhooks


@pytest.mark.parametrize("seconds", [-300, -299, 0, 299])
def test_five_minutes_either_way_are_tolerated(seconds: int) -> None:
    signed.verify(dated(seconds), h.channel("signed"))


@pytest.mark.parametrize("seconds", [-301, 301, -86_400, 86_400])
def test_more_than_five_minutes_are_a_bad_signature(seconds: int) -> None:
    with pytest.raises(BadSignature):
        signed.verify(dated(seconds), h.channel("signed"))


@pytest.mark.parametrize(
    "timestamp", ["", "-1", "1e9", "nan", "inf", "²", "١٧٩٥١٧٦٠٠٥", f" {NOW}", f"{NOW}.0", "9" * 400]
)
def test_a_timestamp_that_is_none_is_a_bad_signature(timestamp: str) -> None:
    with pytest.raises(BadSignature):
        signed.verify(request(**{"webhook-timestamp": timestamp}), h.channel("signed"))


@pytest.mark.parametrize(
    "signature",
    ["v1", "v1,", ",", "", " ", "v1,%%%", "v1,AAAA", "v1,\ud800", "v2", "v1a,AAAA", "v1,AA==,AA==", "é,é"],
    ids=repr,
)
def test_a_malformed_signature_is_a_bad_signature(signature: str) -> None:
    with pytest.raises(BadSignature):
        signed.verify(request(**{"webhook-signature": signature}), h.channel("signed"))


def test_a_malformed_signature_beside_a_right_one_does_no_harm() -> None:
    right = h.proven(ONE).headers["webhook-signature"]

    signed.verify(request(**{"webhook-signature": f"v1 v1a,AAAA v1,%%% {right}"}), h.channel("signed"))


def test_a_body_that_is_not_utf_8_is_a_bad_signature_unless_it_is_signed() -> None:
    stranger = Inbound(method="POST", headers=request().headers, body=b"\xff\xfe", received_at=h.RECEIVED)

    with pytest.raises(BadSignature):
        signed.verify(stranger, h.channel("signed"))


def test_a_signed_body_that_is_not_utf_8_is_a_bad_payload() -> None:
    proven = h.proven(ONE, body=b'{"type": "\xff"}')

    signed.verify(proven, h.channel("signed"))
    with pytest.raises(BadPayload):
        signed.parse(proven, h.channel("signed"))


def test_another_id_under_the_same_signature_is_a_bad_signature() -> None:
    with pytest.raises(BadSignature):
        signed.verify(request(**{"webhook-id": "msg_other"}), h.channel("signed"))


@pytest.mark.parametrize("secret", ["whsec_", "whsec_===", "whsec_not base64", "é"])
def test_a_secret_without_a_key_proves_nothing(secret: str) -> None:
    with pytest.raises(BadSignature):
        signed.verify(request(), h.channel("signed", secrets={"secret": (secret,)}))


@given(key=st.binary(min_size=1, max_size=64))
def test_a_secret_may_come_without_prefix_and_padding(key: bytes) -> None:
    secret = base64.b64encode(key).decode()

    assert signatures.standard_signature(
        secret.rstrip("="), "msg_1", "1", b"{}"
    ) == signatures.standard_signature(f"whsec_{secret}", "msg_1", "1", b"{}")


def test_a_redelivery_with_a_new_timestamp_is_the_same_event() -> None:
    again = signed.parse(dated(200), h.channel("signed"))

    assert again.events[0].id == h.parsed(ONE).events[0].id


@pytest.mark.parametrize("identifier", ["", "x" * 513])
def test_an_id_that_no_store_can_hold_is_refused(identifier: str) -> None:
    with pytest.raises(BadPayload):
        signed.parse(request(**{"webhook-id": identifier}), h.channel("signed"))


# The schema


def with_data(kind: str = "message.created", **changes: Any) -> h.Fixture:
    body = {**ONE.body, "type": kind, "data": {**ONE.body["data"], **changes}}
    return h.Fixture(platform="signed", name="changed", body=body, expected=[], headers=ONE.headers)


@pytest.mark.parametrize(
    "changes",
    [
        {"surface": "telepathy"},
        {"thread": ""},
        {"thread": "x" * 513},
        {"thread": 1.5},
        {"message_id": None},
        {"text": None},
        {"public": "yes"},
        {"customer": {"name": "Anna"}},
        {"attachments": "image"},
        {"attachments": ["image"] * 51},
    ],
    ids=str,
)
def test_what_the_schema_does_not_allow_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadPayload):
        h.parsed(with_data(**changes))


def test_a_refusal_names_the_field_and_not_what_the_customer_wrote() -> None:
    with pytest.raises(BadPayload) as caught:
        h.parsed(with_data(customer={"id": "my secret", "name": 5}))

    assert "$.data.customer.name" in str(caught.value)
    assert "my secret" not in str(caught.value)


@pytest.mark.parametrize(
    "timestamp", ["", "noon", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1795176000"]
)
def test_a_time_that_is_none_is_refused(timestamp: str) -> None:
    body = {**ONE.body, "timestamp": timestamp}

    with pytest.raises(BadPayload):
        h.parsed(h.Fixture(platform="signed", name="x", body=body, expected=[], headers=ONE.headers))


def test_a_field_more_is_no_mistake() -> None:
    (event,) = h.parsed(with_data(colour="blue")).events

    assert isinstance(event, CustomerWrote)


# The guide

EXAMPLES = re.findall(r"```json\n(.+?)```", (h.GUIDES / "signed.md").read_text(encoding="utf-8"), re.DOTALL)
COMING_IN = [one for one in map(json.loads, EXAMPLES) if one["type"] in signed.TYPES]


@pytest.mark.parametrize("body", COMING_IN, ids=lambda body: body["type"])
def test_what_the_guide_shows_can_be_sent_to_us(body: dict[str, Any]) -> None:
    shown = h.Fixture(platform="signed", name="shown", body=body, expected=[], headers=ONE.headers)

    assert len(h.parsed(shown).events) == 1


def test_what_the_guide_shows_is_what_we_send() -> None:
    (shown,) = [one for one in map(json.loads, EXAMPLES) if one["type"] == "message.send"]
    sent = json.loads(signed.compose(h.outgoing("signed"), h.channel("signed")).body)

    assert (shown.keys(), shown["data"].keys()) == (sent.keys(), sent["data"].keys())


# What goes out


def test_a_message_goes_out_under_its_key_and_says_that_it_is_automatic_r32() -> None:
    sent = signed.compose(h.outgoing("signed"), h.channel("signed"))

    assert sent.headers["webhook-id"] == "c4se0000000000aa.1-1"
    assert json.loads(sent.body) == {
        "type": "message.send",
        "timestamp": "2026-11-20T12:00:05+00:00",
        "data": {
            "thread": "t-1",
            "text": "We have received your message.",
            "key": "c4se0000000000aa.1-1",
            "automatic": True,
        },
    }


def test_words_of_a_person_are_not_called_automatic() -> None:
    sent = signed.compose(h.outgoing("signed", human=True), h.channel("signed"))

    assert json.loads(sent.body)["data"]["automatic"] is False


def test_the_newest_secret_signs_what_goes_out() -> None:
    sent = signed.compose(h.outgoing("signed"), h.channel("signed"))
    key = base64.b64decode(h.NEWEST.removeprefix("whsec_"))
    signed_bytes = f"{sent.headers['webhook-id']}.{sent.headers['webhook-timestamp']}.".encode() + sent.body
    signature = base64.b64encode(hmac.new(key, signed_bytes, hashlib.sha256).digest()).decode()

    assert sent.headers["webhook-signature"] == f"v1,{signature}"


def test_nothing_goes_out_without_a_secret() -> None:
    with pytest.raises(ValueError, match="no key"):
        signed.compose(h.outgoing("signed"), h.channel("signed", secrets={}))


def test_a_second_try_has_the_same_id_and_a_new_time() -> None:
    first = signed.compose(h.outgoing("signed"), h.channel("signed"))
    later = h.outgoing("signed", claimed_at=h.RECEIVED + timedelta(minutes=2))
    second = signed.compose(later, h.channel("signed"))

    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.SENT),
        (202, Outcome.SENT),
        (204, Outcome.SENT),
        (301, Outcome.REFUSED),
        (400, Outcome.REFUSED),
        (401, Outcome.CHANNEL_PAUSED),
        (403, Outcome.CHANNEL_PAUSED),
        (404, Outcome.REFUSED),
        (408, Outcome.RETRY),
        (409, Outcome.RETRY),
        (410, Outcome.CHANNEL_PAUSED),
        (425, Outcome.RETRY),
    ],
)
def test_a_status_means_what_to_do_next(status: int, outcome: Outcome) -> None:
    assert signed.read_reply(h.answered(status, b""), h.outgoing("signed")).outcome is outcome


@pytest.mark.parametrize(
    ("asked", "wait"),
    [("7", 7), ("Fri, 20 Nov 2026 12:00:00 GMT", None), ("-1", None), ("²", None), ("9" * 400, 24 * 3600)],
)
def test_a_wait_is_kept_where_it_makes_sense(asked: str, wait: float | None) -> None:
    result = signed.read_reply(h.answered(503, b"", {"retry-after": asked}), h.outgoing("signed"))

    assert result.retry_after == wait
