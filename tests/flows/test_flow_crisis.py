"""A flood of complaints: one call, capped in public, one status for everybody (R33, R18, scenario 6)."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import crises, handle, incidents
from chalicelib.core.case import Case, CloseReason
from chalicelib.core.effects import Delivery, DeliveryStatus, Effect, Wording
from chalicelib.core.errors import NotAllowed
from chalicelib.core.events import CaseClosed
from chalicelib.core.incident import Linking
from chalicelib.core.message import Category
from chalicelib.core.timeline import Why
from chalicelib.metrics import Tally
from chalicelib.platforms import platform
from chalicelib.platforms.contract import HttpRequest, HttpResponse
from chalicelib.queues.contract import QueueMessage
from chalicelib.store.contract import Record
from chalicelib.store.sqlite import SqliteRecords
from tests.fakes import PAGE, LostQueue, World, json_response, policy_with, success
from tests.flows.test_flow_rates import busiest

ANGRY = "This is a disaster, it is broken again!"
WORDS = {"en": "Our card payments fail. We tell you here as soon as they work."}
NEWER = {"en": "Payments work again, and whoever paid twice gets it back."}
CRISIS = "Crisis: complaints flood shop"


def complain(world: World, number: int, *, first: int = 0, spread: float = 600) -> None:
    """Let so many customers complain within ten minutes, each in a thread of their own."""
    for one in range(first, first + number):
        world.writes(ANGRY, thread=f"t{one}", message_id=f"m{one}", customer={"id": f"c{one}"})
        world.clock.now += timedelta(seconds=spread / number)
    world.work()


def minutes(world: World, number: int) -> None:
    """Let minutes pass, with a sweep in each."""
    for _ in range(number):
        world.pass_time(minutes=1)


def comment(world: World, number: int) -> None:
    fields = {"comment_id": f"1_{number}", "parent_id": f"{PAGE}_1", "post_id": f"{PAGE}_1", "message": ANGRY}
    world.receive("page", world.feed(**{"from": {"id": f"c{number}", "name": "Ann"}}, **fields))


def apart(request: HttpRequest) -> HttpResponse:
    """Answer a private reply with a private thread of its own, as the platform does."""
    body = json.loads(request.body) if request.body else {}
    comment_id = body.get("recipient", {}).get("comment_id")
    if comment_id:
        return json_response({"message_id": f"p{comment_id}", "recipient_id": f"r{comment_id}"})
    return success(request, int(hashlib.sha256(request.url.encode()).hexdigest()[:8], 16))


def statuses(world: World, channel: str = "shop") -> list[Delivery]:
    return [d for case in world.cases(channel) for d in case.outbox if d.wording is Wording.STATUS]


def said(world: World, words: dict[str, str] = WORDS) -> int:
    return world.internet.texts().count(words["en"])


def open_incident(world: World, **changes: Any) -> None:
    incidents.open_incident("shop", WORDS, world.ports, by="Olga", **changes)


def test_r33_more_complaints_than_the_threshold_within_the_period_call_the_owner_once(world: World) -> None:
    complain(world, 40)

    assert world.alerts() == [CRISIS]


def test_r33_as_many_complaints_as_the_threshold_are_no_crisis(world: World) -> None:
    complain(world, 20)

    assert world.alerts() == []


def test_r33_many_complaints_over_a_long_time_are_no_crisis(world: World) -> None:
    complain(world, 40, spread=3600)

    assert CRISIS not in world.alerts()


def test_r33_with_a_threshold_of_nought_there_is_no_crisis(world: World) -> None:
    world.publish(policy_with(settings={"crisis_threshold": 0}))
    complain(world, 30)

    assert world.alerts() == []


def test_r33_webhooks_that_come_twice_count_once(world: World) -> None:
    for _ in range(3):
        for one in range(15):
            world.writes(ANGRY, thread=f"t{one}", message_id=f"m{one}")
        world.work()

    assert world.alerts() == []


def test_r34_a_call_that_nobody_took_is_made_again(world: World) -> None:
    world.owner.reachable = False
    complain(world, 25)
    world.owner.reachable = True
    minutes(world, 3)

    assert world.alerts().count(CRISIS) >= 2
    assert crises.standing("shop", world.ports).burst == replace(burst(world), called=True)


def burst(world: World) -> crises.Burst:
    found = crises.standing("shop", world.ports, strong=True).burst
    assert found is not None
    return found


def test_r33_in_a_crisis_no_case_calls_for_itself_and_all_stay_red(world: World) -> None:
    complain(world, 30, spread=60)
    world.pass_time(hours=1)

    assert world.alerts() == [CRISIS]
    assert all(case.owed and case.owed.alerted for case in world.cases())


def test_r33_the_crisis_ends_by_itself_and_the_owner_is_told_once(world: World) -> None:
    world.publish(policy_with(settings={"crisis_rest": "20m"}))
    complain(world, 30, spread=60)
    minutes(world, 40)

    assert world.alerts() == [CRISIS, "The crisis on shop is over"]


OVER = "The crisis on shop is over"
STILL = "Cases of the crisis on shop still wait"


def calm(world: World, number: int = 30, **settings: Any) -> None:
    """Let a flood of complaints come and end, with all of them still owed a reply."""
    world.publish(policy_with(settings={"crisis_rest": "20m", **settings}))
    complain(world, number, spread=60)
    minutes(world, 25)


def hours(world: World, number: int) -> None:
    """Let hours pass, with a sweep in each."""
    for _ in range(number):
        world.pass_time(hours=1)


def body_of(world: World, title: str) -> str:
    return next(body for called, body in world.owner.calls if called == title)


def counted(world: World) -> list[str]:
    """Return the cases that say they were in the one call, once for each time they say it."""
    return [c.id for c in world.cases() for e in world.ports.store.timeline(c.id) if e.why is Why.COUNTED]


def test_r33_one_call_tells_how_many_the_crisis_left_and_where_they_are(world: World) -> None:
    calm(world)
    body = body_of(world, OVER)

    assert body.startswith("30 cases are still owed a reply.")
    assert "/desk" in body and "`hearback incident show shop`" in body


def test_r34_each_of_them_says_once_that_the_owner_was_told_of_it(world: World) -> None:
    calm(world)
    minutes(world, 5)

    assert sorted(counted(world)) == sorted(case.id for case in world.cases())


def test_r33_what_a_crisis_left_never_calls_case_by_case(world: World) -> None:
    calm(world)
    hours(world, 22)

    assert world.alerts() == [CRISIS, OVER]


def test_r34_as_long_as_somebody_waits_the_owner_is_called_once_a_day_about_all(world: World) -> None:
    calm(world)
    hours(world, 50)

    assert world.alerts() == [CRISIS, OVER, STILL, STILL]


def test_r33_when_nobody_waits_any_more_the_owner_is_not_called_again(world: World) -> None:
    calm(world, 22)
    for number in range(22):
        world.answers(thread=f"t{number}", message_id=f"a{number}")
    hours(world, 26)

    assert world.alerts() == [CRISIS, OVER]
    assert crises.standing("shop", world.ports, strong=True).aftermath is None


def test_r34_a_call_about_the_end_that_nobody_took_is_made_again(world: World) -> None:
    calm(world, 22, crisis_rest="40m")
    world.owner.reachable = False
    minutes(world, 20)
    world.owner.reachable = True
    minutes(world, 3)

    assert world.alerts().count(OVER) >= 2
    assert len(counted(world)) == 22


def test_r34_where_nobody_takes_the_call_about_the_end_each_case_calls_for_itself(world: World) -> None:
    calm(world, 22, crisis_rest="40m")
    world.owner.reachable = False
    minutes(world, 30)
    world.writes(ANGRY, thread="late", message_id="late", customer={"id": "late"})
    minutes(world, 20)

    assert "Nobody has replied in time" in world.alerts()


def test_r34_a_case_that_comes_after_the_crisis_calls_as_always(world: World) -> None:
    calm(world)
    world.writes("Where is my parcel?", thread="new", message_id="new", customer={"id": "new"})
    minutes(world, 20)

    assert world.alerts() == [CRISIS, OVER, "Nobody has replied in time"]


def test_r34_what_is_asked_after_an_answer_calls_as_always(world: World) -> None:
    calm(world)
    world.answers(thread="t0", message_id="a0")
    minutes(world, 1)
    world.writes("It is broken again!", thread="t0", message_id="again", customer={"id": "c0"})
    hours(world, 2)

    assert world.alerts() == [CRISIS, OVER, "No reply, and no acknowledgement either"]


def test_r33_closing_the_incident_makes_the_one_call_too(world: World) -> None:
    complain(world, 25)
    open_incident(world)
    world.pass_time(minutes=3)
    incidents.close("shop", world.ports, by="Olga")
    hours(world, 20)

    assert world.alerts() == [CRISIS, OVER]
    assert body_of(world, OVER).startswith("25 cases")


def test_r33_a_new_flood_counts_at_its_end_who_waits_from_the_one_before(world: World) -> None:
    calm(world)
    for one in range(30, 60):
        world.writes(ANGRY, thread=f"t{one}", message_id=f"m{one}", customer={"id": f"c{one}"})
    minutes(world, 25)

    assert world.alerts() == [CRISIS, OVER, CRISIS, OVER]
    assert world.owner.calls[-1][1].startswith("60 cases")


def test_r34_noting_that_is_killed_half_way_goes_on_by_itself(world: World) -> None:
    world.publish(policy_with(settings={"crisis_rest": "20m"}))
    complain(world, 30, spread=60)
    world.clock.now += timedelta(minutes=25)
    with pytest.raises(KeyboardInterrupt):
        incidents.tend(replace(world.ports, events=DyingQueue(world.ports.events, 1)))
    minutes(world, 4)

    assert world.alerts().count(OVER) == 1
    assert len(counted(world)) == 30


@pytest.fixture
def flooded_post(world: World) -> World:
    """Return a world in which thirty people have complained below one post, two hours ago."""
    world.publish(policy_with(settings={"max_public_acks_per_post_per_hour": 3, "max_updates": 0}))
    world.internet.answer = apart
    for number in range(30):
        comment(world, number)
    world.pass_time(hours=1, minutes=30)
    return world


def test_r18_in_a_crisis_public_acks_are_capped_and_private_ones_go_on(flooded_post: World) -> None:
    sent = Counter(
        d.effect for c in flooded_post.cases("page") for d in c.outbox if d.status is DeliveryStatus.SENT
    )

    assert sent == {Effect.ACKNOWLEDGE: 3, Effect.INVITE: 30}


def test_r29_what_is_held_back_says_so_in_each_case_and_calls_nobody(flooded_post: World) -> None:
    ports = flooded_post.ports
    entries = [e for c in flooded_post.cases("page") for e in ports.store.timeline(c.id)]
    held = [e for e in entries if e.why is Why.SUPPRESSED and e.facts.get("effect") == Effect.ACKNOWLEDGE]

    assert [e.facts["reason"] for e in held] == ["crisis"] * 27
    assert flooded_post.alerts() == ["Crisis: complaints flood page"]


def test_r33_one_status_reaches_every_open_case_once_below_the_rate(world: World) -> None:
    complain(world, 60, spread=30)
    open_incident(world)
    world.pass_time(minutes=3)

    [rate] = platform("signed").CAPABILITIES.rates
    assert (said(world), incidents.progress("shop", world.ports).told) == (60, 60)
    assert busiest([at for at, _ in world.internet.requests], rate.per) <= rate.messages


def test_r33_each_case_has_one_status_however_often_all_are_told(world: World) -> None:
    complain(world, 25)
    open_incident(world)
    for _ in range(3):
        incidents.tell("shop", world.ports)
        world.pass_time(minutes=7)

    assert said(world) == len(statuses(world)) == 25


def test_r33_two_workers_who_tell_at_once_tell_each_case_once(world: World) -> None:
    complain(world, 25)
    open_incident(world)
    other = replace(world.ports, fresh=type(world.ports.fresh)())
    incidents.tell("shop", other)
    world.pass_time(minutes=3)

    assert said(world) == 25


class DyingQueue(LostQueue):
    """An events queue whose owner dies after so many batches."""

    def __init__(self, queue: Any, batches: int) -> None:
        self.queue, self.left = queue, batches

    def put(self, messages: Sequence[QueueMessage]) -> None:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        self.queue.put(messages)


def test_r33_telling_that_is_killed_before_or_half_way_goes_on_by_itself(world: World) -> None:
    complain(world, 30)
    dying = replace(world.ports, events=DyingQueue(world.ports.events, 1))
    with pytest.raises(KeyboardInterrupt):
        incidents.open_incident("shop", WORDS, dying, by="Olga")
    minutes(world, 4)

    assert said(world) == len(statuses(world)) == 30


def test_r33_a_complaint_that_comes_while_the_incident_is_open_gets_the_status_too(world: World) -> None:
    open_incident(world)
    world.pass_time(minutes=2)
    complain(world, 2)
    world.pass_time(minutes=1)

    assert said(world) == 2


def test_r33_who_has_the_status_gets_no_acknowledgement_after_it(world: World) -> None:
    complain(world, 2)
    open_incident(world)
    world.pass_time(hours=1)

    assert {d.effect for c in world.cases() for d in c.outbox} == {Effect.UPDATE}


def test_r33_a_new_status_is_told_to_all_again(world: World) -> None:
    complain(world, 25)
    open_incident(world)
    world.pass_time(minutes=2)
    incidents.give_status("shop", NEWER, world.ports, by="Olga")
    world.pass_time(minutes=2)

    assert (said(world), said(world, NEWER)) == (25, 25)


def test_r33_closing_the_incident_sends_nothing_more_and_ends_the_crisis(world: World) -> None:
    complain(world, 25)
    open_incident(world)
    incidents.close("shop", world.ports, by="Olga")
    world.pass_time(minutes=3)

    standing = crises.standing("shop", world.ports)
    assert (said(world), standing.burst, standing.incident) == (0, None, None)


def test_r33_each_case_closes_on_its_own(world: World) -> None:
    complain(world, 3)
    open_incident(world)
    world.pass_time(minutes=2)
    world.answers(thread="t0")
    closed = CaseClosed(id="c1", at=world.clock(), case_id=world.case("t1").id, reason=CloseReason.OTHER)
    handle.apply(closed, world.ports)
    world.pass_time(days=4)

    assert [case.thread.key for case in world.cases()] == ["t2"]


def test_r33_a_person_who_is_faster_than_the_status_wins(world: World) -> None:
    complain(world, 2)
    open_incident(world)
    world.answers(thread="t0")
    world.pass_time(minutes=2)

    assert said(world) == 1


def test_r20_a_status_goes_out_whatever_the_customers_budget_says(world: World) -> None:
    world.publish(policy_with(settings={"max_per_customer_a_day": 1, "max_updates": 0}))
    complain(world, 1)
    world.pass_time(minutes=20)
    open_incident(world)
    world.pass_time(minutes=2)

    assert said(world) == 1


def test_r23_a_status_waits_until_the_quiet_hours_are_over(world: World) -> None:
    world.publish(policy_with(settings={"quiet_hours": "11:00-14:00"}))
    complain(world, 1)
    open_incident(world)
    world.pass_time(hours=1)
    before = said(world)
    world.pass_time(hours=2)

    assert (before, said(world)) == (0, 1)


def test_r33_an_incident_for_some_words_leaves_the_others_alone(world: World) -> None:
    complain(world, 2)
    open_incident(world, linking=Linking(categories=frozenset(), keywords=("parcel",)))
    world.writes("Where is my parcel?", thread="p", message_id="p")
    world.pass_time(minutes=2)

    assert [c.thread.key for c in world.cases() if has_status(c)] == ["p"]
    assert world.case("p").category is not Category.COMPLAINT


def has_status(case: Case) -> bool:
    return any(d.wording is Wording.STATUS and d.status is DeliveryStatus.SENT for d in case.outbox)


def test_a_second_incident_on_a_channel_is_refused_while_one_is_open(world: World) -> None:
    open_incident(world)

    with pytest.raises(NotAllowed, match="An incident is open on shop"):
        open_incident(world)


def test_a_closed_incident_is_remembered_with_who_approved_what(world: World) -> None:
    open_incident(world)
    incidents.close("shop", world.ports, by="Piotr")

    [(channel, found)] = incidents.past(world.ports)
    assert (channel, found.closed_by, found.statuses[0].by) == ("shop", "Piotr", "Olga")


def test_ordinary_traffic_asks_for_the_crisis_once_in_some_seconds(world: World) -> None:
    records = Asked(world)
    ports = replace(world.ports, records=records)
    for one in range(10):
        world.writes(thread=f"t{one}", message_id=f"m{one}")
    handle.consume(world.ports.events.receive(10, timedelta()), ports)

    assert records.asked.count("crisis:shop") == 1


class Asked(SqliteRecords):
    """Records that remember what was asked for."""

    def __init__(self, world: World) -> None:
        super().__init__(world.file)
        self.asked: list[str] = []

    def get(self, key: str, now: datetime) -> Record | None:
        self.asked.append(key)
        return super().get(key, now)


def test_the_figures_tell_of_crises_and_of_open_incidents(world: World) -> None:
    complain(world, 25)
    open_incident(world)
    minutes(world, 1)
    meter = world.ports.meter

    assert isinstance(meter, Tally)
    assert (meter.levels("crises"), meter.levels("incidents")) == ({(): 1}, {(): 1})
