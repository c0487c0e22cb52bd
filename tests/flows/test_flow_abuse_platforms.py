"""The harm of `test_flow_abuse` in the webhooks of the platforms themselves: in words, name and headers."""

import json
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.events import CustomerWrote
from chalicelib.platforms.contract import Channel, HttpRequest
from chalicelib.policies.build import PolicySet
from chalicelib.ports import Policies
from tests.fakes import World
from tests.flows.test_flow_abuse import CLASSES, MARK, is_the_owners, page_of
from tests.logged import logged
from tests.platforms import harness as h
from tests.platforms import mutations as m

PLATFORMS = ("email", "facebook", "instagram", "line", "max", "telegram", "viber", "vk", "whatsapp")


IN_HEADERS = ("crlf", "lone_surrogate", "nul", "right_to_left", "ten_thousand_characters")


class Fixed:
    """The owner's files, with the channel of one platform that the fixtures know."""

    def __init__(self, inner: Policies, channel: Channel) -> None:
        self._inner, self._channel = inner, channel

    def live(self, at_least: str = "") -> PolicySet:
        found = self._inner.live(at_least)
        return replace(found, channels={**found.channels, "shop": self._channel})


@cache
def customer(name: str) -> tuple[h.Fixture, CustomerWrote]:
    """Return a webhook in which a customer writes words to the business alone, and what it means."""
    found = ((one, h.parsed(one).events) for one in h.fixtures(name) if one.name.startswith("customer"))
    return next(
        (one, event)
        for one, events in found
        for event in events
        if isinstance(event, CustomerWrote) and event.text and not event.thread.public and len(events) == 1
    )


def part(data: Any, route: m.Route) -> Any:
    for name in route:
        data = data[name]
    return data


def planted(name: str, text: str) -> bytes:
    """Return the body with harm in the place of the words, and of the customer's name where there is one."""
    one, event = customer(name)
    data = one.body
    for route in m.routes(one.body):
        if part(one.body, route) in (event.text, event.customer.name or event.text):
            data = m.having(data, route, text)
    return h.encoded(one, data)


@dataclass(frozen=True)
class Harm:
    """What came of one such webhook."""

    status: int
    requests: list[HttpRequest]
    lines: list[str]
    pages: list[str]
    calls: list[tuple[str, str]]


@cache
def harm(name: str, kind: str) -> Harm:
    with tempfile.TemporaryDirectory() as folder, logged() as lines:
        world = World(Path(folder))
        world.clock.now = h.RECEIVED
        world.ports = replace(world.ports, policies=Fixed(world.ports.policies, h.channel(name)))
        inbound = h.proven(customer(name)[0], body=planted(name, CLASSES[kind]))
        status = world.receive("shop", inbound).status
        world.pass_time(minutes=20)
        done = Harm(
            status=status,
            requests=[request for _, request in world.internet.requests],
            lines=list(lines.texts),
            pages=[page_of(case.id, world) for case in world.cases()],
            calls=world.owner.calls,
        )
        world.close()
    return done


def sentences(request: HttpRequest) -> list[str]:
    """Return what a request says; ids and names of fields have no space in them."""
    try:
        found = list(h.texts(json.loads(request.body or b"{}")))
    except ValueError:
        found = [request.body.decode(errors="replace")]
    return [text for text in found if " " in text]


every_harm = pytest.mark.parametrize("kind", CLASSES)
every_platform = pytest.mark.parametrize("name", PLATFORMS)


@every_platform
@every_harm
def test_what_a_platform_brings_is_taken_and_shown_as_text(name: str, kind: str) -> None:
    done = harm(name, kind)

    assert done.status < 300
    assert len(done.pages) == 1 and MARK in done.pages[0] and f"<script>alert('{MARK}" not in done.pages[0]


@every_platform
@every_harm
def test_what_is_sent_to_a_platform_holds_none_of_it(name: str, kind: str) -> None:
    requests = harm(name, kind).requests
    heads = [text for one in requests for text in (one.url, *one.headers, *one.headers.values())]

    assert requests and not [head for head in heads if MARK in head or any(c in head for c in "\r\n\0")]
    assert not [text for one in requests for text in sentences(one) if MARK in text]


@every_platform
def test_a_platform_is_sent_the_owners_words(name: str) -> None:
    requests = [one for one in harm(name, "placeholders").requests if one.body]
    said = [text for one in requests for text in h.words_of(name, one)]

    assert any(map(is_the_owners, said))


@every_platform
@every_harm
def test_neither_the_log_nor_the_subject_of_a_call_holds_any_of_it(name: str, kind: str) -> None:
    done = harm(name, kind)

    assert not [line for line in done.lines if MARK in line or "\n" in line]
    assert not [title for title, _ in done.calls if MARK in title]


@every_platform
@pytest.mark.parametrize("kind", IN_HEADERS)
def test_no_header_of_a_platforms_webhook_breaks_a_line_of_the_log(
    name: str, kind: str, tmp_path: Path
) -> None:
    world = World(tmp_path)
    world.clock.now = h.RECEIVED
    world.ports = replace(world.ports, policies=Fixed(world.ports.policies, h.channel(name)))
    inbound = h.proven(customer(name)[0])
    with logged() as lines:
        answered = [
            world.receive("shop", replace(inbound, headers={**inbound.headers, header: CLASSES[kind]})).status
            for header in (*inbound.headers, "content-type", "host", "cookie", "x-request-id")
        ]
    world.close()

    assert max(answered) < 500
    assert not [line for line in lines.texts if MARK in line or "\n" in line]
