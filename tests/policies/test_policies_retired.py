"""A channel that is taken out of channels.yaml keeps its open cases within reach (R34)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib import handle, reading
from chalicelib.core.case import Case, CloseReason, Status, case_id
from chalicelib.core.errors import UnknownChannel
from chalicelib.core.events import CaseClosed, ReplySubmitted
from chalicelib.core.message import Customer, Thread
from chalicelib.policies.bundle import Bundle
from chalicelib.policies.publish import PublishedPolicies, built, publish
from tests.fakes import CHANNELS, POLICY_DOCUMENT, World
from tests.policies.conftest import Stores
from tests.policies.folders import NOON, Folder

MUCH_LATER = NOON + timedelta(days=30)


@pytest.fixture
def bundle(folder: Folder) -> Bundle:
    return folder.load()


def without(bundle: Bundle, *gone: str) -> Bundle:
    """Return the owner's files without some channels."""
    left = [one for one in bundle.channels["channels"] if one["id"] not in gone]
    return replace(bundle, channels={"channels": left})


def otherwise(bundle: Bundle, window: str) -> Bundle:
    """Return the owner's files with another window."""
    return replace(bundle, policy={**bundle.policy, "rules": [{"name": "messages", "window": window}]})


def open_case(stores: Stores, channel: str = "shop") -> Case:
    thread = Thread(channel=channel, key="anna")
    case = Case(id=case_id(thread, 1), thread=thread, customer=Customer(id="anna"))
    return stores.store.commit(case.changed(status=Status.OPEN, opened_at=NOON), (), seen="", now=NOON)


def live(stores: Stores) -> PublishedPolicies:
    return PublishedPolicies(stores.records, str, lambda: NOON, timedelta(0))


def test_a_channel_that_is_taken_out_is_known_still_and_says_nothing_by_itself(
    stores: Stores, bundle: Bundle
) -> None:
    publish(bundle, stores.records, NOON, by="me")
    publish(without(bundle, "shop"), stores.records, NOON, by="me", store=stores.store)
    policies = live(stores).live()

    assert policies.channel("shop").platform == "telegram"
    assert {name: policy.retired for name, policy in policies.policies.items()} == {
        "page": False,
        "shop": True,
    }


def test_a_retired_channel_keeps_hours_that_the_owner_has_deleted(stores: Stores, bundle: Bundle) -> None:
    at_night = [{**one, "calendar": "night"} for one in bundle.channels["channels"]]
    publish(replace(bundle, channels={"channels": at_night}), stores.records, NOON, by="me")
    hours = {"calendars": {"default": bundle.hours["calendars"]["default"]}}
    publish(replace(without(bundle, "shop"), hours=hours), stores.records, NOON, by="me")
    week = live(stores).live().policy("shop").calendar.week

    assert [bool(day) for day in week] == [False] * 4 + [True] + [False] * 2


def test_a_retired_channel_receives_nothing(stores: Stores, bundle: Bundle) -> None:
    publish(bundle, stores.records, NOON, by="me")
    publish(without(bundle, "page"), stores.records, NOON, by="me")
    policies = live(stores).live()

    with pytest.raises(UnknownChannel):
        policies.receiving("page")
    assert (policies.by_account, policies.receiving("shop").id) == ({}, "shop")


def test_a_retired_channel_stays_as_long_as_a_case_of_it_is_open(stores: Stores, bundle: Bundle) -> None:
    publish(bundle, stores.records, NOON, by="me")
    case = open_case(stores)
    for window in ("1m", "2m", "3m"):
        files = otherwise(without(bundle, "shop"), window)
        publish(files, stores.records, MUCH_LATER, by="me", store=stores.store)

    assert live(stores).live().retired == {"shop"}
    assert [one.id for one in reading_of(stores)] == [case.id]


def reading_of(stores: Stores) -> Iterator[Case]:
    """Yield what the desk lists: the open cases of every channel that is known."""
    for channel in live(stores).live().channels:
        yield from stores.store.open_cases(channel)


def test_a_retired_channel_without_an_open_case_is_gone_with_a_later_version(
    stores: Stores, bundle: Bundle
) -> None:
    publish(bundle, stores.records, NOON, by="me")
    case = open_case(stores)
    publish(without(bundle, "shop"), stores.records, NOON, by="me", store=stores.store)
    closed = case.changed(status=Status.CLOSED, closed_at=NOON)
    stores.store.commit(closed, (), seen="", now=NOON)
    files = otherwise(without(bundle, "shop"), "1m")
    publish(files, stores.records, MUCH_LATER, by="me", store=stores.store)

    with pytest.raises(UnknownChannel):
        live(stores).live().channel("shop")


def test_a_channel_stays_while_something_may_be_on_its_way_to_it(stores: Stores, bundle: Bundle) -> None:
    publish(bundle, stores.records, NOON, by="me")
    for minutes, window in enumerate(("1m", "2m", "3m")):
        files = otherwise(without(bundle, "shop"), window)
        publish(files, stores.records, NOON + timedelta(minutes=minutes), by="me", store=stores.store)

    assert live(stores).live().retired == {"shop"}


def test_who_publishes_without_a_store_forgets_no_channel(stores: Stores, bundle: Bundle) -> None:
    publish(bundle, stores.records, NOON, by="me")
    for window in ("1m", "2m"):
        publish(otherwise(without(bundle, "shop"), window), stores.records, MUCH_LATER, by="me")

    assert live(stores).live().retired == {"shop"}


def test_a_channel_that_comes_back_is_as_it_was(stores: Stores, bundle: Bundle) -> None:
    for files in (bundle, without(bundle, "shop"), bundle):
        publish(files, stores.records, NOON, by="me", store=stores.store)
    policies = live(stores).live()

    assert policies.retired == frozenset()
    assert policies.policy("shop").retired is False


def test_equal_files_keep_their_number_and_their_retired_channels(stores: Stores, bundle: Bundle) -> None:
    publish(bundle, stores.records, NOON, by="me")
    numbers = [
        publish(without(bundle, "shop"), stores.records, at, by="me", store=stores.store)
        for at in (NOON, MUCH_LATER)
    ]

    assert numbers == ["2", "2"]
    assert live(stores).live().retired == {"shop"}


def test_a_version_of_before_there_were_retired_channels_is_read(stores: Stores, bundle: Bundle) -> None:
    bundle = replace(bundle, words={}, messages={"en": bundle.messages["en"]})
    old = {"bundle": json.loads(bundle.to_json()), "by": "me", "at": NOON.isoformat()}
    stores.records.put("policy:000001", json.dumps(old))
    stores.records.put("policy:live", "1")
    publish(without(bundle, "shop"), stores.records, NOON, by="me", store=stores.store)

    assert live(stores).live().retired == {"shop"}


def test_the_files_alone_have_no_retired_channels(bundle: Bundle) -> None:
    assert built(bundle, "1", str).retired == frozenset()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The whole flow, in which a customer waits on the channel `shop` that is then taken out."""
    opened = World(tmp_path)
    opened.writes()
    opened.work()
    left = [one for one in CHANNELS if one["id"] != "shop"]
    opened.documents["channels"] = {"channels": left}
    opened.publish(POLICY_DOCUMENT)
    yield opened
    opened.close()


def test_who_waits_on_a_channel_that_is_gone_is_neither_answered_by_a_machine_nor_forgotten_r34(
    world: World,
) -> None:
    world.pass_time(hours=1)

    assert world.internet.texts() == []
    assert world.alerts() == ["No reply, and no acknowledgement either"]
    assert (world.ports.wakeups.dead(), world.ports.events.dead()) == ([], [])


def test_a_case_on_a_channel_that_is_gone_is_listed_and_can_be_answered_and_closed(world: World) -> None:
    [case] = reading.open_cases(world.ports)
    reply = ReplySubmitted(id="r1", at=world.clock(), case_id=case.id, by="eva", text="It left today.")
    handle.apply(reply, world.ports)
    world.pass_time(minutes=1)
    closed = CaseClosed(id="c1", at=world.clock(), case_id=case.id, reason=CloseReason.OTHER)
    handle.apply(closed, world.ports)

    assert world.internet.texts() == ["It left today."]
    assert reading.open_cases(world.ports) == []
