"""Every log line names the webhook it goes back to, and none holds a customer's words, a name or a secret."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chalicelib import deliver, handle
from chalicelib.platforms.contract import HttpRequest, HttpResponse
from chalicelib.queues.contract import QueueMessage
from tests.fakes import SECRETS, World, json_response
from tests.logged import logged

WAY = {"webhook", "handled", "delivery", "alert"}


def test_every_line_on_the_way_from_a_webhook_to_its_post_names_the_webhook(world: World) -> None:
    with logged() as lines:
        world.writes()
        world.pass_time(minutes=20)

    way = [line for line in lines.all() if line["what"] != "swept"]
    assert {line["what"] for line in way} == WAY
    assert len({line["cause"] for line in way}) == 1 and world.internet.texts()


def test_a_post_is_traced_back_by_its_case_and_then_by_the_webhook(world: World) -> None:
    with logged() as lines:
        world.writes()
        world.pass_time(minutes=20)

    post = next(line for line in lines.all() if line.get("effect") == "acknowledge")
    [first] = [line for line in lines.of("webhook") if line["cause"] == post["cause"]]
    assert post["case"] == world.case().id and first["channel"] == "shop" and first["status"] == 200


def test_two_customers_are_not_mixed_up(world: World) -> None:
    with logged() as lines:
        world.writes(thread="t1", message_id="m1")
        world.writes(thread="t2", message_id="m2")
        world.pass_time(minutes=20)

    acks = {line["case"]: line["cause"] for line in lines.all() if line.get("effect") == "acknowledge"}
    causes = [line["cause"] for line in lines.of("webhook")]
    assert [acks[world.case(thread).id] for thread in ("t1", "t2")] == causes


def test_an_ack_goes_back_to_the_first_of_the_unanswered_messages(world: World) -> None:
    with logged() as lines:
        world.writes(message_id="m1")
        world.pass_time(minutes=5)
        world.writes("Hello?!", message_id="m2")
        world.pass_time(minutes=15)

    [ack] = [line for line in lines.all() if line.get("effect") == "acknowledge"]
    assert ack["cause"] == lines.of("webhook")[0]["cause"]


def test_what_is_owed_after_a_reply_goes_back_to_the_new_message(world: World) -> None:
    world.writes(message_id="m1")
    world.pass_time(minutes=5)
    world.answers()
    world.pass_time(minutes=5)
    with logged() as lines:
        world.writes("And when will it come?", message_id="m2")
        world.pass_time(hours=1)

    assert world.case().cause == lines.of("webhook")[0]["cause"]


def test_the_id_that_lambda_gave_a_request_is_taken(world: World) -> None:
    webhook = world.signed("message.created", text="Where is it?")
    world.receive("shop", replace(webhook, request_id="8e3f5f6e-1111-4222-8333-444455556666"))
    world.work()

    assert world.case().cause == "8e3f5f6e-1111-4222-8333-444455556666"


def test_no_header_of_a_request_can_choose_the_id(world: World) -> None:
    webhook = world.signed("message.created", text="Where is it?")
    chosen = {
        "x-amzn-requestid": "chosen-by-them",
        "x-request-id": "chosen-by-them",
        "cause": "chosen-by-them",
    }
    world.receive("shop", replace(webhook, headers={**webhook.headers, **chosen}))
    world.work()

    assert world.case().cause not in {"", "chosen-by-them"}


def test_a_failing_event_is_logged_with_its_webhook(world: World) -> None:
    with logged() as lines:
        world.writes()
        [received] = world.ports.events.receive(1, world.clock() - world.clock())
        handle.consume(
            [replace(received, body=received.body.replace('"CustomerWrote"', '"Nobody"'))], world.ports
        )

    assert lines.of("event failed")[0]["cause"] == lines.of("webhook")[0]["cause"]


def test_a_message_without_an_origin_is_handled_under_no_webhook(world: World) -> None:
    world.writes()
    [received] = world.ports.events.receive(1, world.clock() - world.clock())
    envelope = {
        name: part for name, part in json.loads(received.body).items() if name in ("channel", "kind", "event")
    }
    with logged() as lines:
        failed = handle.consume([replace(received, body=json.dumps(envelope))], world.ports)

    assert failed == [] and "cause" not in lines.of("handled")[0]


def test_a_wake_up_that_cannot_be_read_is_logged_under_no_webhook(world: World) -> None:
    world.writes()
    world.work()
    world.ports.wakeups.put([QueueMessage(body="{}")])
    with logged() as lines:
        deliver.consume(world.ports.wakeups.receive(1, world.clock() - world.clock()), world.ports)

    assert ["cause" in line for line in lines.of("wake-up failed")] == [False]


# Nothing of a customer's, and no secret

MARK = "zQx7"
HOSTILE = st.text(max_size=40).map(lambda drawn: f"{MARK}{drawn}{MARK}")


def refusing(request: HttpRequest) -> HttpResponse:
    """Refuse everything, and say back what was sent and by whom."""
    said = {"error": {"message": request.body.decode(errors="replace"), "code": f"{MARK} {request.url}"}}
    return json_response(said, status=400)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # An example is a whole world: making one smaller would take minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(text=HOSTILE, name=HOSTILE, thread=HOSTILE, identifier=HOSTILE)
def test_nothing_of_a_customers_and_no_secret_reaches_a_log_line(
    text: str, name: str, thread: str, identifier: str
) -> None:
    with tempfile.TemporaryDirectory() as folder, logged() as lines:
        world = World(Path(folder))
        world.internet.answer = refusing
        world.owner.reachable = False
        author = {"id": identifier, "name": name}
        world.receive(
            "shop", world.signed("message.created", thread=thread, message_id="m1", text=text, author=author)
        )
        world.receive("shop", world.signed("order.paid", thread=thread, message_id="m2", text=text))
        world.receive(
            "shop", replace(world.signed("message.created", text=text), headers={"webhook-id": text})
        )
        world.receive("chat", world.visitor(text, message_id=identifier[:20]))
        world.receive(
            "page", world.messenger(world.messenger_item(customer=identifier, text=text, mid=thread))
        )
        world.receive(text, world.inbound(text.encode(errors="replace")))
        world.pass_time(minutes=20)
        world.close()

    written = "\n".join(lines.texts)
    assert "acknowledge" in written
    assert MARK not in written
    assert not [value for value in SECRETS.values() if value in written]
