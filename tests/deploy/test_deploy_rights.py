"""Each function may do what its code does, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app import app
from chalicelib import incidents, wiring
from chalicelib.core.events import HumanReplied
from chalicelib.core.incident import Linking
from chalicelib.core.message import Customer, Thread
from chalicelib.envelope import seal
from chalicelib.platforms.contract import HttpRequest, HttpResponse
from chalicelib.queues.contract import QueueMessage
from infra.template import template
from tests.browser import Browser
from tests.deploy.rights import NotedWorld, Right
from tests.fakes import PAGE, LostQueue, json_response, success
from tests.store.conftest import table  # noqa: F401 - a fixture of the stores

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ANGRY = "This is a disaster, it is broken again!"
WORDS = {"en": "Our card payments fail. We tell you here as soon as they work."}

FUNCTIONS = ("APIHandler", "OnEvents", "OnWakeups", "Sweep")

SERVICES = {
    "logs": "Lambda itself writes what a function prints",
    "xray": "Lambda itself traces, where the owner wants it",
    "ssm": "secrets are read by `Parameters`; the deployed stack proves it",
    "kms": "the Parameter Store decrypts for the function",
}
"""Services whose calls are not made by the flow, and who makes them."""

TAKEN = {
    (function, f"sqs:{action}", queue)
    for function, queue in (("OnEvents", "Events"), ("OnWakeups", "Wakeups"))
    for action in ("DeleteMessage", "GetQueueAttributes", "ReceiveMessage")
}
"""What Lambda does with a function's rights on the queue it takes from.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

_RESTORED = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${RestoredTable}"


@pytest.fixture
def world(tmp_path: Path, dynamodb: "DynamoDBClient", table: str) -> Iterator[NotedWorld]:  # noqa: F811 - the fixture
    made = NotedWorld(tmp_path)
    made.over(dynamodb, table)
    made.publish({"rules": [{"name": "all", "window": "15m", "promise": "2 business_hours"}]})
    wiring.install(made.ports)
    yield made
    made.close()


def allowed() -> set[Right]:
    """Return every right that the policies of the template give, without Lambda's and AWS's own."""
    resources = template(app, stage="prod", python="3.11", architecture="arm64", version="")["Resources"]
    return {
        (function, action, resource)
        for function in FUNCTIONS
        for statement in resources[f"{function}Role"]["Properties"]["Policies"][0]["PolicyDocument"][
            "Statement"
        ]
        for action in listed(statement["Action"])
        if action.partition(":")[0] not in SERVICES
        for resource in map(name, listed(statement["Resource"]))
    }


def listed(one_or_more: Any) -> list[Any]:
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def name(resource: Any) -> str:
    """Return the logical name of a resource, with its index; a restored table counts as the own one."""
    if "Fn::If" in resource:
        own, restored = map(name, resource["Fn::If"][1:])
        assert own == restored
        return own
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    return str(resource["Fn::Sub"]).replace("${Table.Arn}", "Table").replace(_RESTORED, "Table")


def test_no_right_is_for_the_stacks_own_table_alone() -> None:
    resources = template(app, stage="prod", python="3.11", architecture="arm64", version="")["Resources"]
    statements = [
        statement
        for role in FUNCTIONS
        for statement in resources[f"{role}Role"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
        if any(action.startswith("dynamodb:") for action in listed(statement["Action"]))
    ]
    assert len(statements) > len(FUNCTIONS)
    assert [one["Sid"] for one in statements if "Fn::If" not in one["Resource"]] == []


def answered(request: HttpRequest) -> HttpResponse:
    """Answer that the page has written below the comment."""
    if request.method != "GET":
        return success(request, 1)
    words = {"message": "We are looking into it.", "created_time": "2026-11-20T15:00:00+0000"}
    return json_response({"data": [{"id": "1_8", "from": {"id": PAGE}, "parent": {"id": "1_7"}, **words}]})


def live_through_everything(world: NotedWorld) -> None:
    """Let all happen that makes a function call AWS in another way."""
    # Acknowledged, answered, and seen at the desk.
    world.writes("Where is my order?")
    for _ in range(17):
        world.minute()
    world.answers()
    world.work()
    # Complaints that become a crisis, an incident with a status for all, and its end.
    for one in range(12):
        world.writes(ANGRY, thread=f"t{one}", message_id=f"a{one}", customer={"id": f"c{one}"})
    world.work()
    browser = Browser(world)
    with world.notes.of("APIHandler"):
        browser.log_in()
        browser.get("/desk")
        # The announcement is lost, so that the sweep goes on with it.
        lost = replace(world.ports, events=LostQueue())
        incidents.open_incident("shop", WORDS, lost, by="Ana", linking=Linking())
        browser.act(world.case("t3").id, "close", reason="resolved")
    world.minute()
    with world.notes.of("APIHandler"):
        browser.get("/desk/incidents")
        incidents.close("shop", world.ports, by="Ana")
    # A public complaint that somebody of the page has answered meanwhile, and words to a whole group.
    world.internet.answer = answered
    comment = {"comment_id": "1_7", "parent_id": f"{PAGE}_1", "message": "It is late"}
    world.receive("page", world.feed(**{"from": {"id": "c70", "name": "Ann"}}, **comment))
    spoken = HumanReplied(
        id="h70",
        at=world.clock(),
        thread=Thread(channel="shop", key="t5"),
        customer=Customer(id="staff"),
        message_id="h70",
        text="We are on it.",
        to_all=True,
    )
    world.ports.events.put([seal("shop", spoken)])
    for _ in range(17):
        world.minute()
    # A platform that refuses, and then takes messages again; an owner nobody can reach, and then can.
    world.owner.reachable = False
    world.internet.answer = lambda _: json_response(
        {"error": {"code": 190, "message": "expired"}}, status=400
    )
    world.receive("page", world.messenger(world.messenger_item(text="Hello?")))
    # What nobody can read.
    world.ports.events.put([QueueMessage(body="this is no event", group="poisoned")])
    for _ in range(17):
        world.minute()
    world.owner.reachable = True
    world.internet.answer = lambda request: success(request, 1)
    for _ in range(17):
        world.minute()


def test_every_right_is_used_and_none_is_missing(world: NotedWorld) -> None:
    live_through_everything(world)
    made, given = world.notes.made | TAKEN, allowed()
    assert sorted(made - given) == [], "missing"
    assert sorted(given - made) == [], "never used"
