"""What is counted and timed, and how it is shown: to Prometheus on a laptop, to CloudWatch on Lambda."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app import app
from chalicelib import incidents, wiring
from chalicelib.core.events import Outcome
from chalicelib.desk import session
from chalicelib.desk.session import new_link
from chalicelib.emf import VALUES, Emf
from chalicelib.metrics import LABEL_SETS, METRICS, Tally
from chalicelib.platforms.contract import Answer, Inbound
from chalicelib.queues.local import answering_later
from chalicelib.serve import measured
from chalicelib.serve.front import Front
from chalicelib.sweep import sweep
from chalicelib.wiring import Laptop
from tests.browser import Browser
from tests.builders import NOON
from tests.fakes import World, policy_with

HERE = {"host": "127.0.0.1:8000"}


def tally(world: World) -> Tally:
    assert isinstance(world.ports.meter, Tally)
    return world.ports.meter


# What is counted


def test_a_webhook_is_counted_by_platform_and_status(world: World) -> None:
    world.writes()
    world.receive("page", world.inbound(b"{}"))
    world.receive("nowhere", world.inbound(b"{}"))

    counted = {("signed", "200"): 1, ("facebook", "401"): 1, ("none", "404"): 1}
    assert tally(world).counts("webhooks") == counted


def test_an_event_that_comes_again_is_counted_as_a_duplicate(world: World) -> None:
    for _ in range(2):
        world.writes()
        world.clock.now += timedelta(minutes=6)
        world.work()

    assert tally(world).counts("duplicates") == {(): 1}


def test_an_ack_is_counted_and_its_lateness_timed(world: World) -> None:
    world.writes()
    world.pass_time(minutes=20)

    assert tally(world).counts("deliveries")["acknowledge", Outcome.SENT] == 1
    assert tally(world).timings("ack_late_seconds")[()].buckets[0] == 1


def test_the_first_reply_of_a_person_is_timed_once(world: World) -> None:
    world.writes()
    world.pass_time(minutes=5)
    world.answers(message_id="h1")
    world.answers(message_id="h2")
    world.work()

    timing = tally(world).timings("first_response_seconds")[()]
    assert (sum(timing.buckets), timing.seconds) == (1, 300.0)


def test_the_time_in_the_queue_is_taken(world: World) -> None:
    world.writes()
    world.clock.now += timedelta(seconds=40)
    world.work()

    assert tally(world).timings("queue_age_seconds")[("events",)].seconds == 40.0


def test_a_call_that_nobody_took_is_counted_so(world: World) -> None:
    world.owner.reachable = False
    world.writes()
    world.pass_time(minutes=16)

    assert tally(world).counts("alerts")["unanswered", "not_taken"] >= 1


def test_what_a_budget_held_back_is_counted(world: World) -> None:
    world.publish(policy_with(settings={"max_per_channel_an_hour": 1}))
    world.writes(thread="t1", message_id="m1")
    world.writes(thread="t2", message_id="m2")
    world.pass_time(minutes=20)

    assert tally(world).counts("budget_refused") == {("channel_ceiling",): 1}


def test_what_a_sweep_found_and_woke_is_counted(world: World) -> None:
    world.writes()
    world.pass_time(minutes=16)

    sums = [sum(tally(world).counts(name).values()) for name in ("sweeps", "sweep_found", "sweep_woken")]
    assert sums[0] >= 2 and sums[1] == sums[2] >= 1


@pytest.mark.parametrize(("late", "seconds"), [(0, 0.0), (11, 660.0)])
def test_how_long_the_oldest_has_been_due_is_timed(world: World, late: int, seconds: float) -> None:
    world.writes()
    world.work()
    [due] = world.ports.store.due(world.clock() + timedelta(hours=1))
    world.clock.now = due.due_at + timedelta(minutes=late)
    before = oldest(world)
    sweep(world.ports)

    assert oldest(world) - before == seconds


def test_a_sweep_that_finds_nothing_due_says_so(world: World) -> None:
    sweep(world.ports)

    timing = tally(world).timings("overdue_seconds")[()]
    assert (timing.seconds, sum(timing.buckets)) == (0.0, 1)


def oldest(world: World) -> float:
    """Return the sum of what sweeps said of the oldest case."""
    timing = tally(world).timings("overdue_seconds").get(())
    return timing.seconds if timing else 0.0


# Labels


@pytest.mark.parametrize("value", ["", "Anna Nowak", "a" * 41, "ä", "x\ny", '"}', "ANNA"])
def test_a_label_that_is_no_plain_word_is_other(value: str) -> None:
    meter = Tally()
    meter.count("delayed", reason=value)

    assert meter.counts("delayed") == {("other",): 1}


def test_labels_without_end_end_as_other() -> None:
    meter = Tally()
    for number in range(LABEL_SETS + 50):
        meter.count("delayed", reason=f"r{number}")

    assert len(meter.counts("delayed")) == LABEL_SETS + 1 and meter.counts("delayed")[("other",)] == 50


def test_a_metric_that_is_not_known_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        Tally().count("customers")


# CloudWatch


def written(*what: tuple[str, dict[str, str]], times: int = 1) -> list[dict[str, Any]]:
    lines: list[str] = []
    meter = Emf(lines.append, lambda: NOON, "Hearback/prod")
    for name, labels in what:
        for _ in range(times):
            if METRICS[name].timing:
                meter.took(name, 1.5, **labels)
            else:
                meter.count(name, 1, **labels)
    meter.flush()
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)
    return [json.loads(line) for line in lines]


def assert_emf(line: dict[str, Any]) -> None:
    """Hold a line against the specification of the embedded metric format."""
    assert isinstance(line["_aws"]["Timestamp"], int)
    for directive in line["_aws"]["CloudWatchMetrics"]:
        assert set(directive) == {"Namespace", "Dimensions", "Metrics"}
        assert all(isinstance(line[name], str) for names in directive["Dimensions"] for name in names)
        for metric in directive["Metrics"]:
            values = line[metric["Name"]]
            assert metric["Unit"] in {"Count", "Seconds"}
            assert all(
                isinstance(one, int | float) for one in (values if isinstance(values, list) else [values])
            )
            assert not isinstance(values, list) or 1 < len(values) <= 100


def test_one_invocation_is_one_line() -> None:
    webhook = ("webhooks", {"platform": "facebook", "status": "200"})
    delivery = ("deliveries", {"effect": "acknowledge", "outcome": "sent"})
    [line] = written(webhook, delivery, ("ack_late_seconds", {}), times=3)

    assert_emf(line)
    assert (line["webhooks"], line["platform"], line["ack_late_seconds"]) == (3, "facebook", [1.5] * 3)
    assert line["_aws"]["Timestamp"] == round(NOON.timestamp() * 1000)


def test_the_same_metric_under_other_labels_needs_a_line_of_its_own() -> None:
    lines = written(*(("webhooks", {"platform": name, "status": "200"}) for name in ("facebook", "vk")))

    assert [(line["platform"], line["webhooks"]) for line in lines] == [("facebook", 1), ("vk", 1)]


def test_a_line_holds_no_more_values_than_cloudwatch_reads() -> None:
    lines = written(("ack_late_seconds", {}), times=2 * VALUES + 1)

    for line in lines:
        assert_emf(line)
    assert (
        sum(len(found) if isinstance(found := line["ack_late_seconds"], list) else 1 for line in lines) == 201
    )


def test_r33_of_a_level_the_last_one_holds_and_is_written_as_one_value() -> None:
    lines: list[str] = []
    meter = Emf(lines.append, lambda: NOON, "Hearback/prod")
    for level in (3, 1):
        meter.stands("crises", level)
    meter.stands("incidents", 0)
    meter.flush()

    [line] = map(json.loads, lines)
    assert_emf(line)
    assert (line["crises"], line["incidents"]) == (1, 0)


def test_r33_a_sweep_on_lambda_writes_how_many_channels_are_flooded(world: World) -> None:
    lines: list[str] = []
    world.ports = replace(world.ports, meter=Emf(lines.append, world.clock, "Hearback/prod"))
    incidents.open_incident("shop", {"en": "Card payments fail."}, world.ports, by="Olga")
    lines.clear()
    sweep(world.ports)

    [line] = map(json.loads, lines)
    assert (line["crises"], line["incidents"]) == (0, 1)


def test_nothing_measured_is_nothing_written_and_nothing_is_written_twice() -> None:
    lines: list[str] = []
    meter = Emf(lines.append, lambda: NOON, "Hearback/prod")
    meter.count("sweeps")
    for _ in range(2):
        meter.flush()

    assert len(lines) == 1


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_can_be_written_as_a_line(name: str) -> None:
    [line] = written((name, dict.fromkeys(METRICS[name].labels, "x")))

    assert_emf(line)


# Prometheus


@pytest.fixture
def laptop(tmp_path: Path, world: World) -> Iterator[Laptop]:
    made = wiring.laptop(tmp_path / "laptop", tmp_path / ".env", "http://127.0.0.1:8000", world.clock)
    yield made
    made.file.close()


def asked(laptop: Laptop, caller: str = "127.0.0.1", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in {**HERE, **headers}.items()}
    return measured.page(laptop)(caller, named)


def test_prometheus_reads_what_was_counted_and_timed(laptop: Laptop) -> None:
    laptop.ports.meter.count("webhooks", platform="vk", status="200", by=3)
    laptop.ports.meter.took("ack_late_seconds", 7.0)

    found = {one.name: one for one in text_string_to_metric_families(str(asked(laptop).body))}
    assert found["hearback_webhooks"].samples[0].value == 3
    buckets = {
        one.labels["le"]: one.value
        for one in found["hearback_ack_late_seconds"].samples
        if "le" in one.labels
    }
    assert (buckets["5.0"], buckets["15.0"], buckets["+Inf"]) == (0, 1, 1)


def test_r33_prometheus_reads_a_level_as_a_gauge_with_its_last_value(laptop: Laptop) -> None:
    for level in (2, 1, 0):
        laptop.ports.meter.stands("crises", level)
    laptop.ports.meter.stands("incidents", 4)

    found = {one.name: one for one in text_string_to_metric_families(str(asked(laptop).body))}
    crises, incidents_open = found["hearback_crises"], found["hearback_incidents"]
    assert (crises.type, incidents_open.type) == ("gauge", "gauge")
    assert (crises.samples[0].value, incidents_open.samples[0].value) == (0, 4)


def test_prometheus_reads_every_metric_and_the_queues(laptop: Laptop) -> None:
    found = {one.name for one in text_string_to_metric_families(str(asked(laptop).body))}

    wanted = {f"hearback_{name}" for name in METRICS} | {
        "hearback_queue_messages",
        "hearback_queue_oldest_seconds",
    }
    assert found == wanted


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "localhost"])
def test_a_program_on_this_machine_may_read_the_figures(laptop: Laptop, host: str) -> None:
    assert asked(laptop, host=host).status == 200


@pytest.mark.parametrize(
    ("caller", "headers"),
    [
        ("203.0.113.9", {}),
        ("127.0.0.1", {"x_forwarded_for": "203.0.113.9"}),
        ("127.0.0.1", {"forwarded": "for=203.0.113.9"}),
        ("127.0.0.1", {"host": "shop.example"}),
        ("127.0.0.1", {"host": "127.0.0.1.evil.example"}),
        ("", {}),
        ("203.0.113.9", {"authorization": "Bearer "}),
        ("203.0.113.9", {"authorization": "Bearer ä"}),
        ("203.0.113.9", {"cookie": "hearback=guessed"}),
    ],
)
def test_nobody_else_may(laptop: Laptop, caller: str, headers: dict[str, str]) -> None:
    assert asked(laptop, caller, **headers).status == 403


def test_who_shows_the_secret_may(laptop: Laptop) -> None:
    laptop.secrets.keep(measured.TOKEN, "figures")

    statuses = [
        asked(laptop, "203.0.113.9", authorization=f"Bearer {one}").status for one in ("figures", "others")
    ]
    assert statuses == [200, 403]


def test_who_is_logged_in_at_the_desk_may(laptop: Laptop) -> None:
    token = new_link("Ana", laptop.ports).rpartition("/")[2]
    request = Inbound(method="POST", headers=HERE, received_at=laptop.ports.clock())
    cookie = session.log_in(token, request, laptop.ports).headers["Set-Cookie"]

    kept = str(cookie).partition(";")[0]
    statuses = [asked(laptop, "203.0.113.9", cookie=one).status for one in (kept, "hearback=guessed")]
    assert statuses == [200, 403]


def test_the_front_serves_the_page_under_its_path_alone(world: World) -> None:
    browser = Browser(world)
    own = {measured.PATH: lambda caller, headers: Answer(body=f"asked as {headers['host']}")}
    browser.front = Front(app, answering_later, own)

    assert browser.get("/metrics", host="here").body == "asked as here"
    assert [browser.get("/metrics/more").status, browser.post("/metrics", {}).status] == [404, 404]
