"""Every platform's webhooks as API Gateway delivers them, through the very Chalice app that Lambda runs."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from app import app
from chalicelib import wiring
from chalicelib.core.policy import Policy
from chalicelib.platforms import PLATFORMS, platform
from chalicelib.platforms.besides import Proving
from chalicelib.platforms.contract import Channel, FactLearned, Inbound
from chalicelib.policies.build import PolicySet
from chalicelib.policies.texts import FluentTexts
from tests import builders as b
from tests.fakes import World
from tests.platforms import harness as h
from tests.platforms.doubles import email

every_platform = pytest.mark.parametrize("name", sorted(PLATFORMS))


@dataclass(frozen=True)
class OneChannel:
    """The live files of somebody who has one channel."""

    channel: Channel

    def live(self, at_least: str = "") -> PolicySet:
        policy: Policy = replace(b.POLICY, channel="shop", platform=self.channel.platform)
        return PolicySet(
            version="1", channels={"shop": self.channel}, policies={"shop": policy}, texts=FluentTexts({})
        )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    made.clock.now = h.RECEIVED
    yield made
    made.close()


def install(world: World, name: str) -> None:
    channel = h.channel(name)
    spoken = platform(name)
    if isinstance(spoken, Proving):
        keys = FactLearned(id="keys", at=h.RECEIVED, need=spoken.PROOF_NEED, facts=channel.facts)
        world.ports.facts.learn("shop", keys)
    wiring.install(
        replace(world.ports, policies=OneChannel(channel), address=lambda: "https://hearback.example")
    )


def delivered(one: h.Fixture, *, encoded: bool, secret: str = h.NEWEST) -> dict[str, Any]:
    """Return the event that API Gateway makes of a webhook; binary bodies come in base64."""
    return as_delivered(h.proven(one, secret=secret), encoded=encoded)


def as_delivered(inbound: Inbound, *, encoded: bool) -> dict[str, Any]:
    """Return the event that API Gateway makes of a request."""
    body = base64.b64encode(inbound.body) if encoded else inbound.body
    return {
        "requestContext": {"httpMethod": "POST", "resourcePath": "/webhooks/{channel}"},
        "headers": dict(inbound.headers),
        "pathParameters": {"channel": "shop"},
        "multiValueQueryStringParameters": {name: [value] for name, value in inbound.query.items()} or None,
        "stageVariables": None,
        "body": body.decode(),
        "isBase64Encoded": encoded,
    }


PICTURE = bytes(range(256))


def mail_with_a_picture() -> Inbound:
    """Return what a mail service makes of a mail with a picture: a form in which the picture is as it is."""
    known = {"from": "Jan <jan@poczta.example>", "body-plain": "Pękł.", "Message-Id": "<m1@poczta.example>"}
    signature = parse_qs(email.mailgun_signature(h.NEWEST, h.RECEIVED).decode())
    fields = {**known, **{name: values[0] for name, values in signature.items()}}
    heads = {f'name="{name}"': value.encode() for name, value in fields.items()}
    heads['name="attachment-1"; filename="a.jpg"\r\nContent-Type: image/jpeg'] = PICTURE
    parts = [
        b"--x7\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % (head.encode(), value)
        for head, value in heads.items()
    ]
    return Inbound(
        method="POST",
        headers={"content-type": "multipart/form-data; boundary=x7"},
        body=b"".join([*parts, b"--x7--\r\n"]),
        received_at=h.RECEIVED,
    )


def test_a_mail_with_a_picture_in_a_form_is_taken_and_queued(world: World) -> None:
    install(world, "email")

    answer = app(as_delivered(mail_with_a_picture(), encoded=True), None)

    assert answer["statusCode"] == platform("email").ACCEPTED.status
    assert world.ports.events.depth() == 1


def customer(name: str) -> h.Fixture:
    return next(one for one in h.fixtures(name) if one.name.startswith("customer"))


@every_platform
@pytest.mark.parametrize("encoded", [False, True], ids=["plain", "base64"])
def test_a_customers_message_is_taken_and_queued(world: World, name: str, *, encoded: bool) -> None:
    install(world, name)

    answer = app(delivered(customer(name), encoded=encoded), None)

    assert answer["statusCode"] == platform(name).ACCEPTED.status
    assert world.ports.events.depth() > 0


@every_platform
@pytest.mark.parametrize("encoded", [False, True], ids=["plain", "base64"])
def test_a_message_signed_with_a_retired_secret_is_401_and_leaves_no_trace(
    world: World, name: str, *, encoded: bool
) -> None:
    install(world, name)

    answer = app(delivered(customer(name), encoded=encoded, secret=h.RETIRED), None)

    assert answer["statusCode"] == 401
    assert world.ports.events.depth() == 0
