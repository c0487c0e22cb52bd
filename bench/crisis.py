"""1,000 angry comments in 10 minutes: who is called, what is held back, how one status reaches everybody.

The whole flow over SQLite with a clock of its own and the fake platforms of the tests, every tenth webhook
delivered twice. Usage: `hearback bench crisis [COMMENTS]`.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from chalicelib import incidents
from chalicelib.core.case import Case
from chalicelib.core.effects import DeliveryStatus, Effect, Wording
from chalicelib.platforms import platform
from chalicelib.platforms.contract import HttpRequest, HttpResponse, RateScope
from tests.fakes import PAGE, World, json_response, policy_with, success

WORDS = {"en": "Our card payments fail. We tell you here as soon as they work."}
SETTINGS = {"max_public_acks_per_post_per_hour": 5, "max_per_channel_an_hour": 2000}


def main() -> None:
    """Run the flood, give the status, and print what became of it."""
    comments = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.publish(policy_with(settings=SETTINGS))
        world.internet.answer = _apart
        _flood(world, comments)
        _pass(world, minutes=75)
        _print_acks(world, comments)
        incidents.open_incident("page", WORDS, world.ports, by="the owner")
        _pass(world, minutes=30)
        _print_statuses(world, comments)
        world.close()
    print(f"took {time.perf_counter() - started:.0f} s")


def _flood(world: World, comments: int) -> None:
    for number in range(comments):
        for _ in range(2 if number % 10 == 0 else 1):
            world.receive("page", world.feed(**_comment(number)))
        world.clock.now += timedelta(minutes=10) / comments
        if number % 25 == 0:
            world.work()
    world.work()


def _comment(number: int) -> dict[str, object]:
    post = f"{PAGE}_1"
    who = {"id": f"c{number}", "name": "Ann"}
    words = "This is a disaster, it is broken again!"
    return {"from": who, "comment_id": f"1_{number}", "parent_id": post, "post_id": post, "message": words}


def _pass(world: World, minutes: int) -> None:
    for _ in range(minutes):
        world.pass_time(minutes=1)


def _apart(request: HttpRequest) -> HttpResponse:
    """Answer a private reply with a private thread of its own, as the platform does."""
    body = json.loads(request.body) if request.body else {}
    comment_id = body.get("recipient", {}).get("comment_id")
    if comment_id:
        return json_response({"message_id": f"p{comment_id}", "recipient_id": f"r{comment_id}"})
    return success(request, time.perf_counter_ns())


def _sent(cases: list[Case]) -> Counter[str]:
    return Counter(
        Wording.STATUS if one.wording is Wording.STATUS else one.effect
        for case in cases
        for one in case.outbox
        if one.status is DeliveryStatus.SENT
    )


def _print_acks(world: World, comments: int) -> None:
    cases = world.cases("page")
    sent = _sent(cases)
    print(f"comments {comments}, open cases {len(cases)}, lost {comments - len(cases)}")
    print(f"calls to the owner {len(world.owner.calls)}: {Counter(world.alerts()).most_common(3)}")
    print(f"public acks {sent[Effect.ACKNOWLEDGE]}, private {sent[Effect.INVITE]}")
    print(f"have heard nothing {len(incidents.progress('page', world.ports).unheard)}")


def _print_statuses(world: World, comments: int) -> None:
    told = incidents.progress("page", world.ports)
    said = [at for at, one in world.internet.requests if _has_words(one)]
    delivered = _sent(world.cases("page"))[Wording.STATUS]
    print(f"status: linked {told.linked}, told {told.told}, waiting {told.waiting}, failed {told.failed}")
    print(f"status delivered {delivered}, sent {len(said)}, doubles {len(said) - delivered}, ", end="")
    print(f"lost {comments - delivered}")
    every = [at for at, one in world.internet.requests if one.method == "POST"]
    for length in (timedelta(seconds=1), timedelta(minutes=1)):
        print(f"most messages in any {length.seconds} s: {_busiest(every, length)}")
    for rate in platform("facebook").CAPABILITIES.rates:
        if rate.scope is RateScope.CHANNEL:
            print(f"the platform's limit: {rate.messages} in {rate.per}, lane {rate.lane or 'all'}")


def _has_words(request: HttpRequest) -> bool:
    return request.method == "POST" and WORDS["en"].encode() in request.body


def _busiest(moments: list[datetime], length: timedelta) -> int:
    """Return how many moments the fullest stretch of a length holds; they are in order."""
    most, first = 0, 0
    for last, at in enumerate(moments):
        while moments[first] <= at - length:
            first += 1
        most = max(most, last - first + 1)
    return most


if __name__ == "__main__":
    main()
