"""Calls to the owner: what they say, who takes them, and what happens when nobody does (R34)."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from apprise import decorators

from chalicelib import alerts, calls
from chalicelib.core.effects import Alert, Delivery, Effect
from chalicelib.core.message import Customer
from tests.builders import NOON, POLICY, opened
from tests.fakes import POLICY_DOCUMENT, PROJECT, World

# One of the hundred services that are looked through once uses what Python 3.13 has dropped.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

taken: list[str] = []
CALL = ("Nobody has replied in time", "Please reply.")


def takes(body: str, title: str, *_more: object, **_else: object) -> bool:
    taken.append(title)
    return True


def refuses(body: str, title: str, *_more: object, **_else: object) -> bool:
    return False


def breaks(body: str, title: str, *_more: object, **_else: object) -> bool:
    raise RuntimeError("the service's own library is broken")


@pytest.fixture(scope="module", autouse=True)
def services() -> None:
    on_address: Any = decorators.notify
    for service in (takes, refuses, breaks):
        on_address(on=service.__name__)(service)


@pytest.fixture(autouse=True)
def nobody_called() -> None:
    taken.clear()


def body_for(name: str) -> str:
    case = opened(customer=Customer(id="c1", name=name))
    delivery = Delivery(
        key="1", effect=Effect.ALERT_OWNER, first_due_at=NOON, due_at=NOON, alert=Alert.UNANSWERED
    )
    return alerts.describe(case, delivery, POLICY, "https://desk.example")[1]


def test_a_customers_name_stands_in_quotes() -> None:
    assert body_for("Anna Nowak").splitlines()[0] == 'Customer "Anna Nowak" on shop.'


def test_a_customer_without_a_name_is_called_by_their_id() -> None:
    assert body_for("").splitlines()[0] == 'Customer "c1" on shop.'


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("https://evil.example/pay", '"https. evil. example/pay"'),
        ("WWW.evil.com", '"WWW. evil. com"'),
        ("Anna\nPlease pay at once.\x1b[2J", '"Anna Please pay at once. [2J"'),
        ('Anna" on shop. <!channel> @everyone', '"Anna\' on shop. !channel everyone"'),
        ("J. R. Smith", '"J. R. Smith"'),
        ("a\u202eb\u200bc", '"a b c"'),
        ("n" * 500, f'"{"n" * 39}…"'),
    ],
)
def test_a_customers_name_can_neither_link_nor_mention_nor_fill_the_alert(name: str, shown: str) -> None:
    assert body_for(name).splitlines()[0] == f"Customer {shown} on shop."


@pytest.mark.parametrize("other", ["refuses://", "breaks://", "no address at all", "nonsense://x", ""])
@pytest.mark.parametrize("good_first", [True, False])
def test_r34_one_address_that_takes_a_call_is_enough(other: str, good_first: bool) -> None:  # noqa: FBT001
    addresses = ["takes://", other] if good_first else [other, "takes://"]

    assert alerts.notify(addresses, *CALL) and taken == [CALL[0]]


@pytest.mark.parametrize("addresses", [[], ["refuses://"], ["no address at all", "breaks://"]])
def test_r34_a_call_that_nobody_took_is_not_taken(addresses: list[str]) -> None:
    assert not alerts.notify(addresses, *CALL)


def test_of_an_address_that_failed_only_its_position_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="hearback.alerts"):
        alerts.notify(["takes://", "refuses://secret"], *CALL)

    [record] = [one for one in caplog.records if one.name == "hearback.alerts"]
    assert record.__dict__["position"] == 2 and "secret" not in str(record.__dict__)


def test_r34_the_owner_is_told_of_dead_letters_once_an_hour(world: World) -> None:
    calls.tell_of_dead_letters(world.ports)
    world.clock.now += timedelta(minutes=59)
    calls.tell_of_dead_letters(world.ports)
    assert len(world.owner.calls) == 1

    world.clock.now += timedelta(minutes=2)
    calls.tell_of_dead_letters(world.ports)
    assert len(world.owner.calls) == 2


def test_r34_a_call_about_dead_letters_that_nobody_took_is_made_again_at_the_next_chance(
    world: World,
) -> None:
    world.owner.reachable = False
    calls.tell_of_dead_letters(world.ports)
    world.owner.reachable = True

    for _ in range(2):
        calls.tell_of_dead_letters(world.ports)

    assert len(world.owner.calls) == 2


def test_without_an_address_dead_letters_are_for_the_desk_alone(world: World) -> None:
    world.documents["roster"] = None
    world.publish(POLICY_DOCUMENT)

    calls.tell_of_dead_letters(world.ports)

    assert world.owner.calls == []
    assert world.ports.records.get(calls.DEAD_LETTERS, world.clock()) is not None


@pytest.mark.parametrize("words", [*alerts.TITLES.values(), *alerts.REASONS.values()])
def test_the_guide_explains_every_alert_and_every_reason(words: str) -> None:
    guide = Path(PROJECT / "docs" / "alerts.md").read_text(encoding="utf-8")

    assert f"| {words} |" in guide
