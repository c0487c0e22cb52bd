"""The Chalice app behind the laptop's front, as API Gateway would call it."""

import base64
import threading
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest

from app import app, on_events, on_wakeups, sweep
from chalicelib import wiring
from chalicelib.envelope import seal
from chalicelib.queues.contract import Received
from chalicelib.queues.local import LocalQueue, answering_later
from chalicelib.serve.front import Front
from tests import builders as b
from tests.browser import Browser
from tests.fakes import SECRETS, World, meta_signature


def post(browser: Browser, world: World, text: str = "Where is my order, please?", mid: str = "mid1") -> int:
    inbound = world.messenger(world.messenger_item(text=text, mid=mid))
    return browser.request("POST", "/webhooks/page", inbound.body, inbound.headers).status


def test_a_webhook_is_taken(browser: Browser, world: World) -> None:
    assert post(browser, world) == 200
    world.work()
    assert len(world.cases("page")) == 1


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/octet-stream", ""])
def test_the_signature_is_over_the_raw_bytes_whatever_the_content_type(
    browser: Browser, world: World, content_type: str
) -> None:
    inbound = world.messenger(world.messenger_item(text="Zażółć gęślą jaźń? \U0001f600"))
    headers = {**inbound.headers, **({"content-type": content_type} if content_type else {})}

    assert browser.request("POST", "/webhooks/page", inbound.body, headers).status == 200


def test_a_body_that_is_no_utf8_is_signed_as_it_is(browser: Browser) -> None:
    body = b"\xff\xfe\x00"
    headers = {"x-hub-signature-256": meta_signature(body, SECRETS["META_APP_SECRET"])}

    assert browser.request("POST", "/webhooks/page", body, headers).status == 400


def test_a_base64_body_as_api_gateway_delivers_it_is_decoded_before_it_is_verified(world: World) -> None:
    inbound = world.messenger(world.messenger_item(text="Where is my order, please?"))
    event = {
        "requestContext": {"httpMethod": "POST", "resourcePath": "/webhooks/{channel}"},
        "headers": dict(inbound.headers),
        "pathParameters": {"channel": "page"},
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "body": base64.b64encode(inbound.body).decode(),
        "isBase64Encoded": True,
    }

    assert app(event, None)["statusCode"] == 200


@pytest.mark.parametrize(
    "path", ["/health", "/nowhere", "/webhooks/none", "/webhooks/", "/a/b/c/d", "/webhooks/%00"]
)
def test_no_path_is_a_server_error(browser: Browser, path: str) -> None:
    assert browser.get(path).status < 500


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_no_method_is_a_server_error(browser: Browser, method: str) -> None:
    assert browser.request(method, "/webhooks/page", b"", {}).status < 500


def test_requests_at_the_same_time_do_not_see_each_other(world: World) -> None:
    front = Front(app, answering_later)
    browsers = [Browser(world) for _ in range(16)]
    for one in browsers:
        one.front = front
    seen: list[int] = []
    start = threading.Barrier(len(browsers))

    def send(number: int) -> None:
        start.wait()
        seen.extend(post(browsers[number], world, mid=f"mid-{number}-{n}") for n in range(20))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(browsers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [200] * 320
    assert world.ports.events.depth() == 320


def sqs_event(*bodies: str) -> dict[str, object]:
    records = [
        {
            "messageId": f"id{n}",
            "body": body,
            "receiptHandle": f"r{n}",
            "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": f"g{n}"},
        }
        for n, body in enumerate(bodies)
    ]
    return {"Records": records}


class Lambdas(LocalQueue):
    """A queue from which Lambda has received: what is given back has Lambda's receipts."""

    given_back: ClassVar[list[str]] = []

    def retry(self, received: Received, delay: timedelta) -> None:
        self.given_back.append(received.receipt)


def test_the_consumer_of_events_names_only_what_failed(world: World) -> None:
    good = seal("shop", b.wrote()).body
    queue = Lambdas(world.file, "events", world.clock, fifo=True)
    wiring.install(replace(world.ports, events=queue))

    assert on_events(sqs_event("not json", good), None) == {"batchItemFailures": [{"itemIdentifier": "id0"}]}
    assert queue.given_back == ["r0"]
    assert len(world.cases()) == 1


def test_the_consumer_of_wake_ups_names_only_what_failed(world: World) -> None:
    assert on_wakeups(sqs_event("not json"), None) == {"batchItemFailures": [{"itemIdentifier": "id0"}]}


def test_the_schedule_sweeps(world: World) -> None:
    world.writes()
    world.work()
    world.clock.now += timedelta(minutes=20)

    names = ("version", "account", "region", "detail", "detail-type", "source", "time", "id", "resources")
    sweep(dict.fromkeys(names, ""), None)

    assert world.ports.wakeups.depth() == 1
