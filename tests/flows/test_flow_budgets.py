"""What is said is counted in the store, over threads, cases and workers; too much is not said (R18, R20)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib import budgets, handle, reading
from chalicelib.core.budget import accounts, customers
from chalicelib.core.case import CloseReason
from chalicelib.core.effects import Delivery, DeliveryStatus, Effect
from chalicelib.core.errors import NotSent, SendAmbiguous
from chalicelib.core.events import AckApproved, CaseClosed, PromiseMade
from chalicelib.core.message import Lane, Surface, Thread
from chalicelib.core.policy import Numbers
from chalicelib.core.timeline import Why
from chalicelib.platforms.contract import HttpRequest, HttpResponse
from tests.builders import NOON, a_policy
from tests.fakes import PAGE, World, policy_with, success


def comment(world: World, number: int, post: str = f"{PAGE}_1") -> None:
    who = {"id": f"c{number}", "name": "Ann"}
    fields = {
        "from": who,
        "comment_id": f"1_{number}",
        "parent_id": post,
        "post_id": post,
        "message": "Broken!",
    }
    world.receive("page", world.feed(**fields))


def public_acks(world: World) -> int:
    return sum("comments" in r.url and r.method == "POST" for _, r in world.internet.requests)


def only_public(**settings: Any) -> dict[str, Any]:
    return policy_with(settings={"private_reply": False, **settings})


def test_r18_only_so_many_public_acks_stand_below_a_post_in_an_hour(world: World) -> None:
    world.publish(only_public(max_public_acks_per_post_per_hour=3, max_updates=0))
    for number in range(8):
        comment(world, number)

    world.pass_time(hours=2)

    assert public_acks(world) == 3


def test_r18_another_post_has_a_cap_of_its_own(world: World) -> None:
    world.publish(only_public(max_public_acks_per_post_per_hour=1, max_updates=0))
    comment(world, 1)
    comment(world, 2, post=f"{PAGE}_2")

    world.pass_time(hours=2)

    assert public_acks(world) == 2


def test_r34_the_owner_is_called_for_each_ack_the_cap_has_stopped(world: World) -> None:
    world.publish(only_public(max_public_acks_per_post_per_hour=1, max_updates=0))
    for number in range(3):
        comment(world, number)

    world.pass_time(hours=2)

    assert world.alerts().count("An automatic message was not sent") == 2


def test_r20_a_customer_who_keeps_opening_cases_gets_no_more_than_the_budget(world: World) -> None:
    world.publish(policy_with(settings={"ack_cooldown": "0s", "max_updates": 0, "max_per_customer_a_day": 2}))
    for number in range(4):
        world.writes(thread=f"t{number}", message_id=f"m{number}", customer={"id": "anna"})

    world.pass_time(hours=3)

    assert len(world.internet.texts()) == 2


def test_r20_the_channel_has_a_ceiling_over_all_customers(world: World) -> None:
    world.publish(policy_with(settings={"max_updates": 0, "max_per_channel_an_hour": 3}))
    for number in range(6):
        world.writes(thread=f"t{number}", message_id=f"m{number}")

    world.pass_time(minutes=30)

    assert len(world.internet.texts()) == 3


def test_r20_a_customer_of_a_second_case_reads_another_text(world: World) -> None:
    world.publish(policy_with(settings={"ack_cooldown": "0s", "max_updates": 0, "max_promises": 0}))
    for number in range(3):
        world.writes(message_id=f"m{number}")
        world.pass_time(hours=1)
        closed = CaseClosed(
            id=f"c{number}", at=world.clock(), case_id=world.case().id, reason=CloseReason.OTHER
        )
        handle.apply(closed, world.ports)
        world.pass_time(days=8)

    assert len(set(world.internet.texts())) == len(world.internet.texts()) == 3


def test_r20_a_message_whose_send_had_no_known_end_is_counted_once(world: World) -> None:
    world.internet.answer = hangs
    world.writes()
    world.pass_time(minutes=30)
    case = world.case()

    account = customers(case, Numbers())
    assert len(budgets.ledger(account, world.ports).said) == 1


def test_r20_a_message_that_is_tried_again_counts_once_against_the_ceiling_of_its_channel(
    world: World,
) -> None:
    world.publish(policy_with(settings={"max_updates": 0, "max_per_channel_an_hour": 3}))
    world.internet.answer = refuses_connections
    for number in range(3):
        world.writes(thread=f"t{number}", message_id=f"m{number}")
    world.pass_time(minutes=20)
    world.internet.answer = None

    world.pass_time(minutes=20)

    assert [case.outbox[0].status for case in world.cases()] == [DeliveryStatus.SENT] * 3


def test_r20_words_that_did_not_go_out_may_be_tried_again(world: World) -> None:
    world.publish(policy_with(settings={"max_updates": 0, "max_promises": 0}))
    world.internet.answer = refuses_connections
    world.writes()
    world.pass_time(minutes=16)
    world.internet.answer = None

    world.pass_time(minutes=20)

    assert len(world.internet.requests) > 2
    assert len(set(world.internet.texts())) == 1


def refuses_connections(_: HttpRequest) -> HttpResponse:
    raise NotSent("ConnectTimeout")


def hangs(_: HttpRequest) -> HttpResponse:
    raise SendAmbiguous("ReadTimeout")


def test_r35_a_rehearsed_message_costs_nothing(world: World) -> None:
    world.publish(policy_with(dry_run=True))
    world.writes()
    world.pass_time(minutes=30)

    assert budgets.words_said(world.case(), a_policy(), world.ports) == frozenset()


def test_a_budget_that_has_expired_in_the_store_begins_anew(world: World) -> None:
    world.publish(only_public(max_public_acks_per_post_per_hour=1, max_updates=0))
    comment(world, 1)
    world.pass_time(hours=2)
    world.clock.now += timedelta(days=3)
    comment(world, 2)

    world.pass_time(hours=2)

    assert public_acks(world) == 2


def approving(world: World) -> str:
    world.publish(only_public(public_acks="approve"))
    comment(world, 1)
    world.pass_time(hours=2)
    thread = Thread(channel="page", key="1_1", surface=Surface.COMMENT, public=True, place=f"{PAGE}_1")
    found = world.ports.store.newest(thread)
    assert found is not None
    return found.id


def test_r18_the_words_that_wait_for_approval_are_those_that_go_out(world: World) -> None:
    view = reading.look(approving(world), world.ports)
    waiting = view.awaits_approval
    assert waiting is not None
    event = AckApproved(id="a", at=world.clock(), case_id=view.case.id, by="Ana", key=waiting.key)
    handle.apply(event, world.ports)
    world.pass_time(minutes=1)

    [sent] = [
        entry.text for entry in reading.look(view.case.id, world.ports).timeline if entry.why is Why.SENT
    ]
    assert sent == waiting.text


def test_r18_nothing_is_public_before_somebody_approves_it(world: World) -> None:
    approving(world)

    world.pass_time(days=2)

    assert public_acks(world) == 0
    assert "A public acknowledgement waits for your approval" in world.alerts()


def test_r23_quiet_hours_of_the_owner_s_file_hold_an_update_back(world: World) -> None:
    quiet = {"quiet_hours": "13:00-20:00", "update_gaps": ["2h"], "max_promises": 0}
    world.publish(policy_with(settings=quiet))
    world.writes()
    world.pass_time(hours=7, minutes=59)
    before = len(world.internet.texts())
    world.pass_time(minutes=2)

    assert (before, len(world.internet.texts())) == (1, 2)


def test_r32_texts_say_that_they_are_automatic_wherever_the_owner_or_the_platform_asks(world: World) -> None:
    world.publish(policy_with(settings={"disclosure": "where_required"}))
    live = world.policies.live()

    assert {name: live.policy(name).disclose for name in ("shop", "page")} == {"shop": False, "page": True}


class ThrottledOnce:
    """Records that fail at the first write of a ledger, as a throttled table does."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._failed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def put(self, key: str, *arguments: Any, **more: Any) -> Any:
        if key.startswith("said-") and not self._failed:
            self._failed = True
            raise TimeoutError("throttled")
        return self._inner.put(key, *arguments, **more)


def test_r34_a_ledger_that_cannot_be_written_delays_a_message_and_never_makes_it_uncertain(
    world: World,
) -> None:
    world.ports = replace(world.ports, records=ThrottledOnce(world.ports.records))
    item = world.messenger_item(text="Where is my order, please?")
    world.receive("page", world.messenger(item))

    world.pass_time(minutes=30)

    statuses = {d.status for d in world.case("psid1", "page").outbox if d.effect is Effect.ACKNOWLEDGE}
    assert statuses == {DeliveryStatus.SENT}


def test_nothing_is_entered_where_any_ledger_refuses(world: World) -> None:
    world.publish(only_public(max_public_acks_per_post_per_hour=5, max_per_channel_an_hour=1, max_updates=0))
    comment(world, 1)
    comment(world, 2)
    world.pass_time(hours=2)
    [entered] = [
        budgets.ledger(account, world.ports).within(timedelta(hours=3), world.clock())
        for case in world.cases("page")[:1]
        for account in accounts(case, a_public_ack(), Numbers())
        if ":post:" in account.key
    ]

    assert entered == public_acks(world) == 1


def a_public_ack() -> Delivery:
    lane = Lane.PUBLIC_REPLY
    return Delivery(key="k", effect=Effect.ACKNOWLEDGE, lane=lane, first_due_at=NOON, due_at=NOON)


def test_r35_a_kill_switch_that_goes_live_between_claim_and_send_stops_it(world: World) -> None:
    def switched_on_at_the_look(request: HttpRequest) -> HttpResponse:
        world.publish(policy_with(kill_switch=True))
        return success(request, 1)

    world.internet.answer = switched_on_at_the_look
    comment(world, 1)
    world.pass_time(hours=3)

    assert [r.method for _, r in world.internet.requests] == ["GET"]


def test_a_person_s_promise_is_told_although_the_budget_is_spent(world: World) -> None:
    world.publish(policy_with(settings={"max_per_customer_a_day": 1}))
    world.writes()
    world.pass_time(minutes=20)
    due_at = world.clock() + timedelta(hours=20)
    made = PromiseMade(id="p", at=world.clock(), case_id=world.case().id, by="Ana", due_at=due_at)
    handle.apply(made, world.ports)
    world.pass_time(minutes=1)

    assert len(world.internet.texts()) == 2
