"""Twilio's own library judges our signatures and our calls: the library twilio."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from chalicelib.platforms import twilio, twilio_setup
from chalicelib.platforms.contract import HttpRequest, Inbound
from tests.platforms import harness as h
from tests.platforms.doubles.twilio import ACCOUNT_SID, CALLBACK

CUSTOMER, OURS = "+48601000111", "+48221234567"
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FORMS = st.lists(st.tuples(WORDS, WORDS), max_size=6)
URLS = st.sampled_from(
    [h.URL, f"{h.URL}?delivery=c4se.1-1", "https://shop.example:8443/w", "http://shop.example/w?a=b&c=d"]
)


class Form(dict[str, list[str]]):
    """Fields of a form as web frameworks hand them out: one name may have several values."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in fields:
            self.setdefault(name, []).append(value)

    def getall(self, name: str) -> list[str]:
        return self[name]


def called(url: str, body: bytes, signature: str, **query: str) -> Inbound:
    headers = {"x-twilio-signature": signature}
    return Inbound(method="POST", url=url, headers=headers, query=query, body=body, received_at=h.RECEIVED)


# The signature


@given(url=URLS, fields=FORMS)
def test_what_twilios_library_signs_is_accepted(url: str, fields: list[tuple[str, str]]) -> None:
    signature = RequestValidator(h.NEWEST).compute_signature(url, Form(fields))

    assert h.believed("twilio", called(url, urlencode(fields).encode(), signature))


@given(url=URLS, fields=FORMS, others=FORMS)
def test_a_form_is_judged_the_same(
    url: str, fields: list[tuple[str, str]], others: list[tuple[str, str]]
) -> None:
    judge = RequestValidator(h.NEWEST)
    signature = judge.compute_signature(url, Form(fields))

    assert h.believed("twilio", called(url, urlencode(others).encode(), signature)) is judge.validate(
        url, Form(others), signature
    )


@given(text=st.text(st.characters(exclude_categories=["Cs"])), altered=st.booleans())
def test_a_body_in_json_is_judged_the_same(text: str, *, altered: bool) -> None:
    judge = RequestValidator(h.NEWEST)
    digest = hashlib.sha256(text.encode()).hexdigest()
    url = f"{h.URL}?bodySHA256={digest}"
    signature = judge.compute_signature(url, {})
    body = text + " " if altered else text

    assert h.believed("twilio", called(url, body.encode(), signature, bodySHA256=digest)) is judge.validate(
        url, body, signature
    )


@given(fields=FORMS, port=st.booleans())
def test_a_port_is_judged_the_same(fields: list[tuple[str, str]], *, port: bool) -> None:
    judge = RequestValidator(h.NEWEST)
    one, other = "https://shop.example/w", "https://shop.example:443/w"
    signature = judge.compute_signature(other if port else one, Form(fields))
    url = one if port else other

    assert judge.validate(url, Form(fields), signature)
    assert h.believed("twilio", called(url, urlencode(fields).encode(), signature))


# What it asks


class Caught:
    """A client that sends nothing and remembers what it was to send."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def request(self, method: str, url: str, params: Any = None, data: Any = None, **more: Any) -> Response:
        given = {name: str(value) for source in (params, data) for name, value in (source or {}).items()}
        self.calls.append((method, url.partition("?")[0], given, more["auth"]))
        # A page of nothing, or one thing with nothing in it.
        return Response(200, '{"page_of_nothing": []}')


def caught() -> tuple[Client, list[tuple[Any, ...]]]:
    sender = Caught()
    return Client(ACCOUNT_SID, h.NEWEST, http_client=sender), sender.calls


def ours(request: HttpRequest) -> tuple[Any, ...]:
    """Return a request of ours as the other library's is remembered."""
    parts = urlsplit(request.url)
    login = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode().split(":")
    given = dict(parse_qsl(parts.query)) | dict(parse_qsl(request.body.decode()))
    return request.method, f"{parts.scheme}://{parts.netloc}{parts.path}", given, tuple(login)


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_message_is_sent_the_same(text: str) -> None:
    client, calls = caught()
    client.messages.create(
        to=CUSTOMER,
        from_=OURS,
        body=text,
        messaging_service_sid="MG01",
        status_callback=f"{CALLBACK}?delivery=c4se0000000000aa.1-1",
    )
    here = h.channel("twilio", options={"messaging_service": "MG01", "status_callback": CALLBACK})

    assert ours(twilio.compose(h.outgoing("twilio", text=text), here)) == calls[0]


def test_messages_are_listed_the_same() -> None:
    client, calls = caught()
    client.messages.list(to=CUSTOMER, from_=OURS, page_size=50)
    ask = twilio.reconcile(h.outgoing("twilio"), h.channel("twilio")).ask
    assert ask

    assert ours(ask) == calls[0]


def test_a_number_is_found_and_set_the_same() -> None:
    client, calls = caught()
    client.incoming_phone_numbers.list(phone_number=OURS)
    client.incoming_phone_numbers("PN1").update(sms_url=h.URL, sms_method="POST")
    steps = twilio_setup.register(h.channel("twilio"), h.URL)
    next(steps)
    asked = steps.send(h.answered(200, {"status": "active"})).request
    number = {"sid": "PN1", "phone_number": OURS}
    told = steps.send(h.answered(200, {"incoming_phone_numbers": [number]})).request

    assert [ours(asked), ours(told)] == calls


@pytest.mark.parametrize("service", ["MG01"])
def test_a_messaging_service_is_asked_for_the_same(service: str) -> None:
    client, calls = caught()
    client.messaging.v1.services(service).fetch()
    steps = twilio_setup.check(h.channel("twilio", options={"messaging_service": service}), h.URL)
    next(steps)
    steps.send(h.answered(200, {"status": "active"}))
    asked = steps.send(h.answered(200, {})).request

    assert ours(asked) == calls[0]
