"""Calls as they really go out: to whom, up to whom, and what is written down of it (R21, R29, R34)."""

from typing import Any

import pytest

from chalicelib import deliver, explain, handle
from chalicelib.core import outbox
from chalicelib.core.decision import Decision
from chalicelib.core.effects import Alert
from chalicelib.core.events import CaseAssigned
from chalicelib.core.timeline import Entry, Why
from chalicelib.store.contract import Due
from tests.builders import POLICY
from tests.fakes import POLICY_DOCUMENT, SECRETS, World, policy_with

OLGA = {"id": "olga", "name": "Olga", "alerts": ["OWNER_ALERTS"]}
ANA = {"id": "ana", "name": "Ana Nowak", "alerts": ["ANA_ALERTS"]}
IVO = {"id": "ivo", "name": "Ivo", "alerts": ["IVO_ALERTS"]}
ADDRESSES = {**SECRETS, "ANA_ALERTS": "json://ana.example", "IVO_ALERTS": "json://ivo.example"}
ANAS, IVOS, OWNERS = "json://ana.example", "json://ivo.example", "json://owner.example"
OFF = {"duty": {"week": {"sunday": "3:00-4:00"}}}


@pytest.fixture(autouse=True)
def addresses(world: World) -> None:
    world.secrets.update(ADDRESSES)


def people(world: World, *entries: dict[str, Any], **roles: str) -> None:
    """Put a roster in force."""
    world.documents["roster"] = {"people": list(entries), "owner": "olga", **roles}
    world.publish(POLICY_DOCUMENT)


def hand_to(world: World, person: str) -> None:
    event = CaseAssigned(id=f"to {person}", at=world.clock(), case_id=world.case().id, by="olga", to=person)
    handle.apply(event, world.ports)


def entries(world: World, why: Why) -> list[Entry]:
    return [entry for entry in world.ports.store.timeline(world.case().id) if entry.why is why]


def waits(world: World, holder: str = "") -> None:
    """Let a customer write and the window pass, with the case in somebody's hands."""
    world.writes()
    world.work()
    if holder:
        hand_to(world, holder)
    world.pass_time(minutes=16)


def test_r21_misses_are_told_to_the_holder_then_to_the_coordinator_then_to_the_owner(world: World) -> None:
    people(world, IVO, ANA, {**OLGA, **OFF}, coordinator="ana")
    world.publish({**POLICY_DOCUMENT, "settings": {"max_promises": 3}})
    waits(world, "ivo")

    world.pass_time(hours=9)

    missed = [
        address
        for (title, _), address in zip(world.owner.calls, world.owner.rang, strict=True)
        if title.startswith("A promise was missed")
    ]
    assert missed == [IVOS, ANAS, OWNERS]


def test_a_holder_on_duty_is_called_and_nobody_else(world: World) -> None:
    people(world, IVO, ANA, OLGA)
    waits(world, "ana")

    assert world.owner.rang == [ANAS]


def test_without_a_holder_everybody_on_duty_is_called(world: World) -> None:
    people(world, IVO, {**ANA, **OFF}, OLGA)
    waits(world)

    assert world.owner.rang == [IVOS, OWNERS]


def test_an_expert_of_the_rule_is_called_before_the_others(world: World) -> None:
    people(world, IVO, {**ANA, "topics": "messages"}, OLGA)
    waits(world)

    assert world.owner.rang == [ANAS]


def test_r34_a_call_that_nobody_in_charge_takes_goes_up_at_once(world: World) -> None:
    people(world, IVO, ANA, {**OLGA, **OFF}, coordinator="ana")
    world.owner.deaf = {IVOS}
    waits(world, "ivo")

    assert world.owner.rang == [IVOS, ANAS]


def test_r34_a_call_that_nobody_takes_at_all_is_made_again(world: World) -> None:
    people(world, IVO, {**OLGA, **OFF})
    world.owner.reachable = False
    waits(world, "ivo")
    world.owner.reachable = True
    tried = len(world.owner.rang)

    world.pass_time(minutes=5)

    assert world.owner.rang[tried:] == [IVOS]


def test_r34_who_has_no_address_is_passed_over(world: World) -> None:
    people(world, {**IVO, "alerts": ["NOT_SET"]}, {**OLGA, **OFF})
    waits(world, "ivo")

    assert world.owner.rang == [OWNERS]


def test_the_roster_of_the_moment_of_calling_counts(world: World) -> None:
    people(world, IVO, OLGA)
    world.owner.reachable = False
    waits(world, "ivo")
    world.owner.reachable = True
    people(world, {**IVO, **OFF}, {**OLGA, **OFF}, ANA)
    tried = len(world.owner.rang)

    world.pass_time(minutes=5)

    assert world.owner.rang[tried:] == [ANAS]


def test_r29_the_timeline_names_who_was_called_and_never_where(world: World) -> None:
    people(world, IVO, {**ANA, **OFF}, OLGA)
    waits(world)
    [entry] = entries(world, Why.CALLED)

    assert explain.sentence(entry, POLICY) == "Called Ivo, Olga (on duty): nobody has replied in time"
    assert "json:" not in str(world.ports.store.timeline(world.case().id))


def test_the_title_tells_as_what_somebody_is_called(world: World) -> None:
    people(world, IVO, OLGA)
    waits(world, "ivo")

    assert world.owner.calls[0][0] == "Nobody has replied in time (holder)"


def test_the_same_alert_reaches_a_person_once_within_a_minute(world: World) -> None:
    people(world, OLGA)
    waits(world)
    alert_again(world, Alert.UNANSWERED)

    assert world.owner.rang == [OWNERS]
    assert entries(world, Why.CALLED)[-1].facts["reason"] == "called_before"


def test_the_same_alert_reaches_a_person_again_after_a_minute(world: World) -> None:
    people(world, OLGA)
    waits(world)
    world.pass_time(minutes=1)
    alert_again(world, Alert.UNANSWERED)

    assert world.owner.rang == [OWNERS, OWNERS]


def test_another_alert_reaches_the_same_person_at_once(world: World) -> None:
    people(world, OLGA)
    waits(world)
    alert_again(world, Alert.DELIVERY_REFUSED)

    assert world.owner.rang == [OWNERS, OWNERS]


def alert_again(world: World, kind: Alert) -> None:
    """Let another alert of the case be planned and carried out now."""
    now = world.clock()
    case = world.case()
    planned = outbox.alert(Decision(case), kind, now)
    world.ports.store.commit(planned.case, planned.timeline, seen="", now=now)
    deliver.wake(Due(due_at=now, case_id=case.id), world.ports)


def test_a_version_from_before_there_was_a_roster_calls_the_owner(world: World) -> None:
    world.documents["roster"] = None
    world.publish({**POLICY_DOCUMENT, "alerts": ["OWNER_ALERTS"]})
    waits(world)

    assert world.owner.rang == [OWNERS]


def test_r34_an_alert_that_nobody_can_take_now_waits_for_whoever_comes_on_duty(world: World) -> None:
    night = {"week": {"monday-sunday": "18:00-23:00"}}
    people = [
        {"id": "owner", "name": "Owner", "alerts": ["NOT_SET"]},
        {"id": "ana", "name": "Ana", "alerts": ["OWNER_ALERTS"], "duty": night},
    ]
    world.documents = {**world.documents, "roster": {"owner": "owner", "people": people}}
    world.publish(policy_with())
    world.writes()
    world.pass_time(hours=5)
    before = len(world.owner.calls)

    world.pass_time(hours=3)

    assert before == 0
    assert "Nobody has replied in time" in world.alerts()
