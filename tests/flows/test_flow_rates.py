"""A platform is written to no faster than it allows, and not at all once it has stopped a channel (R34)."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import pace, pauses
from chalicelib.core.effects import Delivery, DeliveryStatus, Effect
from chalicelib.core.errors import SendAmbiguous
from chalicelib.core.message import Lane
from chalicelib.platforms import platform
from chalicelib.platforms.contract import HttpRequest, HttpResponse, Rate, RateScope
from tests import builders as b
from tests.builders import NOON
from tests.fakes import World, json_response, policy_with, success

LOTS = {"max_per_channel_an_hour": 100_000, "max_updates": 0}
EXPIRED = {"error": {"code": 190, "error_subcode": 463}}


def many(world: World, number: int) -> None:
    world.publish(policy_with(settings=LOTS))
    for one in range(number):
        world.writes(thread=f"t{one}", message_id=f"m{one}")


def sent_at(world: World) -> list[datetime]:
    return [at for at, _ in world.internet.requests]


def busiest(moments: list[datetime], length: timedelta) -> int:
    """Return how many of the moments lie in the fullest stretch of a length."""
    return max((sum(at <= other < at + length for other in moments) for at in moments), default=0)


def test_a_backlog_goes_out_no_faster_than_the_platform_allows_and_all_of_it(world: World) -> None:
    many(world, 70)

    world.pass_time(minutes=20)

    [rate] = platform("signed").CAPABILITIES.rates
    assert len(sent_at(world)) == 70
    assert busiest(sent_at(world), rate.per) <= rate.messages


def test_who_has_waited_longest_is_acknowledged_first(world: World) -> None:
    world.publish(policy_with(settings=LOTS))
    for one in range(40):
        world.writes(thread=f"t{one}", message_id=f"m{one}")
        world.clock.now += timedelta(seconds=0.1)
    world.clock.now += timedelta(minutes=30)

    world.pass_time(minutes=1)

    sent = [c.last_ack_at for c in sorted(world.cases(), key=lambda c: c.opened_at or NOON)]
    assert sent == sorted(sent, key=lambda at: at or NOON)


def test_a_message_that_waits_for_its_turn_is_decided_again_and_a_human_reply_wins(world: World) -> None:
    many(world, 60)
    world.pass_time(minutes=15, seconds=11)
    waiting = next(c for c in world.cases() if any(d.turn_at and d.pending for d in c.outbox))
    world.answers(thread=waiting.thread.key)

    world.pass_time(minutes=10)

    after = world.case(waiting.thread.key)
    assert {d.status for d in after.outbox if d.effect is Effect.ACKNOWLEDGE} == {DeliveryStatus.CANCELLED}


def rate_of_shop() -> Rate:
    [rate] = platform("signed").CAPABILITIES.rates
    return rate


def stopped(world: World, number: int, **span: float) -> None:
    """Let messages wait on a channel whose credential is refused, and mend it."""
    many(world, number)
    world.internet.answer = lambda request: json_response({}, 401)
    world.pass_time(**span)
    world.internet.answer = None
    world.internet.requests.clear()


def test_what_waited_on_a_stopped_channel_goes_out_no_faster_than_the_platform_allows(world: World) -> None:
    stopped(world, 60, minutes=30)

    world.pass_time(minutes=30)

    assert len(sent_at(world)) == 60
    assert busiest(sent_at(world), rate_of_shop().per) <= rate_of_shop().messages


@pytest.mark.parametrize("status", [429, 503])
def test_r34_a_hiccup_after_a_long_pause_does_not_end_the_trying(world: World, status: int) -> None:
    stopped(world, 3, hours=3)
    met: Counter[str] = Counter()

    def hiccups(request: HttpRequest) -> HttpResponse:
        met[request.headers["webhook-id"]] += 1
        later = json_response({}, status, **{"retry-after": "2"})
        return later if met[request.headers["webhook-id"]] == 1 else success(request, 1)

    world.internet.answer = hiccups
    world.pass_time(hours=1)

    acks = [d.status for c in world.cases() for d in c.outbox if d.effect is Effect.ACKNOWLEDGE]
    assert acks == [DeliveryStatus.SENT] * 3


def test_r34_a_channel_works_again_once_it_refuses_one_message_alone(world: World) -> None:
    stopped(world, 2, minutes=30)
    world.internet.answer = lambda request: json_response({}, 400)

    world.pass_time(minutes=11)

    assert "signed works again on shop" in world.alerts()
    assert pauses.standing("shop", world.ports) is None


def test_everybody_waits_when_the_platform_tells_one_message_to_wait(world: World) -> None:
    many(world, 60)
    world.internet.answer = lambda request: json_response({}, 429, **{"retry-after": "300"})
    world.pass_time(minutes=19)
    tried = len(sent_at(world))
    world.internet.answer = None
    world.internet.requests.clear()

    world.pass_time(minutes=20)

    assert (tried <= rate_of_shop().messages, len(sent_at(world))) == (True, 60)
    assert busiest(sent_at(world), rate_of_shop().per) <= rate_of_shop().messages


def test_r34_on_a_mended_channel_who_has_waited_longest_is_next(world: World) -> None:
    world.publish(policy_with(settings=LOTS))
    for one in range(20):
        world.writes(thread=f"t{one}", message_id=f"m{one}")
        world.clock.now += timedelta(seconds=5)
    world.internet.answer = lambda request: json_response({}, 401)
    world.pass_time(minutes=32)
    world.internet.answer = None

    world.pass_time(minutes=30)

    sent = [c.last_ack_at for c in sorted(world.cases(), key=lambda c: c.opened_at or NOON)]
    assert None not in sent
    assert sent == sorted(sent, key=lambda at: at or NOON)


def test_turns_that_passed_while_the_program_was_down_are_given_anew(world: World) -> None:
    many(world, 90)
    world.pass_time(minutes=15, seconds=11)
    world.clock.now += timedelta(minutes=40)
    world.internet.requests.clear()

    world.pass_time(minutes=10)

    assert len(sent_at(world)) > rate_of_shop().messages
    assert busiest(sent_at(world), rate_of_shop().per) <= rate_of_shop().messages


def a_delivery(lane: Lane = Lane.MESSAGE) -> Delivery:
    return Delivery(key="k", effect=Effect.ACKNOWLEDGE, lane=lane, first_due_at=NOON, due_at=NOON)


@settings(max_examples=40, deadline=None)
@given(
    gaps=st.lists(st.floats(0, 3), min_size=1, max_size=60),
    messages=st.integers(1, 12),
    seconds=st.sampled_from([1, 6, 60]),
)
def test_no_stretch_of_time_holds_more_than_the_rate(
    tmp_path_factory: pytest.TempPathFactory, gaps: list[float], messages: int, seconds: int
) -> None:
    world = World(tmp_path_factory.mktemp("rates"))
    rate = Rate(messages, timedelta(seconds=seconds))
    allowed = []
    for gap in gaps:
        world.clock.now += timedelta(seconds=gap)
        turn = pace.turn(b.opened(), a_delivery(), (rate,), world.ports)
        allowed.append(turn or world.clock.now)
    world.close()

    # Moments are kept to the millisecond.
    assert busiest(allowed, rate.per - timedelta(milliseconds=2)) <= rate.messages
    assert allowed == sorted(allowed)


def test_the_rate_of_a_thread_is_its_own(world: World) -> None:
    rate = Rate(1, timedelta(seconds=10), RateScope.THREAD)
    one, two = b.opened(), b.opened(thread=replace(b.THREAD, key="t2"))

    turns = [pace.turn(case, a_delivery(), (rate,), world.ports) for case in (one, two, one)]

    assert turns == [None, None, NOON + timedelta(seconds=10)]


def test_the_rate_of_a_lane_counts_that_lane_alone(world: World) -> None:
    rate = Rate(1, timedelta(hours=1), lane=Lane.PRIVATE_REPLY)

    turns = [pace.turn(b.opened(), a_delivery(), (rate,), world.ports) for _ in range(3)]

    assert turns == [None, None, None]


# --- stopped channels -------------------------------------------------------------------------------


def refuses(request: HttpRequest) -> HttpResponse:
    return json_response(EXPIRED, 400)


def questions(world: World, number: int) -> None:
    for one in range(number):
        item = world.messenger_item(customer=f"c{one}", mid=f"m{one}", text="Where is my order, please?")
        world.receive("page", world.messenger(item))


def posts(world: World) -> list[HttpRequest]:
    return [r for _, r in world.internet.requests if r.method == "POST"]


def test_r34_a_stopped_channel_sends_nothing_more_and_calls_the_owner_once(world: World) -> None:
    world.internet.answer = refuses
    questions(world, 12)

    world.pass_time(minutes=24)

    assert Counter(world.alerts())["facebook lets nothing out on page"] == 1
    assert len(posts(world)) == 1


def test_r34_what_was_missed_can_be_listed(world: World) -> None:
    world.internet.answer = refuses
    questions(world, 3)
    world.pass_time(minutes=20)

    pause = pauses.standing("page", world.ports)
    assert pause is not None and pause.reason
    assert [effect for _, effect, _ in pauses.missed("page", world.ports)] == [Effect.ACKNOWLEDGE] * 3


def test_r34_a_mended_channel_sends_what_is_still_wanted_once_each(world: World) -> None:
    world.internet.answer = refuses
    questions(world, 5)
    world.pass_time(minutes=20)
    reply = world.messenger_item(customer="c0", echo=True, mid="h1", text="Here it is.")
    world.receive("page", world.messenger(reply))
    world.internet.answer = None
    before = len(posts(world))

    world.pass_time(minutes=30)

    assert len(posts(world)) - before == 4
    assert "facebook works again on page" in world.alerts()


def test_r34_a_new_token_is_tried_at_once(world: World) -> None:
    world.internet.answer = refuses
    questions(world, 1)
    world.pass_time(minutes=16)
    world.internet.answer = None
    world.secrets = {**world.secrets, "META_PAGE_TOKEN": "new"}
    world.policies.forget()
    channel = world.policies.live().channel("page")

    assert pauses.wait(channel, world.ports) is None


def test_r34_other_channels_go_on(world: World) -> None:
    def only_facebook(request: HttpRequest) -> HttpResponse:
        return refuses(request) if "facebook" in request.url else success(request, 1)

    world.internet.answer = only_facebook
    questions(world, 1)
    world.writes()

    world.pass_time(minutes=20)

    assert len(world.internet.texts()) >= 1
    assert world.case().last_ack_at is not None


def test_r34_what_waited_for_longer_than_a_day_is_not_sent_and_the_owner_is_told(world: World) -> None:
    world.internet.answer = refuses
    questions(world, 1)
    world.pass_time(hours=26)
    world.internet.answer = None
    before = len(posts(world))

    world.pass_time(hours=2)

    assert len(posts(world)) == before
    assert {"A message was refused", "An automatic message was not sent"} & set(world.alerts())


def test_the_call_about_a_stopped_channel_holds_nothing_of_a_customer(world: World) -> None:
    world.internet.answer = refuses
    questions(world, 1)
    world.pass_time(minutes=20)
    told = [body for title, body in world.owner.calls if "lets nothing out" in title]

    assert told and "Where is my order" not in told[0]


def test_r34_an_owner_who_could_not_be_reached_is_told_of_a_stopped_channel_later(world: World) -> None:
    world.internet.answer = refuses
    world.owner.reachable = False
    questions(world, 1)
    world.pass_time(minutes=20)
    world.owner.reachable = True
    world.owner.calls.clear()

    world.pass_time(minutes=5)

    assert Counter(world.alerts())["facebook lets nothing out on page"] == 1


def hangs(request: HttpRequest) -> HttpResponse:
    raise SendAmbiguous("ReadTimeout")


def read_back(world: World) -> HttpResponse:
    """Return the conversation as the platform shows it, with what hung in it."""
    said = world.internet.texts()[0]
    message = {"id": "p1", "message": said, "created_time": world.clock().isoformat()}
    return json_response({"data": [{"messages": {"data": [message]}}]})


def asked(world: World) -> list[datetime]:
    return [at for at, request in world.internet.requests if request.method == "GET"]


def first_ack(world: World) -> Delivery:
    """Return the acknowledgement of the customer who wrote first: the one whose answer was lost."""
    return next(d for d in world.case("c0", "page").outbox if d.effect is Effect.ACKNOWLEDGE)


def an_uncertain_message_on_a_channel_that_stops(world: World) -> None:
    questions(world, 2)
    world.internet.answer = lambda request: (
        refuses(request) if world.internet.requests[1:] else hangs(request)
    )
    world.pass_time(minutes=15, seconds=11)


def test_r34_a_stopped_channel_is_not_asked_in_vain_what_became_of_a_message(world: World) -> None:
    an_uncertain_message_on_a_channel_that_stops(world)
    world.pass_time(hours=2)

    assert first_ack(world).status is DeliveryStatus.CLAIMED
    assert 0 < len(asked(world)) <= 12


def test_r34_what_became_of_a_message_is_found_out_once_the_channel_is_mended(world: World) -> None:
    an_uncertain_message_on_a_channel_that_stops(world)
    world.pass_time(hours=2)
    world.internet.answer = lambda request: read_back(world)
    world.pass_time(minutes=11)

    assert first_ack(world).status is DeliveryStatus.SENT
    assert "facebook works again on page" in world.alerts()


def test_r34_a_channel_that_stays_stopped_for_a_day_ends_in_an_alert_about_what_may_be_out(
    world: World,
) -> None:
    an_uncertain_message_on_a_channel_that_stops(world)
    world.pass_time(hours=25)

    assert first_ack(world).status is DeliveryStatus.UNCERTAIN
    assert "A message may not have arrived" in world.alerts()
